"""A cluster: a scheduler of dask.distributed, and its workers on as many machines as there are (docs/cluster.md)."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import Any

from twin.study.edition import edition
from twin.study.worker import CrewLost, Work, do

PATIENCE = 30  # seconds for the scheduler to answer, and for the first worker to come
ROUNDS = 8  # batches a worker: few enough to cost little on the way, enough for all to end at about the same time
LARGEST = 16  # tasks in a batch: so many are lost with a killed worker

_alone = Lock()


class Cluster:
    """The workers behind a scheduler's address. A killed worker's batch goes to another."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise ValueError(
                "a cluster needs dask.distributed, which is not installed here; "
                "`pip install 'supply-twin[cluster]'` installs it, and so does `make cluster`"
            ) from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError):
            raise ValueError(
                f"no scheduler answers at `{address}`; start one with `dask scheduler`, "
                f"and give the address that it prints, like tcp://10.0.0.5:8786"
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ValueError(
                f"{address} has no workers; start some with `dask worker {address} --nthreads 1`"
            ) from None

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        from distributed import KilledWorker

        waiting = list(tasks)
        workers = sum(self._client.nthreads().values())
        size = max(1, min(LARGEST, len(waiting) // (ROUNDS * max(1, workers))))
        batches = [waiting[start : start + size] for start in range(0, len(waiting), size)]
        packed = self._client.submit(bytes, pickle.dumps(work), pure=False)  # a task: a lost copy is made again
        begun = deque(self._client.map(partial(_batch, edition()), batches, packed=packed, pure=False))
        try:
            while begun:
                yield from begun[0].result()
                begun.popleft()
        except KilledWorker as killed:
            raise CrewLost(f"the cluster gave up: {killed}") from None
        finally:
            self._client.cancel([*begun, packed])


def _batch(wanted: dict[str, str], tasks: Sequence[Any], packed: bytes) -> list[Any]:
    """Some tasks in a worker. Its threads take turns: a world is one thread's affair."""
    if edition() != wanted:
        raise CrewLost(
            f"a worker has another program: {_told(edition())}; here it is {_told(wanted)}. "
            f"The same numbers everywhere need the same versions everywhere"
        )
    with _alone:
        return [do(packed, task) for task in tasks]


def _told(edition: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in edition.items())
