"""Closures, scripted and random: what a buffer saves when the way for goods shuts, and what it costs."""

from collections.abc import Iterator
from math import exp, log

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import f as fisher
from scipy.stats import norm, poisson

from tests.theory.chains import steadied
from tests.theory.conftest import Sample

DAY = 86_400

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


def day_by_day(
    buffer: int,
    closed: int,
    days: int = 100,
    owed: bool = False,
    push: bool = False,
    cap: int | None = None,
    room: int | None = None,
    detour: int | None = None,
) -> dict[str, int]:
    """The same case in whole numbers and whole days: port, demand, order, one day after another.

    `push`: a hundred are sent every day, whatever was sold. `cap`: the port releases no more a day. `room`: what does
    not fit into the store of a morning stays in the port. `detour`: what is sent while the port is shut goes another
    way, which takes so many days more.
    """
    arriving = dict.fromkeys(range(15), 100)
    around: dict[int, int] = {}
    stock, port, backlog = buffer, 0, 0
    told = {"lost": 0, "backorder_days": 0, "peak_stock": 0, "stock_days": 0, "port_wait_unit_days": 0}
    for day in range(days):
        port += arriving.get(day, 0)
        shut = 30 <= day < 30 + closed
        if not shut:
            free = port if room is None else min(port, room - stock)
            released = free if cap is None else min(free, cap)
            stock, port = stock + released, port - released
        stock += around.get(day, 0)
        wanted = 100 + backlog
        sold = min(stock, wanted)
        stock -= sold
        backlog = wanted - sold if owed else 0
        told["lost"] += 0 if owed else wanted - sold
        sent = 100 if owed or push else sold
        if shut and detour is not None:
            around[day + 15 + detour] = sent
        else:
            arriving[day + 15] = sent
        told["backorder_days"] += backlog
        told["peak_stock"] = max(told["peak_stock"], stock)
        told["stock_days"] += stock
        told["port_wait_unit_days"] += port
    return told | {"final_stock": stock}


TOLD = {
    "lost": "lost sales (pc)",
    "backorder_days": "owed (pc·d)",
    "peak_stock": "highest stock (pc)",
    "final_stock": "stock at the end (pc)",
    "stock_days": "stock (pc·d)",
    "port_wait_unit_days": "waiting in port (pc·d)",
}  # in the order of the published numbers


def measured(seen, days: int) -> dict[str, float]:
    """What `day_by_day` tells, as simulated. What waits at the dock for room waits in the port there."""
    waiting = seen.only("nodes", "harbour", "in_port") * days + seen.only("nodes", "store", "dock_waiting")
    return {
        "lost": seen.only("kpis", "lost_sales"),
        "backorder_days": seen.only("items", "store.part", "backlog") * days,
        "peak_stock": seen.only("nodes", "store", "space_peak") * 10_000,
        "stock_days": seen.only("items", "store.part", "on_hand") * days,
        "port_wait_unit_days": waiting,
        "final_stock": seen.ledger.account("store", "part").balance,
    }


def buffered(pieces: int) -> tuple[str, str]:
    """A buffer on top of what is under way."""
    return f"opening.store.part={pieces} pc", f"policies.buffer.all.level={1500 + pieces} pc"


ARITHMETIC = "integer arithmetic, day by day"


@pytest.mark.parametrize(
    ("buffer", "closed", "days", "unmet", "case"),
    [
        pytest.param(*parameters, id=name, marks=pytest.mark.case(name.split()[0], ARITHMETIC))
        for name, *parameters in (
            ("D12a just in time", 0, 10, 100, "lost", (1000, 0, 1000, 0, 9500, 5500)),
            ("D12b three days", 300, 10, 100, "lost", (700, 0, 1000, 300, 35000, 5500)),
            ("D12c ten days", 1000, 10, 100, "lost", (0, 0, 1000, 1000, 94500, 5500)),
            ("D12f owed", 300, 10, 100, "backorder", (0, 2800, 300, 300, 27300, 5500)),
            ("D12j a month shut", 300, 30, 140, "lost", (2700, 0, 1700, 300, 43800, 38700)),
        )
    ],
)
def test_a_port_shuts_and_every_piece_is_where_arithmetic_puts_it(run, exactly, buffer, closed, days, unmet, case):
    """D12: lost = (closed days × demand − buffer)+, and all that follows, in whole pieces and exactly."""
    seen = run(
        SCRIPT,
        *buffered(buffer),
        f"nodes.client.unmet={unmet}",
        "nodes.client.buys.part.penalty=1 USD/pc/d",
        f"disruptions.closure.lasts={closed} d",
        f"run.horizon={days} d",
    )
    truth, found = day_by_day(buffer, closed, days, unmet == "backorder"), measured(seen, days)
    assert tuple(truth[key] for key in TOLD) == case
    for key, what in TOLD.items():
        exactly(found[key], truth[key], what)
    assert seen.only("costs", "penalty") == pytest.approx(truth["backorder_days"])


