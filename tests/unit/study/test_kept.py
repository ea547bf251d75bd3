"""What is done is kept: a study that was stopped goes on where it was, and nobody can tell it from one that was not."""

import json

import pytest

import twin
from tests.unit.study.test_comparisons import SHOP
from twin.study import edition as program
from twin.study.crew import Alone
from twin.study.kept import Kept, keeping
from twin.study.precision import Precision
from twin.study.trials import every, run_trials
from twin.study.worker import CrewLost

TASKS = every(("lean", "safe"), range(3))


@pytest.fixture
def model(scenario):
    return scenario(SHOP)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "out" / "trials.jsonl"


class Counted(Alone):
    """A crew that knows how much it had to do."""

    done = 0

    def map(self, work, tasks):
        for result in super().map(work, tasks):
            self.done += 1
            yield result


def study(model, file, tasks=TASKS, seed=11, stop=None):
    """The trials, how many had to be run, and what was said of those that had not; cut off after `stop` trials."""
    crew, said = Counted(), []
    kept = Kept(crew, file, lambda *counts: said.append(counts))
    trials = []
    for trial in run_trials([model], tasks, seed, kept):
        trials.append(trial)
        if len(trials) == stop:
            break
    kept.tidy()
    return trials, crew.done, said


def test_a_stopped_study_goes_on_and_leaves_the_same_file(model, file, tmp_path):
    """Four of six were done when the lights went out: two are left to do, and no byte tells."""
    whole, done, said = study(model, tmp_path / "whole" / "trials.jsonl")
    assert (len(whole), done, said) == (6, 6, [])
    assert study(model, file, stop=4)[1] == 4
    resumed, done, said = study(model, file)
    assert (resumed, done, said) == (whole, 2, [(4, 6)])
    assert file.read_bytes() == (tmp_path / "whole" / "trials.jsonl").read_bytes()
    assert study(model, file) == (whole, 0, [(6, 6)])


def test_results_come_back_as_they_were(model, file):
    """To the last bit, whole numbers whole, and nothing where there was nothing."""
    fresh, again = (study(model, file)[0] for _ in range(2))
    assert repr(fresh) == repr(again)


@pytest.mark.parametrize("torn", [1, 200, -2])
def test_a_torn_last_line_is_as_if_it_were_not_there(model, file, torn):
    """The machine stopped while it was written: the trial runs again, and the file is whole again."""
    study(model, file)
    whole = file.read_bytes()
    start = whole[:-1].rindex(b"\n") + 1
    file.write_bytes(whole[: start + torn] if torn > 0 else whole[:torn])
    _, done, said = study(model, file)
    assert (done, said) == (1, [(5, 6)])
    assert file.read_bytes() == whole


@pytest.mark.parametrize("rubbish", [b"\n", b"\x00\x00\x00\n", b"[]\n", b'{"results": 1}\n', b"half a li{ne\n"])
def test_rubbish_in_between_is_swept_out(model, file, rubbish):
    """A disk may lose what it likes: it costs a trial, and never a study."""
    study(model, file)
    first, rest = file.read_bytes().split(b"\n", 1)
    file.write_bytes(rubbish + rest)
    _, done, _ = study(model, file)
    assert done == 1
    assert file.read_bytes() == first + b"\n" + rest


def test_another_seed_or_scenario_never_takes_over_trials(model, scenario, file):
    """What is kept answers one question; another one is another question."""
    study(model, file)
    assert study(model, file, seed=12)[1:] == (6, [])
    study(model, file)
    dearer = scenario(SHOP.replace("price: 10 USD/pc", "price: 11 USD/pc"))
    assert study(dearer, file)[1:] == (6, [])


def test_another_program_never_takes_over_trials(model, file, monkeypatch):
    """A line of code, or a library that counts, may change any number."""
    study(model, file)
    other = program.edition() | {"numpy": "0.0"}
    monkeypatch.setattr("twin.study.trials.edition", lambda: other)
    assert study(model, file)[1:] == (6, [])


def test_the_program_is_known_by_its_sources(tmp_path, monkeypatch):
    """Whoever mends a line and forgets the version must not be shown yesterday's numbers."""
    (tmp_path / "port.py").write_text("berths = 3\n")
    monkeypatch.setattr(program, "SOURCES", tmp_path)
    program.edition.cache_clear()
    before = program.edition()
    (tmp_path / "port.py").write_text("berths = 4\n")
    program.edition.cache_clear()
    after = program.edition()
    program.edition.cache_clear()
    assert before["program"] != after["program"]


