"""twin diff and twin compare: what they print, what they leave behind, and with which status they end."""

import json
import sys
from pathlib import Path
from shutil import copytree
from textwrap import dedent

import pytest

from tests.unit.roadside import ROADSIDE
from twin.cli import main

SHOP = (
    ROADSIDE
    + """
    carrying: {capital: 36.5 %/yr}
    policies:
      jit: {all: {rule: base_stock, safety_stock: 3 d}}
      jic: {all: {rule: base_stock, safety_stock: 9 d}}
    run: {horizon: 40 d, warm_up: 10 d, replications: 3, seed: 11}
"""
)
BOTH = ("outputs/shop", "outputs/snow")
SNOW = """
    extends: shop.yaml
    title: Snow on the road
    disruptions: {snow: {target: road, at: 10 d, lasts: 12 d, effect: {capacity: 0 %}}}
"""


def told(*words):
    """Run a command as the console does; its status."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(sys, "argv", ["twin", *map(str, words)])
        patch.setattr("twin.report.charts.draw", lambda *_: [])
        patch.setenv("COLUMNS", "120")
        main()
    return ended.value.code


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with a shop, and the same shop in the snow; both have been run."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for name, text in (("shop", SHOP), ("snow", SNOW)):
            (home / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
            told("run", f"{name}.yaml", "--quiet", "--out", f"outputs/{name}", "--jobs", 1)
    return home


@pytest.fixture
def desk(ran, tmp_path, monkeypatch):
    """A copy to work on."""
    monkeypatch.chdir(copytree(ran, tmp_path / "desk"))
    return tmp_path / "desk"


@pytest.fixture
def say(desk, capsys):
    """Run a command at the desk; status, what it printed, and what it complained about."""
    return lambda *words: (told(*words, "--jobs", 1), *capsys.readouterr())


def differing(say, *words):
    status, out, err = say("diff", *words, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_two_scenarios_differ_in_words(say):
    """Each path with both values and their lines; nothing is run unless it is asked for."""
    status, out, err = say("diff", "shop.yaml", "snow.yaml")
    assert (status, err) == (0, "")
    for word in ("disruptions.snow", "A shop by the road", "Snow on the road", "shop.yaml:3", "snow.yaml:4"):
        assert word in out
    document = differing(say, "shop.yaml", "snow.yaml")
    assert [change["path"] for change in document["words"]] == ["title", "disruptions.snow"]
    assert document["results"] is None


def test_the_same_differs_in_nothing(say):
    """A scenario and itself, a folder and its kpis.json."""
    for words in (("shop.yaml", "shop.yaml"), ("outputs/shop", "outputs/shop/kpis.json")):
        status, out, _ = say("diff", *words)
        assert status == 0
        assert out.splitlines()[-1] == "Nothing differs."


def test_a_folder_is_asked_no_study(say):
    """An optimisation names files beside the scenario; where the folder lies there are none, and none are missed."""
    over = "policies.jit.all.safety_stock: {from: 1 d, to: 2 d}"
    text = f"extends: shop.yaml\nstudy: {{optimise: {{over: {{{over}}}, scenarios: {{shop: 40 %, snow: 60 %}}}}}}\n"
    Path("asks.yaml").write_text(text, encoding="utf-8")
    say("run", "asks.yaml", "--quiet", "--out", "answers")
    assert differing(say, "asks.yaml", "answers")["words"] == []
    assert [word["path"] for word in differing(say, "asks.yaml", "shop.yaml")["words"]] == ["study.optimise"]
    assert told("check", "asks.yaml") == told("check", "answers/scenario.yaml") == 0


def test_results_differ_replication_by_replication(say):
    """On the same luck the difference is known far better than either side; it is that of the two means."""
    found = differing(say, *BOTH)["results"]
    assert (found["paired"], found["replications"]) == (True, 3)
    lost = found["policies"]["jit"]["kpis"]["lost_sales"]
    assert lost["difference"]["mean"] == pytest.approx(lost["b"]["mean"] - lost["a"]["mean"])
    assert lost["difference"]["distinguishable"] is True
    documents = [
        json.loads(Path(folder, "kpis.json").read_text(encoding="utf-8"))["policies"]["jit"]["kpis"] for folder in BOTH
    ]
    assert [lost[side]["mean"] for side in ("a", "b")] == [kpis["lost_sales"]["mean"] for kpis in documents]
    _, out, _ = say("diff", *BOTH)
    assert "differences by replication, over 3 on the same luck" in out
    assert "lost sales, pc" in out


def test_scenarios_are_run_on_the_same_luck_when_asked(say):
    """What `--replications` runs is what `twin run` would find."""
    assert (
        differing(say, "shop.yaml", "snow.yaml", "--replications", 3)["results"] == (differing(say, *BOTH)["results"])
    )
    half = differing(say, "shop.yaml", "outputs/snow", "--replications", 2, "--policy", "jit")
    assert half["results"]["replications"] == 2
    assert list(half["results"]["policies"]) == ["jit"]
    assert "A has 2 replications, B 3: compared over the 2 that both have" in half["notes"]


def test_other_luck_is_two_samples(say):
    """And says so: pairing replications that share nothing would lie about how sure it is."""
    say("run", "snow.yaml", "--quiet", "--seed", 5, "--out", "other")
    document = differing(say, "outputs/shop", "other")
    assert document["results"]["paired"] is False
    assert any("seed 11 and seed 5: other luck" in note for note in document["notes"])


def test_a_document_alone_has_results_and_no_words(say, desk):
    """It was sent by mail: the means can be compared, and what is missing is said."""
    (desk / "mail.json").write_text((desk / "outputs/shop/kpis.json").read_text(encoding="utf-8"), encoding="utf-8")
    document = differing(say, "mail.json", "outputs/snow")
    assert document["words"] is None
    assert document["results"]["paired"] is False
    assert document["notes"] == [
        "not both have the trials.csv of their run: on the same luck, but the difference is that of two samples",
        "what A says is not known: no scenario.yaml lies beside it",
    ]


def test_a_policy_of_one_side_is_named(say):
    """And one whose name no scenario of ours could have is a name like any other."""
    say("run", "shop.yaml", "--quiet", "--policy", "jit", "--out", "alone")
    assert "only A has the policy jic" in differing(say, "outputs/shop", "alone")["notes"]
    text = Path("outputs/shop/kpis.json").read_text(encoding="utf-8").replace('"jit": {', '"just - in [time]": {')
    Path("one.json").write_text(text, encoding="utf-8")
    Path("two.json").write_text(text.replace('"mean": 1', '"mean": 2'), encoding="utf-8")
    status, out, _ = say("diff", "one.json", "outputs/snow")
    assert status == 0
    assert "only A has the policy just - in [time]" in out
    assert "just - in [time]" in say("diff", "one.json", "two.json")[1]


def test_money_of_two_currencies_is_not_compared(say, desk):
    """A euro more is no number of dollars; pieces are pieces everywhere."""
    euro = dedent(SHOP).replace("USD", "EUR").replace("twin: 1", "twin: 1\ncurrency: EUR").replace("40 d", "30 d")
    (desk / "euro.yaml").write_text(euro, encoding="utf-8")
    say("run", "euro.yaml", "--quiet", "--out", "euro")
    document = differing(say, "outputs/shop", "euro")
    assert document["notes"] == [
        "A counts in USD, B in EUR: money is not compared",
        "A runs 40 d, B 30 d: what adds up over a run is not alike",
    ]
    found = document["results"]["policies"]["jit"]
    assert found["costs"] == {}
    assert "total_cost" not in found["kpis"]
    assert "lost_sales" in found["kpis"]


def test_another_program_is_named(say, desk):
    """Its numbers may differ for that alone."""
    old = desk / "old"
    copytree("outputs/shop", old)
    kept = (old / "trials.jsonl").read_text(encoding="utf-8").replace('"program": "0', '"program": "older 0')
    (old / "trials.jsonl").write_text(kept, encoding="utf-8")
    (note,) = differing(say, "old", "outputs/shop")["notes"]
    assert note.startswith("A was made by program older 0")
    (old / "trials.jsonl").unlink()
    (note,) = differing(say, "old", "outputs/shop")["notes"]
    assert note.startswith("A was made by program 0.")


@pytest.mark.parametrize(
    ("side", "complaint"),
    [
        ("nowhere.yaml", "nowhere.yaml: there is no such file; did you mean `snow.yaml`?"),
        ("empty", "empty: is a folder without kpis.json; `twin run SCENARIO --out DIR` writes one"),
        ("torn.json", "torn.json: is not JSON; name a scenario (.yaml), a folder of results or its kpis.json"),
        ("sweep.json", "sweep.json: is not what `twin run --json` prints; studies are not compared here"),
        ("bare.json", "bare.json: is not what `twin run --json` prints; studies are not compared here"),
    ],
)
def test_what_is_no_side_gets_a_sentence(say, desk, side, complaint):
    """Status 2, and what would have been right."""
    (desk / "empty").mkdir()
    (desk / "torn.json").write_text("{", encoding="utf-8")
    (desk / "sweep.json").write_text('{"twin": 1, "study": "sweep"}', encoding="utf-8")
    bare = {
        "scenario": "",
        "title": "",
        "hash": "",
        "seed": 1,
        "replications": 1,
        "policies": {"jit": {"kpis": {"a": 1}}},
    }
    (desk / "bare.json").write_text(json.dumps(bare), encoding="utf-8")
    assert say("diff", "shop.yaml", side) == (2, "", f"{complaint}\n")


def test_options_of_a_difference_that_mean_nothing_are_refused(say):
    """A slip must not look like an answer."""
    status, _, err = say("diff", "shop.yaml", "snow.yaml", "--policy", "jitt")
    assert status == 2
    assert "did you mean `jit`?" in err
    status, _, err = say("diff", "shop.yaml", "snow.yaml", "--seed", 3)
    assert status == 2
    assert "--replications" in err


# twin compare ---------------------------------------------------------------------------------------------------------


def test_scenarios_stand_side_by_side(say):
    """A row for every scenario and policy, who costs least, and how often snow must come for stock to pay."""
    status, out, err = say("compare", "shop.yaml", "snow.yaml")
    assert (status, err) == (0, "")
    for word in (
        "shop",
        "snow",
        "JIT",
        "JIC",
        "cheapest",
        "In shop, JIT costs least",
        "if a run like snow comes once in",
    ):
        assert word in out


def test_a_folder_holds_document_table_and_picture(say, desk):
    """And what is printed is what is written."""
    status, out, err = say("compare", "shop.yaml", "snow.yaml", "--json", "--quiet", "--out", "outputs/compare")
    assert (status, err) == (0, "")
    folder = desk / "outputs" / "compare"
    assert (folder / "compare.json").read_text(encoding="utf-8") == out
    assert {path.name for path in folder.iterdir()} == {
        "compare.json", "compare.csv", "compare.png", "compare.svg", "trials.jsonl"
    }  # fmt: skip
    head, *rows = (folder / "compare.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("scenario,policy,hash,currency,")
    assert [row.split(",")[:2] for row in rows] == [["shop", "jit"], ["shop", "jic"], ["snow", "jit"], ["snow", "jic"]]


def test_what_has_been_run_is_not_run_again(say, monkeypatch):
    """Trials in the folders beside are taken over, and those folders are left as they are."""
    before = [Path(folder, "trials.jsonl").read_bytes() for folder in BOTH]
    alone = say("compare", "shop.yaml", "snow.yaml", "--json")[1]
    monkeypatch.setattr("twin.study.trials.simulate", None)
    status, out, _ = say("compare", "shop.yaml", "snow.yaml", "--json", "--quiet", "--out", "outputs/compare")
    assert (status, out) == (0, alone)
    assert [Path(folder, "trials.jsonl").read_bytes() for folder in BOTH] == before
    assert say("compare", "shop.yaml", "snow.yaml", "--json", "--quiet", "--out", "outputs/compare")[1] == alone


def test_the_same_bytes_whatever_the_jobs(say):
    """One process or two."""
    alone = say("compare", "shop.yaml", "snow.yaml", "--json")[1]
    assert told("compare", "shop.yaml", "snow.yaml", "--json", "--jobs", 2, "--quiet", "--out", "two") == 0
    assert Path("two/compare.json").read_text(encoding="utf-8") == alone


def test_money_of_two_currencies_stands_beside_one_another_uncompared(say, desk):
    """Each with its currency; no break-even; and it is said."""
    euro = dedent(SHOP).replace("USD", "EUR").replace("twin: 1", "twin: 1\ncurrency: EUR")
    (desk / "euro.yaml").write_text(euro, encoding="utf-8")
    status, out, _ = say("compare", "euro.yaml", "snow.yaml", "--out", "outputs/compare")
    assert status == 0
    assert "not one currency (euro: EUR; snow: USD)" in out
    assert "EUR" in out
    assert "pays for itself" not in out


def test_a_patch_goes_where_there_is_something_to_change(say):
    """A longer snow is none in the shop without; and a slip is no new disruption."""
    words = ("compare", "shop.yaml", "snow.yaml", "--replications", 1)
    longer = json.loads(say(*words, "--json", "--set", "disruptions.snow.lasts=20 d")[1])
    plain = json.loads(say(*words, "--json")[1])
    assert longer["scenarios"]["shop"] == plain["scenarios"]["shop"]
    assert longer["scenarios"]["snow"]["hash"] != plain["scenarios"]["snow"]["hash"]
    assert longer["notes"] == ["not the same patches everywhere (shop: none; snow: disruptions.snow.lasts=20 d)"]
    both = json.loads(say(*words, "--json", "--set", "start=2026-01-05")[1])
    assert all(both["scenarios"][name]["hash"] != plain["scenarios"][name]["hash"] for name in ("shop", "snow"))
    status, _, err = say(*words, "--set", "disruptions.sno.lasts=20 d")
    assert status == 2
    assert "sno" in err


def test_a_scenario_goes_without_the_policies_it_lacks(say, desk):
    """As long as it has one of those that are asked for."""
    (desk / "lean.yaml").write_text("extends: shop.yaml\npolicies: {jic: null}\n", encoding="utf-8")
    document = json.loads(say("compare", "lean.yaml", "snow.yaml", "--json")[1])
    assert [list(each["policies"]) for each in document["scenarios"].values()] == [["jit"], ["jit", "jic"]]
    status, out, _ = say("compare", "lean.yaml", "snow.yaml")
    assert "not the same policies everywhere (lean: jit; snow: jit, jic)" in out
    status, _, err = say("compare", "lean.yaml", "snow.yaml", "--policy", "jic")
    assert status == 2
    assert "lean has none of the policies jic" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Missing argument"),
        (("shop.yaml", "shop.yaml"), "two scenarios are called `shop`; each needs a name of its own"),
        (("shop.yaml", "--policy", "jitt"), "did you mean `jit`?"),
        (("shop.yaml", "--policy", "jit", "--policy", "jit"), "--policy names `jit` twice"),
        (("shop.yaml", "sno.yaml"), "sno.yaml: there is no such file; did you mean `snow.yaml`?"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(say, words, complaint):
    """Status 2."""
    status, out, err = say("compare", *words)
    assert (status, out) == (2, "")
    assert complaint in err


def test_an_interrupt_keeps_the_scenarios_that_are_done(say, monkeypatch):
    """The first is whole; of the second there is what every policy has finished."""

    class Interrupted:
        done = 0

        def map(self, work, tasks):
            for task in tasks:
                if self.done == 8:
                    raise KeyboardInterrupt
                self.done += 1
                yield work(task)

    hands = Interrupted()
    monkeypatch.setattr("twin.study.crew.crew", lambda jobs, cluster: hands)
    status, out, err = say("compare", "shop.yaml", "snow.yaml", "--json")
    assert status == 130
    assert "interrupted: these replications were finished: shop 3, snow 1" in err
    assert list(json.loads(out)["scenarios"]) == ["shop", "snow"]
    hands.done = 2
    status, out, err = say("compare", "shop.yaml", "snow.yaml", "--json")
    assert "interrupted: these replications were finished: shop 3" in err
