"""The scorecard in the terminal: policies as columns, KPIs as rows, the best marked, and the finding in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from rich.box import HORIZONTALS
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from twin.report import rows
from twin.report.finding import finding
from twin.report.rows import Results, Row, Summary
from twin.report.words import percent, plus_minus, points, policy_name, rough, short
from twin.study.statistics import TAIL

LEAST_WIDTH = 100  # of a table that goes to a file or a pipe
UNBOUNDED = 100_000
WORST = 5  # SKUs
TRUSTED_TAIL = 200  # replications: the worst 5 % are then ten

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
HAVING = {rows.SURVIVAL: "  went without in", rows.RECOVERY: "  recovered in"}
"""What it means that a replication has such a time at all."""
ASSETS = (rows.GOODS_OWNED, rows.PEAK_OWNED, rows.TURNS, rows.DAYS_ON_HAND)


def console() -> Console:
    """Where tables go; a pipe gets them in full width."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, LEAST_WIDTH))


def show(document: dict[str, Any], currency: str, console: Console) -> None:
    """Print the verdict: the scorecard, side by side as far as the terminal is wide, the sentence, the findings."""
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    for table in _tables(document, currency, console):
        console.print(table)
    console.print(f"[bold]{finding(document, currency)}[/bold]")
    console.print(
        f"[dim]{_counted(document['replications'])}{' · * best on average' * (len(document['policies']) > 1)} · "
        f"stockouts in % of days · rows of zeros left out · seed {document['seed']} · run {document['hash']}[/dim]"
    )
    for note in _notes(document):
        console.print(f"[dim]{note}[/dim]", highlight=False)
    for found in document["findings"]:
        console.print(f"[yellow]finding:[/yellow] {found}", highlight=False)


def _counted(replications: int) -> str:
    if replications == 1:
        return "one replication"
    return f"mean ± half of its 95 % interval over {replications} replications on the same luck"


def _notes(document: dict[str, Any]) -> Iterator[str]:
    """How far the numbers can be trusted: what was asked and came of it, and tails of few replications."""
    asked = document.get("precision")
    if asked:
        yield _precision(asked, document["replications"])
    told = any(row["kpis"]["total_cost"].get("cvar") is not None for row in document["policies"].values())
    if told and document["replications"] < TRUSTED_TAIL:
        yield (
            f"the mean of the worst 5 % rests on {ceil(TAIL * document['replications'])} of "
            f"{document['replications']} replications; trust it from {TRUSTED_TAIL} on"
        )


def _precision(asked: dict[str, Any], replications: int) -> str:
    widest = asked["widest"]
    policies = " against ".join(policy_name(policy) for policy in widest["difference"].split(" - "))
    what = f"{'cost' if widest['kpi'] == 'total_cost' else widest['kpi'].replace('_', ' ')} of {policies}"
    known = "not yet known" if widest["precision"] is None else f"known to ± {_close(widest)}"
    reached = "reached" if asked["reached"] else "not reached"
    return f"precision {rough(asked['asked'])} {reached} with {replications} replications: {what} is {known}"


def _close(widest: dict[str, Any]) -> str:
    """Points of a share; of the cost, a share of the baseline's."""
    return rough(widest["precision"]) if widest["kpi"] == "total_cost" else points(widest["precision"])


def _tables(document: dict[str, Any], currency: str, console: Console) -> list[Table]:
    """One table, or as few as fit, each with as many of the policies."""
    policies = list(document["policies"])
    wide = console.options.update(width=UNBOUNDED)
    for bands in range(1, len(policies) + 1):
        across = ceil(len(policies) / bands)
        shown = [policies[k : k + across] for k in range(0, len(policies), across)]
        tables = [_table(document, currency, band) for band in shown]
        if all(Measurement.get(console, wide, table).maximum <= console.width for table in tables):
            break
    return tables


def _table(document: dict[str, Any], currency: str, shown: Sequence[str]) -> Table:
    policies = document["policies"]
    table = Table(box=HORIZONTALS, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("")
    for policy in shown:
        table.add_column(policy_name(policy), justify="right")
    for group, of_group in _groups(policies, currency).items():
        told = [row for row in of_group if row.happened(policies)]
        if told:
            table.add_row(f"[bold]{group}[/bold]")
        for row in told:
            style = "bold" if row is rows.TOTAL else None
            table.add_row(_label(row), *_cells(row, document, shown), style=style)
            if row in HAVING and _partly(row, document):
                table.add_row(HAVING[row], *_having(row, document, shown))
        table.add_section()
    return table


def _groups(policies: Mapping[str, Results], currency: str) -> dict[str, Sequence[Row]]:
    """As SCOR sorts them, and below the total the SKUs that were out of stock most often."""
    money = currency or "money"
    return {
        "SERVICE": SERVICE,
        "MAKE": MAKE,
        f"ASSETS (goods in {money})": ASSETS,
        f"COST ({money})": (*rows.cost_rows(policies), rows.BAD_YEARS, rows.WORST_YEARS),
        "OUT OF STOCK MOST OFTEN": _worst(policies),
    }


def _worst(policies: Mapping[str, Results]) -> list[Row]:
    """The SKUs with the highest stockout rate under any policy."""
    worst = list(rows.stockouts(policies))[:WORST]
    return [Row(item, "% of days", percent, -1, (f"stockout_by_item.{item}",)) for item in worst]


def _label(row: Row) -> str:
    """With its unit, where the numbers do not carry it."""
    return f"{row.label} ({row.unit})" if row.unit and row.say is short else row.label


def _cells(row: Row, document: dict[str, Any], shown: Sequence[str]) -> list[str]:
    summaries = {policy: row.found(results) for policy, results in document["policies"].items()}
    best = row.best(summaries)
    return [_said(row, summaries[policy], policy in best) for policy in shown]


def _partly(row: Row, document: dict[str, Any]) -> bool:
    """Whether the mean speaks for some of the replications only."""
    return any(0 < row.found(results)["n"] < document["replications"] for results in document["policies"].values())


def _having(row: Row, document: dict[str, Any], shown: Sequence[str]) -> list[str]:
    """In how many replications there is such a time."""
    counts = (row.found(document["policies"][policy])["n"] for policy in shown)
    return [f"{count} of {document['replications']}  " for count in counts]


def _said(row: Row, found: Summary, best: bool) -> str:
    if found["mean"] is None:
        text = "never" if row in rows.TIMES else "–"
    elif found["low"] is None or found["low"] == found["high"]:
        text = row.say(found["mean"])
    else:
        text = plus_minus(row.say, found["mean"], (found["high"] - found["low"]) / 2)
    return f"{text} *" if best else f"{text}  "
