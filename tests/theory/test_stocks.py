"""Stocks against inventory theory: base stock, (s, S) and (r, Q), owed and lost, one place and two."""

from collections.abc import Callable
from math import factorial

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson

# Single pieces asked at random, two a day, from a store that is refilled from afar in two days.
STORE = """
twin: 1
items: {part: {value: 1 USD/pc, space: 1 pc}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  store: {kind: warehouse, storage: 0 USD/pc/d}
  client: {kind: customer, unmet: backorder, buys: {part: {from: store, every: {dist: exponential, mean: 12 h},
           quantity: 1 pc, margin: 0 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 2 d}}
policies: {rule: {all: {rule: base_stock, review: continuous, level: 6 pc}}}
run: {horizon: 500 d, warm_up: 50 d, replications: 20, seed: 1}
"""

# The textbook's periods: demand once a day, then an order. Its lead time of L periods is L + 1 days here.
PERIODS = (
    "nodes.client.buys.part.every=1 d",
    "policies.rule.all.review=1 d",
    "run.warm_up=100 d",
)


def expected(value: Callable[[np.ndarray], np.ndarray], probabilities: np.ndarray) -> float:
    """Mean of a function of a count, given the probabilities of 0, 1, 2 …"""
    return float(value(np.arange(len(probabilities))) @ probabilities)


def on_hand_and_owed(level: float, probabilities: np.ndarray) -> tuple[float, float]:
    """Mean on hand and mean backlog of a base stock, from the distribution of what is outstanding."""
    return (
        expected(lambda out: np.maximum(0, level - out), probabilities),
        expected(lambda out: np.maximum(0, out - level), probabilities),
    )


def erlang_b(places: int, load: float) -> float:
    """Probability that all places are taken, M/G/c/c; the law of the holding time does not matter."""
    return load**places / factorial(places) / sum(load**n / factorial(n) for n in range(places + 1))


def rounded_normal(mean: float, sd: float, size: int) -> np.ndarray:
    """Probabilities of a normal demand rounded to whole pieces."""
    edges = np.arange(size + 1) - 0.5
    return np.diff(norm.cdf(edges, mean, sd))


def test_a_base_stock_serves_at_once_what_its_lead_time_does_not_use_up(run):
    """I08: fill rate = P(demand of the lead time < level); off by one anywhere in the loop and it fails."""
    seen = run(STORE, "run.horizon=700 d")
    outstanding = poisson.pmf(np.arange(60), 2 * 2)
    fill, (on_hand, _) = outstanding[:6].sum(), on_hand_and_owed(6, outstanding)
    assert (fill, on_hand) == pytest.approx((0.7851304, 2.195435), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand)


@pytest.mark.slow
def test_a_base_stock_owes_what_goes_beyond_it(run):
    """I08: mean backlog, and penalty by the piece and day is the same number in money."""
    seen = run(STORE, "run.horizon=10000 d", "nodes.client.buys.part.penalty=1 USD/pc/d")
    _, owed = on_hand_and_owed(6, poisson.pmf(np.arange(60), 2 * 2))
    assert owed == pytest.approx(0.1954346, abs=1e-6)
    seen.sample("items", "store.part", "backlog").must_be(owed)
    seen.cost_per_day("penalty").must_be(owed)


@pytest.mark.parametrize(
    ("where", "time"),
    [
        ("lanes.road.transit", "2 d"),
        ("lanes.road.transit", "{dist: exponential, mean: 2 d}"),
        ("lanes.road.transit", "{dist: uniform, min: 0 d, max: 4 d}"),
        ("nodes.works.supplies.part.lead_time", "{dist: exponential, mean: 2 d}"),
    ],
    ids=["I09a always the same", "I09b exponential", "I09c uniform", "I09b at the supplier"],
)
def test_lost_sales_do_not_depend_on_how_lead_times_vary(run, where, time):
    """I09: Erlang's loss formula is insensitive (Karush 1957). Only a simulator that lets orders overtake, and counts
    several of them outstanding, gets the same number for all laws; with the time at the supplier or on the lane."""
    seen = run(STORE, "nodes.client.unmet=lost", "lanes.road.transit=0 d", f"{where}={time}")
    lost = erlang_b(6, 2 * 2)
    on_hand = 6 - 4 * (1 - lost)
    assert (1 - lost, on_hand) == pytest.approx((0.8828375, 2.46865), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(1 - lost)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand)


