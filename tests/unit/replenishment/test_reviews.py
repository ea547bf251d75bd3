"""Reviews: when positions are looked at, and what a shortage makes a planner do."""

from itertools import permutations

import pytest

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
      p: {all: {rule: base_stock, level: 30 pc}}
    opening: {store: {part: 30 pc}}
    run: {horizon: 20 d}
"""


def test_an_order_sees_the_sale_of_its_day_and_comes_before_the_sale_of_its_arrival(play):
    """Ordered on day k after the sale, there on day k + 2 before it: a level of 20 serves 10 a day, 19 does not."""
    exact = ("policies: {p: {all: {level: 20 pc}}}", "opening: {store: {part: 20 pc}}")
    played = play(SHOP, *exact)
    assert played.tallied("ordered", "store.part")[:3] == [(0, 10), (1, 10), (2, 10)]
    assert played.moves("road", "store dock")[:2] == [(2, 10), (3, 10)]
    assert played.kpis["lost_sales"] == 0
    assert play(SHOP, *(layer.replace("20 pc", "19 pc") for layer in exact)).kpis["lost_sales"] > 0


def test_an_order_without_lead_time_arrives_at_once_after_the_sale(play):
    """It is too late for the sale that caused it, and there for the next."""
    played = play(SHOP, "lanes: {road: {transit: 0 d}}", "policies: {p: {all: {level: 10 pc}}}", "opening: null")
    assert played.kpis["fill_rate"] == 1
    assert set(played.days["on_hand:store.part"]) == {10}


def test_reviews_fall_on_multiples_of_their_period(play):
    """A weekly review looks on days 0, 7 and 14, never a week after something."""
    played = play(SHOP, "policies: {p: {all: {level: 100 pc, review: 7 d}}}")
    assert [day for day, _ in played.tallied("ordered", "store.part")] == [0, 7, 14]


def test_a_continuous_review_looks_after_every_change(play):
    """Two sales at noon are one look; the order is placed within that second."""
    often = "nodes: {client: {buys: {part: {every: 0.5 d, quantity: 5 pc}}}}"
    played = play(SHOP, often, "policies: {p: {all: {review: continuous}}}")
    assert [day for day, _ in played.tallied("ordered", "store.part")][:4] == [0, 0.5, 1, 1.5]


def test_a_continuous_review_looks_when_the_run_opens(play):
    """A stock that opens below its level must not wait for a first customer, who comes after one draw: on day 19."""
    idle = "nodes: {client: {buys: {part: {every: {dist: constant, value: 19 d}}}}}"
    played = play(SHOP, idle, "policies: {p: {all: {review: continuous, level: 50 pc}}}")
    assert played.tallied("ordered", "store.part")[0] == (0, 20)


def test_no_orders_are_placed_in_an_information_outage(play):
    """`ordering: 0 %`: the goods are there, the system is not; afterwards one order makes up for it."""
    outage = "disruptions: {hack: {target: store, at: 3 d, lasts: 4 d, effect: {ordering: 0 %}}}"
    played = play(SHOP, outage, "policies: {p: {all: {level: 100 pc}}}", "opening: {store: {part: 100 pc}}")
    ordered = played.tallied("ordered", "store.part")
    assert ordered[:4] == [(0, 10), (1, 10), (2, 10), (7, 50)]


def test_a_continuous_review_catches_up_when_the_outage_is_over(play):
    """Nobody rings when nothing moves: the end of the outage itself must be a reason to look."""
    outage = "disruptions: {hack: {target: store, at: 3.25 d, lasts: 0.5 d, effect: {ordering: 0 %}}}"
    often = "nodes: {client: {buys: {part: {every: 0.5 d, quantity: 5 pc}}}}"
    played = play(SHOP, outage, often, "policies: {p: {all: {review: continuous}}}")
    assert (3.75, 5) in played.tallied("ordered", "store.part")


AIR = """
    lanes: {air: {from: maker, to: store, transit: 1 d, cost: 5 USD/pc, premium: true}}
    policies: {p: {all: {expedite: {lane: air, when_cover_below: 2 d}, level: 60 pc}}}
    opening: {store: {part: 60 pc}}
    disruptions: {slide: {target: road, at: 0 d, lasts: 12 d, effect: {capacity: 0 %}}}
