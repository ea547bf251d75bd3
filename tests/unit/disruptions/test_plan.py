"""How long a disruption lasts: one map from seconds to levels, whatever way it is written."""

import pytest

from twin.disruptions.disruption import normal, plan
from twin.disruptions.effects import Effects, steps
from twin.model.units import DAY, HOUR


def days(levels: dict[int, float | None]) -> dict[float, float | None]:
    return {time / DAY: None if level is None else round(level, 6) for time, level in levels.items()}


def test_with_neither_end_nor_path_it_lasts_to_the_end():
    """A bridge that is gone stays gone."""
    assert plan(0.0, 1.0, None, None) == {0: 0.0}


def test_what_lasts_is_lifted_at_its_end():
    """Three weeks are three weeks, to the second."""
    assert days(plan(0.25, 1.0, 21 * DAY, None)) == {0: 0.25, 21: None}


def test_recovery_is_linear_in_daily_steps():
    """A port that reopens does not work at full speed the same day: after a 4 d closure 0, 25, 50, 75, 100 %."""
    assert days(plan(0.0, 1.0, 4 * DAY, 4 * DAY)) == {0: 0.0, 4: 0.0, 5: 0.25, 6: 0.5, 7: 0.75, 8: None}


def test_recovery_starts_from_the_level_there_was():
    """From 60 % of speed there is only 40 % to recover."""
    assert days(plan(0.6, 1.0, 2 * DAY, 2 * DAY)) == {0: 0.6, 2: 0.6, 3: 0.8, 4: None}


def test_points_of_duty_recover_to_none():
    """25 points added fade to 0 points, not to 100 %."""
    assert normal("duty") == 0
    assert days(plan(0.25, normal("duty"), 1 * DAY, 5 * DAY))[2] == 0.2


def test_a_recovery_that_ends_in_the_middle_of_a_day_ends_there():
    """Daily steps, and the last one when it is over."""
    levels = days(plan(0.0, 1.0, 1 * DAY, 36 * HOUR))
    assert levels == {0: 0.0, 1: 0.0, 2: pytest.approx(2 / 3, abs=1e-6), 2.5: None}


def test_a_path_goes_linearly_from_point_to_point_in_daily_steps_and_stays():
    """A canal as it was measured: 0 % for two days, half after four, and there it stays."""
    path = ((0, 0.0), (2 * DAY, 0.0), (4 * DAY, 0.5))
    assert days(plan(path, 1.0, None, None)) == {0: 0.0, 1: 0.0, 2: 0.0, 3: 0.25, 4: 0.5}


def test_a_path_that_ends_at_normal_is_over():
    """Back at 100 %, the effect is lifted: nothing is left behind, and with `every` it may come again."""
    path = ((0, 0.0), (2 * DAY, 1.0))
    assert days(plan(path, 1.0, None, None)) == {0: 0.0, 1: 0.5, 2: None}


def test_a_path_between_days_keeps_its_own_points():
    """A point at noon is at noon."""
    assert dict(steps(((0, 0.0), (12 * HOUR, 1.0)))) == {0: 0.0, 12 * HOUR: 1.0}


def test_a_path_that_begins_later_has_its_first_level_before():
    """What is said of day 2 holds until then: nobody can say what was meant before."""
    assert dict(steps(((2 * DAY, 0.5), (3 * DAY, 1.0)))) == {0: 0.5, DAY: 0.5, 2 * DAY: 0.5, 3 * DAY: 1.0}


def test_dials_are_turned_and_blows_are_struck():
    """An earthquake does both: the plant stands, and a third of the stock is gone."""
    effects = Effects(capacity="0 %", destroy="30 %")
    assert effects.turned == {"capacity": 0.0}
    assert effects.struck == {"destroy": 0.3}
    assert effects.named == ["capacity", "destroy"]
    assert not effects.has_path
