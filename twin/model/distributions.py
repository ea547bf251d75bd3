"""A duration or a quantity may be a distribution: `21 d`, or `{dist: lognormal, mean: 21 d, cv: 0.2}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from twin.model.errors import WrongShape, did_you_mean, listed, shown
from twin.model.families import FAMILIES, Constant, Distribution, Exponential
from twin.model.spec import wrong
from twin.model.units import DIMENSIONS, parse, quantity

__all__ = [
    "Distribution",
    "MeanDuration",
    "MeanInterval",
    "RandomDuration",
    "RandomInterval",
    "RandomPieces",
    "constant",
    "exponential",
]


def constant(n: int) -> Distribution:
    """A duration in seconds, or a number of pieces, that never varies."""
    return Constant.model_construct(amount=n)


def exponential(mean: float) -> Distribution:
    """A duration of a mean in seconds that knows nothing of its past: the time to the next of many causes."""
    return Exponential.model_construct(average=mean)


def _read(bare: str, stated: str, from_bare: Callable[[int], Distribution]) -> BeforeValidator:
    """Reads a bare quantity of one dimension, or a map whose parameters are of the `stated` one."""
    families = {name: family for name, family in FAMILIES.items() if stated == "Quantity" or not family.counts_only}

    def read(written: Any, info: ValidationInfo) -> Any:
        context = {**(info.context or {}), "stated": stated}
        if not isinstance(written, dict):
            return from_bare(parse(written, bare, context.get("currency", "USD")))
        name = written.get("dist")
        if not isinstance(name, str):
            example = f"`{{dist: gamma, mean: {DIMENSIONS[bare].examples[0]}, cv: 0.2}}`"
            raise WrongShape(f"a distribution names its family, like {example}{did_you_mean('dist', written)}")
        if name in families:
            return families[name].model_validate(written, context=context)
        if name in FAMILIES:
            raise wrong({("dist",): f"`{name}` counts pieces; a time is {listed(families)}"})
        hint = did_you_mean(name, families) or f"; write {listed(families)}"
        raise wrong({("dist",): f"{shown(name)} is unknown{hint}"})

    return BeforeValidator(read)


def _schema(bare: str) -> WithJsonSchema:
    """For editors: a bare quantity, or a map that names its family."""
    keys = {key for family in FAMILIES.values() for key in family.yaml_keys()}
    form = {
        "type": "object",
        "properties": {**{key: {} for key in sorted(keys)}, "dist": {"enum": list(FAMILIES)}},
        "required": ["dist"],
        "additionalProperties": False,
    }
    plain = quantity(bare)[1].json_schema or {}
    return WithJsonSchema({"anyOf": [plain, form], "examples": plain["examples"]})


def _above_zero(distribution: Distribution) -> Distribution:
    if distribution.mean <= 0:
        raise ValueError("must be above zero on average, like `20 d`")
    return distribution


RandomDuration = Annotated[Distribution, _read("Duration", "Duration", constant), _schema("Duration")]
"""A duration, drawn or fixed, in seconds."""

RandomInterval = Annotated[RandomDuration, AfterValidator(_above_zero)]
"""A time from one event to the next: its mean is above zero, or nothing would ever come after."""

MeanDuration = Annotated[Distribution, _read("Duration", "Duration", exponential), _schema("Duration")]
"""A duration of which a bare number is the mean of an exponential: an `mttr`."""

MeanInterval = Annotated[MeanDuration, AfterValidator(_above_zero)]
"""The same between events, with a mean above zero: an `mtbf`."""

RandomPieces = Annotated[Distribution, _read("Pieces", "Quantity", constant), _schema("Pieces")]
"""A number of pieces, drawn or fixed."""
