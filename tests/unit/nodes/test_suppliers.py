"""Suppliers: orders are worked first come first served, take their lead time side by side, and ship when complete."""

import pytest

MAKER = """
    twin: 1
    items: {part: {value: 10 USD/pc}, gear: {value: 5 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc, rate: 20 pc/d}, gear: {price: 5 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: maker, to: store, items: [part, gear], transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 200 pc}, gears: {items: [gear], level: 0 pc}}}
    opening: {store: {part: 200 pc}}
    run: {horizon: 20 d}
"""


def shipped(played) -> list[tuple[float, int]]:
    return played.moves("(supply)", "road")


def test_orders_are_worked_one_after_another_at_the_rate(play):
    """10 pieces at 20 a day are half a day of work."""
    assert shipped(play(MAKER))[:3] == [(0.5, 10), (1.5, 10), (2.5, 10)]


def test_an_order_waits_for_the_ones_before_it(play):
    """A first order of 60 keeps the bench until day 3; the orders of days 1 and 2 follow, complete, one by one."""
    played = play(MAKER, "opening: {store: {part: 150 pc}}")
    assert shipped(played)[:4] == [(3, 60), (3.5, 10), (4, 10), (4.5, 10)]


def test_without_a_rate_nobody_waits(play):
    """A catalogue item is there."""
    played = play(MAKER, "nodes: {maker: {supplies: {part: {rate: null}}}}")
    assert shipped(played)[0] == (0, 10)


def test_lead_times_run_side_by_side_after_the_work(play):
    """Half a day of work and four days of lead time: out every day, four and a half days late."""
    played = play(MAKER, "nodes: {maker: {supplies: {part: {lead_time: 4 d}}}}")
    assert shipped(played)[:3] == [(4.5, 10), (5.5, 10), (6.5, 10)]


def test_orders_are_rounded_up_to_what_is_sold(play):
    """Reels of 40 and no less than 100: 10 a day are 120 now and then, and all of it is on order."""
    played = play(MAKER, "nodes: {maker: {supplies: {part: {rate: null, multiple: 40 pc, min_order: 100 pc}}}}")
    ordered = played.tallied("ordered", "store.part")
    assert ordered[:2] == [(0, 120), (12, 120)]
    assert shipped(played)[0] == (0, 120)


def test_half_the_capacity_is_half_the_rate(play):
    """What is done is kept: 5 pieces in the first quarter of a day, the other 5 take twice as long."""
    played = play(MAKER, "disruptions: {heat: {target: maker.part, at: 0.25 d, effect: {capacity: 50 %}}}")
    assert shipped(played)[0] == (0.75, 10)


def test_a_lead_time_stands_still_at_nothing_and_runs_at_full_speed_above_it(play):
    """Curing takes its time whether the plant is half empty; but not when it is shut."""
    cured = "nodes: {maker: {supplies: {part: {rate: null, lead_time: 4 d}}}}"
    half = play(MAKER, cured, "disruptions: {heat: {target: maker, at: 1 d, effect: {capacity: 50 %}}}")
    assert shipped(half)[0] == (4, 10)
    shut = play(MAKER, cured, "disruptions: {heat: {target: maker, at: 1 d, lasts: 3 d, effect: {capacity: 0 %}}}")
    assert shipped(shut)[0] == (7, 10)


def test_a_shut_supplier_ships_nothing_not_even_what_needs_no_work(play):
    """At 0 % nothing leaves; at reopening all of it does, in order."""
    shut = "disruptions: {fire: {target: maker, at: 2 d, lasts: 3 d, effect: {capacity: 0 %}}}"
    played = play(MAKER, shut, "nodes: {maker: {supplies: {part: {rate: null}}}}")
    assert shipped(played)[:7] == [(0, 10), (1, 10), *[(5, 10)] * 4, (6, 10)]  # of days 2, 3, 4, and 5 itself


def test_one_item_may_fail_alone(play):
    """The fab's line for chips burns; its line for gears runs."""
    both = "policies: {p: {gears: {level: 50 pc}}}"
    played = play(MAKER, both, "disruptions: {fire: {target: maker.part, at: 0 d, effect: {capacity: 0 %}}}")
    assert played.moves("(supply)", "road") == [(0, 50)]


def test_orders_accepted_meanwhile_take_longer(play):
    """`lead_time: 200 %` on days 2 to 5: the orders of days 2, 3 and 4 take eight days, those before and after four."""
    slow = "disruptions: {slow: {target: maker, at: 2 d, lasts: 3 d, effect: {lead_time: 200 %}}}"
    played = play(MAKER, slow, "nodes: {maker: {supplies: {part: {rate: null, lead_time: 4 d}}}}")
    assert [day for day, _ in shipped(played)] == [4, 5, 9, 10, 10, 11, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19]


