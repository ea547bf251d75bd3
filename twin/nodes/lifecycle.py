"""A lifecycle: when an item's life is over nobody wants it any more, and what is left of it is written off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from twin.model.memory import remembered
from twin.model.spec import Spec
from twin.model.units import Duration
from twin.nodes.customer import Buyer
from twin.nodes.line import Shop

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model
    from twin.replenishment.review import Desk


class Lifecycle(Spec):
    """How long an item is wanted."""

    ends: Annotated[Duration, Field(description="counted from the end of the warm-up, like `300 d`")]


@remembered
def turned(model: Model) -> frozenset[tuple[str, str]]:
    """The dials that the ends of lives turn."""
    return frozenset(
        ("demand", f"{name}.{item}")
        for name, customer in model.customers.items()
        for item in customer.buys
        if model.items[item].lifecycle is not None
    )


def end(world: World, desk: Desk, item: str, _: object = None) -> None:
    """No stock of it is refilled, nothing of it kept; nobody orders it, waits for it or makes it.

    What suppliers still owe comes, and is scrapped on arrival.
    """
    world.ledger.fact("lifecycle", f"{item} has ended")
    stocks = [stock for stock in world.stocks.values() if stock.item == item]
    for stock in stocks:
        desk.dismiss(stock)
    for stock in stocks:
        stock.ageing.end()
    for node in world.nodes.values():
        if isinstance(node, Buyer | Shop):
            node.forget(item)
