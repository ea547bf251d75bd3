"""An optimisation told: what changed, what it saves, and never more certainty than there is."""

from pathlib import Path
from textwrap import dedent

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from rich.console import Console

from tests.unit.study.test_optimise import LEVEL, SHOP, optimise
from twin.report.chosen import finding, retests
from twin.report.names import name_marks
from twin.report.optimum import show, write


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(dedent(SHOP), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def optimum(shop):
    return optimise(shop)


def test_the_folder_has_numbers_a_picture_and_a_scenario_that_runs(optimum, tmp_path):
    """Everything that was tried can be looked up, and what was chosen can be run."""
    names = [path.name for path in write(optimum, tmp_path)]
    assert names == ["optimise.json", "evaluations.csv", "scenario.yaml", "frontier.png", "frontier.svg"]
    assert imread(tmp_path / "frontier.png").shape[1] == 1200
    rows = (tmp_path / "evaluations.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith(f"policy,luck,replications,{LEVEL},uptime,")
    assert len(rows) - 1 == len(optimum.tried)
    chosen = optimum.document["chosen"][LEVEL]["after"]
    assert f"level: {chosen}" in (tmp_path / "scenario.yaml").read_text(encoding="utf-8")


def test_the_same_study_draws_the_same_bytes(optimum, tmp_path):
    """Results are compared by diff."""
    for once, again in zip(write(optimum, tmp_path / "a"), write(optimum, tmp_path / "b"), strict=True):
        assert once.read_bytes() == again.read_bytes(), once.name


def test_the_table_tells_the_values_and_how_to_run_them(optimum):
    """A planner copies the last line."""
    console = Console(width=100, record=True, quiet=False)
    with console.capture() as captured:
        show(optimum, console)
    told = captured.get()
    chosen = optimum.document["chosen"][LEVEL]["after"]
    file = optimum.model.tree.files[0]
    assert f"twin run {file} --set '{LEVEL}={chosen}'" in told
    assert "A shop by the road" in told and "fill rate at least 97 %" in told


def test_a_plan_that_only_looked_better_is_told(optimum):
    """Whoever looks into the list of all plans finds a cheaper one, and asks why not that."""
    first = optimum.document["retests"][0] | {"fresh": {"total_cost": 100.0, "fill_rate": 0.9599}, "verdict": "missed"}
    first["common"] = {"total_cost": 99.0, "fill_rate": 0.98}
    (sentence,) = retests(optimum.document | {"retests": [first]})
    assert sentence == (
        "Another plan looked better and did not keep fill rate at least 97 % (98 % and on fresh luck 96 %)."
    )


def told_with(optimum, **other):
    return finding(optimum.document | other, "USD")


def test_the_sentence_says_how_sure_it_is(optimum):
    """Surely, on average, or not at all; and nothing where nothing was to be reached."""
    assert "so does all of the 95 % interval" in told_with(optimum, verdict="surely")
    assert "but not all of the 95 % interval does" in told_with(optimum, verdict="on average")
    assert "no plan that was tried" in told_with(optimum, verdict="missed")
    assert ";" not in told_with(optimum, subject_to={}, verdict="no target")


def test_a_value_at_its_bound_is_told_as_such(shop):
    """Who asked for too little may ask for more."""
    console = Console(width=100, record=True, quiet=False)
    with console.capture() as captured:
        show(optimise(shop, [f"study.optimise.over={{{LEVEL}: {{from: 0 pc, to: 9 pc}}}}"]), console)
    assert "9 pc, the most" in captured.get()
    assert "no plan that was tried keeps its targets" in " ".join(captured.get().split())


def test_a_near_miss_does_not_look_like_a_hit(optimum):
    """96.96 % is told as 97 %, and yet it misses 97 %."""
    after = optimum.document["after"] | {"fill_rate": optimum.document["after"]["fill_rate"] | {"mean": 0.9696}}
    assert "fill rate at least 97 % (just under 97 %)" in told_with(optimum, verdict="missed", after=after)


def test_what_chance_may_have_done_is_not_called_a_saving(optimum):
    """An interval that holds 0 tells nothing, and one replication has none."""
    gap = {"mean": -5.0, "low": -20.0, "high": 10.0, "distinguishable": False}
    assert "not distinguishable from before" in told_with(optimum, difference={"total_cost": gap})
    gap = {"mean": 0.0, "low": 0.0, "high": 0.0, "distinguishable": False}
    assert "as before" in told_with(optimum, difference={"total_cost": gap})


def test_a_kpi_that_never_is_is_told_as_none(shop, tmp_path):
    """Nothing is made here, so nothing with alternates."""
    asked = "study.optimise={budget: 12, subject_to: {alternate_share: {at_least: 1 %}, fill_rate: null}}"
    found = optimise(shop, [asked])
    assert "alternate share at least 1 % (none)" in finding(found.document, "USD")
    assert write(found, tmp_path)


@pytest.mark.parametrize("replications", [1, 2])
def test_few_replications_draw_too(shop, tmp_path, replications):
    """One replication has no interval; the picture has no cross then."""
    assert write(optimise(shop, ["study.optimise.budget=12"], replications=replications), tmp_path)


def test_names_stand_where_they_cover_nothing():
    """Two policies that come to nearly the same lie on one another; their names must not."""
    figure = Figure(dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    name_marks(axes, {"one": (0.5, 0.5), "two": (0.52, 0.5)}, [((0.4, 0.6), (0.6, 0.6))])
    assert [text.get_ha() for text in axes.texts] == ["right", "left"]
