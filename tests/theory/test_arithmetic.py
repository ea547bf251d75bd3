"""What a planner works out on paper: one cause at a time, in a network small enough to do by hand."""

from statistics import NormalDist

import pytest

import twin

DAY = 86_400

# Twenty bolts on order on day 0, two days on the road, and nobody who asks for them before the patches say so.
QUIET = """
twin: 1
items: {bolt: {value: 1 USD/pc, space: 1 m3}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {bolt: {from: store, every: {dist: uniform, min: 90 d, max: 99 d},
           quantity: 1 pc, margin: 1 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 2 d}}
policies: {plan: {all: {rule: base_stock, level: 20 pc}}}
opening: {}
run: {horizon: 30 d, replications: 1}
"""
DAILY = "nodes.client.buys.bolt={every: 1 d, quantity: 4 pc}"


def trouble(target: str, at: str, lasts: str | None, **effect: str) -> str:
    """A patch: one disruption."""
    length = f"lasts: {lasts}, " if lasts else ""
    effects = ", ".join(f"{dial}: {level}" for dial, level in effect.items())
    return f"disruptions.trouble={{target: {target}, at: {at}, {length}effect: {{{effects}}}}}"


@pytest.fixture
def moves(load):
    """Simulate a text once; returns when pieces went from one place to another: [(day, pieces)]."""

    def moves(text, *patches, item="bolt"):
        journal = twin.simulate(load(text, *patches), "plan", journal=True).journal

        def between(source, destination):
            return [
                (entry[0] / DAY, entry[3])
                for entry in journal
                if entry[1:3] == ("move", item) and entry[4:] == (source, destination)
            ]

        return between

    return moves


# Time under way -----------------------------------------------------------------------------------


def test_demurrage_runs_from_arrival_to_leaving_beyond_the_free_time(run):
    """A day at the berth, two in customs, one of them free: two days of demurrage for the shipment, not for its
    pieces."""
    seen = run(
        QUIET,
        "nodes.harbour={kind: port, handling: 1 d, customs: 2 d, free_time: 1 d, demurrage: 100 USD/d}",
        "lanes.road={transit: null, via: [harbour], legs: [1 d, 1 d]}",
    )
    assert seen.only("costs", "demurrage") == pytest.approx(200)
    assert seen.only("lanes", "road", "days") == 1 + 1 + 2 + 1


def test_a_port_that_shuts_leaves_those_in_customs_alone(moves):
    """Only the berth stands still: what has been handled clears customs and sails on."""
    port = (
        "nodes.harbour={kind: port, handling: 1 d, customs: 3 d}",
        "lanes.road={transit: null, via: [harbour], legs: [1 d, 1 d]}",
    )
    assert moves(QUIET, *port, trouble("harbour", "3 d", "10 d", capacity="0 %"))("road", "store dock") == [(6, 20)]
    assert moves(QUIET, *port, trouble("harbour", "1.5 d", "10 d", capacity="0 %"))("road", "store dock") == [(16, 20)]


def test_a_port_at_half_speed_takes_twice_the_time(moves):
    """Half of a day's handling is done when the speed halves; the other half takes a whole day."""
    port = ("nodes.harbour={kind: port, handling: 1 d}", "lanes.road={transit: null, via: [harbour], legs: [1 d, 1 d]}")
    assert moves(QUIET, *port, trouble("harbour", "1.5 d", "10 d", capacity="50 %"))("road", "store dock") == [
        (3.5, 20)
    ]


def test_a_departure_waits_for_the_timetable(moves):
    """Departures at multiples of a week, and the same instant counts: the order of day 0 leaves on day 0, that of day
    1 on day 7, with those of the days after it as one shipment."""
    shipped = moves(QUIET, DAILY, "lanes.road.departs=7 d", "nodes.client.unmet=backorder")
    assert shipped("(supply)", "road")[:2] == [(0, 24), (7, 4)]
    assert {day for day, _ in shipped("(supply)", "road")} == {0, 7, 14, 21, 28}


