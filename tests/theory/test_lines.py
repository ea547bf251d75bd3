"""Lines and machines against production theory: failures while running, stops by the calendar, machines in a row, loops
of cards, stocks that one machine refills, and how long a chain survives."""

from collections.abc import Iterable
from functools import cache
from math import ceil, exp, log, prod, sqrt

import numpy as np
import pytest

import twin
from tests.theory.chains import stationary, steadied

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


@pytest.mark.case("P01", "alternating renewal from up (Barlow & Proschan 1965)")
def test_a_year_that_starts_with_a_running_line_is_better_than_average(run):
    """P01: MTBF 90 d, MTTR 10 d; the first year is up 90.25 %, and not 90 % (Barlow & Proschan 1965)."""
    seen = run(LINE, FAILING, "run.replications=100")
    truth = (REPAIR + FAIL * SETTLING / YEAR) / (FAIL + REPAIR)
    assert truth == pytest.approx(0.9024658, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth, "uptime of the first year (share)")
    for up, down in zip(*(seen.sample("nodes", "plant", state).values for state in ("running", "down")), strict=True):
        assert up + down == pytest.approx(1, abs=1e-12)


@pytest.mark.case("P01", "alternating renewal from up (Barlow & Proschan 1965)")
@pytest.mark.slow
def test_a_line_fails_as_often_as_it_should(run):
    """P01: failures in the first year, and years without any."""
    seen = run(LINE, FAILING, "run.replications=2300")
    truth = (FAIL * REPAIR * YEAR + FAIL**2 * SETTLING) / (FAIL + REPAIR)
    assert truth == pytest.approx(3.66, abs=1e-6)
    failures = seen.sample("nodes", "plant", "failures")
    failures.must_be(truth, "failures in the first year")
    spotless = exp(-FAIL * YEAR)
    assert spotless == pytest.approx(0.01732585, abs=1e-7)
    assert abs(failures.values.count(0) / 2300 - spotless) <= 3.5 * sqrt(spotless * (1 - spotless) / 2300)


@pytest.mark.case("P02", "1 ÷ (1 + Σ MTTR ÷ MTBF) (Buzacott 1967)")
def test_machines_that_fail_only_while_they_run(run):
    """P02: five machines without buffers, MTBF 100, MTTR 10, fail while the line runs, so never two at once: 1 ÷ (1 + Σ
    MTTR ÷ MTBF) = 2/3 (Buzacott 1967). A line's `failures` mean this; the five together have an MTBF of 20 days."""
    seen = run(
        LINE, "nodes.plant.failures={mtbf: 20 d, mttr: 10 d}", "run={horizon: 4000 d, warm_up: 200 d, replications: 50}"
    )
    truth = 1 / (1 + 5 * 10 / 100)
    assert truth == pytest.approx(0.6666667, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth, "uptime (share)")


@pytest.mark.case("P02b", "Π MTBF ÷ (MTBF + MTTR) (Buzacott 1967)")
def test_machines_that_fail_whether_they_run_or_not(run):
    """P02b: the same five by the calendar, as disruptions: what stops the line does not stop their clocks, so the
    availabilities multiply. Five overlapping closures of one line must compose for it."""
    gap, repair = "{dist: exponential, mean: 100 d}", "{dist: exponential, mean: 10 d}"
    stop = f"{{target: plant, every: {gap}, lasts: {repair}, effect: {{capacity: 0 %}}}}"
    machines = [f"disruptions.machine{number}={stop}" for number in range(5)]
    seen = run(LINE, *machines, "run={horizon: 4000 d, warm_up: 200 d, replications: 50}")
    truth = prod([100 / (100 + 10)] * 5)
    assert truth == pytest.approx(0.6209213, abs=1e-7)
    seen.sample("kpis", "uptime").must_be(truth, "uptime (share)")


