"""Optimise: which values serve well enough at least cost, and whether that holds with other luck.

The search (twin/study/search.py) tries plans on the same replications. The best of many plans owes part of its lead to
that luck, so it is tried again on as many fresh replications before anybody hears of it. If it misses a target there,
the targets are tightened by as much as fresh luck took away, the search goes on with what is left of its budget, and
the next best is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.language import Model, load
from twin.model.errors import Mistake, ScenarioError, did_you_mean
from twin.model.optimise import Optimise
from twin.model.scenario import astray
from twin.model.yaml import Place
from twin.study.compare import Progress
from twin.study.crew import Crew, crew
from twin.study.mix import Mix, Row, Values, mix
from twin.study.optimum import Tried, describe, room_of
from twin.study.search import IMPOSSIBLE, Outcome, Point, Search

RETESTS = 8
"""Plans that are tried on fresh replications; a target that so many miss is out of reach."""
NEARBY = 1 / 32
"""Of the way from bound to bound: where the search goes on after its targets were tightened."""
HERE = ("study", "optimise")


@dataclass(frozen=True)
class Optimum:
    """What an optimisation found: the document, everything that was tried, and the scenario with the chosen values."""

    model: Model
    document: dict[str, Any]
    tried: list[Tried]
    chosen: Model


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
        self.spans = {path: span for path, span in question.over.items() if _concerns(path, policy)}
        self.goals = question.goals(model.currency)
        self.common, self.fresh = range(replications), range(replications, 2 * replications)
        self.workers, self.progress = workers, progress
        self.trials = 0
        self.unchanged = years.load({})
        known = (name for name in model.compared if all(name in year.policies for year in self.unchanged))
        self.references = list(dict.fromkeys([*known, policy]))
        self.plans: dict[Point, Tried] = {}
        sizes = [span.steps for span in self.spans.values()]
        self.search = Search(sizes, len(self.goals), question.budget, self.judge)

    def values(self, point: Point) -> dict[str, str]:
        """A point of the search as a scenario would write it."""
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
            return self.years.load(values)
        except ScenarioError:  # these values do not go together; that some do, `rehearse` has found
            return None

    def _run(self, plans: Sequence[tuple[Sequence[Model], str]], replications: range) -> list[list[Row]]:
        return self.years.run(plans, replications, self.workers, self._done)

    def _done(self) -> None:
        self.trials += 1
        if self.progress is not None:
            whole = self.question.budget * len(self.common) * len(self.years.weights)
            self.progress(min(self.trials, whole), whole)

    def outcome(self, tried: Tried) -> Outcome:
        """What the search looks at: the cost, and how far it is from each target."""
        cost = tried.mean(self.question.minimise)
        return Outcome(IMPOSSIBLE if cost is None else cost, tuple(room_of(goal, tried) for goal in self.goals))

    def again(self, point: Point) -> Tried:
        """The plan on fresh luck."""
        values = self.values(point)
        (rows,) = self._run([(self.years.load(values), self.policy)], self.fresh)
        return Tried(self.policy, "fresh", rows, values)

    def as_written(self, luck: str) -> list[Tried]:
        """The policies that are compared and that all years know, and this one before anything was chosen."""
        replications = self.common if luck == "common" else self.fresh
        of_all = self._run([(self.unchanged, name) for name in self.references], replications)
        return [Tried(name, luck, rows) for name, rows in zip(self.references, of_all, strict=True)]

    def first(self) -> list[Point]:
        """The plan as written, if it lies between the bounds."""
        steps = [span.nearest(self.written(path)) for path, span in self.spans.items()]
        return [tuple(step for step in steps if step is not None)] if None not in steps else []

    def settle(self) -> dict[Point, Tried]:
        """The best again on fresh luck, and while it misses a target there, the next best."""
        tested: dict[Point, Tried] = {}
        while len(tested) < RETESTS:
            best = self.search.best
            if best in tested or best not in self.plans:
                break
            tested[best] = self.again(best)
            before, after = self.outcome(self.plans[best]), self.outcome(tested[best])
            if not after.missing:
                break
            self.search.margin = tuple(
                max(margin, common - fresh) if fresh < 0 else margin
                for margin, common, fresh in zip(self.search.margin, before.room, after.room, strict=True)
            )
            self.search.improve(NEARBY)
        return tested

    def kept(self, tested: dict[Point, Tried]) -> Point:
        """Of the plans that met fresh luck the best: usually the last, but all may have missed."""
        return min(tested, key=lambda point: (self.outcome(tested[point]).missing, self.outcome(tested[point]).cost))


def optimise(
    scenario: str | Path,
    sets: Sequence[str] = (),
    policy: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    hands: Crew | None = None,
    progress: Progress | None = None,
) -> Optimum:
    """The values that serve well enough at least cost; raises ScenarioError if the question cannot be asked.

    `hands` do the work; by default this process.
    """
    model = load(scenario, sets)
    question = model.study.optimise
    if question is None:
        raise ScenarioError([Mistake(str(scenario), 0, 0, "has no `study.optimise`, which would say what to choose")])
    seed = model.run.seed if seed is None else seed
    years = mix(model, question.scenarios or {model.name: 1.0}, sets, seed)
    policy = chosen_policy(model, question, policy)
    replications = replications or model.run.replications
    study = Optimisation(model, question, policy, years, replications, hands or crew(), progress)
    rehearse(study)
    common = study.as_written("common")
    study.search.run(*study.first())
    tested = study.settle()
    if not tested:
        raise _refused(model, "no plan between these bounds can be")
    kept = study.kept(tested)
    fresh = study.as_written("fresh")
    tried = [*common, *study.plans.values(), *tested.values(), *fresh]
    chosen = load(scenario, (*sets, *(f"{path}={value}" for path, value in study.values(kept).items())))
    return Optimum(model, describe(study, common, tested, kept, fresh, chosen), tried, chosen)


def chosen_policy(model: Model, question: Optimise, asked: str | None) -> str:
    """Whose values are chosen: the policy that the paths name, else the first that is compared."""
    named = list(dict.fromkeys(path.split(".")[1] for path in question.over if path.startswith("policies.")))
    if asked is None and len(named) > 1:
        raise _refused(model, f"these are values of {len(named)} policies; name one with `--policy`")
    if asked is not None and asked not in model.policies:
        hint = did_you_mean(asked, model.policies) or f"; there are {', '.join(model.policies)}"
        raise ScenarioError([Mistake("--policy", 0, 0, f"`{asked}` is not a policy of this scenario{hint}")])
    policy = asked or (named or model.compared)[0]
    if not any(_concerns(path, policy) for path in question.over):
        raise _refused(model, f"nothing here is a value of `{policy}`")
    return policy


def _concerns(path: str, policy: str) -> bool:
    return not path.startswith("policies.") or path.split(".")[1] == policy


def _refused(model: Model, why: str) -> ScenarioError:
    return ScenarioError([model.tree.mistake((*HERE, "over"), f"study.optimise.over: {why}")])


def rehearse(study: Optimisation) -> None:
    """Refuse before hours are spent what some scenario does not know, and bounds that cannot stand there: all at their
    least, all at their most."""
    tree = study.model.tree
    found = [tree.mistake((*HERE, *place), message) for place, message in _unknown(study)]
    if found:
        raise ScenarioError(found)
    for side in ("least", "most"):
        values = {path: str(getattr(span, side)) for path, span in study.spans.items()}
        try:
            study.years.load(values)
        except ScenarioError as error:
            for mistake in error.mistakes:
                path = next((path for path in values if mistake.message.startswith(path)), None)
                place = (*HERE, "over") if path is None else (*HERE, "over", path, "from" if side == "least" else "to")
                found.append(tree.mistake(place, f"study.optimise.over: {mistake.message}"))
    if found:
        raise ScenarioError(found)


def _at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _unknown(study: Optimisation) -> Iterator[tuple[Place, str]]:
    """Policies and paths that a scenario of the mix lacks: there, a path would make a new segment."""
    for year in study.unchanged:
        if study.policy not in year.policies:
            yield ("scenarios", year.name), f"study.optimise.scenarios: `{year.name}` has no policy `{study.policy}`"
            continue
        for path in study.spans:
            refusal = astray(path, year.tree.data)
            if refusal:
                yield ("over", path), f"study.optimise.over: in `{year.name}`, {refusal}"
