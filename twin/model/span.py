"""A span: the values between two bounds that a study may choose, in round steps, as a planner would write them."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from twin.model.errors import listed, shown
from twin.model.spec import Spec
from twin.model.units import NUMBER

FINEST = 1000
"""Steps from one bound to the other, of what is not counted in pieces; at most, and so many that they are round."""
WHOLE_UNITS = ("pc", "d/wk")


class Amount(NamedTuple):
    """A number as it is written, with its unit; without one, a pure number."""

    number: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.number.normalize():f} {self.unit}".strip()

    @property
    def whole(self) -> bool:
        """Whether it is counted and cannot be divided."""
        return self.unit in WHOLE_UNITS or (not self.unit and self.number == self.number.to_integral_value())

    @property
    def plain(self) -> str | int | float:
        """What YAML reads where it stands."""
        return str(self) if self.unit else int(self.number) if self.whole else float(self.number)


def amount(written: object) -> Amount:
    """What a number with a unit, or a pure number, says.

    >>> str(amount("5 d"))
    '5 d'
    """
    found = re.fullmatch(rf"({NUMBER})(?: (\S+))?", str(written))
    if not found or isinstance(written, bool) or (isinstance(written, str) and not found[2]):
        raise ValueError(f"{shown(written)} stands here; write a number with its unit, like `5 d` or `500 pc`")
    return Amount(Decimal(found[1]), found[2] or "")


Bound = Annotated[
    Any, BeforeValidator(amount), WithJsonSchema({"type": ["string", "number"], "examples": ["5 d", "500 pc"]})
]


class Span(Spec):
    """The values that one path may take: from its least, in equal steps, to its most."""

    least: Annotated[Bound, Field(alias="from", description="the least that may be chosen")]
    most: Annotated[Bound, Field(alias="to", description="the most, in the same unit")]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.least.unit != self.most.unit:
            units = listed((unit or "no unit" for unit in (self.least.unit, self.most.unit)), "and")
            raise ValueError(f"`from` and `to` are written in the same unit; here stand {units}")
        if self.least.number >= self.most.number:
            raise ValueError(f"`to` must be above `from`; here it goes from `{self.least}` to `{self.most}`")
        return self

    @property
    def step(self) -> Decimal:
        """The smallest difference between two values: a piece, or 1, 2 or 5 of a decimal."""
        if self.least.whole and self.most.whole:
            return Decimal(1)
        finest = (self.most.number - self.least.number) / FINEST
        decade = Decimal(10) ** finest.adjusted()
        return next(step for step in (decade, 2 * decade, 5 * decade, 10 * decade) if step >= finest)

    @property
    def steps(self) -> int:
        """From `from` to `to`."""
        return ceil((self.most.number - self.least.number) / self.step)

    def value(self, step: int) -> str | int | float:
        """The value after so many steps, as a scenario would have it."""
        return Amount(min(self.least.number + step * self.step, self.most.number), self.least.unit).plain

    def nearest(self, written: object) -> int | None:
        """The step that is nearest to a value, if that is written in the same unit and lies between the bounds."""
        try:
            number, unit = amount(written)
        except ValueError:
            return None
        if unit != self.least.unit or not self.least.number <= number <= self.most.number:
            return None
        return round((number - self.least.number) / self.step)
