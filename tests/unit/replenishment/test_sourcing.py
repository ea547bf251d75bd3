"""Sourcing: shares that hold exactly, and the cheapest landed cost where nobody says."""

from types import SimpleNamespace

import pytest

from twin.replenishment.policy import plan
from twin.replenishment.sourcing import Source, Sourcing, landed_cost, lead_time


class Channel:
    """A source that takes orders in whole multiples, no smaller than its least."""

    def __init__(self, multiple: int = 1, least: int = 0) -> None:
        self.multiple = multiple
        self.least = least
        self.orders: list[int] = []

    def order(self, stock: object, quantity: int) -> SimpleNamespace:
        taken = -(-max(quantity, self.least) // self.multiple) * self.multiple
        self.orders.append(taken)
        return SimpleNamespace(quantity=taken)


def shared(shares: dict[str, float], channels: dict[str, Channel], orders: list[int]) -> dict[str, int]:
    world = SimpleNamespace(nodes={}, lanes=channels)
    sourcing = Sourcing(world, tuple(Source(name, share) for name, share in shares.items()))
    for quantity in orders:
        sourcing.place(None, quantity)
    return {name: sum(channel.orders) for name, channel in channels.items()}


def test_shares_hold_exactly_even_for_orders_of_one_piece():
    """Rounding every order for itself would give a 30 % source nothing at all."""
    channels = {"pacific": Channel(), "nearshore": Channel()}
    assert shared({"pacific": 0.7, "nearshore": 0.3}, channels, [1] * 1000) == {"pacific": 700, "nearshore": 300}


def test_no_source_ever_strays_more_than_a_piece_from_its_share():
    """Exact in the end is not enough: a source that waits half a year for its share is no second source."""
    channels = {"a": Channel(), "b": Channel(), "c": Channel()}
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    sourcing = Sourcing(SimpleNamespace(nodes={}, lanes=channels), tuple(Source(*share) for share in shares.items()))
    total = 0
    for quantity in (1, 1, 7, 3, 1, 20, 1, 1, 1, 4) * 20:
        total += quantity
        sourcing.place(None, quantity)
        for name, share in shares.items():
            assert abs(sum(channels[name].orders) - share * total) <= 1
    assert sum(sum(channel.orders) for channel in channels.values()) == total


def test_what_a_source_rounds_up_counts_against_its_share():
    """A supplier who sells reels of 100 got more than asked; the other makes up for it, and shares hold over time."""
    channels = {"reels": Channel(multiple=100), "loose": Channel()}
    ordered = shared({"reels": 0.5, "loose": 0.5}, channels, [10] * 1000)
    assert abs(ordered["reels"] - ordered["loose"]) <= 100


def test_a_least_order_is_not_ordered_every_day():
    """A source with a smallest order of 50 and a tenth of 10 a day is asked every so often, not daily."""
    channels = {"far": Channel(least=50), "near": Channel()}
    ordered = shared({"far": 0.1, "near": 0.9}, channels, [10] * 1000)
    assert abs(ordered["far"] - 0.1 * sum(ordered.values())) <= 50
    assert len(channels["far"].orders) < 25


def test_what_cannot_be_split_goes_whole_to_the_source_furthest_behind():
    """Ten pieces a day of two makers who sell tens: ten from one, ten from the other, and never twenty for ten."""
    channels = {"a": Channel(multiple=10), "b": Channel(multiple=10)}
    assert shared({"a": 0.5, "b": 0.5}, channels, [10] * 8) == {"a": 40, "b": 40}
    channels = {name: Channel(least=100) for name in "abc"}
    assert sum(shared({"a": 0.33, "b": 0.33, "c": 0.34}, channels, [10]).values()) == 100


def test_bins_are_not_torn_apart():
    """A kanban card is for a bin: seven of ten go to one source, three to the other, and none in two parts."""
    channels = {"a": Channel(), "b": Channel()}
    sourcing = Sourcing(SimpleNamespace(nodes={}, lanes=channels), (Source("a", 0.7), Source("b", 0.3)))
    sourcing.lot = 10
    for _ in range(20):
        sourcing.place(None, 10)
    assert {name: channel.orders for name, channel in channels.items()} == {"a": [10] * 14, "b": [10] * 6}


def test_a_share_of_nothing_is_nothing():
    """0 % switches a source off without deleting it."""
    channels = {"pacific": Channel(), "nearshore": Channel()}
    assert shared({"pacific": 1.0, "nearshore": 0.0}, channels, [3] * 10) == {"pacific": 30, "nearshore": 0}


TWO_WAYS = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      far:   {kind: supplier, supplies: {part: {price: 8 USD/pc, lead_time: {dist: gamma, mean: 20 d, cv: 0.5}}}}
      near:  {kind: supplier, supplies: {part: {price: 9.50 USD/pc}}}
      port:  {kind: port, handling: {dist: normal, mean: 2 d, sd: 0.5 d}, customs: 1 d}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes:
      sea:  {from: far, to: store, via: [port], legs: [1 d, {dist: uniform, min: 8 d, max: 14 d}], cost: 0.20 USD/pc,
             duty: 10 %}
      road: {from: near, to: store, transit: 2 d, departs: 7 d}
    policies:
      lean: {all: {rule: base_stock}}
      both: {all: {rule: base_stock, sources: {sea: 75 %, road: 25 %}}}
"""


def test_landed_cost_is_price_freight_and_duty(scenario):
    """8 + 0.20 + 10 % of a value of 10 = 9.20 beats 9.50 next door."""
    model = scenario(TWO_WAYS)
    assert landed_cost(model, "sea", "part") == pytest.approx(9.20)
    assert landed_cost(model, "road", "part") == pytest.approx(9.50)
    assert plan(model, "lean")["store", "part"].sources == (Source("sea", 1.0),)


def test_a_tariff_in_the_scenario_changes_the_default(scenario):
    """At 20 % duty the neighbour is cheaper: 10.20 against 9.50."""
    model = scenario(TWO_WAYS, "lanes: {sea: {duty: 20 %}}")
    assert plan(model, "lean")["store", "part"].sources == (Source("road", 1.0),)


def test_ties_are_broken_by_name(scenario):
    """Two equal offers must not be a matter of the order in a file."""
    model = scenario(TWO_WAYS, "nodes: {near: {supplies: {part: {price: 9.20 USD/pc}}}}")
    assert plan(model, "lean")["store", "part"].sources == (Source("road", 1.0),)


def test_a_planning_lead_time_is_the_sum_of_its_means_and_of_its_variances(scenario):
    """20 + 1 + 2 + 1 + 11 days; (20·0.5)² + 0.5² + (14−8)²/12 days². Queues are not planned."""
    time = lead_time(scenario(TWO_WAYS), "sea", "part")
    assert (time.mean, time.variance) == (pytest.approx(35), pytest.approx(100 + 0.25 + 3, rel=1e-3))
    assert lead_time(scenario(TWO_WAYS), "road", "part").departs == 7


def test_levels_over_several_sources_weigh_their_lead_times(scenario):
    """75 % of 35 d + 25 % of 2 d is 26.75 d; the road departs weekly, so its review is 7 d: 0.75·1 + 0.25·7 = 2.5 d."""
    entry = plan(scenario(TWO_WAYS), "both")["store", "part"]
    assert entry.outlook.lead_time == pytest.approx(26.75)
    assert entry.outlook.review == pytest.approx(2.5)
    assert entry.rule.level == 293  # 10 × 29.25 = 292.5, up


def test_orders_follow_the_shares_in_a_run(play):
    """A year of 10 a day: a quarter comes by road, but for what waits for the weekly lorry."""
    played = play(TWO_WAYS, "run: {horizon: 400 d}", policy="both")
    ordered = played.measured["items"]["store.part"]["ordered"]
    by_road = played.measured["lanes"]["road"]["pieces"]
    assert abs(ordered / 4 - by_road) <= 7 * 2.5 + 1
