"""The command line: what it prints and where, what it leaves behind, and with which status it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from tests.unit.roadside import ROADSIDE
from twin.cli import main
from twin.language import load
from twin.options import progress_bar
from twin.study.crew import Alone
from twin.study.kept import keeping
from twin.study.trials import every, run_trials

SHOP = (
    ROADSIDE
    + """
    policies:
      jit: {all: {rule: base_stock}}
      jic: {all: {rule: base_stock, safety_stock: 3 d}}
    compare: [jit, jic]
    disruptions:
      snow: {target: road, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}
    run: {horizon: 30 d, warm_up: 10 d, replications: 3, seed: 11}
"""
)


class Said(NamedTuple):
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(dedent(SHOP), encoding="utf-8")
    return path


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Callable[..., Said]:
    """Run a command as the console does, in this process."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["twin", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(ended.value.code, *capsys.readouterr())

    return run


def test_run_says_who_does_best(twin, shop):
    """The table is for people: every policy is in it, and nothing else is needed to see the answer."""
    said = twin("run", shop)
    assert (said.status, said.err) == (0, "")
    assert all(word in said.out.lower() for word in ("jit", "jic", "a shop by the road"))


def test_json_is_one_document_and_nothing_else(twin, shop):
    """Other programs read it: a progress bar or a table between the braces would break them."""
    said = twin("run", shop, "--json")
    document = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert document["twin"] == 1
    assert list(document["policies"]) == ["jit", "jic"]


def test_the_file_is_the_document(twin, shop, tmp_path):
    """kpis.json is what --json prints, byte by byte."""
    said = twin("run", shop, "--json", "--out", tmp_path / "out", "--quiet")
    assert (tmp_path / "out" / "kpis.json").read_text(encoding="utf-8") == said.out


def test_quiet_says_nothing(twin, shop):
    """For scripts that only want the files, or the status."""
    assert twin("run", shop, "--quiet") == (0, "", "")


def test_the_same_command_prints_the_same_bytes(twin, shop):
    """Today and tomorrow, on one core or two."""
    once = twin("run", shop, "--json")
    assert twin("run", shop, "--json") == once
    assert twin("run", shop, "--json", "--jobs", 2) == once


def test_one_policy_alone_has_the_same_numbers(twin, shop):
    """`--policy jit` is jit as it stands in the comparison."""
    both, alone = (json.loads(twin("run", shop, "--json", *words).out) for words in ((), ("--policy", "jit")))
    assert alone["policies"] == {"jit": both["policies"]["jit"]}
    assert alone["differences"] == {}


def test_the_first_policy_named_is_the_baseline(twin, shop):
    """The order on the command line is the order of the comparison."""
    document = json.loads(twin("run", shop, "--json", "--policy", "jic", "--policy", "jit").out)
    assert list(document["differences"]) == ["jit - jic"]


def test_values_can_be_patched(twin, shop):
    """`--set` is the file with that value in it, checked like the file, and another hash."""
    patched = json.loads(twin("run", shop, "--json", "--set", "disruptions.snow.lasts=9 d").out)
    written = shop.read_text(encoding="utf-8").replace("lasts: 4 d", "lasts: 9 d")
    shop.write_text(written, encoding="utf-8")
    as_file = json.loads(twin("run", shop, "--json").out)
    assert patched["policies"] == as_file["policies"]
    assert patched["hash"] == as_file["hash"]


def test_replications_and_seed_can_be_said(twin, shop):
    """And they are said back."""
    document = json.loads(twin("run", shop, "--json", "--replications", 2, "--seed", 5).out)
    assert (document["replications"], document["seed"]) == (2, 5)


