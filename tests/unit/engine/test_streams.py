"""Chance has a name, so that two policies meet the same luck and a new node changes nobody else's."""

from itertools import islice

import pytest

from twin.engine.streams import BLOCK, Streams
from twin.model.distributions import constant, exponential


def draws(name: str, seed: int = 42, replication: int = 0, count: int = 50) -> list[int]:
    return list(islice(Streams(seed, replication).draws(name, exponential(86_400)), count))


def test_the_same_cause_meets_the_same_luck():
    """Comparing policies means changing the policy and nothing else."""
    assert draws("demand automaker controller") == draws("demand automaker controller")


def test_other_causes_are_not_disturbed():
    """A failure more or less on one line must not change what a customer wants."""
    streams = Streams(42, 0)
    demand = streams.draws("demand automaker controller", exponential(86_400))
    failures = streams.draws("failure assembly", exponential(3600))
    mixed = []
    for _ in range(50):
        mixed.append(next(demand))
        next(failures), next(failures)
    assert mixed == draws("demand automaker controller")


@pytest.mark.parametrize("other", [{"name": "failure press"}, {"seed": 43}, {"replication": 1}])
def test_another_name_seed_or_replication_is_other_luck(other):
    """Replications that repeat each other would make intervals too narrow."""
    assert draws(**{"name": "failure assembly", **other}) != draws("failure assembly")


def test_a_replication_can_be_run_alone():
    """Replication 17 is a matter of its number, not of the sixteen before it."""
    alone = draws("leg pacific 1", replication=17)
    assert [draws("leg pacific 1", replication=number) for number in range(18)][17] == alone


def test_long_streams_do_not_repeat_and_do_not_depend_on_how_far_others_have_read():
    """Draws come in blocks; where a block ends must not be seen."""
    count = 5 * BLOCK
    long = draws("gap client part", count=count)
    assert long[:100] == draws("gap client part", count=100)
    assert long[: count // 2] != long[count // 2 : count // 2 * 2]


def test_what_never_varies_draws_nothing():
    """A constant is its value, for ever."""
    assert list(islice(Streams(1, 0).draws("leg road 0", constant(7)), 3)) == [7, 7, 7]


def test_chances_lie_between_none_and_certain():
    """A probability is compared with them: 0 % never, 100 % always."""
    chances = list(islice(Streams(1, 0).chances("disruption strike probability"), 200))
    assert all(0 <= chance < 1 for chance in chances)
    assert 0.3 < sum(chances) / len(chances) < 0.7
