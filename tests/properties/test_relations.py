"""What must follow when a scenario is changed in a known way: more trouble, more stock, other money, other dates."""

import os
import re
import subprocess
import sys
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twin
from tests.properties.networks import networks
from twin.model.units import DAY

ONE_LANE = """
twin: 1
items: {bolt: {value: 1 USD/pc, space: 1 m3}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc, rate: 60 pc/d, lead_time: 1 d}}}
  harbour: {kind: port, berths: 1, handling: 0.5 d}
  store: {kind: warehouse}
  client: {kind: customer,
           buys: {bolt: {from: store, every: 1 d, quantity: {dist: poisson, mean: 20 pc}, margin: 1 USD/pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [3 d, 3 d]}}
policies: {first: {all: {rule: base_stock, safety_stock: 3 d}}}
run: {horizon: 60 d, warm_up: 20 d}
"""
PLACES = ["harbour", "works", "sea", "store"]


def closing(target, *shut):
    """Patches that shut a place at these times: (hour, hours)."""
    dial = "doors" if target == "store" else "capacity"
    hold = ", in_transit: hold" if target == "sea" else ""
    effect = f"target: {target}, effect: {{{dial}: 0 %}}{hold}"
    return [
        f"disruptions.number{index}={{{effect}, at: {start} h, lasts: {hours} h}}"
        for index, (start, hours) in enumerate(shut)
    ]


@settings(max_examples=20)
@given(st.sampled_from(PLACES), st.integers(0, 40), st.integers(0, 20), st.integers(0, 10_000))
def test_a_longer_closure_never_loses_fewer_sales(outcome, target, length, more, seed):
    """One item, one lane, the same luck: more trouble is never less loss."""
    short, long = (
        outcome(ONE_LANE, *closing(target, (20 * 24, 24 * days)), seed=seed)["kpis"] for days in (length, length + more)
    )
    assert short["demand"] == long["demand"]
    assert short["lost_sales"] <= long["lost_sales"]


@settings(max_examples=20)
@given(st.sampled_from(PLACES), st.integers(0, 300), st.integers(0, 100), st.integers(0, 20), st.integers(0, 10_000))
def test_more_base_stock_never_loses_more_sales(outcome, target, level, more, days, seed):
    """One stage: who holds more loses no more, in calm and under a closure."""
    shut = [*closing(target, (20 * 24, days * 24)), "nodes.harbour.berths=null", "nodes.works.supplies.bolt.rate=null"]
    little, much = (
        outcome(ONE_LANE, *shut, f"policies.first.all={{rule: base_stock, level: {pieces} pc}}", seed=seed)
        for pieces in (level, level + more)
    )
    assert much["kpis"]["lost_sales"] <= little["kpis"]["lost_sales"]
    assert much["kpis"]["fill_rate"] >= little["kpis"]["fill_rate"]


def union(shut):
    """The same closures without overlaps."""
    joined = []
    for start, hours in sorted(shut):
        if joined and start <= sum(joined[-1]):
            begin = joined[-1][0]
            joined[-1] = (begin, max(sum(joined[-1]), start + hours) - begin)
        else:
            joined.append((start, hours))
    return joined


closures = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), min_size=2, max_size=4)


@settings(max_examples=20)
@given(st.sampled_from(PLACES), closures, st.randoms(use_true_random=False), st.integers(0, 10_000))
def test_overlapping_closures_end_with_the_last_in_whatever_order(outcome, target, shut, random, seed):
    """Shut is shut: however closures overlap, touch or are numbered, only the hours that any of them covers count."""
    shuffled = random.sample(shut, len(shut))
    found = [
        outcome(ONE_LANE, *closing(target, *each), seed=seed) for each in (shut, shuffled, union(shut))
    ]  # fmt: skip
    for seen in found:
        del seen["kpis"]["time_to_recover"]  # it looks no further than the next disruption, and so counts them
    assert found[0] == found[1] == found[2]


PRICE = re.compile(r"([0-9.]+) USD(/.*)?")


def priced(tree, times):
    """The same scenario with every price so many times as high, in another currency."""
    if isinstance(tree, dict):
        return {key: priced(value, times) for key, value in tree.items()}
    if isinstance(tree, list):
        return [priced(value, times) for value in tree]
    found = PRICE.fullmatch(tree) if isinstance(tree, str) else None
    return f"{float(found[1]) * times} EUR{found[2] or ''}" if found else tree


