"""Crews: who does the work of a study. This process, several or a cluster: the same answers in the same order."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from twin.study.worker import Work

Progress = Callable[[int, int], None]
"""Hears after each trial how many of how many are done."""


class Crew(Protocol):
    """Who can do work: `work(task)` for every task, in the order of the tasks."""

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]: ...


class Alone:
    """This process."""

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        gc.freeze()  # program and model outlive the work: the collector need not look through them again and again
        try:
            yield from map(work, tasks)
        finally:
            gc.unfreeze()  # the next work has another model


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def crew(jobs: int | None = 1, cluster: str | None = None) -> Crew:
    """The crew for so many processes (None: one for each core), or at the address of a cluster.

    Raises ValueError with a sentence when there is no such cluster.
    """
    if cluster is not None:
        from twin.study.cluster import Cluster

        return Cluster(cluster)
    jobs = jobs or cores()
    if jobs == 1:
        return Alone()
    from twin.study.processes import Processes

    return Processes(jobs)
