"""KPIs that are more than a sum: each in a world small enough to count on one's fingers."""

import pytest

from twin.results.kpi import mean, ratio

SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: maker, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, level: 20 pc}}}
    opening: {store: {part: 20 pc}}
    run: {horizon: 40 d}
"""


def shut(days: str, **more: str) -> str:
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"disruptions: {{shut: {{target: road, at: 10 d, lasts: {days}, effect: {{capacity: 0 %}}{rest}}}}}"


def test_nothing_divided_by_nothing_is_no_number():
    """A fill rate without demand is neither good nor bad, and must not pull a mean."""
    assert ratio(0, 0) is None
    assert mean([1.0, None, 0.5]) == 0.75
    assert mean([None]) is None


def test_time_to_survive_is_the_time_until_the_first_customer_goes_without(play):
    """Shut from day 10: what was sent on days 8 and 9 arrives on 10 and 11; on day 12 the shelf is empty."""
    assert play(SHOP, shut("7 d")).kpis["time_to_survive"] == 2


def test_who_survives_to_the_end_has_no_time_to_survive(play):
    """And neither has a calm year."""
    stocked = ("policies: {p: {all: {level: 200 pc}}}", "opening: {store: {part: 200 pc}}")
    assert play(SHOP, shut("7 d"), *stocked).kpis["time_to_survive"] is None
    assert play(SHOP).kpis["time_to_survive"] is None


def test_time_to_survive_counts_what_is_owed_too(play):
    """A customer who waits has gone without."""
    assert play(SHOP, shut("7 d"), "nodes: {client: {unmet: backorder}}").kpis["time_to_survive"] == 2


def test_time_to_recover_ends_with_the_last_bad_week(play):
    """Reopened on day 17, served again from day 19; the week that ends with day 24 still has day 18 in it: 14 days."""
    assert play(SHOP, shut("7 d")).kpis["time_to_recover"] == 14


def test_who_never_falls_needs_no_time_to_recover(play):
    """0 days, which is not the same as no disruption."""
    stocked = ("policies: {p: {all: {level: 200 pc}}}", "opening: {store: {part: 200 pc}}")
    assert play(SHOP, shut("7 d"), *stocked).kpis["time_to_recover"] == 0
    assert play(SHOP).kpis["time_to_recover"] is None


def test_who_is_still_down_at_the_end_has_not_recovered(play):
    """Nobody knows how long it would have taken."""
    assert play(SHOP, shut("40 d")).kpis["time_to_recover"] is None


def test_time_to_recover_looks_no_further_than_the_next_disruption(play):
    """The second closure is another story: the first is over by then, or it is not known when it would have been."""
    again = "disruptions: {again: {target: road, at: 26 d, lasts: 9 d, effect: {capacity: 0 %}}}"
    assert play(SHOP, shut("7 d"), again).kpis["time_to_recover"] == 14
    soon = "disruptions: {again: {target: road, at: 20 d, lasts: 9 d, effect: {capacity: 0 %}}}"
    assert play(SHOP, shut("7 d"), soon).kpis["time_to_recover"] is None


def test_recovery_is_measured_against_how_things_were(play):
    """A shop that serves 8 of 10 on a good day has recovered when it does so again: 95 % of 80 %."""
    poor = ("policies: {p: {all: {level: 16 pc}}}", "opening: {store: {part: 16 pc}}")
    kpis = play(SHOP, shut("7 d"), *poor).kpis
    assert kpis["fill_rate"] < 0.8
    assert kpis["time_to_recover"] == 14


def test_bullwhip_of_passing_demand_on_is_one(play):
    """Base stock with a daily review orders what was sold, no more and no less variably."""
    poisson = "nodes: {client: {buys: {part: {quantity: {dist: poisson, mean: 10 pc}}}}}"
    plenty = ("policies: {p: {all: {level: 500 pc}}}", "opening: {store: {part: 500 pc}}")
    assert play(SHOP, poisson, *plenty).kpis["bullwhip"] == pytest.approx(1)


def test_bullwhip_of_weekly_orders_is_their_bunching(play):
    """70 on one day in seven instead of 10 or 9 a day: the variance of orders grows, the demand is the same."""
    weekly = "nodes: {client: {buys: {part: {pattern: [1, 1, 1, 1, 1, 1, 0.5]}}}}"
    lots = (
        "policies: {p: {all: {level: 500 pc, review: 7 d}}}",
        "opening: {store: {part: 500 pc}}",
        "run: {horizon: 35 d}",
    )
    played = play(SHOP, weekly, *lots)
    demand_variance = (6 * (10 - 65 / 7) ** 2 + (5 - 65 / 7) ** 2) / 7
    orders = [10, 65, 65, 65, 65]
    order_mean = sum(orders) / 35
    order_variance = sum(quantity**2 for quantity in orders) / 35 - order_mean**2
    assert played.kpis["bullwhip"] == pytest.approx(order_variance / demand_variance)


def test_bullwhip_of_constant_demand_is_no_number(play):
    """0 ÷ 0 where nothing varies."""
    assert play(SHOP).kpis["bullwhip"] is None


def test_turns_and_days_on_hand_are_two_sides_of_one_coin(play):
    """10 a day with a level of 30: 20 on the shelf on day 0 and 10 ever after: a day on hand, 365 turns a year."""
    kpis = play(SHOP, "policies: {p: {all: {level: 30 pc}}}", "opening: {store: {part: 30 pc}}").kpis
    assert kpis["turns"] == pytest.approx(365 * 400 / (20 + 39 * 10))
    assert kpis["days_on_hand"] == pytest.approx((20 + 39 * 10) / 400)


def test_a_stockout_is_a_day_on_which_somebody_went_without(play):
    """Seven days of a closed road are seven days without, of forty."""
    played = play(SHOP, shut("7 d"))
    assert played.kpis["stockout_rate"] == 7 / 40
    assert played.kpis["stockout_by_item"] == {"part": 7 / 40}
    assert played.kpis["lost_sales"] == 70


def test_a_cycle_is_good_when_nobody_went_without_from_receipt_to_receipt(play):
    """Nothing is ordered while nothing is sold: what waited comes on day 19, the next on day 21. One cycle is bad."""
    kpis = play(SHOP, shut("7 d")).kpis
    receipts = [0, *range(2, 12), 19, *range(21, 40)]
    assert kpis["cycle_service"] == pytest.approx((len(receipts) - 2) / (len(receipts) - 1))


def test_uptime_is_of_the_time_in_which_a_line_was_wanted(play):
    """An idle line is not late, one that is off has gone home."""
    plant = """
      items: {whole: {value: 30 USD/pc, bom: {part: 1}}}
      nodes:
        shop: {kind: warehouse}
        works: {kind: line, from: store, to: shop, makes: {whole: {rate: 1 pc/h}}, working: {hours: 12 h/d}}
        buyer: {kind: customer, buys: {whole: {from: shop, every: 1 d, quantity: 6 pc}}}
        client: null
      policies: {p: {whole: {items: [whole], level: 6 pc}, parts: {items: [part], level: 0 pc}}}
      opening: {store: {part: 15 pc}, shop: {whole: 6 pc}}
      run: {horizon: 4 d}
    """
    kpis = play(SHOP, plant).kpis
    # 6 h a day of running on days 0 and 1; on day 2 three hours, then nine without parts; twelve more on day 3
    assert kpis["uptime"] == pytest.approx(15 / (15 + 9 + 12))
    assert kpis["uptime_loss"]["starved"] == pytest.approx(21 / 36)


def test_levels_and_rules_stand_beside_what_they_did(play):
    """A planner who reads the table wants to see what the policy had set."""
    stock = play(SHOP).measured["items"]["store.part"]
    assert (stock["level"], stock["rule"], stock["safety_stock"]) == (20, "base_stock", 0)
    assert (stock["orders"], stock["ordered"]) == (40, 400)
    assert stock["on_hand"] == 10 / 40  # on day 0; from day 2 on everything is sold as it comes
