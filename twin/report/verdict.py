"""The verdict: who keeps running, who loses sales, who pays, each with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.report.finding import Document, Gap, baseline, gap, headline, service
from twin.report.foot import averaged, foot
from twin.report.measured import within
from twin.report.style import FAINT, INK, QUIET, SMALL, TEXT, WIDTH, Look, Sheet, beside, looks, room_for
from twin.report.words import MINUS, label, percent, points, policy_name, rough, short

if TYPE_CHECKING:
    from twin.language import Model

ROW = 0.34
HEAD = 0.26
TICKS = 0.42
WORDS = 2.35
"""Inches beyond the longest bar, for its value and the difference to the baseline."""


@dataclass(frozen=True)
class Measure:
    """One panel: a KPI in words, its unit, and which way is good."""

    kpi: str
    words: str
    unit: str
    up: bool

    @property
    def share(self) -> bool:
        return self.unit.startswith("%")

    def say(self, value: float) -> str:
        return percent(value) if self.share else short(value)

    def compare(self, g: Gap | None, base: str) -> str:
        """The difference to the baseline in a few words."""
        if g is None:
            return ""
        if g.same:
            return f"as {base}"
        if not g.distinguishable:
            return "not distinguishable"
        sign = "+" if g.mean > 0 else MINUS
        if self.share:
            return f"{sign}{points(g.mean)}"
        relative = g.base > 0 and abs(g.mean) < 10 * g.base
        return sign + (rough(g.mean / g.base) if relative else short(abs(g.mean)))


def measures(document: Document, currency: str) -> list[Measure]:
    """Uptime, lost sales, cost; where nobody loses a sale, what was delivered at once or is still owed."""
    served = service(document)
    up = Measure("uptime", "Lines running", "% of the time they have work", True)
    fill = Measure("fill_rate", "Demand filled at once", "% of pieces asked", True)
    lost = Measure("lost_sales", "Lost sales", "pc", False)
    owed = Measure("backlog", "Owed to customers at the end", "pc", False)
    chosen = [up if served == "uptime" else fill]
    if any(_stat(document, p, "lost_sales").get("mean") for p in document["policies"]):
        chosen.append(lost)
    else:
        chosen.append(fill if served == "uptime" else owed)
    return [*chosen, Measure("total_cost", "Total cost", currency, False)]


def draw_verdict(model: "Model", document: Document, folder: Path) -> list[Path]:
    policies = list(document["policies"])
    panels = measures(document, model.currency)
    each = HEAD + ROW * len(policies) + TICKS
    versus = f"; grey: against {policy_name(baseline(document))}" if len(policies) > 1 else ""
    sheet = Sheet(
        headline(document, model.currency),
        f"{document['title']}; {averaged(document)}{versus}",
        foot(model, document),
        each * len(panels),
    )
    for k, measure in enumerate(panels):
        _panel(sheet, k * each, measure, document, looks(policies, model.policies))
    return sheet.save(folder, "verdict")


def _panel(sheet: Sheet, top: float, measure: Measure, document: Document, look: Mapping[str, Look]) -> None:
    policies = list(document["policies"])
    good = "more is better" if measure.up else "less is better"
    sheet.text(0.14, top, f"{measure.words}, {measure.unit}", weight="bold")
    sheet.text(WIDTH - 0.14, top, good, size=SMALL, color=QUIET, ha="right")
    left = 0.3 + room_for([label(p) for p in policies], TEXT)
    wide = WIDTH - left - 0.14
    axes = sheet.axes(left, top + HEAD, wide, ROW * len(policies))
    stats = [within_scale(measure, _stat(document, p, measure.kpi)) for p in policies]
    reach = max([1.0 if measure.share else 0.0, *(_end(s, "high") for s in stats)])
    floor = min([0.0, *(_end(s, "low") for s in stats)])
    axes.set_xlim(floor, floor + ((reach - floor) or 1.0) * wide / (wide - WORDS))
    axes.set_ylim(len(policies) - 0.5, -0.5)
    axes.set_yticks(range(len(policies)), [label(p) for p in policies], size=TEXT, color=INK)
    axes.tick_params(axis="y", pad=4)
    _scale(axes, measure, reach)
    means = [s["mean"] for s in stats if s.get("mean") is not None]
    best = measure.say((max if measure.up else min)(means, default=0.0))
    alike = len({measure.say(mean) for mean in means}) < 2
    base = baseline(document)
    for row, (policy, stat) in enumerate(zip(policies, stats, strict=True)):
        _bar(axes, row, measure, stat, look[policy], not alike and _said(measure, stat) == best)
        if policy != base:
            said = measure.compare(gap(document, policy, base, measure.kpi), label(base))
            beside(axes, said, (1, row), 0, xycoords=axes.get_yaxis_transform(), color=QUIET, ha="right")


def within_scale(measure: Measure, stat: Mapping[str, Any]) -> dict[str, Any]:
    """Its interval without what cannot be: only money can be less than nothing, no share more than all."""
    return within(stat, None if measure.kpi == "total_cost" else 0.0, 1.0 if measure.share else None)


def _scale(axes: Any, measure: Measure, reach: float) -> None:
    ticks = [t for t in axes.get_xticks() if t <= reach * 1.001]
    if measure.share:
        ticks = [0, 0.25, 0.5, 0.75, 1.0]
    ticks = [t for t in ticks if t >= axes.get_xlim()[0]]
    axes.set_xticks(ticks, [f"{t * 100:.0f} %" if measure.share else short(t) for t in ticks])
    axes.spines["bottom"].set_bounds(axes.get_xlim()[0], reach)
    for tick in ticks:
        axes.axvline(tick, color=INK if tick == 0 else FAINT, lw=0.8 if tick == 0 else 0.5, zorder=0)


def _bar(axes: Any, row: int, measure: Measure, stat: dict[str, Any], look: Look, best: bool) -> None:
    """The mean as a bar from zero, its interval as a whisker, its value at the end."""
    mean, low, high = stat.get("mean"), stat.get("low"), stat.get("high")
    if mean is None:
        axes.text(0, row, " nothing to measure", size=SMALL, color=QUIET, va="center")
        return
    axes.barh(row, mean, 0.66, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0)
    if low is not None and high is not None:
        axes.plot([low, high], [row, row], "|-", color=INK, lw=1.4, markersize=7, markeredgewidth=1.4)
    rank = f" {'highest' if measure.up else 'lowest'}" if best else ""
    weight = "bold" if best else "normal"
    beside(axes, measure.say(mean) + rank, (_end(stat, "high"), row), size=TEXT, weight=weight)


def _said(measure: Measure, stat: dict[str, Any]) -> str:
    """The mean as it is written: what reads the same shares the rank."""
    return "" if stat.get("mean") is None else measure.say(stat["mean"])


def _end(stat: dict[str, Any], side: str) -> float:
    """How far the bar and its interval go, from zero: up to `high` or down to `low`."""
    return (max if side == "high" else min)(0.0, stat.get("mean") or 0.0, stat.get(side) or 0.0)


def _stat(document: Document, policy: str, kpi: str) -> dict[str, Any]:
    return document["policies"][policy]["kpis"].get(kpi) or {}
