"""Traps that other simulators fell into, each a small network whose numbers can be had by hand."""

import sys
from pathlib import Path

import pytest

import twin

DAY = 86_400

# Four bolts a day from a store that is refilled from works two days away.
PLAIN = """
twin: 1
items: {bolt: {value: 1 USD/pc, space: 1 m3}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {bolt: {from: store, every: 1 d, quantity: 4 pc, margin: 1 USD/pc}}}
lanes: {road: {from: works, to: store, transit: 2 d}}
policies: {plan: {all: {rule: base_stock, level: 20 pc}}}
opening: {}
run: {horizon: 30 d, replications: 1}
"""


@pytest.fixture
def run(load):
    """Simulate a text once: its ledger, and what is measured in it."""

    def run(text, *patches):
        model = load(text, *patches)
        ledger = twin.simulate(model, "plan", journal=True)
        return ledger, twin.measure(model, ledger)

    return run


def moved(ledger, item, source, destination):
    """When pieces went from one place to another: (day, pieces)."""
    return [
        (entry[0] / DAY, entry[3])
        for entry in ledger.journal
        if entry[1] == "move" and entry[2] == item and entry[4:] == (source, destination)
    ]


def test_goods_that_do_not_fit_wait_and_do_not_vanish(run):
    """Twenty come, ten fit: the other ten stand at the dock and are sold in their turn."""
    ledger, seen = run(PLAIN, "nodes.store.capacity=10 m3")
    assert seen["kpis"]["lost_sales"] == 8  # before the first delivery, on days 0 and 1
    assert seen["kpis"]["sold"] == 28 * 4
    ours = {place: account.balance for (place, _), account in ledger.accounts.items() if not place.startswith("(")}
    assert ours["store"] == 10
    assert sum(ours.values()) == 20
    assert moved(ledger, "bolt", "road", "store dock")[0] == (2, 20)
    assert moved(ledger, "bolt", "store dock", "store")[:3] == [(2, 10), (2, 4), (3, 4)]


def test_shelf_level_and_position_never_disagree(run):
    """There is one count of what is on hand, and the position is made from it: on hand + on order − backlog."""
    _, seen = run(PLAIN, "nodes.client.unmet=backorder", "nodes.store.capacity=3 m3")
    stock = seen["items"]["store.bolt"]
    assert stock["position"] == pytest.approx(stock["on_hand"] + stock["on_order"] - stock["backlog"], abs=1e-9)
    assert stock["position"] == pytest.approx(20, abs=1e-9)


def test_an_order_is_not_placed_again_while_it_travels(run):
    """What is on order counts: a stock that is low for ten days orders once."""
    _, seen = run(
        PLAIN,
        "lanes.road.transit=10 d",
        "nodes.client.buys.bolt.quantity=1 pc",
        "policies.plan.all={rule: min_max, reorder_point: 20 pc, order_up_to: 50 pc}",
        "opening.store={bolt: 20 pc}",
        "run.horizon=25 d",
    )
    assert seen["items"]["store.bolt"]["orders"] == 1
    assert seen["items"]["store.bolt"]["ordered"] == 31


def test_a_backlog_larger_than_the_warehouse_does_not_stall_ordering(run):
    """Fifty owed, room for ten: sixty are ordered, fifty go straight from the dock to who waits, taking no space."""
    ledger, seen = run(
        PLAIN,
        "nodes.store.capacity=10 m3",
        "nodes.client={unmet: backorder, buys: {bolt: {every: 100 d, quantity: 50 pc}}}",
        "policies.plan.all.level=10 pc",
    )
    assert seen["items"]["store.bolt"]["ordered"] == 60
    assert moved(ledger, "bolt", "store dock", "(sold)") == [(2, 50)]
    assert ledger.account("store", "bolt").balance == 10
    assert seen["nodes"]["store"]["refused"] == 0
    assert seen["nodes"]["store"]["space_peak"] == 1