# Two machines in a row that never lack work, and a place for three pieces between them. A piece takes a second, then
# the machine fails, and a repair: so its time is exponential, and a machine that waits or is blocked does not fail.
EXPONENTIAL = "{mtbf: {dist: constant, value: 1 s}, mttr: 1 d}"
ROW = f"""
twin: 1
items:
  raw: {{value: 1 USD/pc}}
  half: {{value: 1 USD/pc, space: 1 pc, bom: {{raw: 1}}}}
  done: {{value: 1 USD/pc, bom: {{half: 1}}}}
nodes:
  store: {{kind: warehouse}}
  first: {{kind: line, from: store, to: between, makes: {{half: {{rate: 1 pc/s}}}}, failures: {EXPONENTIAL}}}
  between: {{kind: warehouse, capacity: 3 pc}}
  second: {{kind: line, from: between, to: yard, makes: {{done: {{rate: 1 pc/s}}}}, failures: {EXPONENTIAL}}}
  yard: {{kind: warehouse}}
policies: {{busy: {{all: {{rule: base_stock, level: 1000000 pc}}}}}}
opening: {{store: {{raw: 1000000 pc}}}}
run: {{horizon: 1500 d, warm_up: 100 d, replications: 20, seed: 1}}
"""


def per_day(seen, line: str, item: str):
    """Pieces that a line makes in a day."""
    made = seen.sample("nodes", line, "made", item)
    return type(made)([pieces / seen.days for pieces in made.values], seen.run)


@pytest.mark.case("P03", "birth and death, blocking after service: (B + 2) ÷ (B + 3) (Hunt 1956)")
@pytest.mark.parametrize("places", [3, 1])
def test_two_machines_with_few_places_between_them_wait_for_each_other(run, places):
    """P03: blocking after service. A place more or less shows at once: with three the two make 5/6 of what one would,
    with one 3/4; and whatever the first cannot put down it keeps."""
    seen = run(ROW, f"nodes.between.capacity={places} pc")
    truth = (places + 2) / (places + 3)
    assert {3: 0.8333333, 1: 0.75}[places] == pytest.approx(truth, abs=1e-7)
    per_day(seen, "second", "done").must_be(truth, f"pieces a day, {places} places between")
    seen.sample("nodes", "first", "down").must_be(truth, f"share of time at work, {places} places between")


def geometric_days(mean: int, size: int = 2000) -> str:
    """Whole days with a geometric law, as a list of values that stand at the middle of equal probabilities."""
    middles = (np.arange(size) + 0.5) / size
    days = [max(1, ceil(log(1 - middle) / log(1 - 1 / mean))) for middle in middles]
    assert np.mean(days) == pytest.approx(mean, rel=5e-4)
    return f"{{dist: empirical, values: [{', '.join(f'{day} d' for day in days)}]}}"


def two_machines_in_step(fail: float, repair: float, places: int) -> tuple[float, float]:
    """Efficiency and mean buffer of two machines that work in step: each cycle first the machines fail, only if they
    could work, or are repaired, then pieces move (Buzacott 1967, Gershwin 1994, section 3)."""

    def moves(state: tuple[int, bool, bool]) -> Iterable[tuple[tuple[int, bool, bool], float]]:
        pieces, *up = state
        free = (pieces < places, pieces > 0)
        works = [1 - fail if was and may else 1.0 if was else repair for was, may in zip(up, free, strict=True)]
        for first in (True, False):
            for second in (True, False):
                chance = (works[0] if first else 1 - works[0]) * (works[1] if second else 1 - works[1])
                if chance:
                    yield (pieces + (first and free[0]) - (second and free[1]), first, second), chance

    shares = stationary((0, True, True), moves)
    ready = sum(share * (1 - fail if up else repair) for (pieces, _, up), share in shares.items() if pieces)
    return ready, sum(pieces * share for (pieces, *_), share in shares.items())


