"""Notice and prebuild: what is known beforehand, to whom it matters, and what they order meanwhile."""

import pytest

from twin.findings import findings
from twin.replenishment.notice import warned

SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes:
      road: {from: maker, to: store, transit: 2 d}
    policies:
      p: {all: {rule: base_stock, level: 30 pc, prebuild: 5 d}}
    opening: {store: {part: 30 pc}}
    run: {horizon: 20 d}
"""
CLOSURE = "disruptions: {closure: {target: road, at: 10 d, lasts: 5 d, effect: {capacity: 0 %}, notice: 6 d}}"


def ordered(played) -> dict[float, float]:
    """Pieces ordered by day."""
    return dict(played.tallied("ordered", "store.part"))


CALM = dict.fromkeys(range(20), 10)
BEFORE = dict.fromkeys((0, 1, 2, 3, *range(5, 10)), 10) | {4: 60}
FRONT_LOADED = BEFORE | dict.fromkeys(range(15, 20), 10)


@pytest.mark.parametrize(
    "rule",
    [
        "rule: base_stock, level: 30 pc",
        "rule: min_max, reorder_point: 29 pc, order_up_to: 30 pc",
        "rule: r_q, reorder_point: 20 pc, quantity: 10 pc",
        "rule: r_q, reorder_point: 20 pc, quantity: 10 pc, review: 1 d",
    ],
)
@pytest.mark.parametrize("prebuild", ["5 d", "50 pc"])
def test_a_closure_with_notice_is_survived_by_a_prebuild(play, rule, prebuild):
    """Known on day 4, six days before: the level is five days' demand higher until day 10, so 50 more are ordered. On
    day 10 it goes back; there are 50 too many, and nothing is ordered for the five days that the road is shut."""
    played = play(SHOP, CLOSURE, f"policies: {{p: {{all: null, any: {{{rule}, prebuild: {prebuild}}}}}}}")
    assert ordered(played) == FRONT_LOADED
    assert played.kpis["lost_sales"] == 0
    assert played.days["on_hand:store.part"][9:18] == [60, 60, 60, 50, 40, 30, 20, 10, 10]


def test_only_rules_that_name_it_act_on_a_notice(play):
    """Without a `prebuild` the notice changes nothing at all, and without a notice a prebuild does not."""
    deaf = "policies: {p: {all: {prebuild: null}}}"
    surprise = "disruptions: {closure: {notice: null}}"
    one = play(SHOP, CLOSURE, deaf)
    assert one.measured == play(SHOP, CLOSURE, surprise).measured == play(SHOP, CLOSURE, deaf, surprise).measured
    assert one.kpis["lost_sales"] == 40


def test_what_is_bought_before_a_tariff_pays_less_duty(play):
    """25 points from day 10 on pieces of 10 USD. Of the hundred pieces that would leave on days 10 to 19, fifty have
    left before: 2.50 USD each."""
    tariff = "disruptions: {closure: {target: road, at: 10 d, lasts: null, effect: {capacity: null, duty: 25 %}}}"
    assert play(SHOP, CLOSURE, tariff, "disruptions: {closure: {notice: null}}").costs["duty"] == 100 * 2.5
    played = play(SHOP, CLOSURE, tariff)
    assert ordered(played) == FRONT_LOADED
    assert played.costs["duty"] == 50 * 2.5


def test_two_notices_do_not_add(play):
    """The level is higher while at least one is pending: from day 4, for what comes on day 10, to day 12."""
    second = "disruptions: {dearer: {target: maker, at: 12 d, effect: {price: 120 %}, notice: 6 d}}"
    harmless = "disruptions: {closure: {effect: {capacity: 150 %}}}"
    played = play(SHOP, CLOSURE, harmless, second)
    assert ordered(played) == BEFORE | {10: 10, 11: 10, 17: 10, 18: 10, 19: 10}


def test_a_notice_before_the_run_is_given_when_it_begins(play):
    """Nobody acts before day 0."""
    played = play(SHOP, CLOSURE, "disruptions: {closure: {at: 4 d, lasts: 1 d, notice: 30 d}}")
    assert ordered(played)[0] == 60


def test_a_notice_may_come_in_the_warm_up(play):
    """Day 3 of what counts is day 5 of the run, and six days before that is before its beginning."""
    played = play(SHOP, CLOSURE, "disruptions: {closure: {at: 3 d, notice: 4 d}}", "run: {warm_up: 2 d}")
    assert [day for day, pieces in played.tallied("ordered", "store.part") if pieces == 60] == [1]


def test_a_false_alarm_is_an_alarm(play):
    """The notice is given, the stock is built, and nothing happens: 50 pieces too many are worked off from day 10."""
    played = play(SHOP, CLOSURE, "disruptions: {closure: {probability: 0 %}}")
    assert ordered(played) == FRONT_LOADED
    assert not played.ledger.occurrences


def test_every_occurrence_has_its_notice(play):
    """Eight days of peace, two of trouble: on days 8 and 18, each known three days before."""
    again = "disruptions: {closure: {at: null, every: 8 d, lasts: 2 d, effect: {capacity: 150 %}, notice: 3 d}}"
    assert [day for day, pieces in ordered(play(SHOP, CLOSURE, again)).items() if pieces == 60] == [5, 15]


def test_what_follows_is_known_when_what_it_follows_begins(play):
    """Hoarding three days after a closure cannot be known ten days before: only from day 10 on."""
    follows = "{target: client, after: closure, at: 3 d, lasts: 1 d, effect: {demand: 150 %}, notice: 10 d}"
    played = play(SHOP, CLOSURE, f"disruptions: {{closure: {{notice: null, lasts: 1 h}}, hoarding: {follows}}}")
    assert [day for day, pieces in ordered(played).items() if pieces > 10] == [10]


def test_a_start_that_is_drawn_is_known_when_it_is_drawn(play):
    """A date drawn for a strike is a date."""
    drawn = "disruptions: {closure: {at: {dist: uniform, min: 12 d, max: 16 d}}}"
    played = play(SHOP, CLOSURE, drawn)
    (entry,) = played.ledger.occurrences
    (notice,) = [time for time, kind, *what in played.ledger.journal if (kind, *what) == ("fact", "notice", "closure")]
    assert entry.start - notice == 6 * 86_400


def test_a_stock_that_looks_all_the_time_is_called_up_at_the_notice(play):
    """With a customer a week nothing moves on day 4; the prebuild is ordered on that day all the same."""
    weekly = "nodes: {client: {buys: {part: {every: 7 d, quantity: 70 pc}}}}"
    levels = "policies: {p: {all: {review: continuous, level: 100 pc}}}"
    played = play(SHOP, CLOSURE, weekly, levels, "opening: {store: {part: 100 pc}}")
    assert ordered(played) == {0: 70, 4: 50, 7: 70, 14: 20}


CHAIN = """
    twin: 1
    items:
      ore: {value: 1 USD/pc}
      part: {value: 5 USD/pc, bom: {ore: 2}}
      spare: {value: 5 USD/pc}
    nodes:
      mine: {kind: supplier, region: ZA, supplies: {ore: {price: 1 USD/pc}}}
      trader: {kind: supplier, supplies: {spare: {price: 5 USD/pc}, ore: {price: 2 USD/pc}}}
      harbour: {kind: port}
      pit: {kind: warehouse, storage: 1 USD/m3/d}
      works: {kind: line, from: pit, to: yard, makes: {part: {rate: 100 pc/d}}}
      yard: {kind: warehouse}
      shop: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: shop, every: 1 d, quantity: 10 pc}}}
      owner: {kind: customer, buys: {spare: {from: shop, every: 1 d, quantity: 1 pc}}}
    lanes:
      sea: {from: mine, to: pit, via: [harbour], legs: [1 d, 1 d]}
      rail: {from: trader, to: pit, items: [ore], transit: 1 d}
      van: {from: yard, to: shop, transit: 1 d}
      post: {from: trader, to: shop, items: [spare], transit: 1 d}
    policies:
      p: {all: {rule: base_stock, prebuild: 5 d}}
      half: {all: {rule: base_stock, prebuild: 5 d}, parts: {at: [pit], sources: {sea: 50 %, rail: 50 %}}}
      cards: {all: {rule: kanban, bins: 2, bin: 10 pc}, pit: {at: [pit], rule: base_stock, prebuild: 5 d}}
    run: {horizon: 20 d}
