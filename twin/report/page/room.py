"""Where do we put it: what was rented and what waited at a dock, from when to when, for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from twin.results.spill import Spill

if TYPE_CHECKING:
    from twin.language import Model

MOST = 30
"""Entries of the log that are shown: those that cost most, in the order of time."""


@dataclass(frozen=True)
class Spell:
    """Days without a gap on which a store refused space to an item, or (`item` is None) rented more."""

    policy: str
    first: int
    last: int
    store: str
    item: str | None
    space: float
    paid: float


@dataclass(frozen=True)
class Log:
    """The entries by policy, of how many they are, and what was paid for all of them."""

    spells: Mapping[str, Sequence[Spell]]
    shown: int
    of: int
    paid: Mapping[str, float]
    units: Mapping[str, str]


def log(model: Model, spills: Mapping[str, Sequence[Spill]]) -> Log | None:
    """None where no warehouse has a limit, or nobody looked."""
    units = {name: node.capacity.unit for name, node in model.warehouses.items() if node.capacity is not None}
    if not units or not spills:
        return None
    spells = [spell for policy, of_policy in spills.items() for spell in _joined(policy, of_policy)]
    dearest = sorted(spells, key=lambda s: (-s.paid, -s.space, s.first))[:MOST]
    dearest.sort(key=lambda s: (s.first, s.store, s.item or ""))
    shown = {policy: [spell for spell in dearest if spell.policy == policy] for policy in spills}
    paid = {policy: sum(spill.paid for spill in of_policy) for policy, of_policy in spills.items()}
    return Log(shown, len(dearest), len(spells), paid, units)


def _joined(policy: str, spills: Sequence[Spill]) -> list[Spell]:
    spells: list[Spell] = []
    open_: dict[tuple[str, str | None], int] = {}
    for spill in spills:
        key, at = (spill.store, spill.item), open_.get((spill.store, spill.item))
        if at is not None and spells[at].last == spill.day - 1:
            before = spells[at]
            space, paid = max(before.space, spill.space), before.paid + spill.paid
            spells[at] = replace(before, last=spill.day, space=space, paid=paid)
        else:
            open_[key] = len(spells)
            spells.append(Spell(policy, spill.day, spill.day, spill.store, spill.item, spill.space, spill.paid))
    return spells
