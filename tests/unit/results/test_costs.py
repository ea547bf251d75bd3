"""Costs and KPIs: every line of small cases by hand; two people computing it get the same number, and so do we."""

import pytest

import twin

# Five-sixths of a week of one item: by sea through a slow port and by air, into a store that is too small.
TRADE = """
    twin: 1
    carrying: {capital: 36.5 %/yr, insurance: 7.3 %/yr, obsolescence: 3.65 %/yr}    # 0.1, 0.02 and 0.01 % a day
    items: {box: {value: 100 USD/pc, space: 1 m3}}
    nodes:
      maker:   {kind: supplier, supplies: {box: {price: 90 USD/pc}}}
      harbour: {kind: port, handling: 12 h, free_time: 6 h, demurrage: 100 USD/d}
      store:   {kind: warehouse, capacity: 15 m3, storage: 0.50 USD/m3/d, overflow: {space: 3 m3, price: 2 USD/m3/d},
                waiting: 4 USD/m3/d, carrying: {insurance: 14.6 %/yr}}
      shop:    {kind: customer, buys: {box: {from: store, every: 2 d, quantity: 4 pc, margin: 25 USD/pc}}}
      works:   {kind: customer, unmet: backorder, buys: {box: {from: store, every: 4 d, quantity: 6 pc,
                penalty: 3 USD/pc/d}}}
    lanes:
      sea: {from: maker, to: store, via: [harbour], legs: [1 d, 0 d], cost: 2 USD/pc, shipment_cost: 30 USD/shipment,
            order_cost: 5 USD/order, duty: 10 %}
      air: {from: maker, to: store, transit: 12 h, cost: 6 USD/pc, order_cost: 5 USD/order, premium: true}
    policies: {p: {all: {rule: base_stock, level: 20 pc, review: 3 d, sources: {sea: 50 %, air: 50 %}}}}
    opening: {store: {box: 20 pc}}
    disruptions:
      fire: {target: store, at: 3.75 d, effect: {destroy: 40 %}}
      rush: {target: shop, at: 4 d, lasts: 1 d, effect: {demand: 300 %}}
    run: {horizon: 6 d}
"""
# Day 0     20 open; shop takes 4 and works 6: 10 left. Reviewed: 10 ordered, 5 by sea and 5 by air, shipped at once.
#     0.5   5 by air: 15.                   1     the ship is in port, until 1.5: 6 h of it beyond the free time.
#     1.5   5 by sea: 3 into rented space, 2 wait at the dock.
#     2     shop takes 4, the 2 enter: 16, of which 1 in rented space.
#     3     reviewed at 16: 4 ordered, 2 and 2, shipped at once.
#     3.5   2 by air: 18, 3 in rented space.     3.75  fire: 40 % of 18 are 7, 11 left.
#     4     shop wants 12 in its rush, gets 11, 1 is lost; works wants 6, which are owed. The second ship is in port.
#     4.5   2 by sea go straight through to works: 4 still owed when the run ends.


def test_every_cost_line_of_a_trader_by_hand(play):
    """Who pays for what and when: shipment, departure, order, time owned, space by its kind, and what was missed."""
    played = play(TRADE)
    own_space = 10 * 0.5 + 15 * 3.25 + 11 * 0.25  # m3 × d
    rented = 3 * 0.5 + 1 * 1.5 + 3 * 0.25
    in_store = 10 * 0.5 + 15 * 1 + 18 * 0.5 + 16 * 1.5 + 18 * 0.25 + 11 * 0.25 + 2 * 0.5  # pieces × d, the dock too
    under_way = (5 * 1 + 5 * 0.5 + 5 * 0.5) + (2 * 1 + 2 * 0.5 + 2 * 0.5)  # sea, port, air; both orders
    assert played.costs == pytest.approx({
        "purchase": 14 * 90,
        "duty": 7 * 100 * 0.10,
        "freight": 7 * 2 + 2 * 30,
        "premium_freight": 7 * 6,
        "ordering": 4 * 5,
        "production": 0,
        "capital": (in_store + under_way) * 100 * 0.001,
        "insurance": in_store * 100 * 0.0004 + under_way * 100 * 0.0002,  # the store has a rate of its own
        "obsolescence": (in_store + under_way) * 100 * 0.0001,
        "write_off": 7 * 100,
        "storage": own_space * 0.50,
        "overflow": rented * 2,
        "waiting": 2 * 0.5 * 4,
        "demurrage": 2 * 0.25 * 100,
        "qualification": 0,
        "line_down": 0,
        "lost_margin": 1 * 25,
        "penalty": (6 * 0.5 + 4 * 1.5) * 3,
        "value_out": -(27 * 100 + 700 + (0 - 2000)),  # 19 to shop, 8 to works; 20 owned at the start, none at the end
    })  # fmt: skip
    assert played.kpis["total_cost"] == pytest.approx(918.7575)


