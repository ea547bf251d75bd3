"""The frontier: what service costs. Every plan that was tried, those that none beats, and the policies as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.model.optimise import DIMENSIONS
from twin.report.foot import foot
from twin.report.measured import say, spelled, unit, within
from twin.report.names import Spot, name_marks
from twin.report.style import FAINT, INK, QUIET, SMALL, WIDTH, Look, Sheet, beside, house_style, looks
from twin.report.words import label, percent, policy_name, rough, short, upper_first

if TYPE_CHECKING:
    from twin.study.optimise import Optimum

TALL, LEFT, RIGHT, BELOW = 3.5, 0.75, 0.3, 0.5
PAD = 0.25
"""Of what is shown, around it."""
FULL = 1.005
"""Where an axis of shares ends, a little above all."""


def draw_frontier(optimum: Optimum, folder: Path) -> list[Path]:
    """Cost to the right, service upwards, on the luck that the plans were chosen on; the chosen one also on fresh."""
    document, model = optimum.document, optimum.model
    cost, kpi = document["minimise"], document["service"]
    plans = [_spot(each.mean(cost), each.mean(kpi)) for each in optimum.tried if each.values and each.luck == "common"]
    front = [(each[cost], each[kpi]) for each in document["frontier"]]
    chosen = _mean_spot(document["chosen_common"], cost, kpi)
    policies = {name: _mean_spot(found, cost, kpi) for name, found in document["common"].items()}
    fresh = (document["after"][cost], within(document["after"][kpi], 0.0, 1.0 if DIMENSIONS[kpi] == "Share" else None))
    if not front or document["after"][kpi]["mean"] is None:  # a KPI that never is
        return []
    with house_style():
        sheet = Sheet(
            _title(document),
            f"{document['title'] or document['scenario']}; {_scenarios(document)}. Dots: {len(plans)} plans on the "
            "same luck; dark: none is cheaper and serves better. Cross: the chosen, with 95 % intervals on fresh luck",
            foot(model, document),
            0.2 + TALL + BELOW,
        )
        axes = sheet.axes(LEFT, 0.2, WIDTH - LEFT - RIGHT, TALL)
        _frame(axes, [chosen, *policies.values(), *_ends(*fresh)], kpi)
        axes.plot(*zip(*plans, strict=True), "o", color=FAINT, markersize=3, zorder=1)
        axes.plot(*zip(*front, strict=True), "-", color=QUIET, lw=1.2, zorder=2, drawstyle="steps-post")
        axes.plot(*zip(*front, strict=True), "o", color=QUIET, markersize=3.5, zorder=2)
        _targets(axes, document, kpi)
        _marks(axes, document, policies, chosen, fresh, looks(policies, model.policies))
        axes.set_xlabel(_axis(cost, model.currency), size=SMALL, color=QUIET)
        sheet.text(0.14, 0, _axis(kpi, model.currency), size=SMALL, color=QUIET)
        return sheet.save(folder, "frontier")


def _spot(cost: float | None, served: float | None) -> Spot:
    return cost or 0.0, served or 0.0


def _mean_spot(found: dict[str, Any], cost: str, kpi: str) -> Spot:
    return _spot(found[cost]["mean"], found[kpi]["mean"])


def _ends(cost: dict[str, Any], served: dict[str, Any]) -> list[Spot]:
    """The corners of the cross of an interval."""
    known = cost["low"] is not None and served["low"] is not None
    return [(cost[end], served[end]) for end in (("low", "high") if known else ("mean",))]


def _frame(axes: Axes, spots: Sequence[Spot], kpi: str) -> None:
    """Room for what matters; plans at the bounds may lie far outside."""
    (left, right), (low, high) = ((min(side), max(side)) for side in zip(*spots, strict=True))
    wide, tall = (right - left) or abs(right) or 1.0, (high - low) or abs(high) * 0.1 or 1.0
    axes.set_xlim(left - PAD * wide, right + PAD * wide)
    share = DIMENSIONS[kpi] == "Share"
    axes.set_ylim(low - PAD * tall, min(high + PAD * tall, FULL) if share else high + PAD * tall)
    ticks = [tick for tick in axes.get_yticks() if not (share and tick > 1)]
    bottom, top = axes.get_ylim()
    axes.set_yticks([tick for tick in ticks if bottom <= tick <= top])
    axes.yaxis.set_major_formatter(lambda value, _: say(kpi)(value))
    axes.xaxis.set_major_formatter(lambda value, _: short(value))
    axes.grid(axis="y", color=FAINT, lw=0.5, zorder=0)
    axes.set_axisbelow(True)


def _targets(axes: Axes, document: dict[str, Any], kpi: str) -> None:
    """What must be reached, as a line with its name."""
    for side, bound in document["subject_to"].get(kpi, {}).items():
        low, high = axes.get_ylim()
        if low <= bound <= high:
            axes.axhline(bound, color=INK, lw=0.9, ls=(0, (4, 3)), zorder=1)
            words = f"{side.replace('_', ' ')} {say(kpi)(bound)}"
            beside(axes, words, (0, bound), 2, 6, xycoords=axes.get_yaxis_transform(), color=QUIET)


def _marks(
    axes: Axes, document: dict[str, Any], policies: dict[str, Spot], chosen: Spot, fresh: Any, look: Mapping[str, Look]
) -> None:
    """The policies as written and the chosen plan, each with its name beside it."""
    for name, spot in policies.items():
        axes.plot(*spot, look[name].marker, color=look[name].colour, markersize=8, markeredgecolor=INK, zorder=4)
    colour = look[document["policy"]].colour
    axes.plot(*chosen, "o", color="none", markersize=11, markeredgecolor=colour, markeredgewidth=1.8, zorder=5)
    cross = _cross(*fresh)
    for line, end in zip(cross, "|_", strict=False):
        axes.plot(*zip(*line, strict=True), f"{end}-", color=colour, lw=1.4, zorder=3)
    names = {label(name): spot for name, spot in policies.items()} | {"chosen": chosen}
    if cross:
        names["on fresh luck"] = cross[1][1]
    name_marks(axes, names, cross)


def _cross(cost: dict[str, Any], served: dict[str, Any]) -> list[tuple[Spot, Spot]]:
    """The interval of the cost and that of the service; none where there is only one replication."""
    if cost["low"] is None or served["low"] is None:
        return []
    across = (cost["low"], served["mean"]), (cost["high"], served["mean"])
    return [across, ((cost["mean"], served["low"]), (cost["mean"], served["high"]))]


def _axis(kpi: str, currency: str) -> str:
    return ", ".join(filter(None, [spelled(kpi), unit(kpi, currency)]))


def _scenarios(document: dict[str, Any]) -> str:
    """The years that may come, with their likelihood."""
    told = [f"{name} {percent(entry['weight'])}" for name, entry in document["scenarios"].items()]
    return ", ".join(told) if len(told) > 1 else "means over the replications"


def _title(document: dict[str, Any]) -> str:
    """What the chosen values save, and whether they serve well enough."""
    cost = document["minimise"]
    gap, before = document["difference"][cost], document["before"][cost]["mean"]
    name = upper_first(policy_name(document["policy"]))
    if document["verdict"] == "missed":
        return f"{name}: no plan that was tried reaches its targets with other luck"
    if gap["mean"] == 0 or gap["distinguishable"] is False or not before > 0:
        return f"{name}: the chosen values and those as written are not distinguishable on {spelled(cost)}"
    change = f"{rough(gap['mean'] / before)} {'less' if gap['mean'] < 0 else 'more'}"
    return f"{name} with the chosen values costs {change} than as written{_reached(document)}"


def _reached(document: dict[str, Any]) -> str:
    """The end of the title: that all targets are kept, and whether surely."""
    if not document["subject_to"]:
        return ""
    targets = "target" if len(document["subject_to"]) == 1 else "targets"
    return f" and keeps its {targets}{' on average' if document['verdict'] == 'on average' else ''}"
