"""Why, in words and as JSON: what each root has cost, then the longest stops and largest misses with their chains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from twin.model.units import DAY
from twin.replenishment.safety_stock import figures
from twin.report.terminal import ruled
from twin.report.words import percent, policy_name
from twin.results.why import Explanation, Link, Miss, Root, Share, Stop, span

if TYPE_CHECKING:
    from twin.language import Model


def document(model: Model, found: Explanation, seed: int, replication: int) -> dict[str, Any]:
    """The JSON document: times are days since the end of the warm-up, sums whole seconds and pieces (docs/why.md)."""
    return {
        "twin": 1,
        "scenario": model.name,
        "title": model.title,
        "hash": model.tree.digest(seed),
        "seed": seed,
        "policy": found.policy,
        "replication": replication,
        "totals": _sums(found.total),
        "roots": [{**_root(share.root), **_sums(share)} for share in found.by_root],
        "stops": [{"line": stop.line, "state": stop.state, **_of_stop(stop, found.warm_up)} for stop in found.stops],
        "misses": [
            {"customer": miss.customer, "item": miss.item, **_of_miss(miss, found.warm_up)} for miss in found.misses
        ],
    }  # fmt: skip


def _sums(share: Share) -> dict[str, int]:
    return {"seconds": share.seconds, "short": share.short, "lost": share.lost}


def _root(root: Root) -> dict[str, str]:
    return {"kind": root.kind, "name": root.name, "text": root.text}


def _of_stop(stop: Stop, warm_up: int) -> dict[str, Any]:
    return {**_times(stop, warm_up), "seconds": stop.seconds, **_why(stop, warm_up)}


def _of_miss(miss: Miss, warm_up: int) -> dict[str, Any]:
    return {**_times(miss, warm_up), "short": miss.short, "lost": miss.lost, **_why(miss, warm_up)}


def _why(effect: Stop | Miss, warm_up: int) -> dict[str, Any]:
    chain = [
        {"kind": link.kind, "place": link.place, **_times(link, warm_up), "text": link.text} for link in effect.chain
    ]
    return {"root": _root(effect.root), "chain": chain}


def _times(what: Stop | Miss | Link, warm_up: int) -> dict[str, float]:
    return {"begin": (what.begin - warm_up) / DAY, "end": (what.end - warm_up) / DAY}


def show(model: Model, found: Explanation, seed: int, replication: int, top: int, console: Console) -> None:
    """Print the sums by root, then the `top` longest stops and largest misses."""
    title = f"{model.title or model.name} · {policy_name(found.policy)}, replication {replication}"
    console.print(title, style="bold", markup=False, highlight=False)
    if not found.by_root:
        console.print("No line stood, and every order was served at once.")
    else:
        console.print(_table(found))
        longest = sorted(found.stops, key=lambda stop: -stop.seconds)
        _tell("longest stop", "longest stops", [stop.chain for stop in longest], top, console)
        largest = sorted(found.misses, key=lambda miss: -max(miss.short, miss.lost))
        _tell("largest miss", "largest misses", [miss.chain for miss in largest], top, console)
    code = model.tree.digest(seed)
    console.print(f"[dim]days count from the end of the warm-up · seed {seed} · run {code}[/dim]", highlight=False)


def _table(found: Explanation) -> Table:
    table = ruled()
    table.add_column("root")
    for head in ("lines stood", "share", "pieces short", "share", "of these lost"):
        table.add_column(head, justify="right", no_wrap=True)
    total = found.total
    for share in found.by_root:
        table.add_row(share.root.text, *_cells(share, total))
    table.add_section()
    table.add_row("all", *_cells(total, total), style="bold")
    return table


def _cells(share: Share, total: Share) -> list[str]:
    stood = [span(share.seconds), percent(share.seconds / total.seconds)] if share.seconds else ["–", ""]
    short = [figures(share.short), percent(share.short / total.short)] if share.short else ["–", ""]
    return [*stood, *short, figures(share.lost) if share.lost else "–"]


def _tell(one: str, many: str, chains: Iterable[Sequence[Link]], top: int, console: Console) -> None:
    chains = list(chains)
    told = chains[:top]
    if told:
        what = one if len(told) == 1 else f"{len(told)} {many}"
        console.print(f"\n[bold]The {what}{f' of {len(chains)}' if len(told) < len(chains) else ''}[/bold]")
    for chain in told:
        first, *back = (link.text for link in chain)
        for line in (first, *(f"  ← {text}" for text in back)):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        console.print()
