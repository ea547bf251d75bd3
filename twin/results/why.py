"""Why a line stood and why sales were lost: every stop and every miss, each with its chain back to a root.

`explain` reads the journal of one replication. What it cannot know, and how ties are broken, says docs/why.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from twin.engine.ledger import Ledger
from twin.language import Model

# What a chain can end in. `name` of the root: the disruption; the line or supplier that failed; the stock (`store.item`)
# whose demand or whose level it was; the supplier, port, lane or line that was late; the warehouse that was full; the line.
ROOTS = ("disruption", "failure", "demand", "lead_time", "policy", "space", "changeover")


@dataclass(frozen=True, order=True)
class Root:
    """What a chain ends in: its kind, one of ROOTS, and who or what it was."""

    kind: str
    name: str


@dataclass(frozen=True)
class Link:
    """One step back: what happened, where, from when to when (seconds of the run, the warm-up included)."""

    kind: str
    place: str
    begin: int
    end: int
    text: str


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
    by_root: tuple[Share, ...]


def explain(model: Model, ledger: Ledger) -> Explanation:
    """Explain a replication that was simulated with `journal=True`."""
    raise NotImplementedError
