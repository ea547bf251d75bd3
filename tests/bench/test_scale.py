"""Time grows as the work does: twice the goods, places, days or replications, twice the time.

Each size runs in a process of its own, sizes by turns, and the least time counts. The exponent is the slope of
log time over log size, by least squares; above 1.1 something is done again for each of too many.
"""

import math
import os
import time

import pytest

import twin
from tests.bench import floor, networks
from tests.bench.conftest import seconds
from tests.bench.table import Row
from tests.bench.worker import ask, events
from twin.model.units import DAY
from twin.study.crew import crew
from twin.study.trials import every, run_trials

LINEAR = 1.1


class Superlinear(AssertionError):
    """It takes longer than the work grows."""


not_yet = pytest.mark.xfail(raises=Superlinear, reason="simulating alone: 1.07 to 1.22")


def cpu_of_children():
    """The timer for what runs in processes of its own."""
    spent = os.times()
    return spent.children_user + spent.children_system


def exponent(times):
    """The slope of log time over log size."""
    points = [(math.log(size), math.log(spent)) for size, spent in times.items()]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def must_be_linear(slopes):
    for step in ("simulate", "all"):
        if slopes[step] > LINEAR:
            raise Superlinear(f"exponent of {step}: {slopes[step]:.2f}")


def in_turns(benchmark, tmp_path, write, sizes, days):
    """What each size took at least: {"simulate": {10: 0.1, 100: 1.0}, "load": ...}, and the last answer for each."""
    paths = {}
    for size in sizes:
        paths[size] = tmp_path / f"{size}.yaml"
        paths[size].write_text(write(size, days), encoding="utf-8")
    answers = {size: [] for size in sizes}

    def once():
        for size, rounds in sizes.items():
            if len(answers[size]) < rounds:
                answers[size].append(ask(paths[size], "lean"))

    benchmark.pedantic(once, rounds=max(sizes.values()))
    steps = ("load", "simulate", "measure")
    least = {step: {size: min(answer[step] for answer in answers[size]) for size in sizes} for step in steps}
    least["all"] = {size: sum(least[step][size] for step in steps) for size in sizes}
    return least, {size: found[-1] for size, found in answers.items()}


def tell(what, least, found, days):
    """A row for each size and one for the exponents, which are returned."""
    for size, answer in found.items():
        Row(
            f"{size:,} {what}, {days} days", least["simulate"][size], answer["events"], peak=answer["peak"],
            remark=f"load {least['load'][size]:.2f} s, measure {least['measure'][size]:.2f} s"
        )  # fmt: skip
    slopes = {step: exponent(times) for step, times in least.items()}
    Row(f"  exponents of {what}", remark=", ".join(f"{step} {slope:.2f}" for step, slope in slopes.items()))
    return slopes


@not_yet
@pytest.mark.benchmark(timer=cpu_of_children)
def test_goods(benchmark, tmp_path):
    """Every item is bought every day, ordered every day, and comes every day."""
    days = 30
    least, found = in_turns(benchmark, tmp_path, networks.skus, {10: 3, 100: 3, 1000: 2, 5000: 1}, days)
    slopes = tell("SKUs", least, found, days)
    for size, answer in found.items():
        assert 0.98 * size * days < answer["sales"] <= size * days  # few days ask for nothing
        assert answer["events"] > 2 * answer["sales"]  # each sale is ordered again
        assert answer["kpis"]["demand"] == answer["kpis"]["sold"] + answer["kpis"]["lost_sales"]
    assert slopes["all"] <= LINEAR  # what a user waits for
    must_be_linear(slopes)


@pytest.mark.benchmark(timer=cpu_of_children)
def test_five_thousand_goods_for_a_year(benchmark, tmp_path):
    """What a mid-sized distributor has."""
    count, days = 5000, 365
    path = tmp_path / "year.yaml"
    path.write_text(networks.skus(count, days), encoding="utf-8")
    found = benchmark.pedantic(ask, args=(path, "lean"), rounds=1)
    whole = found["load"] + found["simulate"] + found["measure"]
    Row(f"{count:,} SKUs, a year, all in all", whole, found["events"], peak=found["peak"], remark="aim: 60 s, 1000 MB")
    assert 0.98 * count * days < found["sales"] <= count * days
    assert found["events"] > 2 * found["sales"]
    assert found["peak"] < 1000


