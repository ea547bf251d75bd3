"""Why a line stood and why sales were lost: small worlds in which the reason is known, to the second and the piece."""

from itertools import pairwise

import pytest

from twin.model.units import DAY
from twin.results.why import Explanation, Root, explain

# Ten bolts a day, two days by road: the order of day k is there on day k + 2, before the sale of that day.
SHOP = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}}
    nodes:
      works:  {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
      store:  {kind: warehouse}
      client: {kind: customer, buys: {bolt: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: works, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, safety_stock: 1 d}}}
    run: {horizon: 40 d}
"""
# A line that makes ten kits a day out of bolts, as many as are wanted.
PLANT = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}, kit: {value: 9 USD/pc, space: 1 m3, bom: {bolt: 1}}}
    nodes:
      works:  {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
      store:  {kind: warehouse}
      plant:  {kind: line, from: store, to: shop, makes: {kit: {rate: 20 pc/d, lot: 10 pc}}}
      shop:   {kind: warehouse}
      client: {kind: customer, buys: {kit: {from: shop, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: works, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, safety_stock: 1 d}}}
    run: {horizon: 40 d}
"""


@pytest.fixture
def why(play):
    """Explain the first replication of a scenario from texts."""

    def why(*layers: str) -> Explanation:
        played = play(*layers)
        return explain(played.model, played.ledger)

    return why


def costs(found: Explanation) -> dict[Root, tuple[int, int, int]]:
    """Of each root: seconds, pieces short, and of these lost."""
    return {share.root: (share.seconds, share.short, share.lost) for share in found.by_root}


def kinds(effect) -> list[str]:
    return [link.kind for link in effect.chain]


def test_a_quiet_shop_has_nothing_to_explain(why):
    """Where nothing goes wrong nothing is blamed."""
    found = why(SHOP)
    assert found.stops == found.misses == found.by_root == ()


def test_sales_lost_to_a_closed_road(why):
    """The orders of days 10 to 14 leave on day 15 and come on day 17. The twenty bolts that are left on day 11 last for
    two days, and the sales of days 14, 15 and 16 are lost."""
    found = why(SHOP, "disruptions: {snow: {target: road, at: 10 d, lasts: 5 d, effect: {capacity: 0 %}}}")
    assert costs(found) == {Root("disruption", "snow"): (0, 30, 30)}
    (miss,) = found.misses
    assert (miss.begin, miss.end) == (14 * DAY, 16 * DAY)
    assert kinds(miss) == ["short", "missing", "order", "held", "disruption"]
    assert [link.text for link in miss.chain] == [
        "client: 30 bolt lost from day 14 to day 16",
        "too few bolt in store",
        "the order of day 10, 10 pc from works over road, came 5 d late, on day 17",
        "it was 5 d waiting to leave on road",
        "disruption `snow`: capacity of road at 0 %, from day 10 to day 15",
    ]


def test_a_chain_through_several_echelons(why):
    """Ten kits a day, and a depot between works and store. The works stand still from day 10 to day 20; whoever lost
    a kit wants to hear that, and not that his shop was empty."""
    found = why(
        PLANT,
        """
        nodes: {depot: {kind: warehouse}}
        lanes: {road: {to: depot}, van: {from: depot, to: store, transit: 1 d}}
        disruptions: {strike: {target: works, at: 10 d, lasts: 10 d, effect: {capacity: 0 %}}}
        """,
    )
    assert set(costs(found)) == {Root("disruption", "strike")}
    (miss,) = found.misses
    assert kinds(miss) == [
        "short", "missing", "order",  # kits from the plant
        "starved", "missing", "order", "held",  # bolts from the depot
        "missing", "order", "held", "disruption",  # bolts from the works
    ]  # fmt: skip
    places = [link.place for link in miss.chain]
    assert places == [
        "client", "shop.kit", "shop.kit", "plant", "store.bolt", "store.bolt", "depot", "depot.bolt", "depot.bolt",
        "works", "works.bolt",
    ]  # fmt: skip
    assert all(cause.begin <= link.end and cause.end >= link.begin for link, cause in pairwise(miss.chain))


def test_a_line_that_breaks_down(why):
    """Three breakdowns of six hours each, by nobody's fault, after every five days of running."""
    found = why(
        PLANT,
        """
        nodes: {plant: {failures: {mtbf: {dist: constant, value: 5 d}, mttr: {dist: constant, value: 6 h}}}}
        """,
    )
    failures = costs(found)[Root("failure", "plant")]
    assert failures[0] == 6 * 3600 * len(found.stops)
    assert {stop.state for stop in found.stops} == {"down"}
    assert all(kinds(stop) == ["down", "failure"] for stop in found.stops)