"""


def test_a_shortage_is_expedited_once(play):
    """Cover falls below two days (20 pc) on day 4, with 10 on hand; by air comes what lifts it back a day later:
    20 + 10 − 10. On order does not count: it is what is late. The shortage is over when cover is back, and the next
    one is expedited again."""
    played = play(SHOP, AIR)
    sent = played.moves("(supply)", "air")
    assert sent[0] == (4, 20)
    assert played.kpis["lost_sales"] == 0
    days = [day for day, _ in sent]
    on_hand = played.days["on_hand:store.part"]
    assert on_hand[:7] == [50, 40, 30, 20, 10, 20, 10]
    assert days[:3] == [4, 6, 8]


def test_a_shortage_that_does_not_end_is_not_expedited_again(play):
    """When what flew in is not enough to be back above the threshold, a second aeroplane is not sent every day."""
    played = play(SHOP, AIR, "lanes: {air: {transit: 6 d}}", "policies: {p: {all: {level: 200 pc}}}")
    assert [day for day, _ in played.moves("(supply)", "air")][:1] == [4]
    assert len([day for day, _ in played.moves("(supply)", "air") if day < 10]) == 1


def test_a_second_shortage_is_expedited_again(play):
    """Two closures, two shortages, one aeroplane each: cover falls below two days on day 6 and, when what flew in and
    what waited on the road is used up, on day 14."""
    twice = "{slide: {at: 2 d, lasts: 3 d}, again: {target: road, at: 10 d, lasts: 3 d, effect: {capacity: 0 %}}}"
    played = play(SHOP, AIR, "lanes: {air: {transit: 2 d}}", f"disruptions: {twice}")
    assert played.moves("(supply)", "air") == [(6, 30), (14, 30)]
    short = [day for day, pieces in enumerate(played.days["on_hand:store.part"]) if pieces < 20]
    assert short == [6, 14]


NEVER = "disruptions: {slide: {lasts: 19 d}}"


def test_a_shortage_is_what_reviews_find(play):
    """Every fourth day somebody looks. On day 4 the shelf is empty, and what flies in covers two days again on day 5;
    but on day 8 it is empty as it was when last seen: the same shortage, and no second aeroplane."""
    rarely = "policies: {p: {all: {review: 4 d, level: 100 pc}}}"
    played = play(SHOP, AIR, NEVER, rarely, "opening: {store: {part: 40 pc}}")
    assert played.days["on_hand:store.part"][:10] == [30, 20, 10, 0, 0, 20, 10, 0, 0, 0]
    assert played.moves("(supply)", "air") == [(4, 30)]


def test_who_looks_all_the_time_sees_every_shortage_end(play):
    """The same, looked at after every change: cover is back on every second day, and gone on the next."""
    always = "policies: {p: {all: {review: continuous, level: 100 pc}}}"
    played = play(SHOP, AIR, NEVER, always, "opening: {store: {part: 40 pc}}")
    assert played.moves("(supply)", "air") == [(day, 20) for day in range(2, 20, 2)]


def test_what_nobody_asks_for_is_never_short(play):
    """Nothing on hand lasts for ever where nothing is asked."""
    unwanted = "nodes: {client: {buys: {part: {quantity: 0 pc}}}}"
    assert not play(SHOP, AIR, NEVER, unwanted, "opening: {store: {part: 0 pc}}").moves("(supply)", "air")


def test_calm_needs_no_aeroplane(play):
    """Where cover never falls below the threshold nothing is flown."""
    played = play(SHOP, AIR, "disruptions: {slide: null}")
    assert played.measured["lanes"]["air"]["pieces"] == 0


def test_the_order_in_which_sources_are_named_decides_nothing(play):
    """Two lanes with half each: who is named first does not get the odd piece."""
    second = "lanes: {byway: {from: maker, to: store, transit: 2 d}}"
    lane = next(iter(play(SHOP).model.lanes))
    one = play(SHOP, second, f"policies: {{p: {{all: {{sources: {{{lane}: 50 %, byway: 50 %}}}}}}}}")
    other = play(SHOP, second, f"policies: {{p: {{all: {{sources: {{byway: 50 %, {lane}: 50 %}}}}}}}}")
    assert one.measured == other.measured


CHAIN = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      FIRST: {kind: warehouse}
      MIDDLE: {kind: warehouse}
      LAST: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: LAST, every: 1 d, quantity: {dist: poisson, mean: 10 pc}}}}
    lanes:
      road: {from: maker, to: FIRST, transit: 3 d}
      van: {from: FIRST, to: MIDDLE, transit: 2 d}
      bike: {from: MIDDLE, to: LAST, transit: 1 d}
    policies:
      p: {all: {rule: base_stock, level: 40 pc}}
    run: {horizon: 60 d}
"""


