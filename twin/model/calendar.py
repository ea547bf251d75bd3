"""The calendar: which weekday and month a day of the run is. Day 0 is `start`, or a Monday, the first of January."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator

from twin.model.errors import shown

FIRST_DAY = date(2018, 1, 1)  # a Monday, of a year of 365 days
FIRST_YEAR = 1900
LAST_YEAR = 2999  # leaves room for a long run before the calendar ends


def _day(written: Any) -> Any:
    """A date of the Gregorian calendar, and nothing that could only be taken for one."""
    try:
        day = date.fromisoformat(written)
    except (TypeError, ValueError):
        day = date.max
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{shown(written)} is not a date; write it like `2026-01-05`")
    return day


Day = Annotated[date, BeforeValidator(_day)]


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
