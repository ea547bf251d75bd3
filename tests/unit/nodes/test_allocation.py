"""Allocation: whom a supplier short of capacity serves next."""

from types import SimpleNamespace

import pytest

from twin.nodes.allocation import ByPriority, Fair
from twin.transport.order import Order


def order(store: str, quantity: int, placed: int = 0) -> Order:
    stock = SimpleNamespace(item="part", name=f"{store}.part", store=SimpleNamespace(name=store))
    return Order(stock, quantity, placed)


def test_fair_serves_who_has_had_the_least_share_of_what_was_asked():
    """North has had 10 of 20, south 10 of 40: it is south's turn, though north came first."""
    fair, north, south = Fair(), order("north", 10), order("south", 30, placed=5)
    fair.worked(order("north", 10))
    fair.worked(order("south", 10))
    assert fair.next([north, south]) is south


def test_fair_breaks_ties_by_age_then_by_name():
    """Nothing is left to the order in a file."""
    old, other, late = order("south", 5), order("north", 9, placed=1), order("east", 9, placed=1)
    assert Fair().next([other, late, old]) is old
    assert Fair().next([other, late]) is late


def test_fair_does_not_hold_cancelled_pieces_against_anybody():
    """What was cancelled was, for the count, never asked: 10 of 20 is a half, not a third."""
    fair = Fair()
    fair.worked(order("north", 10))
    fair.worked(order("south", 11))
    cancelled = order("north", 20)
    cancelled.quantity = 10
    south = order("south", 11, placed=1)
    assert fair.next([cancelled, south]) is cancelled


def test_priority_serves_the_named_in_their_order_and_the_others_last():
    """Within one warehouse the older order."""
    by_list = ByPriority(("west", "south"))
    north, south, late_west, west = (
        order("north", 1), order("south", 1, 1), order("west", 1, 3), order("west", 1, 2)
    )  # fmt: skip
    assert by_list.next([north, south, late_west, west]) is west
    assert by_list.next([north, south]) is south


SHORT = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc, rate: 200 pc/d}}}
      north: {kind: warehouse}
      south: {kind: warehouse}
      few:   {kind: customer, unmet: backorder, buys: {part: {from: north, every: 1 d, quantity: 100 pc}}}
      many:  {kind: customer, unmet: backorder, buys: {part: {from: south, every: 1 d, quantity: 300 pc}}}
    lanes: {up: {from: maker, to: north, transit: 1 d}, down: {from: maker, to: south, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 0 pc}}}
    opening: {}
    run: {horizon: 40 d}
"""
SELDOM = "nodes: {few: {buys: {part: {every: 4 d}}}}"


def test_a_fair_supplier_shares_out_what_it_makes_by_what_is_asked(play):
    """200 a day for 100 and 300 asked: 50 and 150, day in, day out."""
    played = play(SHORT, "nodes: {maker: {allocation: fair}}")
    up, down = (sum(pieces for _, pieces in played.moves("(supply)", lane)) for lane in ("up", "down"))
    assert (up, down) == (2000, 6000 - 300)  # the last 300 would be ready at the very end


@pytest.mark.parametrize(
    ("allocation", "days"),
    [
        # North's 100 of day 0 go first by name; then 300 of south take 1.5 d each: ready at 2, 3.5, 5, 6.5 …
        ("first_come", [0.5, 7]),  # north's order of day 4 stands behind south's of days 1 to 3
        ("fair", [0.5, 5.5]),  # at day 5 north has had 100 of 200, south 900 of 1500
        ("{priority: [north]}", [0.5, 5.5]),  # the next in turn as soon as the bench is free
        ("{priority: [south]}", []),  # south always has something waiting
        ("{priority: [south, north]}", []),
    ],
)
def test_who_is_served_when(play, allocation, days):
    """A supplier on allocation decides who starves; which of its customers we are is worth knowing."""
    played = play(SHORT, SELDOM, f"nodes: {{maker: {{allocation: {allocation}}}}}", "run: {horizon: 7.1 d}")
    assert [day for day, _ in played.moves("(supply)", "up")] == days


def test_who_orders_at_the_same_instant_is_chosen_among_too(play):
    """An idle bench does not take the first that it hears of."""
    played = play(SHORT, "nodes: {maker: {allocation: {priority: [south]}}}", "run: {horizon: 2 d}")
    assert played.moves("(supply)") == [(1.5, 300)]


def test_work_is_not_interrupted(play):
    """South comes first, but what is on the bench is finished: north's 100 of day 0, begun before south first asked."""
    late = "nodes: {many: {buys: {part: {every: {dist: uniform, min: 6 h, max: 6 h}}}}}"
    one = "policies: {p: {all: {review: continuous}}}"
    played = play(SHORT, late, one, "nodes: {maker: {allocation: {priority: [south]}}}", "run: {horizon: 3 d}")
    assert played.moves("(supply)")[:2] == [(0.5, 100), (2, 300)]


def test_cancelled_orders_leave_the_choice_in_order(play):
    """All open orders are gone on day 5.25; the bench goes on with what is ordered next."""
    gone = "disruptions: {bankrupt: {target: maker, at: 5.25 d, effect: {cancel_orders: 100 %}}}"
    played = play(SHORT, "nodes: {maker: {allocation: fair}}", gone)
    after = [(day, pieces) for day, pieces in played.moves("(supply)") if day > 5.25]
    assert after[0][0] == 6 + after[0][1] / 200
    assert played.ledger.gauges["busy", "maker"].value == 1
