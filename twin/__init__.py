"""A digital twin of a supply chain: load a scenario, simulate it under a policy, measure what happened, compare policies."""

from twin.language import Model, load
from twin.model.errors import Mistake, ScenarioError
from twin.results.kpi import measure
from twin.simulate import simulate
from twin.study.compare import Comparison, compare

__all__ = ["Comparison", "Mistake", "Model", "ScenarioError", "compare", "load", "measure", "simulate"]
