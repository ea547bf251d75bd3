"""More demand than expected: how much, and who began it.

One goes downstream from the stock to who wanted most beyond what the plan expects of him: a customer, another store, or
a line, which may only be catching up after it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    behind: tuple[StockName, ...]


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
            yield Taker(name, "customer", wanted, buying.per_day, ())

    def _lines(self, stock: StockName) -> Iterator[Taker]:
        store, part = stock
        for name, line in self.model.network.lines_from(store).items():
            wanted = self.record.amounts["taken", store, part, name]
            products = [(line.destination, item) for item in line.makes if part in self.model.items[item].bom]
            per_day = sum(
                self.model.items[product[1]].bom[part] * self._share(name, product) * self.plans[product].outlook.demand
                for product in products
            )
            if products or wanted.times:
                yield Taker(name, "line", wanted, per_day, tuple(products))

    def _stores(self, stock: StockName) -> Iterator[Taker]:
        for lane in self.model.network.taking.get(stock, ()):
            taker = self.model.lanes[lane].destination, stock[1]
            wanted = self.record.amounts["purchased", lane, stock[1]]
            yield Taker(
                taker[0], "store", wanted, self._share(lane, taker) * self.plans[taker].outlook.demand, (taker,)
            )

    def _share(self, source: str, stock: StockName) -> float:
        return sum(entry.share for entry in self.plans[stock].sources if entry.name == source)

    def _since(self, stock: StockName, second: int) -> int:
        return max(-1, second - round(self.plans[stock].outlook.exposure * DAY))

    def excess(self, stock: StockName, second: int) -> float:
        """Pieces wanted beyond the expected, in the time for which the level was to last."""
        return sum(self._beyond(taker, self._since(stock, second), second) for taker in self._takers[stock])

    def _beyond(self, taker: Taker, since: int, second: int) -> float:
        return taker.wanted.within(since, second) - taker.per_day * (second - max(0, since)) / DAY

    def cause(self, stock: StockName, second: int, seen: frozenset[StockName] = frozenset()) -> Cause:
        """Of who wanted most beyond the expected: why."""
        since, name = self._since(stock, second), ".".join(stock)
        taker = max(self._takers[stock], key=lambda taker: self._beyond(taker, since, second))
        expected = taker.per_day * (second - max(0, since)) / DAY
        link = self.tell.wanted(name, taker.name, taker.wanted.within(since, second), expected, max(0, since), second)
        cause = self._reason(taker, stock, since, second, seen | {stock})
        return (cause or self.tell.surge(name, max(0, since), second)).behind(link)

    def _reason(
        self, taker: Taker, stock: StockName, since: int, second: int, seen: frozenset[StockName]
    ) -> Cause | None:
        """A disruption of demand, more demand further down, or a line that catches up; None if just so."""
        if taker.kind == "customer":
            return self._disrupted(taker, stock, since, second)
        for below in taker.behind:
            if below not in seen and self.excess(below, second) > 0:
                return self.cause(below, second, seen)
        if taker.kind == "line":
            stopped = worst_stop(self.stood(taker.name, max(0, since), second))
            return stopped[1] if stopped is not None else None
        return None

    def _disrupted(self, taker: Taker, stock: StockName, since: int, second: int) -> Cause | None:
        """A disruption to which at least half of it is due."""
        for trouble in self.troubles.on("demand", f"{taker.name}.{stock[1]}", since, second):
            due = (trouble.level - 1) * trouble.overlap(since, second) / DAY * taker.per_day
            if 2 * due >= self._beyond(taker, since, second):
                return self.tell.trouble(trouble)
        return None
