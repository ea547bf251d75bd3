"""Warehouses: space is finite, goods are never dropped, and what is needed at once does not wait for a shelf."""

import pytest

# Two items of 1 m3 from one supplier by the lorry; nothing is ordered but what the opening has under way.
STORE = """
    twin: 1
    items: {box: {value: 10 USD/pc, space: 1 m3}, crate: {value: 20 USD/pc, space: 4 m3}}
    nodes:
      maker: {kind: supplier, supplies: {box: {price: 10 USD/pc}, crate: {price: 20 USD/pc}}}
      store: {kind: warehouse, capacity: 100 m3}
      client: {kind: customer, buys: {box: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: maker, to: store, items: [box, crate], transit: 1 d}}
    policies: {none: {all: {rule: base_stock, level: 0 pc}}}
    run: {horizon: 10 d}
"""
QUIET = "nodes: {client: {buys: {box: {every: 9 d}}}}"  # 10 on day 0, and no more before day 9


def opening(on_hand: int = 0, *loads: tuple[str, int, str]) -> str:
    under_way = ", ".join(
        f"{{to: store, item: {item}, quantity: {pieces} pc, arrives: {day}}}" for item, pieces, day in loads
    )
    return f"opening: {{store: {{box: {on_hand} pc}}, in_transit: [{under_way}]}}"


def column(played, what: str) -> list:
    return played.days[what]


def test_what_does_not_fit_waits_at_the_dock_until_it_does(play):
    """90 on hand and 30 arrive: as much as fits enters, the rest follows as customers make room. Nothing is dropped."""
    played = play(STORE, opening(90, ("box", 30, "0.5 d")))
    assert played.moves("store dock", "store")[1:] == [(0.5, 20), (1, 10)]  # after the sale of day 0: 80
    assert column(played, "dock:store")[:3] == [10, 0, 0]
    assert column(played, "space_used:store")[:3] == [1.0, 1.0, 0.9]
    assert played.measured["nodes"]["store"]["refused"] == 10
    assert played.kpis["lost_sales"] == 0


def test_rented_space_opens_when_the_own_is_full_and_empties_first(play):
    """Own space is paid anyhow; rent is paid for what is above it."""
    overflow = "nodes: {store: {overflow: {space: 15 m3, price: 2 USD/m3/d}}}"
    played = play(STORE, overflow, opening(100, ("box", 30, "0.5 d")))
    # day 0: 90 after the sale, +25 fit, 5 wait; day 1: a sale of 10 from 115 makes room for the 5
    assert column(played, "overflow:store")[:4] == [15, 10, 0, 0]
    assert column(played, "dock:store")[:3] == [5, 0, 0]
    assert played.costs["overflow"] == pytest.approx(2 * (0.5 * 15 + 1 * 10))


def test_the_dock_is_first_come_first_served_over_shipments(play):
    """A crate that does not fit holds back the boxes behind it: nobody shuffles lorries."""
    played = play(STORE, opening(95, ("crate", 5, "0.25 d"), ("box", 3, "0.5 d")))
    # 85 after the sale: 3 crates fit (97), 2 wait, and 3 boxes that would fit wait behind them until the next sale
    assert played.moves("store dock", "store")[1:] == [(0.25, 3), (1, 2), (1, 3)]


def test_goods_are_whole_pieces_at_the_door(play):
    """Half a crate does not enter."""
    played = play(STORE, QUIET, opening(100, ("crate", 3, "1 d")))
    assert played.moves("store dock", "store")[1:] == [(1, 2), (9, 1)]  # 98 of 100 m3 until the customer comes again


def test_what_a_customer_is_owed_goes_straight_through_the_dock(play):
    """A full house of crates must not keep boxes from a customer who stands outside waiting for them."""
    full = "opening: {store: {crate: 25 pc}, in_transit: [{to: store, item: box, quantity: 30 pc, arrives: 2.5 d}]}"
    played = play(STORE, full, "nodes: {client: {unmet: backorder}}")
    assert played.moves("store dock", "(sold)")[:3] == [(2.5, 10)] * 3
    assert set(column(played, "space_used:store")) == {1.0}


def test_the_next_customer_is_served_from_the_dock_too(play):
    """On hand and at the dock are both there to be had."""
    full = "opening: {store: {crate: 25 pc}, in_transit: [{to: store, item: box, quantity: 30 pc, arrives: 0.5 d}]}"
    played = play(STORE, full)
    assert played.moves("store dock", "(sold)") == [(1, 10), (2, 10), (3, 10)]
    assert played.kpis["sold"] == 30
    assert column(played, "on_order:store.box")[:4] == [30, 20, 10, 0]


