"""A small language of ports, stores and buyers, enough to be misunderstood in."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Literal

import pytest
from pydantic import Field

from twin.model.distributions import RandomDuration, RandomInterval, RandomPieces, constant
from twin.model.errors import ScenarioError
from twin.model.scenario import build, read
from twin.model.spec import ItemName, NodeName, Number, PortName, Spec, WarehouseName, Whole
from twin.model.units import PositiveDuration, PricePerPiece, Share, Space, Stocking


class Item(Spec):
    value: PricePerPiece
    space: Space | None = None
    bom: dict[ItemName, Whole] = Field(default_factory=dict)


class Port(Spec):
    kind: Literal["port"]
    berths: Annotated[Whole | None, Field(ge=1)] = None
    handling: RandomDuration = constant(0)


class Store(Spec):
    kind: Literal["warehouse"]
    capacity: Space | None = None


class Patience(Spec):
    backorder: PositiveDuration


class Purchase(Spec):
    origin: WarehouseName = Field(alias="from")
    every: RandomInterval
    quantity: RandomPieces


class Buyer(Spec):
    kind: Literal["customer"]
    buys: dict[ItemName, Purchase]
    unmet: Literal["lost", "backorder"] | Patience = "lost"


class Lane(Spec):
    origin: NodeName = Field(alias="from")
    destination: NodeName = Field(alias="to")
    via: tuple[PortName, ...] = ()
    legs: tuple[RandomDuration, ...] = ()
    review: Literal["continuous"] | PositiveDuration = "continuous"
    premium: bool = False
    share: Share = 1.0


class Segment(Spec):
    rule: Literal["base_stock", "kanban"] = "base_stock"
    safety_stock: Stocking | None = None
    scale: Annotated[Number, Field(gt=0, le=10)] = 1.0


class Toy(Spec):
    twin: Literal[1]
    currency: str = "USD"
    items: dict[str, Item] = Field(default_factory=dict)
    nodes: dict[str, Annotated[Port | Store | Buyer, Field(discriminator="kind")]] = Field(default_factory=dict)
    lanes: dict[str, Lane] = Field(default_factory=dict)
    policies: dict[str, dict[str, Segment]] = Field(default_factory=dict)
    disruptions: dict[str, dict[str, str]] = Field(default_factory=dict)
    run: dict[str, Whole] = Field(default_factory=dict)


BASE = """
    twin: 1
    items:
      mcu: {value: 18 USD/pc, space: 0.2 m3}
    nodes:
      kaohsiung: {kind: port, berths: 3}
      store: {kind: warehouse, capacity: 10 m3}
      maker: {kind: customer, buys: {mcu: {from: store, every: 1 d, quantity: {dist: poisson, mean: 3 pc}}}}
    lanes:
      pacific: {from: kaohsiung, to: store, legs: [2 d, {dist: gamma, mean: 3 d, cv: 0.3}]}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a scenario (and the base that it may extend) and says where it lies."""

    def write(text: str, name: str = "scenario.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    write(BASE, "networks/base.yaml")
    return write


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., Toy]:
    return lambda text, *sets: build(read(write(text), sets), Toy)


@pytest.fixture
def refusal(load: Callable[..., Toy]) -> Callable[..., list[str]]:
    """The lines that a wrong scenario is refused with."""

    def refusal(text: str, *sets: str) -> list[str]:
        with pytest.raises(ScenarioError) as refused:
            load(text, *sets)
        return str(refused.value).splitlines()

    return refusal
