"""The rows of a scorecard: what each is called, in which unit, which end is better, and where its number stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twin.report.words import days, percent, short

Results = Mapping[str, Any]
Summary = dict[str, Any]
TAILS = ("cvar", "p5", "p95")
NOTHING: Summary = {"mean": None, "low": None, "high": None}


class Row(NamedTuple):
    """A KPI or a cost line, or several lines together; without a unit it is told in the currency of the model."""

    label: str
    unit: str
    say: Callable[[float], str]
    better: int  # +1 more is better, -1 less is better, 0 one line of the bill among others
    keys: tuple[str, ...]

    def found(self, results: Results) -> Summary:
        """Its summary under one policy; of several lines together only the mean is known."""
        known = [summary for key in self.keys if (summary := _at(results, key))]
        if len(self.keys) == 1 or not known:
            return known[0] if known else NOTHING
        return NOTHING | {"mean": sum(summary["mean"] for summary in known)}

    def happened(self, policies: Mapping[str, Results]) -> bool:
        """Whether any policy has something to tell: not where all are 0, unless more would be better."""
        means = [self.found(results)["mean"] for results in policies.values()]
        return any(means) or (self.better > 0 and any(mean is not None for mean in means))

    def best(self, found: Mapping[str, Summary]) -> set[str]:
        """The policies that do best on average; none where all do the same.

        A replication without a time to survive was never short, one without a time to recover never recovered: who has
        more of the first, or fewer of the second, is better, whatever the others took.
        """
        if not self.better:
            return set()
        ranks = {policy: self._rank(summary) for policy, summary in found.items()}
        top = max(ranks.values())
        return set() if min(ranks.values()) == top else {policy for policy, rank in ranks.items() if rank == top}

    def _rank(self, found: Summary) -> tuple[float, float]:
        having = found["n"] if self in TIMES else 0
        mean = self.better * found["mean"] if found["mean"] is not None else float("-inf")
        return (-having if self == SURVIVAL else having), mean


def _at(results: Results, key: str) -> Summary | None:
    """A KPI, a part of one (`uptime_loss.starved`), its tail where there are years enough for one, or a cost line."""
    whole, _, part = key.partition(".")
    found = results["kpis"].get(whole) or results["costs"].get(whole) or {}
    if part in TAILS:
        return NOTHING | {"mean": found.get(part) if found.get("cvar") is not None else None}
    return found.get(part) if part else found


def _share(label: str, of: str, better: int, key: str) -> Row:
    return Row(label, f"% of {of}", percent, better, (key,))


def _money(label: str, key: str) -> Row:
    return Row(label, "", short, -1, (key,))


def _line(label: str, *keys: str) -> Row:
    return Row(label, "", short, 0, keys)


ORDERS_FILLED = _share("Orders filled at once", "orders", +1, "order_fill_rate")
PIECES_FILLED = _share("Pieces filled at once", "pieces", +1, "fill_rate")
STOCKOUTS = _share("Stockout rate, all SKUs", "days", -1, "stockout_rate")
LOST_SALES = Row("Lost sales", "pieces", short, -1, ("lost_sales",))
MOST_LOST = Row("  1 year in 20 above", "pieces", short, -1, ("lost_sales.p95",))
OWED = Row("Owed at the end", "pieces", short, -1, ("backlog",))
SURVIVAL = Row("Time to survive", "days", days, +1, ("time_to_survive",))
RECOVERY = Row("Time to recover", "days", days, -1, ("time_to_recover",))
TIMES = (SURVIVAL, RECOVERY)

UPTIME = _share("Uptime of the lines", "time", +1, "uptime")
LEAST_UP = _share("  1 year in 20 below", "time", +1, "uptime.p5")
STARVED = _share("Starved for parts", "time", -1, "uptime_loss.starved")
ALTERNATES = Row("Built with alternates", "% of pieces", percent, 0, ("alternate_share",))
LINE_DOWN = _line("Line down", "line_down")

GOODS_OWNED = _money("Goods owned, average", "inventory_value")
PEAK_OWNED = _money("Goods owned, peak", "peak_inventory_value")
TURNS = Row("Turns", "a year", short, +1, ("turns",))
DAYS_ON_HAND = Row("Days on hand", "days", days, -1, ("days_on_hand",))

CARRYING = _line("Carrying", "capital", "insurance", "obsolescence")
WAREHOUSING = _line("Warehousing", "storage", "overflow", "waiting")
SAFETY_STOCK = _money("Keeping safety stock", "safety_stock_cost")
WRITE_OFFS = _line("Write-offs", "write_off")
PREMIUM_FREIGHT = _line("Premium freight", "premium_freight")
PREMIUM_SHARE = _share("Premium freight share", "freight", -1, "premium_freight_share")
TOTAL = _money("Total cost", "total_cost")
BAD_YEARS = _money("Total cost, 1 year in 20 above", "total_cost.p95")
WORST_YEARS = _money("Total cost, mean of the worst 5 %", "total_cost.cvar")

LINES = (
    *(_line(line.capitalize(), line) for line in CARRYING.keys),
    WAREHOUSING,
    WRITE_OFFS,
    _line("Freight, duty, ordering", "freight", "duty", "ordering", "demurrage"),
    PREMIUM_FREIGHT,
    _line("Qualification", "qualification"),
    LINE_DOWN,
    _line("Lost margin", "lost_margin"),
    _line("Late penalties", "penalty"),
    _line("Goods beyond their value", "purchase", "production", "value_out"),
)
"""Every cost line, once: they add up to the total."""

PARTS = {
    WAREHOUSING: SAFETY_STOCK._replace(label="  of these, safety stock"),
    PREMIUM_FREIGHT: PREMIUM_SHARE._replace(label="  share of all freight"),
}
"""What is told below a line and not added to the total: a part of those above, or their share."""


def cost_rows(policies: Mapping[str, Results]) -> list[Row]:
    """The bill: every line with its parts, then lines that have no row of their own yet, then the total."""
    known = {key for row in LINES for key in row.keys}
    others = dict.fromkeys(line for results in policies.values() for line in results["costs"] if line not in known)
    told = [part for row in LINES for part in (row, PARTS.get(row)) if part]
    return [*told, *(_line(line.replace("_", " ").capitalize(), line) for line in others), TOTAL]


def stockouts(policies: Mapping[str, Results]) -> dict[str, dict[str, float]]:
    """Stockout rate by SKU and policy, the SKU that was out most often first; without those that never were."""
    rates: dict[str, dict[str, float]] = {}
    for policy, results in policies.items():
        for item, rate in results["kpis"].get("stockout_by_item", {}).items():
            if rate["mean"] is not None:
                rates.setdefault(item, {})[policy] = rate["mean"]
    ranked = sorted(rates, key=lambda item: (-max(rates[item].values()), item))
    return {item: rates[item] for item in ranked if any(rates[item].values())}