def test_a_loading_rate_takes_one_order_after_another(moves):
    """Twenty bolts at ten a day leave on day 2; the lane's speed is not its travel time."""
    assert moves(QUIET, "lanes.road.capacity=10 pc/d")("road", "store dock") == [(4, 20)]
    closed = trouble("road", "1 d", "3 d", capacity="0 %")
    assert moves(QUIET, "lanes.road.capacity=10 pc/d", closed)("road", "store dock") == [(7, 20)]


def test_a_supplier_works_orders_first_come_first_served(moves):
    """At ten a day the first order of twenty is ready on day 2, the other, placed in the same review, on day 3."""
    second = (
        "nodes.works.supplies.bolt.rate=10 pc/d",
        "nodes.annex={kind: warehouse}",
        "nodes.aunt={kind: customer, buys: {bolt: {from: annex, every: 99 d, quantity: 1 pc, margin: 1 USD/pc}}}",
        "lanes.alley={from: works, to: annex, transit: 0 d}",
        "policies.plan.small={at: [store], level: 10 pc}",
    )
    assert moves(QUIET, *second)("alley", "annex dock")[0] == (2, 20)
    assert moves(QUIET, *second)("road", "store dock") == [(5, 10)]


def test_a_lead_time_dial_stretches_what_departs_meanwhile(moves):
    """Winter doubles the road from day 3 to day 6: what leaves then takes four days, what left before takes two."""
    arriving = moves(QUIET, DAILY, "opening.store={bolt: 20 pc}", trouble("road", "3 d", "3 d", lead_time="200 %"))
    leaving = dict(arriving("(supply)", "road"))
    expected = sorted(day + (4 if 3 <= day < 6 else 2) for day in leaving)
    assert [day for day, _ in arriving("road", "store dock")] == [day for day in expected if day < 30]


def test_a_strike_at_the_supplier_stops_the_lead_time_too(moves):
    """Ten days of making, five of strike: fifteen, and two on the road. At half speed a lead time does not slow
    down."""
    making = "nodes.works.supplies.bolt.lead_time=10 d"
    assert moves(QUIET, making, trouble("works", "4 d", "5 d", capacity="0 %"))("road", "store dock") == [(17, 20)]
    assert moves(QUIET, making, trouble("works", "4 d", "5 d", capacity="50 %"))("road", "store dock") == [(12, 20)]


# Blows --------------------------------------------------------------------------------------------


def test_scrapped_work_is_done_again(moves):
    """After four of ten days half the work is lost: two days more."""
    making = "nodes.works.supplies.bolt.lead_time=10 d"
    assert moves(QUIET, making, trouble("works", "4 d", None, scrap_work="50 %"))("road", "store dock") == [(14, 20)]


def test_cancelled_orders_are_no_longer_on_order_and_so_ordered_again(moves):
    """Cancelled on day 4, seen at that day's review, and there after ten days of making and two on the road."""
    making = "nodes.works.supplies.bolt.lead_time=10 d"
    assert moves(QUIET, making, trouble("works", "4 d", None, cancel_orders="100 %"))("road", "store dock") == [
        (16, 20)
    ]


def test_what_burns_is_written_off_and_replaced(run, moves):
    """Thirty per cent of twenty on hand: six bolts, at their value, ordered again the same day."""
    fire = trouble("store", "5 d", None, destroy="30 %")
    seen = run(QUIET, fire)
    assert seen.only("costs", "write_off") == 6
    assert moves(QUIET, fire)("road", "store dock") == [(2, 20), (7, 6)]
    assert seen.only("kpis", "total_cost") == pytest.approx(6)


# Prices -------------------------------------------------------------------------------------------


