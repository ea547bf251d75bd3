"""A segment of a policy: which stocks it means, and what it says of them as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, create_model

from twin.model.spec import ItemName, LaneName, Spec, WarehouseName
from twin.model.units import Duration, PositiveDuration, Share
from twin.replenishment.rules import Rule, parameters
from twin.replenishment.segmentation import Class, Risk

if TYPE_CHECKING:
    from twin.language import Model


class Expediting(Spec):
    """Order over another lane when cover runs low, once per shortage."""

    lane: Annotated[LaneName, Field(description="the lane to order over")]
    when_cover_below: Annotated[PositiveDuration, Field(description="on hand ÷ mean daily demand, like `7 d`")]


class BackingUp(Spec):
    """Order over another lane while the first source is closed."""

    lane: Annotated[LaneName, Field(description="the lane to order over")]
    after: Annotated[Duration, Field(description="how long the first source has been closed, like `3 d`")]


class Selecting(Spec):
    """What a segment says besides its rule: which stocks it means, and from whom they are refilled."""

    items: Annotated[tuple[ItemName, ...] | None, Field(description="these items")] = None
    at: Annotated[tuple[WarehouseName, ...] | None, Field(description="stocks at these warehouses")] = None
    category: Annotated[Class | None, Field(alias="class", description="items of this class")] = None
    risk: Annotated[Risk | None, Field(description="items of this supply risk")] = None
    role: Annotated[Literal["component", "finished"] | None, Field(description="finished: a customer buys it")] = None
    sources: Annotated[
        dict[str, Share] | None, Field(description="lanes (or `line`) and their shares of the orders")
    ] = None
    backup: Annotated[BackingUp | None, Field(description="another lane while the first source is closed")] = None
    expedite: Annotated[Expediting | None, Field(description="another lane for shortages")] = None

    def selects(self, store: str, item: str, model: Model) -> bool:
        """Whether the segment means this stock: every selector that is given must fit."""
        role = "finished" if item in model.network.sold else "component"
        return (
            (self.items is None or item in self.items)
            and (self.at is None or store in self.at)
            and (self.role is None or self.role == role)
            and (self.category is None or self.category == model.standings[item].category)
            and (self.risk is None or self.risk == model.standings[item].risk)
        )


SELECTORS = frozenset({"items", "at", "category", "risk", "role"})
ALWAYS = frozenset({"sources", "backup", "expedite"})  # not a matter of the rule

if TYPE_CHECKING:
    Segment = Selecting
else:  # its keys follow from the rules that there are
    Segment = create_model(
        "Segment",
        __base__=Selecting,
        __doc__="Some stocks and how they are replenished: selectors, a rule, and the rule's parameters.",
        rule=(Annotated[Literal[tuple(sorted(Rule.kinds))] | None, Field(description="the replenishment rule")], None),
        **{
            name: (Annotated[field.rebuild_annotation() | None, Field(description=field.description)], None)
            for name, field in parameters().items()
            if name != "rule"
        },
    )

Policy = dict[str, Segment]
