"""Against stockpyl (L. V. Snyder), the program of the textbook *Fundamentals of Supply Chain Theory*, in its own worked
examples: both simulators get the same demand, and every stock must agree every evening, to the piece.

A period there: demand is seen, every stage orders, from the customers upwards, then shipments arrive and demand is
served. So its order has seen the demand of its period, as ours has, and a lead time of L periods **of its simulation**
is L days here. (Its closed formulas follow the book, whose order comes before the demand: their L is L + 1 days. Its
network of Example 4.1, whose book says 0, has the 1 in it already.) Levels are rounded up, and demand is rounded to
whole pieces, for both.
"""

from collections.abc import Iterable
from math import ceil

import numpy as np
import pytest

from tests.peers.conftest import Days, Scenario, customer, daily, empty, script

pytest.importorskip("stockpyl")

from stockpyl.demand_source import DemandSource
from stockpyl.disruption_process import DisruptionProcess
from stockpyl.instances import load_instance
from stockpyl.newsvendor import newsvendor_normal, newsvendor_poisson
from stockpyl.rq import r_q_poisson_exact
from stockpyl.sim import simulation
from stockpyl.ss import s_s_discrete_exact
from stockpyl.supply_chain_network import SupplyChainNetwork, single_stage_system
from stockpyl.supply_chain_node import SupplyChainNode

DAYS = 150

# What pauses while a stage is disrupted, and our dial for it: orders, shipments to it, goods under way to it, receipts.
PAUSES = {
    "OP": ("stage{}", "ordering"),
    "SP": ("to_stage{}", "capacity"),
    "TP": ("to_stage{}", "capacity"),
    "RP": ("stage{}", "space"),
}


def whole(network: SupplyChainNetwork, demand: list[int] | None = None, seed: int = 1) -> SupplyChainNetwork:
    """Levels in whole pieces, and demand drawn beforehand, so that two simulators can be given the same."""
    draw = np.random.default_rng(seed)
    for node in network.nodes:
        policy, source = node.inventory_policy, node.demand_source
        for name in ("base_stock_level", "reorder_point", "order_up_to_level", "order_quantity"):
            level = getattr(policy, name)
            setattr(policy, name, level if level is None else ceil(level))
        if source is not None and source.type is not None:
            drawn = {
                "N": lambda source=source: draw.normal(source.mean, source.standard_deviation, DAYS).round(),
                "P": lambda source=source: draw.poisson(source.mean, DAYS),
                "D": lambda source=source: np.full(DAYS, source.demand_list),
            }[source.type]()
            asked = demand or [max(0, int(pieces)) for pieces in drawn]
            node.demand_source = DemandSource(type="D", demand_list=asked)
    return network


def disrupted(node: SupplyChainNode, kind: str, periods: list[bool]) -> None:
    node.disruption_process = DisruptionProcess(
        random_process_type="E", disruption_type=kind, disruption_state_list=periods
    )


def rule(node: SupplyChainNode) -> dict[str, str]:
    policy = node.inventory_policy
    return {
        "BS": lambda: {"rule": "base_stock", "level": f"{policy.base_stock_level} pc"},
        "sS": lambda: {
            "rule": "min_max",
            "reorder_point": f"{policy.reorder_point} pc",
            "order_up_to": f"{policy.order_up_to_level} pc",
        },
        "rQ": lambda: {
            "rule": "r_q",
            "reorder_point": f"{policy.reorder_point} pc",
            "quantity": f"{policy.order_quantity} pc",
        },
    }[policy.type]()


