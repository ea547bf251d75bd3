"""A difference in words: what is written otherwise, where, and what came out otherwise, B against A."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twin.model.optimise import DIMENSIONS
from twin.model.printed import flow
from twin.report.measured import say, spelled, unit
from twin.report.terminal import remark, ruled
from twin.report.words import MINUS, known, many, percent, plus_minus, policy_name, short
from twin.study.diff import same

Document = Mapping[str, Any]
HEADLINE = ("uptime", "fill_rate", "lost_sales", "backlog", "inventory_value", "total_cost")
LONGEST = 160
"""Letters of a value; the document has it whole."""
NOTHING = "\N{EN DASH}"
NOISE = 1e-9
"""Of a sum of money: what its rounding may differ by."""


def show(document: Document, currency: str, console: Console) -> None:
    """Print the two tables and what must be known to read them; or that nothing differs."""
    for name in ("a", "b"):
        console.print(f"[bold]{name.upper()}[/bold] {escape(_called(document[name]))}", highlight=False)
    if same(document):
        console.print("[bold]Nothing differs.[/bold]")
    else:
        if document["words"]:
            console.print(_words(document))
        elif document["words"] is not None:
            console.print("The scenarios say the same.")
        if document["results"] and document["results"]["policies"]:
            console.print(_results(document["results"], currency))
            console.print(f"[dim]{_read(document)}[/dim]", highlight=False)
    remark(console, "note", document["notes"])


def _called(side: Document) -> str:
    if "hash" not in side:
        return str(side["path"])
    return f"{side['path']}, {many(side['replications'], 'replication')}, seed {side['seed']}, run {side['hash']}"


def _words(document: Document) -> Table:
    table = _table("", "A", "B", "written in")
    table.columns[0].no_wrap = True
    for change in document["words"]:
        places = [place for place in (change["a_written"], change["b_written"]) if place]
        where = "\n".join(dict.fromkeys(places))
        table.add_row(*map(escape, (change["path"], _value(change["a"]), _value(change["b"]), where)))
    return table


def _value(value: Any) -> str:
    text = NOTHING if value is None else value if isinstance(value, str) else flow(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _results(results: Document, currency: str) -> Table:
    table = _table("", "A", "B", f"B {MINUS} A", results=True)
    for policy, parts in results["policies"].items():
        table.add_row(f"[bold]{escape(policy_name(policy))}[/bold]")
        for key, found in _told(parts):
            named = unit(key, currency) if key in DIMENSIONS else currency
            label = f"  {spelled(key)}{f', {named}' if named else ''}"
            values = [known(_tell(key), found[side]) for side in ("a", "b")]
            table.add_row(label, *values, _change(key, found["difference"]))
        table.add_section()
    return table


def _told(parts: Document) -> Iterator[tuple[str, Document]]:
    """The headline, and of the bill the lines that differ."""
    for key in HEADLINE:
        found = parts["kpis"].get(key)
        if found and (found["a"]["mean"] or found["b"]["mean"]):
            yield key, found
    for key, found in parts["costs"].items():
        if abs(found["difference"]["mean"]) > NOISE * abs(found["a"]["mean"]):
            yield key, found


def _tell(key: str) -> Callable[[float], str]:
    return say(key) if key in DIMENSIONS else short


def _change(key: str, found: Document) -> str:
    """With its sign; shares differ by points."""
    mean = found["mean"]
    if mean is None:
        return NOTHING
    if mean == 0 and not found["low"]:
        return "the same"
    tell = _tell(key)
    half = 0.0 if found["low"] is None else mean - found["low"]
    size = plus_minus(tell, abs(mean), half) if half else tell(abs(mean))
    if tell is percent:
        size = size.replace(" %", " points")
    sign = "" if tell(mean) == tell(0) else "+" if mean > 0 else MINUS
    return f"{sign}{size}{', not distinguishable' * (found['distinguishable'] is False)}"


def _read(document: Document) -> str:
    results = document["results"]
    if not results["paired"]:
        return "mean ± half of its 95 % interval; the difference is that of two samples"
    if results["replications"] == 1:
        return "one replication on the same luck"
    over = f"over {results['replications']} on the same luck"
    return f"mean ± half of its 95 % interval; differences by replication, {over}"


def _table(*heads: str, results: bool = False) -> Table:
    table = ruled()
    for k, head in enumerate(heads):
        table.add_column(head, justify="right" if results and k else "left", overflow="fold")
    return table
