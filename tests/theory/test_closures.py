"""Closures, scripted and random: what a buffer saves when the way for goods shuts, and what it costs."""

from math import exp

import numpy as np
import pytest
from scipy.stats import poisson

# A hundred pieces a day from overseas, fifteen days away, through a port that shuts on day 30.
# The periods of the textbook run from one day's demand to the next: an order placed after the demand of day k, with
# 14.5 d to travel, is there for the demand of day k + 15. Here that is a lead time of 15 d. What is under way on day 0
# goes straight to the store, as it arrives before the port shuts.
SCRIPT = """
twin: 1
items: {part: {value: 1 USD/pc, space: 1 pc}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  harbour: {kind: port}
  store: {kind: warehouse, capacity: 10000 pc, storage: 0.1 USD/pc/d}
  client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 100 pc, margin: 20 USD/pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [15 d, 0 d]}}
policies: {buffer: {all: {rule: base_stock, level: 1500 pc}}}
disruptions: {closure: {target: harbour, at: 30 d, lasts: 10 d, effect: {capacity: 0 %}}}
opening:
  store: {part: 0 pc}
  in_transit:
""" + "".join(f"  - {{to: store, item: part, quantity: 100 pc, arrives: {day} d}}\n" for day in range(15)) + """
run: {horizon: 100 d, replications: 1}
"""  # fmt: skip
NO_CLOSURE = "disruptions.closure.effect.capacity=100 %"


def day_by_day(buffer: int, closed: int, days: int = 100, owed: bool = False) -> dict[str, int]:
    """The same case in whole numbers and whole days: port, demand, order, one day after another."""
    arriving = dict.fromkeys(range(15), 100)
    stock, port, backlog = buffer, 0, 0
    told = {"lost": 0, "backorder_days": 0, "peak_stock": 0, "stock_days": 0, "port_wait_unit_days": 0}
    for day in range(days):
        port += arriving.get(day, 0)
        if not 30 <= day < 30 + closed:
            stock, port = stock + port, 0
        wanted = 100 + backlog
        sold = min(stock, wanted)
        stock -= sold
        backlog = wanted - sold if owed else 0
        told["lost"] += 0 if owed else wanted - sold
        arriving[day + 15] = 100 if owed else sold
        told["backorder_days"] += backlog
        told["peak_stock"] = max(told["peak_stock"], stock)
        told["stock_days"] += stock
        told["port_wait_unit_days"] += port
    return told | {"final_stock": stock}


def buffered(pieces: int) -> tuple[str, str]:
    """A buffer on top of what is under way."""
    return f"opening.store.part={pieces} pc", f"policies.buffer.all.level={1500 + pieces} pc"


@pytest.mark.parametrize(
    ("buffer", "closed", "days", "unmet", "case"),
    [
        (0, 10, 100, "lost", (1000, 0, 1000, 0, 9500, 5500)),
        (300, 10, 100, "lost", (700, 0, 1000, 300, 35000, 5500)),
        (1000, 10, 100, "lost", (0, 0, 1000, 1000, 94500, 5500)),
        (300, 10, 100, "backorder", (0, 2800, 300, 300, 27300, 5500)),
        (300, 30, 140, "lost", (2700, 0, 1700, 300, 43800, 38700)),
    ],
    ids=["D12a just in time", "D12b three days", "D12c ten days", "D12f owed", "D12j a month shut"],
)
def test_a_port_shuts_and_every_piece_is_where_arithmetic_puts_it(run, load, buffer, closed, days, unmet, case):
    """D12: lost = (closed days × demand − buffer)+, and all that follows, in whole pieces and exactly."""
    seen = run(
        SCRIPT,
        *buffered(buffer),
        f"nodes.client.unmet={unmet}",
        "nodes.client.buys.part.penalty=1 USD/pc/d",
        f"disruptions.closure.lasts={closed} d",
        f"run.horizon={days} d",
    )
    truth = day_by_day(buffer, closed, days, unmet == "backorder")
    keys = ("lost", "backorder_days", "peak_stock", "final_stock", "stock_days", "port_wait_unit_days")
    assert tuple(truth[key] for key in keys) == case
    found = {
        "lost": seen.only("kpis", "lost_sales"),
        "backorder_days": round(seen.only("items", "store.part", "backlog") * days, 6),
        "peak_stock": round(seen.only("nodes", "store", "space_peak") * 10_000, 6),
        "final_stock": seen.ledger.account("store", "part").balance,
        "stock_days": round(seen.only("items", "store.part", "on_hand") * days, 6),
        "port_wait_unit_days": round(seen.only("nodes", "harbour", "in_port") * days, 6),
    }
    assert found == truth
    assert seen.only("costs", "penalty") == pytest.approx(truth["backorder_days"])


