"""Optimising: the cheapest values that serve well enough, in all years that may come, and on other luck."""

from pathlib import Path
from textwrap import dedent

import pytest

import twin
from twin.language import load
from twin.model.optimise import DIMENSIONS
from twin.study.crew import crew
from twin.study.optimise import Optimum
from twin.study.optimise import optimise as study

SHOP = """
    twin: 1
    title: A shop by the road
    items: {part: {value: 10 USD/pc, space: 1 pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      store: {kind: warehouse, storage: 1 USD/pc/d}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: {dist: poisson, mean: 10 pc},
               margin: 5 USD/pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies:
      lean: {all: {rule: base_stock, level: 12 pc}}
      safe: {all: {rule: base_stock, level: 40 pc}}
    run: {horizon: 30 d, warm_up: 10 d, replications: 3, seed: 11}
    study:
      optimise:
        minimise: total_cost
        subject_to: {fill_rate: {at_least: 97 %}}
        over: {policies.lean.all.level: {from: 0 pc, to: 60 pc}}
        budget: 40
"""
LEVEL = "policies.lean.all.level"
SNOWED_IN = """
    extends: shop.yaml
    title: The same shop, snowed in for four days
    disruptions: {snow: {target: road, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop, and beside it the same with snow."""
    (tmp_path / "snow.yaml").write_text(dedent(SNOWED_IN), encoding="utf-8")
    path = tmp_path / "shop.yaml"
    path.write_text(dedent(SHOP), encoding="utf-8")
    return path


def optimise(path: Path, sets=(), **more) -> Optimum:
    """What is asked in a file, patched."""
    return study(load(path, sets), **more)


def cost_and_service(path: Path, level: str, replications: range) -> tuple[float, float]:
    """Of a level, by running it."""
    model = load(path, [f"{LEVEL}={level}"])
    rows = [twin.measure(model, twin.simulate(model, "lean", replication))["kpis"] for replication in replications]
    return tuple(sum(row[key] for row in rows) / len(rows) for key in ("total_cost", "fill_rate"))


def refusal(path: Path, *sets: str, **more) -> str:
    """What somebody reads whose question cannot be asked."""
    with pytest.raises(twin.ScenarioError) as caught:
        optimise(path, sets, **more)
    return str(caught.value)


def test_no_level_that_serves_well_enough_is_cheaper(shop):
    """Every level can be tried here. Of those that reach the target on the luck of the search, the chosen one is the
    cheapest, unless fresh luck refused it; what was refused is told."""
    document = optimise(shop).document
    served = {level: cost_and_service(shop, f"{level} pc", range(3)) for level in range(61)}
    cheapest = min((cost, level) for level, (cost, fill) in served.items() if fill >= 0.97)[1]
    assert document["retests"][0]["values"] == {LEVEL: f"{cheapest} pc"}
    assert document["chosen"][LEVEL]["after"] == document["retests"][-1]["values"][LEVEL]
    assert document["after"]["fill_rate"]["mean"] >= 0.97
    assert document["verdict"] in ("surely", "on average")


def test_what_is_told_was_seen_on_fresh_luck(shop):
    """The best of forty plans is partly the luckiest. Replications 3, 4 and 5 have chosen nothing."""
    document = optimise(shop).document
    cost, fill = cost_and_service(shop, document["chosen"][LEVEL]["after"], range(3, 6))
    assert (document["after"]["total_cost"]["mean"], document["after"]["fill_rate"]["mean"]) == pytest.approx(
        (cost, fill)
    )
    before, _ = cost_and_service(shop, "12 pc", range(3, 6))
    assert document["before"]["total_cost"]["mean"] == pytest.approx(before)
    assert document["difference"]["total_cost"]["mean"] == pytest.approx(cost - before)


def test_a_plan_that_fails_on_fresh_luck_is_not_chosen(shop):
    """Some seed makes the first choice miss its target: the next one is held to more, and both are told."""
    for seed in range(20):
        document = optimise(shop, seed=seed).document
        first, *others = document["retests"]
        if first["verdict"] == "missed" and document["verdict"] != "missed":
            break
    assert others
    assert first["common"]["fill_rate"] >= 0.97 > first["fresh"]["fill_rate"]
    assert others[-1]["fresh"]["fill_rate"] >= 0.97
    assert others[-1]["common"]["fill_rate"] > first["common"]["fill_rate"]


