"""The studies on the command line: what they print, what they leave behind, and with which status they end."""

import json
import sys
from textwrap import dedent

import pytest

from tests.unit.roadside import ROADSIDE
from twin.cli import main

SHOP = (
    ROADSIDE
    + """
    policies:
      jit: {all: {rule: base_stock}}
      jic: {all: {rule: base_stock, safety_stock: 3 d}}
    disruptions: {snow: {target: road, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}}
    study: {sweep: {disruptions.snow.lasts: [2 d, 8 d]}, stress: {at: 10 d, lasts: [5 d]}}
    run: {horizon: 40 d, warm_up: 10 d, replications: 3, seed: 11}
"""
)


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Run a command on the shop as the console does; status, what it printed, and what it complained about."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(dedent(SHOP), encoding="utf-8")

    def say(*words):
        monkeypatch.setattr(sys, "argv", ["twin", words[0], "shop.yaml", *map(str, words[1:])])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return say


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_a_study_prints_a_table_and_its_finding(say, study):
    """For people: title, every policy, a sentence, and how to run it again."""
    status, out, err = say(study)
    assert (status, err) == (0, "")
    for word in ("A shop by the road", "JIT", "JIC", "study ", {"sweep": "cheapest", "stress": "Costliest"}[study]):
        assert word in out


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_json_is_one_document_whatever_the_jobs(say, study, tmp_path):
    """The same bytes on one core or two, on the screen and in the folder."""
    status, alone, err = say(study, "--json")
    assert (status, err) == (0, "")
    assert json.loads(alone)["study"] == study
    assert say(study, "--json", "--jobs", 2)[1] == alone
    assert say(study, "--json", "--quiet", "--out", "out") == (0, alone, "")
    assert (tmp_path / "out" / f"{study}.json").read_text(encoding="utf-8") == alone


@pytest.mark.parametrize("varied", [(), ("--vary", "policies.jit.all.safety_stock=0 d,1 d")])
def test_the_folder_asks_again(say, tmp_path, varied):
    """Its scenario.yaml has the study in it, also one from the command line."""
    _, first, _ = say("sweep", "--json", "--out", "out", "--replications", 2, "--seed", 5, *varied)
    (tmp_path / "out" / "scenario.yaml").replace(tmp_path / "shop.yaml")
    again = json.loads(say("sweep", "--json")[1])
    assert again["cells"] == json.loads(first)["cells"]


def test_vary_replaces_what_the_file_sweeps(say):
    """A question from the command line needs no file, and is not mixed with the file's."""
    document = json.loads(say("sweep", "--json", "--vary", "policies.jit.all.safety_stock=0 d,1 d,2 d")[1])
    assert document["vary"] == {"policies.jit.all.safety_stock": ["0 d", "1 d", "2 d"]}
    assert len(document["cells"]) == 3


def test_values_in_brackets_are_printed_as_they_stand(say):
    """A list is not a style of the terminal."""
    out = say("sweep", "--vary", "compare_not=1")[2]
    assert "compare_not is unknown" in out
    lists = "study.sweep={nodes.client.buys.part.pattern: [[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 1]]}"
    status, out, _ = say("sweep", "--set", "study.sweep=null", "--set", lists)
    assert status == 0
    assert "[1, 1, 1, 1, 1, 0, 0]" in out


def test_set_holds_in_every_cell_and_reaches_the_study(say):
    """Patches come first, then what is varied; what a study asks can be patched, too."""
    document = json.loads(say("sweep", "--json", "--set", "run.horizon=30 d", "--policy", "jic")[1])
    assert list(document["cells"][0]["policies"]) == ["jic"]
    stress = json.loads(say("stress", "--json", "--set", "study.stress={targets: [road], lasts: [1 d, 2 d]}")[1])
    assert [case["lasts"] for case in stress["targets"][0]["cases"]] == [1, 2]


def test_a_sweep_of_nothing_says_what_is_missing(say):
    """The first try is without."""
    status, out, err = say("sweep", "--set", "study.sweep=null")
    assert (status, out) == (2, "")
    assert "shop.yaml varies nothing; give --vary, like --vary run.horizon='90 d,180 d', or write `study.sweep`" in err


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_an_unknown_policy_is_refused(say, study):
    """As everywhere."""
    status, out, err = say(study, "--policy", "jitt")
    assert (status, out) == (2, "")
    assert "`jitt` is not a policy of this scenario; did you mean `jit`?" in err
    assert "--policy names `jit` twice" in say(study, "--policy", "jit", "--policy", "jit")[2]


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_an_interrupted_study_keeps_the_replications_that_all_have(say, study, monkeypatch):
    """An hour of work is not thrown away, and no cell has more luck than another."""

    class Interrupted:
        def map(self, work, tasks):
            for count, task in enumerate(tasks):
                if count == 2 * len(tasks) // 3 + 1:
                    raise KeyboardInterrupt
                yield work(task)

    monkeypatch.setattr("twin.study.crew.crew", lambda jobs, cluster: Interrupted())
    status, out, err = say(study, "--json")
    assert status == 130
    assert "interrupted: 2 replications were finished" in err
    document = json.loads(out)
    assert document["replications"] == 2


