"""How fast it is: CPU time of one replication. `make bench` prints the table, docs/performance.md explains it."""

import time
from pathlib import Path

import pytest

import twin
from twin.model.units import DAY

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SERIAL = """
twin: 1
title: Three stages in a row, ten years, daily demand; lead times 2 d, 1 d, 1 d
items: {part: {value: 10 USD/pc}}
nodes:
  maker:    {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
  factory:  {kind: warehouse}
  depot:    {kind: warehouse}
  shop:     {kind: warehouse}
  customer: {kind: customer, unmet: backorder, buys: {part: {from: shop, every: 1 d,
             quantity: {dist: poisson, mean: 5 pc}}}}
lanes:
  inbound: {from: maker, to: factory, transit: 2 d}
  trunk:   {from: factory, to: depot, transit: 1 d}
  last:    {from: depot, to: shop, transit: 1 d}
policies: {lean: {everything: {rule: base_stock, safety_stock: 1 d}}}
run: {horizon: 3650 d}
"""

pytestmark = pytest.mark.benchmark(timer=time.process_time, min_rounds=5)


def test_three_stages_in_a_row(benchmark, tmp_path):
    """The smallest chain that is one: per day a sale, three reviews and three shipments."""
    (tmp_path / "serial.yaml").write_text(SERIAL, encoding="utf-8")
    model = twin.load(tmp_path / "serial.yaml")
    ledger = benchmark(twin.simulate, model, "lean")
    days = model.run.horizon // DAY
    assert ledger.tallies["demand", "customer.part"].times == pytest.approx(days, rel=0.02)  # some days ask for nothing
    shipments = [ledger.tallies["shipments", lane].times for lane in model.lanes]
    assert all(0.98 * days <= count <= days for count in shipments)


@pytest.mark.parametrize("policy", ["jit", "jic", "hybrid"])
def test_port_shutdown(benchmark, policy):
    """A plant, its ports, a closure: what a user waits for, times replications and policies."""
    model = twin.load(SCENARIOS / "port_shutdown.yaml")
    results = twin.measure(model, benchmark(twin.simulate, model, policy))
    kpis = results["kpis"]
    assert kpis["demand"] == kpis["sold"] + kpis["lost_sales"] + kpis["backlog"]
    assert sum(lane["shipments"] for lane in results["lanes"].values()) > 100
