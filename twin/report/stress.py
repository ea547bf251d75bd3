"""A stress test in words: which place hurts most, how long one survives without it, and what the map had said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from twin.report.sweep import flat
from twin.report.terminal import remark, ruled
from twin.report.words import days, listed, policy_name, short, upper_first

Document = Mapping[str, Any]
Told = Mapping[str, Any]

MOST = 10
"""Places in the table and the picture; all of them are in the files."""


def policies_of(document: Document) -> list[str]:
    return list(document["undisturbed"]["policies"])


def longest(target: Mapping[str, Any]) -> Mapping[str, Any]:
    """The case in which a place is out for the longest time."""
    found: Mapping[str, Any] = max(target["cases"], key=lambda case: case["lasts"])
    return found


def finding(document: Document, currency: str = "") -> str:
    """Under each policy the place that it is most exposed to."""
    worst: dict[str, list[str]] = {}
    for policy in policies_of(document):
        cases = [(longest(target), target["target"]) for target in document["targets"]]
        case, name = max(cases, key=lambda each: each[0]["policies"][policy]["exposure"]["mean"])
        exposure = case["policies"][policy]["exposure"]["mean"]
        if exposure > 0:
            unit = "" if worst else f" {currency}".rstrip()
            worst.setdefault(name, []).append(f"{policy_name(policy)} {short(exposure)}{unit}")
    if not worst:
        first = document["targets"][0]
        waits = any(told["hurt"] for case in first["cases"] for told in case["policies"].values())
        without = f", but customers wait, most without {first['target']}" if waits else ""
        return f"No knock-out costs any sale or penalty{without}"
    lasts = days(max(case["lasts"] for case in document["targets"][0]["cases"]))
    told = [f"{name} ({listed(names)})" for name, names in worst.items()]
    return f"Costliest to lose for {lasts}, in margin and penalties: {'; '.join(told)}"


def map_told(document: Document) -> str:
    """How often the network alone had told who gets hurt, and where it had not."""
    told = [
        (target["target"], policy_name(policy), of)
        for target in document["targets"]
        for case in target["cases"]
        for policy, of in case["policies"].items()
    ]
    hurting: dict[str, dict[str, None]] = {}
    for name, policy, of in told:
        if of["hurt"]:
            hurting.setdefault(name, {})[policy] = None
    single = [target["target"] for target in document["targets"] if target["cut_off"]]
    bridged = [name for name in single if name not in hurting]
    unseen = [f"{name} ({listed([*policies])})" for name, policies in hurting.items() if name not in single]
    many = f"{len(single)} single point{'' if len(single) == 1 else 's'} of failure"
    sentence = f"of {many} {len(single) - len(bridged)} hurt customers" if single else "no single point of failure"
    if bridged:
        sentence += f"; buffers bridged {listed(bridged)} under every policy"
    if unseen:
        sentence += f"; no single point, and yet it hurt, as the other way was not used or not enough: {listed(unseen)}"
    right = sum(of["foretold"] for *_, of in told)
    return f"{upper_first(sentence)}. The map alone foretold {right} of {len(told)} cases"


def show(document: Document, currency: str, console: Console) -> None:
    """Print the places that hurt most, longest knock-out first, and the sentences."""
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    table = ruled()
    for head in ("out", "survives", "recovers", "exposure", "index", "total cost", "map"):
        table.add_column(head, justify="left" if head in ("out", "map") else "right", no_wrap=True)
    for target in document["targets"][:MOST]:
        _rows_of(table, target)
        table.add_section()
    console.print(table)
    left = len(document["targets"]) - MOST
    if left > 0:
        console.print(f"[dim]and {left} more, which weigh less: --out writes them, --json tells them[/dim]")
    console.print(f"[bold]{finding(document, currency)}.[/bold]")
    console.print(f"{map_told(document)}.", highlight=False)
    n = document["replications"]
    over = f"means over {n} replications" if n > 1 else "one replication"
    console.print(
        f"[dim]in {currency or 'money'} against the undisturbed run, {over} on the same luck · from day "
        f"{document['at']:g} · exposure: lost margin and penalties, index: as a share of the largest · map: a single "
        f"point if some customer cannot be served without the place; right if that foretold who goes short, bridged "
        f"if nobody did, unseen if somebody did without one · seed {document['seed']} · study {document['hash']}[/dim]"
    )
    remark(console, "finding", document["findings"])


def _rows_of(table: Table, target: Mapping[str, Any]) -> None:
    """For every length a line with the place, and what the map says; below it a row for each policy."""
    for case in sorted(target["cases"], key=lambda case: -case["lasts"]):
        single = "single" if target["cut_off"] else "no"
        table.add_row(f"{target['target']}, {days(case['lasts'])}", *[""] * 5, single)
        for policy, told in case["policies"].items():
            times = [survived(told), recovered(told)]
            money = [short(told["exposure"]["mean"]), f"{told['index']:.2f}", _signed(told["total_cost"]["mean"])]
            on_map = "right" if told["foretold"] else "unseen" if told["hurt"] else "bridged"
            table.add_row(f"  {policy_name(policy)}", *times, *money, on_map)


def survived(told: Told) -> str:
    """The mean time to survive, and in how many replications customers went short at all, if not in all."""
    time, of = told["time_to_survive"], told["exposure"]["n"]
    if time["mean"] is None:
        return "throughout"
    return days(time["mean"]) + (f" ({time['n']} of {of})" if time["n"] < of else "")


def recovered(told: Told) -> str:
    """The mean time to recover; never where no replication did."""
    time = told["time_to_recover"]
    return "never" if time["mean"] is None else "–" if time["mean"] == 0 else days(time["mean"])


def _signed(money: float) -> str:
    return f"+{short(money)}" if money > 0 else short(money)


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """One row a place, length and policy."""
    for target in document["targets"]:
        for case in target["cases"]:
            for policy, told in case["policies"].items():
                yield {
                    "target": target["target"],
                    "kind": target["kind"],
                    "single_point": bool(target["cut_off"]),
                    "lasts": case["lasts"],
                    "policy": policy,
                    **{key: value for key, value in told.items() if not isinstance(value, Mapping)},
                    **flat({key: value for key, value in told.items() if isinstance(value, Mapping)}),
                    "hash": case["hash"],
                }
