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
    """Days from the knock-out to the first time that a customer goes short who undisturbed would not have."""
    anyway = set(usual["short_at"])
    first = next((second for second in ours["short_at"] if second >= at and second not in anyway), None)
    return None if first is None else (first - at) / DAY


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
    asked, short = (_trailing(row[kind]) for kind in ("asked", "short"))
    return [1 - without / wanted if wanted else 1.0 for without, wanted in zip(short, asked, strict=True)]


def _trailing(by_day: Sequence[float]) -> list[float]:
    until = [0.0, *accumulate(by_day)]
    return [until[day + 1] - until[max(0, day + 1 - WINDOW)] for day in range(len(by_day))]
