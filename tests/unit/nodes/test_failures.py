"""Failures of a line come by its running time, which stands still while the line does."""

from itertools import pairwise

import pytest

from twin.engine.clock import Clock, Phase, turn
from twin.nodes.failures import RunningTime

FAIL, SWITCH, BEFORE = turn(Phase.MAKE, since=1), turn(Phase.MAKE, since=2), turn(Phase.DISRUPT)


def over(seconds: int, *switches: int, asked: int = 0, starts: int = SWITCH) -> list[int]:
    """When so much running time was over that was asked for at a second; the line starts and stops in turn."""
    clock, ended = Clock(), []
    running_time = RunningTime(clock)

    def ask(_: object) -> None:
        running_time.after(seconds, FAIL).callbacks.append(lambda _: ended.append(clock._now))

    for number, second in enumerate(switches):
        clock.at(second, starts, lambda _, running=number % 2 == 0: running_time.go(running))
    clock.at(asked, turn(Phase.REVIEW), ask)
    clock.run(until=1000)
    return ended


@pytest.mark.parametrize(
    ("switches", "end"),
    [
        ((0,), 10),
        ((5,), 15),
        ((0, 4, 7), 13),
        ((0, 4, 7, 9, 20), 24),
        ((0, 9, 10), 11),
        ((0, 4, 4, 8, 8), 10),
    ],
    ids=["runs on", "starts late", "one stop", "two stops", "a second before the end", "stops for no time"],
)
def test_only_running_counts(switches, end):
    """Ten seconds of running, however often the line has stood in between."""
    assert over(10, *switches) == [end]


def test_what_was_run_before_is_not_counted():
    """Asked for in the middle of a run, time begins there."""
    assert over(10, 0, asked=3) == [13]


def test_a_line_that_never_runs_on_never_gets_there():
    assert over(10, 0, 9) == []


def test_a_line_that_stops_at_the_very_second():
    """If it stops earlier in that second, the wait ends when it starts again; if later, it has ended."""
    assert over(10, 0, 10, 30, starts=BEFORE) == [30]
    assert over(10, 0, 10, 30, starts=SWITCH) == [10]


def test_no_time_at_all_is_over_at_once_while_the_line_runs():
    assert over(0, 0, asked=5) == [5]
    assert over(0, 7, asked=5) == [7]


PLANT = """
    twin: 1
    items: {ore: {value: 1 USD/pc}, tin: {value: 5 USD/pc, bom: {ore: 1}}}
    nodes:
      mine: {kind: supplier, supplies: {ore: {price: 1 USD/pc}}}
      yard: {kind: warehouse}
      line: {kind: line, from: yard, to: store, makes: {tin: {rate: 1 pc/h, lot: 4 pc}},
             failures: {mtbf: {dist: constant, value: 10 h}, mttr: {dist: constant, value: 1 h}}}
      store: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {tin: {from: store, every: 1 d, quantity: 4 pc}}}
    lanes: {road: {from: mine, to: yard, transit: 1 h}}
    policies: {p: {all: {rule: base_stock, level: 100 pc}, goods: {items: [tin], level: 0 pc}}}
    opening: {yard: {ore: 100 pc}}
    run: {horizon: 20 d}
"""


def test_a_line_that_runs_four_hours_a_day_fails_every_ten_hours_of_running(play):
    """Two and a half days' work: half-way through the third lot, with the repair in it, and so on."""
    played = play(PLANT)
    fails = [day for day, _ in played.tallied("failures", "line")]
    runs = [
        (time, value)
        for time, kind, *what in played.ledger.journal
        if kind == "gauge" and what[0] == ("running", "line")
        for value in what[1:]
    ]
    run = sum(end - begin for (begin, on), (end, _) in pairwise(runs) if on)
    assert fails[0] == pytest.approx(2 + 2 / 24)
    assert len(fails) == run // 36_000 >= 7
