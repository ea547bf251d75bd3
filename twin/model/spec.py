"""What a part of the language looks like: frozen specs whose keys are checked, and names that must exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    Strict,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from twin.model.errors import did_you_mean, listed


class Spec(BaseModel):
    """A frozen part of a model. Every key of its map is one of its fields; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _note_reader(cls, value: Any, info: ValidationInfo) -> Any:
        """Remembers which spec read which map, so that a message can name the keys that the map may have."""
        if info.context is not None and isinstance(value, dict):
            info.context.setdefault("readers", {})[id(value)] = cls
        return value

    @classmethod
    def yaml_keys(cls) -> dict[str, FieldInfo]:
        """The fields under the names that they have in YAML."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}


def wrong(sentences: Mapping[tuple[str | int, ...], str]) -> ValidationError:
    """Several mistakes to raise from one validator, each at its own path below what is validated."""
    errors = [
        InitErrorDetails(type=PydanticCustomError("sentence", "{sentence}", {"sentence": text}), loc=path, input=None)
        for path, text in sentences.items()
    ]
    return ValidationError.from_exception_data("wrong", errors)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, Strict(), BeforeValidator(_whole)]
"""A pure whole number: a BOM count, a seed. Neither `true` nor `"3"` counts as one; `1e3` does."""

Number = Annotated[float, Strict()]
"""A pure number, like a coefficient of variation."""

SINGULAR = {"policies": "policy"}


def _one(section: str) -> str:
    return SINGULAR.get(section, section.removesuffix("s"))


@dataclass(frozen=True)
class Ref:
    """A name that must exist in a section of the scenario, and be of a kind that fits.

    Used as `Annotated[str, Ref("nodes", kind="warehouse")]`, also for the keys of a map.
    """

    section: str
    kind: str | tuple[str, ...] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, name: str, info: ValidationInfo) -> str:
        sections: dict[str, dict[str, str | None] | None] = (info.context or {}).get("names", {self.section: None})
        known = sections.get(self.section, {})
        if known is None:  # nothing to compare with: no scenario around, or a section that is no map at all
            return name
        kinds = (self.kind,) if isinstance(self.kind, str) else self.kind or ()
        if name in known and (not kinds or not known[name] or known[name] in kinds):
            return name
        fitting = [other for other, kind in known.items() if not kinds or kind in kinds]
        if name not in known:
            hint = did_you_mean(name, fitting) or did_you_mean(name, known) or self._choices(fitting)
            raise ValueError(f"`{name}` is not {_article(_one(self.section))} here{hint}")
        needed = " or ".join(map(_article, kinds))
        hint = did_you_mean(name, fitting)
        raise ValueError(f"`{name}` is {_article(known[name] or '')}; {needed} is needed here{hint}")

    def _choices(self, fitting: list[str]) -> str:
        if not fitting:
            return f"; add it under `{self.section}`"
        return f"; there is {listed(fitting, 'and')}" if len(fitting) <= 8 else f"; name one of the {self.section}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


ItemName = Annotated[str, Ref("items")]
NodeName = Annotated[str, Ref("nodes")]
WarehouseName = Annotated[str, Ref("nodes", kind="warehouse")]
PortName = Annotated[str, Ref("nodes", kind="port")]
LaneName = Annotated[str, Ref("lanes")]
PolicyName = Annotated[str, Ref("policies")]
DisruptionName = Annotated[str, Ref("disruptions")]
