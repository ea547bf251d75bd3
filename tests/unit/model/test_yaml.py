"""A scenario file means what a planner would think it means, or it is refused with a sentence."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.errors import ScenarioError
from twin.model.yaml import Mark, Sheet, read_file, read_text


def refused(text: str) -> str:
    """What a text is refused with, whether or not it can be read."""
    try:
        sheet = read_text(text, "a.yaml")
    except ScenarioError as error:
        return str(error)
    assert sheet.mistakes, f"{text!r} was read as {sheet.data!r}"
    return "\n".join(map(str, sheet.mistakes))


def value(text: str) -> object:
    sheet = read_text(f"x: {text}", "a.yaml")
    assert not sheet.mistakes
    return sheet.data["x"]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2026-01-05", "2026-01-05"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("'21'", "21"),
        ("21 d", "21 d"),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("-4", -4),
        ("1e6", 1e6),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("[a, 1]", ["a", 1]),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, meaning):
    """Norway is not false, half past twelve is not 750, and a number with a leading zero is not octal."""
    assert value(text) == meaning
    assert type(value(text)) is type(meaning)


def test_every_key_and_list_item_knows_its_place():
    """A message can only point where a mark stands."""
    sheet = read_text("a:\n  b: 1\n  legs: [2 d, {dist: gamma}]\n", "a.yaml")
    assert sheet.marks[("a", "b")] == Mark("a.yaml", 2, 3)
    assert sheet.marks[("a", "legs", 0)] == Mark("a.yaml", 3, 10)
    assert sheet.marks[("a", "legs", 1, "dist")] == Mark("a.yaml", 3, 16)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: `a` is written twice in this map, first on line 1; keep one"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "a.yaml:2:5: `<<` is not used here"),
        ("a: &x {b: *x}\n", "a.yaml:1:8: an alias (`*name`) stands inside what it repeats"),
        ("a: *x\n", "a.yaml:1:4: this `*name` refers to no `&name` above it"),
        ("a: .inf\n", "a.yaml:1:1: `.inf` is not a number that can be counted with"),
        ("a: -.NaN\nb: .nan\n", "a.yaml:2:1: `.nan` is not a number"),
        ("a: 1e400\n", "a.yaml:1:1: `1e400` is not a number"),
        ("a: " + "9" * 5000, "a.yaml:1:1: `999999999999999999999999999…` is not a number"),
        ("a: 1\n---\nb: 2\n", "a.yaml:3:1: a second document begins here"),
        ("4711: x\n", 'a.yaml:1:1: the key `4711` is not text; put quotes around it: `"4711"`'),
        ("true: x\n", "a.yaml:1:1: the key `true` is not text"),
        ("? [a]\n: x\n", "a.yaml:1:3: a key must be a plain name"),
        ("? \n: x\n", "a key is missing before the `:`"),
        (
            "a: !!python/object/apply:os.system ['x']\n",
            "the tag `!!python/object/apply:os.system` is not used here",
        ),
        ("a: !mine 3\n", "a.yaml:1:1: the tag `!mine` is not used here"),
        ("a: !!int abc\n", "`abc` is not a number"),
        ("a:\n\tb: 1\n", "a.yaml:2:1: a tab stands here; indent with spaces"),
        ("a: b: c\n", "a.yaml:1:5: a `:` too many"),
        ("a: {b: 1\nc: 2\n", "a `{` or `[` is not closed"),
        ('a: "b\n', "a quote is opened and never closed"),
        ("a:\n    b: 1\n  c: 2\n", "a.yaml:3:3: the indentation does not fit the lines above"),
        ("a: 1\nb\nc: 2\n", "a.yaml:3:1: a key without its `:`"),
        ("a: \x07\n", "a.yaml:1:4: a control character"),
        ('a: "\\0"\n', "a.yaml:1:1: a control character"),
        ('a: "\\ud800"\n', "a.yaml:1:1: a control character"),
        ('a: "\\UFFFFFFFF"\n', "cannot be read as YAML"),
        ('a: "\\q"\n', "use single quotes"),
        ("# nothing\n", "is empty; a scenario begins with `twin: 1`"),
    ],
)
def test_what_a_scenario_has_no_use_for_is_refused_with_a_sentence(text, sentence):
    """A stranger's file may hold anything; none of it may crash, hang, or be taken for something else."""
    assert sentence in refused(text)


def test_all_mistakes_that_leave_a_file_readable_are_told_at_once():
    """Mending one mistake per run is how an afternoon goes."""
    assert len(refused("a: 1\na: 2\nb: .nan\n7: x\n").splitlines()) == 3


def test_an_alias_repeats_what_it_names():
    """Aliases are plain YAML, and a planner may save typing with them."""
    assert read_text("a: &x [1 d, 2 d]\nb: *x\n", "a.yaml").data["b"] == ["1 d", "2 d"]


def test_an_alias_bomb_is_refused_before_it_explodes():
    """Nine levels of nine are 387 million entries."""
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    began = time.monotonic()
    assert "repeat too much" in refused("a0: &a0 [x]\n" + "\n".join(levels))
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "a: " + "{a: " * 60, "- " * 60 + "x"])
def test_nesting_beyond_sense_is_refused(text):
    """A hundred thousand brackets overflow a C stack or a Python one."""
    assert "nested deeper than 50 maps or lists" in refused(text)


def test_fifty_levels_are_read():
    """The bound is the one that the language states."""
    assert value("[" * 49 + "1" + "]" * 49)


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,?\n\t 01.e~<", max_size=60))
def test_any_text_is_read_or_refused(text):
    """Whatever is in the file, the answer is data or a sentence, never a traceback."""
    try:
        assert isinstance(read_text(text, "a.yaml"), Sheet)
    except ScenarioError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\0\0", "a.yaml: is not a text file"),
        ("a: 1".encode("utf-16"), "a.yaml: is not a text file"),
        ("a: 1\nb: café\n".encode("latin-1"), "a.yaml:2:7: is not UTF-8 from here on"),
        (b"", "a.yaml: is empty"),
        (b"- 1\n", "a.yaml:1:1: needs a map at the top"),
        (b"a: 1\n" * 200_001, "a.yaml: is over 1 MB"),
    ],
)
def test_files_that_are_no_scenario_are_refused(tmp_path: Path, content, sentence):
    """The wrong file on the command line is the most common mistake of all."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as refusal:
        read_file(path, "a.yaml")
    assert str(refusal.value).startswith(sentence)


def test_a_folder_a_missing_file_and_an_unreadable_one_are_told_apart(tmp_path: Path, monkeypatch):
    """Each is mended in another way."""
    (tmp_path / "port_shutdown.yaml").write_text("twin: 1\n")
    with pytest.raises(ScenarioError, match="is a folder"):
        read_file(tmp_path, "scenarios")
    with pytest.raises(ScenarioError, match=r"there is no such file; did you mean `port_shutdown.yaml`\?"):
        read_file(tmp_path / "port_shutdwn.yaml", "port_shutdwn.yaml")
    monkeypatch.setattr(Path, "read_bytes", lambda path: (path / "locked").read_text())
    with pytest.raises(ScenarioError, match="cannot be read: Not a directory"):
        read_file(tmp_path / "port_shutdown.yaml", "port_shutdown.yaml")


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path: Path):
    """Editors on Windows write them unasked."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbftwin: 1\r\ntitle: x\r\n")
    assert read_file(path, "a.yaml").data == {"twin": 1, "title": "x"}