# A plant overseas that makes and ships a hundred a day whatever is sold: the store has ordered more than can ever come,
# and every lot goes on board when it is done, so that the first is there on day 15.
PUSH = (
    "items.ore={value: 1 USD/pc}",
    "items.part.bom={ore: 1}",
    "nodes.pit={kind: warehouse}",
    "nodes.works={kind: line, from: pit, to: yard, makes: {part: {rate: 100 pc/d, lot: 100 pc}}}",
    "nodes.yard={kind: warehouse}",
    "lanes.sea={from: yard, legs: [14 d, 0 d]}",
    "policies.buffer.all={review: continuous, level: 0 pc}",
    "policies.buffer.inland={at: [store], level: 1000000 pc}",
    "opening.pit={ore: 1000000 pc}",
)
# What is made while the port is shut is made by the annex, whose goods go around the cape. A lot that is due at the
# very instant of a stop would not leave, so the plants change over a second later.
DETOUR = (
    "nodes.annex={kind: line, from: pit, to: backyard, makes: {part: {rate: 100 pc/d, lot: 100 pc}}}",
    "nodes.backyard={kind: warehouse}",
    "lanes.cape={from: backyard, to: store, transit: 18 d}",
    "policies.buffer.inland.sources={sea: 50 %, cape: 50 %}",
    "disruptions.detour={target: works, at: 2592001 s, lasts: 30 d, effect: {capacity: 0 %}}",
    "disruptions.not_yet={target: annex, at: 0 d, lasts: 30 d, effect: {capacity: 0 %}}",
    "disruptions.no_more={target: annex, at: 5184001 s, effect: {capacity: 0 %}}",
)


@pytest.mark.parametrize(
    ("buffer", "closed", "days", "way", "patches", "case"),
    [
        pytest.param(*parameters, id=name, marks=pytest.mark.case(name.split()[0], ARITHMETIC))
        for name, *parameters in (
            ("D12d just in time", 0, 10, 100, {}, (), (1000, 0, 1000, 1000, 60000, 5500)),
            ("D12e three days", 300, 10, 100, {}, (), (700, 0, 1000, 1000, 69300, 5500)),
            ("D12l a month shut", 300, 30, 140, {}, (), (2700, 0, 3000, 3000, 249300, 46500)),
            ("D12k a detour", 300, 30, 140, {"detour": 4}, DETOUR, (1600, 0, 1900, 1900, 154700, 34500)),
        )
    ],
)
def test_a_plant_that_ships_whatever_is_sold_fills_the_store(run, exactly, buffer, closed, days, way, patches, case):
    """D12, open loop: every piece that could not be sold is there in the end. Where orders follow sales a shut port is
    followed by a quiet month; here it is followed by a full store."""
    seen = run(
        SCRIPT,
        *PUSH,
        f"opening.store.part={buffer} pc",
        f"disruptions.closure.lasts={closed} d",
        f"run.horizon={days} d",
        *patches,
    )
    truth, found = day_by_day(buffer, closed, days, push=True, **way), measured(seen, days)
    assert tuple(truth[key] for key in TOLD) == case
    for key, what in TOLD.items():
        exactly(found[key], truth[key], what)


@pytest.mark.case("D12i", ARITHMETIC)
def test_what_does_not_fit_waits_at_the_dock(run, exactly):
    """D12i: room for 800 of a morning, of which 100 are sold by noon. Here the dock fills the room as soon as it is
    free and not the next morning, so that the same room is one of 700."""
    seen = run(SCRIPT, *PUSH, "opening.store.part=300 pc", "nodes.store.capacity=700 pc")
    truth = day_by_day(300, 10, push=True, room=800)
    assert tuple(truth[key] for key in TOLD) == (700, 0, 700, 700, 51300, 23500)
    found = measured(seen, 100) | {"peak_stock": seen.only("nodes", "store", "space_peak") * 700}
    for key, what in TOLD.items():
        exactly(found[key], truth[key], what)


# Fifty pieces a ship and one berth, so that the port releases so many ships a day. They go ashore at the gate, from
# where a van brings of a morning what has been released since the last one: the port's day begins a day earlier. A ship
# that is done at the very instant of the closure would not leave, so the port shuts a second later.
GATE = (
    "nodes.harbour.berths=1",
    "nodes.gate={kind: warehouse}",
    "lanes.van={from: gate, to: store, transit: 0 d, departs: 1 d}",
    "disruptions.closure.at=2505601 s",
)
TWO_SHIPS = (
    "lanes.sea=null",
    "lanes.north={from: works, to: gate, via: [harbour], legs: [14 d, 0 d]}",
    "lanes.south={from: works, to: gate, via: [harbour], legs: [14 d, 0 d]}",
    "policies.buffer.pass={at: [gate], review: continuous, level: 0 pc, sources: {north: 50 %, south: 50 %}}",
)
A_SHIP_EVERY_LOT = (
    "nodes.works.makes.part.lot=50 pc",
    "lanes.sea={to: gate, legs: [13.5 d, 0 d]}",
)