def test_a_supplier_that_breaks_down(why):
    """What works break down for is no disruption: who wants to be safe from it needs another supplier, or a buffer."""
    found = why(
        SHOP,
        """
        nodes: {works: {failures: {mtbf: {dist: constant, value: 12 d}, mttr: {dist: constant, value: 5 d}}}}
        """,
    )
    assert {root.kind for root in costs(found)} == {"failure"}
    assert costs(found)[Root("failure", "works")] == (0, 60, 60)


def test_a_line_shut_by_a_disruption(why):
    """The time is the disruption's, and so are the kits that nobody made meanwhile."""
    found = why(PLANT, "disruptions: {strike: {target: plant, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}}")
    (stop,) = found.stops
    assert (stop.begin, stop.end, stop.state) == (10 * DAY, 14 * DAY, "down")
    assert set(costs(found)) == {Root("disruption", "strike")}
    assert kinds(found.misses[0]) == ["short", "missing", "order", "down", "disruption"]


def test_more_demand_than_ever(why):
    """Every Sunday forty bolts instead of five, against a level of thirty: the safety stock of ten and what has
    come are gone, with nothing overdue."""
    found = why(SHOP, "nodes: {client: {buys: {bolt: {pattern: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 4]}}}}")
    assert set(costs(found)) == {Root("demand", "store.bolt")}
    assert kinds(found.misses[0]) == ["short", "missing", "wanted", "demand"]
    assert found.misses[0].begin == 6 * DAY


def test_demand_raised_by_a_disruption(why):
    """Hoarding is a disruption like others."""
    found = why(SHOP, "disruptions: {hoarding: {target: client, at: 10 d, lasts: 6 d, effect: {demand: 300 %}}}")
    assert set(costs(found)) == {Root("disruption", "hoarding")}
    assert kinds(found.misses[0]) == ["short", "missing", "wanted", "disruption"]


def test_a_supplier_busy_with_somebody_else(why):
    """Every twenty days another store orders so much that the works need eight days for it: nobody is to blame, but
    the lead time is late."""
    found = why(
        SHOP,
        """
        nodes:
          works: {supplies: {bolt: {rate: 100 pc/d}}}
          depot: {kind: warehouse}
          trader: {kind: customer, buys: {bolt: {from: depot, every: 20 d, quantity: 800 pc}}, unmet: backorder}
        lanes: {van: {from: works, to: depot, transit: 1 d}}
        policies: {p: {large: {at: [depot], rule: base_stock, level: 800 pc}}}
        """,
    )
    client = [miss for miss in found.misses if miss.customer == "client"]
    assert {miss.root for miss in client} == {Root("lead_time", "works")}
    assert kinds(client[0]) == ["short", "missing", "order", "held", "lead_time"]


def test_a_level_too_low_for_a_normal_day(why):
    """Fifteen bolts, where two days of lead time and one of review take thirty: half of all sales are lost, and no
    event is to blame for it."""
    found = why(SHOP, "policies: {p: {all: {safety_stock: null, level: 15 pc}}}")
    assert set(costs(found)) == {Root("policy", "store.bolt")}
    assert found.misses[0].chain[-1].text == (
        "too little stock: its level of 15 pc is less than the 30 pc that a normal demand takes in the 3 d to the next "
        "order"
    )


def test_an_order_larger_than_the_level(why):
    """Three hundred bolts every thirty days, as always, from a level of forty: that is no unusual demand."""
    found = why(SHOP, "nodes: {client: {buys: {bolt: {every: 30 d, quantity: 300 pc}}}}")
    assert set(costs(found)) == {Root("policy", "store.bolt")}


def test_a_line_that_finds_no_room(why):
    """Room for fifteen kits, and an order of forty: the second lot stands before a full shop until somebody buys."""
    found = why(
        PLANT,
        """
        nodes: {shop: {capacity: 15 m3}}
        policies: {p: {kits: {items: [kit], rule: base_stock, level: 40 pc}}}
        """,
    )
    blocked = [stop for stop in found.stops if stop.state == "blocked"]
    assert blocked
    assert {stop.root for stop in blocked} == {Root("space", "shop")}


def test_changeovers_have_themselves_for_a_root(why):
    """Two products by turns, three hours each time: no accident, but lost time all the same."""
    found = why(
        PLANT,
        """
        items: {set: {value: 9 USD/pc, bom: {bolt: 1}}}
        nodes:
          plant: {makes: {set: {rate: 20 pc/d, lot: 10 pc}}, changeover: 1 h}
          client: {buys: {set: {from: shop, every: 2 d, quantity: 10 pc}}}
        """,
    )
    changes = [stop for stop in found.stops if stop.state == "changeover"]
    assert costs(found)[Root("changeover", "plant")][0] == 3600 * len(changes) > 0
    assert kinds(changes[0]) == ["changeover", "changeover"]


