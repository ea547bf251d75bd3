"""Trials: one row each, a policy and a replication in, results out.

Trials share nothing, so they may run anywhere, in any number.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

from twin.language import Model
from twin.results.kpi import measure
from twin.simulation import simulate


class Trial(NamedTuple):
    """One replication of one policy, and what came out."""

    policy: str
    replication: int
    results: dict[str, Any]


def run_trials(model: Model, policies: Sequence[str], replications: int, seed: int, jobs: int = 1) -> Iterator[Trial]:
    """Every policy of every replication, replication by replication, in the same order on one core or many."""
    wanted = [(policy, replication) for replication in range(replications) for policy in policies]
    if jobs == 1:
        gc.freeze()  # program and model outlive the run: the collector need not look through them again and again
        for policy, replication in wanted:
            yield Trial(policy, replication, _one(model, policy, replication, seed))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _remember, (model, seed)) as pool:
        for (policy, replication), results in zip(
            wanted, pool.map(_one_of_ours, *zip(*wanted, strict=True)), strict=True
        ):
            yield Trial(policy, replication, results)


def _one(model: Model, policy: str, replication: int, seed: int) -> dict[str, Any]:
    return measure(model, simulate(model, policy, replication, seed))


class _Worker:
    """What a worker process remembers between trials."""

    model: Model
    seed: int


def _remember(model: Model, seed: int) -> None:
    _Worker.model, _Worker.seed = model, seed


def _one_of_ours(policy: str, replication: int) -> dict[str, Any]:
    return _one(_Worker.model, policy, replication, _Worker.seed)
