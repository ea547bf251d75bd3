"""Small networks of every shape, as a user would write them.

One or two parts, some of which perish or go out of fashion, from one or two suppliers that break down, spoil pieces and
choose whom they serve; over ports with few berths and other ships, by air when it burns; through one to three tiers of
warehouses too small for what is ordered; a line or none, of one product or two, whose parts may have alternates;
customers of every temper; rules of every kind; and up to three disruptions of whatever can be hit.
"""

from collections.abc import Callable
from itertools import pairwise
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


def one_of(*choices: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(choices)


quantities = pieces(1, 12) | one_of(
    {"dist": "poisson", "mean": "6 pc"},
    {"dist": "geometric", "mean": "4 pc"},
    {"dist": "uniform", "min": "0 pc", "max": "9 pc"},
)
habits = one_of(
    {},
    {},
    {"pattern": [1, 1, 1, 1, 1.5, 0.5, 0]},
    {"trend": "900 %/yr"},
    {"season": [1.25, *[0.5] * 11]},
)
rules = st.one_of(
    st.fixed_dictionaries(
        {
            "rule": st.just("base_stock"),
            "review": days(1, 4) | st.just("continuous"),
            "safety_stock": pieces(0, 40) | days(0, 6),
            "prebuild": pieces(0, 40) | days(0, 6),
        }
    ),
    st.fixed_dictionaries({"rule": st.just("base_stock"), "level": pieces(0, 60)}),
    st.fixed_dictionaries(
        {"rule": st.just("min_max"), "reorder_point": pieces(0, 40), "order_quantity": pieces(1, 60)}
    ),
    st.fixed_dictionaries(
        {"rule": st.just("r_q"), "reorder_point": pieces(0, 40), "quantity": pieces(1, 30)},
        optional={"prebuild": days(0, 6)},
    ),
    st.fixed_dictionaries({"rule": st.just("kanban"), "bins": st.integers(1, 6), "bin": pieces(1, 20)}),
)


ends = one_of({}, {}, {"shelf_life": "30 h"}, {"shelf_life": "4 d"}, {"lifecycle": {"ends": "7 d"}})


@st.composite
def warehouses(draw: st.DrawFn) -> Scenario:
    spec = {"kind": "warehouse", "storage": "1 USD/m3/d", "waiting": "3 USD/m3/d"}
    if draw(st.booleans()):
        spec["capacity"] = f"{draw(st.integers(1, 30))} m3"
        if draw(st.booleans()):
            spec["overflow"] = {"space": f"{draw(st.integers(1, 10))} m3", "price": "2 USD/m3/d"}
    return spec


@st.composite
def terms(draw: st.DrawFn) -> Scenario:
    """On which one part is supplied."""
    terms = {"price": "3 USD/pc", "lead_time": draw(durations(0, 90))}
    terms |= draw(one_of({}, {"rate": "20 pc/d"}, {"min_order": "10 pc", "multiple": "5 pc"}))
    return terms | draw(one_of({}, {}, {"yield": "85 %"}))


@st.composite
def suppliers(draw: st.DrawFn, parts: list[str]) -> Scenario:
    spec = {"kind": "supplier", "region": "TW", "supplies": {part: draw(terms()) for part in parts}}
    return spec | draw(one_of({}, {}, {"failures": {"mtbf": "4 d", "mttr": {"dist": "gamma", "mean": "1 d", "cv": 1}}}))


@st.composite
def ports(draw: st.DrawFn) -> Scenario:
    return {
        "kind": "port",
        "handling": draw(durations(0, 40)),
        **draw(one_of({"berths": 1}, {"berths": 2}, {})),
        **draw(one_of({"traffic": "0.5 /d"}, {"traffic": "1 /d"}, {})),
        **draw(one_of({"customs": "5 h"}, {"free_time": "1 d", "demurrage": "20 USD/d"})),
    }


@st.composite
def lines(draw: st.DrawFn, products: list[str]) -> Scenario:
    """A line from the store to the shop."""
    terms = {"rate": "24 pc/d", "lot": draw(pieces(1, 8)), "cost": "2 USD/pc"}
    spec = {"kind": "line", "from": "store", "to": "shop", "down_cost": "10 USD/h"}
    spec["makes"] = {product: dict(terms) for product in products}
    spec |= draw(one_of({}, {"failures": {"mtbf": "5 d", "mttr": "12 h"}}, {"working": {"hours": "16 h/d"}}))
    return spec | draw(one_of({}, {"changeover": "3 h"}))


@st.composite
def customers(draw: st.DrawFn, wanted: list[tuple[str, str]]) -> Scenario:
    """Buys some of the (item, warehouse) pairs."""
    spec: Scenario = {"kind": "customer", "buys": {}, "unmet": draw(one_of("lost", "backorder", {"backorder": "3 d"}))}
    spec["all_or_nothing"] = draw(st.booleans())
    for item, store in draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=2, unique_by=lambda pair: pair[0])):
        spec["buys"][item] = {
            "from": store,
            "every": draw(durations(6, 60)),
            "quantity": draw(quantities),
            "margin": "5 USD/pc",
            "penalty": "1 USD/pc/d",
            **draw(habits),
        }
    return spec


