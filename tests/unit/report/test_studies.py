"""The pictures and tables of studies: complete, repeatable, and silent where there is nothing to say."""

import csv

import pytest
from matplotlib.image import imread

import twin
from twin.report.studies import write
from twin.report.sweep import axis_name, winner, written
from twin.report.sweep_chart import places
from twin.report.sweep_map import Form, said

PIER = """
    twin: 1
    items: {ice: {value: 10 USD/pc}}
    nodes:
      dairy: {kind: supplier, supplies: {ice: {price: 10 USD/pc}}}
      kiosk: {kind: warehouse}
      guests: {kind: customer, buys: {ice: {from: kiosk, every: 1 d, quantity: {dist: poisson, mean: 10 pc},
               margin: 5 USD/pc}}}
    lanes: {van: {from: dairy, to: kiosk, transit: 1 d}}
    policies:
      jit: {all: {rule: base_stock, level: 30 pc}}
      jic: {all: {rule: base_stock, level: 80 pc}}
    carrying: {capital: 36.5 %/yr}
    disruptions: {fog: {target: van, at: 10 d, lasts: 3 d, effect: {capacity: 0 %}}}
    run: {horizon: 60 d, replications: 4}
"""
ONE = {"disruptions.fog.lasts": ["1 d", "4 d", "9 d"]}
TWO = ONE | {"disruptions.fog.probability": ["10 %", "100 %"]}


@pytest.fixture
def pier(tmp_path):
    (tmp_path / "pier.yaml").write_text(PIER, encoding="utf-8")
    return twin.load(tmp_path / "pier.yaml")


def names(paths):
    return [path.name for path in paths]


@pytest.mark.parametrize("axes", [ONE, TWO])
def test_a_sweep_leaves_document_table_scenario_and_picture(pier, tmp_path, axes):
    """PNG wide enough for a phone, and SVG; the same study draws the same bytes."""
    document = twin.sweep(pier, axes).document
    once, again = (write(pier, document, tmp_path / name) for name in ("a", "b"))
    assert names(once) == ["sweep.json", "sweep.csv", "scenario.yaml", "sweep.png", "sweep.svg"]
    assert imread(once[3]).shape[1] == 1200
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]


def test_the_table_has_a_row_for_every_cell_and_policy(pier, tmp_path):
    """First the values, under their paths; then every KPI and cost line with its interval."""
    table = write(pier, twin.sweep(pier, TWO).document, tmp_path)[1].read_text(encoding="utf-8").splitlines()
    head, *rows = table
    assert head.startswith("disruptions.fog.lasts,disruptions.fog.probability,policy,costs_least,hash,")
    assert {"total_cost.mean", "total_cost.low", "total_cost.high", "capital.mean"} <= set(head.split(","))
    assert [row.split(",")[:3] for row in rows[:3]] == [
        ["1 d", "10 %", "jit"], ["1 d", "10 %", "jic"], ["1 d", "100 %", "jit"]
    ]  # fmt: skip
    assert len(rows) == 3 * 2 * 2


def test_the_table_says_who_costs_least_where(pier, tmp_path):
    """One name for all rows of a cell, and none where nobody can tell: a filter in a spreadsheet finds the cells."""
    document = twin.sweep(pier, TWO).document
    with write(pier, document, tmp_path)[1].open(encoding="utf-8") as file:
        told = [row["costs_least"] for row in csv.DictReader(file)]
    assert told == [winner(cell) or "" for cell in document["cells"] for _ in ("jit", "jic")]
    assert {"jit", "jic"} <= set(told)


def test_names_that_have_no_room_in_a_cell_stand_in_a_key(pier):
    """A name does not fit into a fifth of an inch: then the marker stands there. Nor does an amount."""
    cells = twin.sweep(pier, TWO, replications=1).document["cells"]
    wide, narrow = (Form.of(cells, inches) for inches in (0.9, 0.2))
    assert (wide.named, wide.priced, narrow.named, narrow.priced) == (True, True, False, False)
    long = [cell | {"policies": {"hybrid_by_class_and_risk": None, "jit": None}} for cell in cells]
    assert Form.of(long, 0.9).named is False


