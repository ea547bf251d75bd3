"""The output folder: everything that a comparison found, as files that people open, diff and run again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from twin.model.printed import program_version
from twin.model.scenario import Tree
from twin.model.units import DAY
from twin.study.compare import Comparison
from twin.study.trials import Trial


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the folder and return its files; pictures are drawn last, for the page."""
    folder.mkdir(parents=True, exist_ok=True)
    model, document = comparison.model, comparison.document
    written = [folder / "kpis.json", folder / "trials.csv", folder / "scenario.yaml"]
    written[0].write_text(to_json(document), encoding="utf-8")
    write_table([_row(comparison, trial) for trial in comparison.trials], written[1])
    write_scenario(model.tree, document, ("replications", "seed"), written[2])
    (folder / "timeline.csv").unlink(missing_ok=True)  # one of another run would be taken for this one's
    if comparison.watched.timelines:
        written.append(folder / "timeline.csv")
        write_table(_days(comparison), written[-1])
    from twin.report.charts import draw
    from twin.report.page.page import write as write_page

    drawn = draw(model, document, comparison.watched.timelines, comparison.watched.occurrences, folder)
    return [*written, *drawn, write_page(comparison, drawn, folder)]


def to_json(document: Mapping[str, Any]) -> str:
    """The document as one JSON text; the same on the screen and in `kpis.json`."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_scenario(
    tree: Tree, document: dict[str, Any], run: Sequence[str], path: Path, study: dict[str, Any] | None = None
) -> None:
    """The scenario as one file that runs again to the same numbers; of the `run` with these values of the document."""
    told = {key: document[key] for key in run}
    again = tree.to_yaml(study, run=told, version=program_version(), hash=document["hash"])
    path.write_text(again, encoding="utf-8")


def write_table(rows: list[dict[str, Any]], path: Path) -> None:
    """Rows as CSV, the same bytes on every machine."""
    import pandas as pd

    pd.DataFrame(rows).to_csv(path, index=False, lineterminator="\n")


def _row(comparison: Comparison, trial: Trial) -> dict[str, Any]:
    """One trial: its parameters, then every KPI and cost; nested KPIs under dotted names."""
    parameters = {
        "scenario": comparison.model.name,
        "hash": comparison.document["hash"],
        "seed": comparison.document["seed"],
        "policy": trial.policy,
        "replication": trial.replication,
    }
    return parameters | _flat(trial.results["kpis"]) | _flat(trial.results["costs"])


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat


def _days(comparison: Comparison) -> list[dict[str, Any]]:
    """Replication 0 of every policy, one row a policy and day."""
    model = comparison.model
    rows = []
    for policy, columns in comparison.watched.timelines.items():
        for day, values in enumerate(zip(*columns.values(), strict=True)):
            row: dict[str, Any] = {"policy": policy, "replication": 0}
            if model.start is not None:
                row["date"] = model.start + timedelta(days=model.run.warm_up // DAY + day)
            rows.append(row | dict(zip(columns, values, strict=True)))
    return rows
