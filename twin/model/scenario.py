"""A scenario is a chain of YAML files, each laid over the one it extends, then patched from the command
line.

What comes out is a tree: plain data, and for each value the file and line that gave it, so that every later
message can say where to look. `build` turns a tree into a model, or refuses it with all of its mistakes at
once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from twin.model import printed
from twin.model.errors import Mistake, ScenarioError, did_you_mean, dotted, nearest, shown
from twin.model.merge import Layer, merge, places
from twin.model.sentences import complaints
from twin.model.spec import Spec
from twin.model.yaml import Mark, Place, Sheet, read_file, read_text

Language = TypeVar("Language", bound=Spec)

COMMAND_LINE = Mark("--set", 0, 0)


@dataclass(frozen=True)
class Tree:
    """A merged scenario. `mistakes` are those that left it readable; `build` reports them with its own. `sets` are the
    patches of the command line.
    """

    name: str
    data: dict[str, Any]
    marks: dict[Place, Mark]
    files: tuple[Path, ...]
    mistakes: tuple[Mistake, ...] = ()
    sets: tuple[str, ...] = ()

    def mistake(self, path: Place, message: str) -> Mistake:
        """A mistake at a path, marked where the nearest thing that was written stands.

        Of a map that files built up together, that is what the last of them laid over it.
        """
        return max(self._marks_of(path), key=lambda mark: self._rank.get(mark.file, 0)).mistake(message)

    def _marks_of(self, path: Place) -> Iterator[Mark]:
        """The mark of a value, then those of its entries if it is a map."""
        yield self.mark(path)
        here: Any = self.data
        for step in path:
            here = here.get(step) if isinstance(here, dict) else None
        for key in here if isinstance(here, dict) and path else ():
            if (*path, key) in self.marks:
                yield self.marks[*path, key]

    @cached_property
    def _rank(self) -> dict[str, int]:
        """How high each file lies, as it is shown: the base lowest, the command line on top."""
        shown = [_shown(file, self.files[0].parent) for file in reversed(self.files)]
        return {file: height for height, file in enumerate([*shown, COMMAND_LINE.file], 1)}

    def mark(self, path: Place) -> Mark:
        for length in range(len(path), 0, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]]
        return Mark(self.files[0].name, 0, 0)

    def is_new(self, path: Place) -> bool:
        """Whether a file above the base, or the command line, brought in what stands at a path."""
        return len({mark.file for mark in self.marks.values()}) > 1 and self.mark(path).file != self.base

    @property
    def base(self) -> str:
        """The file that everything else is laid over, as it is shown."""
        return _shown(self.files[-1], self.files[0].parent)

    def lines(self) -> Iterator[str]:
        """The merged scenario as YAML, each value with the file and line that gave it."""
        return printed.annotated(self.data, self.marks)

    def to_yaml(self, study: Mapping[str, Any] | None = None, **extra: Any) -> str:
        """The merged scenario as one file that stands alone: recorded values are written out.

        Of studies it has the one that was asked, if any: others may need files that lie beside the scenario.
        An extra map is merged in (`run={"seed": 7}`); any other extra is a comment on top (`version="0.1"`).
        """
        patch = {key: value for key, value in extra.items() if isinstance(value, dict)}
        notes = [f"# {key}: {value}\n" for key, value in extra.items() if key not in patch]
        data = merge(Layer(self.data), Layer(patch)).data
        data.pop("study", None)
        data |= {"study": study} if study else {}
        swept = (study or {}).get("sweep", {})
        return "".join(notes) + printed.plain(printed.written_out(data, [path.split(".") for path in swept]))

    def digest(self, seed: int, version: str | None = None) -> str:
        """The run hash: 16 hexadecimal digits of merged scenario, recorded data, seed and program version."""
        return printed.digest(self.data, seed, version)


def read(path: str | Path, sets: Sequence[str] = ()) -> Tree:
    """The scenario at a path with all that it extends, then `--set` patches in their order.

    Raises ScenarioError when a file cannot be read at all; mistakes that leave it readable are kept in the
    tree.
    """
    path = Path(path)
    sheets = _chain(path)
    mistakes = [mistake for _, sheet in sheets for mistake in sheet.mistakes]
    layer = Layer({})
    for _, sheet in reversed(sheets):
        layer = merge(layer, Layer(sheet.data, sheet.marks))
        mistakes += [_nothing_to_delete(place, sheet.marks[place]) for place in layer.idle_deletions]
    for text in sets:
        layer = _patched(layer, text, mistakes)
    files = tuple(file for file, _ in sheets)
    return Tree(path.stem, layer.data, layer.marks, files, tuple(sorted(set(mistakes))), tuple(sets))


def _chain(path: Path) -> list[tuple[Path, Sheet]]:
    """The files from the scenario down to its base; data files are made absolute, `extends` is taken out."""
    folder, mistakes = path.parent, list[Mistake]()
    sheets: list[tuple[Path, Sheet]] = []
    extender: Mark | None = None
    following: Path | None = path
    while following is not None:
        try:
            sheet = read_file(following, _shown(following, folder))
        except ScenarioError as error:
            relayed = [_relayed(mistake, following, extender) for mistake in error.mistakes]
            raise ScenarioError([*mistakes, *relayed]) from None
        mistakes += sheet.mistakes
        slip = nearest("extends", sheet.data) if "extends" not in sheet.data else None
        if slip:  # all else would only follow from the missing file
            raise ScenarioError([*mistakes, sheet.marks[slip,].mistake(f"{slip} is unknown; did you mean `extends`?")])
        sheets.append((following, sheet))
        extends = sheet.data.pop("extends", None)
        extender = sheet.marks.pop(("extends",), None)
        resolve_files(sheet.data, following.parent)
        following = None
        if extender is not None:
            following = _extended(extends, extender, [file for file, _ in sheets], mistakes)
    return sheets


def _relayed(mistake: Mistake, file: Path, extender: Mark | None) -> Mistake:
    """A file that cannot be opened is a mistake of the line that names it, or of the command line."""
    if mistake.line:
        return mistake
    if extender is None:
        return Mistake(str(file), 0, 0, mistake.message)
    message = mistake.message.replace("there is no such file", "does not exist")
    return extender.mistake(f"extends `{mistake.file}`, which {message}")


def _extended(extends: Any, mark: Mark, chain: list[Path], mistakes: list[Mistake]) -> Path:
    """The file that the last of a chain extends; a cycle is refused with the chain it runs through."""
    if not isinstance(extends, str) or not extends:
        message = f"extends needs the path of one file, like `networks/plant.yaml`; {shown(extends)} stands here"
        raise ScenarioError([*mistakes, mark.mistake(message)])
    file = chain[-1].parent / extends
    file = Path(os.path.normpath(file))
    if any(file.resolve() == known.resolve() for known in chain):
        names = " → ".join(_shown(known, chain[0].parent) for known in [*chain, file])
        raise ScenarioError([*mistakes, mark.mistake(f"extends goes round in a circle: {names}")])
    return file


def _shown(file: Path, folder: Path) -> str:
    """A file as people see it: from the scenario's folder when it lies in or beside it."""
    relative = Path(os.path.relpath(file, folder))
    return relative.as_posix() if relative.parts[:2] != ("..", "..") else str(file)


