"""Three stages in a row: against bare SimPy, and against what else one could have picked."""

import time
from importlib.util import find_spec

import pytest

import twin
from tests.bench import floor, networks, peers
from tests.bench.conftest import seconds
from tests.bench.table import Row
from tests.bench.worker import ask, events

YEARS = 3650
YEAR = 365  # enough for the slow ones

pytestmark = pytest.mark.benchmark(timer=time.process_time)


@pytest.fixture
def chain(tmp_path):
    """The model of so many days, and the file that it stands in."""

    def chain(days):
        path = tmp_path / f"serial{days}.yaml"
        path.write_text(networks.serial(days), encoding="utf-8")
        return twin.load(path), path

    return chain


def demand_of(ledger, days):
    return [int(pieces) for pieces in ledger.tallies["demand", "customer.part"].by_day[:days]]


def per_day(days, task):
    return min(seconds(task) for _ in range(2)) / days


def test_a_chain_beside_the_same_chain_in_bare_simpy(fastest, chain):
    """The price of the ledger, of dials that could be turned, and of chance that has names."""
    model, path = chain(YEARS)
    ours, bare = fastest(lambda: twin.simulate(model, "lean"), lambda: floor.simulate(YEARS))
    ledger = twin.simulate(model, "lean")
    the_same_happened(model, ledger)

    year, _ = chain(YEAR)
    demand = demand_of(twin.simulate(year, "lean"), YEAR)
    ours_per_day, ratios = ours / YEARS, {}
    for name in ("stockpyl", "SupplyNetPy"):
        if find_spec(name):
            play = getattr(peers, name.lower())
            ratios[name.lower()] = per_day(YEAR, lambda play=play: play(demand)) / ours_per_day
    Row(
        "three stages, 3650 days", ours, events(ledger), ours / bare, peak=ask(path, "lean")["peak"],
        remark="aim: ÷ 2, × 20, × 8", **ratios
    )  # fmt: skip
    Row("  by hand in bare SimPy", bare, events(ledger), 1.0)
    for name, ratio in ratios.items():
        Row(f"  in {name}, as for 3650 days", ours * ratio)


def the_same_happened(model, ledger):
    """Fed with our demand, the chain written by hand has the same pieces on every shelf."""
    demand = demand_of(ledger, YEARS)
    stages = floor.simulate(YEARS, demand)
    items = twin.measure(model, ledger)["items"]
    for name, stage in zip(("factory", "depot", "shop"), stages, strict=True):
        found = items[f"{name}.part"]
        assert found["on_hand"] == pytest.approx(stage.stock_days / YEARS)
        assert found["backlog"] == pytest.approx(stage.backlog_days / YEARS)
        assert found["orders"] == stage.orders
    *_, shop = stages
    asked_for, short = ledger.tallies["demand", "customer.part"], ledger.tallies["short", "customer.part"]
    assert asked_for.total - short.total == shop.at_once
    assert ledger.tallies["sold", "customer.part"].total == shop.sold
    asked = sum(1 for pieces in demand if pieces)
    assert asked_for.times == asked
    # A day without demand moves nothing upstream; what is owed travels when it is there, in a shipment of its own.
    shipments = [ledger.tallies["shipments", lane].times for lane in ("inbound", "trunk", "last")]
    assert shipments[0] == stages[0].orders
    assert all(asked <= count <= 1.1 * asked for count in shipments)


def test_stockpyl_plays_the_same_days(benchmark, chain):
    """Only who does the same work may be compared: every mean level agrees to the piece."""
    pytest.importorskip("stockpyl")
    model, _ = chain(YEAR)
    ledger = twin.simulate(model, "lean")
    items = twin.measure(model, ledger)["items"]
    ours = [items[f"{stage}.part"] for stage in ("factory", "depot", "shop")]
    theirs = benchmark.pedantic(peers.stockpyl, args=(demand_of(ledger, YEAR),), rounds=1)
    assert [stock["on_hand"] - stock["backlog"] for stock in ours] == pytest.approx(theirs)


def test_supplynetpy_sells_the_same(benchmark, chain):
    """Within a few per cent: it knows no order of nothing, and sends orders whole or not yet."""
    pytest.importorskip("SupplyNetPy")
    model, _ = chain(YEAR)
    ledger = twin.simulate(model, "lean")
    sold = benchmark.pedantic(peers.supplynetpy, args=(demand_of(ledger, YEAR),), rounds=1)
    assert sold == pytest.approx(ledger.tallies["sold", "customer.part"].total, rel=0.02)
