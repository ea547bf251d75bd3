"""One replication of every policy, looked at closely: its days, and what found no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from twin.disruptions.disruption import Occurrence
from twin.language import Model
from twin.model.units import DAY
from twin.results.spill import Spill
from twin.results.timeline import Timeline, Watch
from twin.simulation import simulate


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
    """By policy; disruptions are the same under all of them. Empty where nothing was looked at."""

    timelines: dict[str, Timeline] = field(default_factory=dict)
    spills: dict[str, list[Spill]] = field(default_factory=dict)
    occurrences: list[Struck] = field(default_factory=list)


def watch(model: Model, policies: Sequence[str], seed: int) -> Watched:
    """Replication 0 once more, with somebody looking."""
    timelines, spills = {}, {}
    struck: list[Struck] = []
    for policy in policies:
        watch = Watch()
        ledger = simulate(model, policy, 0, seed, observe=watch)
        timelines[policy], spills[policy] = watch.finish(), watch.spills
        struck = [_struck(occurrence, ledger.warm_up) for occurrence in ledger.occurrences]
    return Watched(timelines, spills, struck)


def _struck(occurrence: Occurrence, warm_up: int) -> Struck:
    def day(second: int | None) -> float | None:
        return None if second is None else (second - warm_up) / DAY

    start = (occurrence.start - warm_up) / DAY
    return Struck(occurrence.name, start, day(occurrence.end), day(occurrence.recovered), occurrence.places)
