"""A policy: an ordered map of segments, each saying for some stocks how they are replenished.

Later segments win, key by key.

`plan(model, name)` works a policy out once: for every stock its rule in pieces, its sources, and how the run opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from twin.disruptions.subject import Found
from twin.model.errors import listed
from twin.model.memory import remembered
from twin.model.units import DAY
from twin.replenishment.backup import Backup
from twin.replenishment.demand import Flow, Outlooks, of_customers
from twin.replenishment.network import StockName, Use
from twin.replenishment.rules import Review, Rule
from twin.replenishment.safety_stock import Outlook, figures, in_pieces, up
from twin.replenishment.segment import ALWAYS, SELECTORS, BackingUp, Expediting
from twin.replenishment.sourcing import Source, cheapest, lead_time, way

if TYPE_CHECKING:
    from twin.language import Model

LINE = "line"  # in `sources`: whatever lines make the item
ROUNDED = 0.001 + 1e-9  # shares may miss 100 % by so much, as three times 33.3 % do


@dataclass(frozen=True)
class Expedite:
    """Expediting in pieces: below so many on hand, order up to so many over the lane."""

    lane: str
    below: float
    up_to: float

    @property
    def told(self) -> str:
        """In words."""
        return f"below {figures(self.below)} pc on hand expedites over {self.lane}, up to {figures(self.up_to)} pc"


@dataclass(frozen=True)
class Terms:
    """What a policy says of one stock before its demand is known: levels and thresholds as they are written."""

    rule: Rule
    expediting: Expediting | None
    expedited: float  # days that the expediting lane takes

    def settled(self, outlook: Outlook) -> tuple[Rule, Expedite | None]:
        """The rule and the expediting in pieces."""
        return self.rule.settled(outlook), self._expedite(outlook)

    def _expedite(self, outlook: Outlook) -> Expedite | None:
        """Enough to stand at the threshold again when it arrives."""
        if self.expediting is None:
            return None
        below = outlook.demand * self.expediting.when_cover_below / DAY
        return Expedite(self.expediting.lane, below, below + outlook.demand * self.expedited)


@dataclass(frozen=True)
class StockPlan:
    """How one policy keeps one stock."""

    rule: Rule | None  # None for a stock that nobody refills
    sources: tuple[Source, ...]
    outlook: Outlook
    safety_stock: int
    backup: Backup | None
    expedite: Expedite | None
    on_hand: int
    in_transit: tuple[tuple[int, int], ...]  # (second of arrival, pieces)
    terms: Terms | None = None
    uses: Mapping[Use, Flow] = field(default_factory=dict)  # what each use of an alternate would ask of it, if any

    @property
    def prebuilds(self) -> bool:
        """Whether its level may be higher after a notice."""
        return self.terms is not None and "prebuild" in self.terms.rule.model_fields_set

    def in_use(self, uses: Collection[Use]) -> tuple[Rule, Expedite | None]:
        """Rule and expediting in pieces while alternates are in use."""
        assert self.terms is not None  # who has no rule is not reviewed
        return self.terms.settled(self.outlook_in_use(uses))

    def outlook_in_use(self, uses: Collection[Use]) -> Outlook:
        """The outlook while alternates are in use: their demand comes on top."""
        flows = [self.uses[use] for use in sorted(uses)]
        demand = self.outlook.demand + sum(mean for mean, _ in flows)
        variance = self.outlook.variance + sum(variance for _, variance in flows)
        return self.outlook._replace(demand=demand, variance=variance)


class Choices:
    """What a policy chooses for each stock, before any number is worked out."""

    def __init__(self, model: Model, name: str) -> None:
        self.model = model
        self.name = name
        self.found: list[Found] = []
        self.segments: dict[tuple[StockName, str], str] = {}  # which segment gave a stock its parameter
        self.chosen = {stock: self._merged(*stock) for stock in model.network.stocks}
        self.sources = {stock: self._sources(*stock) for stock in model.network.stocks}

    def _merged(self, store: str, item: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for label, segment in self.model.policies[self.name].items():
            if not segment.selects(store, item, self.model):
                continue
            said = {key: getattr(segment, key) for key in segment.model_fields_set - SELECTORS}
            if "rule" in said:
                keep = Rule.kinds[said["rule"]].model_fields.keys() | ALWAYS
                merged = {key: value for key, value in merged.items() if key in keep}
            rule = said.get("rule", merged.get("rule"))
            for key in sorted(said.keys() - ALWAYS):
                if rule is not None and key not in Rule.kinds[rule].model_fields:
                    having = [kind for kind, spec in Rule.kinds.items() if key in spec.model_fields]
                    self._say(
                        f"the rule of {store}.{item} is `{rule}`, which has no `{key}`; {listed(having, 'and')} "
                        f"{'has' if len(having) == 1 else 'have'} it",
                        label, key,
                    )  # fmt: skip
            merged = self._without_other(merged, said, label) | said
            self.segments |= {((store, item), key): label for key in said}
        return merged

    def _without_other(self, merged: dict[str, Any], said: dict[str, Any], label: str) -> dict[str, Any]:
        """What earlier segments said, without the one of two parameters where this segment says the other."""
        for kind in Rule.kinds.values():
            given = sorted(key for key in kind.either & said.keys() if said[key] is not None)
            if len(given) > 1:
                self._say(f"{listed(given, 'and')} say the same in two ways; keep one", label, given[0])
            elif given:
                merged = {key: value for key, value in merged.items() if key not in kind.either}
        return merged

    def _say(self, message: str, *place: str) -> None:
        path = ("policies", self.name, *place)
        if all(path != found[0] for found in self.found):
            self.found.append((path, f"{'.'.join(path)}: {message}"))

    def _sources(self, store: str, item: str) -> tuple[Source, ...]:
        """The shares that the policy names; by default all from the cheapest landed source, lines sharing equally."""
        network = self.model.network
        possible = network.sources[store, item]
        if not possible:
            return ()
        named = self._named(store, item)
        sources = []
        for name, share in named.items():
            lines = network.lines(store, item)
            if name == LINE and lines:
                sources += [Source(line, share / len(lines)) for line in sorted(lines)]
            elif name in possible:
                sources.append(Source(name, share))
            else:
                label = self.segments[(store, item), "sources"]
                self._say(
                    f"`{name}` does not bring `{item}` to `{store}`; {self._bringing(store, item, lines=True)}",
                    label,
                    "sources",
                    name,
                )
        total = sum(named.values())
        if len(sources) >= len(named) and abs(total - 1) > ROUNDED:
            label = self.segments[(store, item), "sources"]
            self._say(
                f"these shares add up to {total * 100:g} %; the orders of a stock are shared out to 100 %",
                label,
                "sources",
            )
        return tuple(sorted(Source(name, share / total) for name, share in sources)) if total else ()

    def _named(self, store: str, item: str) -> dict[str, float]:
        named = self.chosen[store, item].get("sources")
        if named is None:
            best = cheapest(self.model, self.model.network.sources[store, item], item)
            named = {LINE if best in self.model.lines else best: 1.0}
        return named

    def first(self, stock: StockName) -> tuple[str, ...]:
        """The source that is named first, of those that have a share; the lines that make an item are one source."""
        name = next((name for name, share in self._named(*stock).items() if share), "")
        return tuple(sorted(self.model.network.lines(*stock))) if name == LINE else (name,)

    def _bringing(self, store: str, item: str, lines: bool) -> str:
        """Which lanes, or also lines, may be named for a stock, in words."""
        network = self.model.network
        ways = [name for name in network.sources[store, item] if name in self.model.lanes]
        ways += [LINE] if lines and network.lines(store, item) else []
        does = f"{listed(ways, 'and')} {'does' if len(ways) == 1 else 'do'}" if ways else "no lane does"
        return f"{does}; `items` and `at` limit a segment to some stocks"

    def review(self, stock: StockName) -> Review:
        """When the stock's position is looked at: as the policy says, or as its rule does by default."""
        chosen = self.chosen[stock]
        kind = Rule.kinds.get(chosen.get("rule", ""), Rule)
        return chosen.get("review", kind.model_fields["review"].default)

    def rule(self, stock: StockName) -> Rule | None:
        """The stock's rule as written; None for a stock that nobody refills."""
        chosen = self.chosen[stock]
        if not self.sources[stock] or "rule" not in chosen:
            return None
        kind = Rule.kinds[chosen["rule"]]
        return kind.model_construct(**{key: chosen[key] for key in kind.model_fields if key in chosen})

    def mistakes(self) -> Iterator[Found]:
        """What makes the policy impossible to follow."""
        for (store, item), chosen in self.chosen.items():
            stock = (store, item)
            if not self.sources[stock]:
                continue
            if "rule" not in chosen:
                self._say(
                    f"no segment gives a `rule` to {store}.{item}; a segment without selectors means all stocks, "
                    f"like `everything: {{rule: base_stock, safety_stock: 1 d}}`"
                )
                continue
            lacking = Rule.kinds[chosen["rule"]].lacking(chosen)
            if lacking:
                label = self.segments[stock, "rule"]
                self._say(f"`{chosen['rule']}` needs {lacking}; {store}.{item} has none", label, "rule")
            for key in ("expedite", "backup"):
                if chosen.get(key) is not None:
                    self._judge_lane(stock, key, chosen[key].lane)
        yield from self.found

    def contradictions(self, plans: Mapping[StockName, StockPlan]) -> Iterator[Found]:
        """Levels that contradict each other once they are worked out, without alternates or with all in use."""
        for stock, entry in plans.items():
            for outlook in (entry.outlook, entry.outlook_in_use(entry.uses)):
                found = entry.terms and entry.terms.rule.contradiction(outlook)
                if found:
                    key, said = found
                    self._say(f"for {'.'.join(stock)} {said}", self.segments[stock, key], key)
        yield from self.found

    def _judge_lane(self, stock: StockName, key: str, lane: str) -> None:
        """Another lane must bring the item, and a backup must be another."""
        store, item = stock
        place = self.segments[stock, key], key, "lane"
        if lane not in self.model.network.sources[stock]:
            ways = self._bringing(store, item, lines=False)
            self._say(f"`{lane}` does not bring `{item}` to `{store}`; {ways}", *place)
        elif key == "backup" and lane in self.first(stock):
            self._say(
                f"`{lane}` is itself the first source of {store}.{item}; "
                f"a backup is another lane, for when the first source is closed",
                *place,
            )


