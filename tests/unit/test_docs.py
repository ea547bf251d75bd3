"""The user's pages are true: scenarios run, commands print what is shown, tables match the program."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import twin
from tests.pages import ROOT, Block, Say, blocks_of, prints, sayer, text_of

PAGES = ("docs/format.md", "docs/kpis.md", "docs/why.md", "CONTRIBUTING.md")


def blocks(language: str, *marks: str) -> Iterator[Block]:
    """The code blocks of these pages; a mark is the word after the language."""
    for page in PAGES:
        for block in blocks_of(text_of(page)):
            if block.language == language and block.mark in marks:
                yield block


WHOLE = list(blocks("yaml", "", "mistaken"))
COMMANDS = [told for block in blocks("console", "") for told in block.commands]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scenarios of the pages, where a reader would try them."""
    for block in WHOLE:
        (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    return sayer(monkeypatch, capsys)


@pytest.mark.parametrize("name", [block.file for block in WHOLE if block.mark != "mistaken"])
def test_every_scenario_on_the_pages_loads(name: str, desk: Path) -> None:
    """The first thing a reader does is to copy the example."""
    assert twin.load(name).compared


@pytest.mark.parametrize("text", [block.text for block in blocks("yaml", "patch")])
def test_every_snippet_fits_the_example(text: str, desk: Path) -> None:
    """A snippet that is laid over the page's example must make a sound scenario, or the reader learns a wrong key."""
    (desk / "snippet.yaml").write_text(f"extends: bikes.yaml\n{text}", encoding="utf-8")
    assert twin.load("snippet.yaml").name == "snippet"


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_command_prints_what_the_page_shows(command: str, shown: str, say: Say) -> None:
    """Readers compare their screen with the page, to the last digit. Mend the page by running the command again."""
    prints(say, command, shown)


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


def test_every_result_is_explained(say: Say) -> None:
    """A number without its meaning is worse than none, and a meaning without its number misleads."""
    document = json.loads("\n".join(say("twin run bikes.yaml --replications 1 --json")))
    results = document["policies"]["lean"]
    assert documented("KPIs") == set(results["kpis"]) | set(results["kpis"]["uptime_loss"])
    assert documented("Costs") == set(results["costs"])
    places = [*results["nodes"].values(), *results["lanes"].values(), *results["items"].values()]
    assert documented("Places") == {key for place in places for key in place}
    assert documented("The JSON document") == set(document)


def test_every_column_of_the_tables_is_explained(say: Say) -> None:
    """Analysts open timeline.csv in a spreadsheet and have only the column's name to go by."""
    say("twin run bikes.yaml --replications 1 --quiet --out out")
    columns = Path("out/timeline.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert documented("timeline.csv") == {column.partition(":")[0] for column in columns}
    columns = Path("out/trials.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    first = documented("trials.csv")
    assert first == set(columns[: len(first)])
