"""A shipment: all that leaves a lane at one instant. One draw per leg, one berth, one handling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.engine.account import Account
from twin.engine.clock import SINCE
from twin.engine.dial import Work
from twin.model.units import DAY
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.nodes.port import Harbour
    from twin.transport.lane import Passage, Route


class Cargo:
    """Pieces of one order, ready to travel from where they stand."""

    __slots__ = ("order", "passage", "place", "quantity")

    def __init__(self, order: Order, quantity: int, passage: Passage, place: Account) -> None:
        self.order = order
        self.quantity = quantity
        self.passage = passage
        self.place = place


class Shipment:
    """Goods under way on a lane. Shipments may overtake each other."""

    def __init__(self, route: Route, cargo: list[Cargo], legs: list[int]) -> None:
        self.route = route
        self.cargo = cargo
        self.legs = legs
        self.departed = route.clock._now
        self.oldest = _oldest(cargo)
        self.turn = route.turn | self.oldest << SINCE
        self._ports_passed = 0
        self._leg = Work(route.clock, legs[0], route.sailing, self.turn, self._come)

    @property
    def takes_more(self) -> bool:
        """Whether goods that get ready in the second of its departure find it at the gate."""
        return self.legs[0] > 0

    def board(self, cargo: list[Cargo]) -> None:
        """More goods get on board; the turn of a shipment is that of its oldest order."""
        self.cargo += cargo
        oldest = _oldest(cargo)
        if oldest < self.oldest:
            self.oldest = oldest
            self.turn = self._leg.turn = self.route.turn | oldest << SINCE
            self._leg.retime(self.route.sailing.value)

    def _come(self, _: object) -> None:
        """A leg is over: the next port, or the dock."""
        ports = self.route.ports
        if self._ports_passed < len(ports):
            self._call_at(ports[self._ports_passed])
        else:
            self._arrive()

    def _call_at(self, port: Harbour) -> None:
        port.call(sum([load.quantity for load in self.cargo]), self.turn, self._sail)

    def _sail(self) -> None:
        """On from a port."""
        self._ports_passed += 1
        route = self.route
        Work(route.clock, self.legs[self._ports_passed], route.sailing, self.turn, self._come)

    def _arrive(self) -> None:
        route = self.route
        route.days.add((route.clock._now - self.departed) / DAY)
        for watcher in route.watchers:
            watcher(self.cargo)
        route.destination.receive([(load.order.item, load.quantity, load.passage.lane) for load in self.cargo])


def _oldest(cargo: list[Cargo]) -> int:
    """When the oldest of the orders was placed."""
    return cargo[0].order.placed if len(cargo) == 1 else min([load.order.placed for load in cargo])
