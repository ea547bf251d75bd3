"""Customers: when they order and how much, and what happens to what is not there."""

import pytest

from twin.model.units import DAY

SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc, margin: 4 USD/pc,
               penalty: 2 USD/pc/d}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {none: {all: {rule: kanban, bins: 1, bin: 1 pc}}}
    opening: {store: {part: 100000 pc}}
    run: {horizon: 28 d}
"""


def buys(text: str) -> str:
    return f"nodes: {{client: {{buys: {{part: {{{text}}}}}}}}}"


def asked(played) -> list[tuple[float, float]]:
    return played.tallied("demand", "client.part")


def test_a_customer_with_a_rhythm_comes_on_day_0_and_at_its_multiples(play):
    """A duration is a calendar: no drift, and no first week without demand."""
    assert [day for day, _ in asked(play(SHOP, buys("every: 7 d")))] == [0, 7, 14, 21]


def test_a_customer_who_comes_at_random_comes_first_after_one_gap(play):
    """A distribution is a gap between orders; nobody stands at the door when the run opens."""
    days = [day for day, _ in asked(play(SHOP, buys("every: {dist: uniform, min: 2 d, max: 3 d}")))]
    gaps = [later - earlier for earlier, later in zip([0, *days], days, strict=False)]
    assert all(2 <= gap <= 3 for gap in gaps)
    assert len(days) >= 9


def test_weekdays_have_their_factors(play):
    """Day 0 is a Monday: nothing on weekends, half as much again on Fridays."""
    sizes = [pieces for _, pieces in asked(play(SHOP, buys("pattern: [1, 1, 1, 1, 1.5, 0, 0]")))]
    assert sizes[:7] == [10, 10, 10, 10, 15, 10, 10]  # on the 5th and 6th day nobody asks: next is Monday


def test_weekdays_follow_the_calendar_when_there_is_one(play):
    """2026-01-03 is a Saturday."""
    played = play(SHOP, "start: 2026-01-03", buys("pattern: [1, 1, 1, 1, 1, 0, 0]"))
    assert [day for day, _ in asked(played)][:6] == [2, 3, 4, 5, 6, 9]


def test_months_have_their_factors(play):
    """January as it is, February double: day 31 is 1 February."""
    played = play(SHOP, buys("season: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"), "run: {horizon: 61 d}")
    sizes = dict(asked(played))
    assert (sizes[30], sizes[31], sizes[58], sizes[59]) == (10, 20, 20, 10)


def test_a_trend_grows_linearly_from_day_0(play):
    """36.5 % a year is 0.1 % of the first day's size more each day: after 100 days 11 a day, no fraction lost."""
    played = play(SHOP, buys("trend: 36.5 %/yr"), "run: {horizon: 201 d}")
    total = sum(pieces for _, pieces in asked(played))
    exact = sum(10 * (1 + 0.001 * day) for day in range(201))
    assert exact - 1 < total <= exact + 1e-6
    assert dict(asked(played))[100] in (11, 12)


def test_fractions_are_carried_to_the_next_order(play):
    """35 % of 10 is 3.5: 3 and 4 in turn, 7 every two days; rounding each order would lose a seventh of it."""
    played = play(SHOP, "disruptions: {slump: {target: client, at: 0 d, effect: {demand: 35 %}}}")
    assert [pieces for _, pieces in asked(played)][:6] == [3, 4, 3, 4, 3, 4]
    assert played.kpis["demand"] == 28 * 3.5


def test_dust_is_no_fraction(play):
    """110 % of 10 is 11 every day, though a computer's 1.1 × 10 is a little more."""
    played = play(SHOP, "disruptions: {boom: {target: client, at: 0 d, effect: {demand: 110 %}}}")
    assert {pieces for _, pieces in asked(played)} == {11}


SCARCE = "opening: {store: {part: 25 pc}, in_transit: [{to: store, item: part, quantity: 30 pc, arrives: 4.5 d}]}"
DRY = "disruptions: {dry: {target: maker, at: 0 d, effect: {capacity: 0 %}}}"


def test_what_is_not_there_is_lost(play):
    """Partial deliveries: 10, 10, 5, then nothing until the lorry has come."""
    played = play(SHOP, SCARCE, DRY, "run: {horizon: 6 d}")
    assert played.tallied("sold", "client.part") == [(0, 10), (1, 10), (2, 5), (5, 10)]
    assert played.tallied("lost", "client.part") == [(2, 5), (3, 10), (4, 10)]
    assert (played.kpis["fill_rate"], played.kpis["order_fill_rate"]) == (35 / 60, 3 / 6)
    assert played.costs["lost_margin"] == 25 * 4
    assert played.costs["penalty"] == 0


