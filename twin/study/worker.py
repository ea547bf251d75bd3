"""Workers: processes, here or elsewhere, that do tasks for another; each unpacks its work once."""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable
from functools import lru_cache
from multiprocessing import parent_process
from threading import Thread
from typing import Any, NamedTuple

Work = Callable[[Any], Any]


class CrewLost(Exception):
    """Workers that cannot go on, and what to do about it."""


class Failure(NamedTuple):
    """What came out of a task that failed: why, where, and the whole story."""

    reason: str
    place: str
    story: str


def do(packed: bytes, task: Any) -> Any:
    """A task in a worker."""
    return _unpack(packed)(task)


@lru_cache(maxsize=1)
def _unpack(packed: bytes) -> Work:
    gc.unfreeze()
    work: Work = pickle.loads(packed)
    gc.freeze()
    return work


def leave_with_parent() -> None:
    """A worker whose parent is killed would wait for work for ever."""

    def wait() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()