def test_an_opening_that_does_not_fit_waits_like_any_delivery(play):
    """The capacity is real on day 0 too."""
    played = play(STORE, QUIET, opening(130))
    assert column(played, "space_used:store")[0] == 1.0
    assert column(played, "dock:store")[0] == 20  # 130 less 10 sold


def test_shut_doors_neither_receive_nor_issue(play):
    """Arrivals wait at the dock, claims are lost as when empty, and all enters when the doors open."""
    shut = "disruptions: {flood: {target: store, at: 2 d, lasts: 3 d, effect: {doors: 0 %}}}"
    played = play(STORE, shut, opening(50, ("box", 5, "3 d")))
    assert played.moves("store", "(sold)") == [(0, 10), (1, 10), (5, 10), (6, 10), (7, 10), (8, 5)]
    assert played.tallied("lost", "client.box")[:3] == [(2, 10), (3, 10), (4, 10)]
    assert played.moves("store dock", "store")[1:] == [(5, 5)]


def test_owed_claims_wait_for_the_doors(play):
    """With backorders nothing is lost: the queue is served in the second in which the doors open."""
    shut = "disruptions: {flood: {target: store, at: 2 d, lasts: 2.5 d, effect: {doors: 0 %}}}"
    played = play(STORE, shut, "nodes: {client: {unmet: backorder}}", opening(100))
    assert played.moves("store", "(sold)")[:5] == [(0, 10), (1, 10), (4.5, 10), (4.5, 10), (4.5, 10)]


def test_goods_inside_stay_when_space_shrinks(play):
    """A ceiling that came down at half of the house: 80 stay, nothing enters until they are below 50."""
    shrunk = "disruptions: {roof: {target: store, at: 0.25 d, effect: {space: 50 %}}}"
    played = play(STORE, shrunk, opening(90, ("box", 5, "1.5 d")))
    assert column(played, "on_hand:store.box")[:3] == [80, 70, 60]
    assert played.moves("store dock", "store")[1:] == [(4, 5)]  # 40 + 5 after the sale of day 4


def test_space_that_comes_back_lets_in_what_waits(play):
    """Nobody must sell a piece for the dock to look again."""
    shrunk = "disruptions: {roof: {target: store, at: 0.25 d, lasts: 2 d, effect: {space: 50 %}}}"
    played = play(STORE, QUIET, shrunk, opening(90, ("box", 5, "1.5 d")))
    assert played.moves("store dock", "store")[1:] == [(2.25, 5)]


def test_own_space_lost_is_rented_space_used(play):
    """What stays inside pays storage as far as there is own space, and rent above it."""
    shrunk = "disruptions: {roof: {target: store, at: 1 d, effect: {space: 50 %}}}"
    costs = "nodes: {store: {storage: 1 USD/m3/d, overflow: {space: 40 m3, price: 3 USD/m3/d}}}"
    played = play(STORE, QUIET, shrunk, costs, opening(80), "run: {horizon: 2 d}")
    # 70 after the first sale: one day of 70 own; then 50 own and 20 rented
    assert played.costs["storage"] == pytest.approx(70 + 50)
    assert played.costs["overflow"] == pytest.approx(3 * 20)


def test_a_destroyed_stock_frees_its_space(play):
    """What burned takes no room: the dock goes on."""
    fire = "disruptions: {fire: {target: store.box, at: 2 d, effect: {destroy: 100 %}}}"
    played = play(STORE, QUIET, fire, opening(100, ("box", 40, "1 d")))
    assert played.moves("store dock", "store")[1:] == [(1, 10), (2, 30)]


def test_rent_that_rises_is_paid_from_then_on(play):
    """`rent: 300 %` for five days of ten."""
    dear = "disruptions: {boom: {target: store, at: 5 d, effect: {rent: 300 %}}}"
    played = play(STORE, QUIET, dear, "nodes: {store: {storage: 1 USD/m3/d}}", "run: {horizon: 9 d}", opening(50))
    assert played.costs["storage"] == pytest.approx(5 * 40 + 3 * 4 * 40)


def test_rent_that_rises_in_steps_is_paid_for_rented_space_too(play):
    """A path from 100 % on day 2 to 200 % on day 4: three days at the usual rent, one at half as much again, five at
    twice. A hundred pieces lie in our own space, twenty in rented space at three times the price."""
    dear = "disruptions: {boom: {target: store, at: 2 d, effect: {rent: [[0 d, 100 %], [2 d, 200 %]]}}}"
    rents = "nodes: {store: {storage: 1 USD/m3/d, overflow: {space: 50 m3, price: 3 USD/m3/d}}}"
    played = play(STORE, QUIET, dear, rents, "run: {horizon: 9 d}", opening(130))
    assert played.costs["storage"] == pytest.approx(100 * (3 + 1.5 + 5 * 2))
    assert played.costs["overflow"] == pytest.approx(20 * 3 * (3 + 1.5 + 5 * 2))


