"""Is the blame right? What a disruption is blamed for is what is not lost in the same year without it."""

from pathlib import Path

import pytest

import twin
from twin.results.why import Explanation, explain

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def told(model: twin.Model, policy: str) -> Explanation:
    return explain(model, twin.simulate(model, policy, journal=True))


@pytest.mark.parametrize(
    ("name", "policy"), [("port_shutdown", "jit"), ("supplier_failure", "jit"), ("dual_source", "jic")]
)
def test_what_is_blamed_on_a_disruption_would_not_have_been_lost_without_it(name, policy):
    """The counterfactual is a run on the same luck. Chains through orders, lines and stores end where a plant manager
    would look: what they find is within a hundredth of what the disruption took."""
    path = SCENARIOS / f"{name}.yaml"
    found = told(twin.load(path), policy)
    spared = told(twin.load(path, ["disruptions=null"]), policy)
    blamed = [share for share in found.by_root if share.root.kind == "disruption"]
    assert sum(share.seconds for share in blamed) == pytest.approx(found.total.seconds - spared.total.seconds, rel=0.01)
    assert sum(share.short for share in blamed) == pytest.approx(found.total.short - spared.total.short, rel=0.01)
