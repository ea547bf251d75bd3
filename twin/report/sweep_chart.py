"""The picture of a sweep along one way: a line per policy. Over two ways it is a map."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.report.curves import name_ends
from twin.report.foot import averaged, foot
from twin.report.style import FAINT, QUIET, SMALL, WIDTH, Look, Sheet, looks, room_for
from twin.report.sweep import Cell, Document, axis_name, finding, mean, told, written
from twin.report.sweep_map import draw_map
from twin.report.verdict import Measure, measures, within_scale
from twin.report.words import label, short

if TYPE_CHECKING:
    from twin.language import Model

PANEL, HEAD, BOTTOM, GAP = 1.3, 0.24, 0.36, 0.2
LEFT, RIGHT = 0.62, 0.9


def draw_sweep(model: "Model", document: Document, folder: Path) -> list[Path]:
    """Nothing for three ways and more: those are a table."""
    ways = len(document["vary"])
    if ways > 2 or any(len(values) < 2 for values in document["vary"].values()):
        return []
    return _lines(model, document, folder) if ways == 1 else draw_map(model, document, folder)


def places(values: Sequence[Any]) -> tuple[list[float], str]:
    """Where values stand on an axis, and their unit: as numbers if all have one unit, else side by side.

    >>> places(["7 d", "28 d"]), places(["7 d", "2 wk"])
    (([7.0, 28.0], 'd'), ([0.0, 1.0], ''))
    """
    parts = [written(value).partition(" ") for value in values]
    try:
        numbers = [float(number) for number, _, _ in parts]
    except ValueError:
        numbers = []
    if not numbers or len({unit for _, _, unit in parts}) > 1:
        return [float(k) for k in range(len(values))], ""
    return numbers, parts[0][2]


def _lines(model: "Model", document: Document, folder: Path) -> list[Path]:
    ((path, values),) = document["vary"].items()
    worst = max(document["cells"], key=lambda cell: max(mean(cell, p, "lost_sales") for p in cell["policies"]))
    panels = measures(worst, model.currency)
    policies = list(worst["policies"])
    each = HEAD + PANEL + GAP
    sheet = Sheet(
        finding(document, model.currency),
        f"{document['title']}; {averaged(document)} against {axis_name(path)}, all values on the same luck",
        foot(model, document),
        each * len(panels) + BOTTOM,
    )
    at, unit = places(values)
    look = looks(policies, model.policies)
    right = max(RIGHT, 0.3 + room_for([label(policy) for policy in policies]))
    for k, measure in enumerate(panels):
        good = "more is better" if measure.up else "less is better"
        sheet.text(0.14, k * each, f"{measure.words}, {measure.unit}", weight="bold")
        sheet.text(WIDTH - 0.14, k * each, good, size=SMALL, color=QUIET, ha="right")
        axes = sheet.axes(LEFT, k * each + HEAD, WIDTH - LEFT - right, PANEL)
        _panel(axes, measure, document["cells"], at, look)
        last = k == len(panels) - 1
        axes.set_xticks(_spaced(at), [_tick(values, at, spot) if last else "" for spot in _spaced(at)])
        if last:
            axes.set_xlabel(f"{axis_name(path)}{f', {unit}' if unit else ''}", size=SMALL, color=QUIET)
    return sheet.save(folder, "sweep")


def _tick(values: Sequence[Any], at: Sequence[float], spot: float) -> str:
    return written(values[at.index(spot)]).partition(" ")[0] if places(values)[1] else written(values[at.index(spot)])


def _spaced(at: Sequence[float]) -> list[float]:
    """The places whose names have room beside one another."""
    least = (max(at) - min(at)) / 16
    kept: list[float] = []
    for spot in sorted(at):
        if not kept or spot - kept[-1] >= least:
            kept.append(spot)
    return kept


def _panel(axes: Axes, measure: Measure, cells: Sequence[Cell], at: Sequence[float], look: Mapping[str, Look]) -> None:
    order = sorted(range(len(at)), key=lambda k: at[k])
    span = max(at) - min(at)
    tops, ends = [0.0], []
    for j, (policy, mark) in enumerate(look.items()):
        beside_each_other = (j - (len(look) - 1) / 2) * 0.007 * span
        points = [(at[k], within_scale(measure, told(cells[k], policy, measure.kpi))) for k in order]
        known = [(x + beside_each_other, found) for x, found in points if found["mean"] is not None]
        for x, found in known:
            if found["low"] is not None:
                axes.plot([x, x], [found["low"], found["high"]], color=mark.colour, lw=2.2, alpha=0.55, zorder=2)
                tops.append(found["high"])
        means = [found["mean"] for _, found in known]
        axes.plot(
            [x for x, _ in known], means, color=mark.colour, lw=1.6, marker=mark.marker, markersize=5,
            markeredgecolor="white", markeredgewidth=0.5, zorder=3,
        )  # fmt: skip
        if known:
            ends.append((means[-1], policy))
        tops += means
    full, floor = max(tops) or 1.0, min(0.0, *tops)
    if measure.share:
        full, floor = 1.0, max(0.0, int(min(tops[1:], default=0.0) * 10 - 0.01) / 10)
    axes.set_ylim(floor, full + (full - floor) * 0.06)
    axes.set_xlim(min(at) - 0.02 * span, max(at) + 0.02 * span)
    axes.spines["bottom"].set_position(("data", max(floor, 0.0)))
    ticks = [floor, 1.0] if measure.share else [tick for tick in axes.get_yticks() if 0 <= tick <= full][::2]
    axes.set_yticks(ticks, [f"{tick * 100:.0f} %" if measure.share else short(tick) for tick in ticks])
    for tick in ticks:
        axes.axhline(tick, color=FAINT, lw=0.5, zorder=0)
    name_ends(axes, sorted(ends), look)
