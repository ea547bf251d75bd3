"""Neighbours that would stand too close are moved apart, no further than they need."""

from collections.abc import Sequence
from itertools import accumulate


def rising(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The values nearest to the wishes (least squares) that never fall: neighbours that would are pooled."""
    pools: list[tuple[float, float, int]] = []
    for wish, weight in zip(wishes, weights, strict=True):
        pools.append((wish, weight, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (a, m, i), (b, n, j) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n, i + j)]
    return [value for value, _, count in pools for _ in range(count)]


def apart(wishes: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """Rising heights with `room` for each, as near to the wishes as `low` and `high` allow; upwards where all is full.

    >>> apart([1.0, 1.0, 8.0], 2.0, 0.0, 9.0)
    [1.0, 3.0, 8.0]
    """
    steps = list(accumulate([room] * (len(wishes) - 1), initial=0.0))
    free = rising([wish - step for wish, step in zip(wishes, steps, strict=True)], [1.0] * len(wishes))
    lowest, highest = low + room / 2, high - room / 2 - steps[-1]
    return [max(min(at, highest), lowest) + step for at, step in zip(free, steps, strict=True)]
