"""The folder of scenarios side by side: the document, a table for spreadsheets, and the picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twin.report.beside import Document, every
from twin.report.folder import to_json, write_table
from twin.report.sweep import flat


def write(document: dict[str, Any], folder: Path) -> list[Path]:
    """Write the folder and return its files."""
    from twin.report.charts import draw_side_by_side

    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "compare.json", folder / "compare.csv"]
    written[0].write_text(to_json(document), encoding="utf-8")
    write_table([*_rows(document)], written[1])
    return written + draw_side_by_side(document, folder)


def _rows(document: Document) -> Iterator[dict[str, Any]]:
    """One for each scenario and policy: what it is, then mean and interval of every KPI and cost line."""
    for name, policy, results in every(document):
        scenario = document["scenarios"][name]
        row = {"scenario": name, "policy": policy, "hash": scenario["hash"], "currency": scenario["currency"]}
        yield row | flat(results["kpis"]) | flat(results["costs"])
