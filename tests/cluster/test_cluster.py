"""A real cluster on this machine, started as docs/cluster.md says: the bytes of one process, also when a worker dies.

Skipped where dask.distributed is not installed; `make cluster` installs it.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed")

import twin
from twin.study import cluster, worker
from twin.study.cluster import Cluster
from twin.study.crew import Alone
from twin.study.trials import every, run_trials

ROOT = Path(__file__).parents[2]
(SHOWN,) = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs/cluster.md").read_text(encoding="utf-8"), re.DOTALL | re.M)
SCHEDULER, *WORKERS, RUN = SHOWN.splitlines()


@pytest.fixture(scope="module")
def port() -> int:
    """A free one, in place of the page's."""
    return unused()


def unused() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def start(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts a line of the page, and ends it when all is over, with what it has started."""
    started = []

    def start(line: str, *more: str, root: Path = ROOT, **streams: int) -> subprocess.Popen:
        program, *words = shlex.split(line.replace("8786", str(port)))
        command = [sys.executable, "-m", Path(program).name, *words, *more]
        streams = streams or {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        there = {"cwd": root, "env": os.environ | {"PYTHONPATH": str(root)}, "start_new_session": True}
        started.append(subprocess.Popen(command, **there, **streams))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    for process in started:
        process.wait(30)


@pytest.fixture(scope="module")
def workers(start: Callable[..., subprocess.Popen], port: int) -> list[subprocess.Popen]:
    """The page's scheduler and workers. Nobody looks after a worker (no nanny), so that a killed one stays away."""
    scheduler = start(SCHEDULER)
    until(lambda: scheduler.poll() is None and answers(port))
    return [start(line, "--no-nanny") for line in WORKERS]


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def crew(workers: list[subprocess.Popen], port: int) -> Cluster:
    return Cluster(f"tcp://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def model() -> twin.Model:
    return twin.load(ROOT / "scenarios/port_shutdown.yaml", ["run.horizon=90 d"])


def test_the_page_starts_what_it_says() -> None:
    """A scheduler, two workers, a run."""
    assert [shlex.split(line)[0] for line in (SCHEDULER, *WORKERS, RUN)] == [*[".venv/bin/dask"] * 3, ".venv/bin/twin"]
    assert len(WORKERS) == 2


def test_a_cluster_gives_the_same_results_in_the_same_order(crew: Cluster, model: twin.Model) -> None:
    """Elsewhere is for speed alone; and the cluster stays for the next study."""
    for seed, count in ((1, 40), (2, 3)):
        tasks = every(model.compared, range(count))
        assert [*run_trials([model], tasks, seed, crew)] == [*run_trials([model], tasks, seed, Alone())]


def test_nothing_is_left_on_the_cluster(crew: Cluster, model: twin.Model) -> None:
    """Who stops listening takes back what he asked for."""
    trials = run_trials([model], every(model.compared, range(500)), 1, crew)
    next(trials)
    trials.close()
    until(lambda: not any(crew._client.processing().values()))


def test_a_worker_of_another_program_is_refused(
    crew: Cluster, model: twin.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers might differ in the last digit, and nobody would know why."""
    monkeypatch.setattr(cluster, "edition", lambda: {"program": "0.0.0"})
    with pytest.raises(worker.CrewLost, match=r"there it is program \d.*here it is program 0\.0\.0"):
        [*run_trials([model], every(model.compared, range(2)), 1, crew)]


def test_who_is_not_there_is_said_at_once(port: int, crew: Cluster) -> None:
    """A slip in the address must not cost a minute."""
    for address in ("nonsense", "tcp://127.0.0.1:1", "tcp://127.0.0.1"):
        began = time.monotonic()
        with pytest.raises(ValueError, match="no scheduler answers"):
            Cluster(address)
        assert time.monotonic() - began < 10


def test_a_run_survives_a_killed_worker(
    workers: list[subprocess.Popen], start: Callable[..., subprocess.Popen], port: int, tmp_path: Path
) -> None:
    """The page's own command; in the middle of it a worker dies of SIGKILL. Every file is that of one process."""
    shown = RUN.replace("outputs/port_shutdown", "{out}") + " --replications 20"
    running = start(shown.format(out=tmp_path / "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept = tmp_path / "out" / "trials.jsonl"
    until(lambda: kept.exists() and kept.read_bytes().count(b"\n") > 5)
    workers[0].kill()
    assert kept.read_bytes().count(b"\n") < 50
    printed, said = running.communicate(timeout=300)
    assert (running.returncode, b"Traceback" in said) == (0, False), said.decode()
    alone = start(
        shown.format(out=tmp_path / "alone").replace(f"--cluster tcp://127.0.0.1:{8786}", "--jobs 1"),
        stdout=subprocess.PIPE,
    )
    assert alone.communicate(timeout=300)[0] == printed
    ours, theirs = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("out", "alone"))
    assert ours == theirs


def test_an_interrupted_run_keeps_what_is_finished(
    workers: list[subprocess.Popen], start: Callable[..., subprocess.Popen], tmp_path: Path
) -> None:
    """Ctrl-C here does not hurt the cluster, and leaves no traceback."""
    shown = RUN.replace("outputs/port_shutdown", str(tmp_path / "out")) + " --replications 300 --quiet"
    running = start(shown, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept = tmp_path / "out" / "trials.jsonl"
    until(lambda: kept.exists() and kept.read_bytes().count(b"\n") > 5)
    os.kill(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1].decode()
    assert (running.returncode, "Traceback" in said) == (130, False), said
    assert "that were finished; the same command goes on from here" in said
    assert workers[1].poll() is None


def test_without_its_like_without_workers_or_scheduler_nobody_waits_for_ever(
    start: Callable[..., subprocess.Popen], model: twin.Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each has a sentence; a bar that stands still has none."""
    port = unused()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start(SCHEDULER, "--port", str(port))
    until(lambda: answers(port))
    with monkeypatch.context() as hurried:
        hurried.setattr(cluster, "PATIENCE", 5)
        with pytest.raises(ValueError, match=f"{address} has no workers; start some with `dask worker {address}"):
            Cluster(address)
    copy = shutil.copytree(ROOT / "twin", tmp_path / "twin")
    with (copy / "nodes/port.py").open("a") as mended:
        mended.write("# a better port\n")
    stranger = start(WORKERS[0].replace("8786", str(port)), "--no-nanny", root=tmp_path)
    with pytest.raises(ValueError, match="has another program"):
        Cluster(address)
    stranger.kill()
    start(WORKERS[0].replace("8786", str(port)), "--no-nanny")
    time.sleep(1)
    trials = run_trials([model], every(model.compared, range(500)), 1, Cluster(address))
    next(trials)
    scheduler.kill()
    with pytest.raises(worker.CrewLost, match="scheduler is gone"):
        list(trials)