def test_ships_at_sea_are_poisson_whatever_the_voyage_takes(run):
    """Q10: M/G/∞ (Palm). The sea has no capacity: 30 pieces are under way on average, and their spread is Poisson's,
    as the fill rate of a stock of 36 shows."""
    transit = "lanes.road.transit={dist: uniform, min: 10 d, max: 20 d}"
    seen = run(STORE, transit, "policies.rule.all.level=36 pc", "run.horizon=1200 d")
    seen.sample("lanes", "road", "in_transit").must_be(2 * 15)
    seen.sample("kpis", "fill_rate").must_be(poisson.cdf(35, 30))


def test_lost_sales_behind_a_single_berth(run):
    """P07: one exponential server refills a stock of 5 piece by piece: what is outstanding is M/M/1 with 5 places."""
    seen = run(
        STORE,
        "nodes.client.unmet=lost",
        "nodes.client.buys.part.every={dist: exponential, mean: 1.1111111 d}",
        "nodes.mill={kind: port, berths: 1, handling: {dist: exponential, mean: 1 d}}",
        "lanes.road={transit: null, via: [mill], legs: [0 d, 0 d]}",
        "policies.rule.all.level=5 pc",
        "run={horizon: 2400 d, warm_up: 100 d}",
    )
    outstanding = 0.9 ** np.arange(6) / sum(0.9**n for n in range(6))
    fill, (on_hand, _) = outstanding[:5].sum(), on_hand_and_owed(5, outstanding)
    assert (fill, on_hand) == pytest.approx((0.8739775, 2.805218), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand)


def newsvendor(level: float, demand: np.ndarray, holding: float, penalty: float) -> float:
    """Cost of a period that starts with `level` and meets that demand."""
    on_hand, owed = on_hand_and_owed(level, demand)
    return holding * on_hand + penalty * owed


@pytest.mark.parametrize(
    ("lead_time", "level", "case", "near"),
    [(0, 57, 1.997605, 0.005), (4, 265, 4.466781, 0.005)],
    ids=["I03 no lead time", "I04 four periods"],
)
def test_a_base_stock_covers_its_lead_time_and_one_period_more(run, lead_time, level, case, near):
    """I03, I04: event order decides between L and L + 1, the most common of all defects. Normal demand in whole pieces
    and a whole level cost less than half a per cent more than the book's continuous optimum."""
    seen = run(
        STORE,
        *PERIODS,
        "nodes.client.buys.part.quantity={dist: normal, mean: 50 pc, sd: 8 pc}",
        "nodes.store.storage=0.18 USD/pc/d",
        "nodes.client.buys.part.penalty=0.7 USD/pc/d",
        f"lanes.road.transit={lead_time + 1} d",
        f"policies.rule.all.level={level} pc",
        "run.horizon=1500 d",
    )
    demand = one = rounded_normal(50, 8, 150)
    for _ in range(lead_time):
        demand = np.convolve(demand, one)
    truth = newsvendor(level, demand, 0.18, 0.7)
    assert truth == pytest.approx(case, rel=near)
    seen.cost_per_day("storage", "penalty").must_be(truth)


def test_a_newsvendor_who_counts_in_pieces(run):
    """I05: Poisson demand, so the book's number holds exactly."""
    seen = run(
        STORE,
        *PERIODS,
        "nodes.client.buys.part.quantity={dist: poisson, mean: 18 pc}",
        "nodes.store.storage=200 USD/pc/d",
        "nodes.client.buys.part.penalty=270 USD/pc/d",
        "lanes.road.transit=1 d",
        "policies.rule.all.level=19 pc",
    )
    truth = newsvendor(19, poisson.pmf(np.arange(120), 18), 200, 270)
    assert truth == pytest.approx(786.0884, abs=1e-4)
    seen.cost_per_day("storage", "penalty").must_be(truth)


