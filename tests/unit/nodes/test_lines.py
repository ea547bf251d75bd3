"""Lines: exactly one state at any instant, and a line always knows why it stands."""

import pytest

from twin.model.units import DAY, HOUR
from twin.nodes.line import STATES

# Ten a day are ordered of a line that could make 24 of 1 h each; components are there for the asking.
PLANT = """
    twin: 1
    items:
      motor: {value: 50 USD/pc, space: 1 m3, bom: {coil: 2, screw: 8}}
      pump:  {value: 50 USD/pc, space: 1 m3, bom: {coil: 1}}
      coil:  {value: 10 USD/pc}
      screw: {value: 0.1 USD/pc}
    nodes:
      maker: {kind: supplier, supplies: {coil: {price: 10 USD/pc}, screw: {price: 0.1 USD/pc}}}
      store: {kind: warehouse}
      shop: {kind: warehouse}
      works: {kind: line, from: store, to: shop, makes: {motor: {rate: 1 pc/h, lot: 5 pc, cost: 29 USD/pc},
              pump: {rate: 1 pc/h, cost: 40 USD/pc}}}
      client: {kind: customer, unmet: backorder, buys: {motor: {from: shop, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 0 pc}}}
    opening: {store: {coil: 1000 pc, screw: 8000 pc}}
    run: {horizon: 7 d}
"""
NO_ROAD = "disruptions: {no_road: {target: road, at: 0 d, effect: {capacity: 0 %}}}"


def states(played, name: str = "works") -> list[tuple[float, str]]:
    """(hour, state) of every change of state, as the journal has it."""
    return [
        (time / HOUR, what[0][0])
        for time, kind, *what in played.ledger.journal
        if kind == "gauge" and what[0][0] in STATES and what[0][1] == name and what[1] == 1
    ]  # fmt: skip


def hours(played, state: str) -> float:
    return played.ledger.gauges[state, "works"].integral / HOUR


def test_components_leave_at_the_start_of_a_lot_and_products_come_at_its_end(play):
    """Ten motors are two lots of five hours: 10 coils and 40 screws each are on the line meanwhile, still ours."""
    played = play(PLANT, "run: {horizon: 1 d}")
    assert played.moves("store", "works") == [(0, 10), (0, 40), (5 / 24, 10), (5 / 24, 40)]
    assert played.moves("works", "(consumed)") == [(5 / 24, 10), (5 / 24, 40), (10 / 24, 10), (10 / 24, 40)]
    assert played.moves("(made)", "works") == [(5 / 24, 5), (10 / 24, 5)]
    assert played.costs["production"] == 10 * 29


def test_the_states_of_a_line_part_its_time(play):
    """Whatever happens to it, a line is in exactly one state: shares of a pie, or uptime would not be a share."""
    trouble = """
      nodes:
        works: {working: {hours: 16 h/d, days: 5 d/wk}, failures: {mtbf: 10 h, mttr: 3 h}, changeover: 1 h}
        shop: {capacity: 20 m3}
        client: {buys: {pump: {from: shop, every: 1 d, quantity: 8 pc}}}
      policies: {p: {coils: {items: [coil], level: 12 pc}}}
      opening: {store: {coil: 20 pc}}
      disruptions: {strike: {target: works, at: 8 d, lasts: 3 d, effect: {capacity: 0 %}}}
    """
    played = play(PLANT, trouble, "run: {horizon: 60 d}")
    spent = {state: played.ledger.gauges[state, "works"].integral for state in STATES}
    assert sum(spent.values()) == 60 * DAY
    assert all(spent[state] > 0 for state in ("off", "down", "changeover", "running", "starved"))
    shares = played.measured["nodes"]["works"]
    assert sum(shares[state] for state in STATES) == pytest.approx(1)


def test_a_lot_smaller_than_the_rest_is_made_at_the_end(play):
    """Twelve in lots of five are five, five and two."""
    played = play(PLANT, "nodes: {client: {buys: {motor: {quantity: 12 pc}}}}", "run: {horizon: 1 d}")
    assert [quantity for _, quantity in played.moves("(made)", "works")] == [5, 5, 2]


def test_a_line_that_lacks_a_component_starves_and_says_for_which(play):
    """120 screws are three lots of 40; the fourth lacks screws, no lorry comes, and the coils are not to blame."""
    played = play(PLANT, "opening: {store: {screw: 120 pc}}", NO_ROAD, "run: {horizon: 3 d}")
    assert states(played) == [(0, "idle"), (0, "running"), (10, "idle"), (24, "running"), (29, "starved")]
    loss = played.kpis["uptime_loss"]
    assert loss["starved_by"]["screw"] == pytest.approx(loss["starved"]) == pytest.approx(43 / 58)
    assert loss["starved_by"]["coil"] == 0
    assert played.kpis["uptime"] == pytest.approx(15 / 58)


