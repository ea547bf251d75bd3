"""Ports against queueing theory: a port is a queue of ships for berths, and a long closure is a backlog to work off."""

from collections.abc import Iterable
from math import exp, factorial, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import poisson

from tests.theory.chains import State, stationary, steadied

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

# A line without orders, which is down exactly while the port is shut: it tells how long that was.
CLOCK = (
    "items.tick={value: 1 USD/pc}",
    "nodes.clock={kind: line, from: store, to: store, makes: {tick: {rate: 1 pc/d}}}",
)

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


def erlang_2_at_berths(arrivals: float, berths: int, most: int = 200) -> tuple[float, float]:
    """Probability of a wait, and mean wait, M/E2/c with a day of handling: two phases of half a day each.
    The state is ships in port, and ships in their first phase."""
    begins = 2.0  # a phase takes half a day

    def moves(state: tuple[int, int]) -> Iterable[tuple[State, float]]:
        ships, first = state
        busy = min(ships, berths)
        if ships < most:
            yield (ships + 1, first + (ships < berths)), arrivals
        if first:
            yield (ships, first - 1), begins * first
        if busy > first:
            yield (ships - 1, first + (ships > berths)), begins * (busy - first)

    shares = stationary((0, 0), moves)
    waited = sum(share for (ships, _), share in shares.items() if ships >= berths)
    waiting = sum(max(0, ships - berths) * share for (ships, _), share in shares.items())
    return waited, waiting / arrivals


def ships_at_a_port_that_closes(arrivals: float, berths: int, close: float, reopen: float, most: int = 1500) -> float:
    """Mean number of ships, all berths closing together, work resumed, one day of handling."""

    def moves(state: tuple[int, bool]) -> Iterable[tuple[State, float]]:
        ships, is_open = state
        yield (ships, not is_open), close if is_open else reopen
        if ships < most:
            yield (ships + 1, is_open), arrivals
        if ships and is_open:
            yield (ships - 1, True), min(ships, berths)

    return sum(ships * share for (ships, _), share in stationary((0, True), moves).items())


def ships_after(days: float, arrivals: float, most: int = 200) -> float:
    """Mean number of ships at one berth with one day of handling that began empty, by uniformisation (Jensen 1953)."""
    states = np.arange(most + 1)
    pace = arrivals + 1
    shares, number = np.eye(1, most + 1)[0], 0.0
    for events in range(int(pace * days + 12 * sqrt(pace * days))):
        number += poisson.pmf(events, pace * days) * (shares @ states)
        down, up = shares / pace, shares * arrivals / pace
        shares = np.append(up[:1] * 0, up[:-1]) + np.append(down[1:], 0)
        shares[0] += down[0]
        shares[-1] += up[-1]
    return number


def erlang_b(places: int, load: float) -> float:
    """Share of arrivals that find all places taken, M/G/c/c (Erlang 1917), whatever the law (Sevastyanov 1957)."""
    return load**places / factorial(places) / sum(load**n / factorial(n) for n in range(places + 1))


def wait_at_one_berth(waited: float) -> float:
    """Mean wait for one exponential berth of mean 1 d, when a share `waited` has to wait at all (GI/M/1)."""
    return waited / (1 - waited)


@pytest.mark.case("Q01", "M/M/1: P(wait) = load (Erlang 1917)")
def test_with_one_berth_four_of_five_ships_wait_when_it_is_busy_four_days_of_five(run):
    """Q01: Poisson arrivals see the port as it is on average; our ships and the others stand in the same queue."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.4 /d", "nodes.client.buys.box.every={dist: exponential, mean: 2.5 d}")
    truth = erlang_c(1, 0.8)
    assert truth == pytest.approx(0.8)
    seen.sample("nodes", "harbour", "waited").must_be(truth, "ships that wait (share)")
    seen.sample("nodes", "harbour", "berths_busy").must_be(0.8, "berths busy")


@pytest.mark.case("Q01", "M/M/1: load ÷ (1 − load) (Erlang 1917)")
@pytest.mark.slow
def test_a_ship_waits_four_days_for_the_one_berth(run):
    """Q01: the mean wait at 80 % load, the price of variability."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.8 /d", "run.horizon=120000 d")
    truth = wait_at_one_berth(erlang_c(1, 0.8))
    assert truth == pytest.approx(4)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth, "wait for a berth (d)")


