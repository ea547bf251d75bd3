"""Lifecycles: when an item's life is over nobody wants it, orders it or makes it, and what is left is written off."""

PHONES = """
    twin: 1
    items: {phone: {value: 100 USD/pc, space: 1 pc, lifecycle: {ends: 5 d}}, case: {value: 1 USD/pc, space: 1 pc}}
    nodes:
      maker:  {kind: supplier, supplies: {phone: {price: 100 USD/pc}, case: {price: 1 USD/pc}}}
      store:  {kind: warehouse}
      client: {kind: customer, buys: {phone: {from: store, every: 1 d, quantity: 10 pc, margin: 30 USD/pc},
               case: {from: store, every: 1 d, quantity: 1 pc}}}
    lanes: {road: {from: maker, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, level: 60 pc}}}
    opening: {store: {phone: 60 pc, case: 60 pc}}
    run: {horizon: 12 d}
"""


def scrapped(played, place: str | None = None) -> list[tuple[float, int]]:
    return played.moves(place, "(scrapped)")


def test_what_is_left_is_written_off(play):
    """40 on the shelf in the morning of day 5, and the orders of days 3 and 4 when they come; no order is placed."""
    played = play(PHONES)
    assert scrapped(played, "store") == [(5, 40)]
    assert scrapped(played, "road") == [(5, 10), (6, 10)]
    assert [day for day, _ in played.tallied("ordered", "store.phone")] == [0, 1, 2, 3, 4]
    assert played.measured["items"]["store.phone"]["scrapped"] == 60
    assert played.costs["write_off"] == 60 * 100
    assert played.days["on_order:store.phone"][4:7] == [20, 10, 0]


def test_demand_stops(play):
    """Nobody comes on day 5, so nothing is lost; a fashion that returns is another item."""
    played = play(PHONES, "disruptions: {rush: {target: client, at: 6 d, lasts: 2 d, effect: {demand: 300 %}}}")
    assert [day for day, _ in played.tallied("demand", "client.phone")] == [0, 1, 2, 3, 4]
    assert len(played.tallied("demand", "client.case")) == 12
    assert played.costs["lost_margin"] == 0


def test_it_counts_from_the_end_of_the_warm_up(play):
    """Like the `at` of a disruption; what is written off in the first counted second counts."""
    played = play(PHONES, "run: {warm_up: 3 d}", "items: {phone: {lifecycle: {ends: 0 d}}}")
    assert scrapped(played, "store") == [(3, 40)]
    assert played.costs["write_off"] == 60 * 100
    assert played.kpis["demand"] == 12


def test_what_is_owed_is_lost(play):
    """Customers who wait for the old model get nothing, and pay the margin that we hoped for; patience is no matter."""
    owing = "nodes: {client: {unmet: {backorder: 4 d}}}"
    played = play(PHONES, owing, "opening: {store: {phone: 25 pc}}", "lanes: {road: {transit: 9 d}}")
    assert played.tallied("lost", "client.phone") == [(5, 5), (5, 10), (5, 10)]
    assert played.kpis["backlog"] == 0
    assert played.days["backlog:store.phone"][4:6] == [25, 0]
    assert played.costs["lost_margin"] == 25 * 30


def test_a_continuous_review_stops_too(play):
    """The shelf is cleared, and the rule that looks at once must not fill it again."""
    played = play(PHONES, "policies: {p: {all: {review: continuous}}}")
    assert [day for day, _ in played.tallied("ordered", "store.phone")] == [0, 1, 2, 3, 4]


def test_nor_does_it_order_for_what_happened_in_its_last_second(play):
    """Open orders are cancelled as the item ends: that has changed the position, and must be answered by nobody."""
    gone = "disruptions: {bankrupt: {target: maker, at: 5 d, effect: {cancel_orders: 100 %}}}"
    slow = "nodes: {maker: {supplies: {phone: {lead_time: 3 d}}}}"
    played = play(PHONES, "policies: {p: {all: {review: continuous}}}", slow, gone)
    assert [day for day, _ in played.tallied("ordered", "store.phone")] == [0, 1, 2, 3, 4]


def test_it_is_cleared_from_the_dock_and_makes_room(play):
    """Phones fill the store and wait outside with the cases; on day 5 the cases come in."""
    small = "nodes: {store: {capacity: 40 pc}}"
    one = "nodes: {client: {buys: {phone: {every: 50 d, quantity: 1 pc}, case: {every: 50 d}}}}"
    late = "opening: {store: {case: null}, in_transit: [{to: store, item: case, quantity: 9 pc, arrives: 1 d}]}"
    played = play(PHONES, small, one, late, "policies: {p: {all: {level: 0 pc}}}")
    assert (scrapped(played, "store"), scrapped(played, "store dock")) == ([(5, 40)], [(5, 19)])
    assert played.moves("store dock", "store")[-1] == (5, 9)


def test_warehouses_owe_each_other_nothing_any_more(play):
    """What the depot could not send is cancelled: the store waits for it no longer."""
    depot = """
      nodes: {depot: {kind: warehouse}}
      lanes: {road: {to: depot, transit: 20 d}, van: {from: depot, to: store, transit: 1 d}}
      opening: {store: {phone: 20 pc}, depot: {phone: 15 pc}}
      policies: {p: {all: {level: 20 pc}}}
    """
    played = play(PHONES, depot)
    assert played.days["backlog:depot.phone"][4:6] == [20, 0]
    assert played.days["on_order:store.phone"][4:6] == [20, 0]
    assert played.days["on_order:depot.phone"][4:6] == [40, 40]  # the maker delivers, to be scrapped


