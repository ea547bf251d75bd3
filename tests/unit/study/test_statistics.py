"""Statistics over replications: how sure a mean is, and whether two policies differ."""

from math import log

import pytest
from scipy.stats import ttest_ind

from twin.study.statistics import difference, quantile, student_t, summaries, summary, unpaired, worst


def test_the_interval_is_students():
    """Five replications: 2.776 standard errors on either side (any table of t, 4 degrees of freedom)."""
    found = summary([1, 2, 3, 4, 5])
    assert student_t(5) == pytest.approx(2.776445, abs=1e-6)
    half = 2.776445 * (2.5 / 5) ** 0.5
    assert (found["mean"], found["n"]) == (3, 5)
    assert found["sd"] == pytest.approx(2.5**0.5)
    assert (found["low"], found["high"]) == (pytest.approx(3 - half), pytest.approx(3 + half))


def test_one_replication_has_no_interval():
    """Nobody knows how lucky it was."""
    assert summary([7.0]) == {"mean": 7, "low": None, "high": None, "sd": None, "p5": 7, "p95": 7, "n": 1}


def test_a_replication_without_a_value_does_not_count():
    """Whoever never ran out has no time to survive: the mean is of those that have one, and says of how many."""
    found = summary([2.0, None, 4.0])
    assert (found["mean"], found["n"]) == (3, 2)
    assert summary([None, None]) == {
        "mean": None, "low": None, "high": None, "sd": None, "p5": None, "p95": None, "n": 0
    }  # fmt: skip


def test_equal_values_are_certain():
    """No spread, no interval: exactly, not nearly."""
    found = summary([0.1] * 7)
    assert found["low"] == found["mean"] == found["high"] == 0.1
    assert found["sd"] == 0


def test_quantiles_are_linear_between_the_replications():
    """5 % of 21 replications is the second smallest."""
    assert quantile(list(range(21)), 0.05) == 1
    assert quantile([0, 10], 0.25) == 2.5
    assert quantile([4], 0.95) == 4
    found = summary(list(range(21)))
    assert (found["p5"], found["p95"]) == (1, 19)


def test_the_worst_five_percent_are_the_highest_costs_and_the_lowest_service():
    """Of 40 replications two: their mean, not the threshold that they lie beyond."""
    values = [float(k) for k in range(40)]
    assert worst(values, high=True) == 38.5
    assert worst(values, high=False) == 0.5


def test_a_part_of_a_replication_counts_in_part():
    """Of 30 replications one and a half: (29 + 28 ÷ 2) ÷ 1.5, so that one more replication is never a jump."""
    assert worst([float(k) for k in range(30)], high=True) == pytest.approx((29 + 28 / 2) / 1.5)


def test_fewer_than_twenty_have_no_worst_five_percent():
    """One in twenty of ten is nobody. A replication without a value is none."""
    assert worst([1.0] * 19, high=True) is None
    assert worst([None, *[1.0] * 19], high=True) is None
    assert worst([None, *[1.0] * 20], high=False) == 1.0


def test_the_worst_five_percent_of_many_are_the_tail_of_their_law():
    """Of an exponential cost of mean 1 the worst 5 % begin at ln 20 and cost 1 more on average: it has no memory."""
    n = 20_000
    costs = [-log(1 - (k + 0.5) / n) for k in range(n)]
    assert worst(costs, high=True) == pytest.approx(log(20) + 1, rel=1e-3)


def test_a_tree_of_results_is_summed_up_leaf_by_leaf():
    """Maps stay maps; what a policy set is passed on as it is; series are for those who ask for them."""
    rows = [
        {"a": 1, "level": 50, "by": {"x": 2}, "series": [1, 2]},
        {"a": 3, "level": 50, "by": {"x": 4}, "series": [3, 4]},
    ]
    merged = summaries(rows, plain=("level",))
    assert (merged["a"]["mean"], merged["by"]["x"]["mean"], merged["level"]) == (2, 3, 50)
    assert "series" not in merged


def test_a_difference_is_taken_replication_by_replication():
    """Two policies on the same luck: noise of ±100 that both share says nothing, a steady 1 says all."""
    luck = [-100.0, 40.0, 5.0, 80.0, -25.0]
    found = difference([value + 1 + 0.01 * index for index, value in enumerate(luck)], luck)
    assert found["mean"] == pytest.approx(1.02)
    assert found["distinguishable"] is True


def test_an_interval_that_holds_nothing_is_not_distinguishable():
    """A planner must not read a story into luck."""
    assert difference([1.0, -1.0, 2.0], [0.0, 0.0, 0.0])["distinguishable"] is False


def test_the_same_is_not_distinguishable_and_exactly_zero():
    """0 ± 0 holds 0."""
    found = difference([5.0, 7.0], [5.0, 7.0])
    assert (found["mean"], found["low"], found["high"], found["distinguishable"]) == (0, 0, 0, False)


def test_with_one_replication_nobody_can_say():
    """Neither yes nor no."""
    assert difference([5.0], [3.0])["distinguishable"] is None


def test_a_pair_counts_only_if_both_have_a_value():
    """Time to survive of a policy that survived cannot be compared."""
    found = difference([5.0, None, 8.0], [3.0, 1.0, 5.0])
    assert (found["mean"], found["n"]) == (2.5, 2)


def test_two_samples_are_compared_as_welch_does():
    """Other luck on each side: checked against scipy."""
    ours, theirs = [3.0, 5.0, 4.0, 9.0], [1.0, 2.0, 1.5]
    found = unpaired(summary(ours), summary(theirs))
    interval = ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    assert (found["low"], found["high"]) == pytest.approx((interval.low, interval.high))
    assert found["distinguishable"] is False
    assert unpaired(summary([1.0, 1.0]), summary([1.0, 1.0]))["mean"] == 0
    assert unpaired(summary([1.0]), summary(theirs))["low"] is None
    assert unpaired(summary([None]), summary(theirs))["mean"] is None
