"""The scorecard's rows in the groups of SCOR, and how each of their numbers is told, on a terminal and on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.report import rows
from twin.report.finding import Document
from twin.report.rows import Results, Row, Summary
from twin.report.words import known, percent, short

WORST = 5  # SKUs

SERVICE = (
    rows.ORDERS_FILLED,
    rows.PIECES_FILLED,
    rows.STOCKOUTS,
    rows.LOST_SALES,
    rows.MOST_LOST,
    rows.OWED,
    rows.SURVIVAL,
    rows.RECOVERY,
)
MAKE = (rows.UPTIME, rows.LEAST_UP, rows.STARVED, rows.ALTERNATES)
HAVING = {rows.SURVIVAL: "went without in", rows.RECOVERY: "recovered in"}
"""What it means that a replication has such a time at all."""
ASSETS = (rows.GOODS_OWNED, rows.PEAK_OWNED, rows.TURNS, rows.DAYS_ON_HAND)


def groups(policies: Mapping[str, Results], currency: str) -> dict[str, list[Row]]:
    """As SCOR sorts them, and below the total the SKUs out of stock most often; without what never happened."""
    money = currency or "money"
    of_group: dict[str, Sequence[Row]] = {
        "SERVICE": SERVICE,
        "MAKE": MAKE,
        f"ASSETS (goods in {money})": ASSETS,
        f"COST ({money})": (*rows.cost_rows(policies), rows.BAD_YEARS, rows.WORST_YEARS),
        "OUT OF STOCK MOST OFTEN": _worst(policies),
    }
    told = {group: [row for row in of_group[group] if row.happened(policies)] for group in of_group}
    return {group: having for group, having in told.items() if having}


def _worst(policies: Mapping[str, Results]) -> list[Row]:
    """The SKUs with the highest stockout rate under any policy."""
    worst = list(rows.stockouts(policies))[:WORST]
    return [Row(item, "% of days", percent, -1, (f"stockout_by_item.{item}",)) for item in worst]


def label(row: Row) -> str:
    """With its unit, where the numbers do not carry it."""
    return f"{row.label} ({row.unit})" if row.unit and row.say is short else row.label


def partly(row: Row, document: Document) -> bool:
    """Whether the mean speaks for some of the replications only."""
    return any(0 < row.found(results)["n"] < document["replications"] for results in document["policies"].values())


def said(row: Row, found: Summary) -> str:
    """The mean and half of its interval."""
    return "never" if found["mean"] is None and row in rows.TIMES else known(row.say, found)