@pytest.mark.parametrize(
    ("low", "high", "mean", "holding", "penalty", "order", "case"),
    [(4, 10, 6, 1, 4, 5, 8.034112), (6, 40, 10, 1, 9, 64, 35.02156)],
    ids=["I06 Snyder & Shen 4.7", "I06b Zheng & Federgruen"],
)
def test_min_max_orders_when_the_position_is_at_or_below_s(run, low, high, mean, holding, penalty, order, case):
    """I06: the cost of (s, S), with `at or below` and not `below`, by renewal (Zheng & Federgruen 1991)."""
    seen = run(
        STORE,
        *PERIODS,
        f"nodes.client.buys.part.quantity={{dist: poisson, mean: {mean} pc}}",
        f"nodes.store.storage={holding} USD/pc/d",
        f"nodes.client.buys.part.penalty={penalty} USD/pc/d",
        f"lanes.road={{transit: 1 d, order_cost: {order} USD/order}}",
        f"policies={{rule: {{all: {{rule: min_max, reorder_point: {low} pc, order_up_to: {high} pc}}}}}}",
    )
    demand = poisson.pmf(np.arange(200), mean)
    visits = [1 / (1 - demand[0])]  # expected periods at position S, S − 1, … between two orders
    for below in range(1, high - low):
        visits.append(sum(demand[n] * visits[below - n] for n in range(1, below + 1)) / (1 - demand[0]))
    paid = sum(visit * newsvendor(high - below, demand, holding, penalty) for below, visit in enumerate(visits))
    truth = (order + paid) / sum(visits)
    assert truth == pytest.approx(case, abs=1e-5)
    seen.cost_per_day("storage", "penalty", "ordering").must_be(truth)


def test_r_q_orders_at_the_moment_the_position_hits_r(run):
    """I07: continuous review; the position is uniform on r + 1 … r + Q (Federgruen & Zheng 1992)."""
    seen = run(
        STORE,
        "nodes.client.buys.part.every={dist: exponential, mean: 16 h}",
        "nodes.store.storage=20 USD/pc/d",
        "nodes.client.buys.part.penalty=150 USD/pc/d",
        "lanes.road.order_cost=100 USD/order",
        "policies.rule.all={rule: r_q, reorder_point: 3 pc, quantity: 5 pc}",
    )
    demand = poisson.pmf(np.arange(80), 1.5 * 2)
    truth = 100 * 1.5 / 5 + np.mean([newsvendor(position, demand, 20, 150) for position in range(4, 9)])
    assert truth == pytest.approx(107.9236, abs=1e-4)
    seen.cost_per_day("storage", "penalty", "ordering").must_be(truth)


def test_r_q_with_lost_sales(run):
    """I10: one order outstanding at most, so a cycle is a renewal (Hadley & Whitin 1963)."""
    arrivals, low, quantity = 2.0, 3, 10
    seen = run(
        STORE,
        "nodes.client.unmet=lost",
        f"policies.rule.all={{rule: r_q, reorder_point: {low} pc, quantity: {quantity} pc}}",
    )
    demand = poisson.pmf(np.arange(60), arrivals * 2)
    lost = expected(lambda asked: np.maximum(0, asked - low), demand)
    length = (quantity + lost) / arrivals
    # On hand over a cycle: from the receipt down to r + 1, a mean gap at each; then r and less while the order is under
    # way, where the k-th piece leaves after k gaps or stays to the end.
    down = expected(lambda asked: _sum_between(low + 1, quantity + np.maximum(0, low - asked)) / arrivals, demand)
    under_way = sum(_mean_of_earlier(k, arrivals, 2.0) for k in range(1, low + 1))
    fill, on_hand = quantity / (quantity + lost), (down + under_way) / length
    assert (fill, on_hand, 1 / length) == pytest.approx((0.8812128, 5.15333, 0.1762426), abs=1e-5)
    seen.sample("kpis", "fill_rate").must_be(fill)
    seen.sample("items", "store.part", "on_hand").must_be(on_hand)
    assert seen.sample("items", "store.part", "orders").mean / seen.days == pytest.approx(1 / length, rel=0.01)