def scenario(network: SupplyChainNetwork, upstream: str = "continuous") -> Scenario:
    """The same network in our language. A stage that supplies others looks as soon as one of them has ordered."""
    told = empty(DAYS)
    for node in network.nodes:
        stage, lane = f"stage{node.index}", f"to_stage{node.index}"
        holding, lead_time = node.local_holding_cost or 0, node.shipment_lead_time or 0
        source = next((f"stage{before}" for before in node.predecessor_indices()), "works")
        review = upstream if node.successors() else "1 d"
        told["nodes"][stage] = {"kind": "warehouse", "capacity": "100000 pc", "storage": f"{holding} USD/pc/d"}
        told["lanes"][lane] = {"from": source, "to": stage, "transit": f"{lead_time} d"}
        told["policies"]["rule"][stage] = {"at": [stage], **rule(node), "review": review}
        opening = node.initial_inventory_level
        if opening is None:
            opening = node.inventory_policy.get_order_quantity(inventory_position=0)
        told["opening"][stage] = {"part": f"{int(opening)} pc"}
        told["opening"]["in_transit"] += [
            {"to": stage, "item": "part", "quantity": f"{node.initial_shipments} pc", "arrives": f"{day} d"}
            for day in range(lead_time if node.initial_shipments else 0)
        ]
        if node.demand_source is not None and node.demand_source.type is not None:
            told["nodes"][f"buyer{node.index}"] = customer(stage, node.stockout_cost or 0, unmet="backorder")
            told["disruptions"][f"script{node.index}"] = script(
                f"buyer{node.index}", node.demand_source.demand_list[:DAYS]
            )
        trouble = node.disruption_process
        if trouble is not None and trouble.random_process_type == "E":
            target, dial = PAUSES[trouble.disruption_type]
            told["disruptions"][f"trouble{node.index}"] = {
                "target": target.format(node.index),
                "at": "0 d",
                "effect": {dial: daily(0 if stands else 100 for stands in trouble.disruption_state_list)},
                "in_transit": "hold" if trouble.disruption_type == "TP" else "continue",
            }
    return told


def their_level(node: SupplyChainNode) -> list[float]:
    return [evening.get_inventory_level() for evening in node.state_vars[:DAYS]]


def their_on_order(node: SupplyChainNode) -> list[float]:
    return [evening.on_order() for evening in node.state_vars[:DAYS]]


def theirs(*nodes: SupplyChainNode) -> dict[str, list[tuple[float, float]]]:
    """Every stage on every evening: on hand less owed, and on order."""
    return {f"stage{node.index}": list(zip(their_level(node), their_on_order(node), strict=True)) for node in nodes}


def ours(seen: Days, *nodes: SupplyChainNode) -> dict[str, list[tuple[int, int]]]:
    """The same of our run."""
    stages = [f"stage{node.index}" for node in nodes]
    return {stage: list(zip(seen.level(stage), seen.each("on_order", stage), strict=True)) for stage in stages}


def agree(exactly, seen: Days, *nodes: SupplyChainNode) -> None:
    """Every stage on every evening, to the piece."""
    here, there = ours(seen, *nodes), theirs(*nodes)
    assert here == there
    same = sum(one == other for stage in here for one, other in zip(here[stage], there[stage], strict=True))
    exactly(same, len(nodes) * DAYS, "evenings that agree, stage by stage")


def their_cost(nodes: Iterable[SupplyChainNode], what: str) -> float:
    return sum(getattr(evening, f"{what}_cost_incurred") for node in nodes for evening in node.state_vars[:DAYS])


def one_stage(policy: str, lead_time: int, demand: tuple[str, float, float | None], **terms) -> SupplyChainNetwork:
    kind, mean, sd = demand
    return single_stage_system(
        policy_type=policy,
        shipment_lead_time=lead_time,
        demand_type=kind,
        mean=mean,
        standard_deviation=sd,
        **terms,
    )


def costs(terms: dict) -> dict[str, float]:
    return {"local_holding_cost": terms["holding_cost"], "stockout_cost": terms["stockout_cost"]}


def newsvendor() -> SupplyChainNetwork:
    """Example 4.1, as stockpyl ships it for simulation: normal demand, level 56.6, lead time 1."""
    return load_instance("example_4_1_network")


def base_stock() -> SupplyChainNetwork:
    """Example 4.4: the book's lead time of four periods is five of the simulation."""
    book = load_instance("example_4_4")
    level, _ = newsvendor_normal(**book)
    demand = ("N", book["demand_mean"], book["demand_sd"])
    return one_stage("BS", book["lead_time"] + 1, demand, base_stock_level=level, **costs(book))


def poisson_newsvendor() -> SupplyChainNetwork:
    """Problem 4.8(a)."""
    book = load_instance("problem_4_8a")
    level, _ = newsvendor_poisson(**book)
    return one_stage("BS", 1, ("P", book["demand_mean"], None), base_stock_level=level, **costs(book))


