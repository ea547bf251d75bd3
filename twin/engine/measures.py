"""Measures: gauges hold a number until it is set again, tallies add up amounts that happened.

Each keeps its integral or sum as it goes, and only what somebody asks for besides: a peak, a largest amount, days.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from twin.model.units import DAY

if TYPE_CHECKING:
    from twin.engine.ledger import Ledger

Key = tuple[str, ...]


class Gauge:
    """A number that holds until it is set again: its integral over time, and its cost at a price per second.

    The integral is found as an account's piece-seconds are.
    """

    __slots__ = ("clock", "cost", "integral", "key", "ledger", "opened", "paid", "price", "priced", "value", "weighted")

    def __init__(self, ledger: Ledger, key: Key, price: float) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.key = key
        self.price = price
        self.value: Any = 0  # whole where the thing is whole
        self.restart(self.clock._now)

    def restart(self, now: int) -> None:
        """The count begins."""
        self.opened = self.value
        self.weighted: float = self.value * now
        self.integral: float = 0
        self.cost = self.paid = 0.0
        self.priced: float = 0  # the integral when the price was last changed

    def add(self, amount: float) -> None:
        self.value += amount
        self.weighted += amount * self.clock._now

    def entry(self, amount: float) -> tuple:
        """What the journal says of an amount added."""
        return self.clock._now, "gauge", self.key, self.value

    def set(self, value: float) -> None:
        if value != self.value:
            self.add(value - self.value)

    def lasted(self, seconds: int) -> None:
        """Until now the number was higher by 1 for so long, which nobody set it to at the time."""
        self.weighted -= seconds

    @property
    def gained(self) -> float:
        """By how much the number has risen since the count began."""
        return self.value - self.opened

    def until(self, now: int) -> float:
        """The integral from the beginning of the count to now."""
        return self.value * now - self.weighted

    def reprice(self, price: float) -> None:
        """From now on a unit costs `price` per second."""
        now = self.clock._now
        integral = self.until(now)
        self.paid += (integral - self.priced) * self.price
        self.priced = integral
        self.price = price
        if self.ledger.journal is not None:
            self.ledger.journal.append((now, "price", self.key, price))

    def close(self, end: int) -> None:
        """The count is over."""
        self.integral = self.until(end)
        self.cost = self.paid + (self.integral - self.priced) * self.price


class PeakGauge(Gauge):
    """A gauge that remembers the largest number that lasted."""

    __slots__ = ("peak", "since")

    def restart(self, now: int) -> None:
        super().restart(now)
        self.peak: float = 0
        self.since = now

    def add(self, amount: float) -> None:
        now = self.clock._now
        if now != self.since:
            self.since = now
            if self.value > self.peak:
                self.peak = self.value
        self.value += amount
        self.weighted += amount * now

    def close(self, end: int) -> None:
        super().close(end)
        if end != self.since:
            self.peak = max(self.peak, self.value)


class LevelGauge(PeakGauge):
    """A peak gauge that remembers, too, where it stood at the end of each whole day."""

    __slots__ = ("by_day", "midnight")

    def restart(self, now: int) -> None:
        super().restart(now)
        self.by_day: list[Any] = []
        self.midnight = now + DAY

    def add(self, amount: float) -> None:
        now = self.clock._now
        if now != self.since:
            self.since = now
            if self.value > self.peak:
                self.peak = self.value
            if now >= self.midnight:
                self._end_days(now)
        self.value += amount
        self.weighted += amount * now

    def close(self, end: int) -> None:
        super().close(end)
        self._end_days(end)

    def _end_days(self, now: int) -> None:
        """What moves at midnight belongs to the day that begins."""
        while self.midnight <= now:
            self.by_day.append(self.value)
            self.midnight += DAY


class DailyGauge(Gauge):
    """A gauge whose integral is kept day by day, too."""

    __slots__ = ("by_day", "since")

    def restart(self, now: int) -> None:
        super().restart(now)
        self.by_day: Any = ()  # until there is something to count
        self.since = now

    def add(self, amount: float) -> None:
        self._spread(self.clock._now)
        super().add(amount)

    def close(self, end: int) -> None:
        self._spread(end)
        self.by_day = self.by_day or self.ledger.nothing
        super().close(end)

    def _spread(self, now: int) -> None:
        """What has held since the last change, over the days that it touched."""
        time, end = self.since - self.ledger.opened, now - self.ledger.opened
        self.since = now
        if self.value and time < end and not self.by_day:
            self.by_day = [0] * self.ledger.days
        while self.value and time < end:
            day = time // DAY
            until = min(end, (day + 1) * DAY)
            self.by_day[day] += self.value * (until - time)
            time = until


class Tally:
    """Amounts that happened: their sum and number."""

    __slots__ = ("key", "ledger", "times", "total")

    def __init__(self, ledger: Ledger, key: Key) -> None:
        self.ledger = ledger
        self.key = key
        self.restart()

    def restart(self) -> None:
        """The count begins."""
        self.total: float = 0
        self.times = 0

    def add(self, amount: float) -> None:
        self.total += amount
        self.times += 1

    def entry(self, amount: float) -> tuple:
        """What the journal says of an amount added."""
        return self.ledger.clock._now, "tally", self.key, amount

    def close(self) -> None:
        """The count is over."""


class WaitTally(Tally):
    """A tally of waits, which remembers how many were longer than 0, and the longest."""

    __slots__ = ("longest", "waited")

    def restart(self) -> None:
        super().restart()
        self.longest: float = 0
        self.waited = 0

    def add(self, amount: float) -> None:
        self.times += 1
        if amount:
            self.total += amount
            self.waited += 1
            if amount > self.longest:
                self.longest = amount


class DailyTally(Tally):
    """A tally that is kept day by day, too."""

    __slots__ = ("by_day",)

    def restart(self) -> None:
        super().restart()
        self.by_day: Any = ()  # until there is something to count

    def add(self, amount: float) -> None:
        self.total += amount
        self.times += 1
        ledger = self.ledger
        if not self.by_day:
            self.by_day = [0] * ledger.days
        self.by_day[(ledger.clock._now - ledger.opened) // DAY] += amount

    def close(self) -> None:
        self.by_day = self.by_day or self.ledger.nothing


@cache
def told(kind: type[Any]) -> type:
    """The same kind of entry, which the journal is told of, too."""

    def add(entry: Any, amount: float) -> None:
        kind.add(entry, amount)
        entry.ledger.journal.append(entry.entry(amount))

    return type(kind.__name__, (kind,), {"__slots__": (), "add": add})
