"""Out of stock: which SKU, under which policy, on how many days; the darker the more often."""

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.axes import Axes

from twin.report.finding import Document
from twin.report.foot import foot
from twin.report.rows import stockouts
from twin.report.style import INK, LINE_HEIGHT, QUIET, SMALL, TEXT, WIDTH, Sheet, folded, looks, room_for, swatch
from twin.report.words import few_percent, label, policy_name

if TYPE_CHECKING:
    from twin.language import Model

ROW, MARK, WIDEST = 0.25, 0.25, 1.3
MOST = 24
SHADES = "Blues"
"""One hue, from light to dark: it reads the same to the colour-blind and in grey."""
DARKEST = 0.05
"""Share of days that is darkest at least: a stock that is out once a year must not look like a crisis."""
DARK = 0.55
"""Shade beyond which numbers are written in white."""


def draw_stockouts(model: "Model", document: Document, folder: Path) -> list[Path]:
    """Nothing where nothing was ever out of stock."""
    policies = list(document["policies"])
    rates = stockouts(document["policies"])
    if not rates:
        return []
    shown = list(rates)[:MOST]
    many = f"; the {MOST} worst of {len(rates)} SKUs" if len(rates) > MOST else ""
    left = 0.24 + room_for(shown, TEXT)
    wide = min((WIDTH - left - 0.14) / len(policies), WIDEST)
    names = [folded(label(policy), wide) for policy in policies]
    head = MARK + max(name.count("\n") + 1 for name in names) * SMALL * LINE_HEIGHT
    sheet = Sheet(
        title(shown[0], rates[shown[0]]),
        f"{document['title']}; share of days on which somebody went without; SKUs never out are left out{many}",
        foot(model, document),
        head + ROW * len(shown),
    )
    axes = sheet.axes(left, head, wide * len(policies), ROW * len(shown))
    look = looks(policies, model.policies)
    for k, policy in enumerate(policies):
        middle = left + (k + 0.49) * wide
        swatch(sheet, middle - 0.08, 0, look[policy])
        sheet.text(middle, MARK - 0.05, names[k], weight="bold", size=SMALL, ha="center", linespacing=0.95)
    _heat(axes, [[rates[item].get(policy) for policy in policies] for item in shown])
    axes.set_yticks(range(len(shown)), shown, size=TEXT, color=INK)
    return sheet.save(folder, "stockouts")


def _heat(axes: Axes, table: list[list[float | None]]) -> None:
    """A cell for each SKU and policy with its number; white where it was never out."""
    highest = max(DARKEST, *(rate for row in table for rate in row if rate))
    shade = matplotlib.colormaps[SHADES]
    axes.set_xlim(0, len(table[0]))
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for y, row in enumerate(table):
        for x, rate in enumerate(row):
            depth = 0.08 + 0.92 * (rate or 0.0) / highest
            colour = shade(depth) if rate else "#f7f7f7"
            axes.barh(y, 0.97, 0.92, left=x, color=colour, lw=0)
            ink = "white" if rate and depth > DARK else INK if rate else QUIET
            axes.text(x + 0.5, y, _said(rate), ha="center", va="center", size=TEXT if rate else SMALL, color=ink)


def _said(rate: float | None) -> str:
    if rate is None:
        return "–"
    return few_percent(rate) if rate else "never"


def title(worst: str, rates: dict[str, float]) -> str:
    """The SKU that was out most often, and the policies under which it was most and least."""
    most, *others = sorted(rates, key=lambda policy: -rates[policy])
    title = f"{worst} is out of stock most often: {_said(rates[most])} of days under {policy_name(most)}"
    return title + "".join(f", {_said(rates[least])} under {policy_name(least)}" for least in others[-1:])
