"""Disruptions in a run: when they strike, whom they hit, and that they leave nothing behind."""

import pytest

from twin.model.units import DAY

PORT = """
    twin: 1
    items: {part: {value: 10 USD/pc, group: electronics}, gear: {value: 5 USD/pc}}
    nodes:
      maker: {kind: supplier, region: TW, supplies: {part: {price: 10 USD/pc, lead_time: 1 d},
              gear: {price: 5 USD/pc, lead_time: 1 d}}}
      harbour: {kind: port, region: US, handling: 1 d}
      store: {kind: warehouse, region: US}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc},
               gear: {from: store, every: 1 d, quantity: 2 pc}}}
    lanes:
      sea: {from: maker, to: store, via: [harbour], legs: [1 d, 1 d]}
    policies:
      p: {all: {rule: base_stock, level: 100 pc}}
    opening: {store: {part: 100 pc, gear: 100 pc}}
    run: {horizon: 40 d}
"""


def strike(text: str) -> str:
    return f"disruptions: {{it: {{{text}}}}}"


def struck(played) -> list[tuple[float, float | None]]:
    """(start, end) of every occurrence, in days of the run."""
    return [(entry.start / DAY, None if entry.end is None else entry.end / DAY) for entry in played.ledger.occurrences]


def test_at_counts_from_the_end_of_the_warm_up(play):
    """A planner says day 5 of what is measured."""
    played = play(PORT, strike("target: harbour, at: 5 d, lasts: 3 d, effect: {capacity: 0 %}"), "run: {warm_up: 10 d}")
    assert struck(played) == [(15, 18)]


def test_every_counts_from_the_end_of_one_to_the_next_recovery_included(play):
    """First after 6 d, from second 0; it lasts 2 d and recovers for 2 d; the next comes 6 d after that."""
    played = play(
        PORT,
        strike("target: harbour, every: 6 d, lasts: 2 d, recovery: 2 d, effect: {capacity: 0 %}"),
        "run: {warm_up: 1 d}",
    )
    assert [start for start, _ in struck(played)] == [6, 16, 26, 36]
    assert played.ledger.occurrences[0].recovered == 10 * DAY


def test_what_never_ends_does_not_come_again(play):
    """There is no end to count from."""
    assert struck(play(PORT, strike("target: harbour, every: 6 d, effect: {capacity: 50 %}"))) == [(6, None)]


def test_what_follows_is_counted_from_the_start_of_every_occurrence(play):
    """Hoarding begins five days into each closure, though the closure goes on."""
    played = play(
        PORT,
        strike("target: harbour, every: 10 d, lasts: 8 d, effect: {capacity: 0 %}"),
        "disruptions: {hoarding: {target: client, after: it, at: 5 d, lasts: 2 d, effect: {demand: 200 %}}}",
    )
    starts = {name: [e.start / DAY for e in played.ledger.occurrences if e.name == name] for name in ("it", "hoarding")}
    assert starts == {"it": [10, 28], "hoarding": [15, 33]}
    assert [amount for day, amount in played.tallied("demand", "client.part") if 14 <= day < 18] == [10, 20, 20, 10]


def test_what_did_not_happen_is_not_followed(play):
    """No closure, no hoarding."""
    played = play(
        PORT,
        strike("target: harbour, at: 3 d, lasts: 2 d, probability: 0 %, effect: {capacity: 0 %}"),
        "disruptions: {hoarding: {target: client, after: it, at: 1 d, lasts: 2 d, effect: {demand: 200 %}}}",
    )
    assert struck(played) == []


def test_probability_is_drawn_for_every_occurrence(play):
    """A coin for each storm, and the season goes on whether it hits or not."""
    some = play(PORT, strike("target: harbour, every: 1 d, lasts: 1 h, probability: 40 %, effect: {capacity: 0 %}"))
    assert 5 < len(struck(some)) < 30
    sure = play(PORT, strike("target: harbour, every: 1 d, lasts: 1 h, probability: 100 %, effect: {capacity: 0 %}"))
    assert len(struck(sure)) == 38  # 40 days of 25 hours each


def test_a_closed_port_gives_no_berth_and_keeps_what_is_done(play):
    """A ship half a day at its berth needs another half after reopening; who comes meanwhile waits for a berth."""
    played = play(PORT, strike("target: harbour, at: 2.5 d, lasts: 3 d, effect: {capacity: 0 %}"))
    # ordered day 0, ready day 1, in port day 2, half handled when the port shuts at 2.5; reopened 5.5, out at 6
    assert played.sailed("harbour")[0] == (6, 12)
    assert played.tallied("wait", "harbour")[:3] == [(2, 0), (5.5, 2.5), (5.5, 1.5)]


