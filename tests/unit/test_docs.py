"""The user's pages are true: scenarios run, commands print what is shown, tables match the program."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import twin
from twin.cli import main

ROOT = Path(__file__).parents[2]
PAGES = ("docs/format.md", "docs/kpis.md", "docs/why.md", "CONTRIBUTING.md")
BLOCK = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SKIPPED = "…"  # on a line of its own: output that the page does not show


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str, mark: str | None = None) -> list[str]:
    """The code blocks of a page; `mark` is the word after the language."""
    return [
        text for found, marked, text in BLOCK.findall(text_of(page)) if found == language and mark in (None, marked)
    ]


def scenarios() -> Iterator[tuple[str, str]]:
    """Every whole scenario of the pages, under the file name in its first line."""
    for page in PAGES:
        for text in (*blocks(page, "yaml", ""), *blocks(page, "yaml", "mistaken")):
            yield text.partition("\n")[0].removeprefix("# "), text


def commands() -> Iterator[tuple[str, str]]:
    """Every `$ twin …` of the pages with the output shown below it."""
    for page in PAGES:
        for block in blocks(page, "console"):
            for part in block.split("$ ")[1:]:
                command, _, shown = part.partition("\n")
                yield command, shown


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scenarios of the pages, where a reader would try them."""
    for name, text in scenarios():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command of the program and returns what it printed. Pictures, tested elsewhere, are not drawn."""
    monkeypatch.setattr("twin.report.charts.draw", lambda *_: [])

    def run(command: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        monkeypatch.setenv("COLUMNS", "100")
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code in (0, 2), command
        printed = capsys.readouterr()
        return [line.rstrip() for line in (printed.out + printed.err).splitlines()]

    return run


@pytest.mark.parametrize("name", [name for name, text in scenarios() if "mistake" not in name])
def test_every_scenario_on_the_pages_loads(name: str, desk: Path) -> None:
    """The first thing a reader does is to copy the example."""
    assert twin.load(name).compared


@pytest.mark.parametrize("text", [text for page in PAGES for text in blocks(page, "yaml", "patch")])
def test_every_snippet_fits_the_example(text: str, desk: Path) -> None:
    """A snippet that is laid over the page's example must make a sound scenario, or the reader learns a wrong key."""
    (desk / "snippet.yaml").write_text(f"extends: bikes.yaml\n{text}", encoding="utf-8")
    assert twin.load("snippet.yaml").name == "snippet"


@pytest.mark.parametrize(("command", "shown"), list(commands()), ids=[command for command, _ in commands()])
def test_every_command_prints_what_the_page_shows(command: str, shown: str, say: Any) -> None:
    """Readers compare their screen with the page, to the last digit. Mend the page by running the command again."""
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


def test_the_reference_tables_follow_the_classes() -> None:
    """A key that exists and is not in the table cannot be found; `python docs/reference.py` renews them."""
    reference = runpy.run_path(str(ROOT / "docs/reference.py"))
    page = text_of("docs/format.md")
    assert reference["render"](page) == page


def test_every_kind_has_its_table() -> None:
    """Whoever adds a node kind, a rule or a family of keys is reminded of its table."""
    reference = runpy.run_path(str(ROOT / "docs/reference.py"))
    on_page = set(re.findall(r"<!-- table: (\w+) -->", text_of("docs/format.md")))
    assert set(reference["KINDS"]) <= on_page


def documented(heading: str) -> set[str]:
    """The keys in the first column of the tables under a heading of kpis.md."""
    section = text_of("docs/kpis.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    return {key for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for key in re.findall(r"`(\w+):?`", row)}


def test_every_result_is_explained(say: Any) -> None:
    """A number without its meaning is worse than none, and a meaning without its number misleads."""
    document = json.loads("\n".join(say("twin run bikes.yaml --replications 1 --json")))
    results = document["policies"]["lean"]
    assert documented("KPIs") == set(results["kpis"]) | set(results["kpis"]["uptime_loss"])
    assert documented("Costs") == set(results["costs"])
    places = [*results["nodes"].values(), *results["lanes"].values(), *results["items"].values()]
    assert documented("Places") == {key for place in places for key in place}
    assert documented("The JSON document") == set(document)


def test_every_column_of_the_tables_is_explained(say: Any) -> None:
    """Analysts open timeline.csv in a spreadsheet and have only the column's name to go by."""
    say("twin run bikes.yaml --replications 1 --quiet --out out")
    columns = Path("out/timeline.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert documented("timeline.csv") == {column.partition(":")[0] for column in columns}
    columns = Path("out/trials.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    first = documented("trials.csv")
    assert first == set(columns[: len(first)])
