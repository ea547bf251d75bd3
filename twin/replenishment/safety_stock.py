"""Safety stock: a count, days of mean demand, or a method that computes it from how much demand and lead time vary."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from twin.model.spec import Spec
from twin.model.units import DAY, Cover, Duration, Share, Throughput


class Outlook(NamedTuple):
    """What a policy knows of a stock: daily demand (mean, variance), and its planning lead time and review (days)."""

    demand: float  # pieces a day
    variance: float  # of the pieces of a day
    lead_time: float  # days: mean of supplier, legs, handling and customs, without queues and dials
    lead_variance: float  # days²
    review: float  # days: between orders that a shipment can follow

    @property
    def exposure(self) -> float:
        """Days that an order has to last: lead time and review."""
        return self.lead_time + self.review

    @property
    def lead_time_demand(self) -> float:
        return self.demand * self.lead_time


def z(probability: float) -> float:
    """The standard normal quantile."""
    return NormalDist().inv_cdf(probability)


class Method(Spec):
    """A way to compute a safety stock, found by its `method`."""

    def pieces(self, outlook: Outlook) -> float:
        raise NotImplementedError


class NoSafetyStock(Method):
    """No safety stock at all."""

    method: Literal["none"]

    def pieces(self, outlook: Outlook) -> float:
        return 0.0


class MaxAvg(Method):
    """Maximum daily usage × maximum lead time − mean × mean. A maximum not given is mean + z·sd at the quantile."""

    method: Literal["max_avg"]
    quantile: Annotated[Share, Field(gt=0, lt=1, description="where a maximum is not given")] = 0.95
    max_usage: Annotated[Throughput | None, Field(description="largest usage, like `120 pc/d`")] = None
    max_lead_time: Annotated[Duration | None, Field(description="longest lead time, like `45 d`")] = None

    def pieces(self, outlook: Outlook) -> float:
        beyond = z(self.quantile)
        usage = outlook.demand + beyond * sqrt(outlook.variance) if self.max_usage is None else self.max_usage * DAY
        if self.max_lead_time is None:
            longest = outlook.lead_time + beyond * sqrt(outlook.lead_variance)
        else:
            longest = self.max_lead_time / DAY
        return max(0.0, usage * longest - outlook.demand * outlook.lead_time)


class Normal(Method):
    """z·√(L·σ_D² + D²·σ_L²), L with the review: enough for a cycle service level where both are normal."""

    method: Literal["normal"]
    service_level: Annotated[Share, Field(gt=0, lt=1, description="share of cycles without a stockout, like `97 %`")]

    def pieces(self, outlook: Outlook) -> float:
        spread = sqrt(outlook.exposure * outlook.variance + outlook.demand**2 * outlook.lead_variance)
        return max(0.0, z(self.service_level) * spread)


SafetyStock = Annotated[NoSafetyStock | MaxAvg | Normal, Field(discriminator="method")]


def in_pieces(amount: int | Cover | Method | None, outlook: Outlook) -> float:
    """A stocking quantity in pieces, not yet rounded.

    A count, days of the stock's mean demand, or what a method says.
    """
    if amount is None:
        return 0.0
    if isinstance(amount, Cover):
        return outlook.demand * amount.seconds / DAY
    if isinstance(amount, Method):
        return amount.pieces(outlook)
    return float(amount)
