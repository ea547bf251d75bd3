"""A world: one clock, one ledger, one set of streams, and the places, lanes, dials and stocks that live by them."""

from __future__ import annotations

from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from twin.engine.clock import Clock, Life, Moment, Phase, turn
from twin.engine.dial import NORMAL, NOTHING_ADDED, Dial, SumDial
from twin.engine.ledger import Ledger
from twin.engine.streams import Streams
from twin.model.distributions import Distribution

Blow = Callable[[float], None]
ADDED = ("duty", "notice")  # dials that stand at 0 and whose causes add


class World:
    """Everything that changes in one replication of one policy.

    `names` are all names that may have to be put in order; their rank breaks ties, so the order of creation never does.
    `hits` are the dials and blows, by name and subject, that something may turn or strike: by default all.
    """

    def __init__(
        self,
        names: Iterable[str],
        values: Mapping[str, float],
        seed: int,
        replication: int,
        warm_up: int,
        horizon: int,
        journal: bool = False,
        start: date | None = None,
        boms: Mapping[str, tuple[tuple[str, int], ...]] | None = None,
        alternates: Mapping[str, Mapping[str, Any]] | None = None,
        policy: str = "",
        hits: Container[tuple[str, str]] | None = None,
        lives: Mapping[str, int] | None = None,
    ) -> None:
        self.clock = Clock()
        self.at = self.clock.at  # a moment: at(second, turn, then)
        self.streams = Streams(seed, replication)
        self.ledger = Ledger(self.clock, values, warm_up, horizon, journal, policy, lives)
        self.end = warm_up + horizon
        self.start = start  # day 0 as a date
        self.boms = boms or {}
        self.alternates = alternates or {}  # of each component that has any: their terms, the first choice first
        self._ranks = {name: rank for rank, name in enumerate(sorted(set(names)))}
        self.nodes: dict[str, Any] = {}
        self.lanes: dict[str, Any] = {}
        self.stocks: dict[str, Any] = {}
        self.dials: dict[tuple[str, str], Dial] = {}
        self._hits = hits
        self.blows: dict[tuple[str, str], Blow] = {}
        self.drawn_on: dict[Any, list[Any]] = {}  # by the use of an alternate: who refills what it draws on

    @property
    def now(self) -> int:
        return self.clock._now

    def after(self, seconds: int, turn: int) -> Moment:
        """A moment so many seconds from now."""
        return self.clock.at(self.clock._now + seconds, turn)

    def turn(self, phase: Phase, name: str, since: int = 0) -> int:
        """The turn of `name` in a phase, after those whose order is older than `since`."""
        return turn(phase, self._ranks[name], since)

    def process(self, life: Generator) -> None:
        """Start a process: a generator that yields the signals that it waits for."""
        Life(life)

    def draws(self, name: str, distribution: Distribution) -> Iterator[int]:
        return self.streams.draws(name, distribution)

    def dial(self, name: str, subject: str) -> Dial:
        """The dial of that name on a node, lane, node.item, lane.item or stock."""
        if (name, subject) not in self.dials:
            if not self.may_hit(name, subject):
                return NOTHING_ADDED if name in ADDED else NORMAL
            self.dials[name, subject] = SumDial() if name in ADDED else Dial()
        return self.dials[name, subject]

    def may_hit(self, name: str, subject: str) -> bool:
        """Whether something may turn that dial, or strike that blow."""
        return self._hits is None or (name, subject) in self._hits

    def run(self) -> Ledger:
        """Let time pass to the end; events exactly at the end do not happen."""
        self.clock.at(self.ledger.warm_up, turn(Phase.COUNT), lambda _: self.ledger.restart())
        self.clock.run(until=self.end)
        self.ledger.close()
        return self.ledger
