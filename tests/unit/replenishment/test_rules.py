"""Replenishment rules: from a position to a quantity, without a clock."""

import pytest

from twin.model.units import DAY
from twin.replenishment.rules import BaseStock, Kanban, MinMax, ReorderQuantity, View
from twin.replenishment.safety_stock import Outlook

OUTLOOK = Outlook(demand=10.5, variance=0.0, lead_time=4.0, lead_variance=0.0, review=1.0)


def at(position: int, on_order: int = 0, backlog: int = 0) -> View:
    return View(on_hand=position - on_order + backlog, on_order=on_order, backlog=backlog, position=position)


def base_stock(**written) -> BaseStock:
    return BaseStock(rule="base_stock", **written).settled(OUTLOOK)


def min_max(**written) -> MinMax:
    return MinMax(rule="min_max", **written).settled(OUTLOOK)


def r_q(**written) -> ReorderQuantity:
    return ReorderQuantity(rule="r_q", **written).settled(OUTLOOK)


def kanban(**written) -> Kanban:
    return Kanban(rule="kanban", **written).settled(OUTLOOK)


@pytest.mark.parametrize(("position", "ordered"), [(100, 0), (99, 1), (0, 100), (-20, 120), (130, 0)])
def test_base_stock_orders_up_to_its_level(position, ordered):
    """What is sold today is ordered today; a backlog counts as sold, and nothing is ever sent back."""
    assert base_stock(level="100 pc").order(at(position)) == ordered


@pytest.mark.parametrize(("position", "ordered"), [(41, 0), (40, 60), (39, 61), (-10, 110), (120, 0)])
def test_min_max_waits_for_its_point_and_then_fills_up(position, ordered):
    """At or below s: one order that reaches S."""
    assert min_max(reorder_point="40 pc", order_up_to="100 pc").order(at(position)) == ordered


@pytest.mark.parametrize(("position", "ordered"), [(41, 0), (40, 25), (16, 25), (15, 50), (-10, 75)])
def test_r_q_orders_as_many_lots_as_lift_the_position_above_r(position, ordered):
    """At r exactly the position must come above it, so 15 needs two lots of 25 where 16 needs one."""
    assert r_q(reorder_point="40 pc", quantity="25 pc").order(at(position)) == ordered


@pytest.mark.parametrize(
    ("on_hand", "on_order", "backlog", "ordered"),
    [(40, 0, 0, 0), (31, 0, 0, 0), (30, 0, 0, 10), (4, 10, 0, 20), (0, 0, 0, 40), (0, 40, 99, 0), (50, 0, 0, 0)],
)
def test_kanban_orders_emptied_bins_and_nothing_for_a_backlog(on_hand, on_order, backlog, ordered):
    """Cards bound the pipeline: a bin that is not yet empty frees none, and neither does a queue of customers."""
    view = View(on_hand, on_order, backlog, on_hand + on_order - backlog)
    assert kanban(bins=4, bin="10 pc").order(view) == ordered


def test_a_level_covers_lead_time_review_and_safety_stock():
    """10.5 a day over 4 d + 1 d is 52.5; two days of safety are 21 more; and levels round up."""
    assert base_stock(safety_stock="2 d").level == 74
    assert base_stock().level == 53
    assert base_stock(safety_stock="7 pc").level == 60


def test_a_level_that_is_given_is_the_level():
    """Who writes a level means it, with the safety stock in it; days are days of mean demand, rounded up."""
    assert base_stock(level="100 pc", safety_stock="2 d").level == 100
    assert base_stock(level="3 d").level == 32


def test_floating_point_dust_does_not_cost_a_piece():
    """0.1 + 0.2 is not 0.3 for a computer; thirty pieces are thirty pieces."""
    outlook = Outlook(demand=0.1, variance=0, lead_time=299, lead_variance=0, review=1)
    assert BaseStock(rule="base_stock").settled(outlook).level == 30
    assert 0.1 * 3 * 100 > 30  # the dust that is meant


def test_the_maximum_is_the_point_and_a_quantity_on_top():
    """s = 52.5 + 10.5 → 63, S = s + three days (31.5 → 32)."""
    rule = min_max(safety_stock="1 d", order_quantity="3 d")
    assert (rule.reorder_point, rule.order_up_to) == (63, 95)


def test_a_maximum_that_is_given_is_the_maximum():
    """`order_up_to` is S itself."""
    rule = min_max(reorder_point="10 pc", order_up_to="90 pc")
    assert (rule.reorder_point, rule.order_up_to) == (10, 90)


def test_lots_and_bins_in_days_are_whole_pieces():
    """Three days of 10.5 are lots of 32, half a day is a bin of 6."""
    assert r_q(quantity="3 d").quantity == 32
    assert kanban(bins=2, bin="0.5 d").bin == 6


def test_days_of_no_demand_are_no_pieces():
    """Nobody keeps a piece for days on which nobody comes; what is owed is still ordered, where a rule can see it."""
    idle = Outlook(demand=0, variance=0, lead_time=4, lead_variance=0, review=1)
    lots = ReorderQuantity(rule="r_q", quantity="3 d").settled(idle)
    assert lots.order(View(on_hand=0, on_order=0, backlog=0, position=0)) == 0
    assert lots.order(View(on_hand=0, on_order=0, backlog=5, position=-5)) == 5
    assert (lots.trigger, lots.mean_position, lots.least_order) == (0, 0, 1)
    kept = ReorderQuantity(rule="r_q", reorder_point="10 pc", quantity="3 d").settled(idle)
    assert kept.order(View(on_hand=4, on_order=0, backlog=0, position=4)) == 6
    assert kept.order(View(on_hand=10, on_order=0, backlog=0, position=10)) == 0
    cards = Kanban(rule="kanban", bins=2, bin="1 d").settled(idle)
    assert (cards.trigger, cards.order(View(0, 0, 0, 0))) == (0, 0)


@pytest.mark.parametrize(
    ("rule", "trigger", "mean_position"),
    [
        (base_stock(level="100 pc"), 100, 100),
        (min_max(reorder_point="40 pc", order_up_to="100 pc"), 40, 70),
        (r_q(reorder_point="40 pc", quantity="25 pc"), 40, 52.5),
        (kanban(bins=4, bin="10 pc"), 40, 40),
    ],
)
def test_every_rule_knows_what_makes_it_order_and_where_it_stands_on_average(rule, trigger, mean_position):
    """A run that opens steady begins at the mean position, as if it had run for long."""
    assert (rule.trigger, rule.mean_position) == (trigger, mean_position)


def test_when_a_rule_looks_unless_told_otherwise():
    """Levels are reviewed once a day; lots and cards move as soon as a piece does."""
    assert base_stock().review == min_max(order_quantity="1 d").review == DAY
    assert r_q(quantity="1 pc").review == kanban(bins=1, bin="1 pc").review == "continuous"


def test_days_of_cover_are_days_of_the_stocks_own_demand():
    """45 d is written, pieces are what is on the shelf."""
    assert base_stock(level="45 d").level == 473  # 45 × 10.5 = 472.5
