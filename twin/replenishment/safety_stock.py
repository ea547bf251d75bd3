"""Safety stock: a count, days of mean demand, or a method that computes it from how much demand and lead time vary."""

from __future__ import annotations

from math import ceil, floor, log10, sqrt
from statistics import NormalDist
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from twin.model.spec import Spec
from twin.model.units import DAY, Cover, Duration, Share, Throughput

DUST = 1e-6  # levels round up, but not because of floating-point dust


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


def figures(number: float) -> str:
    """A number for people: all digits before the point, four figures in all, spaces between thousands.

    >>> figures(52550.4), figures(28.8501), figures(7.0), figures(0.0381)
    ('52 550', '28.85', '7', '0.0381')
    """
    whole = floor(log10(abs(number))) if number else 0
    text = f"{number:,.{max(0, 3 - whole)}f}".replace(",", " ")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Method(Spec):
    """A way to compute a safety stock, found by its `method`: in pieces, and told in words."""

    def pieces(self, outlook: Outlook) -> float:
        raise NotImplementedError

    def told(self, outlook: Outlook) -> str:
        """How the pieces come about."""
        raise NotImplementedError


class NoSafetyStock(Method):
    """No safety stock at all."""

    method: Literal["none"]

    def pieces(self, outlook: Outlook) -> float:
        return 0.0

    def told(self, outlook: Outlook) -> str:
        return "none"


class MaxAvg(Method):
    """Maximum daily usage × maximum lead time − mean × mean. A maximum not given is mean + z·sd at the quantile."""

    method: Literal["max_avg"]
    quantile: Annotated[Share, Field(gt=0, lt=1, description="where a maximum is not given")] = 0.95
    max_usage: Annotated[Throughput | None, Field(description="largest usage, like `120 pc/d`")] = None
    max_lead_time: Annotated[Duration | None, Field(description="longest lead time, like `45 d`")] = None

    def pieces(self, outlook: Outlook) -> float:
        usage, longest = self._maxima(outlook)
        return max(0.0, usage * longest - outlook.demand * outlook.lead_time)

    def told(self, outlook: Outlook) -> str:
        usage, longest = self._maxima(outlook)
        return (
            f"max_avg: {figures(usage)} pc/d × {figures(longest)} d at most "
            f"− {figures(outlook.demand)} pc/d × {figures(outlook.lead_time)} d on average"
        )

    def _maxima(self, outlook: Outlook) -> tuple[float, float]:
        """Largest usage (pieces a day) and longest lead time (days)."""
        beyond = z(self.quantile)
        usage = outlook.demand + beyond * sqrt(outlook.variance) if self.max_usage is None else self.max_usage * DAY
        if self.max_lead_time is None:
            return usage, outlook.lead_time + beyond * sqrt(outlook.lead_variance)
        return usage, self.max_lead_time / DAY


class Normal(Method):
    """z·√(L·σ_D² + D²·σ_L²), L with the review: enough for a cycle service level where both are normal."""

    method: Literal["normal"]
    service_level: Annotated[Share, Field(gt=0, lt=1, description="share of cycles without a stockout, like `97 %`")]

    def pieces(self, outlook: Outlook) -> float:
        spread = sqrt(outlook.exposure * outlook.variance + outlook.demand**2 * outlook.lead_variance)
        return max(0.0, z(self.service_level) * spread)

    def told(self, outlook: Outlook) -> str:
        return (
            f"normal {figures(100 * self.service_level)} %: z {figures(z(self.service_level))} × "
            f"√({figures(outlook.exposure)} d × (σ_D {figures(sqrt(outlook.variance))} pc)² + "
            f"({figures(outlook.demand)} pc/d × σ_L {figures(sqrt(outlook.lead_variance))} d)²)"
        )


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


def up(pieces: float) -> int:
    """Levels and safety stocks round up."""
    return ceil(pieces - DUST)


def told(amount: int | Cover | Method | None, outlook: Outlook, what: str = "") -> str:
    """A stocking quantity in words: its pieces, what they are, and how they come about.

    >>> told(Cover(13 * DAY), Outlook(1250, 0, 28.9, 0, 7), "safety stock")
    '16 250 pc safety stock (13 d)'
    """
    pieces = f"{figures(up(in_pieces(amount, outlook)))} pc {what}".rstrip()
    if isinstance(amount, Cover):
        return f"{pieces} ({figures(amount.seconds / DAY)} d)"
    if isinstance(amount, Method):
        return f"{pieces} ({amount.told(outlook)})"
    return pieces
