"""How any KPI is named and told, by what it measures."""

from collections.abc import Callable, Mapping
from typing import Any

from twin.model.optimise import DIMENSIONS
from twin.report.words import days, percent, short


def spelled(kpi: str) -> str:
    """`fill_rate` in prose: fill rate."""
    return kpi.replace("_", " ")


def say(kpi: str) -> Callable[[float], str]:
    """What tells its numbers."""
    return {"Share": percent, "Duration": days}.get(DIMENSIONS[kpi] or "", short)


def unit(kpi: str, currency: str) -> str:
    """What its numbers do not tell of themselves."""
    return {"Money": currency, "Quantity": "pc"}.get(DIMENSIONS[kpi] or "", "")


def within(found: Mapping[str, Any], least: float | None, most: float | None) -> dict[str, Any]:
    """A summary whose interval ends where its numbers do, whatever a normal curve says: a share is at most all.

    >>> within({"mean": 0.97, "low": 0.9, "high": 1.04}, 0.0, 1.0)
    {'mean': 0.97, 'low': 0.9, 'high': 1.0}
    """
    low, high = found.get("low"), found.get("high")
    if low is None or high is None:
        return dict(found)
    return dict(found) | {
        "low": low if least is None else max(low, least),
        "high": high if most is None else min(high, most),
    }
