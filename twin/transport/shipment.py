"""A shipment: all that leaves a lane at one instant. One draw per leg, one berth, one handling."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy import Event

from twin.engine.clock import SINCE
from twin.engine.dial import Work
from twin.model.units import DAY
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.transport.lane import Passage, Route


class Cargo:
    """Pieces of one order, ready to travel."""

    __slots__ = ("order", "passage", "quantity")

    def __init__(self, order: Order, quantity: int, passage: Passage) -> None:
        self.order = order
        self.quantity = quantity
        self.passage = passage


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
        for index, leg in enumerate(further):
            cargo = self.cargo
            route.ledger.transfer([(load.passage.lane, load.passage.ports[index], load.quantity) for load in cargo])
            yield from route.ports[index].handle(self.turn)
            route.ledger.transfer([(load.passage.ports[index], load.passage.lane, load.quantity) for load in cargo])
            yield Work(clock, leg, route.sailing, self.turn)
        route.days.add((clock._now - self.departed) / DAY)
        route.destination.receive([(load.order.item, load.quantity, load.passage.lane) for load in self.cargo])
