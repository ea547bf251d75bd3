"""A sweep in words: who is cheapest where, as a sentence, as a table, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape

from twin.report.terminal import remark, ruled
from twin.report.words import listed, plus_minus, policy_name, short, upper_first

Document = Mapping[str, Any]
Cell = Mapping[str, Any]

NOBODY = "Nowhere can the cheapest policies be told apart"


def axis_name(path: str) -> str:
    """A path as it heads a column: `disruptions.closure.lasts` is `closure.lasts`.

    >>> axis_name("disruptions.closure.lasts"), axis_name("run.horizon")
    ('closure.lasts', 'run.horizon')
    """
    section, _, rest = path.partition(".")
    return rest if "." in rest else path if rest else section


def written(value: Any) -> str:
    """A value as its author wrote it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def winner(cell: Cell) -> str | None:
    """The policy of least total cost; None where another may cost as little, or there is only one policy.

    One replication has no interval and is taken as it is.
    """
    cheapest = cell["cheapest"]
    told = cheapest is not None and not cheapest["not_dearer"] and cheapest["mean"] != 0
    return cheapest["policy"] if told else None


def finding(document: Document, currency: str = "") -> str:
    """Who costs least where, in one sentence; along one way by its values, else by the number of cells."""
    cells, policies = document["cells"], list(document["cells"][0]["policies"])
    if len(policies) == 1:
        return _range(cells, policies[0], currency)
    if len(document["vary"]) == 1:
        runs = [(name, [*run]) for name, run in groupby(cells, winner)]
        along = [f"{policy_name(name)} {_along(run)}" for name, run in runs if name]
        close = "; elsewhere the cheapest are not distinguishable" if len(along) < len(runs) else ""
        return f"The cheapest is {listed(along)}{close}" if along else NOBODY
    counts = {policy: sum(winner(cell) == policy for cell in cells) for policy in policies}
    told = [f"{policy_name(policy)} in {count}" for policy, count in _most_first(counts)]
    unclear = sum(winner(cell) is None for cell in cells)
    close = f"; {unclear} {'is' if unclear == 1 else 'are'} not distinguishable" if unclear else ""
    return f"The cheapest is {listed(told)} of {len(cells)} cells{close}" if told else NOBODY


def _range(cells: Sequence[Cell], policy: str, currency: str) -> str:
    """What a single policy costs, at least and at most."""
    ranked = sorted(cells, key=lambda cell: mean(cell, policy, "total_cost"))
    money = [f"{short(mean(cell, policy, 'total_cost'))} {currency}".rstrip() for cell in ranked]
    ends = [f"{money[k]} at {_where(ranked[k])}" for k in (0, -1)]
    costs = f"from {ends[0]} to {ends[1]}" if len(cells) > 1 else ends[0]
    return upper_first(f"{policy_name(policy)} costs {costs}")


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((policy, count) for policy, count in counts.items() if count), key=lambda each: -each[1])


def _along(run: Sequence[Cell]) -> str:
    first, last = (_where(cell) for cell in (run[0], run[-1]))
    return f"at {first}" if len(run) == 1 else f"from {first} to {last}"


def _where(cell: Cell) -> str:
    return listed([f"{written(value)}" for value in cell["values"].values()])


def told(cell: Cell, policy: str, kpi: str) -> Mapping[str, Any]:
    """Mean and interval of a KPI; of one that there is not, none."""
    found: Mapping[str, Any] = cell["policies"][policy]["kpis"].get(kpi) or {"mean": None, "low": None, "high": None}
    return found


def mean(cell: Cell, policy: str, kpi: str) -> float:
    return float(told(cell, policy, kpi)["mean"] or 0.0)


def show(document: Document, currency: str, console: Console) -> None:
    """Print the table, a row for each cell, and the sentence."""
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    paths, policies = list(document["vary"]), list(document["cells"][0]["policies"])
    table = ruled()
    for path in paths:
        table.add_column(axis_name(path), justify="right")
    for policy in policies:
        table.add_column(f"{policy_name(policy)}, {currency or 'money'}", justify="right")
    if len(policies) > 1:
        table.add_column("costs least")
    for cell in document["cells"]:
        row = [escape(written(value)) for value in cell["values"].values()]
        row += [_said(told(cell, policy, "total_cost")) for policy in policies]
        name = winner(cell)
        last = [policy_name(name) if name else "not distinguishable"] if len(policies) > 1 else []
        table.add_row(*row, *last)
    console.print(table)
    console.print(f"[bold]{escape(finding(document, currency))}.[/bold]")
    n = document["replications"]
    over = f"mean ± half of its 95 % interval over {n} replications" if n > 1 else "one replication"
    console.print(
        f"[dim]total cost, {over}, all cells on the same luck, each judged by itself · seed {document['seed']} · "
        f"study {document['hash']}[/dim]"
    )
    remark(console, "finding", document["findings"])


def _said(summary: Mapping[str, Any]) -> str:
    if summary["high"] is None:
        return short(summary["mean"])
    return plus_minus(short, summary["mean"], summary["high"] - summary["mean"])


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """One row a cell and policy: the values, who costs least there, mean and interval of every KPI and cost line."""
    for cell in document["cells"]:
        for policy, results in cell["policies"].items():
            row: dict[str, Any] = {path: written(value) for path, value in cell["values"].items()}
            row |= {"policy": policy, "costs_least": winner(cell), "hash": cell["hash"]}
            for part in ("kpis", "costs"):
                row |= flat(results[part])
            yield row


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Summaries under dotted names: `uptime.mean`, `uptime.low`, `uptime.high`."""
    found: dict[str, Any] = {}
    for key, entries in tree.items():
        if "mean" in entries and "low" in entries:
            found |= {f"{prefix}{key}.{end}": entries[end] for end in ("mean", "low", "high")}
        else:
            found |= flat(entries, f"{prefix}{key}.")
    return found
