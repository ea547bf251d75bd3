"""Ports against queueing theory: a port is a queue of ships for berths, and a long closure is a backlog to work off."""

from math import exp, factorial, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import poisson

# Orders of single boxes, each a ship of its own, through a port that other ships may use too.
HARBOUR = """
twin: 1
items: {box: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {box: {price: 1 USD/pc}}}
  harbour: {kind: port, berths: 1, handling: {dist: exponential, mean: 1 d}}
  store: {kind: warehouse}
  client: {kind: customer, unmet: backorder,
           buys: {box: {from: store, every: 1000 d, quantity: 1 pc, margin: 1 USD/pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [0 d, 0 d]}}
policies: {to_order: {all: {rule: base_stock, review: continuous, level: 0 pc}}}
opening: {}
run: {horizon: 2500 d, warm_up: 250 d, replications: 20, seed: 1}
"""

CLOSURES = """
disruptions:
  storm: {target: harbour, every: {dist: exponential, mean: 50 d}, lasts: {dist: exponential, mean: 5 d},
          effect: {capacity: 0 %}}
"""


def erlang_c(berths: int, load: float) -> float:
    """Probability that a ship waits, M/M/c; `load` is arrivals × mean handling (Erlang 1917)."""
    full = load**berths / factorial(berths) / (1 - load / berths)
    return full / (sum(load**n / factorial(n) for n in range(berths)) + full)


def pollaczek_khinchine(arrivals: float, handling: float, cv: float) -> float:
    """Mean wait for one berth with any law of handling (Pollaczek 1930, Khinchine 1932)."""
    return arrivals * handling**2 * (1 + cv**2) / (2 * (1 - arrivals * handling))


def crommelin(arrivals: float, berths: int) -> tuple[float, float]:
    """Probability of a wait, and mean wait, M/D/c with one day of handling: what is there a day later is what
    did not get a berth, plus who came (Crommelin 1932)."""
    states = np.arange(150)
    came = poisson.pmf(states, arrivals)
    steps = np.array(
        [np.roll(np.where(states < len(states) - left, came, 0), left) for left in np.maximum(0, states - berths)]
    )
    balance = np.vstack([steps.T - np.eye(len(states)), np.ones(len(states))])
    number = np.linalg.lstsq(balance, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    return number[berths:].sum(), number @ np.maximum(0, states - berths) / arrivals


def wait_at_one_berth(waited: float) -> float:
    """Mean wait for one exponential berth of mean 1 d, when a share `waited` has to wait at all (GI/M/1)."""
    return waited / (1 - waited)


def test_with_one_berth_four_of_five_ships_wait_when_it_is_busy_four_days_of_five(run):
    """Q01: Poisson arrivals see the port as it is on average; our ships and the others stand in the same queue."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.4 /d", "nodes.client.buys.box.every={dist: exponential, mean: 2.5 d}")
    truth = erlang_c(1, 0.8)
    assert truth == pytest.approx(0.8)
    seen.sample("nodes", "harbour", "waited").must_be(truth)
    seen.sample("nodes", "harbour", "berths_busy").must_be(0.8)


@pytest.mark.slow
def test_a_ship_waits_four_days_for_the_one_berth(run):
    """Q01: the mean wait at 80 % load, the price of variability."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.8 /d", "run.horizon=120000 d")
    truth = wait_at_one_berth(erlang_c(1, 0.8))
    assert truth == pytest.approx(4)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth)


def test_three_berths_share_one_queue(run):
    """Q02: P(wait) of M/M/3; a queue per berth, or the first berth always tried first, would give another number."""
    seen = run(HARBOUR, "nodes.harbour.traffic=2.4 /d", "nodes.harbour.berths=3", "run.horizon=4000 d")
    truth = erlang_c(3, 2.4)
    assert truth == pytest.approx(0.647191, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(truth)


@pytest.mark.slow
def test_three_berths_wait_a_quarter_of_what_one_does_at_the_same_load(run):
    """Q02: pooling berths saves waiting."""
    seen = run(HARBOUR, "nodes.harbour.traffic=2.4 /d", "nodes.harbour.berths=3", "run.horizon=55000 d")
    truth = erlang_c(3, 2.4) / (3 - 2.4)
    assert truth == pytest.approx(1.078652, abs=1e-6)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth)


