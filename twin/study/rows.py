"""Rows: what the trials of several scenarios came to, each scenario under each policy, on the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twin.study.statistics import difference, summaries
from twin.study.trials import TrialsFailed

Results = Mapping[str, Any]
Of = Mapping[str, Sequence[Results]]  # by policy, a row per replication

TOLD = ("kpis", "costs")  # the places would fill the memory of a study of many scenarios


@dataclass(frozen=True)
class Rows:
    """What every scenario came to, by policy, in the replications that all of them have finished."""

    scenarios: Sequence[Of]
    replications: int
    stopped: KeyboardInterrupt | TrialsFailed | None


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
