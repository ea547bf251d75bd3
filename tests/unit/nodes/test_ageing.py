"""Shelf life: the oldest pieces leave first, and none is sold, used or shipped when its day has come."""

import pytest

DAIRY = """
    twin: 1
    items: {milk: {value: 1 USD/pc, space: 1 m3, shelf_life: 3 d}}
    nodes:
      farm:   {kind: supplier, supplies: {milk: {price: 1 USD/pc}}}
      store:  {kind: warehouse}
      client: {kind: customer, buys: {milk: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: farm, to: store, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 60 pc}}}
    opening: {store: {milk: 60 pc}}
    run: {horizon: 12 d}
"""
NO_CUSTOMER = "nodes: {client: {buys: {milk: {every: 100 d, quantity: 1 pc}}}}"


def scrapped(played, place: str | None = "store") -> list[tuple[float, int]]:
    return played.moves(place, "(scrapped)")


def test_a_buffer_larger_than_its_shelf_life_is_thrown_away(play):
    """60 open, 10 a day are sold: on the morning of day 3 half of them are 3 days old, before the customer comes.

    The 40 that replace them arrive on day 4 and meet the same end on day 7, when the younger 30 are as old.
    """
    played = play(DAIRY)
    assert scrapped(played) == [(3, 30), (7, 30), (11, 30)]
    assert played.measured["items"]["store.milk"]["scrapped"] == 90
    assert played.kpis["lost_sales"] == 0


def test_the_oldest_leave_first(play):
    """10 a day of what lay there first: a stock of two days never grows three days old."""
    assert scrapped(play(DAIRY, "policies: {p: {all: {level: 20 pc}}}", "opening: {store: {milk: 20 pc}}")) == []


def test_what_expires_is_gone_before_anybody_is_served(play):
    """Day 3: the last 30 expire in the second in which 10 are asked, and the lorry brings none."""
    played = play(DAIRY, "policies: {p: {all: {level: 0 pc}}}")
    assert scrapped(played) == [(3, 30)]
    assert played.moves("store", "(sold)") == [(0, 10), (1, 10), (2, 10)]
    assert played.kpis["lost_sales"] == 90


def test_shelf_lives_end_at_the_second(play):
    """What came by the lorry of half past two keeps until half past two."""
    played = play(DAIRY, "lanes: {road: {transit: 14.5 h}}", NO_CUSTOMER, "opening: {store: {milk: 55 pc}}")
    assert scrapped(played)[:2] == [(3, 54), (3 + 14.5 / 24, 6)]


def test_who_looks_all_the_time_orders_when_the_shelf_is_cleared(play):
    """The position has changed, so a continuous review looks again in that second."""
    played = play(DAIRY, NO_CUSTOMER, "policies: {p: {all: {review: continuous}}}")
    assert played.tallied("ordered", "store.milk") == [(0, 1), (3, 59), (4, 1), (7, 59), (8, 1), (11, 59)]


DEPOT = """
    items: {milk: {shelf_life: 5 d}}
    nodes: {depot: {kind: warehouse}}
    lanes:
      road: {to: depot}
      van: {from: depot, to: store, transit: 2 d}
    policies: {p: {depot: {at: [depot], level: 0 pc}}}
    opening: {store: null, depot: {milk: 60 pc}}
    run: {horizon: 8 d}
"""


def test_age_travels_with_the_goods(play):
    """Two of the five days are spent on the van: what stands in the shop's fridge is as old as it is."""
    played = play(DAIRY, DEPOT, NO_CUSTOMER)
    assert played.moves("van", "store dock") == [(2, 60)]
    assert scrapped(played) == [(5, 60)]


def test_what_expires_under_way_is_scrapped_where_it_arrives(play):
    """Nobody opens a van on the road; its goods are owned until somebody sees them, and are on order no longer."""
    played = play(DAIRY, DEPOT, NO_CUSTOMER, "items: {milk: {shelf_life: 36 h}}")
    assert scrapped(played, "van")[0] == (2, 60)
    assert played.moves("van", "store dock") == []
    assert played.days["on_order:store.milk"][:2] == [60, 60]
    assert played.tallied("ordered", "store.milk")[:2] == [(0, 60), (2, 60)]  # and is ordered again
    assert played.kpis["sold"] == 0


