"""A sweep asks the same for other values, on the same luck, and never hides what it cannot tell."""

from itertools import product

import pytest

import twin
from twin.model.errors import ScenarioError
from twin.questions import vary
from twin.study.sweep import _described

LENGTHS = ["1 d", "3 d", "9 d"]


def lost(cell, policy):
    return cell["policies"][policy]["kpis"]["lost_sales"]["mean"]


def test_every_combination_of_values_is_a_cell(kiosk):
    """First value by first value: a table reads like a book."""
    document = twin.sweep(
        kiosk(), {"disruptions.fog.lasts": LENGTHS, "policies.jit.all.level": ["20 pc", "30 pc"]}
    ).document
    assert [tuple(cell["values"].values()) for cell in document["cells"]] == [*product(LENGTHS, ["20 pc", "30 pc"])]
    assert document["vary"]["disruptions.fog.lasts"] == LENGTHS


def test_a_cell_is_the_run_with_its_values(kiosk):
    """Whoever doubts a cell runs it alone, and finds its numbers under its hash."""
    model = kiosk()
    (cell,) = twin.sweep(model, {"disruptions.fog.lasts": ["9 d"]}).document["cells"]
    alone = twin.compare(model.varied({"disruptions.fog.lasts": "9 d"})).document
    assert cell["hash"] == alone["hash"]
    for policy in ("jit", "jic"):
        for key, told in cell["policies"][policy]["kpis"].items():
            if "mean" in told:
                assert told["mean"] == alone["policies"][policy]["kpis"][key]["mean"], key
    assert (
        cell["differences"]["jic - jit"]["total_cost"]["mean"]
        == alone["differences"]["jic - jit"]["total_cost"]["mean"]
    )


def test_longer_fog_loses_more_and_the_next_one_up_is_told(kiosk):
    """A day of fog costs jit no sale; from three days on jic's shelf is worth its capital; nine days empty both."""
    cells = twin.sweep(kiosk(), {"disruptions.fog.lasts": LENGTHS}).document["cells"]
    assert [lost(cell, "jit") for cell in cells] == sorted(lost(cell, "jit") for cell in cells)
    assert lost(cells[0], "jic") == lost(cells[1], "jic") == 0 < lost(cells[2], "jic") < lost(cells[2], "jit")
    assert [cell["cheapest"]["policy"] for cell in cells] == ["jit", "jic", "jic"]
    assert all(cell["cheapest"]["next"] != cell["cheapest"]["policy"] for cell in cells)


def test_a_probability_is_weighed_not_drawn(kiosk):
    """Once in five years: a fifth of the year with fog and four fifths of the year without, to the last cent."""
    model = kiosk()
    calm, rare, sure = twin.sweep(model, {"disruptions.fog.probability": ["0 %", "20 %", "100 %"]}).document["cells"]
    for policy in ("jit", "jic"):
        for part, key in (("kpis", "total_cost"), ("kpis", "lost_sales"), ("costs", "capital"), ("kpis", "fill_rate")):
            never, some, always = (cell["policies"][policy][part][key]["mean"] for cell in (calm, rare, sure))
            assert some == pytest.approx(0.8 * never + 0.2 * always)
    assert rare["policies"]["jit"]["kpis"]["time_to_survive"] == sure["policies"]["jit"]["kpis"]["time_to_survive"]
    assert lost(calm, "jit") == 0 < lost(sure, "jit")


def test_what_is_drawn_is_one_of_the_two_years_that_are_weighed(kiosk):
    """So weighing is the expectation of drawing: with a probability of 50 % a run is the year with fog, or not."""
    model = kiosk("run: {replications: 8}\nnodes: {guests: {buys: {ice: {quantity: {dist: poisson, mean: 10 pc}}}}}")
    drawn, calm, sure = (model.varied({"disruptions.fog.probability": share}) for share in ("50 %", "0 %", "100 %"))
    seen = set()
    for replication in range(8):
        rows = [twin.measure(each, twin.simulate(each, "jit", replication)) for each in (drawn, calm, sure)]
        assert rows[1] != rows[2]
        seen.add(rows.index(rows[0], 1))
    assert seen == {1, 2}


def test_what_comes_again_and_again_is_drawn(kiosk):
    """A chance per stroke of a disruption that may strike often is no mixture of two years."""
    model = kiosk("disruptions: {fog: {at: null, every: 20 d}}")
    (cell,) = twin.sweep(model, {"disruptions.fog.probability": ["50 %"]}).document["cells"]
    drawn = twin.compare(model.varied({"disruptions.fog.probability": "50 %"})).document
    assert lost(cell, "jit") == drawn["policies"]["jit"]["kpis"]["lost_sales"]["mean"]


def test_what_is_swept_of_a_disruption_that_does_not_strike_costs_no_runs(kiosk):
    """Seven lengths by seven chances are eight years to simulate, not forty-nine."""
    done = []
    axes = {"disruptions.fog.lasts": LENGTHS, "disruptions.fog.probability": ["10 %", "50 %", "90 %"]}
    twin.sweep(kiosk(), axes, policies=["jit"], replications=1, progress=lambda count, of: done.append((count, of)))
    assert done[-1] == (1 + len(LENGTHS), 1 + len(LENGTHS))


