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
