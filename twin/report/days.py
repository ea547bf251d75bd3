"""Days along the bottom, dates along the top; disruptions are bands that fade in recovery, ends of lives strokes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.axes import Axes

from twin.model.calendar import date_of
from twin.model.units import DAY
from twin.report.style import INK, QUIET, SMALL, room_for

if TYPE_CHECKING:
    from twin.language import Model

STEPS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 365, 730, 1825)
TICK = 0.6
"""Inches that a date needs."""
SHADE = 0.17
"""How black a band is; where two overlap it is darker."""
DATES, CAPTION = 11.5, 11.0
"""Points of height of a row of dates and of a row of names."""
ROWS = 3
"""Of captions; what has no room in any is left out."""
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


def bands(occurrence: Occurrence, horizon: float) -> Iterator[tuple[float, float, float]]:
    """From, to and depth of its shade: full while it lasts, fading while the place recovers.

    Nothing where it lasts over all days drawn.
    """
    if throughout(occurrence, horizon):
        return
    end = horizon if occurrence.end is None else occurrence.end
    back = end if occurrence.end is None else horizon if occurrence.recovered is None else occurrence.recovered
    step = (back - end) / FADES
    slices = [(occurrence.start, max(end, occurrence.start + horizon / 400), 1.0)]
    slices += [(end + k * step, end + (k + 1) * step, 1 - (k + 0.5) / FADES) for k in range(FADES if back > end else 0)]
    for left, right, depth in slices:
        if left < horizon and right > 0:
            yield max(left, 0.0), min(right, horizon), depth


@dataclass(frozen=True)
class Days:
    """The days of a picture `wide` inches wide: what happens on them, and how they are counted."""

    wide: float
    horizon: float
    start: date | None
    occurrences: Sequence[Occurrence]
    ends: Mapping[float, Sequence[str]]
    """The items whose life ends, by day."""

    @classmethod
    def of(cls, model: "Model", occurrences: Sequence[Occurrence], wide: float) -> "Days":
        horizon = model.run.horizon / DAY
        return cls(wide, horizon, first_date(model), seen(occurrences, horizon), endings(model))

    def shade(self, axes: Axes) -> None:
        """A grey band for each disruption, a stroke for each end of lives."""
        for occurrence in self.occurrences:
            for left, right, depth in bands(occurrence, self.horizon):
                axes.axvspan(left, right, color="black", lw=0, zorder=0, alpha=SHADE * depth)
        for day in self.ends:
            axes.axvline(day, color=INK, lw=0.9, ls=(0, (1, 1.5)), zorder=2.5)

    def count(self, axes: Axes, labels: bool) -> None:
        """Ticks at whole weeks, months or quarters, whichever leaves room to read."""
        axes.set_xlim(0, self.horizon)
        axes.set_xticks(self._ticks)
        if labels:
            axes.set_xlabel("days since the end of the warm-up", size=SMALL, color=QUIET, labelpad=2)
        else:
            axes.tick_params(labelbottom=False)

    @property
    def head_room(self) -> float:
        """Inches that `head` needs above a chart."""
        rows = [row for *_, row in self._captions()]
        return (DATES * (self.start is not None) + CAPTION * (max(rows, default=-1) + 1) + 4) / 72

    def head(self, axes: Axes) -> None:
        """Above the topmost chart: dates where the scenario has them, then what happens, with its days."""
        style: dict[str, Any] = {
            "xycoords": ("data", "axes fraction"), "textcoords": "offset points", "annotation_clip": False
        }  # fmt: skip
        year = None
        for day in self._ticks if self.start is not None else ():
            then = date_of(day, self.start)
            text = f"{then.day} {then:%b}" if then.year == year else f"{then.day} {then:%b %y}"
            year = then.year
            axes.annotate(text, (day, 1), xytext=(0, 3), ha="center", size=SMALL - 0.5, color=QUIET, **style)
        rise = 4 + DATES * (self.start is not None)
        for text, left, row in self._captions():
            words: dict[str, Any] = {"xytext": (0, rise + row * CAPTION), "size": SMALL, "color": INK, "weight": "bold"}
            axes.annotate(text, (left, 1), **words, **style)

    @property
    def _ticks(self) -> list[int]:
        most = max(int(self.wide / TICK), 2)
        step = next((s for s in STEPS if self.horizon / s <= most), STEPS[-1])
        return list(range(0, int(self.horizon) + 1, step))

    def _captions(self) -> list[tuple[str, float, int]]:
        """Words, where they begin, and in which of so many rows they have room."""
        free = [-1.0] * ROWS
        captions = []
        for text, day in self._happenings():
            width = room_for([text]) / self.wide * self.horizon
            left = min(max(day, 0), max(self.horizon - width, 0))
            row = next((k for k, taken in enumerate(free) if taken < left), None)
            if row is not None:
                free[row] = left + width
                captions.append((text, left, row))
        return captions

    def _happenings(self) -> list[tuple[str, float]]:
        """The first stroke of every disruption and the ends of lives, in words with their day; the earliest first."""
        told = []
        for name in dict.fromkeys(o.name for o in self.occurrences):
            strokes = [o for o in self.occurrences if o.name == name]
            told.append((_label(strokes, self.start), strokes[0].start))
        told += [(_ended(names, day, self.start), day) for day, names in self.ends.items()]
        return sorted(told, key=lambda each: each[1])


def endings(model: "Model") -> dict[float, list[str]]:
    """The items whose life ends within the days drawn, by day."""
    ends: dict[float, list[str]] = {}
    for name, item in model.items.items():
        if item.lifecycle is not None and item.lifecycle.ends <= model.run.horizon:
            ends.setdefault(item.lifecycle.ends / DAY, []).append(name)
    return dict(sorted(ends.items()))


def _ended(names: Sequence[str], day: float, start: date | None) -> str:
    who = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    when = f"day {day:.0f}" + (f", {_short_date(start, day)}" if start is not None else "")
    return f"end of {who}, {when}"


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


def first_date(model: "Model") -> date | None:
    """The date of day 0 of the pictures: `start` is when the warm-up begins."""
    return None if model.start is None else date_of(model.run.warm_up // DAY, model.start)
