"""A digital twin of a supply chain.

Load a scenario, simulate it under a policy, measure what happened, compare policies.

The verbs are fetched on first use, so that `import twin` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.language import Model, load
    from twin.model.errors import Mistake, ScenarioError
    from twin.results.kpi import measure
    from twin.results.why import explain
    from twin.simulation import simulate
    from twin.study.beside import side_by_side
    from twin.study.compare import Comparison, compare
    from twin.study.stress import stress
    from twin.study.sweep import sweep

__all__ = [
    "Comparison",
    "Mistake",
    "Model",
    "ScenarioError",
    "compare",
    "explain",
    "load",
    "measure",
    "side_by_side",
    "simulate",
    "stress",
    "sweep",
]

HOMES = {
    "Comparison": "twin.study.compare",
    "Mistake": "twin.model.errors",
    "Model": "twin.language",
    "ScenarioError": "twin.model.errors",
    "compare": "twin.study.compare",
    "explain": "twin.results.why",
    "load": "twin.language",
    "measure": "twin.results.kpi",
    "side_by_side": "twin.study.beside",
    "simulate": "twin.simulation",
    "stress": "twin.study.stress",
    "sweep": "twin.study.sweep",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"twin has no {name!r}")
    return getattr(import_module(HOMES[name]), name)