@pytest.mark.parametrize(
    ("handling", "push", "case"),
    [
        pytest.param(*parameters, id=name, marks=pytest.mark.case(name.split()[0], ARITHMETIC))
        for name, *parameters in (
            ("D12g three ships a day", 8, False, (700, 0, 600, 300, 27900, 12600)),
            ("D12h three ships a day, pushed", 8, True, (700, 0, 1000, 1000, 59800, 15000)),
            ("D12m two ships a day", 12, False, (700, 0, 300, 0, 9300, 31200)),
        )
    ],
)
def test_a_port_that_can_do_little_more_than_it_must_recovers_late(run, exactly, handling, push, case):
    """D12: released at 150 a day, a backlog of 1000 takes weeks; at 100 a day it stays until orders pause."""
    ways = (*PUSH, *A_SHIP_EVERY_LOT, "opening.store.part=300 pc") if push else (*TWO_SHIPS, *buffered(300))
    seen = run(SCRIPT, *ways, *GATE, f"nodes.harbour.handling={handling} h")
    truth, found = day_by_day(300, 10, push=push, cap=50 * 24 // handling), measured(seen, 100)
    assert tuple(truth[key] for key in TOLD) == case
    # In the port, or waiting for the van, every piece spends a day (one that comes at noon: half a day) that the book
    # does not count.
    lanes = {key[1] for key in seen.ledger.tallies if key[0] == "shipments"} - {"van"}
    under_way = sum(seen.ledger.account(name, "part").balance for name in lanes)
    at_sea = under_way - seen.ledger.gauges["in_port", "harbour"].value
    came = sum(seen.only("lanes", name, "pieces") for name in lanes) - at_sea
    for_the_van = seen.ledger.account("van quay", "part").integral / DAY
    found["port_wait_unit_days"] += for_the_van - came * (0.75 if push else 1)
    for key, what in TOLD.items():
        exactly(found[key], truth[key], what)


BREAK_EVEN = "0.1 a piece and day, 20 a piece lost"


@pytest.mark.parametrize(
    ("buffer", "calm", "disrupted"),
    [(0, 0, 20_950), (300, 3_000, 17_500), (1000, 10_000, 9_450)],
    ids=["JIT", "hybrid", "JIC"],
)
@pytest.mark.case("D13", BREAK_EVEN)
def test_the_price_of_a_buffer_and_the_price_of_none(run, exactly, buffer, calm, disrupted):
    """D13: 0.1 a piece and day against 20 a piece lost."""
    for closed, case, patches in ((0, calm, (NO_CLOSURE,)), (10, disrupted, ())):
        seen = run(SCRIPT, *buffered(buffer), *patches)
        truth = day_by_day(buffer, closed)
        cost = 0.1 * truth["stock_days"] + 20 * truth["lost"]
        assert cost == pytest.approx(case)
        exactly(
            seen.only("costs", "storage") + seen.only("costs", "lost_margin"),
            cost,
            f"buffer {buffer} pc, {closed} d shut (USD)",
        )


@pytest.mark.case("D13", BREAK_EVEN)
def test_just_in_case_pays_when_such_a_closure_is_no_rarer_than_47_per_cent(run, exactly):
    """D13: the probability of the closure at which both cost the same, from four runs."""

    def cost(buffer: int, *patches: str) -> float:
        seen = run(SCRIPT, *buffered(buffer), *patches)
        return seen.only("costs", "storage") + seen.only("costs", "lost_margin")

    saved, paid = cost(0) - cost(1000), cost(1000, NO_CLOSURE) - cost(0, NO_CLOSURE)
    truth = 10_000 / (10_000 + 11_500)
    assert truth == pytest.approx(0.4651163, abs=1e-7)
    exactly(paid / (paid + saved), truth, "probability at which both cost the same")


# A part that two products share, and no more of it for ten days. On hand are 800 parts, of which some have been made
# into the second product, and 200 of the first; making takes no time.
SHARED = """
twin: 1
items:
  part: {value: 1 USD/pc}
  first: {value: 1 USD/pc, bom: {part: 1}}
  second: {value: 1 USD/pc, bom: {part: 1}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  plant: {kind: line, from: store, to: yard, makes: {first: {rate: 1e15 pc/d}, second: {rate: 1e15 pc/d}}}
  yard: {kind: warehouse}
  client: {kind: customer, buys: {first: {from: yard, every: 1 d, quantity: 100 pc, margin: 30 USD/pc},
           second: {from: yard, every: 1 d, quantity: 100 pc, margin: 20 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 0 d}}
policies: {plan: {all: {rule: base_stock, level: 200 pc}, second: {items: [second], level: 100 pc}}}
disruptions: {fire: {target: works, at: 0 d, lasts: 10 d, effect: {capacity: 0 %}}}
opening: {store: {part: 700 pc}, yard: {first: 200 pc, second: 100 pc}}
run: {horizon: 10 d, replications: 1}
"""
PROGRAMME = "linear programme of Simchi-Levi et al. 2015"


@pytest.mark.parametrize(
    ("levels", "lost", "survives"),
    [
        pytest.param((200, 100), 24_000, 4, id="each keeps its stock: equal shares"),
        pytest.param((100, 100), 25_000, 5, id="stock is used first: the longest survival"),
        pytest.param((200, 0), 20_000, 0, id="all to the dearer: the least loss"),
    ],
)
@pytest.mark.case("D15", PROGRAMME)
def test_a_shared_part_is_lost_to_who_asks_last(run, exactly, levels, lost, survives):
    """D15: parts go to orders, oldest first. Who keeps every stock full shares out the parts equally and loses 24 000;
    nobody survives more than 5 days; and no plan loses less than 20 000, which is what the best one does lose."""
    first, second = levels
    seen = run(
        SHARED,
        f"policies.plan.all.level={first} pc",
        f"policies.plan.second.level={second} pc",
        f"opening.store.part={800 - second} pc",
        f"opening.yard.second={second} pc",
    )
    exactly(seen.only("costs", "lost_margin"), lost, f"levels {first} and {second} pc: lost margin (USD)")
    exactly(seen.only("kpis", "time_to_survive"), survives, f"levels {first} and {second} pc: time to survive (d)")


# One piece a day, or one now and then, from a supplier around the corner who is shut now and then.
CORNER = """
twin: 1
items: {part: {value: 1 USD/pc, space: 1 pc}}
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
RENEWAL = "renewal reward"


def just_in_time(days: int, pieces: int) -> tuple[str, ...]:
    """No stock at all: what leaves of a morning is there the next time, and sold at once. Only what finds the road open
    at the hour of departure leaves, and as there is never more than one order, the sale is lost if it did not."""
    return (
        f"nodes.client.buys.part={{every: {days} d, quantity: {pieces} pc}}",
        f"lanes.road={{transit: {days} d, departs: {days} d}}",
        f"policies.buffer.all={{review: {days} d, level: {pieces} pc}}",
        "disruptions.closure.target=road",
    )


def in_units(sample, factor: float):
    """The same sample in another unit, in which the case was published."""
    return type(sample)([value * factor for value in sample.values], sample.run)


def share_lost(seen):
    """Of what was asked, replication by replication."""
    asked, lost = seen.sample("kpis", "demand").values, seen.sample("kpis", "lost_sales")
    return type(lost)([pieces / of for pieces, of in zip(lost.values, asked, strict=True)], lost.run)


@pytest.mark.parametrize(("stock", "lost"), [(0, 0.1), (1, 0.09), (4, 0.06), (10, 0.0)])
@pytest.mark.case("D07", RENEWAL)
def test_a_buffer_of_some_days_saves_that_many_days_of_every_closure(run, exactly, stock, lost):
    """D07: ten days shut in a hundred, four days' stock: 6 % of sales are lost. Even gaps, so it is exact."""
    plan = (f"policies.buffer.all.level={stock} pc",) if stock else just_in_time(1, 1)
    seen = run(CORNER, *plan, "run.warm_up=100 d")
    truth = max(0, 10 - stock) / (90 + 10)
    assert truth == pytest.approx(lost)
    exactly(seen.only("kpis", "lost_sales") / seen.only("kpis", "demand"), truth, f"{stock} d of stock: share lost")


@pytest.mark.slow
@pytest.mark.case("D05a", RENEWAL)
def test_just_in_time_loses_what_comes_while_the_way_is_shut(run, exactly):
    """D05: no stock, and one sale in ten is lost where the road is shut one day in ten."""
    seen = run(CORNER, *just_in_time(10, 100), OFTEN, "run={horizon: 90000 d, warm_up: 100 d, replications: 20}")
    truth = 10 / (90 + 10)
    assert truth == pytest.approx(0.1)
    share_lost(seen).must_be(truth, "share lost")
    exactly(seen.sample("items", "store.part", "on_hand").mean, 0, "stock (pc)")


def shut_out(gap: float) -> tuple[float, float]:
    """Share lost, and mean stock in days of use, with a buffer of `gap` days against closures of mean 10 d, a mean 90 d
    apart: 1 − A of the time is shut, and a closure outlasts the buffer with probability exp(−gap ÷ 10 d)."""
    shut, left = 10 / (90 + 10), exp(-gap / 10)
    return shut * left, gap - 10 * shut * (1 - left)


def piece_by_piece(gap: float, days: int) -> tuple[str, ...]:
    """A piece in stock, asked every so many days, is a buffer of as many days of fluid use, exactly: closures begin
    evenly over the days between two pieces."""
    return (
        OFTEN,
        f"nodes.client.buys.part.every={round(gap * DAY)} s",
        "policies.buffer.all.level=1 pc",
        f"run={{horizon: {days} d, warm_up: 1000 d, replications: 30}}",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gap", "case", "stock_case", "days"),
    [
        pytest.param(5, 0.06065307, 46.06531, 110_000, marks=pytest.mark.case("D05b", RENEWAL), id="D05b 5 days"),
        pytest.param(10, 0.03678794, 93.67879, 220_000, marks=pytest.mark.case("D05c", RENEWAL), id="D05c 10 days"),
    ],
)
def test_the_curve_from_just_in_time_to_just_in_case(run, gap, case, stock_case, days):
    """D05: of random closures a buffer of S days leaves the share exp(−S ÷ mean length)."""
    seen = run(CORNER, *piece_by_piece(gap, days))
    lost, on_hand = shut_out(gap)
    assert (lost, on_hand * 10) == pytest.approx((case, stock_case), abs=1e-5)
    share_lost(seen).must_be(lost, "share lost")
    in_units(seen.sample("items", "store.part", "on_hand"), gap * 10).must_be(on_hand * 10, "stock (pc)")


@pytest.mark.slow
@pytest.mark.case("D06", "first-order condition of D05")
def test_the_buffer_that_costs_least(run):
    """D06: 0.1 a piece and day, 20 a piece lost, 10 a day: a buffer of 74 pieces costs 16.42 a day, none costs 20."""

    def cost(buffer: float) -> float:
        lost, on_hand = shut_out(buffer / 10)
        return 0.1 * 10 * on_hand + 20 * 10 * lost

    best = 10 * 10 * log(0.1 * (0.1 + 20 / 10) / 0.1)
    assert (best, cost(best), cost(0)) == pytest.approx((74.19373, 16.41937, 20), abs=1e-5)
    assert minimize_scalar(cost, bounds=(0, 200)).x == pytest.approx(best, abs=1e-3)
    seen = run(
        CORNER,
        *piece_by_piece(best / 10, 80_000),
        f"nodes.store.storage={0.1 * best} USD/pc/d",
        f"nodes.client.buys.part.margin={20 * best} USD/pc",
    )
    seen.cost_per_day("storage", "lost_margin").must_be(cost(best), "cost of 74.19 pc (USD/d)")


@pytest.mark.slow
@pytest.mark.case("D09", RENEWAL)
def test_a_buffer_of_pieces_that_are_asked_at_random(run):
    """D09: a closure outlasts five random sales with probability (1 + 1 ÷ 10)^−5. How often it comes is another
    factor: the case is shut for a tenth of the time, and this for half of it, so as to see more closures."""
    outlasts = (1 / (1 + 1 / 10)) ** 5
    assert 0.1 * outlasts == pytest.approx(0.06209213, abs=1e-8)
    seen = run(
        CORNER,
        OFTEN.replace("mean: 90 d", "mean: 10 d"),
        "nodes.client.buys.part.every={dist: exponential, mean: 1 d}",
        "policies.buffer.all.level=5 pc",
        "run={horizon: 20000 d, warm_up: 100 d, replications: 20}",
    )
    share_lost(seen).must_be(0.5 * outlasts, "shut half the time: share lost")


# Demand of 10 a day in quarters, and an annex that makes 60 % of it, piece by piece, once it is called. One piece lies
# ready: then as much has come as of a fluid, half a piece more as often as half a piece less.
HYBRID = """
twin: 1
items: {ore: {value: 1 USD/pc}, part: {value: 1 USD/pc, bom: {ore: 1}}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  pit: {kind: warehouse}
  annex: {kind: line, from: pit, to: yard, makes: {part: {rate: 24 pc/d}}}
  yard: {kind: warehouse}
  store: {kind: warehouse}
  client: {kind: customer, buys: {part: {from: store, every: 36 min, quantity: 1 pc}}}
lanes:
  road: {from: works, to: store, transit: 0 d}
  lorry: {from: yard, to: store, transit: 0 d}
policies:
  hybrid:
    all: {rule: base_stock, review: continuous, level: 0 pc}
    ready: {at: [yard], level: 1 pc}
    store: {at: [store], sources: {road: 100 %}, backup: {lane: lorry, after: 0 d}}
opening: {pit: {ore: 1000000 pc}, yard: {part: 1 pc}}
"""


def lost_with_backup(buffer: float, after: float, share: float) -> float:
    """Days of demand lost in a closure of exponential length, mean 10 d: a buffer of some days, and from a day of the
    closure on a backup that delivers a share of demand."""
    if after >= buffer:
        return 10 * (exp(-buffer / 10) - share * exp(-after / 10))
    return 10 * (1 - share) * exp(-(after + (buffer - after) / (1 - share)) / 10)


@pytest.mark.parametrize(
    ("buffer", "after", "case"),
    [
        pytest.param(3, 5, 37.68998, marks=pytest.mark.case("D08a", RENEWAL), id="D08a buffer first"),
        pytest.param(5, 2, 15.46964, marks=pytest.mark.case("D08b", RENEWAL), id="D08b backup first"),
    ],
)
def test_a_buffer_until_the_backup_comes(run, buffer, after, case):
    """D08: a hybrid policy. The closures of a replication are one from each of 20 equally likely kinds, short to long,
    so that few say what many would; how long they were is known and taken out. Each begins when the last is forgotten,
    at any moment between two sales."""
    truth = 10 * lost_with_backup(buffer, after, 0.6)
    assert truth == pytest.approx(case, abs=1e-5)
    lost, lengths = [], []
    for replication in range(12):
        chance, end, patches = np.random.default_rng(replication), 0, []
        shut = -10 * np.log(1 - (chance.permutation(20) + chance.random(20)) / 20)
        for number, length in enumerate(shut):
            start = end + round((10 + chance.random()) * DAY)
            end = start + round(length * DAY)
            patches.append(
                f"disruptions.closure{number}={{target: works, at: {start} s, lasts: {end - start} s, "
                f"effect: {{capacity: 0 %}}}}"
            )
        seen = run(
            HYBRID,
            *patches,
            f"opening.store={{part: {40 * buffer} pc}}",
            f"policies.hybrid.store.level={40 * buffer} pc",
            f"policies.hybrid.store.backup.after={after} d",
            f"run={{horizon: {end} s, replications: 1}}",
        )
        lost.append(seen.only("kpis", "lost_sales") / 4 / 20)
        lengths.append(shut.mean())
    steadied(Sample(lost, "12 × 20 closures"), Sample(lengths), 10).must_be(truth, "lost in a closure (pc)")


AGE = "age of a renewal process; cf. Lewis et al. 2013"


@pytest.mark.parametrize(
    ("where", "law"),
    [
        pytest.param("harbour", "always the same", marks=pytest.mark.case("D10b", AGE)),
        pytest.param("harbour", "exponential", marks=[pytest.mark.slow, pytest.mark.case("D10a", AGE)]),
        pytest.param("works", "exponential", marks=[pytest.mark.slow, pytest.mark.case("D10a", AGE)]),
        pytest.param("works", "always the same", marks=[pytest.mark.slow, pytest.mark.case("D10b", AGE)]),
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
    seen.sample("kpis", "fill_rate").must_be(fill, f"{where} shut: fill rate")
    seen.sample("items", "store.part", "on_hand").must_be(on_hand, f"{where} shut: stock (pc)")


def on_and_off(arrivals: float, lead: float, fail: float, recover: float, low: int, quantity: int) -> np.ndarray:
    """Probabilities of (pieces on hand, supplier on or off) for (r, Q) with lost sales, one order under way when r or
    fewer are on hand, whose exponential lead time runs only while the supplier is on: the balance of a Markov chain."""
    levels = low + quantity + 1
    rates = np.zeros((levels, 2, levels, 2))
    for level in range(levels):
        rates[level, 1, level, 0], rates[level, 0, level, 1] = fail, recover
        for on in (0, 1):
            if level > 0:
                rates[level, on, level - 1, on] = arrivals
            if level <= low and on:
                rates[level, on, level + quantity, on] = lead
    flow = rates.reshape(2 * levels, 2 * levels)
    balance = np.vstack([(flow - np.diag(flow.sum(axis=1))).T, np.ones(2 * levels)])
    found, *_ = np.linalg.lstsq(balance, np.append(np.zeros(2 * levels), 1.0), rcond=None)
    return found.reshape(levels, 2)


FREEZE = (
    "nodes.client.buys.part.every={dist: exponential, mean: 12 h}",
    "nodes.works.supplies.part.lead_time={dist: exponential, mean: 3 d}",
    "policies.buffer.all={rule: r_q, review: continuous, reorder_point: 8 pc, quantity: 20 pc}",
    "disruptions.closure={every: {dist: exponential, mean: 60 d}, lasts: {dist: exponential, mean: 6 d}}",
)


@pytest.mark.case("D11", "exact Markov chain; cf. Gupta 1996, Mohebbi 2003")
@pytest.mark.parametrize("days", [3_500, pytest.param(43_000, marks=pytest.mark.slow)], ids=["stock", "lost sales"])
def test_a_supplier_who_is_off_freezes_the_order(run, days):
    """D11: (r, Q) = (8, 20), lost sales. A lead time that ran on while its supplier is shut would lose fewer."""
    seen = run(CORNER, *FREEZE, f"run={{horizon: {days} d, warm_up: 100 d, replications: 20}}")
    chain = on_and_off(2, 1 / 3, 1 / 60, 1 / 6, 8, 20)
    lost, on_hand, orders = chain[0].sum(), chain.sum(axis=1) @ np.arange(29), chain[:9, 1].sum() / 3
    assert (lost, on_hand, orders) == pytest.approx((0.1267784, 12.22774, 0.08732216), abs=1e-5)
    if days < 10_000:
        seen.sample("items", "store.part", "on_hand").must_be(on_hand, "stock (pc)")
        in_units(seen.sample("items", "store.part", "orders"), 1 / days).must_be(orders, "orders (1/d)")
        seen.sample("kpis", "fill_rate").must_be(1 - lost, "fill rate")
    else:
        share_lost(seen).must_be(lost, "share lost")


# A lot of one year's use or so, ordered when the last piece is sold; while the supplier is shut, sales are lost.
LOT = """
twin: 1
items: {part: {value: 1 USD/pc, space: 1 pc}}
nodes:
  works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {part: {from: store, quantity: 1 pc}}}
lanes: {road: {from: works, to: store, transit: 0 d}}
policies: {lot: {all: {rule: r_q, reorder_point: 0 pc}}}
run: {warm_up: 10 yr, replications: 20, seed: 1}
"""


def lot_cost(
    quantity: float,
    pieces: float,
    fixed: float,
    holding: float,
    lost: float,
    demand: float,
    fail: float,
    recover: float,
) -> float:
    """Cost a year of ordering `quantity` when nothing is left (Parlar & Berkin 1991, corrected by Berk & Arreola-Risa
    1994; Snyder & Shen 9.2), if demand asks for single pieces at random, and a lot is so many pieces. The book's demand
    is fluid: infinitely many."""
    rates = fail + recover
    use = quantity / demand
    settled = exp(-rates * use) if pieces == np.inf else (1 + rates * use / pieces) ** -pieces
    shut = fail / rates * (1 - settled)  # when the lot is used up, having begun when the supplier was open
    held = holding * quantity * (1 + 1 / pieces) / 2 * use
    return (fixed + held + lost * demand * shut / recover) / (use + shut / recover)


@pytest.mark.parametrize(
    ("numbers", "case", "pieces", "years"),
    [
        pytest.param(
            (8, 0.225, 5, 1300, 1.5, 14),
            (772.8111, 173.95),
            24,
            1100,
            marks=[pytest.mark.slow, pytest.mark.case("D01", "Berk & Arreola-Risa 1994; Snyder & Shen, example 9.1")],
            id="D01 example 9.1",
        ),
        pytest.param(
            (35, 4, 22, 30, 1, 12),
            (24.0663, 96.26659),
            80,
            60,
            marks=pytest.mark.case("D01b", "Berk & Arreola-Risa 1994; Snyder & Shen, problem 9.8"),
            id="D01b problem 9.8",
        ),
    ],
)
def test_the_lot_size_when_the_supplier_may_be_shut(run, numbers, case, pieces, years):
    """D01: a lot is larger than the textbook's where the supplier may be shut when it is used up. A lot is counted here
    in some dozens of pieces, on which a fluid lot costs little less."""
    fixed, holding, lost, demand, fail, recover = numbers
    best = minimize_scalar(lambda quantity: lot_cost(quantity, np.inf, *numbers), bounds=(1, 10 * case[0])).x
    assert (best, lot_cost(best, np.inf, *numbers)) == pytest.approx(case, rel=1e-5)
    truth = lot_cost(best, pieces, *numbers)
    assert truth == pytest.approx(case[1], rel=0.025)
    piece = best / pieces
    seen = run(
        LOT,
        f"policies.lot.all.quantity={pieces} pc",
        f"nodes.client.buys.part.every={{dist: exponential, mean: {piece / demand} yr}}",
        f"nodes.client.buys.part.margin={lost * piece} USD/pc",
        f"nodes.store.storage={holding * piece / 365} USD/pc/d",
        f"lanes.road.order_cost={fixed} USD/order",
        f"disruptions.shut={{target: works, every: {{dist: exponential, mean: {1 / fail} yr}}, "
        f"lasts: {{dist: exponential, mean: {1 / recover} yr}}, effect: {{capacity: 0 %}}}}",
        f"run.horizon={years} yr",
    )
    cost = in_units(seen.cost_per_day("storage", "ordering", "lost_margin"), 365)
    cost.must_be(truth, f"cost of {best:.0f} in {pieces} pieces, fluid {case[1]} (USD/yr)")


# The textbook's periods, with a road that is open or shut when a period begins.
PERIODS = """
twin: 1
items: {part: {value: 1 USD/pc, space: 1 pc}}
nodes: {works: {kind: supplier, supplies: {part: {price: 1 USD/pc}}}}
policies: {rule: {all: {rule: base_stock}}}
run: {warm_up: 100 d, replications: 20, seed: 1}
"""


def shut_by_period(road: str, fails: float, recovers: float) -> str:
    """Shut at the beginning of a period after an open one with one probability, open after a shut one with another.

    An exponential stop that is looked at once a day is such a chain: of what it forgets in a day, 1 − fails − recovers
    is left. The road departs once a day, so nobody looks at it in between.
    """
    rate = -log(1 - fails - recovers) / (fails + recovers)
    return (
        f"disruptions.{road}_shut={{target: {road}, every: {{dist: exponential, mean: {1 / (rate * fails)} d}}, "
        f"lasts: {{dist: exponential, mean: {1 / (rate * recovers)} d}}, effect: {{capacity: 0 %}}}}"
    )


def site(name: str, level: int, demand: str, holding: float, penalty: float, fails: float, recovers: float, wait=0):
    """A store with its own road, its own client and its own luck; `wait` periods of lead time."""
    return (
        f"nodes.{name}={{kind: warehouse, storage: {holding} USD/pc/d}}",
        f"nodes.{name}_client={{kind: customer, unmet: backorder, buys: {{part: {{from: {name}, every: 1 d, "
        f"quantity: {demand}, penalty: {penalty} USD/pc/d}}}}}}",
        f"lanes.{name}_road={{from: works, to: {name}, transit: {wait + 1} d, departs: 1 d}}",
        f"policies.rule.{name}={{at: [{name}], level: {level} pc}}",
        shut_by_period(f"{name}_road", fails, recovers),
    )


def waits(fails: float, recovers: float) -> Iterator[float]:
    """Probabilities that no order could be placed for 0, 1, 2 … periods."""
    yield recovers / (fails + recovers)
    shut = fails * recovers / (fails + recovers)
    while shut > 1e-15:
        yield shut
        shut *= 1 - recovers


def period_cost(level: int, demand: np.ndarray, holding: float, penalty: float, fails: float, recovers: float) -> float:
    """A base stock whose last order was placed n periods ago meets the demand of n + 1 (Tomlin 2006, Schmitt, Snyder &
    Shen 2010). `demand`: probabilities of the pieces of one period."""
    cost, of_all = 0.0, np.ones(1)
    for probability in waits(fails, recovers):
        of_all = np.convolve(of_all, demand)
        left = level - np.arange(len(of_all))
        cost += probability * (np.where(left > 0, holding, -penalty) * left @ of_all)
    return cost


def always(demand: int) -> np.ndarray:
    """The same demand in every period."""
    return np.eye(demand + 1)[demand]


TOMLIN = "Tomlin 2006; Snyder & Shen, example 9.3"
POOLING = "Schmitt, Sun, Snyder & Shen 2015"


@pytest.mark.slow
@pytest.mark.case("D02", TOMLIN)
def test_the_same_demand_and_a_supplier_who_may_be_out(run):
    """D02: 2000 a period; closures of geometric length; the best level is 8000, and this is 12 000. A lead time of two
    periods moves the level by their demand and costs nothing."""
    law = (0.25, 3, 0.04, 0.25)
    costs = {level: period_cost(level // 2000, always(1), *law) * 2000 for level in (2000, 8000, 12000)}
    assert tuple(costs.values()) == pytest.approx((3310.345, 2737.069, 3075.162), abs=1e-3)
    seen = run(PERIODS, *site("store", 12000 + 2 * 2000, "2000 pc", *law, wait=2), "run.horizon=18000 d")
    seen.cost_per_day("storage", "penalty").must_be(costs[12000], "level 12000 and two periods' demand (USD/period)")


@pytest.mark.slow
@pytest.mark.case("D17", POOLING)
def test_four_sites_cost_as_much_as_one_and_vary_less(run):
    """D17: demand pooled in one place costs the same on average, with four times the variance of four places that are
    hit one by one. Had the four the same luck, the variances would be the same."""
    law = (0.25, 3, 0.04, 0.25)
    sites = [f"site{number}" for number in range(1, 5)]
    patches = [patch for name in sites for patch in site(name, 8000, "2000 pc", *law)]
    seen = run(PERIODS, *patches, "run={horizon: 7000 d, replications: 40}")
    one = period_cost(4, always(1), *law) * 2000
    assert (one, 4 * one) == pytest.approx((2737.069, 10948.28), abs=1e-2)
    assert min(range(1, 9), key=lambda level: period_cost(level, always(1), *law)) == 4
    together = seen.cost_per_day("storage", "penalty")
    together.must_be(4 * one, "four sites (USD/period)")
    # One central site is a site of four times the demand: its cost is four times the same number, to the last digit, so
    # that its variance is 16 times that of a small one.
    alone = np.array([seen.sample("items", f"{name}.part", "backlog").values for name in sites])
    alone = 3 * alone + 0.25 * np.array([seen.sample("items", f"{name}.part", "on_hand").values for name in sites])
    assert alone.sum(axis=0) == pytest.approx(together.values)
    ratio = 16 * alone.var(axis=1, ddof=1).mean() / np.var(together.values, ddof=1)
    assert fisher.ppf(0.0003, 156, 39) < ratio / 4 < fisher.ppf(0.9997, 156, 39)


@pytest.mark.case("D17", POOLING)
def test_one_site_of_four_times_the_size_costs_four_times_as_much(run, exactly):
    """D17: pooled demand meets the same luck with four times the pieces, so its variance is sixteen times as large."""
    law = (0.25, 3, 0.04, 0.25)
    small = run(PERIODS, *site("store", 8000, "2000 pc", *law), "run={horizon: 1000 d, replications: 2}")
    large = run(PERIODS, *site("store", 32000, "8000 pc", *law), "run={horizon: 1000 d, replications: 2}")
    pairs = zip(*(seen.cost_per_day("storage", "penalty").values for seen in (small, large)), strict=True)
    for one, four in pairs:
        exactly(four, 4 * one, "one site of four times the demand, with the luck of a small one (USD/period)")


def rounded_normal(mean: float, sd: float, size: int) -> np.ndarray:
    """Probabilities of a normal demand rounded to whole pieces."""
    return np.diff(norm.cdf(np.arange(size + 1) - 0.5, mean, sd))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "law", "demand", "probabilities", "case", "near", "days"),
    [
        pytest.param(
            25,
            (1, 9, 0.05, 0.3),
            "{dist: poisson, mean: 10 pc}",
            poisson.pmf(np.arange(40), 10),
            38.86303,
            1e-6,
            52_000,
            marks=pytest.mark.case("D03", "Schmitt, Snyder & Shen 2010; Song & Zipkin 1996"),
            id="D03 Poisson",
        ),
        pytest.param(
            75,
            (0.18, 0.7, 0.1, 0.5),
            "{dist: normal, mean: 50 pc, sd: 8 pc}",
            rounded_normal(50, 8, 110),
            12.50538,
            0.001,
            13_000,
            marks=pytest.mark.case("D04", "Schmitt, Snyder & Shen 2010; demand in whole pieces"),
            id="D04 normal",
        ),
    ],
)
def test_random_demand_and_a_supplier_who_may_be_out(run, level, law, demand, probabilities, case, near, days):
    """D03, D04: a mixture of newsvendors, one for each time since the last order that could be placed."""
    truth = period_cost(level, probabilities, *law)
    assert truth == pytest.approx(case, rel=near)
    seen = run(PERIODS, *site("store", level, demand, *law), f"run.horizon={days} d")
    seen.cost_per_day("storage", "penalty").must_be(truth, f"level {level} (USD/period)")


@pytest.mark.parametrize(
    ("length", "level", "case"), [(2, 5, 0.759375), (5, 12, 2.225688), (10, 23, 4.641928), (20, 47, 9.462388)]
)
def test_rarer_and_longer_outages_cost_more_stock_at_the_same_uptime(length, level, case):
    """D16: uptime 90 % throughout; the dearer the stock, the sooner a second source pays. The best level of each."""
    law = (0.15, 15, 1 / (9 * length), 1 / length)
    assert period_cost(level, always(1), *law) == pytest.approx(case, abs=1e-6)
    assert min(range(60), key=lambda other: period_cost(other, always(1), *law)) == level


@pytest.mark.slow
@pytest.mark.case("D16", "Tomlin 2006")
def test_short_outages_cost_little_stock(run):
    """D16: the shortest of them, simulated."""
    law = (0.15, 15, 1 / 18, 1 / 2)
    seen = run(PERIODS, *site("store", 5, "1 pc", *law), "run={horizon: 40000 d, replications: 20}")
    seen.cost_per_day("storage", "penalty").must_be(
        period_cost(5, always(1), *law), "outages of 2 periods (USD/period)"
    )


@pytest.mark.slow
@pytest.mark.case("D18", "elementary probability")
def test_two_sources_without_flexibility_are_two_chances_to_fail(run):
    """D18: two sources, each open nine days in ten, and no stock. Half from each delivers as much as one alone, in full
    only four days in five; only if each could deliver all would it be 99 in 100. A day is a replication here:
    closures are so short that the next day knows nothing of them."""
    text = CORNER.replace(
        "{part: {value: 1 USD/pc, space: 1 pc}}", "{left: {value: 1 USD/pc}, right: {value: 1 USD/pc}}"
    )
    text = text.replace("{part: {price: 1 USD/pc}}", "{left: {price: 1 USD/pc}, right: {price: 1 USD/pc}}")
    text = text.replace(
        "{part: {from: store, every: 1 d, quantity: 1 pc, margin: 0 USD/pc}}",
        "{left: {from: store, every: 1 d, quantity: 1 pc}, right: {from: store, every: 1 d, quantity: 1 pc}}",
    )
    shut = "every: {dist: exponential, mean: 21.6 h}, lasts: {dist: exponential, mean: 2.4 h}, effect: {capacity: 0 %}"
    seen = run(
        text,
        "lanes={road: null, west: {from: works, to: store, items: [left], transit: 1 d, departs: 1 d}, "
        "east: {from: works, to: store, items: [right], transit: 1 d, departs: 1 d}}",
        "policies.buffer.all={review: 1 d, level: 1 pc}",
        f"disruptions={{closure: null, west_shut: {{target: west, {shut}}}, east_shut: {{target: east, {shut}}}}}",
        "run={horizon: 1 d, warm_up: 2 d, replications: 2500}",
    )
    sold = seen.sample("kpis", "sold")

    def share(fulfils) -> object:
        return type(sold)([float(fulfils(pieces)) for pieces in sold.values], sold.run)

    share(lambda pieces: pieces / 2).must_be(0.9, "half from each: mean")
    share(lambda pieces: pieces == 2).must_be(0.9**2, "half from each: in full")
    share(lambda pieces: pieces > 0).must_be(1 - 0.1**2, "all from either")
    nothing = share(lambda pieces: pieces == 0)
    assert abs(nothing.z(0.1**2)) <= 3.5


@pytest.mark.slow
@pytest.mark.case("D18", "elementary probability")
def test_two_sources_of_which_each_can_deliver_all(run):
    """D18: the same two, but when one is shut all is ordered from the other. One day in a hundred both are."""
    shut = "every: {dist: exponential, mean: 21.6 h}, lasts: {dist: exponential, mean: 2.4 h}, effect: {capacity: 0 %}"
    seen = run(
        CORNER,
        "lanes={road: null, west: {from: works, to: store, transit: 1 d, departs: 1 d}, "
        "east: {from: works, to: store, transit: 1 d, departs: 1 d}}",
        "policies.buffer.all={review: 1 d, level: 1 pc, sources: {west: 100 %}, backup: {lane: east, after: 0 d}}",
        f"disruptions={{closure: null, west_shut: {{target: west, {shut}}}, east_shut: {{target: east, {shut}}}}}",
        "run={horizon: 1 d, warm_up: 2 d, replications: 2500}",
    )
    seen.sample("kpis", "sold").must_be(1 - 0.1**2, "all from the other when one is shut")