@remembered
def plan(model: Model, name: str) -> dict[StockName, StockPlan]:
    """Work out a policy: for every stock its rule in pieces, its sources and its opening."""
    choices = Choices(model, name)
    reviews = {stock: choices.review(stock) for stock in choices.chosen}
    outlooks = Outlooks(model, choices.sources, reviews, of_customers(model))
    of_uses = {use: outlooks.of_use(use) for use in model.network.uses}
    plans = {}
    for stock in model.network.stocks:
        flows = {use: outlooks_in_use.demand(stock) for use, outlooks_in_use in of_uses.items()}
        uses = {use: flow for use, flow in flows.items() if flow[0] > 0}
        plans[stock] = _stock_plan(model, stock, choices, outlooks[stock], uses)
    return plans


def _stock_plan(
    model: Model, stock: StockName, choices: Choices, outlook: Outlook, uses: Mapping[Use, Flow]
) -> StockPlan:
    chosen, written = choices.chosen[stock], choices.rule(stock)
    if written is None:
        on_hand, in_transit = _given_opening(model, stock)
        return StockPlan(None, (), outlook, 0, None, None, on_hand, in_transit)
    terms = _terms(model, stock, written, chosen.get("expedite"))
    rule, expedite = terms.settled(outlook)
    safety_stock = up(in_pieces(chosen.get("safety_stock"), outlook))
    backup = _backup(model, stock, chosen.get("backup"), choices)
    if model.opening == "steady":
        on_hand = max(safety_stock, up(rule.mean_position - outlook.lead_time_demand), 0)
        in_transit = _pipeline(outlook, rule)
    else:
        on_hand, in_transit = _given_opening(model, stock)
    sources = choices.sources[stock]
    return StockPlan(rule, sources, outlook, safety_stock, backup, expedite, on_hand, in_transit, terms, uses)


