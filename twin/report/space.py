"""Warehouse space: how full each store is, what spills into rented overflow, what waits at the dock."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.model.units import BILLION
from twin.report.curves import follow
from twin.report.days import Days, Occurrence
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.story import Table
from twin.report.style import INK, TEXT, WIDTH, Look, Sheet, looks, room_for
from twin.report.words import label, listed, percent, policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

LEFT, MARK, TALL, HEAD, BETWEEN = 0.95, 0.42, 1.35, 0.26, 0.26
BELOW = 0.12
CROWDED = 2.6
"""Capacities up to which there is room for marks below the first."""
MOST = 6


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
    look = looks(policies, model.policies)
    days = Days.of(model, occurrences, WIDTH - LEFT - MARK - room_for([label(p) for p in policies]))
    above = days.head_room
    fullest = "" if len(levels) <= MOST else f"; the {MOST} fullest of {len(levels)} stores"
    sheet = Sheet(
        _title(stores[0], levels[stores[0]]),
        f"{document['title']}; one replication, space in use as % of capacity, "
        f"overflow above it, hatched what waits at the dock{fullest}",
        foot(model, document, one=True),
        above + each * len(stores) + BELOW,
    )
    for row, store in enumerate(stores):
        top = row * each + (above if row else 0)
        sheet.text(0.14, top, f"{store}, {_size(model, store)}", weight="bold", size=TEXT)
        axes = sheet.axes(LEFT, top + HEAD + (0 if row else above), days.wide, TALL)
        days.shade(axes)
        _store(axes, model, store, levels[store], timelines, look)
        days.count(axes, labels=row == len(stores) - 1)
        if row == 0:
            days.head(axes)
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
    """Every policy's use as a line; hatched above it what waits at the dock; the limits named on the axis."""
    days = [day + 1 for day in next(iter(timelines.values()))["day"]]
    docks = {p: _in_capacities(model, store, timelines[p], "dock") for p in levels}
    full = {p: [a + b for a, b in zip(levels[p], docks[p], strict=True)] for p in levels}
    tops = [1.0, *(max(values) for values in full.values())]
    overflow = model.warehouses[store].overflow
    limit = 1 + overflow.space.amount / BILLION / _capacity(model, store) if overflow else 1.0
    limits = [1.0, limit] if 1 < limit < 1.6 * max(tops) else [1.0]
    top = 1.06 * max(tops + limits)
    axes.set_ylim(0, top)
    for policy in levels:
        if any(docks[policy]):
            look_of_dock: dict[str, Any] = {"edgecolor": look[policy].colour, "hatch": "////", "lw": 0, "zorder": 2}
            axes.fill_between(days, levels[policy], full[policy], facecolor="none", **look_of_dock)
    follow(axes, days, levels, look)
    _limits(axes, limits, top)


def _limits(axes: Axes, limits: Sequence[float], top: float) -> None:
    """What is its own and what is rented, as lines that the axis names."""
    names = {0.0: "0 %", 0.5: "50 %"} if top < CROWDED else {0.0: ""}
    names[1.0] = "100 %\nown space"
    axes.axhline(1, color=INK, lw=1.1, zorder=2)
    for limit in limits[1:]:
        axes.axhline(limit, color=INK, lw=0.8, ls=(0, (4, 3)), zorder=2)
        names[limit] = f"{percent(round(limit, 2))}\nwith overflow"
    axes.set_yticks(list(names), list(names.values()), linespacing=0.95)
    for named in axes.get_yticklabels()[len(names) - len(limits) :]:
        named.set_verticalalignment("top")
    if len(limits) > 1 and limits[1] - 1 < 0.22 * top:
        axes.get_yticklabels()[-1].set_verticalalignment("bottom")


def _title(store: str, levels: Mapping[str, Sequence[float]]) -> str:
    """How full the tightest store gets under each policy; the first and the last where they are many."""
    ranked = sorted(levels, key=lambda p: -max(levels[p]))
    ranked = ranked if len(ranked) <= 3 else [ranked[0], ranked[-1]]
    told = [f"{percent(round(max(levels[p]), 2))} under {policy_name(p)}" for p in ranked]
    return f"{store} fills to at most {listed(told)}"
