"""Warehouse space: how full each store is, what spills into rented overflow, what waits at the dock."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.model.units import DAY
from twin.report.days import Occurrence, count_days, date_above, first_date, label_bands, shade
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.style import INK, PAPER, QUIET, SMALL, TEXT, WIDTH, Look, Sheet, beside, looks, room_for
from twin.report.timeline import Table
from twin.report.words import listed, percent, policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

LEFT, MARK, TALL, HEAD, BETWEEN = 0.62, 0.42, 1.35, 0.32, 0.28
ABOVE, BELOW = 0.4, 0.2
MOST = 6
BILLION = 1_000_000_000


def draw_space(
    model: "Model",
    document: Document,
    timelines: Mapping[str, Table],
    occurrences: Sequence[Occurrence],
    folder: Path,
) -> list[Path]:
    """Nothing where no warehouse has a capacity."""
    policies = [p for p in document["policies"] if p in timelines]
    levels = {s: {p: _level(model, s, timelines[p]) for p in policies} for s in _limited(model, timelines)}
    if not levels:
        return []
    stores = sorted(levels, key=lambda s: (-max(max(v) for v in levels[s].values()), s))[:MOST]
    each = HEAD + TALL + BETWEEN
    fullest = "" if len(levels) <= MOST else f"; the {MOST} fullest of {len(levels)} stores"
    sheet = Sheet(
        _title(stores[0], levels[stores[0]]),
        f"{document['title']}; one replication, space in use as % of capacity, "
        f"overflow above it, hatched what waits at the dock{fullest}",
        foot(model, document, one=True),
        ABOVE + each * len(stores) + BELOW,
    )
    right = MARK + room_for([policy_name(p) for p in policies])
    look, horizon = looks(list(document["policies"])), model.run.horizon / DAY
    for row, store in enumerate(stores):
        top = ABOVE + row * each
        sheet.text(0.14, top, f"{store}, {_size(model, store)}", weight="bold", size=TEXT)
        axes = sheet.axes(LEFT, top + HEAD, WIDTH - LEFT - right, TALL)
        shade(axes, occurrences, horizon)
        _store(axes, model, store, levels[store], timelines, look)
        count_days(axes, horizon, labels=row == len(stores) - 1)
        if row == 0:
            date_above(axes, horizon, first_date(model))
            label_bands(axes, occurrences, horizon, first_date(model), rise=27)
    return sheet.save(folder, "space")


def _limited(model: "Model", timelines: Mapping[str, Table]) -> list[str]:
    """Warehouses with a capacity, whose use was recorded under every policy."""
    return [
        name
        for name, node in model.warehouses.items()
        if node.capacity is not None
        and all(None not in table.get(f"space_used:{name}", [None]) for table in timelines.values())
    ]


def _capacity(model: "Model", store: str) -> float:
    """In the warehouse's own unit of space."""
    capacity = model.warehouses[store].capacity
    return capacity.amount / BILLION if capacity else 0.0


def _size(model: "Model", store: str) -> str:
    node = model.warehouses[store]
    unit = node.capacity.unit if node.capacity else ""
    size = f"{short(_capacity(model, store))} {unit}"
    rented = node.overflow.space.amount / BILLION if node.overflow else 0
    return f"{size} and {short(rented)} {unit} overflow" if rented else size


def _in_capacities(model: "Model", store: str, table: Table, column: str) -> list[float]:
    """A column in units of space as a share of the store's capacity."""
    values = table.get(f"{column}:{store}") or [0.0] * len(table["day"])
    return [(value or 0.0) / _capacity(model, store) for value in values]


def _level(model: "Model", store: str, table: Table) -> list[float]:
    """Space inside as a share of capacity; above 1 it is rented overflow."""
    over = _in_capacities(model, store, table, "overflow")
    return [used + more for used, more in zip(table[f"space_used:{store}"], over, strict=True)]


def _store(
    axes: Axes,
    model: "Model",
    store: str,
    levels: Mapping[str, Sequence[float]],
    timelines: Mapping[str, Table],
    look: Mapping[str, Look],
) -> None:
    tops = [1.0]
    for policy, level in levels.items():
        days = [day + 1 for day in timelines[policy]["day"]]
        dock = _in_capacities(model, store, timelines[policy], "dock")
        full = [inside + waiting for inside, waiting in zip(level, dock, strict=True)]
        _line(axes, days, level, full, look[policy])
        tops.append(max(full))
    axes.axhline(100, color=INK, lw=1.2, zorder=2)
    _limit(axes, 100, 0.0, "capacity", "bottom")
    overflow = model.warehouses[store].overflow
    limit = 1 + overflow.space.amount / BILLION / _capacity(model, store) if overflow else 1.0
    if 1 < limit < 1.6 * max(tops):
        axes.axhline(100 * limit, color=INK, lw=0.8, ls=(0, (4, 3)), zorder=2)
        _limit(axes, 100 * limit, 0.2, "overflow full", "top")
        tops.append(limit)
    axes.set_ylim(0, 106 * max(tops))
    axes.set_ylabel("% of capacity", size=SMALL, color=QUIET, labelpad=2)
    _ends(axes, [(100 * level[-1], policy) for policy, level in levels.items()], 106 * max(tops), look)


def _line(
    axes: Axes, days: Sequence[float], level: Sequence[float], full: Sequence[float], look: Look
) -> None:
    """One policy's use in its colour, dash and marker; hatched above it what waits at the dock."""
    inside, with_dock = ([100 * share for share in shares] for shares in (level, full))
    every = max(len(days) // 6, 1)
    mark: dict[str, Any] = {"marker": look.marker, "markevery": every, "markersize": 4}
    axes.plot(days, inside, color=look.colour, ls=look.dash, lw=1.5, zorder=3, **mark)
    if inside != with_dock:
        axes.fill_between(
            days, inside, with_dock, facecolor="none", edgecolor=look.colour, hatch="////", lw=0, zorder=2
        )


def _limit(axes: Axes, height: float, across: float, words: str, side: str) -> None:
    """The name of a limit on its line, `side` of the words touching it."""
    spot = {"xycoords": axes.get_yaxis_transform(), "va": side, "zorder": 6, "bbox": PAPER}
    beside(axes, words, (across, height), 3, 2 if side == "bottom" else -2, **spot)


def _ends(axes: Axes, ends: Sequence[tuple[float, str]], top: float, look: Mapping[str, Look]) -> None:
    """The name of each policy at the end of its line, kept apart."""
    room, floor = top * 0.13, 0.0
    for k, (height, policy) in enumerate(sorted(ends)):
        y = min(max(height, floor), top - room * (len(ends) - k - 0.5))
        floor = y + room
        beside(axes, policy_name(policy), (1, y), 17, xycoords=axes.get_yaxis_transform(), weight="bold")
        axes.plot(
            [1.022],
            [y],
            look[policy].marker,
            color=look[policy].colour,
            markersize=5,
            clip_on=False,
            transform=axes.get_yaxis_transform(),
        )


def _title(store: str, levels: Mapping[str, Sequence[float]]) -> str:
    """How full the tightest store gets under each policy; the first and the last where they are many."""
    ranked = sorted(levels, key=lambda p: -max(levels[p]))
    ranked = ranked if len(ranked) <= 3 else [ranked[0], ranked[-1]]
    told = [f"{percent(round(max(levels[p]), 2))} under {policy_name(p)}" for p in ranked]
    return f"{store} fills to at most {listed(told)}"
