"""A cluster: a scheduler of dask.distributed, and its workers on as many machines as there are (docs/cluster.md)."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from functools import partial
from socket import create_connection
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
            from distributed.comm.addressing import get_address_host_port
        except ImportError:
            raise ValueError(
                "a cluster needs dask.distributed, which is not installed here; "
                "`pip install 'supply-twin[cluster]'` installs it, and so does `make cluster`"
            ) from None
        try:
            create_connection(
                get_address_host_port(address), timeout=PATIENCE
            ).close()  # dask itself would ask for long
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError):
            raise ValueError(
                f"no scheduler answers at `{address}`; start one with `dask scheduler`, "
                f"and give the address that it prints, like tcp://10.0.0.5:8786"
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
            self._agree()
        except TimeoutError:
            raise ValueError(
                f"{address} has no workers; start some with `dask worker {address} --nthreads 1`"
            ) from None

    def _agree(self) -> None:
        """Refuse a scheduler or a worker that lacks this program, or has another one."""
        try:
            there = [self._client.run_on_scheduler(edition), *self._client.run(edition).values()]
        except Exception as error:
            raise ValueError(
                f"the scheduler or a worker does not know this program ({error}); "
                f"`pip install 'supply-twin[cluster]'` is needed on each machine"
            ) from None
        for other in there:
            if other != edition():
                raise ValueError(_strange(other, edition()))

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
                yield from self._answer(begun[0])
                begun.popleft()
        except KilledWorker as killed:
            raise CrewLost(f"the cluster gave up: {killed}") from None
        except CancelledError:
            raise CrewLost("the cluster's scheduler is gone") from None
        finally:
            self._client.cancel([*begun, packed])

    def _answer(self, batch: Any) -> Any:
        """What came of a batch. A cluster may lose workers, and get others; without any, nobody waits for long."""
        while True:
            try:
                return batch.result(timeout=PATIENCE)
            except TimeoutError:
                if not self._client.nthreads():
                    raise CrewLost("the cluster has lost all of its workers") from None


def _batch(wanted: dict[str, str], tasks: Sequence[Any], packed: bytes) -> list[Any]:
    """Some tasks in a worker. Its threads take turns: a world is one thread's affair."""
    if edition() != wanted:
        raise CrewLost(_strange(edition(), wanted))
    with _alone:
        return [do(packed, task) for task in tasks]


def _strange(there: dict[str, str], here: dict[str, str]) -> str:
    told = [", ".join(f"{name} {version}" for name, version in edition.items()) for edition in (there, here)]
    return (
        f"the cluster has another program: there it is {told[0]}; here it is {told[1]}. "
        f"The same numbers everywhere need the same versions everywhere"
    )
