"""The warm-up judged: had goods owned settled when the count began?

MSER-5 (White 1997) looks for the beginning that a series had better be without: it cuts off so many batches of five
days that the rest tells its own mean best. The series is the mean over the replications, so that luck cancels and a
beginning that all of them share stays. It reaches to the first thing that the script does to the world, for what
comes after that is no fault of the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from twin.language import Model
from twin.model.units import DAY
from twin.results.kpi import BATCH
from twin.study.statistics import Rows, difference

FEWEST = 10  # batches, to say anything
TOLERATED = 0.1  # of the days judged, and of the value that goods owned come to
GROSS = 0.25  # of that value: so much is said of few replications, too, whose intervals are wide


class Settling(NamedTuple):
    """How goods owned began: settled after so many days, until then so far off what they came to, as a share."""

    days: int
    off: float
    late: bool  # whether MSER-5 looks no further, so that they may have settled later still


def mser(batches: Sequence[float]) -> int:
    """How many batches to cut off, at most half of them: those that minimise the squared standard error of the rest.

    >>> mser([20, 10, 4.2, 1.8, 2.2, 1.9, 2.1, 2.0, 1.7, 2.3, 2.0, 1.9])
    3
    """
    n = len(batches)
    total = squares = 0.0
    middle = fmean(batches)  # nearer to 0 the sums of squares keep more digits
    errors = []
    for kept, value in enumerate((value - middle for value in reversed(batches)), 1):
        total += value
        squares += value * value
        errors.append((squares - total * total / kept) / kept**2)
    return min(range(n // 2 + 1), key=lambda cut: errors[n - 1 - cut])


def settling(series: Sequence[Sequence[float]]) -> Settling | None:
    """What the same series of several replications says; None if it was settled, or too short to tell.

    The beginning must be longer than a tenth of all, and stray from the rest by a tenth more than the rest does, so
    that luck and a quiet slow swing are not taken for it. Where MSER finds nothing to cut off, the series may still be
    on its way from the first day to the last: then the halves differ.
    """
    n = len(series[0])
    if n < FEWEST:
        return None
    for cut in (mser([fmean(batch) for batch in zip(*series, strict=True)]), n // 2):
        if cut > TOLERATED * n:
            off, certain = _off(series, cut)
            if off > (TOLERATED if certain else GROSS):
                return Settling(cut * BATCH, off, cut == n // 2)
    return None


def _off(series: Sequence[Sequence[float]], cut: int) -> tuple[float, bool]:
    """How much further than the rest the beginning strays from the rest's mean, as a share of it; and is that sure?"""
    levels = [fmean(row[cut:]) for row in series]
    begin, rest = (
        [fmean(abs(value - level) for value in row[part]) for row, level in zip(series, levels, strict=True)]
        for part in (slice(cut), slice(cut, None))
    )
    further = difference(begin, rest)
    return further["mean"] / (abs(fmean(levels)) or 1.0), further["distinguishable"] is True


def undisturbed(model: Model) -> int:
    """Days of the count before the script changes anything; 0 where demand itself is written to change.

    What comes again and again, by chance, is part of what the world settles to.
    """
    if any(buying.season or buying.trend for node in model.customers.values() for buying in node.buys.values()):
        return 0
    changes = [item.lifecycle.ends for item in model.items.values() if item.lifecycle is not None]
    for disruption in model.disruptions.values():
        if disruption.at is not None and disruption.after is None:
            changes.append(int(disruption.at.mean) - disruption.notice if not disruption.at.var else 0)
    return max(0, min([model.run.horizon, *changes])) // DAY


def warm_up_findings(model: Model, rows: Rows) -> list[str]:
    """One sentence if the warm-up looks too short under any policy: the slowest to settle is named."""
    upto = undisturbed(model) // BATCH
    judged = {
        policy: settling([results["goods_owned"][:upto] for results in of_policy]) for policy, of_policy in rows.items()
    }
    found = {policy: how for policy, how in judged.items() if how is not None}
    if not found:
        return []
    slowest = max(found, key=lambda policy: (found[policy].days, found[policy].off))
    days, off, late = found[slowest]
    warm_up = model.run.warm_up / DAY
    return [
        f"the warm-up ({warm_up:g} d) looks too short: under {slowest}, goods owned were {100 * off:.0f} % off what "
        f"they came to, over the first {days} d that counted; {warm_up + days:g} d {'or more ' if late else ''}"
        f"would leave that out (MSER-5)"
    ]
