"""One replication of every policy, looked at closely: its days, what found no room, and why its lines stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from twin.disruptions.disruption import Occurrence
from twin.language import Model
from twin.model.units import DAY
from twin.results.spill import Spill
from twin.results.timeline import Timeline, Watch
from twin.results.why import Explanation, explain
from twin.simulation import simulate

TRACEABLE = 100_000
"""Stocks times days, up to which the journal of a run is small enough to be kept on the side."""


@dataclass(frozen=True)
class Struck:
    """A disruption as it struck in one replication: days since the end of the warm-up; None is not before the end."""

    name: str
    start: float
    end: float | None
    recovered: float | None
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Watched:
    """By policy; disruptions are the same under all of them. Empty where nothing was looked at.

    `explanations` are empty, too, where the network is too large to be traced by the way (`twin why` still does it).
    """

    timelines: dict[str, Timeline] = field(default_factory=dict)
    spills: dict[str, list[Spill]] = field(default_factory=dict)
    occurrences: list[Struck] = field(default_factory=list)
    explanations: dict[str, Explanation] = field(default_factory=dict)


def watch(model: Model, policies: Sequence[str], seed: int) -> Watched:
    """Replication 0 once more, with somebody looking."""
    timelines, spills, explanations = {}, {}, {}
    struck: list[Struck] = []
    traced = sum(1 for _ in model.network.stocks) * (model.run.warm_up + model.run.horizon) // DAY <= TRACEABLE
    for policy in policies:
        watch = Watch()
        ledger = simulate(model, policy, 0, seed, journal=traced, observe=watch)
        timelines[policy], spills[policy] = watch.finish(), watch.spills
        if traced:
            explanations[policy] = explain(model, ledger)
        struck = [_struck(occurrence, ledger.warm_up) for occurrence in ledger.occurrences]
    return Watched(timelines, spills, struck, explanations)


def _struck(occurrence: Occurrence, warm_up: int) -> Struck:
    def day(second: int | None) -> float | None:
        return None if second is None else (second - warm_up) / DAY

    start = (occurrence.start - warm_up) / DAY
    return Struck(occurrence.name, start, day(occurrence.end), day(occurrence.recovered), occurrence.places)