WORKS = """
    twin: 1
    items:
      gadget: {value: 50 USD/pc, bom: {chip: 1}, lifecycle: {ends: 3 d}}
      gizmo:  {value: 50 USD/pc, bom: {chip: 1}}
      chip:   {value: 20 USD/pc}
    nodes:
      maker:  {kind: supplier, supplies: {chip: {price: 20 USD/pc}}}
      store:  {kind: warehouse}
      works:  {kind: line, from: store, to: shop, changeover: 12 h, makes: {gadget: {rate: 4 pc/d, lot: 4 pc},
               gizmo: {rate: 4 pc/d, lot: 4 pc}}}
      shop:   {kind: warehouse}
      client: {kind: customer, buys: {gadget: {from: shop, every: 50 d, quantity: 10 pc},
               gizmo: {from: shop, every: {dist: uniform, min: 70 d, max: 71 d}, quantity: 4 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {parts: {rule: base_stock, level: 0 pc}, made: {at: [shop], level: 20 pc},
               gizmos: {items: [gizmo], level: 0 pc}}}
    opening: {store: {chip: 100 pc}}
    run: {horizon: 8 d}
"""


def test_the_lot_that_runs_is_finished_and_scrapped_and_the_rest_is_not_begun(play):
    """20 ordered, 4 a day: the third lot is just finished on day 3; the fourth never starts. Components stay."""
    played = play(WORKS)
    assert played.moves("(made)", "works") == [(1, 4), (2, 4), (3, 4)]
    assert scrapped(played, "shop") == [(3, 8)]
    assert scrapped(played, "works") == [(3, 4)]
    assert played.world.nodes["works"].orders == []
    assert played.measured["nodes"]["works"]["idle"] == 5 / 8
    assert played.days["on_hand:store.chip"][-1] == 88
    assert played.days["on_order:shop.gadget"][-1] == 0


def test_a_line_that_is_changing_over_for_it_makes_something_else(play):
    """At day 2 the changeover to gadgets is half done; when it is over there is no such order any more."""
    mixed = """
      items: {gadget: {lifecycle: {ends: 2 d}}}
      policies: {p: {made: {level: 4 pc}, gizmos: {level: 4 pc}}}
      nodes: {client: {buys: {gadget: {every: 1 d, quantity: 1 pc}}}}
      opening: {store: {chip: 100 pc}, shop: {gadget: 4 pc}}
    """
    played = play(WORKS, mixed)
    assert played.moves("(made)", "works") == [(0.25, 1), (1.75, 4)]  # a gadget, then gizmos
    assert played.measured["nodes"]["works"]["changeover"] == 1 / 8
    assert scrapped(played, "shop") == [(2, 3)]


def test_a_lot_that_blocks_the_line_is_cleared(play):
    """Gadgets that find no room in a shop full of gizmos stand on the line until their day; then it goes on."""
    full = """
      items: {gadget: {space: 1 m3, lifecycle: {ends: 4 d}}, gizmo: {space: 1 m3}}
      nodes: {shop: {capacity: 8 m3}, client: {buys: {gadget: {every: {dist: uniform, min: 70 d, max: 71 d}}}}}
      opening: {store: {chip: 100 pc}, shop: {gizmo: 8 pc}}
    """
    played = play(WORKS, full)
    assert scrapped(played, "works") == [(4, 4)]
    assert played.measured["nodes"]["works"]["blocked"] == 3 / 8
    assert played.measured["nodes"]["works"]["idle"] == 4 / 8


def test_an_alternate_succeeds_a_component_whose_life_is_over(play):
    """From the third lot on the line takes the new chips, and they are refilled as they are used."""
    successor = """
      items: {gadget: {lifecycle: null}, chip: {lifecycle: {ends: 1.5 d}, alternates: {chip2: {}}},
              chip2: {value: 20 USD/pc}}
      nodes: {maker: {supplies: {chip2: {price: 20 USD/pc}}}}
      opening: {store: {chip2: 6 pc}}
      policies: {p: {chips: {items: [chip2], level: 6 pc}}}
    """
    played = play(WORKS, successor)
    assert played.moves("(made)", "works") == [(1, 4), (2, 4), (3, 4), (4, 4), (5, 4)]
    assert scrapped(played, "store") == [(1.5, 92)]
    assert played.days["on_hand:store.chip2"][-1] == 6


def test_a_component_whose_life_is_over_starves_the_line(play):
    """The chips are scrapped at noon of day 1 while a lot runs; then the orders stand, as `check` had said."""
    played = play(WORKS, "items: {gadget: {lifecycle: null}, chip: {lifecycle: {ends: 1.5 d}}}")
    assert played.moves("(made)", "works") == [(1, 4), (2, 4)]
    assert scrapped(played, "store") == [(1.5, 92)]
    assert played.kpis["uptime_loss"]["starved_by"]["chip"] == 6 / 8
