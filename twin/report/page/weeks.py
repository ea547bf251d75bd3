"""Out of stock, week by week: on how many days of each somebody went without an SKU, under each policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.report.days import Occurrence, seen, throughout
from twin.report.story import Table

WEEK = 7
WIDEST = 53
"""Columns; longer runs have several weeks in one."""
MOST = 24
SHADES = 4


@dataclass(frozen=True)
class Weeks:
    """A map for each policy from SKU to days without it in each column; columns begin on `starts`."""

    step: int
    starts: Sequence[int]
    struck: Sequence[bool]
    policies: Mapping[str, Mapping[str, Sequence[int]]]
    left_out: int

    def shade(self, days: int) -> int:
        """From 0, never, to the darkest, all the time."""
        return -(-days * SHADES // self.step)


def weeks(timelines: Mapping[str, Table], occurrences: Sequence[Occurrence]) -> Weeks | None:
    """The worst SKUs first, those of one policy that were never out left out; None if none ever was."""
    days = max((len(table["day"]) for table in timelines.values()), default=0)
    step = WEEK * -(-days // (WEEK * WIDEST))
    starts = range(0, days, step or 1)
    policies, left_out = {}, 0
    for policy, table in timelines.items():
        out = {name.removeprefix("out:"): values for name, values in table.items() if name.startswith("out:")}
        ever = sorted((stock for stock in out if any(out[stock])), key=lambda stock: (-sum(out[stock]), stock))
        left_out = max(left_out, len(ever) - MOST)
        policies[policy] = {
            _sku(stock, out): [int(sum(out[stock][start : start + step])) for start in starts] for stock in ever[:MOST]
        }
    if not any(policies.values()):
        return None
    passing = [o for o in seen(occurrences, days) if not throughout(o, days)]
    struck = [any(_within(o, start, start + step) for o in passing) for start in starts]
    return Weeks(step, starts, struck, policies, max(left_out, 0))


def _sku(stock: str, stocks: Mapping[str, Sequence[float]]) -> str:
    """The item, and where, if it is kept at several places."""
    store, _, item = stock.partition(".")
    return item if sum(other.endswith(f".{item}") for other in stocks) == 1 else f"{item} in {store}"


def _within(occurrence: Occurrence, start: int, end: int) -> bool:
    return occurrence.start < end and (occurrence.end is None or occurrence.end > start)
