"""A port: shipments and other ships wait in one queue for a berth, are handled, clear customs and sail on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.subject import NODE
from twin.engine.clock import Moment, Phase, Signal
from twin.model.distributions import RandomDuration, constant, exponential
from twin.model.spec import Whole
from twin.model.units import DAY, Duration, Frequency, PricePerTime
from twin.nodes.node import Node

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.transport.shipment import Shipment


class Port(Node):
    """Berths that serve our shipments and other ships alike, so that congestion emerges."""

    dials: ClassVar = {"capacity": (NODE,), "traffic": (NODE,)}

    kind: Literal["port"]
    berths: Annotated[
        Annotated[Whole, Field(ge=1)] | None, Field(description="ships handled at once; default: unlimited")
    ] = None
    handling: Annotated[RandomDuration, Field(description="time that a ship holds its berth")] = constant(0)
    traffic: Annotated[Frequency, Field(description="rate of other ships (Poisson), served by the same berths")] = 0.0
    customs: Annotated[RandomDuration, Field(description="calendar time after the berth")] = constant(0)
    free_time: Annotated[Duration, Field(description="time in port free of demurrage")] = 0
    demurrage: Annotated[PricePerTime, Field(description="per shipment and time beyond `free_time`")] = 0.0

    def live(self, world: World, name: str) -> Harbour:
        harbour = Harbour(world, name, self)
        if self.traffic:
            world.process(harbour.others())
        return harbour


class Ship:
    """Somebody in the queue: since when, in which turn, and what to do when handled."""

    __slots__ = ("arrived", "handled", "handling", "ours", "turn")

    def __init__(self, arrived: int, handling: Iterator[int], turn: int, ours: bool, handled: Signal | None) -> None:
        self.arrived = arrived
        self.handling = handling
        self.turn = turn
        self.ours = ours
        self.handled = handled


class Harbour:
    """A port at work. Its own queue of berths.

    `capacity` is the speed of handling, and a port that stands still gives no berth.
    """

    def __init__(self, world: World, name: str, spec: Port) -> None:
        self.world = world
        self.name = name
        self.spec = spec
        self.speed = world.dial("capacity", name)
        self.speed.listen(self._reopen)
        self.traffic = world.dial("traffic", name)
        self.queue: deque[Ship] = deque()
        self.free = spec.berths if spec.berths is not None else float("inf")
        self._turn = world.turn(Phase.ARRIVE, name)
        self._our_handling = world.draws(f"handling {name}", spec.handling)
        self._their_handling = world.draws(f"handling {name} others", spec.handling)
        self._customs = world.draws(f"customs {name}", spec.customs)
        ledger = world.ledger
        self.waiting = ledger.gauge("queue", name)
        self.busy = ledger.gauge("berths_busy", name)
        self.overdue = ledger.gauge("demurrage", name, price=spec.demurrage)
        self.wait = ledger.tally("wait", name)
        self.wait_all = ledger.tally("wait_all", name)
        self.waited = ledger.tally("waited", name)  # ships that had to wait
        self.ships = ledger.tally("ships", name)

    def handle(self, shipment: Shipment) -> Generator[Event, None, None]:
        """A shipment's stay: berth, handling, customs.

        Demurrage runs from arrival to leaving once the free time is over.
        """
        world, here = self.world, f"{shipment.route.name}@{self.name}"
        shipment.move(shipment.route.name, here)
        meter = self._start_meter()
        handled = Signal(world.clock)
        self._enter(Ship(world.now, self._our_handling, shipment.turn, True, handled))
        yield handled
        customs = next(self._customs)
        if customs:
            yield world.at(world.now + customs, shipment.turn)
        self._stop_meter(meter)
        shipment.move(here, shipment.route.name)

    def others(self) -> Generator[Event, None, None]:
        """Other ships: a Poisson stream whose rate the `traffic` dial turns."""
        world = self.world
        gaps = world.draws(f"traffic {self.name}", exponential(1 / self.spec.traffic))
        while True:
            yield world.work(next(gaps), self.traffic, world.turn(Phase.ARRIVE, self.name, world.now))
            self._enter(Ship(world.now, self._their_handling, self._turn, False, None))

    def _enter(self, ship: Ship) -> None:
        self.ships.add(1)
        if self.free > 0 and self.speed.value > 0 and not self.queue:
            self._berth(ship)
        else:
            self.queue.append(ship)
            self.waiting.add(1)

    def _serve(self, _: object = None) -> None:
        """Give free berths to those who wait, first come first served."""
        while self.queue and self.free > 0 and self.speed.value > 0:
            self.waiting.add(-1)
            self._berth(self.queue.popleft())

    def _berth(self, ship: Ship) -> None:
        """A ship holds a berth for as long as its handling takes."""
        self.free -= 1
        self.busy.add(1)
        waited = (self.world.now - ship.arrived) / DAY
        self.wait_all.add(waited)
        if waited:
            self.waited.add(1)
        if ship.ours:
            self.wait.add(waited)
        self.world.work(next(ship.handling), self.speed, ship.turn, partial(self._leave, ship))

    def _leave(self, ship: Ship, _: object) -> None:
        self.free += 1
        self.busy.add(-1)
        if self.queue:
            self._serve()
        if ship.handled is not None:
            ship.handled.happen()

    def _reopen(self) -> None:
        if self.queue and self.speed.value > 0:
            self.world.at(self.world.now, self._turn, self._serve)

    def _start_meter(self) -> Moment | None:
        if not self.spec.demurrage:
            return None
        return self.world.at(self.world.now + self.spec.free_time, self._turn, lambda _: self.overdue.add(1))

    def _stop_meter(self, meter: Moment | None) -> None:
        if meter is not None:
            if meter.processed:
                self.overdue.add(-1)
            else:
                meter.cancel()
