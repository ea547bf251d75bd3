"""Against SupplyNetPy (Lone, Karanjkar & Lekshmi, IIT Goa), which is made of SimPy processes, as we are.

One network in both: a supplier without limits, a warehouse under (s, S) with continuous review, one customer a day.
Where no two things happen at one instant, and nothing is too big for its place, the two agree every evening, to the
piece: whole orders lost, the rest of orders lost, owed, and owed with patience.

Where they part, each test plays the events one by one. Read in its source, version 0.5.1 (`Components/core.py`):

- *Ties* go to what SimPy scheduled first. `Demand.behavior` schedules the next customer a gap ahead, and
  `InventoryNode.process_order` its delivery a lead time ahead; so at equal times a delivery comes before the sale
  if its lead time is longer than the gap between customers, and after it if not. Here goods arrive, then customers buy.
- *The first look* of a policy is at its creation, before the first customer of time 0. Here reviews follow sales.
- *A review with a period* has its timer ahead of the customer of the same instant, so its order has not seen that day's
  demand: the textbook's period, where L periods are L + 1 days here.
- *Whoever waits* is woken by an event of its own (`inventory_raised`) after the delivery. A customer who comes between
  the two takes the goods, and a small order passes a bigger one that waits. Here claims are one queue.
- *A full shelf*: an order is cut to what fits (capacity − position), and a delivery that does not fit is dropped,
  neither paid nor kept. Here it waits at the dock, and pays for it.
- *A supplying warehouse* sends an order whole or not yet. Here it sends what it has and owes the rest.
- *(R, Q)* orders one Q whenever stock is taken, even if that does not reach R. Here as many as it takes.
- *Random numbers*: checking the model draws twice from the demand that is passed, before time starts, so the days of a
  list would slip by two; the tests read demand by the clock instead.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
import simpy

from tests.peers.conftest import Days, Scenario, customer, empty, script

pytest.importorskip("SupplyNetPy")

import SupplyNetPy.Components as scm

EVENING = 0.9  # of a day: after whatever happens at midday, before the next day
FOREVER = float("inf")
ROOM = 100_000
IN_PARTS = 1e-9  # the smallest share of an order that a waiting customer takes


class Evening(NamedTuple):
    """A warehouse at the end of a day. Position: on hand + on order − owed."""

    on_hand: int
    owed: int
    position: int


class Theirs(NamedTuple):
    evenings: dict[str, list[Evening]]
    nodes: dict[str, Any]

    @property
    def store(self) -> Any:
        return self.nodes["store"].stats


def warehouse(name: str, opening: int, policy: dict[str, int], kind: Any = scm.SSReplenishment, room: int = ROOM):
    return {
        "ID": name,
        "name": name,
        "node_type": "warehouse",
        "capacity": room,
        "initial_level": opening,
        "inventory_holding_cost": 1,
        "replenishment_policy": kind,
        "policy_param": policy,
        "product_buy_price": 1,
        "product_sell_price": 2,
    }


def play(demand: Sequence[int], warehouses: list[dict], leads: Sequence[float], **terms: Any) -> Theirs:
    """Their run of works → (depot →) store, for as many days as there is demand, one customer at the start of each."""
    env = simpy.Environment()
    names = ["works", *(each["ID"] for each in warehouses)]
    links = [
        {"ID": f"to {sink}", "source": source, "sink": sink, "cost": 0, "lead_time": lambda lead=lead: lead}
        for source, sink, lead in zip(names[:-1], names[1:], leads, strict=True)
    ]
    buyer = {
        "ID": "client",
        "name": "client",
        "demand_node": "store",
        "order_arrival_model": lambda: 1,
        "order_quantity_model": lambda: demand[int(env.now)],
        **terms,
    }
    works = {"ID": "works", "name": "works", "node_type": "infinite_supplier"}
    network = scm.create_sc_net(nodes=[works, *warehouses], links=links, demands=[buyer], env=env)
    evenings: dict[str, list[Evening]] = {name: [] for name in names[1:]}

    def look():
        yield env.timeout(EVENING)
        while True:
            for name, seen in evenings.items():
                node = network["nodes"][name]
                seen.append(Evening(node.inventory.level, node.stats.backorder[1], node.position()))
            yield env.timeout(1)

    env.process(look())
    scm.simulate_sc_net(network, sim_time=len(demand), logging=False)
    return Theirs(evenings, network["nodes"])


def rule(low: int, high: int) -> dict[str, str]:
    return {"rule": "min_max", "review": "continuous", "reorder_point": f"{low} pc", "order_up_to": f"{high} pc"}


def scenario(
    demand: Sequence[int], rules: dict[str, dict], opening: dict[str, int], leads: Sequence[float], **terms: Any
) -> Scenario:
    """The same in our language."""
    told, names = empty(len(demand)), ["works", *rules]
    for source, sink, lead in zip(names[:-1], names[1:], leads, strict=True):
        told["nodes"][sink] = {"kind": "warehouse", "capacity": f"{ROOM} pc", "storage": "1 USD/pc/d"}
        told["lanes"][f"to_{sink}"] = {"from": source, "to": sink, "transit": f"{lead} d"}
        told["policies"]["rule"][sink] = {"at": [sink], **rules[sink]}
        told["opening"][sink] = {"part": f"{opening[sink]} pc"}
    told["nodes"]["client"] = customer("store", **terms)
    told["disruptions"]["script"] = script("client", demand)
    return told


def ours(seen: Days, store: str = "store") -> list[Evening]:
    columns = [seen.each(what, store) for what in ("on_hand", "backlog", "on_order")]
    return [Evening(here, owed, here + ordered - owed) for here, owed, ordered in zip(*columns, strict=True)]


def busy(days: int = 200) -> list[int]:
    """Ten pieces a day or so, and never none: SupplyNetPy refuses an order of nothing."""
    return [int(pieces) + 1 for pieces in np.random.default_rng(1).poisson(9, days)]


Look = Callable[[Scenario], Days]


@pytest.mark.parametrize("lead", [2.5, 4.5])
@pytest.mark.parametrize(
    ("theirs", "here"),
    [
        ({}, {"all_or_nothing": True}),
        ({"consume_available": True}, {"unmet": "lost"}),
        ({"tolerance": FOREVER, "order_min_split_ratio": IN_PARTS}, {"unmet": "backorder"}),
        ({"tolerance": 1.25, "order_min_split_ratio": IN_PARTS}, {"unmet": {"backorder": "1.25 d"}}),
    ],
    ids=["lost whole", "lost in part", "owed", "owed for 30 hours"],
)
@pytest.mark.case("SupplyNetPy (s, S)", "supplier, warehouse, customers")
def test_a_warehouse_is_the_same_every_evening_if_nothing_happens_at_once(days: Look, exactly, theirs, here, lead):
    """Deliveries come at noon, customers at midnight. A long lead time makes every second day a short one."""
    demand = busy()
    played = play(demand, [warehouse("store", 100, {"s": 35, "S": 80})], [lead], **theirs)
    seen = days(scenario(demand, {"store": rule(35, 80)}, {"store": 100}, [lead], **here))
    assert ours(seen) == played.evenings["store"]
    same = sum(one == other for one, other in zip(ours(seen), played.evenings["store"], strict=True))
    exactly(same, len(demand), f"evenings that agree, {lead} d on the road")
    store, kpis = played.store, seen.measured["kpis"]
    assert (kpis["sold"], kpis["lost_sales"]) == (store.demand_fulfilled[1], store.lost_sales[1])
    exactly(
        seen.measured["items"]["store.part"]["on_hand"],
        store.avg_inventory_level,
        f"on hand, {lead} d on the road (pc)",
    )
    exactly(seen.measured["costs"]["storage"], store.inventory_carry_cost, f"holding cost, {lead} d on the road (USD)")


@pytest.mark.case("SupplyNetPy chain", "supplier, depot, store, customers")
def test_a_depot_and_a_store_are_the_same_every_evening_while_the_depot_has_enough(days: Look):
    demand = busy()
    both = [warehouse("depot", 200, {"s": 120, "S": 200}), warehouse("store", 60, {"s": 35, "S": 60})]
    played = play(demand, both, [2.5, 1.25], consume_available=True)
    rules = {"depot": rule(120, 200), "store": rule(35, 60)}
    seen = days(scenario(demand, rules, {"depot": 200, "store": 60}, [2.5, 1.25]))
    assert ours(seen, "store") == played.evenings["store"]
    assert ours(seen, "depot") == played.evenings["depot"]
    assert min(evening.on_hand for evening in played.evenings["depot"]) > 0


@pytest.mark.case("SupplyNetPy ties", "delivery and customer at one instant")
def test_a_delivery_serves_the_sale_of_its_instant_even_if_it_was_ordered_yesterday(days: Look):
    """Fifteen on hand, ten sold and ordered on day 0, a day on the road. There the customer of day 1 was scheduled
    before the delivery: he takes the 5 that are left and goes, then ten come in. Here the ten come in and serve him."""
    demand = [10] * 30
    played = play(demand, [warehouse("store", 15, {"s": 15, "S": 15})], [1], consume_available=True)
    seen = days(scenario(demand, {"store": rule(15, 15)}, {"store": 15}, [1]))
    assert [evening.on_hand for evening in played.evenings["store"][:2]] == [5, 10]
    assert seen.each("on_hand", "store")[:2] == [5, 5]
    assert played.store.lost_sales[1] > 0 == seen.measured["kpis"]["lost_sales"]


@pytest.mark.case("SupplyNetPy ties", "delivery and customer at one instant")
def test_a_delivery_ordered_before_yesterday_serves_the_sale_of_its_instant_in_both(days: Look):
    """Two days on the road: the delivery was scheduled before the customer, and the two agree every evening."""
    demand = [10] * 30
    played = play(demand, [warehouse("store", 15, {"s": 15, "S": 15})], [2], consume_available=True)
    seen = days(scenario(demand, {"store": rule(15, 15)}, {"store": 15}, [2]))
    assert ours(seen) == played.evenings["store"]
    assert seen.measured["kpis"]["lost_sales"] == played.store.lost_sales[1] > 0


@pytest.mark.case("SupplyNetPy first look", "a review before the first sale")
def test_the_first_look_follows_the_first_sale(days: Look):
    """Fifty on hand, and s = 100. There: the policy orders 100 when it is created; the customer takes 10, and the
    position of 140 asks for nothing until day 4. Here: the customer takes 10, then 110 are ordered, which last until
    day 5. All after that is the same, a day later."""
    demand = [10] * 21
    played = play(demand, [warehouse("store", 50, {"s": 100, "S": 150})], [2.5])
    seen = days(scenario(demand, {"store": rule(100, 150)}, {"store": 50}, [2.5], all_or_nothing=True))
    assert [evening.position for evening in played.evenings["store"][:5]] == [140, 130, 120, 110, 150]
    assert [evening.position for evening in ours(seen)[:6]] == [150, 140, 130, 120, 110, 150]
    assert ours(seen)[4:] == played.evenings["store"][3:-1]


@pytest.mark.parametrize("lead", [2, 3])
@pytest.mark.case("SupplyNetPy period", "base stock, reviewed once a day")
def test_a_review_at_the_start_of_the_day_is_the_books_period(days: Look, lead):
    """There the order of day k is placed before its sale, and has seen the demand of k − 1; it is the order that we
    place on day k − 1. So a lead time of L is L + 1 here, and the shelf is the same every evening."""
    demand, level = busy(), 10 * (lead + 1) + 3
    played = play(
        demand, [warehouse("store", level, {"s": level, "S": level, "period": 1})], [lead], consume_available=True
    )
    base_stock = {"store": {"rule": "base_stock", "level": f"{level} pc"}}
    seen = days(scenario(demand, base_stock, {"store": level}, [lead + 1]))
    on_hand = [evening.on_hand for evening in played.evenings["store"]]
    assert seen.each("on_hand", "store") == on_hand
    assert seen.measured["kpis"]["lost_sales"] == played.store.lost_sales[1] > 0
    orders = [level - evening.position for evening in played.evenings["store"]]
    assert all(
        orders
    )  # evenings there: today's demand is not yet ordered, while here the position is back at the level
    assert {evening.position for evening in ours(seen)} == {level}


@pytest.mark.case("SupplyNetPy queue", "several customers wait")
def test_a_small_order_does_not_pass_a_bigger_one_that_waits(days: Look):
    """Orders are served whole, or wait. Four on hand; day 0 asks for 10 and waits; day 1 asks for 3. There the three
    are handed out, since waiting customers stand in no line. Here the first claim holds back the rest."""
    demand = [10, 3, 1]
    played = play(demand, [warehouse("store", 4, {"s": 4, "S": 4})], [9.5], tolerance=FOREVER)
    seen = days(scenario(demand, {"store": rule(4, 4)}, {"store": 4}, [9.5], unmet="backorder", all_or_nothing=True))
    assert played.evenings["store"] == [(4, 10, 4), (1, 10, 4), (0, 10, 4)]
    assert ours(seen) == [(4, 10, 4), (4, 13, 4), (4, 14, 4)]


@pytest.mark.case("SupplyNetPy queue", "a delivery, a customer who waits, and one who comes")
def test_who_comes_with_the_delivery_does_not_pass_those_who_wait_for_it(days: Look):
    """Nothing on hand; day 0 asks for 10, day 1 for 5; day 2 brings ten pieces and a customer for 8. There the ten are
    put on the shelf, the new customer takes 8, and only then the first is woken, finds 2 and goes on waiting. Here
    arrivals serve owed claims before anybody buys."""
    demand = [10, 5, 8]
    played = play(demand, [warehouse("store", 0, {"s": 0, "S": 1})], [2], tolerance=FOREVER)
    seen = days(scenario(demand, {"store": rule(0, 1)}, {"store": 0}, [2], unmet="backorder", all_or_nothing=True))
    there, here = played.evenings["store"][-1], ours(seen)[-1]
    assert (there.owed, here.owed) == (10 + 5, 5 + 8)


@pytest.mark.case("SupplyNetPy capacity", "an order beyond the room")
def test_an_order_is_not_cut_to_the_room_but_waits_for_it(days: Look):
    """Room for 30, s = 10, S = 50. There all orders are cut to what the position leaves of the room, so S is 30. Here S
    is ordered, and what does not fit stands at the dock, on order and paying, until there is room."""
    demand = [10] * 12
    played = play(demand, [warehouse("store", 30, {"s": 10, "S": 50}, room=30)], [1.5])
    told = scenario(demand, {"store": rule(10, 50)}, {"store": 30}, [1.5], all_or_nothing=True)
    told["nodes"]["store"] |= {"capacity": "30 pc", "waiting": "1 USD/pc/d"}
    seen = days(told)
    assert max(evening.position for evening in played.evenings["store"]) == 30
    assert max(evening.position for evening in ours(seen)) == 50
    assert max(evening.on_hand for evening in ours(seen)) <= 30
    assert seen.measured["nodes"]["store"]["refused"] > 0 < seen.measured["costs"]["waiting"]
    assert played.store.dropped_qty == 0


@pytest.mark.case("SupplyNetPy capacity", "a delivery beyond the room")
def test_a_delivery_that_does_not_fit_waits_and_is_not_lost(days: Look):
    """Room for 20, (s, S) = (10, 20), two and a half days on the road, and customers who wait for 30 hours. Day 0: 15
    sold, 15 ordered. Day 1: 15 asked, the 5 that are left delivered, 10 owed, so 15 ordered on top. Day 2.25: that
    customer leaves. Day 2.5: 15 arrive. Day 3.5: 15 arrive and find 13 on the shelf. There 7 are put in and 8 are gone,
    unpaid, from a supplier who has sent 15. Here 8 stand at the dock and come in when customers have made room."""
    demand = [15, 15, 1, 1, 1, 6, 1]
    played = play(
        demand,
        [warehouse("store", 20, {"s": 10, "S": 20}, room=20)],
        [2.5],
        tolerance=1.25,
        order_min_split_ratio=IN_PARTS,
    )
    told = scenario(demand, {"store": rule(10, 20)}, {"store": 20}, [2.5], unmet={"backorder": "1.25 d"})
    told["nodes"]["store"]["capacity"] = "20 pc"
    seen = days(told)
    on_hand = [evening.on_hand for evening in played.evenings["store"]]
    assert (on_hand, played.store.dropped_qty) == ([5, 0, 14, 20, 19, 13, 12], 8)
    assert seen.each("on_hand", "store") == [5, 0, 14, 20, 20, 20, 20]
    assert seen.evenings["dock:store"] == [0, 0, 0, 8, 7, 1, 0]
    assert seen.measured["nodes"]["store"]["refused"] == 8
    assert played.store.inventory_spend_cost == 15 + 7
    assert seen.measured["costs"]["purchase"] == 15 + 15


@pytest.mark.case("SupplyNetPy chain", "a depot that has a part of an order")
def test_a_depot_sends_what_it_has(days: Look):
    """The depot has 6 and gets nothing for long; the store sells 10 and asks for them. There the depot keeps its six
    until it has all ten. Here it sends six and owes four."""
    demand = [10, 1, 1, 1]
    both = [warehouse("depot", 6, {"s": 0, "S": 6}), warehouse("store", 20, {"s": 10, "S": 20})]
    played = play(demand, both, [9.5, 1.5])
    rules = {"depot": rule(0, 6), "store": rule(10, 20)}
    seen = days(scenario(demand, rules, {"depot": 6, "store": 20}, [9.5, 1.5]))
    assert [evening.on_hand for evening in played.evenings["depot"]] == [6, 6, 6, 6]
    assert [evening.on_hand for evening in played.evenings["store"]] == [10, 9, 8, 7]
    assert [(evening.on_hand, evening.owed) for evening in ours(seen, "depot")] == [(0, 4)] * 4
    assert seen.each("on_hand", "store") == [10, 15, 14, 13]


@pytest.mark.case("SupplyNetPy (R, Q)", "one Q does not reach R")
def test_r_q_orders_as_many_lots_as_it_takes(days: Look):
    """R = 12, Q = 5, and a sale from 15 to 2: there one lot is ordered, position 7, and the next not before the next
    customer; here three lots, so that the position is above R again."""
    demand = [13, 1, 1, 1]
    lots = warehouse("store", 15, {"R": 12, "Q": 5}, kind=scm.RQReplenishment)
    played = play(demand, [lots], [1.5])
    r_q = {"store": {"rule": "r_q", "reorder_point": "12 pc", "quantity": "5 pc"}}
    seen = days(scenario(demand, r_q, {"store": 15}, [1.5]))
    assert [evening.position for evening in played.evenings["store"]] == [7, 11, 15, 14]
    assert [evening.position for evening in ours(seen)] == [17, 16, 15, 14]