def test_a_price_is_fixed_when_the_order_is_placed_and_paid_when_it_ships(play):
    """Twice the price on days 2 and 3, paid a week later."""
    dear = "disruptions: {dear: {target: maker, at: 2 d, lasts: 2 d, effect: {price: 200 %}}}"
    played = play(MAKER, dear, "nodes: {maker: {supplies: {part: {rate: null, lead_time: 7 d}}}}")
    paid = [amount for _, amount in played.tallied("cost", "purchase")]
    assert paid[:5] == [100, 100, 200, 200, 100]
    assert played.tallied("cost", "purchase")[2][0] == 9


def test_cancelled_orders_are_gone_and_no_longer_on_order(play):
    """The supplier's book is empty on day 2.5; the next review sees it and orders anew."""
    gone = "disruptions: {bankrupt: {target: maker, at: 2.5 d, effect: {cancel_orders: 100 %}}}"
    played = play(MAKER, gone, "nodes: {maker: {supplies: {part: {rate: null, lead_time: 7 d}}}}")
    assert played.days["on_order:store.part"][:4] == [10, 20, 0, 40]
    assert shipped(played)[0] == (10, 40)


def test_a_part_of_every_open_order_can_be_cancelled(play):
    """Allocation: 30 % of each is not delivered."""
    short = "disruptions: {short: {target: maker, at: 2.5 d, effect: {cancel_orders: 30 %}}}"
    played = play(MAKER, short, "nodes: {maker: {supplies: {part: {rate: null, lead_time: 7 d}}}}")
    assert shipped(played)[:4] == [(7, 7), (8, 7), (9, 7), (10, 19)]


def test_cancelling_what_is_on_the_bench_frees_it(play):
    """60 on the bench and 10 behind it: both gone, and the next order is begun at once."""
    gone = "disruptions: {bankrupt: {target: maker, at: 1.5 d, effect: {cancel_orders: 100 %}}}"
    played = play(MAKER, gone, "opening: {store: {part: 150 pc}}")
    assert shipped(played)[0] == (2 + 80 / 20, 80)
    assert played.ledger.gauges["busy", "maker"].value in (0, 1)


def test_scrapped_work_is_done_again(play):
    """Half a day into an order of 60 (3 d of work) half of the work is lost: a quarter of a day more."""
    scrap = "disruptions: {quake: {target: maker, at: 0.5 d, effect: {scrap_work: 50 %}}}"
    played = play(MAKER, scrap, "opening: {store: {part: 150 pc}}")
    assert shipped(played)[0] == (3.25, 60)


def test_how_busy_a_supplier_is(play):
    """Half a day of work each day, one bench of limited rate."""
    played = play(MAKER)
    assert played.measured["nodes"]["maker"]["busy"] == pytest.approx(0.5)
    assert played.measured["nodes"]["maker"]["orders"] == 20


# Pieces that turn out bad ---------------------------------------------------------------------------------------------

CATALOGUE = "nodes: {maker: {supplies: {part: {rate: null, yield: 90 %}}}}"


def test_only_what_is_good_comes_and_is_paid(play):
    """9 of 10 on day 0; then the review orders what is missing, too, and tenths of pieces wait for the next order."""
    played = play(MAKER, CATALOGUE)
    assert [amount for _, amount in played.tallied("ordered", "store.part")][:5] == [10, 11, 12, 11, 11]
    assert [pieces for _, pieces in shipped(played)][:5] == [9, 9, 11, 10, 10]  # 9, 9.9, 10.8 + 0.9, 9.9 + 0.7 …
    assert [amount for _, amount in played.tallied("cost", "purchase")][:3] == [90, 90, 110]
    assert played.measured["nodes"]["maker"]["shipped"] == sum(pieces for _, pieces in shipped(played))


def test_bad_pieces_stay_on_order_until_they_are_found(play):
    """Nobody knows before the work and the lead time are over; on day 4 one of the first 10 is missing."""
    played = play(MAKER, CATALOGUE, "nodes: {maker: {supplies: {part: {lead_time: 4 d}}}}")
    assert played.days["on_order:store.part"][3:5] == [40, 50]  # 9 + 30 + 11
    assert played.tallied("ordered", "store.part")[3:5] == [(3, 10), (4, 11)]


def test_who_looks_all_the_time_sees_the_missing_piece_at_once(play):
    """A position that has changed calls up a continuous review."""
    always = "policies: {p: {all: {review: continuous}}}"
    played = play(MAKER, CATALOGUE, always, "nodes: {maker: {supplies: {part: {lead_time: 4.5 d}}}}")
    assert (4.5, 1) in played.tallied("ordered", "store.part")
    cancelled = "disruptions: {bankrupt: {target: maker, at: 2.25 d, effect: {cancel_orders: 100 %}}}"
    lost = play(MAKER, cancelled, always, "nodes: {maker: {supplies: {part: {rate: null, lead_time: 4 d}}}}")
    assert (2.25, 30) in lost.tallied("ordered", "store.part")


