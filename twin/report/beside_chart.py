"""The picture of scenarios side by side: service, sales and cost across, a band of policies for each scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten, wrap

from twin.report.beside import Document, foot, headline, told_rows, verdict
from twin.report.rows import Row
from twin.report.scorecard import VALUE, dots, reach
from twin.report.style import INK, LINE_HEIGHT, MARGIN, QUIET, SMALL, TEXT, WIDTH, Look, Sheet, looks, room_for
from twin.report.words import bound, label, upper_first

HEAD, NAME, ROW, BETWEEN = 0.42, 0.24, 0.2, 0.16
LETTERS = 88
"""Of small type on a line."""


def draw_beside(document: Document, folder: Path) -> list[Path]:
    scenarios = document["scenarios"]
    policies = [*dict.fromkeys(policy for scenario in scenarios.values() for policy in scenario["policies"])]
    told, look = told_rows(document), looks(policies)
    sentences = [line for said in (*verdict(document), *_notes(document)) for line in wrap(bound(f"{said}."), LETTERS)]
    body = sum(NAME + ROW * len(scenario["policies"]) + BETWEEN for scenario in scenarios.values())
    interval = "mean with 95 % interval" if document["replications"] > 1 else "one replication"
    sheet = Sheet(
        headline(document),
        f"{interval}; every scale begins at zero, the same for all of one currency; bold: best on average",
        foot(document),
        HEAD + body + len(sentences) * SMALL * LINE_HEIGHT,
    )
    left = 0.3 + room_for([label(policy) for policy in policies])
    wide = (WIDTH - left) / len(told)
    spots = {row: left + k * wide for k, row in enumerate(told)}
    currencies = {scenario["currency"] for scenario in scenarios.values()}
    for row, spot in spots.items():
        _head(sheet, spot, row, "".join(currencies) if len(currencies) == 1 else "money")
    top = HEAD
    for name in scenarios:
        _band(sheet, top, name, document, spots, wide, look)
        top += NAME + ROW * len(scenarios[name]["policies"]) + BETWEEN
    for k, line in enumerate(sentences):
        sheet.text(MARGIN, top + k * SMALL * LINE_HEIGHT, line, size=SMALL)
    return sheet.save(folder, "compare")


def _head(sheet: Sheet, spot: float, row: Row, money: str) -> None:
    good = "more is better" if row.better > 0 else "less is better"
    sheet.text(spot, 0, row.label, weight="bold", size=SMALL + 0.5)
    sheet.text(spot, 0.16, f"{row.unit or money}, {good}", size=SMALL - 0.5, color=QUIET)


def _band(
    sheet: Sheet,
    top: float,
    name: str,
    document: Document,
    spots: Mapping[Row, float],
    wide: float,
    look: Mapping[str, Look],
) -> None:
    """One scenario: its name and title, and below them a panel for each row, the policies one below the other."""
    scenario, longest = document["scenarios"][name], max(document["scenarios"], key=len)
    policies = scenario["policies"]
    sheet.text(MARGIN, top, name, weight="bold")
    title = shorten(scenario["title"], int(LETTERS - 1.5 * len(longest)), placeholder=" …")
    sheet.text(MARGIN + 1.1 * room_for([longest], TEXT), top + 0.015, title, size=SMALL, color=QUIET)
    for k, (row, spot) in enumerate(spots.items()):
        axes = sheet.axes(spot, top + NAME, wide - VALUE, ROW * len(policies))
        axes.set_xlim(*_scale(document, row, scenario["currency"]))
        dots(axes, row, {policy: row.found(results) for policy, results in policies.items()}, look)
        if k == 0:
            axes.set_yticks(range(len(policies)), [label(policy) for policy in policies], color=INK)
            axes.tick_params(axis="y", pad=7)


def _notes(document: Document) -> list[str]:
    return [upper_first(note) for note in document["notes"]]


def _scale(document: Document, row: Row, currency: str) -> tuple[float, float]:
    """One for all scenarios; of money, for all that count in the same."""
    alike = [each for each in document["scenarios"].values() if row.unit or each["currency"] == currency]
    return reach(row, [row.found(results) for scenario in alike for results in scenario["policies"].values()])
