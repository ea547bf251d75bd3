"""What a study asks, beyond how one scenario ends: what if these values were others, and what if that place fell out?

Sweeping is the one place of a file in which a dotted path is a key; its values are checked like those of `--set`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from twin.disruptions.subject import Found
from twin.model.errors import Mistake, ScenarioError, did_you_mean, listed, shown
from twin.model.optimise import Optimise
from twin.model.scenario import astray
from twin.model.spec import Spec
from twin.model.units import DAY, Duration, PositiveDuration
from twin.model.yaml import read_text

if TYPE_CHECKING:
    from twin.language import Model

Axes = Mapping[str, Sequence[Any]]  # values to try, as written, by dotted path

KNOCKED_OUT = {"supplier": "capacity", "port": "capacity", "lane": "capacity", "line": "capacity", "warehouse": "doors"}
"""The dial that takes a place out, by its kind."""

SAME_EVERYWHERE = {
    "run.seed": "every cell meets the same luck; give `--seed`",
    "run.replications": "every cell has the same number of them; give `--replications`",
    "compare": "every cell compares the same policies; give `--policy`",
    "study": "a study does not vary itself",
    "twin": "it is the version of the language",
}


class Stress(Spec):
    """Every place knocked out in turn, in a year in which nothing else goes wrong."""

    at: Annotated[Duration, Field(description="start of the knock-out, counted from the end of the warm-up")] = 30 * DAY
    lasts: Annotated[
        tuple[PositiveDuration, ...],
        Field(min_length=1, description="how long; each is tried; default: `[7 d, 28 d]`"),
    ] = (7 * DAY, 28 * DAY)
    targets: Annotated[
        tuple[str, ...] | None,
        Field(min_length=1, description="suppliers, ports, lanes, warehouses and lines; default: all of them"),
    ] = None


class Study(Spec):
    """Questions that take many runs."""

    sweep: Annotated[
        dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]],
        Field(description="values to try at dotted paths, like `{disruptions.closure.lasts: [7 d, 14 d]}`"),
    ] = {}
    stress: Annotated[Stress, Field(description="what to knock out, when and for how long")] = Stress()
    optimise: Annotated[Optimise | None, Field(description="which values serve well enough at least cost")] = None


def mistakes(model: Model) -> Iterator[Found]:
    """Values that do not fit where a study would put them, and targets that cannot be knocked out."""
    for path in model.study.sweep:
        for index, sentence in _misfits(model, model.study.sweep, path):
            yield ("study", "sweep", path, *index), f"study.sweep: {sentence}"
    yield from _stress_mistakes(model)
    if model.study.optimise is not None:
        yield from model.study.optimise.rehearsal(model)


def vary(model: Model, texts: Sequence[str]) -> Axes:
    """What `--vary path=value,value` asks for; raises ScenarioError with every mistake."""
    axes: dict[str, Sequence[Any]] = {}
    found: list[str] = []
    for text in texts:
        path, equals, written = map(str.strip, text.partition("="))
        if not equals or not path or not written:
            found.append(f"`{text}` is not `path=value,value`; write it like `run.horizon=90 d,180 d`")
            continue
        if path in axes:
            found.append(f"{path} is varied twice; give all its values at once, like `{path}={written},…`")
        try:
            values: Any = read_text(f"[{written}]", "--vary").data
        except ScenarioError as error:
            found += [f"{path}: {mistake.message}" for mistake in error.mistakes]
            continue
        axes[path] = values
    found += [sentence for path in axes for _, sentence in _misfits(model, axes, path)]
    if found:
        raise ScenarioError(Mistake("--vary", 0, 0, sentence) for sentence in found)
    return axes


def _misfits(model: Model, axes: Axes, path: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Which values cannot stand at a path, and why; what is wrong with all of them is told once.

    A value that does not fit alone may fit with what else is varied: a later stroke into a longer run.
    """
    same = next((why for start, why in SAME_EVERYWHERE.items() if f"{path}.".startswith(f"{start}.")), None)
    if same is not None:
        yield (), f"{path} cannot be varied: {same}"
        return
    lost = astray(path, model.tree.data) if "." in path else None  # without a dot it is a whole section, like `opening`
    if lost is not None:
        yield (), lost
        return
    values, told = axes[path], set()
    others = {other: tried[0] for other, tried in axes.items() if other != path}
    for index, value in enumerate(values):
        if value is None:
            yield (index,), f"{path}: a value is empty; write one, or take it out"
            continue
        if value in values[:index]:
            yield (index,), f"{path} names {shown(value)} twice; once will do"
        for message in _refusals(model, {path: value}):
            if message not in told and (not others or _refusals(model, {**others, path: value})):
                told.add(message)
                yield (index,), message


def _refusals(model: Model, values: Mapping[str, Any]) -> list[str]:
    """Why values do not fit into a scenario."""
    try:
        model.varied(values)
    except ScenarioError as error:
        return [mistake.message for mistake in error.mistakes]
    return []


def targets(model: Model) -> dict[str, str]:
    """What can be knocked out, with its kind."""
    kinds = {name: node.kind for name, node in model.nodes.items() if node.kind in KNOCKED_OUT}
    return kinds | dict.fromkeys(model.lanes, "lane")


def _stress_mistakes(model: Model) -> Iterator[Found]:
    stress, known = model.study.stress, targets(model)
    written = "stress" in model.study.model_fields_set
    if written and stress.at >= model.run.horizon:
        yield ("study", "stress", "at"), f"study.stress: {too_late(model)}"
    for index, target in enumerate(stress.targets or ()):
        place = ("study", "stress", "targets", index)
        if target not in known:
            hint = did_you_mean(target, known) or f"; only a {listed(KNOCKED_OUT)} can"
            yield place, f"study.stress.targets: `{target}` cannot be knocked out{hint}"
        elif target in (stress.targets or ())[:index]:
            yield place, f"study.stress.targets names `{target}` twice; once will do"
    for index, length in enumerate(stress.lasts):
        if length in stress.lasts[:index]:
            yield ("study", "stress", "lasts", index), f"study.stress.lasts names {length / DAY:g} d twice"


def too_late(model: Model) -> str:
    """That nothing is left of the horizon when the knock-out begins."""
    return (
        f"the knock-out begins on day {model.study.stress.at / DAY:g}, but the run's horizon is only "
        f"{model.run.horizon / DAY:g} d; set `study.stress.at`, which counts from the end of the warm-up"
    )