def test_of_single_pieces_now_and_then_one_is_good(play):
    """40 % of one: nothing, nothing, then one. An order of which nothing is good sends no ship."""
    singles = "nodes: {client: {buys: {part: {quantity: 1 pc}}}, maker: {supplies: {part: {yield: 40 %}}}}"
    one_by_one = "policies: {p: {parts: {items: [part], rule: r_q, reorder_point: 199 pc, quantity: 1 pc}}}"
    played = play(MAKER, CATALOGUE, singles, one_by_one)
    assert shipped(played)[:3] == [(0, 1), (1, 1), (2, 1)]  # ordered one by one until one is good
    assert [amount for _, amount in played.tallied("ordered", "store.part")][:3] == [1, 1, 1]
    assert played.measured["items"]["store.part"]["orders"] == pytest.approx(20 / 0.4)


def test_bad_pieces_take_as_long_to_make_as_good_ones(play):
    """10 pieces are half a day of work, whatever becomes of them."""
    played = play(MAKER, "nodes: {maker: {supplies: {part: {yield: 50 %}}}}")
    assert shipped(played)[0] == (0.5, 5)


def test_a_yield_of_all_is_none(play):
    """100 % is the default, to the last bit."""
    assert play(MAKER, "nodes: {maker: {supplies: {part: {yield: 100 %}}}}").measured == play(MAKER).measured


# Breakdowns -----------------------------------------------------------------------------------------------------------

BREAKS = """
    nodes: {maker: {failures: {mtbf: {dist: constant, value: 3 d}, mttr: {dist: constant, value: 2 d}}}}
    policies: {p: {gears: {level: 5 pc}}}
"""


def test_a_supplier_that_breaks_down_stands_with_all_its_work(play):
    """Three days up, two down, from the end of a repair to the next failure: nothing is made on days 3-5, 8-10 …"""
    played = play(MAKER, BREAKS)
    assert [day for day, _ in shipped(played)][:11] == [0, 0.5, 1.5, 2.5, 5.5, 6, 6.5, 7, 7.5, 10.5, 11]
    assert played.measured["nodes"]["maker"]["failures"] == 4


def test_what_needs_no_work_stands_too(play):
    """The gears are ordered on day 0; after a failure at once they leave at the repair."""
    early = "nodes: {maker: {failures: {mtbf: {value: 1 s}}}}"
    assert shipped(play(MAKER, BREAKS, "policies: {p: {gears: {level: 5 pc, review: 1 d}}}", early))[0] == (0, 5)
    later = "nodes: {client: {buys: {gear: {from: store, every: 1 d, quantity: 1 pc}}}}"
    gears = [(day, pieces) for day, pieces in shipped(play(MAKER, BREAKS, later)) if pieces == 1]
    assert [day for day, _ in gears][:5] == [1, 2, 5, 5, 5]  # of days 1, 2, 3, 4, 5; on day 0 there were 6 to order


def test_a_breakdown_keeps_what_is_done(play):
    """Half of the 10 pieces are done at 2.25; the rest follows after two days of repair."""
    played = play(MAKER, BREAKS, "nodes: {maker: {failures: {mtbf: {value: 2.25 d}}}}", "policies: {p: {gears: null}}",
                  "policies: {p: {gears: {items: [gear], level: 0 pc}}}")  # fmt: skip
    assert [day for day, _ in shipped(played)][:3] == [0.5, 1.5, 4.5]


def test_a_repair_does_not_end_a_strike(play):
    """Causes compose: down on days 3 and 4, on strike from day 4 to 7."""
    strike = "disruptions: {strike: {target: maker.part, at: 4 d, lasts: 3 d, effect: {capacity: 0 %}}}"
    assert [day for day, pieces in shipped(play(MAKER, BREAKS, strike)) if pieces == 10][:4] == [0.5, 1.5, 2.5, 7.5]


def test_two_suppliers_break_down_by_themselves(play):
    """Luck is named by the supplier: another one beside it changes none of it."""
    random = "nodes: {maker: {failures: {mtbf: 3 d, mttr: 1 d}}}"
    other = """
      nodes: {rival: {kind: supplier, supplies: {part: {price: 11 USD/pc}}, failures: {mtbf: 1 d, mttr: 1 d}}}
      lanes: {path: {from: rival, to: store, transit: 1 d}}
    """
    alone, beside = play(MAKER, random), play(MAKER, random, other)
    assert shipped(alone) == shipped(beside)
    assert alone.measured["nodes"]["maker"] == beside.measured["nodes"]["maker"]
    assert alone.measured["nodes"]["maker"]["failures"] > 0


def test_work_scrapped_in_the_lead_time_is_done_again_also_where_a_supplier_has_many_items(play):
    """Half of one day of four is lost: what was ordered on day 0 leaves half a day late."""
    slow = "nodes: {maker: {supplies: {part: {rate: null, lead_time: 4 d}}}}"
    fire = "disruptions: {fire: {target: maker.part, at: 1 d, effect: {scrap_work: 50 %}}}"
    assert shipped(play(MAKER, slow))[:2] == [(4, 10), (5, 10)]
    assert shipped(play(MAKER, slow, fire))[:2] == [(4.5, 10), (5, 10)]
