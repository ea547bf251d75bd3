"""Levels made visible: for every stock under every policy, the level that it is kept at and how that comes about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twin.replenishment.policy import Choices, plan
from twin.replenishment.safety_stock import figures

if TYPE_CHECKING:
    from twin.language import Model


def levels(model: Model) -> Iterator[str]:
    """A line for every policy and stock that somebody refills."""
    for policy in model.policies:
        choices = Choices(model, policy)
        for stock, entry in plan(model, policy).items():
            rule = choices.rule(stock)
            if rule is not None:
                higher = rule.settled(entry.outlook).raised().trigger
                sources = [source for source in entry.sources if source.share > 0]
                shares = ", ".join(f"{figures(100 * share)} % from {name}" for name, share in sources)
                shared = f"; {shares}" if len(sources) > 1 else ""
                raised = f"; after a notice {figures(higher)} pc" if entry.prebuilds else ""
                others = "".join(f"; {lane.told}" for lane in (entry.backup, entry.expedite) if lane)
                yield f"{policy} {'.'.join(stock)}: {rule.rule}, {rule.told(entry.outlook)}{raised}{shared}{others}"
