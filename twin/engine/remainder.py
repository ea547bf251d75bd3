"""A remainder: whole pieces of what comes in fractions; what is left over counts the next time."""

from __future__ import annotations

from math import floor

DUST = 1e-9  # pieces: floating-point dust must not cost a piece


class Remainder:
    """A fraction of a piece that is carried along.

    >>> halves = Remainder(); [halves.whole(2.5), halves.whole(2.5)]
    [2, 3]
    """

    __slots__ = ("carried",)

    def __init__(self) -> None:
        self.carried = 0.0

    def whole(self, exact: float) -> int:
        """The whole pieces of so many and what was carried."""
        exact += self.carried
        whole = floor(exact + DUST)
        self.carried = max(0.0, exact - whole)
        return whole
