"""Edition: the program that a number comes from. The same edition computes the same bytes from the same scenario."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

SOURCES = Path(__file__).parents[1]


@cache
def edition() -> dict[str, str]:
    """Version and sources of this program, and versions of what it counts with.

    The sources speak for themselves: whoever changes a line has another program, whatever it says of its version.
    """
    sources = sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        sources.update(f"{file.relative_to(SOURCES)}\n".encode() + file.read_bytes())
    return {
        "program": f"{version('supply-twin')} {sources.hexdigest()[:12]}",
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": version("numpy"),
        "simpy": version("simpy"),
    }