@pytest.mark.parametrize("names", list(permutations(("ant", "bee", "cow"))))
def test_orders_climb_a_chain_within_the_day_whatever_its_stages_are_called(play, names):
    """A depot has its shops' orders of the day before it looks at its own position, also one that is called Aachen."""
    text = CHAIN
    for role, name in zip(("FIRST", "MIDDLE", "LAST"), names, strict=True):
        text = text.replace(role, name)
    played = play(text)
    sold = played.tallied("demand", "client.part")
    for name in names:
        assert played.tallied("ordered", f"{name}.part")[1:] == sold[1:]


def test_a_strike_is_felt_down_the_chain_as_late_as_its_stocks_last(play):
    """Four days without supply. Central, regional and shop hold ten pieces each of an evening, a day's sales: so they
    are empty on days 13, 16 and 18, and one day's sale is lost, on day 19, when what left on day 14 is three days from
    central, two more from regional and one from the shop."""
    names = CHAIN.replace("FIRST", "central").replace("MIDDLE", "regional").replace("LAST", "shop")
    played = play(
        names.replace("{dist: poisson, mean: 10 pc}", "10 pc"),
        "policies: {p: {all: {level: 20 pc}, b: {at: [regional], level: 30 pc}, c: {at: [central], level: 40 pc}}}",
        "opening: {central: {part: 40 pc}, regional: {part: 30 pc}, shop: {part: 20 pc}}",
        "disruptions: {strike: {target: maker, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}}",
    )
    assert played.days["on_hand:central.part"][10:19] == [10, 10, 10, 0, 0, 0, 0, 10, 10]
    assert played.days["backlog:central.part"][13:18] == [0, 10, 20, 30, 0]
    assert played.days["on_hand:regional.part"][14:22] == [10, 10, 0, 0, 0, 20, 20, 10]
    assert played.days["backlog:regional.part"][16:20] == [0, 10, 20, 0]
    assert played.days["on_hand:shop.part"][16:22] == [10, 10, 0, 0, 10, 10]
    assert played.tallied("lost", "client.part") == [(19, 10)]
    assert played.kpis["lost_sales"] == 10


def test_at_the_start_all_reviews_are_one(play):
    """A depot that looks all the time has its shop's first order before it looks, and orders once."""
    first = CHAIN.replace("FIRST", "a").replace("MIDDLE", "b").replace("LAST", "c")
    watched = "policies: {p: {depot: {at: [a], review: continuous}}}"
    once = [amount for day, amount in play(first, "opening: {}", watched).tallied("ordered", "a.part") if day == 0]
    assert len(once) == 1
