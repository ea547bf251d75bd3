"""YAML read strictly, as 1.2 core: plain data, and the place where every key and list item is written.

PyYAML speaks YAML 1.1, in which `NO` is false and `12:30` is 750. This reader gives its pure-Python loader
the scalars of the 1.2 core schema and refuses what a scenario has no use for, each with a sentence. The C
loader crashes on deep nesting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from twin.model.errors import Mistake, ScenarioError, did_you_mean

Place = tuple[str | int, ...]

LARGEST_FILE = 1_000_000  # bytes
DEEPEST = 50
ALIASED_NODES = 10_000  # how many nodes aliases may add; a bomb adds billions
UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
TAG = "tag:yaml.org,2002:"

CORE = {
    "null": (r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    "bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    "int": (r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    "float": (
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+0123456789."),
    ),
}

PROBLEMS = {  # what PyYAML says, and what its reader needs to hear
    r"'\\t' that cannot start any token": "a tab stands here; indent with spaces",
    r"cannot start any token": "this character cannot stand here; indent with spaces, put quotes around text",
    r"mapping values are not allowed": "a `:` too many; check the indentation, or put quotes around the text",
    r"could not find expected ':'": "a key without its `:`; write `key: value`",
    r"expected <block end>": "the indentation does not fit the lines above; a map's keys begin in one column",
    r"expected ',' or '[}\]]'": "a `{` or `[` is not closed, or a comma is missing between two entries",
    r"found unexpected end of stream": "a quote is opened and never closed",
    r"found undefined alias": "this `*name` refers to no `&name` above it",
    r"found duplicate anchor": "this `&name` is given twice",
    r"unknown escape|expected escape": "`\\` begins an escape in double quotes; use single quotes",
    r"undefined tag handle": "tags like `!name` are not used here; write plain values",
    r"expected the node content|did not find expected node content": "a value is missing here",
}


@dataclass(frozen=True)
class Mark:
    """Where a value is written: the file as shown to people, line and column from 1 (0: no position)."""

    file: str
    line: int
    column: int

    def mistake(self, message: str) -> Mistake:
        return Mistake(self.file, self.line, self.column, message)


@dataclass
class Sheet:
    """One YAML text as plain data, marks of keys and list items, and mistakes that leave it readable."""

    data: dict[str, Any]
    marks: dict[Place, Mark]
    mistakes: list[Mistake] = field(default_factory=list)


class TooDeep(yaml.MarkedYAMLError):
    """Maps or lists nested beyond what a scenario can mean."""


class StrictLoader(yaml.SafeLoader):
    """PyYAML's pure-Python loader with the scalars of YAML 1.2 core and a bound on nesting."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST + 1:  # the innermost value is no map
            problem = f"nested deeper than {DEEPEST} maps or lists; a scenario needs five or six"
            raise TooDeep(problem=problem, problem_mark=self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class Writer(yaml.SafeDumper):
    """The way back: what it writes, StrictLoader reads as the same value."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _dialect in (StrictLoader, Writer):
    _dialect.yaml_implicit_resolvers = {}
    for _name, (_pattern, _first) in CORE.items():
        _dialect.add_implicit_resolver(TAG + _name, re.compile(_pattern), _first)


def read_file(path: Path, shown_as: str) -> Sheet:
    """The scenario file at a path; raises ScenarioError when it cannot be read at all."""

    def refuse(message: str, line: int = 0, column: int = 0) -> ScenarioError:
        return ScenarioError([Mistake(shown_as, line, column, message)])

    try:
        if path.is_dir():
            raise refuse("is a folder; name the YAML file in it")
        if not path.exists():
            beside = [file.name for file in path.parent.glob("*.yaml")]
            raise refuse(f"there is no such file{did_you_mean(path.name, beside)}")
        if not path.is_file():
            raise refuse("is not a file")
        if path.stat().st_size > LARGEST_FILE:
            raise refuse("is over 1 MB; a scenario is written by hand, and data belongs in CSV files that it names")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}") from None
    if b"\0" in content:
        raise refuse("is not a text file; a scenario is YAML in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise refuse("is not UTF-8 from here on; save the file as UTF-8", line, column) from None
    if not text.strip():
        raise refuse("is empty; a scenario begins with `twin: 1`")
    sheet = read_text(text, shown_as)
    if not isinstance(sheet.data, dict):
        raise refuse("needs a map at the top, like `twin: 1`", 1, 1)
    return sheet


def read_text(text: str, shown_as: str) -> Sheet:
    """A YAML text as plain data and marks; raises ScenarioError when it cannot be read at all."""
    unprintable = UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        column = unprintable.start() - text.rfind("\n", 0, unprintable.start())
        message = f"a control character ({unprintable.group()!r}) has no place in a scenario; delete it"
        raise ScenarioError([Mistake(shown_as, line, column, message)])
    try:
        loader = StrictLoader(text)
        node = loader.get_node() if loader.check_node() else None
        second = loader.get_node() if loader.check_node() else None
    except yaml.MarkedYAMLError as error:
        raise ScenarioError([_unreadable(error, shown_as)]) from None
    except (yaml.YAMLError, RecursionError, OverflowError, IndexError, ValueError):
        raise ScenarioError([Mistake(shown_as, 0, 0, "cannot be read as YAML")]) from None
    if node is None:
        raise ScenarioError([Mistake(shown_as, 0, 0, "is empty; a scenario begins with `twin: 1`")])
    reader = _Reader(shown_as, set(_nodes(node)))
    sheet = Sheet(reader.value(node, ()), reader.marks, reader.mistakes)
    if second is not None:
        message = "a second document begins here; a scenario is one file with one document: delete the `---`"
        sheet.mistakes.append(_mark(second, shown_as).mistake(message))
    return sheet


def _mark(node: Node, file: str) -> Mark:
    return Mark(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _unreadable(error: yaml.MarkedYAMLError, file: str) -> Mistake:
    problem = f"{error.context or ''} {error.problem or ''}".strip()
    known = (sentence for pattern, sentence in PROBLEMS.items() if re.search(pattern, problem))
    message = problem if isinstance(error, TooDeep) else next(known, f"cannot be read as YAML: {problem}")
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    if "closed" in message and mark and opened and opened.line < mark.line:
        message += f" (opened on line {opened.line + 1})"
    return Mistake(file, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, message)


def _nodes(top: Node) -> Iterator[int]:
    """The identity of every node that is written, each once, however often aliases repeat it."""
    seen: set[int] = set()
    waiting: list[Any] = [top]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield id(node)
        if isinstance(node, MappingNode):
            waiting.extend(part for entry in node.value for part in entry)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.value)


class _Reader:
    """Turns the nodes of one document into plain data, noting marks and mistakes on the way."""

    def __init__(self, file: str, written: set[int]) -> None:
        self.file = file
        self.marks: dict[Place, Mark] = {}
        self.mistakes: list[Mistake] = []
        self.visits = len(written) + ALIASED_NODES
        self.open: set[int] = set()

    def refuse(self, node: Node, message: str, place: Place) -> None:
        """A mistake stands where its key stands, so that what follows from it can be told from news."""
        self.mistakes.append(self.marks.get(place, _mark(node, self.file)).mistake(message))

    def value(self, node: Node, place: Place) -> Any:
        self.visits -= 1
        if self.visits < 0:
            message = "aliases (`*name`) repeat too much; write the values out, or `extends` a file"
            raise ScenarioError([*self.mistakes, _mark(node, self.file).mistake(message)])
        if id(node) in self.open:
            self.refuse(node, "an alias (`*name`) stands inside what it repeats; write the values out", place)
            return ""
        if isinstance(node, ScalarNode):
            return self.scalar(node, place)
        if node.tag not in (TAG + "map", TAG + "seq"):
            self.refuse(node, f"the tag `{_tag(node)}` is not used here; write a plain value", place)
            return ""
        self.open.add(id(node))
        value = self.mapping(node, place) if isinstance(node, MappingNode) else self.sequence(node, place)
        self.open.remove(id(node))
        return value

    def sequence(self, node: Node, place: Place) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            self.marks[*place, index] = _mark(item, self.file)
            items.append(self.value(item, (*place, index)))
        return items

    def mapping(self, node: Node, place: Place) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node, place)
            if key is None:
                continue
            if key in first:
                message = f"`{key}` is written twice in this map, first on line {first[key]}; keep one"
                self.mistakes.append(_mark(key_node, self.file).mistake(message))
                continue
            first[key] = key_node.start_mark.line + 1
            self.marks[*place, key] = _mark(key_node, self.file)
            entries[key] = self.value(value_node, (*place, key))
        return entries

    def key(self, node: Node, place: Place) -> str | None:
        mark = _mark(node, self.file)
        if not isinstance(node, ScalarNode):
            self.mistakes.append(mark.mistake("a key must be a plain name; this one is a map or a list"))
        elif node.tag != TAG + "str":
            message = f'the key `{node.value}` is not text; put quotes around it: `"{node.value}"`'
            self.mistakes.append(mark.mistake(message if node.value else "a key is missing before the `:`"))
        elif node.value == "<<" and not node.style:
            message = "`<<` is not used here; files are built on one another with `extends`"
            self.mistakes.append(mark.mistake(message))
        elif UNPRINTABLE.search(node.value):
            self.mistakes.append(mark.mistake("a control character has no place in a name; delete it"))
        else:
            return node.value
        return None

    def scalar(self, node: ScalarNode, place: Place) -> Any:
        kind = node.tag.removeprefix(TAG)
        try:
            value = SCALARS[kind](node.value)
        except KeyError:
            self.refuse(node, f"the tag `{_tag(node)}` is not used here; write a plain value", place)
            return node.value
        except (ValueError, OverflowError):
            value = math.nan
        if isinstance(value, str) and UNPRINTABLE.search(value):
            self.refuse(node, "a control character has no place in a scenario; delete it", place)
            return ""
        if isinstance(value, float) and not math.isfinite(value):
            text = node.value if len(node.value) <= 30 else node.value[:27] + "…"
            self.refuse(node, f"`{text}` is not a number that can be counted with; write a finite one", place)
            return node.value
        return value


def _tag(node: Node) -> str:
    return node.tag.replace(TAG, "!!")


def _int(text: str) -> int:
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _float(text: str) -> float:
    return math.nan if text.lower().endswith((".inf", ".nan")) else float(text)


def _bool(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "null": lambda text: None,
}
