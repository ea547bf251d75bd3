"""The scenarios that we ship: all of them run, and the stories that they tell make sense to a planner."""

import os
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import yaml

import twin
from twin.engine.account import OUTSIDE
from twin.findings import findings
from twin.study.optimise import optimise
from twin.study.warm_up import warm_up_findings

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
QUESTIONS = {"port_shutdown_map", "port_shutdown_buffers"}  # that ask more of a scenario with a file of its own
PLAYED = [name for name in NAMES if name not in QUESTIONS]
LUCK = range(3)  # replications: the stories are told by paired differences, so few will do


@lru_cache
def measured(name: str, policy: str, replication: int, *sets: str) -> dict[str, Any]:
    model = twin.load(SCENARIOS / f"{name}.yaml", sets)
    return twin.measure(model, twin.simulate(model, policy, replication))


def kpi(key: str, name: str, policy: str, *sets: str) -> list[float]:
    """A KPI in every replication."""
    return [measured(name, policy, replication, *sets)["kpis"][key] for replication in LUCK]


def test_there_are_scenarios():
    """The ones that the handbook and the make targets name."""
    assert {"calm", "port_shutdown", "supplier_failure"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_sound(name):
    """No mistake, a title for its charts, and every finding is a sentence."""
    model = twin.load(SCENARIOS / f"{name}.yaml")
    assert model.title
    assert len(model.compared) >= 2
    assert all(finding.strip() for finding in findings(model))


@pytest.mark.parametrize("name", PLAYED)
def test_nothing_is_made_of_nothing(name):
    """Under every policy, with two sorts of luck: every piece is somewhere, every hour of a line accounted for."""
    model = twin.load(SCENARIOS / f"{name}.yaml")
    for policy in model.compared:
        for replication in (0, 1):
            ledger = twin.simulate(model, policy, replication)
            for item in model.items:
                assert sum(entry.balance for (_, kept), entry in ledger.accounts.items() if kept == item) == 0
            assert all(entry.balance >= 0 for (place, _), entry in ledger.accounts.items() if place not in OUTSIDE)
            results = twin.measure(model, ledger)
            kpis = results["kpis"]
            assert kpis["sold"] > 0
            assert kpis["total_cost"] == sum(results["costs"].values())
            for line in model.lines:
                states = results["nodes"][line]
                shares = [
                    states[state] for state in ("running", "changeover", "starved", "blocked", "down", "idle", "off")
                ]
                assert sum(shares) == pytest.approx(1)


def test_in_a_calm_year_jit_is_cheapest():
    """The buffer is an insurance: in a year without a claim it is a premium."""
    cost = {policy: fmean(kpi("total_cost", "calm", policy)) for policy in twin.load(SCENARIOS / "calm.yaml").compared}
    assert min(cost, key=cost.__getitem__) == "jit"


def test_a_port_shutdown_is_what_the_buffer_is_for():
    """With three weeks of no ships the policies with stock keep their lines up longer than JIT, on any luck."""
    jit = kpi("uptime", "port_shutdown", "jit")
    for policy in ("jic", "hybrid"):
        for lean, buffered in zip(jit, kpi("uptime", "port_shutdown", policy), strict=True):
            assert buffered > lean + 0.01


def test_jit_suffers_from_the_shutdown():
    """The same year with and without it: fewer hours, fewer sales, more cost."""
    for key, worse in (("uptime", -1), ("sold", -1), ("total_cost", 1)):
        for calm, shut in zip(kpi(key, "calm", "jit"), kpi(key, "port_shutdown", "jit"), strict=True):
            assert (shut - calm) * worse > 0


def test_a_buffer_pays_where_closures_are_long_and_frequent():
    """The corners of the break-even map: short and rare is JIT's, long and sure is JIC's, and no run is drawn twice."""
    model = twin.load(SCENARIOS / "port_shutdown_map.yaml")
    lasts, probability = model.study.sweep
    corners = {lasts: model.study.sweep[lasts][:: len(model.study.sweep[lasts]) - 1], probability: ["3 %", "100 %"]}
    cheapest = [
        cell["cheapest"]["policy"] for cell in twin.sweep(model, corners, replications=len(LUCK)).document["cells"]
    ]
    assert (cheapest[0], cheapest[-1]) == ("jit", "jic")


@pytest.mark.parametrize("policy", ["jit", "jic", "hybrid"])
def test_longer_closures_never_lose_fewer_sales(policy):
    """On the same luck, replication by replication."""
    lost = [kpi("lost_sales", "port_shutdown", policy, f"disruptions.closure.lasts={days} d") for days in (7, 21, 42)]
    for week, three_weeks, six_weeks in zip(*lost, strict=True):
        assert week <= three_weeks <= six_weeks


def test_without_the_mosfet_the_line_stands_for_three_cents():
    """The cheapest part stops the plant as surely as the dearest, and the results say that it was the one."""
    for replication in LUCK:
        loss = measured("supplier_failure", "jit", replication)["kpis"]["uptime_loss"]["starved_by"]
        assert max(loss, key=loss.__getitem__) == "mosfet"
        assert loss["mosfet"] > 0.02


def test_value_alone_leaves_the_three_cent_part_bare():
    """The lesson of the cheap transistor: a buffer by class forgets it, and risk that overrides value does not."""
    by_value, by_risk = (kpi("uptime", "supplier_failure", policy) for policy in ("hybrid_abc", "hybrid_abc_risk"))
    for replication, bare, covered in zip(LUCK, by_value, by_risk, strict=True):
        loss = measured("supplier_failure", "hybrid_abc", replication)["kpis"]["uptime_loss"]["starved_by"]
        assert max(loss, key=loss.__getitem__) == "mosfet"
        assert covered > bare + 0.01


def test_a_drop_in_turns_the_crisis_into_a_pivot():
    """Qualified beforehand it costs days, without it a quarter: and then it is JIT that needs no buffer."""
    drop_in = "items.driver_ic.alternates.second_driver.after"
    nothing = kpi("total_cost", "substitution", "jit", "disruptions=null")
    ready, buffered = (kpi("total_cost", "substitution", policy) for policy in ("jit", "jic"))
    none, buffer_alone = (kpi("total_cost", "substitution", policy, f"{drop_in}=400 d") for policy in ("jit", "jic"))
    for calm, pivot, stock_too, crisis, stock_alone in zip(nothing, ready, buffered, none, buffer_alone, strict=True):
        assert (crisis - calm) > 10 * (pivot - calm)
        assert pivot < stock_too < stock_alone < crisis


def test_qualifying_in_the_crisis_takes_its_time():
    """The longer the alternate takes to qualify, the longer JIT stands; at once, it is the drop-in."""
    lost = [
        fmean(kpi("uptime", "substitution", "jit", f"items.driver_ic.alternates.second_driver.after={days} d"))
        for days in (0, 28, 56, 400)
    ]
    assert lost == sorted(lost, reverse=True)


def test_what_is_superseded_is_the_buffers_loss():
    """JIC writes off most and loses to JIT by more than its premium in a calm year, on any luck."""
    lives = [f"items.{item}.lifecycle=null" for item in ("traction_controller", "fast_mcu", "fast_board")]
    lean, buffered = (kpi("total_cost", "short_lifecycle", policy) for policy in ("jit", "jic"))
    lean_on, buffered_on = (kpi("total_cost", "short_lifecycle", policy, *lives) for policy in ("jit", "jic"))
    for replication, jit, jic, jit_on, jic_on in zip(LUCK, lean, buffered, lean_on, buffered_on, strict=True):
        assert jic - jit > 2 * (jic_on - jit_on) > 0
        written_off = [
            measured("short_lifecycle", policy, replication)["costs"]["write_off"]
            for policy in ("jit", "hybrid", "jic")
        ]
        assert written_off == sorted(written_off)


def test_a_second_maker_is_worth_its_premium_when_the_first_one_stops():
    """In calm it costs a third of JIC's buffer; in the stop JIT with two makers beats JIC with one."""
    calm = {
        policy: fmean(kpi("total_cost", "dual_source", policy, "disruptions=null"))
        for policy in ("jit", "jit_dual", "jic")
    }
    assert calm["jit"] < calm["jit_dual"] < (calm["jit"] + calm["jic"]) / 2
    one, one_and_stock, two, two_and_stock = (
        kpi("total_cost", "dual_source", policy) for policy in ("jit", "jic", "jit_dual", "jic_dual")
    )
    for jit, jic, jit_dual, jic_dual in zip(one, one_and_stock, two, two_and_stock, strict=True):
        assert max(jit_dual, jic_dual) < jic < jit


def test_two_makers_in_one_flood_are_one():
    """A second source that fails with the first is a premium and nothing else."""
    both = "disruptions.stop.target=[alloy_foundry, second_foundry]"
    for one, two in zip(
        kpi("uptime", "dual_source", "jit", both), kpi("uptime", "dual_source", "jit_dual", both), strict=True
    ):
        assert two < one + 0.03


def test_where_there_is_no_room_the_buffer_loses():
    """JIC must be able to lose, and for the reason that we give: what is refused waits at the dock, at a price."""
    roomy = "disruptions.lease=null"
    for replication in LUCK:
        squeezed, free = (measured("warehouse_squeeze", "jic", replication, *sets) for sets in ((), (roomy,)))
        assert squeezed["nodes"]["parts_store"]["refused"] > free["nodes"]["parts_store"]["refused"]
        dearer = squeezed["kpis"]["total_cost"] - free["kpis"]["total_cost"]
        assert dearer > 300_000
        assert squeezed["costs"]["waiting"] - free["costs"]["waiting"] > 0.9 * dearer
        assert measured("warehouse_squeeze", "jit", replication)["nodes"]["parts_store"]["refused"] == 0
        assert squeezed["kpis"]["uptime_loss"]["starved"] < 0.001, "what a line lacks goes straight through"
    cost = {policy: fmean(kpi("total_cost", "warehouse_squeeze", policy)) for policy in ("jit", "jic", "hybrid")}
    assert max(cost, key=cost.__getitem__) == "jic"


def test_a_second_maker_near_by_is_dear_as_a_habit_and_cheap_as_a_backup():
    """Both keep the lines up while the port is shut; in a calm year one costs more than a buffer, the other little."""
    lean, habit, backup, stock = (
        kpi("total_cost", "near_shore", policy) for policy in ("jit", "near_half", "near_backup", "jic")
    )
    for jit, half, called in zip(lean, habit, backup, strict=True):
        assert half < jit - 1_000_000
        assert called < jit - 1_000_000
    assert fmean(stock) < fmean(habit)
    assert fmean(backup) < fmean(habit)
    calm = {
        policy: fmean(kpi("total_cost", "near_shore", policy, "disruptions.closure=null"))
        for policy in ("jit", "near_backup", "jic", "near_half")
    }
    assert sorted(calm, key=calm.__getitem__) == list(calm)


def test_in_autumn_2025_risk_holds_what_value_forgets():
    """The Nexperia lesson: a buffer by value stands as long as JIT, and the same with risk keeps most of the year."""
    lean, by_value, by_risk = (
        kpi("uptime", "nexperia_2025", policy) for policy in ("jit", "hybrid_abc", "hybrid_abc_risk")
    )
    for replication, jit, value, risk in zip(LUCK, lean, by_value, by_risk, strict=True):
        assert abs(value - jit) < 0.04
        assert risk > value + 0.05
        loss = measured("nexperia_2025", "hybrid_abc", replication)["kpis"]["uptime_loss"]["starved_by"]
        assert loss["mosfet"] > 0.9 * sum(loss.values())


def test_ten_times_the_price_is_not_what_hurts():
    """On the spot market the price goes up tenfold; who buys there all the same loses less than who does not."""
    assert fmean(kpi("total_cost", "nexperia_2025", "jit_spot")) < fmean(kpi("total_cost", "nexperia_2025", "jit"))


def test_a_closure_that_closes_nothing_changes_nothing():
    """At 100 % of normal, with its recovery and all: bit for bit the calm year."""
    for policy in ("jit", "hybrid"):
        assert measured("port_shutdown", policy, 0, "disruptions.closure.effect.capacity=100 %") == measured(
            "calm", policy, 0
        )


def test_the_same_policy_under_two_names_is_the_same(tmp_path):
    """Whatever differs between two policies is what is written differently in them."""
    network = yaml.safe_load((SCENARIOS / "networks" / "controller_plant.yaml").read_text(encoding="utf-8"))
    again = {
        "extends": os.path.relpath(SCENARIOS / "port_shutdown.yaml", tmp_path),
        "policies": {"hybrid_again": network["policies"]["hybrid"]},
    }
    path = tmp_path / "again.yaml"
    path.write_text(yaml.safe_dump(again, sort_keys=False), encoding="utf-8")
    found = twin.compare(twin.load(path), ("hybrid", "hybrid_again"), replications=2).document["differences"]
    (differences,) = found.values()
    assert {entry["mean"] for entry in differences.values()} <= {0, None}


def warm_up_said(name: str, *sets: str) -> list[str]:
    model = twin.load(SCENARIOS / f"{name}.yaml", sets)
    return warm_up_findings(
        model,
        {policy: [measured(name, policy, replication, *sets) for replication in LUCK] for policy in model.compared},
    )


@pytest.mark.parametrize("name", PLAYED)
def test_no_warm_up_that_we_ship_is_too_short(name):
    """Examples are copied; and whoever cries wolf over them is not heard when it comes."""
    assert warm_up_said(name) == []


@pytest.mark.parametrize("name", ["calm", "port_shutdown", "plant_stops"])
def test_a_year_that_begins_with_empty_shelves_is_told_so(name):
    """Without warm-up the first months are a start-up and not a year of the plant."""
    (said,) = warm_up_said(name, "opening={}", "run.warm_up=0 d")
    assert said.startswith("the warm-up (0 d) looks too short")


@pytest.mark.parametrize("name", [name for name in NAMES if twin.load(SCENARIOS / f"{name}.yaml").study.optimise])
def test_its_optimisation_can_be_asked(name):
    """A question that cannot be asked would be found out by the first who asks it. (One plan: only time differs.)"""
    document = optimise(twin.load(SCENARIOS / f"{name}.yaml", ["study.optimise.budget=1"]), replications=1).document
    assert document["tried"] == 1


def test_buffers_that_a_search_chose_stop_the_lines_less_and_cost_less():
    """Over three years of the closure and seven calm ones: a month less of pennies, and no more of what counts."""
    days = {"critical": 29.1, "balanced": 5, "risky": 31.6, "pennies": 33.8}
    chosen = [f"policies.hybrid.{segment}.safety_stock={count} d" for segment, count in days.items()]

    def mixed(key: str, *sets: str) -> float:
        shut, calm = (kpi(key, name, "hybrid", *sets) for name in ("port_shutdown", "calm"))
        return sum(0.3 * a + 0.7 * b for a, b in zip(shut, calm, strict=True)) / len(LUCK)

    assert mixed("uptime", *chosen) > max(mixed("uptime"), 0.99)
    assert mixed("total_cost", *chosen) < mixed("total_cost")
