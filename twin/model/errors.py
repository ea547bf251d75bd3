"""A mistake says where it is, what is wrong and how to mend it; all of a scenario are told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend. Line and column count from 1; line 0 means that the whole file is meant."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ScenarioError(Exception):
    """A scenario that cannot be run, with every mistake found in it, in the order of its files and lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(set(mistakes)))
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


class WrongShape(ValueError):
    """A map or list where a plain value belongs: of several readings, this one was not meant."""


def nearest(word: str, candidates: Iterable[object]) -> str | None:
    """The candidate that the word is most likely a slip of, if any is near.

    >>> nearest("kaohsung", ["long_beach", "kaohsiung"])
    'kaohsiung'
    """
    known = {str(candidate).lower(): str(candidate) for candidate in candidates if candidate != word}
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.7)
    return known[near[0]] if near else None


def did_you_mean(word: str, candidates: Iterable[object]) -> str:
    """The end of a sentence about an unknown word: `; did you mean …?`, or nothing when none is near."""
    near = nearest(word, candidates)
    return f"; did you mean `{near}`?" if near else ""


def listed(words: Iterable[object], last: str = "or") -> str:
    """Words as a list in a sentence.

    >>> listed(["ocean", "air", "road"])
    '`ocean`, `air` or `road`'
    """
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def dotted(path: Iterable[str | int]) -> str:
    """A place in the scenario as it is written in messages and after `--set`.

    >>> dotted(("lanes", "pacific", "legs", 1))
    'lanes.pacific.legs[1]'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def shown(value: object) -> str:
    """A value as its author wrote it, short enough for a message."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
