"""A shipment: all that leaves a lane at one instant. One draw per leg, one berth, one handling."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

from simpy import Event

from twin.engine.clock import Phase
from twin.model.units import DAY
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.transport.lane import Route


class Cargo(NamedTuple):
    """Pieces of one order, and the place that they leave from."""

    order: Order
    quantity: int
    place: str


class Shipment:
    """Goods under way on a lane. Shipments may overtake each other."""

    def __init__(self, route: Route, cargo: list[Cargo], legs: list[int]) -> None:
        self.route = route
        self.cargo = cargo
        self.legs = legs
        self.departed = route.world.now
        self.turn = route.world.turn(Phase.ARRIVE, route.name, min(load.order.placed for load in cargo))

    @property
    def takes_more(self) -> bool:
        """Whether it is still at the gate: in the second of its departure, before a first leg that takes time."""
        return self.departed == self.route.world.now and self.legs[0] > 0

    def voyage(self) -> Generator[Event, None, None]:
        """One life: leg, port, leg, port, leg, dock."""
        route, world = self.route, self.route.world
        for index, leg in enumerate(self.legs):
            yield world.work(leg, route.sailing, self.turn)
            if index < len(route.ports):
                yield from route.ports[index].handle(self)
        route.days.add((world.now - self.departed) / DAY)
        route.destination.receive([(load.order.item, load.quantity) for load in self.cargo], route.name)

    def move(self, source: str, destination: str) -> None:
        """All goods of the shipment change place."""
        ledger = self.route.world.ledger
        account = ledger.account
        ledger.transfer(
            [(account(source, order.item), account(destination, order.item), pieces) for order, pieces, _ in self.cargo]
        )