@st.composite
def networks(draw: st.DrawFn, spared: tuple[str, ...] = ()) -> Scenario:
    """A whole scenario, calm or disrupted, of about a month; the dials that are `spared` stay as they are."""
    parts = draw(one_of(["bolt"], ["bolt", "nut"]))
    stores = draw(one_of(["store"], ["hub", "store"]))  # from the suppliers down
    shops = draw(one_of([], ["shop"], ["kiosk", "shop"]))  # side by side, refilled from the store
    products = draw(one_of([], ["kit"], ["kit", "set"]))
    via = draw(one_of([], ["harbour"], ["harbour", "pier"]))
    items: Scenario = {
        part: {"value": f"{1 + len(part)} USD/pc", "space": draw(one_of("0.1 m3", "0.25 m3", "1 m3")), "group": "metal"}
        | draw(ends)
        for part in parts
    }
    items["bolt"] |= draw(one_of({}, {}, {"class": "B", "risk": "medium"}))
    if products:
        bom = {part: 1 + len(part) % 2 for part in parts}
        items["kit"] = {"value": "20 USD/pc", "space": "0.5 m3", "bom": bom, **draw(ends)}
    if len(products) > 1:
        items["set"] = {"value": "12 USD/pc", "space": "0.5 m3", "bom": {parts[-1]: 2}}
    bought = [*parts, *draw(alternates(items, parts))] if products else parts
    nodes: Scenario = {
        name: draw(warehouses()) for name in dict.fromkeys([*stores, *shops, *["shop"][: len(products)]])
    }
    nodes |= {name: draw(ports()) for name in via}
    lanes = draw(lanes_from_abroad(nodes, bought, [stores[0], *shops], via))
    for number, (above, below) in enumerate([*pairwise(stores), *(("store", shop) for shop in shops)]):
        goods = bought if below == "store" else parts
        lanes[f"van{number}"] = {"from": above, "to": below, "transit": draw(durations(0, 40)), "items": goods}
    wanted = [(part, shop) for shop in shops or ["store"] for part in parts]
    if products:
        nodes["plant"] = draw(lines(products))
        wanted = [*((product, "shop") for product in products), *wanted]
    for number in range(draw(st.integers(1, 3))):
        nodes[f"client{number}"] = draw(customers(wanted if number else wanted[:1]))
    scenario: Scenario = {
        "twin": 1,
        "carrying": {"capital": "12 %/yr", "obsolescence": "5 %/yr"},
        "items": items,
        "nodes": nodes,
        "lanes": lanes,
        "segmentation": draw(one_of({}, {"abc": ["50 %", "90 %"], "risk": RATED})),
        "policies": {name: draw(policies(lanes, parts, stores[0])) for name in ("first", "second")},
        "opening": draw(one_of("steady", {}, {"store": {"bolt": "50 pc"}}, UNDER_WAY)),
        "run": {
            "horizon": draw(days(10, 30)),
            "warm_up": draw(days(0, 6)),
            "replications": 2,
            "seed": draw(st.integers(0, 999)),
        },
    }
    count = draw(st.integers(0, 3))
    if count:
        troubles = {f"trouble{number}": draw(disruptions(scenario, spared)) for number in range(count)}
        if count > 1 and draw(st.booleans()):
            troubles["trouble1"].pop("every", None)
            troubles["trouble1"] |= {"after": "trouble0", "at": "1 d"}
        scenario["disruptions"] = troubles
    return scenario


