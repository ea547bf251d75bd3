"""Effects: what a disruption does to its targets. It turns dials while it lasts, or strikes a blow once.

An effect has `strike`, and one that lasts has `lift`, too. Dials multiply, so overlapping disruptions compose and
lifting one never undoes another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from twin.model.spec import Spec
from twin.model.units import DAY, Duration, LostShare, Share

if TYPE_CHECKING:
    from twin.engine.world import World


def _of_points(path: Any) -> Any:
    if isinstance(path, list) and not all(isinstance(point, list) and len(point) == 2 for point in path):
        raise ValueError("a path is a list of times and shares, like `[[0 d, 0 %], [29 d, 8 %], [97 d, 100 %]]`")
    return path


Point = tuple[Duration, Share]
Path = Annotated[tuple[Point, ...], Field(min_length=1), BeforeValidator(_of_points)]
Level = Annotated[Share | Path, Field(description="share of normal, or a path of [time, share] points")]
Blown = Annotated[LostShare, Field(description="share lost at the strike")]


class Effects(Spec):
    """What happens at a strike: dials by their name, and one-off blows."""

    once: ClassVar = frozenset({"destroy", "scrap_work", "cancel_orders"})
    added: ClassVar = frozenset({"duty"})  # in percentage points, not shares of normal

    capacity: Level | None = None
    doors: Level | None = None
    space: Level | None = None
    lead_time: Level | None = None
    demand: Level | None = None
    traffic: Level | None = None
    price: Level | None = None
    freight: Level | None = None
    rent: Level | None = None
    duty: Level | None = None
    ordering: Level | None = None
    destroy: Blown | None = None
    scrap_work: Blown | None = None
    cancel_orders: Blown | None = None

    @property
    def turned(self) -> dict[str, float | tuple[Point, ...]]:
        """The dials and their levels."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in self.once and getattr(self, name) is not None
        }

    @property
    def struck(self) -> dict[str, float]:
        """The one-off blows and their shares."""
        return {name: getattr(self, name) for name in self.once if getattr(self, name) is not None}

    @property
    def named(self) -> list[str]:
        return [*self.turned, *sorted(self.struck)]

    @property
    def has_path(self) -> bool:
        return any(isinstance(level, tuple) for level in self.turned.values())


def steps(path: Sequence[Point]) -> Iterator[tuple[int, float]]:
    """A path in daily steps: (seconds from its start, level), linear between the points; the last level stays.

    >>> [(time // 86_400, round(level, 2)) for time, level in steps([(0, 0.0), (2 * 86_400, 1.0)])]
    [(0, 0.0), (1, 0.5), (2, 1.0)]
    """
    last = path[-1][0]
    for time in sorted({*range(0, last + 1, DAY), *(time for time, _ in path)}):
        yield time, _level_at(path, time)


def _level_at(path: Sequence[Point], time: int) -> float:
    before = [point for point in path if point[0] <= time]
    after = [point for point in path if point[0] > time]
    if not before:
        return path[0][1]
    (start, low) = before[-1]
    if not after or start == time:
        return low
    (end, high) = after[0]
    return low + (high - low) * (time - start) / (end - start)


@dataclass(frozen=True)
class TurnDial:
    """Turn a dial of every subject to a level for as long as the cause lasts."""

    dial: str
    subjects: tuple[str, ...]
    hold: bool = False  # also stop what is under way on a lane while the level is 0

    def strike(self, world: World, cause: Hashable, level: float) -> None:
        for subject in self.subjects:
            world.dial(self.dial, subject).turn(cause, level)
            world.ledger.fact("dial", f"{self.dial} of {subject}", f"{level:.3g}")
            if self.hold:
                world.dial("sailing", subject).turn(cause, 0.0 if level == 0 else None)

    def lift(self, world: World, cause: Hashable) -> None:
        for subject in self.subjects:
            world.dial(self.dial, subject).turn(cause, None)
            world.ledger.fact("dial", f"{self.dial} of {subject}", "lifted")
            if self.hold:
                world.dial("sailing", subject).turn(cause, None)


@dataclass(frozen=True)
class Blow:
    """Strike every subject once; there is nothing to lift."""

    name: str
    subjects: tuple[str, ...]

    def strike(self, world: World, cause: Hashable, level: float) -> None:
        for subject in self.subjects:
            world.blows[self.name, subject](level)
