"""Days along the bottom, dates along the top, disruptions as grey bands that fade in recovery."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from matplotlib.axes import Axes

from twin.model.calendar import date_of
from twin.model.units import DAY
from twin.report.style import BAND, INK, QUIET, SMALL

if TYPE_CHECKING:
    from twin.language import Model

STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 365, 730, 1825)
MOST_TICKS = 7
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


def shade(axes: Axes, occurrences: Sequence[Occurrence], horizon: float) -> None:
    """A light grey band while the disruption lasts, fading while the place recovers."""
    for o in seen(occurrences, horizon):
        end = horizon if o.end is None else o.end
        axes.axvspan(
            max(o.start, 0), min(max(end, o.start + horizon / 400), horizon), color=BAND, lw=0, zorder=0
        )
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


def label_bands(
    axes: Axes, occurrences: Sequence[Occurrence], horizon: float, start: date | None, rise: float
) -> None:
    """The first band of each name says its name and dates, `rise` points above; labels keep apart."""
    shown = seen(occurrences, horizon)
    names = list(dict.fromkeys(o.name for o in shown))
    free = [-1.0, -1.0]
    for name in names:
        strokes = [o for o in shown if o.name == name]
        left = max(strokes[0].start, 0)
        text = _label(strokes, start)
        width = (len(text) + 1) * horizon / 72
        left = min(left, max(horizon - width * 0.8, 0))
        row = next((k for k, taken in enumerate(free) if taken < left), None)
        if row is None:
            continue
        free[row] = left + width
        axes.annotate(
            text,
            (left, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, rise + row * SMALL * 1.3),
            textcoords="offset points",
            size=SMALL,
            color=INK,
            weight="bold",
            annotation_clip=False,
        )


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


def date_above(axes: Axes, horizon: float, start: date | None) -> None:
    """The same ticks as dates along the top, where the scenario says on which date it starts."""
    if start is None:
        return
    for day in _ticks(horizon):
        then = date_of(day, start)
        axes.annotate(
            f"{then.day} {then:%b %y}",
            (day, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center" if day else "left",
            size=SMALL - 0.5,
            color=QUIET,
        )


def _ticks(horizon: float) -> list[int]:
    step = next((s for s in STEPS if horizon / s <= MOST_TICKS), STEPS[-1])
    return list(range(0, int(horizon) + 1, step))
