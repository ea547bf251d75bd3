"""A mix of scenarios: the years that may come, each with its likelihood, and what a policy does in all of them.

Replication 7 of every scenario has the same luck, so it is one year that may turn out in several ways; its KPIs and
costs are their weighted means, and intervals go over replications as they do in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from twin.language import Model
from twin.study.crew import Crew
from twin.study.trials import Task, Trial, run_trials

Row = dict[str, float | None]
Values = Mapping[str, Any]
"""What is chosen: paths, and the values that stand there, as a file would have them."""


@dataclass(frozen=True)
class Mix:
    """Scenarios, how likely each is, and the luck."""

    years: Sequence[Model]
    weights: Sequence[float]
    seed: int

    def varied(self, values: Values) -> list[Model]:
        """Every scenario, with the values in it."""
        return [year.varied(values) for year in self.years]

    def run(
        self, plans: Sequence[tuple[Sequence[Model], str]], replications: range, crew: Crew, done: Callable[[], None]
    ) -> Iterator[list[Row]]:
        """Each plan (its models and a policy) under every scenario, as it is done: a row for each replication."""
        years = len(self.years)
        models = [model for of_plan, _ in plans for model in of_plan]
        tasks = [
            Task(k * years + scenario, policy, replication)
            for k, (_, policy) in enumerate(plans)
            for replication in replications
            for scenario in range(years)
        ]
        rows: list[Row] = []
        for trial in run_trials(models, tasks, self.seed, crew):
            rows.append(flat(trial))
            done()
            if len(rows) == len(replications) * years:
                yield [self._blended(rows[k : k + years]) for k in range(0, len(rows), years)]
                rows = []

    def _blended(self, rows: Sequence[Row]) -> Row:
        """The weighted mean of each number, over the scenarios that have it."""
        blended: Row = {}
        for key in rows[0]:
            having = [(row[key], weight) for row, weight in zip(rows, self.weights, strict=True)]
            known = [(value * weight, weight) for value, weight in having if value is not None]
            whole = fsum(weight for _, weight in known)
            blended[key] = fsum(value for value, _ in known) / whole if whole else None
        return blended


def flat(trial: Trial) -> Row:
    """Every KPI and cost line of a trial that is one number."""
    both = {**trial.results["kpis"], **trial.results["costs"]}
    return {key: value for key, value in both.items() if not isinstance(value, Mapping)}
