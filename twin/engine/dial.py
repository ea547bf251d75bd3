"""Dials and work: a disruption turns a dial, and work takes as long as its amount needs however the dial is turned.

A dial's value is its base times the product of the active factors. Causes compose: nobody saves a value to restore
it, so of two overlapping closures the last to end reopens.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from heapq import heappush
from math import ceil, prod

from twin.engine.clock import Callback, Clock, Moment

CROWD = 16  # so much work is held before a dial looks for what is done
SLIVER = 1e-6  # seconds: rounding up the end of work ignores what is only floating-point dust


class Dial:
    """A share of normal, 1.0 when nothing has turned it.

    >>> dial = Dial()
    >>> dial.turn("strike", 0.5); dial.turn("storm", 0.0); dial.turn("storm", None); dial.value
    0.5
    """

    works: list[Work] | None  # what goes on at this speed, and some that is done

    def __init__(self) -> None:
        self.value = self._neutral
        self._factors: dict[Hashable, float] = {}
        self.works = []
        self.crowd = CROWD
        self._listeners: list[Callable[[], None]] = []

    _neutral = 1.0

    def _combined(self) -> float:
        factors = self._factors
        if len(factors) < 2:
            return next(iter(factors.values()), self._neutral)
        return self._joined(factors[cause] for cause in sorted(factors, key=str))  # float results depend on the order

    def _joined(self, factors: Iterable[float]) -> float:
        return prod(factors)

    def turn(self, cause: Hashable, factor: float | None) -> None:
        """From now on `cause` multiplies the dial by `factor`; None takes the cause away."""
        if factor is None:
            self._factors.pop(cause, None)
        else:
            self._factors[cause] = factor
        self.set(self._combined())

    def set(self, value: float) -> None:
        """Turn the dial to a value; who has causes to compose calls `turn`."""
        if value != self.value:
            before, self.value = self.value, value
            if self.works:
                self.works = [work for work in self.works if work.callbacks is not None]  # what is not done
                for work in self.works:
                    work.retime(before)
            for listener in self._listeners:
                listener()

    def forget(self) -> None:
        """Hold no longer what has been done."""
        self.works = [work for work in self.works or () if work.callbacks is not None]
        self.crowd = CROWD + 2 * len(self.works)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the value changes."""
        self._listeners.append(listener)

    def gate(self) -> Dial:
        """A dial that is 0 while this one is 0, and otherwise at full speed."""
        gate = Dial()
        self.listen(lambda: gate.set(1.0 if self.value > 0 else 0.0))
        return gate

    def among(self, cause: Hashable) -> Dial:
        """A dial of its own, which this one turns as one cause among others."""
        dial = Dial()
        self.listen(lambda: dial.turn(cause, self.value))
        return dial


class SumDial(Dial):
    """A dial whose causes add: percentage points of duty, notices that are pending."""

    _neutral = 0.0

    def _joined(self, factors: Iterable[float]) -> float:
        return sum(factors)


class Fixed(Dial):
    """A dial that nothing ever turns. One serves all places."""

    def __init__(self, value: float) -> None:
        self.value = value
        self.works = None

    def turn(self, cause: Hashable, factor: float | None) -> None:
        raise AssertionError(f"{cause} turns a fixed dial")

    def listen(self, listener: Callable[[], None]) -> None:
        """There will be no news."""

    def gate(self) -> Dial:
        return self


NORMAL, NOTHING_ADDED = Fixed(Dial._neutral), Fixed(SumDial._neutral)


class Work(Moment):
    """A moment that comes when `amount` seconds of work at full speed are done, the dial being the speed.

    At 0 nothing ends, not even work of amount 0. The end is rounded up to a whole second.
    """

    def __init__(self, clock: Clock, amount: float, dial: Dial, turn: int, then: Callback | None = None) -> None:
        self.env = clock
        self.callbacks = [] if then is None else [then]
        self.amount = self.left = amount
        self.dial = dial
        self.turn = turn
        works = dial.works
        if works is not None:
            works.append(self)
            if len(works) > dial.crowd:
                dial.forget()
        if dial.value == 1.0:  # as mostly: what `_aim` does, without its call and its division
            self._since = now = clock._now
            self.entry = next(clock._eid)
            heappush(clock._queue, (now + ceil(amount - SLIVER), turn, self.entry, self))
        else:
            self._aim()

    def _aim(self) -> None:
        clock = self.env
        self._since = now = clock._now
        speed = self.dial.value
        self.entry = next(clock._eid)  # what was set before is no longer valid
        if speed > 0:
            needed = self.left / speed - SLIVER
            end = now + ceil(needed) if needed > 0 else now
            heappush(clock._queue, (end, self.turn, self.entry, self))

    def retime(self, speed: float) -> None:
        """The dial was turned: keep what was done at the speed until now, go on at the new one."""
        self._count(speed)
        self._aim()

    def _count(self, speed: float) -> None:
        self.left = max(0.0, self.left - (self.env._now - self._since) * speed)

    def lose(self, share: float) -> None:
        """Share of the work done so far is to be done again."""
        self._count(self.dial.value)
        self.left += share * (self.amount - self.left)
        self._aim()

    def cut(self, share: float) -> None:
        """Share of the whole amount is no longer wanted."""
        self._count(self.dial.value)
        self.amount *= 1 - share
        self.left *= 1 - share
        self._aim()