def test_the_kpis_of_the_trader_by_hand(play):
    """The same week, as a planner would sum it up."""
    kpis = play(TRADE).kpis
    assert (kpis["demand"], kpis["sold"], kpis["lost_sales"], kpis["backlog"]) == (32, 27, 1, 4)
    assert kpis["fill_rate"] == pytest.approx(25 / 32)  # the 2 by sea came late
    assert kpis["order_fill_rate"] == 3 / 5
    assert kpis["uptime"] is None  # there is no line
    assert kpis["inventory_value"] == pytest.approx((62.25 - 1 + 14) * 100 / 6)
    assert kpis["peak_inventory_value"] == 2000
    assert kpis["stockout_rate"] == pytest.approx(1 / 6)
    assert kpis["premium_freight_share"] == pytest.approx(42 / 116)
    assert kpis["cycle_service"] == 4 / 5  # onto the shelf on 0, 0.5, 1.5, 2, 3.5, 4.5; works went short in the last
    assert kpis["time_to_survive"] == pytest.approx(0.25)  # fire at 3.75, the first customer short on day 4


PLANT = """
    twin: 1
    carrying: {capital: 36.5 %/yr}
    items:
      gadget: {value: 50 USD/pc, bom: {chip: 1, screw: 4}}
      chip:   {value: 20 USD/pc}
      screw:  {value: 1 USD/pc}
    nodes:
      maker:  {kind: supplier, supplies: {chip: {price: 20 USD/pc}, screw: {price: 1 USD/pc}}}
      store:  {kind: warehouse}
      works:  {kind: line, from: store, to: shop, makes: {gadget: {rate: 10 pc/d, lot: 5 pc, cost: 26 USD/pc}},
               down_cost: 10 USD/h}
      shop:   {kind: warehouse}
      client: {kind: customer, buys: {gadget: {from: shop, every: 1 d, quantity: 5 pc, margin: 7 USD/pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {parts: {rule: base_stock, level: 0 pc}, gadgets: {items: [gadget], level: 5 pc}}}
    opening: {store: {chip: 10 pc, screw: 30 pc}, shop: {gadget: 5 pc}}
    run: {horizon: 3 d}
"""
# Day 0   5 sold, 5 ordered of the line: 5 chips and 20 screws become 5 gadgets in half a day.
#     1   5 sold, 5 ordered; 5 chips but only 10 screws: the line starves until the end.
#     2   5 lost.


def test_every_cost_line_of_a_plant_by_hand(play):
    """Work in progress is owned at the value of its components; a starving line burns wages."""
    played = play(PLANT)
    chips = (5 * 3 + 5 * 0.5) * 20  # value × d: on the shelf, and on the line for half a day
    screws = (10 * 3 + 20 * 0.5) * 1
    gadgets = 5 * 0.5 * 50
    assert played.charged() == {
        "production": 5 * 26,
        "capital": round((chips + screws + gadgets) * 0.001, 6),
        "line_down": 48 * 10,
        "lost_margin": 5 * 7,
        "value_out": -(10 * 50 + (110 - 480)),  # 5 chips and 10 screws are left of 10, 30 and 5 gadgets
    }
    assert played.kpis["total_cost"] == pytest.approx(130 + 0.515 + 480 + 35 - 130)


