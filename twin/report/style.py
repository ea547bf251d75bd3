"""How every picture looks: one colour per policy, the finding on top, the run in small type below."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from twin.report.words import bound, policy_name

INK, QUIET, FAINT, BAND = "#222222", "#666666", "#cccccc", "#d4d4d4"
TITLE, TEXT, SMALL = 13.5, 9.5, 8.0

WIDTH = 6.0
"""Inches; at 200 dots an inch the picture is 1200 px wide and still readable at 600."""
DPI = 200
HALO = (withStroke(linewidth=2.5, foreground="white"),)
"""Around words that cross lines."""
MARGIN = 0.14

LINE_HEIGHT = 1.25 / 72
"""Inches of height per point of type."""


MARKER_NAMES = {
    "o": "circle",
    "s": "square",
    "^": "triangle-up",
    "D": "diamond",
    "v": "triangle-down",
    "P": "cross",
    "X": "x",
}


@dataclass(frozen=True)
class Look:
    """What marks a policy in every picture, so that nobody needs to see the colour."""

    colour: str
    marker: str
    hatch: str
    dash: Any

    @property
    def marker_name(self) -> str:
        """The marker as pages name it."""
        return MARKER_NAMES[self.marker]


KNOWN = {
    "jit": Look("#E69F00", "o", "", "solid"),
    "jic": Look("#0072B2", "s", "///", (0, (5, 1.5))),
    "hybrid": Look("#009E73", "^", "...", (0, (1.5, 1))),
}
OTHERS = (
    Look("#CC79A7", "D", "xxx", (0, (6, 1.5, 1.5, 1.5))),
    Look("#56B4E9", "v", "\\\\\\", (0, (3, 1, 1, 1, 1, 1))),
    Look("#D55E00", "P", "|||", (0, (8, 2))),
    Look("#F0E442", "X", "---", (0, (2, 2))),
)

SETTINGS: Any = {
    "svg.hashsalt": "twin",
    "font.size": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "hatch.linewidth": 0.8,
    "axes.unicode_minus": True,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with our settings alone, whatever the reader's matplotlib is set to, and leave that alone."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield


def looks(policies: Sequence[str]) -> Mapping[str, Look]:
    """The look of every policy: fixed for the three classics, in order for all others."""
    others = [p for p in policies if p not in KNOWN]
    return {p: KNOWN[p] if p in KNOWN else OTHERS[others.index(p) % len(OTHERS)] for p in policies}


class Sheet:
    """A page: the finding on top, the run below, and between them a body on which `axes` puts charts."""

    def __init__(self, title: str, subtitle: str, foot: str, body: float) -> None:
        self.title = title
        heads, subs, feet = _lines(title, 50), _lines(subtitle, 80), _lines(foot, 100)
        self._top = MARGIN + len(heads) * TITLE * LINE_HEIGHT + 0.04 + len(subs) * TEXT * LINE_HEIGHT + 0.12
        below = 0.1 + len(feet) * SMALL * LINE_HEIGHT + MARGIN
        self.height = self._top + body + below
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DPI, facecolor="white")
        self._write(heads, MARGIN, TITLE, INK, "bold")
        self._write(subs, MARGIN + len(heads) * TITLE * LINE_HEIGHT + 0.04, TEXT, QUIET)
        self._write(feet, self.height - below + 0.1, SMALL, QUIET)

    def _write(self, lines: Sequence[str], top: float, size: float, colour: str, weight: str = "normal") -> None:
        for k, line in enumerate(lines):
            y = 1 - (top + k * size * LINE_HEIGHT) / self.height
            self.figure.text(MARGIN / WIDTH, y, line, size=size, color=colour, weight=weight, va="top")

    def axes(self, left: float, top: float, width: float, height: float, **more: Any) -> Axes:
        """A chart `left` inches from the edge of the page and `top` inches below the head."""
        bottom = self.height - self._top - top - height
        return self.figure.add_axes((left / WIDTH, bottom / self.height, width / WIDTH, height / self.height), **more)

    def text(self, left: float, top: float, words: str, **more: Any) -> None:
        """Words on the body, by the same inches as `axes`, their top left corner there."""
        style: dict[str, Any] = {"va": "top", "size": TEXT} | more
        self.figure.text(left / WIDTH, 1 - (self._top + top) / self.height, words, **style)

    def save(self, folder: Path, name: str) -> list[Path]:
        """The picture as PNG and SVG, the same bytes for the same run: no date, no program version.

        Each carries its finding as its title, for those who cannot see it.
        """
        paths = [folder / f"{name}.png", folder / f"{name}.svg"]
        for path, left_out in zip(paths, (("Software",), ("Date", "Creator")), strict=True):
            self.figure.savefig(path, metadata={"Title": self.title, **dict.fromkeys(left_out)})
        return paths


def _lines(text: str, width: int) -> list[str]:
    """Wrapped into rows of much the same length, with every number kept beside its unit."""
    fold = partial(wrap, bound(text), break_on_hyphens=False)
    rows = fold(width)
    while len(fold(width - 1)) == len(rows) > 1:
        width -= 1
    return fold(width)


def room_for(words: Sequence[str], size: float = SMALL) -> float:
    """Inches that the longest of them takes; a letter is some 0.64 of its size wide."""
    return max(len(word) for word in words) * size * 0.64 / 72


def folded(name: str, wide: float, size: float = SMALL) -> str:
    """A name on as many lines as it takes, broken after its underscores."""
    lines = [""]
    for part in name.replace("_", "_ ").split():
        if lines[-1] and room_for([lines[-1] + part], size) > wide:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def beside(axes: Axes, words: str, spot: tuple[float, float], right: float = 5.0, up: float = 0.0, **more: Any) -> None:
    """Words in small type, some points to the right of a spot and above it, outside the axes too."""
    style: dict[str, Any] = {
        "size": SMALL, "va": "center", "annotation_clip": False, "linespacing": 0.95, "path_effects": HALO
    }  # fmt: skip
    axes.annotate(words, spot, xytext=(right, up), textcoords="offset points", **style | more)


def swatch(sheet: Sheet, left: float, top: float, look: Look) -> None:
    """The policy's marker in its colour, beside its name."""
    axes = sheet.axes(left, top, 0.16, 0.16)
    axes.set_axis_off()
    axes.plot([0], [0], look.marker, color=look.colour, markersize=8, markeredgecolor=INK, markeredgewidth=0.5)


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
    heights = [height for height, _ in ends]
    for _ in range(20):
        for k, (lower, upper) in enumerate(pairwise(heights)):
            if upper - lower < room:
                middle = (lower + upper) / 2
                heights[k], heights[k + 1] = middle - room / 2, middle + room / 2
        over = max(0.0, heights[-1] + room / 2 - high)
        heights = [max(height - over, low + room / 2) for height in heights]
    across = axes.get_yaxis_transform()
    for height, (_, policy) in zip(heights, ends, strict=True):
        beside(axes, policy_name(policy), (1, height), 16, xycoords=across, weight="bold")
        mark: dict[str, Any] = {"color": look[policy].colour, "markersize": 5, "clip_on": False, "transform": across}
        axes.plot([1.03], [height], look[policy].marker, **mark)
