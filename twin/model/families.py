"""The families of distributions, stated by the mean and spread of the very thing that they describe.

A lognormal of mean 21 d has a mean of 21 d. A family is one class; its fields are its parameters in YAML, and
its two methods say what its moments are and how numpy draws from it. Draws are whole seconds or whole pieces,
never below zero, made in blocks from a stream that the caller owns.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from twin.model.errors import listed
from twin.model.records import numbers
from twin.model.spec import Number, Spec
from twin.model.units import parse, show

if TYPE_CHECKING:
    import numpy as np

LARGEST_DRAW = 2**62


def _stated(text: Any, info: ValidationInfo) -> float:
    """A parameter in the dimension of what is described: seconds for a duration, pieces for a quantity."""
    context = info.context or {}
    return parse(text, context.get("stated", "Duration"), context.get("currency", "USD"))


Stated = Annotated[float, BeforeValidator(_stated)]
Ratio = Annotated[Number, Field(ge=0, le=100)]


class Distribution(Spec):
    """What a duration (in seconds) or a quantity (in pieces) may be, and how likely each value is."""

    counts_only: ClassVar[bool] = False

    def moments(self) -> tuple[float, float]:
        """Mean and variance of the stated variable."""
        raise NotImplementedError

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        """An array of n draws, not yet rounded."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        return self.moments()[0]

    @property
    def var(self) -> float:
        """Variance, in squared seconds or pieces."""
        return self.moments()[1]

    @property
    def cv(self) -> float:
        """Standard deviation as a share of the mean; 0 when the mean is 0."""
        return math.sqrt(self.var) / self.mean if self.mean else 0.0

    @property
    def value(self) -> int | None:
        """The one value, if it never varies."""
        mean, var = self.moments()
        return None if var else round(mean)

    def block(self, generator: np.random.Generator, n: int) -> list[int]:
        """n draws, each rounded to the nearest whole second or piece and never below zero."""
        if self.value is not None:
            return [self.value] * n
        import numpy as np

        return np.rint(self.draw(generator, n)).clip(0, LARGEST_DRAW).astype(np.int64).tolist()


def _ascending(info: ValidationInfo, **bounds: float) -> None:
    dimension = (info.context or {}).get("stated", "Duration")
    for (lower, low), (upper, high) in pairwise(bounds.items()):
        if low > high:
            raise ValueError(f"`{lower}` {show(low, dimension)} is above `{upper}` {show(high, dimension)}")


class Constant(Distribution):
    dist: Literal["constant"] = "constant"
    amount: Stated = Field(alias="value")

    def moments(self) -> tuple[float, float]:
        return self.amount, 0.0


class Uniform(Distribution):
    dist: Literal["uniform"] = "uniform"
    low: Stated = Field(alias="min")
    high: Stated = Field(alias="max")

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Uniform:
        _ascending(info, min=self.low, max=self.high)
        return self

    def moments(self) -> tuple[float, float]:
        return (self.low + self.high) / 2, (self.high - self.low) ** 2 / 12

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.uniform(self.low, self.high, n)


class Triangular(Distribution):
    dist: Literal["triangular"] = "triangular"
    low: Stated = Field(alias="min")
    peak: Stated = Field(alias="mode")
    high: Stated = Field(alias="max")

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Triangular:
        _ascending(info, min=self.low, mode=self.peak, max=self.high)
        return self

    def moments(self) -> tuple[float, float]:
        left, right = self.peak - self.low, self.high - self.peak
        return (self.low + self.peak + self.high) / 3, (left * left + left * right + right * right) / 18

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.triangular(self.low, self.peak, self.high, n)


class Spread(Distribution):
    """A family stated by its mean and its spread: a share of the mean (`cv`), or in its unit (`sd`)."""

    average: Stated = Field(alias="mean")
    share: Ratio | None = Field(None, alias="cv")
    deviation: Stated | None = Field(None, alias="sd")

    @model_validator(mode="after")
    def _one_spread(self) -> Spread:
        if self.share is not None and self.deviation is not None:
            raise ValueError("`cv` and `sd` both state the spread; keep one")
        if self.share is None and self.deviation is None:
            raise ValueError("the spread is missing; add it, like `cv: 0.2`")
        if self.average == 0 and self.var:
            raise ValueError("a mean of zero leaves no room for a spread; give a `mean` above zero")
        return self

    def moments(self) -> tuple[float, float]:
        deviation = self.deviation if self.deviation is not None else self.average * (self.share or 0.0)
        return self.average, deviation**2


