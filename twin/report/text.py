"""The verdict in the terminal: policies as columns, KPIs as rows, the best marked, and the finding in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from twin.report.finding import finding
from twin.report.words import percent, policy_name, short

Summary = dict[str, Any]
LEAST_WIDTH = 100  # of a table that goes to a file or a pipe

SURVIVAL, RECOVERY = "Time to survive", "Time to recover"


class Row(NamedTuple):
    """A line of the table: what it is called, where its number stands, how it is said, and which end is better."""

    label: str
    part: str
    keys: tuple[str, ...]
    say: Callable[[float], str]
    better: int  # +1 more is better, -1 less is better, 0 neither


def _days(value: float) -> str:
    return f"{value:.1f} d"


ROWS = (
    Row("Uptime of the lines", "kpis", ("uptime",), percent, +1),
    Row("Fill rate (pieces at once)", "kpis", ("fill_rate",), percent, +1),
    Row("Orders filled at once", "kpis", ("order_fill_rate",), percent, +1),
    Row("Lost sales (pieces)", "kpis", ("lost_sales",), short, -1),
    Row("Owed at the end (pieces)", "kpis", ("backlog",), short, -1),
    Row("Stockout rate (days, parts)", "kpis", ("stockout_rate",), percent, -1),
    Row(SURVIVAL, "kpis", ("time_to_survive",), _days, +1),
    Row(RECOVERY, "kpis", ("time_to_recover",), _days, -1),
    Row("Goods owned, average", "kpis", ("inventory_value",), short, 0),
    Row("Days on hand", "kpis", ("days_on_hand",), _days, 0),
    Row("Premium share of freight", "kpis", ("premium_freight_share",), percent, 0),
    Row("Carrying cost", "costs", ("capital", "insurance", "obsolescence"), short, 0),
    Row("Space: own, rented, dock", "costs", ("storage", "overflow", "waiting"), short, 0),
    Row("Freight, duty, demurrage", "costs", ("freight", "premium_freight", "duty", "ordering", "demurrage"), short, 0),
    Row("Line down", "costs", ("line_down",), short, 0),
    Row("Lost margin, penalties", "costs", ("lost_margin", "penalty"), short, 0),
    Row("TOTAL COST", "kpis", ("total_cost",), short, -1),
)
MONEY = ("Goods", "Carrying", "Space:", "Freight,", "Line down", "Lost margin", "TOTAL")


def show(document: dict[str, Any], currency: str, console: Console) -> None:
    """Print the verdict: table, sentence, findings."""
    console.print(_table(document, currency))
    console.print(f"[bold]{finding(document, currency)}[/bold]")
    console.print(
        f"[dim]{_counted(document['replications'])} on the same luck · "
        f"* best on average · seed {document['seed']} · run {document['hash']}[/dim]"
    )
    for found in document["findings"]:
        console.print(f"[yellow]finding:[/yellow] {found}", highlight=False)


def _counted(replications: int) -> str:
    if replications == 1:
        return "one replication"
    return f"mean ± half of the 95 % interval over {replications} replications"


def _table(document: dict[str, Any], currency: str) -> Table:
    policies = document["policies"]
    table = Table(
        title=document["title"] or document["scenario"], title_justify="left", title_style="bold", pad_edge=False
    )
    table.add_column("")
    for policy in policies:
        table.add_column(policy_name(policy), justify="right")
    for row in ROWS:
        summaries = {policy: _found(results, row) for policy, results in policies.items()}
        if not any(found["mean"] for found in summaries.values()) and not row.better > 0:
            continue  # nothing of the kind happened
        if all(found["mean"] is None for found in summaries.values()):
            continue
        best = _best(row, summaries)
        label = f"{row.label} ({currency})" if row.label.startswith(MONEY) else row.label
        table.add_row(
            label,
            *(_said(row, found, policy in best, document["replications"]) for policy, found in summaries.items()),
            style="bold" if row.label.startswith("TOTAL") else None,
            end_section=row.label.startswith(("Time to recover", "Premium")),
        )
    return table


def _found(results: dict[str, Any], row: Row) -> Summary:
    """The summary of a row; of several cost lines together only the mean is known."""
    if len(row.keys) == 1:
        return results[row.part][row.keys[0]]
    return {"mean": sum(results[row.part][key]["mean"] for key in row.keys), "low": None, "high": None}


def _best(row: Row, summaries: dict[str, Summary]) -> set[str]:
    """The policies that do best on average.

    A replication without a time to survive was never short, one without a time to recover never recovered: who has more
    of the first, or fewer of the second, is better, whatever the others took.
    """
    if not row.better or len(summaries) < 2:
        return set()
    ranks = {policy: _rank(row, found) for policy, found in summaries.items()}
    top = max(ranks.values())
    return set() if min(ranks.values()) == top else {policy for policy, rank in ranks.items() if rank == top}


def _rank(row: Row, found: Summary) -> tuple[float, float]:
    having = found["n"] if row.label in (SURVIVAL, RECOVERY) else 0
    mean = row.better * found["mean"] if found["mean"] is not None else float("-inf")
    return (-having if row.label == SURVIVAL else having), mean


def _said(row: Row, found: Summary, best: bool, replications: int) -> str:
    if found["mean"] is None:
        return f"{'never' if row.label in (SURVIVAL, RECOVERY) else '–'}{' *' if best else '  '}"
    text = row.say(found["mean"])
    if found["low"] is not None and found["low"] != found["high"]:
        half = row.say((found["high"] - found["low"]) / 2)
        text += f" ± {half.removesuffix(' %').removesuffix(' d')}"
    if row.label in (SURVIVAL, RECOVERY) and found["n"] < replications:
        text += f" ({found['n']} of {replications})"
    return f"{text} *" if best else f"{text}  "
