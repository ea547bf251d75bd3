"""A scenario is a chain of files and patches, of which every value remembers where it was written."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.errors import ScenarioError
from twin.model.printed import plain
from twin.model.scenario import Tree, build, read
from twin.model.units import DAY
from twin.model.yaml import read_text


def test_a_scenario_is_its_base_with_changes(write):
    """A what-if is three lines, not a copied network."""
    write("extends: base.yaml\nlanes: {pacific: {legs: [4 d]}}\n", "networks/slow.yaml")
    tree = read(write("extends: networks/slow.yaml\nnodes: {kaohsiung: {berths: 1}}\n"))
    assert tree.name == "scenario"
    assert "extends" not in tree.data
    assert tree.data["nodes"]["kaohsiung"] == {"kind": "port", "berths": 1}
    assert tree.data["lanes"]["pacific"]["legs"] == ["4 d"]
    assert [file.name for file in tree.files] == ["scenario.yaml", "slow.yaml", "base.yaml"]
    assert tree.marks["nodes", "kaohsiung", "berths"].file == "scenario.yaml"
    assert tree.marks["lanes", "pacific", "legs", 0].file == "networks/slow.yaml"
    assert tree.mistake(("items", "mcu", "bom", "x"), "no").file == "networks/base.yaml"


def test_null_deletes_and_a_deletion_of_nothing_is_a_mistake(write, refusal):
    """Closing a lane for good is `null`; closing one that is not there is a typo."""
    assert read(write("extends: networks/base.yaml\nlanes: {pacific: null}\n")).data["lanes"] == {}
    (line,) = refusal("extends: networks/base.yaml\nlanes: {pacifik: null}\n")
    assert line.startswith("scenario.yaml:2:9: lanes.pacifik has no value; `null` deletes")


def test_a_circle_of_files_is_printed(write):
    """Which of three files to mend shows only in the whole chain."""
    write("extends: ../scenario.yaml\n", "networks/b.yaml")
    write("extends: b.yaml\n", "networks/a.yaml")
    with pytest.raises(ScenarioError) as refused:
        read(write("extends: networks/a.yaml\n"))
    assert str(refused.value) == (
        "networks/b.yaml:1:1: extends goes round in a circle: "
        "scenario.yaml → networks/a.yaml → networks/b.yaml → scenario.yaml"
    )


@pytest.mark.parametrize(
    ("extends", "sentence"),
    [
        ("networks/bas.yaml", "extends `networks/bas.yaml`, which does not exist; did you mean `base.yaml`?"),
        ("networks", "extends `networks`, which is a folder"),
        ("[a, b]", "extends needs the path of one file, like `networks/plant.yaml`; a list stands here"),
        ("", "nothing stands here"),
    ],
)
def test_a_base_that_cannot_be_read_is_a_mistake_of_the_line_that_names_it(write, extends, sentence):
    """The mistake is mended there."""
    with pytest.raises(ScenarioError) as refused:
        read(write(f"twin: 1\nextends: {extends}\n"))
    assert str(refused.value).startswith("scenario.yaml:2:1: ")
    assert sentence in str(refused.value)


def test_a_base_that_is_broken_is_pointed_at_itself(write):
    """The mistake is in the base, and so is the line."""
    write("a: [1\n", "networks/broken.yaml")
    with pytest.raises(ScenarioError, match=r"^networks/broken\.yaml:2:1: "):
        read(write("extends: networks/broken.yaml\n"))


def test_a_missing_scenario_is_named_as_it_was_given(write):
    """The path on the command line is what its author recognises."""
    path = write("twin: 1\n").with_name("scenaro.yaml")
    with pytest.raises(ScenarioError) as refused:
        read(path)
    assert str(refused.value) == f"{path}: there is no such file; did you mean `scenario.yaml`?"


class TestPatches:
    """`--set path=value` changes any value of the merged tree, checked like the file."""

    def test_a_value_is_set_by_its_path(self, load):
        """A sweep changes one number and leaves the rest."""
        model = load("extends: networks/base.yaml\n", "lanes.pacific.legs=[3 d]", "nodes.kaohsiung.berths=7")
        assert model.lanes["pacific"].legs[0].value == 3 * DAY
        assert model.nodes["kaohsiung"].berths == 7

    def test_later_patches_win_and_null_deletes(self, write):
        """They are laid over one another in their order."""
        path = write("extends: networks/base.yaml\n")
        tree = read(path, ["run.seed=1", "run.seed=2", "lanes.pacific=null"])
        assert (tree.data["run"]["seed"], tree.data["lanes"]) == (2, {})
        assert tree.marks["run", "seed"].file == "--set"

    def test_a_patched_distribution_keeps_its_other_parameters(self, write):
        """`mean` is set, `dist` and the rest stay."""
        tree = read(
            write("extends: networks/base.yaml\n"),
            ["nodes.maker.buys.mcu.quantity.mean=9 pc", "items.mcu.value=7 USD/pc"],
        )
        assert tree.data["nodes"]["maker"]["buys"]["mcu"]["quantity"] == {"dist": "poisson", "mean": "9 pc"}

    @pytest.mark.parametrize(
        ("patch", "sentence"),
        [
            ("seed", "--set: `seed` is not `path=value`; write it like `run.horizon=90 d`"),
            ("=3", "--set: `=3` is not `path=value`"),
            ("run..seed=3", "is not `path=value`"),
            ("run.seed=", "--set: run.seed has no value; `run.seed=null` deletes it"),
            ("extends=x.yaml", "--set: extends cannot be set here"),
            (
                "lanes.pacific.legs.mean=3 d",
                "lanes.pacific.legs is a list, which has no `mean`; give the whole list",
            ),
            (
                "items.mcu.value.mean=3 d",
                "items.mcu.value is `18 USD/pc`, which has no `mean`; set it as a whole",
            ),
            ("lanes.atlantic=null", "--set: lanes.atlantic has no value; `null` deletes"),
            ("items.mcu.value=18", "--set: items.mcu.value: `18` has no unit"),
            (
                "items.mcuu.space=1 m3",
                "--set: items.mcuu is new here and has no `value`; did you mean `mcu`?",
            ),
            ("items.mcu.value={a: 1, a: 2}", "--set: items.mcu.value: `a` is written twice"),
            ("items.mcu.value=[1", "--set: items.mcu.value: a `{` or `[` is not closed"),
            ("itemz.mcu.value=3", "--set: itemz is unknown; did you mean `items`?"),
        ],
    )
    def test_a_wrong_patch_is_refused_like_a_wrong_file(self, refusal, patch, sentence):
        """A typo on the command line must not run another scenario than was meant."""
        assert any(sentence in line for line in refusal("extends: networks/base.yaml\n", patch))


class TestPaper:
    """The merged scenario is shown, written out and fingerprinted."""

    def test_each_value_is_shown_with_its_origin(self, write):
        """`twin show` answers "who says so?"."""
        tree = read(write("extends: networks/base.yaml\nnodes: {kaohsiung: {berths: 1}}\n"), ["run.seed=7"])
        shown = {line.split(" #")[0].strip(): line.split("# ")[-1] for line in tree.lines()}
        assert shown["berths: 1"] == "scenario.yaml:2"
        assert shown["value: 18 USD/pc"] == "networks/base.yaml:3"
        assert shown["seed: 7"] == "--set"
        assert read_text("\n".join(tree.lines()), "shown").data == tree.data

    def test_what_is_written_runs_again(self, write):
        """An output folder re-runs itself: same tree, same hash, with its recorded data inside."""
        write("days\n3\n5.5\n", "networks/times.csv")
        empirical = "{dist: empirical, file: times.csv, column: days, unit: d}"
        write(f"extends: base.yaml\nlanes: {{pacific: {{legs: [2 d, {empirical}]}}}}\n", "networks/real.yaml")
        tree = read(write("extends: networks/real.yaml\nrun: {seed: 3}\n"))
        again = read(write(tree.to_yaml(run={"seed": 8}, version="0.1.0"), "out/scenario.yaml"))
        assert again.data["lanes"]["pacific"]["legs"][1] == {"dist": "empirical", "values": ["3 d", "5.5 d"]}
        assert again.data["run"]["seed"] == 8
        assert again.digest(8) == tree.digest(8)

    def test_what_is_written_asks_no_other_study(self, write):
        """An optimisation names files that lie beside the scenario; beside the folder's own there are none."""
        tree = read(write("twin: 1\nstudy: {sweep: {run.seed: [1, 2]}, optimise: {scenarios: {calm: 100 %}}}\n"))
        asked = {"sweep": {"run.seed": [3]}}
        written = [read(write(tree.to_yaml(study), "out/scenario.yaml")) for study in (None, asked)]
        assert [each.data.get("study") for each in written] == [None, asked]
        assert set(tree.data["study"]) == {"sweep", "optimise"}

    def test_the_hash_is_of_what_matters(self, write):
        """Two runs with one hash are the same run; order of keys and comments do not make another."""
        tree = read(write("twin: 1\nitems: {a: {value: 1 USD/pc}, b: {value: 2 USD/pc}}\n"))
        same = read(write("# note\nitems: {b: {value: 2 USD/pc}, a: {value: 1 USD/pc}}\ntwin: 1.0\n"))
        other = read(write("twin: 1\nitems: {a: {value: 1 USD/pc}, b: {value: 3 USD/pc}}\n"))
        assert tree.digest(1) == same.digest(1)
        assert len({tree.digest(1), tree.digest(2), other.digest(1), tree.digest(1, version="9")}) == 4
        assert len(tree.digest(1)) == 16

    def test_the_order_of_segments_matters_to_the_hash(self, write):
        """Later segments win over earlier ones."""
        one = read(write("policies: {jit: {a: {scale: 1}, b: {scale: 2}}}\n"))
        two = read(write("policies: {jit: {b: {scale: 2}, a: {scale: 1}}}\n"))
        assert one.digest(1) != two.digest(1)

    def test_the_order_of_alternates_matters_to_the_hash(self, write):
        """The first that is there is taken."""
        one = read(write("items: {a: {alternates: {b: {}, c: {}}}}\n"))
        two = read(write("items: {a: {alternates: {c: {}, b: {}}}}\n"))
        assert one.digest(1) != two.digest(1)

    def test_the_first_source_matters_to_the_hash_where_it_has_a_backup(self, write):
        """Which source the backup stands by for is a matter of order; without a backup the order of sources is none."""

        def digests(more: str) -> set[str]:
            texts = [
                f"policies: {{jit: {{a: {{sources: {{{names}}}}}{more}}}}}\n"
                for names in ("sea: 60 %, air: 40 %", "air: 40 %, sea: 60 %")
            ]
            return {read(write(text)).digest(1) for text in texts}

        assert len(digests("")) == 1
        assert len(digests(", b: {backup: {lane: road, after: 3 d}}")) == 2

    def test_recorded_data_counts_by_its_content(self, write):
        """A changed CSV is another run, though no YAML changed."""
        path = write("history: {file: demand.csv, column: x}\n")
        write("x\n1\n", "demand.csv")
        before = read(path).digest(1)
        write("x\n2\n", "demand.csv")
        assert read(path).digest(1) != before