def test_what_is_not_there_is_owed(play):
    """5 from day 2, 10 from day 3 and 10 from day 4, all of it until 4.5: 12.5 + 15 + 5 piece-days late."""
    played = play(SHOP, SCARCE, DRY, "nodes: {client: {unmet: backorder}}", "run: {horizon: 5 d}")
    assert played.costs["penalty"] == pytest.approx(2 * (5 * 2.5 + 10 * 1.5 + 10 * 0.5))
    assert played.costs["lost_margin"] == 0
    assert (played.kpis["sold"], played.kpis["backlog"]) == (50, 0)
    assert played.kpis["fill_rate"] == 0.5  # late is not at once


def test_pieces_still_owed_at_the_end_pay_only_their_penalty(play):
    """They are neither sold nor lost: a run must not pretend to know."""
    played = play(
        SHOP, "opening: {store: {part: 5 pc}}", DRY, "nodes: {client: {unmet: backorder}}", "run: {horizon: 2 d}"
    )
    assert (played.kpis["demand"], played.kpis["sold"], played.kpis["lost_sales"], played.kpis["backlog"]) == (
        20,
        5,
        0,
        15,
    )
    assert played.costs["penalty"] == pytest.approx(2 * (5 * 2 + 10 * 1))
    assert played.costs["lost_margin"] == 0


def test_patience_ends_order_by_order(play):
    """Two days of patience: the 5 of day 2 are lost on day 4 before its sale, the 10 of day 3 are served at 4.5."""
    played = play(SHOP, SCARCE, DRY, "nodes: {client: {unmet: {backorder: 2 d}}}", "run: {horizon: 5 d}")
    assert played.tallied("lost", "client.part") == [(4, 5)]
    assert played.moves(None, "(sold)")[3:] == [(4.5, 10), (4.5, 10)]
    assert played.costs["penalty"] == pytest.approx(2 * (5 * 2 + 10 * 1.5 + 10 * 0.5))
    assert played.kpis["backlog"] == 0


def test_a_delivery_at_the_second_in_which_patience_ends_is_in_time(play):
    """ARRIVE comes before SELL: nobody leaves as the lorry turns into the yard."""
    played = play(
        SHOP, SCARCE.replace("4.5 d", "4 d"), DRY, "nodes: {client: {unmet: {backorder: 2 d}}}", "run: {horizon: 5 d}"
    )
    assert played.kpis["lost_sales"] == 0


def test_all_or_nothing_with_lost_sales_is_lost_whole(play):
    """5 on the shelf are no use to somebody who needs 10 — and they stay for one who needs 5."""
    whole = "nodes: {client: {all_or_nothing: true}}"
    played = play(SHOP, SCARCE, DRY, whole, "run: {horizon: 6 d}")
    assert played.tallied("lost", "client.part") == [(2, 10), (3, 10), (4, 10)]
    assert played.days["on_hand:store.part"][3] == 5
    assert played.tallied("sold", "client.part")[-1] == (5, 10)


def test_all_or_nothing_with_backorders_waits_for_its_size_and_holds_those_behind(play):
    """First come, first served, also when the second could be had at once."""
    small = """
      nodes:
        client: {all_or_nothing: true, unmet: backorder, buys: {part: {every: 28 d, quantity: 30 pc}}}
        little: {kind: customer, unmet: backorder, buys: {part: {from: store, every: 28 d, quantity: 3 pc}}}
    """
    played = play(SHOP, SCARCE, DRY, small, "run: {horizon: 6 d}")
    assert played.moves(None, "(sold)") == [(4.5, 25), (4.5, 5), (4.5, 3)]
    assert played.tallied("sold", "client.part")[-1][0] == 4.5
    assert played.tallied("sold", "little.part") == [(4.5, 3)]


def test_customers_of_one_instant_are_served_by_name(play):
    """Somebody has to be first, and it must not be who was written first."""
    both = """
      nodes:
        zoe: {kind: customer, buys: {part: {from: store, every: 28 d, quantity: 20 pc}}}
        ann: {kind: customer, buys: {part: {from: store, every: 28 d, quantity: 20 pc}}}
        client: null
    """
    played = play(SHOP, "opening: {store: {part: 25 pc}}", DRY, both)
    sold = {name: played.measured["nodes"][name]["sold"] for name in ("ann", "zoe")}
    assert sold == {"ann": 20, "zoe": 5}


