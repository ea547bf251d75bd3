"""What differs between two scenarios is told path by path, as it is written and where."""

from pathlib import Path

import pytest

from twin.model.changes import changes
from twin.model.scenario import read

SHIPPED = sorted((Path(__file__).parents[3] / "scenarios").glob("*.yaml"))

KIOSK = """
    twin: 1
    items: {ice: {value: 10 USD/pc}}
    nodes:
      dairy: {kind: supplier, supplies: {ice: {price: 10 USD/pc, lead_time: {dist: gamma, mean: 2 d, cv: 0.5}}}}
      kiosk: {kind: warehouse}
      guests: {kind: customer, buys: {ice: {from: kiosk, every: 1 d, quantity: 10 pc, margin: 5 USD/pc}}}
    lanes: {van: {from: dairy, to: kiosk, transit: 1 d}}
    policies:
      lean:
        all: {rule: base_stock, level: 20 pc}
        ours: {items: [ice], safety_stock: 2 d}
"""


@pytest.fixture
def told(scenario):
    """The changes from the kiosk to the kiosk with another text laid over it."""

    def told(*patch):
        before, after = scenario(KIOSK).tree, scenario(KIOSK, *patch).tree
        return [(change.kind, change.path, change.values) for change in changes(before, after)]

    return told


def test_the_same_scenario_differs_in_nothing(told):
    """However often it is read."""
    assert told() == []


def test_a_value_is_told_with_both_of_its_words(told):
    """A planner reads 2 d and 5 d, not seconds."""
    assert told("policies: {lean: {ours: {safety_stock: 5 d}}}") == [
        ("changed", "policies.lean.ours.safety_stock", ("2 d", "5 d"))
    ]


def test_what_is_new_or_gone_is_told_whole(told):
    """A new disruption is one change, also in a section that was not there; so is a segment that is deleted."""
    fog = {"target": "van", "at": "9 d", "effect": {"capacity": "0 %"}}
    assert told("disruptions: {fog: {target: van, at: 9 d, effect: {capacity: 0 %}}}") == [
        ("added", "disruptions.fog", (None, fog))
    ]
    gone = {"items": ["ice"], "safety_stock": "2 d"}
    assert told("policies: {lean: {ours: null}}") == [("removed", "policies.lean.ours", (gone, None))]


def test_another_distribution_is_one_change(told):
    """A gamma's cv and a uniform's min have nothing to do with one another."""
    (change,) = told("nodes: {dairy: {supplies: {ice: {lead_time: {dist: uniform, min: 1 d, max: 3 d}}}}}")
    assert change[1] == "nodes.dairy.supplies.ice.lead_time"
    assert [value["dist"] for value in change[2]] == ["gamma", "uniform"]


def test_the_order_of_segments_is_told_for_later_ones_win(scenario):
    """The same words in another order are another policy."""
    turned = KIOSK.replace("all: {rule: base_stock, level: 20 pc}\n        ", "").rstrip()
    turned += "\n        all: {rule: base_stock, level: 20 pc}\n"
    (change,) = changes(scenario(KIOSK).tree, scenario(turned).tree)
    assert (change.kind, change.path, change.values) == (
        "reordered",
        "policies.lean",
        (["all", "ours"], ["ours", "all"]),
    )


def test_each_value_says_where_it_is_written(scenario):
    """Whoever wonders why goes to the line."""
    before, after = scenario(KIOSK).tree, scenario(KIOSK, "policies: {lean: {ours: {safety_stock: 5 d}}}").tree
    (change,) = changes(before, after)
    assert change.written == ("small.yaml:12", "small.yaml:2")


def test_recorded_values_count_by_what_is_in_the_file(scenario, tmp_path):
    """The folder of a run has them written out, and is the same scenario."""
    (tmp_path / "times.csv").write_text("days\n2\n3\n", encoding="utf-8")
    named, written = (
        KIOSK.replace("dist: gamma, mean: 2 d, cv: 0.5", text)
        for text in ("dist: empirical, file: times.csv, column: days, unit: d", "dist: empirical, values: [2 d, 3 d]")
    )
    assert [*changes(scenario(named).tree, scenario(written).tree)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_a_folder_holds_is_the_scenario(path, tmp_path):
    """A scenario and the merged one that its run leaves behind differ in nothing, so that only news is told."""
    tree = read(path)
    (tmp_path / "scenario.yaml").write_text(tree.to_yaml(tree.data.get("study"), version="0.1"), encoding="utf-8")
    assert [*changes(tree, read(tmp_path / "scenario.yaml"))] == []
