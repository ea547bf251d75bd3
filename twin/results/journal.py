"""The journal in words: every move of goods and every fact of one replication, in order."""

from __future__ import annotations

from collections.abc import Iterator

from twin.engine.ledger import WORTH_UNITS, Ledger
from twin.model.units import DAY
from twin.nodes.warehouse import SPACE_UNITS

IN_BILLIONTHS = {"owned": WORTH_UNITS, "space": SPACE_UNITS, "overflow": SPACE_UNITS, "dock": SPACE_UNITS}


def lines(ledger: Ledger) -> Iterator[str]:
    """One line an entry, tab-separated: day and time of the run, kind, and what happened."""
    for time, kind, *what in ledger.journal or ():
        yield "\t".join((moment(time), kind, *_said(kind, what)))


def moment(second: int) -> str:
    """A second of the run as day and time of day.

    >>> moment(2 * 86_400 + 6 * 3600)
    '2 06:00:00'
    """
    day, rest = divmod(second, DAY)
    return f"{day} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _said(kind: str, what: list) -> tuple[str, ...]:
    if kind == "move":
        item, quantity, source, destination = what
        return (f"{quantity} {item}", f"{source} → {destination}")
    if kind == "count":
        return ("the warm-up is over; sums start from 0",)
    if kind == "fact":
        return tuple(what)
    if kind in ("order", "shipment"):
        return (" ".join(map(str, what)),)
    key, amount = what
    return (" ".join(key), f"{amount / IN_BILLIONTHS.get(key[0], 1):g}")