IN_MONEY = ("inventory_value", "peak_inventory_value", "safety_stock_cost", "total_cost")


@settings(max_examples=15)
@given(networks(), st.sampled_from([0.25, 8, 1000]))
def test_money_is_only_a_unit(outcome, scenario, times):
    """A planner in another currency gets the same pieces and days, and every amount at the rate of exchange."""
    dollars, euros = outcome(scenario), outcome(priced(scenario, times) | {"currency": "EUR"})
    assert {part: dollars[part] for part in ("items", "nodes", "lanes")} == {
        part: euros[part] for part in ("items", "nodes", "lanes")
    }
    assert euros["costs"] == pytest.approx(
        {line: times * cost for line, cost in dollars["costs"].items()}, rel=1e-9, abs=1e-6
    )
    for key, value in dollars["kpis"].items():
        expected = times * value if key in IN_MONEY else value
        assert euros["kpis"][key] == (
            pytest.approx(expected, rel=1e-9, abs=1e-6) if isinstance(value, float) else expected
        )


def part_of(scenario, begin, end):
    """The same network and luck, of which days `begin` to `end` are reported; disruptions strike on the same days."""
    scenario = deepcopy(scenario)
    for item in scenario["items"].values():
        item.pop("lifecycle", None)  # it cannot end before the warm-up does
    troubles = scenario.get("disruptions", {})
    for number, (name, trouble) in enumerate(list(troubles.items())):
        trouble.pop("notice", None)  # of a disruption in another part there is none
        if "at" in trouble and "after" not in trouble:
            day = 12 + number
            trouble["at"] = f"{day - begin} d"
            if not begin <= day < end:
                gone = {name, *(other for other, spec in troubles.items() if spec.get("after") == name)}
                troubles = {other: spec for other, spec in troubles.items() if other not in gone}
    scenario["disruptions"] = troubles
    scenario["run"] |= {"warm_up": f"{begin} d", "horizon": f"{end - begin} d"}
    return scenario


def sums(seen, days):
    """Everything that adds up over time: amounts as they are, time averages times their days."""
    found = {("cost", line): cost for line, cost in seen["costs"].items()}
    found |= {key: seen["kpis"][key] for key in ("demand", "sold", "lost_sales")}
    found["value days"] = seen["kpis"]["inventory_value"] * days
    found["safety stock"] = seen["kpis"]["safety_stock_cost"]
    flows = (
        "orders",
        "ordered",
        "ships",
        "failures",
        "refused",
        "scrapped",
        "dock_waiting",
        "shipments",
        "pieces",
        "shipped",
    )
    flows += ("demand", "sold", "lost_sales")
    levels = ("on_hand", "on_order", "position", "queue", "berths_busy", "in_port", "overflow_used", "in_transit")
    levels += ("running", "changeover", "starved", "blocked", "down", "idle", "off", "space_used")
    for part in ("items", "nodes", "lanes"):
        for name, place in seen[part].items():
            found |= {(name, key): place[key] for key in flows if key in place}
            found |= {(name, key): place[key] * days for key in levels if place.get(key) is not None}
            if part == "items":
                found[name, "backlog"] = place["backlog"] * days
            found |= {(name, "made", item): pieces for item, pieces in place.get("made", {}).items()}
    return found


@settings(max_examples=20)
@given(networks(), st.integers(2, 11))  # a run of one day would end before what is under way arrives
def test_two_reports_of_a_run_add_up_to_the_report_of_both(outcome, scenario, days):
    """The warm-up changes what is counted, never what happens: days 0 to n, and n to 20, are days 0 to 20."""
    early, late, whole = (
        outcome(part_of(scenario, begin, end)) for begin, end in ((0, days), (days, 20), (0, 20))
    )  # fmt: skip
    first, second = sums(early, days), sums(late, 20 - days)
    assert first.keys() == second.keys()
    assert sums(whole, 20) == pytest.approx({key: first[key] + second[key] for key in first}, rel=1e-9, abs=1e-6)
    early, late, whole = (seen["kpis"] for seen in (early, late, whole))
    assert whole["backlog"] == late["backlog"]  # what is owed at the end
    assert whole["peak_inventory_value"] == max(early["peak_inventory_value"], late["peak_inventory_value"])