def test_a_target_out_of_reach_is_said_to_be(shop):
    """Better no answer than a wrong one: the nearest plan is told, and that it misses."""
    document = optimise(shop, [f"study.optimise.over={{{LEVEL}: {{from: 0 pc, to: 9 pc}}}}"]).document
    assert document["verdict"] == "missed"
    assert document["chosen"][LEVEL]["after"] == "9 pc"


def test_a_kpi_that_never_is_reaches_nothing(shop):
    """Nothing is made in a shop, so no share of it is made with alternates, and no search finds one."""
    document = optimise(shop, ["study.optimise={budget: 20, subject_to: {alternate_share: {at_least: 1 %}}}"]).document
    assert document["verdict"] == "missed"
    assert document["after"]["alternate_share"]["mean"] is None


def test_years_count_by_their_likelihood(shop):
    """Half of the years are snowed in: every number is the mean of both."""
    mixed = "study.optimise.scenarios={shop: 50 %, snow: 50 %}"
    document = optimise(shop, [mixed]).document
    level = document["chosen"][LEVEL]["after"]
    halves = [cost_and_service(shop.with_name(f"{name}.yaml"), level, range(3, 6)) for name in ("shop", "snow")]
    found = document["after"]
    expected = [sum(half) / 2 for half in zip(*halves, strict=True)]
    assert [found["total_cost"]["mean"], found["fill_rate"]["mean"]] == pytest.approx(expected)
    assert [entry["weight"] for entry in document["scenarios"].values()] == [0.5, 0.5]
    calm = optimise(shop).document["chosen"][LEVEL]["after"]
    assert int(level.split()[0]) > int(calm.split()[0])


def test_a_patch_reaches_the_scenarios_that_have_what_it_changes(shop):
    """`--set disruptions.snow.lasts=…` is of the year with snow; the calm year has none to last longer."""
    mixed = "study.optimise.scenarios={shop: 50 %, snow: 50 %}"
    dear = optimise(shop, [mixed, "nodes.store.storage=2 USD/pc/d"]).document
    cheap = optimise(shop, [mixed, "nodes.store.storage=0.1 USD/pc/d"]).document
    assert dear["before"]["storage"]["mean"] == pytest.approx(20 * cheap["before"]["storage"]["mean"])
    with_snow = shop.with_name("snow.yaml")
    short, long = (optimise(with_snow, [mixed, f"disruptions.snow.lasts={days} d"]).document for days in (1, 9))
    assert short["before"]["fill_rate"]["mean"] > long["before"]["fill_rate"]["mean"]
    assert short["scenarios"]["shop"] == long["scenarios"]["shop"]


def test_one_core_or_two_the_same_bytes(shop):
    """Whoever shares the work must not change the answer."""
    asked = ["study.optimise.budget=5"]
    assert optimise(shop, asked, hands=crew(2)).document == optimise(shop, asked).document


def test_the_chosen_scenario_runs_to_what_was_told(shop):
    """The values are worth nothing if they cannot be run."""
    optimum = optimise(shop)
    level = optimum.document["chosen"][LEVEL]["after"]
    assert optimum.chosen.tree.data["policies"]["lean"]["all"]["level"] == level


def test_the_frontier_has_only_plans_that_no_other_beats(shop):
    """Dearer plans stand there only if they serve better."""
    optimum = optimise(shop)
    front = [(each["total_cost"], each["fill_rate"]) for each in optimum.document["frontier"]]
    assert front == sorted(front)
    assert sorted({fill for _, fill in front}) == [fill for _, fill in front]
    for each in optimum.tried:
        if each.values and each.luck == "common":
            assert any(cost <= each.mean("total_cost") and fill >= each.mean("fill_rate") for cost, fill in front)


