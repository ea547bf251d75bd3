"""An order: so many pieces of one item for one stock, from one source; and a claim: pieces wanted from a stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.engine.account import Account

Deliver = Callable[["Claim", int, Account], None]


class Order:
    """Pieces on their way into a stock, from the moment of ordering.

    `price` per piece is fixed when the order is placed.
    """

    __slots__ = ("item", "left", "placed", "price", "quantity", "stock")

    def __init__(self, stock: Any, quantity: int, placed: int, price: float = 0.0) -> None:
        self.stock = stock
        self.item = stock.item
        self.quantity = quantity
        self.left = quantity  # at a line not yet made; at a supplier what has not been cut
        self.placed = placed
        self.price = price

    def cut(self, quantity: int) -> None:
        """Pieces that will never come: they are no longer on order."""
        self.quantity -= quantity
        self.left -= quantity
        self.stock.on_order.add(-quantity)
        self.stock.moved()


class Claim:
    """Pieces wanted from a stock, first come first served.

    `deliver(claim, pieces, source)` takes pieces from an account; `whole` waits for the full size; `waits` is owed what
    is not there, otherwise it is lost; `order` is what it is for, where another warehouse claims.
    """

    __slots__ = ("deliver", "left", "order", "quantity", "settled", "waits", "whole")

    def __init__(
        self, quantity: int, deliver: Deliver, whole: bool = False, waits: bool = True, order: Order | None = None
    ) -> None:
        self.quantity = self.left = quantity
        self.deliver = deliver
        self.whole = whole
        self.waits = waits
        self.order: Any = order
        self.settled: Callable[[], None] | None = None
