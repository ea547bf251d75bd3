"""Compare: policies on the same luck, replication by replication, and the document that says what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twin.findings import findings
from twin.language import Model
from twin.results.places import PLAIN
from twin.study.best import bests
from twin.study.crew import Crew, Progress, crew
from twin.study.precision import Precision
from twin.study.statistics import Rows, difference, summaries, worst
from twin.study.trials import Trial, TrialsFailed, every, run_trials
from twin.study.warm_up import warm_up_findings
from twin.study.watched import Watched, watch

WORST_IS_HIGH = {"total_cost": True, "lost_sales": True, "uptime": False, "fill_rate": False}


@dataclass(frozen=True)
class Comparison:
    """What a comparison found: the document, the trials behind it, and one replication looked at closely."""

    model: Model
    document: dict[str, Any]
    trials: list[Trial]
    watched: Watched
    stopped: KeyboardInterrupt | TrialsFailed | None = None  # why there is less than was asked for


def compare(
    model: Model,
    policies: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    timelines: bool = False,
    precision: Precision | None = None,
    hands: Crew | None = None,
) -> Comparison:
    """Run every policy on the same replications; the first policy is the baseline of the paired differences.

    With a `precision`, replications are added until it is reached. Interrupted, or where trials failed, it keeps the
    replications that every policy has finished. `timelines` also watches replication 0 day by day. `hands` do the work,
    in place of so many processes (`jobs`).
    """
    policies = tuple(dict.fromkeys(policies or model.compared))  # one named twice would have twice the replications
    replications = replications or model.run.replications
    seed = model.run.seed if seed is None else seed
    trials: list[Trial] = []
    stopped: KeyboardInterrupt | TrialsFailed | None = None
    batches = precision.batches if precision else _one_batch
    hands = hands or crew(jobs)
    try:
        for batch in batches(replications, lambda: _rows(policies, trials)):
            for trial in run_trials([model], every(policies, batch), seed, hands):
                trials.append(trial)
                if progress is not None:
                    progress(len(trials), batch.stop * len(policies))
    except (KeyboardInterrupt, TrialsFailed) as error:
        stopped = error.with_traceback(None)  # it would hold on to all that was at work
        trials = _whole(trials, len(policies))
        if not trials:
            raise
    watched = watch(model, policies, seed) if timelines and stopped is None else Watched()
    document = describe(model, policies, seed, trials, precision)
    return Comparison(model, document, trials, watched, stopped)


def _whole(trials: Sequence[Trial], policies: int) -> list[Trial]:
    """Those of the replications that so many policies have finished."""
    finished = Counter(trial.replication for trial in trials)
    return [trial for trial in trials if finished[trial.replication] == policies]


def _one_batch(replications: int, _: Callable[[], Rows]) -> Iterator[range]:
    yield range(replications)


def _rows(policies: Sequence[str], trials: Sequence[Trial]) -> Rows:
    return {policy: [trial.results for trial in trials if trial.policy == policy] for policy in policies}


def describe(
    model: Model, policies: Sequence[str], seed: int, trials: Sequence[Trial], precision: Precision | None = None
) -> dict[str, Any]:
    """The JSON document of a comparison (docs/kpis.md says what stands in it)."""
    rows = _rows(policies, trials)
    baseline, *others = policies
    return {
        "twin": 1,
        "scenario": model.name,
        "title": model.title,
        "hash": model.tree.digest(seed),
        "seed": seed,
        "replications": len(rows[baseline]),
        "findings": findings(model, tuple(policies)) + warm_up_findings(model, rows),
        "precision": precision and precision.told(rows),
        "policies": {policy: _policy(results) for policy, results in rows.items()},
        "differences": {f"{other} - {baseline}": _differences(rows[other], rows[baseline]) for other in others},
        "best": bests(rows),
    }


def _policy(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every result of one policy, and beside the mean of what may go badly wrong that of its worst 5 %."""
    found = summaries(results, PLAIN)
    for kpi, high in WORST_IS_HIGH.items():
        found["kpis"][kpi]["cvar"] = worst([row["kpis"][kpi] for row in results], high)
    return found


def _differences(ours: Sequence[Mapping[str, Any]], baseline: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of every KPI that is one number, and of every cost line."""
    found = {}
    for part in ("kpis", "costs"):
        for key, value in ours[0][part].items():
            if not isinstance(value, dict):
                found[key] = difference([row[part][key] for row in ours], [row[part][key] for row in baseline])
    return found
