"""Sources: shares of a stock's orders hold over time, whatever the shares, the orders and what the sources sell."""

from types import SimpleNamespace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import twin
from tests.properties.networks import hours, networks
from twin.engine.clock import Phase
from twin.replenishment.sourcing import Source, Sourcing


class Seller:
    """Sells whole multiples, no fewer than its least."""

    def __init__(self, multiple, least):
        self.multiple, self.least = multiple, least
        self.sold = self.largest = 0

    def order(self, stock, quantity):
        taken = -(-max(quantity, self.least) // self.multiple) * self.multiple
        self.sold += taken
        self.largest = max(self.largest, taken)
        return SimpleNamespace(quantity=taken)


weights = st.lists(st.floats(0.001, 1), min_size=2, max_size=4)
orders = st.lists(st.integers(1, 5), min_size=1, max_size=80)
terms = st.lists(st.tuples(st.integers(1, 7), st.integers(0, 12)), min_size=4, max_size=4)


def strays(weights, sellers, orders):
    """Order after order, how far each source is from its share of all pieces, and the largest order so far."""
    shares = [weight / sum(weights) for weight in weights]
    lanes = {str(number): seller for number, seller in enumerate(sellers)}
    named = tuple(Source(str(number), share) for number, share in enumerate(shares))
    sourcing = Sourcing(SimpleNamespace(nodes={}, lanes=lanes), named)
    for count, quantity in enumerate(orders, 1):
        sourcing.place(None, quantity)
        total = sum(seller.sold for seller in sellers)
        far = max(abs(seller.sold - share * total) for seller, share in zip(sellers, shares, strict=True))
        yield far, max(orders[:count])


@settings(max_examples=100)
@given(weights, orders)
def test_no_source_strays_from_its_share_by_more_than_an_order(weights, orders):
    """Also for orders of a few pieces: a source of 1 % is asked once in a hundred pieces, not never and not always."""
    for far, largest in strays(weights, [Seller(1, 0) for _ in weights], orders):
        assert far <= largest


@settings(max_examples=100)
@given(weights, terms, orders)
def test_what_sellers_round_up_never_adds_up(weights, terms, orders):
    """Reels and least orders put a source ahead by an order at most, and so the others behind by no more than one order
    of each; it does not grow with time."""
    sellers = [Seller(*each) for each in terms[: len(weights)]]
    for far, largest in strays(weights, sellers, orders):
        assert far <= largest + sum(seller.largest for seller in sellers)


@settings(max_examples=15)
@given(networks())
def test_a_second_source_without_a_share_changes_nothing(outcome, scenario):
    """0 % is nobody, whether named first or last: all that is measured is the same to the last bit."""
    segments, first = scenario["policies"]["first"], scenario["lanes"]["way0"]["to"]
    parts = [item for item in scenario["items"] if item in ("bolt", "nut")]
    abroad = {"items": parts, "at": [first], **segments.get("abroad", {})}
    nobody = {name: "0 %" for name in scenario["lanes"] if name in ("way1", "air")}

    def with_sources(sources):
        segments["abroad"] = abroad | {"sources": sources}
        return outcome(scenario)

    alone = {"way0": "100 %"}
    assert with_sources(alone) == with_sources(alone | nobody) == with_sources(nobody | alone)


def backed_up(scenario, after):
    """The first policy with a backup for all that comes from abroad, where there is another lane."""
    others = [name for name in ("way1", "air") if name in scenario["lanes"]]
    assume(others)
    parts = [item for item in scenario["items"] if item in ("bolt", "nut")]
    place = {"items": parts, "at": [scenario["lanes"]["way0"]["to"]]}
    segments = scenario["policies"]["first"]
    backup = {"backup": {"lane": others[-1], "after": after}}
    policy = segments | {"abroad": place | segments.get("abroad", {}) | backup}
    return scenario | {"policies": {"first": policy}}


@settings(max_examples=15)
@given(networks())
def test_a_backup_that_is_never_due_changes_nothing(outcome, scenario):
    """Whatever closes and reopens: to watch a way is not to walk it."""
    scenario["policies"]["first"].get("abroad", {}).pop("backup", None)
    assert outcome(backed_up(scenario, "999 d")) == outcome(scenario)


closures = st.fixed_dictionaries(
    {
        "target": st.sampled_from(["works0", "works0.bolt", "way0", "way0.bolt"]),
        "at": hours(0, 150),
        "lasts": hours(1, 200),
        "effect": st.just({"capacity": "0 %"}),
    }
)


@settings(max_examples=25)
@given(networks(), hours(0, 60), st.lists(closures, min_size=1, max_size=3))
def test_what_is_stuck_is_on_order(load, scenario, after, shut):
    """What a backup leaves out of the position cannot have come, been cancelled or been left out twice."""
    scenario = backed_up(scenario, after)
    shut = {f"shut{number}": closure for number, closure in enumerate(shut)}
    model = load(scenario | {"disruptions": scenario.get("disruptions", {}) | shut})

    def watch(world):
        standbys = {watcher.__self__ for watcher in world.lanes["way0"].watchers}
        for standby in standbys:
            world.process(look(world, standby))

    def look(world, standby):
        while True:
            yield world.at(world.now + 5 * 3600, world.turn(Phase.REVIEW, standby.stock.name))
            view, whole = standby.view(), standby.stock.view()
            assert 0 <= view.on_order <= whole.on_order
            assert view.position == view.on_hand + view.on_order - view.backlog

    twin.simulate(model, "first", observe=watch)
