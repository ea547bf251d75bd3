"""The key of a picture: every policy's marker and name, in as many rows as they take."""

from collections.abc import Mapping, Sequence

from twin.report.style import SMALL, Look, Sheet, room_for, swatch
from twin.report.words import policy_name

ROW = 0.3
"""Inches from row to row."""


def key_rows(policies: Sequence[str], wide: float) -> list[list[str]]:
    """The policies of every row, none wider than the room there is.

    >>> key_rows(["jit", "jic", "hybrid_by_value"], 2.0)
    [['jit', 'jic'], ['hybrid_by_value']]
    """
    rows: list[list[str]] = [[]]
    for policy in policies:
        if rows[-1] and sum(map(_wide, [*rows[-1], policy])) > wide:
            rows.append([])
        rows[-1].append(policy)
    return rows


def draw_key(sheet: Sheet, left: float, top: float, rows: Sequence[Sequence[str]], look: Mapping[str, Look]) -> None:
    for k, row in enumerate(rows):
        at = left
        for policy in row:
            swatch(sheet, at, top + k * ROW, look[policy])
            sheet.text(at + 0.2, top + k * ROW + 0.02, policy_name(policy), weight="bold", size=SMALL + 1)
            at += _wide(policy)


def _wide(policy: str) -> float:
    return 0.45 + room_for([policy_name(policy)], SMALL + 1)
