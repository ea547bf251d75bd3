"""The picture of a stress test: the places that hurt most, with each policy's exposure and time to survive."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from twin.report.foot import foot
from twin.report.key import ROW, draw_key, key_rows
from twin.report.stress import MOST, Document, finding, longest, policies_of, survived
from twin.report.style import FAINT, INK, QUIET, SMALL, TEXT, WIDTH, Look, Sheet, beside, looks, room_for
from twin.report.words import days, short

if TYPE_CHECKING:
    from twin.language import Model

BAR, BETWEEN, TICKS = 0.145, 0.12, 0.42
TIME = 0.75
"""Inches beyond the longest bar for the time to survive."""


def draw_stress(model: "Model", document: Document, folder: Path) -> list[Path]:
    """Nothing where no knock-out costs a sale or a penalty."""
    costly = [t for t in document["targets"] if any(told["index"] > 0 for told in longest(t)["policies"].values())]
    shown = costly[:MOST]
    if not shown:
        return []
    policies = policies_of(document)
    look = looks(policies, model.policies)
    each = BAR * len(policies) + BETWEEN
    left = 0.24 + room_for([target["target"] for target in shown] + ["single point"])
    key = key_rows(policies, WIDTH - left)
    lasts = days(longest(shown[0])["lasts"])
    sheet = Sheet(
        finding(document, model.currency),
        f"{document['title']}; {lasts} without each place from day {document['at']:g}: margin lost and penalties "
        f"beyond the undisturbed run in {model.currency or 'money'}; beside the bars the time to survive; "
        f"the {len(shown)} that hurt most",
        foot(model, document),
        ROW * len(key) + each * len(shown) + TICKS,
    )
    draw_key(sheet, left, 0, key, look)
    axes = sheet.axes(left, ROW * len(key), WIDTH - left - TIME - 0.14, each * len(shown))
    axes.set_ylim(each * len(shown), 0)
    _scale(axes, max(_place(axes, k * each, target, look) for k, target in enumerate(shown)), model.currency)
    return sheet.save(folder, "stress")


def _place(axes: Axes, top: float, target: Mapping[str, Any], look: Mapping[str, Look]) -> float:
    """A place with a bar for each policy; returns where the longest ends."""
    told = longest(target)["policies"]
    ends = [_bar(axes, top + (j + 0.5) * BAR, told[policy], mark) for j, (policy, mark) in enumerate(look.items())]
    named = f"{target['target']}\nsingle point" if target["cut_off"] else target["target"]
    axes.annotate(
        named, (0, top + BAR * len(look) / 2), xycoords=("axes fraction", "data"), xytext=(-6, 0),
        textcoords="offset points", ha="right", va="center", size=SMALL, linespacing=0.95, annotation_clip=False,
    )  # fmt: skip
    return max(ends)


def _bar(axes: Axes, y: float, told: Mapping[str, Any], look: Look) -> float:
    """The exposure with its interval and the time to survive at its end; returns where it ends."""
    exposure = told["exposure"]
    mean, high = max(exposure["mean"], 0.0), exposure["high"]
    axes.barh(y, mean, BAR * 0.86, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0)
    end = mean
    if high is not None and mean > 0:
        low = max(exposure["low"], 0.0)
        axes.plot([low, high], [y, y], "|-", color=INK, lw=1.0, markersize=4)
        end = max(mean, high)
    axes.plot([0], [y], look.marker, color=look.colour, markersize=3.5, clip_on=False, zorder=4)
    beside(axes, survived(told), (end, y), 4, size=SMALL - 0.5, color=INK if mean > 0 else QUIET)
    return float(end)


def _scale(axes: Axes, reach: float, currency: str) -> None:
    axes.set_xlim(0, reach)
    axes.set_yticks([])
    ticks = [tick for tick in axes.get_xticks() if tick <= reach * 1.001]
    axes.set_xticks(ticks, [short(tick) for tick in ticks])
    axes.axvline(0, color=INK, lw=0.8)
    for tick in ticks[1:]:
        axes.axvline(tick, color=FAINT, lw=0.5, zorder=0)
    words = ", ".join(filter(None, ["lost margin and penalties", currency]))
    axes.set_xlabel(words, size=TEXT - 1, color=QUIET)