def test_the_price_is_that_of_the_day_of_the_order(run):
    """Prices double on day 1: the order of day 0 pays the old one though it ships on day 10."""
    slow = ("nodes.works.supplies.bolt.lead_time=10 d", "run.horizon=15 d")
    assert run(QUIET, *slow, trouble("works", "1 d", "30 d", price="200 %")).only("costs", "purchase") == 20
    assert run(QUIET, *slow, trouble("works", "0 d", "1 d", price="200 %")).only("costs", "purchase") == 40


def test_duty_is_paid_on_value_and_a_tariff_adds_points(run):
    """5 % of a value of 1, and 25 points more while the tariff holds; the price paid is no base of duty."""
    tariffs = ("lanes.road.duty=5 %", "nodes.works.supplies.bolt.price=3 USD/pc")
    assert run(QUIET, *tariffs).only("costs", "duty") == pytest.approx(1)
    assert run(QUIET, *tariffs, trouble("road", "0 d", "1 d", duty="25 %")).only("costs", "duty") == pytest.approx(6)


def test_goods_owned_bear_interest_from_the_suppliers_gate(run):
    """36.5 % a year is a thousandth a day: twenty bolts for thirty days, the two on the road among them."""
    seen = run(QUIET, "carrying={capital: 36.5 %/yr, insurance: 73 %/yr}")
    assert seen.only("costs", "capital") == pytest.approx(20 * 30 * 0.001)
    assert seen.only("costs", "insurance") == pytest.approx(20 * 30 * 0.002)


def test_freight_is_by_piece_and_by_shipment(run):
    """Two dollars a piece and thirty a shipment, doubled in a crisis; premium lanes pay premium freight."""
    rates = "lanes.road={cost: 2 USD/pc, shipment_cost: 30 USD/shipment, order_cost: 9 USD/order}"
    assert run(QUIET, rates).only("costs", "freight") == 2 * 20 + 30
    assert run(QUIET, rates).only("costs", "ordering") == 9
    assert run(QUIET, rates, trouble("road", "0 d", "1 d", freight="200 %")).only("costs", "freight") == 2 * (
        2 * 20 + 30
    )
    premium = run(QUIET, rates, "lanes.road.premium=true")
    assert (premium.only("costs", "freight"), premium.only("costs", "premium_freight")) == (0, 70)
    assert premium.only("kpis", "premium_freight_share") == 1


# Ordering -----------------------------------------------------------------------------------------


def test_orders_are_rounded_up_to_what_the_supplier_sells(run):
    """Twenty wanted, at least thirty, in eights: thirty-two."""
    terms = "nodes.works.supplies.bolt={min_order: 30 pc, multiple: 8 pc}"
    assert run(QUIET, terms).only("items", "store.bolt", "ordered") == 32


def test_a_weekly_review_looks_on_days_0_7_14(moves):
    """Between reviews nothing is ordered, however low the stock."""
    ordered = moves(QUIET, DAILY, "policies.plan.all.review=7 d")("(supply)", "road")
    assert [day for day, _ in ordered] == [0, 7, 14, 21, 28]


def test_a_kanban_loop_orders_whole_bins_and_never_for_a_backlog(run):
    """Three bins of five: a backlog of seven frees no card, so fifteen are ordered and no more until a bin is
    empty."""
    seen = run(
        QUIET,
        "policies.plan.all={rule: kanban, bins: 3, bin: 5 pc}",
        "nodes.client={unmet: backorder, buys: {bolt: {every: 100 d, quantity: 7 pc}}}",
    )
    # 15 on day 0; on day 2 seven go to the claim, eight stay: one whole bin is missing and ordered.
    assert seen.only("items", "store.bolt", "ordered") == 20
    assert seen.ledger.account("store", "bolt").balance == 13


def test_sources_share_out_orders(run):
    """Seventy to thirty, in pieces, over thirty orders of four."""
    seen = run(
        QUIET,
        DAILY,
        "opening.store={bolt: 20 pc}",
        "lanes.alley={from: works, to: store, transit: 2 d}",
        "policies.plan.all.sources={road: 70 %, alley: 30 %}",
    )
    pieces = [seen.only("lanes", lane, "pieces") for lane in ("road", "alley")]
    assert sum(pieces) == 30 * 4
    assert pieces[0] == pytest.approx(0.7 * 120, abs=4)


