"""An account: the pieces of one item at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from twin.engine.lots import Lots

# The world outside: the places that balance what enters and leaves the goods that we own.
SUPPLY, OPENING, MADE, CONSUMED, SOLD, SCRAPPED = (
    "(supply)",
    "(opening)",
    "(made)",
    "(consumed)",
    "(sold)",
    "(scrapped)",
)
BOTTOMLESS = float("-inf")  # the world outside may owe any number of pieces
OUTSIDE = frozenset({SUPPLY, OPENING, MADE, CONSUMED, SOLD, SCRAPPED})


class Account:
    """The pieces of one item at one place: balance, flows, and piece-seconds since the count began.

    Piece-seconds need no look at the clock between moves: a piece that comes at second t and stays to the end T is
    there for T − t, so their sum is balance × T − Σ (pieces moved × second). What is missing to the floor, the safety
    stock, is summed up in the same way.
    """

    __slots__ = (
        "balance", "covered", "floor", "integral", "item", "lots", "missed", "opened", "owned", "place", "weighted",
        "worth"
    )  # fmt: skip

    def __init__(self, place: str, item: str, worth: int, now: int) -> None:
        self.place = place
        self.item = item
        self.owned = place not in OUTSIDE
        self.worth = worth  # of one piece
        self.balance = 0
        self.floor: float = 0 if self.owned else BOTTOMLESS  # the safety stock, where there is one
        self.lots: Lots | None = None  # the dates of a perishable item
        self.restart(now)

    def restart(self, now: int) -> None:
        """The count begins: from now on the balance counts as if it had come now."""
        self.opened = self.balance
        self.weighted = self.balance * now
        self.missed = max(0, self.floor - self.balance) * now if self.floor else 0
        self.integral = 0
        self.covered: float = 0

    @property
    def gained(self) -> int:
        """Pieces that have come and not left since the count began."""
        return self.balance - self.opened

    def overdrawn(self, quantity: int, now: int) -> NoReturn:
        """More pieces have been taken than there were."""
        had = self.balance + quantity
        raise ImpossibleMove(f"{quantity} {self.item} from {self.place}, which has {had}, at second {now}")

    def close(self, begin: int, end: int) -> None:
        """The count is over: piece-seconds on hand, and those of min(balance, floor)."""
        self.integral = self.balance * end - self.weighted
        if self.floor > 0:
            self.covered = self.floor * (end - begin) - (max(0, self.floor - self.balance) * end - self.missed)


class ImpossibleMove(Exception):
    """A move of pieces that are not there: a defect of the simulator, never of the scenario."""
