"""A production line: it takes the components of a lot, runs, and delivers; and it always knows why it stands."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.subject import NODE
from twin.engine.clock import Bell, Phase
from twin.engine.dial import Work
from twin.engine.measures import DailyTally
from twin.model.calendar import weekday
from twin.model.distributions import RandomDuration, constant
from twin.model.spec import ItemName, Spec, WarehouseName
from twin.model.units import DAY, DaysPerWeek, HoursPerDay, PositivePieces, PricePerPiece, PricePerTime, Throughput
from twin.nodes.failures import Failures, RunningTime
from twin.nodes.node import Node
from twin.nodes.product import Part, Product
from twin.nodes.substitution import Choice, Substitution
from twin.transport.order import Order

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model
    from twin.nodes.warehouse import Store

STATES = ("off", "down", "blocked", "changeover", "running", "starved", "idle")  # the first that applies


class Making(Spec):
    """How one product is made."""

    rate: Annotated[Throughput, Field(description="pieces per time while running")]
    lot: Annotated[PositivePieces, Field(description="pieces made from one taking of components")] = 1
    cost: Annotated[PricePerPiece, Field(description="production cost per piece, at the lot's end")] = 0.0


class Working(Spec):
    """Shifts: from midnight so many hours a day, from Monday so many days a week."""

    hours: Annotated[HoursPerDay, Field(description="like `16 h/d`")] = DAY
    days: Annotated[DaysPerWeek, Field(description="like `5 d/wk`")] = 7


class Line(Node):
    """A production line: components from one warehouse, products to one warehouse and nowhere else."""

    dials: ClassVar = {"capacity": (NODE,)}
    blows: ClassVar = {"scrap_work": (NODE,)}

    kind: Literal["line"]
    origin: Annotated[WarehouseName, Field(alias="from", description="warehouse of its components")]
    destination: Annotated[WarehouseName, Field(alias="to", description="warehouse of its products")]
    makes: Annotated[dict[ItemName, Making], Field(min_length=1, description="products and how they are made")]
    working: Annotated[Working, Field(description="default: always")] = Working()
    changeover: Annotated[RandomDuration, Field(description="time lost when the item changes")] = constant(0)
    failures: Annotated[Failures | None, Field(description="breakdowns, `mtbf` of running time; default: never")] = None
    down_cost: Annotated[PricePerTime, Field(description="wages and overhead per time starved, blocked or down")] = 0.0

    def handled(self, name: str, model: Model) -> tuple[str, ...]:
        return tuple(self.makes)

    def findings(self, name: str, model: Model) -> Iterator[str]:
        for item in self.makes:
            if not model.items[item].bom:
                yield f"`{name}` makes `{item}` out of nothing: it has no `bom`"

    def live(self, world: World, name: str) -> Shop:
        parts = {part for item in self.makes for part, _ in world.boms[item]}
        shop = (AdaptableShop if parts & world.alternates.keys() else Shop)(world, name, self)
        world.process(shop.live())
        if self.failures is not None:
            world.process(self.failures.live(world, name, shop.running_time.after, (shop.pace,)))
        if self.working != Working():
            world.process(shop.shifts(self.working))
        return shop


class Shop:
    """A line at work."""

    def __init__(self, world: World, name: str, spec: Line) -> None:
        ledger = world.ledger
        self.world = world
        self.clock = world.clock
        self.ledger = ledger
        self.name = name
        self.spec = spec
        self.origin = world.nodes[spec.origin]
        self.destination = world.nodes[spec.destination]
        self.orders: list[Order] = []
        self.setup: str | None = None  # the item that the line is set up for
        self.pace = world.dial("capacity", name).among("disruption")  # shifts and failures turn it, too
        self.pace.listen(self._pace_changed)
        self.running_time = RunningTime(world.clock)  # by which it fails, where it does
        self.lot_work: Work | None = None
        self._products: dict[str, Product] = {}
        self._turn = world.turn(Phase.MAKE, name, since=2)  # after shifts and failures of the same instant
        self._bell = Bell(world.clock, self._turn)
        self._changeovers = world.draws(f"changeover {name}", spec.changeover)
        self._clocks = {state: ledger.gauge(state, name) for state in STATES}
        self._starved_by = {
            part: ledger.gauge("starved_by", name, part) for item in spec.makes for part, _ in world.boms[item]
        }  # fmt: skip
        self._started = {item: ledger.tally("started", name, item, kind=DailyTally) for item in spec.makes}
        self._made = {item: ledger.tally("made", name, item) for item in spec.makes}
        self._production = ledger.tally("cost", "production")
        ledger.tally("failures", name)
        self._off = False
        self._activity = "idle"
        self._missing: tuple[str, ...] = ()
        self._shown: tuple[str, tuple[str, ...]] = ("", ())
        world.blows["scrap_work", name] = self.scrap_work
        self._show()

    # Orders -----------------------------------------------------------------------------------------------------------

    def order(self, stock: Any, quantity: int) -> Order:
        """A stock of products orders from this line."""
        stock.expect(quantity)
        if not self._products:  # stocks are opened after lines
            self._open()
        self.orders.append(order := Order(stock, quantity, self.clock._now))
        self._bell.ring()
        return order

    def forget(self, item: str) -> None:
        """An item's life is over: its orders are cut, a lot that runs or blocks is still put where it belongs."""
        for order in [order for order in self.orders if order.item == item]:
            order.cut(order.left)
            self.orders.remove(order)
        self._bell.ring()

    def _open(self) -> None:
        world, origin = self.world, self.origin
        for item, making in self.spec.makes.items():
            self._products[item] = Product(world, self.name, origin, item, making, world.boms[item])

    # Life -------------------------------------------------------------------------------------------------------------

    def live(self) -> Generator[Event, None, None]:
        """Lot after lot: wait for an order that can be made, change over, take the components, run, deliver."""
        while True:
            order = yield from self._next_order()
            if self.setup not in (None, order.item):
                self._become("changeover")
                yield Work(self.clock, next(self._changeovers), self.pace, self._turn)
                self.setup = order.item
                if self.pace.value == 0 or not order.left or self._lacking(order):
                    continue
            self.setup = order.item
            product = self._products[order.item]
            lot = self._start_lot(order, product)
            self._become("running")
            self.lot_work = Work(self.clock, lot / product.rate, self.pace, self._turn)
            yield self.lot_work
            self.lot_work = None
            self._finish_lot(order.item, product, lot)
            left = lot - self.destination.take_in(order.item, lot, product.making, product.finished)
            while left:  # what does not fit blocks the line until it has entered
                self._become("blocked")
                yield from self._news(self.destination)
                left -= self.destination.put(order.item, left, product.finished)

    def _next_order(self) -> Generator[Event, None, Order]:
        """The oldest order whose next lot has all its components."""
        while True:
            if not self.orders:
                self._become("idle")
            elif self.pace.value > 0:
                for order in self.orders:
                    if not self._lacking(order):
                        return order
                self._starve(self.orders[0])
                yield from self._news(self.origin)
                continue
            yield self._bell.wait()

    def _news(self, store: Store) -> Generator[Event, None, None]:
        """Wait for the bell, which the warehouse rings, too, while we wait."""
        store.bells[self._bell] = None
        yield self._bell.wait()
        del store.bells[self._bell]

    def _lacking(self, order: Order) -> list[Part]:
        """The components of which there are too few for the next lot of an order, on the shelf and at the dock."""
        product = self._products[order.item]
        lot = min(product.lot, order.left)
        scarce = product.scarce(lot) if self.origin.doors.value > 0 else product.parts
        return [part for part in scarce if part.stock.available < part.per_piece * lot]

    def _starve(self, order: Order) -> None:
        missing = self._lacking(order)
        names = tuple(part.stock.item for part in missing)
        for part in missing:
            part.stock.break_cycle()
        if self._activity != "starved" or names != self._missing:
            lot = min(self._products[order.item].lot, order.left)
            for part in missing:
                part.stock.miss(part.per_piece * lot - part.stock.available)
            self._become("starved", names)

    def _start_lot(self, order: Order, product: Product) -> int:
        """Components leave the shelf, or the dock."""
        lot = min(product.lot, order.left)
        freed = lot * product.space
        for part in product.scarce(lot) if self.origin.queue else ():
            freed -= part.stock.fetch(part.per_piece * lot) * part.stock.space
        product.kit.take(lot)
        self._started[order.item].add(lot)
        self.origin.vacate(freed)
        for stock in product.watched:
            stock.moved()
        order.left -= lot
        if not order.left:
            self.orders.remove(order)
        return lot

    def _finish_lot(self, item: str, product: Product, lot: int) -> None:
        """Components become products."""
        product.kit.use(lot)
        self._made[item].add(lot)
        self._production.add(lot * product.cost)

    # Shifts, failures and disruptions all turn the pace ---------------------------------------------------------------

    def shifts(self, working: Working) -> Generator[Event, None, None]:
        """Off outside the working time."""
        world = self.world
        turn = world.turn(Phase.MAKE, self.name, since=0)
        day = 0
        while True:
            yield world.at(day * DAY, turn)
            if weekday(day, world.start) < working.days:
                self._shift(True)
                if working.hours < DAY:
                    yield world.at(day * DAY + working.hours, turn)
                    self._shift(False)
            else:
                self._shift(False)
            day += 1

    def _shift(self, working: bool) -> None:
        self._off = not working
        self.pace.turn("shift", None if working else 0.0)
        self._show()

    def scrap_work(self, share: float) -> None:
        """Share of the work done on the running lot is to be done again."""
        if self.lot_work is not None:
            self.lot_work.lose(share)

    def _pace_changed(self) -> None:
        self._show()
        self._bell.ring()

    # State ------------------------------------------------------------------------------------------------------------

    def _become(self, activity: str, missing: tuple[str, ...] = ()) -> None:
        self._activity = activity
        self._missing = missing
        self._show()

    def _show(self) -> None:
        """Exactly one state at any instant: the first that applies.

        Starved time is shared by the components that lack.
        """
        state = "off" if self._off else "down" if self.pace.value == 0 else self._activity
        missing = self._missing if state == "starved" else ()
        before, short = self._shown
        if before != state:
            if before:
                self._clocks[before].add(-1)
            self._clocks[state].add(1)
            self.running_time.go(state == "running")
        if short != missing:
            for part in short:
                self._starved_by[part].set(0)
                self.origin.stocks[part].wanting.add(-1)
            for part in missing:
                self._starved_by[part].set(1 / len(missing))
                self.origin.stocks[part].wanting.add(1)
        self._shown = (state, missing)


