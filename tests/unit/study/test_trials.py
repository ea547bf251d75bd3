"""Trials that fail: the others go on, and whoever has to find out why can run that one alone."""

import shlex

import pytest

import twin
from tests.unit.study.test_comparisons import SHOP
from twin.study.crew import Alone
from twin.study.kept import Kept
from twin.study.processes import KILLED
from twin.study.trials import TrialsFailed, every, run_trials

TASKS = every(("lean", "safe"), range(3))


@pytest.fixture
def model(scenario):
    return twin.load(scenario(SHOP).tree.files[0], ["nodes.client.buys.part.margin=7 USD/pc"])


@pytest.fixture
def breaks(monkeypatch):
    """Some trials fail, as a defect of ours would make them."""
    simulate = twin.simulate

    def break_(*which: tuple[str, int]) -> None:
        def broken(model, policy, replication, seed):
            if (policy, replication) in which:
                raise ZeroDivisionError("division by zero")
            return simulate(model, policy, replication, seed)

        monkeypatch.setattr("twin.study.trials.simulate", broken)

    return break_


def test_the_others_go_on(model, breaks):
    """Ninety trials, one defect: eighty-nine answers, then the news."""
    sound = [*run_trials([model], TASKS, 11, Alone())]
    breaks(("safe", 1))
    trials = []
    with pytest.raises(TrialsFailed):
        for trial in run_trials([model], TASKS, 11, Alone()):
            trials.append(trial)
    assert trials == [trial for trial in sound if trial[1:3] != ("safe", 1)]


def test_the_message_has_the_command_that_runs_it_alone(model, breaks):
    """With policy, replication, seed and every patch: copied into a terminal it shows the same trial."""
    breaks(("safe", 1))
    with pytest.raises(TrialsFailed) as failed:
        [*run_trials([model], TASKS, 12, Alone())]
    said = str(failed.value)
    assert "1 of 6 trials failed" in said
    assert "replication 1 of safe, seed 12: ZeroDivisionError: division by zero (test_trials.py, line" in said
    assert shlex.split(said.splitlines()[-1]) == [
        "twin", "trace", str(model.tree.files[0]), "--set", "nodes.client.buys.part.margin=7 USD/pc",
        "--policy", "safe", "--replication", "1", "--seed", "12",
    ]  # fmt: skip


def test_a_trial_that_was_killed_is_named_too(model):
    """No exception tells of it, and the others go on all the same."""

    class Short(Alone):
        def map(self, work, tasks):
            for task, results in zip(tasks, super().map(work, tasks), strict=True):
                yield KILLED if task == TASKS[3] else results

    trials = []
    with pytest.raises(TrialsFailed, match="replication 1 of safe, seed 11: the process that did it was killed"):
        for trial in run_trials([model], TASKS, 11, Short()):
            trials.append(trial)
    assert len(trials) == 5


def test_of_many_failures_the_first_are_told(model, breaks):
    """A thousand times the same sentence helps nobody."""
    breaks(*((policy, replication) for policy in ("lean", "safe") for replication in range(9)))
    with pytest.raises(TrialsFailed) as failed:
        [*run_trials([model], every(("lean", "safe"), range(9)), 11, Alone())]
    said = str(failed.value)
    assert "18 of 18 trials failed" in said
    assert said.count("twin trace") == 5
    assert said.endswith("and 13 more")


def test_a_comparison_keeps_the_replications_that_are_whole(model, breaks):
    """Differences are taken pair by pair: a replication that one policy lacks says nothing."""
    breaks(("safe", 1))
    comparison = twin.compare(model, timelines=True)
    assert isinstance(comparison.stopped, TrialsFailed)
    assert comparison.document["replications"] == 3
    assert [trial.replication for trial in comparison.trials] == [0, 0, 2, 2, 3, 3]
    assert comparison.watched.timelines == {}


def test_a_comparison_without_a_whole_replication_fails(model, breaks):
    """There is nothing to tell but the defect."""
    breaks(*(("safe", replication) for replication in range(4)))
    with pytest.raises(TrialsFailed):
        twin.compare(model)


def test_what_failed_is_not_kept(model, breaks, tmp_path, monkeypatch):
    """Once it is mended, it is run, and the file is that of a study in which nothing ever failed."""
    whole, file = tmp_path / "whole.jsonl", tmp_path / "trials.jsonl"
    sound = [*run_trials([model], TASKS, 11, Kept(Alone(), whole))]
    breaks(("lean", 1), ("safe", 0))
    kept = Kept(Alone(), file)
    with pytest.raises(TrialsFailed):
        [*run_trials([model], TASKS, 11, kept)]
    kept.tidy()
    breaks()
    again = Kept(Alone(), file)
    assert [*run_trials([model], TASKS, 11, again)] == sound
    again.tidy()
    assert file.read_bytes() == whole.read_bytes()
