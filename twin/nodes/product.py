"""A product as one line makes it: the components that it takes from its warehouse, and where the ledger keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.engine.account import CONSUMED, MADE, Account
from twin.engine.kit import Component
from twin.nodes.stock import Stock

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.nodes.line import Making
    from twin.nodes.warehouse import Store

Bom = Iterable[tuple[str, int]]  # components, and how many of each go into a piece


@dataclass(slots=True)  # its attributes are faster than those of a tuple
class Part:
    """One component of a product at a line: its stock and its shelf, and how many a piece takes."""

    stock: Stock
    shelf: Account
    per_piece: int


class Product:
    """One item as a line makes it: its terms, its components, and where the ledger keeps the pieces."""

    def __init__(self, world: World, line: str, origin: Store, item: str, making: Making, bom: Bom) -> None:
        account = world.ledger.account
        self.lot = making.lot
        self.rate = making.rate
        self.cost = making.cost
        stocks = [(origin.stocks[part], count) for part, count in bom]
        self.parts = [Part(stock, stock.shelf, count) for stock, count in stocks]
        self.kit = world.ledger.kit(
            [
                Component(count, stock.shelf, account(line, stock.item), account(CONSUMED, stock.item))
                for stock, count in stocks
            ]
        )
        self.space = sum(stock.space * count for stock, count in stocks)
        self.watched = [stock for stock, _ in stocks if stock.changed is not None]
        self.making = account(MADE, item)
        self.finished = account(line, item)

    def scarce(self, lot: int) -> list[Part]:
        """The components of which the shelf has too few for a lot."""
        return [part for part in self.parts if part.shelf.balance < part.per_piece * lot]
