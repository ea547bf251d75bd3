"""What an explanation is made of: stops and misses, each with a chain of links from itself back to a root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from twin.model.units import DAY

ROOTS = {
    "disruption": "disruption `{}`",
    "failure": "random failure of {}",  # a line or a supplier
    "demand": "unusual demand on {}",  # a stock, `store.item`
    "lead_time": "late lead time of {}",  # a supplier, lane, port or line; by chance, or because it was busy
    "policy": "too little stock of {}",  # which would not last through a normal time
    "space": "no room in {}",  # a warehouse
    "changeover": "changeover of {}",  # a line
}


class Root(NamedTuple):
    """What a chain ends in: its kind, one of ROOTS, and who or what it was."""

    kind: str
    name: str

    @property
    def text(self) -> str:
        """
        >>> Root("disruption", "closure").text
        'disruption `closure`'
        """
        return ROOTS[self.kind].format(self.name)


@dataclass(frozen=True)
class Link:
    """One step back: what happened, where, from when to when (seconds of the run, the warm-up included)."""

    kind: str
    place: str
    begin: int
    end: int
    text: str


class Cause(NamedTuple):
    """Why something was so: the root, and the links that lead to it."""

    root: Root
    links: tuple[Link, ...]

    def behind(self, *links: Link) -> Cause:
        """The same root, some steps further on."""
        return Cause(self.root, (*links, *self.links))


@dataclass(frozen=True)
class Stop:
    """A time in which a line stood for one reason. The first link is the stop itself, the last is the root."""

    line: str
    state: str  # starved, blocked, down or changeover
    begin: int
    end: int
    root: Root
    chain: tuple[Link, ...]

    @property
    def seconds(self) -> int:
        return self.end - self.begin


@dataclass(frozen=True)
class Miss:
    """Orders of a customer, one after another, that were not served at once for one reason."""

    customer: str
    item: str
    begin: int  # the first of them
    end: int  # the last
    short: int  # pieces that were not there at once: lost, or owed
    lost: int  # pieces lost, at once or when patience ended
    root: Root
    chain: tuple[Link, ...]


@dataclass(frozen=True)
class Share:
    """What one root has cost: whole seconds of lines that stood, pieces not served at once, pieces lost."""

    root: Root
    seconds: int
    short: int
    lost: int


@dataclass(frozen=True)
class Explanation:
    """All stops and misses of the horizon, by time, and what each root has cost, the dearest first.

    The seconds add up to those that the lines were starved, blocked, down or changing over, `short` to the pieces of
    `demand` that `fill_rate` misses, `lost` to `lost_sales`; exactly.
    """

    policy: str
    warm_up: int  # seconds: day 0 of all texts
    horizon: int
    stops: tuple[Stop, ...]
    misses: tuple[Miss, ...]

    @property
    def by_root(self) -> tuple[Share, ...]:
        return shares(self.stops, self.misses)

    @property
    def total(self) -> Share:
        """What all roots have cost."""
        short, lost = sum(miss.short for miss in self.misses), sum(miss.lost for miss in self.misses)
        return Share(Root("", ""), sum(stop.seconds for stop in self.stops), short, lost)

    def on(self, day: int) -> Explanation:
        """Only what touches a day since the end of the warm-up; each told in full."""
        begin = self.warm_up + day * DAY
        stops = tuple(stop for stop in self.stops if stop.begin < begin + DAY and stop.end > begin)
        misses = tuple(miss for miss in self.misses if miss.begin < begin + DAY and miss.end >= begin)
        return replace(self, stops=stops, misses=misses)


def shares(stops: Iterable[Stop], misses: Iterable[Miss]) -> tuple[Share, ...]:
    """What each root has cost, the dearest first: by time, then by pieces, then by name."""
    sums: dict[Root, list[int]] = {}
    for stop in stops:
        sums.setdefault(stop.root, [0, 0, 0])[0] += stop.seconds
    for miss in misses:
        of_root = sums.setdefault(miss.root, [0, 0, 0])
        of_root[1] += miss.short
        of_root[2] += miss.lost
    found = [Share(root, *of_root) for root, of_root in sums.items()]
    return tuple(sorted(found, key=lambda share: (-share.seconds, -share.short, -share.lost, share.root)))