class Normal(Spread):
    """Negative draws become 0, which lifts the mean where `cv` is large."""

    dist: Literal["normal"] = "normal"

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        mean, var = self.moments()
        return generator.normal(mean, math.sqrt(var), n)


class Lognormal(Spread):
    dist: Literal["lognormal"] = "lognormal"

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        mean, var = self.moments()
        log_variance = math.log1p(var / mean**2)
        return generator.lognormal(math.log(mean) - log_variance / 2, math.sqrt(log_variance), n)


class Gamma(Spread):
    dist: Literal["gamma"] = "gamma"

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        mean, var = self.moments()
        return generator.gamma(mean**2 / var, var / mean, n)


class Exponential(Distribution):
    dist: Literal["exponential"] = "exponential"
    average: Stated = Field(alias="mean")

    def moments(self) -> tuple[float, float]:
        return self.average, self.average**2

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.exponential(self.average, n)


class Poisson(Distribution):
    counts_only = True
    dist: Literal["poisson"] = "poisson"
    average: Stated = Field(alias="mean")

    def moments(self) -> tuple[float, float]:
        return self.average, self.average

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.poisson(self.average, n)


class NegativeBinomial(Spread):
    """Counts that vary more than Poisson's: a Poisson whose rate is gamma-distributed."""

    counts_only = True
    dist: Literal["negative_binomial"] = "negative_binomial"

    @model_validator(mode="after")
    def _wider_than_poisson(self) -> NegativeBinomial:
        if self.var <= self.mean:
            least = f", here a cv above {math.sqrt(1 / self.mean):.3g}" if self.mean else ""
            raise ValueError(f"a negative binomial varies more than a Poisson{least}; or write `dist: poisson`")
        return self

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        mean, var = self.moments()
        return generator.negative_binomial(mean**2 / (var - mean), mean / var, n)


class Geometric(Distribution):
    """How often one tries until the first success: 1, 2, 3 …"""

    counts_only = True
    dist: Literal["geometric"] = "geometric"
    average: Stated = Field(alias="mean", ge=1)

    def moments(self) -> tuple[float, float]:
        return self.average, self.average * (self.average - 1)

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.geometric(1 / self.average, n)


class Empirical(Distribution):
    """Past values, each as likely as it was frequent: a list, or a column of a CSV file in a stated unit."""

    dist: Literal["empirical"] = "empirical"
    values: tuple[Stated, ...] | None = Field(None, min_length=1)
    file: str | None = None
    column: str | None = None
    unit: str | None = None

    _amounts: tuple[float, ...] = PrivateAttr()
    _moments: tuple[float, float] = PrivateAttr()

    @model_validator(mode="after")
    def _collect(self, info: ValidationInfo) -> Empirical:
        named = [name for name in ("file", "column", "unit") if getattr(self, name) is not None]
        if self.values is not None and named:
            raise ValueError(f"`values` and {listed(named, 'and')} both state the data; keep one")
        if self.values is None and len(named) < 3:
            lacking = [name for name in ("file", "column", "unit") if name not in named]
            mend = "`values: [3 d, 5 d]`, or `file: x.csv`, `column: days` and `unit: d`"
            raise ValueError(f"the data is missing; add {listed(lacking, 'and') if named else mend}")
        self._amounts = self.values or self._recorded(info)
        mean = math.fsum(self._amounts) / len(self._amounts)
        varies = min(self._amounts) < max(self._amounts)
        var = math.fsum((amount - mean) ** 2 for amount in self._amounts) / len(self._amounts) if varies else 0.0
        self._moments = (mean, var)
        return self

    def _recorded(self, info: ValidationInfo) -> tuple[float, ...]:
        cells = numbers(Path(self.file or ""), self.column or "")
        try:
            one = _stated(f"1 {self.unit}", info)
        except ValueError as error:
            raise ValueError(str(error).replace(f"`1 {self.unit}`: ", "unit: ")) from None
        return tuple(float(cell) * one for cell in cells)

    def moments(self) -> tuple[float, float]:
        return self._moments

    def draw(self, generator: np.random.Generator, n: int) -> Any:
        return generator.choice(self._amounts, n)


FAMILIES: dict[str, type[Distribution]] = {
    family.model_fields["dist"].default: family
    for family in (
        *(Constant, Uniform, Triangular, Normal, Lognormal, Gamma, Exponential),
        *(Poisson, NegativeBinomial, Geometric, Empirical),
    )
}
