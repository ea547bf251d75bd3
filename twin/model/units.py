"""Every number with a dimension carries its unit: number, one space, unit. Inside there is one unit of each.

Time is counted in whole seconds, goods in whole pieces, space in billionths of its unit, money in the model's
one currency, and rates per second. A dimension is a table of its units; adding a unit is one row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, GetCoreSchemaHandler, ValidationInfo, WithJsonSchema
from pydantic_core import CoreSchema

from twin.model.errors import WrongShape, did_you_mean, listed, shown

SECOND, MINUTE, HOUR, DAY, WEEK, YEAR = 1, 60, 3_600, 86_400, 604_800, 365 * 86_400
BILLION = 1_000_000_000

TIME: Mapping[str, Fraction | int] = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "wk": WEEK, "yr": YEAR}
SPACES = ("m3", "pallet", "pc")
PERCENT = Fraction(1, 100)
MONEY = "¤"  # stands for the model's currency in the tables below
LARGEST = 10**15  # in base units: beyond it whole numbers and floats part ways
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

EVERYDAY = {  # how people write units that have another name here
    **dict.fromkeys(["day", "days", "D", "dy"], "d"),
    **dict.fromkeys(["hour", "hours", "hr", "hrs", "H"], "h"),
    **dict.fromkeys(["minute", "minutes", "mins"], "min"),
    **dict.fromkeys(["sec", "secs", "second", "seconds"], "s"),
    **dict.fromkeys(["week", "weeks", "w", "wks"], "wk"),
    **dict.fromkeys(["year", "years", "y", "a", "yrs"], "yr"),
    **dict.fromkeys(["pcs", "piece", "pieces", "unit", "units", "ea", "each"], "pc"),
    **dict.fromkeys(["percent", "pct"], "%"),
    **dict.fromkeys(["m³", "m^3", "cbm"], "m3"),
    **dict.fromkeys(["pallets", "plt"], "pallet"),
}


class Space(NamedTuple):
    """Room: an amount in billionths of its unit (`m3`, `pallet` or `pc`), so that sums are exact."""

    amount: int
    unit: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[Any, *quantity("Space")])


class Rent(NamedTuple):
    """What one unit of space costs per second, in the model's currency."""

    price: float
    unit: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(Annotated[Any, *quantity("Rent")])


@dataclass(frozen=True)
class Cover:
    """A stock in time: what is used up in so many seconds at mean demand."""

    seconds: int


def _real(amount: Fraction, unit: str) -> float:
    return float(amount)


def _nearest(amount: Fraction, unit: str) -> int:
    return round(amount)


def _counted(amount: Fraction, unit: str) -> int:
    if amount.denominator != 1:
        raise ValueError("must be whole: pieces and days of the week are not divided")
    return int(amount)


def _space(amount: Fraction, unit: str) -> Space:
    return Space(round(amount * BILLION), unit)


def _rent(amount: Fraction, unit: str) -> Rent:
    return Rent(float(amount), unit.split("/")[1])


def _stocking(amount: Fraction, unit: str) -> int | Cover:
    return _counted(amount, unit) if unit == "pc" else Cover(round(amount))


def per(prefix: str, worth: Fraction | int = 1) -> dict[str, Fraction]:
    """Units of something per any unit of time: `per("pc/")` has `pc/d`, `pc/h` …"""
    return {prefix + unit: Fraction(worth, 1) / seconds for unit, seconds in TIME.items()}


@dataclass(frozen=True)
class Dimension:
    """What a number measures: its name, examples, its units and their worth in the base unit, its bounds."""

    name: str
    examples: tuple[str, ...]
    units: Mapping[str, Fraction | int] = field(repr=False)
    value: Callable[[Fraction, str], Any] = _real
    least: int | None = 0
    above: bool = False
    most: int | None = None

    def hint(self, currency: str) -> str:
        """The end of a refusal: how a number of this dimension is written."""
        units = ", ".join(self.units) if 1 < len(self.units) < 8 else ""
        text = f"{self.name} is written like {listed(self.examples)}{units and f' ({units})'}"
        return text.replace(MONEY, currency)


