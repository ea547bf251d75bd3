"""A small comparison, made up whole: two months of motor controllers, a port that closes, three policies."""

from math import sin
from types import SimpleNamespace as Some

import pytest

H = 120
STOCKS = ("parts_store.mcu", "parts_store.power_module", "parts_store.housing", "dispatch.controller")
LINES = (
    "purchase",
    "duty",
    "freight",
    "premium_freight",
    "ordering",
    "production",
    "capital",
    "insurance",
    "obsolescence",
    "write_off",
    "storage",
    "overflow",
    "waiting",
    "demurrage",
    "qualification",
    "line_down",
    "lost_margin",
    "penalty",
    "value_out",
)
DAY = 86_400


def stat(mean, half=0.0):
    return {
        "mean": mean,
        "low": mean - half,
        "high": mean + half,
        "sd": half,
        "p5": mean,
        "p95": mean,
        "n": 30,
    }


def costs(**known):
    return {line: stat(float(known.get(line, 0))) for line in LINES}


def policy(uptime, lost, out, **money):
    total = sum(money.values())
    return {
        "kpis": {
            "uptime": stat(uptime, 0.012),
            "lost_sales": stat(lost, 90),
            "fill_rate": stat(1 - lost / 20_000, 0.01),
            "backlog": stat(0),
            "total_cost": stat(total, 0.03 * total),
            "stockout_by_item": {"housing": stat(out / 5), "mcu": stat(out), "power_module": stat(0.0)},
            "uptime_loss": {
                "starved": stat(0.9 - uptime),
                "starved_by": {"mcu": stat(out), "housing": stat(out / 5)},
            },
        },
        "costs": costs(**money),
        "items": {s: {"on_hand": stat(900 / k), "stockout_rate": stat(out / k)} for k, s in enumerate(STOCKS, 1)},
        "nodes": {"assembly": {"running": stat(uptime)}, "parts_store": {}},
        "lanes": {},
    }


def gap(mean, half):
    return {"mean": mean, "low": mean - half, "high": mean + half, "distinguishable": abs(mean) > half}


@pytest.fixture
def document():
    goods = {"purchase": 4_100_000, "production": 430_000}
    policies = {
        "jit": policy(
            0.765,
            5200,
            0.14,
            **goods,
            value_out=-4_543_000,
            freight=61_000,
            line_down=905_000,
            lost_margin=442_000,
            capital=21_000,
            insurance=3_000,
            obsolescence=9_000,
            storage=12_000,
            ordering=4_100,
            demurrage=2_300,
        ),
        "jic": policy(
            0.861,
            870,
            0.01,
            **goods,
            value_out=-4_528_000,
            freight=64_000,
            line_down=101_000,
            lost_margin=74_000,
            capital=391_000,
            insurance=60_000,
            obsolescence=180_000,
            storage=122_000,
            overflow=88_000,
            waiting=9_000,
            ordering=1_900,
            demurrage=4_300,
        ),
        "hybrid": policy(
            0.852,
            1100,
            0.02,
            **goods,
            value_out=-4_533_000,
            freight=66_000,
            premium_freight=48_000,
            line_down=132_000,
            lost_margin=93_000,
            capital=141_000,
            insurance=22_000,
            obsolescence=70_000,
            storage=51_000,
            ordering=2_900,
            demurrage=3_300,
        ),
    }
    base = policies["jit"]["kpis"]
    differences = {
        f"{p} - jit": {
            k: gap(policies[p]["kpis"][k]["mean"] - base[k]["mean"], half)
            for k, half in (
                ("uptime", 0.01),
                ("lost_sales", 120),
                ("total_cost", 39_000),
                ("fill_rate", 0.01),
            )
        }
        for p in ("jic", "hybrid")
    }
    return {
        "twin": 1,
        "scenario": "port_shutdown",
        "title": "Long Beach shuts for three weeks",
        "hash": "3fa91c07be52d418",
        "seed": 42,
        "replications": 30,
        "findings": [],
        "policies": policies,
        "differences": differences,
    }


def supplier(region):
    return Some(kind="supplier", region=region)


