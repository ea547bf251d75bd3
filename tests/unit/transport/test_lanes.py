"""Lanes: what leaves together is one shipment, departures keep their timetable, and every price is paid once."""

import pytest

ROAD = """
    twin: 1
    items: {part: {value: 10 USD/pc}, gear: {value: 5 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 8 USD/pc}, gear: {price: 4 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {part: {from: store, every: 1 d, quantity: 10 pc},
               gear: {from: store, every: 1 d, quantity: 2 pc}}}
    lanes: {road: {from: maker, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, level: 100 pc}}}
    opening: {store: {part: 100 pc, gear: 100 pc}}
    run: {horizon: 10 d}
"""


def lane(text: str) -> str:
    return f"lanes: {{road: {{{text}}}}}"


def left(played) -> list[tuple[float, int]]:
    return played.moves("(supply)", "road")


def test_all_that_leaves_at_one_instant_is_one_shipment(play):
    """Parts and gears ordered in one review share a lorry: one `shipment_cost`, one draw of the time."""
    random = lane("shipment_cost: 50 USD/shipment, transit: {dist: uniform, min: 1 d, max: 3 d}")
    played = play(ROAD, random)
    assert played.measured["lanes"]["road"]["shipments"] == 10
    assert played.costs["freight"] == 500
    arrivals = played.moves("road", "store dock")
    assert all(arrivals[index][0] == arrivals[index + 1][0] for index in range(0, len(arrivals), 2))


def test_a_lorry_leaves_at_multiples_of_its_timetable_and_takes_what_is_ready(play):
    """Every three days; what is ordered at the instant of a departure is on it, the rest waits for the next."""
    played = play(ROAD, lane("departs: 3 d"), "nodes: {client: {buys: {gear: null}}}")
    assert left(played) == [(0, 10), (3, 10), (3, 10), (3, 10), (6, 10), (6, 10), (6, 10), (9, 10), (9, 10), (9, 10)]
    assert played.measured["lanes"]["road"]["shipments"] == 4


def test_goods_that_wait_at_a_supplier_for_the_ship_are_the_suppliers(play):
    """They are paid, and owned, from departure."""
    played = play(ROAD, lane("departs: 3 d"), "run: {horizon: 3 d}")
    assert played.costs["purchase"] == 10 * 8 + 2 * 4


def test_a_loading_rate_takes_one_order_after_another(play):
    """5 pieces a day through one gate: the order of 10 is loaded on day 2, the next on day 4."""
    played = play(ROAD, lane("capacity: 5 pc/d, items: [part]"), "nodes: {client: {buys: {gear: null}}}")
    assert left(played) == [(2, 10), (4, 10), (6, 10), (8, 10)]


def test_half_the_capacity_of_a_lane_is_half_its_loading_rate(play):
    """A lane without a rate is open or shut; one with a rate can be slow."""
    slow = "disruptions: {jam: {target: road, at: 1 d, effect: {capacity: 50 %}}}"
    played = play(ROAD, lane("capacity: 5 pc/d"), "nodes: {client: {buys: {gear: null}}}", slow)
    assert left(played) == [(3, 10), (7, 10)]


def test_a_shut_lane_takes_no_departures_and_what_is_under_way_arrives(play):
    """Shut on days 2 to 5: the lorries of days 0 and 1 arrive, the orders of days 2 to 4 leave together on day 5."""
    shut = "disruptions: {snow: {target: road, at: 2 d, lasts: 3 d, effect: {capacity: 0 %}}}"
    played = play(ROAD, "nodes: {client: {buys: {gear: null}}}", shut)
    assert left(played)[:7] == [(0, 10), (1, 10), *[(5, 10)] * 4, (6, 10)]
    assert [day for day, _ in played.moves("road", "store dock")][:3] == [2, 3, 7]


def test_a_shut_lane_may_hold_what_is_under_way(play):
    """`in_transit: hold`: the pass is snowed in with the lorries on it; they go on where they stood."""
    shut = "disruptions: {snow: {target: road, at: 1.5 d, lasts: 3 d, in_transit: hold, effect: {capacity: 0 %}}}"
    played = play(ROAD, "nodes: {client: {buys: {gear: null}}}", shut)
    assert [day for day, _ in played.moves("road", "store dock")][:2] == [5, 6]


def test_a_missed_departure_is_made_up_at_the_next_of_the_timetable(play):
    """Shut on the third day: what was to leave then leaves on day 6, not on day 4."""
    shut = "disruptions: {snow: {target: road, at: 2.5 d, lasts: 1 d, effect: {capacity: 0 %}}}"
    played = play(ROAD, lane("departs: 3 d"), "nodes: {client: {buys: {gear: null}}}", shut)
    assert sorted({day for day, _ in left(played)}) == [0, 6, 9]


def test_a_lane_may_be_shut_for_one_item(play):
    """An embargo on parts: gears sail."""
    shut = "disruptions: {embargo: {target: road.part, at: 2 d, lasts: 3 d, effect: {capacity: 0 %}}}"
    played = play(ROAD, shut)
    assert [day for day, pieces in left(played) if pieces == 10][:4] == [0, 1, 5, 5]
    assert [day for day, pieces in left(played) if pieces == 2] == list(range(10))


def test_voyages_that_begin_meanwhile_take_longer(play):
    """`lead_time: 300 %`, all legs: the detour is decided at departure, and nobody at sea turns back."""
    detour = "disruptions: {canal: {target: road, at: 2 d, lasts: 2 d, effect: {lead_time: 300 %}}}"
    played = play(ROAD, "nodes: {client: {buys: {gear: null}}}", detour)
    assert [day for day, _ in played.moves("road", "store dock")] == [2, 3, 6, 7, 8, 8, 9, 9]


