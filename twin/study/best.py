"""The best: which policy it is, how sure that is, and which others may be it as well.

Multiple comparisons with the best (Hsu 1984) on common random numbers: replications are paired, so the policies are
correlated and their differences have variances of their own. Nelson & Matejcik (1995) treat them as equal; closures
make them anything but, so each pair has its own Student-t test, and Bonferroni's inequality puts them together (Clark
& Yang 1986). The true best is wrongly left out only if one of the k - 1 others beats it by luck: each of these tests
is granted 1 in k - 1 of the error. They are two-sided, where one side would do, so that of two policies this never
says more than their paired difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from twin.study.statistics import CONFIDENCE, Rows, summary

JUDGED = {"total_cost": -1, "uptime": +1, "fill_rate": +1}  # what the best is said of, and which end is better


def bests(rows: Rows) -> dict[str, Any]:
    """The best policy by cost and by service; nothing where there is nothing to choose from."""
    found = {}
    for kpi, better in JUDGED.items():
        goodness = {
            policy: [None if results["kpis"][kpi] is None else better * results["kpis"][kpi] for results in of_policy]
            for policy, of_policy in rows.items()
        }
        if len(rows) > 1 and any(None not in luck for luck in zip(*goodness.values(), strict=True)):
            found[kpi] = best(goodness)
    return found


def best(goodness: Mapping[str, Sequence[float | None]]) -> dict[str, Any]:
    """The policy with the highest mean over the replications in which all have a value; ties go by name.

    `confidence` is the highest at which nobody else may be the best, `not_worse` are those who may at 95 %. Both are
    None after one replication.
    """
    shared = [luck for luck in zip(*goodness.values(), strict=True) if None not in luck]
    columns = dict(zip(goodness, zip(*shared, strict=True), strict=True))
    means = {policy: summary(column)["mean"] for policy, column in columns.items()}
    first = min(columns, key=lambda policy: (-means[policy], policy))
    if len(shared) < 2:
        return {"policy": first, "confidence": None, "not_worse": None}
    doubts = {
        policy: min(1.0, (len(columns) - 1) * min(_luck(column, other) for other in columns.values()))
        for policy, column in columns.items()
        if policy != first
    }
    return {
        "policy": first,
        "confidence": 1 - max(doubts.values()),
        "not_worse": [policy for policy, doubt in doubts.items() if doubt > 1 - CONFIDENCE],
    }


def _luck(ours: Sequence[float], other: Sequence[float]) -> float:
    """The probability that luck alone puts another policy so far ahead of ours, or behind; 1 if it is not ahead."""
    from scipy.special import stdtr

    ahead = summary([b - a for a, b in zip(ours, other, strict=True)])
    if ahead["mean"] <= 0:
        return 1.0
    if ahead["sd"] == 0:
        return 0.0
    return 2 * float(stdtr(ahead["n"] - 1, -ahead["mean"] / (ahead["sd"] / sqrt(ahead["n"]))))