def test_stock_that_was_destroyed(why):
    """A fire after the order of day 8 has come; the next one, of day 12, comes on day 14, and three sales are lost."""
    found = why(
        SHOP,
        """
        policies: {p: {all: {review: 4 d}}}
        disruptions: {fire: {target: store, at: 10.5 d, effect: {destroy: 100 %}}}
        """,
    )
    assert costs(found) == {Root("disruption", "fire"): (0, 30, 30)}
    assert kinds(found.misses[0]) == ["short", "missing", "gone", "disruption"]


def test_orders_that_were_cancelled(why):
    """A lead time of two days at works that drop all open orders on day 10: those of days 8 and 9 never come."""
    found = why(
        SHOP,
        """
        nodes: {works: {supplies: {bolt: {lead_time: 2 d}}}}
        policies: {p: {all: {safety_stock: 0 d}}}
        disruptions: {bankruptcy: {target: works, at: 10.5 d, effect: {cancel_orders: 100 %}}}
        """,
    )
    assert set(costs(found)) == {Root("disruption", "bankruptcy")}
    assert kinds(found.misses[0]) == ["short", "missing", "gone", "disruption"]


def test_orders_that_nobody_placed(why):
    """The office is dark for six days: the store sells on, but nothing follows."""
    found = why(SHOP, "disruptions: {outage: {target: store, at: 9.5 d, lasts: 6 d, effect: {ordering: 0 %}}}")
    assert set(costs(found)) == {Root("disruption", "outage")}
    assert kinds(found.misses[0]) == ["short", "missing", "unordered", "disruption"]


def test_doors_that_were_shut(why):
    """There are bolts, but nobody gets them: three days, three lost sales."""
    found = why(SHOP, "disruptions: {flood: {target: store, at: 9.5 d, lasts: 3 d, effect: {doors: 0 %}}}")
    assert costs(found) == {Root("disruption", "flood"): (0, 30, 30)}


def test_a_line_waits_for_the_part_that_comes_last(why):
    """The road opens first, the path three days later: had bolts come sooner, the plant would have stood as long."""
    found = why(
        PLANT,
        """
        items: {nut: {value: 1 USD/pc}, kit: {bom: {nut: 1}}}
        nodes: {forge: {kind: supplier, supplies: {nut: {price: 1 USD/pc}}}}
        lanes: {path: {from: forge, to: store, transit: 2 d}}
        disruptions:
          slide: {target: road, at: 10 d, lasts: 6 d, effect: {capacity: 0 %}}
          flood: {target: path, at: 10 d, lasts: 9 d, effect: {capacity: 0 %}}
        """,
    )
    assert {stop.root for stop in found.stops} == {Root("disruption", "flood")}


def test_what_patience_did_not_outlast_belongs_to_the_day_of_its_order(why):
    """Six days late, three of patience: lost on days 17 and 18, but for the snow of day 10 all the same; and who came
    late enough is served late."""
    found = why(
        SHOP,
        """
        nodes: {client: {unmet: {backorder: 2 d}}}
        disruptions: {snow: {target: road, at: 10 d, lasts: 5 d, effect: {capacity: 0 %}}}
        """,
    )
    (miss,) = found.misses
    assert (miss.begin, miss.short, miss.lost) == (14 * DAY, 30, 10)
    assert miss.chain[0].text == "client: 10 bolt lost and 20 bolt late from day 14 to day 16"


def test_only_the_horizon_counts(why):
    """A stop that began in the warm-up is told from its end on, as the KPIs count it."""
    found = why(
        PLANT,
        """
        run: {warm_up: 5 d, horizon: 30 d}
        nodes: {works: {failures: {mtbf: {dist: constant, value: 1 d}, mttr: {dist: constant, value: 9 d}}}}
        """,
    )
    assert found.stops[0].begin == 5 * DAY
    assert found.stops[0].chain[0].text.startswith("plant stood without parts from day 0 for")


def test_a_port_that_works_off_its_queue(why):
    """Ships that come after the reopening wait behind those that had to wait: the closure is to blame for them, too."""
    found = why(
        SHOP,
        """
        nodes: {harbour: {kind: port, berths: 1, handling: 20 h}}
        lanes: {road: {transit: null, via: [harbour], legs: [1 d, 0 d]}}
        disruptions: {strike: {target: harbour, at: 10 d, lasts: 8 d, effect: {capacity: 0 %}}}
        """,
    )
    assert set(costs(found)) == {Root("disruption", "strike")}


def test_one_day_can_be_asked_for(why):
    """Whoever asks for a day gets all that touches it, in full."""
    found = why(SHOP, "disruptions: {snow: {target: road, at: 10 d, lasts: 5 d, effect: {capacity: 0 %}}}")
    assert found.on(15).misses == found.misses
    assert found.on(17).misses == ()


def test_without_a_journal_nothing_can_be_told(scenario):
    """Whoever forgot to keep it hears what to do."""
    import twin

    model = scenario(SHOP)
    with pytest.raises(ValueError, match="simulate with journal=True"):
        explain(model, twin.simulate(model, "p"))
