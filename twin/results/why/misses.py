"""Misses of customers: orders that were not served at once, each with its reason.

What is lost when patience ends belongs to the day on which it was ordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.language import Model
from twin.nodes.customer import Backorder
from twin.results.why.chain import Cause, Miss
from twin.results.why.links import Teller
from twin.results.why.record import Record
from twin.results.why.shortages import Shortages


@dataclass
class Unserved:
    """What was not there when a customer ordered: pieces that count, and in which order of his it was."""

    time: int
    number: int
    short: int = 0
    lost: int = 0


def misses(model: Model, record: Record, shortages: Shortages, tell: Teller) -> Iterator[Miss]:
    """Of every customer and item."""
    for name, customer in model.customers.items():
        patience = customer.unmet.backorder if isinstance(customer.unmet, Backorder) else 0
        for item, buying in customer.buys.items():
            orders = _unserved(record, f"{name}.{item}", patience, tell.warm_up)
            yield from _joined(
                name,
                item,
                [(order, shortages.cause(buying.origin, item, order.time)) for order in orders],
                tell,
                buying.origin,
            )


def _unserved(record: Record, habit: str, patience: int, warm_up: int) -> Iterator[Unserved]:
    """The orders that fell short, and those of which something was lost later, by time."""
    numbers: dict[int, int] = {}
    for time in record.amounts["demand", habit].times:
        numbers.setdefault(time, len(numbers))
    found: dict[int, Unserved] = {}
    for time, pieces in record.amounts["short", habit]:
        order = found.setdefault(time, Unserved(time, numbers[time]))
        order.short += pieces if time >= warm_up else 0
    times = list(found)
    for time, pieces in record.amounts["lost", habit]:
        if time >= warm_up:
            ordered = time - patience
            if ordered not in found:  # its life ended before patience did
                ordered = max(when for when in times if when <= time)
            found[ordered].lost += pieces
    return (order for order in found.values() if order.short or order.lost)


def _joined(customer: str, item: str, orders: list[tuple[Unserved, Cause]], tell: Teller, store: str) -> Iterator[Miss]:
    """Orders one after another with the same root are one miss."""
    group: list[tuple[Unserved, Cause]] = []
    for order, cause in orders:
        if group and (cause.root != group[-1][1].root or order.number != group[-1][0].number + 1):
            yield _miss(customer, item, group, tell, store)
            group = []
        group.append((order, cause))
    if group:
        yield _miss(customer, item, group, tell, store)


def _miss(customer: str, item: str, group: list[tuple[Unserved, Cause]], tell: Teller, store: str) -> Miss:
    """Told by the order that lacked most."""
    cause = max(group, key=lambda entry: max(entry[0].short, entry[0].lost))[1]
    begin, end = group[0][0].time, group[-1][0].time
    short, lost = sum(order.short for order, _ in group), sum(order.lost for order, _ in group)
    links = (tell.missed(customer, item, begin, end, short, lost), tell.lacked(store, item, begin, end), *cause.links)
    return Miss(customer, item, begin, end, short, lost, cause.root, links)