def s_s(name: str) -> SupplyChainNetwork:
    """Example 4.7 and Problem 4.31, at the levels that stockpyl finds optimal."""
    book = load_instance(name)
    low, high, _ = s_s_discrete_exact(use_poisson=True, **book)
    demand = ("P", book["demand_mean"], None)
    return one_stage("sS", 1, demand, reorder_point=low, order_up_to_level=high, **costs(book))


def r_q() -> SupplyChainNetwork:
    """Example 5.8, reviewed once a period."""
    book = load_instance("example_5_8")
    point, quantity, _ = r_q_poisson_exact(**book)
    demand = ("P", book["demand_mean"], None)
    return one_stage("rQ", book["lead_time"], demand, reorder_point=point, order_quantity=quantity, **costs(book))


def unreliable_supply() -> SupplyChainNetwork:
    """Example 9.3: deterministic demand, no orders while disrupted; chance of 4 % to fall, of 25 % to rise again. The
    best level, for three periods without supply, is the book's: in stockpyl 1.0.2 a star import hides the `log` that
    its search needs."""
    book = load_instance("example_9_3")
    level = 4 * book["demand"]
    network = one_stage("BS", 1, ("D", 0, None), demand_list=book["demand"], base_stock_level=level, **costs(book))
    draw, down, periods = np.random.default_rng(3), False, []
    for _ in range(DAYS):
        down = bool(draw.random() < (1 - book["recovery_prob"] if down else book["disruption_prob"]))
        periods.append(down)
    assert any(periods)
    disrupted(network.nodes[0], "OP", periods)
    return network


def case(name: str, source: str, *values) -> object:
    return pytest.param(*values, marks=pytest.mark.case(f"stockpyl {name}", source), id=name)


@pytest.mark.parametrize(
    "network",
    [
        case("example_4_1", "newsvendor, simulated", newsvendor),
        case("example_4_4", "base stock, L = 4, simulated", base_stock),
        case("problem_4_8a", "newsvendor, Poisson, simulated", poisson_newsvendor),
        case("example_4_7", "(s, S), simulated", lambda: s_s("example_4_7")),
        case("problem_4_31", "(s, S), simulated", lambda: s_s("problem_4_31")),
        case("example_5_8", "(r, Q), simulated", r_q),
        case("example_9_3", "base stock with disruptions, simulated", unreliable_supply),
    ],
)
def test_one_stock_is_the_same_every_evening(days, exactly, network):
    """What is on hand, owed, on order and paid, and the share served at once, under every rule that both have."""
    network = whole(network())
    simulation(network, DAYS, progress_bar=False)
    seen, (node,) = days(scenario(network)), network.nodes
    agree(exactly, seen, node)
    assert min(their_level(node)) < 0 < max(their_level(node))
    exactly(seen.measured["costs"]["storage"], their_cost([node], "holding"), "holding cost (USD)")
    exactly(seen.measured["costs"]["penalty"], their_cost([node], "stockout"), "stockout cost (USD)")
    exactly(seen.measured["kpis"]["fill_rate"], node.state_vars[DAYS - 1].get_fill_rate(), "fill rate")


@pytest.mark.parametrize("upstream", ["continuous", "1 d"], ids=["as asked", "daily"])
@pytest.mark.parametrize(
    "name",
    [
        case("example_6_1", "three stages, simulated", "example_6_1"),
        case("problem_6_1", "two stages, simulated", "problem_6_1"),
        case("problem_6_2b_adj", "five stages, Poisson, simulated", "problem_6_2b_adj"),
    ],
)
def test_a_chain_is_the_same_every_evening(days, exactly, name, upstream):
    """Local base stocks in a row. Orders of a day must climb the whole chain on that day. They do when each stage looks
    as soon as it has been asked; reviewed once a day they do because the stages' names, which put reviews in order,
    run from the customers upwards."""
    network = whole(load_instance(name))
    simulation(network, DAYS, progress_bar=False)
    seen = days(scenario(network, upstream))
    agree(exactly, seen, *network.nodes)
    assert min(min(their_level(node)) for node in network.nodes) < 0
    sold_from = [node for node in network.nodes if not node.successors()]
    exactly(seen.measured["costs"]["storage"], their_cost(network.nodes, "holding"), "holding cost (USD)")
    exactly(seen.measured["costs"]["penalty"], their_cost(sold_from, "stockout"), "stockout cost (USD)")
    under_way = sum(
        DAYS * seen.measured["lanes"][f"to_stage{after.index}"]["in_transit"] * node.local_holding_cost
        for node in network.nodes
        for after in node.successors()
    )
    exactly(under_way, their_cost(network.nodes, "in_transit_holding"), "holding cost under way (USD)")


