"""Every number with a dimension carries its unit, and says so when it does not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from twin.model.units import (
    BILLION,
    DAY,
    DIMENSIONS,
    HOUR,
    MONEY,
    TIME,
    YEAR,
    Cover,
    Duration,
    Rent,
    Space,
    parse,
    show,
)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("21 d", "Duration", 21 * DAY),
        (".5 d", "Duration", 12 * HOUR),
        ("1e1 min", "Duration", 600),
        ("1 yr", "Duration", 365 * DAY),
        ("0.4 s", "Duration", 0),
        ("500 pc", "Pieces", 500),
        ("1e3 pc", "Pieces", 1000),
        ("2.5 pc", "Quantity", 2.5),
        ("0.012 m3", "Space", Space(12_000_000, "m3")),
        ("0.00002 m3", "Space", Space(20_000, "m3")),
        ("2 pallet", "Space", Space(2 * BILLION, "pallet")),
        ("0.45 USD/m3/d", "Rent", Rent(0.45 / DAY, "m3")),
        ("45 %", "Share", 0.45),
        ("0 %", "Share", 0),
        ("140 %", "Share", 1.4),
        ("12 %/yr", "YearlyShare", 0.12 / YEAR),
        ("-3 %/yr", "Trend", -0.03 / YEAR),
        ("18 USD/pc", "PricePerPiece", 18),
        ("2 USD/pc/d", "PricePerPieceTime", 2 / DAY),
        ("4000 USD/h", "PricePerTime", 4000 / HOUR),
        ("12 USD/order", "PricePerOrder", 12),
        ("900 USD/shipment", "PricePerShipment", 900),
        ("160 pc/d", "Throughput", 160 / DAY),
        ("70 pc/wk", "Throughput", 10 / DAY),
        ("1.4 /d", "Frequency", 1.4 / DAY),
        ("16 h/d", "HoursPerDay", 16 * HOUR),
        ("5 d/wk", "DaysPerWeek", 5),
        ("500 pc", "Stocking", 500),
        ("45 d", "Stocking", Cover(45 * DAY)),
    ],
)
def test_a_quantity_is_worth_what_it_says(text, dimension, value):
    """Inside there is one unit of each; the door is the only place where a factor can be wrong."""
    assert parse(text, dimension) == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("text", "dimension", "sentence"),
    [
        (21, "Duration", "`21` has no unit; a time is written like `21 d` (s, min, h, d, wk, yr)"),
        ("21", "Duration", "`21` has no unit"),
        ("21 kg", "Duration", "`21 kg`: `kg` is not a unit of time; a time is written like `21 d`"),
        ("21 USD", "Duration", "`USD` is not a unit of time"),
        ("21 days", "Duration", "did you mean `d`?"),
        ("3 m³", "Space", "did you mean `m3`?"),
        ("3 USD/m3", "Rent", "did you mean `USD/m3/d`?"),
        ("5%", "Share", "`5%`: write `5 %`, a number, one space and a unit"),
        ("5  %", "Share", "write `5 %`"),
        ("1_000 pc", "Pieces", "has marks between its digits"),
        ("1,5 d", "Duration", "has marks between its digits"),
        ("NaN d", "Duration", "`NaN d` is not a number with a unit"),
        ("inf d", "Duration", "`inf d` is not a number with a unit"),
        ("1e400 d", "Duration", "`1e400 d` is too large to be counted with"),
        ("1e18 pc", "Pieces", "is too large to be counted with"),
        ("tomorrow", "Duration", "`tomorrow` is not a number with a unit"),
        (None, "Duration", "nothing stands here; a time is written like `21 d`"),
        (True, "Duration", "`true` stands here"),
        ({"a": 1}, "Stocking", "a map stands here; a stock is written like `500 pc` or `45 d`"),
        ("0.5 pc", "Pieces", "`0.5 pc` must be whole"),
        ("2.5 d/wk", "DaysPerWeek", "must be whole"),
        ("8 d/wk", "DaysPerWeek", "is at most `7 d/wk`"),
        ("25 h/d", "HoursPerDay", "is at most `24 h/d`"),
        ("140 %", "Probability", "is at most `100 %`"),
        ("-2 d", "Duration", "`-2 d` is negative"),
        ("0 d", "PositiveDuration", "`0 d` must be above zero"),
        ("0.1 s", "PositiveDuration", "must be above zero"),
        ("0 pc/d", "Throughput", "must be above zero"),
        ("1e-999999999 d", "PositiveDuration", "must be above zero"),
        ("18 EUR/pc", "PricePerPiece", "the model's currency is USD, not `EUR`"),
        ("18 usd/pc", "PricePerPiece", "the model's currency is USD, not `usd`"),
        (f"18 {MONEY}", "Money", "is not a unit of money"),
        ("18 USD", "PricePerPiece", "a price per piece is written like `18 USD/pc`"),
    ],
)
def test_a_number_that_is_not_understood_says_how_to_write_it(text, dimension, sentence):
    """A wrong dimension says which was expected, with an example."""
    with pytest.raises(ValueError) as refusal:
        parse(text, dimension)
    assert sentence in str(refusal.value)


def test_money_is_in_the_currency_of_the_model():
    """A model in euro reads euro and refuses dollars, in its hints too."""
    assert parse("18 EUR/pc", "PricePerPiece", "EUR") == 18
    with pytest.raises(ValueError, match="written like `18 EUR/pc`"):
        parse("18 USD/pc", "PricePerPiece", "EUR")


def test_a_field_takes_the_currency_from_its_context():
    """The currency stands once in the file, not at every price."""
    price = TypeAdapter(Rent)
    assert price.validate_python("1 CHF/pc/s", context={"currency": "CHF"}) == Rent(1.0, "pc")
    with pytest.raises(ValidationError):
        price.validate_python("1 CHF/pc/s")


decimals = st.decimals(min_value=0, max_value=1_000_000, places=3).map(lambda number: f"{number:f}")


@given(number=decimals, unit=st.sampled_from(sorted(TIME)))
def test_a_time_is_the_nearest_second(number, unit):
    """Rounded once, at the door, and never further off than half a second."""
    assert abs(parse(f"{number} {unit}", "Duration") - Fraction(number) * TIME[unit]) <= Fraction(1, 2)


@given(seconds=st.integers(0, 10**12))
def test_times_round_trip(seconds):
    """What a message shows is what was meant."""
    assert parse(show(seconds, "Duration"), "Duration") == seconds


@given(amount=st.integers(0, 10**15), unit=st.sampled_from(["m3", "pallet", "pc"]))
def test_space_is_exact_to_a_billionth(amount, unit):
    """A million screws fill exactly a million times the room of one."""
    space = Space(amount, unit)
    assert parse(show(space, "Space"), "Space") == space


@given(dimension=st.sampled_from(sorted(DIMENSIONS)), number=st.integers(1, 1000), data=st.data())
def test_every_unit_of_every_dimension_round_trips(dimension, number, data):
    """Adding a unit is one row of a table; nothing else may need to know it."""
    unit = data.draw(st.sampled_from(sorted(DIMENSIONS[dimension].units))).replace(MONEY, "JPY")
    if DIMENSIONS[dimension].most is not None:
        number = 1 + number % 7
    value = parse(f"{number} {unit}", dimension, "JPY")
    again = parse(show(value, dimension, "JPY"), dimension, "JPY")
    if isinstance(value, Rent):
        assert again == (pytest.approx(value.price), value.unit)
    else:
        assert again == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS))
def test_the_examples_in_the_messages_are_right(dimension):
    """A hint that is itself refused would be the last one that anyone reads."""
    for example in DIMENSIONS[dimension].examples:
        parse(example.replace(MONEY, "USD"), dimension)


def test_an_editor_learns_how_a_quantity_is_written():
    """Completion and red underlining come from the schema."""
    schema = TypeAdapter(Duration).json_schema()
    assert schema["type"] == "string"
    assert schema["examples"] == ["21 d"]
