"""What disruptions can hit.

The dials and blows that a kind of place or lane offers, and which of them a target names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from twin.model.spec import Spec

NODE, ITEM = "node", "item"  # a dial is one for the whole node (or lane), or one for each of its items

Found = tuple[tuple[str | int, ...], str]  # where in the scenario, and what is to be said about it


class Subject(Spec):
    """A node or lane that disruptions can hit: its dials, its one-off blows, and at which level each stands."""

    dials: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    blows: ClassVar[Mapping[str, tuple[str, ...]]] = {}
