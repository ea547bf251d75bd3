"""What pydantic found wrong, said in our sentences: where, what is wrong, and how to mend it.

Pydantic reports every mistake with a path, but in a programmer's words, once per reading that it tried, and
for a misspelt key twice: as unknown and as missing. Its own text never reaches a user.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError, WithJsonSchema
from pydantic.fields import FieldInfo

from twin.model.errors import WrongShape, did_you_mean, dotted, listed, nearest, shown
from twin.model.spec import Spec
from twin.model.units import DIMENSIONS, MONEY, NUMBER, Rent, Space
from twin.model.yaml import Place

MAP, LIST = "a map of `key: value`", "a list, like `[a, b]`"
NEEDED = {
    **dict.fromkeys(["model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"], MAP),
    **dict.fromkeys(["list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"], LIST),
    **dict.fromkeys(["int_type", "int_parsing", "int_from_float", "int_parsing_size"], "a whole number, like `3`"),
    **dict.fromkeys(["float_type", "float_parsing", "finite_number"], "a number, like `0.3`"),
    **dict.fromkeys(["bool_type", "bool_parsing"], "`true` or `false`"),
    **dict.fromkeys(["date_type", "date_parsing", "date_from_datetime_parsing"], "a date, like `2026-01-05`"),
    "date_from_datetime_inexact": "a date, like `2026-01-05`",
    "string_type": "text",
    "none_required": "nothing",
}
NUMBERS = [kind for kind, needed in NEEDED.items() if "number" in needed]
BOUNDS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}
LENGTHS = {"too_short": ("at least", "min_length"), "too_long": ("at most", "max_length")}


@dataclass(frozen=True)
class Fault:
    """One pydantic error: its path, the readings (union tags) that led to it, and what it says."""

    path: Place
    readings: tuple[tuple[int, str], ...]
    type: str
    context: dict[str, Any]
    value: Any
    key: str = ""

    @property
    def own(self) -> str:
        """The sentence of a check of ours, if it was one of ours that failed."""
        if self.type not in ("value_error", "sentence"):  # the others carry pydantic's words
            return ""
        return str(self.context.get("error") or self.context.get("sentence") or "")

    def misshapen(self, path: Place) -> bool:
        """Whether the value as a whole has a shape that this reading cannot take, so another was meant."""
        if self.path != path or self.key:
            return False
        if self.own:
            return isinstance(self.context.get("error"), WrongShape)
        if NEEDED.get(self.type) in (MAP, LIST):
            return True
        return isinstance(self.value, dict | list) and (self.type in NEEDED or self.type == "literal_error")

    @property
    def hollow(self) -> bool:
        """Whether it only counts entries that are there but wrong, each of which is told by itself."""
        if self.type not in LENGTHS or not isinstance(self.value, list):
            return False
        return self.context.get("min_length", 0) <= len(self.value) <= self.context.get("max_length", len(self.value))

    def choices(self) -> list[str]:
        """The words that a literal or a tag may be."""
        text = str(self.context.get("expected") or self.context.get("expected_tags") or "")
        return [word or number for word, number in re.findall(r"'([^']*)'|(-?[0-9]+)", text)]


def complaints(
    error: ValidationError,
    data: dict[str, Any],
    readers: dict[int, type[Spec]],
    is_new: Callable[[Place], bool],
) -> Iterator[tuple[Place, str]]:
    """Every mistake as a path and a message; `is_new` tells whether an extending file brought a name in."""
    faults = _meant([_fault(entry, data) for entry in error.errors(include_url=False)])
    maps: dict[Place, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.type in ("missing", "extra_forbidden", "union_tag_not_found"):
            maps[fault.path].append(fault)
        elif not fault.hollow:
            yield _said(fault)
    for path, flaws in maps.items():
        yield from _keys(path, flaws, data, readers, is_new)


def _fault(entry: Any, data: Any) -> Fault:
    steps, kind = list(entry["loc"]), entry["type"]
    key = str(steps.pop()) if kind in ("missing", "extra_forbidden") else ""
    path: list[str | int] = []
    readings: list[tuple[int, str]] = []
    here = data
    for step in steps:
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            path.append(step)
            here = here[step]
        elif step != "[key]":
            readings.append((len(path), str(step)))
    return Fault(tuple(path), tuple(readings), kind, entry.get("ctx", {}), entry["input"], key)


def _meant(faults: list[Fault], level: int = 0) -> list[Fault]:
    """Of the readings that a union tried, the faults of the one that the author most likely meant."""
    unions: dict[Place, dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    kept = []
    for fault in faults:
        if len(fault.readings) <= level:
            kept.append(fault)
        else:
            depth, reading = fault.readings[level]
            unions[fault.path[:depth]][reading].append(fault)
    for path, branches in unions.items():
        kept += _meant(_likeliest(path, list(branches.values())), level + 1)
    return kept


def _likeliest(path: Place, branches: list[list[Fault]]) -> list[Fault]:
    if len(branches) == 1:
        return branches[0]
    shaped = [branch for branch in branches if not any(fault.misshapen(path) for fault in branch)]
    if not shaped:
        return [_any_of([fault for branch in branches for fault in branch if fault.misshapen(path)])]
    words = [branch for branch in shaped if branch[0].type == "literal_error" and branch[0].path == path]
    others = [branch for branch in shaped if branch not in words]
    near = [branch for branch in words if nearest(str(branch[0].value), branch[0].choices())]
    if near or not others:
        return [_any_of([branch[0] for branch in near or words])]
    best = min(others, key=len)
    if not words or len(best) > 1 or not best[0].own:
        return best
    choices = listed(word for branch in words for word in branch[0].choices())
    return [_sentence(best[0], f"{best[0].own}; or write {choices}")]


def _any_of(faults: list[Fault]) -> Fault:
    """Several readings, none of which fits, as one fault."""
    sentences = [fault for fault in faults if fault.type not in NEEDED and fault.type != "literal_error"]
    if sentences or len(faults) == 1:
        return (sentences or faults)[0]
    words = [word for fault in faults for word in fault.choices()]
    if all(fault.type == "literal_error" for fault in faults):
        expected = ", ".join(f"'{word}'" for word in words)
        return Fault(faults[0].path, (), "literal_error", {"expected": expected}, faults[0].value)
    needs = dict.fromkeys(NEEDED[fault.type] for fault in faults if fault.type in NEEDED)
    text = " or ".join([*needs, *([listed(words)] if words else [])])
    return _sentence(faults[0], f"{shown(faults[0].value)} stands here; this needs {text}")


def _sentence(fault: Fault, text: str) -> Fault:
    return Fault(fault.path, (), "sentence", {"sentence": text}, fault.value)


def _said(fault: Fault) -> tuple[Place, str]:
    """A fault other than a missing or an unknown key, as path and message."""
    where = dotted(fault.path) or "the scenario"
    here = shown(fault.value)
    if fault.own:
        return fault.path, f"{where}: {fault.own}"
    if fault.type == "literal_error":
        hint = did_you_mean(str(fault.value), fault.choices())
        return fault.path, f"{where} needs {listed(fault.choices())}; {here} stands here{hint}"
    if fault.type == "union_tag_invalid":
        key = fault.context["discriminator"].strip("'")
        tag = fault.context["tag"]
        hint = did_you_mean(tag, fault.choices()) or f"; write {listed(fault.choices())}"
        return (*fault.path, key), f"{where}.{key}: `{tag}` is unknown{hint}"
    if fault.type in BOUNDS:
        words, bound = BOUNDS[fault.type]
        limit = fault.context[bound]
        limit = f"{limit * 100:g} %" if str(fault.value).endswith(" %") else f"{limit:g}"
        return fault.path, f"{where} must be {words} {limit}; {here} stands here"
    if fault.type in LENGTHS:
        words, bound = LENGTHS[fault.type]
        wanted, actual = fault.context[bound], fault.context["actual_length"]
        return (
            fault.path,
            f"{where} needs {words} {wanted} {'entry' if wanted == 1 else 'entries'}; it has {actual}",
        )
    if fault.type == "string_pattern_mismatch":
        return fault.path, f"{where}: {here} is not of the form `{fault.context['pattern']}`"
    if fault.type == "string_type" and isinstance(fault.value, int | float):
        return fault.path, f'{where} needs text; put quotes around it: `"{fault.value}"`'
    if fault.type in NUMBERS and re.fullmatch(NUMBER, str(fault.value)) and isinstance(fault.value, str):
        return fault.path, f"{where} needs {NEEDED[fault.type]}; in quotes {here} is text: take them away"
    if NEEDED.get(fault.type) == LIST and isinstance(fault.value, str) and fault.value:
        return fault.path, f"{where} needs a list; write `[{fault.value}]`"
    if fault.type in NEEDED:
        return fault.path, f"{where} needs {NEEDED[fault.type]}; {here} stands here"
    return fault.path, f"{where}: {here} cannot stand here"


def _keys(
    path: Place,
    flaws: list[Fault],
    data: dict[str, Any],
    readers: dict[int, type[Spec]],
    is_new: Callable[[Place], bool],
) -> Iterator[tuple[Place, str]]:
    """The missing and unknown keys of one map; a misspelt key is one mistake, and so is a misspelt name."""
    here: Any = data
    for step in path:
        here = here[step]
    where = dotted(path) or "the scenario"
    reader = readers.get(id(here))
    fields = reader.yaml_keys() if reader else {}
    missing = [flaw.key for flaw in flaws if flaw.type == "missing"]
    for key in [flaw.key for flaw in flaws if flaw.type == "extra_forbidden"]:
        meant = nearest(key, missing) or nearest(key, fields)
        if meant in missing:
            missing.remove(meant)
        known = f"; known here: {listed(fields, 'and')}" if fields else ""
        prefix = f"{dotted(path)}." if path else ""
        yield (*path, key), f"{prefix}{key} is unknown{f'; did you mean `{meant}`?' if meant else known}"
    tags = [flaw for flaw in flaws if flaw.type == "union_tag_not_found"]
    lacking = [tag.context["discriminator"].strip("'") for tag in tags] + missing
    sibling = _resembled(path, data) if lacking and (is_new(path) or tags) else None
    if lacking and sibling:
        new = "is new here and " if is_new(path) else ""
        yield path, f"{where} {new}has no `{lacking[0]}`; did you mean `{sibling}`?"
        return
    for tag in tags:
        key = tag.context["discriminator"].strip("'")
        above: Any = data
        for step in path[:-1]:
            above = above[step]
        beside = above.values() if isinstance(above, dict) else above
        usual = sorted({str(other[key]) for other in beside if isinstance(other, dict) and key in other})
        yield path, f"{where} has no `{key}`; add it, like `{key}: {usual[0] if usual else '…'}`"
    for key in missing:
        sample = _example(fields.get(key)).replace("USD", str(data.get("currency", "USD")))
        yield path, f"{where} has no `{key}`; add it{f', like `{key}: {sample}`' if sample else ''}"


def _resembled(path: Place, data: dict[str, Any]) -> str | None:
    """The sibling that a new name may be a slip of."""
    if len(path) < 2:
        return None
    above: Any = data
    for step in path[:-1]:
        above = above[step]
    return nearest(str(path[-1]), above) if isinstance(above, dict) else None


def _example(field: FieldInfo | None) -> str:
    """How a value of a field may be written: as it says itself, or from its type."""
    if field is None:
        return ""
    return str(field.examples[0]) if field.examples else next(_examples(field.annotation, list(field.metadata)), "")


def _examples(annotation: Any, metadata: list[Any]) -> Iterator[str]:
    for schema in metadata:
        if isinstance(schema, WithJsonSchema) and schema.mode is None:
            yield from map(str, (schema.json_schema or {}).get("examples", []))
    if annotation in (Space, Rent):
        yield DIMENSIONS[annotation.__name__].examples[0].replace(MONEY, "USD")
        return
    if get_origin(annotation) is Literal:
        yield str(get_args(annotation)[0])
        return
    for part in get_args(annotation):
        yield from _examples(part, list(getattr(part, "__metadata__", [])))
