"""A supplier: works orders one after another, one queue per item, and ships an order when all of it is ready.

Who waits is served first come first served, unless there is an allocation. Where not all pieces turn out well, the bad
ones never come; only the good ones are shipped and paid.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from twin.disruptions.subject import ITEM, Found
from twin.engine.account import SUPPLY
from twin.engine.clock import LAST, SINCE, Moment, Phase
from twin.engine.dial import SLIVER, Work
from twin.engine.remainder import Remainder
from twin.model.distributions import RandomDuration, constant
from twin.model.errors import listed
from twin.model.memory import remembered
from twin.model.spec import ItemName, Spec
from twin.model.units import Pieces, PositivePieces, PricePerPiece, Throughput, Yield
from twin.nodes.allocation import Allocation, Priority, choice
from twin.nodes.failures import Failures
from twin.nodes.node import Node
from twin.transport.lane import Route
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model


class Supply(Spec):
    """The terms on which a supplier gives one item."""

    price: Annotated[PricePerPiece, Field(description="paid at shipment, fixed when the order is placed")]
    rate: Annotated[
        Throughput | None, Field(description="orders are worked one after another at this rate; default: unlimited")
    ] = None
    lead_time: Annotated[RandomDuration, Field(description="time after the work, orders side by side")] = constant(0)
    min_order: Annotated[Pieces, Field(description="smallest order")] = 0
    multiple: Annotated[PositivePieces, Field(description="orders are multiples of this")] = 1
    good: Annotated[
        Yield, Field(alias="yield", description="share of an order that turns out good; the rest never comes")
    ] = 1.0


class Supplier(Node):
    """A place outside our walls that makes items to order."""

    dials: ClassVar = {"capacity": (ITEM,), "lead_time": (ITEM,), "price": (ITEM,)}
    blows: ClassVar = {"scrap_work": (ITEM,), "cancel_orders": (ITEM,)}

    kind: Literal["supplier"]
    supplies: Annotated[dict[ItemName, Supply], Field(min_length=1, description="what it gives, and on which terms")]
    allocation: Annotated[
        Allocation, Field(description="which stock's order is worked next where several wait for a `rate`")
    ] = "first_come"
    failures: Annotated[
        Failures | None, Field(description="breakdowns of all its work, `mtbf` of calendar time; default: never")
    ] = None

    def handled(self, name: str, model: Model) -> tuple[str, ...]:
        return tuple(self.supplies)

    def live(self, world: World, name: str) -> Works:
        works = Works(world, name, self)
        if self.failures is not None:
            stopped = [bench.speed for bench in works.benches.values()]
            world.process(self.failures.live(world, name, world.after, stopped))  # when it runs is not for us to see
        return works

    def mistakes(self, name: str, model: Model) -> Iterator[Found]:
        named = self.allocation.priority if isinstance(self.allocation, Priority) else ()
        reached = dict.fromkeys(lane.destination for lane in model.lanes.values() if lane.origin == name)
        for index, store in enumerate(named):
            place, said = ("nodes", name, "allocation", "priority", index), f"nodes.{name}.allocation.priority"
            if store in named[:index]:
                yield place, f"{said} names `{store}` twice; a warehouse has one place in the list"
            elif store not in reached:
                others = f"; its lanes go to {listed(reached, 'and')}" if reached else ""
                yield place, f"{said}: no lane goes from `{name}` to `{store}`{others}"

    def findings(self, name: str, model: Model) -> Iterator[str]:
        if self.allocation != "first_come" and all(supply.rate is None for supply in self.supplies.values()):
            yield (
                f"supplier `{name}` has an `allocation`, but none of its items has a `rate`: "
                f"nobody ever waits there, so there is nothing to allocate"
            )
        if all(name != lane.origin for lane in model.lanes.values()):
            yield f"no lane leaves supplier `{name}`: nothing is ever ordered there"


@remembered
def broken(model: Model) -> frozenset[tuple[str, str]]:
    """The dials that breakdowns of suppliers turn."""
    return frozenset(
        ("capacity", f"{name}.{item}")
        for name, supplier in model.suppliers.items()
        if supplier.failures is not None
        for item in supplier.supplies
    )


class Works:
    """A supplier at work: for each item a bench with its queue of orders."""

    def __init__(self, world: World, name: str, spec: Supplier) -> None:
        ledger = world.ledger
        self.orders = ledger.tally("orders", name)
        self.busy = ledger.gauge("busy", name)
        self.clock = world.clock
        self._turn = world.turn(Phase.ARRIVE, name)
        self._batches: dict[
            tuple[int, int], list[tuple[Bench, Order, Route]]
        ] = {}  # by when they are ready, and placed
        ledger.tally("failures", name)
        self.flawless = all(supply.good == 1 for supply in spec.supplies.values())  # all of an order comes
        kind = CalmBench if self._calm(world, name, spec) else Bench
        self.benches = {
            item: kind(world, self, f"{name}.{item}", spec, supply) for item, supply in spec.supplies.items()
        }

    def _calm(self, world: World, name: str, spec: Supplier) -> bool:
        """Whether nothing and nobody can come between an order and its being ready.

        A journal wants to be told of every step.
        """
        hits = ("capacity", "scrap_work", "cancel_orders")
        hit = any(world.may_hit(hit, f"{name}.{item}") for hit in hits for item in spec.supplies)
        return not hit and spec.allocation == "first_come" and world.ledger.journal is None

    def seller(self, item: str) -> Bench:
        """Who takes orders of an item."""
        return self.benches[item]

    def quay(self, lane: str) -> str:
        """Where goods stand until they depart: they are the supplier's own."""
        return SUPPLY

    def load_at(self, time: int, bench: Bench, order: Order, route: Route) -> None:
        """Nothing can delay this order any more: orders of one second that are ready in one second are one event."""
        due = (time, order.placed)
        if due not in self._batches:
            self._batches[due] = []
            self.clock.at(time, self._turn | order.placed << SINCE, partial(self._load, due))
        self._batches[due].append((bench, order, route))

    def _load(self, due: tuple[int, int], _: object) -> None:
        for bench, order, route in sorted(self._batches.pop(due), key=lambda entry: entry[0].turn):
            bench.ship(order, route)