# The same plant with a second policy, which keeps it supplied, and with what supply costs.
SUPPLIED = """
    items: {chip: {space: 0.1 m3}}
    nodes: {store: {storage: 0.20 USD/m3/d}}
    lanes: {road: {cost: 0.10 USD/pc, shipment_cost: 2 USD/shipment, order_cost: 3 USD/order, duty: 10 %}}
    policies:
      buffered: {parts: {rule: base_stock, level: 60 pc}, gadgets: {items: [gadget], level: 5 pc},
                 chips: {items: [chip], level: 20 pc, safety_stock: 8 pc}}
    compare: [p, buffered]
    run: {replications: 1}
"""
# Under p goods of 480 are owned at the opening; 230 from day 0, 360 from 0.5 (5 gadgets of 250 for parts of 120), 110
# from day 1. Buffered:
# Day 0   as under p, and 10 chips and 30 screws ordered, which leave at once: on hand 5 and 10, under way 10 and 30.
#     1   they come; 5 sold, 5 ordered and begun; 5 chips and 20 screws ordered: on hand 10 and 20, under way 5 and 20.
#     2   the same again. When the run ends, 5 chips and 20 screws are on the road.
# Goods owned: 460 in the first half of each day, 590 in the second; on hand of it 100 + 10 or 200 + 20, and 250 more in
# the second half.


@pytest.fixture
def scorecard(scenario):
    return twin.compare(scenario(PLANT, SUPPLIED)).document["policies"]


def means(part):
    """The means of a part of the document, maps of maps too."""
    return {key: found["mean"] if "mean" in found else means(found) for key, found in part.items()}


def charges(costs):
    return {line: amount for line, amount in means(costs).items() if amount}


def test_the_scorecard_of_a_policy_without_stock_line_by_line(scorecard):
    """The line starves for a dollar's screws, and that is most of the bill."""
    results = scorecard["p"]
    assert means(results["kpis"]) == {
        "uptime": pytest.approx(0.5 / 2.5),
        "uptime_loss": {
            "starved": pytest.approx(2 / 2.5),
            "blocked": 0,
            "down": 0,
            "changeover": 0,
            "starved_by": {"chip": 0, "screw": pytest.approx(2 / 2.5)},
        },
        "alternate_share": 0,
        "demand": 15,
        "sold": 10,
        "lost_sales": 5,
        "backlog": 0,
        "fill_rate": pytest.approx(10 / 15),
        "order_fill_rate": pytest.approx(2 / 3),
        "cycle_service": 1,  # of the gadgets, from the opening to 0.5
        "stockout_rate": pytest.approx((0 + 2 / 3 + 1 / 3) / 3),
        "stockout_by_item": {"chip": 0, "screw": pytest.approx(2 / 3), "gadget": pytest.approx(1 / 3)},
        "inventory_value": pytest.approx((230 * 0.5 + 360 * 0.5 + 110 * 2) / 3),
        "peak_inventory_value": 360,  # the 480 at the opening did not last
        "turns": pytest.approx(500 * 365 / (110 * 3 + 250 * 0.5)),
        "days_on_hand": pytest.approx((110 * 3 + 250 * 0.5) / 500),
        "premium_freight_share": None,  # nothing was freighted
        "safety_stock_cost": 0,
        "bullwhip": 0,  # parts were wanted on one day of three, and never ordered
        "time_to_survive": None,
        "time_to_recover": None,
        "total_cost": pytest.approx(0.515 + 0.3 + 480 + 35),
    }
    assert charges(results["costs"]) == {
        "production": 5 * 26,
        "capital": pytest.approx((230 * 0.5 + 360 * 0.5 + 110 * 2) * 0.001),
        "storage": pytest.approx(5 * 3 * 0.1 * 0.20),
        "line_down": 48 * 10,
        "lost_margin": 5 * 7,
        "value_out": -(10 * 50 + (110 - 480)),
    }


