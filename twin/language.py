"""The language: what a scenario may say, assembled from the specs of nodes, lanes, policies and disruptions.

A `Model` is a scenario that has been read, merged and checked. It is frozen; worlds are made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr

from twin.check import mistakes
from twin.disruptions.disruption import Disruption
from twin.disruptions.subject import Found
from twin.model.calendar import Day
from twin.model.carrying import Carrying
from twin.model.errors import ScenarioError
from twin.model.memory import Memory, uncollected
from twin.model.scenario import Tree, build, changes, patched, read
from twin.model.spec import ItemName, PolicyName, Spec, WarehouseName, Whole
from twin.model.units import DAY, Currency, Duration, Money, Pieces, PositiveDuration, PricePerPiece, Space
from twin.nodes import customer, line, port, supplier, warehouse
from twin.nodes.lifecycle import Lifecycle
from twin.nodes.node import Node
from twin.questions import Study
from twin.questions import mistakes as study_mistakes
from twin.replenishment.network import Network
from twin.replenishment.segment import Policy
from twin.replenishment.segmentation import Class, Risk, Segmentation, Standing, standings
from twin.transport.lane import Lane

if TYPE_CHECKING:
    AnyNode = supplier.Supplier | port.Port | warehouse.Warehouse | line.Line | customer.Customer
else:  # one of the kinds that there are, told by its `kind`
    AnyNode = Annotated[reduce(or_, Node.kinds.values()), Field(discriminator="kind")]


class Alternate(Spec):
    """Another item that can stand in for a component, in form, fit and function."""

    ratio: Annotated[Whole, Field(ge=1, description="pieces of it for one of the component")] = 1
    after: Annotated[
        Duration,
        Field(description="time to qualify it, from a line's first shortage of the component; default: is qualified"),
    ] = 0
    cost: Annotated[Money, Field(description="paid once a line, on qualification")] = 0.0


class Item(Spec):
    """Something that is bought, made, kept or sold, in whole pieces."""

    value: Annotated[PricePerPiece, Field(description="what a piece is worth in stock")]
    space: Annotated[Space | None, Field(description="room that a piece takes; default: none")] = None
    bom: Annotated[
        dict[ItemName, Annotated[Whole, Field(ge=1)]],
        Field(description="whole pieces of each component per piece made"),
    ] = {}
    shelf_life: Annotated[
        PositiveDuration | None, Field(description="age at which a piece is scrapped; default: none")
    ] = None
    lifecycle: Annotated[
        Lifecycle | None, Field(description="when demand for it stops and what is left is written off; default: never")
    ] = None
    group: Annotated[str | None, Field(description="commodity family, a target of disruptions")] = None
    alternates: Annotated[
        dict[ItemName, Alternate],
        Field(description="items that can stand in for it on any line, the first choice first"),
    ] = {}
    category: Annotated[Class | None, Field(alias="class", description="pins A, B or C; default: as computed")] = None
    risk: Annotated[Risk | None, Field(description="pins its supply risk; default: as computed")] = None
    carrying: Annotated[
        Carrying | None, Field(description="instead of the warehouse's and the model's, key by key")
    ] = None

    @property
    def ages(self) -> bool:
        """Whether its pieces are scrapped some day: then it bears no obsolescence on top."""
        return self.shelf_life is not None or self.lifecycle is not None


class Run(Spec):
    """How long, how often, and with which luck."""

    horizon: Annotated[PositiveDuration, Field(description="what KPIs and costs count")] = 365 * DAY
    warm_up: Annotated[Duration, Field(description="time before, which does not count")] = 0
    replications: Annotated[Whole, Field(ge=1, description="runs of the same scenario with other luck")] = 30
    seed: Annotated[Whole, Field(ge=0, description="names the luck")] = 42


class Load(Spec):
    """Pieces under way when the run opens: straight to the store, counted as on order."""

    to: WarehouseName
    item: ItemName
    quantity: Pieces
    arrives: Duration


class Opening(Spec):
    """What is on hand and under way on day 0; what is not named starts empty."""

    on_hand: dict[WarehouseName, dict[ItemName, Pieces]] = {}
    in_transit: tuple[Load, ...] = ()


def _split_opening(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    stores = {name: stocks for name, stocks in written.items() if name != "in_transit"}
    return {"on_hand": stores} | ({"in_transit": written["in_transit"]} if "in_transit" in written else {})


class Model(Spec):
    """A scenario, read and checked."""

    twin: Annotated[Literal[1], Field(description="version of the language")]
    title: Annotated[str, Field(description="what the scenario is about, for headings")] = ""
    source: Annotated[tuple[str, ...] | str, Field(description="where the numbers come from")] = ()
    currency: Annotated[Currency, Field(description="three letters")] = "USD"
    start: Annotated[Day | None, Field(description="day 0 as a date, for chart labels, weekdays and months")] = None
    carrying: Annotated[Carrying, Field(description="yearly cost of owning a piece, as shares of its value")] = (
        Carrying()
    )
    items: Annotated[dict[str, Item], Field(min_length=1, description="what is bought, made, kept and sold")]
    nodes: Annotated[dict[str, AnyNode], Field(min_length=1, description="the places goods pass through")]
    lanes: Annotated[dict[str, Lane], Field(description="ways for goods")] = {}
    segmentation: Annotated[Segmentation, Field(description="what makes an item A, B or C, and its supply a risk")] = (
        Segmentation()
    )
    policies: Annotated[dict[str, Policy], Field(description="how stocks are replenished")] = {}
    compare: Annotated[
        tuple[PolicyName, ...] | None, Field(min_length=1, description="policies; the first is the baseline")
    ] = None
    disruptions: Annotated[dict[str, Disruption], Field(description="what goes wrong")] = {}
    opening: Annotated[
        Literal["steady"] | Annotated[Opening, BeforeValidator(_split_opening)],
        Field(description="how day 0 finds the stocks"),
    ] = "steady"
    run: Annotated[Run, Field(description="how long, how often, with which luck")] = Run()
    study: Annotated[Study, Field(description="questions that take many runs; no part of a run's hash")] = Study()

    _tree: Tree = PrivateAttr()

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def name(self) -> str:
        """The scenario's file name, without ending."""
        return self._tree.name

    @property
    def tree(self) -> Tree:
        """The merged scenario as written."""
        return self._tree

    def varied(self, values: Mapping[str, Any]) -> Model:
        """The same scenario with other values at dotted paths, as `--set` would patch them.

        Raises ScenarioError where they do not fit.
        """
        return _assembled(patched(self._tree, values))

    def beside(self, name: str) -> Model:
        """The scenario of that name in the same folder, with those patches of this one that change something there.

        What it studies itself is not asked. Raises ScenarioError.
        """
        if name == self.name:
            return self
        path = self._tree.files[0].with_name(f"{name}.yaml")
        data = read(path).data
        return _assembled(read(path, [patch for patch in self._tree.sets if changes(patch, data)]))

    @property
    def compared(self) -> tuple[str, ...]:
        """The policies to compare, baseline first."""
        return self.compare or tuple(self.policies)

    @cached_property
    def suppliers(self) -> dict[str, supplier.Supplier]:
        return {name: node for name, node in self.nodes.items() if isinstance(node, supplier.Supplier)}

    @cached_property
    def ports(self) -> dict[str, port.Port]:
        return {name: node for name, node in self.nodes.items() if isinstance(node, port.Port)}

    @cached_property
    def warehouses(self) -> dict[str, warehouse.Warehouse]:
        return {name: node for name, node in self.nodes.items() if isinstance(node, warehouse.Warehouse)}

    @cached_property
    def lines(self) -> dict[str, line.Line]:
        return {name: node for name, node in self.nodes.items() if isinstance(node, line.Line)}

    @cached_property
    def customers(self) -> dict[str, customer.Customer]:
        return {name: node for name, node in self.nodes.items() if isinstance(node, customer.Customer)}

    @cached_property
    def memory(self) -> Memory:
        """What was worked out of it so far."""
        return Memory()

    @cached_property
    def network(self) -> Network:
        """What is stocked where, and who refills it."""
        return Network(self)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Class and supply risk of every item, the dearest in a year's usage first."""
        return standings(self)


@uncollected()
def load(path: str | Path, sets: Sequence[str] = ()) -> Model:
    """Read, merge and check a scenario; `sets` are patches like `"run.seed=7"`.

    Raises ScenarioError with every mistake, each with its file, line and column.
    """
    model = _assembled(read(path, sets))
    _refuse(model.tree, study_mistakes(model))
    return model


def _assembled(tree: Tree) -> Model:
    """The model of a tree; what its study would vary is not looked at yet."""
    model = build(tree, Model)
    model._tree = tree
    _refuse(tree, mistakes(model))
    return model


def _refuse(tree: Tree, mistaken: Iterable[Found]) -> None:
    found = [tree.mistake(place, message) for place, message in mistaken]
    if found:
        raise ScenarioError(found)
