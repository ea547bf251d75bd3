"""The warm-up judged: a year that begins with empty shelves must not be taken for a normal one."""

import re
from random import Random

import pytest

import twin
from twin.study.warm_up import mser, settling, undisturbed


def noise(days, seed, level=100.0, sd=5.0):
    chance = Random(seed)
    return [chance.gauss(level, sd) for _ in range(days)]


def test_a_series_that_was_settled_loses_nothing_to_speak_of():
    """Twenty sorts of luck, none cries wolf; neither does a series that stands still."""
    for seed in range(20):
        assert settling([noise(73, 10 * seed + k) for k in range(5)]) is None
        assert settling([noise(73, seed, sd=30)]) is None
    assert settling([[7.0] * 73] * 3) is None


def test_a_ramp_is_found_and_measured():
    """Ten batches of five days at half the level: 50 % off, 50 days long."""
    series = [[value / 2 if batch < 10 else value for batch, value in enumerate(noise(73, k, sd=2))] for k in range(5)]
    found = settling(series)
    assert (found.days, found.late) == (50, False)
    assert found.off == pytest.approx(0.5, abs=0.03)


def test_a_series_that_never_settles_is_found_too():
    """Rising from the first day to the last: MSER would cut nothing off, but the halves differ."""
    rising = [float(k) for k in range(40)]
    assert mser(rising) <= 20
    found = settling([rising, rising])
    assert found.late
    assert found.days == 100


def test_a_beginning_above_and_then_below_does_not_cancel():
    """Empty shelves, then all that was ordered at once: on average right, and wrong every day."""
    swing = [0.0] * 6 + [200.0] * 6
    series = [swing + noise(48, k, sd=2) for k in range(3)]
    assert settling(series).days in (60, 65)  # the last batch of the swing, give or take one by luck


def test_a_short_or_small_beginning_is_left_alone():
    """Three batches of seventy, or a twentieth of the level, move no mean that matters."""
    assert settling([[0.0] * 3 + noise(70, k) for k in range(3)]) is None
    assert settling([[95.0 + 0.1 * k] * 20 + [100.0 + 0.1 * k] * 53 for k in range(3)]) is None


def test_nine_batches_are_too_few_to_tell():
    """Six weeks before a closure say little, and nothing is better than a guess."""
    assert settling([[0.0] * 4 + [100.0] * 5] * 3) is None


SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc, lead_time: 40 d}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: {dist: poisson, mean: 10 pc}}}}
    lanes: {road: {from: maker, to: store, transit: 20 d}}
    policies: {all: {all: {rule: base_stock, safety_stock: 10 d}}}
    run: {horizon: 365 d, warm_up: 0 d, replications: 4, seed: 1}
"""
EMPTY = "opening: {store: {part: 0 pc}}"
CLOSED = "disruptions: {shut: {target: road, at: 100 d, lasts: 30 d, effect: {capacity: 0 %}}}"


def said(model):
    return [finding for finding in twin.compare(model).document["findings"] if "MSER-5" in finding]


def test_an_empty_opening_without_warm_up_is_found(scenario):
    """Nothing is ours until the first order ships on day 40; all that it brings is sold, and ordered again, by 150."""
    (finding,) = said(scenario(SHOP, EMPTY))
    told = re.fullmatch(
        r"the warm-up \(0 d\) looks too short: under all, goods owned were (\d+) % off what they came to, "
        r"over the first (\d+) d that counted; (\d+) d would leave that out \(MSER-5\)",
        finding,
    )
    assert int(told[1]) > 40
    assert 40 <= int(told[2]) == int(told[3]) <= 160


def test_a_warm_up_is_what_leaves_it_out(scenario):
    """Half a year of it after an empty opening, the lead time of 60 days after a steady one."""
    assert said(scenario(SHOP, EMPTY, "run: {warm_up: 180 d}")) == []
    assert said(scenario(SHOP, "run: {warm_up: 60 d}")) == []


def test_it_is_judged_to_the_first_thing_that_the_script_does(scenario):
    """A closure empties the shelves by design. What happens by chance, again and again, belongs to the world."""
    assert undisturbed(scenario(SHOP)) == 365
    assert undisturbed(scenario(SHOP, CLOSED)) == 100
    assert undisturbed(scenario(SHOP, CLOSED, "disruptions: {shut: {notice: 30 d}}")) == 70
    assert undisturbed(scenario(SHOP, CLOSED, "disruptions: {shut: {at: {dist: exponential, mean: 90 d}}}")) == 0
    by_chance = "disruptions: {shut: {at: null, every: {dist: exponential, mean: 90 d}}}"
    assert undisturbed(scenario(SHOP, CLOSED, by_chance)) == 365
    assert undisturbed(scenario(SHOP, "items: {part: {lifecycle: {ends: 200 d}}}")) == 200
    assert said(scenario(SHOP, CLOSED, "run: {warm_up: 60 d}")) == []


def test_demand_that_is_written_to_change_never_settles(scenario):
    """A season or a trend moves stocks all year: there is no level to come to, so nothing is said."""
    assert undisturbed(scenario(SHOP, "nodes: {client: {buys: {part: {trend: 5 %/yr}}}}")) == 0
    season = "nodes: {client: {buys: {part: {season: [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}}}}"
    assert undisturbed(scenario(SHOP, season)) == 0
    assert said(scenario(SHOP, EMPTY, season)) == []


def test_the_days_are_those_of_the_books(scenario):
    """Value at the end of the day, five days together: the empty shop owns nothing until its first order ships."""
    model = scenario(SHOP, EMPTY)
    series = twin.measure(model, twin.simulate(model, "all"))["goods_owned"]
    assert len(series) == 365 // 5
    assert series[:8] == [0.0] * 8
    assert series[8] > 5000
