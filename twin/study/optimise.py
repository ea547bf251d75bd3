"""Optimise: which values serve well enough at least cost, and whether that holds with other luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twin.language import Model
from twin.model.errors import Mistake, ScenarioError, did_you_mean
from twin.model.optimise import HERE, Optimise
from twin.study.crew import Crew, Progress, crew
from twin.study.mix import Mix
from twin.study.optimisation import Optimisation, concerns
from twin.study.optimum import Tried, describe


@dataclass(frozen=True)
class Optimum:
    """What an optimisation found: the document, everything that was tried, and the scenario with the chosen values."""

    model: Model
    document: dict[str, Any]
    tried: list[Tried]
    chosen: Model


class Interrupted(KeyboardInterrupt):
    """An optimisation that was stopped before its best plan was known to hold."""

    def __init__(self, study: Optimisation) -> None:
        super().__init__("interrupted")
        self.study = study


def optimise(
    model: Model,
    policy: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    hands: Crew | None = None,
) -> Optimum:
    """The values that serve well enough at least cost; raises ScenarioError if the question cannot be asked.

    `hands` do the work, in place of so many processes (`jobs`). Raises Interrupted with what was found so far.
    """
    question = model.study.optimise
    if question is None:
        refusal = "has no `study.optimise`, which would say what to choose"
        raise ScenarioError([Mistake(str(model.tree.files[0]), 0, 0, refusal)])
    weights = question.mix(model)
    years = [model.beside(name) for name in weights]
    mix = Mix(years, [*weights.values()], model.run.seed if seed is None else seed)
    policy = chosen_policy(model, question, policy, years)
    replications = replications or model.run.replications
    study = Optimisation(model, question, policy, mix, replications, hands or crew(jobs), progress)
    try:
        return found(study)
    except KeyboardInterrupt:
        raise Interrupted(study) from None


def found(study: Optimisation) -> Optimum:
    """Do the search and the test, and tell what came of them."""
    model = study.model
    common = study.as_written("common")
    study.search.run(*study.first())
    tested = study.settle()
    if not tested:
        raise _refused(model, "no plan between these bounds can be")
    kept = study.kept(tested)
    fresh = study.as_written("fresh")
    tried = [*common, *study.plans.values(), *tested.values(), *fresh]
    chosen = model.varied(study.values(kept))
    return Optimum(model, describe(study, common, tested, kept, fresh, chosen), tried, chosen)


def chosen_policy(model: Model, question: Optimise, asked: str | None, years: Sequence[Model]) -> str:
    """Whose values are chosen."""
    owners = question.owners(model)
    if asked is None and len(owners) > 1:
        raise _refused(model, f"these are values of {len(owners)} policies; name one with `--policy`")
    policy = asked or owners[0]
    lacking = next((year for year in (model, *years) if policy not in year.policies), None)
    if lacking is not None:
        hint = did_you_mean(policy, lacking.policies) or f"; there are {', '.join(lacking.policies)}"
        where = "this scenario" if lacking is model else f"`{lacking.name}`"
        raise ScenarioError([Mistake("--policy", 0, 0, f"`{policy}` is not a policy of {where}{hint}")])
    if not any(concerns(path, policy) for path in question.over):
        raise _refused(model, f"nothing here is a value of `{policy}`")
    return policy


def _refused(model: Model, why: str) -> ScenarioError:
    return ScenarioError([model.tree.mistake((*HERE, "over"), f"study.optimise.over: {why}")])
