"""The ledger: goods move only here, and everything a person reads afterwards comes from here.

Three kinds of entries: *moves* of goods between places (double entry: the sum over all places of an item is 0 at
every instant), *gauges* (a number that holds from now on: pieces on order, berths busy, a line's state) and *tallies*
(an amount that happened: pieces asked, money paid, days waited). Balances, time integrals and sums are kept always;
the journal of every entry only when asked for. Peaks count what lasted: a state that is over within its instant has
no duration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twin.engine.account import Account, ImpossibleMove
from twin.engine.clock import Clock
from twin.engine.kit import Component, Kit
from twin.engine.lots import lots_at
from twin.engine.measures import Gauge, Key, LevelGauge, Tally, told
from twin.model.units import DAY

WORTH_UNITS = 1_000_000_000  # worth is kept in whole billionths of money: sums of any order agree to the last digit


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
        self.posters: list[Callable[[], None]] = []  # who sums up beside the books, and posts when they are read
        self.gauges: dict[Key, Any] = {}  # gauges of any kind
        self.tallies: dict[Key, Any] = {}  # tallies of any kind
        self.occurrences: list = []
        self.worths = {item: round(value * WORTH_UNITS) for item, value in values.items()}
        self.owned = self.gauge("owned", kind=LevelGauge)  # worth of all goods that are ours
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
        self.posters.append(kit.post)
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
        out.balance = left = out.balance - quantity
        if left < out.floor:
            if left < 0:
                out.overdrawn(quantity, now)
            lacks = out.floor - left
            out.missed += (quantity if quantity < lacks else lacks) * now
        has = into.balance
        if has < into.floor:
            lacks = into.floor - has
            into.missed -= (quantity if quantity < lacks else lacks) * now
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
        for post in self.posters:
            post()

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