def test_each_shipment_is_judged_alone(play):
    """Six vans of 10 are under way when their load expires: each loses its own, and a continuous review is told."""
    vans = """
      items: {milk: {shelf_life: 36 h}}
      nodes: {client: {unmet: backorder, buys: {milk: {every: 6 h}}}}
      lanes: {van: {transit: 51 h}}
      policies: {p: {all: {review: continuous}, depot: {review: 8 d}, store: {at: [store], level: 0 pc}}}
      run: {horizon: 3 d}
    """
    played = play(DAIRY, DEPOT, vans)
    assert scrapped(played, "van") == [(2.125, 10), (2.375, 10), (2.625, 10), (2.875, 10)]
    assert (2.125, 10) in played.tallied("ordered", "store.milk")


def test_a_shipment_may_be_good_in_part(play):
    """The van waits a day for 25 that are a day younger than the other 35; two days later only they are good."""
    mixed = """
      items: {milk: {shelf_life: 2.5 d}}
      opening: {depot: {milk: 35 pc}, in_transit: [{to: depot, item: milk, quantity: 25 pc, arrives: 1 d}]}
      policies: {p: {all: {review: 8 d}}}
      disruptions: {ice: {target: van, at: 0 d, lasts: 1 d, effect: {capacity: 0 %}}}
    """
    played = play(DAIRY, DEPOT, NO_CUSTOMER, mixed)
    assert scrapped(played, "van") == [(3, 35)]
    assert played.moves("van", "store dock") == [(3, 25)]
    assert scrapped(played) == [(3.5, 25)]


SMALL = "nodes: {store: {capacity: 40 m3, waiting: 1 USD/m3/d}}"


def test_goods_age_at_the_dock_too(play):
    """40 fit, 20 wait outside: on day 3 all of them are scrapped, and nothing waits any more."""
    played = play(DAIRY, SMALL, NO_CUSTOMER, "policies: {p: {all: {level: 0 pc}}}")
    assert scrapped(played) == [(3, 40)]
    assert scrapped(played, "store dock") == [(3, 19)]  # one was sold, and one came in for it
    assert played.days["dock:store"][2:4] == [19, 0]
    assert played.days["on_order:store.milk"][2:4] == [19, 0]
    assert played.measured["items"]["store.milk"]["scrapped"] == 59


def test_a_shelf_that_is_cleared_takes_in_what_waits(play):
    """Water waits for room that the milk has; on day 3 it comes in, in the same second."""
    water = """
      items: {water: {value: 1 USD/pc, space: 1 m3}}
      nodes: {client: {buys: {water: {from: store, every: 100 d, quantity: 1 pc}}}}
      opening: {store: {milk: 41 pc, water: 30 pc}}
      policies: {p: {all: {level: 0 pc}}}
    """
    played = play(DAIRY, SMALL, NO_CUSTOMER, "nodes: {farm: {supplies: {water: {price: 1 USD/pc}}}}", water)
    assert played.moves("store dock", "store")[-1] == (3, 29)  # one of the 30 went straight to the client
    assert played.days["space_used:store"][2:4] == [1, 29 / 40]


def test_a_fire_takes_the_oldest(play):
    """Half of 40 burn on day 2: the 20 of day 0. So nothing expires on day 3, and the 20 of day 1 do on day 4."""
    later = "opening: {store: {milk: 20 pc}, in_transit: [{to: store, item: milk, quantity: 20 pc, arrives: 1 d}]}"
    fire = "disruptions: {fire: {target: store, at: 2 d, effect: {destroy: 50 %}}}"
    played = play(DAIRY, NO_CUSTOMER, later, fire, "policies: {p: {all: {level: 0 pc}}}",
                  "nodes: {client: {buys: {milk: {every: {dist: uniform, min: 50 d, max: 60 d}}}}}")  # fmt: skip
    assert scrapped(played) == [(2, 20), (4, 20)]
    assert played.measured["items"]["store.milk"]["scrapped"] == 40


