"""A port: shipments and other ships wait in one queue for a berth, are handled, clear customs and sail on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from twin.disruptions.subject import NODE
from twin.engine.clock import SINCE, Callback, Moment, Phase
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
        self.queue: deque[Callable[[], None]] = deque()  # for each ship that waits for a berth, what moors it
        self.berths = spec.berths if spec.berths is not None else float("inf")
        self.free_time = spec.free_time
        self.turn = world.turn(Phase.ARRIVE, name)
        ledger = world.ledger
        self.in_port = ledger.gauge("in_port", name)  # our pieces, which on the books are on their lane
        self.waiting = ledger.gauge("queue", name)
        self.busy = ledger.gauge("berths_busy", name)
        self.overdue = ledger.gauge("demurrage", name, price=spec.demurrage)
        self.wait_all = ledger.tally("wait_all", name, kind=WaitTally)
        self.wait = ledger.tally("wait", name)  # of our shipments
        self.handling = world.draws(f"handling {name}", spec.handling)
        self.customs = world.draws(f"customs {name}", spec.customs)
        self._handling_of_others = world.draws(f"handling {name} others", spec.handling)
        if spec.traffic:
            self._gaps = world.draws(f"traffic {name}", exponential(1 / spec.traffic))
            self._expect_other()

    def call(self, pieces: int, turn: int, then: Callable[[], None]) -> None:
        """A shipment of ours comes; what happens `then`, when it leaves."""
        PortCall(self, pieces, turn, then)

    # Other ships: a Poisson stream whose rate the `traffic` dial turns ------------------------------------------------

    def _expect_other(self) -> None:
        clock = self.clock
        Work(clock, next(self._gaps), self.traffic, self.turn | clock._now << SINCE, self._other_comes)

    def _other_comes(self, _: object) -> None:
        self.come(partial(self._moor_other, self.clock._now))
        self._expect_other()

    def _moor_other(self, arrived: int) -> None:
        self.moor(arrived, next(self._handling_of_others), self.turn, self.cast_off)

    # Berths -----------------------------------------------------------------------------------------------------------

    def come(self, moor: Callable[[], None]) -> None:
        """A ship comes, and moors when there is a berth for it."""
        if self.busy.value < self.berths and self.speed.value > 0 and not self.queue:
            moor()
        else:
            self.queue.append(moor)
            self.waiting.add(1)

    def moor(self, arrived: int, handling: int, turn: int, handled: Callback) -> None:
        """A ship takes a berth for its handling."""
        self.busy.add(1)
        clock = self.clock
        self.wait_all.add((clock._now - arrived) / DAY)
        Work(clock, handling, self.speed, turn, handled)

    def cast_off(self, _: object = None) -> None:
        """A ship has left its berth."""
        self.busy.add(-1)
        if self.queue:
            self._serve()

    def _serve(self, _: object = None) -> None:
        """Give free berths to those who wait."""
        while self.queue and self.busy.value < self.berths and self.speed.value > 0:
            self.waiting.add(-1)
            moor = self.queue.popleft()
            moor()

    def _reopen(self) -> None:
        if self.queue and self.speed.value > 0:
            self.world.at(self.clock._now, self.turn, self._serve)


class PortCall:
    """One of our shipments calls at a port.

    It waits for a berth, first come first served, holds it for its handling, and clears customs. From arrival to
    leaving its pieces are in port; demurrage runs once the free time is over.
    """

    __slots__ = ("_arrived", "_gone", "_meter", "_pieces", "_port", "_turn")

    def __init__(self, port: Harbour, pieces: int, turn: int, gone: Callable[[], None]) -> None:
        self._port = port
        self._pieces = pieces
        self._turn = turn
        self._gone = gone  # what happens when it leaves
        self._arrived = now = port.clock._now
        self._meter = Moment(port.clock, now + port.free_time, port.turn, self._overrun) if port.overdue.price else None
        port.in_port.add(pieces)
        port.come(self._moor)

    def _overrun(self, _: object) -> None:
        """The free time is over."""
        self._port.overdue.add(1)

    def _moor(self) -> None:
        port = self._port
        port.wait.add((port.clock._now - self._arrived) / DAY)
        port.moor(self._arrived, next(port.handling), self._turn, self._handled)

    def _handled(self, _: object) -> None:
        port = self._port
        port.cast_off()
        customs = next(port.customs)
        if customs:
            Moment(port.clock, port.clock._now + customs, self._turn, self._leave)
        else:
            self._leave()

    def _leave(self, _: object = None) -> None:
        port = self._port
        if self._meter is not None:
            if self._meter.processed:
                port.overdue.add(-1)
            else:
                self._meter.cancel()
        port.in_port.add(-self._pieces)
        self._gone()