def test_a_map_of_many_cells_has_a_key_and_room_for_its_ticks(pier, tmp_path):
    """Thirty columns and names side by side would cover one another."""
    days = {"disruptions.fog.lasts": [f"{k} d" for k in range(1, 31)], "disruptions.fog.probability": ["10 %", "90 %"]}
    document = twin.sweep(pier, days, replications=1).document
    svg = write(pier, document, tmp_path)[4].read_text(encoding="utf-8")
    assert svg.count("<!-- JIC -->") == svg.count("<!-- JIT -->") == 1
    assert "<!-- 1 d -->" in svg
    assert "<!-- 2 d -->" not in svg


def test_rare_closures_are_told_as_one_in_so_many():
    """One in three is said; 95 % is no one in one."""
    told = [said("a.probability", share) for share in ("1 %", "33 %", "45 %", "95 %", "0 %")]
    assert told == ["1 %\n1 in 100", "33 %\n1 in 3", "45 %\n1 in 2.2", "95 %", "0 %"]
    assert said("a.capacity", "33 %") == "33 %"


def test_cells_that_cannot_be_told_stay_blank(pier, tmp_path):
    """Colour says that somebody wins; where nobody does there is none."""
    svg = write(pier, twin.sweep(pier, TWO).document, tmp_path / "told")[4].read_text(encoding="utf-8")
    assert "#e69f00" in svg.lower() or "#0072b2" in svg.lower()
    same = pier.varied({"policies.jic.all.level": "30 pc"})
    svg = write(same, twin.sweep(same, TWO).document, tmp_path / "same")[4].read_text(encoding="utf-8").lower()
    assert "#e69f00" not in svg
    assert "#0072b2" not in svg


def test_three_ways_are_a_table_and_no_picture(pier, tmp_path):
    """And last week's picture of two ways is gone."""
    write(pier, twin.sweep(pier, TWO, replications=1).document, tmp_path)
    three = TWO | {"run.horizon": ["40 d", "60 d"]}
    assert names(write(pier, twin.sweep(pier, three, replications=1).document, tmp_path)) == [
        "sweep.json", "sweep.csv", "scenario.yaml"
    ]  # fmt: skip
    assert not (tmp_path / "sweep.png").exists()


@pytest.mark.parametrize("axes", [ONE, TWO])
def test_one_policy_or_one_replication_is_drawn_too(pier, tmp_path, axes):
    """A quick look has no intervals, and whoever asks about one policy has no rival to it."""
    for policies, replications in ((["jit"], None), (None, 1)):
        assert len(write(pier, twin.sweep(pier, axes, policies, replications).document, tmp_path)) == 5


def test_values_that_are_no_numbers_stand_side_by_side(pier, tmp_path):
    """Distributions, days and weeks, words: in the order in which they were written."""
    assert places(["7 d", "28 d"]) == ([7.0, 28.0], "d")
    assert places(["7 d", "2 wk"]) == ([0.0, 1.0], "")
    assert places([{"dist": "gamma"}, "28 d"]) == ([0.0, 1.0], "")
    assert written({"dist": "gamma", "mean": "1 d", "list": [1, True]}) == "{dist: gamma, mean: 1 d, list: [1, true]}"
    assert [axis_name(path) for path in ("run.horizon", "start", "nodes.a.berths")] == [
        "run.horizon", "start", "a.berths"
    ]  # fmt: skip
    axes = {"lanes.van.transit": ["1 d", {"dist": "gamma", "mean": "1 d", "cv": 0.5}]}
    assert "sweep.png" in names(write(pier, twin.sweep(pier, axes, replications=1).document, tmp_path))


def test_a_stress_test_leaves_the_same(pier, tmp_path):
    """A row for every place, length and policy; where the network alone had told who goes short, it says so."""
    written_files = write(pier, twin.stress(pier, replications=2).document, tmp_path)
    assert names(written_files) == ["stress.json", "stress.csv", "scenario.yaml", "stress.png", "stress.svg"]
    head, *rows = written_files[1].read_text(encoding="utf-8").splitlines()
    assert head.startswith("target,kind,single_point,lasts,policy,hurt,foretold,index,time_to_survive.mean,")
    assert len(rows) == 3 * 2 * 2


def test_a_stress_test_that_nobody_feels_has_no_picture(pier, tmp_path):
    """Bars of no length say nothing."""
    calm = pier.varied({"study": {"stress": {"lasts": ["1 h"], "targets": ["van"]}}})
    assert "stress.png" not in names(write(calm, twin.stress(calm, replications=1).document, tmp_path))
