"""What an optimisation is asked: what may be chosen, between which bounds, and what must be reached at least cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from twin.model.errors import did_you_mean, dotted, listed, shown
from twin.model.scenario import astray
from twin.model.spec import Spec, Whole, wrong
from twin.model.units import DAY, NUMBER, Probability, parse
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
FINEST = 1000
"""Steps from one bound to the other, of what is not counted in pieces; at most, and so many that they are round."""
WHOLE_UNITS = ("pc", "d/wk")


class Amount(NamedTuple):
    """A number as it is written, with its unit; without one, a pure number."""

    number: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.number.normalize():f} {self.unit}".strip()

    @property
    def whole(self) -> bool:
        """Whether it is counted and cannot be divided."""
        return self.unit in WHOLE_UNITS or (not self.unit and self.number == self.number.to_integral_value())


def amount(written: object) -> Amount:
    """What a number with a unit, or a pure number, says.

    >>> str(amount("5 d"))
    '5 d'
    """
    found = re.fullmatch(rf"({NUMBER})(?: (\S+))?", str(written))
    if not found or isinstance(written, bool) or (isinstance(written, str) and not found[2]):
        raise ValueError(f"{shown(written)} stands here; write a number with its unit, like `5 d` or `500 pc`")
    return Amount(Decimal(found[1]), found[2] or "")


Bound = Annotated[
    Any, BeforeValidator(amount), WithJsonSchema({"type": ["string", "number"], "examples": ["5 d", "500 pc"]})
]


class Span(Spec):
    """The values that one path may take: from its least, in equal steps, to its most."""

    least: Annotated[Bound, Field(alias="from", description="the least that may be chosen")]
    most: Annotated[Bound, Field(alias="to", description="the most, in the same unit")]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.least.unit != self.most.unit:
            units = listed((unit or "no unit" for unit in (self.least.unit, self.most.unit)), "and")
            raise ValueError(f"`from` and `to` are written in the same unit; here stand {units}")
        if self.least.number >= self.most.number:
            raise ValueError(f"`to` must be above `from`; here it goes from `{self.least}` to `{self.most}`")
        return self

    @property
    def step(self) -> Decimal:
        """The smallest difference between two values: a piece, or 1, 2 or 5 of a decimal."""
        if self.least.whole and self.most.whole:
            return Decimal(1)
        finest = (self.most.number - self.least.number) / FINEST
        decade = Decimal(10) ** finest.adjusted()
        return next(step for step in (decade, 2 * decade, 5 * decade, 10 * decade) if step >= finest)

    @property
    def steps(self) -> int:
        """From `from` to `to`."""
        return ceil((self.most.number - self.least.number) / self.step)

    def value(self, step: int) -> str:
        """The value after so many steps, as a scenario would write it."""
        return str(Amount(min(self.least.number + step * self.step, self.most.number), self.least.unit))

    def nearest(self, written: object) -> int | None:
        """The step that is nearest to a value, if that is written in the same unit and lies between the bounds."""
        try:
            number, unit = amount(written)
        except ValueError:
            return None
        if unit != self.least.unit or not self.least.number <= number <= self.most.number:
            return None
        return round((number - self.least.number) / self.step)


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
        here: Place = ("study", "optimise")
        for path in self.over:
            refusal = astray(path, model.tree.data)
            if refusal:
                yield (*here, "over", path), f"{dotted((*here, 'over'))}: {refusal}"
        asked = [("minimise", self.minimise), *(("subject_to", kpi) for kpi in self.subject_to)]
        for key, kpi in asked:
            if kpi == "uptime" and not model.lines:
                place: Place = (*here, key) if key == "minimise" else (*here, key, kpi)
                yield place, f"{dotted((*here, key))}: `uptime` is that of lines, and this scenario has none"


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
    return Goal(kpi, side, parse(written, dimension, currency) / (DAY if dimension == "Duration" else 1))
