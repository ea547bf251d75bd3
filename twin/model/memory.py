"""Memory: what is made while a scenario is read, run or measured lives to the end, and leaves hardly a circle behind.

So there is nothing for the collector to look for; with thousands of items it would look through all of them again and
again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
