"""Where places stand on the map: columns from source to customer, and lanes as straight as their neighbours allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from statistics import mean
from typing import Any

import networkx as nx

from twin.report.apart import rising

Spot = tuple[float, float]
Hop = tuple[str, str]
"""From one place to the next."""

SWEEPS = 8
"""Passes of ordering each column by its neighbours; crossings stop falling after a few."""
PULLS = 40
"""Passes of pulling every place towards its neighbours; then nothing moves any more."""
STRAIGHT = 6.0
"""How much harder a lane pulls at its own bends than at places."""
STEPS, BESIDE = 60, 0.2
"""Points of a curve between two stops; inches that it bows when both are in one column."""


@dataclass(frozen=True)
class Room:
    """Inches that a place and its words need above and below its middle."""

    above: float = 0.3
    below: float = 0.5


BEND = Room(0.08, 0.08)


def placed(
    graph: nx.MultiDiGraph, rooms: Mapping[str, Room] | None = None
) -> tuple[dict[Any, Spot], dict[Hop, list[Any]]]:
    """Column and height (inches, downwards) of every place, and the bends of every hop that passes whole columns.

    A place stands one column right of its furthest source; a loop counts as one place. Each column is ordered by
    the mean height of its neighbours, so that lanes cross seldom, and then pulled straight.
    """
    column = _columns(graph)
    bent = nx.Graph()
    bent.add_nodes_from(graph.nodes)
    bends: dict[Hop, list[Any]] = {}
    for a, b in dict.fromkeys(graph.edges()):
        bends[a, b] = [(a, b, k) for k in range(column[a] + 1, column[b])]
        column |= {bend: bend[2] for bend in bends[a, b]}
        nx.add_path(bent, [a, *bends[a, b], b])
    columns = [[n for n in bent if column[n] == k] for k in range(max(column.values()) + 1)]
    need = {n: BEND if isinstance(n, tuple) else (rooms or {}).get(n, Room()) for n in bent}
    height = _straightened(_ordered(columns, bent), bent, need)
    return {n: (column[n], height[n]) for n in bent}, bends


def _columns(graph: nx.MultiDiGraph) -> dict[Any, int]:
    whole = nx.condensation(nx.DiGraph(graph))
    depth = {part: k for k, parts in enumerate(nx.topological_generations(whole)) for part in parts}
    return {n: depth[part] for part in whole for n in whole.nodes[part]["members"]}


def _ordered(columns: Sequence[list[Any]], bent: nx.Graph) -> list[list[Any]]:
    """The same columns, each from top to bottom; ties keep the order of the scenario."""
    height = {n: k - (len(c) - 1) / 2 for c in columns for k, n in enumerate(c)}
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            wish = {n: mean([height[m] for m in bent[n]] or [height[n]]) for n in column}
            column.sort(key=lambda n: wish[n])
            height |= {n: k - (len(column) - 1) / 2 for k, n in enumerate(column)}
    return list(columns)


def _straightened(columns: Sequence[Sequence[Any]], bent: nx.Graph, need: Mapping[Any, Room]) -> dict[Any, float]:
    """Heights in that order, each as near to the mean of its neighbours as the room of the others allows."""
    offsets = {n: at for column in columns for n, at in zip(column, _stacked([need[n] for n in column]), strict=True)}
    height = dict(offsets)
    for pull in range(PULLS):
        for column in columns if pull % 2 else reversed(columns):
            wishes, weights = [], []
            for n in column:
                pulls = [(STRAIGHT ** (isinstance(n, tuple) + isinstance(m, tuple)), height[m]) for m in bent[n]]
                weights.append(sum(w for w, _ in pulls) or 1.0)
                wishes.append(sum(w * h for w, h in pulls) / weights[-1] if pulls else height[n])
            free = rising([w - offsets[n] for w, n in zip(wishes, column, strict=True)], weights)
            height |= {n: offsets[n] + at for n, at in zip(column, free, strict=True)}
    return {n: round(at, 3) for n, at in height.items()}


def _stacked(rooms: Sequence[Room]) -> list[float]:
    """Heights of places set one right below the other, around 0."""
    heights = [0.0]
    for upper, lower in pairwise(rooms):
        heights.append(heights[-1] + upper.below + lower.above)
    return [h - heights[-1] / 2 for h in heights]


def curve(stops: Sequence[Spot], aside: float = 0.0) -> list[Spot]:
    """A smooth way over the stops, level at both ends as goods flow, and bowed aside in between.

    Between two places of one column it bows to the right on the way down, to the left on the way up.
    """
    slopes = [0.0, *(_slope(a, c) for a, c in zip(stops, stops[2:], strict=False)), 0.0]
    points = []
    for k, ((x, y), (u, v)) in enumerate(pairwise(stops)):
        for step in range(STEPS + 1):
            t = step / STEPS
            ease, bow = t * t * (3 - 2 * t), 4 * t * (1 - t)
            level = y + (v - y) * ease + (u - x) * t * (1 - t) * (slopes[k] * (1 - t) - slopes[k + 1] * t)
            sideways = BESIDE * bow * (1 if v > y else -1) if u == x else 0.0
            along = (k + t) / (len(stops) - 1)
            points.append((x + (u - x) * t + sideways, level + aside * 4 * along * (1 - along)))
    return points


def _slope(a: Spot, b: Spot) -> float:
    return (b[1] - a[1]) / (b[0] - a[0]) if b[0] != a[0] else 0.0


def cut(points: Sequence[Spot], start: float, end: float) -> list[Spot]:
    """The way without what lies within `start` of its first and `end` of its last point."""
    return [p for p in points if dist(p, points[0]) >= start and dist(p, points[-1]) >= end]