def test_several_values_and_other_goals(shop):
    """Least stock, where hardly a sale may be lost: an order point and a level, in pieces and in days."""
    asked = (
        "study={optimise: {minimise: inventory_value, subject_to: {lost_sales: {at_most: 10 pc}}, budget: 60, over: "
        "{policies.lean.all.reorder_point: {from: 0 pc, to: 60 pc}, "
        "policies.lean.all.order_quantity: {from: 0.5 d, to: 6 d}}}}"
    )
    document = optimise(shop, ["study=null", "policies.lean.all={rule: min_max, order_quantity: 2 d}", asked]).document
    assert document["after"]["lost_sales"]["mean"] <= 10
    assert document["service"] == "lost_sales"
    assert document["chosen"]["policies.lean.all.reorder_point"]["before"] is None


def test_plans_that_cannot_be_cost_nothing(shop):
    """Order up to less than where to order: the scenario refuses it, and the search goes elsewhere."""
    ordering = "policies.lean.all={rule: min_max, reorder_point: 9 pc, order_up_to: 30 pc}"
    asked = (
        "study={optimise: {budget: 30, over: {policies.lean.all.reorder_point: {from: 0 pc, to: 40 pc}, "
        "policies.lean.all.order_up_to: {from: 1 pc, to: 41 pc}}}}"
    )
    document = optimise(shop, ["study=null", ordering, asked]).document
    assert document["tried"] <= 30
    low, high = (int(choice["after"].split()[0]) for choice in document["chosen"].values())
    assert low < high


def test_a_study_changes_no_run(shop):
    """What is asked of many runs is not part of any: the same numbers under the same hash."""
    asked, unasked = load(shop), load(shop, ["study=null"])
    assert asked.tree.digest(1) == unasked.tree.digest(1)


def test_a_scenario_without_the_question_is_refused(shop):
    assert refusal(shop, "study=null") == f"{shop}: has no `study.optimise`, which would say what to choose"


def test_bounds_that_cannot_stand_there_are_refused_before_hours_are_spent(shop):
    """The mistake is that of the line that asks for it."""
    assert refusal(shop, "study.optimise.over={policies.lean.all.level: {from: 1 USD, to: 9 USD}}").startswith(
        "--set: study.optimise.over: policies.lean.all.level: `1 USD`: `USD` is not a unit of stock"
    )
    assert "policies.lean.all.levle is unknown; did you mean `level`?" in refusal(
        shop, "study.optimise.over={policies.lean.all.levle: {from: 1 pc, to: 9 pc}}"
    )


def test_a_scenario_that_is_not_there_is_refused(shop):
    assert refusal(shop, "study.optimise.scenarios={shop: 50 %, storm: 50 %}") == (
        "--set: study.optimise.scenarios: there is no `storm.yaml` beside this file"
    )


def test_every_year_must_know_what_is_chosen(shop):
    """A path that leads nowhere in one of the years would make a segment there that selects everything."""
    mixed = "study.optimise.scenarios={shop: 50 %, other: 50 %}"
    other = shop.with_name("other.yaml")
    known = "study: null\npolicies: {lean: null, other: {all: {rule: base_stock}}}\n"
    other.write_text(f"extends: shop.yaml\n{known}", encoding="utf-8")
    assert refusal(shop, mixed) == "--set: study.optimise.scenarios: `other` has no policy `lean`"
    known = "study: null\npolicies: {lean: {all: null, each: {rule: base_stock}}}\n"
    other.write_text(f"extends: shop.yaml\n{known}", encoding="utf-8")
    assert "study.optimise.over: in `other`, `policies.lean.all.level` leads nowhere" in refusal(shop, mixed)


def test_policies_that_some_year_does_not_know_are_left_out(shop):
    """They could not be marked on the frontier of all years."""
    other = shop.with_name("other.yaml")
    other.write_text("extends: shop.yaml\nstudy: null\npolicies: {safe: null}\n", encoding="utf-8")
    document = optimise(shop, ["study.optimise={budget: 3, scenarios: {shop: 50 %, other: 50 %}}"]).document
    assert list(document["policies"]) == ["lean"]


def test_one_policy_is_optimised_at_a_time(shop):
    """With values of two, `--policy` says whose; the others stay as they are."""
    spans = ", ".join(f"policies.{name}.all.level: {{from: 0 pc, to: 60 pc}}" for name in ("lean", "safe"))
    both = f"study.optimise.over={{{spans}}}"
    assert refusal(shop, both) == "--set: study.optimise.over: these are values of 2 policies; name one with `--policy`"
    assert (
        refusal(shop, both, policy="saef") == "--policy: `saef` is not a policy of this scenario; did you mean `safe`?"
    )
    assert refusal(shop, policy="safe") == "shop.yaml:19:5: study.optimise.over: nothing here is a value of `safe`"
    assert list(optimise(shop, [both, "study.optimise.budget=3"], policy="safe").document["chosen"]) == [
        "policies.safe.all.level"
    ]