def test_the_scorecard_of_a_policy_with_stock_line_by_line(scorecard):
    """It serves everything; what that takes is in freight, duty and the goods that it owns."""
    results = scorecard["buffered"]
    on_hand = (110 + 220 + 220) + 3 * 250 * 0.5
    assert means(results["kpis"]) == {
        "uptime": 1,
        "uptime_loss": {"starved": 0, "blocked": 0, "down": 0, "changeover": 0, "starved_by": {"chip": 0, "screw": 0}},
        "alternate_share": 0,
        "demand": 15,
        "sold": 15,
        "lost_sales": 0,
        "backlog": 0,
        "fill_rate": 1,
        "order_fill_rate": 1,
        "cycle_service": 1,
        "stockout_rate": 0,
        "stockout_by_item": {"chip": 0, "screw": 0, "gadget": 0},
        "inventory_value": pytest.approx((460 + 590) / 2),
        "peak_inventory_value": 590,
        "turns": pytest.approx(750 * 365 / on_hand),
        "days_on_hand": pytest.approx(on_hand / 750),
        "premium_freight_share": 0,
        "safety_stock_cost": pytest.approx((5 + 8 + 8) * (20 * 0.001 + 0.1 * 0.20)),
        "bullwhip": None,  # the same was wanted every day
        "time_to_survive": None,
        "time_to_recover": None,
        "total_cost": pytest.approx(47 + 15 + 18 + 1.575 + 0.5),
    }
    assert charges(results["costs"]) == {
        "purchase": 20 * 20 + 70 * 1,
        "duty": pytest.approx(470 * 0.10),
        "freight": pytest.approx(90 * 0.10 + 3 * 2),
        "ordering": 6 * 3,
        "production": 15 * 26,
        "capital": pytest.approx(3 * 525 * 0.001),
        "storage": pytest.approx((5 + 10 + 10) * 0.1 * 0.20),
        "value_out": -(15 * 50 + (590 - 480)),
    }


def test_making_to_value_costs_nothing_but_what_is_burned(play):
    """A gadget's value is its components and its production: what is made and sold at value leaves no trace in cost."""
    calm = "opening: {store: {chip: 15 pc, screw: 60 pc}, shop: {gadget: 5 pc}}"
    costs = play(PLANT, calm, "carrying: null").costs
    assert costs["production"] + costs["value_out"] == 0
    assert sum(costs.values()) == 0


def test_stock_that_is_still_there_is_charged_to_nobody(play):
    """A policy that ends with full shelves has money in them, not a loss: purchase and value cancel out."""
    full = "policies: {p: {chips: {items: [chip], level: 1000 pc}}}"
    costs = play(PLANT, full, "carrying: null").costs
    assert costs["purchase"] == 20 * 995  # 5 of 10 are taken before the second review: 990, and 5 more
    assert costs["purchase"] + costs["production"] + costs["value_out"] == 0


def test_the_warm_up_costs_nothing(play):
    """Two days of warm-up: only the starved third day counts, from the value owned at its beginning."""
    played = play(PLANT, "run: {warm_up: 2 d, horizon: 1 d}")
    assert played.charged() == {"capital": 0.11, "line_down": 240, "lost_margin": 35}


def test_an_items_own_rate_stands_above_the_stores_and_the_models(play):
    """Key by key: capital from the model, insurance from the store, obsolescence from the item."""
    own = "items: {box: {carrying: {obsolescence: 36.5 %/yr}}}"
    before, after = play(TRADE).costs, play(TRADE, own).costs
    assert after["obsolescence"] == pytest.approx(10 * before["obsolescence"])
    assert (after["capital"], after["insurance"]) == (before["capital"], before["insurance"])


def test_what_a_safety_stock_costs(play):
    """Carrying and storage of min(on hand, safety stock): 8 of 10, for three days of chips at 20."""
    held = """
      policies: {p: {chips: {items: [chip], safety_stock: 8 pc}, gadgets: {items: [gadget], level: 0 pc}}}
      items: {chip: {space: 0.1 m3}}
      nodes: {store: {storage: 2 USD/m3/d}}
    """
    kpis = play(PLANT, held).kpis
    assert kpis["safety_stock_cost"] == pytest.approx(8 * 3 * (20 * 0.001 + 0.1 * 2))


