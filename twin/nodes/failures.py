"""Failures: up for a while, then down for a repair, again and again; and the running time by which a line ages."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from simpy import Event

from twin.engine.clock import Clock, Phase, Signal
from twin.engine.dial import Dial
from twin.model.distributions import MeanDuration, MeanInterval
from twin.model.spec import Spec

if TYPE_CHECKING:
    from twin.engine.world import World

After = Callable[[int, int], Event]  # seconds and a turn: what happens when so much time has passed


class Failures(Spec):
    """Breakdowns, and repairs on calendar time; a bare time is the mean of an exponential."""

    mtbf: Annotated[MeanInterval, Field(description="mean time from a repair to the next failure")]
    mttr: Annotated[MeanDuration, Field(description="mean time to repair")]

    def live(self, world: World, name: str, after: After, stopped: Iterable[Dial]) -> Generator[Event, None, None]:
        """Up until `mtbf` has passed by the time that `after` counts; then a repair: the `stopped` dials stand at 0."""
        turn = world.turn(Phase.MAKE, name, since=1)  # after shifts of the same instant
        failures = world.ledger.tally("failures", name)
        ups = world.draws(f"failure {name}", self.mtbf)
        repairs = world.draws(f"repair {name}", self.mttr)
        while True:
            yield after(next(ups), turn)
            failures.add(1)
            for dial in stopped:
                dial.turn("failure", 0.0)
            yield world.after(next(repairs), turn)
            for dial in stopped:
                dial.turn("failure", None)
            world.ledger.fact("repaired", name)


class RunningTime:
    """The time in which a line runs: it stands still while the line does.

    Whether a wait is over is looked at when it could be at the earliest; if the line stood in between, once more when
    the rest could be over, and not at all while it stands. So starts and stops cost no events.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._since: int | None = None  # when the line began to run; None while it stands
        self._left = 0  # seconds of running that were wanted then
        self._turn = 0
        self._over = Signal(clock)
        self._dozing = False  # nobody looks before the line runs again

    def after(self, seconds: int, turn: int) -> Signal:
        """What happens when the line has run for so long from now on; one at a time."""
        self._left, self._turn, self._over = seconds, turn, Signal(self.clock)
        if self._since is not None:
            self._since = self.clock._now
        self._call()
        return self._over

    def go(self, running: bool) -> None:
        """From now on the line runs, or stands."""
        now = self.clock._now
        if self._since is not None:
            self._left -= now - self._since
        self._since = now if running else None
        if running and self._dozing:
            self._dozing = False
            self._call()

    def _call(self) -> None:
        if self._since is None:
            self._dozing = True
        else:
            self.clock.at(self.clock._now + self._left, self._turn, self._look)

    def _look(self, _: object) -> None:
        running = self._since is not None
        self.go(running)  # which counts up to now
        if running and not self._left:
            self._over.happen()
        else:
            self._call()
