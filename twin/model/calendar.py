"""The calendar: which weekday and month a day of the run is. Day 0 is `start`, or a Monday, the first of January."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIRST_DAY = date(2024, 1, 1)  # a Monday


@lru_cache(maxsize=4096)
def date_of(day: int, start: date | None) -> date:
    """The date of a day of the run."""
    return (start or FIRST_DAY) + timedelta(days=day)


def weekday(day: int, start: date | None) -> int:
    """0 is Monday, 6 is Sunday."""
    return ((start or FIRST_DAY).weekday() + day) % 7


def month(day: int, start: date | None) -> int:
    """0 is January, 11 is December."""
    return date_of(day, start).month - 1
