"""Stocks at one place against inventory theory: lot sizes, base stock, (s, S) and (r, Q), owed and lost."""

from collections.abc import Callable
from math import ceil, factorial, sqrt

import numpy as np
import pytest
from scipy.stats import norm, poisson

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


# A year of 52 weeks sells 1300 pieces at even gaps, 25 a week; they cost 0.225 a year to keep, and an order costs 8.
# What is ordered when the last piece leaves comes half a gap later, so pieces leave on average as a steady flow would.
YEAR = 364  # days
GAP = 6.72  # hours
EVEN = (
    f"nodes.client.buys.part={{every: {GAP} h, penalty: {5 / YEAR} USD/pc/d}}",
    f"nodes.store.storage={0.225 / YEAR} USD/pc/d",
    "lanes.road.order_cost=8 USD/order",
)


def eoq(quantity: float, owed: float = 0) -> float:
    """Cost a year of ordering so many when so many are owed: Harris 1913, with planned backorders Snyder & Shen 3.5."""
    kept = 0.225 * (quantity - owed) ** 2 + 5 * owed**2
    return 8 * 1300 / quantity + kept / (2 * quantity)


def _cost_a_year(run, quantity: int, owed: int, weeks: int) -> tuple[float, float]:
    """Cost a year and share owed over exactly one cycle, with orders that take so many weeks."""
    seen = run(
        STORE,
        *EVEN,
        f"lanes.road.transit={weeks * 168 + GAP / 2} h",
        f"policies.rule.all={{rule: r_q, reorder_point: {25 * weeks - owed} pc, quantity: {quantity} pc}}",
        f"opening={{store: {{part: {quantity - owed} pc}}}}",
        f"run={{replications: 1, warm_up: 0 d, horizon: {quantity * GAP} h}}",
    )
    cost = sum(seen.only("costs", line) for line in ("storage", "ordering", "penalty"))
    return cost / seen.days * YEAR, 1 - seen.only("kpis", "fill_rate")


@pytest.mark.case("I01", "Harris 1913; Snyder & Shen 3.1")
def test_the_economic_order_quantity_is_cheapest(run, exactly):
    """I01: nothing is left to chance, so the simulated year costs what the formula says to the last digit, the best
    whole number of pieces costs least, and it costs what the best fraction would but for a millionth."""
    best = sqrt(2 * 8 * 1300 / 0.225)
    assert (best, eoq(best), eoq(400)) == pytest.approx((304.0468, 68.41053, 71), abs=5e-5)
    found = {quantity: _cost_a_year(run, quantity, owed=0, weeks=0)[0] for quantity in (303, 304, 305, 400)}
    exactly(found[400], eoq(400), "ordering 400 (USD/yr)")
    exactly(found[304], eoq(304), "ordering 304 (USD/yr)")
    assert min(found, key=found.get) == round(best)
    assert found[304] == pytest.approx(eoq(best), rel=1e-6)


@pytest.mark.case("I02", "planned backorders, Snyder & Shen 3.8")
def test_some_backorders_are_worth_planning(run, exactly):
    """I02: a reorder point below lead-time demand owes on purpose. The lead time itself costs nothing here: a week."""
    best = sqrt(2 * 8 * 1300 / 0.225 * (1 + 0.225 / 5))
    share = 0.225 / (0.225 + 5)
    assert (best, share, eoq(best, share * best)) == pytest.approx((310.8126, 0.0430622, 66.92136), abs=5e-5)
    cost, owed = _cost_a_year(run, quantity=311, owed=13, weeks=1)
    exactly(cost, eoq(311, 13), "ordering 311, 13 of them owed (USD/yr)")
    exactly(owed, 13 / 311, "share owed")
    assert cost == pytest.approx(eoq(best, share * best), rel=2e-5)


