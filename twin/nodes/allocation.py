"""Allocation: whom a supplier short of capacity serves next, where several stocks wait.

Work is never interrupted, so only the next order is chosen: the first that came, or by one of these. Among equals it is
the older order, then the stock whose name comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from twin.model.errors import did_you_mean, shown
from twin.model.spec import Spec, WarehouseName
from twin.transport.order import Order


class Priority(Spec):
    """Some warehouses before others."""

    priority: Annotated[
        tuple[WarehouseName, ...], Field(min_length=1, description="warehouses, the first served first")
    ]


WORDS = ("first_come", "fair")


def _a_word_or_a_list(written: Any) -> Any:
    if written == "priority":
        raise ValueError("`priority` needs its warehouses, like `{priority: [store_a, store_b]}`")
    if not isinstance(written, dict) and written not in WORDS:
        hint = did_you_mean(str(written), WORDS)
        raise ValueError(
            f"{shown(written)} stands here; write `first_come`, `fair` or `{{priority: [store_a, store_b]}}`{hint}"
        )
    return written


Allocation = Annotated[Literal["first_come", "fair"] | Priority, BeforeValidator(_a_word_or_a_list)]


class Fair:
    """The stock that has had the least share of what it has asked so far; what was cancelled was not asked."""

    def __init__(self) -> None:
        self.had: Counter[str] = Counter()  # pieces worked, by stock

    def worked(self, order: Order) -> None:
        self.had[order.stock.name] += order.quantity

    def next(self, waiting: Collection[Order]) -> Order:
        """The order to be worked now."""
        asked = Counter(self.had)
        for order in waiting:
            asked[order.stock.name] += order.quantity
        share = {stock: self.had[stock] / pieces for stock, pieces in asked.items() if pieces}
        return min(waiting, key=lambda order: (share[order.stock.name], order.placed, order.stock.name))


class ByPriority:
    """The stock whose warehouse stands first in the list; those that are not named come last."""

    def __init__(self, stores: tuple[str, ...]) -> None:
        self.ranks = {store: rank for rank, store in enumerate(stores)}

    def worked(self, order: Order) -> None:
        """What has been done changes nothing."""

    def next(self, waiting: Collection[Order]) -> Order:
        """The order to be worked now."""
        return min(waiting, key=lambda order: (self._rank(order.stock.store.name), order.placed, order.stock.name))

    def _rank(self, store: str) -> int:
        return self.ranks.get(store, len(self.ranks))


def choice(allocation: Allocation) -> Fair | ByPriority | None:
    """How a bench chooses; None is first come first served, where there is nothing to choose."""
    if isinstance(allocation, Priority):
        return ByPriority(allocation.priority)
    return Fair() if allocation == "fair" else None
