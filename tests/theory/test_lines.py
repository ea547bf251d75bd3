"""Lines against availability theory: failures while running, stops by the calendar, and how long a chain survives."""

from math import exp, prod, sqrt

import pytest

# A line that never lacks orders or components.
LINE = """
twin: 1
items: {part: {value: 1 USD/pc}, car: {value: 1 USD/pc, bom: {part: 1}}}
nodes:
  plant: {kind: line, from: store, to: yard, makes: {car: {rate: 1 pc/d}}}
  store: {kind: warehouse}
  yard: {kind: warehouse}
policies: {busy: {all: {rule: base_stock, level: 1000000 pc}}}
opening: {store: {part: 1000000 pc}}
run: {horizon: 365 d, replications: 100, seed: 1}
"""
FAILING = "nodes.plant.failures={mtbf: 90 d, mttr: 10 d}"
FAIL, REPAIR, YEAR = 1 / 90, 1 / 10, 365
SETTLING = (1 - exp(-(FAIL + REPAIR) * YEAR)) / (FAIL + REPAIR)


def test_a_year_that_starts_with_a_running_line_is_better_than_average(run):
    """P01: MTBF 90 d, MTTR 10 d; the first year is up 90.25 %, and not 90 % (Barlow & Proschan 1965)."""
    seen = run(LINE, FAILING, "run.replications=100")
    truth = (REPAIR + FAIL * SETTLING / YEAR) / (FAIL + REPAIR)
    assert truth == pytest.approx(0.9024658, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth)
    for up, down in zip(*(seen.sample("nodes", "plant", state).values for state in ("running", "down")), strict=True):
        assert up + down == pytest.approx(1, abs=1e-12)


@pytest.mark.slow
def test_a_line_fails_as_often_as_it_should(run):
    """P01: failures in the first year, and years without any."""
    seen = run(LINE, FAILING, "run.replications=2300")
    truth = (FAIL * REPAIR * YEAR + FAIL**2 * SETTLING) / (FAIL + REPAIR)
    assert truth == pytest.approx(3.66, abs=1e-6)
    failures = seen.sample("nodes", "plant", "failures")
    failures.must_be(truth)
    spotless = exp(-FAIL * YEAR)
    assert spotless == pytest.approx(0.01732585, abs=1e-7)
    assert abs(failures.values.count(0) / 2300 - spotless) <= 3.5 * sqrt(spotless * (1 - spotless) / 2300)


def test_machines_that_fail_only_while_they_run(run):
    """P02: five machines without buffers, MTBF 100, MTTR 10, fail while the line runs, so never two at once: 1 ÷ (1 + Σ
    MTTR ÷ MTBF) = 2/3 (Buzacott 1967). A line's `failures` mean this; the five together have an MTBF of 20 days."""
    seen = run(
        LINE, "nodes.plant.failures={mtbf: 20 d, mttr: 10 d}", "run={horizon: 4000 d, warm_up: 200 d, replications: 50}"
    )
    truth = 1 / (1 + 5 * 10 / 100)
    assert truth == pytest.approx(0.6666667, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth)


def test_machines_that_fail_whether_they_run_or_not(run):
    """P02b: the same five by the calendar, as disruptions: what stops the line does not stop their clocks, so the
    availabilities multiply. Five overlapping closures of one line must compose for it."""
    gap, repair = "{dist: exponential, mean: 100 d}", "{dist: exponential, mean: 10 d}"
    stop = f"{{target: plant, every: {gap}, lasts: {repair}, effect: {{capacity: 0 %}}}}"
    machines = [f"disruptions.machine{number}={stop}" for number in range(5)]
    seen = run(LINE, *machines, "run={horizon: 4000 d, warm_up: 200 d, replications: 50}")
    truth = prod([100 / (100 + 10)] * 5)
    assert truth == pytest.approx(0.6209213, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth)


# 100 cars a day of 2 parts each; the plant works as fast as thought, so that the arithmetic has no lot on its way.
CHAIN = """
twin: 1
items:
  part: {value: 1 USD/pc}
  car: {value: 2 USD/pc, bom: {part: 2}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  plant: {kind: line, from: store, to: yard, makes: {car: {rate: 1e15 pc/d, lot: 100 pc}}}
  yard: {kind: warehouse}
  dealer: {kind: customer, buys: {car: {from: yard, every: 1 d, quantity: 100 pc, margin: 1 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 3 d}}
policies: {plan: {parts: {rule: base_stock, review: continuous, level: 1800 pc}, cars: {items: [car], level: 500 pc}}}
disruptions: {fire: {target: works, at: 30 d, lasts: 12 d, effect: {capacity: 0 %}}}
opening: {store: {part: 1200 pc}, yard: {car: 500 pc},
          in_transit: [{to: store, item: part, quantity: 200 pc, arrives: 0 d},
                       {to: store, item: part, quantity: 200 pc, arrives: 1 d},
                       {to: store, item: part, quantity: 200 pc, arrives: 2 d}]}
run: {horizon: 60 d, replications: 1}
"""


def test_a_chain_survives_as_long_as_its_parts_its_pipeline_and_its_products_last(run):
    """D14: time to survive = 1200 ÷ 200 + 3 + 500 ÷ 100 = 14 d; time to recover 12 d plus 3 d of transit, so the plant
    stands 15 − 9 = 6 d, and one day's cars are lost (Simchi-Levi et al. 2015)."""
    seen = run(CHAIN)
    assert seen.only("kpis", "time_to_survive") == 14
    assert seen.only("nodes", "plant", "starved") * 60 == pytest.approx(6, abs=1e-9)
    assert seen.only("kpis", "lost_sales") == 100


@pytest.mark.parametrize(("parts", "cars", "lost"), [(1200, 600, 0), (1200, 100, 500), (0, 500, 700)])
def test_a_chain_with_other_buffers(run, parts, cars, lost):
    """D14: what is lost is (time to recover − time to survive) days of sales, wherever the buffer stood."""
    seen = run(
        CHAIN,
        f"opening.store.part={parts} pc",
        f"opening.yard.car={cars} pc",
        f"policies.plan.parts.level={parts + 600} pc",
        f"policies.plan.cars.level={cars} pc",
    )
    days = 15 - (parts / 200 + 3 + cars / 100)
    assert max(0, days) * 100 == lost
    assert seen.only("kpis", "lost_sales") == lost
