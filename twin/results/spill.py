"""Where do we put it: day by day the space that was rented because a store was full, and what waited at its dock."""

from __future__ import annotations

from dataclasses import dataclass

from twin.engine.measures import Gauge
from twin.engine.world import World
from twin.model.units import DAY
from twin.nodes.stock import Stock
from twin.nodes.warehouse import SPACE_UNITS, Store


@dataclass(frozen=True)
class Spill:
    """One day's want of space in a store: rented (`item` is None), or refused to an item, which waited at the dock."""

    day: int
    store: str
    item: str | None
    space: float  # mean of the day, in the store's unit
    paid: float


class Landlord:
    """Writes down every evening what the day took beyond each store's own space, and what that cost."""

    def __init__(self) -> None:
        self.log: list[Spill] = []
        self._before: dict[tuple[str, ...], float] = {}

    def look(self, world: World, day: int) -> None:
        """Sums up to now; before the first day they are only taken note of."""
        now = world.now
        for name, store in world.nodes.items():
            if isinstance(store, Store):
                rent = self._since(("paid", name), _cost(store.rented, now))
                self._tell(day, name, None, self._since(("rented", name), store.rented.until(now)), rent)
                if self._since(("blocked", name), store.blocked.until(now)):
                    for item, stock in store.stocks.items():
                        waited = self._since((name, item), _waited(stock, now))
                        self._tell(day, name, item, waited, waited * store.blocked.price)

    def _since(self, key: tuple[str, ...], total: float) -> float:
        before, self._before[key] = self._before.get(key, 0), total
        return total - before

    def _tell(self, day: int, store: str, item: str | None, space_seconds: float, paid: float) -> None:
        if space_seconds and day >= 0:
            self.log.append(Spill(day, store, item, space_seconds / SPACE_UNITS / DAY, paid))


def _waited(stock: Stock, now: int) -> int:
    """Space times seconds at the dock since the count began."""
    return (stock.at_dock.balance * now - stock.at_dock.weighted) * stock.space


def _cost(gauge: Gauge, now: int) -> float:
    return gauge.paid + (gauge.until(now) - gauge.priced) * gauge.price