def test_more_replications_take_over_the_fewer(model, file):
    """Thirty tell too little, a hundred are asked for: seventy are run."""
    study(model, file, every(("lean", "safe"), range(2)))
    trials, done, said = study(model, file)
    assert (done, said) == (2, [(4, 6)])
    assert trials == [*run_trials([model], TASKS, 11, Alone())]


def test_a_finished_study_leaves_its_own_trials_in_its_own_order(model, file, tmp_path):
    """However it came about: first one policy, then another scenario, then both."""
    study(model, tmp_path / "whole" / "trials.jsonl")
    study(model, file, every(("safe",), range(5)))
    study(model, file)
    assert file.read_bytes() == (tmp_path / "whole" / "trials.jsonl").read_bytes()


def test_a_stopped_study_throws_nothing_away(model, file):
    """Not before it is finished is it sure what is no longer needed."""
    study(model, file, every(("safe",), range(5)))
    study(model, file, stop=1)
    assert len(file.read_bytes().splitlines()) == 6


def test_scenarios_of_one_study_are_kept_apart(model, scenario, file):
    """A sweep asks for the same policy and replication of many scenarios."""
    patient = twin.load(model.tree.files[0], ["policies.safe.all.safety_stock=9 d"])
    tasks = [*every(("safe",), range(2)), *every(("safe",), range(2), 1)]
    kept = [*run_trials([model, patient], tasks, 11, Kept(Alone(), file))]
    again = [*run_trials([model, patient], tasks, 11, Kept(Counted(), file))]
    assert kept == again == [*run_trials([model, patient], tasks, 11, Alone())]
    assert kept[0].results != kept[2].results


def test_two_runs_in_one_folder_are_noticed(model, file):
    """The other one's numbers must not be taken for ours."""
    study(model, file)
    first, second, *rest = file.read_bytes().splitlines(keepends=True)
    trials = run_trials([model], TASKS, 11, Kept(Alone(), file))
    next(trials)
    file.write_bytes(b"".join([second, first, *rest]))
    with pytest.raises(CrewLost, match="one folder, one run at a time"):
        list(trials)


def test_one_folder_has_one_run_at_a_time(model, file):
    """Two would do everything twice, and each would sweep out what the other has done."""
    with keeping(Alone(), file) as kept:
        [*run_trials([model], TASKS, 11, kept)]
        with pytest.raises(BlockingIOError, match="another run is at work"), keeping(Alone(), file):
            pass
    with keeping(Counted(), file) as kept:
        [*run_trials([model], TASKS, 11, kept)]
        assert kept._crew.done == 0


def test_what_need_not_be_done_is_counted(model, file):
    """Time left is that of the rest: what is taken from a file takes none."""
    study(model, file, TASKS[:4])
    kept = Kept(Alone(), file)
    counts = [(kept.taken, kept.spared, kept.done) for _ in run_trials([model], TASKS, 11, kept)]
    assert counts == [(1, 4, 1), (2, 4, 2), (3, 4, 3), (4, 4, 4), (4, 4, 5), (4, 4, 6)]


def test_a_precise_study_goes_on_and_leaves_the_same_file(model, tmp_path):
    """Stopped in its second batch, it asks for no more and no fewer replications than one that was not."""
    asked = Precision(0.05, most=60)

    def compared(name):
        crew = Counted()
        with keeping(crew, tmp_path / name / "trials.jsonl") as kept:
            return twin.compare(model, precision=asked, hands=kept).document, crew.done

    whole, done = compared("whole")
    assert done == 2 * whole["replications"] > 60
    with keeping(Alone(), tmp_path / "out" / "trials.jsonl") as kept:
        [*run_trials([model], every(("lean", "safe"), range(35)), 11, kept)]
    assert compared("out") == (whole, done - 70)
    assert (tmp_path / "out/trials.jsonl").read_bytes() == (tmp_path / "whole/trials.jsonl").read_bytes()


def test_every_line_says_what_it_is(model, file):
    """Other programs read it: one JSON object a line."""
    study(model, file)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {"program", "numpy", "hash", "policy", "replication", "results"} <= set(rows[0])
    assert rows[0]["hash"] == twin.compare(model, replications=1).document["hash"]
    assert [(row["policy"], row["replication"]) for row in rows] == [(task.policy, task.replication) for task in TASKS]
