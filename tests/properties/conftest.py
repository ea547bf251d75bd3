"""What property tests share: a scenario as data goes in through YAML, like everything else."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

import twin


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., twin.Model]:
    """Write a scenario, given as text or as data, and read it as a user's file."""
    folder = tmp_path_factory.mktemp("scenarios")

    def load(scenario: str | dict[str, Any], *patches: str) -> twin.Model:
        path = folder / "scenario.yaml"
        text = scenario if isinstance(scenario, str) else yaml.safe_dump(scenario, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return twin.load(path, patches)

    return load
