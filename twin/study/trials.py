"""Trials: one row each, a scenario, a policy and a replication in, results out.

Trials share nothing, so they may run anywhere, in any number, and their order is that in which they were asked for.
"""

from __future__ import annotations

import json
import shlex
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from twin.language import Model
from twin.model.memory import uncollected
from twin.results.kpi import measure
from twin.simulation import simulate
from twin.study.crew import Crew
from twin.study.edition import edition
from twin.study.worker import Failure


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


class TrialsFailed(Exception):
    """Some trials failed, each a defect of this program. It says how to run each of them alone; the others are done."""

    TOLD = 5

    def __init__(self, failures: Sequence[tuple[str, str, Failure]], trials: int) -> None:
        self.failures = failures  # which trial, the command that runs it alone, and what came out
        self.trials = trials
        super().__init__(failures, trials)
        self.add_note(failures[0][2].story)

    def __str__(self) -> str:
        told = [
            f"  {which}: {why.reason} ({why.place}); alone it is\n    {command}"
            for which, command, why in self.failures[: self.TOLD]
        ]
        more = len(self.failures) - len(told)
        head = f"{len(self.failures)} of {self.trials} trials failed"
        return "\n".join([head, *told, *([f"  and {more} more"] if more else [])])


@dataclass(frozen=True)
class Laboratory:
    """What every worker has at hand: the scenarios of a study, and their luck."""

    models: tuple[Model, ...]
    seed: int

    @uncollected()  # in one go with its measuring: otherwise the collector finds a world alive and takes it for old
    def __call__(self, task: Task) -> dict[str, Any] | Failure:
        """One trial, measured."""
        model = self.models[task.scenario]
        try:
            return measure(model, simulate(model, task.policy, task.replication, self.seed))
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}, line {frame.lineno}"
            return Failure(f"{type(error).__name__}: {error}", place, traceback.format_exc())

    def name(self, task: Task) -> str:
        """All that a trial's results depend on, as JSON: where it is the same, they are the same."""
        who = {"policy": task.policy, "replication": task.replication}
        return json.dumps(edition() | self._scenarios[task.scenario] | who, ensure_ascii=False)

    @cached_property
    def _scenarios(self) -> list[dict[str, str]]:
        """Run hash of each scenario, and a fingerprint of the order in which it is written, which results follow."""
        trees = [model.tree for model in self.models]
        return [{"hash": tree.digest(self.seed), "written": _order(tree.data)} for tree in trees]

    def alone(self, task: Task) -> str:
        """The command that runs a trial alone."""
        tree = self.models[task.scenario].tree
        sets = [word for patch in tree.sets for word in ("--set", patch)]
        which = ["--policy", task.policy, "--replication", str(task.replication), "--seed", str(self.seed)]
        return shlex.join(["twin", "trace", str(tree.files[0]), *sets, *which])


def _order(data: dict[str, Any]) -> str:
    rest = {key: data[key] for key in data if key not in ("run", "study")}
    return sha256(json.dumps(rest, default=str).encode()).hexdigest()[:16]


def run_trials(models: Sequence[Model], tasks: Sequence[Task], seed: int, crew: Crew) -> Iterator[Trial]:
    """Every task in its turn, whoever does the work. Of those that fail it tells at the end: TrialsFailed."""
    laboratory = Laboratory(tuple(models), seed)
    failures = []
    for task, results in zip(tasks, crew.map(laboratory, tasks), strict=True):
        if isinstance(results, Failure):
            which = f"replication {task.replication} of {task.policy}, seed {seed}"
            failures.append((which, laboratory.alone(task), results))
        else:
            yield Trial(*task, results)
    if failures:
        raise TrialsFailed(failures, len(tasks))


def every(policies: Sequence[str], replications: range, scenario: int = 0) -> list[Task]:
    """The tasks of a comparison: replication by replication, so that an interrupted one has whole replications."""
    return [Task(scenario, policy, replication) for replication in replications for policy in policies]
