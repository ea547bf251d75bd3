"""How long one waits before anything happens."""

import shutil
import subprocess
import sys
import time

import pytest

from tests.bench.table import Row
from tests.bench.test_scale import cpu_of_children
from tests.bench.worker import ROOT

OUT = "outputs/timed"
RUN = ["-m", "twin", "run", "scenarios/port_shutdown.yaml", "--out", OUT]  # what `make scenario` does


@pytest.mark.benchmark(timer=cpu_of_children)
@pytest.mark.parametrize(
    ("name", "words", "aim"),
    [
        ("python -c pass", ["-c", "pass"], ""),
        ("import twin", ["-c", "import twin"], ""),
        ("twin --help", ["-m", "twin", "--help"], "aim: 250 ms"),
        ("twin run port_shutdown, pictures and all", RUN, "aim: 12 s on the clock"),
        ("twin check port_shutdown", ["-m", "twin", "check", "scenarios/port_shutdown.yaml"], "aim: 600 ms"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_start(benchmark, name, words, aim):
    """A process from its first to its last moment, the start of Python included; no earlier run has left anything."""
    walls = []

    def once():
        shutil.rmtree(ROOT / OUT, ignore_errors=True)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
        walls.append(time.perf_counter() - began)
        return done

    benchmark.pedantic(once, rounds=2 if words is RUN else 7, warmup_rounds=1)
    least = benchmark.stats.stats.min if benchmark.enabled else min(walls)
    Row(name, least, remark=f"{aim}{', ' if aim else ''}on the clock {min(walls) * 1e3:.0f} ms")
