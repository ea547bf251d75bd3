"""The scorecard as a table, and beside it what the lines lost their time to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twin.report.finding import Document
from twin.report.groups import HAVING, groups, label, partly, said
from twin.report.words import few_percent

MOST = 8
"""Parts named in the table of lost time; those that lacked less are summed up."""

CAUSES = {
    "uptime_loss.blocked": "Blocked: no room for what is made",
    "uptime_loss.down": "Down: broken, or shut by a disruption",
    "uptime_loss.changeover": "Changing over",
}


@dataclass(frozen=True)
class Cell:
    """A number in words; the number itself, where it stands in the document, and its place on a scale of percent."""

    words: str
    value: float | None = None
    best: bool = False
    bar: float | None = None


@dataclass(frozen=True)
class Line:
    """One row: what it is called, the keys that it sums, and a cell for each policy."""

    label: str
    keys: tuple[str, ...]
    cells: Mapping[str, Cell]
    kind: str = ""


def scorecard(document: Document, currency: str) -> dict[str, list[Line]]:
    """The rows of the terminal's scorecard, by group."""
    policies = document["policies"]
    return {
        group[:1] + group[1:].lower().replace(currency.lower(), currency): [
            line for row in of_group for line in _lines(row, document)
        ]
        for group, of_group in groups(policies, currency).items()
    }


def _lines(row: Any, document: Document) -> list[Line]:
    found = {policy: row.found(results) for policy, results in document["policies"].items()}
    best = row.best(found)
    cells = {policy: Cell(said(row, f), f["mean"], policy in best) for policy, f in found.items()}
    kind = "part" if row.label.startswith(" ") else "total" if row.keys == ("total_cost",) else ""
    lines = [Line(label(row).strip(), row.keys, cells, kind)]
    if row in HAVING and partly(row, document):
        counts = {policy: Cell(f"{f['n']} of {document['replications']}") for policy, f in found.items()}
        lines.append(Line(HAVING[row], (), counts, "part"))
    return lines


def losses(document: Document) -> list[Line]:
    """Shares of the time that the lines had work and did not run, by cause; the last line is their sum."""
    shares = _shares(
        {policy: results["kpis"].get("uptime_loss") or {} for policy, results in document["policies"].items()}
    )
    if not shares:
        return []
    most = max(share for by in shares.values() for share in by.values())
    lines = [
        Line(
            _cause(keys),
            keys,
            {policy: Cell(few_percent(share), share, bar=100 * share / most) for policy, share in by.items()},
        )
        for keys, by in shares.items()
    ]
    whole = {policy: sum(by[policy] for by in shares.values()) for policy in document["policies"]}
    every = tuple(key for keys in shares for key in keys)
    return [*lines, Line("Not running, in all", every, {p: Cell(few_percent(s), s) for p, s in whole.items()}, "total")]


def _shares(losses: Mapping[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """By the keys that are summed, and by policy; without what cost nobody any time."""
    starved = {
        p: {item: _mean(found) for item, found in loss.get("starved_by", {}).items()} for p, loss in losses.items()
    }
    every = {item for by in starved.values() for item in by}
    parts = sorted(every, key=lambda item: (-max(by.get(item, 0.0) for by in starved.values()), item))
    told = [(part,) for part in parts[:MOST]] + ([tuple(parts[MOST:])] if parts[MOST:] else [])
    shares = {
        tuple(f"uptime_loss.starved_by.{part}" for part in some): {
            p: sum(by.get(part, 0.0) for part in some) for p, by in starved.items()
        }
        for some in told
    }
    for key in CAUSES:
        shares[key,] = {p: _mean(loss.get(key.partition(".")[2])) for p, loss in losses.items()}
    return {keys: by for keys, by in shares.items() if any(by.values())}


def _mean(found: Mapping[str, Any] | None) -> float:
    return (found or {}).get("mean") or 0.0


def _cause(keys: tuple[str, ...]) -> str:
    if len(keys) > 1:
        return f"Starved for {len(keys)} other parts"
    return CAUSES.get(keys[0]) or f"Starved for {keys[0].rpartition('.')[2]}"
