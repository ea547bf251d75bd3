"""The cost stack, unrolled: each policy's total, then its parts, each beginning where the last ended."""

from collections.abc import Mapping, Sequence
from math import copysign
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.report.finding import Document
from twin.report.foot import averaged, foot
from twin.report.style import FAINT, INK, QUIET, SMALL, TEXT, WIDTH, Look, Sheet, beside, folded, looks, swatch
from twin.report.words import label, listed, policy_name, short, upper_first

if TYPE_CHECKING:
    from twin.language import Model

GROUPS: Mapping[str, tuple[str, ...]] = {
    "line down": ("line_down",),
    "lost margin": ("lost_margin",),
    "late penalties": ("penalty",),
    "carrying": ("capital", "insurance", "obsolescence"),
    "space": ("storage", "overflow", "waiting"),
    "freight and duty": ("freight", "duty"),
    "premium freight": ("premium_freight",),
    "ordering": ("ordering",),
    "demurrage": ("demurrage",),
    "write-offs": ("write_off",),
    "qualification": ("qualification",),
    "goods": ("purchase", "production", "value_out"),
}
"""Cost lines as a planner sums them. Goods leave again at their value: only what was paid beyond it costs."""

NOTE = (
    "carrying: capital, insurance, obsolescence · space: storage, overflow, waiting · "
    "goods: paid for parts and production beyond their value; below 0 they came for less than they are worth"
)
ROW, TOTAL, HEAD, FLOOR = 0.32, 0.42, 0.28, 0.3
NAMES = 1.3
ACROSS = 3
THINNEST = 0.025
"""Inches below which a part is drawn as a stroke, to be seen at all."""


