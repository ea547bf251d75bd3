"""Trials: one row each, a scenario, a policy and a replication in, results out.

Trials share nothing, so they may run anywhere, in any number, and their order is that in which they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from twin.language import Model
from twin.results.kpi import measure
from twin.simulation import simulate
from twin.study.crew import Crew


class Task(NamedTuple):
    """What is to be done: one replication of one policy of one of a study's scenarios."""

    scenario: int  # its place in the study
    policy: str
    replication: int


class Trial(NamedTuple):
    """A task, and what came out."""

    scenario: int
    policy: str
    replication: int
    results: dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """What every worker has at hand: the scenarios of a study, and their luck."""

    models: tuple[Model, ...]
    seed: int

    def __call__(self, task: Task) -> dict[str, Any]:
        """One trial, measured."""
        model = self.models[task.scenario]
        return measure(model, simulate(model, task.policy, task.replication, self.seed))


def run_trials(models: Sequence[Model], tasks: Sequence[Task], seed: int, crew: Crew) -> Iterator[Trial]:
    """Every task in its turn, whoever does the work."""
    for task, results in zip(tasks, crew.map(Bench(tuple(models), seed), tasks), strict=True):
        yield Trial(*task, results)


def every(policies: Sequence[str], replications: range, scenario: int = 0) -> list[Task]:
    """The tasks of a comparison: replication by replication, so that an interrupted one has whole replications."""
    return [Task(scenario, policy, replication) for replication in replications for policy in policies]