@pytest.mark.case("stockpyl problem_6_16", "two stages, goods under way at the start, simulated")
def test_a_chain_that_starts_with_goods_under_way_is_the_same_every_evening(days, exactly):
    """Eight shipments on the road to one stage and three to the other, a day apart, the first due on day 0."""
    network = whole(load_instance("problem_6_16"))
    simulation(network, DAYS, progress_bar=False)
    agree(exactly, days(scenario(network)), *network.nodes)


def tree(depot: int, hub: int) -> SupplyChainNetwork:
    """Figure 1(a) of Rong, Atan & Snyder (2017): a depot (0), hubs 1 and 2, shops 3 and 4, 5 and 6."""
    network = load_instance("rong_atan_snyder_figure_1a")
    for node in network.nodes:
        node.inventory_policy.base_stock_level = {0: depot, 1: hub, 2: hub}.get(node.index, 12)
    return whole(network)


@pytest.mark.case("stockpyl rong_atan_snyder_figure_1a", "distribution, simulated")
def test_a_tree_is_the_same_every_evening_while_no_hub_has_to_choose(days, exactly):
    """Depot, hubs and shops; the shops run out now and then, the hubs have enough to give."""
    network = tree(depot=75, hub=35)
    simulation(network, DAYS, progress_bar=False)
    seen, hubs = days(scenario(network)), [node for node in network.nodes if node.successors()]
    agree(exactly, seen, *network.nodes)
    assert min(min(their_level(node)) for node in hubs) >= 0 > min(min(their_level(node)) for node in network.nodes)
    exactly(seen.measured["costs"]["storage"], their_cost(network.nodes, "holding"), "holding cost (USD)")


@pytest.mark.case("stockpyl rong_atan_snyder_figure_1a", "distribution, simulated")
def test_a_hub_that_owes_serves_the_older_claim_first_and_not_the_lower_number(days):
    """Divergence. stockpyl goes through the shops by number and gives each what it is owed *and what it has just
    asked for*, before the next shop gets what it has been owed since yesterday. Here claims are served in the order in
    which they were made. So the hubs agree every evening, and so do their shops taken together, but not each shop."""
    network = tree(depot=30, hub=16)
    simulation(network, DAYS, progress_bar=False)
    seen, node = days(scenario(network)), network.nodes_by_index
    assert ours(seen, node[0], node[1], node[2]) == theirs(node[0], node[1], node[2])
    for favoured, other in ((3, 4), (5, 6)):
        assert np.add(seen.level(f"stage{favoured}"), seen.level(f"stage{other}")).tolist() == (
            np.add(their_level(node[favoured]), their_level(node[other])).tolist()
        )
    assert sum(seen.level("stage5")) < sum(their_level(node[5]))
    assert sum(seen.level("stage6")) > sum(their_level(node[6]))


def troubled(kind: str, level: int = 220) -> tuple[SupplyChainNetwork, slice]:
    """Problem 6.1's two stages with more stock, and a disruption of the one that customers see, for six periods."""
    network = load_instance("problem_6_1")
    for node in network.nodes:
        node.inventory_policy.base_stock_level = {1: level, 2: 120}[node.index]
    disrupted(network.nodes_by_index[1], kind, [30 <= period < 36 for period in range(DAYS)])
    network = whole(network)
    simulation(network, DAYS, progress_bar=False)
    return network, slice(30, 36)


@pytest.mark.parametrize(
    "kind",
    [case("OP", "order-pausing disruption, simulated", "OP"), case("SP", "shipment-pausing, simulated", "SP")],
)
def test_a_pause_of_orders_or_of_shipments_is_the_same_every_evening(days, exactly, kind):
    """`ordering: 0 %` of a warehouse and `capacity: 0 %` of a lane: stock runs out, and all comes at once after. Goods
    that are committed while the lane is shut have left the shelf in both; stockpyl still charges them its rent."""
    network, _ = troubled(kind)
    seen = days(scenario(network))
    agree(exactly, seen, *network.nodes)
    assert min(seen.level("stage1")) < 0


