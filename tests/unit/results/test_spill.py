"""Where do we put it: every evening what a day took beyond a store's own space, worked out by hand."""

import pytest

SHOP = """
    twin: 1
    items: {crate: {value: 10 USD/pc, space: 1 m3}}
    nodes:
      maker: {kind: supplier, supplies: {crate: {price: 10 USD/pc}}}
      store: {kind: warehouse, capacity: 4 m3, overflow: {space: 3 m3, price: 2 USD/m3/d}, waiting: 5 USD/m3/d}
      client: {kind: customer, unmet: backorder, buys: {crate: {from: store, every: 1 d, quantity: 2 pc}}}
    lanes: {road: {from: maker, to: store, transit: 12 h}}
    policies: {p: {all: {rule: base_stock, level: 11 pc, review: 8 d}}}
    opening: {store: {}}
    run: {horizon: 5 d}
"""


def spills(played) -> list[tuple]:
    return [(s.day, s.store, s.item, round(s.space, 9), round(s.paid, 9)) for s in played.watch.spills]


def test_what_does_not_fit_is_rented_and_what_cannot_be_rented_waits(play):
    """13 crates come at noon, 2 are owed; 7 of 11 fit, rent included, and 4 wait. Two leave every day.

    Day 0 has half a day of 3 m3 rented and 4 m3 at the dock. On day 1 two leave, two come in from the dock.
    """
    assert spills(play(SHOP)) == [
        (0, "store", None, 1.5, 3.0),
        (0, "store", "crate", 2.0, 10.0),
        (1, "store", None, 3.0, 6.0),
        (1, "store", "crate", 2.0, 10.0),
        (2, "store", None, 3.0, 6.0),
        (3, "store", None, 1.0, 2.0),
    ]


def test_the_days_add_up_to_the_bill(play):
    """What the log tells is what the cost lines have, to the last cent."""
    played = play(SHOP)
    for line, dock in (("overflow", False), ("waiting", True)):
        paid = sum(s.paid for s in played.watch.spills if (s.item is not None) is dock)
        assert paid == pytest.approx(played.costs[line])


def test_the_warm_up_is_not_told(play):
    """Days are those that count: rent of the warm-up is nobody's."""
    played = play(SHOP, "run: {horizon: 3 d, warm_up: 2 d}")
    assert [(day, item) for day, _, item, _, _ in spills(played)] == [(0, None), (1, None)]


def test_where_all_has_room_there_is_nothing_to_tell(play):
    """An entry of nothing would be noise."""
    assert spills(play(SHOP, "nodes: {store: {capacity: 99 m3}}")) == []
