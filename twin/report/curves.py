"""One line per policy, named where it ends; names keep apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from twin.report.apart import apart
from twin.report.style import DPI, SMALL, Look, beside
from twin.report.words import label


def follow(axes: Axes, days: Sequence[float], series: Mapping[str, Sequence[float]], look: Mapping[str, Look]) -> None:
    """One line per policy, later ones thinner so that none hides another, named at its end."""
    every = max(len(days) // 6, 1)
    for k, (policy, values) in enumerate(series.items()):
        mark = look[policy]
        axes.plot(
            days,
            values,
            color=mark.colour,
            lw=max(1.9 - 0.35 * k, 0.8),
            marker=mark.marker,
            markevery=(every // 2, every),
            markersize=4.5,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=3 + k / 10,
        )
    name_ends(axes, sorted((values[-1], policy) for policy, values in series.items()), look)


def name_ends(axes: Axes, ends: Sequence[tuple[float, str]], look: Mapping[str, Look]) -> None:
    """Each policy's name where its line ends, the lowest first, kept apart."""
    low, high = axes.get_ylim()
    tall = axes.get_window_extent().height / DPI
    room = 1.3 * SMALL / 72 / tall * (high - low)
    heights = apart([height for height, _ in ends], room, low, high)
    across = axes.get_yaxis_transform()
    for height, (_, policy) in zip(heights, ends, strict=True):
        beside(axes, label(policy), (1, height), 16, xycoords=across, weight="bold")
        mark: dict[str, Any] = {"color": look[policy].colour, "markersize": 5, "clip_on": False, "transform": across}
        axes.plot([1.03], [height], look[policy].marker, **mark)