class Bench:
    """The work on one item: first the queue at its rate, then the lead time, orders side by side."""

    def __init__(self, world: World, works: Works, name: str, spec: Supplier, supply: Supply) -> None:
        self.clock = world.clock
        self.works = works
        self.name = name
        self.turn = world.turn(Phase.ARRIVE, name)
        self._after_reviews = world.turn(Phase.REVIEW, name, LAST)
        self.usual_price, self.min_order, self.multiple = supply.price, supply.min_order, supply.multiple
        self.rate = supply.rate if supply.rate is not None else float("inf")
        self.speed = world.dial("capacity", name)
        self.moving = self.speed.gate()  # a lead time stands still at 0 %, and above runs at full speed
        self.lead_time = world.dial("lead_time", name)
        self.price = world.dial("price", name)
        self.queue: deque[tuple[Order, Route, float]] = deque()  # the first is the one at work
        self.choice = choice(spec.allocation)
        self.good = supply.good
        self._fractions = Remainder()
        self.at_work: Work | None = None
        self.under_way: dict[Work, tuple[Order, Route]] = {}
        self._lead_times = world.draws(f"lead_time {name}", supply.lead_time)
        world.blows["scrap_work", name] = self.scrap_work
        world.blows["cancel_orders", name] = self.cancel_orders

    def rounded(self, quantity: int) -> int:
        """The quantity that can be ordered: at least the smallest order, in whole multiples."""
        return -(-max(quantity, self.min_order) // self.multiple) * self.multiple

    def accept(self, order: Order, route: Route) -> None:
        self.works.orders.add(1)
        order.price = self.usual_price * self.price.value
        self._begin(order, route, next(self._lead_times) * self.lead_time.value)

    def _begin(self, order: Order, route: Route, lead_time: float) -> None:
        """Queue for the work, which comes before the lead time."""
        if self.rate == float("inf"):
            self._lead(order, route, lead_time)
        else:
            self.queue.append((order, route, lead_time))
            if self.at_work is None and self.choice is None:
                self._work()
            elif self.at_work is None:  # whatever is ordered at this instant can be chosen
                Moment(self.clock, self.clock._now, self._after_reviews, self._open)

    def _open(self, _: object) -> None:
        """The first order of an idle bench is chosen, too."""
        if self.at_work is None:
            self._work()

    def _work(self) -> None:
        if not self.queue:
            self.at_work = None
            return
        if self.choice is not None:
            self._bring_forward(self.choice.next([order for order, _, _ in self.queue]))
        order = self.queue[0][0]
        self.works.busy.add(1)
        turn = self.turn | order.placed << SINCE
        self.at_work = Work(self.clock, order.quantity / self.rate, self.speed, turn, self._worked)

    def _bring_forward(self, chosen: Order) -> None:
        entry = next(entry for entry in self.queue if entry[0] is chosen)
        self.queue.remove(entry)
        self.queue.appendleft(entry)

    def _worked(self, _: object) -> None:
        self.works.busy.add(-1)
        entry = self.queue.popleft()
        if self.choice is not None:
            self.choice.worked(entry[0])
        self._lead(*entry)
        self._work()

    def _lead(self, order: Order, route: Route, lead_time: float) -> None:
        if not lead_time and self.moving.value > 0:
            self.ship(order, route)
            return
        turn = self.turn | order.placed << SINCE
        work = Work(self.clock, round(lead_time), self.moving, turn, self._ready)
        self.under_way[work] = (order, route)

    def _ready(self, work: Any) -> None:
        self.ship(*self.under_way.pop(work))

    def ship(self, order: Order, route: Route) -> None:
        """What is good of an order is ready; what is not will never come, and the next review sees that."""
        if self.good < 1:
            order.cut(order.left - self._fractions.whole(order.left * self.good))
        if order.left:
            route.load(order, order.left)

    def scrap_work(self, share: float) -> None:
        """Share of the work done on every open order is to be done again, in the stage that it is in."""
        for work in (self.at_work, *self.under_way):
            if work is not None:
                work.lose(share)

    def cancel_orders(self, share: float) -> None:
        """Share of every open order is gone, and no longer on order; what is ready for departure is spared."""
        for work, (order, _) in list(self.under_way.items()):
            order.cut(round(order.left * share))
            if not order.left:
                work.cancel()
                del self.under_way[work]
        if self.at_work is not None:
            head = self.queue[0][0]
            before = head.left
            for order, _, _ in self.queue:
                order.cut(round(order.left * share))
            self.at_work.cut(1 - head.left / before)
            self._drop_empty(self.at_work)

    def _drop_empty(self, at_work: Work) -> None:
        """Orders of which nothing is left leave the queue; the bench goes on with the next."""
        at_head = self.queue[0][0]
        self.queue = deque(entry for entry in self.queue if entry[0].left)
        if not at_head.left:
            at_work.cancel()
            self.works.busy.add(-1)
            self._work()


class CalmBench(Bench):
    """A bench that nothing disturbs: when an order will be ready is known as soon as it is placed.

    So nothing ever stands in its queue, and no work is ever under way.
    """

    def __init__(self, world: World, works: Works, name: str, spec: Supplier, supply: Supply) -> None:
        super().__init__(world, works, name, spec, supply)
        self._free_at = 0  # when all that has been ordered will have been worked
        self._booked = 0  # seconds of work
        world.ledger.posters.append(self._post)

    def _begin(self, order: Order, route: Route, lead_time: float) -> None:
        ready = now = self.clock._now
        if self.rate != float("inf"):
            work = ceil(order.quantity / self.rate - SLIVER)
            self._booked += work
            self._free_at = ready = max(now, self._free_at) + work
        ready += round(lead_time)
        if self.works.flawless and route.by_timetable:  # on one lane all is booked, or nothing: it leaves in turn
            route.book(order, ready, self.turn)
        elif not lead_time and self.rate == float("inf"):
            self.ship(order, route)
        else:
            self.works.load_at(ready, self, order, route)

    def _post(self) -> None:
        """How long it has been busy: for all that has been ordered but for what is still to be worked."""
        left = max(0, self._free_at - self.clock._now)
        self.works.busy.lasted(self._booked - left)
        self._booked = left
