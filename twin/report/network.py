"""The network map; goods flow from left to right, and the disrupted places carry a cross."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import pi, sin
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import networkx as nx
from matplotlib.axes import Axes

from twin.model.units import DAY
from twin.report.days import Occurrence, seen
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.style import BAND, INK, PAPER, QUIET, SMALL, WIDTH, Sheet, beside
from twin.report.words import listed

if TYPE_CHECKING:
    from twin.language import Model

Spot = tuple[float, float]
Hop = tuple[str, str]
"""From one place to the next."""

SHAPES = {"supplier": "s", "port": "^", "warehouse": "p", "line": "h", "customer": "o"}
ROAD = (0, (4, 1.5, 1, 1.5))
MODES = {"ocean": "solid", "sea": "solid", "air": (0, (1.5, 1.5)), "rail": (0, (6, 2)), "road": ROAD}
PLAIN = (0, (3, 1.5))
STRUCK, CALM = INK, "#ffffff"
PITCH, KEY, SPREAD, NAMED_AT = 0.76, 0.5, 0.36, 0.44
SWEEPS = 8
"""Passes of ordering each column by its neighbours; crossings stop falling after a few."""


def routes(model: "Model") -> nx.MultiDiGraph:
    """Every hop goods can make: lanes port by port, stores to lines and back, stores to customers."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(model.nodes)
    for name, lane in model.lanes.items():
        stops = [lane.origin, *(lane.via or ()), lane.destination]
        for a, b in pairwise(stops):
            graph.add_edge(a, b, key=name, strand=(name if a == lane.origin else "", lane.mode))
    for name, node in model.nodes.items():
        if node.kind == "line":
            graph.add_edge(node.origin, name, key="", strand=("", None))
            graph.add_edge(name, node.destination, key="", strand=("", None))
        elif node.kind == "customer":
            for buy in node.buys.values():
                graph.add_edge(buy.origin, name, key="", strand=("", None))
    return graph


def cut_off(graph: nx.MultiDiGraph, model: "Model", struck: Sequence[str]) -> list[str]:
    """Suppliers from which nothing reaches any customer while the struck places stand still."""
    buyers = {n for n, node in model.nodes.items() if node.kind == "customer"}
    left = graph.copy()
    left.remove_nodes_from([s for s in struck if s in model.nodes and s not in buyers])
    left.remove_edges_from([(a, b, k) for a, b, k in graph.edges(keys=True) if k and k in struck])
    return [
        n
        for n, node in model.nodes.items()
        if node.kind == "supplier"
        and n not in struck
        and nx.descendants(graph, n) & buyers
        and not nx.descendants(left, n) & buyers
    ]