@pytest.mark.case("Q02", "M/M/3: Erlang C (Erlang 1917)")
def test_three_berths_share_one_queue(run):
    """Q02: P(wait) of M/M/3; a queue per berth, or the first berth always tried first, would give another number."""
    seen = run(HARBOUR, "nodes.harbour.traffic=2.4 /d", "nodes.harbour.berths=3", "run.horizon=4000 d")
    truth = erlang_c(3, 2.4)
    assert truth == pytest.approx(0.647191, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(truth, "ships that wait (share)")


@pytest.mark.case("Q02", "M/M/3: Erlang C ÷ spare handling rate (Erlang 1917)")
@pytest.mark.slow
def test_three_berths_wait_a_quarter_of_what_one_does_at_the_same_load(run):
    """Q02: pooling berths saves waiting."""
    seen = run(HARBOUR, "nodes.harbour.traffic=2.4 /d", "nodes.harbour.berths=3", "run.horizon=55000 d")
    truth = erlang_c(3, 2.4) / (3 - 2.4)
    assert truth == pytest.approx(1.078652, abs=1e-6)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth, "wait for a berth (d)")


@pytest.mark.case("Q03", "M/D/1: P(wait) = load")
def test_even_handling_makes_no_fewer_ships_wait(run):
    """Q03: P(wait) depends on the load only; what even handling shortens is the wait."""
    seen = run(HARBOUR, "nodes.harbour.traffic=0.8 /d", "nodes.harbour.handling=1 d")
    seen.sample("nodes", "harbour", "waited").must_be(0.8, "ships that wait (share)")


even = pytest.mark.case("Q03", "M/D/1: λE²(1 + cv²) ÷ 2(1 − load) (Pollaczek 1930, Khinchine 1932)")
spread = pytest.mark.case("Q04", "M/G/1: λE²(1 + cv²) ÷ 2(1 − load) (Pollaczek 1930, Khinchine 1932)")
SPREAD = "{dist: %s, mean: 1 d, cv: 0.70710678}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "traffic", "handling", "cv", "case", "days"),
    [
        pytest.param("even", 0.8, "1 d", 0.0, 2.0, 70_000, marks=even, id="Q03 even"),
        pytest.param(
            "lognormal", 0.85, SPREAD % "lognormal", sqrt(0.5), 4.25, 140_000, marks=spread, id="Q04 lognormal"
        ),
        pytest.param("gamma", 0.85, SPREAD % "gamma", sqrt(0.5), 4.25, 140_000, marks=spread, id="Q04 gamma"),
    ],
)
def test_the_wait_depends_on_handling_only_through_mean_and_cv(run, law, traffic, handling, cv, case, days):
    """Q03, Q04: Pollaczek–Khinchine; a lognormal read as log-mean would not come near."""
    seen = run(
        HARBOUR, f"nodes.harbour.traffic={traffic} /d", f"nodes.harbour.handling={handling}", f"run.horizon={days} d"
    )
    truth = pollaczek_khinchine(traffic, 1, cv)
    assert truth == pytest.approx(case)
    seen.sample("nodes", "harbour", "wait_all").must_be(truth, f"wait for a berth, {law} handling (d)")


@pytest.mark.case("Q05", "M/D/2 (Crommelin 1932)")
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
    seen.sample("nodes", "harbour", "waited").must_be(waited, "ships that wait (share)")
    seen.sample("nodes", "harbour", "wait_all").must_be(wait, "wait for a berth (d)")


