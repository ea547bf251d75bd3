"""Sourcing: what the lanes and lines that refill a stock cost landed, and how orders are shared out over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from twin.model.units import DAY

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model
    from twin.transport.order import Order

Way = tuple[tuple[str, str], ...]  # dials as (name, subject)


class Source(NamedTuple):
    """A lane or a line, and its share of a stock's orders."""

    name: str
    share: float


class LeadTime(NamedTuple):
    """A planning lead time in days: mean and variance, without queues and dials; and how often it departs."""

    mean: float
    variance: float
    departs: float


def lead_time(model: Model, source: str, item: str) -> LeadTime:
    """Of a lane: supplier lead time + legs + handling + customs; of a line: one lot ÷ its rate."""
    if source in model.lines:
        making = model.lines[source].makes[item]
        return LeadTime(making.lot / making.rate / DAY, 0.0, 0.0)
    lane = model.lanes[source]
    parts = list(lane.times)
    for port in lane.via:
        parts += (model.ports[port].handling, model.ports[port].customs)
    if lane.origin in model.suppliers:
        parts.append(model.suppliers[lane.origin].supplies[item].lead_time)
    return LeadTime(
        sum(part.mean for part in parts) / DAY, sum(part.var for part in parts) / DAY**2, (lane.departs or 0) / DAY
    )


def landed_cost(model: Model, source: str, item: str) -> float:
    """Price + lane cost + duty; for a warehouse's goods their value, for a line's components and production."""
    if source in model.lines:
        parts = sum(model.items[part].value * count for part, count in model.items[item].bom.items())
        return parts + model.lines[source].makes[item].cost
    lane = model.lanes[source]
    supplier = model.suppliers.get(lane.origin)
    price = supplier.supplies[item].price if supplier else model.items[item].value
    return price + lane.cost + lane.duty * model.items[item].value


def cheapest(model: Model, sources: tuple[str, ...], item: str) -> str:
    """The source of least landed cost; ties by name."""
    return min(sources, key=lambda source: (landed_cost(model, source, item), source))


def way(model: Model, source: str, item: str) -> Way:
    """What goods of a source go through: the dials that close it when one of them stands at 0 %."""
    if source in model.lines:
        return (("capacity", source),)
    lane = model.lanes[source]
    origin = ("capacity", f"{lane.origin}.{item}") if lane.origin in model.suppliers else ("doors", lane.origin)
    ports = [("capacity", port) for port in lane.via]
    return (origin, ("capacity", source), ("capacity", f"{source}.{item}"), *ports)


class Sourcing:
    """Shares out a stock's orders so that what each source has been given follows its share, also for small orders.

    A `lot` is never torn apart: bins of a kanban loop, a reorder quantity.
    """

    lot = 1

    def __init__(self, world: World, sources: tuple[Source, ...]) -> None:
        channels = {**world.nodes, **world.lanes}
        self.channels = [(name, channels[name], share) for name, share in sources if share > 0]
        self.given = [0] * len(self.channels)

    def ordering(self) -> Callable[[Any, int], object]:
        """How to place an order: with one source there is nothing to share out."""
        return self.channels[0][1].order if len(self.channels) == 1 else self.place

    def place(self, stock: Any, quantity: int) -> None:
        """Order a quantity, of who is furthest behind first.

        Each source rounds its part up to what it sells; the others have so much less to give, now or later.
        """
        left = quantity
        for index, part in self._parts(quantity):
            if left <= 0:
                break
            name, channel, _ = self.channels[index]
            ordered = self._ask(name, channel, stock, min(part, left)).quantity
            self.given[index] += ordered
            left -= ordered

    def _ask(self, name: str, channel: Any, stock: Any, quantity: int) -> Order:
        return channel.order(stock, quantity)

    def _parts(self, quantity: int) -> list[tuple[int, int]]:
        """What each source is to give now, the one that is furthest behind its share first."""
        total = sum(self.given) + quantity
        ahead = [given - share * total for given, (_, _, share) in zip(self.given, self.channels, strict=True)]
        parts = {}
        left = quantity
        for index in sorted(range(len(ahead)), key=ahead.__getitem__):
            parts[index] = min(left, max(0, round(-ahead[index] / self.lot)) * self.lot)
            left -= parts[index]
        furthest_behind = next(iter(parts))
        parts[furthest_behind] += left
        return [(index, part) for index, part in parts.items() if part]
