"""The three stages in a row in two other simulators, for whoever has them installed (`pip install -e ".[peers]"`).

stockpyl plays the same days: it must agree to the piece. SupplyNetPy sends an order whole or not yet and looks at its
stocks whenever a piece is taken, so only what was sold can be compared; it knows no order of nothing.
"""

import simpy

LEVELS = (13, 8, 8)
LEAD_TIMES = (2, 1, 1)


def stockpyl(demand: list[int]) -> list[float]:
    """Mean inventory level (on hand less owed) of factory, depot and shop."""
    from stockpyl.demand_source import DemandSource
    from stockpyl.sim import simulation
    from stockpyl.supply_chain_network import serial_system

    network = serial_system(
        num_nodes=3,
        node_order_in_system=[1, 2, 3],
        policy_type="BS",
        base_stock_level=list(LEVELS),
        initial_inventory_level=list(LEVELS),
        shipment_lead_time=list(LEAD_TIMES),
    )
    network.nodes_by_index[3].demand_source = DemandSource(type="D", demand_list=demand)
    simulation(network, len(demand), progress_bar=False)
    return [
        sum(period.get_inventory_level() for period in network.nodes_by_index[index].state_vars[: len(demand)])
        / len(demand)
        for index in (1, 2, 3)
    ]


def supplynetpy(demand: list[int]) -> float:
    """Pieces sold."""
    import SupplyNetPy.Components as scm

    env = simpy.Environment()
    names = ("factory", "depot", "shop")
    stages = [
        {
            "ID": name,
            "name": name,
            "node_type": "warehouse",
            "capacity": 100_000,
            "initial_level": level,
            "inventory_holding_cost": 1,
            "replenishment_policy": scm.SSReplenishment,
            "policy_param": {"s": level - 1, "S": level},
            "product_buy_price": 1,
            "product_sell_price": 2,
        }
        for name, level in zip(names, LEVELS, strict=True)
    ]
    links = [
        {"ID": f"to {sink}", "source": source, "sink": sink, "cost": 0, "lead_time": lambda lead=lead: lead}
        for source, sink, lead in zip(("works", *names[:-1]), names, LEAD_TIMES, strict=True)
    ]
    customer = {
        "ID": "customer",
        "name": "customer",
        "demand_node": "shop",
        "order_arrival_model": lambda: 1,
        "order_quantity_model": lambda: max(1, demand[int(env.now)]),
        "tolerance": float("inf"),
        "order_min_split_ratio": 1e-9,
    }
    works = {"ID": "works", "name": "works", "node_type": "infinite_supplier"}
    network = scm.create_sc_net(nodes=[works, *stages], links=links, demands=[customer], env=env)
    scm.simulate_sc_net(network, sim_time=len(demand), logging=False)
    return network["nodes"]["shop"].stats.demand_fulfilled[1]