@settings(max_examples=20)
@given(networks())
def test_all_policies_meet_the_same_orders_and_the_same_troubles(load, scenario):
    """Not only as many pieces: every order of every customer, to the second and the piece, and every disruption."""
    model = load(scenario)
    met = []
    for policy in model.policies:
        ledger = twin.simulate(model, policy, journal=True)
        orders = [entry for entry in ledger.journal if entry[1] == "tally" and entry[2][0] == "demand"]
        met.append((orders, ledger.occurrences))
    assert met[0] == met[1]


NEIGHBOUR = {
    "kind": "customer",
    "buys": {"bolt": {"from": "store", "every": "9 h", "quantity": {"dist": "poisson", "mean": "3 pc"}}},
}


@settings(max_examples=15)
@given(networks())
def test_a_new_customer_changes_nobody_elses_orders(load, scenario):
    """Who competes for the same goods changes what is left for others, never what they want or what befalls them."""
    larger = scenario | {"nodes": {**scenario["nodes"], "neighbour": NEIGHBOUR}}
    met = []
    for model in (load(scenario), load(larger)):
        ledger = twin.simulate(model, "first", journal=True)
        orders = [entry[:4] for entry in ledger.journal if entry[1] == "tally" and entry[2][0] == "demand"]
        struck = [(occurrence.name, occurrence.start, occurrence.end) for occurrence in ledger.occurrences]
        met.append(([entry for entry in orders if entry[2][1] != "neighbour.bolt"], struck))
    assert met[0] == met[1]


@settings(max_examples=10)
@given(networks())
def test_the_future_does_not_reach_back(load, scenario):
    """A horizon that is longer changes no day of the shorter one: its journal begins with the other, entry by entry."""
    short, long = (
        twin.simulate(load(scenario, f"run.horizon={days} d"), "first", journal=True) for days in (10, 17)
    )  # fmt: skip
    end = short.warm_up + 10 * DAY
    assert short.journal == [entry for entry in long.journal if entry[0] < end]


EVERYTHING = """
twin: 1
items:
  motor: {value: 50 USD/pc, space: 1 m3, bom: {coil: 2, screw: 8}}
  coil:  {value: 10 USD/pc, space: 0.1 m3}
  screw: {value: 0.1 USD/pc}
nodes:
  maker: {kind: supplier, supplies: {coil: {price: 10 USD/pc, lead_time: {dist: gamma, mean: 3 d, cv: 0.5}},
          screw: {price: 0.1 USD/pc, multiple: 100 pc}}}
  harbour: {kind: port, berths: 1, handling: {dist: exponential, mean: 10 h}, traffic: 1 /d}
  store: {kind: warehouse, capacity: 8 m3}
  works: {kind: line, from: store, to: shop, makes: {motor: {rate: 1 pc/h, lot: 4 pc}},
          failures: {mtbf: 3 d, mttr: 5 h}}
  shop:  {kind: warehouse}
  ann: {kind: customer, buys: {motor: {from: shop, every: 1 d, quantity: {dist: poisson, mean: 4 pc}}}}
  bob: {kind: customer, buys: {motor: {from: shop, every: {dist: exponential, mean: 1 d}, quantity: 3 pc}}}
lanes: {sea: {from: maker, to: store, via: [harbour], legs: [{dist: lognormal, mean: 2 d, cv: 0.3}, 1 d]}}
policies:
  jit: {all: {rule: base_stock, safety_stock: 1 d}}
  jic: {all: {rule: min_max, safety_stock: 9 d, order_quantity: 5 d}}
disruptions: {fire: {target: works, every: {dist: exponential, mean: 9 d}, lasts: 30 h, effect: {capacity: 0 %}}}
run: {horizon: 60 d, replications: 3, seed: 7}
"""


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    """Nothing depends on the memory, the hash seed or the number of processes of the computer that runs it."""
    path = tmp_path / "everything.yaml"
    path.write_text(EVERYTHING, encoding="utf-8")
    printed = [
        subprocess.run(
            [sys.executable, "-m", "twin", "run", str(path), "--json", "--quiet", "--jobs", str(jobs)],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed, jobs in ((1, 1), (2, 2))
    ]
    assert printed[0]
    assert printed[0] == printed[1]
