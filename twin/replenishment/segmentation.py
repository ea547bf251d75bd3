"""Segmentation: which items the money is in (class A, B or C), and whose supply is easily lost (risk).

All items stand in one ranking by annual usage value. Supply risk is a score: what makes a supply hard to replace adds
its share to it. A class or risk that an item pins wins over what would be computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from twin.model.errors import did_you_mean
from twin.model.spec import Spec, wrong
from twin.model.units import DAY, PositiveDuration, Share
from twin.replenishment.safety_stock import figures
from twin.replenishment.sourcing import lead_time

if TYPE_CHECKING:
    from twin.language import Item, Model

Class = Literal["A", "B", "C"]
Risk = Literal["high", "medium", "low"]
Part = Annotated[Share, Field(le=1)]
Origins = dict[str, tuple[bool, float]]  # by supplier or line: whether only at a premium, and the shortest days

DAYS_A_YEAR = 365
DUST = 1e-9  # an item stands on a cut-off or threshold also when its sum is a hair off it


def _rising(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if len(cuts) != 2 or cuts[0] >= cuts[1]:
        given = " and ".join(f"{cut * 100:g} %" for cut in cuts) or "nothing"
        raise ValueError(
            f"two shares that rise belong here, where A ends and where B ends, like `[80 %, 95 %]`; not {given}"
        )
    return cuts


class SupplyRisk(Spec):
    """What adds to an item's score, and from which score its supply risk is medium or high."""

    sole_source: Annotated[Part, Field(description="added when a single supplier (or line) gives the item")] = 0.4
    lead_time: Annotated[
        Part, Field(description="added when the shortest mean lead time is `long`; of a shorter one in proportion")
    ] = 0.4
    long: Annotated[PositiveDuration, Field(description="a lead time that counts in full")] = 60 * DAY
    regions: Annotated[
        dict[str, Part], Field(description="added for where it comes from, of several the least, like `{TW: 20 %}`")
    ] = {}
    groups: Annotated[dict[str, Part], Field(description="added for its commodity family, like `{memory: 15 %}`")] = {}
    high: Annotated[Part, Field(description="risk is high from this score on")] = 0.6
    medium: Annotated[Part, Field(description="risk is medium from this score on")] = 0.3

    @model_validator(mode="after")
    def _medium_is_below_high(self) -> SupplyRisk:
        if self.medium >= self.high:
            shares = f"{self.medium * 100:g} % and {self.high * 100:g} %"
            raise wrong({("medium",): f"`medium` must begin below `high`; here they begin at {shares}"})
        return self


class Segmentation(Spec):
    """Where class and supply risk begin."""

    abc: Annotated[
        tuple[Part, ...],
        AfterValidator(_rising),
        Field(description="shares of annual usage value, where A ends and where B ends; default: `[80 %, 95 %]`"),
    ] = (0.80, 0.95)
    risk: Annotated[SupplyRisk, Field(description="what supply risk is made of")] = SupplyRisk()

    def class_of(self, before: float) -> Class:
        """The class of an item with usage, by the share of all that ranks before it.

        The item that crosses a cut-off still counts to the better class, so the first is always A.
        """
        first, second = self.abc
        return "A" if before < first - DUST else "B" if before < second - DUST else "C"

    def risk_of(self, score: float) -> Risk:
        return "high" if score >= self.risk.high - DUST else "medium" if score >= self.risk.medium - DUST else "low"


@dataclass(frozen=True)
class Standing:
    """Where an item stands among the others, and why."""

    usage_value: float  # money a year
    share: float  # of the usage value of all items
    cumulative: float  # share of this item and all that rank before it
    category: Class
    score: float
    risk: Risk
    reasons: tuple[str, ...]


