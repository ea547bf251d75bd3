"""Shortage: when customers go without because of a knock-out, and no more than without it again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from twin.model.units import DAY
from twin.results.kpi import RECOVERED, WINDOW
from twin.study.rows import Results

SERIES = ("asked", "short", "short_at")
"""Results of a trial that tell when who went without."""


def time_to_survive(ours: Results, usual: Results, at: int) -> float | None:
    """Days from the knock-out to the first time that a customer goes short who undisturbed would not have, or not so.

    Told customer by customer and day by day: who goes short every day hides nobody else. Of several shortages on the
    first such day it is the first that the undisturbed year has not.
    """
    usually = {(customer, day): pieces for customer, day, pieces in usual["short"]}
    worse = {day for customer, day, pieces in ours["short"] if pieces > usually.get((customer, day), 0)}
    struck = [second for second in ours["short_at"] if second >= at and second // DAY in worse]
    if not struck:
        return None
    anyway, first = set(usual["short_at"]), struck[0] // DAY
    return (min((s for s in struck if s // DAY == first), key=lambda s: (s in anyway, s)) - at) / DAY


def time_to_recover(ours: Results, usual: Results, at: int) -> float | None:
    """Days to the last day whose trailing 7-day fill rate is under 95 % of the undisturbed one; None if at the end."""
    first, end = -(-at // DAY), len(ours["asked"])
    before, after = (_filled(each) for each in (usual, ours))
    under = [day for day in range(first, end) if after[day] < RECOVERED * before[day]]
    if not under:
        return 0.0
    return None if under[-1] == end - 1 else under[-1] - at / DAY


def _filled(row: Results) -> list[float]:
    """The fill rate of the seven days that end with each day; 1 where nothing was asked."""
    short = [0.0] * len(row["asked"])
    for _, day, pieces in row["short"]:
        short[day] += pieces
    pairs = zip(_trailing(short), _trailing(row["asked"]), strict=True)
    return [1 - without / wanted if wanted else 1.0 for without, wanted in pairs]


def _trailing(by_day: Sequence[float]) -> list[float]:
    until = [0.0, *accumulate(by_day)]
    return [until[day + 1] - until[max(0, day + 1 - WINDOW)] for day in range(len(by_day))]