def _sum_between(first: int, last: np.ndarray) -> np.ndarray:
    return (last * (last + 1) - first * (first - 1)) / 2


def _mean_of_earlier(pieces: int, arrivals: float, end: float) -> float:
    """Mean of the earlier of two times: that so many have been asked, and the end."""
    return sum(poisson.sf(n - 1, arrivals * end) for n in range(1, pieces + 1)) / arrivals


def test_periodic_lost_sales(run):
    """I11: Zipkin's test bed, L = 1, S = 12, as a chain of what is on hand; the optimum of all policies is 4.04."""
    level = 12
    seen = run(
        STORE,
        *PERIODS,
        "nodes.client.unmet=lost",
        "nodes.client.buys.part={quantity: {dist: poisson, mean: 5 pc}, margin: 4 USD/pc}",
        "nodes.store.storage=1 USD/pc/d",
        f"policies.rule.all.level={level} pc",
        "run.horizon=1000 d",
    )
    demand = poisson.pmf(np.arange(80), 5)
    steps = np.zeros((level + 1, level + 1))
    for before in range(level + 1):
        for asked, probability in enumerate(
            demand
        ):  # what was on order comes in, and the order placed since makes up the rest
            steps[before, level - before + max(0, before - asked)] += probability
    stock = np.linalg.matrix_power(steps, 1000)[0]
    truth = expected(lambda before: np.array([newsvendor(n, demand, 1, 4) for n in before]), stock)
    assert truth == pytest.approx(4.162805, abs=1e-5)
    seen.cost_per_day("storage", "lost_margin").must_be(truth)


DEPOT = """
twin: 1
items: {part: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  depot: {kind: warehouse}
lanes: {haul: {from: works, to: depot, transit: 2 d}}
policies: {rule: {all: {rule: base_stock, review: continuous, level: 3 pc}, central: {at: [depot], level: 8 pc}}}
run: {horizon: 250 d, warm_up: 50 d, replications: 20, seed: 1}
"""
SHOPS = range(1, 6)


def _shops() -> list[str]:
    patches = []
    for shop in SHOPS:
        patches += [
            f"nodes.shop{shop}={{kind: warehouse}}",
            f"nodes.client{shop}={{kind: customer, unmet: backorder, buys: {{part: {{from: shop{shop}, "
            "every: {dist: exponential, mean: 1 d}, quantity: 1 pc, margin: 0 USD/pc}}}",
            f"lanes.van{shop}={{from: depot, to: shop{shop}, transit: 1 d}}",
        ]
    return patches


def _graves() -> tuple[float, float, float]:
    """Fill rate and backlog of a shop, and backlog of the depot: exact (Simon 1971, Graves 1985)."""
    counts = np.arange(80)
    late = poisson.pmf(counts + 8, 5 * 2)
    late[0] = poisson.cdf(8, 5 * 2)
    mine = np.array([late @ binom.pmf(n, counts, 1 / 5) for n in counts])  # whose claim is owed is a matter of chance
    outstanding = np.convolve(mine, poisson.pmf(counts, 1))
    return float(outstanding[:3].sum()), on_hand_and_owed(3, outstanding)[1], expected(lambda owed: owed, late)


def test_shops_share_a_depot_first_come_first_served(run):
    """M04: what a shop lacks is its share of the depot's backlog; a depot that drops or reorders claims shows here."""
    seen = run(DEPOT, *_shops())
    fill, *_ = _graves()
    assert fill == pytest.approx(0.8042966, abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill)


@pytest.mark.slow
def test_the_backlog_of_a_depot_and_of_its_shops(run):
    """M04: METRIC's approximation would differ; the exact law does not."""
    seen = run(DEPOT, *_shops(), "run.horizon=4000 d")
    _, shop, depot = _graves()
    assert (shop, depot) == pytest.approx((0.1092648, 2.460351), abs=1e-6)
    seen.sample("items", "depot.part", "backlog").must_be(depot)
    seen.sample("items", tuple(f"shop{shop}.part" for shop in SHOPS), "backlog").must_be(5 * shop)