def resolve_files(data: Any, folder: Path) -> None:
    """A data file is meant relative to the file that names it; from here on its path is absolute.

    Files to sweep over stand in a list, below a dotted path that ends in `file`.
    """
    for place in list(places(data, ())):
        *way, last = place
        if dotted(tuple(step for step in place if isinstance(step, str))).rpartition(".")[2] == "file":
            parent = data
            for step in way:
                parent = parent[step]
            if isinstance(parent[last], str) and parent[last]:
                parent[last] = str((folder / parent[last]).resolve())


def _nothing_to_delete(path: Place, mark: Mark) -> Mistake:
    message = "has no value; `null` deletes what the file below gives, and it gives none here"
    return mark.mistake(f"{dotted(path)} {message}")


def _patched(layer: Layer, text: str, mistakes: list[Mistake]) -> Layer:
    """The layer with one `path=value` of the command line laid over it."""
    path, equals, written = text.partition("=")
    steps = tuple(path.strip().split("."))
    refusal = _unwritten(text, steps, equals, written) or _unusable(steps, layer.data)
    if refusal:
        mistakes.append(COMMAND_LINE.mistake(refusal))
        return layer
    try:
        sheet = read_text(written, COMMAND_LINE.file)
    except ScenarioError as error:
        mistakes += [COMMAND_LINE.mistake(f"{path}: {mistake.message}") for mistake in error.mistakes]
        return layer
    mistakes += [COMMAND_LINE.mistake(f"{path}: {mistake.message}") for mistake in sheet.mistakes]
    return _laid(layer, steps, sheet.data, mistakes)


def _laid(layer: Layer, steps: tuple[str, ...], value: Any, mistakes: list[Mistake]) -> Layer:
    """The layer with a value laid over it where the steps lead."""
    for step in reversed(steps):
        value = {step: value}
    resolve_files(value, Path())
    merged = merge(layer, Layer(value, dict.fromkeys(places(value, ()), COMMAND_LINE)))
    mistakes += [_nothing_to_delete(place, COMMAND_LINE) for place in merged.idle_deletions]
    return merged


