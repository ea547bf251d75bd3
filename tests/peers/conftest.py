"""How two simulators are compared: the same demand goes into both, and every stock is looked at every evening.

The other simulators are guests: where one is not installed (`pip install -e ".[peers]"`), its tests are skipped.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
import yaml

import twin
from tests.theory.conftest import _case, exactly, load

__all__ = ["_case", "exactly", "load"]

Scenario = dict[str, Any]


class Days(NamedTuple):
    """One replication: its evenings, as `timeline.csv` has them, and what was measured."""

    evenings: dict[str, list[Any]]
    measured: dict[str, Any]

    def each(self, what: str, stock: str) -> list[int]:
        """`on_hand`, `on_order` or `backlog` of a stock, every evening."""
        return self.evenings[f"{what}:{stock}.part"]

    def level(self, stock: str) -> list[int]:
        """On hand less what is owed, which the textbooks call inventory level."""
        return [
            here - owed for here, owed in zip(self.each("on_hand", stock), self.each("backlog", stock), strict=True)
        ]


@pytest.fixture
def days(load: Callable[..., twin.Model]) -> Callable[..., Days]:
    """Simulate a scenario once, under its one policy, and look at it every evening."""

    def days(scenario: Scenario) -> Days:
        seen = twin.compare(load(yaml.safe_dump(scenario, sort_keys=False)), timelines=True)
        (evenings,) = seen.watched.timelines.values()
        return Days(evenings, seen.trials[0].results)

    return days


def daily(shares: Iterable[int]) -> list[list[str]]:
    """A dial that is set every day, in per cent of normal."""
    return [[f"{day} d", f"{share} %"] for day, share in enumerate(shares)]


def script(customer: str, demand: Iterable[int]) -> Scenario:
    """A disruption that makes a customer of 100 pc a day ask for this on each day: a per cent is a piece."""
    return {"target": customer, "at": "0 d", "effect": {"demand": daily(demand)}}


def empty(days: int) -> Scenario:
    """A scenario to fill: one part, from works that have as many as anybody wants."""
    return {
        "twin": 1,
        "items": {"part": {"value": "1 USD/pc", "space": "1 pc"}},
        "nodes": {"works": {"kind": "supplier", "supplies": {"part": {"price": "1 USD/pc"}}}},
        "lanes": {},
        "policies": {"rule": {}},
        "opening": {"in_transit": []},
        "disruptions": {},
        "run": {"horizon": f"{days} d", "replications": 1},
    }


def customer(store: str, penalty: float = 0, **terms: Any) -> Scenario:
    """Somebody who comes to a store once a day; a script says what for."""
    buying = {"from": store, "every": "1 d", "quantity": "100 pc", "penalty": f"{penalty} USD/pc/d"}
    return {"kind": "customer", "buys": {"part": buying}, **terms}
