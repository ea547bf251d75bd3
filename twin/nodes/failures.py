"""Failures: up for a while, then down for a repair, again and again."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from simpy import Event

from twin.engine.clock import Phase
from twin.engine.dial import Dial, Work
from twin.model.distributions import MeanDuration, MeanInterval
from twin.model.spec import Spec

if TYPE_CHECKING:
    from twin.engine.world import World


class Failures(Spec):
    """Breakdowns, and repairs on calendar time; a bare time is the mean of an exponential."""

    mtbf: Annotated[MeanInterval, Field(description="mean time from a repair to the next failure")]
    mttr: Annotated[MeanDuration, Field(description="mean time to repair")]

    def live(self, world: World, name: str, running: Dial, stopped: Iterable[Dial]) -> Generator[Event, None, None]:
        """Up until `mtbf` has passed while `running` turns; then a repair, for which the `stopped` dials stand at 0."""
        turn = world.turn(Phase.MAKE, name, since=1)  # after shifts of the same instant
        failures = world.ledger.tally("failures", name)
        ups = world.draws(f"failure {name}", self.mtbf)
        repairs = world.draws(f"repair {name}", self.mttr)
        while True:
            yield Work(world.clock, next(ups), running, turn)
            failures.add(1)
            for dial in stopped:
                dial.turn("failure", 0.0)
            yield world.at(world.now + next(repairs), turn)
            for dial in stopped:
                dial.turn("failure", None)
            world.ledger.fact("repaired", name)