@pytest.mark.parametrize(("target", "in_transit"), [("road", "continue"), ("road", "hold"), ("works", None)])
def test_a_closed_link_delivers_nothing_that_has_not_left(run, target, in_transit):
    """Shut on days 5 to 12: nothing leaves; what is on its way comes, or stands still where the scenario says so."""
    patch = f"disruptions={{strike: {{target: {target}, at: 5 d, lasts: 7 d, effect: {{capacity: 0 %}}}}}}"
    hold = [f"disruptions.strike.in_transit={in_transit}"] if in_transit else []
    ledger, _ = run(PLAIN, patch, *hold)
    leaving = {day for day, _ in moved(ledger, "bolt", "(supply)", "road")}
    coming = {day for day, _ in moved(ledger, "bolt", "road", "store dock")}
    assert {day for day in leaving if day <= 12} == {0, 2, 3, 4, 12}  # on day 1 there was nothing to order
    assert {day for day in coming if 5 <= day < 14} == ({12, 13} if in_transit == "hold" else {5, 6})


@pytest.mark.parametrize(
    "closures",
    [[(10, 10), (15, 15)], [(10, 20), (12, 3)], [(10, 5), (15, 15)], [(10, 20), (10, 20)]],
    ids=["one after another", "one within another", "back to back", "twice the same"],
)
def test_of_overlapping_closures_the_last_to_end_reopens(run, closures):
    """Closures compose: none reopens what another still shuts, and none leaves shut what all have left."""
    text = PLAIN.replace("transit: 2 d", "via: [harbour], legs: [1 d, 1 d]").replace(
        "nodes:", "nodes:\n  harbour: {kind: port}"
    )
    patches = [
        f"disruptions.number{index}={{target: harbour, at: {at} d, lasts: {lasts} d, effect: {{capacity: 0 %}}}}"
        for index, (at, lasts) in enumerate(closures)
    ]
    ledger, _ = run(text, *patches, "policies.plan.all.level=200 pc", "run.horizon=40 d")
    through = [day for day, _ in moved(ledger, "bolt", "road", "store dock")]  # a day later
    assert [day for day in range(41) if day not in through and day > 3] == [*range(11, 31), 40]
    assert through.count(31) == 21  # one of every day since the first closure, and of the day itself


def test_ties_are_decided_by_name_and_not_by_who_was_written_first(run):
    """One piece, two buyers at the same second: it goes to the same one in whatever order the file names them."""
    buyer = "{kind: customer, buys: {bolt: {from: store, every: 100 d, quantity: 1 pc, margin: 1 USD/pc}}}"
    for names in (("anna", "bert"), ("bert", "anna")):
        patches = [f"nodes.{name}={buyer}" for name in names]
        _, seen = run(PLAIN, *patches, "nodes.client=null", "opening.store={bolt: 1 pc}")
        assert [seen["nodes"][name]["sold"] for name in ("anna", "bert")] == [1, 0]


