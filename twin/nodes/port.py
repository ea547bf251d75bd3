"""A port: shipments and other ships wait in one queue for a berth, are handled, clear customs and sail on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field
from simpy import Event

from twin.disruptions.subject import NODE
from twin.engine.clock import SINCE, Life, Moment, Phase, Signal
from twin.engine.dial import Work
from twin.engine.measures import LargestTally, Tally
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
        harbour = Harbour(world, name, self)
        if self.traffic:
            world.process(harbour.others())
        return harbour


class Flag(NamedTuple):
    """Under which ships sail: what is drawn for them, and where the waits of ours are counted."""

    handling: Iterator[int]
    customs: Iterator[int] = repeat(0)
    wait: Tally | None = None


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
        self.queue: deque[Signal] = deque()  # ships that wait, each for its own signal
        self.free = spec.berths if spec.berths is not None else float("inf")
        self.free_time = spec.free_time
        self._turn = world.turn(Phase.ARRIVE, name)
        ledger = world.ledger
        self.waiting = ledger.gauge("queue", name)
        self.busy = ledger.gauge("berths_busy", name)
        self.overdue = ledger.gauge("demurrage", name, price=spec.demurrage)
        self.wait_all = ledger.tally("wait_all", name, kind=LargestTally)
        self.waited = ledger.tally("waited", name)  # ships that had to wait
        self.ships = ledger.tally("ships", name)
        self._ours = Flag(
            world.draws(f"handling {name}", spec.handling),
            world.draws(f"customs {name}", spec.customs),
            ledger.tally("wait", name),
        )
        self._others = Flag(world.draws(f"handling {name} others", spec.handling))

    def handle(self, turn: int) -> Generator[Event, None, None]:
        """A shipment's stay."""
        return self._stay(self._ours, turn)

    def others(self) -> Generator[Event, None, None]:
        """Other ships: a Poisson stream whose rate the `traffic` dial turns."""
        clock = self.clock
        gaps = self.world.draws(f"traffic {self.name}", exponential(1 / self.spec.traffic))
        while True:
            yield Work(clock, next(gaps), self.traffic, self._turn | clock._now << SINCE)
            Life(self._stay(self._others, self._turn))

    def _stay(self, flag: Flag, turn: int) -> Generator[Event, None, None]:
        """A ship waits for a berth, first come first served, holds it for its handling, and clears customs.

        Demurrage runs from arrival to leaving once the free time is over.
        """
        clock = self.clock
        arrived = clock._now
        meter = self._start_meter() if flag.wait is not None else None
        self.ships.add(1)
        if self.queue or self.free <= 0 or self.speed.value == 0:
            berth = Signal(clock)
            self.queue.append(berth)
            self.waiting.add(1)
            yield berth
            self.waiting.add(-1)
        self.free -= 1
        self.busy.add(1)
        waited = clock._now - arrived
        if waited:
            self.waited.add(1)
        self.wait_all.add(waited / DAY)
        if flag.wait is not None:
            flag.wait.add(waited / DAY)
        yield Work(clock, next(flag.handling), self.speed, turn)
        self.free += 1
        self.busy.add(-1)
        if self.queue:
            self._serve()
        customs = next(flag.customs)
        if customs:
            yield Moment(clock, clock._now + customs, turn)
        if meter is not None:
            self._stop_meter(meter)

    def _serve(self, _: object = None) -> None:
        """Give free berths to those who wait."""
        while self.queue and self.free > 0 and self.speed.value > 0:
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
