"""What makes a disruption impossible: it never happens, hits nothing, or says twice how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from twin.disruptions.disruption import Disruption, Where, handled, subjects_of
from twin.disruptions.subject import Found
from twin.model.errors import did_you_mean, listed
from twin.model.units import DAY

if TYPE_CHECKING:
    from twin.language import Model


def mistakes(name: str, model: Model) -> Iterator[Found]:
    """Every mistake of one disruption, with the path at which it stands."""
    spec = model.disruptions[name]
    found = [*_start(spec, model), *_length(spec), *_circle(name, model), *_target(spec, model)]
    for path, text in found:
        yield ("disruptions", name, *path), f"disruptions.{name}{text}"


def _start(spec: Disruption, model: Model) -> Iterator[Found]:
    if spec.at is None and spec.every is None and spec.after is None:
        yield (), " never happens: it needs `at`, like `at: 60 d`, or `every`, or `after`"
    for other in ("at", "after"):
        if spec.every is not None and getattr(spec, other) is not None:
            yield ("every",), f" has both `every` and `{other}`; keep one"
    start = spec.at.value if spec.at is not None and spec.every is None and spec.after is None else None
    if start is not None and start >= model.run.horizon:
        yield (
            ("at",),
            f" starts on day {start / DAY:g}, but the run's horizon is only {model.run.horizon / DAY:g} d; "
            f"`at` counts from the end of the warm-up",
        )


def _length(spec: Disruption) -> Iterator[Found]:
    """How long it lasts is said once, and only where something lasts."""
    given = [key for key in ("lasts", "recovery") if getattr(spec, key) is not None]
    if not spec.effect.named:
        yield ("effect",), ".effect is empty; write one, like `effect: {capacity: 0 %}`"
    elif not spec.effect.turned:
        once = listed(sorted(spec.effect.struck), "and")
        for key in given:
            yield (key,), f" strikes once with {once}, so it takes no `{key}`; leave it out"
    elif given == ["recovery"] and not spec.effect.has_path:
        yield ("recovery",), " has a `recovery` but no `lasts` after which it could begin; add it, like `lasts: 21 d`"
    for dial, level in spec.effect.turned.items():
        if isinstance(level, tuple):
            for key in given:
                yield (
                    ("effect", dial),
                    f".effect.{dial} is a path, which itself says how long, so `{key}` must go; keep one",
                )
            for index, ((earlier, _), (later, _)) in enumerate(pairwise(level), 1):
                if later <= earlier:
                    yield (
                        ("effect", dial, index),
                        (
                            f".effect.{dial}[{index}]: the times of a path rise; "
                            f"{later / DAY:g} d follows {earlier / DAY:g} d"
                        ),
                    )


def _circle(name: str, model: Model) -> Iterator[Found]:
    chain, cause = [name], model.disruptions[name].after
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = model.disruptions[cause].after
    if cause == name == min(chain):  # a circle is one mistake, told of the first by name
        way = " → ".join([*chain, name])
        yield ("after",), f" follows itself: {way}; one of them needs `at` or `every` instead"


def _target(spec: Disruption, model: Model) -> Iterator[Found]:
    missed = [*(_selected(spec.target, model) if isinstance(spec.target, Where) else _named(spec, model))]
    for path, text in missed:
        yield ("target", *path), f".target: {text}"
    for effect in spec.effect.named if not missed else ():
        if not spec.subjects(model, effect):
            target = f"`{spec.target}` has" if isinstance(spec.target, str) else "its targets have"
            yield ("effect", effect), f".effect.{effect}: {target} no `{effect}`; {_who_has(effect, model)}"


def _named(spec: Disruption, model: Model) -> Iterator[Found]:
    known = [*model.nodes, *model.lanes]
    if not spec.targets:
        yield (), "the list is empty; name a node or a lane"
    for index, target in enumerate(spec.targets):
        path = () if isinstance(spec.target, str) else (index,)
        place, dot, item = target.partition(".")
        if place not in known:
            yield path, f"`{place}` is not a node or lane here{did_you_mean(place, known)}"
        elif dot and item not in handled(model, place):
            items = handled(model, place)
            hint = did_you_mean(item, items) or (f"; it has {listed(items, 'and')}" if items else "; it has none")
            yield path, f"`{place}` has no item `{item}`{hint}"


def _selected(where: Where, model: Model) -> Iterator[Found]:
    """A condition that nothing meets is a slip, also where the other conditions would find something."""
    there: dict[str, set[str]] = {
        "kind": {node.kind for node in model.nodes.values()},
        "region": {node.region for node in model.nodes.values() if node.region is not None},
        "group": {item.group for item in model.items.values() if item.group is not None},
    }
    wanted = {key: getattr(where, key) for key in there if getattr(where, key) is not None}
    if not wanted:
        yield (), "no condition is given; write one, like `{region: US}`"
    for key, value in wanted.items():
        if value not in there[key]:
            bearer = "item" if key == "group" else "node"
            others = f"; there is {listed(sorted(there[key]), 'and')}" if there[key] else ""
            yield (key,), f"no {bearer} here has the {key} `{value}`{did_you_mean(value, there[key]) or others}"


def _who_has(effect: str, model: Model) -> str:
    having = sorted(name for name, thing in subjects_of(model).items() if effect in {**thing.dials, **thing.blows})
    return f"{listed(having[:6], 'and')} {'has' if len(having) == 1 else 'have'} one" if having else "nothing here has"
