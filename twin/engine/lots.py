"""Lots: the pieces of a perishable item at one place, by the second at which they expire.

Oldest pieces leave first and take their dates along; so whoever moves goods moves dates, and nobody else has to think
of them. A piece has no date on its way to us: it gets one when it is made, or at the first shelf or dock that it
reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twin.engine.account import MADE, OUTSIDE

FRESH = 1 << 62  # the date of what has none yet: it sorts after every second

Dated = tuple[int, int]  # second of expiry, pieces


class Lots:
    """Dated pieces at a place of ours.

    >>> lots = Lots(); lots.put([(90, 5), (30, 2)], now=0); lots.take(3, now=0)
    [(30, 2), (90, 1)]
    """

    __slots__ = ("pieces",)

    def __init__(self) -> None:
        self.pieces: dict[int, int] = {}

    def put(self, dated: Iterable[Dated], now: int) -> None:
        for expiry, count in dated:
            self.pieces[expiry] = self.pieces.get(expiry, 0) + count

    def take(self, quantity: int, now: int) -> list[Dated]:
        """The oldest leave."""
        taken = []
        for expiry in sorted(self.pieces):
            if not quantity:
                break
            count = min(quantity, self.pieces[expiry])
            taken.append((expiry, count))
            quantity -= count
            self.pieces[expiry] -= count
            if not self.pieces[expiry]:
                del self.pieces[expiry]
        return taken

    def expired(self, now: int) -> int:
        """Pieces whose day has come."""
        return sum(count for expiry, count in self.pieces.items() if expiry <= now)


class Dating(Lots):
    """Where age begins: what has no date yet gets one, and `told` hears of every date that is new here."""

    __slots__ = ("life", "told")

    def __init__(self, life: int, told: Callable[[int], None]) -> None:
        super().__init__()
        self.life = life
        self.told = told

    def put(self, dated: Iterable[Dated], now: int) -> None:
        for expiry, count in dated:
            until = min(expiry, now + self.life)
            if until not in self.pieces:
                self.told(until)
            super().put([(until, count)], now)


class Outside(Lots):
    """The world outside: what comes from there is as old as `life` says, and what goes there is forgotten."""

    __slots__ = ("life",)

    def __init__(self, life: int | None = None) -> None:
        super().__init__()
        self.life = life

    def put(self, dated: Iterable[Dated], now: int) -> None:
        """Sold, consumed or scrapped."""

    def take(self, quantity: int, now: int) -> list[Dated]:
        return [(FRESH if self.life is None else now + self.life, quantity)]


def lots_at(place: str, life: int) -> Lots:
    """How a place keeps dates; what is made has its date from that second on."""
    if place not in OUTSIDE:
        return Lots()
    return Outside(life) if place == MADE else Outside()