# Four days of something that keeps for two.
DAIRY = """
    twin: 1
    carrying: {capital: 36.5 %/yr, obsolescence: 36.5 %/yr}
    items: {milk: {value: 10 USD/pc, space: 1 m3, shelf_life: 2 d}}
    nodes:
      farm:   {kind: supplier, supplies: {milk: {price: 8 USD/pc}}}
      store:  {kind: warehouse, storage: 0.50 USD/m3/d}
      client: {kind: customer, buys: {milk: {from: store, every: 1 d, quantity: 5 pc, margin: 4 USD/pc}}}
    lanes: {road: {from: farm, to: store, transit: 12 h, cost: 1 USD/pc}}
    policies: {p: {all: {rule: base_stock, level: 12 pc, review: 1 d}}}
    opening: {store: {milk: 12 pc}}
    run: {horizon: 4 d}
"""
# Day 0   12 open, 5 sold, 5 ordered.    0.5  12 again.
#     1   5 of the first 7 sold, 5 ordered.    1.5  12: 2 of day 0, 5 of day 0.5, 5 of day 1.5.
#     2   the 2 of day 0 are scrapped, the 5 of day 0.5 sold; 7 ordered.    2.5  12.
#     3   the 5 of day 1.5 sold, 5 ordered.    3.5  12, to the end.


def test_every_cost_line_of_a_perishable_by_hand(play):
    """What is thrown away costs its value, once: a rate for obsolescence on top would charge it twice."""
    played = play(DAIRY)
    on_hand = 3 * (7 * 0.5 + 12 * 0.5) + (5 * 0.5 + 12 * 0.5)  # pieces × d
    under_way = 22 * 0.5
    assert played.charged() == {
        "purchase": 22 * 8,
        "freight": 22 * 1,
        "capital": round((on_hand + under_way) * 10 * 0.001, 6),
        "write_off": 2 * 10,
        "storage": on_hand * 0.50,
        "value_out": -(20 * 10 + 2 * 10),
    }
    assert played.kpis["total_cost"] == pytest.approx(16.98)
    assert played.measured["items"]["store.milk"]["scrapped"] == 2
    ever = play(DAIRY, "items: {milk: {shelf_life: null}}")
    assert ever.charged()["obsolescence"] == ever.charged()["capital"]


# A model that is given up on day 2, with some on the way, some owed, and some in an outlet.
PHONES = """
    twin: 1
    carrying: {capital: 36.5 %/yr, obsolescence: 36.5 %/yr}
    items: {phone: {value: 100 USD/pc, lifecycle: {ends: 2 d}}}
    nodes:
      maker:  {kind: supplier, supplies: {phone: {price: 90 USD/pc}}}
      store:  {kind: warehouse}
      outlet: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {phone: {from: store, every: 1 d, quantity: 8 pc,
               margin: 25 USD/pc, penalty: 3 USD/pc/d}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, level: 6 pc}}}
    opening: {store: {phone: 6 pc}, outlet: {phone: 3 pc}}
    run: {horizon: 4 d}
"""
# Day 0   6 sold and 2 owed, 8 ordered.
#     1   8 come: 2 for who waits, 6 sold, 2 owed again; 8 ordered.
#     2   the end: 3 in the outlet are scrapped, the 2 owed are lost, and the 8 that come are scrapped.


def test_every_cost_line_of_a_lifecycle_by_hand(play):
    """Its end costs the value of what is left, on the shelf and on the way, and the margin of who still waited."""
    played = play(PHONES)
    assert played.charged() == {
        "purchase": 16 * 90,
        "capital": round((3 * 2 + 8 * 1 + 8 * 1) * 100 * 0.001, 6),
        "write_off": 11 * 100,
        "lost_margin": 2 * 25,
        "penalty": (2 * 1 + 2 * 1) * 3,
        "value_out": -(14 * 100 + 11 * 100 + (0 - 900)),
    }
    assert played.kpis["total_cost"] == pytest.approx(1004.2)
    scrapped = {name: stock["scrapped"] for name, stock in played.measured["items"].items()}
    assert scrapped == {"store.phone": 8, "outlet.phone": 3}
    assert (played.kpis["demand"], played.kpis["sold"], played.kpis["lost_sales"]) == (16, 14, 2)
