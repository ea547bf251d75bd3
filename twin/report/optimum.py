"""An optimisation told: the values before and after, what they change, and whether that held with other luck."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from twin.model.optimise import DIMENSIONS
from twin.report.chosen import counted, finding, of_years, retests
from twin.report.finding import Document
from twin.report.folder import to_json, write_scenario, write_table
from twin.report.measured import say, spelled, unit
from twin.report.terminal import remark, ruled
from twin.report.words import plus_minus, points
from twin.study.optimise import Optimum

TOLD = ("total_cost", "uptime", "fill_rate", "lost_sales", "inventory_value")
"""KPIs that stand in the table whatever was asked for."""


def show(optimum: Optimum, console: Console) -> None:
    """Print the values, what they change, the finding in a sentence, and how to run it."""
    document, currency = optimum.document, optimum.model.currency
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    console.print(_values(document))
    console.print(_effects(document, currency))
    console.print(f"[bold]{finding(document, currency)}[/bold]", highlight=False)
    for sentence in retests(document):
        console.print(sentence, highlight=False)
    luck = (
        f"{document['tried']} of {document['budget']} plans tried on {counted(document['replications'])}"
        f"{of_years(document)}, before and after on as many fresh ones: mean ± half of the 95 % interval · seed "
        f"{document['seed']} · run {document['hash']}"
    )
    console.print(luck, style="dim", highlight=False)
    console.print(_command(optimum), markup=False, highlight=False, soft_wrap=True)
    remark(console, "finding", document["findings"])


def _command(optimum: Optimum) -> str:
    """What runs the scenario with the chosen values."""
    tree = optimum.chosen.tree
    sets = [word for patch in tree.sets if not patch.startswith("study") for word in ("--set", patch)]
    return shlex.join(["twin", "run", str(tree.files[0]), *sets])


def _values(document: Document) -> Table:
    table = ruled()
    for heading in ("", "between", "before", "chosen"):
        table.add_column(heading, justify="right" if heading else "left")
    for path, choice in document["chosen"].items():
        span = f"{choice['from']} and {choice['to']}"
        before = "–" if choice["before"] is None else str(choice["before"])
        table.add_row(path, span, before, f"{choice['after']}{_at_bound(choice)}")
    return table


def _at_bound(choice: dict[str, Any]) -> str:
    """That a wider bound might have been better."""
    named = {choice["from"]: ", the least", choice["to"]: ", the most"}
    return named.get(choice["after"], "")


def _effects(document: Document, currency: str) -> Table:
    table = ruled()
    for heading in ("", "before", "chosen", "difference"):
        table.add_column(heading, justify="right" if heading else "left")
    keys = dict.fromkeys([document["minimise"], *document["subject_to"], *TOLD])
    for key in keys:
        if document["after"][key]["mean"] is not None:
            columns = [_cell(key, document[column][key]) for column in ("before", "after", "difference")]
            table.add_row(f"{spelled(key)} ({unit(key, currency)})" if unit(key, currency) else spelled(key), *columns)
    return table


def _cell(key: str, found: dict[str, Any]) -> str:
    """A mean and half of its interval."""
    if found["mean"] is None:
        return "–"
    if found.get("distinguishable") is not None and DIMENSIONS[key] == "Share":
        told = points(found["mean"])
        return told if told.startswith(("0", "under")) else f"{'+' if found['mean'] > 0 else '−'}{told}"
    if found["low"] is None or found["low"] == found["high"]:
        return say(key)(found["mean"])
    return plus_minus(say(key), found["mean"], (found["high"] - found["low"]) / 2)


def write(optimum: Optimum, folder: Path) -> list[Path]:
    """Write the folder and return its files: numbers, the scenario with the chosen values, and the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    document = optimum.document
    written = [folder / "optimise.json", folder / "evaluations.csv", folder / "scenario.yaml"]
    written[0].write_text(to_json(document), encoding="utf-8")
    write_table(list(_rows(optimum)), written[1])
    write_scenario(optimum.chosen.tree, document, ("seed",), written[2])
    from twin.report.frontier import draw_frontier

    return [*written, *draw_frontier(optimum, folder)]


def _rows(optimum: Optimum) -> Iterator[dict[str, Any]]:
    """One row a plan: whose, on which luck, its values, then the mean of every KPI and cost."""
    for tried in optimum.tried:
        values = {path: tried.values.get(path) for path in optimum.document["chosen"]}
        means = {key: tried.mean(key) for key in tried.rows[0]}
        yield {"policy": tried.policy, "luck": tried.luck, "replications": len(tried.rows)} | values | means
