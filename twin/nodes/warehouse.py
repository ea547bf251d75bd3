"""A warehouse: finite space, a dock where goods wait that do not fit, and doors that a disruption can shut."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from twin.disruptions.subject import ITEM, NODE, Found
from twin.engine.account import Account
from twin.engine.clock import Bell, Moment, Phase
from twin.engine.measures import PeakGauge
from twin.model.carrying import Carrying
from twin.model.spec import Spec
from twin.model.units import Rent, Space
from twin.nodes.node import Node
from twin.nodes.stock import Stock

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model

SPACE_UNITS = 1_000_000_000  # space is kept in whole billionths of its unit
UNLIMITED = float("inf")


class Overflow(Spec):
    """Rented space that opens when the warehouse is full."""

    space: Annotated[Space, Field(description="how much can be rented")]
    price: Annotated[Rent, Field(description="per unit of rented space in use and time")]


class Warehouse(Node):
    """A place that keeps stocks: parts for lines, products for customers, anything for other warehouses."""

    dials: ClassVar = {"doors": (NODE,), "space": (NODE,), "rent": (NODE,), "ordering": (NODE,)}
    blows: ClassVar = {"destroy": (ITEM,)}

    kind: Literal["warehouse"]
    capacity: Annotated[
        Space | None, Field(description="in the unit that its items' `space` uses; default: unlimited")
    ] = None
    storage: Annotated[Rent | None, Field(description="per unit of own space in use and time")] = None
    overflow: Annotated[Overflow | None, Field(description="rented space that opens when `capacity` is full")] = None
    waiting: Annotated[Rent | None, Field(description="per unit of space and time that goods wait at the dock")] = None
    carrying: Annotated[
        Carrying | None, Field(description="yearly shares of value, instead of the model's, key by key")
    ] = None

    def handled(self, name: str, model: Model) -> tuple[str, ...]:
        return model.network.stocked[name]

    def live(self, world: World, name: str) -> Store:
        return Store(world, name, self)

    def mistakes(self, name: str, model: Model) -> Iterator[Found]:
        here = ("nodes", name)
        for unit, key in {unit: key for key, unit in reversed([*self._units()])}.items():
            for item in model.network.stocked[name]:
                space = model.items[item].space
                if space is not None and space.unit != unit:
                    yield (
                        (*here, key),
                        f"nodes.{name}.{key} is in {unit}, but items.{item}.space is in {space.unit}; "
                        f"use one unit for both",
                    )
                    break
        if self.overflow is not None and self.capacity is None:
            yield (
                (*here, "overflow"),
                f"nodes.{name} has `overflow` but no `capacity` that could be full; write one, like `capacity: 900 m3`",
            )

    def _units(self) -> Iterator[tuple[str, str]]:
        for key, measure in (("capacity", self.capacity), ("storage", self.storage), ("waiting", self.waiting)):
            if measure is not None:
                yield key, measure.unit
        if self.overflow is not None:
            yield "overflow", self.overflow.space.unit
            yield "overflow", self.overflow.price.unit

    def findings(self, name: str, model: Model) -> Iterator[str]:
        if self.capacity is not None:
            free = [item for item in model.network.stocked[name] if not model.items[item].space]
            if free:
                yield f"`{name}` has a capacity, but these of its items have no `space`: {', '.join(free)}"


class Waiting:
    """Pieces at the dock that have not entered."""

    __slots__ = ("counted", "item", "quantity")

    def __init__(self, item: str, quantity: int) -> None:
        self.item = item
        self.quantity = quantity
        self.counted = False


class Store:
    """A warehouse at work."""

    def __init__(self, world: World, name: str, spec: Warehouse) -> None:
        ledger = world.ledger
        self.world = world
        self.ledger = ledger
        self.name = name
        self.spec = spec
        self.dock = f"{name} dock"
        self.stocks: dict[str, Stock] = {}
        self.values: dict[str, float] = {}
        self.used = 0
        self.rentable = spec.overflow.space.amount if spec.overflow else 0
        self.queue: deque[Waiting] = deque()
        self.bells: dict[Bell, None] = {}  # of lines that starve or are blocked for what lies here
        self.doors = world.dial("doors", name)
        self.space = world.dial("space", name)
        self.rent = world.dial("rent", name)
        self.ordering = world.dial("ordering", name)
        storage = spec.storage.price if spec.storage else 0.0
        waiting = spec.waiting.price if spec.waiting else 0.0
        overflow = spec.overflow.price.price if spec.overflow else 0.0
        self.own = ledger.gauge("space", name, price=storage / SPACE_UNITS, kind=PeakGauge)
        self.rented = ledger.gauge("overflow", name, price=overflow / SPACE_UNITS)
        self.blocked = ledger.gauge("dock", name, price=waiting / SPACE_UNITS)
        self.refused = ledger.tally("refused", name)
        self._unloading: Moment | None = None
        self._turn = world.turn(Phase.ARRIVE, name)
        self._measure()
        for dial in (self.doors, self.space):
            dial.listen(self._changed)
        self.rent.listen(self._new_rent)
        self.ordering.listen(self._ordering_again)

    def add(self, stock: Stock, value: float) -> None:
        """Keep a stock here; `value` of a piece."""
        self.stocks[stock.item] = stock
        self.values[stock.item] = value
        self.world.blows["destroy", stock.name] = lambda share: self.scrap(stock, round(share * stock.on_hand))

    @property
    def open(self) -> bool:
        return self.doors.value > 0

    # Space ------------------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        capacity = self.spec.capacity
        self.usable = UNLIMITED if capacity is None else int(capacity.amount * self.space.value)
        self.room = self.usable + self.rentable

    def occupy(self, amount: int) -> None:
        """Space taken, or given back (below 0)."""
        self.used += amount
        if self.used <= self.usable and not self.rented.value:
            self.own.add(amount)
        else:
            self._share_out_space()

    def vacate(self, amount: int) -> None:
        """Pieces have left, and this much space is free again."""
        if amount and self.rented.value:
            self.occupy(-amount)
        elif amount:  # nothing is rented, and less is needed now
            self.used -= amount
            self.own.add(-amount)
        if self.queue or self.bells:
            self.wake()

    def _share_out_space(self) -> None:
        """Own space first, then the rented; beyond both is only what was inside when space shrank."""
        rented = min(max(0, self.used - self.usable), self.rentable)
        self.own.set(self.used - rented)
        self.rented.set(rented)

    def fits(self, stock: Stock, quantity: int) -> int:
        """How many of the pieces fit now, own and rented space together."""
        if self.doors.value == 0:
            return 0
        space = stock.space
        free = self.room - self.used
        if quantity * space <= free:
            return quantity
        return int(max(0, free)) // space if space else quantity

    def wake(self) -> None:
        """Pieces have left or are owed: the dock works in its turn, and lines look again."""
        if self.queue:
            self._call_dock()
        self._tell_lines()

    def _call_dock(self) -> None:
        if self._unloading is None:
            self._unloading = self.world.at(self.world.clock._now, self._turn, self._work_dock)

    def _changed(self) -> None:
        """Doors or space: what waits inside and outside looks again."""
        self._measure()
        self._share_out_space()
        self._call_dock()
        self._tell_lines()

    def _new_rent(self) -> None:
        for gauge, rent in (
            (self.own, self.spec.storage),
            (self.rented, self.spec.overflow and self.spec.overflow.price),
        ):
            if rent:
                gauge.reprice(rent.price / SPACE_UNITS * self.rent.value)

    def _ordering_again(self) -> None:
        for stock in self.stocks.values():
            stock.moved()

    # Receiving --------------------------------------------------------------------------------------------------------

    def receive(self, goods: Iterable[tuple[str, int, Account]]) -> None:
        """A shipment arrives at the dock. What nobody waits for and fits need not stay there for an instant."""
        for item, quantity, source in goods:
            stock = self.stocks[item]
            if stock.ageing is not None:
                quantity = stock.ageing.admit(quantity, source)
                if not quantity:
                    continue
            if not self.queue and not stock.owed and self.fits(stock, quantity) == quantity:
                self._shelve(stock, quantity, source, stock.at_dock)
            else:
                self.ledger.transfer(source, stock.at_dock, quantity)
                if stock.space:
                    self.blocked.add(quantity * stock.space)
                self.queue.append(Waiting(item, quantity))
        if self.queue:
            self._unload()
        elif self.bells:
            self._tell_lines()

    def _shelve(self, stock: Stock, quantity: int, source: Account, via: Account | None = None) -> None:
        """Pieces come onto the shelf."""
        self.ledger.transfer(source, stock.shelf, quantity, via)
        if stock.space:
            self.occupy(quantity * stock.space)
        stock.arrived(quantity)
        if stock.owed:
            stock.break_cycle()

    def _tell_lines(self) -> None:
        """Ring: a line goes on in its own turn, not while the bells are gone through."""
        for bell in self.bells:
            bell.ring()

    def _work_dock(self, _: object) -> None:
        self._unloading = None
        for stock in self.stocks.values():
            stock.serve_owed()
        self._unload()

    def _unload(self) -> None:
        """Owed claims straight from the dock; then what fits enters, in the order of arrival; the rest waits."""
        for item in dict.fromkeys(waiting.item for waiting in self.queue):
            self.stocks[item].serve_owed()
        while self.queue:
            waiting = self.queue[0]
            stock = self.stocks[waiting.item]
            entering = self.fits(stock, waiting.quantity)
            if entering:
                self._left_dock(waiting, entering)
                self._shelve(stock, entering, stock.at_dock)
            if waiting.quantity:
                break
            self.queue.popleft()
        for waiting in self.queue:
            if not waiting.counted:
                waiting.counted = True
                self.refused.add(waiting.quantity)
        self._tell_lines()

    def _left_dock(self, waiting: Waiting, quantity: int) -> None:
        waiting.quantity -= quantity
        space = self.stocks[waiting.item].space
        if space:
            self.blocked.add(-quantity * space)

    def straight_through(self, item: str, quantity: int) -> None:
        """Pieces have gone from the dock to who needed them at once, taking no space."""
        self.stocks[item].arrived(quantity)
        self._gone_from_dock(item, quantity)

    def _gone_from_dock(self, item: str, quantity: int) -> None:
        for waiting in self.queue:
            if waiting.item == item and quantity:
                taken = min(quantity, waiting.quantity)
                self._left_dock(waiting, taken)
                quantity -= taken
        if any(not waiting.quantity for waiting in self.queue):
            self.queue = deque(waiting for waiting in self.queue if waiting.quantity)
        self.wake()

    def take_in(self, item: str, quantity: int, making: Account, line: Account) -> int:
        """A line has made pieces: what nobody waits for and fits need not stand there. Returns how many have gone."""
        stock = self.stocks[item]
        if stock.ageing is not None or stock.owed or self.fits(stock, quantity) < quantity:
            self.ledger.transfer(making, line, quantity)
            return self.put(item, quantity, line)
        self._shelve(stock, quantity, making, line)
        self._tell_lines()
        return quantity

    def put(self, item: str, quantity: int, line: Account) -> int:
        """A line delivers: owed claims first, then as far as it fits. Returns the pieces that have left the line."""
        stock = self.stocks[item]
        good = quantity if stock.ageing is None else stock.ageing.admit(quantity, line)
        left = good - stock.serve_owed(line, good)
        entering = self.fits(stock, left)
        if entering:
            self._shelve(stock, entering, line)
        if left < quantity or entering:
            self._tell_lines()
        return quantity - left + entering

    # Losing -----------------------------------------------------------------------------------------------------------

    def scrap(self, stock: Stock, quantity: int) -> None:
        """Pieces on the shelf are lost."""
        if quantity:
            stock.scrap(quantity, stock.shelf)
            self.vacate(quantity * stock.space)
            stock.moved()

    def scrap_at_dock(self, stock: Stock, quantity: int) -> None:
        """Pieces at the dock are lost: they are on order no longer."""
        if quantity:
            stock.scrap(quantity, stock.at_dock)
            stock.on_order.add(-quantity)
            self._gone_from_dock(stock.item, quantity)
            stock.moved()

    # Supplying other warehouses ---------------------------------------------------------------------------------------

    def seller(self, item: str) -> Stock:
        """Who takes orders of an item: its stock."""
        return self.stocks[item]

    def quay(self, lane: str) -> str:
        """Where goods stand until they depart: they have left the shelf and are still ours."""
        return f"{lane} quay"
