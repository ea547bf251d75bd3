"""The days of one replication, for the chart to hover: stock of any item, the lines, what customers lost so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, cycle, pairwise
from typing import TYPE_CHECKING, Any

from twin.report.days import Occurrence, first_date, seen, throughout
from twin.report.finding import Document
from twin.report.story import Story, Table, by_trouble, customers, share
from twin.report.style import Look
from twin.report.words import percent, policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

MOST = 40
"""Stocks that can be chosen."""
NUMBERS = 200_000
"""Of stocks that the page carries: it must stay small enough to send, also of ten years."""
WINDOW = 7
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Of the policies in their order, so that lines can be told apart without their colours."""


def chart(
    model: Model, document: Document, timelines: Mapping[str, Table], occurrences: Sequence[Occurrence]
) -> dict[str, Any]:
    """All that the page's script draws."""
    story = Story.of(model, document, timelines)
    known = [s for s in by_trouble(model, document) if all(f"on_hand:{s}" in t for t in timelines.values())]
    stocks = known[: max(1, min(MOST, NUMBERS // (story.horizon * len(timelines))))]
    start, struck = first_date(model), seen(occurrences, story.horizon)
    return {
        "start": start and start.isoformat(),
        "days": story.horizon,
        "policies": [_mark(p, story.look[p], dash) for p, dash in zip(story.policies, cycle(DASHES), strict=False)],
        "stocks": {stock: {p: table[f"on_hand:{stock}"] for p, table in timelines.items()} for stock in stocks},
        "running": {p: _running(story, table) for p, table in timelines.items()} if story.lines else None,
        "smoothed": story.span > 1,
        "lost": {p: _so_far(story, table) for p, table in timelines.items()} if story.losing else None,
        "loss": "Sales lost so far, pc" if story.loss == "lost" else "Owed to customers, pc",
        "struck": [
            {"name": o.name, "from": o.start, "to": o.end, "over": o.recovered}
            for o in struck
            if not throughout(o, story.horizon)
        ],
        "always": list(dict.fromkeys(o.name for o in struck if throughout(o, story.horizon))),
    }


def _mark(policy: str, look: Look, dash: str) -> dict[str, str]:
    return {"key": policy, "name": policy_name(policy), "colour": look.colour, "symbol": look.marker_name, "dash": dash}


def _running(story: Story, table: Table) -> list[float]:
    """Share of their shifts that the lines run, of the last seven days where the story is long."""
    running, off = (share(table, state, story.lines) for state in ("running", "off"))
    shown = []
    for day in range(len(running)):
        since = max(0, day + 1 - WINDOW) if story.span > 1 else day
        shifts = sum(1 - o for o in off[since : day + 1])
        shown.append(round(sum(running[since : day + 1]) / shifts, 4) if shifts > 1e-9 else 0.0)
    return shown


def _so_far(story: Story, table: Table) -> list[float]:
    days = customers(table, story.loss)
    return list(accumulate(days)) if story.loss == "lost" else days


def steps(story: Story) -> list[tuple[str, list[list[str]]]]:
    """The same as a table: for each week (or day) and policy its first stock, the lines, and what was lost."""
    running = {policy: story.states(policy, "running") for policy in story.policies}
    lost = {policy: story.lost(policy) for policy in story.policies}
    rows = []
    for k, (start, end) in enumerate(pairwise(story.edges)):
        told = [
            [
                *(short(table[f"on_hand:{stock}"][end - 1]) for stock in story.stocks[:1]),
                *([percent(running[policy][k])] if story.lines else []),
                *([short(lost[policy][k])] if story.losing else []),
            ]
            for policy, table in story.policies.items()
        ]
        rows.append((f"{start}\N{EN DASH}{end - 1}" if end - 1 > start else f"{start}", told))
    return rows
