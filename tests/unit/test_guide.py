"""The user's guide is true: every recipe works from an empty folder, every number in the text is one that was shown."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import twin
from tests.pages import ROOT, Block, blocks_of, prints, sayer, text_of
from twin.language import Model
from twin.model.spec import Spec

GUIDE = ("docs/guide/tutorial.md", "docs/guide/how-to.md", "docs/guide/background.md")
PAGES = (*GUIDE, *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")), "README.md", "CONTRIBUTING.md")
BASE = "closure.yaml"
"""What snippets of the guide are laid over."""

IN_WORDS = {"Backorder", "Lifecycle", "NoSafetyStock", "Opening", "Priority"}
LAID_OUT_OTHERWISE = {"Distribution", "Effects", "Segment"}
"""Kinds without a table of keys in the reference: a sentence does, or another table."""

FIGURE = r"\d+(?:\.\d+)?"
NUMBER = re.compile(rf"(?<![\w.]){FIGURE}")
SUM = re.compile(rf"{FIGURE}(?: [-+−×÷] {FIGURE})+ = {FIGURE}")


def sections() -> Iterator[tuple[str, str]]:
    """Every part of the guide that has blocks, under its heading."""
    for page in GUIDE:
        for section in text_of(page).split("\n## ")[1:]:
            if blocks_of(section):
                yield section.partition("\n")[0], section


WHOLE = [block for page in GUIDE for block in blocks_of(text_of(page)) if block.language == "yaml" and not block.mark]
SECTIONS = list(sections())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scenarios that the guide has the reader save."""
    for block in WHOLE:
        (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("section", [text for _, text in SECTIONS], ids=[name for name, _ in SECTIONS])
def test_a_recipe_does_what_it_shows(
    section: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers follow a recipe from top to bottom, and compare their screen with the page to the last digit."""
    say = sayer(monkeypatch, capsys)
    for block in blocks_of(section):
        if block.language == "console":
            for command, shown in block.commands:
                prints(say, command, shown)
        else:
            follow(block, desk)


def follow(block: Block, desk: Path) -> None:
    """What a reader does with a block that is no command: saves it, lays it over the plant, or runs it."""
    if block.language == "csv":
        (desk / f"{block.mark}.csv").write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        exec(compile(block.text, "the guide", "exec"), {"__name__": "guide"})
    elif block.mark == "patch":
        (desk / "mine.yaml").write_text(f"extends: {BASE}\n{block.text}", encoding="utf-8")
        assert twin.load("mine.yaml").compared
    else:
        assert block.language == "yaml"
        assert twin.load(block.file).compared


def prose(page: str) -> str:
    """What a page says in words: without blocks, code and the targets of links."""
    text = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)|`[^`]*`|^\d\. ", "", text, flags=re.MULTILINE)
    return re.sub(r"^#+ \d\.|\[\d\.", "", text, flags=re.MULTILINE)


def test_every_number_in_the_tutorial_was_shown() -> None:
    """A number in the text that no block shows is one that nobody will renew when results change."""
    page = "docs/guide/tutorial.md"
    shown = {number for block in blocks_of(text_of(page)) for number in NUMBER.findall(block.text)}
    reckoned = {number for found in SUM.findall(prose(page)) for number in NUMBER.findall(found)}
    assert set(NUMBER.findall(prose(page))) - shown - reckoned == set()


@pytest.mark.parametrize("page", GUIDE)
def test_sums_in_the_text_are_right(page: str) -> None:
    """Whoever checks one sum with a pencil and finds it wrong believes no other."""
    for found in SUM.findall(prose(page)):
        left, _, right = found.partition(" = ")
        worth = eval(left.replace("−", "-").replace("×", "*").replace("÷", "/"))
        digits = len(right.partition(".")[2])
        assert round(worth, digits) == float(right), found


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """A page is found over a link, and a link to a heading that was renamed ends at the top of a long page."""
    for target, _, anchor in re.findall(r"\]\((?!http)([^)#]*)(#([^)]+))?\)", text_of(page)):
        there = (ROOT / page).parent / target if target else ROOT / page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), f"{target}#{anchor}"


def test_the_page_of_the_command_line_follows_the_commands() -> None:
    """An option that no page has cannot be found; `python docs/commands.py` renews it."""
    assert runpy.run_path(str(ROOT / "docs/commands.py"))["page"]() == text_of("docs/commands.md")


def kinds(spec: type[Spec], known: set[type[Spec]]) -> set[type[Spec]]:
    """Every kind of map that a scenario may hold, found by following the keys."""
    if spec not in known:
        known.add(spec)
        for field in spec.model_fields.values():
            for inner in inside(field.annotation):
                kinds(inner, known)
    return known


def inside(annotation: object) -> Iterator[type[Spec]]:
    """The kinds of maps in a type, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from inside(part)


def test_every_key_of_the_language_is_in_the_reference() -> None:
    """The reference names its kinds one by one; one that is missing there would have keys that nobody can look up."""
    told = set(runpy.run_path(str(ROOT / "docs/reference.py"))["KINDS"].values())
    assert {kind.__name__ for kind in kinds(Model, set()) - told} == IN_WORDS | LAID_OUT_OTHERWISE