RATED = {
    "sole_source": "20 %",
    "long": "10 d",
    "regions": {"TW": "15 %"},
    "groups": {"metal": "10 %"},
    "medium": "40 %",
}
UNDER_WAY = {"in_transit": [{"to": "store", "item": "bolt", "quantity": "30 pc", "arrives": "1.5 d"}]}


@st.composite
def alternates(draw: st.DrawFn, items: Scenario, parts: list[str]) -> list[str]:
    """Bolts that may be replaced by pins or nuts, and nuts by bolts; returns what is to be bought besides the parts."""
    terms = st.fixed_dictionaries(
        {}, optional={"ratio": st.integers(1, 3), "after": hours(0, 90), "cost": one_of("0 USD", "500 USD")}
    )
    others = draw(one_of([], ["pin"], ["pin", *parts[1:]], [*parts[1:], "pin"]))
    if not others:
        return []
    items["pin"] = {"value": "4 USD/pc", "space": "0.1 m3", **draw(ends)}
    items["bolt"]["alternates"] = {other: draw(terms) for other in others}
    if "nut" in others:
        items["nut"]["alternates"] = {"bolt": draw(terms)}
    return ["pin"]


@st.composite
def lanes_from_abroad(draw: st.DrawFn, nodes: Scenario, parts: list[str], to: list[str], via: list[str]) -> Scenario:
    """One or two suppliers with a lane each, the first over the ports; and perhaps a quicker and dearer one.

    All go to the first of the places; perhaps one more goes to the last, which then competes with it.
    """
    lanes: Scenario = {}
    for number in range(draw(st.integers(1, 2))):
        nodes[f"works{number}"] = draw(suppliers(parts))
        lane = {"from": f"works{number}", "to": to[0], "cost": f"{number} USD/pc", "duty": "5 %"}
        lane |= {"order_cost": "7 USD/order", "shipment_cost": "11 USD/shipment"}
        if via and number == 0:
            lane |= {"via": via, "legs": [draw(durations(0, 60)), *(draw(hours(0, 30)) for _ in via)]}
        else:
            lane["transit"] = draw(durations(0, 90))
        lanes[f"way{number}"] = lane | draw(one_of({}, {"departs": "2 d"}, {"capacity": "30 pc/d"}))
    if draw(st.booleans()):
        lanes["air"] = {"from": "works0", "to": to[0], "premium": True, "transit": "8 h", "cost": "9 USD/pc"}
    if draw(st.booleans()):
        lanes["way_beside"] = {"from": "works0", "to": to[-1], "transit": draw(durations(0, 90)), "duty": "5 %"}
        lanes["way_beside"] |= {"order_cost": "7 USD/order", "shipment_cost": "11 USD/shipment"}
        nodes["works0"] |= draw(one_of({}, {"allocation": "fair"}, {"allocation": {"priority": [to[-1]]}}))
    return lanes


