"""A shipment: all that leaves a lane at one instant. One draw per leg, one berth, one handling."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy import Event

from twin.engine.clock import SINCE
from twin.engine.dial import Work
from twin.engine.ledger import Accounts
from twin.model.units import DAY
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.transport.lane import Route


class Cargo:
    """Pieces of one order, ready to travel."""

    __slots__ = ("order", "quantity")

    def __init__(self, order: Order, quantity: int) -> None:
        self.order = order
        self.quantity = quantity


class Shipment:
    """Goods under way on a lane. Shipments may overtake each other."""

    def __init__(self, route: Route, cargo: list[Cargo], legs: list[int]) -> None:
        self.route = route
        self.cargo = cargo
        self.legs = legs
        self.departed = route.clock._now
        self.turn = route.turn | min([load.order.placed for load in cargo]) << SINCE

    @property
    def takes_more(self) -> bool:
        """Whether it is still at the gate: in the second of its departure, before a first leg that takes time."""
        return self.departed == self.route.clock._now and self.legs[0] > 0

    def voyage(self) -> Generator[Event, None, None]:
        """One life: leg, port, leg, port, leg, dock."""
        route, clock = self.route, self.route.clock
        first, *further = self.legs
        yield Work(clock, first, route.sailing, self.turn)
        for (port, berth), leg in zip(route.calls, further, strict=True):
            self.move(route.lane, berth)
            yield from port.handle(self.turn)
            self.move(berth, route.lane)
            yield Work(clock, leg, route.sailing, self.turn)
        route.days.add((clock._now - self.departed) / DAY)
        lane = route.lane
        route.destination.receive([(load.order.item, load.quantity, lane[load.order.item]) for load in self.cargo])

    def move(self, source: Accounts, destination: Accounts) -> None:
        """All goods of the shipment change place."""
        self.route.world.ledger.transfer(
            [(source[load.order.item], destination[load.order.item], load.quantity) for load in self.cargo]
        )
