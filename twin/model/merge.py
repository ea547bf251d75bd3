"""How scenario files build on one another: RFC 7396, with the place where each value was written kept beside
it.

Maps merge, `null` deletes, everything else replaces. One addition: a map that names its form (`dist`,
`method`, `kind`, `rule`) and changes it replaces whole, so that a lognormal's `cv` does not linger in the
uniform that takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from twin.model.yaml import Mark, Place

FORMS = ("dist", "method", "kind", "rule")


@dataclass
class Layer:
    """Merged data with its marks, and the paths whose deletion found nothing to delete."""

    data: Any
    marks: dict[Place, Mark] = field(default_factory=dict)
    idle_deletions: list[Place] = field(default_factory=list)


def merge(base: Layer, patch: Layer) -> Layer:
    """The base with the patch laid over it; neither is changed.

    >>> merge(Layer({"a": "b", "c": 1}), Layer({"a": "z", "c": None})).data
    {'a': 'z'}
    """
    merged = Layer(None)
    merged.data = _merge(base, patch, base.data, patch.data, (), merged)
    return merged


def _merge(base: Layer, patch: Layer, below: Any, above: Any, path: Place, merged: Layer) -> Any:
    if not isinstance(above, dict):
        _copy_marks(patch, above, path, merged)
        return above
    if not isinstance(below, dict) or _changes_form(below, above):
        below = {}
    result = {}
    for key, value in below.items():
        here = (*path, key)
        if key not in above:
            result[key] = value
            _copy_mark(base, here, merged)
            _copy_marks(base, value, here, merged)
        elif above[key] is not None:
            both = isinstance(value, dict) and isinstance(above[key], dict) and not _changes_form(value, above[key])
            _copy_mark(base if both else patch, here, merged)
            result[key] = _merge(base, patch, value, above[key], here, merged)
    for key, value in above.items():
        here = (*path, key)
        if key in below:
            continue
        if value is None:
            merged.idle_deletions.append(here)
            continue
        _copy_mark(patch, here, merged)
        result[key] = _merge(base, patch, None, value, here, merged)
    return result


def _changes_form(below: dict[str, Any], above: dict[str, Any]) -> bool:
    return any(form in below and isinstance(above.get(form), str) and above[form] != below[form] for form in FORMS)


def _copy_mark(source: Layer, path: Place, merged: Layer) -> None:
    if path in source.marks:
        merged.marks[path] = source.marks[path]


def _copy_marks(source: Layer, value: Any, path: Place, merged: Layer) -> None:
    """The marks of everything inside a value that was taken over as it is."""
    for place in places(value, path):
        _copy_mark(source, place, merged)


def places(value: Any, path: Place) -> Iterator[Place]:
    """Every path inside a value, outermost first."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))
