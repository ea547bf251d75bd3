"""Statistics over replications: means with Student-t intervals, spreads, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import fsum, sqrt
from typing import Any

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # of every policy, the results of every replication

CONFIDENCE = 0.95
TAIL = 0.05  # the worst replications, of which the mean is told
FEWEST_FOR_TAIL = 20  # replications: the worst 5 % are then one at least


@lru_cache(maxsize=256)
def student_t(replications: float) -> float:
    """The two-sided 95 % quantile of Student's t for the mean of so many replications."""
    from scipy.special import stdtrit

    return float(stdtrit(replications - 1, (1 + CONFIDENCE) / 2))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between the order statistics.

    >>> quantile([0, 10, 20], 0.25)
    5.0
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def worst(values: Sequence[float | None], high: bool) -> float | None:
    """The mean of the worst 5 %, the highest or the lowest (CVaR, expected shortfall); None for fewer than 20.

    Of 30 values that is one and a half: the worst in full, and the second worst by half (Rockafellar & Uryasev 2002).

    >>> worst([*range(30)], high=True)
    28.666666666666668
    """
    ordered = sorted((value for value in values if value is not None), reverse=high)
    if len(ordered) < FEWEST_FOR_TAIL:
        return None
    count = TAIL * len(ordered)
    whole = int(count)
    rest = (count - whole) * ordered[whole] if whole < count else 0.0
    return (fsum(ordered[:whole]) + rest) / count


def summary(values: Sequence[float | None]) -> dict[str, Any]:
    """Mean, 95 % interval (None for one replication), standard deviation and quantiles of those that have a value."""
    having = [value for value in values if value is not None]
    n = len(having)
    if not n:
        return {"mean": None, "low": None, "high": None, "sd": None, "p5": None, "p95": None, "n": 0}
    mean = fsum(having) / n
    sd = sqrt(fsum((value - mean) ** 2 for value in having) / (n - 1)) if n > 1 else None
    half = student_t(n) * sd / sqrt(n) if sd is not None else None
    ordered = sorted(having)
    return {
        "mean": mean,
        "low": mean - half if half is not None else None,
        "high": mean + half if half is not None else None,
        "sd": sd,
        "p5": quantile(ordered, 0.05),
        "p95": quantile(ordered, 0.95),
        "n": n,
    }


def summaries(rows: Sequence[Mapping[str, Any]], plain: Sequence[str] = ()) -> dict[str, Any]:
    """The same tree as each row, with a summary in the place of every number.

    Keys in `plain` are passed on as they are; series are left out.
    """
    merged: dict[str, Any] = {}
    for key, first in rows[0].items():
        column = [row[key] for row in rows]
        if key in plain:
            merged[key] = first
        elif isinstance(first, Mapping):
            merged[key] = summaries(column, plain)
        elif not isinstance(first, list):
            merged[key] = summary(column)
    return merged


def difference(ours: Sequence[float | None], baseline: Sequence[float | None]) -> dict[str, Any]:
    """Paired, replication by replication, on the same luck; an interval that holds 0 is not distinguishable."""
    pairs = [a - b if a is not None and b is not None else None for a, b in zip(ours, baseline, strict=True)]
    paired = summary(pairs)
    low, high = paired["low"], paired["high"]
    return {**paired, "distinguishable": None if low is None else not low <= 0 <= high}


def unpaired(ours: Mapping[str, Any], baseline: Mapping[str, Any]) -> dict[str, Any]:
    """The difference of two means whose replications share no luck, from their summaries (Welch 1947)."""
    if ours["mean"] is None or baseline["mean"] is None:
        return {"mean": None, "low": None, "high": None, "distinguishable": None}
    mean = ours["mean"] - baseline["mean"]
    if ours["sd"] is None or baseline["sd"] is None:
        return {"mean": mean, "low": None, "high": None, "distinguishable": None}
    a, b = (each["sd"] ** 2 / each["n"] for each in (ours, baseline))
    freedom = (a + b) ** 2 / (a**2 / (ours["n"] - 1) + b**2 / (baseline["n"] - 1)) if a + b else 1.0
    half = student_t(freedom + 1) * sqrt(a + b)
    low, high = mean - half, mean + half
    return {"mean": mean, "low": low, "high": high, "distinguishable": not low <= 0 <= high}
