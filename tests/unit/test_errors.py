"""Bad input: whatever is wrong in a scenario, its author reads where it is, what it is and how to mend it."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import twin

ERRORS = Path(__file__).parents[1] / "errors"
SMALL = ERRORS / "base" / "small.yaml"
BROKEN = sorted(path.stem for path in ERRORS.glob("*.yaml"))
GOOD = sorted(path.stem for path in ERRORS.glob("good/*.yaml"))
FOREIGN = re.compile(
    r"[Ii]nput should|validation error|Traceback|Error\b|<class|object at 0x|\bNone\b|\b(dict|tuple|str|int)\b"
)


def refusal(path: Path, *sets: str) -> str:
    """What the author of a scenario that cannot be run reads; any other exception fails the test."""
    with pytest.raises(twin.ScenarioError) as caught:
        twin.load(path, sets)
    return str(caught.value)


def written(folder: Path, content: str | bytes, name: str = "broken.yaml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def extending(folder: Path, text: str) -> Path:
    """A scenario that lays a text over the small network."""
    return written(folder, f"extends: {SMALL}\n{text}")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scenario_is_refused_with_exactly_these_sentences(name: str) -> None:
    """Messages are the part of the language that people read most; each is judged once, then kept."""
    assert refusal(ERRORS / f"{name}.yaml") + "\n" == (ERRORS / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", BROKEN)
def test_every_sentence_says_where_to_look_in_words_of_the_trade(name: str) -> None:
    """A planner finds the line without a programmer, and meets no word of Python."""
    for line in refusal(ERRORS / f"{name}.yaml").splitlines():
        assert re.match(r"(base/)?\w+\.yaml(:[1-9]\d*:[1-9]\d*)?: \S", line), line
        assert not FOREIGN.search(line), line


def test_every_expected_message_belongs_to_a_broken_scenario() -> None:
    """A message without its scenario would look tested and not be."""
    assert sorted(path.stem for path in ERRORS.glob("*.txt")) == BROKEN
    assert len(BROKEN) >= 50


def test_the_small_network_runs() -> None:
    """Otherwise the files that extend it would be refused for another reason than theirs."""
    model = twin.load(SMALL)
    assert twin.measure(model, twin.simulate(model, "jit"))["kpis"]["sold"] > 0


@pytest.mark.parametrize("name", GOOD)
def test_what_only_looks_wrong_is_read_as_it_is_meant(name: str) -> None:
    """Refusing too much is a mistake of ours."""
    twin.load(ERRORS / "good" / f"{name}.yaml")


def test_norway_is_a_region() -> None:
    """YAML 1.1 would read its code as false, and a disruption of Norway would hit nothing."""
    model = twin.load(ERRORS / "good" / "norway.yaml")
    assert model.nodes["hamburg"].region == "NO"
    assert model.disruptions["strike"].subjects(model, "capacity") == ("hamburg",)


def test_half_past_twelve_is_text() -> None:
    """YAML 1.1 would read it as 750."""
    assert twin.load(ERRORS / "good" / "clock.yaml").title == "12:30"


# Files that cannot be read at all -----------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The commonest slip of all is the file's own name."""
    written(tmp_path, "twin: 1", "port_shutdown.yaml")
    path = tmp_path / "port_shutdwn.yaml"
    assert refusal(path) == f"{path}: there is no such file; did you mean `port_shutdown.yaml`?"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    """Completing a path with the tab key often stops one step early."""
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name the YAML file in it"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this may read everything, so the refusal of the system is played."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = written(tmp_path, "twin: 1")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert refusal(path) == f"{path}: cannot be read: Permission denied"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; a scenario begins with `twin: 1`"),
        (b"\n# nothing but a remark\n", "is empty; a scenario begins with `twin: 1`"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "is not a text file; a scenario is YAML in UTF-8"),
        (b"a: " + b"x" * 1_000_001, "is over 1 MB"),
    ],
)
def test_a_file_without_a_scenario(tmp_path: Path, content: bytes, sentence: str) -> None:
    """Nothing of it can be shown, so the message names the file alone."""
    path = written(tmp_path, content)
    assert refusal(path).startswith(f"{path}: {sentence}")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("title: Größe\n".encode("latin-1"), "1:10: is not UTF-8 from here on; save the file as UTF-8"),
        (b"\xff\xfet\x01w\x01", "1:1: is not UTF-8 from here on; save the file as UTF-8"),
        (b"title: a\x1b[31m\n", "1:9: a control character ('\\x1b') has no place in a scenario; delete it"),
        (b"- twin\n", "1:1: needs a map at the top, like `twin: 1`"),
        (b"just a word", "1:1: needs a map at the top, like `twin: 1`"),
        (b"42", "1:1: needs a map at the top, like `twin: 1`"),
    ],
)
def test_a_file_that_is_no_map_of_text(tmp_path: Path, content: bytes, sentence: str) -> None:
    """Line and column say where reading ended."""
    assert refusal(written(tmp_path, content)) == f"broken.yaml:{sentence}"


