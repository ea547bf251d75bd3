"""Crews: who does the work of a study. This process or several: the same answers in the same order from all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Protocol

Work = Callable[[Any], Any]


class Crew(Protocol):
    """Who can do work: `work(task)` for every task, in the order of the tasks."""

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]: ...


class Alone:
    """This process."""

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        gc.freeze()  # program and model outlive the work: the collector need not look through them again and again
        return map(work, tasks)


class Processes:
    """So many processes of this machine."""

    def __init__(self, count: int) -> None:
        self.count = count

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        with ProcessPoolExecutor(self.count, get_context("spawn"), _Worker.remember, (work,)) as pool:
            yield from pool.map(_Worker.do, tasks)


class _Worker:
    """What a worker process remembers between tasks."""

    work: Work

    @classmethod
    def remember(cls, work: Work) -> None:
        cls.work = staticmethod(work)

    @classmethod
    def do(cls, task: Any) -> Any:
        return cls.work(task)


def crew(jobs: int = 1) -> Crew:
    """The crew for so many processes."""
    return Alone() if jobs == 1 else Processes(jobs)
