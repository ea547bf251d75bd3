"""Replenishment rules: from a stock's position to a quantity to order. Pure functions, testable without a clock.

Adding a rule is one class: its parameters as the scenario writes them, `settled(outlook)`, which turns them into
pieces, and `order(view)`. It is found by its `rule` name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias, get_args

from pydantic import Field

from twin.model.spec import Spec, Whole
from twin.model.units import DAY, Cover, PositiveDuration, PositiveStocking, Stocking
from twin.replenishment.safety_stock import Outlook, SafetyStock, figures, in_pieces, told, up

Review = Literal["continuous"] | PositiveDuration
Buffer = Stocking | SafetyStock
if TYPE_CHECKING:
    MaybeLevel: TypeAlias = Any  # a count or days as written; pieces once the rule is settled
    Lot: TypeAlias = Any
else:
    MaybeLevel = Stocking | None
    Lot = PositiveStocking


@dataclass(slots=True)
class View:
    """What a rule sees of a stock. Position = on hand + on order − backlog."""

    on_hand: int
    on_order: int
    backlog: int
    position: int


class Rule(Spec):
    """What every rule has: its name, when it looks, and an order."""

    kinds: ClassVar[dict[str, type[Rule]]] = {}
    either: ClassVar[frozenset[str]] = frozenset()  # parameters of which one is given, and the later one holds

    rule: str
    review: Review = DAY

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls is not Rule:
            (name,) = get_args(cls.model_fields["rule"].annotation)
            Rule.kinds[name] = cls

    @classmethod
    def lacking(cls, parameters: Mapping[str, Any]) -> str:
        """What the rule still needs beside these parameters, in words; empty if nothing."""
        needed = [
            f"`{name}`" for name, field in cls.model_fields.items() if field.is_required() and name not in parameters
        ]
        return " and ".join(needed)

    def settled(self, outlook: Outlook) -> Self:
        """The same rule with every level in pieces."""
        raise NotImplementedError

    def contradiction(self, outlook: Outlook) -> tuple[str, str] | None:
        """Which level of the rule as written contradicts another one, and how."""
        return None

    def told(self, outlook: Outlook) -> str:
        """What the rule as written comes to in pieces, and how."""
        return f"level {figures(self.settled(outlook).trigger)} pc"

    def order(self, view: View) -> int:
        """Pieces to order now."""
        raise NotImplementedError

    def raised(self) -> Self:
        """The settled rule between a notice and its event: its levels are higher by its `prebuild`, if it has one."""
        return self

    @property
    def trigger(self) -> int:
        """The position that makes the rule order."""
        raise NotImplementedError

    @property
    def mean_position(self) -> float:
        """Where the position is on average, when all is calm."""
        raise NotImplementedError

    @property
    def least_order(self) -> int:
        """Pieces that an order has at least."""
        return self.lot

    @property
    def lot(self) -> int:
        """Orders are whole multiples of this."""
        return 1


def _level(given: MaybeLevel, outlook: Outlook, safety_stock: Buffer | None) -> float:
    """A level as given, or mean demand × (lead time + review) + safety stock."""
    if given is not None:
        return in_pieces(given, outlook)
    return outlook.demand * outlook.exposure + in_pieces(safety_stock, outlook)


def _level_told(given: MaybeLevel, outlook: Outlook, safety_stock: Buffer | None) -> str:
    """The same in words."""
    level = up(_level(given, outlook, safety_stock))
    if given is not None:
        return told(given, outlook)
    review = f" + {figures(outlook.review)} d review" if outlook.review else ""
    times = f"({figures(outlook.lead_time)} d lead time{review})"
    buffer = "" if safety_stock is None else f" + {told(safety_stock, outlook, 'safety stock')}"
    return f"{figures(level)} pc = {figures(outlook.demand)} pc/d × {times}{buffer}"


class BaseStock(Rule):
    """Up to a level, at every review.

    >>> BaseStock(rule="base_stock", level="100 pc").order(View(on_hand=30, on_order=50, backlog=0, position=80))
    20
    """

    rule: Literal["base_stock"]
    review: Annotated[Review, Field(description="`continuous`, or a time: reviews at its multiples")] = DAY
    level: Annotated[
        MaybeLevel, Field(description="order-up-to level; default: demand × (lead time + review) + safety stock")
    ] = None
    safety_stock: Annotated[Buffer | None, Field(description="count, days, or a method")] = None
    prebuild: Annotated[
        MaybeLevel, Field(description="how much higher the level is between the `notice` of a disruption and its start")
    ] = None

    def settled(self, outlook: Outlook) -> Self:
        level, prebuild = up(_level(self.level, outlook, self.safety_stock)), up(in_pieces(self.prebuild, outlook))
        return self.model_copy(update={"level": level, "prebuild": prebuild})

    def told(self, outlook: Outlook) -> str:
        return f"level {_level_told(self.level, outlook, self.safety_stock)}"

    def raised(self) -> Self:
        return self.model_copy(update={"level": self.level + self.prebuild})

    def order(self, view: View) -> int:
        return max(0, self.level - view.position)

    @property
    def trigger(self) -> int:
        return self.level

    @property
    def mean_position(self) -> float:
        return self.level


class MinMax(Rule):
    """(s, S): up to S when the position is at or below s.

    >>> rule = MinMax(rule="min_max", reorder_point="40 pc", order_up_to="100 pc")
    >>> rule.order(View(40, 0, 0, 40)), rule.order(View(41, 0, 0, 41))
    (60, 0)
    """

    either: ClassVar = frozenset({"order_quantity", "order_up_to"})

    rule: Literal["min_max"]
    review: Annotated[Review, Field(description="`continuous`, or a time: reviews at its multiples")] = DAY
    reorder_point: Annotated[
        MaybeLevel, Field(description="s; default: demand × (lead time + review) + safety stock")
    ] = None
    order_up_to: Annotated[MaybeLevel, Field(description="S; default: s + `order_quantity`")] = None
    order_quantity: Annotated[Lot | None, Field(description="S − s")] = None
    safety_stock: Annotated[Buffer | None, Field(description="count, days, or a method")] = None
    prebuild: Annotated[
        MaybeLevel, Field(description="how much higher the level is between the `notice` of a disruption and its start")
    ] = None

    @classmethod
    def lacking(cls, parameters: Mapping[str, Any]) -> str:
        given = {key for key, value in parameters.items() if value is not None}
        return "" if given & cls.either else "`order_up_to` or `order_quantity`, like `order_quantity: 14 d`"

    def settled(self, outlook: Outlook) -> Self:
        point = up(_level(self.reorder_point, outlook, self.safety_stock))
        if self.order_up_to is None:
            top = point + up(in_pieces(self.order_quantity, outlook))
        else:
            top = up(in_pieces(self.order_up_to, outlook))
        prebuild = up(in_pieces(self.prebuild, outlook))
        return self.model_copy(update={"reorder_point": point, "order_up_to": top, "prebuild": prebuild})

    def contradiction(self, outlook: Outlook) -> tuple[str, str] | None:
        if isinstance(self.order_up_to, Cover) and not outlook.demand:  # days of no demand: nothing is ordered
            return None
        settled = self.settled(outlook)
        point, top = settled.reorder_point, settled.order_up_to
        if point <= top:
            return None
        return "order_up_to", f"{figures(top)} pc is below its reorder point, {figures(point)} pc"

    def told(self, outlook: Outlook) -> str:
        point = _level_told(self.reorder_point, outlook, self.safety_stock)
        if self.order_up_to is not None:
            return f"reorder point {point}; order up to {told(self.order_up_to, outlook)}"
        top = figures(self.settled(outlook).order_up_to)
        return f"reorder point {point}; order up to {top} pc, {told(self.order_quantity, outlook)} above it"

    def raised(self) -> Self:
        point, top = self.reorder_point + self.prebuild, self.order_up_to + self.prebuild
        return self.model_copy(update={"reorder_point": point, "order_up_to": top})

    def order(self, view: View) -> int:
        return max(0, self.order_up_to - view.position) if view.position <= self.reorder_point else 0

    @property
    def trigger(self) -> int:
        return self.reorder_point

    @property
    def mean_position(self) -> float:
        return (self.reorder_point + self.order_up_to) / 2

    @property
    def least_order(self) -> int:
        return max(1, self.order_up_to - self.reorder_point)


class ReorderQuantity(Rule):
    """(r, Q): as many Q as lift the position above r, when it is at or below r.

    >>> rule = ReorderQuantity(rule="r_q", reorder_point="3 pc", quantity="5 pc")
    >>> rule.order(View(0, 0, 3, -3)), rule.order(View(4, 0, 0, 4))
    (10, 0)
    """

    rule: Literal["r_q"]
    review: Annotated[Review, Field(description="`continuous`, or a time: reviews at its multiples")] = "continuous"
    reorder_point: Annotated[
        MaybeLevel, Field(description="r; default: demand × (lead time + review) + safety stock")
    ] = None
    quantity: Annotated[Lot, Field(description="Q")]
    safety_stock: Annotated[Buffer | None, Field(description="count, days, or a method")] = None
    prebuild: Annotated[
        MaybeLevel, Field(description="how much higher the level is between the `notice` of a disruption and its start")
    ] = None

    def settled(self, outlook: Outlook) -> Self:
        point = up(_level(self.reorder_point, outlook, self.safety_stock))
        quantity = up(in_pieces(self.quantity, outlook))
        prebuild = up(in_pieces(self.prebuild, outlook))
        return self.model_copy(update={"reorder_point": point, "quantity": quantity, "prebuild": prebuild})

    def told(self, outlook: Outlook) -> str:
        point = _level_told(self.reorder_point, outlook, self.safety_stock)
        return f"reorder point {point}; orders of {told(self.quantity, outlook)}"

    def raised(self) -> Self:
        return self.model_copy(update={"reorder_point": self.reorder_point + self.prebuild})

    def order(self, view: View) -> int:
        if view.position > self.reorder_point:
            return 0
        if not self.quantity:  # days of no demand: nothing but what lacks to r
            return self.reorder_point - view.position
        return ((self.reorder_point - view.position) // self.quantity + 1) * self.quantity

    @property
    def trigger(self) -> int:
        return self.reorder_point

    @property
    def mean_position(self) -> float:
        return self.reorder_point + self.quantity / 2

    @property
    def lot(self) -> int:
        return max(1, self.quantity)


class Kanban(Rule):
    """⌊(bins × bin − on hand − on order) ÷ bin⌋ bins; a backlog frees no card.

    >>> Kanban(rule="kanban", bins=3, bin="10 pc").order(View(on_hand=4, on_order=10, backlog=9, position=5))
    10
    """

    rule: Literal["kanban"]
    review: Annotated[Review, Field(description="`continuous`, or a time: reviews at its multiples")] = "continuous"
    bins: Annotated[Whole, Field(ge=1, description="cards in the loop")]
    bin: Annotated[Lot, Field(description="pieces to a bin")]

    def settled(self, outlook: Outlook) -> Self:
        size = up(in_pieces(self.bin, outlook))
        return self.model_copy(update={"bin": size} if size else {"bin": 1, "bins": 0})  # days of no demand: no bins

    def told(self, outlook: Outlook) -> str:
        full = figures(self.settled(outlook).trigger)
        return f"full bins {full} pc = {self.bins} bins × {told(self.bin, outlook)}"

    def order(self, view: View) -> int:
        return max(0, (self.bins * self.bin - view.on_hand - view.on_order) // self.bin) * self.bin

    @property
    def trigger(self) -> int:
        return self.bins * self.bin

    @property
    def mean_position(self) -> float:
        return self.bins * self.bin

    @property
    def lot(self) -> int:
        return self.bin


def parameters() -> Mapping[str, Any]:
    """Every parameter that some rule has, with its field."""
    return {name: field for kind in Rule.kinds.values() for name, field in kind.model_fields.items()}