# Machines of a piece a day. The first makes a piece when fewer than ten are at or before the second, which has one of
# them in hand: an order-up-to level of nine before it. A piece in whose cycle the machine fails takes a repair longer.
IN_STEP = (
    "nodes.between.capacity=null",
    *(f"nodes.{line}.makes.{item}.rate=1 pc/d" for line, item in (("first", "half"), ("second", "done"))),
    *(
        f"nodes.{line}.failures={{mtbf: {geometric_days(100)}, mttr: {geometric_days(10)}}}"
        for line in ("first", "second")
    ),
    "policies.busy.between={at: [between], review: continuous, level: 9 pc}",
)
GERSHWIN = pytest.mark.case("P04", "two-machine line, geometric failures and repairs (Buzacott 1967, Gershwin 1994)")


@GERSHWIN
def test_a_buffer_between_two_machines_decouples_their_failures(run):
    """P04: MTBF 100, MTTR 10 cycles each; with ten places the line is up 85.6 %, between 83.3 % without a buffer and
    90.9 % with one that is never full."""
    seen = run(ROW, *IN_STEP, "run={horizon: 3000 d, warm_up: 200 d}")
    truth, _ = two_machines_in_step(0.01, 0.1, 10)
    assert truth == pytest.approx(0.8561749, abs=1e-7)
    per_day(seen, "second", "done").must_be(truth, "pieces a cycle")


@GERSHWIN
@pytest.mark.slow
def test_a_buffer_between_equal_machines_is_half_full(run):
    """P04: on average, by symmetry; what lies there and what the second machine has in hand. The luck of which machine
    was down longer is taken out."""
    seen = run(ROW, *IN_STEP, "run={horizon: 11500 d, warm_up: 500 d, replications: 40}")
    _, truth = two_machines_in_step(0.01, 0.1, 10)
    assert truth == pytest.approx(5, abs=1e-6)
    lying = seen.sample("items", "between.half", "on_hand").values
    in_hand = seen.sample("nodes", "second", ("running", "down")).values
    first, second = (seen.sample("nodes", line, "down") for line in ("first", "second"))
    pieces = type(first)([sum(both) for both in zip(lying, in_hand, strict=True)], seen.run)
    unequal = type(first)([a - b for a, b in zip(first.values, second.values, strict=True)])
    steadied(pieces, unequal, 0).must_be(truth, "pieces in the buffer")


# Four stations in a row, each a berth, and a customer who takes all that ever comes: six cards go round.
CARDS = ", ".join(f"{{to: store, item: part, quantity: 1 pc, arrives: {day} d}}" for day in range(6))
LOOP = f"""
twin: 1
items: {{part: {{value: 1 USD/pc}}}}
nodes:
  works: {{kind: supplier, supplies: {{part: {{price: 1 USD/pc}}}}}}
  cut: {{kind: port, berths: 1, handling: {{dist: exponential, mean: 10 d}}}}
  weld: {{kind: port, berths: 1, handling: {{dist: exponential, mean: 10 d}}}}
  paint: {{kind: port, berths: 1, handling: {{dist: exponential, mean: 10 d}}}}
  test: {{kind: port, berths: 1, handling: {{dist: exponential, mean: 10 d}}}}
  store: {{kind: warehouse}}
  client: {{kind: customer, unmet: backorder,
           buys: {{part: {{from: store, every: 1000000 d, quantity: 1000000 pc}}}}}}
lanes: {{shop: {{from: works, to: store, via: [cut, weld, paint, test], legs: [0 d, 0 d, 0 d, 0 d, 0 d]}}}}
policies: {{cards: {{all: {{rule: kanban, bins: 6, bin: 1 pc}}}}}}
opening: {{in_transit: [{CARDS}]}}
run: {{horizon: 12000 d, warm_up: 500 d, replications: 20, seed: 1}}
"""


@pytest.mark.case("P05", "w ÷ (w + m − 1) (Gordon & Newell 1967; Hopp & Spearman: practical worst case)")
def test_six_cards_through_four_stations(run):
    """P05: a loop of cards makes w ÷ (w + m − 1) of what a station could, whatever the customer wants."""
    seen = run(LOOP)
    truth = 6 / (6 + 4 - 1)
    assert truth == pytest.approx(0.6666667, abs=1e-7)
    pieces = seen.sample("lanes", "shop", "pieces")
    type(pieces)([count / seen.days * 10 for count in pieces.values], seen.run).must_be(truth, "pieces per mean work")
    assert all(value == pytest.approx(6, abs=1e-9) for value in seen.sample("lanes", "shop", "in_transit").values)


