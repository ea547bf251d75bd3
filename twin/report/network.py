"""The network map; goods flow from left to right, and the disrupted places carry a cross."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from matplotlib.axes import Axes

from twin.model.units import DAY
from twin.report.days import Occurrence, seen
from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.layout import Room, Spot, curve, cut, placed
from twin.report.style import BAND, INK, QUIET, SMALL, WIDTH, Sheet, beside, room_for
from twin.report.words import listed, many

if TYPE_CHECKING:
    from twin.language import Model

SHAPES = {"supplier": "s", "port": "^", "warehouse": "p", "line": "h", "customer": "o"}
ROAD = (0, (4, 1.5, 1, 1.5))
MODES = {"ocean": "solid", "sea": "solid", "air": (0, (1.5, 1.5)), "rail": (0, (6, 2)), "road": ROAD}
PLAIN = (0, (3, 1.5))
STRUCK, CALM = INK, "#ffffff"
KEY, SIDE, ROW, TINY = 0.5, 0.22, 0.125, 7.0
"""Inches: the key, between lanes side by side, a row of words; points of a lane's name."""
MARKER, RING, EDGE = 0.12, 0.2, 0.45
"""Inches around a place that its marker takes, also when struck, and from the last column to the paper's edge."""
FAN, WIDEST, NARROW, MOST_NAMED = 0.5, 24, 9, 4
"""How much wider the first gap is, where lanes meet; letters in a row beside sources, below others; items named."""


@dataclass(frozen=True)
class Label:
    """The words at a place: its name over some rows, and below it the lanes that begin there."""

    name: Sequence[str]
    lanes: Sequence[str]
    source: bool
    causes: Sequence[str]

    @property
    def room(self) -> Room:
        rows = len(self.name) + len(self.lanes)
        above, below = (0.36 if self.causes else 0.16), (0.22 if self.causes else 0.16)
        half = rows * ROW / 2 + 0.05
        return Room(max(above, half), max(below, half)) if self.source else Room(above, 0.2 + rows * ROW)


