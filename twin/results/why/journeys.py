"""The way of an order over a lane: when it was to come, when it came, and where it was meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from twin.language import Model
from twin.replenishment.policy import StockPlan
from twin.results.why.hindrances import Stage
from twin.results.why.record import Parcel, Purchase, Record
from twin.results.why.troubles import Blow, Troubles


class Journey:
    """One order, as it was planned and as it went."""

    def __init__(self, model: Model, record: Record, troubles: Troubles, plan: StockPlan, purchase: Purchase) -> None:
        self.model, self.record, self.plan, self.purchase = model, record, plan, purchase
        self.lane = model.lanes[purchase.lane]
        self.item = purchase.stock[1]
        supplier = model.suppliers.get(self.lane.origin)
        self.supply = supplier.supplies[self.item] if supplier else None
        self.cancelled = list(self._cancelled(troubles))

    # As planned -------------------------------------------------------------------------------------------------------

    @property
    def _lead(self) -> int:
        """The mean lead time of its supplier, and the work on a usual order."""
        return round(self.supply.lead_time.mean + self.work(self.usual)) if self.supply else 0

    def work(self, pieces: float) -> float:
        return pieces / self.supply.rate if self.supply and self.supply.rate else 0.0

    @cached_property
    def usual(self) -> float:
        """Pieces of a usual order: the demand of a review, or what the rule orders at least."""
        plan = self.plan
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

    # As it went -------------------------------------------------------------------------------------------------------

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

    @property
    def over(self) -> int:
        """When the last of it came, or the run ended."""
        return self.record.end if self.came is None else self.came

    @property
    def left(self) -> int | None:
        """When the last of it left."""
        return None if self._last is None else self._last.left

    @property
    def missed(self) -> int | None:
        """The departure that it was to leave with, if it got ready too late."""
        planned = self._departure(self.purchase.placed + self._lead)
        ready = self.record.end if self._last is None else self._last.ready
        return planned if self.lane.departs is not None and ready > planned else None

    def stages(self) -> Iterator[Stage]:
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

    def weight(self, stage: Stage) -> float:
        """How late a second makes the order: before a departure nothing, unless it was missed, and then all."""
        if stage.what not in ("works", "depot") or self.lane.departs is None:
            return 1.0
        return (self._departure(stage.end) - self._departure(stage.begin + stage.planned)) / stage.excess
