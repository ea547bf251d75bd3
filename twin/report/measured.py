"""How any KPI is named and told, by what it measures."""

from collections.abc import Callable

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