class AdaptableShop(Shop):
    """A line some of whose components have alternates: what lacks and can be replaced does not stop it."""

    def __init__(self, world: World, name: str, spec: Line) -> None:
        super().__init__(world, name, spec)
        self.substitution = Substitution(world, name, spec.makes, self._bell.ring)
        self._plain: dict[str, Product] = {}
        self._variants: dict[tuple[str, tuple[tuple[str, str], ...]], Product] = {}
        self._choice: Choice = {}  # for the lot that was looked at last

    def _open(self) -> None:
        super()._open()
        self._plain = dict(self._products)

    def _lacking(self, order: Order) -> list[Part]:
        """The components that lack and have no alternate at hand either. If none, the variant to be made is chosen."""
        self._choice = {}
        self._products[order.item] = plain = self._plain[order.item]
        missing = super()._lacking(order)
        if not missing or not self.origin.open:
            return missing
        needs = {part.stock.item: part.per_piece * min(plain.lot, order.left) for part in plain.parts}
        choice = self.substitution.choose(needs, {part.stock.item for part in missing}, self.origin.stocks)
        if len(choice) == len(missing):
            self._choice = choice
            self._products[order.item] = self._variant(order.item, choice)
        return [part for part in missing if part.stock.item not in choice]

    def _variant(self, item: str, choice: Choice) -> Product:
        """The product with what was chosen for its components; made at first use, with a kit of its own."""
        key = item, tuple(sorted(choice.items()))
        if key not in self._variants:
            making, bom = self.spec.makes[item], self.substitution.adapted(item, choice)
            self._variants[key] = Product(self.world, self.name, self.origin, item, making, bom)
        return self._variants[key]

    def _start_lot(self, order: Order, product: Product) -> int:
        lot = super()._start_lot(order, product)
        self.substitution.began(order.item, lot, self._choice)
        return lot

    def _finish_lot(self, item: str, product: Product, lot: int) -> None:
        super()._finish_lot(item, product, lot)
        if product is not self._plain[item]:
            self.ledger.tally("with_alternates", self.name, item).add(lot)