def test_a_study_interrupted_before_its_first_replication_says_what_is_kept(say, monkeypatch):
    """There is nothing to tell yet, but the hour is not lost."""

    class Interrupted:
        def map(self, work, tasks):
            yield work(tasks[0])
            raise KeyboardInterrupt

    monkeypatch.setattr("twin.study.crew.crew", lambda jobs, cluster: Interrupted())
    status, out, err = say("stress", "--out", "out")
    assert (status, out) == (130, "")
    assert "finished trials kept in out/trials.jsonl: 1; the same command goes on from there" in err


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_a_folder_keeps_what_is_done(say, study):
    """More values or more replications do not begin again."""
    first = say(study, "--json", "--out", "out", "--replications", 2)
    status, again, err = say(study, "--json", "--out", "out", "--replications", 2)
    assert (status, again) == (0, first[1])
    trials = err.split()[0]
    assert f"{trials} of {trials} trials were there already" in err


def test_a_comparison_in_the_folder_of_a_sweep_is_whole(say, tmp_path):
    """Trials are kept in full, whatever was asked of them."""
    say("sweep", "--quiet", "--out", "out", "--vary", "disruptions.snow.lasts=4 d,5 d")
    assert say("run", "--json", "--quiet", "--out", "out")[1] == say("run", "--json")[1]


@pytest.mark.parametrize("study", ["sweep", "stress"])
def test_a_trial_that_fails_leaves_the_others_alone(say, study, monkeypatch):
    """It is named with the command that runs it alone, patches of the cell and all; status 1."""
    from twin.study import trials

    whole = trials.measure

    def broken(model, ledger):
        if ledger.policy == "jic" and model.disruptions and next(broken.count) == 4:
            raise ZeroDivisionError("no")
        return whole(model, ledger)

    broken.count = iter(range(10**6))
    monkeypatch.setattr(trials, "measure", broken)
    status, out, err = say(study, "--json", "--jobs", 1)
    assert status == 1
    assert json.loads(out)["replications"] == 2
    assert "twin trace shop.yaml --set" in err


OPTIMISE = "study={optimise: {over: {policies.jit.all.safety_stock: {from: 0 d, to: 6 d}}, budget: 12}}"


def test_optimise_tells_values_or_a_document_or_nothing(say, tmp_path):
    """Like `run`: tables for people and the line that runs it, one document for programs, and files when asked."""
    status, out, err = say("optimise", "--set", OPTIMISE, "--set", "nodes.store.storage=1 USD/pc/d")
    assert (status, err) == (0, "")
    assert "twin run shop.yaml --set 'nodes.store.storage=1 USD/pc/d' --set 'policies.jit.all.safety_stock=" in out
    document = json.loads(say("optimise", "--set", OPTIMISE, "--json", "--replications", 2, "--seed", 5)[1])
    assert (document["study"], document["replications"], document["seed"]) == ("optimise", 2, 5)
    assert say("optimise", "--set", OPTIMISE, "--quiet", "--out", tmp_path / "out") == (0, "", "")
    assert (tmp_path / "out" / "frontier.png").is_file()


def test_optimise_without_a_question_says_so(say):
    """Status 2, as for every input that is wrong."""
    status, _, err = say("optimise", "--set", "study=null")
    assert (status, err) == (2, "shop.yaml: has no `study.optimise`, which would say what to choose\n")


def test_a_search_that_was_interrupted_tells_its_best_and_goes_on(say, tmp_path, monkeypatch):
    """The plans of an hour are told, none is tried twice, and what comes out is byte by byte that of one go."""
    ask = ("optimise", "--json", "--jobs", 1, "--set", OPTIMISE, "--out")
    whole = say(*ask, "whole")
    left = iter(range(30))

    class Interrupted:
        def map(self, work, tasks):
            for task in tasks:
                if next(left, None) is None:
                    raise KeyboardInterrupt
                yield work(task)

    monkeypatch.setattr("twin.study.crew.crew", lambda jobs, cluster: Interrupted())
    status, out, err = say(*ask, "out")
    assert (status, out) == (130, "")
    assert "interrupted after 8 of 12 plans; the best so far, not yet known to hold on fresh luck: " in err
    assert "policies.jit.all.safety_stock at" in err and "with total cost" in err and "goes on from here" in err
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert say(*ask, "out")[1] == whole[1]
    for file in (tmp_path / "whole").iterdir():
        assert file.read_bytes() == (tmp_path / "out" / file.name).read_bytes(), file.name


def test_a_search_that_was_interrupted_at_once_has_nothing_to_tell(say, monkeypatch):
    """Not a single plan was tried."""

    class Interrupted:
        def map(self, work, tasks):
            raise KeyboardInterrupt

    monkeypatch.setattr("twin.study.crew.crew", lambda jobs, cluster: Interrupted())
    status, out, err = say("optimise", "--set", OPTIMISE)
    assert (status, out) == (130, "")
    assert err == "interrupted before any plan was tried on all of its replications\n"


def test_check_finds_what_a_search_would_stumble_over(say, tmp_path):
    """Bounds that cannot stand there and scenarios that are not: before hours of runs, and by `twin check` as well."""
    asked = "study={optimise: {over: {policies.jit.all.safety_stock: {from: 0 USD, to: 6 USD}}}}"
    status, _, err = say("check", "--set", asked)
    assert status == 2
    assert "study.optimise.over: policies.jit.all.safety_stock: `0 USD`" in err
    mixed = OPTIMISE[:-2] + ", scenarios: {shop: 50 %, shop.yaml: 25 %, ./shop: 25 %}}}"
    status, _, err = say("check", "--set", mixed)
    assert status == 2
    assert err == (
        "--set: study.optimise.scenarios: there is no `./shop.yaml` beside this file; did you mean `shop`?\n"
        "--set: study.optimise.scenarios: there is no `shop.yaml.yaml` beside this file; did you mean `shop`?\n"
    )