@st.composite
def policies(draw: st.DrawFn, lanes: Scenario, parts: list[str], first: str) -> Scenario:
    """A rule for all, perhaps another for one part; shared sources and expediting where there are lanes for it."""
    segments = {"everything": draw(rules)}
    if draw(st.booleans()):
        segments["bolts"] = {"items": ["bolt"], **draw(rules)}
    if draw(st.booleans()):
        segments["dear"] = {**draw(one_of({"class": "A"}, {"class": "B"}, {"risk": "medium"})), **draw(rules)}
    abroad: Scenario = {}
    if "way1" in lanes and draw(st.booleans()):
        abroad["sources"] = {"way0": "60 %", "way1": "40 %"}
    if "air" in lanes and draw(st.booleans()):
        abroad["expedite"] = {"lane": "air", "when_cover_below": "2 d"}
    others = [name for name in ("way1", "air") if name in lanes]  # dearer than the first source, way0
    if others and draw(st.booleans()):
        abroad["backup"] = {"lane": draw(st.sampled_from(others)), "after": draw(hours(0, 60))}
    return segments | ({"abroad": {"items": parts, "at": [first], **abroad}} if abroad else {})


DIALS = {
    "supplier": ("capacity", "lead_time", "price", "scrap_work", "cancel_orders"),
    "port": ("capacity", "traffic"),
    "warehouse": ("doors", "space", "rent", "ordering", "destroy"),
    "line": ("capacity", "scrap_work"),
    "customer": ("demand",),
    "lane": ("capacity", "lead_time", "freight", "duty"),
}
BLOWS = ("scrap_work", "cancel_orders", "destroy")
levels = one_of("0 %", "0 %", "30 %", "150 %", [["0 d", "0 %"], ["2 d", "40 %"], ["4 d", "100 %"]])


def _targets(scenario: Scenario) -> list[tuple[Any, tuple[str, ...]]]:
    """Everything that a disruption can name, with the dials and blows that it can have there."""
    nodes, lanes = scenario["nodes"], scenario["lanes"]
    named: list[tuple[Any, tuple[str, ...]]] = [(name, DIALS[node["kind"]]) for name, node in nodes.items()]
    named += [(name, DIALS["lane"]) for name in lanes]
    works = [name for name in nodes if name.startswith("works")]
    return [
        *named,
        ("works0.bolt", DIALS["supplier"]),
        ("way0.bolt", ("capacity", "freight", "duty")),
        ([*works, "way0"], ("capacity", "lead_time")),
        ({"region": "TW"}, DIALS["supplier"]),
        ({"group": "metal"}, ("capacity", "destroy")),
        ({"kind": "warehouse"}, DIALS["warehouse"]),
        ({"kind": "customer"}, DIALS["customer"]),
    ]


@st.composite
def disruptions(draw: st.DrawFn, scenario: Scenario, spared: tuple[str, ...] = ()) -> Scenario:
    """Anything that can go wrong with this network."""
    targets = [(target, [dial for dial in dials if dial not in spared]) for target, dials in _targets(scenario)]
    target, dials = draw(st.sampled_from([entry for entry in targets if entry[1]]))
    dial = draw(st.sampled_from(dials))
    blow = dial in BLOWS
    spec: Scenario = {"target": target, "effect": {dial: draw(one_of("30 %", "100 %") if blow else levels)}}
    spec |= draw(one_of({"at": "2 d"}, {"at": "5.3 d"}, {"every": {"dist": "exponential", "mean": "4 d"}}))
    if not blow and not isinstance(spec["effect"][dial], list):
        spec["lasts"] = draw(durations(5, 200))
        spec |= draw(one_of({}, {"recovery": "3 d"}, {"probability": "60 %"}))
    spec |= draw(one_of({}, {}, {"notice": "2 d"}, {"notice": "9 d"}))
    if isinstance(target, str) and target in scenario["lanes"] and dial == "capacity":
        spec["in_transit"] = draw(one_of("hold", "continue"))
    return spec


def reordered(tree: Any, order: Callable[[list[str]], list[str]], path: tuple[str, ...] = ()) -> Any:
    """The same scenario with the keys of every map in another order, except segments of a policy, sources, the first of
    which may have a backup, and alternates."""
    if not isinstance(tree, dict):
        return tree
    ranked = (path[:1] == ("policies",) and (len(path) == 2 or path[3:] == ("sources",))) or path[2:] == ("alternates",)
    keys = list(tree) if ranked else order(list(tree))
    return {key: reordered(tree[key], order, (*path, key)) for key in keys}
