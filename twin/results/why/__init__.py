"""Why a line stood and why sales were lost: every stop and every miss, each with its chain back to a root.

All is read from the journal of one replication and from the model. What it means, how ties are broken and what it
cannot know says docs/why.md.
"""

from __future__ import annotations

from twin.engine.ledger import Ledger
from twin.language import Model
from twin.model.memory import uncollected
from twin.results.why.chain import ROOTS, Explanation, Link, Miss, Root, Share, Stop, shares
from twin.results.why.links import Teller, span
from twin.results.why.misses import misses
from twin.results.why.record import Record
from twin.results.why.shortages import Shortages
from twin.results.why.stops import Stops
from twin.results.why.troubles import Troubles

__all__ = ["ROOTS", "Explanation", "Link", "Miss", "Root", "Share", "Stop", "explain", "shares", "span"]


@uncollected()
def explain(model: Model, ledger: Ledger) -> Explanation:
    """Explain a replication that was simulated with `journal=True`."""
    if ledger.journal is None:
        raise ValueError("there is nothing to explain it by: simulate with journal=True")
    record = Record(model, ledger)
    troubles = Troubles(model, ledger, record)
    tell = Teller(ledger.warm_up, record.end)
    stops = Stops(model, record, troubles, tell)
    stops.shortages = shortages = Shortages(model, ledger, record, troubles, tell, stops.of)
    for wait in sorted(wait for of_line in stops.waits.values() for wait in of_line):
        stops.explained(wait)  # in the order of time, so that each finds its own reasons explained
    found = [stop for line in model.lines for stop in stops.counted(line)]
    missed = misses(model, record, shortages, tell)
    return Explanation(
        ledger.policy,
        ledger.warm_up,
        ledger.horizon,
        tuple(sorted(found, key=lambda stop: (stop.begin, stop.line))),
        tuple(sorted(missed, key=lambda miss: (miss.begin, miss.customer, miss.item))),
    )
