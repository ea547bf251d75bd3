"""Safety stock by formula: textbook arithmetic, to the last digit that the books print."""

from math import sqrt

import pytest

from twin.model.units import DAY
from twin.replenishment.safety_stock import MaxAvg, Normal, NoSafetyStock, Outlook, in_pieces, z

# The exercise of most textbooks (for example Silver, Pyke and Thomas, Inventory and Production Management, ch. 6):
# 100 pieces a day with a standard deviation of 20, a lead time of 9 days with one of 2, looked at continuously.
TEXTBOOK = Outlook(demand=100, variance=20**2, lead_time=9, lead_variance=2**2, review=0)


def test_safety_stock_against_demand_and_lead_time():
    """1.645 × √(9·20² + 100²·2²) = 343.4555: the lead time's spread matters far more than the demand's."""
    assert Normal(method="normal", service_level="95 %").pieces(TEXTBOOK) == pytest.approx(343.4555, abs=5e-5)


def test_safety_stock_against_demand_alone():
    """With a supplier who is always on time 98.69 do."""
    on_time = TEXTBOOK._replace(lead_variance=0)
    assert Normal(method="normal", service_level="95 %").pieces(on_time) == pytest.approx(98.69122, abs=5e-6)


def test_the_longest_lead_time_at_the_largest_usage():
    """150 × 13 − 100 × 9 = 1050: the rule of thumb of the shop floor costs three times as much."""
    method = MaxAvg(method="max_avg", max_usage="150 pc/d", max_lead_time="13 d")
    assert method.pieces(TEXTBOOK) == pytest.approx(1050)


def test_a_maximum_that_nobody_has_measured_is_a_quantile():
    """(100 + 1.645·20) × (9 + 1.645·2) − 900, for 95 %; and each maximum can be given alone."""
    z95 = 1.6448536269514722
    longest = 9 + z95 * 2
    assert MaxAvg(method="max_avg").pieces(TEXTBOOK) == pytest.approx((100 + z95 * 20) * longest - 900)
    assert MaxAvg(method="max_avg", max_usage="150 pc/d").pieces(TEXTBOOK) == pytest.approx(150 * longest - 900)


def test_the_review_is_time_at_risk_too():
    """Who looks once a week has to last until the next look: L is lead time and review."""
    weekly = TEXTBOOK._replace(review=7)
    expected = z(0.95) * sqrt(16 * 400 + 100**2 * 4)
    assert Normal(method="normal", service_level="95 %").pieces(weekly) == pytest.approx(expected)


def test_no_safety_stock_is_ever_negative():
    """A service level below one half would ask for less than nothing."""
    assert Normal(method="normal", service_level="30 %").pieces(TEXTBOOK) == 0
    assert MaxAvg(method="max_avg", max_usage="50 pc/d", max_lead_time="9 d").pieces(TEXTBOOK) == 0


def test_the_ways_to_say_how_much():
    """A count, days of demand, a method, none, or nothing at all."""
    assert in_pieces(30, TEXTBOOK) == 30
    assert in_pieces(None, TEXTBOOK) == 0
    assert in_pieces(NoSafetyStock(method="none"), TEXTBOOK) == 0
    assert in_pieces(MaxAvg(method="max_avg", max_usage="150 pc/d", max_lead_time="13 d"), TEXTBOOK) == 1050


def test_what_the_policy_knows_of_exposure():
    """Lead time and review together, and what is sold in a lead time."""
    weekly = TEXTBOOK._replace(review=7)
    assert (weekly.exposure, weekly.lead_time_demand) == (16, 900)
    assert DAY == 86_400
