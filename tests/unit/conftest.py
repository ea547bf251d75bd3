"""How a unit test looks into a small world: scenarios as text, laid over one another, and one replication of them."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import twin
from twin.engine.ledger import Ledger
from twin.engine.world import World
from twin.model.units import DAY
from twin.results.timeline import Watch


class Played:
    """One replication of one policy: its model, its world as time left it, its books, and its days."""

    def __init__(self, model: twin.Model, policy: str, replication: int, seed: int | None) -> None:
        self.model = model
        self.watch = Watch()
        self.ledger: Ledger = twin.simulate(model, policy, replication, seed, journal=True, observe=self._look_in)
        self.days = self.watch.finish()

    def _look_in(self, world: World) -> None:
        self.world = world
        self.watch(world)

    @cached_property
    def measured(self) -> dict[str, Any]:
        return twin.measure(self.model, self.ledger)

    @property
    def kpis(self) -> dict[str, Any]:
        return self.measured["kpis"]

    @property
    def costs(self) -> dict[str, float]:
        return self.measured["costs"]

    def charged(self) -> dict[str, float]:
        """The cost lines that are not 0, to the millionth of a dollar."""
        return {line: round(amount, 6) for line, amount in self.costs.items() if round(amount, 6)}

    def moves(self, source: str | None = None, destination: str | None = None) -> list[tuple[float, int]]:
        """(day, pieces) of every move between these places, in order."""
        return [
            (time / DAY, what[1])
            for time, kind, *what in self.ledger.journal
            if kind == "move" and source in (None, what[2]) and destination in (None, what[3])
        ]

    def sailed(self, port: str) -> list[tuple[float, int]]:
        """(day, pieces) of every shipment that left a port, in order."""
        key = ("in_port", port)
        levels = [(time, what[1]) for time, kind, *what in self.ledger.journal if kind == "gauge" and what[0] == key]
        steps = zip([(0, 0), *levels], levels, strict=False)
        return [(time / DAY, before - after) for (_, before), (time, after) in steps if after < before]

    def tallied(self, *key: str) -> list[tuple[float, float]]:
        """(day, amount) of every entry of a tally, in order."""
        return [
            (time / DAY, what[1])
            for time, kind, *what in self.ledger.journal
            if kind == "tally" and what[0] == key
        ]  # fmt: skip


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[..., twin.Model]:
    """A scenario from texts, each laid over those before it as `extends` does."""

    def scenario(*layers: str) -> twin.Model:
        path = tmp_path / "small.yaml"
        for index, layer in enumerate(layers):
            path = tmp_path / (f"layer_{index}.yaml" if index < len(layers) - 1 else "small.yaml")
            below = f"extends: layer_{index - 1}.yaml\n" if index else ""
            path.write_text(below + dedent(layer), encoding="utf-8")
        return twin.load(path)

    return scenario


@pytest.fixture
def play(scenario: Callable[..., twin.Model]) -> Callable[..., Played]:
    """One replication of the first policy (or of the one that is named) of a scenario from texts."""

    def play(*layers: str, policy: str | None = None, replication: int = 0, seed: int | None = None) -> Played:
        model = scenario(*layers)
        return Played(model, policy or model.compared[0], replication, seed)

    return play
