"""Segmentation for a planner to read: the matrix of class and risk, why each item is where it is, and what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from twin.language import Model
from twin.replenishment.policy import StockPlan, plan
from twin.replenishment.safety_stock import figures
from twin.replenishment.segmentation import Class, Risk
from twin.report.words import percent, policy_name, short


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
        table.add_column(f"{risk} risk", overflow="fold")
    for category in get_args(Class):
        boxes = (
            [name for name, item in model.standings.items() if (item.category, item.risk) == (category, risk)]
            for risk in risks
        )
        table.add_row(category, *(", ".join(box) or "–" for box in boxes))
    return table


def _ranking(model: Model) -> Table:
    """Every item by annual usage value, with its score and the reasons."""
    table = _table(f"Usage value ({model.currency} a year), supply risk, and why")
    table.add_column("item", overflow="fold")
    for heading in ("a year", "share", "so far"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("class")
    table.add_column("risk", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("because", overflow="fold")
    for name, item in model.standings.items():
        numbers = (short(item.usage_value), percent(item.share), percent(item.cumulative))
        reasons = "; ".join(item.reasons)
        table.add_row(name, *numbers, item.category, item.risk, percent(item.score), reasons)
    return table


def _rules(model: Model) -> Table:
    """The rule and the safety stock, in days of mean demand, that each item gets under each policy."""
    table = _table("Rule, and days of safety stock")
    table.add_column("item", overflow="fold")
    for policy in model.policies:
        table.add_column(policy_name(policy))
    for row in _rule_rows(model):
        table.add_row(*row)
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