def test_starved_time_is_shared_by_all_that_lack(play):
    """Neither coils nor screws: half of the time is told to each, so that the parts add up to the whole."""
    played = play(PLANT, "opening: {store: {coil: 0 pc, screw: 0 pc}}", "run: {horizon: 1 d}")
    loss = played.kpis["uptime_loss"]
    assert (loss["starved"], loss["starved_by"]["coil"], loss["starved_by"]["screw"]) == (1, 0.5, 0.5)


def test_each_day_that_a_line_starves_for_an_item_is_a_stockout_of_it(play):
    """A planner would say so, though nobody came to the counter."""
    played = play(PLANT, "opening: {store: {screw: 120 pc}}", NO_ROAD, "run: {horizon: 4 d}")
    assert played.measured["items"]["store.screw"]["stockout_rate"] == 3 / 4
    assert played.measured["items"]["store.coil"]["stockout_rate"] == 0


def test_a_younger_order_is_made_when_the_older_lacks_a_component(play):
    """A line does not stand still for motors while there are coils enough for pumps."""
    two = "nodes: {client: {buys: {pump: {from: shop, every: 1 d, quantity: 4 pc}}}}"
    played = play(PLANT, two, "opening: {store: {screw: 0 pc, coil: 100 pc}}", "run: {horizon: 1 d}")
    assert played.measured["nodes"]["works"]["made"] == {"motor": 0, "pump": 4}
    assert states(played)[:4] == [(0, "idle"), (0, "running"), (4, "starved")]


def test_a_changeover_is_paid_when_the_item_changes_and_only_then(play):
    """The first set-up of a run is free: nobody knows what was on the line before."""
    two = "nodes: {works: {changeover: 2 h}, client: {buys: {pump: {from: shop, every: 1 d, quantity: 4 pc}}}}"
    played = play(PLANT, two, "run: {horizon: 2 d}")
    assert states(played) == [
        (0, "idle"), (0, "running"), (10, "changeover"), (12, "running"), (16, "idle"),
        (24, "changeover"), (26, "running"), (36, "changeover"), (38, "running"), (42, "idle"),
    ]  # fmt: skip


def test_no_shift_no_work(play):
    """Eight hours a day: a lot that is not done at the end of the shift goes on in the next, with what is done kept."""
    played = play(PLANT, "nodes: {works: {working: {hours: 8 h/d}}}", "run: {horizon: 2 d}")
    assert played.moves("(made)", "works") == [(5 / 24, 5), ((24 + 2) / 24, 5), ((24 + 7) / 24, 5)]
    assert states(played) == [(0, "idle"), (0, "running"), (8, "off"), (24, "running"), (32, "off")]
    assert played.kpis["uptime"] == 1  # of the scheduled time


def test_the_weekend_is_off(play):
    """Day 0 is a Monday unless `start` says otherwise; five days a week end on Friday night."""
    played = play(PLANT, "nodes: {works: {working: {days: 5 d/wk}}}", "run: {horizon: 14 d}")
    assert played.measured["nodes"]["works"]["off"] == pytest.approx(4 / 14)
    assert (120, "off") in states(played)
    saturday = play(PLANT, "nodes: {works: {working: {days: 5 d/wk}}}", "start: 2026-01-03", "run: {horizon: 7 d}")
    assert states(saturday)[0] == (0, "idle")
    assert hours(saturday, "off") == 48
    assert (48, "running") in states(saturday)


def test_a_lot_that_does_not_fit_blocks_the_line_until_it_does(play):
    """Room for three of five: three enter, two stay on the line, and nothing else is begun."""
    full = "nodes: {shop: {capacity: 8 m3}, client: {unmet: lost, buys: {motor: {every: 2 d, quantity: 6 pc}}}}"
    played = play(PLANT, full, "policies: {p: {m: {items: [motor], level: 20 pc}}}", "run: {horizon: 3 d}")
    assert played.moves("works", "shop") == [(5 / 24, 5), (10 / 24, 3), (2, 2), (2 + 5 / 24, 4)]
    assert states(played)[1:5] == [(0, "running"), (10, "blocked"), (48, "running"), (53, "blocked")]
    assert played.kpis["uptime_loss"]["blocked"] == pytest.approx((38 + 19) / 72)


