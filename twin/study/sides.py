"""A side of a difference: a scenario, or what a run of one has left behind; what it says, and what came out."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twin.language import Model, load
from twin.model.errors import Mistake, ScenarioError
from twin.model.scenario import Tree, read
from twin.study.compare import compare
from twin.study.crew import Crew, Progress
from twin.study.edition import edition

Values = Mapping[str, float | None]
SUMMARY = {"mean", "low", "high", "sd", "n"}
HEAD = {"scenario", "title", "hash", "seed", "replications", "policies"}


@dataclass(frozen=True)
class Outcome:
    """What came out: the document, every KPI and cost by policy and replication (if kept), and the program's name."""

    document: Mapping[str, Any]
    trials: Mapping[str, Mapping[int, Values]]
    program: str | None


@dataclass(frozen=True)
class Side:
    """What is compared: as it was called, its words and its results, as far as they are there."""

    path: Path
    tree: Tree | None = None
    outcome: Outcome | None = None
    model: Model | None = None

    @property
    def policies(self) -> tuple[str, ...]:
        """Those that have results or could be run."""
        return tuple(self.outcome.document["policies"] if self.outcome else self.model.policies if self.model else ())

    def word(self, *path: str, default: str) -> str | None:
        """A value as written in the scenario; None where nobody knows the scenario."""
        if self.tree is None:
            return None
        here: Any = self.tree.data
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return default if here is None else str(here)


def side(path: Path) -> Side:
    """The side at a path: a scenario file, a folder of `twin run --out`, or a document of `twin run --json`.

    Raises ScenarioError where it is none of them.
    """
    if path.name == "kpis.json" and (path.parent / "scenario.yaml").exists():
        path = path.parent
    if path.is_dir():
        return _folder(path)
    if path.suffix == ".json":
        return Side(path, outcome=Outcome(_document(path), {}, None))
    model = load(path)
    return Side(path, model.tree, model=model)


def luck(sides: Sequence[Side]) -> int:
    """The seed on which sides can be compared: that of results, which cannot be run again, else that of A."""
    known = [side.outcome.document["seed"] for side in sides if side.outcome]
    return int(known[0] if known else next(side.model.run.seed for side in sides if side.model))


def played(
    one: Side,
    policies: Sequence[str],
    replications: int,
    seed: int,
    hands: Crew,
    progress: Progress | None,
) -> Side:
    """A scenario with what comes out of it now; results stay as they are."""
    if one.model is None:
        return one
    chosen = [policy for policy in policies if policy in one.model.policies]
    found = compare(one.model, chosen or None, replications, seed, hands=hands, progress=progress)
    if found.stopped is not None:
        raise found.stopped
    trials: dict[str, dict[int, Values]] = {}
    for trial in found.trials:
        values = trial.results["kpis"] | trial.results["costs"]
        trials.setdefault(trial.policy, {})[trial.replication] = values
    return replace(one, outcome=Outcome(found.document, trials, _program(edition())))


def _folder(path: Path) -> Side:
    if not (path / "kpis.json").exists():
        raise _refused(path, "is a folder without kpis.json; `twin run SCENARIO --out DIR` writes one")
    document = _document(path / "kpis.json")
    scenario = path / "scenario.yaml"
    outcome = Outcome(document, _trials(path / "trials.csv", document), _made_by(path, document["hash"]))
    return Side(path, read(scenario) if scenario.exists() else None, outcome)


def _document(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise _refused(path, "is not JSON; name a scenario (.yaml), a folder of results or its kpis.json") from None
    known = isinstance(document, dict) and document.keys() >= HEAD and isinstance(document["policies"], dict)
    if not known or not all(_is_policy(each) for each in document["policies"].values()):
        raise _refused(path, "is not what `twin run --json` prints; studies are not compared here")
    return dict(document)


def _is_policy(results: Any) -> bool:
    parts = [results.get(part) for part in ("kpis", "costs")] if isinstance(results, dict) else [None]
    return all(isinstance(part, dict) and all(map(_is_summary, part.values())) for part in parts)


def _is_summary(found: Any) -> bool:
    """Of one number, or a map of such."""
    return isinstance(found, dict) and ("mean" not in found or found.keys() >= SUMMARY)


def _trials(path: Path, document: Mapping[str, Any]) -> dict[str, dict[int, Values]]:
    """The table of the same run; nothing if there is none, or one of another run."""
    found: dict[str, dict[int, Values]] = {}
    if not path.exists():
        return found
    with path.open(encoding="utf-8", newline="") as file:
        try:
            for row in csv.DictReader(file):
                if row["hash"] != document["hash"]:
                    return {}
                values = {key: _number(row.get(key)) for key in _numbers(document)}
                found.setdefault(row["policy"], {})[int(row["replication"])] = values
        except (KeyError, TypeError, ValueError):
            raise _refused(path, "is not the table that `twin run --out` writes") from None
    return found


def _numbers(document: Mapping[str, Any]) -> list[str]:
    """The KPIs and cost lines that are one number."""
    policies = document["policies"].values()
    parts = [results[part] for results in policies for part in ("kpis", "costs")]
    return [*dict.fromkeys(key for part in parts for key, found in part.items() if "mean" in found)]


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _made_by(folder: Path, fingerprint: str) -> str | None:
    """The program that made a folder, to its last line; where trials are not kept, its version."""
    trials, scenario = folder / "trials.jsonl", folder / "scenario.yaml"
    for line in trials.open(encoding="utf-8") if trials.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:  # torn off
            continue
        if row.get("hash") == fingerprint:
            return _program(row)
    notes = scenario.read_text(encoding="utf-8").splitlines()[:5] if scenario.exists() else []
    return next((note.removeprefix("# version: ") for note in notes if note.startswith("# version: ")), None)


def _program(made_by: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {made_by[name]}".removeprefix("program ") for name in edition() if name in made_by)


def _refused(path: Path, message: str) -> ScenarioError:
    return ScenarioError([Mistake(str(path), 0, 0, message)])