def test_policies_that_do_the_same_are_never_told_apart(kiosk):
    """A winner by rounding would be a lie in colour."""
    from twin.report.sweep import finding, winner

    model = kiosk("policies: {jic: {all: {level: 20 pc}}}")
    document = twin.sweep(model, {"disruptions.fog.lasts": LENGTHS}).document
    assert [winner(cell) for cell in document["cells"]] == [None] * 3
    assert finding(document) == "Nowhere can the cheapest policies be told apart"


def test_a_winner_is_ahead_of_all_the_others():
    """The next one by mean is not always the one that may win: the third has had bad luck once, and may cost less."""
    from twin.report.sweep import winner

    costs = {"a": [10.0, 11.0, 12.0, 13.0], "b": [20.0, 21.0, 22.5, 23.0], "c": [9.0, 12.0, 11.0, 70.0]}
    rows = {policy: [{"kpis": {"total_cost": cost}, "costs": {}} for cost in of] for policy, of in costs.items()}
    cell = _described(rows, ["a", "b", "c"])
    assert (cell["cheapest"]["policy"], cell["cheapest"]["next"]) == ("a", "b")
    assert cell["cheapest"]["distinguishable"] is True
    assert cell["cheapest"]["not_dearer"] == ["c"]
    assert winner(cell) is None
    assert winner(_described({policy: rows[policy] for policy in "ab"}, ["a", "b"])) == "a"


def test_a_cell_and_its_run_agree_on_the_best(kiosk):
    """`twin run` of a cell must not say another thing than the map."""
    model = kiosk("nodes: {guests: {buys: {ice: {quantity: {dist: poisson, mean: 10 pc}}}}}")
    (cell,) = twin.sweep(model, {"disruptions.fog.lasts": ["3 d"]}, replications=4).document["cells"]
    best = twin.compare(model.varied({"disruptions.fog.lasts": "3 d"}), replications=4).document["best"]["total_cost"]
    assert (cell["cheapest"]["policy"], cell["cheapest"]["not_dearer"]) == (best["policy"], best["not_worse"])


def test_the_finding_says_who_is_cheapest_where(kiosk):
    """The sentence is what is read; along one way it names values, over two it counts cells."""
    from twin.report.sweep import finding

    one = twin.sweep(kiosk(), {"disruptions.fog.lasts": LENGTHS}, replications=1).document
    assert finding(one) == "The cheapest is JIT at 1 d and JIC from 3 d to 9 d"
    two = twin.sweep(
        kiosk(), {"disruptions.fog.lasts": LENGTHS, "run.horizon": ["30 d", "60 d"]}, replications=1
    ).document
    assert finding(two) == "The cheapest is JIC in 4 and JIT in 2 of 6 cells"
    alone = twin.sweep(kiosk(), {"disruptions.fog.lasts": LENGTHS}, ["jit"], replications=1).document
    assert finding(alone, "USD").startswith("JIT costs from ")
    here = twin.sweep(kiosk(), {"disruptions.fog.lasts": ["9 d"]}, ["jit"], replications=1).document
    assert finding(here, "USD") == "JIT costs 410 USD at 9 d"  # eight days without sale, and the capital


def test_values_that_do_not_fit_together_are_refused_with_both(kiosk):
    """One by one they fit; the sentence names the cell."""
    axes = {"disruptions.fog.at": ["10 d", "40 d"], "run.horizon": ["60 d", "30 d"]}
    with pytest.raises(ScenarioError) as refused:
        twin.sweep(kiosk(), axes)
    assert str(refused.value).startswith("small.yaml: sweep, disruptions.fog.at at 40 d and run.horizon at 30 d: ")


def test_values_that_fit_only_together_are_swept(kiosk):
    """Fog on day 70 needs a run that is longer than the file's: what counts are the cells."""
    asked = "study: {sweep: {disruptions.fog.at: [65 d, 70 d], run.horizon: [90 d, 80 d]}}"
    axes = vary(kiosk(), ["disruptions.fog.at=65 d,70 d", "run.horizon=90 d,80 d"])
    assert axes == {path: [*values] for path, values in kiosk(asked).study.sweep.items()}
    assert len(twin.sweep(kiosk(asked), axes, ["jit"], replications=1).document["cells"]) == 4
    with pytest.raises(ScenarioError, match=r"study.sweep: disruptions.fog starts on day 70, but the run's horizon is"):
        kiosk("study: {sweep: {disruptions.fog.at: [65 d, 70 d], policies.jit.all.level: [10 pc, 20 pc]}}")


def test_the_study_is_no_part_of_the_run(kiosk):
    """What one would vary does not alter what is simulated: the same hash, the same numbers."""
    asked = kiosk("study: {sweep: {disruptions.fog.lasts: [1 d, 2 d]}, stress: {lasts: [5 d]}}")
    assert twin.compare(asked).document["hash"] == twin.compare(kiosk()).document["hash"]


