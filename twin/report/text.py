"""The scorecard in the terminal: policies as columns, KPIs as rows, the best marked, and the finding in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from twin.report import rows
from twin.report.finding import finding
from twin.report.groups import HAVING, groups, label, partly, said
from twin.report.rows import Row
from twin.report.terminal import remark, ruled
from twin.report.trust import counted, notes
from twin.report.words import policy_name

UNBOUNDED = 100_000


def show(document: dict[str, Any], currency: str, console: Console) -> None:
    """Print the verdict: the scorecard, side by side as far as the terminal is wide, the sentence, the findings."""
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    for table in _tables(document, currency, console):
        console.print(table)
    console.print(f"[bold]{finding(document, currency)}[/bold]")
    console.print(
        f"[dim]{counted(document['replications'])}{' · * best on average' * (len(document['policies']) > 1)} · "
        f"stockouts in % of days · rows of zeros left out · seed {document['seed']} · run {document['hash']}[/dim]"
    )
    for note in notes(document):
        console.print(f"[dim]{note}[/dim]", highlight=False)
    remark(console, "finding", document["findings"])


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
    table = ruled()
    table.add_column("")
    for policy in shown:
        table.add_column(policy_name(policy), justify="right")
    for group, of_group in groups(policies, currency).items():
        table.add_row(f"[bold]{group}[/bold]")
        for row in of_group:
            style = "bold" if row is rows.TOTAL else None
            table.add_row(label(row), *_cells(row, document, shown), style=style)
            if row in HAVING and partly(row, document):
                table.add_row(f"  {HAVING[row]}", *_having(row, document, shown))
        table.add_section()
    return table


def _cells(row: Row, document: dict[str, Any], shown: Sequence[str]) -> list[str]:
    summaries = {policy: row.found(results) for policy, results in document["policies"].items()}
    best = row.best(summaries)
    return [f"{said(row, summaries[policy])} {'*' if policy in best else ' '}" for policy in shown]


def _having(row: Row, document: dict[str, Any], shown: Sequence[str]) -> list[str]:
    """In how many replications there is such a time."""
    counts = (row.found(document["policies"][policy])["n"] for policy in shown)
    return [f"{count} of {document['replications']}  " for count in counts]
