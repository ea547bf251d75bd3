"""Stress: every place knocked out in turn, and what each costs, against the same year in which nothing goes wrong.

The exposure to a place is what customers do not get because of it, in margin lost and penalties paid (the performance
impact of Simchi-Levi et al. 2015, Interfaces 45(5)); the index is its share of the largest exposure of the study.
Times are told against the undisturbed year as well: a shortage that happens anyway ends no survival.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from twin.findings import findings
from twin.language import Model
from twin.model.errors import Mistake, ScenarioError
from twin.model.units import DAY
from twin.questions import KNOCKED_OUT, targets, too_late
from twin.study.asked import Answer, Asked
from twin.study.crew import Crew, Progress
from twin.study.rows import TOLD, Of, paired, summed_up
from twin.study.shortage import SERIES, time_to_recover, time_to_survive
from twin.study.single_points import single_points
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
    """A stress test (docs/kpis.md says what stands in its document), the largest exposure first."""
    asked, blows = Asked.of(model, policies, replications, seed, jobs, progress, hands), _blows(model)
    cut_off = single_points(model, dict.fromkeys(blow.target for blow in blows))
    models = [undisturbed(model), *(struck(model, blow) for blow in blows)]
    rows = asked.rows(models, (*TOLD, *SERIES))
    hashes = [asked.run_hash(each) for each in models]
    at, (calm, *disturbed) = model.study.stress.at, rows.scenarios
    places: dict[str, dict[str, Any]] = {
        target: {"target": target, "kind": targets(model)[target], "cut_off": lost, "cases": []}
        for target, lost in cut_off.items()
    }
    for blow, of, fingerprint in zip(blows, disturbed, hashes[1:], strict=True):
        compared = _compared(of, calm, at, cut_off[blow.target])
        places[blow.target]["cases"].append({"lasts": blow.lasts / DAY, "hash": fingerprint, "policies": compared})
    _index([told for place in places.values() for told in _every(place)])
    found = {
        "at": at / DAY,
        "undisturbed": {"hash": hashes[0], "policies": {policy: summed_up(of) for policy, of in calm.items()}},
        "targets": sorted(places.values(), key=_rank),
    }
    return asked.answer("stress", hashes, rows, [*findings(models[0], asked.policies), *_cut_short(model)], found)


def _blows(model: Model) -> list[Blow]:
    """Every place for every length, in the order of the file."""
    ask = model.study.stress
    if ask.at >= model.run.horizon:
        raise ScenarioError([Mistake(model.tree.files[0].name, 0, 0, too_late(model))])
    return [Blow(name, lasts) for name in targets(model) if name in (ask.targets or (name,)) for lasts in ask.lasts]


def _cut_short(model: Model) -> Iterator[str]:
    """Knock-outs that the horizon ends, as findings."""
    ask = model.study.stress
    for lasts in ask.lasts:
        if ask.at + lasts > model.run.horizon:
            yield (
                f"{lasts / DAY:g} d from day {ask.at / DAY:g} are not over when the horizon is "
                f"({model.run.horizon / DAY:g} d): what they cost is told up to there"
            )


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


def _compared(of: Of, calm: Of, at: int, cut_off: Sequence[str]) -> dict[str, Any]:
    """What a knock-out does to each policy, replication by replication, and whether the network had told so."""
    found: dict[str, Any] = {}
    for policy, rows in of.items():
        pairs = list(zip(rows, calm[policy], strict=True))
        survived = summary([time_to_survive(ours, usual, at) for ours, usual in pairs])
        hurt = 2 * survived["n"] > len(pairs)
        found[policy] = {
            "hurt": hurt,
            "foretold": hurt == bool(cut_off),
            "time_to_survive": survived,
            "time_to_recover": summary([time_to_recover(ours, usual, at) for ours, usual in pairs]),
            "fill_rate": paired(rows, calm[policy], "kpis", "fill_rate"),
            "exposure": paired(rows, calm[policy], "costs", *EXPOSED),
            "total_cost": paired(rows, calm[policy], "kpis", "total_cost"),
        }
    return found


def _every(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What its knock-outs do, of any length, to any policy."""
    return [told for case in place["cases"] for told in case["policies"].values()]


def _index(every: Sequence[dict[str, Any]]) -> None:
    """Add to each exposure its share of the largest: 0 where there is none."""
    most = max(told["exposure"]["mean"] for told in every)
    for told in every:
        told["index"] = max(told["exposure"]["mean"], 0.0) / most if most > 0 else 0.0


def _rank(place: Mapping[str, Any]) -> tuple[float, float, str]:
    """The largest exposure to a place, ever; where customers only wait, the deepest loss of fill."""
    exposure = max(told["exposure"]["mean"] for told in _every(place))
    return -exposure, min(told["fill_rate"]["mean"] or 0.0 for told in _every(place)), place["target"]
