"""The table at the end of `make bench`: a row for each thing that was timed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass
class Row:
    """What was timed, in seconds of CPU; `of_floor` times as long as bare SimPy, so many times as fast as a peer."""

    name: str
    seconds: float | None = None
    events: int | None = None
    of_floor: float | None = None
    stockpyl: float | None = None
    supplynetpy: float | None = None
    peak: float | None = None  # MB
    remark: str = ""

    rows: ClassVar[list["Row"]] = []

    def __post_init__(self) -> None:
        self.rows.append(self)

    @property
    def cells(self) -> list[str]:
        return [
            self.name,
            "" if self.seconds is None else f"{self.seconds * 1e3:,.{0 if self.seconds >= 0.1 else 1}f}",
            f"{self.events / self.seconds:,.0f}" if self.events and self.seconds else "",
            *(f"{ratio:.1f}" if ratio else "" for ratio in (self.of_floor, self.stockpyl, self.supplynetpy)),
            f"{self.peak:,.0f}" if self.peak else "",
            self.remark,
        ]


HEAD = ["", "ms", "events/s", "÷ SimPy", "× stockpyl", "× SupplyNetPy", "MB", ""]
FOOT = (
    "CPU time, the least of several runs. Events: sales, orders, departures, arrivals, ships, lots. ÷ SimPy: times as "
    "long as the same\nchain written by hand. ×: times as fast as that program, on the same days. MB: the most that a "
    "process held."
)


def lines(rows: Iterable[Row]) -> list[str]:
    """Numbers to the right, words to the left."""
    cells = [HEAD, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    last = len(HEAD) - 1
    return [
        "  ".join(
            cell.ljust(width) if index in (0, last) else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ] + ["", *FOOT.splitlines()]