def test_not_even_the_last_digit_depends_on_who_was_written_first(run):
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 to a computer; to an accountant it is."""
    costs = []
    for names in (("bolt", "nut", "screw"), ("screw", "nut", "bolt")):
        values = {"bolt": 0.1, "nut": 0.2, "screw": 0.3}
        items = ", ".join(f"{name}: {{value: {values[name]} USD/pc}}" for name in names)
        supplies = ", ".join(f"{name}: {{price: {values[name]} USD/pc}}" for name in names)
        buys = ", ".join(
            f"{name}: {{from: store, every: 1 d, quantity: 4 pc, margin: {values[name]} USD/pc}}" for name in names
        )
        text = PLAIN.replace("{bolt: {value: 1 USD/pc, space: 1 m3}}", f"{{{items}}}")
        text = text.replace("{bolt: {price: 1 USD/pc}}", f"{{{supplies}}}")
        text = text.replace("{bolt: {from: store, every: 1 d, quantity: 4 pc, margin: 1 USD/pc}}", f"{{{buys}}}")
        costs.append(run(text, "carrying={capital: 12 %/yr}")[1]["costs"])
    assert costs[0] == costs[1]


def test_a_steady_opening_is_no_crisis(run):
    """With even demand the first day looks like every other: no start-up transient to be taken for a disruption."""
    _, seen = run(
        PLAIN,
        "opening=steady",
        "lanes.road.transit=9 d",
        "policies.plan.all={level: null, safety_stock: 2 d}",
    )
    assert seen["kpis"]["fill_rate"] == 1
    assert seen["items"]["store.bolt"]["ordered"] == 30 * 4
    assert seen["items"]["store.bolt"]["position"] == pytest.approx(4 * (9 + 1) + 8, abs=1e-9)


DEPOT = """
twin: 1
items: {bolt: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
  depot: {kind: warehouse}
  shop: {kind: warehouse}
  client: {kind: customer, buys: {bolt: {from: shop, every: 100 d, quantity: 1 pc, margin: 1 USD/pc}}}
lanes:
  road: {from: works, to: depot, transit: 3 d}
  van: {from: depot, to: shop, transit: 1 d, order_cost: 7 USD/order, shipment_cost: 2 USD/shipment, cost: 1 USD/pc}
policies: {plan: {all: {rule: base_stock, level: 6 pc}, near: {at: [shop], level: 10 pc}}}
opening: {depot: {bolt: 6 pc}}
run: {horizon: 30 d, replications: 1}
"""


def test_one_order_in_two_shipments_is_one_order(run):
    """The depot has six of ten, sends them and orders: the other four follow. Two shipments, one order, paid once."""
    ledger, seen = run(DEPOT)
    assert moved(ledger, "bolt", "van", "shop dock") == [(1, 6), (4, 4)]
    assert seen["items"]["shop.bolt"]["orders"] == 1
    assert seen["lanes"]["van"]["shipments"] == 2
    assert seen["costs"]["ordering"] == 7
    assert seen["costs"]["freight"] == 2 * 2 + 10


LINE = """
twin: 1
items: {bolt: {value: 1 USD/pc}, kit: {value: 3 USD/pc, bom: {bolt: 2}}}
nodes:
  store: {kind: warehouse}
  plant: {kind: line, from: store, to: shop, makes: {kit: {rate: 10 pc/d, lot: 1 pc, cost: 1 USD/pc}}}
  shop: {kind: warehouse}
  client: {kind: customer, buys: {kit: {from: shop, every: 100 d, quantity: 1 pc, margin: 1 USD/pc}}}
policies: {plan: {all: {rule: base_stock, level: 10 pc}}}
opening: {store: {bolt: 5 pc}}
run: {horizon: 30 d, replications: 1}
"""


def test_nobody_builds_half_a_kit(run):
    """Five bolts make two kits of two, and one bolt stays on the shelf."""
    ledger, seen = run(LINE)
    assert seen["nodes"]["plant"]["made"] == {"kit": 2}
    assert ledger.account("store", "bolt").balance == 1
    assert ledger.account("shop", "kit").balance == 2
    assert seen["nodes"]["plant"]["starved"] == pytest.approx(1 - 2 * 0.1 / 30, abs=1e-9)


def test_a_lot_waits_for_all_its_pieces(run):
    """A lot of three needs six bolts; with five it does not start, and takes none of them."""
    ledger, seen = run(LINE, "nodes.plant.makes.kit.lot=3 pc")
    assert seen["nodes"]["plant"]["made"] == {"kit": 0}
    assert ledger.account("store", "bolt").balance == 5


TWO_ENDS = """
twin: 1
items: {bolt: {value: 1 USD/pc}, nut: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc, lead_time: 1 d}, nut: {price: 1 USD/pc, lead_time: 4 d}}}
  near: {kind: warehouse}
  far: {kind: warehouse}
  neighbour: {kind: customer, buys: {bolt: {from: near, every: 50 d, quantity: 1 pc, margin: 1 USD/pc},
              nut: {from: near, every: 50 d, quantity: 1 pc, margin: 1 USD/pc}}}
  islander: {kind: customer, buys: {bolt: {from: far, every: 50 d, quantity: 1 pc, margin: 1 USD/pc},
             nut: {from: far, every: 50 d, quantity: 1 pc, margin: 1 USD/pc}}}