def standings(model: Model) -> dict[str, Standing]:
    """Where every item stands, the one with the highest annual usage value first; ties by name."""
    demand = daily_demand(model)
    values = {name: demand[name] * DAYS_A_YEAR * item.value for name, item in model.items.items()}
    total = sum(values.values()) or 1.0
    origins = _origins(model)
    found: dict[str, Standing] = {}
    before = 0.0
    for name in sorted(values, key=lambda name: (-round(values[name], 6), name)):
        item, share = model.items[name], values[name] / total
        by_value = model.segmentation.class_of(before) if values[name] else "C"
        before += share
        parts = [(points, reason) for points, reason in _score(model, item, origins[name]) if points]
        score = min(1.0, sum(points for points, _ in parts))
        by_score = model.segmentation.risk_of(score)
        reasons = (*_pins(item, by_value, by_score), *(reason for _, reason in parts))
        category, risk = item.category or by_value, item.risk or by_score
        found[name] = Standing(values[name], share, before, category, score, risk, reasons)
    return found


def _pins(item: Item, by_value: Class, by_score: Risk) -> Iterator[str]:
    """What the item pins, and what it would be without, where that is something else."""
    for what, pinned, computed, by in (
        ("class", item.category, by_value, "value"),
        ("risk", item.risk, by_score, "score"),
    ):
        if pinned:
            yield f"{what} pinned" if pinned == computed else f"{what} pinned ({computed} by its {by})"


def _score(model: Model, item: Item, origins: Origins) -> Iterator[tuple[float, str]]:
    """What adds to the score of an item, each with its reason. What nothing brings has no supply to lose."""
    weights = model.segmentation.risk
    if not origins:
        return
    if len(origins) == 1:
        yield weights.sole_source, f"sole source {next(iter(origins))}"
    _, days = min(origins.values())
    yield weights.lead_time * min(1.0, days * DAY / weights.long), f"{figures(round(days, 1))} d lead time"
    regions = {model.nodes[origin].region or "" for origin in origins}
    safest = min(sorted(regions), key=lambda region: weights.regions.get(region, 0.0))
    yield weights.regions.get(safest, 0.0), f"region {safest}"
    yield weights.groups.get(item.group or "", 0.0), f"group {item.group}"


def daily_demand(model: Model) -> dict[str, float]:
    """Pieces a day of every item: what customers buy, and what goes into the products that some line makes."""
    demand = dict.fromkeys(model.items, 0.0)
    for customer in model.customers.values():
        for item, buying in customer.buys.items():
            demand[item] += buying.per_day
    made = {product for line in model.lines.values() for product in line.makes}
    parts_first = TopologicalSorter({name: item.bom for name, item in model.items.items()}).static_order()
    for product in reversed(list(parts_first)):
        for part, count in model.items[product].bom.items() if product in made else ():
            demand[part] += count * demand[product]
    return demand


def _origins(model: Model) -> dict[str, Origins]:
    """For each item the suppliers and lines that it comes from.

    What is rushed at a premium is the exception, so it counts only where there is no other way.
    """
    origins: dict[str, Origins] = {item: {} for item in model.items}
    for name, lane in model.lanes.items():
        for item in model.network.carried[name] if lane.origin in model.suppliers else ():
            way = (lane.premium, lead_time(model, name, item).mean)
            origins[item][lane.origin] = min(way, origins[item].get(lane.origin, way))
    for name, line in model.lines.items():
        for item in line.makes:
            origins[item][name] = (False, lead_time(model, name, item).mean)
    return origins


def findings(model: Model) -> Iterator[str]:
    """Regions and groups that are rated, but are not in the network: perhaps a slip of the pen."""
    weights = model.segmentation.risk
    regions = {node.region for node in (*model.suppliers.values(), *model.lines.values()) if node.region}
    groups = {item.group for item in model.items.values() if item.group}
    for what, rated, known, where in (
        ("regions", weights.regions, regions, "no supplier or line stands there"),
        ("groups", weights.groups, groups, "no item is of that group"),
    ):
        for name in (name for name in rated if name not in known):
            yield f"segmentation.risk.{what} rates `{name}`, but {where}{did_you_mean(name, sorted(known))}"