def test_what_a_customer_is_owed_leaves_a_blocked_line_at_once(play):
    """A full house is no reason to keep somebody waiting: the lot goes past it."""
    full = """
      items: {crate: {value: 1 USD/pc, space: 8 m3}}
      nodes:
        shop: {capacity: 8 m3}
        maker: {supplies: {crate: {price: 1 USD/pc}}}
        other: {kind: customer, buys: {crate: {from: shop, every: 100 d, quantity: {dist: poisson, mean: 0.001 pc}}}}
      lanes: {van: {from: maker, to: shop, transit: 1 d}}
      opening: {shop: {crate: 1 pc}}
    """
    played = play(PLANT, full, "run: {horizon: 1 d}")
    assert played.moves("works", "(sold)") == [(5 / 24, 5), (10 / 24, 5)]
    assert hours(played, "blocked") == 0


def test_failures_count_running_time_and_repairs_the_calendars(play):
    """A machine that stands idle does not wear out: 10 h of running from one failure to the next, 4 h by the clock."""
    fails = "nodes: {works: {failures: {mtbf: {dist: constant, value: 12 h}, mttr: {dist: constant, value: 4 h}}}}"
    played = play(PLANT, fails, "run: {horizon: 2 d}")
    # day 0: runs 0-10; day 1: runs 24-26, down 26-30 in the middle of a lot, then its last 3 h and the next lot's 5
    assert states(played) == [
        (0, "idle"), (0, "running"), (10, "idle"), (24, "running"), (26, "down"), (30, "running"), (38, "idle")
    ]  # fmt: skip
    assert played.measured["nodes"]["works"]["failures"] == 1


def test_a_repair_goes_on_overnight(play):
    """The fitter works by the clock: what is broken in the evening is whole in the morning."""
    fails = """
      nodes: {works: {working: {hours: 12 h/d}, failures: {mtbf: {dist: constant, value: 9 h},
              mttr: {dist: constant, value: 14 h}}}}
    """
    played = play(PLANT, fails, "run: {horizon: 36 h}")
    assert states(played) == [(0, "idle"), (0, "running"), (9, "down"), (12, "off"), (24, "running"), (33, "down")]


def test_half_the_pace_takes_twice_the_time(play):
    """What is done is kept: 2.5 h at full pace and the other half at half pace."""
    slow = "disruptions: {heat: {target: works, at: 2.5 h, effect: {capacity: 50 %}}}"
    played = play(PLANT, slow, "run: {horizon: 1 d}")
    assert played.moves("(made)", "works") == [(7.5 / 24, 5), (17.5 / 24, 5)]


def test_a_strike_is_down_time(play):
    """Capacity 0 % is `down`, whoever caused it; the lot goes on afterwards."""
    strike = "disruptions: {strike: {target: works, at: 2 h, lasts: 6 h, effect: {capacity: 0 %}}}"
    played = play(PLANT, strike, "run: {horizon: 1 d}")
    assert states(played) == [(0, "idle"), (0, "running"), (2, "down"), (8, "running"), (16, "idle")]
    assert played.kpis["uptime_loss"]["down"] == pytest.approx(6 / 16)


def test_scrapped_work_is_done_again(play):
    """A power cut after 4 h of 5 that spoils half of it: 2 h more."""
    cut = "disruptions: {cut: {target: works, at: 4 h, effect: {scrap_work: 50 %}}}"
    played = play(PLANT, cut, "run: {horizon: 1 d}")
    assert played.moves("(made)", "works") == [(7 / 24, 5), (12 / 24, 5)]


def test_standing_costs_wages_but_an_idle_line_none(play):
    """Burned: hours starved, blocked or down; nobody is paid for orders that did not come."""
    strike = "disruptions: {strike: {target: works, at: 2 h, lasts: 6 h, effect: {capacity: 0 %}}}"
    played = play(PLANT, strike, "nodes: {works: {down_cost: 100 USD/h}}", "run: {horizon: 1 d}")
    assert played.costs["line_down"] == pytest.approx(600)


def test_a_delivery_in_the_second_in_which_a_lot_would_starve_feeds_it(play):
    """ARRIVE comes before MAKE: nothing is said to lack that is there by the end of the second."""
    just_in_time = """
      opening:
        store: {screw: 40 pc, coil: 10 pc}
        in_transit:
        - {to: store, item: screw, quantity: 40 pc, arrives: 5 h}
        - {to: store, item: coil, quantity: 10 pc, arrives: 5 h}
    """
    played = play(PLANT, just_in_time, "run: {horizon: 1 d}")
    assert hours(played, "starved") == 0


