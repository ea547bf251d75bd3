"""How every picture looks: one colour per policy, the finding on top, the run in small type below."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patheffects import withStroke

from twin.report.words import bound

INK, QUIET, FAINT, BAND = "#222222", "#666666", "#cccccc", "#d4d4d4"
TITLE, TEXT, SMALL, FOOT = 15.0, 10.0, 8.5, 8.0

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

    @property
    def marker_name(self) -> str:
        """The marker as pages name it."""
        return MARKER_NAMES[self.marker]


KNOWN = {
    "jit": Look("#E69F00", "o", ""),
    "jic": Look("#0072B2", "s", "///"),
    "hybrid": Look("#009E73", "^", "..."),
}
OTHERS = (
    Look("#CC79A7", "D", "xxx"),
    Look("#56B4E9", "v", "\\\\\\"),
    Look("#D55E00", "P", "|||"),
    Look("#F0E442", "X", "---"),
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


def looks(policies: Iterable[str], among: Iterable[str] = ()) -> Mapping[str, Look]:
    """The look of each policy: fixed for the three classics, in order for all others.

    The order is that of all policies of the scenario, `among` which these are compared: then none changes its look with
    its company.
    """
    others = [p for p in dict.fromkeys((*among, *policies)) if p not in KNOWN]
    return {p: KNOWN[p] if p in KNOWN else _other(others.index(p)) for p in policies}


def _other(k: int) -> Look:
    """Where colours begin again, their marks are others."""
    marks = OTHERS[(k + k // len(OTHERS)) % len(OTHERS)]
    return replace(marks, colour=OTHERS[k % len(OTHERS)].colour)


class Sheet:
    """A page: the finding on top, the run below, and between them a body on which `axes` puts charts."""

    def __init__(self, title: str, subtitle: str, foot: str, body: float) -> None:
        heads, subs, feet = _lines(title, 47), _lines(subtitle, 80), _lines(foot, 100)
        self.title = title
        self._top = MARGIN + len(heads) * TITLE * LINE_HEIGHT + 0.04 + len(subs) * TEXT * LINE_HEIGHT + 0.12
        below = 0.1 + len(feet) * FOOT * LINE_HEIGHT + MARGIN
        self.height = self._top + body + below
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DPI, facecolor="white")
        self._write(heads, MARGIN, TITLE, INK, "bold")
        self._write(subs, MARGIN + len(heads) * TITLE * LINE_HEIGHT + 0.04, TEXT, QUIET)
        self._write(feet, self.height - below + 0.1, FOOT, QUIET)

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
        """The picture as PNG and SVG, titled for those who cannot see it; no date, no program version."""
        paths = [folder / f"{name}.png", folder / f"{name}.svg"]
        for path, unsaid in zip(paths, ({"Software": None}, {"Date": None, "Creator": None}), strict=True):
            self.figure.savefig(path, metadata={"Title": self.title} | unsaid)
        return paths


def _lines(text: str, width: int) -> list[str]:
    """Wrapped into rows of much the same length, with every number kept beside its unit."""
    fold = partial(wrap, bound(text), break_on_hyphens=False)
    rows = fold(width)
    while len(fold(width - 1)) == len(rows) > 1:
        width -= 1
    return fold(width)


def room_for(words: Sequence[str], size: float = SMALL) -> float:
    """Inches that the widest of them takes in bold, a little more than it takes in plain."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold")))
    font.set_size(size, 72)
    return max(_points(font, word) for word in words) / 72


def _points(font: FT2Font, word: str) -> float:
    font.set_text(word, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


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
