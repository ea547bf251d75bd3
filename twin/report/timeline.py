"""The timeline: one replication day by day, stock of the critical parts, what the lines did, sales lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.model.units import DAY
from twin.report.days import Occurrence, count_days, date_above, first_date, label_bands, shade
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.style import (
    FAINT,
    INK,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Look,
    Sheet,
    beside,
    looks,
    room_for,
    swatch,
)
from twin.report.words import listed, policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

Table = Mapping[str, Sequence[float]]
"""One policy's days: a column of values at the end of each day."""

LEFT, MARK = 0.96, 0.42
STOCK, STATE, LOST, GAP, HEAD, BETWEEN = 0.98, 0.3, 0.46, 0.15, 0.28, 0.12
ABOVE, BELOW = 0.42, 0.24
DASHES = ("solid", (0, (4, 1.2)), (0, (1.2, 1)))

STATES = {
    "changeover": ("#9a9a9a", "..."),
    "starved": (INK, ""),
    "blocked": (INK, "////"),
    "down": ("#9a9a9a", ""),
}
"""States that cost output, in greys; running has the policy's colour, white is idle or off."""


@dataclass(frozen=True)
class Story:
    """What is told of every policy: some stocks, the lines, and what customers lost or are owed."""

    stocks: tuple[str, ...]
    peaks: Mapping[str, float]
    lines: tuple[str, ...]
    loss: str
    most: float


def critical(model: "Model", document: Document) -> list[str]:
    """Up to three stocks: those that starved lines or ran out most under all policies, else the dearest."""
    policies = document["policies"].values()

    def starved(item: str) -> float:
        by = (p["kpis"].get("uptime_loss", {}).get("starved_by") or {} for p in policies)
        return sum(_mean(items.get(item)) for items in by)

    def trouble(stock: str) -> tuple[float, float, float, str]:
        item = stock.rsplit(".", 1)[-1]
        rows = [p["items"].get(stock, {}) for p in policies]
        out = sum(_mean(row.get("stockout_rate")) for row in rows)
        worth = sum(_mean(row.get("on_hand")) for row in rows) * model.items[item].value
        return -starved(item), -out, -worth, stock

    stocks = sorted({stock for p in policies for stock in p["items"]}, key=trouble)
    troubled = [s for s in stocks if trouble(s)[:2] != (0, 0)]
    return (troubled or sorted(stocks, key=lambda s: trouble(s)[2:]))[:3]


def draw_timeline(
    model: "Model",
    document: Document,
    timelines: Mapping[str, Table],
    occurrences: Sequence[Occurrence],
    folder: Path,
) -> list[Path]:
    policies = [p for p in document["policies"] if p in timelines]
    story = _story(model, document, [timelines[p] for p in policies])
    parts = (
        [("stock", STOCK)] * bool(story.stocks) + [("state", STATE)] * bool(story.lines) + [("lost", LOST)]
    )
    each = HEAD + sum(tall + GAP for _, tall in parts) + BETWEEN
    sheet = Sheet(
        _title(story, timelines, policies),
        f"{document['title']}; one replication, day by day under each policy",
        foot(model, document, one=True),
        ABOVE + each * len(policies) + BELOW,
    )
    if story.lines:
        _key(sheet, story, [timelines[p] for p in policies])
    right = MARK + room_for([*(s.rsplit(".", 1)[-1] for s in story.stocks), *story.lines, "lost in all"])
    look, horizon = looks(list(document["policies"])), model.run.horizon / DAY
    for row, policy in enumerate(policies):
        top = ABOVE + row * each
        swatch(sheet, 0.14, top + 0.02, look[policy])
        sheet.text(0.34, top, policy_name(policy), weight="bold", size=TEXT + 1)
        top += HEAD
        for name, tall in parts:
            axes = sheet.axes(LEFT, top, WIDTH - LEFT - right, tall)
            shade(axes, occurrences, horizon)
            DRAW[name](axes, timelines[policy], story, look[policy])
            last = row == len(policies) - 1 and name == "lost"
            count_days(axes, horizon, labels=last)
            if row == 0 and name == parts[0][0]:
                date_above(axes, horizon, first_date(model))
                label_bands(axes, occurrences, horizon, first_date(model), rise=16 if model.start else 5)
            top += tall + GAP
    return sheet.save(folder, "timeline")


def _story(model: "Model", document: Document, tables: Sequence[Table]) -> Story:
    stocks = tuple(s for s in critical(model, document) if all(f"on_hand:{s}" in t for t in tables))
    lines = tuple(name for name, node in model.nodes.items() if node.kind == "line")
    loss = "lost" if any(_total(t, "lost") for t in tables) else "owed"
    return Story(
        stocks,
        {s: max(max(t[f"on_hand:{s}"]) for t in tables) or 1.0 for s in stocks},
        lines,
        loss,
        max(max(_customers(t, loss)) for t in tables),
    )


def _stock(axes: Axes, table: Table, story: Story, look: Look) -> None:
    ends = []
    for stock, dash, width in zip(story.stocks, DASHES, (1.6, 1.2, 1.2), strict=False):
        days = [day + 1 for day in table["day"]]
        shares = [100 * held / story.peaks[stock] for held in table[f"on_hand:{stock}"]]
        axes.plot(days, shares, color=look.colour, lw=width, ls=dash, zorder=3)
        ends.append((shares[-1], stock.rsplit(".", 1)[-1], stock))
    _percent_axis(axes, "stock, %\nof its peak")
    axes.set_ylim(0, 104)
    for y, (_, item, stock), dash in zip(_apart([e[0] for e in ends], 27), ends, DASHES, strict=False):
        words = f"{item}\npeak {short(story.peaks[stock])}"
        beside(axes, words, (1, y), 24, xycoords=axes.get_yaxis_transform())
        axes.plot(
            [1.02, 1.075],
            [y, y],
            color=look.colour,
            lw=1.6,
            ls=dash,
            clip_on=False,
            transform=axes.get_yaxis_transform(),
        )