lanes: {road: {from: works, to: near, transit: 2 d}, ferry: {from: works, to: far, transit: 9 d}}
policies: {plan: {all: {rule: base_stock, level: 5 pc}}}
opening: {}
run: {horizon: 30 d, replications: 1}
"""


def test_a_lead_time_belongs_to_its_own_end(run):
    """Making takes what the item takes at the works, travelling what the lane takes to its store."""
    ledger, _ = run(TWO_ENDS)
    arrivals = {
        (store, item): moved(ledger, item, lane, f"{store} dock")[0][0]
        for store, lane in (("near", "road"), ("far", "ferry"))
        for item in ("bolt", "nut")
    }
    assert arrivals == {("near", "bolt"): 3, ("near", "nut"): 6, ("far", "bolt"): 10, ("far", "nut"): 13}


def test_a_warehouse_with_shut_doors_neither_receives_nor_issues(run):
    """Doors shut on days 5 to 8: what comes stands at the dock, what is inside stays, and buyers go elsewhere."""
    ledger, seen = run(
        PLAIN,
        "disruptions={flood: {target: store, at: 5 d, lasts: 3 d, effect: {doors: 0 %}}}",
        "opening={store: {bolt: 20 pc}}",
    )
    assert seen["kpis"]["lost_sales"] == 3 * 4
    assert [day for day, _ in moved(ledger, "bolt", "road", "store dock") if 5 <= day < 8] == [5, 6]
    assert all(not 5 <= day < 8 for day, _ in moved(ledger, "bolt", "store dock", "store"))
    assert all(not 5 <= day < 8 for day, _ in moved(ledger, "bolt", "store", "(sold)"))
    assert [entry for entry in moved(ledger, "bolt", "store dock", "store") if 5 <= entry[0] <= 8] == [(8, 4), (8, 4)]


def test_a_buffer_that_does_not_fit_pays_rent_and_waits_at_the_dock(run):
    """Just in case, a hundred bolts: forty fit, thirty go to rented room, thirty stand at the dock; all of it costs."""
    _, seen = run(
        PLAIN,
        "nodes.store={capacity: 40 m3, storage: 1 USD/m3/d, overflow: {space: 30 m3, price: 2 USD/m3/d}, "
        "waiting: 5 USD/m3/d}",
        "nodes.client.buys.bolt.every={dist: uniform, min: 90 d, max: 99 d}",
        "lanes.road.transit=0 d",
        "policies.plan.all.level=100 pc",
        "run.horizon=10 d",
    )
    store, costs = seen["nodes"]["store"], seen["costs"]
    assert costs["storage"] == pytest.approx(40 * 10)
    assert costs["overflow"] == pytest.approx(30 * 10 * 2)
    assert costs["waiting"] == pytest.approx(30 * 10 * 5)
    assert (store["space_used"], store["space_peak"], store["refused"]) == (pytest.approx(1), 1, 30)
    assert store["dock_waiting"] == pytest.approx(30 * 10)


def test_the_total_has_every_cost_line_and_nothing_else(run):
    """Costs are named, not collected by what an attribute is called: nothing is left out, nothing is counted twice."""
    _, seen = run(PLAIN)
    paid = {"purchase", "duty", "freight", "premium_freight", "ordering", "production", "qualification"}
    kept = {"capital", "insurance", "obsolescence", "write_off", "storage", "overflow", "waiting", "demurrage"}
    missed = {"line_down", "lost_margin", "penalty"}
    assert set(seen["costs"]) == paid | kept | missed | {"value_out"}
    assert seen["kpis"]["total_cost"] == sum(seen["costs"].values())
    # Goods bought at their value and sold, or still there, cost nothing; what is left is the margin of the 8 lost.
    assert seen["kpis"]["total_cost"] == pytest.approx(8)


@pytest.mark.parametrize(
    ("right", "typo"),
    [
        ("transit:", "transitt:"),
        ("level:", "levle:"),
        ("every:", "evrey:"),
        ("horizon:", "horizn:"),
        ("policies:", "polices:"),
        ("margin:", "margins:"),
        ("base_stock", "base_stok"),
        ("supplies:", "suplies:"),
    ],
)
def test_a_typo_is_never_silently_ignored(load, right, typo):
    """A misspelt parameter that takes its default is an error that nobody finds in the results."""
    with pytest.raises(twin.ScenarioError, match="did you mean"):
        load(PLAIN.replace(right, typo, 1))


# One harbour that shuts for a while, and one shipment that waits for it.
WAITING = """
twin: 1
items: {bolt: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
  harbour: {kind: port, berths: 1, handling: 1 h}
  store: {kind: warehouse}
  client: {kind: customer, unmet: backorder, buys: {bolt: {from: store, every: 90000 d, quantity: 4 pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [1 h, 1 h]}}
policies: {plan: {all: {rule: r_q, reorder_point: 0 pc, quantity: 4 pc}}}
opening: {store: {bolt: 1 pc}}
disruptions: {closure: {target: harbour, at: 0 d, lasts: 25 h, effect: {capacity: 0 %}}}
run: {horizon: 20000 d, replications: 1}
"""


def test_who_waits_is_woken_at_the_second_and_does_not_keep_looking(run, load):
    """Waiting costs no steps: a closure of a day and one of fifty years take the same number, and end to the second."""
    ledger, _ = run(WAITING, "disruptions.closure.lasts=90061 s")
    assert moved(ledger, "bolt", "sea", "store dock") == [((90_061 + 2 * 3_600) / DAY, 4)]
    counted = []
    for lasts in ("25 h", "18250 d"):
        model = load(WAITING, f"disruptions.closure.lasts={lasts}")
        steps = 0

        def look(frame, event, argument):
            nonlocal steps
            steps += event == "call"

        watched = sys.getprofile()
        sys.setprofile(look)
        twin.simulate(model, "plan")
        sys.setprofile(watched)
        counted.append(steps)
    assert counted[0] == pytest.approx(counted[1], abs=50)  # the first run works the policy out


def test_policies_meet_the_same_luck_however_often_they_order(load):
    """One policy orders daily, the other in bulk: buyers, breakdowns and closures are the same to the second."""
    text = LINE.replace("every: 100 d, quantity: 1 pc", "every: 1 d, quantity: {dist: poisson, mean: 3 pc}")
    text = text.replace("lot: 1 pc, cost: 1 USD/pc}}}", "lot: 1 pc}}, failures: {mtbf: 2 d, mttr: 3 h}}")
    text = text.replace(
        "policies: {plan: {all: {rule: base_stock, level: 10 pc}}}",
        "policies: {daily: {all: {rule: base_stock, level: 60 pc}}, "
        "bulk: {all: {rule: min_max, reorder_point: 30 pc, order_quantity: 60 pc}}}",
    )
    text += "disruptions: {fire: {target: shop, every: {dist: exponential, mean: 9 d}, effect: {destroy: 10 %}}}"
    model = load(text, "opening.store.bolt=900 pc", "run.horizon=60 d")
    ledgers = [twin.simulate(model, policy, journal=True) for policy in ("daily", "bulk")]
    orders, repairs = (
        [[entry for entry in ledger.journal if entry[1] == "tally" and entry[2][0] == kind] for ledger in ledgers]
        for kind in ("demand", "ordered")
    )
    assert len(orders[0]) > 50
    assert orders[0] == orders[1]
    assert repairs[0] != repairs[1]
    assert ledgers[0].occurrences == ledgers[1].occurrences != []
    lengths = []
    for ledger in ledgers:
        down = [entry for entry in ledger.journal if entry[1] == "gauge" and entry[2] == ("down", "plant")]
        lengths.append([end[0] - begin[0] for begin, end in zip(down[::2], down[1::2], strict=False)])
    shared = min(map(len, lengths))
    assert shared > 3
    assert lengths[0][:shared] == lengths[1][:shared]  # the n-th repair takes as long


def test_what_is_gone_is_charged_no_longer(run):
    """All burns on day 10: it is written off once, and costs neither interest nor rent from then on."""
    _, seen = run(
        PLAIN,
        "carrying={capital: 36.5 %/yr}",
        "nodes.store={storage: 1 USD/m3/d}",
        "nodes.client.buys.bolt.every=100 d",
        "policies.plan.all.level=0 pc",
        "opening={store: {bolt: 104 pc}}",
        "disruptions={fire: {target: store, at: 10 d, effect: {destroy: 100 %}}}",
    )
    costs = seen["costs"]
    assert costs["write_off"] == 100
    assert costs["capital"] == pytest.approx(100 * 10 * 0.001)
    assert costs["storage"] == pytest.approx(100 * 10)
    assert costs["purchase"] == 0
    assert costs["value_out"] == pytest.approx(-(4 + 100 - 104))


SHIPPED = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_example_runs(path):
    """Whoever starts from an example starts from one that works, under every policy that it names."""
    model = twin.load(path)
    for policy in model.compared:
        assert twin.measure(model, twin.simulate(model, policy))["kpis"]["demand"] > 0
