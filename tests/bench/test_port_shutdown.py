"""The shipped scenario: what a user waits for, times replications and policies."""

import time
from itertools import count

import pytest

import twin
from tests.bench import floor
from tests.bench.table import Row
from tests.bench.worker import ROOT, ask, events

SCENARIO = ROOT / "scenarios" / "port_shutdown.yaml"

REPLICATIONS = 5  # timed together: one may be light, another heavy
AIM = 30  # ms of CPU for a replication of a policy
DAYS, A_SECOND = 3650, 66_000  # of the chain in bare SimPy: what is timed, and what was done where the aim was set

UNDER_WAY = 60  # shipments that a lane can hold at most, so what left is what arrived but for so many

pytestmark = pytest.mark.benchmark(timer=time.process_time)


@pytest.mark.parametrize("policies", [["jit"], ["jic"], ["hybrid"], ["jit", "jic", "hybrid"]], ids=" ".join)
def test_a_replication_of_port_shutdown(fastest, policies):
    """Simulated and measured: a plant, its ports, a closure. Each time with luck that nobody has met before."""
    model = twin.load(SCENARIO)
    trials = [(policy, replication) for replication in range(REPLICATIONS) for policy in policies]
    seeds = count(1)

    def study():
        seed = next(seeds)
        for policy, replication in trials:
            twin.measure(model, twin.simulate(model, policy, replication, seed))

    spent, bare = fastest(study, lambda: floor.simulate(DAYS), rounds=10)
    ledgers = [twin.simulate(model, policy, replication) for policy, replication in trials]
    here = AIM * A_SECOND * bare / DAYS
    Row(
        f"port_shutdown, {' and '.join(policies)}", spent / len(trials), sum(map(events, ledgers)) // len(trials),
        peak=max(ask(SCENARIO, policy)["peak"] for policy in policies),
        remark=f"aim: {AIM} ms where bare SimPy makes {A_SECOND:,} days of the chain a second, so {here:.0f} here"
    )  # fmt: skip
    for ledger in ledgers:
        the_books_agree(model, ledger)


def the_books_agree(model, ledger):
    """Nothing is fast because it does not happen: whoever counts an event, counts as many as who caused it."""

    def times(kind):
        return sum(tally.times for (name, *_), tally in ledger.tallies.items() if name == kind)

    results = twin.measure(model, ledger)
    kpis = results["kpis"]
    assert kpis["demand"] == kpis["sold"] + kpis["lost_sales"] + kpis["backlog"]
    assert times("demand") > 300  # a day without demand is none
    bought = [name for name in results["items"] if not model.network.lines(*name.split("."))]
    placed = sum(ledger.tallies["ordered", name].times for name in bought)
    assert placed == times("orders") + times("claimed") > 150  # with suppliers, and with other warehouses
    for lane, found in results["lanes"].items():
        left, arrived = ledger.tallies["shipments", lane], ledger.tallies["door_to_door", lane]
        assert abs(left.times - arrived.times) <= UNDER_WAY, lane
        assert found["pieces"] >= left.times
    for name, line in model.lines.items():
        for product, making in line.makes.items():
            started, made = ledger.tallies["started", name, product], ledger.tallies["made", name, product]
            assert abs(started.total - made.total) <= making.lot  # but for the lot at work
            assert started.times * making.lot >= started.total  # whole lots, and what is left of an order
    assert sum(lane["shipments"] for lane in results["lanes"].values()) > 100
    for port in model.ports:
        ours = sum(results["lanes"][lane]["shipments"] for lane, spec in model.lanes.items() if port in spec.via)
        assert results["nodes"][port]["ships"] >= 0.8 * ours