def _backup(model: Model, stock: StockName, backup: BackingUp | None, choices: Choices) -> Backup | None:
    """With all that may close the first source."""
    if backup is None:
        return None
    first = tuple((name, way(model, name, stock[1])) for name in choices.first(stock))
    return Backup(backup.lane, backup.after, first)


def _terms(model: Model, stock: StockName, rule: Rule, expediting: Expediting | None) -> Terms:
    expedited = lead_time(model, expediting.lane, stock[1]).mean if expediting else 0.0
    return Terms(rule, expediting, expedited)


def _pipeline(outlook: Outlook, rule: Rule) -> tuple[tuple[int, int], ...]:
    """Steady opening: the lead-time demand, one shipment a review, arriving evenly."""
    days = outlook.lead_time
    period = max(rule.review if isinstance(rule.review, int) else DAY, DAY) / DAY
    shipments, arrived = [], 0
    for index in range(ceil(days / period - 1e-9)):
        total = round(outlook.demand * min(days, (index + 1) * period))
        shipments.append((round(index * period * DAY), total - arrived))
        arrived = total
    return tuple(shipment for shipment in shipments if shipment[1])


def _given_opening(model: Model, stock: StockName) -> tuple[int, tuple[tuple[int, int], ...]]:
    if model.opening == "steady":
        return 0, ()
    store, item = stock
    on_hand = model.opening.on_hand.get(store, {}).get(item, 0)
    return on_hand, tuple(
        (load.arrives, load.quantity) for load in model.opening.in_transit if (load.to, load.item) == stock
    )
