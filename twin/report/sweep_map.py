"""The picture of a sweep over two ways: the map of who costs least where.

A cell of the map in which the cheapest policies cannot be told apart stays blank. Where the cells are too small for the
names of the policies their markers stand there, and a key above.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from twin.report.foot import foot
from twin.report.key import ROW, draw_key, key_rows
from twin.report.style import FAINT, INK, SMALL, TEXT, WIDTH, Look, Sheet, folded, looks, room_for
from twin.report.sweep import Cell, Document, axis_name, finding, mean, winner, written
from twin.report.words import policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

TALL, TICKS, HEAD = 0.5, 0.5, 0.3
MOST_LINES = 2
"""Of a name in a cell."""
BRIGHT = 0.4
"""Luminance above which words are written in ink."""


@dataclass(frozen=True)
class Form:
    """What there is room for in the cells of a map: names or else markers, amounts or else none."""

    look: Mapping[str, Look]
    wide: float
    named: bool
    priced: bool

    @classmethod
    def of(cls, cells: Sequence[Cell], wide: float, among: Iterable[str] = ()) -> "Form":
        look = looks(cells[0]["policies"], among)
        named = all(_fits(policy_name(policy), wide) for policy in look)
        return cls(look, wide, named, all(_fits(short(_amount(cell)), wide) for cell in cells))


def draw_map(model: "Model", document: Document, folder: Path) -> list[Path]:
    (across, columns), (upwards, lines) = document["vary"].items()
    rows = [said(upwards, value) for value in lines]
    left = 0.34 + room_for([line for row in rows for line in row.splitlines()])
    form = Form.of(document["cells"], (WIDTH - left - 0.14) / len(columns), model.policies)
    key = [] if form.named else key_rows(list(form.look), WIDTH - 0.28)
    top = ROW * len(key)
    sheet = Sheet(
        finding(document, model.currency),
        f"{document['title']}; {_plotted(document, form, model.currency or 'money')}",
        foot(model, document),
        top + HEAD + TALL * len(lines) + TICKS,
    )
    draw_key(sheet, 0.14, 0, key, form.look)
    axes = sheet.axes(left, top + HEAD, WIDTH - left - 0.14, TALL * len(lines))
    axes.set(xlim=(0, len(columns)), ylim=(0, len(lines)))
    for k, cell in enumerate(document["cells"]):
        _cell(axes, divmod(k, len(lines)), cell, form)
    named = [said(across, value) for value in columns]
    every = int(room_for([line for name in named for line in name.splitlines()]) // form.wide) + 1
    axes.set_xticks([k + 0.5 for k in range(0, len(columns), every)], named[::every])
    axes.set_yticks([k + 0.5 for k in range(len(lines))], rows)
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(axis_name(across), size=TEXT, color=INK)
    sheet.text(0.14, top, axis_name(upwards), size=TEXT, color=INK)
    return sheet.save(folder, "sweep")


def _plotted(document: Document, form: Form, money: str) -> str:
    if len(form.look) == 1:
        return f"mean total cost in {money}"
    ahead = f", and by how much ({money}) the next costs more" if form.priced else ""
    judged = "blank: the cheapest are not distinguishable (paired, 95 %, each cell by itself)"
    return f"the policy of least total cost{ahead}; {judged if document['replications'] > 1 else 'one replication'}"


def said(path: str, value: Any) -> str:
    """A value beside its row or below its column; of a small probability also how often that is."""
    text = written(value)
    share = text.removesuffix(" %")
    if not path.endswith(".probability") or share == text or not 0 < float(share) <= 50:
        return text
    times = 100 / float(share)
    return f"{text}\n1 in {times:.0f}" if times > 9.5 else f"{text}\n1 in {times:.1f}".removesuffix(".0")


def _fits(words: str, wide: float) -> bool:
    lines = folded(words, wide - 0.06).splitlines()
    return len(lines) <= MOST_LINES and room_for(lines) <= wide - 0.06


def _cell(axes: Axes, spot: tuple[int, int], cell: Cell, form: Form) -> None:
    x, y = spot[0] + 0.5, spot[1]
    name = winner(cell)
    colour = form.look[name].colour if name else "#fafafa"
    ink = INK if _luminance(colour) > BRIGHT else "white"
    edge: dict[str, Any] = {"edgecolor": "white" if name else FAINT, "lw": 0.6}
    axes.barh(y + 0.5, 0.96, 0.92, left=x - 0.48, color=colour, **edge)
    if form.priced and (name or cell["cheapest"] is None):
        height = 0.44 if name else 0.62
        axes.text(x, y + height, short(_amount(cell)), ha="center", va="top", size=SMALL - 0.5, color=ink)
    if name and form.named:
        said = folded(policy_name(name), form.wide - 0.06)
        axes.text(x, y + 0.47, said, ha="center", va="bottom", size=SMALL, weight="bold", color=ink, linespacing=0.95)
    elif name:
        height = 0.66 if form.priced else 0.5
        axes.plot(x, y + height, form.look[name].marker, color=colour, markeredgecolor=ink, markersize=6)


def _amount(cell: Cell) -> float:
    """By how much the next policy costs more; of a single one what it costs."""
    if cell["cheapest"] is None:
        return mean(cell, next(iter(cell["policies"])), "total_cost")
    return float(cell["cheapest"]["mean"])


def _luminance(colour: str) -> float:
    red, green, blue = to_rgb(colour)
    return 0.30 * red + 0.59 * green + 0.11 * blue
