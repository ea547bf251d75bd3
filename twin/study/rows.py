"""Rows: what the trials of several scenarios came to, each scenario under each policy, on the same luck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from twin.language import Model
from twin.study.compare import program_version
from twin.study.crew import Crew
from twin.study.statistics import difference, summaries
from twin.study.trials import Task, TrialsFailed, run_trials

Progress = Callable[[int, int], None]
Results = Mapping[str, Any]
Of = Mapping[str, Sequence[Results]]  # by policy, a row per replication

TOLD = ("kpis", "costs")  # the places would fill the memory of a study of many scenarios


@dataclass(frozen=True)
class Rows:
    """What every scenario came to, by policy, in the replications that all of them have finished."""

    scenarios: Sequence[Of]
    replications: int
    stopped: KeyboardInterrupt | TrialsFailed | None


@dataclass(frozen=True)
class Answer:
    """What a study found, and why that is less than was asked for, if so."""

    document: dict[str, Any]
    stopped: KeyboardInterrupt | TrialsFailed | None = None

    @property
    def interrupted(self) -> bool:
        return isinstance(self.stopped, KeyboardInterrupt)


def gather(
    models: Sequence[Model],
    policies: Sequence[str],
    replications: int,
    seed: int,
    hands: Crew,
    progress: Progress | None = None,
    parts: Sequence[str] = TOLD,
) -> Rows:
    """Every scenario under every policy, replication by replication, so that an interrupt leaves whole ones.

    Of the results only these parts are kept.
    """
    tasks = [Task(k, policy, r) for r in range(replications) for k in range(len(models)) for policy in policies]
    found: dict[Task, Results] = {}
    stopped: KeyboardInterrupt | TrialsFailed | None = None
    try:
        for trial in run_trials(models, tasks, seed, hands):
            found[Task(*trial[:3])] = {part: trial.results[part] for part in parts}
            if progress is not None:
                progress(len(found), len(tasks))
    except (KeyboardInterrupt, TrialsFailed) as error:
        stopped = error.with_traceback(None)  # it would hold on to all that was at work
    done = Counter(task.replication for task in found)
    whole = [r for r in range(replications) if done[r] == len(models) * len(policies)]
    if stopped is not None and not whole:
        raise stopped
    scenarios = [
        {policy: [found[Task(k, policy, r)] for r in whole] for policy in policies} for k in range(len(models))
    ]
    return Rows(scenarios, len(whole), stopped)


def summed_up(rows: Sequence[Results]) -> dict[str, Any]:
    """Every KPI and cost line with its interval; not how it is spread, which weighing would alter."""
    whole = summaries([{part: row[part] for part in TOLD} for row in rows])
    return {part: _plain(entries) for part, entries in whole.items()}


def _plain(tree: Any) -> Any:
    if "mean" in tree and "n" in tree:
        return {key: tree[key] for key in ("mean", "low", "high", "n")}
    return {key: _plain(entries) for key, entries in tree.items()}


def paired(ours: Sequence[Results], baseline: Sequence[Results], part: str, *keys: str) -> dict[str, Any]:
    """The difference of the sum of some lines, replication by replication."""
    found = difference(*([_sum(row[part], keys) for row in rows] for rows in (ours, baseline)))
    return {key: found[key] for key in ("mean", "low", "high", "n", "distinguishable")}


def _sum(entries: Mapping[str, float | None], keys: Sequence[str]) -> float | None:
    known = [entries[key] for key in keys]
    return None if None in known else sum(value for value in known if value is not None)


def run_hash(model: Model, seed: int) -> str:
    """The fingerprint of one scenario's runs: `twin run` prints the same."""
    return model.tree.digest(seed, program_version())


def study_hash(hashes: Sequence[str]) -> str:
    """The fingerprint of all the runs of a study."""
    return sha256(" ".join(hashes).encode()).hexdigest()[:16]
