"""Who is best, and how sure that is: a claim that luck could have made must not be printed."""

import pytest

import twin
from twin.study.best import best, bests

# Law & Kelton, table 10.2: monthly cost of two inventory policies in five pairs of runs; the differences are
# 8.76, 4.09, 4.23, -0.02, 7.83.
FIRST = [126.97, 124.31, 126.68, 122.66, 127.23]
SECOND = [118.21, 120.22, 122.45, 122.68, 119.40]


def minus(costs):
    """As goodness: less cost is better."""
    return [-cost for cost in costs]


def test_of_two_policies_it_says_what_their_paired_difference_says():
    """4.98 with a standard error of √2.44: t = 3.19 on 4 degrees of freedom, which luck does in 3.3 % of studies."""
    found = best({"first": minus(FIRST), "second": minus(SECOND)})
    assert (found["policy"], found["not_worse"]) == ("second", [])
    assert found["confidence"] == pytest.approx(0.9667, abs=2e-4)


def test_among_three_the_same_lead_is_less_sure():
    """Two rivals, so luck has two chances: 1 - 2 × 3.3 % is not 95 %, even if the third is far behind."""
    found = best({"first": minus(FIRST), "second": minus(SECOND), "third": minus(x + 50 for x in SECOND)})
    assert (found["policy"], found["not_worse"]) == ("second", ["first"])
    assert found["confidence"] == pytest.approx(1 - 2 * 0.0333, abs=4e-4)


def test_who_is_beaten_by_anybody_is_not_the_best():
    """`c` may be level with the leader by wide luck of its own, but it loses to `b` in every single replication."""
    a, b = [10.0, 30.0, 2.0, 40.0, 18.5], [19.8, 20.1, 20.0, 19.9, 20.2]
    found = best({"a": a, "b": b, "c": [value - 0.5 for value in b]})
    assert (found["policy"], found["not_worse"]) == ("a", ["b"])


def test_a_lead_that_never_wavers_is_certain():
    """Two deterministic policies: no luck, no doubt."""
    assert best({"lean": [3.0, 3.0], "fat": [2.0, 2.0]}) == {"policy": "lean", "confidence": 1.0, "not_worse": []}


def test_identical_policies_are_both_the_best():
    """Nothing tells them apart, so one is named by its name, and with no confidence at all."""
    found = best({"b": [1.0, 2.0, 4.0], "a": [1.0, 2.0, 4.0]})
    assert found == {"policy": "a", "confidence": 0.0, "not_worse": ["b"]}


def test_after_one_replication_nobody_knows():
    """The leader is named, and no more is said."""
    assert best({"a": [1.0], "b": [2.0]}) == {"policy": "b", "confidence": None, "not_worse": None}


def test_replications_count_in_which_all_have_a_value():
    """The fourth replication has no fill rate under `b`: without it `b` leads, with it `a` would."""
    assert best({"a": [1.0, 1.1, 1.0, 9.0], "b": [2.0, 2.2, 2.1, None]})["policy"] == "b"


def test_cost_is_least_and_service_is_most(scenario):
    """And where no line runs nothing is said of uptime; of one policy alone nothing at all."""
    rows = {
        policy: [{"kpis": {"total_cost": cost + k / 100, "uptime": None, "fill_rate": filled}} for k in range(5)]
        for policy, cost, filled in (("lean", 100, 0.8), ("fat", 130, 0.9))
    }
    found = bests(rows)
    assert list(found) == ["total_cost", "fill_rate"]
    assert (found["total_cost"]["policy"], found["fill_rate"]["policy"]) == ("lean", "fat")
    assert bests({"lean": rows["lean"]}) == {}


def test_the_document_says_who_is_best(scenario):
    """As `best`, by KPI."""
    model = scenario(
        """
        twin: 1
        items: {part: {value: 10 USD/pc, space: 1 pc}}
        nodes:
          maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
          store: {kind: warehouse, storage: 1 USD/pc/d}
          client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: {dist: poisson, mean: 10 pc}}}}
        lanes: {road: {from: maker, to: store, transit: 1 d}}
        policies: {thin: {all: {rule: base_stock, level: 12 pc}}, thick: {all: {rule: base_stock, level: 90 pc}}}
        run: {horizon: 30 d, warm_up: 10 d, replications: 5, seed: 1}
        """
    )
    found = twin.compare(model).document["best"]
    assert {kpi: (said["policy"], said["not_worse"]) for kpi, said in found.items()} == {
        "total_cost": ("thin", []), "fill_rate": ("thick", [])
    }  # fmt: skip
