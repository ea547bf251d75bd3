"""What property tests share: a scenario as data goes in through YAML, like everything else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import twin
from tests.properties.networks import Scenario


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., twin.Model]:
    """Write a scenario, given as text or as data, and read it as a user's file. (JSON is YAML, and quickly written.)"""
    folder = tmp_path_factory.mktemp("scenarios")

    def load(scenario: str | Scenario, *patches: str) -> twin.Model:
        path = folder / "scenario.yaml"
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario), encoding="utf-8")
        return twin.load(path, patches)

    return load


@pytest.fixture(scope="session")
def outcome(load: Callable[..., twin.Model]) -> Callable[..., dict[str, Any]]:
    """What is measured in one replication of a scenario under its first policy."""

    def outcome(scenario: str | Scenario, *patches: str, seed: int | None = None) -> dict[str, Any]:
        model = load(scenario, *patches)
        return twin.measure(model, twin.simulate(model, model.compared[0], seed=seed))

    return outcome
