"""What goes out comes in again: quantities as shown, scenarios as written, and files laid over one another."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.model.merge import Layer, merge
from twin.model.printed import annotated, digest, plain
from twin.model.units import DAY, DIMENSIONS, MONEY, Cover, parse, show
from twin.model.yaml import read_text

WHOLE = {"Duration": 10**12, "Pieces": 10**12, "HoursPerDay": DAY, "DaysPerWeek": 7, "Stocking": 10**12}


@pytest.mark.parametrize("dimension", sorted(WHOLE))
@settings(max_examples=30)
@given(data=st.data())
def test_whole_numbers_round_trip_exactly(dimension, data):
    """Seconds and pieces are counted, so what is shown of them is all of them."""
    value = data.draw(st.integers(1, WHOLE[dimension]))
    assert parse(show(value, dimension), dimension) == value


@given(seconds=st.integers(1, 10**12))
def test_cover_in_days_stays_cover(seconds):
    """Forty-five days of stock are not forty-five pieces."""
    assert parse(show(Cover(seconds), "Stocking"), "Stocking") == Cover(seconds)


numbers = st.decimals(min_value=0, max_value=999_999, places=5).map(lambda number: f"{number.normalize():f}")


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS))
@settings(max_examples=30)
@given(number=numbers)
def test_a_number_shown_in_its_own_unit_is_the_number_that_was_written(dimension, number):
    """To the last bit: a scenario that a run leaves behind must not differ from the one that was run."""
    unit = DIMENSIONS[dimension].examples[0].split(" ")[1].replace(MONEY, "USD")
    try:
        value = parse(f"{number} {unit}", dimension)
    except ValueError:
        return  # not whole, zero, or more than there is of it
    assert parse(show(value, dimension), dimension) == value
    assert show(parse(show(value, dimension), dimension), dimension) == show(value, dimension)


words = st.sampled_from(["bolt", "nut", "at", "every", "a b", "1", "no", "ü"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
awkward = st.sampled_from(
    ["no", "1e6", "12:30", "~", "null", "- x", "a: b", "#", "'", "0x1f", "1_000", ".5", "", " ", "{", "é"]
)
leaves = st.integers(-5, 5) | st.booleans() | st.sampled_from([0.5, 1e-7, 1e22]) | texts | awkward
values = st.recursive(leaves | st.lists(leaves, max_size=3), lambda inner: st.dictionaries(words, inner, max_size=3))
trees = st.dictionaries(words, values, min_size=1, max_size=3)


@given(trees)
def test_a_scenario_on_paper_is_the_scenario(tree):
    """Also a text that looks like a number: plain, and with the origin of every value beside it."""
    assert read_text(plain(tree), "again.yaml").data == tree
    noted = "\n".join(annotated(tree, read_text(plain(tree), "first.yaml").marks))
    assert read_text(noted, "again.yaml").data == tree


@settings(max_examples=50)
@given(trees)
def test_a_scenario_on_paper_has_the_same_fingerprint(tree):
    """The folder that a run leaves behind is known by the same hash."""
    assert digest(read_text(plain(tree), "again.yaml").data, 1, "") == digest(tree, 1, "")


# RFC 7396 -----------------------------------------------------------------------------------------------------------

small = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
maps = st.dictionaries(words, small, max_size=4)
patches = st.dictionaries(words, small | st.none(), max_size=4)


def merged(base: Any, patch: Any) -> Any:
    return merge(Layer(base), Layer(patch)).data


def change(before: Any, after: Any) -> Any:
    """The patch that makes one map into another."""
    gone = {key: None for key in before if key not in after}
    new = {
        key: change(before[key], value) if isinstance(value, dict) and isinstance(before.get(key), dict) else value
        for key, value in after.items()
        if key not in before or before[key] != value
    }
    return gone | new


@settings(max_examples=50)
@given(maps, maps)
def test_every_scenario_can_be_had_from_every_other(before, after):
    """Maps merge, null deletes, all else replaces: that is enough to say any difference."""
    assert merged(before, change(before, after)) == after


@settings(max_examples=50)
@given(maps, words)
def test_null_deletes_that_key_and_no_other(base, key):
    """And where there is nothing to delete, nothing happens but that it is noticed."""
    layer = merge(Layer(base), Layer({key: None}))
    assert layer.data == {name: value for name, value in base.items() if name != key}
    assert layer.idle_deletions == ([] if key in base else [(key,)])


@settings(max_examples=50)
@given(maps, patches, words)
def test_merging_below_a_key_is_merging_what_stands_there(base, patch, key):
    """However deep: the same rule at every level, and what stands beside it stays."""
    below = base.get(key)
    expected = merged(below if isinstance(below, dict) else {}, patch)
    assert merged(base, {key: patch}) == base | {key: expected}


@settings(max_examples=50)
@given(maps, patches, patches)
def test_patches_of_different_keys_may_be_laid_in_any_order(base, one, other):
    """Two people who change different things do not change each other's."""
    other = {key: value for key, value in other.items() if key not in one}
    assert merged(merged(base, one), other) == merged(merged(base, other), one) == merged(base, one | other)


@settings(max_examples=50)
@given(maps, patches)
def test_nothing_that_was_deleted_is_left(base, patch):
    """No null survives, at any depth, and every map of the patch is a map of the result."""

    def nulls(tree: Any) -> int:
        return sum(map(nulls, tree.values())) if isinstance(tree, dict) else tree is None

    assert nulls(merged(base, patch)) == 0
    assert merged(merged(base, patch), {}) == merged(base, patch)
