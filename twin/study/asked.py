"""Asked: on which terms a study of many scenarios is done, and the answer to it.

Which policies, how often, on which luck, and who does the work: all studies ask for the same, and head their documents
with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from twin.language import Model
from twin.study.crew import Crew, Progress, crew
from twin.study.rows import TOLD, Results, Rows
from twin.study.trials import Task, TrialsFailed, run_trials


@dataclass(frozen=True)
class Answer:
    """What a study found, and why that is less than was asked for, if so."""

    document: dict[str, Any]
    stopped: KeyboardInterrupt | TrialsFailed | None = None


@dataclass(frozen=True)
class Asked:
    """The terms of a study; the first policy is the baseline."""

    model: Model
    policies: tuple[str, ...]
    replications: int
    seed: int
    hands: Crew
    progress: Progress | None

    @classmethod
    def of(
        cls,
        model: Model,
        policies: Sequence[str] | None,
        replications: int | None,
        seed: int | None,
        jobs: int,
        progress: Progress | None,
        hands: Crew | None,
    ) -> Asked:
        """What is not asked for is as the scenario has it. `hands` work in place of so many processes (`jobs`)."""
        return cls(
            model,
            tuple(policies or model.compared),
            replications or model.run.replications,
            model.run.seed if seed is None else seed,
            hands or crew(jobs),
            progress,
        )

    def rows(self, models: Sequence[Model], parts: Sequence[str] = TOLD) -> Rows:
        """Every scenario under every policy, replication by replication, so that an interrupt leaves whole ones.

        Of the results only these parts are kept.
        """
        times = range(self.replications)
        tasks = [Task(k, policy, r) for r in times for k in range(len(models)) for policy in self.policies]
        found: dict[Task, Results] = {}
        stopped: KeyboardInterrupt | TrialsFailed | None = None
        try:
            for trial in run_trials(models, tasks, self.seed, self.hands):
                found[Task(*trial[:3])] = {part: trial.results[part] for part in parts}
                if self.progress is not None:
                    self.progress(len(found), len(tasks))
        except (KeyboardInterrupt, TrialsFailed) as error:
            stopped = error.with_traceback(None)  # it would hold on to all that was at work
        done = Counter(task.replication for task in found)
        whole = [r for r in times if done[r] == len(models) * len(self.policies)]
        if stopped is not None and not whole:
            raise stopped
        scenarios = [
            {policy: [found[Task(k, policy, r)] for r in whole] for policy in self.policies}
            for k in range(len(models))
        ]  # fmt: skip
        return Rows(scenarios, len(whole), stopped)

    def run_hash(self, model: Model) -> str:
        """The fingerprint of one scenario's runs: `twin run` prints the same."""
        return model.tree.digest(self.seed)

    def answer(
        self, study: str, hashes: Sequence[str], rows: Rows, findings: Sequence[str], found: dict[str, Any]
    ) -> Answer:
        """The document of a study; its own hash is over those of all its runs."""
        head = {
            "twin": 1,
            "study": study,
            "scenario": self.model.name,
            "title": self.model.title,
            "hash": sha256(" ".join(hashes).encode()).hexdigest()[:16],
            "seed": self.seed,
            "replications": rows.replications,
            "findings": findings,
        }
        return Answer(head | found, rows.stopped)
