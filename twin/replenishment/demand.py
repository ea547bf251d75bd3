"""What a policy expects of each stock.

Mean daily demand and its variance, from the customers up the network, and lead times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from twin.model.units import DAY
from twin.replenishment.network import StockName, Use
from twin.replenishment.rules import Review
from twin.replenishment.safety_stock import Outlook
from twin.replenishment.sourcing import Source, lead_time

if TYPE_CHECKING:
    from twin.language import Model


Flow = tuple[float, float]  # pieces a day: mean and variance


class GoesInCircles(Exception):
    """Stocks that refill each other: nobody could say what their demand is."""

    def __init__(self, stocks: list[StockName]) -> None:
        super().__init__(" → ".join(f"{store}.{item}" for store, item in stocks))


def of_customers(model: Model) -> dict[StockName, list[Flow]]:
    """What customers ask of each stock."""
    return {
        stock: [(buying.per_day, buying.daily_variance) for buying in buyers.values()]
        for stock, buyers in model.network.buyers.items()
    }


class Outlooks:
    """The outlook of every stock, worked out on first use: demand comes from downstream.

    `asked_for` is what the world outside asks of each stock.
    """

    def __init__(
        self,
        model: Model,
        sources: Mapping[StockName, tuple[Source, ...]],
        reviews: Mapping[StockName, Review],
        asked_for: Mapping[StockName, Sequence[Flow]],
    ) -> None:
        self._model = model
        self._sources = sources
        self._reviews = reviews
        self._asked_for = asked_for
        self._demands: dict[StockName, Flow] = {}
        self._asked: list[StockName] = []

    def __getitem__(self, stock: StockName) -> Outlook:
        mean, variance = self.demand(stock)
        lead, lead_variance, review = self._times(stock)
        return Outlook(mean, variance, lead, lead_variance, review)

    def of_use(self, use: Use) -> Outlooks:
        """The same network when nothing is wanted but an alternate, as much of it as its line takes when in use."""
        line, component = self._model.lines[use.line], self._model.items[use.component]
        ratio = component.alternates[use.alternate].ratio
        flows = [(ratio * mean, ratio**2 * variance) for mean, variance in self._of_line(use.line, use.component)]
        return Outlooks(self._model, self._sources, self._reviews, {(line.origin, use.alternate): flows})

    def _times(self, stock: StockName) -> tuple[float, float, float]:
        """Lead time, its variance and the effective review in days, weighted by the sources' shares."""
        review = self._reviews[stock]
        days = review if isinstance(review, int) else 0
        sources = self._sources[stock]
        total = sum(source.share for source in sources)
        if not total:
            return 0.0, 0.0, days / DAY
        times = [(source.share / total, lead_time(self._model, source.name, stock[1])) for source in sources]
        return (
            sum(share * time.mean for share, time in times),
            sum(share * time.variance for share, time in times),
            sum(share * max(days / DAY, time.departs) for share, time in times),
        )

    def demand(self, stock: StockName) -> Flow:
        """Mean and variance of the pieces a day that customers, lines and other warehouses want from a stock."""
        if stock in self._demands:
            return self._demands[stock]
        if stock in self._asked:
            raise GoesInCircles([*self._asked[self._asked.index(stock) :], stock])
        self._asked.append(stock)
        flows = [*self._asked_for.get(stock, ()), *self._of_lines(stock), *self._of_warehouses(stock)]
        self._asked.pop()
        self._demands[stock] = (sum(mean for mean, _ in flows), sum(variance for _, variance in flows))
        return self._demands[stock]

    def _of_lines(self, stock: StockName) -> list[Flow]:
        store, part = stock
        return [flow for name in self._model.network.lines_from(store) for flow in self._of_line(name, part)]

    def _of_line(self, name: str, part: str) -> list[Flow]:
        """BOM × mean output of a line."""
        line = self._model.lines[name]
        flows = []
        for product in line.makes:
            count = self._model.items[product].bom.get(part, 0)
            if count:
                share = self._share(name, (line.destination, product))
                mean, variance = self.demand((line.destination, product))
                flows.append((count * share * mean, (count * share) ** 2 * variance))
        return flows

    def _of_warehouses(self, stock: StockName) -> list[Flow]:
        """Mean demand of the warehouses that the stock supplies × the share sourced here."""
        flows = []
        for name in self._model.network.taking.get(stock, ()):
            taker = (self._model.lanes[name].destination, stock[1])
            share = self._share(name, taker)
            if share:
                mean, variance = self.demand(taker)
                flows.append((share * mean, share**2 * variance))
        return flows

    def _share(self, source: str, stock: StockName) -> float:
        return sum(entry.share for entry in self._sources[stock] if entry.name == source)