def test_a_data_file_lies_beside_the_file_that_names_it(write, tmp_path: Path):
    """A base and its data can be moved together."""
    write("days\n3\n5\n", "networks/times.csv")
    empirical = "{dist: empirical, file: times.csv, column: days, unit: d}"
    write(f"extends: base.yaml\nnodes: {{kaohsiung: {{handling: {empirical}}}}}\n", "networks/real.yaml")
    tree = read(write("extends: networks/real.yaml\n"))
    assert tree.data["nodes"]["kaohsiung"]["handling"]["file"] == str((tmp_path / "networks/times.csv").resolve())


def test_a_model_knows_what_its_units_mean(load):
    """Past the door there are seconds, pieces and billionths only."""
    model = load("extends: networks/base.yaml\ncurrency: EUR\nitems: {mcu: {value: 17 EUR/pc}}\n")
    assert model.items["mcu"].value == 17
    assert model.lanes["pacific"].origin == "kaohsiung"
    assert model.nodes["store"].capacity.amount == 10_000_000_000


words = st.text("abNOyes012:-.#~ '\"é", max_size=8)
values = st.recursive(
    words | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(words, values, min_size=1, max_size=4))
def test_whatever_is_written_is_read_as_the_same(data):
    """`NO`, `12:30`, `1e6` and `~` survive the way to paper and back."""
    assert read_text(plain(data), "a.yaml").data == data


def test_a_large_scenario_loads_at_once(load, write):
    """A planner tries twenty variants an hour; 400 lines must not be waited for."""
    lanes = "".join(
        f"  lane_{n}: {{from: kaohsiung, to: store, legs: [2 d, {{dist: gamma, mean: {n} d, cv: 0}}]}}\n"
        for n in range(400)
    )
    path = write(f"extends: networks/base.yaml\nlanes:\n{lanes}")
    began = time.perf_counter()
    tree: Tree = read(path)
    build(tree, type(load("extends: networks/base.yaml\n")))
    assert time.perf_counter() - began < 1.5
