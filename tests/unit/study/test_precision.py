"""Precision: how many replications are run when a planner asks how sure, not how many."""

from math import inf, sqrt

import numpy as np
import pytest

import twin
from tests.unit.roadside import ROADSIDE
from twin.study.precision import FIRST, Precision, Width, read, widths
from twin.study.statistics import difference, student_t


def rows(**costs):
    """Results of policies of which only cost and fill rate matter."""
    return {
        policy: [{"kpis": {"total_cost": cost, "uptime": None, "fill_rate": 0.9}} for cost in of_policy]
        for policy, of_policy in costs.items()
    }


def width(precision):
    return [Width("jic - jit", "total_cost", precision)]


@pytest.mark.parametrize("written", ["2 %", "2%", "2.0 %"])
def test_a_precision_is_a_share_with_or_without_the_space(written):
    """On the command line a space needs quotes, so it may be left out."""
    assert read(written) == 0.02


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2", "`2` has no unit; a precision is written like `2 %`"),
        ("0 %", "must be above zero"),
        ("200%", "a precision is at most `100 %`"),
        ("-1 %", "never below zero"),
        ("5 d", "`d` is not a unit of precision"),
    ],
)
def test_what_is_no_precision_is_refused_in_a_sentence(written, sentence):
    """`0 %` would run for ever."""
    with pytest.raises(ValueError) as refused:
        read(written)
    assert sentence in str(refused.value)


def test_a_difference_in_cost_is_held_against_the_baselines_cost():
    """Differences of 19, 20 and 21 over a baseline of 100 ± 0: half of the interval is 4.303 ÷ √3 = 2.48; of the true
    cost that is at most 2.48 ÷ (100 - 2.48), by Law and Kelton's adjustment."""
    cost, served = widths(rows(jit=[100.0] * 3, jic=[119.0, 120.0, 121.0]))
    half = student_t(3) / sqrt(3)
    assert (cost.difference, cost.kpi) == ("jic - jit", "total_cost")
    assert cost.precision == pytest.approx(half / (100 - half))
    assert served == Width("jic - jit", "fill_rate", 0.0)


def test_shares_are_held_against_points():
    """± 2 points of uptime are 2 %, of whatever uptime; and where lines run, uptime is what counts."""
    found = widths(
        {
            policy: [{"kpis": {"total_cost": 1.0, "uptime": up, "fill_rate": 0.5}} for up in uptimes]
            for policy, uptimes in {"jit": [0.5, 0.5, 0.5], "jic": [0.59, 0.6, 0.61]}.items()
        }
    )
    assert found[1].kpi == "uptime"
    assert found[1].precision == pytest.approx(0.01 * student_t(3) / sqrt(3))


def test_identical_policies_are_known_at_once():
    """Their difference is 0 in every year, whatever the years cost, and be it nothing."""
    for costs in ([99.0, 100.0, 150.0], [0.0, 0.0, 0.0]):
        assert [each.precision for each in widths(rows(jit=costs, twin=costs))] == [0.0, 0.0]


def test_a_policy_alone_is_held_against_itself():
    """There is no difference to wait for; its own mean it is."""
    (cost, _) = widths(rows(jit=[99.0, 100.0, 101.0]))
    assert cost.difference == "jit"
    assert cost.precision == pytest.approx(student_t(3) / sqrt(3) / (100 - student_t(3) / sqrt(3)))


def test_what_nobody_can_say_yet_is_not_precise():
    """One replication has no interval, and an interval wider than the baseline itself has no share."""
    assert widths(rows(jit=[1.0], jic=[2.0]))[0].precision == inf
    assert widths(rows(jit=[1.0, 1.0], jic=[2.0, 90.0]))[0].precision == inf


def test_it_goes_on_until_every_width_is_narrow_enough():
    """Half the width takes four times the replications, but a batch no more than doubles them, and is ten at least."""
    asked = Precision(0.02)
    assert asked.wanted(width(0.02), 30) == 30
    assert asked.wanted([*width(0.01), *width(0.03)], 30) == 60  # 67.5 by the root
    assert asked.wanted(width(0.024), 100) == 144
    assert asked.wanted(width(0.0201), 30) == 40
    assert asked.wanted(width(inf), 30) == 60
    assert Precision(0.02, most=50).wanted(width(0.2), 30) == 50


def test_it_begins_with_the_replications_of_the_scenario_and_thirty_at_least():
    """Three replications that happen to agree are no proof of anything. The cap is a cap from the first."""

    def first(most, replications):
        return next(Precision(0.02, most).batches(replications, dict))

    assert (first(1000, 40), first(1000, 3), first(20, 40)) == (range(40), range(FIRST), range(20))


SHOP = (
    ROADSIDE
    + """
    policies: {lean: {all: {rule: base_stock}}, safe: {all: {rule: base_stock, safety_stock: 3 d}}}
    run: {horizon: 30 d, warm_up: 10 d, replications: 4, seed: 11}
"""
)


def test_a_study_stops_when_it_is_precise_and_says_so(scenario):
    """The document says what was asked and what came of it, and the replications are those of any longer study."""
    study = twin.compare(scenario(SHOP), precision=Precision(0.1))
    told = study.document["precision"]
    assert (told["asked"], told["reached"], told["most"]) == (0.1, True, 1000)
    assert told["widest"]["difference"] == "safe - lean"
    assert told["widest"]["precision"] <= 0.1
    n = study.document["replications"]
    assert 10 < n < 1000
    assert study.trials == twin.compare(scenario(SHOP), replications=n).trials


def test_its_intervals_hold_what_they_promise():
    """Who stops at a lucky moment may be wrong more often than 1 in 20: not by much, as it begins with thirty."""
    studies, held, close = 300, 0, 0
    for seed in range(studies):
        luck = np.random.default_rng(seed)
        found = rows(jit=luck.normal(100, 5, 300).tolist(), jic=luck.normal(120, 12, 300).tolist())
        so_far: dict[str, list] = {}
        for batch in Precision(0.05, most=300).batches(30, lambda told=so_far: told):
            so_far |= {policy: of_policy[: batch.stop] for policy, of_policy in found.items()}
        cost = [[row["kpis"]["total_cost"] for row in so_far[policy]] for policy in ("jic", "jit")]
        told = difference(*cost)
        held += told["low"] <= 20 <= told["high"]
        close += abs(told["mean"] - 20) <= 0.05 * 100
    assert 0.92 <= held / studies <= 0.98
    assert close / studies >= 0.95


def test_the_workers_do_not_decide_when_it_stops(scenario):
    """Same bytes, whoever did the work."""
    one, two = (twin.compare(scenario(SHOP), jobs=jobs, precision=Precision(0.15)).document for jobs in (1, 2))
    assert one == two


def test_the_cap_ends_what_would_take_for_ever(scenario):
    """A thousandth of the cost is more than forty replications can tell."""
    document = twin.compare(scenario(SHOP), precision=Precision(0.001, most=40)).document
    assert document["replications"] == 40
    assert document["precision"]["reached"] is False
    assert document["precision"]["widest"]["precision"] > 0.001


def test_unasked_it_says_nothing(scenario):
    """The key is there, so that readers need not look for it."""
    assert twin.compare(scenario(SHOP)).document["precision"] is None
