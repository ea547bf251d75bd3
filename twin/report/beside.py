"""Scenarios side by side in words: who costs least where, and how often a bad year must come for a buffer to pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twin.report import rows
from twin.report.measured import spelled
from twin.report.rows import Row
from twin.report.terminal import remark, ruled
from twin.report.words import known, listed, many, policy_name, short, upper_first

Document = Mapping[str, Any]
YEAR = 365


def told_rows(document: Document) -> tuple[Row, Row, Row]:
    """Service, sales and cost: uptime where all have a line, lost sales where any are lost."""
    policies = {f"{name} {policy}": results for name, policy, results in every(document)}
    lines = all(rows.UPTIME.found(results)["mean"] is not None for results in policies.values())
    service = rows.UPTIME if lines else rows.PIECES_FILLED
    sales = rows.OWED if rows.OWED.happened(policies) and not rows.LOST_SALES.happened(policies) else rows.LOST_SALES
    return service, sales, rows.TOTAL


def every(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Scenario, policy, results."""
    for name, scenario in document["scenarios"].items():
        for policy, results in scenario["policies"].items():
            yield name, policy, results


def winner(scenario: Document) -> str | None:
    """The policy of least total cost; None where it is alone, or another may cost as little."""
    return scenario["cheapest"] if scenario["above"] and not _rivals(scenario) else None


def _rivals(scenario: Document) -> list[str]:
    """Who cannot be told from the cheapest; not always the next one by mean."""
    above = scenario["above"]
    return [p for p in above if above[p]["distinguishable"] is False or above[p]["mean"] == 0]


def headline(document: Document) -> str:
    """Who costs least where."""
    names: dict[str | None, list[str]] = {}
    for name, scenario in document["scenarios"].items():
        if scenario["above"]:
            names.setdefault(winner(scenario), []).append(name)
    told = [f"{policy_name(policy)} in {listed(where)}" for policy, where in names.items() if policy]
    close = f"the cheapest are not distinguishable in {listed(names[None])}" if None in names else ""
    text = "; ".join(filter(None, [f"The cheapest is {', '.join(told)}" if told else "", close]))
    return upper_first(text) or "One policy in each scenario: there is nothing to choose from"


def verdict(document: Document) -> Iterator[str]:
    """A sentence for each scenario: who costs least and by how much; then for each bad year what it would pay for."""
    yield from (_costs(name, scenario) for name, scenario in document["scenarios"].items() if scenario["above"])
    for bad, pairs in groupby(document["break_even"], lambda pair: str(pair["bad"])):
        told = [*pairs]
        yield upper_first("; ".join([*_paying(document, bad, told), *_not_paying(told)]))


def _costs(name: str, scenario: Document) -> str:
    least, above = policy_name(scenario["cheapest"]), scenario["above"]
    if rivals := _rivals(scenario):
        return f"In {name}, {listed([least, *map(policy_name, rivals)])} are not distinguishable on cost"
    second = min(above, key=lambda policy: above[policy]["mean"])
    less = f"{short(above[second]['mean'])} {scenario['currency']} less than {policy_name(second)}"
    return f"In {name}, {least} costs least, {less}"


def _paying(document: Document, bad: str, pairs: list[Document]) -> Iterator[str]:
    """Once in how many years is enough, the rarest first."""
    paying = sorted((pair for pair in pairs if pair["years"]), key=lambda pair: -pair["years"]["mean"])
    if not paying:
        return
    span = "year" if document["scenarios"][bad]["horizon"] == YEAR else "run"
    (first, often), *rarer = ((policy_name(pair["policy"]), f"once in {_years(pair['years'])}") for pair in paying)
    who = f"{first} pays for itself against {policy_name(paying[0]['instead_of'])}"
    others = [f"{policy} if {how_often}" for policy, how_often in rarer]
    yield ", ".join([f"{who} if a {span} like {bad} comes {often} {span}s or oftener", *others])
    yield f"the other {span}s like {paying[0]['calm']}"


def _years(years: Document) -> str:
    mean, low, high = (None if years[key] is None else _count(years[key]) for key in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})" if low and low != high else f"{mean}"


def _count(number: float) -> str:
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}".removesuffix(".0")


def _not_paying(pairs: list[Document]) -> Iterator[str]:
    for pair in pairs:
        policy, lean = policy_name(pair["policy"]), policy_name(pair["instead_of"])
        if pair["years"]:
            continue
        if pair["saving"]["mean"] <= 0:
            yield f"{policy} saves nothing in {pair['bad']} against {lean}"
        elif pair["saving"]["distinguishable"] is False:
            yield f"what {policy} saves in {pair['bad']} is not distinguishable from nothing"
        else:
            yield f"what {policy} costs more than {lean} in {pair['calm']} is not distinguishable from nothing"


def show(document: Document, console: Console) -> None:
    """Print the table, a row for each scenario and policy, the verdict, and what must be known to read them."""
    console.print(_table(document))
    for sentence in verdict(document):
        console.print(f"[bold]{escape(sentence)}.[/bold]", highlight=False)
    console.print(f"[dim]{foot(document)}[/dim]", highlight=False)
    remark(console, "note", document["notes"])
    remark(console, "finding", _findings(document))


def _table(document: Document) -> Table:
    service, sales, cost = told_rows(document)
    currencies = [*dict.fromkeys(scenario["currency"] for scenario in document["scenarios"].values())]
    table = ruled()
    table.add_column("")
    table.add_column("")
    heads = [f"total cost, {' / '.join(currencies)}", "above the cheapest"]
    for head in (*heads, *(spelled(row.keys[0]) for row in (service, sales))):
        table.add_column(head, justify="right")
    for name, scenario in document["scenarios"].items():
        money = f" {scenario['currency']}" if len(currencies) > 1 else ""
        for k, (policy, results) in enumerate(scenario["policies"].items()):
            paid, served, sold = (known(row.say, row.found(results)) for row in (cost, service, sales))
            who = ("" if k else escape(name), escape(policy_name(policy)))
            table.add_row(*who, f"{paid}{money}", _above(scenario, policy), served, sold)
        table.add_section()
    return table


def _above(scenario: Document, policy: str) -> str:
    if policy == scenario["cheapest"]:
        return "cheapest" if winner(scenario) else ""
    more = scenario["above"][policy]
    if policy in _rivals(scenario):
        return "not distinguishable"
    return f"+{known(short, more)}"


def foot(document: Document) -> str:
    """How it came about, in small type."""
    scenarios = document["scenarios"].values()
    days, counts, seeds = (
        " / ".join(dict.fromkeys(f"{scenario[key]:g}" for scenario in scenarios))
        for key in ("horizon", "replications", "seed")
    )
    return f"{days} days · {many(counts, 'replication')} · seed {seeds} · study {document['hash']}"


def _findings(document: Document) -> Iterator[str]:
    """Each once, with the scenarios that have it."""
    where: dict[str, list[str]] = {}
    for name, scenario in document["scenarios"].items():
        for finding in scenario["findings"]:
            where.setdefault(finding, []).append(name)
    yield from (f"{', '.join(names)}: {finding}" for finding, names in where.items())
