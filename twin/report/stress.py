"""A stress test in words: which place hurts most, how long one survives without it, and what the map had said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.box import HORIZONTALS
from rich.console import Console
from rich.table import Table

from twin.report.sweep import flat
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


def hurts(told: Told) -> bool:
    """Whether customers go short who undisturbed would not have, in more than half of the replications."""
    return bool(2 * told["time_to_survive"]["n"] > told["exposure"]["n"])


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
        return "No knock-out costs any sale or penalty"
    lasts = days(max(case["lasts"] for case in document["targets"][0]["cases"]))
    told = [f"{name} ({listed(names)})" for name, names in worst.items()]
    return f"Costliest to lose for {lasts}, in margin and penalties: {'; '.join(told)}"


def map_told(document: Document) -> str:
    """Where the single points of failure that the network shows are those that hurt, and where not."""
    single = {target["target"] for target in document["targets"] if target["cut_off"]}
    hurting: dict[str, set[str]] = {}
    for target in document["targets"]:
        for case in target["cases"]:
            for policy, told in case["policies"].items():
                if hurts(told):
                    hurting.setdefault(target["target"], set()).add(policy)
    bridged = [t["target"] for t in document["targets"] if t["target"] in single - set(hurting)]
    unseen = [t["target"] for t in document["targets"] if t["target"] in set(hurting) - single]
    count = len(single & set(hurting))
    sentence = f"of {len(single)} single points of failure {count} hurt customers" if single else "no single point"
    if bridged:
        sentence += f"; buffers bridged {listed(bridged)} under every policy"
    if unseen:
        under = [f"{name} ({listed([policy_name(p) for p in sorted(hurting[name])])})" for name in unseen]
        sentence += f"; no single point, and yet it hurt, as the other way was not used or not enough: {listed(under)}"
    return upper_first(sentence)


def show(document: Document, currency: str, console: Console) -> None:
    """Print the places that hurt most, longest knock-out first, and the sentences."""
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    table = Table(box=HORIZONTALS, show_edge=False, pad_edge=False, collapse_padding=True)
    for head in ("out", "single", "for", "policy", "survives", "recovers", "exposure", "index", "total cost"):
        text = head in ("out", "single", "policy")
        table.add_column(head, justify="left" if text else "right", no_wrap=True)
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
        f"{document['at']:g} · single: no customer can be served without it · exposure: lost margin and penalties, "
        f"index: as a share of the largest · seed {document['seed']} · study {document['hash']}[/dim]"
    )
    for found in document["findings"]:
        console.print(f"[yellow]finding:[/yellow] {found}", highlight=False)


def _rows_of(table: Table, target: Mapping[str, Any]) -> None:
    first = [target["target"], "yes" if target["cut_off"] else "no"]
    for case in sorted(target["cases"], key=lambda case: -case["lasts"]):
        when = [days(case["lasts"])]
        for policy, told in case["policies"].items():
            times = [survived(told), recovered(told)]
            money = [short(told["exposure"]["mean"]), f"{told['index']:.2f}", _signed(told["total_cost"]["mean"])]
            table.add_row(*(first or ["", ""]), *(when or [""]), policy_name(policy), *times, *money)
            first, when = [], []


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
                    "index": told["index"],
                    **flat({key: told[key] for key in told if key != "index"}),
                    "hash": case["hash"],
                }