def test_a_starving_line_takes_what_waits_at_the_dock(play):
    """Components that fit nowhere are still components."""
    full = """
      items: {coil: {space: 1 m3}, screw: {space: 1 m3}}
      nodes: {store: {capacity: 50 m3}}
      opening: {store: {coil: 50 pc, screw: 40 pc}}
    """
    played = play(PLANT, full, "run: {horizon: 1 d}")
    assert played.moves("store dock", "store")[:2] == [(0, 50), (0, 40)]
    assert hours(played, "running") >= 5


def test_a_line_that_starves_on_breaks_every_cycle_of_the_part(play):
    """Receipts too small for the lot help nobody: no replenishment cycle meanwhile was a good one."""
    starving = """
        twin: 1
        items: {part: {value: 1 USD/pc}, kit: {value: 41 USD/pc, bom: {part: 40}}}
        nodes:
          maker: {kind: supplier, supplies: {part: {price: 1 USD/pc, rate: 10 pc/d}}}
          store: {kind: warehouse}
          bench: {kind: line, from: store, to: shop, makes: {kit: {rate: 100 pc/d, cost: 1 USD/pc}}}
          shop: {kind: warehouse}
          client: {kind: customer, unmet: backorder, buys: {kit: {from: shop, every: 1 d, quantity: 1 pc}}}
        lanes: {road: {from: maker, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 0 pc}, kits: {items: [kit], rule: base_stock, level: 1 pc}}}
        run: {horizon: 8 d}
    """
    loads = ", ".join(f"{{to: store, item: part, quantity: 10 pc, arrives: {day} d}}" for day in range(1, 8))
    played = play(starving, f"opening: {{in_transit: [{loads}]}}")
    cycles = played.ledger.tallies["cycles", "store.part"]
    assert played.measured["items"]["store.part"]["stockout_rate"] == 1
    assert (cycles.times, cycles.total) == (6, 0)


def test_patience_that_ends_lets_a_blocked_line_serve_who_stands_behind(play):
    """The order of nine gives up on day 3; the two behind it get what the line could not put down."""
    played = play("""
        twin: 1
        items: {bolt: {value: 1 USD/pc}, kit: {value: 5 USD/pc, space: 1 m3, bom: {bolt: 1}}}
        nodes:
          works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
          store: {kind: warehouse}
          shop: {kind: warehouse, capacity: 0.5 m3}
          plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 24 pc/d, lot: 4 pc}}}
          big: {kind: customer, all_or_nothing: true, unmet: {backorder: 3 d},
                buys: {kit: {from: shop, every: 100 d, quantity: 9 pc}}}
          small: {kind: customer, unmet: backorder, buys: {kit: {from: shop, every: 100 d, quantity: 2 pc}}}
        lanes: {road: {from: works, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 4 pc}}}
        opening: {store: {bolt: 4 pc}}
        run: {horizon: 20 d}
    """)
    assert played.moves("plant", "(sold)") == [(3, 2)]


def test_a_line_that_starves_knows_what_customers_have_taken_from_the_dock(play):
    """Ten nuts wait at the dock of a store that is too small for them; customers take them, and then nuts lack, too."""
    played = play("""
        twin: 1
        items:
          bolt: {value: 1 USD/pc, space: 1 m3}
          nut: {value: 1 USD/pc, space: 1 m3}
          kit: {value: 5 USD/pc, space: 1 m3, bom: {bolt: 1, nut: 10}}
        nodes:
          works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc, lead_time: 90 d},
                                             nut: {price: 1 USD/pc, lead_time: 90 d}}}
          store: {kind: warehouse, capacity: 0.5 m3}
          shop: {kind: warehouse}
          plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 24 pc/d}}}
          client: {kind: customer, buys: {nut: {from: store, every: {dist: constant, value: 2 d}, quantity: 1 pc},
                                          kit: {from: shop, every: 100 d, quantity: 2 pc}}}
        lanes: {road: {from: works, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 4 pc}}}
        opening: {store: {nut: 10 pc}}
        run: {horizon: 20 d}
    """)
    lost = played.kpis["uptime_loss"]["starved_by"]  # for bolts alone until day 2, then for nuts as well
    assert lost == {"bolt": pytest.approx((2 + 18 / 2) / 20), "nut": pytest.approx(18 / 2 / 20)}


