"""The ledger: goods move only here, and everything a person reads afterwards comes from here.

Three kinds of entries: *moves* of goods between places (double entry: the sum over all places of an item is 0 at
every instant), *gauges* (a number that holds from now on: pieces on order, berths busy, a line's state) and *tallies*
(an amount that happened: pieces asked, money paid, days waited). Balances, time integrals and sums are kept always;
the journal of every entry only when asked for. Peaks count what lasted: a state that is over within its instant has
no duration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from twin.engine.account import Account, ImpossibleMove
from twin.engine.clock import Clock
from twin.engine.kit import Component, Kit
from twin.engine.lots import lots_at
from twin.model.units import DAY

WORTH_UNITS = 1_000_000_000  # worth is kept in whole billionths of money: sums of any order agree to the last digit

Key = tuple[str, ...]


class Gauge:
    """A number that holds until it is set again: its integral over time, and its cost at a price per second.

    The integral is found as an account's piece-seconds are.
    """

    __slots__ = ("clock", "cost", "integral", "key", "ledger", "paid", "price", "priced", "value", "weighted")

    def __init__(self, ledger: Ledger, key: Key, price: float) -> None:
        self.ledger = ledger
        self.clock = ledger.clock
        self.key = key
        self.price = price
        self.value: Any = 0  # whole where the thing is whole
        self.restart(self.clock._now)

    def restart(self, now: int) -> None:
        """The count begins."""
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


class LargestTally(Tally):
    """A tally that remembers the largest amount."""

    __slots__ = ("most",)

    def restart(self) -> None:
        super().restart()
        self.most: float = 0

    def add(self, amount: float) -> None:
        self.total += amount
        self.times += 1
        if amount > self.most:
            self.most = amount


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
def told(kind: type) -> type:
    """The same kind of entry, which the journal is told of, too."""

    def add(entry: Any, amount: float) -> None:
        kind.add(entry, amount)  # type: ignore[attr-defined]
        entry.ledger.journal.append(entry.entry(amount))

    return type(kind.__name__, (kind,), {"__slots__": (), "add": add})


class Ledger:
    """The books of one replication; `values` maps each item to the value of a piece in money.

    `lives` maps each item that is perishable to its shelf life.
    """

    def __init__(
        self,
        clock: Clock,
        values: Mapping[str, float],
        warm_up: int,
        horizon: int,
        journal: bool = False,
        policy: str = "",
        lives: Mapping[str, int] | None = None,
    ) -> None:
        self.clock = clock
        self.lives = lives or {}
        self.policy = policy
        self.warm_up = warm_up
        self.horizon = horizon
        self.opened = 0
        self.days = max(-(-warm_up // DAY), -(-horizon // DAY)) + 1
        self.nothing = (0,) * self.days  # day by day
        self.journal: list[tuple] | None = [] if journal else None
        self.accounts: dict[tuple[str, str], Account] = {}
        self.kits: list[Kit] = []
        self.gauges: dict[Key, Any] = {}  # gauges of any kind
        self.tallies: dict[Key, Any] = {}  # tallies of any kind
        self.occurrences: list = []
        self.worths = {item: round(value * WORTH_UNITS) for item, value in values.items()}
        self.owned = self.gauge("owned", kind=PeakGauge)  # worth of all goods that are ours
        self.owned_at_start: float = 0
        self.short_at: list[int] = []  # seconds at which a customer did not get all at once

    def account(self, place: str, item: str) -> Account:
        """The account of an item at a place, opened at first use."""
        found = self.accounts.get((place, item))
        if found is None:
            found = self.accounts[place, item] = Account(place, item, self.worths[item], self.clock._now)
            if item in self.lives:
                found.lots = lots_at(place, self.lives[item])
        return found

    def kit(self, components: Sequence[Component]) -> Kit:
        """Components that move together from now on."""
        kit = Kit(self, components)
        self.kits.append(kit)
        return kit

    def gauge(self, *key: str, price: float = 0.0, kind: type[Gauge] = Gauge) -> Any:
        """The gauge of that name, made at first use; `price` per unit and second."""
        if key not in self.gauges:
            self.gauges[key] = self._kept(kind)(self, key, price)
        return self.gauges[key]

    def tally(self, *key: str, kind: type[Tally] = Tally) -> Any:
        """The tally of that name, made at first use."""
        if key not in self.tallies:
            self.tallies[key] = self._kept(kind)(self, key)
        return self.tallies[key]

    def _kept(self, kind: type) -> type:
        return kind if self.journal is None else told(kind)

    def move(self, item: str, quantity: int, source: str, destination: str) -> None:
        """Move pieces. A place of ours never goes below 0; the world outside may."""
        if quantity < 0:
            raise ImpossibleMove(f"{quantity} {item} from {source} to {destination}")
        self.transfer(self.account(source, item), self.account(destination, item), quantity)

    def transfer(self, out: Account, into: Account, quantity: int, via: Account | None = None) -> None:
        """Move pieces between accounts: what `move` does, for those who have them at hand.

        `via` is a place that they pass through in this instant: two moves in one.
        """
        now = self.clock._now
        before = out.balance
        out.balance = left = before - quantity
        if left < out.floor:
            self.draw_on(out, before, now)
        has = into.balance
        if has < into.floor:
            into.missed -= (min(into.floor, has + quantity) - has) * now
        into.balance = has + quantity
        seconds = quantity * now
        out.weighted -= seconds
        into.weighted += seconds
        if out.owned is not into.owned:
            self.owned.add(into.worth * quantity if into.owned else -into.worth * quantity)
        if out.lots is not None and into.lots is not None:
            into.lots.put(out.lots.take(quantity, now), now)
        if self.journal is not None:
            for start, end in ((out, into),) if via is None else ((out, via), (via, into)):
                self.tell(now, start, end, quantity)

    def draw_on(self, account: Account, before: int, now: int) -> None:
        """An account is below its safety stock, which it must not be by more than that."""
        if account.balance < 0:
            raise ImpossibleMove(
                f"{before - account.balance} {account.item} from {account.place}, which has {before}, at second {now}"
            )
        account.missed += (min(account.floor, before) - account.balance) * now

    def tell(self, now: int, out: Account, into: Account, quantity: int) -> None:
        """A move's line in the journal."""
        if self.journal is not None:
            self.journal.append((now, "move", out.item, quantity, out.place, into.place))

    def fact(self, *words: str) -> None:
        """Something worth a line in the journal, which no sum needs."""
        if self.journal is not None:
            self.journal.append((self.clock._now, "fact", *words))

    def short(self) -> None:
        """A customer did not get all that was asked at once."""
        if not self.short_at or self.short_at[-1] != self.clock._now:
            self.short_at.append(self.clock._now)

    def _post(self) -> None:
        for kit in self.kits:
            kit.post()

    def restart(self) -> None:
        """The warm-up is over: sums start again from 0, balances stay."""
        self.opened = now = self.clock._now
        self._post()
        for books in (self.accounts, self.gauges):
            for entry in books.values():
                entry.restart(now)
        for tally in self.tallies.values():
            tally.restart()
        self.owned_at_start = self.owned.value
        self.short_at.clear()
        if self.journal is not None:
            self.journal.append((now, "count"))

    def close(self) -> None:
        """The run is over: integrals reach to its end."""
        end = self.warm_up + self.horizon
        self._post()
        for account in self.accounts.values():
            account.close(self.opened, end)
        for gauge in self.gauges.values():
            gauge.close(end)
        for tally in self.tallies.values():
            tally.close()
