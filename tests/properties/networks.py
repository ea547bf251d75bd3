"""Small networks of every shape, as a user would write them.

One to three items, a port or none, warehouses too small for what is ordered, a line or none, customers of every temper,
rules of every kind, and up to three disruptions.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Scenario = dict[str, Any]


def pieces(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map("{} pc".format)


def hours(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map("{} h".format)


def days(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map("{} d".format)


def durations(low: int, high: int) -> st.SearchStrategy[Any]:
    """In hours: always the same, or drawn."""
    return hours(low, high) | st.builds(lambda mean: {"dist": "exponential", "mean": mean}, hours(max(low, 1), high))


quantities = pieces(1, 12) | st.sampled_from(
    [
        {"dist": "poisson", "mean": "6 pc"},
        {"dist": "geometric", "mean": "4 pc"},
        {"dist": "uniform", "min": "0 pc", "max": "9 pc"},
    ]
)

rules = st.one_of(
    st.fixed_dictionaries(
        {
            "rule": st.just("base_stock"),
            "review": days(1, 4) | st.just("continuous"),
            "safety_stock": pieces(0, 40) | days(0, 6),
        }
    ),
    st.fixed_dictionaries({"rule": st.just("base_stock"), "level": pieces(0, 60)}),
    st.fixed_dictionaries(
        {"rule": st.just("min_max"), "reorder_point": pieces(0, 40), "order_quantity": pieces(1, 60)}
    ),
    st.fixed_dictionaries({"rule": st.just("r_q"), "reorder_point": pieces(0, 40), "quantity": pieces(1, 30)}),
    st.fixed_dictionaries({"rule": st.just("kanban"), "bins": st.integers(1, 6), "bin": pieces(1, 20)}),
)


@st.composite
def warehouses(draw: st.DrawFn) -> Scenario:
    spec = {"kind": "warehouse", "storage": "1 USD/m3/d", "waiting": "3 USD/m3/d"}
    if draw(st.booleans()):
        spec["capacity"] = f"{draw(st.integers(1, 30))} m3"
        if draw(st.booleans()):
            spec["overflow"] = {"space": f"{draw(st.integers(1, 10))} m3", "price": "2 USD/m3/d"}
    return spec


@st.composite
def customers(draw: st.DrawFn, wanted: list[tuple[str, str]]) -> Scenario:
    """Buys some of the (item, warehouse) pairs."""
    spec: Scenario = {
        "kind": "customer",
        "buys": {},
        "unmet": draw(st.sampled_from(["lost", "backorder", {"backorder": "3 d"}])),
    }
    spec["all_or_nothing"] = draw(st.booleans())
    for item, store in draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=2, unique_by=lambda pair: pair[0])):
        spec["buys"][item] = {
            "from": store,
            "every": draw(durations(6, 60)),
            "quantity": draw(quantities),
            "margin": "5 USD/pc",
            "penalty": "1 USD/pc/d",
        }
    return spec


@st.composite
def networks(draw: st.DrawFn, spared: tuple[str, ...] = ()) -> Scenario:
    """A whole scenario, calm or disrupted, of about a month; the dials that are `spared` stay as they are."""
    parts = draw(st.sampled_from([["bolt"], ["bolt", "nut"]]))
    with_line, with_port, two_tiers = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    items = {
        part: {"value": f"{1 + len(part)} USD/pc", "space": draw(st.sampled_from(["0.1 m3", "0.25 m3", "1 m3"]))}
        for part in parts
    }
    nodes: Scenario = {"store": draw(warehouses())}
    lanes: Scenario = {}
    wanted = [(part, "store") for part in parts]
    if with_port:
        nodes["harbour"] = {
            "kind": "port",
            "berths": draw(st.integers(1, 2)),
            "handling": draw(durations(0, 40)),
            "customs": "5 h",
        }
        nodes["harbour"]["traffic"] = draw(st.sampled_from(["0.5 /d", "1 /d"]))
    for number in range(draw(st.integers(1, 2))):
        terms = {"price": "3 USD/pc", "lead_time": draw(durations(0, 90))}
        terms |= draw(st.sampled_from([{}, {"rate": "20 pc/d"}, {"min_order": "10 pc", "multiple": "5 pc"}]))
        nodes[f"works{number}"] = {
            "kind": "supplier",
            "region": "TW",
            "supplies": {part: dict(terms) for part in parts},
        }
        lane = {
            "from": f"works{number}",
            "to": "store",
            "cost": f"{number} USD/pc",
            "duty": "5 %",
            "order_cost": "7 USD/order",
        }
        if with_port and number == 0:
            lane |= {"via": ["harbour"], "legs": [draw(durations(0, 60)), draw(hours(0, 30))]}
        else:
            lane["transit"] = draw(durations(0, 90))
        lane |= draw(st.sampled_from([{}, {"departs": "2 d"}, {"capacity": "30 pc/d"}]))
        lanes[f"way{number}"] = lane
    if two_tiers or with_line:
        nodes["shop"] = draw(warehouses())
    if two_tiers:
        lanes["van"] = {"from": "store", "to": "shop", "transit": draw(durations(0, 40)), "items": parts}
        wanted = [(part, "shop") for part in parts]
    if with_line:
        items["kit"] = {
            "value": "20 USD/pc",
            "space": "0.5 m3",
            "bom": {part: 1 + index for index, part in enumerate(parts)},
        }
        nodes["plant"] = {
            "kind": "line",
            "from": "store",
            "to": "shop",
            "makes": {"kit": {"rate": "24 pc/d", "lot": draw(pieces(1, 8)), "cost": "2 USD/pc"}},
            "down_cost": "10 USD/h",
        }
        nodes["plant"] |= draw(
            st.sampled_from([{}, {"failures": {"mtbf": "5 d", "mttr": "12 h"}}, {"working": {"hours": "16 h/d"}}])
        )
        wanted = [("kit", "shop"), *wanted]
    for number in range(draw(st.integers(1, 2))):
        nodes[f"client{number}"] = draw(customers(wanted if number else wanted[:1]))
    policies: Scenario = {}
    for name in ("first", "second"):
        policies[name] = {"everything": draw(rules)}
        if draw(st.booleans()):
            policies[name]["bolts"] = {"items": ["bolt"], **draw(rules)}
    scenario: Scenario = {
        "twin": 1,
        "carrying": {"capital": "12 %/yr", "obsolescence": "5 %/yr"},
        "items": items,
        "nodes": nodes,
        "lanes": lanes,
        "policies": policies,
        "opening": draw(st.just("steady") | st.just({}) | st.just({"store": {"bolt": "50 pc"}})),
        "run": {
            "horizon": draw(days(10, 30)),
            "warm_up": draw(days(0, 6)),
            "replications": 2,
            "seed": draw(st.integers(0, 999)),
        },
    }
    count = draw(st.integers(0, 3))
    if count:
        scenario["disruptions"] = {f"trouble{number}": draw(disruptions(scenario, spared)) for number in range(count)}
    return scenario


def _dials(scenario: Scenario) -> list[tuple[str, str]]:
    """Every (target, dial or blow) of the network."""
    of_kind = {
        "supplier": ("capacity", "lead_time", "price", "scrap_work", "cancel_orders"),
        "port": ("capacity", "traffic"),
        "warehouse": ("doors", "space", "rent", "ordering", "destroy"),
        "line": ("capacity", "scrap_work"),
        "customer": ("demand",),
    }
    found = [(name, dial) for name, node in scenario["nodes"].items() for dial in of_kind[node["kind"]]]
    return found + [(name, dial) for name in scenario["lanes"] for dial in ("capacity", "lead_time", "freight", "duty")]


BLOWS = ("scrap_work", "cancel_orders", "destroy")
levels = st.sampled_from(["0 %", "30 %", "150 %", [["0 d", "0 %"], ["2 d", "40 %"], ["4 d", "100 %"]]])


@st.composite
def disruptions(draw: st.DrawFn, scenario: Scenario, spared: tuple[str, ...] = ()) -> Scenario:
    """Anything that can go wrong with this network."""
    target, dial = draw(st.sampled_from([hit for hit in _dials(scenario) if hit[1] not in spared]))
    spec: Scenario = {
        "target": target,
        "effect": {dial: draw(st.sampled_from(["30 %", "100 %"]) if dial in BLOWS else levels)},
    }
    spec |= draw(st.sampled_from([{"at": "2 d"}, {"at": "5.3 d"}, {"every": {"dist": "exponential", "mean": "4 d"}}]))
    if dial not in BLOWS and not isinstance(spec["effect"][dial], list):
        spec["lasts"] = draw(durations(5, 200))
        spec |= draw(st.sampled_from([{}, {"recovery": "3 d"}, {"probability": "60 %"}]))
    if target in scenario["lanes"] and dial == "capacity":
        spec["in_transit"] = draw(st.sampled_from(["hold", "continue"]))
    return spec


def reordered(tree: Any, order: Callable[[list[str]], list[str]], path: tuple[str, ...] = ()) -> Any:
    """The same scenario with the keys of every map in another order, except the segments of a policy."""
    if not isinstance(tree, dict):
        return tree
    segments = len(path) == 2 and path[0] == "policies"
    keys = list(tree) if segments else order(list(tree))
    return {key: reordered(tree[key], order, (*path, key)) for key in keys}
