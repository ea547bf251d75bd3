"""Ageing: at the end of its shelf life a piece is scrapped, and at the end of its item's life whatever there is of it.

Both happen before anything else moves in their second, so nobody is ever given a piece whose day has come. What
expires under way is scrapped where it arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.engine.account import Account
from twin.engine.clock import Phase
from twin.engine.lots import Dating, Lots

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.nodes.stock import Stock


class Ageing:
    """What keeps the pieces of one stock from lying there for ever."""

    def __init__(self, world: World, stock: Stock, life: int | None) -> None:
        self.world = world
        self.stock = stock
        self.ended = False  # the item's life is over
        self._watched: set[int] = set()
        self._turn = world.turn(Phase.EXPIRE, stock.name)
        if life is not None:
            stock.shelf.lots = Dating(life, self._watch)
            stock.at_dock.lots = Dating(life, self._watch)

    def _watch(self, expiry: int) -> None:
        """Look at the stock when that second comes."""
        if expiry not in self._watched:
            self._watched.add(expiry)
            self.world.at(expiry, self._turn, self._expire)

    def _expire(self, _: object) -> None:
        stock, now = self.stock, self.world.now
        stock.store.scrap(stock, _expired(stock.shelf.lots, now))
        stock.store.scrap_at_dock(stock, _expired(stock.at_dock.lots, now))

    def admit(self, quantity: int, source: Account) -> int:
        """Of pieces that arrive, how many are still good; the others are scrapped before they come in."""
        lost = quantity if self.ended else min(quantity, _expired(source.lots, self.world.now))
        if lost:
            self.stock.scrap(lost, source)
            self.stock.on_order.add(-lost)
            self.stock.moved()
        return quantity - lost

    def end(self) -> None:
        """The item's life is over: nothing is kept, and nothing owed to another warehouse any more."""
        stock = self.stock
        self.ended = True
        stock.store.scrap(stock, stock.shelf.balance)
        stock.store.scrap_at_dock(stock, stock.at_dock.balance)
        for claim in [claim for claim in stock.owed if claim.order is not None]:
            claim.order.cut(claim.left)
            stock.abandon(claim)


def _expired(lots: Lots | None, now: int) -> int:
    return 0 if lots is None else lots.expired(now)
