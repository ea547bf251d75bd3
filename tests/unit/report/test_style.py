"""How pictures look: who cannot see colours, or all of them, reads the same."""

from itertools import combinations
from math import dist

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from twin.report.apart import apart
from twin.report.style import KNOWN, OTHERS, looks
from twin.report.timeline import STATES


def test_policies_keep_their_look_in_any_company_and_never_share_one():
    """Whoever learned orange for JIT in one picture must find it in all; colour is never the only mark."""
    scenario = ["lean", "jit", "jic", "hybrid", "buffered", *(f"tried_{k}" for k in range(10))]
    look = looks(scenario)
    assert [look[p].colour for p in ("jit", "jic", "hybrid")] == ["#E69F00", "#0072B2", "#009E73"]
    assert looks(["tried_2", "buffered"], scenario) == {p: look[p] for p in ("tried_2", "buffered")}
    assert len({(each.colour, each.marker) for each in look.values()}) == len(look)
    first = [look[p] for p in ("jit", "jic", "hybrid", "lean", "buffered")]
    for mark in ("colour", "marker", "hatch"):
        assert len({getattr(each, mark) for each in first}) == len(first)


VISION = {
    "all colours": np.eye(3),
    "without red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "without green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "without blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def linear(colour):
    """Linear RGB of a colour as it is written."""
    return np.array([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)])


def lab(rgb):
    """CIELAB of a linear RGB: a distance of 2 is just seen, one of 15 at a glance."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz / (0.9505, 1, 1.089))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("vision", VISION)
def test_the_colour_blind_tell_the_policies_and_the_states_of_a_line_apart(vision):
    """One man in twelve does not see what the others see; the greys of a line stand on the colours of policies."""
    colours = {mark.colour for mark in (*KNOWN.values(), *OTHERS)} | {colour for colour, _ in STATES.values()}
    spots = {colour: lab(VISION[vision] @ linear(colour)) for colour in colours}
    assert min(dist(spots[a], spots[b]) for a, b in combinations(sorted(colours), 2)) > 15


def test_names_at_the_ends_of_lines_keep_apart_and_inside():
    """Two names on one another are none."""
    assert apart([1.0, 5.0, 9.0], 2.0, 0.0, 10.0) == [1.0, 5.0, 9.0]
    assert apart([0.1, 0.2, 0.3], 1.0, 0.0, 10.0) == [0.5, 1.5, 2.5]
    assert apart([9.8, 9.9], 1.0, 0.0, 10.0) == [8.5, 9.5]
    assert apart([4.0, 4.0], 1.0, 0.0, 10.0) == [3.5, 4.5]
