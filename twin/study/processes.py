"""Processes of this machine that share the work. A killed one is replaced, and what it was at begins again.

A task that kills whoever does it has failed, and the others go on.
"""

from __future__ import annotations

import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, repeat
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from twin.study.worker import CrewLost, Failure, Work, do, leave_with_parent

KILLED = Failure("the process that did it was killed, again and again", "for want of memory?", "")


class Processes:
    """At most so many processes of this machine; they stay for the next work."""

    START = 1.0  # seconds until a new process is at work
    LIVES = 3  # times that killed processes are replaced without anything getting done meanwhile

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __del__(self) -> None:
        """Nobody needs them any more: wait until they have gone, or the end of the program finds them half gone."""
        if self._pool is not None:
            self._pool.shutdown()

    def map(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        waiting = deque(tasks)
        if self._pool is None:
            yield from self._few(work, waiting)
        if waiting:
            yield from self._share(work, waiting)

    def _few(self, work: Work, waiting: deque[Any]) -> Iterator[Any]:
        """Tasks are done here while new processes would save less than they need to start.

        The first says little about the others, unless it alone takes that long: it also imports and plans.
        """
        for first in chain([True], repeat(False)):
            if not waiting:
                return
            began = perf_counter()
            result = work(waiting.popleft())
            took = perf_counter() - began
            yield result
            saved = took * len(waiting) * (1 - 1 / self.count)
            if saved > self.START and (took > self.START or not first):
                return

    def _share(self, work: Work, tasks: Iterable[Any]) -> Iterator[Any]:
        packed = pickle.dumps(work)
        killed = deadly = 0
        try:
            begun = deque((task, self._begin(packed, task)) for task in tasks)
            while begun:
                try:
                    result = begun[0][1].result()
                except BrokenProcessPool as broken:
                    broken.with_traceback(None)  # the future holds it, and it would hold us
                    killed += 1
                    if killed <= self.LIVES:
                        begun = deque((task, self._once_more(packed, task, future)) for task, future in begun)
                        continue
                    result = self._apart(packed, begun[0][0])
                deadly = deadly + 1 if result is KILLED else 0
                if deadly > 1:
                    raise CrewLost(
                        "processes were killed whatever they did, or could not start; "
                        "when memory is short, fewer of them may do (--jobs 1)"
                    )
                killed = 0
                begun.popleft()
                yield result
        except BaseException:
            self._dismiss()
            raise

    def _begin(self, packed: bytes, task: Any) -> Future[Any]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), leave_with_parent)
        try:
            with _undisturbed():
                return self._pool.submit(do, packed, task)
        except BrokenProcessPool:
            self._pool = None
            return self._begin(packed, task)

    def _once_more(self, packed: bytes, task: Any, future: Future[Any]) -> Future[Any]:
        """A task whose process was killed begins again; one that is done stays done."""
        done = future.done() and future.exception() is None
        return future if done else self._begin(packed, task)

    def _apart(self, packed: bytes, task: Any) -> Any:
        """A task with nobody beside it, who might be the one that it is killed for."""
        try:
            return self._begin(packed, task).result()
        except BrokenProcessPool as broken:
            broken.with_traceback(None)
            return KILLED

    def _dismiss(self) -> None:
        """Send the processes home in the middle of their work: nobody waits for it any more."""
        pool, self._pool = self._pool, None
        if pool is not None:
            workers = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Processes that start meanwhile never hear of Ctrl-C: the one that it is meant for sends them home."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