@pytest.mark.case("I08", "Hadley & Whitin 1963; Zipkin 2000")
def test_a_base_stock_serves_at_once_what_its_lead_time_does_not_use_up(run):
    """I08: fill rate = P(demand of the lead time < level); off by one anywhere in the loop and it fails."""
    seen = run(STORE, "run.horizon=700 d")
    outstanding = poisson.pmf(np.arange(60), 2 * 2)
    fill, (on_hand, _) = outstanding[:6].sum(), on_hand_and_owed(6, outstanding)
    assert (fill, on_hand) == pytest.approx((0.7851304, 2.195435), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill, "fill rate")
    seen.sample("items", "store.part", "on_hand").must_be(on_hand, "on hand (pieces)")


@pytest.mark.slow
@pytest.mark.case("I08", "Hadley & Whitin 1963; Zipkin 2000")
def test_a_base_stock_owes_what_goes_beyond_it(run):
    """I08: mean backlog, and penalty by the piece and day is the same number in money."""
    seen = run(STORE, "run.horizon=10000 d", "nodes.client.buys.part.penalty=1 USD/pc/d")
    _, owed = on_hand_and_owed(6, poisson.pmf(np.arange(60), 2 * 2))
    assert owed == pytest.approx(0.1954346, abs=1e-6)
    seen.sample("items", "store.part", "backlog").must_be(owed, "backlog (pieces)")
    seen.cost_per_day("penalty").must_be(owed, "penalty at 1 USD/pc/d (USD/d)")


KARUSH = "Erlang-B, insensitive: Karush 1957"