# A stock that one machine refills piece by piece: the machine is a berth, and orders that it has not made are ships.
MACHINE = """
twin: 1
items: {piece: {value: 1 USD/pc, space: 1 pc}, tick: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {piece: {price: 1 USD/pc}}}
  machine: {kind: port, berths: 1, handling: {dist: exponential, mean: 1 d}}
  store: {kind: warehouse, storage: 1 USD/pc/d}
  clock: {kind: line, from: store, to: store, makes: {tick: {rate: 1 pc/d}}}
  client: {kind: customer, unmet: backorder, buys: {piece: {from: store, every: {dist: exponential, mean: 1.1111111 d},
           quantity: 1 pc, margin: 0 USD/pc, penalty: 9 USD/pc/d}}}
lanes: {way: {from: works, to: store, via: [machine], legs: [0 d, 0 d]}}
policies: {stock: {all: {rule: base_stock, review: continuous, level: 10 pc}}}
run: {horizon: 10000 d, warm_up: 1000 d, replications: 40, seed: 1}
"""
BREAKDOWNS = """
disruptions:
  breakdown: {target: [machine, clock], every: {dist: exponential, mean: 90 d}, lasts: {dist: exponential, mean: 10 d},
              effect: {capacity: 0 %}}
"""


def made_to_stock(load: float, level: int) -> tuple[float, float, float]:
    """Fill rate, mean on hand and mean backlog of a base stock behind one exponential machine: what it has not made is
    geometric (Buzacott & Shanthikumar 1993, chapter 4)."""
    owed = load ** (level + 1) / (1 - load)
    return 1 - load**level, level - load / (1 - load) + owed, owed


@pytest.mark.slow
@pytest.mark.case("P06", "1 − ρ^S; S − (ρ − ρ^(S+1)) ÷ (1 − ρ) (Buzacott & Shanthikumar 1993)")
def test_a_stock_behind_a_busy_machine(run):
    """P06: at 90 % load ten pieces fill two orders of three at once. The luck of a machine busier than usual is taken
    out."""
    seen = run(MACHINE, "run.horizon=8000 d")
    fill, on_hand, _ = made_to_stock(0.9, 10)
    assert (fill, on_hand) == pytest.approx((0.6513216, 4.138106), abs=1e-6)
    busy = seen.sample("nodes", "machine", "berths_busy")
    steadied(seen.sample("kpis", "fill_rate"), busy, 0.9).must_be(fill, "fill rate")
    steadied(seen.sample("items", "store.piece", "on_hand"), busy, 0.9).must_be(on_hand, "on hand (pc)")


HALF = ("nodes.client.buys.piece.every.mean=2 d", "run={warm_up: 50 d, replications: 20}")


@pytest.mark.case("P06", "at half the load, without stock: ρ ÷ (1 − ρ) (Buzacott & Shanthikumar 1993)")
def test_what_a_machine_owes_when_it_makes_to_order(run):
    """P06: no stock is just in time. The backlog at 90 % load takes millions of days to measure; at half the load, and
    with the luck of a busier machine taken out, it does not."""
    assert made_to_stock(0.9, 10)[2] == pytest.approx(3.138106, abs=1e-6)
    seen = run(MACHINE, *HALF, "policies.stock.all.level=0 pc", "run.horizon=6000 d")
    backlog, busy = seen.sample("items", "store.piece", "backlog"), seen.sample("nodes", "machine", "berths_busy")
    steadied(backlog, busy, 0.5).must_be(made_to_stock(0.5, 0)[2], "backlog at half the load, no stock (pc)")


def cost_of_stock(load: float, level: int) -> float:
    """A day's cost at 1 a piece on hand and 9 a piece owed."""
    _, on_hand, owed = made_to_stock(load, level)
    return on_hand + 9 * owed


