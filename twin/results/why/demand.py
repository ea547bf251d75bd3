"""More demand than expected: how much, and who began it.

One goes downstream from the stock to who wanted most beyond what the plan expects of him: a customer, another store, or
a line, which may only be catching up after it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import NamedTuple

from twin.language import Model
from twin.model.units import DAY
from twin.replenishment.network import StockName
from twin.replenishment.policy import StockPlan
from twin.results.why.chain import Cause
from twin.results.why.links import Teller
from twin.results.why.making import Stood, worst_stop
from twin.results.why.record import Amounts, Record
from twin.results.why.troubles import Troubles


class Taker(NamedTuple):
    """Who wants pieces of a stock: how many came to be wanted, how many a day are expected, and for which stocks."""

    name: str
    kind: str  # customer, line or store
    wanted: Amounts
    per_day: float
    every: float  # seconds: how often he orders; 0 for all the time
    behind: Mapping[StockName, int]  # and how many go into a piece there


class Demand:
    """On all stocks of one replication."""

    def __init__(
        self,
        model: Model,
        plans: Mapping[StockName, StockPlan],
        record: Record,
        troubles: Troubles,
        tell: Teller,
        stood: Stood,
    ) -> None:
        self.model, self.plans, self.record, self.troubles = model, plans, record, troubles
        self.tell, self.stood = tell, stood
        self._takers = {stock: [*self._customers(stock), *self._lines(stock), *self._stores(stock)] for stock in plans}

    def _customers(self, stock: StockName) -> Iterator[Taker]:
        for name, buying in self.model.network.buyers.get(stock, {}).items():
            wanted = self.record.amounts["demand", f"{name}.{stock[1]}"]
            yield Taker(name, "customer", wanted, buying.per_day, buying.every.value or 0, {})

    def _lines(self, stock: StockName) -> Iterator[Taker]:
        store, part = stock
        for name, line in self.model.network.lines_from(store).items():
            wanted = self.record.amounts["taken", store, part, name]
            boms = {(line.destination, item): self.model.items[item].bom for item in line.makes}
            products = {product: bom[part] for product, bom in boms.items() if part in bom}
            per_day = sum(count * self._flow(name, product) for product, count in products.items())
            if products or wanted.times:
                yield Taker(name, "line", wanted, per_day, 0, products)

    def _stores(self, stock: StockName) -> Iterator[Taker]:
        for lane in self.model.network.taking.get(stock, ()):
            taker = self.model.lanes[lane].destination, stock[1]
            wanted = self.record.amounts["purchased", lane, stock[1]]
            yield Taker(taker[0], "store", wanted, self._flow(lane, taker), self._rhythm(taker), {taker: 1})

    def _rhythm(self, stock: StockName) -> float:
        """Seconds between two orders of a stock: its review, or as long as its smallest order lasts."""
        plan = self.plans[stock]
        least = plan.rule.least_order if plan.rule else 0
        return DAY * max(plan.outlook.review, least / plan.outlook.demand) if plan.outlook.demand else 0.0

    def _flow(self, source: str, stock: StockName) -> float:
        """Pieces a day that a stock is expected to want from one of its sources."""
        plan = self.plans[stock]
        return plan.outlook.demand * sum(entry.share for entry in plan.sources if entry.name == source)

    def excess(self, stock: StockName, since: int, second: int) -> float:
        """Pieces wanted beyond the expected in a time."""
        return sum(self._beyond(taker, since, second) for taker in self._takers[stock])

    def usual(self, stock: StockName, since: int, second: int) -> float:
        """Pieces that are wanted in a time when all is as expected, and orders come at its worst."""
        return sum(self._expected(taker, since, second) for taker in self._takers[stock])

    def _beyond(self, taker: Taker, since: int, second: int) -> float:
        return taker.wanted.within(since, second) - self._expected(taker, since, second)

    def _expected(self, taker: Taker, since: int, second: int) -> float:
        """At the mean; of who orders now and then, as many orders as fit into the time."""
        time = second - max(0, since) if not taker.every else ceil((second - since) / taker.every) * taker.every
        return taker.per_day * time / DAY

    def cause(self, stock: StockName, since: int, second: int, seen: frozenset[StockName] = frozenset()) -> Cause:
        """Of who wanted most beyond the expected: why."""
        name, begin = ".".join(stock), max(0, since)
        if not self._takers[stock]:
            return self.tell.surge(name, begin, second)
        taker = max(self._takers[stock], key=lambda taker: self._beyond(taker, since, second))
        wanted, expected = taker.wanted.within(since, second), self._expected(taker, since, second)
        cause = self._reason(taker, stock, since, second, seen | {stock}) or self.tell.surge(name, begin, second)
        return cause.behind(self.tell.wanted(name, taker.name, wanted, expected, begin, second))

    def _reason(
        self, taker: Taker, stock: StockName, since: int, second: int, seen: frozenset[StockName]
    ) -> Cause | None:
        """A disruption of demand, more demand further down, or a line that catches up; None if just so."""
        if taker.kind == "customer":
            return self._disrupted(taker, stock, since, second)
        below = {of: per * self.excess(of, since, second) for of, per in taker.behind.items() if of not in seen}
        most = max(below, key=below.__getitem__, default=None)
        if most is not None and below[most] > 0 and 2 * below[most] >= self._beyond(taker, since, second):
            return self.cause(most, since, second, seen)
        return self._catching_up(taker, since, second) if taker.kind == "line" else None

    def _catching_up(self, taker: Taker, since: int, second: int) -> Cause | None:
        """The stops that left a line with so much to do, if it would have taken at least half of it meanwhile."""
        begin = self.record.busy_since(taker.name, max(0, since))
        seconds, cause = worst_stop(self.stood(taker.name, begin, second)) or (0, None)
        if cause is None or 2 * taker.per_day * seconds / DAY < self._beyond(taker, since, second):
            return None
        return cause.behind(self.tell.queued(taker.name, begin, second))

    def _disrupted(self, taker: Taker, stock: StockName, since: int, second: int) -> Cause | None:
        """A disruption to which at least half of it is due."""
        for trouble in self.troubles.on("demand", f"{taker.name}.{stock[1]}", since, second):
            due = (trouble.level - 1) * trouble.overlap(since, second) / DAY * taker.per_day
            if 2 * due >= self._beyond(taker, since, second):
                return self.tell.trouble(trouble)
        return None
