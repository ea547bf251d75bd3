"""Overdue orders: what held each of them up longest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, Protocol

from twin.language import Model
from twin.model.units import DAY
from twin.replenishment.network import StockName
from twin.replenishment.policy import StockPlan
from twin.results.why.chain import Cause, Root
from twin.results.why.demand import Demand
from twin.results.why.hindrances import Hindrances, Stage
from twin.results.why.journeys import Journey
from twin.results.why.links import Teller
from twin.results.why.record import Purchase, Record
from twin.results.why.troubles import Trouble, Troubles


class Books(Protocol):
    """What one has to know of all other stocks to say why an order of one was late."""

    model: Model
    record: Record
    troubles: Troubles
    tell: Teller
    plans: Mapping[StockName, StockPlan]
    hindrances: Hindrances
    demand: Demand

    def cause(self, store: str, item: str, second: int) -> Cause:
        """Why a store had too few of an item at a second."""


class HoldUp(NamedTuple):
    """So many seconds that it came later for one stage and one reason: a trouble, or none."""

    seconds: float
    stage: Stage
    trouble: Trouble | None


class Late:
    """One order, and why it was late."""

    def __init__(self, books: Books, purchase: Purchase) -> None:
        self.books, self.tell = books, books.tell
        plan = books.plans[purchase.stock]
        self.journey = Journey(books.model, books.record, books.troubles, plan, purchase)

    @cached_property
    def cause(self) -> Cause:
        """What has held it up longest: of all stages of its way, and all that was wrong with each."""
        journey, purchase, origin = self.journey, self.journey.purchase, self.journey.lane.origin
        name, source = ".".join(purchase.stock), f"{origin} over {purchase.lane}"
        order = self.tell.ordered(name, source, journey.pieces, purchase.placed, journey.due, journey.came)
        longest = max(self._hold_ups(), key=lambda hold_up: hold_up.seconds, default=None)
        if longest is None:
            why = f"{purchase.lane} had no earlier departure"
            return self.tell.chance(purchase.lane, purchase.placed, order.end, why).behind(order)
        _, stage, trouble = longest
        held = self.tell.held(*stage, journey.missed if stage.what in ("works", "depot") else None)
        if trouble is not None:
            return self._troubled(stage, trouble).behind(order, held)
        if self._swollen(stage):
            return self._surge().behind(order, held)
        if stage.what == "depot":
            lacked = self.tell.lacked(origin, journey.item, stage.begin, stage.end)
            return self.books.cause(origin, journey.item, stage.end - 1).behind(order, held, lacked)
        return self.tell.chance(stage.place, stage.begin, stage.end, self._by_chance(stage)).behind(order, held)

    def _swollen(self, stage: Stage) -> bool:
        """Whether at least half of it is due to the size of the order."""
        more = self.journey.purchase.quantity - self.journey.usual
        return stage.what == "works" and 2 * self.journey.work(more) >= stage.excess

    def _surge(self) -> Cause:
        """Why so much was ordered: what was wanted since the review before."""
        journey, purchase = self.journey, self.journey.purchase
        since = purchase.placed - round(max(1, journey.plan.outlook.review) * DAY)
        name = ".".join(purchase.stock)
        large = self.tell.large(name, purchase.quantity, journey.usual, purchase.placed, journey.over)
        return self.books.demand.cause(purchase.stock, since, purchase.placed).behind(large)

    def _troubled(self, stage: Stage, trouble: Trouble) -> Cause:
        cause = self.tell.trouble(trouble)
        if trouble.end >= stage.begin:
            return cause
        return cause.behind(self.tell.queued(stage.place, trouble.begin, stage.begin))

    def _by_chance(self, stage: Stage) -> str:
        if stage.what == "port":
            return f"{stage.place} was busy with other ships, or slow"
        if stage.what == "quay":
            return f"{stage.place} had other goods to load"
        if stage.what == "works" and self.journey.work(1):
            return f"{stage.place} had other orders to work, or took longer than usual"
        return f"{stage.place} took longer than usual"

    def _hold_ups(self) -> Iterator[HoldUp]:
        """What was wrong at each stage, each root once, and what is left to chance."""
        for stage in self.journey.stages():
            rest = stage.excess
            if rest <= 0:
                continue
            left = stage.begin if self.journey.left is None else self.journey.left
            joined: dict[Root, tuple[int, Trouble]] = {}
            for seconds, trouble in self.books.hindrances.of(stage, self.journey.item, left):
                before, other = joined.get(trouble.root, (0, trouble))
                joined[trouble.root] = before + seconds, other.joined(trouble)
            weight = self.journey.weight(stage)
            for seconds, trouble in joined.values():
                yield HoldUp(weight * min(seconds, stage.excess), stage, trouble)
                rest -= seconds
            if rest > 0:
                yield HoldUp(weight * rest, stage, None)


class Orders:
    """All orders of one stock over lanes, by when they were to come."""

    def __init__(self, orders: Iterable[Late]) -> None:
        self._orders = sorted(orders, key=lambda late: late.journey.due)
        self.dues = [late.journey.due for late in self._orders]
        self._overs = list(accumulate((late.journey.over for late in self._orders), max))
        self.lessened = [late.journey for late in self._orders if late.journey.cancelled or late.journey.spoilt]

    def overdue(self, second: int) -> list[Late]:
        """Those that were to come and have not, the one that comes next first."""
        maybe = self._orders[bisect_right(self._overs, second) : bisect_right(self.dues, second)]
        return sorted((late for late in maybe if late.journey.over > second), key=lambda late: late.journey.over)
