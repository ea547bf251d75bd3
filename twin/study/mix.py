"""A mix of scenarios: the years that may come, each with its likelihood, and what a policy does in all of them.

Replication 7 of every scenario has the same luck, so it is one year that may turn out in several ways; its KPIs and
costs are their weighted means, and intervals go over replications as they do in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path

from twin.language import Model, load
from twin.model.errors import ScenarioError
from twin.model.scenario import astray
from twin.study.crew import Crew
from twin.study.trials import Task, Trial, run_trials

Row = dict[str, float | None]
Values = Mapping[str, str]
"""What is chosen: paths, and the values that stand there, as they are written."""


@dataclass(frozen=True)
class Mix:
    """Scenario files with their weights, the patches that belong to each, and the luck."""

    weights: Mapping[Path, float]
    sets: Mapping[Path, tuple[str, ...]]
    seed: int

    def load(self, values: Values) -> list[Model]:
        """Every scenario, with the values in it."""
        chosen = tuple(f"{path}={value}" for path, value in values.items())
        return [load(path, (*self.sets[path], *chosen)) for path in self.weights]

    def run(
        self, plans: Sequence[tuple[Sequence[Model], str]], replications: range, crew: Crew, done: Callable[[], None]
    ) -> list[list[Row]]:
        """Each plan (its models and a policy) under every scenario: a row for each replication."""
        models = [model for of_plan, _ in plans for model in of_plan]
        tasks = [
            Task(k * len(self.weights) + scenario, policy, replication)
            for k, (_, policy) in enumerate(plans)
            for replication in replications
            for scenario in range(len(self.weights))
        ]
        rows: list[Row] = []
        for trial in run_trials(models, tasks, self.seed, crew):
            rows.append(flat(trial))
            done()
        years = [self._blended(rows[k : k + len(self.weights)]) for k in range(0, len(rows), len(self.weights))]
        return [years[k : k + len(replications)] for k in range(0, len(years), len(replications))]

    def _blended(self, rows: Sequence[Row]) -> Row:
        """The weighted mean of each number, over the scenarios that have it."""
        blended: Row = {}
        for key in rows[0]:
            having = [(row[key], weight) for row, weight in zip(rows, self.weights.values(), strict=True)]
            known = [(value * weight, weight) for value, weight in having if value is not None]
            whole = fsum(weight for _, weight in known)
            blended[key] = fsum(value for value, _ in known) / whole if whole else None
        return blended


def flat(trial: Trial) -> Row:
    """Every KPI and cost line of a trial that is one number."""
    both = {**trial.results["kpis"], **trial.results["costs"]}
    return {key: value for key, value in both.items() if not isinstance(value, Mapping)}


def mix(model: Model, weights: Mapping[str, float], sets: Sequence[str], seed: int) -> Mix:
    """The scenarios that lie beside a model's file, by name; patches go to those that have their path."""
    home = model.tree.files[0]
    files = {home if name == model.name else home.with_name(f"{name}.yaml"): weights[name] for name in weights}
    mistakes = [
        model.tree.mistake(("study", "optimise", "scenarios", path.stem), f"there is no `{path.name}` beside this file")
        for path in files
        if not path.is_file()
    ]
    if mistakes:
        raise ScenarioError(mistakes)
    return Mix(files, {path: tuple(sets) if path == home else tuple(_fitting(path, sets)) for path in files}, seed)


def _fitting(path: Path, sets: Sequence[str]) -> Iterator[str]:
    data = load(path).tree.data
    for text in sets:
        if not text.startswith("study.") and astray(text.partition("=")[0], data) is None:
            yield text