@not_yet
@pytest.mark.benchmark(timer=cpu_of_children)
def test_places(benchmark, tmp_path):
    """Each warehouse has daily orders and a daily shipment; those at the ends have a customer each."""
    days = 100
    least, found = in_turns(benchmark, tmp_path, networks.tree, {10: 3, 100: 3, 1000: 2}, days)
    slopes = tell("warehouses", least, found, days)
    for size, answer in found.items():
        ends = size - (size - 2) // networks.FAN - 1
        assert 0.97 * ends * days < answer["sales"] <= ends * days
        assert answer["events"] > 2.8 * size * days  # an order, a departure and an arrival
        assert answer["kpis"]["demand"] == answer["kpis"]["sold"] + answer["kpis"]["backlog"]
    must_be_linear(slopes)


@pytest.mark.benchmark(timer=time.process_time)
def test_a_thousand_places_beside_bare_simpy(fastest, tmp_path):
    """A network that no chain can stand for: wide, and each place with few goods."""
    count, days = 1000, 100
    path = tmp_path / "tree.yaml"
    path.write_text(networks.tree(count, days), encoding="utf-8")
    model = twin.load(path)
    ours, bare = fastest(
        lambda: twin.simulate(model, "lean"), lambda: floor.simulate_tree(count, days, networks.FAN), rounds=2
    )
    ledger = twin.simulate(model, "lean")
    kpis = twin.measure(model, ledger)["kpis"]
    stages, asked = floor.simulate_tree(count, days, networks.FAN)
    assert kpis["demand"] == pytest.approx(asked, rel=0.01)
    assert sum(stage.sold for stage in stages) > asked
    Row("1,000 warehouses, 100 days", ours, events(ledger), ours / bare)
    Row("  by hand in bare SimPy", bare, None, 1.0)


@pytest.mark.benchmark(timer=time.perf_counter)
def test_a_hundred_years_on_two_cores(benchmark, tmp_path):
    """What a study asks for: the same year again and again, with other luck, measured, on the clock."""
    path = tmp_path / "chain.yaml"
    path.write_text(networks.serial(365), encoding="utf-8")
    model = twin.load(path)
    trials = []

    def study():
        trials[:] = run_trials([model], every(["lean"], range(100)), 1, crew(2))

    benchmark.pedantic(study, rounds=3)
    assert len({trial.results["kpis"]["demand"] for trial in trials}) > 50
    least = benchmark.stats.stats.min if benchmark.enabled else None
    Row("three stages, 100 × 365 days, two processes", least, remark="on the clock, start of the processes included")


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("what", ["days", "replications"])
def test_length(benchmark, tmp_path, what):
    """A year costs a year: nothing is kept that has to be looked through."""
    path, least, sales = tmp_path / "chain.yaml", {}, {}
    path.write_text(networks.serial(365), encoding="utf-8")
    model = twin.load(path)

    def simulate(size):
        years, count = (size, 1) if what == "days" else (1, size)
        here = model.model_copy(update={"run": model.run.model_copy(update={"horizon": years * 365 * DAY})})
        ledgers = [twin.simulate(here, "lean", replication) for replication in range(count)]
        sales[size] = sum(ledger.tallies["demand", "customer.part"].times for ledger in ledgers)

    sizes = (1, 4, 16)

    def once():
        for size in sizes:
            least[size] = min(least.get(size, math.inf), seconds(lambda size=size: simulate(size)))

    benchmark.pedantic(once, rounds=4, warmup_rounds=1)
    slope = exponent(least)
    Row(
        f"three stages, {sizes[-1]} {'years' if what == 'days' else 'times a year'}",
        least[sizes[-1]],
        remark=f"exponent {slope:.2f}",
    )
    for size in sizes:
        assert 0.98 * 365 * size < sales[size] <= 365 * size
    assert slope <= LINEAR