def test_vary_is_read_like_a_list_of_the_file(kiosk):
    """Values with commas of their own are written as in YAML."""
    axes = vary(kiosk(), ["disruptions.fog.lasts=1 d, 2 d", "lanes.van.transit={dist: gamma, mean: 1 d, cv: 1},2 d"])
    assert axes == {
        "disruptions.fog.lasts": ["1 d", "2 d"],
        "lanes.van.transit": [{"dist": "gamma", "mean": "1 d", "cv": 1}, "2 d"],
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x", "`x` is not `path=value,value`; write it like `run.horizon=90 d,180 d`"),
        ("run.horizon=", "`run.horizon=` is not `path=value,value`; write it like `run.horizon=90 d,180 d`"),
        ("run.horizon=90", "run.horizon: `90` has no unit; a time is written like `21 d` (s, min, h, d, wk, yr)"),
        ("run.horizn=90 d,80 d", "run.horizn is unknown; did you mean `horizon`?"),
        ("run.horizon=90 d,90 d", "run.horizon names `90 d` twice; once will do"),
        ("run.horizon=90 d,null", "run.horizon: a value is empty; write one, or take it out"),
        ("run.horizon=[90 d", "run.horizon: a `{` or `[` is not closed, or a comma is missing between two entries"),
        ("run..horizon=90 d", "`run..horizon` leads nowhere: there is no `run.`"),
        ("run.seed=1,2", "run.seed cannot be varied: every cell meets the same luck; give `--seed`"),
        ("run.seed.x=1", "run.seed.x cannot be varied: every cell meets the same luck; give `--seed`"),
        (
            "disruptions.fogg.lasts=1 d",
            "`disruptions.fogg.lasts` leads nowhere: there is no `disruptions.fogg`; did you mean `fog`?",
        ),
    ],
)
def test_a_wrong_vary_is_refused_like_a_wrong_line(kiosk, text, sentence):
    """What is wrong with every value is told once."""
    with pytest.raises(ScenarioError) as refused:
        vary(kiosk(), [text])
    assert str(refused.value) == f"--vary: {sentence}"


def test_a_path_varied_twice_is_a_slip(kiosk):
    """The second would silently win."""
    with pytest.raises(ScenarioError, match="varied twice"):
        vary(kiosk(), ["run.horizon=60 d", "run.horizon=90 d"])


# Data files ----------------------------------------------------------------------------------------------------------

RECORDED = """
    nodes: {guests: {buys: {ice: {quantity: {dist: empirical, file: slow.csv, column: cones, unit: pc}}}}}
    study: {sweep: {nodes.guests.buys.ice.quantity.file: [slow.csv, busy.csv]}}
"""


@pytest.fixture
def recorded(kiosk, tmp_path):
    """A slow day is ten cones, a busy one thirty."""
    for name, cones in (("slow", 10), ("busy", 30)):
        (tmp_path / f"{name}.csv").write_text(f"cones\n{cones}\n", encoding="utf-8")
    return kiosk(RECORDED)


def test_files_to_sweep_over_lie_beside_the_file_that_names_them(recorded, monkeypatch):
    """As all data files do, wherever the program is started; and are told so that the folder may lie anywhere."""
    monkeypatch.chdir("/")
    document = twin.sweep(recorded, recorded.study.sweep, ["jic"], replications=1).document
    assert document["vary"] == {"nodes.guests.buys.ice.quantity.file": ["slow.csv", "busy.csv"]}
    slow, busy = document["cells"]
    assert busy["values"] == {"nodes.guests.buys.ice.quantity.file": "busy.csv"}
    assert (lost(slow, "jic"), slow["policies"]["jic"]["kpis"]["demand"]["mean"]) == (0, 600)
    assert busy["policies"]["jic"]["kpis"]["demand"]["mean"] == 1800


def test_a_file_to_sweep_over_that_is_not_there_is_a_mistake_of_its_line(kiosk, recorded):
    """Before anything is simulated."""
    with pytest.raises(ScenarioError, match=r"small.yaml:\d+:\d+: study.sweep: .* there is no file `bussy.csv` in"):
        kiosk(RECORDED.replace("busy.csv", "bussy.csv"))


def test_a_sweep_over_files_can_be_asked_again(recorded, tmp_path):
    """Its folder keeps the names of the files that the study needs, and writes all others out."""
    from twin.report.studies import write

    document = twin.sweep(recorded, recorded.study.sweep, ["jic"], replications=1).document
    again = twin.load(write(recorded, document, tmp_path / "out")[2])
    assert twin.sweep(again, again.study.sweep, ["jic"]).document["hash"] == document["hash"]


def test_whole_distributions_from_files_are_told_the_same_way(recorded):
    """A value may be a map with a file in it."""
    busy = {
        "dist": "empirical",
        "file": str(recorded.tree.files[0].parent / "busy.csv"),
        "column": "cones",
        "unit": "pc",
    }
    axes = {"nodes.guests.buys.ice.quantity": ["10 pc", busy]}
    document = twin.sweep(recorded, axes, ["jic"], replications=1).document
    assert document["cells"][1]["values"]["nodes.guests.buys.ice.quantity"] == busy | {"file": "busy.csv"}
