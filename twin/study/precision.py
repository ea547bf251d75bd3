"""Precision: replications are added until the differences that matter are known as closely as was asked.

The sequential procedure for relative precision (Law & Kelton, section 9.4.1; after Chow & Robbins 1965): look after
every batch, stop as soon as all 95 % intervals are narrow enough. An interval that is r of a *found* mean is at most
r ÷ (1 - r) of the *true* one, and that is what is held against the precision asked: the book's γ' = γ ÷ (1 + γ). Money
is relative to the baseline's mean cost; shares are points as they stand, since 2 % of an uptime of 90 % and of one of
30 % are the same hours to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Any, NamedTuple

from twin.model.units import DIMENSIONS, parse
from twin.study.statistics import Rows, difference, summary

FIRST = 30  # replications at least before the first look, so that a lucky few do not end it (docs/kpis.md: coverage)
FEWEST = 10  # in every further batch
MOST = 1000
SHARE = replace(DIMENSIONS["Yield"], name="a precision", examples=("2 %",))


def read(text: str) -> float:
    """A precision as it is typed: `2 %`, or `2%`, which a shell need not quote; a ValueError says what is wrong."""
    return float(parse(text if " " in text else text.replace("%", " %"), SHARE))


class Width(NamedTuple):
    """How closely one headline number is known."""

    difference: str  # `jic - jit`; of a policy alone, its name
    kpi: str
    precision: float  # infinite where nobody can say yet


@dataclass(frozen=True)
class Precision:
    """What was asked for: a share, and the most replications that it may take."""

    asked: float
    most: int = MOST

    def batches(self, first: int, rows: Callable[[], Rows]) -> Iterator[range]:
        """The replications to run, batch by batch; `rows` are the results so far."""
        done, wanted = 0, min(self.most, max(first, FIRST))
        while wanted > done:
            yield range(done, wanted)
            done, wanted = wanted, self.wanted(widths(rows()), wanted)

    def wanted(self, found: Sequence[Width], done: int) -> int:
        """How many replications to have next: as many as now if it is precise enough.

        Widths shrink with the root of the replications, which says how many it will take; but a batch no more than
        doubles them, as the spread that this is reckoned with is a guess.
        """
        short = max(width.precision for width in found) / self.asked
        if short <= 1:
            return done
        guess = 2 * done if short == inf else min(2 * done, ceil(done * short**2))
        return min(self.most, max(done + FEWEST, guess))

    def told(self, rows: Rows) -> dict[str, Any]:
        """What came of it, as the document tells it."""
        widest = max(widths(rows), key=lambda width: width.precision)
        reached = None if widest.precision == inf else widest.precision
        return {
            "asked": self.asked,
            "reached": widest.precision <= self.asked,
            "most": self.most,
            "widest": {"difference": widest.difference, "kpi": widest.kpi, "precision": reached},
        }


def widths(rows: Rows) -> list[Width]:
    """Of total cost, and of uptime (of the fill rate where there are no lines): every policy against the baseline."""
    (base, of_base), *others = rows.items()
    uptimes = [results["kpis"]["uptime"] for of_policy in rows.values() for results in of_policy]
    served = "uptime" if any(uptime is not None for uptime in uptimes) else "fill_rate"
    found = []
    for kpi in ("total_cost", served):
        baseline = [results["kpis"][kpi] for results in of_base]
        against = {
            f"{policy} - {base}": difference([results["kpis"][kpi] for results in of_policy], baseline)
            for policy, of_policy in others
        }
        for name, told in (against or {base: summary(baseline)}).items():
            if told["n"]:
                whole = abs(summary(baseline)["mean"]) if kpi == "total_cost" else None
                found.append(Width(name, kpi, _precision(told, whole)))
    return found


def _precision(told: Mapping[str, Any], whole: float | None) -> float:
    """Half of the interval: as it is, or as a share of the true value of a mean."""
    if told["high"] is None:
        return inf
    half = (told["high"] - told["low"]) / 2
    if whole is None or half == 0:
        return float(half)
    return half / (whole - half) if half < whole else inf
