"""An optimisation under way: what may be chosen, what came of every plan so far, and which of them to try again.

The search (twin/study/search.py) tries plans on the same replications, the common luck. The best of many plans owes
part of its lead to that luck, so it is tried again on as many fresh replications before anybody hears of it. If it
misses a target there, the targets are tightened by as much as fresh luck took away, the search goes on with what is
left of its budget, and the next best is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from twin.language import Model
from twin.model.errors import ScenarioError
from twin.model.optimise import Optimise
from twin.study.crew import Crew, Progress
from twin.study.mix import Mix, Row, Values
from twin.study.optimum import Tried, room_of
from twin.study.search import IMPOSSIBLE, Outcome, Point, Search

RETESTS = 8
"""Plans that are tried on fresh replications; a target that so many miss is out of reach."""
NEARBY = 1 / 32
"""Of the way from bound to bound: where the search goes on after its targets were tightened."""


class Optimisation:
    """One optimisation: what may be chosen, in which years, and what came of every plan so far."""

    def __init__(
        self,
        model: Model,
        question: Optimise,
        policy: str,
        years: Mix,
        replications: int,
        workers: Crew,
        progress: Progress | None,
    ) -> None:
        self.model, self.question, self.policy, self.years = model, question, policy, years
        self.spans = {path: span for path, span in question.over.items() if concerns(path, policy)}
        self.goals = question.goals(model.currency)
        self.common, self.fresh = range(replications), range(replications, 2 * replications)
        self.workers, self.progress = workers, progress
        self.trials = 0
        known = (name for name in model.compared if all(name in year.policies for year in years.years))
        self.references = list(dict.fromkeys([*known, policy]))
        self.plans: dict[Point, Tried] = {}
        sizes = [span.steps for span in self.spans.values()]
        self.search = Search(sizes, len(self.goals), question.budget, self.judge)
        self.expect(question.budget + 1 + 2 * len(self.references))

    def values(self, point: Point) -> dict[str, Any]:
        """A point of the search as a scenario would have it."""
        return {path: span.value(step) for (path, span), step in zip(self.spans.items(), point, strict=True)}

    def written(self, path: str) -> Any:
        """What stands at a path before anything was chosen; None if nothing does."""
        here: Any = self.model.tree.data
        for step in path.split("."):
            here = here.get(step) if isinstance(here, dict) else None
        return here

    def judge(self, points: Sequence[Point]) -> list[Outcome]:
        """Try plans on the common luck."""
        plans = {point: self._models(self.values(point)) for point in points}
        possible = {point: models for point, models in plans.items() if models is not None}
        of_all = self._run([(models, self.policy) for models in possible.values()], self.common)
        for point, rows in zip(possible, of_all, strict=True):
            self.plans[point] = Tried(self.policy, "common", rows, self.values(point))
        impossible = Outcome(IMPOSSIBLE, tuple(-IMPOSSIBLE for _ in self.goals))
        return [self.outcome(self.plans[point]) if point in possible else impossible for point in points]

    def _models(self, values: Values) -> list[Model] | None:
        try:
            return self.years.varied(values)
        except ScenarioError:  # these values do not go together; that some do was found when the scenario was read
            return None

    def _run(self, plans: Sequence[tuple[Sequence[Model], str]], replications: range) -> Iterator[list[Row]]:
        return self.years.run(plans, replications, self.workers, self._done)

    def expect(self, plans: int) -> None:
        """How many plans are still to come, at most."""
        self.whole = self.trials + plans * len(self.common) * len(self.years.years)

    def _done(self) -> None:
        self.trials += 1
        if self.progress is not None:
            self.progress(self.trials, self.whole)

    def outcome(self, tried: Tried) -> Outcome:
        """What the search looks at: the cost, and how far it is from each target."""
        cost = tried.mean(self.question.minimise)
        return Outcome(IMPOSSIBLE if cost is None else cost, tuple(room_of(goal, tried) for goal in self.goals))

    def again(self, point: Point) -> Tried:
        """The plan on fresh luck."""
        values = self.values(point)
        (rows,) = self._run([(self.years.varied(values), self.policy)], self.fresh)
        return Tried(self.policy, "fresh", rows, values)

    def as_written(self, luck: str) -> list[Tried]:
        """The policies that are compared and that all years know, and this one before anything was chosen."""
        replications = self.common if luck == "common" else self.fresh
        of_all = self._run([(self.years.years, name) for name in self.references], replications)
        return [Tried(name, luck, rows) for name, rows in zip(self.references, of_all, strict=True)]

    def first(self) -> list[Point]:
        """The plan as written, if it lies between the bounds."""
        steps = [span.nearest(self.written(path)) for path, span in self.spans.items()]
        return [tuple(step for step in steps if step is not None)] if None not in steps else []

    def best(self) -> Tried | None:
        """The best plan so far, on the luck that it was chosen on; None if none was tried."""
        return min(self.plans.values(), key=self._rank, default=None)

    def _rank(self, tried: Tried) -> tuple[float, float]:
        outcome = self.outcome(tried)
        return outcome.missing, outcome.cost

    def settle(self) -> dict[Point, Tried]:
        """The best again on fresh luck, and while it misses a target there, the next best."""
        tested: dict[Point, Tried] = {}
        while len(tested) < RETESTS:
            best = self.search.best
            if best in tested or best not in self.plans:
                break
            self.expect(1 + len(self.references))
            tested[best] = self.again(best)
            before, after = self.outcome(self.plans[best]), self.outcome(tested[best])
            if not after.missing:
                break
            self.search.margin = tuple(
                max(margin, common - fresh) if fresh < 0 else margin
                for margin, common, fresh in zip(self.search.margin, before.room, after.room, strict=True)
            )
            self.expect(self.search.left + 1 + len(self.references))
            self.search.improve(NEARBY)
        return tested

    def kept(self, tested: dict[Point, Tried]) -> Point:
        """Of the plans that met fresh luck the best: usually the last, but all may have missed."""
        return min(tested, key=lambda point: self._rank(tested[point]))


def concerns(path: str, policy: str) -> bool:
    """Whether what stands at a path is a policy's own, or anybody's."""
    return not path.startswith("policies.") or path.split(".")[1] == policy
