"""Files build on one another as RFC 7396 says, and every value keeps the place where it was written."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.merge import Layer, merge
from twin.model.yaml import Mark, read_text


def merged(base: object, patch: object) -> object:
    return merge(Layer(base), Layer(patch)).data


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard(base, patch, result):
    """The fifteen cases in the appendix of RFC 7396."""
    assert merged(base, patch) == result


words = st.sampled_from("abcd")
leaves = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
trees = st.dictionaries(
    words, st.recursive(leaves, lambda inner: st.dictionaries(words, inner, max_size=3)), max_size=3
)
patches = st.dictionaries(
    words,
    st.recursive(leaves | st.none(), lambda inner: st.dictionaries(words, inner, max_size=3)),
    max_size=3,
)


@given(trees, patches)
def test_laying_a_patch_twice_changes_nothing_more(base, patch):
    """A scenario that is extended by its own copy is itself."""
    once = merged(base, patch)
    assert merged(once, patch) == once


@given(trees)
def test_an_empty_patch_changes_nothing(base):
    """Extending without saying anything is the base."""
    assert merged(base, {}) == base
    assert merged({}, base) == base


@given(trees, patches, patches)
def test_merging_changes_neither_of_its_files(base, patch, other):
    """The base of one scenario is the base of others too."""
    before = copy.deepcopy((base, patch))
    merged(merged(base, patch), other)
    assert (base, patch) == before


@given(trees, trees)
def test_what_a_patch_gives_stands_in_the_result(base, patch):
    """Nothing of the extending file is lost, whatever it is laid over."""

    def held(small: object, large: object) -> bool:
        if isinstance(small, dict):
            return isinstance(large, dict) and all(key in large and held(small[key], large[key]) for key in small)
        return small == large

    assert held(patch, merged(base, patch))


def test_the_base_comes_first_and_what_is_new_after_it():
    """Policies keep the order of their segments: later ones win."""
    assert list(merged({"b": 1, "a": 2}, {"c": 3, "a": 4})) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("base", "patch", "result"),
    [
        ({"dist": "gamma", "mean": 1, "cv": 2}, {"dist": "uniform", "min": 3}, {"dist": "uniform", "min": 3}),
        (
            {"dist": "gamma", "mean": 1, "cv": 2},
            {"dist": "gamma", "cv": 3},
            {"dist": "gamma", "mean": 1, "cv": 3},
        ),
        ({"dist": "gamma", "mean": 1, "cv": 2}, {"cv": 3}, {"dist": "gamma", "mean": 1, "cv": 3}),
        ({"rule": "kanban", "bins": 3}, {"rule": "r_q", "quantity": 5}, {"rule": "r_q", "quantity": 5}),
        ({"kind": "port", "region": "US"}, {"kind": "line"}, {"kind": "line"}),
        ({"method": "normal", "service_level": 1}, {"method": "none"}, {"method": "none"}),
        (
            {"critical": 1, "safety_stock": 2},
            {"rule": "r_q"},
            {"critical": 1, "safety_stock": 2, "rule": "r_q"},
        ),
    ],
)
def test_a_map_that_changes_its_form_replaces_whole(base, patch, result):
    """A gamma's `cv` means nothing in the uniform that takes its place; the same form again only patches."""
    assert merged({"x": base}, {"x": patch}) == {"x": result}


def test_every_value_knows_the_file_that_gave_it():
    """`twin show` and every message say where to look."""
    base = read_text("a: {b: 1, c: 2}\nlegs: [1, 2]\n", "base.yaml")
    patch = read_text("a:\n  c: 3\n  d: 4\nlegs: [7]\n", "top.yaml")
    layer = merge(Layer(base.data, base.marks), Layer(patch.data, patch.marks))
    assert layer.marks == {
        ("a",): Mark("base.yaml", 1, 1),
        ("a", "b"): Mark("base.yaml", 1, 5),
        ("a", "c"): Mark("top.yaml", 2, 3),
        ("a", "d"): Mark("top.yaml", 3, 3),
        ("legs",): Mark("top.yaml", 4, 1),
        ("legs", 0): Mark("top.yaml", 4, 8),
    }


def test_a_deletion_that_finds_nothing_is_noticed():
    """`null` for a name that is not below is a typo."""
    layer = merge(Layer({"a": {"b": 1}}), Layer({"a": {"b": None, "bb": None}}))
    assert layer.data == {"a": {}}
    assert layer.idle_deletions == [("a", "bb")]
