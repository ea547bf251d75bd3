"""Stress: every place knocked out in turn, and what each costs, against the same year in which nothing goes wrong.

The exposure to a place is what customers do not get because of it, in margin lost and penalties paid (the performance
impact of Simchi-Levi et al. 2015, Interfaces 45(5)); the index is its share of the largest exposure of the study.
Times are told against the undisturbed year as well: a shortage that happens anyway ends no survival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from twin.findings import findings
from twin.language import Model
from twin.model.errors import Mistake, ScenarioError
from twin.model.units import DAY
from twin.questions import KNOCKED_OUT, targets, too_late
from twin.study.crew import Crew, crew
from twin.study.rows import TOLD, Answer, Of, Progress, gather, paired, run_hash, study_hash, summed_up
from twin.study.shortage import SERIES, time_to_recover, time_to_survive
from twin.study.single_points import cut_off
from twin.study.statistics import summary

EXPOSED = ("lost_margin", "penalty")


class Blow(NamedTuple):
    """One place out for so long."""

    target: str
    lasts: int


def stress(
    model: Model,
    policies: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    hands: Crew | None = None,
) -> Answer:
    """A stress test (docs/kpis.md says what stands in its document), the largest exposure first.

    `hands` do the work, in place of so many processes (`jobs`).
    """
    policies = tuple(policies or model.compared)
    seed = model.run.seed if seed is None else seed
    asked = model.study.stress
    if asked.at >= model.run.horizon:
        raise ScenarioError([Mistake(model.tree.files[0].name, 0, 0, too_late(model))])
    kinds = {name: kind for name, kind in targets(model).items() if name in (asked.targets or targets(model))}
    blows = [Blow(target, lasts) for target in kinds for lasts in asked.lasts]
    models = [undisturbed(model), *(struck(model, blow) for blow in blows)]
    times = replications or model.run.replications
    rows = gather(models, policies, times, seed, hands or crew(jobs), progress, (*TOLD, *SERIES))
    calm, *disturbed = rows.scenarios
    hashes = [run_hash(each, seed) for each in models]
    cases = {
        blow: {"lasts": blow.lasts / DAY, "hash": fingerprint, "policies": _compared(of, calm, asked.at)}
        for blow, of, fingerprint in zip(blows, disturbed, hashes[1:], strict=True)
    }
    _index(cases.values())
    found = [
        {
            "target": target,
            "kind": kind,
            "cut_off": cut_off(model, target),
            "cases": [cases[blow] for blow in blows if blow.target == target],
        }
        for target, kind in kinds.items()
    ]
    document = {
        "twin": 1,
        "study": "stress",
        "scenario": model.name,
        "title": model.title,
        "hash": study_hash(hashes),
        "seed": seed,
        "replications": rows.replications,
        "findings": findings(models[0], policies),
        "at": asked.at / DAY,
        "undisturbed": {"hash": hashes[0], "policies": {policy: summed_up(of) for policy, of in calm.items()}},
        "targets": sorted(found, key=lambda each: (-largest(each), each["target"])),
    }
    return Answer(document, rows.stopped)


def undisturbed(model: Model) -> Model:
    """The scenario without its own disruptions."""
    return model.varied({"disruptions": dict.fromkeys(model.disruptions)}) if model.disruptions else model


def struck(model: Model, blow: Blow) -> Model:
    """The scenario in which nothing goes wrong but this."""
    name = "knock_out"
    while name in model.disruptions:  # laid over one of that name it would keep that one's keys
        name += "_"
    dial = KNOCKED_OUT[targets(model)[blow.target]]
    knock_out = {
        "target": blow.target,
        "at": f"{model.study.stress.at} s",
        "lasts": f"{blow.lasts} s",
        "effect": {dial: "0 %"},
    }
    return model.varied({"disruptions": dict.fromkeys(model.disruptions) | {name: knock_out}})


def _compared(of: Of, calm: Of, at: int) -> dict[str, Any]:
    """What a knock-out does to each policy, replication by replication."""
    found: dict[str, Any] = {}
    for policy, rows in of.items():
        pairs = list(zip(rows, calm[policy], strict=True))
        found[policy] = {
            "time_to_survive": summary([time_to_survive(ours, usual, at) for ours, usual in pairs]),
            "time_to_recover": summary([time_to_recover(ours, usual, at) for ours, usual in pairs]),
            "fill_rate": paired(rows, calm[policy], "kpis", "fill_rate"),
            "exposure": paired(rows, calm[policy], "costs", *EXPOSED),
            "total_cost": paired(rows, calm[policy], "kpis", "total_cost"),
        }
    return found


def _index(cases: Iterable[Mapping[str, Any]]) -> None:
    """Add to each exposure its share of the largest: 0 where there is none."""
    every = [told for case in cases for told in case["policies"].values()]
    most = max(told["exposure"]["mean"] for told in every)
    for told in every:
        told["index"] = max(told["exposure"]["mean"], 0.0) / most if most > 0 else 0.0


def largest(target: Mapping[str, Any]) -> float:
    """The largest exposure to a place, under any policy, for any length."""
    return max(told["exposure"]["mean"] for case in target["cases"] for told in case["policies"].values())