def test_replications_are_added_until_it_is_precise(twin, shop):
    """`--precision` in the table, in the document and in the folder's scenario, which then runs as many again."""
    document = json.loads(twin("run", shop, "--json", "--precision", "20%").out)
    told, n = document["precision"], document["replications"]
    assert (told["asked"], told["reached"], told["most"]) == (0.2, True, 1000)
    assert n >= 10
    assert json.loads(twin("run", shop, "--json", "--replications", n).out)["policies"] == document["policies"]
    said = twin("run", shop, "--precision", "0.01 %", "--max-replications", 12)
    assert "precision under 0.1 % not reached with 12 replications" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "nowhere.yaml"), "nowhere.yaml"),
        (("check", "nowhere.yaml"), "nowhere.yaml"),
        (("run", "SHOP", "--policy", "jitt"), "did you mean `jit`?"),
        (("run", "SHOP", "--policy", "jit", "--policy", "jit"), "names `jit` twice; a policy is compared once"),
        (("trace", "SHOP", "--policy", "jitt"), "did you mean `jit`?"),
        (("trace", "SHOP"), "--policy"),
        (("run", "SHOP", "--replicatons", "3"), "--replications"),
        (("run", "SHOP", "--replications", "0"), "--replications"),
        (("run", "SHOP", "--replications", "many"), "--replications"),
        (("run", "SHOP", "--precision", "2"), "`2` has no unit; a precision is written like `2 %`"),
        (("run", "SHOP", "--precision", "0 %"), "above zero"),
        (("run", "SHOP", "--precision", "2 %", "--max-replications", "0"), "--max-replications"),
        (("run", "SHOP", "--max-replications", "50"), "there is no --precision"),
        (("run", "SHOP", "--set", "run.sead=5"), "seed"),
        (("run", "SHOP", "--set", "run.horizon=5"), "horizon"),
        (("run", "SHOP", "--set", "nonsense"), "nonsense"),
        (("run", "SHOP", "--jobs", "0"), "--jobs"),
        (("run", "SHOP", "--jobs", "2", "--cluster", "tcp://10.0.0.5:8786"), "one of them, please"),
        (("run",), "SCENARIO"),
        (("simulate", "SHOP"), "simulate"),
    ],
)
def test_wrong_input_ends_with_a_sentence_and_status_2(twin, shop, words, sentence):
    """On stderr, without a traceback: whoever mistypes is no developer of ours."""
    said = twin(*(shop if word == "SHOP" else word for word in words))
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_a_cluster_needs_its_extra(twin, shop, monkeypatch):
    """Who has not installed it reads how."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = twin("run", shop, "--cluster", "tcp://127.0.0.1:8786")
    assert (said.status, said.out) == (2, "")
    assert "pip install 'supply-twin[cluster]'" in said.err


def test_a_scenario_with_mistakes_names_file_line_and_column(twin, shop):
    """All of them at once, each where it stands."""
    text = shop.read_text(encoding="utf-8").replace("transit: 1 d", "transit: 1 dd, foo: 3")
    shop.write_text(text, encoding="utf-8")
    line = text[: text.index("foo")].count("\n") + 1
    said = twin("run", shop)
    assert said.status == 2
    assert len(said.err.splitlines()) == 2
    assert all(f"shop.yaml:{line}:" in told for told in said.err.splitlines())


def test_a_folder_that_cannot_be_written_is_wrong_input(twin, shop, tmp_path):
    """A file in the way is the user's to move."""
    (tmp_path / "out").write_text("in the way")
    said = twin("run", shop, "--out", tmp_path / "out")
    assert said.status == 2
    assert "Traceback" not in said.err
    (tmp_path / "file").write_text("in the way")
    said = twin("run", shop, "--quiet", "--out", tmp_path / "file" / "out")
    assert said.status == 2
    assert "Traceback" not in said.err


