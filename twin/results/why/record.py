"""The record: one replication's journal, sorted by what it is about, to be asked what was when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from twin.engine.account import CONSUMED, OPENING
from twin.engine.ledger import Ledger
from twin.language import Model
from twin.nodes.line import STATES
from twin.replenishment.network import StockName

GAUGES = {*STATES, "starved_by", "queue", "busy"}
TALLIES = {"demand", "short", "lost", "ordered", "scrapped", "failures"}

Spell = tuple[int, int]  # seconds: from, to


class Amounts:
    """Amounts that happened, and how many of them within a time."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.sums: list[int] = [0]

    def add(self, time: int, amount: int) -> None:
        self.times.append(time)
        self.sums.append(self.sums[-1] + amount)

    def until(self, time: int) -> int:
        """All up to and including a second."""
        return self.sums[bisect_right(self.times, time)]

    def within(self, after: int, until: int) -> int:
        return self.until(until) - self.until(after)

    def reach(self, amount: int) -> int | None:
        """When the sum has reached an amount."""
        found = bisect_left(self.sums, amount)
        return self.times[found - 1] if 0 < found < len(self.sums) else None

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((time, self.sums[k + 1] - self.sums[k]) for k, time in enumerate(self.times))


class Level:
    """A number that holds until it changes, and the spells in which it was not 0."""

    def __init__(self) -> None:
        self.spells: list[Spell] = []
        self._since: int | None = None

    def set(self, time: int, value: float) -> None:
        if value and self._since is None:
            self._since = time
            if self.spells and self.spells[-1][1] == time:
                self._since = self.spells.pop()[0]
        elif not value and self._since is not None:
            if time > self._since:
                self.spells.append((self._since, time))
            self._since = None

    def close(self, end: int) -> None:
        self.set(end, 0)

    def touching(self, begin: int, end: int) -> list[Spell]:
        """The spells that share a time."""
        first = bisect_right(self.spells, begin, key=lambda spell: spell[1])
        last = bisect_left(self.spells, end, key=lambda spell: spell[0])
        return self.spells[first:last]

    def since(self, time: int) -> int:
        """When the spell began that touches a second; that second if none does."""
        found = bisect_right(self.spells, time, key=lambda spell: spell[0]) - 1
        return self.spells[found][0] if found >= 0 and self.spells[found][1] >= time else time


@dataclass
class Parcel:
    """Pieces of an order that got ready together."""

    pieces: int
    ready: int
    left: int | None = None
    shipment: int = -1


@dataclass
class Voyage:
    """Where a shipment was: its stays in ports, and when it arrived."""

    stays: list[tuple[int, int | None]] = field(default_factory=list)
    arrived: int | None = None


@dataclass
class Purchase:
    """An order over a lane, and what became of it."""

    stock: StockName
    lane: str
    placed: int
    quantity: int
    parcels: list[Parcel] = field(default_factory=list)


class Record:
    """The journal of one replication, sorted."""

    def __init__(self, model: Model, ledger: Ledger) -> None:
        self.end = ledger.warm_up + ledger.horizon
        self.amounts: dict[tuple[str, ...], Amounts] = defaultdict(Amounts)
        self.levels: dict[tuple[str, ...], Level] = defaultdict(Level)
        self.purchases: dict[StockName, list[Purchase]] = defaultdict(list)
        self.repaired: dict[str, list[int]] = defaultdict(list)
        self._numbered: dict[int, Purchase] = {}
        self._voyages: dict[int, Voyage] = defaultdict(Voyage)
        self._lines = model.lines
        self._stores = {name: name for name in model.warehouses} | {f"{name} dock": name for name in model.warehouses}
        tellers: dict[str, Callable[..., None]] = {
            "gauge": self._gauge, "tally": self._tally, "move": self._move, "order": self._order,
            "shipment": self._shipment, "fact": self._fact,
        }  # fmt: skip
        for time, kind, *what in ledger.journal or ():
            if kind in tellers:
                tellers[kind](time, *what)
        for level in self.levels.values():
            level.close(self.end)

    def arrival(self, parcel: Parcel) -> int | None:
        return self._voyages[parcel.shipment].arrived if parcel.left is not None else None

    def stays(self, parcel: Parcel) -> list[tuple[int, int | None]]:
        """In the ports on its way, as far as it has come: from, and to."""
        return self._voyages[parcel.shipment].stays

    def busy_since(self, line: str, time: int) -> int:
        """When a line last had nothing to do."""
        idle = self.levels["idle", line].spells
        last = bisect_right(idle, time, key=lambda spell: spell[0]) - 1
        return min(time, idle[last][1]) if last >= 0 else 0

    def _gauge(self, time: int, key: tuple[str, ...], value: float) -> None:
        if key[0] in GAUGES:
            self.levels[key].set(time, value)

    def _tally(self, time: int, key: tuple[str, ...], amount: int) -> None:
        if key[0] in TALLIES:
            self.amounts[key].add(time, amount)

    def _move(self, time: int, item: str, quantity: int, source: str, destination: str) -> None:
        """What lines take, and what they hand over."""
        store = self._stores.get(source)
        if store is not None and destination in self._lines:
            self.amounts["taken", store, item, destination].add(time, quantity)
        elif source in self._lines and destination != CONSUMED and item in self._lines[source].makes:
            self.amounts["delivered", source, item].add(time, quantity)
        elif source == OPENING and store is None and destination in self._stores:
            self.amounts["opened", destination, item].add(time, quantity)

    def _order(self, time: int, number: int, what: str, quantity: int, *where: str) -> None:
        if what == "placed":
            item, store, lane = where
            purchase = self._numbered[number] = Purchase((store, item), lane, time, quantity)
            self.purchases[store, item].append(purchase)
            self.amounts["purchased", lane, item].add(time, quantity)
        elif what == "ready":
            self._numbered[number].parcels.append(Parcel(quantity, time))
        else:
            (shipment,) = where
            parcel = next(parcel for parcel in self._numbered[number].parcels if parcel.left is None)
            parcel.left, parcel.shipment = time, int(shipment)

    def _shipment(self, time: int, number: int, what: str, _: str) -> None:
        voyage = self._voyages[number]
        if what == "in":
            voyage.stays.append((time, None))
        elif what == "out":
            voyage.stays[-1] = (voyage.stays[-1][0], time)
        else:
            voyage.arrived = time

    def _fact(self, time: int, what: str, *where: str) -> None:
        if what == "repaired":
            self.repaired[where[0]].append(time)
