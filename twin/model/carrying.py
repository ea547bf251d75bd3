"""Carrying cost: what a year of owning a piece costs, as shares of its value, in three parts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from twin.model.spec import Spec
from twin.model.units import YearlyShare

PARTS = ("capital", "insurance", "obsolescence")


class Carrying(Spec):
    """Yearly shares of value; what is not given is taken from the next wider place (item over warehouse over model)."""

    capital: Annotated[YearlyShare | None, Field(description="cost of capital, like `12 %/yr`")] = None
    insurance: Annotated[YearlyShare | None, Field(description="insurance and tax")] = None
    obsolescence: Annotated[YearlyShare | None, Field(description="ageing, shrinkage, damage")] = None


def rates(*layers: Carrying | None) -> dict[str, float]:
    """Share of value per second for each part; the first layer that names a part gives it."""
    given = [layer for layer in layers if layer is not None]
    return {
        part: next((rate for rate in (getattr(layer, part) for layer in given) if rate is not None), 0.0)
        for part in PARTS
    }