def test_a_shortage_is_expedited_once(moves):
    """Cover falls below three days on day 2: one order goes by air, and no other before it has arrived."""
    shipped = moves(
        QUIET,
        DAILY,
        "opening.store={bolt: 20 pc}",
        "lanes.road={transit: 20 d, cost: 0 USD/pc}",
        "lanes.air={from: works, to: store, transit: 5 d, cost: 9 USD/pc, premium: true}",
        "policies.plan.all.expedite={lane: air, when_cover_below: 3 d}",
    )
    assert [day for day, _ in shipped("(supply)", "air") if day <= 7] == [2]
    assert shipped("air", "store dock")[0][0] == 7


def test_no_orders_leave_while_ordering_is_out(moves):
    """An information outage with the goods intact: sales go on, orders wait and come all at once."""
    ordered = moves(QUIET, DAILY, "opening.store={bolt: 20 pc}", trouble("store", "3 d", "2 d", ordering="0 %"))
    assert ordered("(supply)", "road")[:5] == [(0, 4), (1, 4), (2, 4), (5, 12), (6, 4)]


def safety_stock(run, method: str, *patches: str) -> float:
    """The level that a planner reads, of demand 100 ± 20 a day and a lead time of 9 ± 2 days, review included or
    not."""
    return run(
        QUIET,
        "nodes.client.buys.bolt={every: 1 d, quantity: {dist: normal, mean: 100 pc, sd: 20 pc}}",
        f"policies.plan.all={{level: null, safety_stock: {method}}}",
        *patches,
    ).only("items", "store.bolt", "level")


