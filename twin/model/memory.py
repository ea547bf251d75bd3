"""Memory: what is made while a scenario is read, run or measured lives to the end, and leaves hardly a circle behind.

So there is nothing for the collector to look for; with thousands of items it would look through all of them again and
again. What is worked out of a model lives as long as that does: a search makes hundreds of them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

Result = TypeVar("Result")


class Memory(dict[Any, Any]):
    """What was worked out of something. It stays behind when that is sent to another process."""

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()


def remembered(work_out: Callable[..., Result]) -> Callable[..., Result]:
    """Worked out once for each model and the names beside it, and forgotten with the model."""

    @wraps(work_out)
    def recall(model: Any, *names: str) -> Result:
        question = work_out, *names
        if question not in model.memory:
            model.memory[question] = work_out(model, *names)
        result: Result = model.memory[question]
        return result

    return recall


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection of circles meanwhile. Also a decorator: `@uncollected()`."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