@pytest.mark.parametrize(
    ("buffer", "calm", "disrupted"),
    [(0, 0, 20_950), (300, 3_000, 17_500), (1000, 10_000, 9_450)],
    ids=["JIT", "hybrid", "JIC"],
)
def test_the_price_of_a_buffer_and_the_price_of_none(run, buffer, calm, disrupted):
    """D13: 0.1 a piece and day against 20 a piece lost: JIC pays when such a closure is no rarer than 47 %."""
    for closed, case, patches in ((0, calm, (NO_CLOSURE,)), (10, disrupted, ())):
        seen = run(SCRIPT, *buffered(buffer), *patches)
        truth = day_by_day(buffer, closed)
        assert 0.1 * truth["stock_days"] + 20 * truth["lost"] == pytest.approx(case)
        assert seen.only("costs", "storage") + seen.only("costs", "lost_margin") == pytest.approx(case)


# One piece a day, or one now and then, from a supplier around the corner who is shut now and then.
CORNER = """
twin: 1
items: {part: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 1 pc, margin: 0 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 0 d}}
policies: {buffer: {all: {rule: base_stock, review: continuous, level: 4 pc}}}
disruptions: {closure: {target: works, every: 90 d, lasts: 10 d, effect: {capacity: 0 %}}}
run: {horizon: 10000 d, replications: 1, seed: 1}
"""
OFTEN = "disruptions.closure={every: {dist: exponential, mean: 90 d}, lasts: {dist: exponential, mean: 10 d}}"


@pytest.mark.parametrize(("stock", "lost"), [(1, 0.09), (4, 0.06), (10, 0.0)])
def test_a_buffer_of_some_days_saves_that_many_days_of_every_closure(run, stock, lost):
    """D07: ten days shut in a hundred, four days' stock: 6 % of sales are lost. Even gaps, so it is exact."""
    seen = run(CORNER, f"policies.buffer.all.level={stock} pc")
    assert max(0, 10 - stock) / (90 + 10) == pytest.approx(lost)
    assert seen.only("kpis", "lost_sales") / seen.only("kpis", "demand") == pytest.approx(lost, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gap", "case", "stock_case", "days"),
    [(5, 0.06065307, 46.06531, 110_000), (10, 0.03678794, 93.67879, 220_000)],
    ids=["D05b 5 days", "D05c 10 days"],
)
def test_the_curve_from_just_in_time_to_just_in_case(run, gap, case, stock_case, days):
    """D05: of random closures a buffer of S days leaves the share exp(−S ÷ mean length). One piece in stock, asked
    every so many days, is that buffer, exactly: closures begin evenly over the days between two pieces."""
    seen = run(
        CORNER,
        OFTEN,
        f"nodes.client.buys.part.every={gap} d",
        "policies.buffer.all.level=1 pc",
        f"run={{horizon: {days} d, warm_up: 1000 d, replications: 30}}",
    )
    shut, left = 10 / (90 + 10), exp(-gap / 10)
    lost, on_hand = shut * left, gap - 10 * shut * (1 - left)  # in days of stock
    assert (lost, on_hand * 10) == pytest.approx((case, stock_case), abs=1e-5)
    seen.sample("kpis", "lost_sales").must_be(lost * seen.days / gap)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand / gap)


@pytest.mark.parametrize(
    ("where", "law"),
    [
        ("harbour", "always the same"),
        pytest.param("harbour", "exponential", marks=pytest.mark.slow),
        pytest.param("works", "exponential", marks=pytest.mark.slow),
        pytest.param("works", "always the same", marks=pytest.mark.slow),
    ],
)
def test_a_base_stock_behind_a_port_that_shuts(run, where, law):
    """D10: outstanding = demand of the voyage + demand since the closure began. Shut at the far end or at the port, it
    is the same: a lead time tied to the wrong end, or a shut port that lets ships pass, gives other numbers."""
    lasts = "{dist: exponential, mean: 10 d}" if law == "exponential" else "10 d"
    seen = run(
        CORNER,
        OFTEN,
        f"disruptions.closure.lasts={lasts}",
        f"disruptions.closure.target={where}",
        "nodes.harbour={kind: port}",
        "lanes.road={transit: null, via: [harbour], legs: [14 d, 0 d]}",
        "nodes.client={unmet: backorder, buys: {part: {every: {dist: exponential, mean: 1 d}}}}",
        "policies.buffer.all.level=20 pc",
        "run={horizon: 3000 d, warm_up: 200 d, replications: 32}",
    )
    counts = np.arange(400)
    at_sea = poisson.pmf(counts, 14)
    # Poisson demand since a closure began: over an exponential age it is geometric; even closures have an even age.
    since = (1 / 11) * (10 / 11) ** counts if law == "exponential" else poisson.sf(counts, 10) / 10
    outstanding = 0.9 * at_sea + 0.1 * np.convolve(at_sea, since)[:400]
    fill, on_hand = outstanding[:20].sum(), (np.maximum(0, 20 - counts) * outstanding).sum()
    case = (0.8721539, 5.702818) if law == "exponential" else (0.8870093, 5.766474)
    assert (fill, on_hand) == pytest.approx(case, abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand)
