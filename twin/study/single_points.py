"""Single points of failure, told from the network alone: places without which a customer cannot be served at all.

Goods flow along the ways of a graph whose points are items at warehouses. A product needs all of its parts, and no path
says that: so a line opens, and becomes a source, once every part that it takes, or an alternate, can be had. Stocks and
time play no role: a buffer may bridge a single point, and a place that is none may stop a policy that does not use the
other way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from twin.language import Model
from twin.nodes.line import Line
from twin.replenishment.network import StockName

if TYPE_CHECKING:
    import networkx as nx

SUPPLY = ("", "")
"""The point at which all goods enter."""


def single_points(model: Model, places: Iterable[str]) -> dict[str, list[str]]:
    """What customers could have, and cannot without each of these places, as "customer.item"."""
    whole = _can_be_had(model)
    lost = {place: whole - _can_be_had(model, place) for place in places}
    return {
        place: [
            f"{name}.{item}"
            for name, customer in model.customers.items()
            for item, buying in customer.buys.items()
            if (buying.origin, item) in stocks
        ]
        for place, stocks in lost.items()
    }


def _can_be_had(model: Model, missing: str | None = None) -> set[StockName]:
    """Every stock that something can go on refilling while one place is missing."""
    import networkx as nx  # a third of a second, for those who ask

    ways = _ways(model, missing)
    lines = [line for name, line in model.lines.items() if missing not in (name, line.origin, line.destination)]
    while True:
        had: set[StockName] = nx.descendants(ways, SUPPLY)
        made = {
            (line.destination, product)
            for line in lines
            for product in line.makes
            if _complete(model, line, product, had)
        }
        if made <= had:
            return had
        ways.add_edges_from((SUPPLY, stock) for stock in made)


def _ways(model: Model, missing: str | None) -> nx.DiGraph:
    """Lanes, item by item, that are open while one place is missing."""
    import networkx as nx

    ways = nx.DiGraph()
    ways.add_node(SUPPLY)
    for name, lane in model.lanes.items():
        if missing not in (name, lane.origin, *lane.via, lane.destination):
            for item in model.network.carried[name]:
                ways.add_edge(
                    SUPPLY if lane.origin in model.suppliers else (lane.origin, item), (lane.destination, item)
                )
    return ways


def _complete(model: Model, line: Line, product: str, had: set[StockName]) -> bool:
    """Whether a line can have every part of a product, or an alternate of it."""
    return all(
        any((line.origin, item) in had for item in (part, *model.items[part].alternates))
        for part in model.items[product].bom
    )