def patched(tree: Tree, values: Mapping[str, Any]) -> Tree:
    """The tree with other values at dotted paths, as `--set` would lay them over it."""
    layer, mistakes = Layer(tree.data, tree.marks), list(tree.mistakes)
    sets = tuple(f"{path}={printed.flow(value)}" for path, value in values.items())
    for path, value in values.items():
        steps = tuple(path.split("."))
        refusal = _unusable(steps, layer.data) if all(steps) else f"`{path}` is not a path, like `run.horizon`"
        if refusal:
            mistakes.append(COMMAND_LINE.mistake(refusal))
        else:
            layer = _laid(layer, steps, value, mistakes)
    found = tuple(sorted(set(mistakes)))
    return replace(tree, data=layer.data, marks=layer.marks, mistakes=found, sets=tree.sets + sets)


def _unwritten(text: str, steps: tuple[str, ...], equals: str, written: str) -> str | None:
    """What is missing in a `--set`, if anything."""
    if not equals or not all(steps):
        return f"`{text}` is not `path=value`; write it like `run.horizon=90 d`"
    return None if written.strip() else f"{dotted(steps)} has no value; `{dotted(steps)}=null` deletes it"


def _unusable(steps: tuple[str, ...], data: Any) -> str | None:
    """Why nothing can be laid over the data where the steps lead, if so."""
    if steps[0] == "extends":
        return "extends cannot be set here; write a file that extends another"
    here = data
    for depth, step in enumerate(steps):
        if here is not None and not isinstance(here, dict):
            whole = "; give the whole list" if isinstance(here, list) else "; set it as a whole"
            return f"{dotted(steps)}: {dotted(steps[:depth])} is {shown(here)}, which has no `{step}`{whole}"
        here = here.get(step) if here else None
    return None


def build(tree: Tree, language: type[Language]) -> Language:
    """The model that a tree describes; raises ScenarioError with every mistake in it."""
    readers: dict[int, type[Spec]] = {}
    names = _names(tree.data)
    context = {"currency": _currency(tree.data), "names": names, "readers": readers, "tree": tree}
    found: list[Mistake] = []
    try:
        try:
            model = language.model_validate(tree.data, context=context)
        except ValidationError as error:
            if not _forget_unknown_kinds(error, names):
                raise
            model = language.model_validate(tree.data, context=context)
        if not tree.mistakes:
            return model
    except ValidationError as error:
        said = complaints(error, tree.data, readers, tree.is_new)
        found = [tree.mistake(path, message) for path, message in said]
    reported = {(mistake.file, mistake.line, mistake.column) for mistake in tree.mistakes if mistake.line}
    news = [mistake for mistake in found if (mistake.file, mistake.line, mistake.column) not in reported]
    raise ScenarioError([*tree.mistakes, *news])


def _currency(data: Mapping[str, Any]) -> str:
    currency = data.get("currency")
    return currency if isinstance(currency, str) and re.fullmatch("[A-Z]{3}", currency) else "USD"


def _names(data: Mapping[str, Any]) -> dict[str, dict[str, str | None] | None]:
    """The names in each section with the kinds that they state, for references; None for what is no map."""
    return {
        section: {name: _kind(entry) for name, entry in entries.items()} if isinstance(entries, dict) else None
        for section, entries in data.items()
    }


def _forget_unknown_kinds(error: ValidationError, names: dict[str, dict[str, str | None] | None]) -> bool:
    """A misspelt kind is one mistake, not one more at every place that refers to its node."""
    places = [entry["loc"] for entry in error.errors() if entry["type"] == "union_tag_invalid"]
    forgotten = [(names[str(place[0])], str(place[1])) for place in places if len(place) == 2]
    for section, name in forgotten:
        if section is not None:
            section[name] = None
    return bool(forgotten)


def _kind(entry: Any) -> str | None:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    return kind if isinstance(kind, str) else None


def astray(path: str, data: Any) -> str | None:
    """Why a path is not that of a value that a study may change, if so: a slip must not make a new segment."""
    *above, last = path.split(".")
    here = data
    for depth, step in enumerate(above):
        if not isinstance(here, dict) or step not in here:
            known = here if isinstance(here, dict) else ()
            walked = dotted(above[: depth + 1])
            return f"`{path}` leads nowhere: there is no `{walked}`{did_you_mean(step, known)}"
        here = here[step]
    if not above or not isinstance(here, dict) or not last or above[0] == "study":
        return f"`{path}` is not the path of a value, like `policies.hybrid.risky.safety_stock`"
    return None


def changes(patch: str, data: Mapping[str, Any]) -> bool:
    """Whether a `path=value` of the command line has something to change in another scenario; studies it leaves."""
    path = patch.partition("=")[0].strip()
    if "." not in path:  # a whole section
        return path in data and path != "study"
    return astray(path, data) is None
