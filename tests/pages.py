"""The pages that users read: their blocks, and whether a command prints what stands below it."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from twin.cli import main

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SKIPPED = "…"  # on a line of its own: output that the page does not show

Say = Callable[[str], list[str]]


class Block(NamedTuple):
    """A block of code: its language, the word after that, and what stands in it."""

    language: str
    mark: str
    text: str

    @property
    def file(self) -> str:
        """The name under which a whole scenario is to be saved."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Every `$ …` with the output that is shown below it."""
        parts = (part.partition("\n") for part in self.text.split("$ ")[1:])
        return [(command, shown) for command, _, shown in parts]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks_of(text: str) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(text)]


def sayer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command of the program and gives what it printed. Pictures, tested elsewhere, are not drawn."""
    monkeypatch.setattr("twin.report.charts.draw", lambda *_: [])
    monkeypatch.setattr("twin.study.crew.cores", lambda: 1)  # the other cores have tests of their own to do

    def say(command: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        monkeypatch.setenv("COLUMNS", "100")
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code in (0, 2), command
        printed = capsys.readouterr()
        return [line.rstrip() for line in (printed.out + printed.err).splitlines()]

    return say


def prints(say: Say, command: str, shown: str) -> None:
    """The command prints what the page shows, line by line, and nothing else but where the page skips."""
    printed = say(command)
    here = 0
    for before, line in pairwise(["", *map(str.rstrip, shown.splitlines())]):
        if line == SKIPPED:
            continue
        assert line in printed[here:], f"{command} did not print: {line}"
        found = printed.index(line, here)
        assert before == SKIPPED or found == here, f"{command} printed more before: {line}"
        here = found + 1
    assert shown.rstrip().endswith(SKIPPED) or here == len(printed), f"{command} printed more: {printed[here:]}"
