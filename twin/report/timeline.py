"""The timeline: one replication, the policies side by side: stock of the critical parts, the lines, sales lost."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from twin.report.curves import follow
from twin.report.days import Days, Occurrence
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.story import Story, Table
from twin.report.style import FAINT, INK, MARGIN, QUIET, SMALL, TEXT, WIDTH, Sheet, beside, room_for
from twin.report.words import label, short

if TYPE_CHECKING:
    from twin.language import Model

MARK, HEAD, KEY, STOCK, STRIP, BAR, BETWEEN, AXIS = 0.42, 0.25, 0.22, 0.86, 0.27, 0.216, 0.2, 0.32
"""Inches: policy mark, words above a group, key, heights of a stock, a strip and its bar, gap, days at the bottom."""
NAMED = 0.155
"""Inches of the height of a stock for each policy named at its right."""

STATES = {
    "starved": (INK, ""),
    "blocked": (INK, "////"),
    "down": ("#5a5a5a", ""),
    "changeover": ("#5a5a5a", "...."),
}
"""States that cost output, in greys; running has the policy's colour, white is a line without work.

Dark ones: the colour-blind see a middle grey as the green of hybrid.
"""


def draw_timeline(
    model: "Model",
    document: Document,
    timelines: Mapping[str, Table],
    occurrences: Sequence[Occurrence],
    folder: Path,
) -> list[Path]:
    story = Story.of(model, document, timelines)
    names = [label(p) for p in story.policies]
    left, right = 0.3 + max(room_for(names, TEXT), 0.35), MARK + max(room_for(names), room_for(["999 k"]))
    days = Days.of(model, occurrences, WIDTH - left - right)
    known = {stock for policy in document["policies"].values() for stock in policy["items"]}
    sheet = Sheet(
        story.title,
        f"{document['title']}; one replication; the {len(story.stocks)} most critical of {len(known)} stocks",
        foot(model, document, one=True),
        days.head_room + _tall(story) + AXIS,
    )
    stack = Stack(sheet, left, days)
    _fill(stack, story)
    for axes in stack.drawn:
        days.shade(axes)
        days.count(axes, labels=axes is stack.drawn[-1])
    for axes in stack.drawn[:1]:
        days.head(axes)
    return sheet.save(folder, "timeline")


class Stack:
    """Charts one below the other, with words between; the first leaves room for dates and disruptions."""

    def __init__(self, sheet: Sheet, left: float, days: Days) -> None:
        self.sheet = sheet
        self.left, self.wide, self.above = left, days.wide, days.head_room
        self.top = 0.0
        self.drawn: list[Axes] = []

    def words(self, text: str) -> None:
        self.sheet.text(MARGIN, self.top, text, weight="bold")
        self.top += HEAD

    def chart(self, tall: float, gap: float) -> Axes:
        """The next chart down, and a gap below it."""
        self.top += 0 if self.drawn else self.above
        self.drawn.append(self.sheet.axes(self.left, self.top, self.wide, tall))
        self.top += tall + gap
        return self.drawn[-1]


def _fill(stack: Stack, story: Story) -> None:
    """Stocks, lines, losses."""
    for stock in story.stocks:
        store, _, item = stock.rpartition(".")
        stack.words(f"{item} in {store}, pc")
        _stock(stack.chart(_stock_height(story), BETWEEN), story, stock)
    if story.lines:
        _key(stack, story)
        for policy in story.policies:
            _line(stack.chart(BAR, STRIP - BAR), story, policy)
        stack.top += BETWEEN
    stack.top += 0 if story.losing else AXIS
    stack.words(_words_on_loss(story))
    for policy in story.policies if story.losing else ():
        _lost(stack.chart(BAR, STRIP - BAR), story, policy)


def _tall(story: Story) -> float:
    """Inches of all charts and the words between them."""
    strips = len(story.policies) * STRIP
    lines = HEAD + KEY + strips + BETWEEN if story.lines else 0.0
    return len(story.stocks) * (HEAD + _stock_height(story) + BETWEEN) + lines + HEAD + strips * story.losing


def _stock_height(story: Story) -> float:
    """Room for a curve, and for the names at its right."""
    return max(STOCK, NAMED * len(story.policies))


def _stock(axes: Axes, story: Story, stock: str) -> None:
    """Pieces on hand under every policy, from zero."""
    held = {p: table[f"on_hand:{stock}"] for p, table in story.policies.items()}
    top = max(max(values) for values in held.values()) or 1.0
    axes.set_ylim(0, 1.05 * top)
    ticks = [t for t in MaxNLocator(3).tick_values(0, top) if 0 <= t <= top]
    axes.set_yticks(ticks, [short(t) for t in ticks])
    for tick in ticks[1:]:
        axes.axhline(tick, color=FAINT, lw=0.5, zorder=0)
    follow(axes, [day + 1 for day in next(iter(story.policies.values()))["day"]], held, story.look)


def _line(axes: Axes, story: Story, policy: str) -> None:
    """Shares of the shifts, one on the other: running from below in the policy's colour, losses above it."""
    below = [0.0] * (len(story.edges) - 1)
    for state, (colour, hatch) in {"running": (story.look[policy].colour, ""), **STATES}.items():
        above = [b + s for b, s in zip(below, story.states(policy, state), strict=True)]
        style: dict[str, Any] = {"facecolor": colour, "edgecolor": "white", "hatch": hatch, "lw": 0, "zorder": 2}
        axes.stairs(above, story.edges, baseline=below, fill=True, **style)
        below = above
    starved = story.starved(policy)
    _strip(axes, policy, 1.0, f"{short(starved)} d" if starved else "0", bool(starved))


