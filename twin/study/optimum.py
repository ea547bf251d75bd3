"""What an optimisation found: the chosen values, what they do with fresh luck, and every plan that none beats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, inf
from typing import TYPE_CHECKING, Any

from twin.findings import findings
from twin.language import Model
from twin.model.optimise import Goal
from twin.model.span import Span
from twin.study.mix import Row, Values
from twin.study.statistics import difference, summaries

if TYPE_CHECKING:
    from twin.study.optimisation import Optimisation
    from twin.study.search import Point


@dataclass(frozen=True)
class Tried:
    """A plan, and what came of it, a row for each replication. `luck` tells on which."""

    policy: str
    luck: str
    rows: list[Row]
    values: Values = field(default_factory=dict)

    def mean(self, key: str) -> float | None:
        """Over the replications that have it."""
        having = [value for value in self.column(key) if value is not None]
        return fsum(having) / len(having) if having else None

    def column(self, key: str) -> list[float | None]:
        return [row[key] for row in self.rows]

    @cached_property
    def summaries(self) -> dict[str, Any]:
        return summaries(self.rows)


def room_of(goal: Goal, tried: Tried) -> float:
    """How far a plan is from a target, as a share of it; a KPI that no replication has reaches nothing."""
    value = tried.mean(goal.kpi)
    return -inf if value is None else goal.room(value) / (abs(goal.bound) or 1.0)


def describe(
    study: Optimisation,
    common: Sequence[Tried],
    tested: dict[Point, Tried],
    kept: Point,
    fresh: Sequence[Tried],
    chosen: Model,
) -> dict[str, Any]:
    """The JSON document of an optimisation (docs/kpis.md says what stands in it)."""
    model, question, after = study.model, study.question, tested[kept]
    before = next(each for each in fresh if each.policy == study.policy)
    scenarios = {
        year.name: {"weight": weight, "hash": year.tree.digest(study.years.seed)}
        for year, weight in zip(study.years.years, study.years.weights, strict=True)
    }
    return {
        "twin": 1,
        "study": "optimise",
        "scenario": model.name,
        "title": model.title,
        "hash": _fingerprint(study, scenarios),
        "seed": study.years.seed,
        "replications": len(study.common),
        "scenarios": scenarios,
        "findings": findings(chosen, (study.policy,)),
        "policy": study.policy,
        "minimise": question.minimise,
        "subject_to": {goal.kpi: {goal.side: goal.bound} for goal in study.goals},
        "service": service(study),
        "budget": question.budget,
        "tried": len(study.search.found),
        "chosen": {path: _choice(path, span, after, study) for path, span in study.spans.items()},
        "verdict": verdict(study.goals, after),
        "retests": [_retest(study, point, again) for point, again in tested.items()],
        "before": before.summaries,
        "after": after.summaries,
        "difference": {key: difference(after.column(key), before.column(key)) for key in after.rows[0]},
        "policies": {each.policy: each.summaries for each in fresh},
        "common": {each.policy: each.summaries for each in common},
        "chosen_common": study.plans[kept].summaries,
        "frontier": frontier(study),
    }


def _fingerprint(study: Optimisation, scenarios: dict[str, Any]) -> str:
    """What determines an optimisation: its scenarios, its question, its replications."""
    asked = study.model.tree.data["study"]["optimise"]
    whole = [scenarios, asked, study.policy, len(study.common)]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def _choice(path: str, span: Span, after: Tried, study: Optimisation) -> dict[str, Any]:
    written = study.written(path)
    before = "a formula" if isinstance(written, dict) else written
    return {"from": span.least.plain, "to": span.most.plain, "before": before, "after": after.values[path]}


def verdict(goals: Sequence[Goal], tried: Tried) -> str:
    """Whether the targets hold on fresh luck: `surely` with all of the 95 % intervals, `on average`, or `missed`."""
    if not goals:
        return "no target"
    if any(room_of(goal, tried) < 0 for goal in goals):
        return "missed"
    near = [tried.summaries[goal.kpi]["low" if goal.side == "at_least" else "high"] for goal in goals]
    sure = all(end is not None and goal.room(end) >= 0 for end, goal in zip(near, goals, strict=True))
    return "surely" if sure else "on average"


def _retest(study: Optimisation, point: Point, fresh: Tried) -> dict[str, Any]:
    """How a plan did on the luck that it was chosen on, and how on fresh luck."""
    keys = [study.question.minimise, *(goal.kpi for goal in study.goals)]
    return {
        "values": dict(fresh.values),
        "common": {key: study.plans[point].mean(key) for key in keys},
        "fresh": {key: fresh.mean(key) for key in keys},
        "verdict": verdict(study.goals, fresh),
    }


def service(study: Optimisation) -> str:
    """The KPI that stands against cost: the first target, else uptime where there are lines, else the fill rate."""
    named = [goal.kpi for goal in study.goals if goal.kpi != study.question.minimise]
    return (named or ["uptime" if study.model.lines else "fill_rate"])[0]


def frontier(study: Optimisation) -> list[dict[str, Any]]:
    """The plans that no other beats at both, cheapest first: each dearer one serves better."""
    cost, kpi = study.question.minimise, service(study)
    sign = -1 if any(goal.kpi == kpi and goal.side == "at_most" for goal in study.goals) else 1
    known = [
        (tried.mean(cost), sign * served, point)
        for point, tried in study.plans.items()
        if (served := tried.mean(kpi)) is not None and tried.mean(cost) is not None
    ]
    found: list[dict[str, Any]] = []
    best = -inf
    for price, served, point in sorted(known, key=lambda each: (each[0], -each[1], each[2])):
        if served > best:
            best = served
            found.append({"values": study.values(point), cost: price, kpi: sign * served})
    return found