def test_a_defect_of_ours_is_called_that(twin, shop, monkeypatch):
    """Status 1, and how to report it: the user must not look for the mistake in the scenario."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("twin.study.trials.measure", broken)
    said = twin("run", shop)
    assert said.status == 1
    assert "a defect of this program" in said.err
    assert "Traceback" not in said.err


def test_check_finds_nothing_wrong_with_a_sound_scenario(twin, shop):
    """It says so, and what it has read."""
    said = twin("check", shop)
    assert (said.status, said.err) == (0, "")
    assert "is sound: 1 item, 3 nodes, 1 lane, 1 stock, 2 policies, 1 disruption" in said.out


def test_check_says_what_a_planner_should_know(twin, shop):
    """A finding stops nothing."""
    said = twin("check", shop, "--set", "run.warm_up=1 d")
    assert said.status == 0
    assert "finding: " in said.out
    assert "warm" in said.out


def test_show_tells_where_every_value_stands(twin, shop, tmp_path):
    """In a chain of files nobody remembers which one says what."""
    snow = tmp_path / "less_snow.yaml"
    snow.write_text("extends: shop.yaml\ndisruptions:\n  snow: {lasts: 2 d}\n", encoding="utf-8")
    said = twin("show", snow)
    assert said.status == 0
    shown = {line.split()[0].rstrip(":"): line for line in said.out.splitlines() if line.strip()}
    assert any("2 d" in line and "less_snow.yaml:3" in line for line in said.out.splitlines())
    assert any("10 d" in line and "shop.yaml" in line for line in said.out.splitlines())
    assert shown


def test_show_ends_with_the_levels_and_can_be_read_again(twin, shop, tmp_path):
    """What a policy comes to stands below what was written, as comments: the page is still the scenario."""
    said = twin("show", shop)
    assert said.out.splitlines()[-2:] == [
        "# jit store.part: base_stock, level 40 pc = 10 pc/d × (3 d lead time + 1 d review)",
        "# jic store.part: base_stock, level 70 pc = 10 pc/d × (3 d lead time + 1 d review) + 30 pc safety stock (3 d)",
    ]
    copy = tmp_path / "copy.yaml"
    copy.write_text(said.out, encoding="utf-8")
    assert load(copy).tree.data == load(shop).tree.data


@pytest.fixture
def wide(shop, tmp_path):
    """A shop with a second store, in which the part is kept otherwise."""
    path = tmp_path / "wide.yaml"
    path.write_text(
        dedent("""
            extends: shop.yaml
            items: {part: {risk: low}, a_part_with_a_name_that_is_longer_than_its_column: {value: 1 USD/pc}}
            nodes: {depot: {kind: warehouse}}
            lanes: {van: {from: maker, to: depot, items: [part], transit: 1 d}}
            policies: {jic: {depot: {at: [depot], rule: r_q, quantity: 5 pc}}}
        """),
        encoding="utf-8",
    )
    return path


def test_check_tells_the_segments_and_why(twin, wide):
    """Which box each item is in, what put it there, and what each policy makes of it; in a pipe it is 100 wide."""
    said = twin("check", wide, "--segments")
    assert (said.status, said.err) == (0, "")
    assert max(map(len, said.out.splitlines()[1:])) <= 100
    words = " ".join(said.out.split())
    assert "part 36.5 k 100 % 100 % A low 42 % risk pinned (medium by its score); sole source maker; 3 d" in words
    assert "store.part base_stock base_stock 3 d" in words
    assert "depot.part base_stock r_q" in words


def test_check_says_nothing_of_segments_unasked(twin, wide):
    """Most want to know whether the scenario is sound."""
    assert twin("check", wide).out.splitlines()[-1].startswith(str(wide))


def test_trace_retells_one_replication(twin, shop):
    """Every move and every fact, in order, and the same every time."""
    said = twin("trace", shop, "--policy", "jit", "--replication", 1)
    assert said.status == 0
    assert "\tmove\t" in said.out
    assert "road" in said.out
    assert any("snow" in line for line in said.out.splitlines())
    assert twin("trace", shop, "--policy", "jit", "--replication", 1) == said
    assert twin("trace", shop, "--policy", "jit", "--replication", 2).out != said.out


def test_the_folder_has_tables_and_pictures(twin, shop, tmp_path):
    """Whoever opens it finds the numbers, every trial, the days, and something to look at."""
    out = tmp_path / "deep" / "out"
    said = twin("run", shop, "--out", out)
    assert said.status == 0
    assert "report.html" in said.err
    names = {path.name for path in out.iterdir()}
    assert {
        "report.html",
        "kpis.json",
        "trials.csv",
        "timeline.csv",
        "scenario.yaml",
        "verdict.png",
        "scorecard.png",
        "costs.png",
        "stockouts.png",
        "timeline.png",
        "network.png",
    } <= names
    trials = (out / "trials.csv").read_text(encoding="utf-8").splitlines()
    assert trials[0].startswith("scenario,hash,seed,policy,replication,")
    assert {"uptime", "fill_rate", "total_cost", "purchase", "value_out"} <= set(trials[0].split(","))
    assert len(trials) == 1 + 2 * 3
    days = (out / "timeline.csv").read_text(encoding="utf-8").splitlines()
    assert len(days) == 1 + 2 * 30


def test_the_folder_runs_itself_again(twin, shop, tmp_path):
    """scenario.yaml is merged, with seed and replications: a year later it gives the same numbers and the same hash."""
    first, again = tmp_path / "first", tmp_path / "again"
    twin(
        "run", shop, "--out", first, "--quiet", "--seed", 5, "--replications", 2, "--set", "disruptions.snow.lasts=6 d"
    )
    twin("run", first / "scenario.yaml", "--out", again, "--quiet")
    ours, theirs = (json.loads((folder / "kpis.json").read_text(encoding="utf-8")) for folder in (first, again))
    assert theirs["hash"] == ours["hash"]
    assert theirs["policies"] == ours["policies"]
    assert (theirs["seed"], theirs["replications"]) == (5, 2)


def test_an_interrupted_run_keeps_what_is_finished(twin, shop, tmp_path, monkeypatch):
    """Ctrl-C in the third replication: two are written, and the status says that it was interrupted."""
    from twin.results.kpi import measure

    measured = []

    def tired(*what):
        if len(measured) == 5:
            raise KeyboardInterrupt
        measured.append(measure(*what))
        return measured[-1]

    monkeypatch.setattr("twin.study.trials.measure", tired)
    said = twin("run", shop, "--json", "--out", tmp_path / "out")
    assert said.status == 130
    assert json.loads(said.out)["replications"] == 2
    assert "2 replications" in said.err
    assert len((tmp_path / "out" / "trials.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * 2


def test_a_run_interrupted_at_once_only_says_so(twin, shop, monkeypatch):
    """There is nothing to keep."""

    def tired(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("twin.study.trials.measure", tired)
    said = twin("run", shop, "--json")
    assert (said.status, said.out, said.err.strip()) == (130, "", "interrupted")


def test_whoever_is_stopped_before_there_is_an_answer_hears_what_is_left(twin, shop, tmp_path, monkeypatch):
    """One trial of six is no replication, and yet it is not lost."""
    from twin.results.kpi import measure

    left = [1]

    def tired(*what):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return measure(*what)

    monkeypatch.setattr("twin.study.trials.measure", tired)
    said = twin("run", shop, "--out", tmp_path / "out")
    kept = f"finished trials kept in {tmp_path / 'out' / 'trials.jsonl'}: 1; the same command goes on from there"
    assert (said.status, said.out, said.err.split("\n")[0]) == (130, "", kept)


def test_no_days_of_another_run_stay_behind(twin, shop, tmp_path, monkeypatch):
    """An interrupted run has no timeline; that of the run before would be taken for it."""
    (tmp_path / "timeline.csv").touch()
    monkeypatch.setattr("twin.report.charts.draw", lambda *_: [])
    monkeypatch.setattr("twin.study.crew.crew", lambda *_: Interrupted(3))
    assert twin("run", shop, "--out", tmp_path, "--quiet").status == 130
    assert not (tmp_path / "timeline.csv").exists()


class Interrupted(Alone):
    """A crew that hears Ctrl-C after so many trials."""

    def __init__(self, after):
        self.after = after

    def map(self, work, tasks):
        yield from islice(super().map(work, tasks), self.after)
        raise KeyboardInterrupt


def test_two_runs_in_one_folder_are_refused(twin, shop, tmp_path):
    """The second would do the same again, or sweep out what the first has done."""
    with keeping(Alone(), tmp_path / "out" / "trials.jsonl"):
        said = twin("run", shop, "--out", tmp_path / "out")
    sentence = f"{tmp_path / 'out'}: another run is at work in this folder; one folder, one run at a time\n"
    assert said == (2, "", sentence)


def test_the_bar_tells_of_what_is_to_be_done(shop, tmp_path, monkeypatch):
    """Four of six trials are there: it goes from nothing to two, and time left is that of two."""
    seen = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.progress.Progress.update", lambda _bar, _task, **told: seen.append(told))
    tasks = every(("jit", "jic"), range(3))
    with keeping(Alone(), tmp_path / "trials.jsonl") as kept:
        [*run_trials([load(shop)], tasks[:4], 11, kept)]
    with keeping(Alone(), tmp_path / "trials.jsonl") as kept, progress_bar(False, kept) as tell:
        for done, _ in enumerate(run_trials([load(shop)], tasks, 11, kept), 1):
            tell(done, len(tasks))
    assert [(told["completed"], told["total"]) for told in seen] == [(0, 2)] * 4 + [(1, 2), (2, 2)]


def folder_of(path: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def test_a_run_that_was_interrupted_goes_on_and_leaves_the_same_files(twin, shop, tmp_path, monkeypatch):
    """Tables, pictures and all: nobody can tell that somebody pressed Ctrl-C in between."""
    from twin.results.kpi import measure

    left = [5]

    def tired(*what):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return measure(*what)

    assert twin("run", shop, "--out", tmp_path / "whole", "--quiet").status == 0
    monkeypatch.setattr("twin.study.trials.measure", tired)
    said = twin("run", shop, "--out", tmp_path / "out")
    assert (said.status, said.err.splitlines()[-1]) == (
        130, "interrupted: these are the 2 replications that were finished; the same command goes on from here"
    )  # fmt: skip
    left[0] = 1
    said = twin("run", shop, "--out", tmp_path / "out")
    assert (said.status, said.err.splitlines()[0]) == (0, "5 of 6 trials were there already")
    assert folder_of(tmp_path / "out") == folder_of(tmp_path / "whole")
    monkeypatch.setattr("twin.study.trials.measure", measure)
    assert "already" not in twin("run", shop, "--out", tmp_path / "out", "--set", "run.seed=12").err


def test_ctrl_c_ends_a_run_with_many_processes(tmp_path):
    """As a terminal sends it, to all of them: no traceback of any, and what is finished is kept."""
    root = Path(__file__).parents[2]
    out = tmp_path / "out"
    words = ["run", "scenarios/calm.yaml", "--replications", "2000", "--jobs", "2", "--json", "--quiet", "--out", out]
    command = [sys.executable, "-m", "twin", *map(str, words)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # in the background of a shell it is ignored
    with subprocess.Popen(command, cwd=root, start_new_session=True, preexec_fn=heard, **streams) as running:
        while not (out / "trials.jsonl").exists() or (out / "trials.jsonl").read_bytes().count(b"\n") < 40:
            assert running.poll() is None
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        printed, said = running.communicate(timeout=60)
    done = json.loads(printed)["replications"]
    assert (running.returncode, "Traceback" in said) == (130, False)
    assert 2000 > done >= 40 // 3
    assert f"these are the {done} replications" in said
    kept = (out / "trials.jsonl").read_bytes().count(b"\n")
    assert done * 3 <= kept < done * 3 + 3


def test_a_trial_that_fails_is_named_and_the_others_are_kept(twin, shop, tmp_path, monkeypatch):
    """Status 1, which trial, the command that runs it alone, and the two replications that are whole."""
    from twin.simulation import simulate

    def broken(model, policy, replication, seed, **rest):
        if (policy, replication) == ("jic", 1):
            raise ZeroDivisionError("division by zero")
        return simulate(model, policy, replication, seed, **rest)

    monkeypatch.setattr("twin.study.trials.simulate", broken)
    said = twin("run", shop, "--json", "--out", tmp_path / "out", "--set", "run.horizon=20 d")
    assert said.status == 1
    assert json.loads(said.out)["replications"] == 2
    assert "a defect of this program" in said.err
    assert f"twin trace {shop} --set 'run.horizon=20 d' --policy jic --replication 1 --seed 11" in said.err
    assert "Traceback" not in said.err
    assert len((tmp_path / "out" / "trials.jsonl").read_bytes().splitlines()) == 5
    monkeypatch.setenv("TWIN_TRACEBACK", "1")
    monkeypatch.setattr(sys, "argv", ["twin", "run", str(shop), "--quiet"])
    with pytest.raises(Exception, match="1 of 6 trials failed") as failed:
        main()
    assert "in broken" in failed.value.__notes__[0]


def test_help_and_version(twin):
    """The first thing that anybody types."""
    said = twin("--help")
    assert said.status == 0
    assert all(command in said.out for command in ("run", "check", "show", "trace", "why"))
    assert twin("--version").status == 0


def test_why_tells_the_root_of_every_lost_sale(twin, shop):
    """Snow shuts the road for eight days: a table by root, then chains; as JSON, with sums that add up."""
    said = twin("why", shop, "--policy", "jit", "--set", "disruptions.snow.lasts=8 d")
    assert said.status == 0
    assert "disruption `snow`: capacity of road at 0 %, from day 10 to day 18" in said.out
    found = json.loads(twin("why", shop, "--policy", "jit", "--replication", 1, "--json").out)
    measured = twin("run", shop, "--policy", "jit", "--replications", 2, "--json")
    assert found["totals"]["lost"] == sum(root["lost"] for root in found["roots"])
    assert found["hash"] == json.loads(measured.out)["hash"]
    assert all(miss["chain"][-1]["kind"] == miss["root"]["kind"] for miss in found["misses"])


def test_why_of_one_day(twin, shop):
    """Who asks for a day beyond the run, or for a policy that is none, is told so."""
    assert twin("why", shop, "--policy", "jic", "--day", 5).out.splitlines()[1].startswith("No line stood")
    assert "beyond the horizon of 30 d" in twin("why", shop, "--policy", "jit", "--day", 30).err
    assert "did you mean `jit`?" in twin("why", shop, "--policy", "jitt").err


def test_as_a_module_in_a_pipe(shop):
    """`python -m twin` in a pipe: no progress bar on stderr, and a reader that leaves early is no error."""
    piped = subprocess.run(
        [sys.executable, "-m", "twin", "run", str(shop), "--json"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (piped.returncode, piped.stderr) == (0, "")
    assert json.loads(piped.stdout)["replications"] == 3
    head = subprocess.run(
        ["sh", "-c", '"$0" -m twin trace "$1" --policy jit | head -n 1', sys.executable, str(shop)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (head.stderr, len(head.stdout.splitlines())) == ("", 1)
