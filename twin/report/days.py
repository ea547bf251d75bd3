"""Days along the bottom, dates along the top, disruptions as grey bands that fade in recovery."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.axes import Axes

from twin.model.calendar import date_of
from twin.model.units import DAY
from twin.report.style import BAND, INK, QUIET, SMALL, room_for

if TYPE_CHECKING:
    from twin.language import Model

STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 365, 730, 1825)
MOST_TICKS = 7
DATES, CAPTION = 11.0, 10.5
"""Points of height of a row of dates and of a row of names."""
FADES = 12
"""Slices of the fading band: enough to read as a slope."""


class Occurrence(Protocol):
    """One stroke of a disruption, in days since the end of the warm-up; None means it never ended."""

    @property
    def name(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float | None: ...
    @property
    def recovered(self) -> float | None: ...
    @property
    def targets(self) -> Sequence[str]: ...


def seen(occurrences: Sequence[Occurrence], horizon: float) -> list[Occurrence]:
    """Those that touch the days drawn, earliest first."""
    touching = [o for o in occurrences if o.start < horizon and (_last(o, horizon) > 0)]
    return sorted(touching, key=lambda o: (o.start, o.name))


def _last(occurrence: Occurrence, horizon: float) -> float:
    end = occurrence.end if occurrence.recovered is None else occurrence.recovered
    return horizon if end is None else end


def throughout(occurrence: Occurrence, horizon: float) -> bool:
    """Whether it lasts from the first day to the last, so that there is nothing to set it off against."""
    return occurrence.start <= 0 and (occurrence.end is None or occurrence.end >= horizon)


def shade(axes: Axes, occurrences: Sequence[Occurrence], horizon: float) -> None:
    """A light grey band while the disruption lasts, fading while the place recovers."""
    for o in seen(occurrences, horizon):
        end = horizon if o.end is None else o.end
        axes.axvspan(max(o.start, 0), min(max(end, o.start + horizon / 400), horizon), color=BAND, lw=0, zorder=0)
        back = end if o.end is None else horizon if o.recovered is None else o.recovered
        slice_ = (back - end) / FADES
        for k in range(FADES if back > end else 0):
            left = end + k * slice_
            if left < horizon:
                axes.axvspan(
                    max(left, 0),
                    min(left + slice_, horizon),
                    color=BAND,
                    lw=0,
                    zorder=0,
                    alpha=1 - (k + 0.5) / FADES,
                )


def head_room(occurrences: Sequence[Occurrence], horizon: float, start: date | None, wide: float) -> float:
    """Inches that `head` needs above a chart `wide` inches wide."""
    rows = [row for *_, row in _captions(occurrences, horizon, start, wide)]
    return (DATES * (start is not None) + CAPTION * (max(rows, default=-1) + 1) + 4) / 72


def head(axes: Axes, occurrences: Sequence[Occurrence], horizon: float, start: date | None, wide: float) -> None:
    """Above the topmost chart: dates where the scenario has them, then the name and days of each disruption."""
    style: dict[str, Any] = {
        "xycoords": ("data", "axes fraction"), "textcoords": "offset points", "annotation_clip": False
    }  # fmt: skip
    year = None
    for day in _ticks(horizon) if start is not None else ():
        then = date_of(day, start)
        text = f"{then.day} {then:%b}" if then.year == year else f"{then.day} {then:%b %y}"
        year = then.year
        axes.annotate(text, (day, 1), xytext=(0, 3), ha="center", size=SMALL - 0.5, color=QUIET, **style)
    rise = 4 + DATES * (start is not None)
    for text, left, row in _captions(occurrences, horizon, start, wide):
        axes.annotate(text, (left, 1), xytext=(0, rise + row * CAPTION), size=SMALL, color=INK, weight="bold", **style)


def _captions(
    occurrences: Sequence[Occurrence], horizon: float, start: date | None, wide: float
) -> list[tuple[str, float, int]]:
    """The first band of each name with its words, where they begin, and in which of two rows they have room."""
    shown = seen(occurrences, horizon)
    free = [-1.0, -1.0]
    captions = []
    for name in dict.fromkeys(o.name for o in shown):
        strokes = [o for o in shown if o.name == name]
        text = _label(strokes, start)
        width = room_for([text]) / wide * horizon
        left = min(max(strokes[0].start, 0), max(horizon - width, 0))
        row = next((k for k, taken in enumerate(free) if taken < left), None)
        if row is not None:
            free[row] = left + width
            captions.append((text, left, row))
    return captions


def _label(strokes: Sequence[Occurrence], start: date | None) -> str:
    first = strokes[0]
    until = "" if first.end is None else f"–{first.end:.0f}"
    when = f"{'from ' if first.end is None else ''}day {first.start:.0f}{until}"
    if start is not None:
        last = "" if first.end is None else f" – {_short_date(start, first.end)}"
        when += f", {_short_date(start, first.start)}{last}"
    more = f" (first of {len(strokes)})" if len(strokes) > 1 else ""
    return f"{first.name}, {when}{more}"


def _short_date(start: date, day: float) -> str:
    then = date_of(int(day), start)
    return f"{then.day} {then:%b}"


def count_days(axes: Axes, horizon: float, labels: bool) -> None:
    """Ticks at whole weeks, months or quarters, whichever leaves room to read."""
    axes.set_xlim(0, horizon)
    axes.set_xticks(_ticks(horizon))
    if labels:
        axes.set_xlabel("days since the end of the warm-up", size=SMALL, color=QUIET, labelpad=2)
    else:
        axes.tick_params(labelbottom=False)


def first_date(model: "Model") -> date | None:
    """The date of day 0 of the pictures: `start` is when the warm-up begins."""
    return None if model.start is None else date_of(model.run.warm_up // DAY, model.start)


def _ticks(horizon: float) -> list[int]:
    step = next((s for s in STEPS if horizon / s <= MOST_TICKS), STEPS[-1])
    return list(range(0, int(horizon) + 1, step))