def test_every_customer_counts_for_itself(play):
    """A network's fill rate can be fine and one customer's terrible."""
    played = play(SHOP, SCARCE, DRY, "run: {horizon: 6 d}")
    assert played.measured["nodes"]["client"] == {
        "demand": 60, "sold": 35, "lost_sales": 25, "fill_rate": 35 / 60, "order_fill_rate": 0.5, "backlog": 0
    }  # fmt: skip


def test_what_the_shelf_and_the_customer_say_agrees(play):
    """Asked = sold + lost + owed, exactly, whatever happens."""
    for unmet in ("lost", "backorder", "{backorder: 3 d}"):
        random = buys("every: {dist: exponential, mean: 0.7 d}, quantity: {dist: poisson, mean: 9 pc}")
        played = play(
            SHOP, SCARCE, f"nodes: {{client: {{unmet: {unmet}}}}}", random, "policies: {none: {all: {bin: 7 pc}}}"
        )
        kpis = played.kpis
        assert kpis["demand"] == kpis["sold"] + kpis["lost_sales"] + kpis["backlog"]
        assert kpis["sold"] == sum(quantity for _, quantity in played.moves(None, "(sold)"))
        assert played.ledger.horizon == 28 * DAY


def test_a_cycle_that_begins_with_an_order_still_owed_is_no_good_one(play):
    """Five pieces come for an order of nine that takes all or nothing: they go on the shelf, and it goes short."""
    played = play("""
        twin: 1
        items: {part: {value: 10 USD/pc}}
        nodes:
          maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
          store: {kind: warehouse}
          client: {kind: customer, all_or_nothing: true, unmet: backorder,
                   buys: {part: {from: store, every: 100 d, quantity: 9 pc}}}
        lanes: {road: {from: maker, to: store, transit: 30 d}}
        policies: {p: {all: {rule: base_stock, level: 5 pc}}}
        opening: {in_transit: [{to: store, item: part, quantity: 5 pc, arrives: 1 d},
                               {to: store, item: part, quantity: 1 pc, arrives: 3 d}]}
        run: {horizon: 10 d}
    """)
    assert played.tallied("cycles", "store.part") == [(3, 0)]


QUEUE = """
    twin: 1
    items: {loaf: {value: 1 USD/pc}}
    nodes:
      baker: {kind: supplier, supplies: {loaf: {price: 1 USD/pc}}}
      shop: {kind: warehouse}
      carl: {kind: customer, buys: {loaf: {from: shop, every: 1 d, quantity: 4 pc}}}
      anna: {kind: customer, buys: {loaf: {from: shop, every: 1 d, quantity: 4 pc}}}
      bert: {kind: customer, buys: {loaf: {from: shop, every: 2 d, quantity: 4 pc}}}
    lanes: {road: {from: baker, to: shop, transit: 1 h}}
    policies: {p: {all: {rule: base_stock, level: 8 pc}}}
    opening: {shop: {loaf: 8 pc}}
    run: {horizon: 6 d}
"""


def test_customers_of_one_second_are_served_by_name_whatever_their_rhythm(play):
    """Eight loaves a day: every other day Bert comes too, before Carl, who then gets none; on the others Carl does."""
    played = play(QUEUE)
    lacked = {name: [day for day, _ in played.tallied("short", f"{name}.loaf")] for name in ("anna", "bert", "carl")}
    assert lacked == {"anna": [], "bert": [], "carl": [0, 2, 4]}


def test_an_item_s_place_in_the_queue_is_that_of_its_full_name(play):
    """`carl-2.loaf` comes before `carl.loaf`: a rank is that of a name, wherever it is written."""
    played = play(QUEUE, "nodes: {carl-2: {kind: customer, buys: {loaf: {from: shop, every: 1 d, quantity: 4 pc}}}}")
    lacked = {name: len(played.tallied("short", f"{name}.loaf")) for name in ("anna", "bert", "carl-2", "carl")}
    assert lacked == {"anna": 0, "bert": 0, "carl-2": 3, "carl": 6}


def test_whose_patience_ends_makes_room_before_anyone_orders(play):
    """What is given up at the second of the next orders no longer stands before them."""
    patient = "{buys: {loaf: {every: 6 d, quantity: 20 pc}}, unmet: {backorder: 1 d}, all_or_nothing: true}"
    played = play(QUEUE, f"nodes: {{anna: {patient}}}")
    assert [day for day, _ in played.tallied("short", "anna.loaf")] == [0]
    assert [day for day, _ in played.tallied("short", "bert.loaf")] == [0]
    assert [day for day, _ in played.tallied("sold", "bert.loaf")] == [2, 4]
    assert [day for day, _ in played.tallied("sold", "carl.loaf")] == [1, 2, 3, 4, 5]