def test_even_handling_makes_no_fewer_ships_wait(run):
    """Q03: P(wait) depends on the load only; what even handling shortens is the wait."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.8 /d", "nodes.harbour.handling=1 d")
    seen.sample("nodes", "harbour", "waited").must_be(0.8)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("traffic", "handling", "cv", "case", "days"),
    [
        (0.8, "1 d", 0.0, 2.0, 70_000),
        (0.85, "{dist: lognormal, mean: 1 d, cv: 0.70710678}", sqrt(0.5), 4.25, 140_000),
        (0.85, "{dist: gamma, mean: 1 d, cv: 0.70710678}", sqrt(0.5), 4.25, 140_000),
    ],
    ids=["Q03 even", "Q04 lognormal", "Q04 gamma"],
)
def test_the_wait_depends_on_handling_only_through_mean_and_cv(run, traffic, handling, cv, case, days):
    """Q03, Q04: Pollaczek–Khinchine; a lognormal read as log-mean would not come near."""
    seen = run(
        HARBOUR, f"nodes.harbour.traffic={traffic} /d", f"nodes.harbour.handling={handling}", f"run.horizon={days} d"
    )
    truth = pollaczek_khinchine(traffic, 1, cv)
    assert truth == pytest.approx(case)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth)


@pytest.mark.slow
def test_two_berths_with_even_handling(run):
    """Q05: M/D/2 after Crommelin."""
    seen = run(
        HARBOUR,
        "nodes.harbour.traffic=1.6 /d",
        "nodes.harbour.handling=1 d",
        "nodes.harbour.berths=2",
        "run.horizon=40000 d",
    )
    waited, wait = crommelin(1.6, 2)
    assert wait == pytest.approx(0.9032839, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(waited)
    seen.sample("nodes", "harbour", "wait_all").must_be(wait)


def test_a_scheduled_liner_waits_less_often_than_a_tramp(run):
    """Q06: D/M/1; a ship every 1.25 days sees not the average port: P(wait) is 0.63 where the load is 0.8."""
    seen = run(HARBOUR, "nodes.client.buys.box.every=1.25 d", "run.horizon=4000 d")
    truth = brentq(lambda waited: waited - exp(-1.25 * (1 - waited)), 0.01, 0.99)
    assert truth == pytest.approx(0.6286298, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(truth)


@pytest.mark.slow
def test_ports_in_a_row_are_queues_of_their_own(run):
    """Q11: what leaves an exponential berth is Poisson again (Burke 1956), so the days at sea add up port by port."""
    seen = run(
        HARBOUR,
        "nodes.inner={kind: port, berths: 1, handling: {dist: exponential, mean: 0.8 d}}",
        "nodes.quay={kind: port, berths: 1, handling: {dist: exponential, mean: 16 h}}",
        "lanes.sea.via=[harbour, inner, quay]",
        "lanes.sea.legs=[0 d, 0 d, 0 d, 0 d]",
        "nodes.client.buys.box.every={dist: exponential, mean: 1.25 d}",
        "run.horizon=24000 d",
    )
    truth = sum(1 / (speed - 0.8) for speed in (1, 1.25, 1.5))
    assert truth == pytest.approx(8.650794, abs=1e-6)
    seen.sample("lanes", "sea", "days").must_be(truth)


@pytest.mark.slow
def test_a_port_that_closes_now_and_then_is_worse_than_a_slow_one(run):
    """Q13: random closures, work resumed (White & Christie 1958); a slower berth without them holds 1.22 ships."""
    seen = run(HARBOUR + CLOSURES, "nodes.harbour.traffic=0.5 /d", "run.horizon=80000 d")
    arrivals, handled, close, reopen = 0.5, 1, 0.02, 0.2
    truth = arrivals * ((close + reopen) ** 2 + close * handled)
    truth /= (close + reopen) * (reopen * handled - arrivals * (close + reopen))
    assert truth == pytest.approx(1.727273, abs=1e-6)
    seen.sample("nodes", "harbour", ("queue", "berths_busy")).must_be(truth)


# A ship a day, of which the berth could handle five in four days, and a port that is shut for the first ten.
BACKLOG = """
disruptions: {strike: {target: harbour, at: 0 d, lasts: 10 d, effect: {capacity: 0 %}}}
"""
DAILY = (
    "nodes.client.buys.box.every=1 d",
    "nodes.harbour.handling=0.8 d",
    "run={horizon: 100 d, warm_up: 0 d, replications: 1}",
)


def test_a_closure_of_ten_days_delays_fifty_ships(run):
    """Q16: the backlog lasts forty days after the reopening, which is what surprises; pure arithmetic, so exact."""
    port = run(HARBOUR + BACKLOG, *DAILY)
    waits = [10 - 0.2 * ship for ship in range(50)]  # every ship gains on the one before: a day apart, 0.8 d of work
    assert sum(waits) == pytest.approx(255)
    assert port.only("nodes", "harbour", "ships") == 100
    assert port.only("nodes", "harbour", "wait") * 100 == pytest.approx(255, abs=1e-9)
    assert port.only("nodes", "harbour", "wait_max") == 10
    assert port.only("nodes", "harbour", "waited") * 100 == pytest.approx(50, abs=1e-9)


def test_ships_waiting_are_arrivals_times_their_wait(run):
    """Q18: Little's law is bookkeeping, exact on any run that starts and ends empty: queue, waits and stays agree."""
    seen = run(HARBOUR + BACKLOG, *DAILY)
    port = seen.only("nodes", "harbour")
    sea = seen.only("lanes", "sea")
    assert port["queue"] == pytest.approx(port["wait_all"], abs=1e-9)  # at one arrival a day
    assert port["berths_busy"] == pytest.approx(0.8, abs=1e-9)
    assert port["in_port"] == pytest.approx(port["wait"] + 0.8, abs=1e-9)
    assert sea["days"] == pytest.approx(port["in_port"], abs=1e-9)