DEPOT = """
    twin: 1
    items: {box: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {box: {price: 10 USD/pc}}}
      hub: {kind: warehouse}
      east: {kind: warehouse}
      west: {kind: warehouse}
      e: {kind: customer, buys: {box: {from: east, every: 1 d, quantity: 10 pc}}}
      w: {kind: customer, buys: {box: {from: west, every: 1 d, quantity: 10 pc}}}
    lanes:
      road: {from: maker, to: hub, transit: 4 d}
      to_east: {from: hub, to: east, transit: 1 d}
      to_west: {from: hub, to: west, transit: 1 d}
    policies: {p: {all: {rule: base_stock, level: 20 pc}}}
    opening: {hub: {box: 15 pc}, east: {box: 20 pc}, west: {box: 20 pc}}
    run: {horizon: 10 d}
"""


def test_a_hub_ships_what_it_has_and_owes_the_rest_first_come_first_served(play):
    """15 for two that ask for 10 each: east, first by name, gets 10 and west 5, and west's rest comes first."""
    played = play(DEPOT)
    assert played.moves("hub", "to_east quay")[0] == (0, 10)
    assert played.moves("hub", "to_west quay")[0] == (0, 5)
    assert played.days["backlog:hub.box"][:2] == [5, 5 + 10 + 10]
    # the hub looked after east and before west: it ordered 15, which go straight through to west's 5 and east's 10
    assert played.moves("hub dock", "to_west quay")[0] == (4, 5)
    assert played.moves("hub dock", "to_east quay")[0] == (4, 10)


def test_goods_between_our_warehouses_stay_ours(play):
    """A transfer is no purchase and no sale: the value that we own does not change by it."""
    played = play(DEPOT, "run: {horizon: 3 d}")
    assert played.costs["purchase"] > 0
    supplied = sum(quantity for _, quantity in played.moves("(supply)"))
    assert played.costs["purchase"] == 10 * supplied


def test_what_has_gone_from_the_dock_lets_the_next_in(play):
    """A crate that is too big goes from the dock to the customer on day 2; the pins behind it enter that day."""
    played = play("""
        twin: 1
        items: {crate: {value: 1 USD/pc, space: 1 m3}, pin: {value: 1 USD/pc, space: 0.1 m3}}
        nodes:
          works: {kind: supplier, supplies: {crate: {price: 1 USD/pc, lead_time: 90 d},
                                             pin: {price: 1 USD/pc, lead_time: 90 d}}}
          store: {kind: warehouse, capacity: 0.5 m3}
          client: {kind: customer, buys: {crate: {from: store, every: {dist: constant, value: 2 d}, quantity: 1 pc},
                                          pin: {from: store, every: 100 d, quantity: 1 pc}}}
        lanes: {road: {from: works, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 4 pc}}}
        opening: {store: {crate: 1 pc, pin: 4 pc}}
        run: {horizon: 20 d}
    """)
    assert played.moves("store dock", "store") == [(2, 3)]


def test_two_lines_before_a_full_shop_are_both_heard(play):
    """What one line delivers serves the order at the head; the next order is served from the other line at once."""
    played = play("""
        twin: 1
        items: {bolt: {value: 1 USD/pc}, kit: {value: 5 USD/pc, space: 1 m3, bom: {bolt: 1}}}
        nodes:
          works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
          store: {kind: warehouse}
          shop: {kind: warehouse, capacity: 0.5 m3}
          fast: {kind: line, from: store, to: shop, makes: {kit: {rate: 2 pc/d, lot: 2 pc}}}
          slow: {kind: line, from: store, to: shop, makes: {kit: {rate: 1 pc/d, lot: 4 pc}}}
          a: {kind: customer, all_or_nothing: true, unmet: backorder,
              buys: {kit: {from: shop, every: 100 d, quantity: 4 pc}}}
          b: {kind: customer, unmet: backorder, buys: {kit: {from: shop, every: 100 d, quantity: 2 pc}}}
        lanes: {road: {from: works, to: store, transit: 1 d}}
        policies: {p: {all: {rule: base_stock, level: 20 pc}, kits: {items: [kit], level: 6 pc,
                   sources: {fast: 33.333 %, slow: 66.667 %}}}}
        opening: {store: {bolt: 20 pc}}
        run: {horizon: 20 d}
    """)
    assert played.measured["nodes"]["a"]["sold"] == 4
    assert played.moves("fast", "(sold)") == [(4, 2)]
    assert played.moves("slow", "(sold)") == [(4, 4)]