@pytest.mark.parametrize(
    ("where", "time", "law"),
    [
        pytest.param("lanes.road.transit", *law, marks=pytest.mark.case(case, KARUSH), id=f"{case} {law[1]}")
        for case, *law in (
            ("I09a", "2 d", "constant"),
            ("I09b", "{dist: exponential, mean: 2 d}", "exponential"),
            ("I09c", "{dist: uniform, min: 0 d, max: 4 d}", "uniform"),
        )
    ]
    + [
        pytest.param(
            "nodes.works.supplies.part.lead_time",
            "{dist: exponential, mean: 2 d}",
            "exponential at the supplier",
            marks=pytest.mark.case("I09b", KARUSH),
            id="I09b at the supplier",
        )
    ],
)
def test_lost_sales_do_not_depend_on_how_lead_times_vary(run, where, time, law):
    """I09: Erlang's loss formula is insensitive (Karush 1957). Only a simulator that lets orders overtake, and counts
    several of them outstanding, gets the same number for all laws; with the time at the supplier or on the lane."""
    seen = run(STORE, "nodes.client.unmet=lost", "lanes.road.transit=0 d", f"{where}={time}")
    lost = erlang_b(6, 2 * 2)
    on_hand = 6 - 4 * (1 - lost)
    assert (1 - lost, on_hand) == pytest.approx((0.8828375, 2.46865), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(1 - lost, f"fill rate, lead time {law}")
    seen.sample("items", "store.part", "on_hand").must_be(on_hand, f"on hand, lead time {law} (pieces)")


@pytest.mark.case("Q10", "M/G/∞, Palm 1943")
def test_ships_at_sea_are_poisson_whatever_the_voyage_takes(run):
    """Q10: M/G/∞ (Palm). The sea has no capacity: 30 pieces are under way on average, and their spread is Poisson's,
    as the fill rate of a stock of 36 shows."""
    transit = "lanes.road.transit={dist: uniform, min: 10 d, max: 20 d}"
    seen = run(STORE, transit, "policies.rule.all.level=36 pc", "run.horizon=1200 d")
    seen.sample("lanes", "road", "in_transit").must_be(2 * 15, "at sea (pieces)")
    seen.sample("kpis", "fill_rate").must_be(poisson.cdf(35, 30), "fill rate of a stock of 36: the spread at sea")


@pytest.mark.case("P07", "M/M/1/5")
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
    seen.sample("kpis", "fill_rate").must_be(fill, "fill rate")
    seen.sample("items", "store.part", "on_hand").must_be(on_hand, "on hand (pieces)")


def newsvendor(level: float, demand: np.ndarray, holding: float, penalty: float) -> float:
    """Cost of a period that starts with `level` and meets that demand."""
    on_hand, owed = on_hand_and_owed(level, demand)
    return holding * on_hand + penalty * owed


# Fractions matter to a normal demand, so a piece here is a hundredth of the book's, and costs a hundredth.
HUNDREDTHS = (
    *PERIODS,
    "nodes.client.buys.part.quantity={dist: normal, mean: 5000 pc, sd: 800 pc}",
    "nodes.client.buys.part.penalty=0.007 USD/pc/d",
    "nodes.store.storage=0.0018 USD/pc/d",
    "lanes.road.transit=1 d",
    "run.horizon=1500 d",
)


def normal_newsvendor(level: float, mean: float, sd: float, holding: float = 0.18, penalty: float = 0.7) -> float:
    """Cost of a period that starts with `level` and meets normal demand: Snyder & Shen 4.3."""
    z = (level - mean) / sd
    loss = norm.pdf(z) - z * norm.sf(z)
    return holding * (level - mean) + (holding + penalty) * sd * loss


def best_level(mean: float, sd: float, holding: float = 0.18, penalty: float = 0.7) -> float:
    """The critical ratio: Arrow, Harris & Marschak 1951."""
    return norm.ppf(penalty / (holding + penalty), mean, sd)


@pytest.mark.parametrize(
    ("lead_time", "level", "case"),
    [
        pytest.param(0, 56.60396, 1.997605, marks=pytest.mark.case("I03", "Snyder & Shen 4.3"), id="I03 no lead time"),
        pytest.param(4, 264.7669, 4.466781, marks=pytest.mark.case("I04", "Snyder & Shen 4.4"), id="I04 four periods"),
    ],
)
def test_a_base_stock_covers_its_lead_time_and_one_period_more(run, lead_time, level, case):
    """I03, I04: event order decides between L and L + 1, the most common of all defects."""
    mean, sd = 50 * (lead_time + 1), 8 * sqrt(lead_time + 1)
    truth = normal_newsvendor(best_level(mean, sd), mean, sd)
    assert (best_level(mean, sd), truth) == pytest.approx((level, case), rel=1e-6)
    seen = run(
        STORE,
        *HUNDREDTHS,
        f"lanes.road.transit={lead_time + 1} d",
        f"policies.rule.all.level={round(100 * level)} pc",
    )
    seen.cost_per_day("storage", "penalty").must_be(truth, f"cost of a period at level {level:.2f} (USD)")


@pytest.mark.case("M07", "risk pooling, Eppen 1979")
def test_one_store_for_four_markets_costs_half_of_four(run):
    """M07: pooled demand varies half as much as four apart, and the cost of uncertainty is proportional to that."""
    level = best_level(50, 8)
    truth = 4 * normal_newsvendor(level, 50, 8), normal_newsvendor(best_level(200, 16), 200, 16)
    assert truth == pytest.approx((7.990421, 3.99521), rel=1e-6)
    levels = [f"policies.rule.all.level={round(100 * best)} pc" for best in (level, best_level(200, 16))]
    apart = run(STORE, *HUNDREDTHS, levels[0], *_markets("store{}"), "run.horizon=500 d")
    pooled = run(STORE, *HUNDREDTHS, levels[1], *_markets("store"), "run.horizon=900 d")
    apart.cost_per_day("storage", "penalty").must_be(truth[0], "four stores, cost of a period (USD)")
    pooled.cost_per_day("storage", "penalty").must_be(truth[1], "one store, cost of a period (USD)")


def _markets(store: str) -> list[str]:
    """Three markets beside the first, each at its own store or all at the first."""
    patches = []
    for market in (2, 3, 4):
        here = store.format(market)
        patches.append(
            f"nodes.client{market}={{kind: customer, unmet: backorder, buys: {{part: {{from: {here}, every: 1 d, "
            "quantity: {dist: normal, mean: 5000 pc, sd: 800 pc}, penalty: 0.007 USD/pc/d}}}"
        )
        if here != "store":
            patches.append(f"nodes.{here}={{kind: warehouse, storage: 0.0018 USD/pc/d}}")
            patches.append(f"lanes.road{market}={{from: works, to: {here}, transit: 1 d}}")
    return patches


@pytest.mark.case("I05", "Snyder & Shen problem 4.8a")
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
    seen.cost_per_day("storage", "penalty").must_be(truth, "cost of a period at level 19 (USD)")


@pytest.mark.parametrize(
    ("low", "high", "mean", "holding", "penalty", "order", "case"),
    [
        pytest.param(4, 10, 6, 1, 4, 5, 8.034112, marks=pytest.mark.case("I06", "Snyder & Shen 4.7"), id="I06"),
        pytest.param(
            6, 40, 10, 1, 9, 64, 35.02156, marks=pytest.mark.case("I06b", "Zheng & Federgruen 1991"), id="I06b"
        ),
    ],
)
def test_min_max_orders_when_the_position_is_at_or_below_s(run, low, high, mean, holding, penalty, order, case):
    """I06, I06b: the cost of (s, S), with `at or below` and not `below`, by renewal (Zheng & Federgruen 1991)."""
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
    seen.cost_per_day("storage", "penalty", "ordering").must_be(truth, f"cost of a period, ({low}, {high}) (USD)")


@pytest.mark.case("I07", "Federgruen & Zheng 1992")
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
    seen.cost_per_day("storage", "penalty", "ordering").must_be(truth, "cost a day of (3, 5) (USD)")


@pytest.mark.case("I10", "Hadley & Whitin 1963, chapter 4")
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
    seen.sample("kpis", "fill_rate").must_be(fill, "fill rate")
    seen.sample("items", "store.part", "on_hand").must_be(on_hand, "on hand (pieces)")
    seen.sample("items", "store.part", "orders").must_be(seen.days / length, f"orders in {seen.days:.0f} days")


def _sum_between(first: int, last: np.ndarray) -> np.ndarray:
    return (last * (last + 1) - first * (first - 1)) / 2


def _mean_of_earlier(pieces: int, arrivals: float, end: float) -> float:
    """Mean of the earlier of two times: that so many have been asked, and the end."""
    return sum(poisson.sf(n - 1, arrivals * end) for n in range(1, pieces + 1)) / arrivals


@pytest.mark.case("I11", "Zipkin 2008")
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
        for asked, probability in enumerate(demand):
            # what was on order comes in, and the order placed since makes up the rest
            steps[before, level - before + max(0, before - asked)] += probability
    stock = np.linalg.matrix_power(steps, 1000)[0]
    truth = expected(lambda before: np.array([newsvendor(n, demand, 1, 4) for n in before]), stock)
    assert truth == pytest.approx(4.162805, abs=1e-5)
    seen.cost_per_day("storage", "lost_margin").must_be(truth, "cost of a period at level 12 (USD)")
    assert seen.cost_per_day("storage", "lost_margin").mean > 4.04  # nobody beats the best of all policies


# A hundred pieces a day, give or take 20, in thousandths; nine days' lead time.
PLANNED = (
    "nodes.client.buys.part={every: 1 d, quantity: {dist: normal, mean: 100000 pc, sd: 20000 pc}}",
    "run={replications: 1, warm_up: 0 d, horizon: 1 d}",
)
VARYING = "{dist: normal, mean: 9 d, sd: 2 d}"
NORMAL = "{method: normal, service_level: 95 %}"
LARGEST = "{method: max_avg, max_usage: 150000 pc/d, max_lead_time: 13 d}"


def safety(days: float, spread: float, mean: float = 100, sd: float = 20, level: float = 0.95) -> float:
    """Demand and lead time vary independently: Hadley & Whitin 1963."""
    return norm.ppf(level) * sqrt(days * sd**2 + mean**2 * spread**2)


@pytest.mark.case("I13", "z·√(L·σ² + d²·σL²); maximum less average")
@pytest.mark.parametrize(
    ("method", "lead_time", "truth", "printed"),
    [
        pytest.param(NORMAL, VARYING, safety(9, 2), 343.4555, id="demand and lead time vary"),
        pytest.param(NORMAL, "9 d", safety(9, 0), 98.69122, id="demand varies"),
        pytest.param(LARGEST, VARYING, 150 * 13 - 100 * 9, 1050, id="maximum less average"),
    ],
)
def test_safety_stock_is_arithmetic(run, exactly, request, method, lead_time, truth, printed):
    """I13: what a policy plans, to the last thousandth of a piece. It rounds up."""
    assert truth == pytest.approx(printed, rel=1e-6)
    seen = run(
        STORE,
        *PLANNED,
        f"lanes.road.transit={lead_time}",
        f"policies.rule.all={{rule: r_q, quantity: 1000000 pc, safety_stock: {method}}}",
    )
    stock, what = ("items", "store.part"), request.node.callspec.id
    exactly(seen.only(*stock, "safety_stock") / 1000, ceil(1000 * truth) / 1000, f"safety stock, {what} (pieces)")
    exactly(seen.only(*stock, "level") / 1000, ceil(1000 * (900 + truth)) / 1000, f"reorder point, {what} (pieces)")


@pytest.mark.case("I13b", "mixture of normals, z·√(L·σ² + d²·σL²)")
def test_the_service_that_the_formula_gives_is_not_the_one_it_names(run):
    """I13b: with a lead time of 7, 9 or 11 days in equal parts, a stock planned for 95 % serves 96.8 % of its cycles.
    Here five of those days are the review, and lorries come a second after the day's sale, so that no day is spared."""
    lead_times = ", ".join(f"{days * 86400 + 1} s" for days in (2, 4, 6))
    seen = run(
        STORE,
        "nodes.client.buys.part={every: 1 d, quantity: {dist: normal, mean: 10000 pc, sd: 2000 pc}}",
        f"lanes.road.transit={{dist: empirical, values: [{lead_times}]}}",
        f"policies.rule.all={{review: 5 d, level: null, safety_stock: {NORMAL}}}",
        "run={horizon: 2000 d, warm_up: 100 d}",
    )
    level = 900 + safety(9, sqrt(8 / 3))
    truth = np.mean([norm.cdf(level, 100 * days, 20 * sqrt(days)) for days in (7, 9, 11)])
    assert (level, truth) == pytest.approx((1186.1604128, 0.967671), rel=1e-6)
    levels = {measured["items"]["store.part"]["level"] for measured in seen.measured}
    assert levels == {ceil(100 * (level + 100 / 86400))}
    seen.sample("kpis", "cycle_service").must_be(truth, "cycles without a shortage")


# Orders every hour and a lead time without a long tail, which is where the formula comes from; weekly reviews, so that
# no order overtakes another. What comes on the hour is half an hour less of demand than the days that a level covers.
SMOOTH = (
    "nodes.client.buys.part={every: 1 h, quantity: {dist: normal, mean: 1000 pc, cv: 0.3}}",
    "lanes.road.transit={dist: normal, mean: 7 d, sd: 1 d}",
    "run={horizon: 700 d, warm_up: 70 d}",
)


@pytest.mark.case("I13c", "z·√(L·σ² + d²·σL²), Silver, Pyke & Thomas 2017")
@pytest.mark.parametrize("level", [0.90, 0.97])
def test_a_safety_stock_for_a_service_level_serves_it_where_its_assumptions_hold(run, level):
    """I13c: with normal demand, a normal lead time and orders all day long, a planner gets the share of cycles without
    a shortage that was asked for. The exact share, a mixture over the lead time, is less than 0.4 points off."""
    method = f"{{method: normal, service_level: {level * 100:g} %}}"
    seen = run(STORE, *SMOOTH, f"policies.rule.all={{review: 7 d, level: null, safety_stock: {method}}}")
    day, spread = 24_000, 300 * sqrt(24)
    kept = 14 * day + safety(14, 1, day, spread, level)
    assert {measured["items"]["store.part"]["level"] for measured in seen.measured} == {ceil(kept)}
    lasting = np.linspace(14 - 6, 14 + 6, 2001)
    served = norm.cdf(kept, day * (lasting - 0.5 / 24), spread * np.sqrt(lasting))
    assert np.average(served, weights=norm.pdf(lasting, 14, 1)) == pytest.approx(level, abs=0.004)
    seen.sample("kpis", "cycle_service").must_be(level, f"cycles without a shortage, {level:.0%} asked")


# A month of the book is a day here: ten customers a month, who want 1 to 4; orders come in half a month to a month.
MONTHS = (
    "nodes.client.buys.part={every: {dist: exponential, mean: 2.4 h}, penalty: 5 USD/pc/d}",
    "nodes.client.buys.part.quantity={dist: empirical, values: [1 pc, 2 pc, 2 pc, 3 pc, 3 pc, 4 pc]}",
    "nodes.store.storage=1 USD/pc/d",
    "lanes.road={transit: {dist: uniform, min: 12 h, max: 24 h}, order_cost: 32 USD/order, cost: 3 USD/pc}",
    "opening={store: {part: 60 pc}}",
)
# (s, S): mean monthly cost of ordering, holding and shortage over 120 months from a start with 60 pieces, by 400 000
# replications of an independent program; the book prints one replication of each.
LAW_AND_KELTON = {
    "I14a": (20, 40, 97.67487, 9.125104, 18.30427),
    "I14c": (20, 80, 84.90872, 26.88601, 9.543972),
    "I14d": (20, 100, 82.95483, 36.49036, 7.491259),
    "I14f": (40, 80, 89.10705, 34.98956, 1.36712),
    "I14g": (40, 100, 85.48601, 45.02634, 1.028484),
    "I14i": (60, 100, 89.64724, 54.49432, 0.05377421),
}


def _months(run, low: int, high: int, replications: int):
    """The book orders below s, we at or below."""
    return run(
        STORE,
        *MONTHS,
        f"policies.rule.all={{rule: min_max, review: 1 d, reorder_point: {low - 1} pc, order_up_to: {high} pc}}",
        f"run={{horizon: 120 d, warm_up: 0 d, replications: {replications}, seed: 2}}",
    )


def _law_and_kelton(*cases: str):
    return [
        pytest.param(*LAW_AND_KELTON[case], marks=pytest.mark.case(case, "Law & Kelton 1.5"), id=case)
        for case in cases or LAW_AND_KELTON
    ]


@pytest.mark.parametrize(("low", "high", "ordering", "holding", "shortage"), _law_and_kelton())
def test_ten_years_of_monthly_reviews(run, low, high, ordering, holding, shortage):
    """I14: the best known inventory simulation there is: a short horizon, a full start, orders of any size."""
    seen = _months(run, low, high, replications=60)
    seen.cost_per_day("ordering", "freight").must_be(ordering, f"({low}, {high}), ordering (USD a month)")
    seen.cost_per_day("storage").must_be(holding, f"({low}, {high}), holding (USD a month)")
    total = seen.cost_per_day("ordering", "freight", "storage", "penalty")
    total.must_be(ordering + holding + shortage, f"({low}, {high}), total (USD a month)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("low", "high", "ordering", "holding", "shortage"), _law_and_kelton("I14a", "I14c", "I14d", "I14f", "I14g")
)
def test_shortages_of_ten_years_of_monthly_reviews(run, low, high, ordering, holding, shortage):
    """I14: shortages vary most between replications, the more so the rarer they are. Those of (60, 100) cost 5 cents
    a month, and it would take 26 000 replications to see them within 2 %."""
    seen = _months(run, low, high, replications=600 if low == 20 else 2700)
    seen.cost_per_day("penalty").must_be(shortage, f"({low}, {high}), shortage (USD a month)")


@pytest.mark.case("bullwhip", "order batching: Lee, Padmanabhan & Whang 1997")
def test_orders_swing_more_than_demand_when_reviews_are_far_apart(run):
    """Orders of a week's demand once a week: their variance by the day is σ² + (R − 1)·μ² against demand's σ²."""
    seen = run(
        STORE,
        *PERIODS,
        "nodes.client.buys.part.quantity={dist: poisson, mean: 18 pc}",
        "policies.rule.all={review: 7 d, level: 200 pc}",
        "run.horizon=2800 d",
    )
    seen.sample("kpis", "bullwhip").must_be(1 + 6 * 18**2 / 18, "variance of orders ÷ variance of demand, by the day")