def test_two_disruptions_of_one_dial_compose(play):
    """Half speed twice is a quarter: a day of handling takes four."""
    played = play(
        PORT,
        strike("target: harbour, at: 0 d, effect: {capacity: 50 %}"),
        "disruptions: {too: {target: harbour, at: 0 d, effect: {capacity: 50 %}}}",
    )
    assert played.sailed("harbour")[0] == (6, 12)


@pytest.mark.parametrize(
    ("target", "effect", "hit"),
    [
        ("harbour", "capacity", ("harbour",)),
        ("maker", "capacity", ("maker.gear", "maker.part")),
        ("maker.part", "capacity", ("maker.part",)),
        ("sea", "capacity", ("sea",)),
        ("sea.part", "capacity", ("sea.part",)),
        ("[harbour, maker.gear]", "capacity", ("harbour", "maker.gear")),
        ("{region: US}", "capacity", ("harbour",)),
        ("{region: US}", "doors", ("store",)),
        ("{kind: supplier}", "capacity", ("maker.gear", "maker.part")),
        ("{group: electronics}", "capacity", ("maker.part", "sea.part")),
        ("{group: electronics, kind: supplier}", "capacity", ("maker.part",)),
        ("{region: TW, group: electronics}", "price", ("maker.part",)),
        ("store", "destroy", ("store.gear", "store.part")),
        ("{group: electronics}", "demand", ("client.part",)),
    ],
)
def test_whom_a_target_hits(scenario, target, effect, hit):
    """A selector turns the dial on the members that have it, at the level at which they have it; conditions join."""
    model = scenario(PORT, strike(f"target: {target}, at: 1 d, effect: {{{effect}: 50 %}}"))
    assert model.disruptions["it"].subjects(model, effect) == hit


def test_one_off_blows_strike_once(play):
    """A fire takes 30 % of what is on the shelf: it is scrapped, and ordered again."""
    played = play(PORT, strike("target: store, at: 3.5 d, effect: {destroy: 30 %}"))
    before = played.days["on_hand:store.part"][2] - 10
    assert played.moves("store", "(scrapped)") == [(3.5, round(92 * 0.3)), (3.5, round(before * 0.3))]
    assert (4, 10 + round(before * 0.3)) in played.tallied("ordered", "store.part")


def test_a_disruption_at_all_of_normal_is_none(play):
    """100 % changes nothing, to the last bit, and starts no clock for time to survive."""
    calm = play(PORT)
    same = play(PORT, strike("target: harbour, at: 5 d, lasts: 9 d, recovery: 4 d, effect: {capacity: 100 %}"))
    assert same.measured == calm.measured
    assert struck(same) == []


def test_a_disruption_leaves_nothing_behind(play):
    """When all is over every dial is back to 1: nobody restores, so nobody can forget."""
    played = play(
        PORT,
        strike(
            "target: {region: US}, every: 5 d, lasts: 2 d, recovery: 1 d, "
            "effect: {capacity: 10 %, doors: 0 %, space: 40 %}"
        ),
        "disruptions: {too: {target: harbour, at: 6 d, lasts: 4 d, effect: {capacity: 70 %}}}",
        "run: {horizon: 36 d}",  # the fourth is over on day 32, the fifth comes on day 37
    )
    assert len(struck(played)) == 5
    assert {dial.value for dial in played.world.dials.values()} == {1.0}


def test_a_path_that_ends_at_normal_comes_again(play):
    """`every` counts from its end, as with `lasts`."""
    path = "target: harbour, every: 6 d, effect: {capacity: [[0 d, 0 %], [2 d, 100 %]]}"
    assert [start for start, _ in struck(play(PORT, strike(path)))] == [6, 14, 22, 30, 38]


def test_a_lane_and_its_item_are_one_hit(play):
    """Who names both means the lane: freight doubles, and does not double twice."""
    paid = "lanes: {sea: {cost: 1 USD/pc}}"
    both = play(PORT, paid, strike("target: [sea, sea.part], at: 0 d, effect: {freight: 200 %}"))
    lane = play(PORT, paid, strike("target: sea, at: 0 d, effect: {freight: 200 %}"))
    assert both.costs["freight"] == lane.costs["freight"]


def test_time_to_recover_never_runs_backwards(play):
    """A strike in the evening is not blamed for the sale of that morning."""
    late = play(PORT, strike("target: client, at: 9.9 d, lasts: 1 d, effect: {demand: 150 %}"))
    assert late.kpis["time_to_recover"] is None or late.kpis["time_to_recover"] >= 0