DIMENSIONS: dict[str, Dimension] = {
    "Duration": Dimension("a time", ("21 d",), TIME, _nearest),
    "PositiveDuration": Dimension("a time", ("21 d",), TIME, _nearest, above=True),
    "Pieces": Dimension("a count", ("500 pc",), {"pc": 1}, _counted),
    "PositivePieces": Dimension("a count", ("500 pc",), {"pc": 1}, _counted, above=True),
    "Quantity": Dimension("a count", ("120 pc",), {"pc": 1}),
    "Space": Dimension("a space", ("0.012 m3",), dict.fromkeys(SPACES, 1), _space),
    "Rent": Dimension(
        "a rent of space",
        (f"0.45 {MONEY}/m3/d",),
        {unit: worth for space in SPACES for unit, worth in per(f"{MONEY}/{space}/").items()},
        _rent,
    ),
    "Share": Dimension("a share", ("45 %",), {"%": PERCENT}),
    "Probability": Dimension("a probability", ("40 %",), {"%": PERCENT}, most=1),
    "Yield": Dimension("a yield", ("97 %",), {"%": PERCENT}, above=True, most=1),
    "LostShare": Dimension("a share lost", ("30 %",), {"%": PERCENT}, most=1),
    "YearlyShare": Dimension("a yearly share", ("12 %/yr",), {"%/yr": PERCENT / YEAR}),
    "Trend": Dimension("a yearly trend", ("-3 %/yr",), {"%/yr": PERCENT / YEAR}, least=None),
    "Money": Dimension("money", (f"5000 {MONEY}",), {MONEY: 1}),
    "PricePerPiece": Dimension("a price per piece", (f"18 {MONEY}/pc",), {f"{MONEY}/pc": 1}),
    "PricePerPieceTime": Dimension("a price per piece and time", (f"2 {MONEY}/pc/d",), per(f"{MONEY}/pc/")),
    "PricePerTime": Dimension("a price per time", (f"4000 {MONEY}/h",), per(f"{MONEY}/")),
    "PricePerOrder": Dimension("a price per order", (f"12 {MONEY}/order",), {f"{MONEY}/order": 1}),
    "PricePerShipment": Dimension("a price per shipment", (f"900 {MONEY}/shipment",), {f"{MONEY}/shipment": 1}),
    "Throughput": Dimension("a rate of pieces", ("160 pc/d",), per("pc/"), above=True),
    "Frequency": Dimension("a frequency", ("1.4 /d",), per("/")),
    "HoursPerDay": Dimension(
        "working time a day", ("16 h/d",), {"h/d": HOUR, "min/d": MINUTE}, _nearest, above=True, most=DAY
    ),
    "DaysPerWeek": Dimension("working days a week", ("5 d/wk",), {"d/wk": 1}, _counted, above=True, most=7),
    "Stocking": Dimension("a stock", ("500 pc", "45 d"), {"pc": 1, **TIME}, _stocking),
    "PositiveStocking": Dimension("a stock", ("500 pc", "45 d"), {"pc": 1, **TIME}, _stocking, above=True),
}


def parse(text: object, dimension: Dimension | str, currency: str = "USD") -> Any:
    """What a written quantity is worth in base units; a ValueError says how it should be written.

    >>> parse("21 d", "Duration")
    1814400
    """
    dimension = DIMENSIONS[dimension] if isinstance(dimension, str) else dimension
    number, unit = _split(text, dimension, currency)
    generic = unit.replace(currency, MONEY, 1) if unit.startswith(currency) else unit.replace(MONEY, "?")
    if generic not in dimension.units:
        raise ValueError(_wrong_unit(text, unit, dimension, currency))
    amount = _exact(number) * dimension.units[generic]
    if abs(amount) > LARGEST:
        raise ValueError(f"{shown(text)} is too large to be counted with")
    if dimension.least is not None and amount < dimension.least:
        raise ValueError(f"{shown(text)} is negative; {dimension.name} is never below zero")
    if dimension.most is not None and amount > dimension.most:
        raise ValueError(f"{shown(text)} is too much; {dimension.name} is at most `{show(dimension.most, dimension)}`")
    try:
        value = dimension.value(amount, generic)
    except ValueError as error:
        raise ValueError(f"{shown(text)} {error}") from None
    if dimension.above and value in (0, Cover(0)):
        raise ValueError(f"{shown(text)} must be above zero; {dimension.hint(currency)}")
    return value


def _exact(number: str) -> Fraction:
    """The number exactly as written; what no float can hold is beyond LARGEST or nothing."""
    near = float(number)
    if abs(near) == math.inf:
        return Fraction(10 * LARGEST) ** 2
    return Fraction(number) if near else Fraction(0)


def _split(text: object, dimension: Dimension, currency: str) -> tuple[str, str]:
    hint = dimension.hint(currency)
    if isinstance(text, dict | list | tuple):
        raise WrongShape(f"{shown(text)} stands here; {hint}")
    if text is None or isinstance(text, bool):
        raise ValueError(f"{shown(text)} stands here; {hint}")
    if isinstance(text, int | float) or re.fullmatch(NUMBER, str(text)):
        raise ValueError(f"{shown(text)} has no unit; {hint}")
    written = str(text)
    exact = re.fullmatch(rf"({NUMBER}) (\S+)", written)
    if exact:
        return exact[1], exact[2]
    fraction = re.fullmatch(r"([0-9]+)/([1-9][0-9]*)", written)
    if fraction and "%" in dimension.units:
        raise ValueError(f"{shown(text)}: write `{100 * int(fraction[1]) / int(fraction[2]):.4g} %`; {hint}")
    loose = re.fullmatch(rf"\s*({NUMBER})\s*(\S+)\s*", written)
    if loose:
        raise ValueError(f"{shown(text)}: write `{loose[1]} {loose[2]}`, a number, one space and a unit")
    if re.fullmatch(r"[+-]?[0-9]+(?:[,_'][0-9]+)+(?:\.[0-9]+)? ?\S*", written):
        raise ValueError(
            f"{shown(text)} has marks between its digits; write `1000` for a thousand and `1.5` for a half"
        )
    raise ValueError(f"{shown(text)} is not a number with a unit; {hint}")


