"""Numbers are said as people say them."""

import pytest

from twin.report.words import days, label, listed, percent, plus_minus, points, policy_name, rough, short


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (7, "7"),
        (0.25, "0.25"),
        (950, "950"),
        (999.7, "1 k"),
        (12_345, "12.3 k"),
        (-12_345, "−12.3 k"),
        (999_600, "1 M"),
        (1_240_000, "1.24 M"),
        (3.2e9, "3.2 bn"),
        (-0.001, "0"),
    ],
)
def test_a_number_has_three_figures_and_a_scale(number, said):
    """1,240,317.55 on a chart is noise; rounding must never show `1000 k`."""
    assert short(number) == said


def test_shares_and_differences_of_shares_are_told_apart():
    """From 80 % to 90 % is 10 points, not 10 %."""
    assert percent(0.8812) == "88.1 %"
    assert percent(1) == "100 %"
    assert points(-0.091) == "9.1 points"
    assert points(0.01) == "1 point"
    assert points(0.214) == "21 points"
    assert rough(-0.118) == "12 %"
    assert rough(0.0001) == "under 0.1 %"


def test_a_mean_and_its_interval_share_a_unit():
    """`929 k ± 1.67 M` hides that the interval is wider than the mean."""
    assert plus_minus(short, 929_000, 1_671_000) == "929 ± 1671 k"
    assert plus_minus(short, -4_520_000, 56_000) == "−4.52 ± 0.06 M"
    assert plus_minus(short, 25.4, 0.92) == "25.4 ± 0.92"
    assert plus_minus(percent, 0.9, 0.113) == "90 ± 11.3 %"
    assert plus_minus(days, 59.0, 131.3) == "59 ± 131 d"
    assert plus_minus(short, 1_100_000, 3_000) == "1.1 ± <0.01 M", "small, and not none"
    assert plus_minus(percent, 0.999, 0.0003) == "99.9 ± <0.1 %"


def test_lists_end_with_and():
    """Titles are sentences."""
    assert [listed(w) for w in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_the_classics_are_written_as_planners_write_them():
    """JIT is an acronym; a policy of one's own keeps the name of its file."""
    assert [policy_name(p) for p in ("jit", "jic", "hybrid", "lean_2")] == ["JIT", "JIC", "hybrid", "lean_2"]


def test_a_long_name_keeps_its_two_ends_beside_a_mark():
    """`hybrid_with_a_spot_market` and `hybrid_with_a_second_maker` must not become one."""
    assert [label(name) for name in ("jit", "hybrid_abc_risk")] == ["JIT", "hybrid_abc_risk"]
    assert label("hybrid_with_a_spot_market") == "hybrid_w…t_market"
    assert label("hybrid_with_a_second_maker") == "hybrid_w…nd_maker"
