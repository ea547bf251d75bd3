"""Sweep: the same question for other values, one way or in a grid, every cell on the same luck.

How often something happens is weighed, not drawn: a cell whose `probability` is 20 % is a fifth of the year in which
the disruption strikes and four fifths of the same year without it, replication by replication. That is the expectation
of what would be drawn, without the chance of the draw, which in thirty years of one closure in twenty is all there is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from twin.findings import findings
from twin.language import Model
from twin.model.errors import Mistake, ScenarioError
from twin.questions import Axes
from twin.study.asked import Answer, Asked
from twin.study.best import best
from twin.study.crew import Crew, Progress
from twin.study.rows import Of, Results, paired, summed_up

Values = Mapping[str, Any]  # as written, by dotted path

LENGTHS = ("lasts", "recovery")  # unlike `at` and `notice`, which those who prebuild act on even if nothing comes of it


@dataclass(frozen=True)
class Cell:
    """One combination of values, and the scenarios that it is weighed together of."""

    values: Values
    model: Model
    parts: Sequence[tuple[float, Values]]


def sweep(
    model: Model,
    axes: Axes,
    policies: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    hands: Crew | None = None,
) -> Answer:
    """A sweep (docs/kpis.md says what stands in its document)."""
    asked = Asked.of(model, policies, replications, seed, jobs, progress, hands)
    cells = [_cell(model, dict(zip(axes, values, strict=True))) for values in product(*axes.values())]
    scenarios = {_name(values): values for cell in cells for _, values in cell.parts}
    rows = asked.rows([model.varied(values) for values in scenarios.values()])
    by_name = dict(zip(scenarios, rows.scenarios, strict=True))
    hashes = [asked.run_hash(cell.model) for cell in cells]
    found = {
        "vary": {path: [_told(model, path, value) for value in values] for path, values in axes.items()},
        "cells": [
            {
                "values": {path: _told(model, path, value) for path, value in cell.values.items()},
                "hash": fingerprint,
                **_described(_weighed(cell, by_name), asked.policies),
            }
            for cell, fingerprint in zip(cells, hashes, strict=True)
        ],
    }
    return asked.answer("sweep", hashes, rows, findings(model, asked.policies), found)


def _told(model: Model, path: str, value: Any) -> Any:
    """A value as it is told: a data file by its way from the scenario, so that the folder may lie anywhere."""
    if isinstance(value, Mapping):
        return {key: _told(model, key, inner) for key, inner in value.items()}
    if path.rpartition(".")[2] == "file" and Path(value).is_absolute():
        return Path(os.path.relpath(value, model.tree.files[0].parent.resolve())).as_posix()
    return value


def _cell(model: Model, values: Values) -> Cell:
    """Raises ScenarioError where values that fit one by one do not fit together."""
    try:
        varied = model.varied(values)
    except ScenarioError as error:
        where = " and ".join(f"{path} at {value}" for path, value in values.items())
        told = [Mistake(model.tree.files[0].name, 0, 0, f"sweep, {where}: {m.message}") for m in error.mistakes]
        raise ScenarioError(told) from None
    return Cell(values, varied, [*_parts(varied, values)])


def _parts(model: Model, values: Values) -> Iterator[tuple[float, Values]]:
    """The scenarios with and without each disruption whose probability is swept, and their weights."""
    rare = {name: path for path in values if (name := _strikes_once(model, path))}
    for struck in product((False, True), repeat=len(rare)):
        part = dict(values)
        weights = []
        for strikes, (name, path) in zip(struck, rare.items(), strict=True):
            chance = model.disruptions[name].probability
            weights.append(chance if strikes else 1 - chance)
            if not strikes:  # then how long it would have lasted does not matter, and one run will do for all
                for key in LENGTHS:
                    part.pop(f"disruptions.{name}.{key}", None)
            part[path] = "100 %" if strikes else "0 %"
        if all(weights):
            yield prod(weights), part


def _strikes_once(model: Model, path: str) -> str | None:
    """The disruption whose probability stands at a path, if that is drawn no more than once a run."""
    section, _, rest = path.partition(".")
    name, _, key = rest.partition(".")
    if section != "disruptions" or key != "probability":
        return None
    spec = model.disruptions[name]
    return name if spec.every is None and spec.after is None else None


def _name(values: Values) -> str:
    return json.dumps(values, sort_keys=True, default=str)


def _weighed(cell: Cell, by_name: Mapping[str, Of]) -> Of:
    """The rows of a cell under each policy."""
    weights = [weight for weight, _ in cell.parts]
    parts = [by_name[_name(values)] for _, values in cell.parts]
    return {
        policy: [_mean(weights, each) for each in zip(*(part[policy] for part in parts), strict=True)]
        for policy in parts[0]
    }


def _mean(weights: Sequence[float], each: Sequence[Any]) -> Any:
    """A tree of weighted means; where some have no value, of those that have one."""
    if len(each) == 1:
        return each[0]
    if isinstance(each[0], Mapping):
        return {key: _mean(weights, [one[key] for one in each]) for key in each[0]}
    having = [(weight, value) for weight, value in zip(weights, each, strict=True) if value is not None]
    whole = sum(weight for weight, _ in having)
    return sum(weight * value for weight, value in having) / whole if having else None


def _described(rows: Of, policies: Sequence[str]) -> dict[str, Any]:
    """Each policy's KPIs and costs, its total cost against the baseline's, and who costs least."""
    summed = {policy: summed_up(of) for policy, of in rows.items()}
    baseline, *others = policies
    return {
        "policies": summed,
        "differences": {f"{p} - {baseline}": _differences(rows[p], rows[baseline]) for p in others},
        "cheapest": _cheapest(rows, summed),
    }


def _differences(ours: Sequence[Results], baseline: Sequence[Results]) -> dict[str, Any]:
    """Of every KPI that is one number."""
    return {
        key: paired(ours, baseline, "kpis", key)
        for key, value in ours[0]["kpis"].items()
        if not isinstance(value, Mapping)
    }


def _cheapest(rows: Of, summed: Mapping[str, Any]) -> dict[str, Any] | None:
    """The policy of least total cost, who may cost as little, and the paired difference of the next one to it.

    None where there is only one policy.
    """
    ranked = sorted(rows, key=lambda policy: summed[policy]["kpis"]["total_cost"]["mean"])
    if len(ranked) == 1:
        return None
    judged = best({policy: [-row["kpis"]["total_cost"] for row in rows[policy]] for policy in ranked})
    first, second = judged["policy"], next(policy for policy in ranked if policy != judged["policy"])
    difference = paired(rows[second], rows[first], "kpis", "total_cost")
    return {"policy": first, "next": second, "not_dearer": judged["not_worse"], **difference}