def _lost(axes: Axes, story: Story, policy: str) -> None:
    values = story.lost(policy)
    most = max(max(story.lost(p)) for p in story.policies)
    axes.stairs(values, story.edges, fill=True, facecolor=story.look[policy].colour, lw=0, zorder=2)
    axes.stairs(values, story.edges, color=INK, lw=0.5, zorder=3)
    told = story.suffered(policy)
    _strip(axes, policy, most, short(told), bool(told))


def _strip(axes: Axes, policy: str, full: float, told: str, hurts: bool) -> None:
    """A low chart that is named at the left and summed up at the right."""
    axes.set_ylim(0, full)
    axes.set_yticks([full / 2], [label(policy)], size=TEXT, color=INK)
    beside(axes, told, (1, 0.5), xycoords="axes fraction", weight="bold" if hurts else "normal")


def _words_on_loss(story: Story) -> str:
    if not story.losing:
        return "No sale lost, nothing owed to customers at the end of any day"
    most = short(max(max(story.lost(p)) for p in story.policies))
    if story.loss == "lost":
        return f"Sales lost each {story.each}, strips 0 to {most} pc; right: lost in all"
    return f"Owed to customers, strips 0 to {most} pc; right: the most"


def _key(stack: Stack, story: Story) -> None:
    """What the strips of the lines show, and what their greys mean: only those that occur."""
    lines = story.lines[0] if len(story.lines) == 1 else f"The {len(story.lines)} lines"
    stack.words(f"{lines}, % of their shifts each {story.each}; right: days starved")
    used = [s for s in STATES if any(any(story.states(p, s)) for p in story.policies)]
    words, top = "in colour: running; white: no order to make", stack.top - 0.03
    stack.sheet.text(MARGIN, top, words, size=SMALL, color=QUIET)
    left = MARGIN + room_for([words]) + 0.12
    for state in used:
        colour, hatch = STATES[state]
        axes = stack.sheet.axes(left, top + 0.01, 0.14, 0.12)
        axes.set_axis_off()
        axes.barh(0.5, 1, 1, color=colour, hatch=hatch, edgecolor="white", lw=0)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        stack.sheet.text(left + 0.18, top, state, size=SMALL, color=QUIET)
        left += 0.3 + room_for([state])
    stack.top += KEY
