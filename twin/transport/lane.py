"""A lane: ready goods wait for the next departure, leave as one shipment, and travel leg by leg through ports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from twin.disruptions.subject import ITEM, NODE, Found, Subject
from twin.engine.account import Account
from twin.engine.clock import LAST, SINCE, Moment, Phase
from twin.engine.dial import Work
from twin.model.distributions import Distribution, RandomDuration, constant
from twin.model.errors import listed
from twin.model.spec import ItemName, PortName, Ref, WarehouseName
from twin.model.units import (
    PositiveDuration,
    PricePerOrder,
    PricePerPiece,
    PricePerShipment,
    Share,
    Throughput,
)
from twin.transport.order import Claim, Order
from twin.transport.shipment import Cargo, Shipment

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model

SourceName = Annotated[str, Ref("nodes", kind=("supplier", "warehouse"))]


class Lane(Subject):
    """A way for goods from a supplier or warehouse to a warehouse."""

    dials: ClassVar = {
        "capacity": (NODE, ITEM), "lead_time": (NODE,), "freight": (NODE, ITEM), "duty": (ITEM,)
    }  # fmt: skip

    origin: Annotated[SourceName, Field(alias="from", description="supplier or warehouse that the goods leave")]
    destination: Annotated[WarehouseName, Field(alias="to", description="warehouse that receives them")]
    items: Annotated[
        tuple[ItemName, ...] | None,
        Field(description="what travels here; default: all that `from` gives and `to` wants"),
    ] = None
    mode: Annotated[str | None, Field(description="ocean, air, road, rail: for people")] = None
    transit: Annotated[RandomDuration | None, Field(description="door to door time of a lane without ports")] = None
    via: Annotated[tuple[PortName, ...], Field(description="ports on the way, in order")] = ()
    legs: Annotated[
        tuple[RandomDuration, ...], Field(description="with `via`: times before, between and after the ports")
    ] = ()
    departs: Annotated[
        PositiveDuration | None, Field(description="departures at multiples of this; default: at once")
    ] = None
    cost: Annotated[PricePerPiece, Field(description="freight per piece")] = 0.0
    shipment_cost: Annotated[PricePerShipment, Field(description="freight per shipment")] = 0.0
    order_cost: Annotated[PricePerOrder, Field(description="cost of placing an order")] = 0.0
    duty: Annotated[Share, Field(description="import duty, share of `value`")] = 0.0
    premium: Annotated[bool, Field(description="its freight is premium freight")] = False
    capacity: Annotated[
        Throughput | None, Field(description="loading rate, one order after another; default: unlimited")
    ] = None

    @property
    def times(self) -> tuple[Distribution, ...]:
        """The leg times, one more than there are ports."""
        return self.legs or ((self.transit,) if self.transit is not None else (constant(0),))

    def mistakes(self, name: str, model: Model) -> Iterator[Found]:
        yield from self._time_mistakes(name)
        if self.origin == self.destination:
            yield ("lanes", name, "to"), f"lanes.{name} goes from `{self.origin}` to itself; name another place"
        origin = model.nodes[self.origin]
        for index, item in enumerate(self.items or ()):
            if origin.kind == "supplier" and item not in origin.supplies:
                yield (
                    ("lanes", name, "items", index),
                    (
                        f"lanes.{name}.items: `{self.origin}` does not supply `{item}`; "
                        f"it supplies {listed(origin.supplies, 'and')}"
                    ),
                )

    def _time_mistakes(self, name: str) -> Iterator[Found]:
        """Times are stated once: as `transit`, or with ports as the legs around them."""
        here, ports, legs = ("lanes", name), len(self.via), len(self.legs)
        if self.via and self.transit is not None:
            yield (
                (*here, "transit"),
                (
                    f"lanes.{name} goes via ports, so its times are {ports + 1} `legs` "
                    f"(before, between and after the ports), not a `transit`"
                ),
            )
        elif self.via and legs != ports + 1:
            yield (
                (*here, "legs"),
                (
                    f"lanes.{name} goes via {ports} port{'s' * (ports > 1)}, so it needs {ports + 1} legs "
                    f"(before, between and after the ports); it has {legs or 'none'}"
                ),
            )
        elif self.legs and not self.via:
            yield (
                (*here, "legs"),
                f"lanes.{name} has `legs` but goes via no port; write one `transit`, or name the ports in `via`",
            )
        elif self.transit is None and not self.via:
            yield here, f"lanes.{name} needs a `transit` time, like `transit: 4 d`, or `via` ports with `legs`"


class Passage:
    """One item on a lane: the dials of its own, and the accounts that it passes through."""

    __slots__ = (
        "_duty", "_freight", "_lane_freight", "_spec", "_value", "capacity", "duty", "freight", "lane", "ready"
    )  # fmt: skip

    def __init__(self, world: World, lane: str, spec: Lane, item: str, ready: str, value: float) -> None:
        self._spec = spec
        self._value = value  # of a piece
        self.capacity = world.dial("capacity", f"{lane}.{item}")
        self._freight = world.dial("freight", f"{lane}.{item}")
        self._lane_freight = world.dial("freight", lane)
        self._duty = world.dial("duty", f"{lane}.{item}")
        for dial in (self._freight, self._lane_freight, self._duty):
            dial.listen(self._price)
        self._price()
        self.ready = world.ledger.account(ready, item)
        self.lane = world.ledger.account(lane, item)

    def _price(self) -> None:
        """What a piece pays at departure, as the dials stand."""
        self.freight = self._spec.cost * self._lane_freight.value * self._freight.value
        self.duty = (self._spec.duty + self._duty.value) * self._value


Booking = tuple[int, int, int, Order]  # when the order will be ready, when it was placed, the turn of its supplier


def _when_ready(booking: Booking) -> tuple[int, int, int]:
    return booking[:3]


class Route:
    """A lane at work."""

    shipment: ClassVar[type[Shipment]] = Shipment

    def __init__(self, world: World, name: str, spec: Lane, items: tuple[str, ...]) -> None:
        ledger = world.ledger
        self.ledger = ledger
        self.clock = world.clock
        self.name = name
        self.destination = world.nodes[spec.destination]
        self.ports = tuple(world.nodes[port] for port in spec.via)
        self.rate = spec.capacity if spec.capacity is not None else float("inf")
        self.departs = spec.departs
        self.by_timetable = spec.departs is not None and spec.capacity is None  # what is ready waits for nothing else
        self._first_leg = (spec.times[0].value or 0) if spec.departs is None else 0  # where it is always the same
        self.shipment_cost, self.order_cost = spec.shipment_cost, spec.order_cost
        self.open = world.dial("capacity", name)
        self.sailing = world.dial("sailing", name)
        self.lead_time = world.dial("lead_time", name)
        self.freight = world.dial("freight", name)
        origin = world.nodes[spec.origin]
        self._sellers = {item: origin.seller(item) for item in items}
        ready, values = origin.quay(name), self.destination.values
        self.passages = {item: Passage(world, name, spec, item, ready, values[item]) for item in items}
        for dial in (self.open, *(passage.capacity for passage in self.passages.values())):
            dial.listen(self._call_departure)
        self.leg_times = [world.draws(f"leg {name} {index}", leg) for index, leg in enumerate(spec.times)]
        self.watchers: list[Callable[[list[Cargo]], None]] = []  # who wants to know what arrives
        self.ready: list[Cargo] = []
        self.loading: deque[Cargo] = deque()
        self.turn = world.turn(Phase.ARRIVE, name)
        self._last_turn = world.turn(Phase.ARRIVE, name, LAST)  # after all that arrives: what leaves together is one
        self._departures: dict[int, list[Booking]] = {}  # by their second, with what is booked for them
        self._latest: Shipment | None = None
        self._freight_line = ledger.tally("cost", "premium_freight" if spec.premium else "freight")
        self._duty_line = ledger.tally("cost", "duty")
        self._purchase_line = ledger.tally("cost", "purchase")
        self._ordering_line = ledger.tally("cost", "ordering")
        self._shipments = ledger.tally("shipments", name)  # departures, and the pieces that they left with
        self._boarded = ledger.tally("boarded", name)  # by a shipment that was still at the gate
        self.days = ledger.tally("door_to_door", name)

    def order(self, stock: Any, quantity: int) -> Order:
        """Order for a stock at this lane's destination: the quantity, rounded up to what the origin sells."""
        seller = self._sellers[stock.item]
        quantity = seller.rounded(quantity)
        stock.expect(quantity)
        if self.order_cost:
            self._ordering_line.add(self.order_cost)
        order = Order(stock, quantity, self.clock._now)
        seller.accept(order, self)
        return order

    def load(self, order: Order, quantity: int, place: Account | None = None) -> None:
        """Pieces are ready for this lane, at a place or already on its quay.

        They queue for loading where that takes time, then wait for departure.
        """
        passage = self.passages[order.item]
        cargo = Cargo(order, quantity, passage, place or passage.ready)
        if self.rate == float("inf"):
            self._make_ready(cargo)
        else:
            self._onto_quay(cargo)
            self.loading.append(cargo)
            if len(self.loading) == 1:
                self._load_next()

    def _onto_quay(self, cargo: Cargo) -> None:
        quay = cargo.passage.ready
        if cargo.place is not quay:
            self.ledger.transfer(cargo.place, quay, cargo.quantity)
            cargo.place = quay

    def _load_next(self) -> None:
        cargo = self.loading[0]
        turn = self.turn | cargo.order.placed << SINCE
        Work(self.clock, cargo.quantity / self.rate, self.open, turn, self._loaded)

    def _loaded(self, _: object) -> None:
        cargo = self.loading.popleft()
        if self.loading:
            self._load_next()
        self._make_ready(cargo)

    def _make_ready(self, cargo: Cargo) -> None:
        """Wait for departure, or leave at once: what is ready later in this second still gets on board."""
        if not self.ready and self._sails_at_once and cargo.passage.capacity.value > 0:
            self._leave([cargo])
        else:
            self._onto_quay(cargo)
            self.ready.append(cargo)
            self._call_departure()

    def book(self, order: Order, ready: int, turn: int) -> None:
        """For certain all of an order will be ready at that second: nobody need look before the departure after it."""
        self._departure(ready).append((ready, order.placed, turn, order))

    @property
    def _sails_at_once(self) -> bool:
        """Whether to leave at once: the first leg takes time, and nothing has left in this second.

        What gets ready later in it still finds the shipment at the gate.
        """
        latest = self._latest
        return (
            self._first_leg > 0
            and (latest is None or latest.departed != self.clock._now)
            and round(self._first_leg * self.lead_time.value) > 0
            and self.open.value > 0
        )

    def _call_departure(self) -> None:
        """The next departure is at the next multiple of `departs`, or in this second.

        A lane that is shut waits for its reopening.
        """
        if self.ready and self.open.value > 0:
            self._departure(self.clock._now)

    def _departure(self, ready: int) -> list[Booking]:
        """The next departure at that second or after it, called now if nobody has; with what is booked for it."""
        every = self.departs
        time = ready if every is None else -(-ready // every) * every
        if time not in self._departures:
            self._departures[time] = []
            Moment(self.clock, time, self._last_turn, self._depart)
        return self._departures[time]

    def _depart(self, _: object) -> None:
        for _, _, _, order in sorted(self._departures.pop(self.clock._now), key=_when_ready):
            passage = self.passages[order.item]
            self.ready.append(Cargo(order, order.left, passage, passage.ready))
        if self.open.value == 0:
            return  # missed; the turn of the dial calls the next one
        leaving: list[Cargo] = []
        staying: list[Cargo] = []
        for cargo in self.ready:
            (leaving if cargo.passage.capacity.value > 0 else staying).append(cargo)
        self.ready = staying
        if leaving:
            self._leave(leaving)

    def _leave(self, leaving: list[Cargo]) -> None:
        """On board of what still is at the gate, or as a new shipment."""
        latest = self._latest
        if latest is not None and latest.departed == self.clock._now and latest.takes_more:
            self._boarded.add(self._charge(leaving, 0.0))
            latest.board(leaving)
        else:
            self._shipments.add(self._charge(leaving, self.shipment_cost * self.freight.value))
            legs = [next(times) for times in self.leg_times]
            if self.lead_time.value != 1.0:
                legs = [round(leg * self.lead_time.value) for leg in legs]
            self._latest = self.shipment(self, leaving, legs)

    def _charge(self, leaving: list[Cargo], freight: float) -> int:
        """What is paid at departure: the goods, their freight and their duty. Returns the pieces."""
        duty = purchase = 0.0
        pieces = 0
        for cargo in leaving:
            quantity, passage = cargo.quantity, cargo.passage
            quay = None if cargo.place is passage.ready else passage.ready
            self.ledger.transfer(cargo.place, passage.lane, quantity, quay)
            pieces += quantity
            freight += passage.freight * quantity
            duty += passage.duty * quantity
            purchase += cargo.order.price * quantity
        if freight:
            self._freight_line.add(freight)
        if duty:
            self._duty_line.add(duty)
        if purchase:
            self._purchase_line.add(purchase)
        return pieces

    def take(self, claim: Claim, quantity: int, source: Account) -> None:
        """Pieces of another warehouse's order leave the shelf here."""
        self.load(claim.order, quantity, source)
