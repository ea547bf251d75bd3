"""The clock: whole seconds, and the order in which the events of one second happen.

SimPy orders events by (time, priority, order of creation). Here the priority is a *turn*: the phase of the instant,
then the time of the order that caused the event, then the rank of a name. So the order of creation never decides
anything, and what an instant triggers in an earlier phase runs before the clock goes on to a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from heapq import heappop, heappush
from typing import Any

from simpy import Environment, Event
from simpy.core import StopSimulation

Callback = Callable[[Any], None]


class Phase(IntEnum):
    """The phases of an instant, in their order; as numbers they leave room for what orders events within a phase."""

    COUNT = 1 << 60  # the books open, close and are read: before anything else of the instant
    DISRUPT = 2 << 60  # dials turn
    EXPIRE = 3 << 60  # shelf lives end, and the lives of items
    ARRIVE = 4 << 60  # shipments move, ports and docks work
    MAKE = 5 << 60  # shifts, failures, lots end and start
    SELL = 6 << 60  # patience ends, then customers order
    REVIEW = 7 << 60  # positions are reviewed and orders placed


LAST = (1 << 36) - 1  # sorts after every time of order: 2000 years in seconds
SINCE = 24  # the bits of a turn below the time of order: those of the rank


def turn(phase: Phase, rank: int = 0, since: int = 0) -> int:
    """The place of an event among those of the same second: by phase, then time of order, then rank of its name."""
    return phase | since << SINCE | rank


class Clock(Environment):
    """SimPy's environment, counting whole seconds from 0."""

    _now: int
    _queue: list[Any]  # SimPy's heap of (time, priority, number, event)

    def __init__(self) -> None:
        super().__init__(0)

    def schedule(self, event: Any, priority: Any = 1, delay: Any = 0) -> None:
        """SimPy's own events happen in the phase before all others."""
        event.entry = next(self._eid)
        heappush(self._queue, (self._now + delay, priority, event.entry, event))

    def run(self, until: Any = None) -> None:
        """Let time pass, as in SimPy; the entry of a moment that was put off or cancelled is passed over.

        Events exactly at the end do not happen.
        """
        queue = self._queue
        Moment(self, until, -1, _stop)
        try:
            while True:
                self._now, _, number, event = heappop(queue)
                if event.entry == number:
                    callbacks, event.callbacks = event.callbacks, None
                    for callback in callbacks:
                        callback(event)
        except StopSimulation:
            pass

    def has_before(self, turn: int) -> bool:
        """Whether something else of this second comes before a turn."""
        queue = self._queue
        return bool(queue) and queue[0][0] == self._now and queue[0][1] < turn

    def at(self, time: int, turn: int, then: Callback | None = None) -> Moment:
        """A moment to wait for, or to call `then` at."""
        return Moment(self, time, turn, then)


def _stop(_: Any) -> None:
    raise StopSimulation


class Signal(Event):
    """An event that happens the moment it is told to, inside the turn of whoever tells it."""

    env: Clock
    callbacks: Any  # SimPy's: a list until the event has been processed, then None
    entry: int | None = None  # the number of its valid entry in the clock's queue
    _ok = True  # nothing here fails
    _value = None

    def __init__(self, clock: Clock) -> None:
        self.env = clock
        self.callbacks = []

    def happen(self, _: Any = None) -> None:
        callbacks, self.callbacks = self.callbacks, None
        for callback in callbacks:
            callback(self)


class Moment(Signal):
    """An event that happens at a set second, in its turn, unless it is cancelled before."""

    def __init__(self, clock: Clock, time: int, turn: int, then: Callback | None = None) -> None:
        self.env = clock
        self.callbacks = [] if then is None else [then]
        self.entry = next(clock._eid)
        heappush(clock._queue, (time, turn, self.entry, self))

    def cancel(self) -> None:
        """It will not happen, and holds nobody any longer. Cancelling what has happened changes nothing."""
        self.entry = None
        self.callbacks = None


class Life:
    """A process: a generator that yields the signals that it waits for.

    It starts at once, in the turn of whoever starts it, and ends silently. SimPy's own Process would take two more
    events for that, and looks out for interrupts, which nothing here needs.
    """

    __slots__ = ("steps",)

    def __init__(self, steps: Iterator[Event]) -> None:
        self.steps = steps
        self.go_on()

    def go_on(self, _: Any = None) -> None:
        for signal in self.steps:
            signal.callbacks.append(self.go_on)
            break


class Bell:
    """News that a process waits for, delivered in that process's own turn, once an instant however often it rings."""

    def __init__(self, clock: Clock, turn: int) -> None:
        self.clock = clock
        self.turn = turn
        self._waiting: Signal | None = None

    def wait(self) -> Signal:
        self._waiting = Signal(self.clock)
        return self._waiting

    def ring(self) -> None:
        signal = self._waiting
        if signal is not None:
            self._waiting = None
            clock = self.clock
            signal.entry = next(clock._eid)
            heappush(clock._queue, (clock._now, self.turn, signal.entry, signal))
