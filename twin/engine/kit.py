"""A kit: the components of one product at one line, which move together, so many of each for every piece made.

What leaves the shelves is taken off their balances at once, because others look at them. All else is the same for
every component, but for how many of it a piece takes: it is summed once a kit, and posted when the books are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from twin.engine.account import Account

if TYPE_CHECKING:
    from twin.engine.ledger import Ledger


class Component(NamedTuple):
    """How many pieces go into one piece of the product, and the accounts that they pass through."""

    per_piece: int
    shelf: Account
    in_progress: Account
    consumed: Account


class Kit:
    """Components that are taken for a lot, and used up when it is done."""

    def __init__(self, ledger: Ledger, components: Sequence[Component]) -> None:
        self.ledger = ledger
        self.components = components
        self.shelves = [(per_piece, shelf) for per_piece, shelf, _, _ in components]
        self.worth = sum(per_piece * shelf.worth for per_piece, shelf, _, _ in components)
        self.perishable = [(per_piece, shelf.lots) for per_piece, shelf, _, _ in components if shelf.lots is not None]
        self._taken = self._taken_at = self._used = self._used_at = 0  # pieces of the product; times their seconds

    def take(self, pieces: int) -> None:
        """Components for so many pieces leave the shelves."""
        ledger = self.ledger
        now = ledger.clock._now
        for per_piece, shelf in self.shelves:
            quantity = per_piece * pieces
            shelf.balance = left = shelf.balance - quantity
            lacks = shelf.floor - left
            if lacks > 0:
                shelf.missed += (quantity if quantity < lacks else lacks) * now
                if left < 0:
                    shelf.overdrawn(quantity, now)
        for per_piece, lots in self.perishable:
            lots.take(per_piece * pieces, now)  # what is in progress ages no more
        self._taken += pieces
        self._taken_at += pieces * now
        if ledger.journal is not None:
            for per_piece, shelf, in_progress, _ in self.components:
                ledger.tell(now, shelf, in_progress, per_piece * pieces)

    def use(self, pieces: int) -> None:
        """Components of so many pieces have become products."""
        now = self.ledger.clock._now
        self._used += pieces
        self._used_at += pieces * now
        self.ledger.owned.add(-self.worth * pieces)
        if self.ledger.journal is not None:
            for per_piece, _, in_progress, consumed in self.components:
                self.ledger.tell(now, in_progress, consumed, per_piece * pieces)

    def post(self) -> None:
        """Bring the accounts up to date."""
        for per_piece, shelf, in_progress, consumed in self.components:
            shelf.weighted -= per_piece * self._taken_at
            in_progress.balance += per_piece * (self._taken - self._used)
            in_progress.weighted += per_piece * (self._taken_at - self._used_at)
            consumed.balance += per_piece * self._used
            consumed.weighted += per_piece * self._used_at
        self._taken = self._taken_at = self._used = self._used_at = 0
