"""Overdue orders at lines: pieces that were to be made and are not, and why the line has not made them.

Lines that make one item for one store are one source; orders of an item are made in the order in which they came.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from twin.language import Model
from twin.replenishment.network import StockName
from twin.results.why.chain import Cause, Link, Root, Stop
from twin.results.why.links import Teller
from twin.results.why.record import Amounts, Record
from twin.results.why.troubles import Troubles

Stood = Callable[[str, int, int], Iterable[Stop]]  # the explained stops of a line in a time
Blamed = tuple[int, Cause]  # seconds, and why


def worst_stop(stops: Iterable[Stop]) -> Blamed | None:
    """Of stops in a time: all their seconds, and the cause of the longest of the root that cost most."""
    by_root: dict[Root, list[Stop]] = {}
    for stop in stops:
        by_root.setdefault(stop.root, []).append(stop)
    if not by_root:
        return None
    worst = max(by_root.values(), key=lambda of_root: sum(stop.seconds for stop in of_root))
    longest = max(worst, key=lambda stop: stop.seconds)
    total = sum(stop.seconds for of_root in by_root.values() for stop in of_root)
    return total, Cause(longest.root, longest.chain)


class Making:
    """What stocks have on order at lines."""

    def __init__(self, model: Model, record: Record, troubles: Troubles, tell: Teller, stood: Stood) -> None:
        self.model, self.record, self.troubles, self.tell, self.stood = model, record, troubles, tell, stood
        self.lines = {stock: model.network.lines(*stock) for stock in model.network.stocks}
        self._orders = {stock: self._ordered(stock) for stock, lines in self.lines.items() if lines}
        self._made = {stock: self._deliveries(stock) for stock in self._orders}

    def _ordered(self, stock: StockName) -> Amounts:
        """What a stock has ordered, but for what it ordered over lanes."""
        bought: dict[int, int] = {}
        for purchase in self.record.purchases.get(stock, ()):
            bought[purchase.placed] = bought.get(purchase.placed, 0) + purchase.quantity
        orders = Amounts()
        for time, pieces in self.record.amounts["ordered", ".".join(stock)]:
            over_lanes = min(pieces, bought.get(time, 0))
            if over_lanes:
                bought[time] -= over_lanes
            if pieces > over_lanes:
                orders.add(time, pieces - over_lanes)
        return orders

    def _deliveries(self, stock: StockName) -> Amounts:
        made = Amounts()
        for time, pieces in sorted(
            entry for line in self.lines[stock] for entry in self.record.amounts["delivered", line, stock[1]]
        ):
            made.add(time, pieces)
        return made

    def _lead(self, stock: StockName) -> int:
        """One lot ÷ its rate, as it is planned."""
        makes = (self.model.lines[line].makes[stock[1]] for line in self.lines[stock])
        return max(round(making.lot / making.rate) for making in makes)

    def dues(self, store: str, item: str) -> set[int]:
        stock = store, item
        return {time + self._lead(stock) for time in self._orders[stock].times} if stock in self._orders else set()

    def overdue(self, store: str, item: str, second: int) -> int:
        """Pieces that should have been made by now."""
        stock = store, item
        if stock not in self._orders:
            return 0
        return self._orders[stock].until(second - self._lead(stock)) - self._made[stock].until(second)

    def cause(self, store: str, item: str, second: int) -> Cause:
        """Why the oldest of them was not made: what took most of the time since the line last had nothing to do."""
        stock = store, item
        orders, made, lead = self._orders[stock], self._made[stock], self._lead(stock)
        oldest = bisect_right(orders.sums, made.until(second)) - 1
        placed, pieces = orders.times[oldest], orders.sums[oldest + 1] - orders.sums[oldest]
        link = self.tell.ordered(
            f"{store}.{item}",
            " and ".join(self.lines[stock]),
            pieces,
            placed,
            placed + lead,
            made.reach(orders.sums[oldest + 1]),
        )
        late = second - placed - lead
        blamed = [entry for line in self.lines[stock] for entry in self._blamed(line, placed, second, late)]
        return max(blamed, key=lambda entry: entry[0])[1].behind(link)

    def _blamed(self, line: str, placed: int, second: int, late: int) -> Iterator[Blamed]:
        """Seconds for which a line stood, was slow, or was busy; behind what lay there already."""
        begin = self.record.busy_since(line, placed)
        waited: tuple[Link, ...] = (self.tell.queued(line, begin, second),) if begin < placed else ()
        rest = late
        worst = worst_stop(self.stood(line, begin, second))
        if worst is not None:
            seconds, cause = worst
            yield min(seconds, late), cause.behind(*waited)
            rest -= seconds
        for trouble in self.troubles.on("capacity", line, begin, second):
            if 0 < trouble.level < 1:
                slow = round(trouble.overlap(begin, second) * (1 - trouble.level))
                yield min(slow, late), self.tell.trouble(trouble).behind(*waited)
                rest -= slow
        why = f"{line} had other orders to work"
        yield max(0, rest), self.tell.chance(line, begin, second, why).behind(*waited)
