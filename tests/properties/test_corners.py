"""Corners of small worlds that hardly any scenario visits, and where a slip would go unseen."""

import pytest

import twin

DAY = 86_400


@pytest.fixture
def moved(load):
    """Simulate a text once, and tell when pieces went from one place to another: (day, pieces)."""

    def moved(text, item, source, destination):
        ledger = twin.simulate(load(text), "plan", journal=True)
        return [
            (entry[0] / DAY, entry[3])
            for entry in ledger.journal
            if entry[1] == "move" and entry[2] == item and entry[4:] == (source, destination)
        ]

    return moved


def test_reviews_that_fall_on_one_day_are_by_name_whatever_their_rhythm(moved):
    """The depot has five for three shops that ask for four at one review: anna is first, then bert, then carl."""
    text = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}}
    nodes:
      depot: {kind: warehouse}
      anna: {kind: warehouse}
      bert: {kind: warehouse}
      carl: {kind: warehouse}
    lanes:
      van_a: {from: depot, to: anna, items: [bolt], transit: 1 d}
      van_b: {from: depot, to: bert, items: [bolt], transit: 1 d}
      van_c: {from: depot, to: carl, items: [bolt], transit: 1 d}
    policies: {plan: {all: {rule: base_stock, level: 4 pc, review: 2 d}, daily: {at: [bert], review: 1 d}}}
    opening: {depot: {bolt: 5 pc}}
    run: {horizon: 9 d}
    """
    served = [moved(text, "bolt", "depot", f"van_{letter} quay") for letter in "abc"]
    assert served == [[(0, 4)], [(0, 1)], []]


def test_a_lot_that_enters_bit_by_bit_enters_whole(moved):
    """Six are made, two fit, two are sold a day: the line gives two a day until all six are in, and loses none."""
    text = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}, kit: {value: 1 USD/pc, space: 1 m3, bom: {bolt: 1}}}
    nodes:
      store: {kind: warehouse}
      plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 12 pc/d, lot: 6 pc}}}
      shop: {kind: warehouse, capacity: 2 m3}
      client: {kind: customer, buys: {kit: {from: shop, every: 1 d, quantity: 2 pc}}}
    policies: {plan: {all: {rule: base_stock, level: 6 pc, review: 100 d}}}
    opening: {store: {bolt: 6 pc}}
    run: {horizon: 9 d}
    """
    assert moved(text, "kit", "plant", "shop") == [(0.5, 2), (1, 2), (2, 2)]
    assert moved(text, "kit", "shop", "(sold)") == [(1, 2), (2, 2), (3, 2)]


def test_parts_that_a_lot_takes_leave_room_for_those_at_the_dock(moved):
    """Ten fit and six wait: each lot of four lets in as many."""
    text = """
    twin: 1
    items: {bolt: {value: 1 USD/pc, space: 1 m3}, kit: {value: 4 USD/pc, bom: {bolt: 4}}}
    nodes:
      store: {kind: warehouse, capacity: 10 m3}
      plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 1 pc/d}}}
      shop: {kind: warehouse}
      client: {kind: customer, buys: {kit: {from: shop, every: 100 d, quantity: 1 pc}}}
    policies: {plan: {all: {rule: base_stock, level: 2 pc}}}
    opening: {store: {bolt: 16 pc}}
    run: {horizon: 9 d}
    """
    assert moved(text, "bolt", "store dock", "store") == [(0, 10), (0, 4), (1, 2)]


def test_of_two_shipments_that_reach_a_port_together_the_older_order_lands_first(moved):
    """Bolts ordered on day 0 and nuts on day 1 meet at the berth on day 3; the name of the lane does not matter."""
    text = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}, nut: {value: 1 USD/pc}}
    nodes:
      works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}, nut: {price: 1 USD/pc}}}
      harbour: {kind: port, berths: 1, handling: 1 d}
      store: {kind: warehouse}
      client: {kind: customer, buys: {nut: {from: store, every: {dist: constant, value: 1 d}, quantity: 1 pc}}}
    lanes:
      alpha: {from: works, to: store, items: [nut], via: [harbour], legs: [2 d, 1 d]}
      zulu: {from: works, to: store, items: [bolt], via: [harbour], legs: [3 d, 1 d]}
    policies: {plan: {all: {rule: base_stock, level: 5 pc}}}
    opening: {store: {nut: 5 pc}}
    run: {horizon: 9 d}
    """
    assert moved(text, "bolt", "zulu", "store dock") == [(5, 5)]
    assert moved(text, "nut", "alpha", "store dock")[0] == (6, 1)


def test_what_is_cancelled_on_the_bench_is_not_worked(moved):
    """Twenty at ten a day; after a day half of the order is cancelled, so half of what is left to do is left."""
    text = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}}
    nodes:
      works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc, rate: 10 pc/d}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {bolt: {from: store, every: 100 d, quantity: 1 pc}}}
    lanes: {road: {from: works, to: store, transit: 1 d}}
    policies: {plan: {all: {rule: base_stock, level: 20 pc, review: 100 d}}}
    opening: {}
    disruptions: {default: {target: works, at: 1 d, effect: {cancel_orders: 50 %}}}
    run: {horizon: 9 d}
    """
    assert moved(text, "bolt", "(supply)", "road") == [(1.5, 10)]


def test_a_part_that_comes_in_the_second_in_which_a_lot_ends_decides_what_is_made_next(moved):
    """Goods arrive before lines look: the older order, which lacked a part until now, is next, not another lot of b."""
    text = """
    twin: 1
    items: {x: {value: 1 USD/pc}, y: {value: 1 USD/pc},
            a: {value: 1 USD/pc, bom: {x: 1}}, b: {value: 1 USD/pc, bom: {y: 1}}}
    nodes:
      store: {kind: warehouse}
      plant: {kind: line, from: store, to: shop, makes: {a: {rate: 1 pc/d}, b: {rate: 1 pc/d}}}
      shop: {kind: warehouse}
      client: {kind: customer, buys: {a: {from: shop, every: 100 d, quantity: 1 pc},
               b: {from: shop, every: 100 d, quantity: 1 pc}}}
    policies: {plan: {all: {rule: base_stock, level: 1 pc}, more: {items: [b], level: 3 pc}}}
    opening: {store: {y: 3 pc}, in_transit: [{to: store, item: x, quantity: 1 pc, arrives: 1 d}]}
    run: {horizon: 9 d}
    """
    assert moved(text, "a", "plant", "shop") == [(2, 1)]
    assert moved(text, "b", "plant", "shop") == [(1, 1), (3, 1), (4, 1)]
