"""Search: the cheapest of many plans that serves well enough, found with few looks.

A plan is a point of whole steps, one number for each thing that may be chosen. The search begins as a planner would,
with one scale for all of them (from all at their least to all at their most), and then looks around the best plan so
far, one thing at a time: a pattern search with shrinking steps (Hooke & Jeeves 1961). What those looks tell about the
price of service at each place is a small linear programme; its answer, more here and less there, is tried as well
(sequential linear programming, Griffith & Stewart 1961). Without it, a search stops at the first plan that just serves
well enough: from there every single step either costs more or serves too badly.

All plans meet the same luck, so that the difference of two is theirs and not chance's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf, isfinite
from typing import NamedTuple

Point = tuple[int, ...]

SCALES = 9
"""Plans on the first line, the ends included."""
SHORTFALL = 1e3
"""What a unit of missing service costs in the linear programme, in largest price differences: more than all else."""


class Outcome(NamedTuple):
    """What a plan costs, and by how much it does better than each of its targets; below 0 it misses one."""

    cost: float
    room: tuple[float, ...] = ()

    def within(self, margin: Sequence[float]) -> Outcome:
        """The same against targets that are harder by a margin."""
        return Outcome(self.cost, tuple(room - more for room, more in zip(self.room, margin, strict=True)))

    @property
    def missing(self) -> float:
        """How far it is from serving well enough."""
        return -sum(room for room in self.room if room < 0)


IMPOSSIBLE = inf
"""The cost of a plan that cannot be, like a level to order up to below the one to order at."""
Judge = Callable[[Sequence[Point]], Sequence[Outcome]]


class Search:
    """Looks at plans, never twice at the same, until its budget of looks is spent or nothing is left to improve."""

    def __init__(self, sizes: Sequence[int], targets: int, budget: int, judge: Judge) -> None:
        self.sizes = tuple(sizes)  # the last step of each choice; the first is 0
        self.margin = (0.0,) * targets  # by which each target is to be surpassed
        self.budget = budget
        self.judge = judge
        self.found: dict[Point, Outcome] = {}

    @property
    def left(self) -> int:
        """Looks that the budget still allows."""
        return self.budget - len(self.found)

    @property
    def best(self) -> Point:
        """The best plan so far: that misses by least, then the cheapest; of equals the one with least."""
        return min(self.found, key=lambda point: (self._of(point).missing, self._of(point).cost, point))

    def _of(self, point: Point) -> Outcome:
        return self.found[point].within(self.margin)

    def run(self, *first: Point) -> None:
        """From plans that are known, and one scale for everything, to the best near them."""
        line = [self._scaled(k / (SCALES - 1)) for k in range(SCALES)]
        self.look([*first, *line])
        self.improve(1 / (SCALES - 1))

    def improve(self, reach: float) -> None:
        """From the best plan to the best near it, in steps of this share of the way between the bounds, and smaller."""
        while self.left > 0:
            before = self.best
            self._look_around(before, reach)
            if self.best != before:
                continue
            if all(round(size * reach) <= 1 for size in self.sizes):
                return
            reach /= 2

    def look(self, points: Iterable[Point]) -> None:
        """Judge those that are new, as far as the budget goes."""
        new = [point for point in dict.fromkeys(points) if point not in self.found][: self.left]
        if new:
            self.found |= zip(new, self.judge(new), strict=True)

    def _can_be(self, point: Point) -> bool:
        return point in self.found and all(map(isfinite, (self._of(point).cost, *self._of(point).room)))

    def _scaled(self, scale: float) -> Point:
        return tuple(round(size * scale) for size in self.sizes)

    def _look_around(self, centre: Point, reach: float) -> None:
        """One step more and one step less of each, and then what these together suggest."""
        steps = [max(1, round(size * reach)) for size in self.sizes]
        sides = [self._beside(centre, place, way * step) for place, step in enumerate(steps) for way in (1, -1)]
        self.look(sides)
        if len(self.sizes) > 1 and self.left > 0 and self._can_be(centre):
            ways = [step * move for step, move in zip(steps, self._suggested(centre, sides), strict=True)]
            self.look(
                self._inside(at + round(part * way) for at, way in zip(centre, ways, strict=True)) for part in (1, 0.5)
            )

    def _beside(self, centre: Point, place: int, step: int) -> Point:
        return self._inside(at + step * (place == k) for k, at in enumerate(centre))

    def _inside(self, point: Iterable[int]) -> Point:
        return tuple(min(max(at, 0), size) for at, size in zip(point, self.sizes, strict=True))

    def _suggested(self, centre: Point, sides: Sequence[Point]) -> list[float]:
        """How far to go in each direction, from −1 to 1 step, if each step did by itself what it does alone."""
        from scipy.optimize import linprog

        here = self._of(centre)
        known = [self._of(side) if side != centre and self._can_be(side) else here for side in sides]
        prices = [there.cost - here.cost for there in known]
        largest = max(map(abs, prices)) or 1.0
        targets = range(len(here.room))
        gains = [[there.room[k] - here.room[k] for there in known] for k in targets]
        scale = [max(map(abs, [here.room[k], *gains[k]])) or 1.0 for k in targets]
        answer = linprog(
            [price / largest for price in prices] + [SHORTFALL] * len(targets),
            A_ub=[
                [-gain / scale[k] for gain in gains[k]] + [-1.0 * (k == other) for other in targets] for k in targets
            ] or None,
            b_ub=[here.room[k] / scale[k] for k in targets] or None,
            bounds=[(0, 0 if there is here else 1) for there in known] + [(0, None)] * len(targets),
        )  # fmt: skip
        more, less = answer.x[0 : len(sides) : 2], answer.x[1 : len(sides) : 2]
        return [float(up - down) for up, down in zip(more, less, strict=True)]