@pytest.mark.case("P06b", "at half the load: least S with 1 − ρ^(S+1) ≥ b ÷ (b + h) (Buzacott & Shanthikumar 1993)")
def test_the_best_stock_behind_a_machine(run):
    """P06b: 21 pieces at 90 % load, by arithmetic. At half the load 3: one piece more would fill more than nine orders
    of ten at once, this one does not yet; and 2 or 4 pieces cost more with the same luck."""
    assert min(range(60), key=lambda level: cost_of_stock(0.9, level)) == 21
    assert cost_of_stock(0.9, 21) == pytest.approx(21.84771, abs=1e-5)
    best = min(range(60), key=lambda level: cost_of_stock(0.5, level))
    costs = {}
    for level in (best - 1, best, best + 1):
        seen = run(MACHINE, *HALF, f"policies.stock.all.level={level} pc", "run.horizon=2500 d")
        costs[level] = seen.cost_per_day("storage", "penalty").mean
        fill, *_ = made_to_stock(0.5, level)
        seen.sample("kpis", "fill_rate").must_be(fill, f"fill rate at half the load, level {level}")
        assert (fill < 0.9) == (level <= best)
    assert min(costs, key=costs.__getitem__) == best


@pytest.mark.case("P07", "M/M/1/S (Erlang 1917)")
def test_a_line_refills_what_is_sold_and_loses_what_it_has_not_made(run):
    """P07: the machine is a line here, whose orders are what the yard lacks: with five pieces 87 % of the sales."""
    seen = run(
        ROW,
        "nodes.between.capacity=null",
        "nodes.client={kind: customer, buys: {half: {from: between, every: {dist: exponential, mean: 1.1111111 d}, "
        "quantity: 1 pc}}}",
        "nodes.second=null",
        "nodes.yard=null",
        "items.done=null",
        "policies.busy.all={review: continuous, level: 5 pc}",
        "opening={store: {raw: 1000000 pc}, between: {half: 5 pc}}",
        "run.horizon=2400 d",
    )
    unmade = 0.9 ** np.arange(6) / sum(0.9**n for n in range(6))
    fill, on_hand = 1 - unmade[5], (5 - np.arange(6)) @ unmade
    assert (fill, on_hand) == pytest.approx((0.8739775, 2.805218), abs=1e-6)
    seen.sample("kpis", "fill_rate").must_be(fill, "fill rate, the machine a line")
    seen.sample("items", "between.half", "on_hand").must_be(on_hand, "on hand, the machine a line (pc)")


@pytest.mark.slow
@pytest.mark.case("P08", "balance of 2(S + 1) states: pieces not made, machine up or down")
def test_a_stock_behind_a_machine_that_breaks_down_by_the_calendar(run):
    """P08: it fails whether it works or not, ten days in a hundred; ten pieces last about as long, and still a tenth of
    the sales is lost. The luck of long breakdowns is taken out."""
    seen = run(
        MACHINE + BREAKDOWNS,
        "nodes.machine.handling.mean=0.8 d",
        "nodes.client={unmet: lost, buys: {piece: {every: {dist: exponential, mean: 1 d}}}}",
        "run={horizon: 12500 d, warm_up: 500 d}",
    )

    def moves(state: tuple[int, bool]) -> Iterable[tuple[tuple[int, bool], float]]:
        unmade, up = state
        yield (unmade, not up), 1 / 90 if up else 1 / 10
        if unmade < 10:
            yield (unmade + 1, up), 1.0
        if unmade and up:
            yield (unmade - 1, up), 1.25

    shares = stationary((0, True), moves)
    lost = shares[10, True] + shares[10, False]
    on_hand = sum((10 - unmade) * share for (unmade, _), share in shares.items())
    assert (lost, on_hand) == pytest.approx((0.09200464, 6.122439), abs=1e-6)
    down = seen.sample("nodes", "clock", "down")
    fill = seen.sample("kpis", "fill_rate")
    share = type(fill)([1 - filled for filled in fill.values], seen.run)
    steadied(share, down, 0.1).must_be(lost, "sales lost (share)")
    steadied(seen.sample("items", "store.piece", "on_hand"), down, 0.1).must_be(on_hand, "on hand (pc)")