def routes(model: "Model") -> nx.MultiDiGraph:
    """Every hop goods can make: lanes port by port, stores to lines and back, stores to customers."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(model.nodes)
    for name, lane in model.lanes.items():
        for a, b in pairwise(_stops(lane)):
            graph.add_edge(a, b, lane=name)
    for name, node in model.nodes.items():
        if node.kind == "line":
            graph.add_edge(node.origin, name)
            graph.add_edge(name, node.destination)
        elif node.kind == "customer":
            graph.add_edges_from((buy.origin, name) for buy in node.buys.values())
    return graph


def _stops(lane: Any) -> list[str]:
    return [lane.origin, *lane.via, lane.destination]


def bought(model: "Model") -> list[str]:
    """The items that suppliers bring."""
    return sorted({i for name, lane in model.lanes.items() if _buys(model, lane) for i in model.network.carried[name]})


def cut_off(model: "Model", struck: Collection[str]) -> list[str]:
    """Bought items that nobody can bring to any store that keeps them to the end, while the struck stand still."""
    return [item for item in bought(model) if not _arrives(model, item, struck) and _arrives(model, item, ())]


def _arrives(model: "Model", item: str, struck: Collection[str]) -> bool:
    """Whether lanes that are open lead from a supplier of the item to a store that sends it no further."""
    carrying = {name: lane for name, lane in model.lanes.items() if item in model.network.carried[name]}
    sent_on = {lane.origin for lane in carrying.values()}
    ways = nx.DiGraph()
    for name, lane in carrying.items():
        if not {name, *_stops(lane)} & set(struck):
            ways.add_edge("" if _buys(model, lane) else lane.origin, lane.destination)
    return "" in ways and any(store not in sent_on for store in nx.descendants(ways, ""))


def _buys(model: "Model", lane: Any) -> bool:
    return model.nodes[lane.origin].kind == "supplier"


def draw_network(model: "Model", document: Document, occurrences: Sequence[Occurrence], folder: Path) -> list[Path]:
    shown = seen(occurrences, model.run.horizon / DAY)
    struck = list(dict.fromkeys(target for o in shown for target in o.targets))
    graph = routes(model)
    labels = {name: _label(model, graph, name, [o.name for o in shown if name in o.targets]) for name in model.nodes}
    places, bends = placed(graph, {name: label.room for name, label in labels.items()})
    top = min(places[name][1] - label.room.above for name, label in labels.items())
    tall = max(places[name][1] + label.room.below for name, label in labels.items()) - top
    left = 0.3 + 0.9 * max((_width(label) for label in labels.values() if label.source), default=EDGE)
    pitch = (WIDTH - left - EDGE) / (max(*(column for column, _ in places.values()), 1) + FAN)
    spots = {n: (left + (c + FAN * (c > 0)) * pitch, height - top) for n, (c, height) in places.items()}
    lost = cut_off(model, struck)
    named = f"; cut off: {listed(lost)}" if 1 < len(lost) <= MOST_NAMED else ""
    sheet = Sheet(
        _title(model, struck, lost), f"{document['title']}; goods flow from left to right{named}",
        foot(model, document), tall + KEY,
    )  # fmt: skip
    axes = sheet.axes(0, 0, WIDTH, tall)
    axes.set(xlim=(0, WIDTH), ylim=(tall, 0))
    axes.set_axis_off()
    for (a, b), between in bends.items():
        lanes = [edge.get("lane") for edge in graph.get_edge_data(a, b).values()]
        begun = [at for at in struck if at in model.lanes and model.lanes[at].origin == a]
        _hop(axes, model, lanes, [spots[stop] for stop in (a, *between, b)], begun)
    for name, label in labels.items():
        _place(axes, label, model.nodes[name].kind, spots[name], pitch)
    _key(sheet, tall, model, bool(struck))
    return sheet.save(folder, "network")


def _label(model: "Model", graph: nx.MultiDiGraph, name: str, causes: Sequence[str]) -> Label:
    """Sources are named at their left, all others below; under the name stand the lanes that begin there."""
    region = getattr(model.nodes[name], "region", None)
    source = not graph.in_degree(name)
    lanes = [n for n, lane in model.lanes.items() if lane.origin == name]
    if source:
        rows = _folded(f"{name}, {region}" if region else name, "_", WIDEST)
    else:
        rows = [*_folded(name, "_", NARROW), *([region] if region else [])]
    begun = _folded(", ".join(lanes), " ", WIDEST if source else NARROW)
    return Label(rows, begun, source, tuple(dict.fromkeys(causes)))


def _folded(words: str, joint: str, most: int) -> list[str]:
    """A long name in rows, broken at its joints, so that neighbours keep apart."""
    rows = [""]
    for word in words.replace(joint, f"{joint}\n").split("\n"):
        if rows[-1] and len((rows[-1] + word).strip()) > most:
            rows.append("")
        rows[-1] += word
    return [row.strip() for row in rows if row.strip()]


def _width(label: Label) -> float:
    return max(room_for(label.name), room_for(label.lanes, TINY) if label.lanes else 0.0)


def _hop(axes: Axes, model: "Model", lanes: Sequence[str | None], stops: Sequence[Spot], struck: Sequence[str]) -> None:
    """One line for each mode, side by side; a struck lane that begins here has its own, with a cross."""
    strands = dict.fromkeys((n if n in struck else "", model.lanes[n].mode if n else None) for n in lanes)
    for k, (name, mode) in enumerate(strands):
        points = curve(stops, (k - (len(strands) - 1) / 2) * SIDE)
        way = cut(points, MARKER, MARKER + 0.05)
        dash = MODES.get(mode, PLAIN) if mode else "solid"
        axes.plot([x for x, _ in way], [y for _, y in way], color=QUIET, lw=1.1, ls=dash, zorder=1)
        tip = cut(points, MARKER, MARKER)[-1]
        arrow = {"arrowstyle": "-|>", "color": QUIET, "lw": 0, "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, way[-1], zorder=2, arrowprops=arrow)
        if name:
            middle = way[len(way) // 2]
            axes.plot(*middle, "X", color=STRUCK, markeredgecolor="white", markersize=10, zorder=6)
            beside(axes, name, middle, 0, 6, ha="center", va="bottom", weight="bold", style="italic", zorder=7)


def _place(axes: Axes, label: Label, kind: str, spot: Spot, pitch: float) -> None:
    if label.causes:
        axes.plot(*spot, "o", color=BAND, markersize=25, zorder=2)
        causes = listed(label.causes[:2])
        beside(axes, causes, spot, 0, 14, ha="center", va="bottom", weight="bold", zorder=7)
    face: dict[str, Any] = {"color": STRUCK if label.causes else CALM, "markeredgecolor": INK, "markeredgewidth": 1.3}
    axes.plot(*spot, SHAPES.get(kind, "o"), markersize=13, zorder=3, **face)
    if label.causes:
        axes.plot(*spot, "x", color="white", markersize=6, markeredgewidth=2, zorder=4)
    weight = "bold" if label.causes else "normal"
    x, y = spot
    rows = len(label.name) + len(label.lanes)
    first = y - (rows - 1) / 2 * ROW if label.source else y + 0.22
    for k, words in enumerate([*label.name, *label.lanes]):
        lane = k >= len(label.name)
        style = {"size": TINY, "color": QUIET, "style": "italic"} if lane else {"weight": weight}
        at = (x - (RING if label.causes else MARKER) - 0.04 if label.source else x, first + k * ROW)
        beside(axes, words, at, 0, ha="right" if label.source else "center", zorder=6, **style)


def _key(sheet: Sheet, top: float, model: "Model", struck: bool) -> None:
    """Shapes by kind, dashes by mode."""
    axes = sheet.axes(0, top, WIDTH, KEY)
    axes.set(xlim=(0, WIDTH), ylim=(KEY, 0))
    axes.set_axis_off()
    left = 0.22
    for kind in (k for k in SHAPES if any(n.kind == k for n in model.nodes.values())):
        axes.plot(left, 0.15, SHAPES[kind], color=CALM, markeredgecolor=INK, markersize=9)
        axes.text(left + 0.13, 0.15, kind, size=SMALL, va="center")
        left += 0.34 + room_for([kind])
    if struck:
        axes.plot(left, 0.15, "X", color=STRUCK, markersize=8)
        axes.text(left + 0.13, 0.15, "disrupted", size=SMALL, va="center")
    left = 0.14
    for mode in sorted({lane.mode for lane in model.lanes.values() if lane.mode}):
        axes.plot([left, left + 0.35], [0.38, 0.38], color=QUIET, lw=1.3, ls=MODES.get(mode, PLAIN))
        axes.text(left + 0.42, 0.38, mode, size=SMALL, va="center")
        left += 0.62 + room_for([mode])


def _title(model: "Model", struck: Sequence[str], lost: Sequence[str]) -> str:
    """What is struck, and which items nobody can bring any other way."""
    items = bought(model)
    if not struck:
        suppliers = sum(node.kind == "supplier" for node in model.nodes.values())
        bring = "brings" if suppliers == 1 else "bring"
        return f"{many(suppliers, 'supplier')} {bring} {many(len(items), 'item')}, and no place is disrupted"
    closed = [at for at in struck if at in model.lanes or model.nodes[at].kind in ("supplier", "port", "warehouse")]
    if not closed:
        return f"{listed(struck)} disrupted; every way in stays open"
    places = listed(closed) if len(closed) <= 2 else f"the {len(closed)} disrupted places"
    if not lost:
        return f"Without {places}, every bought item still has a way in"
    if len(lost) == 1:
        return f"Without {places}, {lost[0]} has no way in"
    return f"Without {places}, {len(lost)} of {len(items)} bought items have no way in"
