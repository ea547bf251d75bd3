"""A customer: orders again and again, and is served, waits, or goes elsewhere."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.subject import ITEM
from twin.engine.account import SOLD, Account
from twin.engine.clock import LAST, Clock, Moment, Phase
from twin.engine.measures import DailyTally
from twin.engine.remainder import Remainder
from twin.model.calendar import month, weekday
from twin.model.distributions import Distribution, RandomInterval, RandomPieces
from twin.model.spec import ItemName, Spec, WarehouseName
from twin.model.units import DAY, PositiveDuration, PricePerPiece, PricePerPieceTime, Trend
from twin.nodes.node import Node
from twin.transport.order import Claim

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model

Factor = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Backorder(Spec):
    """Waits so long, then the order is lost."""

    backorder: Annotated[PositiveDuration, Field(description="patience of an order")]


class Buying(Spec):
    """How one item is bought."""

    origin: Annotated[WarehouseName, Field(alias="from", description="warehouse that serves it")]
    every: Annotated[
        RandomInterval, Field(description="a time: first order at day 0; a distribution: first order after one draw")
    ]
    quantity: Annotated[RandomPieces, Field(description="pieces per order")]
    margin: Annotated[PricePerPiece, Field(description="lost per piece not sold")] = 0.0
    penalty: Annotated[PricePerPieceTime, Field(description="per piece and time late")] = 0.0
    pattern: Annotated[
        tuple[Factor, ...] | None, Field(min_length=7, max_length=7, description="weekday factors, Monday first")
    ] = None
    season: Annotated[
        tuple[Factor, ...] | None, Field(min_length=12, max_length=12, description="month factors, January first")
    ] = None
    trend: Annotated[Trend, Field(description="yearly growth of order sizes, like `3 %/yr`")] = 0.0

    @property
    def average_factor(self) -> float:
        """Pattern and season averaged."""
        pattern, season = self.pattern or (1.0,), self.season or (1.0,)
        return sum(pattern) / len(pattern) * sum(season) / len(season)

    @property
    def per_day(self) -> float:
        """Mean pieces a day, pattern and season averaged, without trend and dials."""
        return self.quantity.mean * self.average_factor * DAY / self.every.mean

    @property
    def daily_variance(self) -> float:
        """Variance of the pieces of a day: orders a day times var(size), and for random gaps the renewal term."""
        size, factor = self.quantity, self.average_factor
        gap_cv2 = self.every.var / self.every.mean**2
        return factor**2 * (size.var + gap_cv2 * size.mean**2) * DAY / self.every.mean


class Customer(Node):
    """Somebody who buys from our warehouses."""

    dials: ClassVar = {"demand": (ITEM,)}

    kind: Literal["customer"]
    buys: Annotated[dict[ItemName, Buying], Field(min_length=1, description="items and how they are bought")]
    unmet: Annotated[
        Literal["lost", "backorder"] | Backorder,
        Field(description="what happens to pieces that are not there: `lost`, `backorder`, or `{backorder: 14 d}`"),
    ] = "lost"
    all_or_nothing: Annotated[bool, Field(description="an order is served whole or not at all")] = False

    def handled(self, name: str, model: Model) -> tuple[str, ...]:
        return tuple(self.buys)

    def live(self, world: World, name: str) -> Buyer:
        return Buyer(world, name, self)


class Buyer:
    """A customer at work."""

    def __init__(self, world: World, name: str, spec: Customer) -> None:
        self.habits = {item: Habit(world, f"{name}.{item}", item, buying, spec) for item, buying in spec.buys.items()}
        self.regular: list[tuple[int, Habit]] = []  # what is ordered by the calendar, and how often
        for item, buying in sorted(spec.buys.items()):
            every, habit = buying.every, self.habits[item]
            if every.value is not None and "dist" not in every.model_fields_set:
                self.regular.append((every.value, habit))
            else:
                world.process(habit.live(every))

    def forget(self, item: str) -> None:
        """An item's life is over."""
        if item in self.habits:
            self.habits[item].end()


