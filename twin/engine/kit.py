"""A kit: the components of one product at one line, which move together, so many of each for every piece made.

What leaves the shelves is posted at once, because others look at them. Of what is in progress and what has been
consumed there is the same number of lots for every component: it is summed once a kit, and posted when the books are
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from twin.engine.account import Account

if TYPE_CHECKING:
    from twin.engine.ledger import Ledger

NOTHING: Mapping[str, int] = {}


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
        self.worth = sum(per_piece * shelf.worth for per_piece, shelf, _, _ in components)
        self.perishable = [component for component in components if component.shelf.lots is not None]
        self._taken = self._taken_at = self._used = self._used_at = 0  # pieces of the product; times their seconds

    def take(self, pieces: int, fetched: Mapping[str, int] = NOTHING) -> None:
        """Components for so many pieces leave the shelves, but for those `fetched` from elsewhere, by item."""
        ledger = self.ledger
        now = ledger.clock._now
        for per_piece, shelf, in_progress, _ in self.components:
            quantity = per_piece * pieces
            if fetched and shelf.item in fetched:
                there = fetched[shelf.item]
                quantity -= there
                in_progress.balance -= there  # they have been posted, and `post` will count them again
                in_progress.weighted -= there * now
            before = shelf.balance
            shelf.balance = left = before - quantity
            shelf.weighted -= quantity * now
            if left < shelf.floor:
                ledger.draw_on(shelf, before, now)
            if ledger.journal is not None:
                ledger.tell(now, shelf, in_progress, quantity)
        if self.perishable:
            self._forget_dates(pieces, fetched)
        self._taken += pieces
        self._taken_at += pieces * now

    def _forget_dates(self, pieces: int, fetched: Mapping[str, int]) -> None:
        """What is in progress ages no more."""
        for per_piece, shelf, in_progress, _ in self.perishable:
            there = fetched.get(shelf.item, 0)
            for account, quantity in ((shelf, per_piece * pieces - there), (in_progress, there)):
                if account.lots is not None:
                    account.lots.take(quantity, self.ledger.clock._now)

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
        for per_piece, _, in_progress, consumed in self.components:
            in_progress.balance += per_piece * (self._taken - self._used)
            in_progress.weighted += per_piece * (self._taken_at - self._used_at)
            consumed.balance += per_piece * self._used
            consumed.weighted += per_piece * self._used_at
        self._taken = self._taken_at = self._used = self._used_at = 0