BAKERY = """
    twin: 1
    items:
      dough: {value: 1 USD/pc, space: 1 m3, shelf_life: 1 d}
      bread: {value: 3 USD/pc, space: 1 m3, shelf_life: 2 d, bom: {dough: 1}}
    nodes:
      mill:   {kind: supplier, supplies: {dough: {price: 1 USD/pc}}}
      larder: {kind: warehouse}
      oven:   {kind: line, from: larder, to: shop, makes: {bread: {rate: 2 pc/d, lot: 6 pc, cost: 2 USD/pc}}}
      shop:   {kind: warehouse}
      client: {kind: customer, buys: {bread: {from: shop, every: 50 d, quantity: 1 pc}}}
    lanes: {cart: {from: mill, to: larder, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 0 pc}, breads: {items: [bread], level: 7 pc}}}
    opening: {larder: {dough: 6 pc}, shop: {bread: 7 pc}}
    run: {horizon: 8 d}
"""


def test_what_is_in_progress_does_not_age(play):
    """Dough keeps a day, but three days in the oven make bread of it; only what is left in the larder is scrapped."""
    played = play(BAKERY, "opening: {larder: {dough: 9 pc}, shop: {bread: 1 pc}}")
    assert scrapped(played, "larder") == [(1, 3)]
    assert played.measured["nodes"]["oven"]["made"] == {"bread": 6}


def test_what_is_made_ages_from_being_made(play):
    """Out of the oven on day 3, two days later stale."""
    played = play(BAKERY, "opening: {shop: {bread: 1 pc}}")
    assert scrapped(played, "shop") == [(5, 6)]


def test_also_while_it_blocks_the_line(play):
    """The shop is full of what is fresh; when on day 5 it is cleared, the bread in the oven is as old and goes, too."""
    full = """
      nodes: {shop: {capacity: 6 m3}, client: {buys: {bread: {every: {dist: uniform, min: 20 d, max: 21 d}}}}}
      opening: {larder: {dough: 6 pc}, shop: {bread: 1 pc},
                in_transit: [{to: shop, item: bread, quantity: 6 pc, arrives: 3 d}]}
      policies: {p: {breads: {level: 13 pc}}}
    """
    played = play(BAKERY, full)
    assert (scrapped(played, "shop"), scrapped(played, "oven")) == ([(2, 1), (5, 6)], [(5, 6)])
    assert played.moves("oven", "shop") == []
    assert played.measured["nodes"]["oven"]["blocked"] == 2 / 8


def test_dates_are_forgotten_with_the_components(play):
    """What a line has taken from the shelf and from the dock is in progress: none of its dates stays behind."""
    dock = "nodes: {larder: {capacity: 4 m3}}"
    played = play(BAKERY, dock, "opening: {larder: {dough: 6 pc}, shop: {bread: 1 pc}}")
    assert played.moves("larder dock", "larder") == [(0, 4), (0, 2)]  # what fits, then what the line fetches
    assert played.moves("larder", "oven") == [(0, 6)]
    for place in ("larder", "larder dock", "oven"):
        assert played.ledger.account(place, "dough").lots.pieces == {}


def test_an_item_without_shelf_life_keeps_no_dates(play):
    """Nor does one with a shelf life beyond the end of the run behave in any other way, but for obsolescence."""
    ever, long = play(DAIRY, "items: {milk: {shelf_life: null}}"), play(DAIRY, "items: {milk: {shelf_life: 50 yr}}")
    assert ever.ledger.account("store", "milk").lots is None
    assert ever.measured == long.measured
    assert ever.measured["items"]["store.milk"]["scrapped"] == 0


@pytest.mark.parametrize("unmet", ["lost", "backorder"])
def test_stale_goods_are_ordered_again_and_nobody_is_served_them(play, unmet):
    """In the long run what is bought is sold, scrapped or there."""
    played = play(DAIRY, f"nodes: {{client: {{unmet: {unmet}}}}}", "run: {horizon: 200 d}")
    bought, sold = (sum(pieces for _, pieces in played.moves(*way)) for way in (("(supply)",), (None, "(sold)")))
    left = sum(account.balance for (place, _), account in played.ledger.accounts.items() if place[0] != "(")
    assert 60 + bought == sold + sum(pieces for _, pieces in scrapped(played)) + left
    assert sold == 2000
