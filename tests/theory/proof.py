"""The page that shows the proof: what every theory test expected and what it found, gathered while the tests run.

A test names its case with `@pytest.mark.case("Q07", "formula or source")`; `must_be` and `exactly` write a row each.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

HEAD = """# The proof, case by case

Made by `make theory`, which runs every case again; what the columns mean and which conventions lie behind them is in
[theory.md](theory.md). *z* is the number of standard errors between the mean of the replications and the truth: at most
3.5 is allowed, and the 95 % interval is at most 2 % of the truth wide to either side. Where no *z* stands, the case is
arithmetic and met exactly; or values were chosen by a search, whose cost by the formula is within 1 % of the least.

"""
CHOSEN = "chosen by search"
COLUMNS = ("case", "what", "formula or source", "expected", "simulated", "±", "z", "run")


class Row(NamedTuple):
    """One number of one case."""

    case: str
    what: str
    source: str
    expected: float
    simulated: float
    half_width: float | None = None
    z: float | None = None
    run: str = ""


def page(rows: Iterable[Row]) -> str:
    """The table as Markdown, by case."""
    lines = [
        " | ".join(COLUMNS),
        "|".join("---:" if name in ("expected", "simulated", "±", "z") else "---" for name in COLUMNS),
    ]
    found = sorted(rows)
    for row in found:
        spread = ("", "") if row.z is None else (f"{row.half_width:.2g}", f"{row.z:+.2f}")
        numbers = (f"{row.expected:.7g}", f"{row.simulated:.7g}", *spread)
        lines.append(" | ".join((row.case, row.what, row.source, *numbers, row.run)))
    return HEAD + "\n".join(f"| {line} |" for line in lines) + "\n\n" + _summary(found)


def _summary(rows: list[Row]) -> str:
    cases = {row.case for row in rows}
    chosen = sum(row.run == CHOSEN for row in rows)
    chance = [row.z for row in rows if row.z is not None]
    spread = (sum(z * z for z in chance) / len(chance)) ** 0.5 if chance else 0.0
    return (
        f"{len(cases)} cases, {len(rows)} numbers: {len(rows) - len(chance) - chosen} met exactly, {chosen} chosen by "
        f"search, {len(chance)} within chance; "
        f"root mean square of z {spread:.2f}, largest {max(map(abs, chance), default=0.0):.2f}.\n"
    )


def write(path: Path, rows: Iterable[Row]) -> None:
    path.write_text(page(rows), encoding="utf-8")
