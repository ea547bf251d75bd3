"""Changes: in which words two scenarios differ, each with both values and where they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twin.model import printed
from twin.model.errors import dotted
from twin.model.merge import FORMS
from twin.model.scenario import Tree
from twin.model.yaml import Place


@dataclass(frozen=True)
class Change:
    """A path at which two scenarios differ; on the side that lacks it, value and place are None."""

    path: str
    kind: str  # added, removed, changed or reordered
    values: tuple[Any, Any]
    written: tuple[str | None, str | None]


def changes(before: Tree, after: Tree) -> Iterator[Change]:
    """From one merged scenario to the other, as the other is ordered; recorded values count as if written out."""
    yield from _maps((before, after), printed.written_out(before.data), printed.written_out(after.data), ())


def _maps(
    trees: tuple[Tree, Tree], below: Mapping[str, Any], above: Mapping[str, Any], path: Place
) -> Iterator[Change]:
    for key in [*(key for key in below if key not in above), *above]:
        old, new = below.get(key), above.get(key)
        if not path and isinstance(old or new, dict):  # a section that is not there has nothing in it
            old, new = old or {}, new or {}
        if isinstance(old, dict) and isinstance(new, dict) and not _changes_form(old, new):
            yield from _maps(trees, old, new, (*path, key))
        elif old != new:
            kind = "added" if key not in below else "removed" if key not in above else "changed"
            yield _change(trees, (*path, key), kind, (old, new))
    if _ordered(path):
        orders = [key for key in below if key in above], [key for key in above if key in below]
        if orders[0] != orders[1]:
            yield _change(trees, path, "reordered", orders)


def _change(trees: tuple[Tree, Tree], path: Place, kind: str, values: tuple[Any, Any]) -> Change:
    places = [None if value is None else _place(tree, path) for tree, value in zip(trees, values, strict=True)]
    return Change(dotted(path), kind, values, (places[0], places[1]))


def _place(tree: Tree, path: Place) -> str:
    mark = tree.mark(path)
    return f"{mark.file}:{mark.line}" if mark.line else mark.file


def _changes_form(below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    """A gamma and a uniform have nothing to compare key by key."""
    return any(below.get(form) != above.get(form) for form in FORMS if form in below or form in above)


def _ordered(path: Place) -> bool:
    """Whether the order of the entries means something: of segments, sources and alternates."""
    return (len(path) == 2 and path[0] == "policies") or path[-1:] in [("sources",), ("alternates",)]