@pytest.mark.case("I13", "z·√(L·σ² + d²·σL²); maximum less average")
def test_safety_stock_by_the_textbook(run, exactly):
    """I13: z √(L σ_D² + D² σ_L²) = 343.5 with L = 9 of which one day is the review; max-average 150 × 13 − 100 × 9 =
    1050."""
    z = NormalDist().inv_cdf(0.95)
    normal = z * (9 * 20**2 + 100**2 * 2**2) ** 0.5
    assert normal == pytest.approx(343.4555, abs=1e-4)
    level = safety_stock(
        run, "{method: normal, service_level: 95 %}", "lanes.road.transit={dist: normal, mean: 8 d, sd: 2 d}"
    )
    exactly(level, -(-(9 * 100 + normal) // 1), "level, normal, rounded up (pc)")
    level = safety_stock(run, "{method: max_avg, max_usage: 150 pc/d, max_lead_time: 13 d}", "lanes.road.transit=9 d")
    exactly(level, 100 * (9 + 1) + 1050, "level, maximum less average (pc)")


# Customers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("transit", "sold", "lost"), [(2, 4, 0), (3, 4, 0), (4, 0, 4)])
def test_patience_ends_after_the_delivery_of_its_last_day(run, transit, sold, lost):
    """Three days of patience: goods that arrive on the third day are in time; a day later the customer has gone. Owed
    pieces pay a penalty by the day, lost ones their margin."""
    seen = run(
        QUIET,
        "nodes.client={unmet: {backorder: 3 d}, buys: {bolt: {every: 100 d, quantity: 4 pc, penalty: 1 USD/pc/d}}}",
        f"lanes.road.transit={transit} d",
    )
    assert (seen.only("kpis", "sold"), seen.only("kpis", "lost_sales")) == (sold, lost)
    assert seen.only("costs", "penalty") == pytest.approx(4 * min(transit, 3))
    assert seen.only("costs", "lost_margin") == lost


def test_all_or_nothing_waits_for_its_full_size_and_holds_those_behind(run, moves):
    """Five on hand, ten wanted whole: nobody is served before the delivery; the five stand on the shelf."""
    patches = (
        "nodes.client=null",
        "nodes.big={kind: customer, unmet: backorder, all_or_nothing: true, "
        "buys: {bolt: {from: store, every: 100 d, quantity: 10 pc, margin: 1 USD/pc}}}",
        "nodes.small={kind: customer, unmet: backorder, "
        "buys: {bolt: {from: store, every: 100 d, quantity: 2 pc, margin: 1 USD/pc}}}",
        "opening.store={bolt: 5 pc}",
    )
    sold = moves(QUIET, *patches)
    served = sold("store", "(sold)") + sold("store dock", "(sold)")
    assert {day for day, _ in served} == {2}
    assert sum(pieces for _, pieces in served) == 12
    seen = run(QUIET, *patches, "nodes.big.unmet=lost", "nodes.small.unmet=lost")
    assert seen.only("nodes", "big", "lost_sales") == 10
    assert seen.only("nodes", "small", "sold") == 2


def test_fractions_of_a_demand_surge_carry_over(run):
    """Three a day at 150 %: four and five in turn, nothing rounded away."""
    seen = run(
        QUIET,
        "nodes.client.buys.bolt={every: 1 d, quantity: 3 pc}",
        "run.horizon=10 d",
        trouble("client", "0 d", "10 d", demand="150 %"),
    )
    assert seen.only("kpis", "demand") == 45


# Lines and warehouses -----------------------------------------------------------------------------

LINE = """
twin: 1
items:
  bolt: {value: 1 USD/pc}
  kit: {value: 3 USD/pc, space: 1 m3, bom: {bolt: 2}}
  box: {value: 2 USD/pc, space: 1 m3, bom: {bolt: 1}}
nodes:
  store: {kind: warehouse}
  plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 10 pc/d, lot: 10 pc, cost: 1 USD/pc},
          box: {rate: 10 pc/d, lot: 10 pc, cost: 1 USD/pc}}}
  shop: {kind: warehouse}
  client: {kind: customer, buys: {kit: {from: shop, every: 100 d, quantity: 1 pc, margin: 1 USD/pc},
           box: {from: shop, every: 100 d, quantity: 1 pc, margin: 1 USD/pc}}}
policies: {plan: {all: {rule: base_stock, level: 10 pc}}}
opening: {store: {bolt: 1000 pc}}
run: {horizon: 10 d, replications: 1}
"""


def test_a_line_changes_over_between_products(run, moves):
    """Ten boxes take a day, the changeover half a day, ten kits a day."""
    half = "nodes.plant.changeover=12 h"
    assert moves(LINE, half, item="box")("plant", "shop") == [(1, 10)]
    assert moves(LINE, half, item="kit")("plant", "shop") == [(2.5, 10)]
    seen = run(LINE, half)
    shares = {state: seen.only("nodes", "plant", state) * 10 for state in ("running", "changeover", "idle", "starved")}
    assert shares == pytest.approx({"running": 2, "changeover": 0.5, "idle": 7.5, "starved": 0})
    assert seen.only("costs", "production") == 20


def test_a_lot_that_does_not_fit_blocks_the_line(run):
    """Room for fifteen: the second lot enters as far as it fits, and the line stands with the rest until somebody
    buys."""
    seen = run(LINE, "nodes.shop.capacity=15 m3", "nodes.plant.down_cost=2 USD/h")
    assert seen.only("nodes", "plant", "running") * 10 == pytest.approx(2)
    assert seen.only("nodes", "plant", "blocked") * 10 == pytest.approx(8)
    assert seen.only("costs", "line_down") == pytest.approx(8 * 24 * 2)
    assert seen.only("kpis", "uptime") == pytest.approx(0.2)
    assert seen.ledger.account("shop", "box").balance + seen.ledger.account("shop", "kit").balance == 15


def test_a_line_at_half_speed_keeps_what_is_done(moves):
    """Half a lot is made when the speed halves for a day: the other half is made in that day."""
    made = moves(LINE, trouble("plant", "0.5 d", "1 d", capacity="50 %"), item="box")("plant", "shop")
    assert made == [(1.5, 10)]


def test_recovery_goes_back_in_daily_steps(moves):
    """Shut for a day, then back over four: 0, 25, 50, 75 % of a lot a day, so 1.5 lots in the four days of
    recovery."""
    text = LINE.replace("{rule: base_stock, level: 10 pc}", "{rule: base_stock, level: 1000 pc}").replace(
        "horizon: 10 d", "horizon: 30 d"
    )
    slow = trouble("plant", "0 d", "1 d", capacity="0 %").replace("lasts: 1 d", "lasts: 1 d, recovery: 4 d")
    made = moves(text, slow, "nodes.plant.makes.kit=null", "items.kit=null", "nodes.client.buys.kit=null", item="box")(
        "plant", "shop"
    )
    assert [day for day, _ in made][:3] == [pytest.approx(4 + 1 / 3, abs=1e-4), 5.5, 6.5]


def test_a_line_off_shift_is_neither_up_nor_down(run):
    """Twelve hours a day: a lot of a day's work takes two days of calendar; uptime counts scheduled time only."""
    seen = run(LINE, "nodes.plant.working={hours: 12 h/d}", "policies.plan.all.level=1000 pc")
    assert seen.only("nodes", "plant", "off") == pytest.approx(0.5)
    assert seen.only("kpis", "uptime") == pytest.approx(1)


def test_space_that_shrinks_keeps_what_is_inside(moves):
    """A warehouse at a quarter of its room: what is inside stays, what comes waits until there is room again."""
    arriving = moves(
        QUIET,
        DAILY,
        "nodes.store.capacity=20 m3",
        "opening.store={bolt: 20 pc}",
        trouble("store", "3 d", "2 d", space="25 %"),
    )
    # Room for five, and twelve inside on day 3: four come and wait, and four more on day 4, whose sale leaves four
    # inside and room for one. On day 5 the room is back, and another four come.
    entered = arriving("store dock", "store")
    assert [entry for entry in entered if 0 < entry[0] <= 5] == [(2, 4), (4, 1), (5, 3), (5, 4), (5, 4)]


# Crises -------------------------------------------------------------------------------------------


def test_survival_and_recovery_are_counted_from_the_first_disruption(run):
    """Shut on days 10 to 14, two days away, a day's sales on hand: days 13 to 16 are lost, three days after the
    start. The last week with a lost day in it ends on day 22: twelve days after the start."""
    steady = QUIET.replace("opening: {}", "opening: steady").replace("level: 20 pc", "safety_stock: 0 pc")
    seen = run(steady, DAILY, trouble("works", "10 d", "5 d", capacity="0 %"), "run={horizon: 60 d, warm_up: 20 d}")
    assert seen.only("kpis", "lost_sales") == 4 * 4
    assert seen.only("kpis", "time_to_survive") == 3
    assert seen.only("kpis", "time_to_recover") == 12


def test_what_follows_a_disruption_counts_from_its_start(run):
    """Closure on day 10, hoarding five days later, whatever the closure's length."""
    hoarding = "disruptions.hoarding={target: client, after: trouble, at: 5 d, lasts: 2 d, effect: {demand: 200 %}}"
    seen = run(QUIET, DAILY, trouble("works", "10 d", "1 d", capacity="0 %"), hoarding)
    assert seen.only("kpis", "demand") == 4 * (30 + 2)


def test_a_disruption_counts_from_the_end_of_the_warm_up(moves):
    """Day 3 of the horizon is day 13 of a run with ten days of warm-up."""
    leaving = moves(
        QUIET, DAILY, "opening.store={bolt: 20 pc}", "run.warm_up=10 d", trouble("road", "3 d", "2 d", capacity="0 %")
    )
    days = {day for day, _ in leaving("(supply)", "road")}
    assert {12, 15} <= days and not {13, 14} & days
