"""Segmentation for a planner to read: the matrix of class and risk, why each item is where it is, and what it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from twin.language import Model
from twin.replenishment.policy import StockPlan, plan
from twin.replenishment.safety_stock import figures
from twin.replenishment.segmentation import Class, Risk
from twin.report.words import percent, policy_name, short


class Names:
    """Text whose names, where a column is too narrow for them, break after `_` or `.` and not in mid-word."""

    def __init__(self, text: str) -> None:
        self.words = re.findall(r"\S+\s*", text)
        self.parts = [part for word in self.words for part in _parts(word)]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(max(map(cell_len, self.parts), default=0), sum(map(cell_len, self.parts)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        line, width = "", options.max_width
        for word in self.words:
            for part in [word] if cell_len(word.rstrip()) <= width else _parts(word):
                if line and cell_len(line + part.rstrip()) > width:
                    yield Text(line.rstrip(), overflow="fold")
                    line = ""
                line += part
        yield Text(line.rstrip(), overflow="fold")


def _parts(word: str) -> list[str]:
    return re.split(r"(?<=_)|(?<=\.)(?=[^\d\s])", word)


def show(model: Model, console: Console) -> None:
    """Print the matrix, the ranking with its reasons, and the rules by policy."""
    for table in (_matrix(model), _ranking(model), _rules(model)):
        console.print()
        console.print(table)


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )


def _matrix(model: Model) -> Table:
    """Which items share a box of class and risk."""
    table = _table("Class and supply risk")
    table.add_column("")
    risks = get_args(Risk)
    for risk in risks:
        table.add_column(f"{risk} risk")
    for category in get_args(Class):
        boxes = (
            [name for name, item in model.standings.items() if (item.category, item.risk) == (category, risk)]
            for risk in risks
        )
        table.add_row(category, *(Names(", ".join(box) or "–") for box in boxes))
    return table


def _ranking(model: Model) -> Table:
    """Every item by annual usage value, with its score and the reasons."""
    table = _table(f"Usage value ({model.currency} a year), supply risk, and why")
    table.add_column("item")
    for heading in ("a year", "share", "so far"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("class")
    table.add_column("risk", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("because")
    for name, item in model.standings.items():
        numbers = (short(item.usage_value), percent(item.share), percent(item.cumulative))
        reasons = Names("; ".join(item.reasons))
        table.add_row(Names(name), *numbers, item.category, item.risk, percent(item.score), reasons)
    return table


def _rules(model: Model) -> Table:
    """The rule and the safety stock, in days of mean demand, that each item gets under each policy."""
    table = _table("Rule, and days of safety stock")
    table.add_column("item")
    for policy in model.policies:
        table.add_column(Names(policy_name(policy)))
    for name, *rules in _rule_rows(model):
        table.add_row(Names(name), *map(Names, rules))
    return table


def _rule_rows(model: Model) -> Iterator[tuple[str, ...]]:
    """A row for each item; for each of its stocks where they differ."""
    plans = [plan(model, policy) for policy in model.policies]
    for item in model.standings:
        stocks = {
            f"{store}.{item}": tuple(_rule(entries[store, item]) for entries in plans)
            for store, kept in model.network.stocked.items()
            if item in kept
        }
        if len(set(stocks.values())) == 1:
            yield item, *next(iter(stocks.values()))
        else:
            yield from ((name, *rules) for name, rules in stocks.items())


def _rule(entry: StockPlan) -> str:
    if entry.rule is None:
        return "–"
    if not entry.safety_stock or not entry.outlook.demand:
        return entry.rule.rule
    days = entry.safety_stock / entry.outlook.demand
    return f"{entry.rule.rule} {figures(round(days, 0 if days >= 1 else 1))} d"