@cache
def supplied_in_pieces(piece: float, fine: int) -> tuple[float, float]:
    """Share of demand lost and mean stock, when 10 a day are asked and up to 12 a day made, in pieces of this size, for
    a buffer of 50; the maker is up for 90 d and down for 10 d on average. A chain in steps: 6 × fine from sale to sale,
    5 × fine in the making of a piece; the state is work not done, steps since a sale, up or down."""
    per_piece, per_sale = 5 * fine, 6 * fine
    full, step = round(50 / piece) * per_piece, piece / 10 / per_sale
    turns = (step / 10, step / 90)

    def moves(state: tuple[int, int, int]) -> Iterable[tuple[tuple[int, int, int], float]]:
        undone, age, up = state
        left, age = max(0, undone - up), (age + 1) % per_sale
        if age == 0 and left <= full - per_piece:
            left += per_piece
        yield (left, age, up), 1 - turns[up]
        yield (left, age, 1 - up), turns[up]

    shares = stationary((0, 0, 1), moves)
    missed = sum(
        share
        for (undone, age, up), share in shares.items()
        if age == per_sale - 1 and max(0, undone - up) > full - per_piece
    )
    on_hand = sum((full - undone) // per_piece * share for (undone, *_), share in shares.items())
    return missed * per_sale, on_hand * piece


def supplied_as_a_fluid() -> tuple[float, float]:
    """The same without pieces: while neither empty nor full, densities of up and down are as 10 to 2 and grow by θ
    (two-boundary fluid queue, of the type of Gershwin & Schick 1980)."""
    rise, fall, fail, repair, room = 2.0, 10.0, 1 / 90, 1 / 10, 50.0
    growth = repair / fall - fail / rise
    between = (exp(growth * room) - 1) / growth * (1 + rise / fall)
    empty, full = rise / repair, rise * exp(growth * room) / fail
    total = empty + between + full
    stock = (1 + rise / fall) * ((room * growth - 1) * exp(growth * room) + 1) / growth**2 + full * room
    return empty / total, stock / total


@pytest.mark.slow
@pytest.mark.case("P09", "chain of pieces of 2.5, whose limit is the fluid (type of Gershwin & Schick 1980)")
def test_a_supplier_who_fails_and_catches_up_only_slowly(run):
    """P09: a supplier of 12 a day for a use of 10, in pieces of 2.5; the truth is that of pieces, and finer and finer
    pieces lead to that of the fluid. The luck of long failures is taken out."""
    fluid = supplied_as_a_fluid()
    assert fluid == pytest.approx((0.06410626, 41.60987), rel=1e-6)
    limit = [2 * half - whole for half, whole in zip(supplied_in_pieces(0.5, 1), supplied_in_pieces(1, 1), strict=True)]
    assert limit == pytest.approx(fluid, rel=2e-4)
    seen = run(
        MACHINE + BREAKDOWNS,
        "nodes.machine=null",
        "lanes.way={via: null, legs: null, transit: 0 d}",
        "disruptions.breakdown.target=[works, clock]",
        "nodes.works.supplies.piece.rate=4.8 pc/d",
        "nodes.client={unmet: lost, buys: {piece: {every: 6 h}}}",
        "policies.stock.all.level=20 pc",
        "run={horizon: 4500 d, warm_up: 500 d}",
    )
    lost, stock = supplied_in_pieces(2.5, 4)
    down = seen.sample("nodes", "clock", "down")
    fill = seen.sample("kpis", "fill_rate")
    share = type(fill)([1 - filled for filled in fill.values], seen.run)
    steadied(share, down, 0.1).must_be(lost, "sales lost (share)")
    steadied(seen.sample("items", "store.piece", "on_hand"), down, 0.1).must_be(stock / 2.5, "on hand (pieces of 2.5)")


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


@pytest.mark.case("D14", "stock ÷ use + transit + products ÷ sales (Simchi-Levi et al. 2015)")
def test_a_chain_survives_as_long_as_its_parts_its_pipeline_and_its_products_last(run, exactly):
    """D14: time to survive = 1200 ÷ 200 + 3 + 500 ÷ 100 = 14 d; time to recover 12 d plus 3 d of transit, so the plant
    stands 15 − 9 = 6 d, and one day's cars are lost (Simchi-Levi et al. 2015)."""
    seen = run(CHAIN)
    survives = 1200 / 200 + 3 + 500 / 100
    exactly(seen.only("kpis", "time_to_survive"), survives, "time to survive (d)")
    exactly(seen.only("nodes", "plant", "starved") * 60, 12 + 3 - (1200 / 200 + 3), "plant starved (d)")
    exactly(seen.only("kpis", "lost_sales"), (12 + 3 - survives) * 100, "lost sales (pc)")
    assert (survives, 12 + 3 - (1200 / 200 + 3), (12 + 3 - survives) * 100) == (14, 6, 100)


@pytest.mark.case("D14", "(time to recover − time to survive) × sales a day (Simchi-Levi et al. 2015)")
@pytest.mark.parametrize(("parts", "cars", "lost"), [(1200, 600, 0), (1200, 100, 500), (0, 500, 700)])
def test_a_chain_with_other_buffers(run, exactly, parts, cars, lost):
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
    exactly(seen.only("kpis", "lost_sales"), lost, f"lost sales from {parts} parts and {cars} cars (pc)")


@pytest.mark.case("D14", "the same chain, its supplier knocked out by `twin stress` (Simchi-Levi et al. 2015)")
def test_a_stress_test_finds_how_long_the_chain_survives(load, exactly):
    """D14: the stress test leaves the chain's own fire out and sets one of the same length: time to survive, lost
    margin, and no more exposure than that. A week without the supplier is bridged."""
    model = load(CHAIN, "study.stress.lasts=[12 d, 7 d]", "study.stress.targets=[works]", "study.stress.at=30 d")
    (works,) = twin.stress(model).document["targets"]
    long, short = (case["policies"]["plan"] for case in works["cases"])
    exactly(long["time_to_survive"]["mean"], 1200 / 200 + 3 + 500 / 100, "time to survive, stress test (d)")
    exactly(long["exposure"]["mean"], (12 + 3 - 14) * 100 * 1, "lost margin, stress test (USD)")
    assert (short["time_to_survive"]["n"], short["exposure"]["mean"], short["index"]) == (0, 0, 0)


@pytest.mark.case("Q18", "number × time = sum of stays (Little 1961)")
def test_a_line_runs_as_long_as_its_pieces_take(run, exactly):
    """Q18: a run that starts and ends without work: running time is pieces × their time, down time belongs to failures,
    and nothing is left anywhere: 300 parts in, 300 cars out."""
    seen = run(
        LINE,
        "nodes.plant.failures={mtbf: 9 d, mttr: 1 d}",
        "nodes.plant.makes.car={rate: 2 pc/d, lot: 7 pc}",
        "policies.busy.all.level=300 pc",
        "policies.busy.parts={items: [part], level: 0 pc}",
        "opening.store.part=300 pc",
        "run.replications=1",
    )
    plant, stocks = seen.only("nodes", "plant"), seen.only("items")
    exactly(plant["running"] * YEAR, plant["made"]["car"] / 2, "running time of 300 cars at two a day (d)")
    exactly(plant["running"] + plant["down"] + plant["idle"], 1, "running, down and idle (share)")
    exactly(stocks["yard.car"]["on_hand"] + stocks["yard.car"]["on_order"], 300, "cars on hand and on order")
    exactly(seen.ledger.account("yard", "car").balance, 300, "cars at the end")
    exactly(seen.ledger.account("store", "part").balance, 0, "parts at the end")