def placed(graph: nx.MultiDiGraph) -> tuple[dict[Any, Spot], dict[Hop, list[Any]]]:
    """Column and height of every place, and the bends of every hop that passes whole columns.

    A place stands one column right of its furthest source (a loop counts as one place). Each column is
    ordered by the mean height of its neighbours, so that lanes cross seldom.
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
    height = _heights(columns, bent)
    return {n: (column[n], height[n]) for n in bent}, bends


def _columns(graph: nx.MultiDiGraph) -> dict[Any, int]:
    whole = nx.condensation(nx.DiGraph(graph))
    depth = {part: k for k, parts in enumerate(nx.topological_generations(whole)) for part in parts}
    column: dict[Any, int] = {}
    for part in reversed(list(nx.topological_sort(whole))):
        after = [depth[n] for n in whole.successors(part)]
        if after and not whole.in_degree(part):
            depth[part] = min(after) - 1
        column |= dict.fromkeys(whole.nodes[part]["members"], depth[part])
    return column


def _heights(columns: Sequence[list[Any]], bent: nx.Graph) -> dict[Any, float]:
    height = {n: k - (len(c) - 1) / 2 for c in columns for k, n in enumerate(c)}
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            wish = {n: mean([height[m] for m in bent[n]] or [height[n]]) for n in column}
            column.sort(key=lambda n: (wish[n], str(n)))
            height |= {n: k - (len(column) - 1) / 2 for k, n in enumerate(column)}
    return height


def draw_network(
    model: "Model", document: Document, occurrences: Sequence[Occurrence], folder: Path
) -> list[Path]:
    shown = seen(occurrences, model.run.horizon / DAY)
    struck = list(dict.fromkeys(target for o in shown for target in o.targets))
    graph = routes(model)
    places, bends = placed(graph)
    low, high = min(y for _, y in places.values()), max(y for _, y in places.values())
    wide = max(x for x, _ in places.values())
    tall = max((high - low + 1.3) * PITCH, 2.0)
    sheet = Sheet(
        _title(graph, model, shown, struck),
        f"{document['title']}; goods flow from left to right",
        foot(model, document),
        tall + KEY,
    )
    axes = sheet.axes(0, 0, WIDTH, tall)
    axes.set(xlim=(-0.55, wide + 0.55), ylim=(high + 0.75, low - 0.62))
    axes.set_axis_off()
    _lanes(axes, graph, places, bends, struck)
    room = min(int(80 / (wide + 1.1)), 14)
    for name, node in model.nodes.items():
        _place(axes, name, node, places[name], [o.name for o in shown if name in o.targets], room)
    _key(sheet, tall, model)
    return sheet.save(folder, "network")


def _lanes(
    axes: Axes,
    graph: nx.MultiDiGraph,
    places: Mapping[Any, Spot],
    bends: Mapping[Hop, list[Any]],
    struck: Sequence[str],
) -> None:
    """Every hop, lanes side by side; a lane is named on its first hop, and joins others of its mode later."""
    for hop, between in bends.items():
        strands = dict.fromkeys(edge["strand"] for edge in graph.get_edge_data(*hop).values())
        for k, (lane, mode) in enumerate(strands):
            aside = (k - (len(strands) - 1) / 2) * SPREAD
            stops = [
                places[hop[0]],
                *((x, y + aside) for x, y in (places[bend] for bend in between)),
                places[hop[1]],
            ]
            _strand(axes, stops, 0.0 if between else aside, MODES.get(mode, PLAIN) if mode else "solid")
            if lane:
                middle = stops[len(stops) // 2] if between else _at(stops[0], stops[1], NAMED_AT, aside)
                _name_lane(axes, lane, middle, lane in struck)


def _strand(axes: Axes, stops: Sequence[Spot], bow: float, dash: Any) -> None:
    for start, end in pairwise(stops):
        points = [_at(start, end, k / 20, bow) for k in range(21)]
        axes.plot([x for x, _ in points], [y for _, y in points], color=QUIET, lw=1.1, ls=dash, zorder=1)
    tail, head = (_at(stops[-2], stops[-1], share, bow) for share in (0.66, 0.74))
    arrow = {"arrowstyle": "-|>", "color": QUIET, "lw": 0, "mutation_scale": 9}
    axes.annotate("", head, tail, zorder=2, arrowprops=arrow)


def _name_lane(axes: Axes, name: str, spot: Spot, struck: bool) -> None:
    colour, weight = (INK, "bold") if struck else (QUIET, "normal")
    beside(
        axes,
        name,
        spot,
        0,
        5,
        ha="center",
        va="bottom",
        color=colour,
        weight=weight,
        style="italic",
        zorder=5,
        bbox=PAPER,
    )
    if struck:
        axes.plot(*spot, "X", color=STRUCK, markeredgecolor="white", markersize=10, zorder=6)


def _at(start: Spot, end: Spot, share: float, bow: float = 0.0) -> Spot:
    """A point on the way, which is level at both ends as goods flow, and bowed aside in between."""
    ease = share * share * (3 - 2 * share)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * ease + bow * sin(
        pi * share
    )


def _place(axes: Axes, name: str, node: Any, spot: Spot, struck: Sequence[str], room: int) -> None:
    if struck:
        axes.plot(*spot, "o", color=BAND, markersize=25, zorder=2)
    axes.plot(
        *spot,
        SHAPES.get(node.kind, "o"),
        color=STRUCK if struck else CALM,
        markersize=14,
        markeredgecolor=INK,
        markeredgewidth=1.3,
        zorder=3,
    )
    if struck:
        axes.plot(*spot, "x", color="white", markersize=7, markeredgewidth=2, zorder=4)
        causes = listed(list(dict.fromkeys(struck))[:2])
        beside(axes, causes, spot, 0, 14, ha="center", va="bottom", weight="bold", zorder=7)
    region = f"\n{node.region}" if node.region else ""
    beside(
        axes,
        _folded(name, room) + region,
        spot,
        0,
        -10,
        ha="center",
        va="top",
        zorder=6,
        bbox=PAPER,
        weight="bold" if struck else "normal",
    )


def _folded(name: str, room: int) -> str:
    """A long name broken at its underscores, so that neighbours keep apart."""
    lines = [""]
    for word in name.replace("_", "_ ").split():
        if lines[-1] and len(lines[-1] + word) > room:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def _key(sheet: Sheet, top: float, model: "Model") -> None:
    """Shapes by kind, dashes by mode."""
    axes = sheet.axes(0, top, WIDTH, KEY)
    axes.set(xlim=(0, WIDTH), ylim=(KEY, 0))
    axes.set_axis_off()
    kinds = [k for k in SHAPES if any(n.kind == k for n in model.nodes.values())]
    left = 0.22
    for kind in kinds:
        axes.plot(left, 0.15, SHAPES[kind], color=CALM, markeredgecolor=INK, markersize=9)
        axes.text(left + 0.13, 0.15, kind, size=SMALL, va="center")
        left += 0.35 + 0.078 * len(kind)
    axes.plot(left, 0.15, "X", color=STRUCK, markersize=8)
    axes.text(left + 0.13, 0.15, "disrupted", size=SMALL, va="center")
    left = 0.14
    for mode in sorted({lane.mode for lane in model.lanes.values() if lane.mode}):
        axes.plot([left, left + 0.35], [0.38, 0.38], color=QUIET, lw=1.3, ls=MODES.get(mode, PLAIN))
        axes.text(left + 0.42, 0.38, mode, size=SMALL, va="center")
        left += 0.62 + 0.078 * len(mode)


def _title(graph: nx.MultiDiGraph, model: "Model", shown: Sequence[Occurrence], struck: Sequence[str]) -> str:
    """What is struck, and who has no other way."""
    suppliers = [n for n, node in model.nodes.items() if node.kind == "supplier"]
    if not struck:
        return f"No place is disrupted: {len(suppliers)} suppliers feed the network undisturbed"
    names = list(dict.fromkeys(o.name for o in shown))
    what = listed(names) if len(names) <= 2 else f"{len(names)} disruptions"
    places = listed(struck) if len(struck) <= 2 else f"{len(struck)} places"
    strikes = "strike" if len(names) > 1 else "strikes"
    lost = cut_off(graph, model, struck)
    if not lost:
        return f"{what} {strikes} {places}; every other supplier keeps a way round"
    who = listed(lost) if len(lost) <= 2 else f"{len(lost)} of {len(suppliers)} suppliers"
    verb = "has" if len(lost) == 1 else "have"
    return f"{what} {strikes} {places}: {who} {verb} no way round"