def grouped(costs: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Mean money per group; every line belongs to one, so the groups add up to the total cost."""
    sums = {g: sum(costs[line]["mean"] for line in lines if line in costs) for g, lines in GROUPS.items()}
    known = {line for lines in GROUPS.values() for line in lines}
    for line in costs.keys() - known:
        sums[line.replace("_", " ")] = costs[line]["mean"]
    return sums


def draw_costs(model: "Model", document: Document, folder: Path) -> list[Path]:
    policies = list(document["policies"])
    parts = {p: grouped(document["policies"][p]["costs"]) for p in policies}
    groups = _ranked(list(parts.values()))
    tall = HEAD + TOTAL + ROW * len(groups)
    bands = [policies[k : k + ACROSS] for k in range(0, len(policies), ACROSS)]
    sheet = Sheet(
        title(document, model.currency),
        f"{document['title']}; cost over the horizon in {model.currency or 'money'}, "
        f"each part beginning where the one above it ended; {averaged(document)} for the total",
        f"{NOTE} · {foot(model, document)}",
        len(bands) * (tall + FLOOR),
    )
    totals = {p: document["policies"][p]["kpis"]["total_cost"] for p in policies}
    look, reach = looks(policies, model.policies), _reach(parts, groups, totals)
    wide = (WIDTH - NAMES - 0.14) / min(ACROSS, len(policies))
    for j, band in enumerate(bands):
        top = j * (tall + FLOOR)
        _names(sheet, top + HEAD, groups)
        for i, policy in enumerate(band):
            left = NAMES + i * wide
            swatch(sheet, left, top + 0.01, look[policy])
            name = folded(label(policy), wide - 0.24, TEXT + 1)
            sheet.text(left + 0.2, top, name, weight="bold", size=SMALL if "\n" in name else TEXT + 1, linespacing=0.95)
            axes = sheet.axes(left, top + HEAD, wide - 0.08, tall - HEAD)
            _cascade(axes, [parts[policy][g] for g in groups], look[policy], reach)
            _whisker(axes, totals[policy])
    return sheet.save(folder, "costs")


def _ranked(parts: Sequence[Mapping[str, float]]) -> list[str]:
    """The groups that cost anybody anything, the largest first."""
    size = {g: max(abs(p.get(g, 0.0)) for p in parts) for g in parts[0]}
    return sorted((g for g in size if size[g] > 0), key=lambda g: -size[g])


def _reach(
    parts: Mapping[str, Mapping[str, float]], groups: Sequence[str], totals: Mapping[str, Mapping[str, float | None]]
) -> tuple[float, float]:
    """The lowest and highest point that any stack or interval touches."""
    touched = [0.0, *(total.get(end) or 0.0 for total in totals.values() for end in ("low", "high"))]
    for part in parts.values():
        level = 0.0
        for group in groups:
            level += part[group]
            touched.append(level)
    return min(touched), max(touched) if max(touched) > min(touched) else 1.0


def _names(sheet: Sheet, top: float, groups: Sequence[str]) -> None:
    sheet.text(NAMES - 0.1, top + TOTAL / 2, "total", weight="bold", ha="right", va="center")
    for k, group in enumerate(groups):
        sheet.text(NAMES - 0.1, top + TOTAL + (k + 0.5) * ROW, group, size=SMALL + 1, ha="right", va="center")


def _cascade(axes: Axes, amounts: Sequence[float], look: Look, reach: tuple[float, float]) -> None:
    low, high = reach
    axes.set_xlim(low - (high - low) * 0.03, high + (high - low) * 0.62)
    axes.set_ylim(TOTAL + ROW * len(amounts), 0)
    axes.set_yticks([])
    inches = axes.get_position().width * WIDTH
    total, least = sum(amounts), 1.65 * (high - low) * THINNEST / inches
    bar: dict[str, Any] = {"color": look.colour, "hatch": look.hatch, "edgecolor": "white", "lw": 0}
    axes.barh(TOTAL / 2, total, TOTAL * 0.72, **bar)
    _value(axes, max(total, 0), TOTAL / 2, total, "bold")
    level = 0.0
    for k, amount in enumerate(amounts):
        y = TOTAL + (k + 0.5) * ROW
        axes.plot([level, level], [y - ROW * 0.7, y + ROW * 0.3], color=QUIET, lw=0.6, zorder=1)
        drawn = copysign(max(abs(amount), least), amount) if amount else 0.0
        plain = {"color": look.colour, "lw": 0} if abs(amount) < least else bar
        axes.barh(y, drawn, ROW * 0.6, left=level, **plain)
        _value(axes, max(level, level + drawn), y, amount, "normal")
        level += amount
    ticks = [t for t in axes.get_xticks() if low <= t <= high]
    ticks = [0.0, *[t for t in ticks if t][-1:]]
    axes.set_xticks(ticks, [short(t) for t in ticks])
    axes.axvline(0, color=INK, lw=0.8)
    for tick in ticks[1:]:
        axes.axvline(tick, color=FAINT, lw=0.5, zorder=0)
    axes.spines["bottom"].set_bounds(min(low, 0), high)


def _whisker(axes: Axes, total: Mapping[str, float | None]) -> None:
    low, high = total.get("low"), total.get("high")
    if low is not None and high is not None:
        axes.plot([low, high], [TOTAL * 0.94] * 2, "|-", color=INK, lw=1.2, markersize=4, clip_on=False)


def _value(axes: Axes, end: float, y: float, amount: float, weight: str) -> None:
    beside(
        axes,
        short(amount),
        (end, y),
        3,
        size=SMALL + 0.5,
        weight=weight,
        color=INK if round(amount) else QUIET,
    )


def _weighs(group: str) -> str:
    return "weigh" if group.endswith("s") else "weighs"


def title(document: Document, currency: str) -> str:
    """Which part weighs most under each policy."""
    parts = {policy: grouped(results["costs"]) for policy, results in document["policies"].items()}
    if not any(any(part.values()) for part in parts.values()):
        return "No policy costs anything beyond the value of its goods"
    largest: dict[str, list[str]] = {}
    for policy, part in parts.items():
        group = max(part, key=lambda g: part[g])
        unit = "" if largest else f" {currency}".rstrip()
        amount = f" ({short(part[group])}{unit})" if len(parts) <= ACROSS else ""
        largest.setdefault(group, []).append(f"{policy_name(policy)}{amount}")
    told = [
        f"{group}{f' {_weighs(group)} most' if k == 0 else ''} for {listed(names)}"
        for k, (group, names) in enumerate(largest.items())
    ]
    return upper_first("; ".join(told))
