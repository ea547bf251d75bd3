"""What may be concluded from any numbers: claims that luck, order or names could have made are not made."""

from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st

from twin.study.best import best
from twin.study.statistics import summary, worst

COSTS = st.integers(-10_000, 10_000).map(float)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[float]]:
    """A number for each of some policies in each of some replications."""
    luck = draw(st.integers(2, 12))
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=6, unique=True))
    return {name: draw(st.lists(COSTS, min_size=luck, max_size=luck)) for name in names}


@given(tables(), st.randoms())
def test_the_order_of_the_policies_changes_nothing(table, chance):
    """Whoever is named first in a file is no better for it."""
    shuffled = list(table)
    chance.shuffle(shuffled)
    ours, theirs = best(table), best({name: table[name] for name in shuffled})
    assert (ours["policy"], ours["confidence"]) == (theirs["policy"], theirs["confidence"])
    assert set(ours["not_worse"]) == set(theirs["not_worse"])


@given(tables())
def test_a_copy_of_the_best_is_as_good_as_the_best(table):
    """Identical policies are never told apart: then nobody is the best alone."""
    first = best(table)["policy"]
    found = best(table | {"copy": table[first]})
    assert {found["policy"], *found["not_worse"]} >= {"copy", first}
    assert found["confidence"] == 0


@given(tables())
def test_the_best_leads_on_average_and_is_the_only_one_when_that_is_certain(table):
    """Confidence and the list of those who may be as good are the same statement."""
    found = best(table)
    means = {name: summary(column)["mean"] for name, column in table.items()}
    assert means[found["policy"]] == max(means.values())
    assert 0 <= found["confidence"] <= 1
    assert (found["confidence"] >= 0.95) == (not found["not_worse"]) or isclose(found["confidence"], 0.95)


@settings(max_examples=50)
@given(st.lists(COSTS, min_size=20, max_size=90))
def test_the_worst_are_worse_than_their_threshold(values):
    """The mean of the worst 5 % lies between the worst of all and the quantile, and mirrors with the sign."""
    found = worst(values, high=True)
    assert summary(values)["p95"] <= found + 1e-9
    assert found <= max(values) + 1e-9
    assert isclose(worst([-value for value in values], high=False), -found, abs_tol=1e-9)
