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

    Whether a wait is over is looked at when it could be at the earliest. If the line stood in between, once more when
    the rest could be over, and not at all while it stands: most starts and stops cost no event.
    """

    _over: Signal  # what the one who waits is waiting for

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._since: int | None = None  # when the line began to run; None while it stands
        self._left = 0  # seconds of running that the wait still wanted then
        self._turn = 0
        self._dozing = False  # somebody waits, and it is not looked at before the line runs again

    def after(self, seconds: int, turn: int) -> Signal:
        """What happens when the line has run for so long from now on; not to be asked for twice at a time."""
        running, self._since = self._since is not None, None  # what it has run before does not count
        self._left, self._turn, self._over, self._dozing = seconds, turn, Signal(self.clock), True
        self.go(running)
        return self._over

    def go(self, running: bool) -> None:
        """From now on the line runs, or stands."""
        now = self.clock._now
        if self._since is not None:
            self._left -= now - self._since
        self._since = now if running else None
        if running and self._dozing:
            self._dozing = False
            self.clock.at(now + self._left, self._turn, self._look)

    def _look(self, _: object) -> None:
        if self._since is None:
            self._dozing = True
        elif self._since + self._left > self.clock._now:
            self.clock.at(self._since + self._left, self._turn, self._look)
        else:
            self._over.happen()
