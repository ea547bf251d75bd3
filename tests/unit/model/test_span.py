"""Bounds of what may be chosen: steps that a planner would take, written as a planner would write them."""

import pytest

from twin.model.span import Span


def span(least, most):
    return Span.model_validate({"from": least, "to": most})


@pytest.mark.parametrize(
    ("least", "most", "steps", "second", "last"),
    [
        pytest.param("0 pc", "60 pc", 60, "1 pc", "60 pc", id="whole pieces"),
        pytest.param("5 d", "90 d", 850, "5.1 d", "90 d", id="a tenth of a day"),
        pytest.param("80 %", "99.9 %", 995, "80.02 %", "99.9 %", id="hundredths of a per cent"),
        pytest.param(1, 12, 11, 2, 12, id="bins"),
        pytest.param(0.5, 2, 750, 0.502, 2, id="pure numbers"),
        pytest.param("0 USD/order", "70000 USD/order", 700, "100 USD/order", "70000 USD/order", id="large ones"),
    ],
)
def test_steps_are_round_and_end_at_the_bounds(least, most, steps, second, last):
    """Nobody keeps 37.2839 days of stock, and nobody cuts a piece."""
    found = span(least, most)
    assert (found.steps, found.value(0), found.value(1), found.value(found.steps)) == (steps, least, second, last)


@pytest.mark.parametrize(
    ("written", "step"), [("5 d", 0), ("37.24 d", 322), ("91 d", None), ("500 pc", None), ({"method": "none"}, None)]
)
def test_what_is_written_is_found_among_the_steps(written, step):
    """The search begins at the planner's own value, where it lies between the bounds in the same unit."""
    assert span("5 d", "90 d").nearest(written) == step
