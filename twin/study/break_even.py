"""Break-even: how often a bad year must come for a buffer to pay for itself.

It costs a premium in every calm year and saves something in a bad one: it pays if a bad year comes once in
1 + saving ÷ premium years, or oftener.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, sqrt
from typing import Any

from twin.model.printed import written_out
from twin.study.compare import Comparison
from twin.study.statistics import difference, student_t

Costs = Mapping[str, Mapping[int, float]]  # total cost by policy and replication

NOT_THE_PLANT = ("title", "source", "compare", "disruptions", "run", "study")


def costs(one: Comparison) -> Costs:
    found: dict[str, dict[int, float]] = {}
    for trial in one.trials:
        found.setdefault(trial.policy, {})[trial.replication] = trial.results["kpis"]["total_cost"]
    return found


def cheapest(of: Costs) -> str:
    """The policy of least mean total cost; ties go by name."""
    return min(of, key=lambda policy: (fsum(of[policy].values()), policy))


def above(of: Costs, policy: str, other: str) -> dict[str, Any]:
    """What a policy costs more than another, replication by replication."""
    found = difference([*of[policy].values()], [*of[other].values()])
    return {key: found[key] for key in ("mean", "low", "high", "n", "distinguishable")}


def told(more: Mapping[str, Any]) -> bool:
    """Whether it is more for sure; one replication is taken as it is."""
    return more["mean"] > 0 and more["distinguishable"] is not False


def break_evens(found: Sequence[Comparison]) -> Iterator[dict[str, Any]]:
    """Every policy against the cheapest of the calm year, in every bad year of the same plant."""
    calm = next((one for one in found if not one.model.disruptions), None)
    if calm is None:
        return
    usual, lean = costs(calm), cheapest(costs(calm))
    for bad in found:
        unusual = costs(bad)
        if not bad.model.disruptions or lean not in unusual or not same_plant(calm, bad):
            continue
        for policy in usual:
            if policy != lean and policy in unusual:
                premium, saving = above(usual, policy, lean), above(unusual, lean, policy)
                paired = calm.document["seed"] == bad.document["seed"]
                years = _years(usual, unusual, policy, lean, paired) if told(premium) and told(saving) else None
                names = {"calm": calm.model.name, "bad": bad.model.name, "policy": policy, "instead_of": lean}
                yield {**names, "premium": premium, "saving": saving, "years": years}


def _years(usual: Costs, unusual: Costs, policy: str, lean: str, paired: bool) -> dict[str, float | None]:
    """Once in how many years pays; with an interval where both years have the same luck."""
    shared = [r for r in usual[lean] if r in unusual[lean]] if paired else []
    premiums = [usual[policy][r] - usual[lean][r] for r in shared]
    savings = [unusual[lean][r] - unusual[policy][r] for r in shared]
    mean = above(unusual, lean, policy)["mean"] / above(usual, policy, lean)["mean"]
    ends = fieller(savings, premiums)
    return {
        key: None if ratio is None else 1 + ratio
        for key, ratio in zip(("mean", "low", "high"), (mean, *ends), strict=True)
    }


def fieller(upper: Sequence[float], lower: Sequence[float]) -> tuple[float | None, float | None]:
    """The 95 % interval of the ratio of two paired means (Fieller 1954); None where it has no bounds.

    >>> fieller([20.0, 22.0, 24.0], [10.0, 11.0, 12.0])
    (2.0, 2.0)
    """
    n = len(upper)
    if n < 2:
        return None, None
    a, b = fsum(upper) / n, fsum(lower) / n
    share = student_t(n) ** 2 / n / (n - 1)
    pairs = [(x - a, y - b) for x, y in zip(upper, lower, strict=True)]
    square = b * b - share * fsum(y * y for _, y in pairs)
    middle = a * b - share * fsum(x * y for x, y in pairs)
    root = middle * middle - square * (a * a - share * fsum(x * x for x, _ in pairs))
    if square <= 0:
        return None, None
    around = sqrt(max(0.0, root))  # below 0 by rounding only
    return (middle - around) / square, (middle + around) / square


def same_plant(one: Comparison, other: Comparison) -> bool:
    """Whether nothing but what goes wrong differs."""
    plants = []
    for model in (one.model, other.model):
        plant = {key: value for key, value in written_out(model.tree.data).items() if key not in NOT_THE_PLANT}
        plants.append((plant, model.run.horizon, model.run.warm_up))
    return plants[0] == plants[1]