@pytest.mark.case("Q06", "D/M/1: σ = exp(−(1 − σ) ÷ load) (Kendall 1953)")
def test_a_scheduled_liner_waits_less_often_than_a_tramp(run):
    """Q06: D/M/1; a ship every 1.25 days sees not the average port: P(wait) is 0.63 where the load is 0.8."""
    seen = run(HARBOUR, "nodes.client.buys.box.every=1.25 d", "run.horizon=4000 d")
    truth = brentq(lambda waited: waited - exp(-1.25 * (1 - waited)), 0.01, 0.99)
    assert truth == pytest.approx(0.6286298, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(truth, "ships that wait (share)")


@pytest.mark.case("Q11", "Σ 1 ÷ (rate − arrivals) (Burke 1956, Jackson 1957)")
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
    seen.sample("lanes", "sea", "days").must_be(truth, "door to door (d)")


@pytest.mark.case("Q13", "M/M/1 with closures (White & Christie 1958)")
@pytest.mark.slow
def test_a_port_that_closes_now_and_then_is_worse_than_a_slow_one(run):
    """Q13: random closures, work resumed (White & Christie 1958); a slower berth without them holds 1.22 ships."""
    seen = run(HARBOUR + CLOSURES, "nodes.harbour.traffic=0.5 /d", "run.horizon=80000 d")
    arrivals, handled, close, reopen = 0.5, 1, 0.02, 0.2
    truth = arrivals * ((close + reopen) ** 2 + close * handled)
    truth /= (close + reopen) * (reopen * handled - arrivals * (close + reopen))
    assert truth == pytest.approx(1.727273, abs=1e-6)
    seen.sample("nodes", "harbour", ("queue", "berths_busy")).must_be(truth, "ships in port")


# A ship a day, of which the berth could handle five in four days, and a port that is shut for the first ten.
BACKLOG = """
disruptions: {strike: {target: harbour, at: 0 d, lasts: 10 d, effect: {capacity: 0 %}}}
"""
DAILY = (
    "nodes.client.buys.box.every=1 d",
    "nodes.harbour.handling=0.8 d",
    "run={horizon: 100 d, warm_up: 0 d, replications: 1}",
)


@pytest.mark.case("Q16", "Lindley recursion: waits fall by 0.2 d a ship")
def test_a_closure_of_ten_days_delays_fifty_ships(run, exactly):
    """Q16: the backlog lasts forty days after the reopening, which is what surprises; pure arithmetic, so exact."""
    port = run(HARBOUR + BACKLOG, *DAILY)
    waits = [10 - 0.2 * ship for ship in range(50)]  # every ship gains on the one before: a day apart, 0.8 d of work
    assert sum(waits) == pytest.approx(255)
    exactly(port.only("nodes", "harbour", "ships"), 100, "ships")
    exactly(port.only("nodes", "harbour", "wait") * 100, sum(waits), "waiting of all ships (d)")
    exactly(port.only("nodes", "harbour", "wait_max"), max(waits), "longest wait (d)")
    exactly(port.only("nodes", "harbour", "waited") * 100, len(waits), "ships that wait")


@pytest.mark.case("Q18", "number = arrivals × stay (Little 1961)")
def test_ships_waiting_are_arrivals_times_their_wait(run, exactly):
    """Q18: Little's law is bookkeeping, exact on any run that starts and ends empty: queue, waits and stays agree."""
    seen = run(HARBOUR + BACKLOG, *DAILY)
    port = seen.only("nodes", "harbour")
    sea = seen.only("lanes", "sea")
    exactly(port["queue"], port["wait_all"], "a ship a day: ships waiting = wait (d)")
    exactly(port["berths_busy"], 0.8, "a ship a day: berths busy = handling (d)")
    exactly(port["in_port"], port["wait"] + 0.8, "a ship a day: ships in port = wait + handling (d)")
    exactly(sea["days"], port["in_port"], "a ship a day: days at sea = ships in port")


# Two ports in a row that close at random, customs, voyages, a supplier that takes its time; and a long quiet end.
BUSY = """
nodes:
  works: {kind: supplier, supplies: {box: {price: 1 USD/pc, lead_time: 2 d}}}
  harbour: {kind: port, berths: 1, handling: {dist: lognormal, mean: 12 h, cv: 0.8}, traffic: 0.6 /d}
  quay: {kind: port, berths: 2, handling: {dist: gamma, mean: 1 d, cv: 0.5}, traffic: 0.8 /d, customs: 1 d}
lanes: {sea: {via: [harbour, quay], legs: [3 d, 5 d, 1 d]}}
disruptions:
  storm: {target: {kind: port}, every: {dist: exponential, mean: 40 d}, lasts: {dist: exponential, mean: 4 d},
          effect: {capacity: 0 %}}
  nobody_orders: {target: client, at: 200 d, effect: {demand: 0 %}}
  nobody_sails: {target: {kind: port}, at: 200 d, effect: {traffic: 0 %}}
"""


@pytest.mark.case("Q18", "number × time = sum of stays (Little 1961)")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_numbers_times_time_are_sums_of_stays(run, exactly, tmp_path, seed):
    """Q18: the same with chance in everything, at each port, on the lane, at the warehouse and for the customer.
    Numbers are averages over time, stays are averages over ships, and they are counted in different places."""
    (tmp_path / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    seen = run(
        "extends: harbour.yaml\n" + BUSY,
        "nodes.client.buys.box={every: {dist: exponential, mean: 2 d}, penalty: 1 USD/pc/d}",
        f"run={{horizon: 400 d, warm_up: 0 d, replications: 1, seed: {seed}}}",
    )
    days, sea, owed = 400, seen.only("lanes", "sea"), seen.only("items", "store.box")
    ports = [seen.only("nodes", name) for name in ("harbour", "quay")]
    assert seen.only("nodes", "client", "sold") == sea["shipments"] == sea["pieces"] > 80  # one by one, and all arrived
    for name, port in zip(("harbour", "quay"), ports, strict=True):
        exactly(port["queue"] * days, port["wait_all"] * port["ships"], f"seed {seed}, {name}: ship-days of waiting")
    voyages = sea["shipments"] * (3 + 5 + 1)
    travelled = sea["days"] * sea["shipments"]
    exactly(sea["in_transit"] * days, travelled, f"seed {seed}: piece-days under way")
    exactly(sum(port["in_port"] for port in ports) * days, travelled - voyages, f"seed {seed}: piece-days in port")
    exactly(owed["on_order"] * days, travelled + 2 * sea["shipments"], f"seed {seed}: piece-days on order")
    exactly(owed["backlog"] * days, seen.only("costs", "penalty"), f"seed {seed}: piece-days owed")
    exactly(owed["backlog"], owed["on_order"], f"seed {seed}: pieces owed = on order")


@pytest.mark.slow
@pytest.mark.case("Q07", "M/E2/3, balance of phases; the table of UNCTAD 1985")
def test_a_port_as_in_the_berth_tables_of_planners(run):
    """Q07: three berths 70 % busy, handling Erlang-2, which is a gamma of cv √½: the wait is 0.42 of the handling."""
    seen = run(
        HARBOUR,
        "nodes.harbour.traffic=2.1 /d",
        "nodes.harbour.berths=3",
        "nodes.harbour.handling={dist: gamma, mean: 1 d, cv: 0.70710678}",
        "run.horizon=25000 d",
    )
    waited, wait = erlang_2_at_berths(2.1, 3)
    assert wait == pytest.approx(0.418025, abs=1e-6)
    seen.sample("nodes", "harbour", "waited").must_be(waited, "ships that wait (share)")
    seen.sample("nodes", "harbour", "wait_all").must_be(wait, "wait for a berth (d)")


@pytest.mark.parametrize(
    "handling",
    [
        pytest.param(
            law, marks=pytest.mark.case(name, "Erlang B, whatever the law (Erlang 1917, Sevastyanov 1957)"), id=name
        )
        for name, law in {
            "Q08a": "{dist: exponential, mean: 1 d}",
            "Q08b": "1 d",
            "Q08c": "{dist: lognormal, mean: 1 d, cv: 0.70710678}",
        }.items()
    ],
)
def test_who_finds_all_places_taken_goes_elsewhere(run, handling):
    """Q08: five dock slots, each a piece on hand; a truck takes one for a while, or finds none and leaves. The share of
    those who leave does not depend on how the time varies."""
    seen = run(
        HARBOUR,
        "nodes.harbour={berths: null}",
        f"nodes.harbour.handling={handling}",
        "nodes.client={unmet: lost, buys: {box: {every: {dist: exponential, mean: 6 h}}}}",
        "policies.to_order.all.level=5 pc",
        "run={horizon: 1300 d, warm_up: 50 d}",
    )
    truth = erlang_b(5, 4)
    assert truth == pytest.approx(0.1990669, abs=1e-7)
    asked, lost = (seen.sample("nodes", "client", key).values for key in ("demand", "lost_sales"))
    shares = [turned_away / trucks for turned_away, trucks in zip(lost, asked, strict=True)]
    type(seen.sample("nodes", "client", "demand"))(shares, seen.run).must_be(truth, "trucks turned away (share)")


@pytest.mark.case("Q09", "M/M/3/6, birth and death")
def test_a_full_anchorage_sends_ships_away(run):
    """Q09: six places in port, three of them berths: the seventh ship goes elsewhere, as a sale is lost when six
    orders are under way and nothing is on hand."""
    seen = run(
        HARBOUR,
        "nodes.harbour.berths=3",
        "nodes.client={unmet: lost, buys: {box: {every: {dist: exponential, mean: 10 h}}}}",
        "policies.to_order.all.level=6 pc",
        "run={horizon: 1200 d, warm_up: 50 d}",
    )
    shares = stationary(
        0, lambda ships: [(ships + 1, 2.4)] * (ships < 6) + [(ships - 1, float(min(ships, 3)))] * (ships > 0)
    )
    turned_away, number = shares[6], sum(ships * share for ships, share in shares.items())
    assert (turned_away, number) == pytest.approx((0.09017745, 2.820452), abs=1e-6)
    seen.sample("nodes", "harbour", "in_port").must_be(number, "ships in port")
    seen.sample("kpis", "fill_rate").must_be(1 - turned_away, "ships admitted (share)")


@pytest.mark.slow
@pytest.mark.case("Q14", "M/M/2 with closures, balance of states (type of Mitrany & Avi-Itzhak 1968)")
def test_all_berths_close_together(run):
    """Q14: a closure of ten days on average at 60 % load leaves six ships in port on average, three times as many as
    without. The luck of long closures is taken out."""
    seen = run(
        HARBOUR + CLOSURES,
        *CLOCK,
        "disruptions.storm={target: [harbour, clock], every: {dist: exponential, mean: 90 d}}",
        "disruptions.storm.lasts={dist: exponential, mean: 10 d}",
        "nodes.harbour={traffic: 1.2 /d, berths: 2}",
        "run={horizon: 30000 d, warm_up: 1000 d, replications: 40}",
    )
    truth = ships_at_a_port_that_closes(1.2, 2, 1 / 90, 1 / 10)
    assert truth == pytest.approx(5.976997, abs=1e-6)
    ships = seen.sample("nodes", "harbour", ("queue", "berths_busy"))
    steadied(ships, seen.sample("nodes", "clock", "down"), 0.1).must_be(truth, "ships in port")


@pytest.mark.slow
@pytest.mark.case("Q15", "M[3]/M/1: (1 + 3) ÷ 2 ÷ (1 − load) (Chaudhry & Templeton 1983)")
def test_lots_that_come_together_wait_for_each_other(run):
    """Q15: three lots at once, every five days, each with work of its own: an order of three that is split over three
    lanes arrives as three ships. A lot spends five days in port, one of them at a berth. The luck of a busier port is
    taken out."""
    third = "{from: works, to: store, via: [harbour], legs: [0 d, 0 d]}"
    seen = run(
        HARBOUR,
        f"lanes.second={third}",
        f"lanes.third={third}",
        "policies.to_order.all.sources={sea: 33.3333333 %, second: 33.3333333 %, third: 33.3333333 %}",
        "nodes.client.buys.box={every: {dist: exponential, mean: 5 d}, quantity: 3 pc}",
        "run={horizon: 14000 d, replications: 40}",
    )
    truth = (1 + 3) / 2 / (1 - 3 * 0.2)
    assert truth == pytest.approx(5)
    busy = seen.sample("nodes", "harbour", "berths_busy")
    steadied(seen.sample("nodes", "harbour", "wait_all"), busy, 0.6).must_be(truth - 1, "wait for a berth (d)")
    days = [seen.sample("lanes", lane, "days").values for lane in ("sea", "second", "third")]
    lots = [sum(of_lanes) / 3 for of_lanes in zip(*days, strict=True)]
    steadied(type(busy)(lots, seen.run), busy, 0.6).must_be(truth, "lot in port (d)")


@pytest.mark.slow
@pytest.mark.case("Q17", "M/M/1 from empty, uniformisation (Jensen 1953)")
def test_a_port_that_begins_empty_is_not_yet_as_full_as_it_will_be(run):
    """Q17: on day 50 there are 3.4 ships on average, not the 4 of the long run; so nothing is hidden in how a run
    begins. A horizon of one second after a warm-up of 50 days looks at one instant, at 620 ports alike."""
    ports = [f"port{number:03}" for number in range(620)]
    alike = "{kind: port, berths: 1, handling: {dist: exponential, mean: 1 d}, traffic: 0.8 /d}"
    seen = run(HARBOUR, *(f"nodes.{port}={alike}" for port in ports), "run={horizon: 1 s, warm_up: 50 d}")
    truth = ships_after(50, 0.8)
    assert truth == pytest.approx(3.405039, abs=1e-6)
    ships = seen.sample("nodes", tuple(ports), ("queue", "berths_busy"))
    type(ships)([total / len(ports) for total in ships.values], "12 400 × 50 d").must_be(truth, "ships on day 50")
