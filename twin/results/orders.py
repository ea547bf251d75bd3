"""Overdue orders: when an order over a lane was to come, when it came, and what held it up longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from twin.language import Model
from twin.results.chain import Cause, Root
from twin.results.links import Teller
from twin.results.record import Parcel, Purchase, Record
from twin.results.troubles import Blow, Trouble, Troubles

Shortage = Callable[[str, str, int], Cause]  # why a store had too few of an item at a second


class Stage(NamedTuple):
    """A part of an order's way: where it was from when to when, and how long that should take."""

    what: str  # works, depot, quay, leg or port
    place: str
    begin: int
    end: int
    planned: int

    @property
    def excess(self) -> int:
        return self.end - self.begin - self.planned


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
        self.model, self.record, self.troubles, self.tell = model, record, troubles, tell
        self.purchase = purchase
        self.lane = model.lanes[purchase.lane]
        self.item = purchase.stock[1]
        self.supply = (
            model.suppliers[self.lane.origin].supplies[self.item] if self.lane.origin in model.suppliers else None
        )
        self._shortage = shortage
        self.cancelled = list(self._cancelled())

    # When it comes ----------------------------------------------------------------------------------------------------

    @cached_property
    def due(self) -> int:
        """When it was to come, at mean times and the next departure; without queues and dials, as plans are made."""
        ready = self.purchase.placed + (round(self.supply.lead_time.mean) if self.supply else 0)
        ports = (self.model.ports[port] for port in self.lane.via)
        stays = sum(port.handling.mean + port.customs.mean for port in ports)
        return self._departure(ready) + round(sum(leg.mean for leg in self.lane.times) + stays)

    def _departure(self, ready: int) -> int:
        every = self.lane.departs
        return ready if every is None else -(-ready // every) * every

    def _cancelled(self) -> Iterator[tuple[Blow, int]]:
        """Pieces that blows have taken from it before it was ready."""
        left, parcels = self.purchase.quantity, self.purchase.parcels
        ready = parcels[0].ready if parcels else self.record.end
        for blow in self.troubles.blows.get(("cancel_orders", f"{self.lane.origin}.{self.item}"), ()):
            if self.purchase.placed < blow.second <= ready:
                gone = round(left * blow.share)
                left -= gone
                yield blow, gone

    @cached_property
    def pieces(self) -> int:
        """That come, now or later."""
        if self.supply and self.purchase.parcels:
            return sum(parcel.pieces for parcel in self.purchase.parcels)
        return self.purchase.quantity - sum(gone for _, gone in self.cancelled)

    @cached_property
    def spoilt(self) -> int:
        """Pieces that turned out bad."""
        if not self.supply or not self.purchase.parcels:
            return 0
        return self.purchase.quantity - sum(gone for _, gone in self.cancelled) - self.pieces

    def missing(self, second: int) -> int:
        """Pieces that are yet to come."""
        arrivals = ((parcel.pieces, self.record.arrival(parcel)) for parcel in self.purchase.parcels)
        return self.pieces - sum(pieces for pieces, came in arrivals if came is not None and came <= second)

    @cached_property
    def came(self) -> int | None:
        """When the last of it came."""
        parcel = self._last
        return None if parcel is None else self.record.arrival(parcel)

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
        placed = self.tell.ordered(
            ".".join(purchase.stock),
            f"{lane.origin} over {purchase.lane}",
            self.pieces,
            purchase.placed,
            self.due,
            self.came,
        )
        found = max(self._hold_ups(), key=lambda hold_up: hold_up.seconds, default=None)
        if found is None:
            why = f"{purchase.lane} had no earlier departure"
            return self.tell.chance(purchase.lane, purchase.placed, placed.end, why).behind(placed)
        stage = found.stage
        held = self.tell.held(stage.what, stage.place, stage.begin, stage.end, stage.planned)
        if found.trouble is not None:
            return self._troubled(stage, found.trouble).behind(placed, held)
        if stage.what == "depot":
            lacked = self.tell.lacked(lane.origin, self.item, stage.begin, stage.end)
            return self._shortage(lane.origin, self.item, stage.end - 1).behind(placed, held, lacked)
        return self.tell.chance(stage.place, stage.begin, stage.end, self._by_chance(stage)).behind(placed, held)

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
        busy = stage.what == "works" and self.supply is not None and self.supply.rate is not None
        return f"{stage.place} took longer than usual" + (", or had other orders to work" if busy else "")

    def _hold_ups(self) -> Iterator[HoldUp]:
        for stage in self._stages():
            rest = stage.excess
            if rest <= 0:
                continue
            joined: dict[Root, tuple[int, Trouble]] = {}
            for seconds, trouble in self._hindrances(stage):
                before, other = joined.get(trouble.root, (0, trouble))
                joined[trouble.root] = before + seconds, other.joined(trouble)
            for seconds, trouble in joined.values():
                yield HoldUp(min(seconds, stage.excess), stage, trouble)
                rest -= seconds
            if rest > 0:
                yield HoldUp(rest, stage, None)

    def _stages(self) -> Iterator[Stage]:
        """Its way as far as it got, that of the pieces that came last."""
        lane, end, last = self.lane, self.record.end, self._last
        lead = round(self.supply.lead_time.mean) if self.supply else 0
        ready = end if last is None else last.ready
        yield Stage("works" if self.supply else "depot", lane.origin, self.purchase.placed, ready, lead)
        if last is None:
            return
        left = end if last.left is None else last.left
        yield Stage("quay", self.purchase.lane, ready, left, self._departure(ready) - ready)
        if last.left is not None:
            yield from self._voyage(last, left)

    def _voyage(self, parcel: Parcel, at: int) -> Iterator[Stage]:
        """Leg, port, leg, port, leg."""
        end, stays = self.record.end, self.record.stays(parcel)
        for index, leg in enumerate(self.lane.times):
            called = index < len(stays)
            until = stays[index][0] if called else self.record.arrival(parcel) or end
            yield Stage("leg", self.purchase.lane, at, until, round(leg.mean))
            if not called:
                return
            port = self.lane.via[index]
            spec = self.model.ports[port]
            out = stays[index][1]
            at = end if out is None else out
            yield Stage("port", port, until, at, round(spec.handling.mean + spec.customs.mean))
            if out is None:
                return

    # What was wrong ---------------------------------------------------------------------------------------------------

    def _hindrances(self, stage: Stage) -> Iterator[tuple[int, Trouble]]:
        """Seconds lost to everything that was out of order at a stage. Who waits in a queue has lost what was lost
        since the queue began.
        """
        return {"works": self._at_works, "quay": self._on_quay, "leg": self._on_leg, "port": self._in_port}.get(
            stage.what, lambda _: iter(())
        )(stage)

    def _slowed(self, dial: str, subject: str, begin: int, end: int, partly: bool) -> Iterator[tuple[int, Trouble]]:
        """Time lost to a dial below 100 %; where only a standstill counts, not `partly`."""
        for trouble in self.troubles.on(dial, subject, begin, end):
            if trouble.level == 0 or (partly and trouble.level < 1):
                yield round(trouble.overlap(begin, end) * (1 - trouble.level)), trouble

    def _stretched(self, subject: str, second: int, planned: int) -> Iterator[tuple[int, Trouble]]:
        for trouble in self.troubles.at("lead_time", subject, second):
            if trouble.level > 1:
                yield round(planned * (trouble.level - 1)), trouble

    def _at_works(self, stage: Stage) -> Iterator[tuple[int, Trouble]]:
        assert self.supply is not None
        queues, bench = self.supply.rate is not None, f"{stage.place}.{self.item}"
        begin = self.record.levels["busy", stage.place].since(stage.begin) if queues else stage.begin
        yield from self._slowed("capacity", bench, begin, stage.end, queues)
        yield from self._slowed("failure", stage.place, begin, stage.end, False)
        yield from self._stretched(bench, stage.begin, stage.planned)

    def _on_quay(self, stage: Stage) -> Iterator[tuple[int, Trouble]]:
        for subject in (stage.place, f"{stage.place}.{self.item}"):
            yield from self._slowed("capacity", subject, stage.begin, stage.end, self.lane.capacity is not None)

    def _on_leg(self, stage: Stage) -> Iterator[tuple[int, Trouble]]:
        yield from self._slowed("sailing", stage.place, stage.begin, stage.end, False)
        left = self._last.left if self._last is not None else None
        if left is not None:
            yield from self._stretched(stage.place, left, stage.planned)

    def _in_port(self, stage: Stage) -> Iterator[tuple[int, Trouble]]:
        port = self.model.ports[stage.place]
        begin = self.record.levels["queue", stage.place].since(stage.begin)
        yield from self._slowed("capacity", stage.place, begin, stage.end, True)
        load = port.traffic * port.handling.mean / port.berths if port.berths else 0.0
        for trouble in self.troubles.on("traffic", stage.place, begin, stage.end):
            if trouble.level > 1:
                yield round(trouble.overlap(begin, stage.end) * (trouble.level - 1) * load), trouble