class Habit:
    """One customer's orders of one item."""

    def __init__(self, world: World, name: str, item: str, buying: Buying, spec: Customer) -> None:
        ledger = world.ledger
        self.world = world
        self.clock = world.clock
        self.ledger = ledger
        self.name = name
        self.item = item
        self.store = world.nodes[buying.origin]
        self.sold_to = ledger.account(SOLD, item)
        self.buying = buying
        self.whole = spec.all_or_nothing
        self.waits = spec.unmet != "lost"
        self.patience = spec.unmet.backorder if isinstance(spec.unmet, Backorder) else None
        self.level = world.dial("demand", name)
        self._steady = not (buying.pattern or buying.season or buying.trend)
        self._fractions = Remainder()
        self._sizes = world.draws(f"demand {name.replace('.', ' ')}", buying.quantity)
        self.turn = world.turn(Phase.SELL, name, LAST)
        self.demand = ledger.tally("demand", name, kind=DailyTally)
        self.short = ledger.tally("short", name, kind=DailyTally)  # orders not served completely at once: what lacked
        self.sold = ledger.tally("sold", name)
        self.lost = ledger.tally("lost", name)
        self.owed = ledger.gauge("owed", name, price=buying.penalty)

    def live(self, every: Distribution) -> Generator[Event, None, None]:
        """Order, and order again."""
        clock = self.clock
        gaps = self.world.draws(f"gap {self.name.replace('.', ' ')}", every)
        while True:
            yield Moment(clock, clock._now + next(gaps), self.turn)
            self.order()

    def _size(self) -> int:
        """Whole pieces; what pattern, season, trend and dial leave as a fraction is carried to the next order."""
        size, buying = next(self._sizes), self.buying
        factor = self.level.value
        day = self.clock._now // DAY
        if buying.pattern:
            factor *= buying.pattern[weekday(day, self.world.start)]
        if buying.season:
            factor *= buying.season[month(day, self.world.start)]
        if buying.trend:
            factor *= max(0.0, 1 + buying.trend * self.clock._now)
        if factor == 1.0:
            return size
        return self._fractions.whole(size * factor)

    def order(self) -> None:
        quantity = next(self._sizes) if self._steady and self.level.value == 1.0 else self._size()
        if not quantity:
            return
        self.demand.add(quantity)
        stock = self.store.stocks[self.item]
        if stock.has(quantity):
            stock.sell(quantity, self.sold_to)
            self.sold.add(quantity)
            return
        claim = Claim(quantity, self._deliver, self.whole, self.waits)
        stock.claim(claim)
        if claim.left:
            self.short.add(claim.left)
            self.ledger.short()
            if self.waits:
                self._wait(stock, claim)
            else:
                self.lost.add(claim.left)

    def _deliver(self, claim: Claim, quantity: int, source: Account) -> None:
        self.ledger.transfer(source, self.sold_to, quantity)
        self.sold.add(quantity)

    def _wait(self, stock: Any, claim: Claim) -> None:
        """Owed pieces count from now until they are delivered or patience ends."""
        self.owed.add(claim.left)
        claim.deliver = self._deliver_late
        if self.patience is None:
            return
        now = self.clock._now
        turn = self.world.turn(Phase.SELL, self.name, now)
        ending = self.world.at(now + self.patience, turn, lambda _: self._give_up(stock, claim))
        claim.settled = ending.cancel

    def _deliver_late(self, claim: Claim, quantity: int, source: Account) -> None:
        self.owed.add(-quantity)
        self._deliver(claim, quantity, source)

    def end(self) -> None:
        """It is wanted no more, and what is still owed of it is lost."""
        self.level.turn("lifecycle", 0.0)
        stock = self.store.stocks[self.item]
        for claim in [claim for claim in stock.owed if claim.deliver == self._deliver_late]:
            if claim.settled is not None:
                claim.settled()
            self._give_up(stock, claim)

    def _give_up(self, stock: Any, claim: Claim) -> None:
        self.owed.add(-claim.left)
        self.lost.add(claim.left)
        stock.abandon(claim)


def open_market(world: World) -> None:
    """Let the customers order who do it by the calendar: all of one rhythm are one life, mostly one event a time."""
    buyers = [node for node in world.nodes.values() if isinstance(node, Buyer)]
    timetables: dict[int, list[Habit]] = {}
    for period, habit in (entry for buyer in buyers for entry in buyer.regular):
        timetables.setdefault(period, []).append(habit)
    for period, habits in timetables.items():
        world.process(_call_off(world.clock, period, sorted(habits, key=lambda habit: habit.turn)))


def _call_off(clock: Clock, period: int, habits: Sequence[Habit]) -> Generator[Event, None, None]:
    """One habit after the other; what comes before the turn of the next comes first."""
    time = 0
    while True:
        for habit in habits:
            if habit is habits[0] or clock.has_before(habit.turn):
                yield Moment(clock, time, habit.turn)
            habit.order()
        time += period
