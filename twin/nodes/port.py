"""A port: shipments and other ships wait in one queue for a berth, are handled, clear customs and sail on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.subject import NODE
from twin.engine.clock import SINCE, Moment, Phase, Signal
from twin.engine.dial import Work
from twin.engine.measures import WaitTally
from twin.model.distributions import RandomDuration, constant, exponential
from twin.model.spec import Whole
from twin.model.units import DAY, Duration, Frequency, PricePerTime
from twin.nodes.node import Node

if TYPE_CHECKING:
    from twin.engine.world import World


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
        return Harbour(world, name, self)


class Harbour:
    """A port at work. Its own queue of berths.

    `capacity` is the speed of handling, and a port that stands still gives no berth.
    """

    def __init__(self, world: World, name: str, spec: Port) -> None:
        self.world = world
        self.clock = world.clock
        self.name = name
        self.spec = spec
        self.speed = world.dial("capacity", name)
        self.speed.listen(self._reopen)
        self.traffic = world.dial("traffic", name)
        self.queue: deque[Signal] = deque()  # ships that wait for a berth, each for its own signal
        self.berths = spec.berths if spec.berths is not None else float("inf")
        self.free_time = spec.free_time
        self._turn = world.turn(Phase.ARRIVE, name)
        ledger = world.ledger
        self.in_port = ledger.gauge("in_port", name)  # our pieces, which on the books are on their lane
        self.waiting = ledger.gauge("queue", name)
        self.busy = ledger.gauge("berths_busy", name)
        self.overdue = ledger.gauge("demurrage", name, price=spec.demurrage)
        self.wait_all = ledger.tally("wait_all", name, kind=WaitTally)
        self.wait = ledger.tally("wait", name)  # of our shipments
        self._handling = world.draws(f"handling {name}", spec.handling)
        self._customs = world.draws(f"customs {name}", spec.customs)
        self._handling_of_others = world.draws(f"handling {name} others", spec.handling)
        if spec.traffic:
            self._gaps = world.draws(f"traffic {name}", exponential(1 / spec.traffic))
            self._expect_other()

    def handle(self, pieces: int, turn: int) -> Generator[Event, None, None]:
        """A shipment waits for a berth, first come first served, holds it for its handling, and clears customs.

        From arrival to leaving its pieces are in port; demurrage runs once the free time is over.
        """
        clock = self.clock
        arrived = clock._now
        self.in_port.add(pieces)
        meter = self._start_meter()
        berth = self._come()
        if berth is not None:
            yield berth
        self.wait.add((clock._now - arrived) / DAY)
        yield self._moor(arrived, next(self._handling), turn)
        customs = next(self._customs)
        if customs:
            yield Moment(clock, clock._now + customs, turn)
        if meter is not None:
            self._stop_meter(meter)
        self.in_port.add(-pieces)

    # Other ships: a Poisson stream whose rate the `traffic` dial turns ------------------------------------------------

    def _expect_other(self) -> None:
        clock = self.clock
        Work(clock, next(self._gaps), self.traffic, self._turn | clock._now << SINCE, self._other_comes)

    def _other_comes(self, _: object) -> None:
        berth = self._come()
        if berth is None:
            self._moor_other(self.clock._now)
        else:
            berth.callbacks.append(partial(self._moor_other, self.clock._now))
        self._expect_other()

    def _moor_other(self, arrived: int, _: object = None) -> None:
        self._moor(arrived, next(self._handling_of_others), self._turn)

    # Berths -----------------------------------------------------------------------------------------------------------

    def _come(self) -> Signal | None:
        """A ship comes. If it has to wait for a berth: the signal that there is one."""
        if self.busy.value < self.berths and self.speed.value > 0 and not self.queue:
            return None
        berth = Signal(self.clock)
        self.queue.append(berth)
        self.waiting.add(1)
        return berth

    def _moor(self, arrived: int, handling: int, turn: int) -> Work:
        """A ship takes a berth. Returns its handling, at whose end it has left the berth."""
        self.busy.add(1)
        clock = self.clock
        self.wait_all.add((clock._now - arrived) / DAY)
        return Work(clock, handling, self.speed, turn, self._cast_off)

    def _cast_off(self, _: object) -> None:
        self.busy.add(-1)
        if self.queue:
            self._serve()

    def _serve(self, _: object = None) -> None:
        """Give free berths to those who wait."""
        while self.queue and self.busy.value < self.berths and self.speed.value > 0:
            self.waiting.add(-1)
            self.queue.popleft().happen()

    def _reopen(self) -> None:
        if self.queue and self.speed.value > 0:
            self.world.at(self.clock._now, self._turn, self._serve)

    def _start_meter(self) -> Moment | None:
        if not self.overdue.price:
            return None
        return Moment(self.clock, self.clock._now + self.free_time, self._turn, lambda _: self.overdue.add(1))

    def _stop_meter(self, meter: Moment) -> None:
        if meter.processed:
            self.overdue.add(-1)
        else:
            meter.cancel()