"""
UP = ["pit.ore", "shop.part", "yard.part"]


def known(target: str, effect: str) -> str:
    return f"disruptions: {{it: {{target: {target}, at: 9 d, effect: {{{effect}}}, notice: 5 d}}}}"


@pytest.mark.parametrize(
    ("target", "effect", "stocks"),
    [
        ("mine", "capacity: 0 %", UP),
        ("{region: ZA}", "lead_time: 200 %", UP),
        ("mine.ore", "price: 200 %", UP),
        ("harbour", "capacity: 0 %", UP),
        ("sea", "duty: 25 %", UP),
        ("sea.ore", "freight: 200 %", UP),
        ("pit", "doors: 0 %", UP[1:]),
        ("pit.ore", "destroy: 50 %", UP[1:]),
        ("pit", "ordering: 0 %", UP),
        ("pit", "rent: 200 %", []),
        ("works", "capacity: 0 %", UP[1:]),
        ("yard", "doors: 0 %", ["shop.part"]),
        ("van", "capacity: 0 %", ["shop.part"]),
        ("shop", "doors: 0 %", []),
        ("client", "demand: 150 %", UP),
        ("owner", "demand: 150 %", ["shop.spare"]),
        ("[client, owner]", "demand: 150 %", ["pit.ore", "shop.part", "shop.spare", "yard.part"]),
        ("trader", "capacity: 0 %", ["shop.spare"]),
        ("trader.ore", "capacity: 0 %", []),
        ("rail", "capacity: 0 %", []),
    ],
)
def test_whom_a_disruption_reaches(scenario, target, effect, stocks):
    """Upstream of a stock all that its goods come through, downstream all that ask for them, and nobody else."""
    model = scenario(CHAIN, known(target, effect))
    assert warned(model, "p") == {"it": tuple(tuple(stock.split(".")) for stock in stocks)}


def test_a_disruption_reaches_those_whose_policy_buys_there(scenario):
    """The railway is nobody's way under the first policy, and half of the ore's under the second; and a stock whose
    rule has no `prebuild` is not told."""
    model = scenario(CHAIN, known("rail", "capacity: 0 %"))
    assert not warned(model, "p")["it"]
    assert warned(model, "half")["it"] == (("pit", "ore"), ("shop", "part"), ("yard", "part"))
    assert warned(scenario(CHAIN, known("sea", "capacity: 0 %")), "cards")["it"] == (("pit", "ore"),)


def test_a_notice_that_nobody_acts_on_is_found(scenario):
    """A notice without a prebuild, a prebuild without a notice, and a notice for others: all of them do nothing."""
    idle = "no disruption that hits its stocks gives `notice`, so `prebuild` changes nothing"
    assert f"p: {idle}" in findings(scenario(SHOP))
    deaf = scenario(SHOP, CLOSURE, "policies: {p: {all: {prebuild: null}}}")
    assert any("`closure` gives 6 d of notice" in finding for finding in findings(deaf))
    assert not any("notice" in finding for finding in findings(scenario(SHOP, CLOSURE)))
    others = scenario(CHAIN, known("rail", "capacity: 0 %"), "compare: [p, half]")
    assert f"p: {idle}" in findings(others) and f"half: {idle}" not in findings(others)
