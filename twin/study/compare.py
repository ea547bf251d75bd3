"""Compare: policies on the same luck, replication by replication, and the document that says what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from twin.disruptions.disruption import Occurrence
from twin.findings import findings
from twin.language import Model
from twin.model.units import DAY
from twin.results.places import PLAIN
from twin.results.spill import Spill
from twin.results.timeline import Timeline, Watch
from twin.simulation import simulate
from twin.study.best import bests
from twin.study.crew import Crew, crew
from twin.study.precision import Precision
from twin.study.statistics import Rows, difference, summaries, worst
from twin.study.trials import Trial, TrialsFailed, every, run_trials
from twin.study.warm_up import warm_up_findings

Progress = Callable[[int, int], None]

WORST_IS_HIGH = {"total_cost": True, "lost_sales": True, "uptime": False, "fill_rate": False}


@dataclass(frozen=True)
class Struck:
    """A disruption as it struck in one replication: days since the end of the warm-up; None is not before the end."""

    name: str
    start: float
    end: float | None
    recovered: float | None
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What a comparison found: the document, the trials behind it, and one replication day by day."""

    model: Model
    document: dict[str, Any]
    trials: list[Trial]
    timelines: dict[str, Timeline]
    spills: dict[str, list[Spill]]  # what found no room, in the same replication
    occurrences: list[Struck]
    stopped: KeyboardInterrupt | TrialsFailed | None = None  # why there is less than was asked for

    @property
    def interrupted(self) -> bool:
        return isinstance(self.stopped, KeyboardInterrupt)


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
    watched = _watch(model, policies, seed) if timelines and stopped is None else ({}, {}, [])
    document = describe(model, policies, seed, trials, precision)
    return Comparison(model, document, trials, *watched, stopped)


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
        "hash": model.tree.digest(seed, program_version()),
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


def _watch(
    model: Model, policies: Sequence[str], seed: int
) -> tuple[dict[str, Timeline], dict[str, list[Spill]], list[Struck]]:
    """Replication 0 again, day by day; disruptions are the same under every policy."""
    timelines, spills = {}, {}
    struck: list[Struck] = []
    for policy in policies:
        watch = Watch()
        ledger = simulate(model, policy, 0, seed, observe=watch)
        timelines[policy], spills[policy] = watch.finish(), watch.spills
        struck = [_struck(occurrence, ledger.warm_up) for occurrence in ledger.occurrences]
    return timelines, spills, struck


def _struck(occurrence: Occurrence, warm_up: int) -> Struck:
    def day(second: int | None) -> float | None:
        return None if second is None else (second - warm_up) / DAY

    start = (occurrence.start - warm_up) / DAY
    return Struck(occurrence.name, start, day(occurrence.end), day(occurrence.recovered), occurrence.places)


def program_version() -> str:
    """The version of this program, part of every run hash."""
    return version("supply-twin")
