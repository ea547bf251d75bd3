"""What an optimisation chose, in sentences: never with more certainty than there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twin.report.finding import Document
from twin.report.measured import say, spelled, unit
from twin.report.words import listed, percent, policy_name, rough, short, upper_first
from twin.study.optimisation import Optimisation


def finding(document: Document, currency: str) -> str:
    """What the chosen values cost and save, and whether they reach the targets."""
    before, after, difference = (document[key] for key in ("before", "after", "difference"))
    kpi = document["minimise"]
    paid, gap = after[kpi]["mean"], difference[kpi]
    amount, change = _measured(kpi, paid, currency), _against(before[kpi], gap)
    told = f"{policy_name(document['policy'])} with these values: {spelled(kpi)} {amount}, {change}"
    if not document["subject_to"]:
        return f"{upper_first(told)}."
    asked = document["subject_to"]
    reached = listed([f"{said} ({_told(key, after[key]['mean'], asked[key])})" for key, said in _targets(document)])
    verdicts = {
        "surely": f"on fresh luck they keep {reached}, and so does all of the 95 % interval",
        "on average": f"on fresh luck they keep {reached} on average, but not all of the 95 % interval does",
        "missed": f"no plan that was tried keeps its targets on fresh luck; this one comes nearest to {reached}",
    }
    return f"{upper_first(told)}; {verdicts[document['verdict']]}."


def _against(before: dict[str, Any], gap: dict[str, Any]) -> str:
    """The change of what was minimised, against the policy as written."""
    if gap["mean"] == 0 and not gap["low"] and not gap["high"]:
        return "as before"
    if gap["distinguishable"] is False:
        return "not distinguishable from before (more replications may tell)"
    size = rough(gap["mean"] / before["mean"]) if before["mean"] > 0 else short(abs(gap["mean"]))
    return f"{size} {'less' if gap['mean'] < 0 else 'more'} than before"


def _targets(document: Document) -> Iterator[tuple[str, str]]:
    """Each target as a planner says it."""
    for kpi, target in document["subject_to"].items():
        for side, bound in target.items():
            yield kpi, f"{spelled(kpi)} {side.replace('_', ' ')} {say(kpi)(bound)}"


def retests(document: Document) -> Iterator[str]:
    """The plans that looked best and missed a target on fresh luck."""
    missed = [each for each in document["retests"] if each["verdict"] == "missed"]
    for each in missed if document["verdict"] != "missed" else ():
        told = [
            " and on fresh luck ".join(_told(kpi, each[luck][kpi], target) for luck in ("common", "fresh"))
            for kpi, target in document["subject_to"].items()
        ]
        targets = [f"{said} ({lucks})" for (_, said), lucks in zip(_targets(document), told, strict=True)]
        yield f"Another plan looked better and did not keep {listed(targets)}."


def _told(kpi: str, mean: float | None, target: dict[str, float]) -> str:
    """A mean beside its target; one that misses it by less than is told does not look as if it kept it."""
    if mean is None:
        return "none"
    told = say(kpi)(mean)
    for side, bound in target.items():
        missed, where = (mean < bound, "under") if side == "at_least" else (mean > bound, "over")
        if missed and told == say(kpi)(bound):
            return f"just {where} {told}"
    return told


def _measured(kpi: str, mean: float | None, currency: str) -> str:
    return "none" if mean is None else f"{say(kpi)(mean)} {unit(kpi, currency)}".strip()


def so_far(study: Optimisation) -> str:
    """What an optimisation that was interrupted can tell."""
    best, question = study.best(), study.question
    if best is None:
        return "interrupted before any plan was tried on all of its replications"
    values = listed([f"{path} at {value}" for path, value in best.values.items()])
    kpis = dict.fromkeys([question.minimise, *question.subject_to])
    told = listed([f"{spelled(kpi)} {_measured(kpi, best.mean(kpi), study.model.currency)}" for kpi in kpis])
    return (
        f"interrupted after {len(study.plans)} of {question.budget} plans; the best so far, not yet known to hold on "
        f"fresh luck: {values}, with {told}"
    )


def of_years(document: Document) -> str:
    """The mix that every number is the mean of."""
    weights = {name: percent(entry["weight"]) for name, entry in document["scenarios"].items()}
    if list(weights) == [document["scenario"]]:
        return ""
    return f" of {listed([f'{name} ({weight})' for name, weight in weights.items()])}"


def counted(replications: int) -> str:
    """How many, in words."""
    return "one replication" if replications == 1 else f"{replications} replications"
