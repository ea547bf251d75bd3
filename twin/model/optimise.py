"""What an optimisation is asked: what may be chosen, between which bounds, and what must be reached at least cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema

from twin.model.errors import ScenarioError, did_you_mean, dotted, listed, shown
from twin.model.scenario import astray
from twin.model.span import Span
from twin.model.spec import Spec, Whole, wrong
from twin.model.units import DAY, Probability, parse
from twin.model.yaml import Place

if TYPE_CHECKING:
    from twin.language import Model

SHARES = (
    "uptime", "fill_rate", "order_fill_rate", "cycle_service", "stockout_rate", "premium_freight_share",
    "alternate_share",
)  # fmt: skip
DIMENSIONS: dict[str, str | None] = {
    **dict.fromkeys(SHARES, "Share"),
    **dict.fromkeys(("demand", "sold", "lost_sales", "backlog"), "Quantity"),
    **dict.fromkeys(("total_cost", "inventory_value", "peak_inventory_value", "safety_stock_cost"), "Money"),
    "days_on_hand": "Duration",
    **dict.fromkeys(("turns", "bullwhip")),
}
"""Every KPI that is one number whatever happens in a replication, and what it measures; of none, pure numbers."""
Written = Annotated[Any, WithJsonSchema({"type": ["string", "number"], "examples": ["97 %", "500 pc"]})]


class Target(Spec):
    """What a KPI must reach on average."""

    at_least: Annotated[Written, Field(description="its least, in its unit, like `97 %`")] = None
    at_most: Annotated[Written, Field(description="its most, like `500 pc`")] = None


class Goal(NamedTuple):
    """A target in numbers: a KPI, on which side of what it must lie."""

    kpi: str
    side: Literal["at_least", "at_most"]
    bound: float

    def room(self, value: float) -> float:
        """By how much a value does better; below 0 it misses."""
        return value - self.bound if self.side == "at_least" else self.bound - value


def _kpi(name: str) -> str:
    if name not in DIMENSIONS:
        hint = did_you_mean(name, DIMENSIONS) or f"; there are {listed(DIMENSIONS, 'and')}"
        raise ValueError(f"`{name}` is not a KPI that every replication has as one number{hint}")
    return name


def _reachable(targets: dict[str, Target], info: ValidationInfo) -> dict[str, Target]:
    found: dict[Place, str] = {}
    for kpi, target in targets.items():
        try:
            goal(kpi, target, (info.context or {}).get("currency", "USD"))
        except ValueError as error:
            found[kpi, *(target.model_fields_set if len(target.model_fields_set) == 1 else ())] = str(error)
    if found:
        raise wrong(found)
    return targets


def _whole_year(shares: dict[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    if shares and abs(total - 1) > 1e-6:
        raise ValueError(f"these shares add up to {total * 100:g} %; one of the scenarios happens, so make it 100 %")
    return shares


HERE: Place = ("study", "optimise")
KpiName = Annotated[str, AfterValidator(_kpi)]


class Optimise(Spec):
    """`study.optimise`: the values that serve well enough at least cost."""

    over: Annotated[
        dict[str, Span], Field(min_length=1, description="dotted paths of numbers, and between which bounds")
    ]
    minimise: Annotated[KpiName, Field(description="a KPI, like `total_cost`")] = "total_cost"
    subject_to: Annotated[
        dict[KpiName, Target],
        AfterValidator(_reachable),
        Field(description="KPIs, and what each must reach on average, like `{fill_rate: {at_least: 97 %}}`"),
    ] = {}
    budget: Annotated[Whole, Field(ge=1, description="how many plans may be tried, each on all replications")] = 300
    scenarios: Annotated[
        dict[str, Probability],
        AfterValidator(_whole_year),
        Field(description="files beside this one, and how likely each is; default: this one"),
    ] = {}

    def goals(self, currency: str) -> tuple[Goal, ...]:
        """The targets in numbers."""
        return tuple(goal(kpi, target, currency) for kpi, target in self.subject_to.items())

    def mistakes(self, model: Model) -> Iterator[tuple[Place, str]]:
        """What can only be told beside the rest of the scenario: paths that lead nowhere, KPIs that there are not."""
        for path in self.over:
            refusal = astray(path, model.tree.data)
            if path.startswith("run."):
                refusal = f"`{path}` is nothing to choose; all plans are measured over the same time, on the same luck"
            if refusal:
                yield (*HERE, "over", path), f"{dotted((*HERE, 'over'))}: {refusal}"
        asked = [("minimise", self.minimise), *(("subject_to", kpi) for kpi in self.subject_to)]
        for key, kpi in asked:
            if kpi == "uptime" and not model.lines:
                place: Place = (*HERE, key) if key == "minimise" else (*HERE, key, kpi)
                yield place, f"{dotted((*HERE, key))}: `uptime` is that of lines, and this scenario has none"

    def mix(self, model: Model) -> dict[str, float]:
        """The scenarios that may come, by name; one that never comes is left out."""
        return {name: share for name, share in self.scenarios.items() if share} or {model.name: 1.0}

    def owners(self, model: Model) -> list[str]:
        """The policies whose values may be chosen: those that the paths name, else the first that is compared."""
        named = [path.split(".")[1] for path in self.over if path.startswith("policies.")]
        return list(dict.fromkeys(named)) or [model.compared[0]]

    def rehearsal(self, model: Model) -> Iterator[tuple[Place, str]]:
        """What hours of runs would find out too late, told by every scenario of the mix with nothing run."""
        missing = [*self._missing(model)]
        yield from missing
        if missing:
            return
        years = [model.beside(name) for name in self.mix(model)]
        strange = [*self._strange(model, years)]
        yield from strange
        if not strange:
            yield from dict.fromkeys(found for year in years for found in self._misfits(year))

    def _missing(self, model: Model) -> Iterator[tuple[Place, str]]:
        """Scenarios that are not there; a name is that of a file in the same folder."""
        there = sorted(path.stem for path in model.tree.files[0].parent.glob("*.yaml"))
        for name in self.scenarios:
            if name not in (model.name, *there):
                plain = PurePath(name).stem
                hint = did_you_mean(name, there) or (f"; did you mean `{plain}`?" if plain in there else "")
                place = (*HERE, "scenarios", name)
                yield place, f"study.optimise.scenarios: there is no `{name}.yaml` beside this file{hint}"

    def _strange(self, model: Model, years: Sequence[Model]) -> Iterator[tuple[Place, str]]:
        """Policies and paths that a scenario of the mix lacks: there, a path would make a new segment."""
        for year in years:
            lacking = [policy for policy in self.owners(model) if policy not in year.policies]
            for policy in lacking:
                place: Place = (*HERE, "scenarios", year.name)
                yield place, f"study.optimise.scenarios: `{year.name}` has no policy `{policy}`"
            for path in self.over if not lacking else ():
                refusal = astray(path, year.tree.data)
                if refusal:
                    yield (*HERE, "over", path), f"study.optimise.over: in `{year.name}`, {refusal}"

    def _misfits(self, year: Model) -> Iterator[tuple[Place, str]]:
        """Bounds that cannot stand there: all at their least, all at their most."""
        for key, bound in (("from", attrgetter("least")), ("to", attrgetter("most"))):
            values = {path: bound(span).plain for path, span in self.over.items()}
            try:
                year.varied(values)
            except ScenarioError as error:
                for mistake in error.mistakes:
                    path = next((path for path in values if mistake.message.startswith(path)), None)
                    place = (*HERE, "over") if path is None else (*HERE, "over", path, key)
                    yield place, f"study.optimise.over: {mistake.message}"


def goal(kpi: str, target: Target, currency: str) -> Goal:
    """The target of one KPI in numbers: shares of 1, pieces, money, days."""
    if (target.at_least is None) == (target.at_most is None):
        raise ValueError("needs one of `at_least` and `at_most`, like `{at_least: 97 %}`")
    side: Literal["at_least", "at_most"] = "at_most" if target.at_least is None else "at_least"
    written, dimension = getattr(target, side), DIMENSIONS[kpi]
    if dimension is None:
        if isinstance(written, bool) or not isinstance(written, int | float):
            raise ValueError(f"{shown(written)} stands here; `{kpi}` is a pure number, like `8`")
        return Goal(kpi, side, float(written))
    bound = parse(written, dimension, currency) / (DAY if dimension == "Duration" else 1)
    if dimension == "Share" and bound > 1:
        raise ValueError(f"`{written}` is more than all; `{kpi}` is never above 100 %")
    return Goal(kpi, side, bound)
