"""The logbook: what the journal is told of orders on their way, where there is a journal.

Orders and shipments get a number at first sight. So whoever reads the journal can follow every piece from the order to
the dock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.engine.account import Account
from twin.transport.lane import Route
from twin.transport.order import Order
from twin.transport.shipment import Cargo, Shipment

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.nodes.port import Harbour
    from twin.transport.lane import Lane


class Logbook:
    """Writes of the orders and shipments of all lanes of a world."""

    def __init__(self, world: World) -> None:
        self.ledger = world.ledger
        self.orders: dict[Order, int] = {}
        self.shipments = 0

    def of_order(self, lane: str, order: Order, *what: str | int) -> None:
        """Whatever comes first, an order's first line says what has been ordered."""
        if order not in self.orders:
            self.orders[order] = len(self.orders)
            self._tell("order", self.orders[order], "placed", order.quantity, order.item, order.stock.store.name, lane)
        if what:
            self._tell("order", self.orders[order], *what)

    def of_shipment(self, number: int, *what: str | int) -> None:
        self._tell("shipment", number, *what)

    def _tell(self, *words: str | int) -> None:
        if self.ledger.journal is not None:
            self.ledger.journal.append((self.ledger.clock._now, *words))


class LoggedShipment(Shipment):
    """A shipment that tells where it is."""

    def __init__(self, route: Route, cargo: list[Cargo], legs: list[int]) -> None:
        assert isinstance(route, LoggedRoute)
        self.log = route.log
        self.number = self.log.shipments
        self.log.shipments += 1
        super().__init__(route, cargo, legs)

    def _call_at(self, port: Harbour) -> None:
        self.log.of_shipment(self.number, "in", port.name)
        super()._call_at(port)

    def _sail(self) -> None:
        self.log.of_shipment(self.number, "out", self.route.ports[self._ports_passed].name)
        super()._sail()

    def _arrive(self) -> None:
        self.log.of_shipment(self.number, "arrived", self.route.destination.name)
        super()._arrive()


class LoggedRoute(Route):
    """A lane that tells of the orders that it takes, and of when they get ready and leave."""

    shipment = LoggedShipment

    def __init__(self, world: World, name: str, spec: Lane, items: tuple[str, ...], log: Logbook) -> None:
        super().__init__(world, name, spec, items)
        self.log = log

    def order(self, stock: Any, quantity: int) -> Order:
        order = super().order(stock, quantity)
        self.log.of_order(self.name, order)
        return order

    def load(self, order: Order, quantity: int, place: Account | None = None) -> None:
        self.log.of_order(self.name, order, "ready", quantity)
        super().load(order, quantity, place)

    def _leave(self, leaving: list[Cargo]) -> None:
        super()._leave(leaving)
        assert isinstance(self._latest, LoggedShipment)
        for cargo in leaving:
            self.log.of_order(self.name, cargo.order, "left", cargo.quantity, self._latest.number)