def test_a_line_that_starves_knows_what_others_take_also_if_it_needs_no_space(play):
    """Bolts lack from the start; when a customer has taken the last nut, nuts lack, too, though neither takes space."""
    played = play("""
        twin: 1
        items: {bolt: {value: 1 USD/pc}, nut: {value: 1 USD/pc}, kit: {value: 5 USD/pc, bom: {bolt: 1, nut: 1}}}
        nodes:
          works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc, lead_time: 90 d},
                                             nut: {price: 1 USD/pc, lead_time: 90 d}}}
          store: {kind: warehouse}
          shop: {kind: warehouse}
          plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 24 pc/d}}}
          client: {kind: customer, buys: {nut: {from: store, every: {dist: constant, value: 4 d}, quantity: 1 pc},
                                          kit: {from: shop, every: 100 d, quantity: 1 pc}}}
        lanes: {road: {from: works, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 1 pc}}}
        opening: {store: {nut: 1 pc}}
        run: {horizon: 10 d}
    """)
    lost = played.kpis["uptime_loss"]["starved_by"]
    assert lost == {"bolt": pytest.approx((4 + 6 / 2) / 10), "nut": pytest.approx(6 / 2 / 10)}


CARDS = """
    twin: 1
    items: {ore: {value: 1 USD/pc}, part: {value: 2 USD/pc, bom: {ore: 1}}}
    nodes:
      pit: {kind: warehouse}
      works: {kind: line, from: pit, to: yard, makes: {part: {rate: 1 pc/h, lot: 4 pc}}}
      yard: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: yard, every: 6 h, quantity: 2 pc}}}
    policies: {p: {all: {rule: kanban, bins: 3, bin: 4 pc}}}
    opening: {pit: {ore: 1000 pc}, yard: {part: 12 pc}}
    run: {horizon: 4 d}
"""


def in_hours(entries: list[tuple[float, float]]) -> list[tuple[int, float]]:
    return [(round(day * 24), pieces) for day, pieces in entries]


def test_a_kanban_loop_between_a_line_and_its_store(play):
    """Three bins of four; two pieces go every six hours. Every second sale empties a bin, whose card makes the line run
    for four hours: a third of its time, and never more than one bin in the making."""
    played = play(CARDS, "run: {horizon: 3 d}")
    assert in_hours(played.tallied("ordered", "yard.part")) == [(hour, 4) for hour in range(6, 72, 12)]
    assert in_hours(played.moves("works", "yard")) == [(hour, 4) for hour in range(10, 72, 12)]
    assert played.measured["nodes"]["works"]["running"] == pytest.approx(1 / 3)


def test_a_kanban_loop_works_off_a_strike_bin_by_bin(play):
    """Struck from hour 18 to 42. Cards of hours 18, 30 and 42 are made one after another from then on, and the fourth,
    of hour 54, when they are done; the last two pieces go at hour 42, and nobody is turned away."""
    strike = "disruptions: {strike: {target: works, at: 18 h, lasts: 24 h, effect: {capacity: 0 %}}}"
    played = play(CARDS, strike)
    assert in_hours(played.tallied("ordered", "yard.part"))[:5] == [(hour, 4) for hour in (6, 18, 30, 42, 54)]
    assert in_hours(played.moves("works", "yard"))[:5] == [(hour, 4) for hour in (10, 46, 50, 54, 58)]
    assert played.kpis["lost_sales"] == 0


TWO_STEPS = """
    twin: 1
    items: {ore: {value: 1 USD/pc}, core: {value: 2 USD/pc, bom: {ore: 1}}, pump: {value: 9 USD/pc, bom: {core: 1}}}
    nodes:
      mine: {kind: supplier, supplies: {ore: {price: 1 USD/pc}}}
      yard: {kind: warehouse}
      hall: {kind: warehouse}
      foundry: {kind: line, from: yard, to: hall, makes: {core: {rate: 10 pc/d, lot: 5 pc}}}
      works: {kind: line, from: hall, to: hall, makes: {pump: {rate: 50 pc/d, lot: 5 pc}}}
      client: {kind: customer, buys: {pump: {from: hall, every: 1 d, quantity: 5 pc}}}
    lanes: {road: {from: mine, to: yard, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 20 pc}, cores: {items: [core], level: 10 pc}}}
    opening: {yard: {ore: 20 pc}}
    run: {horizon: 3 d}
"""


def test_a_line_that_starves_goes_on_when_another_has_made_what_it_lacks(play):
    """Cores come every half day, and a tenth of a day later they are pumps."""
    made = play(TWO_STEPS).tallied("made", "works", "pump")
    assert [round(day, 6) for day, _ in made[:2]] == [0.6, 1.1]
