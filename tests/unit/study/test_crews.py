"""Crews: whoever does the work, the answers are the same, in the same order, and nothing is done in vain."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from twin.study.crew import Alone, cores, crew
from twin.study.processes import Processes
from twin.study.worker import CrewLost

TASKS = [*range(12)]


class Square:
    """Work that says who did it, takes its time, and may be cut off: at one task once, at others always."""

    def __init__(self, folder: Path, takes: float = 0, once: int | None = None, deadly: tuple[int, ...] = ()) -> None:
        self.folder, self.takes, self.once, self.deadly = folder, takes, once, deadly

    def __call__(self, task: int) -> int:
        time.sleep(self.takes)
        (self.folder / f"{os.getpid()}").touch()
        died = self.folder / "died"
        if task in self.deadly or (task == self.once and not died.exists()):
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return task * task

    def workers(self) -> set[int]:
        return {int(path.name) for path in self.folder.iterdir() if path.name.isdigit()}


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """Two processes that are asked at once, however little there is to do."""
    monkeypatch.setattr(Processes, "START", 0.0)
    return Processes(2)


def test_tasks_are_answered_in_their_order(two, tmp_path):
    """Who is done first does not come first."""
    work = Square(tmp_path, 0.02)
    assert [*two.map(work, TASKS)] == [*Alone().map(work, TASKS)] == [task * task for task in TASKS]
    assert len(work.workers()) == 3


def test_processes_stay_for_the_next_work(two, tmp_path):
    """An optimisation asks for a few trials hundreds of times: starting anew each time would cost more than they do."""
    (tmp_path / "other").mkdir()
    first, second = Square(tmp_path, 0.05), Square(tmp_path / "other", 0.05)
    for work in (first, second):
        assert len([*two.map(work, TASKS)]) == len(TASKS)
    assert second.workers() <= first.workers() - {os.getpid()}


def test_processes_have_gone_when_nobody_needs_them(monkeypatch, tmp_path):
    """Python's own farewell to a pool that is just closing may write into a closed pipe, and says so on stderr."""
    monkeypatch.setattr(Processes, "START", 0.0)
    others = set(active_children())  # of tests before, whose crews wait for the collector
    crew_of_two = Processes(2)
    assert len([*crew_of_two.map(Square(tmp_path), TASKS)]) == len(TASKS)
    assert set(active_children()) > others
    del crew_of_two
    assert set(active_children()) <= others


def test_few_tasks_are_done_here(tmp_path):
    """A study of a second must not wait a second for help."""
    work = Square(tmp_path)
    assert len([*Processes(2).map(work, TASKS)]) == len(TASKS)
    assert work.workers() == {os.getpid()}


def test_a_killed_process_is_replaced_and_its_task_begins_again(two, tmp_path):
    """A machine short of memory kills somebody: the study goes on and says the same."""
    work = Square(tmp_path, 0.02, once=7)
    assert [*two.map(work, TASKS)] == [task * task for task in TASKS]
    assert (tmp_path / "died").exists()


def test_a_task_that_always_kills_has_failed_and_the_others_go_on(two, tmp_path):
    """One replication that the memory does not hold must not cost the other eighty-nine."""
    answers = [*two.map(Square(tmp_path, deadly=(7,)), TASKS)]
    assert [*answers[:7], *answers[8:]] == [task * task for task in TASKS if task != 7]
    assert "killed" in answers[7].reason


def test_when_everything_kills_it_ends_with_a_sentence(two, tmp_path):
    """Nobody waits for ever; what came before is there."""
    answers = []
    with pytest.raises(CrewLost, match="processes were killed whatever they did"):
        for answer in two.map(Square(tmp_path, deadly=tuple(TASKS[5:])), TASKS):
            answers.append(answer)
    assert answers[:5] == [task * task for task in TASKS[:5]]


def test_who_stops_listening_sends_the_processes_home(two, tmp_path):
    """After Ctrl-C nobody waits for work that nobody wants, were it an hour long."""
    work = Square(tmp_path, 0.05)
    answers = two.map(work, range(10_000))
    assert [next(answers) for _ in range(5)] == [0, 1, 4, 9, 16]
    answers.close()
    deadline = time.monotonic() + 20
    while any(map(alive, work.workers() - {os.getpid()})) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, work.workers() - {os.getpid()}))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
def test_workers_leave_with_a_killed_parent(tmp_path):
    """Nobody is left behind, holding memory and waiting for work from the dead."""
    program = """
import sys
from pathlib import Path
from tests.unit.study.test_crews import Square
from twin.study.processes import Processes
if __name__ == "__main__":
    Processes.START = 0.0
    for _ in Processes(2).map(Square(Path(sys.argv[1]), 0.05), range(10_000)):
        print("one", flush=True)
"""
    (tmp_path / "program.py").write_text(program)
    (tmp_path / "seen").mkdir()
    words = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "seen")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path.cwd())}) as parent:
        for _ in range(8):
            parent.stdout.readline()
        parent.kill()
        workers = Square(tmp_path / "seen").workers() - {parent.pid}
        assert workers
        deadline = time.monotonic() + 20
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, workers))


def test_the_crew_has_one_process_for_each_core_unless_told():
    """On one core nobody is asked for help: that would be slower."""
    assert isinstance(crew(1), Alone)
    assert crew(3).count == 3
    assert isinstance(crew(None), Alone) == (cores() == 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_cores_are_those_that_this_process_may_use():
    """Of a large machine one may have been given a corner only."""
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    program += "from twin.study.crew import cores; print(cores())"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "1\n"