def test_uptime_needs_a_line(shop):
    assert refusal(shop, "study.optimise.subject_to={uptime: {at_least: 97 %}}") == (
        "--set: study.optimise.subject_to: `uptime` is that of lines, and this scenario has none"
    )


def test_every_kpi_that_is_one_number_can_be_asked_for(shop):
    """The list in the language and the KPIs that are measured are one, but for times that some replications lack."""
    model = load(shop)
    measured = twin.measure(model, twin.simulate(model, "lean"))["kpis"]
    numbers = {key for key, value in measured.items() if not isinstance(value, dict)}
    assert numbers - {"time_to_survive", "time_to_recover"} == set(DIMENSIONS)


def test_a_year_that_never_comes_is_not_simulated(shop):
    """With a share of nothing it would cost time and change nothing."""
    never = optimise(shop, ["study.optimise={budget: 3, scenarios: {shop: 100 %, snow: 0 %}}"]).document
    assert list(never["scenarios"]) == ["shop"]
    assert never["after"] == optimise(shop, ["study.optimise.budget=3"]).document["after"]


def test_progress_ends_when_the_work_ends(shop):
    """Plans are counted on all luck: those of the budget, as written, and again. What is not needed is taken off."""
    told = []
    document = optimise(shop, progress=lambda done, whole: told.append((done, whole))).document
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1] == (40 + 1 + 2 * 2) * 3
    assert told[-1][0] == told[-1][1] == (document["tried"] + len(document["retests"]) + 2 * 2) * 3
    assert all(done <= whole for done, whole in told)


def test_pure_numbers_are_chosen_as_numbers(shop):
    """Bins of a kanban are counted, and a file has them without quotes."""
    cards = "policies.lean.all={rule: kanban, bins: 2, bin: 10 pc, level: null}"
    asked = "study={optimise: {budget: 12, over: {policies.lean.all.bins: {from: 1, to: 9}}}}"
    optimum = optimise(shop, ["study=null", "policies.lean.all=null", cards.replace(", level: null", ""), asked])
    choice = optimum.document["chosen"]["policies.lean.all.bins"]
    assert (choice["from"], choice["to"], choice["before"]) == (1, 9, 2)
    assert choice["after"] == optimum.chosen.tree.data["policies"]["lean"]["all"]["bins"]


def test_a_policy_that_some_year_lacks_cannot_be_asked_for(shop):
    """A path outside the policies belongs to any of them, if all years know it."""
    other = shop.with_name("other.yaml")
    other.write_text("extends: shop.yaml\nstudy: null\npolicies: {safe: null}\n", encoding="utf-8")
    over = "{nodes.client.buys.part.margin: {from: 1 USD/pc, to: 9 USD/pc}}"
    mixed = f"study={{optimise: {{over: {over}, scenarios: {{shop: 50 %, other: 50 %}}}}}}"
    said = refusal(shop, "study=null", mixed, policy="safe")
    assert said == "--policy: `safe` is not a policy of `other`; there are lean"


def test_two_scenarios_may_name_each_other(shop):
    """Each asks with the other in its mix, and neither waits for the other's question."""
    other = shop.with_name("other.yaml")
    other.write_text(
        "extends: shop.yaml\nstudy: {optimise: {scenarios: {shop: 50 %, other: 50 %}}}\n", encoding="utf-8"
    )
    assert load(shop, ["study.optimise.scenarios={shop: 50 %, other: 50 %}"])


def test_a_whole_section_is_patched_in_every_year(shop):
    """An opening is the same everywhere."""
    mixed = "study.optimise={budget: 1, scenarios: {shop: 50 %, snow: 50 %}}"
    emptied = load(shop, [mixed, "run={horizon: 20 d, replications: 2}"])
    assert emptied.beside("snow").run.horizon == emptied.run.horizon
    assert emptied.beside("snow").study.optimise.scenarios == {}