def test_a_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    """Editors on Windows put one before the text; it is nobody's mistake."""
    assert twin.load(written(tmp_path, b"\xef\xbb\xbf" + f"extends: {SMALL}\n".encode())).title == "Pumps for builders"


def test_windows_line_ends_are_harmless(tmp_path: Path) -> None:
    """They change no line number either."""
    assert twin.load(written(tmp_path, f"extends: {SMALL}\r\nrun: {{seed: 7}}\r\n")).run.seed == 7
    broken = written(tmp_path, f"extends: {SMALL}\r\nrun:\r\n  sed: 7\r\n")
    assert refusal(broken) == "broken.yaml:3:3: run.sed is unknown; did you mean `seed`?"


def test_a_second_document_is_refused(tmp_path: Path) -> None:
    """Silently reading the first only would lose what its author wrote below."""
    sentence = "a second document begins here; a scenario is one file with one document: delete the `---`"
    assert refusal(extending(tmp_path, "---\nrun: {seed: 2}\n")) == f"broken.yaml:3:1: {sentence}"


def test_an_alias_bomb_does_not_go_off(tmp_path: Path) -> None:
    """Ten lines of aliases can stand for a billion words."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    message = refusal(written(tmp_path, "\n".join(lines)))
    assert message.endswith("aliases (`*name`) repeat too much; write the values out, or `extends` a file")


def test_an_alias_inside_itself_is_refused(tmp_path: Path) -> None:
    """It would never end."""
    message = refusal(extending(tmp_path, "title: &t [*t]\n"))
    assert "an alias (`*name`) stands inside what it repeats; write the values out" in message


@pytest.mark.parametrize("depth", [60, 5_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_deep_nesting_is_refused(tmp_path: Path, depth: int, brackets: str) -> None:
    """A reader that recurses would fall over; ours counts."""
    opening = "[" * depth if brackets == "[]" else "{a: " * depth
    message = refusal(written(tmp_path, f"title: {opening}{brackets[1] * depth}\n"))
    assert re.fullmatch(
        r"broken.yaml:1:\d+: nested deeper than 50 maps or lists; a scenario needs five or six", message
    )


@pytest.mark.parametrize("number", ["1e400", "-1e999", ".inf", "-.Inf", ".nan", "9" * 5_000])
def test_a_number_that_cannot_be_counted_with(tmp_path: Path, number: str) -> None:
    """Infinity would pass through every sum unseen."""
    message = refusal(extending(tmp_path, f"run: {{seed: {number}}}\n"))
    assert message.startswith("broken.yaml:2:7: ")
    assert "is not a number that can be counted with; write a finite one" in message


@pytest.mark.parametrize(
    "quantity", ["1e400 d", "inf d", ".inf d", "nan d", "1_000 d", "0x10 d", "½ d", "3  d", "3 d d", "1e15 yr"]
)
def test_a_quantity_that_is_no_finite_number_with_a_unit(tmp_path: Path, quantity: str) -> None:
    """The number before a unit is read as strictly as one without."""
    message = refusal(extending(tmp_path, f'lanes:\n  air: {{transit: "{quantity}"}}\n'))
    assert message.startswith(f"broken.yaml:3:9: lanes.air.transit: `{' '.join(quantity.split())}`")


# The command line's patches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        ("run.seed=x", "run.seed needs a whole number, like `3`; `x` stands here"),
        ("run.sed=7", "run.sed is unknown; did you mean `seed`?"),
        ("run.seed", "`run.seed` is not `path=value`; write it like `run.horizon=90 d`"),
        ("=7", "`=7` is not `path=value`; write it like `run.horizon=90 d`"),
        ("run..seed=7", "`run..seed=7` is not `path=value`; write it like `run.horizon=90 d`"),
        ("run.seed=", "run.seed has no value; `run.seed=null` deletes it"),
        ("run.seed.x=7", "run.seed.x: run.seed is `1`, which has no `x`; set it as a whole"),
        ("lanes.sea.legs.0=7 d", "lanes.sea.legs.0: lanes.sea.legs is a list, which has no `0`; give the whole list"),
        ("run.seed=[1", "run.seed: a `{` or `[` is not closed, or a comma is missing between two entries"),
        ("run.horizon=90", "run.horizon: `90` has no unit; a time is written like `21 d` (s, min, h, d, wk, yr)"),
        (
            "lanes.rail=null",
            "lanes.rail has no value; `null` deletes what the file below gives, and it gives none here",
        ),
        ("extends=other.yaml", "extends cannot be set here; write a file that extends another"),
        (
            "disruptions.closre.lasts=42 d",
            "disruptions.closre is new here and has no `target`; did you mean `closure`?",
        ),
    ],
)
def test_a_wrong_patch_is_refused_like_a_wrong_line(patch: str, sentence: str) -> None:
    """`--set` is checked like the file, and the message says that it was the command line."""
    assert refusal(SMALL, patch) == f"--set: {sentence}"


def test_mistakes_of_files_and_patches_are_told_together(tmp_path: Path) -> None:
    """Who mends one mistake at a time runs the program once for each."""
    path = extending(tmp_path, "run: {sed: 7}\n")
    assert refusal(path, "lanes.air.transit=3") == (
        "--set: lanes.air.transit: `3` has no unit; a time is written like `21 d` (s, min, h, d, wk, yr)\n"
        "broken.yaml:2:7: run.sed is unknown; did you mean `seed`?"
    )


# Any slip at all ------------------------------------------------------------------------------------------------------

SLIPS: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", "3 d", "0 d", "5 pc", "0 %", "140 %", "1e15 d", "1 USD/pc", "1 pallet"),
    *([], {}, [1], [[0, 1]], {"a": 1}, {"dist": "gamma"}, {"dist": "poisson", "mean": "0 pc"}, {"backorder": "1 s"}),
    *("hamburg", "casting", "parts_store", "dispatch", "kanban", "continuous", "line", "sea", "jit", "closure"),
]
SIGNS = "{}[]:,#\"'&*!|>%@`- \n\t0é\x00\u2028"


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def with_a_slip(text: str, luck: random.Random) -> str:
    """The scenario with a value lost, replaced, taken from elsewhere, or under another key."""
    data = yaml.safe_load(text)
    *above, last = luck.choice([*paths(data)])
    parent = at(data, tuple(above))
    slip = luck.randrange(4)
    if slip == 0:
        del parent[last]
    elif slip == 1:
        parent[last] = luck.choice(SLIPS)
    elif slip == 2 or isinstance(parent, list):
        parent[last] = copy.deepcopy(at(data, luck.choice([*paths(data)])))
    else:
        parent[f"{luck.choice([*paths(data)])[-1]}"] = parent.pop(last)
    return yaml.safe_dump(data, sort_keys=False)


def with_a_typo(text: str, luck: random.Random) -> str:
    """The scenario with a sign too many, a line gone, or two lines in the wrong order."""
    lines = text.splitlines()
    here, there = luck.randrange(len(lines)), luck.randrange(len(lines))
    typo = luck.randrange(3)
    if typo == 0:
        del lines[here]
    elif typo == 1:
        lines[here], lines[there] = lines[there], lines[here]
    else:
        column = luck.randrange(len(lines[here]) + 1)
        lines[here] = lines[here][:column] + luck.choice(SIGNS) + lines[here][column + luck.randrange(2) :]
    return "\n".join(lines)


@pytest.mark.parametrize("spoil", [with_a_slip, with_a_typo])
def test_no_slip_ever_shows_a_traceback(tmp_path: Path, spoil: Any) -> None:
    """A scenario is either read or refused in sentences; nothing else leaves `load`."""
    luck, text = random.Random(7), SMALL.read_text()
    refused = 0
    for _ in range(150):
        path = written(tmp_path, spoil(text, luck))
        try:
            twin.load(path)
        except twin.ScenarioError as error:
            refused += 1
            assert error.mistakes
            assert not FOREIGN.search(str(error)), str(error)
    assert refused > 75