def test_shipments_may_overtake_each_other(play):
    """The one of day 4 is there on day 6, with the slow ones of days 2 and 3 still under way."""
    detour = "disruptions: {canal: {target: road, at: 2 d, lasts: 2 d, effect: {lead_time: 400 %}}}"
    played = play(ROAD, "nodes: {client: {buys: {gear: null}}}", detour)
    assert [day for day, _ in played.moves("road", "store dock")][:4] == [2, 3, 6, 7]


def test_freight_is_paid_at_departure_at_the_price_of_the_day(play):
    """0.50 a piece and 20 a lorry, three times as much from day 5."""
    dear = "disruptions: {boom: {target: road, at: 5 d, effect: {freight: 300 %}}}"
    played = play(ROAD, lane("cost: 0.50 USD/pc, shipment_cost: 20 USD/shipment"), dear)
    assert played.costs["freight"] == pytest.approx(5 * (12 * 0.5 + 20) + 5 * 3 * (12 * 0.5 + 20))


def test_freight_of_one_item_may_rise_alone(play):
    """A surcharge on gears does not make the lorry dearer."""
    dear = "disruptions: {surcharge: {target: road.gear, at: 0 d, effect: {freight: 200 %}}}"
    played = play(ROAD, lane("cost: 0.50 USD/pc, shipment_cost: 20 USD/shipment"), dear)
    assert played.costs["freight"] == pytest.approx(10 * (10 * 0.5 + 2 * 1.0 + 20))


def test_duty_is_paid_on_value_and_points_are_added(play):
    """10 % of a value of 10 (not of a price of 8), and 25 points more from day 5: 35 %, not 12.5 %."""
    tariff = "disruptions: {tariff: {target: road, at: 5 d, effect: {duty: 25 %}}}"
    played = play(ROAD, lane("duty: 10 %"), tariff, "nodes: {client: {buys: {gear: null}}}")
    assert played.costs["duty"] == pytest.approx(5 * 100 * 0.10 + 5 * 100 * 0.35)


def test_premium_freight_is_freight_that_should_not_have_been(play):
    """It stands in a line of its own, and its share is a KPI."""
    played = play(ROAD, lane("cost: 0.50 USD/pc, premium: true"))
    assert (played.costs["premium_freight"], played.costs["freight"]) == (60, 0)
    assert played.kpis["premium_freight_share"] == 1


def test_an_order_costs_what_it_costs_to_place(play):
    """Two stocks, ten days: twenty orders, whatever becomes of them."""
    assert play(ROAD, lane("order_cost: 7 USD/order")).costs["ordering"] == 20 * 7


def test_what_is_under_way_is_counted(play):
    """Two days at 12 pieces a day: 24 once the pipeline is full; day 0 and 1 fill it."""
    played = play(ROAD)
    assert played.measured["lanes"]["road"]["in_transit"] == pytest.approx((12 * 1 + 24 * 9) / 10)
    assert played.measured["lanes"]["road"]["pieces"] == 120
    assert played.measured["lanes"]["road"]["days"] == 2


def test_the_nth_voyage_meets_the_same_sea_under_every_policy(play):
    """Leg times are drawn at departure: a policy that ships on other days meets no other weather."""
    sea = lane("transit: {dist: gamma, mean: 5 d, cv: 0.5}")
    daily = play(ROAD, sea, "run: {horizon: 60 d}")
    weekly = play(ROAD, sea, "run: {horizon: 60 d}", "policies: {p: {all: {review: 7 d}}}")
    times = [sorted(days for _, days in played.tallied("door_to_door", "road")) for played in (daily, weekly)]
    assert set(times[1]) <= set(times[0])


LATE_BOARDING = """
    twin: 1
    items: {a: {value: 1 USD/pc}, b: {value: 1 USD/pc}, c: {value: 1 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {a: {price: 1 USD/pc}, b: {price: 1 USD/pc}, c: {price: 1 USD/pc}}}
      hub: {kind: warehouse}
      shop: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {
        a: {from: shop, every: {dist: constant, value: 2 d}, quantity: 1 pc},
        b: {from: shop, every: {dist: constant, value: 1 d}, quantity: 1 pc},
        c: {from: shop, every: {dist: constant, value: 1.5 d}, quantity: 1 pc}}}
    lanes:
      far: {from: maker, to: hub, items: [a, b], transit: 90 d}
      van: {from: hub, to: shop, items: [a, b], transit: 1 d}
      bike: {from: maker, to: shop, items: [c], transit: 2.5 d}
    policies: {p: {all: {rule: base_stock, review: continuous, level: 0 pc}}}
    opening: {in_transit: [
      {to: hub, item: a, quantity: 1 pc, arrives: 3 d}, {to: hub, item: b, quantity: 1 pc, arrives: 3 d}]}
    run: {horizon: 5 d}
"""


def test_a_shipment_has_the_turn_of_its_oldest_order_also_when_that_boards_last(play):
    """Ordered on day 2, a sails first; b of day 1 gets on board, so both land before c, ordered in between."""
    played = play(LATE_BOARDING)
    moves = [entry[2:] for entry in played.ledger.journal if entry[1] == "move"]
    assert [item for item, _, _, place in moves if place == "shop dock"][:3] == ["a", "b", "c"]
    assert played.measured["lanes"]["van"]["shipments"] == 1


def test_one_shipment_also_when_a_dial_takes_all_time_away(play):
    """At 0 % of its lead time a lane delivers at once: parts and gears still share the lorry."""
    hit = "disruptions: {teleport: {target: road, at: 0 d, effect: {lead_time: 0 %}}}"
    played = play(ROAD, lane("shipment_cost: 50 USD/shipment"), hit)
    assert played.measured["lanes"]["road"]["shipments"] == 10
    assert played.measured["lanes"]["road"]["days"] == 0
