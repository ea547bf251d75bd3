"""The output folder of a study: its document, a table for spreadsheets, and its picture."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from twin.language import Model
from twin.model.scenario import resolve_files
from twin.report import stress, sweep
from twin.report.folder import to_json, write_scenario, write_table

WORDS: Mapping[str, Any] = {"sweep": sweep, "stress": stress}


def write(model: Model, document: dict[str, Any], folder: Path) -> list[Path]:
    """Write the folder and return its files; an older picture that would no longer be drawn is removed."""
    from twin.report.charts import draw_study

    folder.mkdir(parents=True, exist_ok=True)
    name = document["study"]
    written = [folder / f"{name}.json", folder / f"{name}.csv", folder / "scenario.yaml"]
    written[0].write_text(to_json(document), encoding="utf-8")
    write_table(list(WORDS[name].rows(document)), written[1])
    write_scenario(model.tree, document, ("replications", "seed"), written[2], _asked(model, document))
    return written + draw_study(model, document, folder)


def _asked(model: Model, document: dict[str, Any]) -> dict[str, Any]:
    """The study as a file has it; what was varied may have come from the command line."""
    if document["study"] != "sweep":
        return {key: asked for key, asked in model.tree.data.get("study", {}).items() if key == document["study"]}
    asked = {"sweep": deepcopy(document["vary"])}
    resolve_files(asked, model.tree.files[0].parent)
    return asked
