"""A distribution has the mean and the spread that it states, and its draws are whole and never below zero."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from twin.model.distributions import MeanDuration, RandomDuration, RandomPieces, constant, exponential
from twin.model.families import FAMILIES, Distribution
from twin.model.units import DAY

N = 40_000


def duration(written: object) -> Distribution:
    return TypeAdapter(RandomDuration).validate_python(written)


def pieces(written: object) -> Distribution:
    return TypeAdapter(RandomPieces).validate_python(written)


def draws(distribution: Distribution, n: int = N) -> list[int]:
    return distribution.block(np.random.Generator(np.random.Philox(7)), n)


STATED = [  # as written, its mean and its standard deviation in days or pieces
    (
        "{dist: uniform}",
        duration({"dist": "uniform", "min": "1 d", "max": "7 d"}),
        4 * DAY,
        math.sqrt(3) * DAY,
    ),
    (
        "triangular",
        duration({"dist": "triangular", "min": "14 d", "mode": "21 d", "max": "42 d"}),
        77 / 3 * DAY,
        math.sqrt((7**2 + 7 * 21 + 21**2) / 18) * DAY,
    ),
    ("normal", duration({"dist": "normal", "mean": "20 d", "cv": 0.2}), 20 * DAY, 4 * DAY),
    ("normal sd", duration({"dist": "normal", "mean": "20 d", "sd": "36 h"}), 20 * DAY, 1.5 * DAY),
    ("lognormal", duration({"dist": "lognormal", "mean": "21 d", "cv": 0.8}), 21 * DAY, 16.8 * DAY),
    ("gamma", duration({"dist": "gamma", "mean": "60 d", "cv": 0.05}), 60 * DAY, 3 * DAY),
    ("gamma wide", duration({"dist": "gamma", "mean": "2 d", "cv": 1.5}), 2 * DAY, 3 * DAY),
    ("exponential", duration({"dist": "exponential", "mean": "400 d"}), 400 * DAY, 400 * DAY),
    ("poisson", pieces({"dist": "poisson", "mean": "2.5 pc"}), 2.5, math.sqrt(2.5)),
    ("negative_binomial", pieces({"dist": "negative_binomial", "mean": "120 pc", "cv": 0.3}), 120, 36),
    ("negative_binomial sd", pieces({"dist": "negative_binomial", "mean": "4 pc", "sd": "3 pc"}), 4, 3),
    ("geometric", pieces({"dist": "geometric", "mean": "4 pc"}), 4, math.sqrt(12)),
    ("empirical", pieces({"dist": "empirical", "values": ["1 pc", "2 pc", "6 pc"]}), 3, math.sqrt(14 / 3)),
]


@pytest.mark.parametrize(("distribution", "mean", "sd"), [row[1:] for row in STATED], ids=[row[0] for row in STATED])
def test_draws_have_the_stated_mean_and_spread(distribution, mean, sd):
    """A lognormal of mean 21 d has that mean, not a log-mean: both moments within four standard errors."""
    assert distribution.mean == pytest.approx(mean)
    assert math.sqrt(distribution.var) == pytest.approx(sd)
    assert distribution.cv == pytest.approx(sd / mean)
    sample = np.array(draws(distribution), dtype=float)
    fourth_moment = np.mean((sample - mean) ** 4)
    assert abs(sample.mean() - mean) < 4 * sd / math.sqrt(N)
    assert abs(np.mean((sample - mean) ** 2) - sd**2) < 4 * math.sqrt((fourth_moment - sd**4) / N) + 1 / 12


@pytest.mark.parametrize("distribution", [row[1] for row in STATED], ids=[row[0] for row in STATED])
def test_draws_are_whole_and_never_negative(distribution):
    """Seconds and pieces are counted; the ledger knows no halves."""
    sample = draws(distribution, 500)
    assert all(type(draw) is int and draw >= 0 for draw in sample)
    assert pickle.loads(pickle.dumps(distribution)).block(np.random.default_rng(1), 3)


@pytest.mark.parametrize("distribution", [row[1] for row in STATED], ids=[row[0] for row in STATED])
def test_where_a_block_ends_is_not_seen(distribution):
    """Draws are the same however many of them are made at a time."""
    generator = np.random.Generator(np.random.Philox(7))
    assert [draw for n in (1, 63, 200, 36) for draw in distribution.block(generator, n)] == draws(distribution, 300)


def test_a_bare_quantity_never_varies():
    """`21 d` is what most lead times look like."""
    assert duration("21 d").value == 21 * DAY
    assert draws(duration("21 d"), 3) == [21 * DAY] * 3
    assert (pieces("40 pc").value, pieces("40 pc").var) == (40, 0)
    assert duration({"dist": "constant", "value": "3 d"}).value == 3 * DAY
    assert constant(5).value == 5


@pytest.mark.parametrize(
    "written",
    [
        {"dist": "uniform", "min": "4 d", "max": "4 d"},
        {"dist": "triangular", "min": "4 d", "mode": "4 d", "max": "4 d"},
        {"dist": "gamma", "mean": "4 d", "cv": 0},
        {"dist": "lognormal", "mean": "4 d", "sd": "0 d"},
        {"dist": "empirical", "values": ["4 d", "4 d", "4 d"]},
    ],
)
def test_a_distribution_without_spread_is_a_constant(written):
    """A sweep of `cv` down to 0 must end at the deterministic case, not at a division by zero."""
    assert duration(written).value == 4 * DAY
    assert draws(duration(written), 2) == [4 * DAY] * 2


def test_negative_normal_draws_become_zero():
    """No ship arrives before it sails."""
    sample = draws(duration({"dist": "normal", "mean": "1 d", "cv": 2}))
    assert min(sample) == 0
    assert sample.count(0) / N == pytest.approx(0.3085, abs=0.01)


def test_a_geometric_begins_at_one():
    """Its support is 1, 2, …: an order has at least a piece."""
    assert min(draws(pieces({"dist": "geometric", "mean": "2 pc"}))) == 1


def test_a_bare_mean_duration_is_the_mean_of_an_exponential():
    """`mtbf: 20 d` says nothing more than how often."""
    mtbf = TypeAdapter(MeanDuration).validate_python("20 d")
    assert (mtbf.mean, mtbf.cv, mtbf.value) == (20 * DAY, 1, None)
    assert mtbf == exponential(20 * DAY)
    fixed = TypeAdapter(MeanDuration).validate_python({"dist": "constant", "value": "20 d"})
    assert fixed.value == 20 * DAY


def test_the_same_stream_gives_the_same_draws():
    """Two policies meet the same luck."""
    gamma = duration({"dist": "gamma", "mean": "3 d", "cv": 0.3})
    assert draws(gamma, 10) == draws(gamma, 10)


@pytest.fixture
def refused():
    """The places and sentences that a written duration (or quantity) is refused with."""

    def refused(written: object, read=duration) -> dict[tuple, str]:
        with pytest.raises(ValidationError) as refusal:
            read(written)
        return {error["loc"]: error["msg"] for error in refusal.value.errors()}

    return refused


@pytest.mark.parametrize(
    ("written", "place", "sentence"),
    [
        ({"mean": "3 d"}, (), "a distribution names its family, like `{dist: gamma, mean: 21 d, cv: 0.2}`"),
        ({"dist": ["gamma"], "mean": "3 d"}, (), "a distribution names its family"),
        ({"dist": "gama", "mean": "3 d"}, ("dist",), "`gama` is unknown; did you mean `gamma`?"),
        ({"dist": "poisson", "mean": "3 pc"}, ("dist",), "`poisson` counts pieces; a time is"),
        ({"dist": "gamma", "mean": "3 pc", "cv": 1}, ("mean",), "`pc` is not a unit of time"),
        ({"dist": "gamma", "mean": "3 d"}, (), "the spread is missing; add it, like `cv: 0.2`"),
        (
            {"dist": "gamma", "mean": "3 d", "cv": 1, "sd": "1 d"},
            (),
            "`cv` and `sd` both state the spread; keep one",
        ),
        ({"dist": "gamma", "mean": "0 d", "sd": "1 d"}, (), "a mean of zero leaves no room for a spread"),
        ({"dist": "gamma", "mean": "3 d", "cv": -1}, ("cv",), "greater than or equal to 0"),
        ({"dist": "uniform", "min": "5 d", "max": "3 d"}, (), "`min` 5 d is above `max` 3 d"),
        (
            {"dist": "triangular", "min": "1 d", "mode": "9 d", "max": "3 d"},
            (),
            "`mode` 9 d is above `max` 3 d",
        ),
        ({"dist": "empirical"}, (), "the data is missing; add `values: [3 d, 5 d]`"),
        ({"dist": "empirical", "file": "x.csv"}, (), "the data is missing; add `column` and `unit`"),
        (
            {"dist": "empirical", "values": ["1 d"], "file": "x.csv"},
            (),
            "`values` and `file` both state the data",
        ),
        ({"dist": "empirical", "values": ["1 d", "x"]}, ("values", 1), "`x` is not a number with a unit"),
        (["1 d"], (), "a list stands here; a time is written like `21 d`"),
    ],
)
def test_a_distribution_that_cannot_be_is_refused_where_it_is_wrong(refused, written, place, sentence):
    """A wrong parameter is pointed at itself, not at the lane that it is somewhere in."""
    assert sentence in refused(written)[place]


def test_all_mistakes_of_a_distribution_are_told_at_once(refused):
    """Three wrong parameters are three lines."""
    assert len(refused({"dist": "triangular", "min": 1, "mode": "2 kg", "mix": "3 d"})) == 4


def test_a_negative_binomial_varies_more_than_a_poisson(refused):
    """No negative binomial has a variance below its mean; the sentence says which `cv` would do."""
    message = refused({"dist": "negative_binomial", "mean": "100 pc", "cv": 0.05}, pieces)[()]
    assert "varies more than a Poisson, here a cv above 0.1" in message


def recorded(folder: Path, content: str, column: str = "days", unit: str = "d") -> dict[str, str]:
    file = folder / "times.csv"
    file.write_text(content, encoding="utf-8")
    return {"dist": "empirical", "file": str(file), "column": column, "unit": unit}


def test_recorded_values_come_from_a_column(tmp_path: Path):
    """Data belongs in CSV, in the unit that its owner keeps it in."""
    times = duration(recorded(tmp_path, "site,days\nA,3\nB,5\n\nC, 10\n"))
    assert times.mean == 6 * DAY
    assert set(draws(times, 200)) == {3 * DAY, 5 * DAY, 10 * DAY}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("day\n3\n", "`times.csv` has no column `days`; did you mean `day`?"),
        ("", "`times.csv` has no column `days`; it has none"),
        ("days\n", "`times.csv` has no rows below its header"),
        ("days\n3\nabc\n", "`times.csv`, column `days`, row 3: `abc` is not a number"),
        ("a,days\n1,3\n1,\n", "`times.csv`, column `days`, row 3: is empty"),
        ("days\n3\n-1\n", "`times.csv`, column `days`, row 3: `-1` is not a number from 0 up"),
        ("days\nnan\n", "row 2: `nan` is not a number from 0 up"),
    ],
)
def test_bad_records_are_named_by_file_and_row(refused, tmp_path: Path, content, sentence):
    """Among ten thousand rows, "could not convert string" helps nobody."""
    assert sentence in refused(recorded(tmp_path, content))[()]


def test_a_missing_record_and_a_wrong_unit_are_told(refused, tmp_path: Path):
    """The unit of a column is checked like any other."""
    written = recorded(tmp_path, "days\n3\n")
    assert "`kg` is not a unit of time" in refused(written | {"unit": "kg"})[()]
    missing = refused(written | {"file": str(tmp_path / "time.csv")})[()]
    assert "there is no file `time.csv`" in missing
    assert "did you mean `times.csv`?" in missing


def test_every_family_is_known_to_editors():
    """The completion list follows from the classes."""
    schema = TypeAdapter(RandomDuration).json_schema()
    assert set(schema["anyOf"][1]["properties"]["dist"]["enum"]) == set(FAMILIES)
    assert len(FAMILIES) == 11
