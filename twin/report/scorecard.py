"""The scorecard: one small panel for each KPI, in the groups of SCOR, every scale beginning at zero."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.report import rows
from twin.report.finding import Document, headline, leaders, service
from twin.report.foot import averaged, foot
from twin.report.measured import within
from twin.report.rows import Row, Summary
from twin.report.style import FAINT, INK, QUIET, SMALL, WIDTH, Look, Sheet, beside, looks, room_for
from twin.report.words import label, listed, policy_name, upper_first

if TYPE_CHECKING:
    from twin.language import Model

GROUPS: Mapping[str, Sequence[Row]] = {
    "Service": (rows.ORDERS_FILLED, rows.STOCKOUTS, rows.LOST_SALES, rows.OWED),
    "Make": (rows.UPTIME, rows.STARVED, rows.LINE_DOWN),
    "Assets": (rows.GOODS_OWNED, rows.PEAK_OWNED, rows.SAFETY_STOCK, rows.TURNS, rows.DAYS_ON_HAND),
    "Cost": (
        rows.CARRYING,
        rows.WAREHOUSING,
        rows.PREMIUM_FREIGHT,
        rows.PREMIUM_SHARE,
        rows.WRITE_OFFS,
        rows.TOTAL,
        rows.WORST_YEARS._replace(label="Total cost, worst 5 %"),
    ),
}
NARROWEST = 1.52
"""Inches of a panel and its number; three stand side by side if the names of the policies leave that much."""
ROW, HEAD, GROUP, BETWEEN = 0.2, 0.36, 0.3, 0.14
VALUE = 0.72
"""Inches on the right of a panel for the number that stands beside the dot."""
ENDS = 1.06
"""A little more than the longest interval, so that no marker touches the numbers."""
FURTHEST = 2.0
"""Times the largest mean that a scale reaches at most: wider intervals run out of the panel."""


def draw_scorecard(model: "Model", document: Document, folder: Path) -> list[Path]:
    policies = document["policies"]
    told = {group: [row for row in of_group if row.happened(policies)] for group, of_group in GROUPS.items()}
    told = {group: of_group for group, of_group in told.items() if of_group}
    left = 0.3 + room_for([label(policy) for policy in policies])
    across = 3 if (WIDTH - left) / 3 >= NARROWEST else 2
    wide, each = (WIDTH - left) / across, HEAD + ROW * len(policies) + BETWEEN
    deep = {group: GROUP + each * -(-len(of_group) // across) for group, of_group in told.items()}
    sheet = Sheet(
        title(document, model.currency),
        f"{document['title']}; {averaged(document)}; sums of cost lines: mean alone; every scale begins at zero"
        + ("; bold: best" if len(policies) > 1 else ""),
        foot(model, document),
        sum(deep.values()),
    )
    top = 0.0
    for group, of_group in told.items():
        sheet.text(0.14, top + 0.04, group.upper(), weight="bold", color=QUIET, size=SMALL)
        for k, row in enumerate(of_group):
            down, along = divmod(k, across)
            spot = (left + along * wide, top + GROUP + down * each)
            axes = _panel(sheet, spot, wide, row, document, model)
            if along == 0:
                axes.set_yticks(range(len(policies)), [label(p) for p in policies], color=INK)
                axes.tick_params(axis="y", pad=7)
        top += deep[group]
    return sheet.save(folder, "scorecard")


def _panel(sheet: Sheet, spot: tuple[float, float], wide: float, row: Row, document: Document, model: "Model") -> Axes:
    left, top = spot
    policies = list(document["policies"])
    good = "more is better" if row.better > 0 else "less is better"
    sheet.text(left, top, row.label, weight="bold", size=SMALL + 0.5)
    sheet.text(left, top + 0.16, f"{row.unit or model.currency or 'money'}, {good}", size=SMALL - 0.5, color=QUIET)
    axes = sheet.axes(left, top + HEAD, wide - VALUE, ROW * len(policies))
    most = 1.0 if row.unit.startswith("%") else None
    found = {policy: within(row.found(results), None, most) for policy, results in document["policies"].items()}
    axes.set_xlim(*reach(row, list(found.values())))
    dots(axes, row, found, looks(policies, model.policies))
    return axes


def dots(axes: Axes, row: Row, found: Mapping[str, Summary], look: Mapping[str, Look]) -> None:
    """A dot for each policy, one below the other, on a panel that needs no scale; the best are bold."""
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=INK, lw=0.8)
    best = row.best(found)
    for k, policy in enumerate(found):
        _dot(axes, k, row, found[policy], look[policy], "bold" if policy in best else "normal")


def reach(row: Row, found: Sequence[Summary]) -> tuple[float, float]:
    """From zero, or below it where something costs less than nothing, to the end of the longest interval."""
    means = [summary["mean"] for summary in found if summary["mean"] is not None]
    full = 1.0 if row.better > 0 and row.unit.startswith("%") else 0.0
    size = max(abs(mean) for mean in means) or 1.0
    highs = [summary["high"] for summary in found if summary["high"] is not None]
    top = full or min(max([*means, *highs]), FURTHEST * size)
    low = min([0.0, *means])
    return low, low + ENDS * ((top - low) or size)


def _dot(axes: Axes, y: int, row: Row, found: Summary, look: Look, weight: str) -> None:
    """A dot at the mean with its interval, tied to zero, and the number beside the panel."""
    mean = found["mean"]
    across = axes.get_yaxis_transform()
    if mean is None:
        beside(axes, "–", (1, y), 6, xycoords=across, color=QUIET)
        return
    axes.plot([0, mean], [y, y], color=FAINT, lw=1.2, zorder=1, solid_capstyle="butt")
    if found["low"] is not None:
        style: dict[str, Any] = {"color": look.colour, "lw": 2.6, "zorder": 2, "solid_capstyle": "butt"}
        axes.plot([found["low"], found["high"]], [y, y], **style)
    dot: dict[str, Any] = {"color": look.colour, "markersize": 6, "markeredgecolor": INK, "markeredgewidth": 0.5}
    axes.plot([mean], [y], look.marker, zorder=3, clip_on=False, **dot)
    beside(axes, row.say(mean), (1, y), 6, xycoords=across, size=SMALL + 0.5, weight=weight)


def title(document: Document, currency: str) -> str:
    """Who serves best, who ties up least and who costs least."""
    if len(document["policies"]) == 1:
        return headline(document, currency)
    kpi = service(document)
    served = {
        "uptime": ("keeps running longest", "keep running longest"),
        "fill_rate": ("fills most at once", "fill most at once"),
    }
    verbs = {
        (kpi, max): served[kpi],
        ("inventory_value", min): ("ties up least money", "tie up least money"),
        ("total_cost", min): ("costs least", "cost least"),
    }
    ahead = {verb: leaders(document, *measure) for measure, verb in verbs.items()}
    clauses: dict[tuple[str, ...], list[str]] = {}
    for verb, names in ahead.items():
        if 0 < len(names) < len(document["policies"]):
            clauses.setdefault(tuple(names), []).append(verb[len(names) > 1])
    if not clauses:
        return "The policies are alike in service, goods owned and cost"
    told = [f"{listed([policy_name(p) for p in names])} {listed(did)}" for names, did in clauses.items()]
    return upper_first(f"on average {listed(told)}")
