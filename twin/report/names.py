"""Names beside marks: each on the side where it covers the fewest other marks and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from twin.report.style import LINE_HEIGHT, SMALL, beside, room_for

Spot = tuple[float, float]

MARK, AWAY, ABOVE = 0.12, 0.11, 0.155
"""Inches: how wide a mark is, and from its middle to a name beside it, or above or below it."""
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
ALIGNED = {1: "left", 0: "center", -1: "right"}


def name_marks(axes: Axes, names: Mapping[str, Spot], lines: Sequence[tuple[Spot, Spot]] = ()) -> None:
    """Write each name beside its spot. `lines` are not to be covered either; the axes have their limits already."""
    taken = [_grown(_at(axes, spot, spot)) for spot in names.values()] + [_at(axes, *line) for line in lines]
    for name, spot in names.items():
        places = {side: _place(name, _at(axes, spot, spot), side) for side in SIDES}
        best = min(SIDES, key=lambda side: places[side].count_overlaps(taken))
        taken.append(places[best])
        right, up = best
        beside(axes, name, spot, 72 * AWAY * right, 72 * ABOVE * up, weight="bold", ha=ALIGNED[right], zorder=6)


def _at(axes: Axes, start: Spot, end: Spot) -> Bbox:
    """From spot to spot, in inches on the page."""
    inches = axes.transData.transform([start, end]) / axes.figure.dpi
    return Bbox([inches.min(axis=0), inches.max(axis=0)])


def _grown(spot: Bbox) -> Bbox:
    return spot.padded(MARK / 2)


def _place(name: str, mark: Bbox, side: tuple[int, int]) -> Bbox:
    """Where a name stands that is written on one side of a mark."""
    wide, tall = room_for([name]), SMALL * LINE_HEIGHT
    middle = mark.x0 + side[0] * (AWAY + wide / 2), mark.y0 + side[1] * ABOVE
    return Bbox.from_bounds(middle[0] - wide / 2, middle[1] - tall / 2, wide, tall)
