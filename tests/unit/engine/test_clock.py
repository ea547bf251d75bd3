"""The clock: an instant has an order of its own, and who was written first in a file has no say in it."""

from itertools import permutations

import pytest

from twin.engine.clock import LAST, Bell, Clock, Phase, turn
from twin.engine.world import World


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_instant_runs_through_its_phases_in_order(clock):
    """A delivery at the instant of a sale serves it, and a review has seen that sale: the meaning of a lead time."""
    seen = []
    for phase in reversed(Phase):
        clock.at(5, turn(phase), lambda _, phase=phase: seen.append(phase))
    clock.run(until=6)
    assert seen == [
        Phase.COUNT, Phase.DISRUPT, Phase.EXPIRE, Phase.ARRIVE, Phase.MAKE, Phase.SELL, Phase.REVIEW
    ]  # fmt: skip


def test_what_an_earlier_phase_triggers_runs_before_the_instant_goes_on(clock):
    """A lot that ends frees space; what waited at the dock enters before the customer comes."""
    seen = []

    def make(_):
        seen.append("lot ends")
        clock.at(clock.now, turn(Phase.ARRIVE), lambda _: seen.append("dock works"))

    clock.at(5, turn(Phase.SELL), lambda _: seen.append("customer comes"))
    clock.at(5, turn(Phase.MAKE), make)
    clock.run(until=6)
    assert seen == ["lot ends", "dock works", "customer comes"]


def test_within_a_phase_the_older_order_goes_first_and_then_the_name(clock):
    """First come first served is about when something was ordered, not about when its lorry arrived."""
    seen = []
    for name, rank, since in (("younger", 0, 20), ("older, second by name", 2, 10), ("older, first by name", 1, 10)):
        clock.at(50, turn(Phase.ARRIVE, rank, since), lambda _, name=name: seen.append(name))
    clock.run(until=51)
    assert seen == ["older, first by name", "older, second by name", "younger"]


def test_the_order_of_creation_never_decides(clock):
    """Two planners who write the same network in another order must get the same numbers."""
    orders = set()
    for created in permutations(("ant", "bee", "cow")):
        clock, seen = Clock(), []
        world_ranks = {"ant": 0, "bee": 1, "cow": 2}
        for name in created:
            clock.at(1, turn(Phase.SELL, world_ranks[name]), lambda _, name=name, seen=seen: seen.append(name))
        clock.run(until=2)
        orders.add(tuple(seen))
    assert orders == {("ant", "bee", "cow")}


def test_a_departure_comes_after_everything_that_arrives_at_its_instant(clock):
    """All that leaves a lane at one instant is one shipment, also what became ready in its last second."""
    seen = []
    clock.at(7, turn(Phase.ARRIVE, 0, LAST), lambda _: seen.append("ship leaves"))
    clock.at(7, turn(Phase.ARRIVE, 9, 10**9), lambda _: seen.append("lorry comes"))
    clock.at(7, turn(Phase.MAKE), lambda _: seen.append("lot ends"))
    clock.run(until=8)
    assert seen == ["lorry comes", "ship leaves", "lot ends"]


def test_what_is_cancelled_never_happens(clock):
    """A customer who was served in time no longer runs out of patience."""
    seen = []
    patience = clock.at(5, turn(Phase.SELL), seen.append)
    clock.at(3, turn(Phase.ARRIVE), lambda _: patience.cancel())
    clock.run(until=10)
    assert seen == []


def test_cancelling_what_has_happened_changes_nothing(clock):
    """Goods that come after patience has ended find nobody to call off, and that is no mistake."""
    seen = []
    patience = clock.at(5, turn(Phase.SELL), seen.append)
    clock.at(6, turn(Phase.ARRIVE), lambda _: patience.cancel())
    clock.run(until=10)
    assert seen == [patience]


def test_a_bell_wakes_once_an_instant_however_often_it_rings(clock):
    """Three deliveries in one second are one reason to look at the orders again, after all three."""
    bell, seen = Bell(clock, turn(Phase.MAKE)), []

    def line():
        while True:
            yield bell.wait()
            seen.append((clock.now, list(delivered)))

    delivered = []

    def deliver(name):
        delivered.append(name)
        bell.ring()

    clock.process(line())
    for rank, name in enumerate(("screws", "housings", "chips")):
        clock.at(4, turn(Phase.ARRIVE, rank), lambda _, name=name: deliver(name))
    clock.run(until=5)
    assert seen == [(4, ["screws", "housings", "chips"])]


def test_a_bell_that_nobody_waits_for_is_not_remembered(clock):
    """A line in the middle of a lot looks at its orders when the lot is done, not because something came meanwhile."""
    bell = Bell(clock, turn(Phase.MAKE))
    bell.ring()
    waiting = bell.wait()
    clock.run(until=5)
    assert not waiting.processed


def test_what_happens_exactly_at_the_end_does_not_happen():
    """A run of ten days has ten daily sales, on days 0 to 9."""
    world = World(names=["client"], values={}, seed=1, replication=0, warm_up=0, horizon=10)
    seen = []
    for time in (9, 10):
        world.at(time, world.turn(Phase.DISRUPT, "client"), lambda _, time=time: seen.append(time))
    world.run()
    assert seen == [9]
