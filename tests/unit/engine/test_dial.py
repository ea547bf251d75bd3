"""Dials and work: causes compose, nobody restores what another cause changed, and what is done stays done."""

from itertools import permutations

import pytest

from twin.engine.clock import Clock, Phase, turn
from twin.engine.dial import Dial, SumDial, Work

TURN = turn(Phase.ARRIVE)


class Bench:
    """A piece of work at a dial, with a diary of what turns the dial when."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dial = Dial()
        self.ended: list[int] = []

    def work(self, amount: float) -> Work:
        return Work(self.clock, amount, self.dial, TURN, lambda _: self.ended.append(self.clock.now))

    def at(self, time: int, then) -> None:
        self.clock.at(time, turn(Phase.DISRUPT), lambda _: then())

    def turn(self, time: int, cause: str, factor: float | None) -> None:
        self.at(time, lambda: self.dial.turn(cause, factor))

    def end(self) -> list[int]:
        self.clock.run(until=1000)
        return self.ended


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_overlapping_closures_end_with_the_last_one(bench):
    """A strike that ends during a typhoon does not open the port."""
    bench.work(10)
    bench.turn(2, "strike", 0.0)
    bench.turn(5, "typhoon", 0.0)
    bench.turn(20, "strike", None)
    bench.turn(30, "typhoon", None)
    assert bench.end() == [38]  # 2 s done, 8 s left from second 30


def test_two_halves_make_a_quarter_and_lifting_one_leaves_the_other():
    """Nobody saves a value to restore it: a lifted cause takes only its own factor away."""
    dial = Dial()
    dial.turn("fog", 0.5)
    dial.turn("strike", 0.5)
    assert dial.value == 0.25
    dial.turn("fog", None)
    assert dial.value == 0.5
    dial.turn("strike", None)
    assert dial.value == 1.0


def test_the_same_causes_give_the_same_number_in_any_order():
    """Products of floating-point numbers depend on their order; the results of a run must not."""
    causes = {"fog": 0.1, "strike": 0.7, "drought": 0.3}
    values = set()
    for order in permutations(causes):
        dial = Dial()
        for cause in order:
            dial.turn(cause, causes[cause])
        values.add(dial.value)
    assert len(values) == 1


def test_lifting_a_cause_that_is_not_there_changes_nothing():
    """A recovery that ends twice is no second opening."""
    dial = Dial()
    heard = []
    dial.listen(lambda: heard.append(dial.value))
    dial.turn("strike", None)
    dial.turn("strike", 1.0)
    assert (dial.value, heard) == (1.0, [])


def test_work_goes_on_at_the_new_speed_with_what_is_done_kept(bench):
    """A berth that is half as fast from the fourth second needs twice as long for the rest."""
    bench.work(10)
    bench.turn(4, "fog", 0.5)
    assert bench.end() == [16]


def test_the_end_of_work_is_rounded_up(bench):
    """The clock counts whole seconds, and nothing is ready before it is ready."""
    bench.work(1)
    bench.turn(0, "fog", 0.3)
    assert bench.end() == [4]


def test_floating_point_dust_costs_no_second(bench):
    """Thirty pieces at a third of a piece a second are ready after 90 s, not after 91."""
    bench.work(30)
    bench.turn(0, "fog", 1 / 3)
    assert bench.end() == [90]


def test_at_zero_nothing_ends_not_even_what_needs_no_work(bench):
    """A shut port lets nobody through, however quick its handling is."""
    bench.turn(0, "strike", 0.0)
    bench.at(1, lambda: bench.work(0))
    bench.turn(50, "strike", None)
    assert bench.end() == [50]


def test_work_that_would_end_as_the_port_shuts_is_not_done(bench):
    """Dials turn before anything else of an instant: at the second of the closure the ship is still at its berth."""
    bench.work(10)
    bench.turn(10, "strike", 0.0)
    bench.turn(25, "strike", None)
    assert bench.end() == [25]


def test_half_the_work_done_is_to_be_done_again(bench):
    """A power cut scraps what is on the machines: of 6 s done, 3 s are lost."""
    work = bench.work(10)
    bench.at(6, lambda: work.lose(0.5))
    assert bench.end() == [13]


def test_cutting_an_order_cuts_the_work_done_and_the_work_left(bench):
    """Half of a cancelled order is half of its work: after 4 s of 10, 3 s are left instead of 6."""
    work = bench.work(10)
    bench.at(4, lambda: work.cut(0.5))
    assert bench.end() == [7]
    assert work.amount == 5


def test_cancelled_work_never_ends(bench):
    """An order that is gone ties up nobody, and its dial forgets it."""
    work = bench.work(10)
    bench.at(4, work.cancel)
    bench.turn(5, "fog", 0.5)
    assert bench.end() == []


def test_cancelling_finished_work_changes_nothing(bench):
    """Who calls an order off too late has called nothing off."""
    work = bench.work(10)
    bench.at(12, work.cancel)
    assert bench.end() == [10]


def test_a_gate_stands_still_at_zero_and_otherwise_runs_at_full_speed():
    """A supplier's lead time is not work: half its capacity does not slow it, but a shut gate holds it."""
    dial = Dial()
    gate = dial.gate()
    seen = []
    for factor in (0.5, 0.0, 0.1, None, 2.0):
        dial.turn("trouble", factor)
        seen.append(gate.value)
    assert seen == [1.0, 0.0, 1.0, 1.0, 1.0]


def test_points_of_duty_add_up():
    """A tariff of 25 points upon one of 10 is 35 points, and 10 when it is lifted."""
    duty = SumDial()
    assert duty.value == 0
    duty.turn("section 301", 0.25)
    duty.turn("safeguard", 0.10)
    assert duty.value == pytest.approx(0.35)
    duty.turn("section 301", None)
    assert duty.value == 0.10
