"""Single points of failure, told from the network alone: places without which a customer cannot be served at all.

Not a question of paths, as a product needs all of its parts: goods can be had where some way brings them or some line
can make them, and a line can make what it has every component of, or an alternate. So what can be had is worked out
from the suppliers down, once with each place and once without it. Stocks and time play no part: a single point may be
bridged by a buffer, and a place that is none may stop a policy that does not use the other way.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.language import Model
from twin.replenishment.network import StockName


def cut_off(model: Model, place: str) -> list[str]:
    """What customers could have and without a place cannot, as "customer.item"."""
    whole, without = _can_be_had(model), _can_be_had(model, place)
    return [
        f"{name}.{item}"
        for name, customer in model.customers.items()
        for item, buying in customer.buys.items()
        if (buying.origin, item) in whole - without
    ]


def _can_be_had(model: Model, missing: str | None = None) -> set[StockName]:
    """Every stock that something can go on refilling while one place is missing."""
    had: set[StockName] = set()
    while True:
        more = {*_brought(model, missing, had), *_made(model, missing, had)} - had
        if not more:
            return had
        had |= more


def _brought(model: Model, missing: str | None, had: set[StockName]) -> Iterator[StockName]:
    for name, lane in model.lanes.items():
        if missing in (name, lane.origin, *lane.via, lane.destination):
            continue
        for item in model.network.carried[name]:
            if lane.origin in model.suppliers or (lane.origin, item) in had:
                yield lane.destination, item


def _made(model: Model, missing: str | None, had: set[StockName]) -> Iterator[StockName]:
    for name, line in model.lines.items():
        if missing in (name, line.origin, line.destination):
            continue
        for product in line.makes:
            if all(
                any((line.origin, item) in had for item in (part, *model.items[part].alternates))
                for part in model.items[product].bom
            ):
                yield line.destination, product
