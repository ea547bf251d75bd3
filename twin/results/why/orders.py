"""Overdue orders: when an order over a lane was to come, when it came, and what held it up longest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, Protocol

from twin.language import Model
from twin.model.units import DAY
from twin.replenishment.network import StockName
from twin.replenishment.policy import StockPlan
from twin.results.why.chain import Cause, Root
from twin.results.why.demand import Demand
from twin.results.why.hindrances import Hindrances, Stage
from twin.results.why.links import Teller
from twin.results.why.record import Parcel, Purchase, Record
from twin.results.why.troubles import Blow, Trouble, Troubles


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
    """One order: its timetable, and why it was late."""

    def __init__(self, books: Books, purchase: Purchase) -> None:
        self.books, self.purchase = books, purchase
        self.model, self.record, self.tell = books.model, books.record, books.tell
        self.lane = self.model.lanes[purchase.lane]
        self.item = purchase.stock[1]
        supplier = self.model.suppliers.get(self.lane.origin)
        self.supply = supplier.supplies[self.item] if supplier else None
        self.cancelled = list(self._cancelled(books.troubles))

    # When it comes ----------------------------------------------------------------------------------------------------

    @property
    def _lead(self) -> int:
        """The mean lead time of its supplier, and the work on a usual order."""
        return round(self.supply.lead_time.mean + self._work(self._usual)) if self.supply else 0

    def _work(self, pieces: float) -> float:
        return pieces / self.supply.rate if self.supply and self.supply.rate else 0.0

    @cached_property
    def _usual(self) -> float:
        """Pieces of a usual order: the demand of a review, or what the rule orders at least."""
        plan = self.books.plans[self.purchase.stock]
        share = sum(source.share for source in plan.sources if source.name == self.purchase.lane)
        least = plan.rule.least_order if plan.rule else 1
        return max(plan.outlook.demand * plan.outlook.review * share, least)

    @cached_property
    def due(self) -> int:
        """When it was to come, at mean times and the next departure; without queues and dials, as plans are made."""
        ports = (self.model.ports[port] for port in self.lane.via)
        stays = sum(port.handling.mean + port.customs.mean for port in ports)
        legs = sum(leg.mean for leg in self.lane.times)
        return self._departure(self.purchase.placed + self._lead) + round(legs + stays)

    def _departure(self, ready: int) -> int:
        every = self.lane.departs
        return ready if every is None else -(-ready // every) * every

    def _cancelled(self, troubles: Troubles) -> Iterator[tuple[Blow, int]]:
        """Pieces that blows have taken from it before it was ready."""
        left, parcels = self.purchase.quantity, self.purchase.parcels
        ready = parcels[0].ready if parcels else self.record.end
        for blow in troubles.blows.get(("cancel_orders", f"{self.lane.origin}.{self.item}"), ()):
            if self.purchase.placed < blow.second <= ready:
                gone = round(left * blow.share)
                left -= gone
                yield blow, gone

    @cached_property
    def _kept(self) -> int:
        """Pieces that were not cancelled."""
        return self.purchase.quantity - sum(gone for _, gone in self.cancelled)

    @cached_property
    def pieces(self) -> int:
        """That come, now or later."""
        parcels = self.purchase.parcels
        return sum(parcel.pieces for parcel in parcels) if self.supply and parcels else self._kept

    @property
    def spoilt(self) -> int:
        """Pieces that turned out bad."""
        return self._kept - self.pieces

    def missing(self, second: int) -> int:
        """Pieces that are yet to come."""
        arrivals = ((parcel.pieces, self.record.arrival(parcel)) for parcel in self.purchase.parcels)
        return self.pieces - sum(pieces for pieces, came in arrivals if came is not None and came <= second)

    @cached_property
    def came(self) -> int | None:
        """When the last of it came."""
        return None if self._last is None else self.record.arrival(self._last)

    @cached_property
    def _last(self) -> Parcel | None:
        """The pieces that came last; None if some never got ready."""
        parcels = self.purchase.parcels
        if not parcels or sum(parcel.pieces for parcel in parcels) < self.pieces:
            return None
        return max(parcels, key=lambda parcel: self.record.arrival(parcel) or self.record.end)

    # Why it was late --------------------------------------------------------------------------------------------------

    @cached_property
    def cause(self) -> Cause:
        """What has held it up longest: of all stages of its way, and all that was wrong with each."""
        purchase, lane = self.purchase, self.lane
        source = f"{lane.origin} over {purchase.lane}"
        stock = ".".join(purchase.stock)
        order = self.tell.ordered(stock, source, self.pieces, purchase.placed, self.due, self.came)
        longest = max(self._hold_ups(), key=lambda hold_up: hold_up.seconds, default=None)
        if longest is None:
            why = f"{purchase.lane} had no earlier departure"
            return self.tell.chance(purchase.lane, purchase.placed, order.end, why).behind(order)
        _, stage, trouble = longest
        held = self.tell.held(*stage, self._missed(stage))
        if trouble is not None:
            return self._troubled(stage, trouble).behind(order, held)
        if self._swollen(stage):
            return self._surge().behind(order, held)
        if stage.what == "depot":
            lacked = self.tell.lacked(lane.origin, self.item, stage.begin, stage.end)
            return self.books.cause(lane.origin, self.item, stage.end - 1).behind(order, held, lacked)
        return self.tell.chance(stage.place, stage.begin, stage.end, self._by_chance(stage)).behind(order, held)

    def _swollen(self, stage: Stage) -> bool:
        """Whether at least half of it is due to the size of the order."""
        return stage.what == "works" and 2 * self._work(self.purchase.quantity - self._usual) >= stage.excess

    def _surge(self) -> Cause:
        """Why so much was ordered: what was wanted since the review before."""
        purchase = self.purchase
        review = self.books.plans[purchase.stock].outlook.review
        since = purchase.placed - round(max(1, review) * DAY)
        large = self.tell.large(".".join(purchase.stock), purchase.quantity, self._usual, purchase.placed, self._ended)
        return self.books.demand.cause(purchase.stock, since, purchase.placed).behind(large)

    @property
    def _ended(self) -> int:
        return self.record.end if self.came is None else self.came

    def _missed(self, stage: Stage) -> int | None:
        """The departure that was missed for what happened before it."""
        planned = self._departure(self.purchase.placed + self._lead)
        before = stage.what in ("works", "depot") and self.lane.departs is not None
        return planned if before and stage.end > planned else None

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
        if stage.what == "works" and self._work(1):
            return f"{stage.place} had other orders to work, or took longer than usual"
        return f"{stage.place} took longer than usual"

    def _hold_ups(self) -> Iterator[HoldUp]:
        """What was wrong at each stage, each root once, and what is left to chance."""
        for stage in self._stages():
            rest = stage.excess
            if rest <= 0:
                continue
            left = stage.begin if self._last is None or self._last.left is None else self._last.left
            joined: dict[Root, tuple[int, Trouble]] = {}
            for seconds, trouble in self.books.hindrances.of(stage, self.item, left):
                before, other = joined.get(trouble.root, (0, trouble))
                joined[trouble.root] = before + seconds, other.joined(trouble)
            weight = self._weight(stage)
            for seconds, trouble in joined.values():
                yield HoldUp(weight * min(seconds, stage.excess), stage, trouble)
                rest -= seconds
            if rest > 0:
                yield HoldUp(weight * rest, stage, None)

    def _weight(self, stage: Stage) -> float:
        """How late a second makes the order: before a departure nothing, unless it was missed, and then all."""
        if stage.what not in ("works", "depot") or self.lane.departs is None:
            return 1.0
        return (self._departure(stage.end) - self._departure(stage.begin + stage.planned)) / stage.excess

    def _stages(self) -> Iterator[Stage]:
        """Its way as far as it got: that of the pieces that came last."""
        lane, end, last = self.lane, self.record.end, self._last
        ready = end if last is None else last.ready
        yield Stage("works" if self.supply else "depot", lane.origin, self.purchase.placed, ready, self._lead)
        if last is not None:
            left = end if last.left is None else last.left
            yield Stage("quay", self.purchase.lane, ready, left, self._departure(ready) - ready)
            if last.left is not None:
                yield from self._voyage(last, left)

    def _voyage(self, parcel: Parcel, at: int) -> Iterator[Stage]:
        """Leg, port, leg, port, leg."""
        end, stays = self.record.end, self.record.stays(parcel)
        for leg, port, (into, out) in zip(self.lane.times, self.lane.via, stays, strict=False):
            spec = self.model.ports[port]
            yield Stage("leg", self.purchase.lane, at, into, round(leg.mean))
            yield Stage("port", port, into, end if out is None else out, round(spec.handling.mean + spec.customs.mean))
            if out is None:
                return
            at = out
        yield Stage(
            "leg", self.purchase.lane, at, self.record.arrival(parcel) or end, round(self.lane.times[len(stays)].mean)
        )