@pytest.mark.case("stockpyl TP", "transit-pausing disruption, simulated")
def test_goods_that_stand_still_are_late_and_the_load_due_that_morning_is_too(days):
    """Divergence of one load. stockpyl moves goods on at the end of a period, so what is due in the first disrupted
    period is in already. Here the lane shuts before the arrivals of that instant, so that load waits with the others.
    From the reopening on, all evenings agree."""
    network, shut = troubled("TP")
    node, seen = network.nodes_by_index[1], days(scenario(network))
    (load,) = set(np.subtract(their_level(node)[shut], seen.level("stage1")[shut]))
    assert load == node.state_vars[30].get_inbound_shipment(predecessor=2)
    assert seen.level("stage1")[:30] == their_level(node)[:30]
    assert seen.level("stage1")[36:] == their_level(node)[36:]
    assert ours(seen, network.nodes_by_index[2]) == theirs(network.nodes_by_index[2])


@pytest.mark.case("stockpyl RP", "receipt-pausing disruption, simulated")
def test_a_stage_that_cannot_receive_still_sells_what_it_has(days):
    """`space: 0 %`. With stock enough for the six days the levels agree every evening. stockpyl no longer counts as
    on order what stands at the gate; here it is on order until it is on the shelf, so these days differ in that."""
    network, shut = troubled("RP", level=1200)
    node, seen = network.nodes_by_index[1], days(scenario(network))
    assert seen.level("stage1") == their_level(node)
    gate = [evening.inbound_disrupted_items_aggregate() for evening in node.state_vars[:DAYS]]
    assert seen.each("on_order", "stage1") == np.add(their_on_order(node), gate).tolist()
    assert max(gate) > 0 == sum(gate[: shut.start]) + sum(gate[shut.stop :])


@pytest.mark.case("stockpyl RP", "receipt-pausing disruption, simulated")
def test_a_piece_that_somebody_waits_for_goes_through_a_full_store(days):
    """Divergence. When stock runs out before the gate opens, stockpyl lets customers wait for goods that stand
    outside. Here an owed piece goes from the dock straight through, so nobody waits for what is there."""
    network, shut = troubled("RP")
    node, seen = network.nodes_by_index[1], days(scenario(network))
    assert min(their_level(node)[shut]) < 0
    assert min(seen.level("stage1")[shut]) == 0
    assert seen.level("stage1")[shut.stop :] == their_level(node)[shut.stop :]


@pytest.mark.case("stockpyl (r, Q)", "single quantity, simulated")
def test_a_rule_of_fixed_quantities_orders_several_when_one_does_not_reach(days):
    """Divergence. r = 3, Q = 5 and a day that takes 14 of 5: stockpyl orders one Q a period until the position is
    above r; here all that it takes are ordered at once (the position of the theory is uniform on r + 1 … r + Q)."""
    demand = [14] + [0] * (DAYS - 1)
    network = whole(one_stage("rQ", 2, ("D", 0, None), demand_list=0, reorder_point=3, order_quantity=5), demand)
    simulation(network, DAYS, progress_bar=False)
    node, seen = network.nodes[0], days(scenario(network))
    assert their_level(node)[:6] == [-9, -9, -4, 1, 6, 6]
    assert seen.level("stage0")[:6] == [-9, -9, 6, 6, 6, 6]


@pytest.mark.case("stockpyl L = 0", "no lead time, simulated")
def test_without_a_lead_time_goods_come_after_the_sale_that_they_were_ordered_for(days):
    """Divergence. stockpyl sees demand, orders, receives, and only then serves: without a lead time nobody ever waits,
    and the shelf is full every evening. Here the order follows the sale and arrives the moment after: whoever asks for
    more than there is has to wait that moment, or goes elsewhere; the evenings are the same."""
    network = whole(one_stage("BS", 0, ("N", 50, 8), base_stock_level=50))
    simulation(network, DAYS, progress_bar=False)
    node, seen = network.nodes[0], days(scenario(network))
    assert ours(seen, node) == theirs(node)
    assert node.state_vars[DAYS - 1].get_fill_rate() == 1
    assert seen.measured["kpis"]["fill_rate"] < 0.97
