"""How things are timed: again and again, side by side with what they are compared with, and the least time counts.

Whatever else the machine does can only make a run slower; so the least of several is nearest to the truth, and two
things that take turns meet the same weather.
"""

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.table import Row, lines

Task = Callable[[], Any]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One table is enough, unless runs are to be compared."""
    if not config.getoption("benchmark_compare", None):
        config.option.benchmark_quiet = True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if Row.rows:
        terminalreporter.section("how fast it is")
        for line in lines(Row.rows):
            terminalreporter.line(line)


def seconds(task: Task) -> float:
    """Of CPU."""
    began = time.process_time()
    task()
    return time.process_time() - began


@pytest.fixture
def fastest(benchmark: Any) -> Callable[..., list[float]]:
    """The least time of each task: `ours, theirs = fastest(our_task, their_task)`. pytest-benchmark keeps the first."""

    def fastest(ours: Task, *others: Task, rounds: int = 7) -> list[float]:
        times: list[list[float]] = [[] for _ in others]

        def before() -> None:
            gc.collect()
            gc.freeze()  # what pytest holds is not searched for garbage again and again
            for kept, other in zip(times, others, strict=True):
                kept.append(seconds(other))
            gc.collect()

        benchmark.pedantic(ours, setup=before, rounds=rounds, warmup_rounds=1)
        least = benchmark.stats.stats.min if benchmark.enabled else seconds(ours)
        return [least, *map(min, times)]

    return fastest