def _state(axes: Axes, table: Table, story: Story, look: Look) -> None:
    """Shares of each day, one above the other: running from below in the policy's colour, losses above it."""
    edges = [*table["day"], table["day"][-1] + 1]
    below = [0.0] * len(table["day"])
    for state, (colour, hatch) in {"running": (look.colour, ""), **STATES}.items():
        above = [b + 100 * s for b, s in zip(below, _share(table, state, story.lines), strict=True)]
        axes.stairs(
            above, edges, baseline=below, fill=True, facecolor=colour, edgecolor="white", hatch=hatch, lw=0
        )
        below = above
    _percent_axis(axes, "line, %\nof the day")
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 100])
    name = story.lines[0] if len(story.lines) == 1 else f"{len(story.lines)} lines"
    beside(axes, name, (1, 0.5), xycoords="axes fraction")


def _loss(axes: Axes, table: Table, story: Story, look: Look) -> None:
    values = _customers(table, story.loss)
    edges = [*table["day"], table["day"][-1] + 1]
    axes.stairs(values, edges, fill=True, facecolor=look.colour, edgecolor=INK, lw=0, zorder=2)
    axes.stairs(values, edges, color=INK, lw=0.5, zorder=3)
    top = story.most or 1.0
    axes.set_ylim(0, top * 1.05)
    axes.set_yticks([0, top], ["0", short(top)])
    axes.set_ylabel("lost,\npc/day" if story.loss == "lost" else "owed,\npc", **LABEL)
    told = f"{short(sum(values))} pc\nlost in all"
    if story.loss == "owed":
        told = f"{short(max(values))} pc\nowed at most"
    beside(axes, told, (1, 0.5), xycoords="axes fraction", weight="bold" if sum(values) else "normal")


DRAW = {"stock": _stock, "state": _state, "lost": _loss}
LABEL: dict[str, Any] = {
    "rotation": 0,
    "ha": "right",
    "va": "center",
    "size": SMALL - 0.5,
    "color": QUIET,
    "labelpad": 3,
    "linespacing": 1.0,
}


def _percent_axis(axes: Axes, words: str) -> None:
    axes.set_yticks([0, 50, 100])
    axes.set_ylabel(words, **LABEL)
    axes.axhline(50, color=FAINT, lw=0.5, zorder=0)


def _apart(heights: Sequence[float], room: float) -> list[float]:
    """The same heights, moved as little as keeps labels `room` apart and upright within 0 to 100."""
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    placed = list(heights)
    for i, k in enumerate(order):
        lowest = 8.0 if i == 0 else placed[order[i - 1]] + room
        placed[k] = min(max(heights[k], lowest), 96 - room * (len(order) - 1 - i))
    return placed


def _key(sheet: Sheet, story: Story, tables: Sequence[Table]) -> None:
    """What the greys of the line mean, once, and only those that occur."""
    used = [s for s in STATES if any(sum(_share(t, s, story.lines)) > 0 for t in tables)]
    left = 0.14
    sheet.text(left, 0.0, "line: running in the policy's colour", size=SMALL)
    left += 2.25
    for state in used:
        colour, hatch = STATES[state]
        axes = sheet.axes(left, 0.01, 0.14, 0.12)
        axes.set_axis_off()
        axes.barh(0.5, 1, 1, color=colour, hatch=hatch, edgecolor="white", lw=0)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        sheet.text(left + 0.19, 0.0, state, size=SMALL)
        left += 0.34 + 0.075 * len(state)


def _title(story: Story, timelines: Mapping[str, Table], policies: Sequence[str]) -> str:
    """How long lines starved, or how much was lost, under each policy in this replication."""
    if story.lines:
        days = {p: sum(_share(timelines[p], "starved", story.lines)) for p in policies}
        what, unit = ("The line starves" if len(story.lines) == 1 else "Lines starve on average"), "days"
    else:
        days = {
            p: sum(_customers(timelines[p], story.loss))
            if story.loss == "lost"
            else max(_customers(timelines[p], "owed"))
            for p in policies
        }
        what, unit = ("Customers lose" if story.loss == "lost" else "Customers are owed up to"), "pc"
    alike: dict[str, list[str]] = {}
    for policy in policies:
        alike.setdefault(short(days[policy]) if days[policy] else "none", []).append(policy_name(policy))
    if list(alike) == ["none"]:
        return f"{what} 0 {unit} under {'every policy' if len(policies) > 1 else policy_name(policies[0])}"
    told = [
        f"{amount}{f' {unit}' if k == 0 else ''} under {listed(names)}"
        for k, (amount, names) in enumerate(alike.items())
    ]
    return f"{what} {'; '.join(told) if any(len(n) > 1 for n in alike.values()) else listed(told)}"


def _share(table: Table, state: str, lines: Sequence[str]) -> list[float]:
    """The share of each day in that state, the mean of all lines."""
    columns = [table[f"{state}:{line}"] for line in lines if f"{state}:{line}" in table]
    return (
        [sum(values) / len(lines) for values in zip(*columns, strict=True)]
        if columns
        else [0.0] * len(table["day"])
    )


def _customers(table: Table, what: str) -> list[float]:
    columns = [values for name, values in table.items() if name.startswith(f"{what}:")]
    return [sum(values) for values in zip(*columns, strict=True)] if columns else [0.0] * len(table["day"])


def _total(table: Table, what: str) -> float:
    return sum(_customers(table, what))


def _mean(stat: Mapping[str, float | None] | None) -> float:
    return float((stat or {}).get("mean") or 0.0)
