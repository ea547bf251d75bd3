"""Overdue orders: when an order over a lane was to come, when it came, and what held it up longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from twin.language import Model
from twin.model.units import DAY
from twin.replenishment.safety_stock import figures
from twin.results.why.chain import Cause, Root
from twin.results.why.hindrances import Hindrances, Stage
from twin.results.why.links import Teller, span
from twin.results.why.record import Parcel, Purchase, Record
from twin.results.why.troubles import Blow, Trouble, Troubles

Shortage = Callable[[str, str, int], Cause]  # why a store had too few of an item at a second


class HoldUp(NamedTuple):
    """So many seconds longer than planned, at one stage and for one reason: a trouble, or none."""

    seconds: int
    stage: Stage
    trouble: Trouble | None


class Late:
    """One order: its timetable, and why it was late."""

    def __init__(
        self, model: Model, record: Record, troubles: Troubles, tell: Teller, purchase: Purchase, shortage: Shortage
    ) -> None:
        self.model, self.record, self.tell, self.purchase = model, record, tell, purchase
        self.hindrances = Hindrances(model, record, troubles)
        self.lane = model.lanes[purchase.lane]
        self.item = purchase.stock[1]
        supplier = model.suppliers.get(self.lane.origin)
        self.supply = supplier.supplies[self.item] if supplier else None
        self._shortage = shortage
        self.cancelled = list(self._cancelled(troubles))

    # When it comes ----------------------------------------------------------------------------------------------------

    @property
    def _lead(self) -> int:
        """The mean lead time of its supplier."""
        return round(self.supply.lead_time.mean) if self.supply else 0

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
        if stage.what == "depot":
            lacked = self.tell.lacked(lane.origin, self.item, stage.begin, stage.end)
            return self._shortage(lane.origin, self.item, stage.end - 1).behind(order, held, lacked)
        return self.tell.chance(stage.place, stage.begin, stage.end, self._by_chance(stage)).behind(order, held)

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
        if stage.what == "works" and self.supply is not None and self.supply.rate is not None:
            work = self.pieces / self.supply.rate
            if 2 * work >= stage.excess:
                much = f"{figures(self.pieces)} pc at {figures(self.supply.rate * DAY)} pc/d"
                return f"{much} take {span(round(work))}, which no plan counts"
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
            for seconds, trouble in self.hindrances.of(stage, self.item, left):
                before, other = joined.get(trouble.root, (0, trouble))
                joined[trouble.root] = before + seconds, other.joined(trouble)
            for seconds, trouble in joined.values():
                yield HoldUp(min(seconds, stage.excess), stage, trouble)
                rest -= seconds
            if rest > 0:
                yield HoldUp(rest, stage, None)

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