def warehouse(capacity, overflow=None):
    rented = overflow and Some(space=Some(amount=overflow * 10**9, unit="m3"))
    return Some(kind="warehouse", region="US", capacity=Some(amount=capacity * 10**9, unit="m3"), overflow=rented)


@pytest.fixture
def model():
    nodes = {
        "fab_taiwan": supplier("TW"),
        "modules_japan": supplier("JP"),
        "housings_mexico": supplier("MX"),
        "kaohsiung": Some(kind="port", region="TW"),
        "long_beach": Some(kind="port", region="US"),
        "parts_store": warehouse(900, 300),
        "dispatch": warehouse(120),
        "assembly": Some(kind="line", region="US", origin="parts_store", destination="dispatch"),
        "automaker": Some(kind="customer", region="US", buys={"controller": Some(origin="dispatch")}),
    }

    def lane(a, b, mode, *via):
        return Some(origin=a, destination=b, mode=mode, via=via, premium=mode == "air")

    lanes = {
        "pacific": lane("fab_taiwan", "parts_store", "ocean", "kaohsiung", "long_beach"),
        "airbridge": lane("fab_taiwan", "parts_store", "air"),
        "japan_sea": lane("modules_japan", "parts_store", "ocean", "long_beach"),
        "border": lane("housings_mexico", "parts_store", "road"),
    }
    items = {s.split(".")[1]: Some(value=v, lifecycle=None) for s, v in zip(STOCKS, (18, 140, 16.7, 193), strict=True)}
    carried = {
        "pacific": ["mcu"],
        "airbridge": ["mcu"],
        "japan_sea": ["power_module"],
        "border": ["housing"],
    }
    run = Some(horizon=H * DAY, warm_up=90 * DAY, replications=30, seed=42)
    warehouses = {name: node for name, node in nodes.items() if node.kind == "warehouse"}
    return Some(
        warehouses=warehouses,
        nodes=nodes,
        lanes=lanes,
        items=items,
        policies=["jit", "jic", "hybrid"],
        network=Some(carried=carried),
        currency="USD",
        start=None,
        run=run,
        title="Motor controllers",
    )


def days(cover, starts):
    """A stock that saws weekly, drains while the port is shut and refills afterwards."""
    table = {"day": list(range(H))}
    shut = [min(max(d - starts, 0), 21) - 1.4 * max(d - starts - 21, 0) for d in range(H)]
    for k, stock in enumerate(STOCKS):
        table[f"on_hand:{stock}"] = [
            max(0, round((cover + 7 - d % 7 - (k < 2) * max(s, 0)) * 120)) for d, s in enumerate(shut)
        ]
    out = [float(v == 0) for v in table["on_hand:parts_store.mcu"]]
    table["starved:assembly"] = out
    table["down:assembly"] = [0.25 if d % 20 == 3 and not o else 0.0 for d, o in enumerate(out)]
    table["running:assembly"] = [(1 - o) * 0.74 - s for o, s in zip(out, table["down:assembly"], strict=True)]
    for name in ("blocked", "changeover"):
        table[f"{name}:assembly"] = [0.0] * H
    table["lost:automaker.controller"] = [round(o * (120 + 30 * sin(d))) for d, o in enumerate(out)]
    table["owed:automaker.controller"] = [0] * H
    use = [v / 7000 for v in table["on_hand:parts_store.housing"]]
    table["space_used:parts_store"] = [min(u, 1.0) for u in use]
    table["overflow:parts_store"] = [min(max(u - 1, 0) * 900, 300) for u in use]
    table["dock:parts_store"] = [max((u - 4 / 3) * 900, 0) for u in use]
    table["space_used:dispatch"] = [0.2 + cover / 100] * H
    table["overflow:dispatch"] = table["dock:dispatch"] = [0.0] * H
    return table


@pytest.fixture
def timelines():
    return {"jit": days(3, 40), "jic": days(59, 40), "hybrid": days(22, 40)}


@pytest.fixture
def occurrences():
    return [Some(name="closure", start=40.0, end=61.0, recovered=75.0, targets=("long_beach",))]