def _wrong_unit(text: object, unit: str, dimension: Dimension, currency: str) -> str:
    hint = dimension.hint(currency)
    money = any(MONEY in known for known in dimension.units)
    other = re.match(r"[A-Za-z]{3}(?=/|$)|[$€£¥]", unit)
    if money and other and other[0] not in (currency, *TIME):
        return f"{shown(text)}: the model's currency is {currency}, not `{other[0]}`; {hint}"
    name = dimension.name.removeprefix("an ").removeprefix("a ")
    known = [worth.replace(MONEY, currency) for worth in dimension.units]
    usual = "/".join(EVERYDAY.get(part, part) for part in unit.split("/"))
    meant = next((guess for guess in (usual, f"{usual}/d") if guess in known), None)
    generic = unit.replace(currency, MONEY, 1)
    slip = all(generic not in other.units for other in DIMENSIONS.values())  # a right unit elsewhere is no slip
    mend = f"; did you mean `{meant}`?" if meant else did_you_mean(unit, known) if slip else ""
    return f"{shown(text)}: `{unit}` is not a unit of {name}; {hint}{mend}"


def show(value: Any, dimension: Dimension | str, currency: str = "USD") -> str:
    """A value in base units as it would be written, in the largest unit that keeps it short.

    >>> show(1814400, "Duration")
    '21 d'
    """
    dimension = DIMENSIONS[dimension] if isinstance(dimension, str) else dimension
    if isinstance(value, Space):
        return f"{Decimal(value.amount) / BILLION:f} {value.unit}"
    if isinstance(value, Cover):
        return show(value.seconds, "Duration")
    amount = value.price if isinstance(value, Rent) else value
    unit = _unit_for(value, dimension)
    return f"{float(amount / dimension.units[unit]):.15g} {unit.replace(MONEY, currency)}"


def _unit_for(value: Any, dimension: Dimension) -> str:
    if isinstance(value, Rent):
        return f"{MONEY}/{value.unit}/d"
    if dimension.units is TIME and value:
        return next(unit for unit in ("d", "h", "min", "s") if value % TIME[unit] == 0 or unit == "s")
    return dimension.examples[0].split(" ")[1]


def quantity(name: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """What makes a pydantic field read quantities of a dimension: a validator and the schema for editors."""
    dimension = DIMENSIONS[name]

    def read(text: Any, info: ValidationInfo) -> Any:
        return parse(text, dimension, (info.context or {}).get("currency", "USD"))

    units = "|".join(re.escape(unit).replace(MONEY, "[A-Z]{3}") for unit in dimension.units)
    examples = [example.replace(MONEY, "USD") for example in dimension.examples]
    schema = {"type": "string", "pattern": f"^{NUMBER} ({units})$", "examples": examples}
    return BeforeValidator(read), WithJsonSchema(schema)


def _currency(written: Any) -> Any:
    if not isinstance(written, str) or not re.fullmatch("[A-Z]{3}", written):
        raise ValueError(f"{shown(written)} is not a currency; write its three capital letters, like `USD`")
    return written


CURRENCY_SCHEMA = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]}

Currency = Annotated[str, BeforeValidator(_currency), WithJsonSchema(CURRENCY_SCHEMA)]
Duration = Annotated[int, *quantity("Duration")]
PositiveDuration = Annotated[int, *quantity("PositiveDuration")]
Pieces = Annotated[int, *quantity("Pieces")]
PositivePieces = Annotated[int, *quantity("PositivePieces")]
Share = Annotated[float, *quantity("Share")]
Probability = Annotated[float, *quantity("Probability")]
Yield = Annotated[float, *quantity("Yield")]
LostShare = Annotated[float, *quantity("LostShare")]
YearlyShare = Annotated[float, *quantity("YearlyShare")]
Trend = Annotated[float, *quantity("Trend")]
Money = Annotated[float, *quantity("Money")]
PricePerPiece = Annotated[float, *quantity("PricePerPiece")]
PricePerPieceTime = Annotated[float, *quantity("PricePerPieceTime")]
PricePerTime = Annotated[float, *quantity("PricePerTime")]
PricePerOrder = Annotated[float, *quantity("PricePerOrder")]
PricePerShipment = Annotated[float, *quantity("PricePerShipment")]
Throughput = Annotated[float, *quantity("Throughput")]
Frequency = Annotated[float, *quantity("Frequency")]
HoursPerDay = Annotated[int, *quantity("HoursPerDay")]
DaysPerWeek = Annotated[int, *quantity("DaysPerWeek")]
Stocking = Annotated[int | Cover, *quantity("Stocking")]
PositiveStocking = Annotated[int | Cover, *quantity("PositiveStocking")]
