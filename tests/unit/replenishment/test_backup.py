"""Backups: another lane while the first source of a stock is closed, and what happens to what is stuck there."""

from collections import Counter

import pytest

SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      neighbour: {kind: supplier, supplies: {part: {price: 14 USD/pc}}}
      harbour: {kind: port}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes:
      road: {from: maker, to: store, via: [harbour], legs: [0 d, 2 d]}
      van: {from: neighbour, to: store, transit: 1 d}
    policies:
      p: {all: {rule: base_stock, level: 30 pc, backup: {lane: van, after: 3 d}}}
    opening: {store: {part: 30 pc}}
    run: {horizon: 24 d}
"""


def shut(target: str, start: float = 5, days: float = 10, name: str = "closure", dial: str = "capacity") -> str:
    effect = f"effect: {{{dial}: 0 %}}"
    return f"disruptions: {{{name}: {{target: {target}, at: {start} d, lasts: {days} d, {effect}}}}}"


def by_day(entries: list[tuple[float, float]]) -> Counter[float]:
    days = Counter()
    for day, pieces in entries:
        days[day] += pieces
    return days


def ordered(played) -> Counter[float]:
    """Pieces ordered by day."""
    return by_day(played.tallied("ordered", "store.part"))


def came(played, lane: str) -> Counter[float]:
    """Pieces that left a lane for the dock, by day."""
    return by_day(played.moves(lane, "store dock"))


STUCK_AND_BACK = dict.fromkeys((*range(8), *range(9, 15), *range(18, 24)), 10) | {8: 30}


@pytest.mark.parametrize("target", ["maker", "maker.part", "road", "road.part", "harbour", "[maker, road]"])
@pytest.mark.parametrize(
    "rule",
    [
        "rule: base_stock, level: 30 pc",
        "rule: kanban, bins: 3, bin: 10 pc",
        "rule: min_max, reorder_point: 29 pc, order_up_to: 30 pc",
        "rule: r_q, reorder_point: 20 pc, quantity: 10 pc",
    ],
)
def test_a_backup_is_used_when_the_first_source_has_been_closed_that_long(play, target, rule):
    """Shut on day 5: the orders of days 5, 6 and 7 are stuck, the shelf is empty on day 8, and a rule that counted what
    is stuck would never order again. From day 8 it does not count: three days' worth by van, then ten a day. From the
    reopening on day 15 it counts again: with 20 on hand there are 20 too many, so nothing is ordered for three days."""
    played = play(
        SHOP, f"policies: {{p: {{all: null, any: {{{rule}, backup: {{lane: van, after: 3 d}}}}}}}}", shut(target)
    )
    assert ordered(played) == STUCK_AND_BACK
    assert came(played, "van") == {9: 30} | dict.fromkeys(range(10, 16), 10)
    assert came(played, "road") == dict.fromkeys((*range(2, 7), *range(20, 24)), 10) | {17: 30}
    assert played.kpis["lost_sales"] == 10


def test_a_backup_without_a_closure_changes_nothing(play):
    """Readiness costs nothing and is not seen."""
    assert play(SHOP).measured == play(SHOP, "policies: {p: {all: {backup: null}}}").measured


def test_a_source_that_is_slow_is_not_closed(play):
    """One per cent is a trickle, not a closure; and a closure that ends when the backup would be due is over."""
    slow = shut("harbour").replace("0 %", "1 %")
    assert not came(play(SHOP, slow), "van")
    assert not came(play(SHOP, shut("road", days=3)), "van")


def test_a_supplier_who_has_broken_down_is_closed(play):
    """To who waits for parts a breakdown is a closure: the same orders as when a disruption stops the maker from day 5
    to day 15. One that is repaired before the backup is due is over, and calls nobody."""

    def fails(days: int) -> str:
        times = f"mtbf: {{dist: constant, value: 5 d}}, mttr: {{dist: constant, value: {days} d}}"
        return f"nodes: {{maker: {{failures: {{{times}}}}}}}"

    to_the_next = "run: {horizon: 20 d}"
    broken, struck = play(SHOP, fails(10), to_the_next), play(SHOP, shut("maker"), to_the_next)
    assert ordered(broken) == ordered(struck)
    assert came(broken, "van") == came(struck, "van") == {9: 30} | dict.fromkeys(range(10, 16), 10)
    assert not came(play(SHOP, fails(2), to_the_next), "van")


def test_a_stock_that_looks_all_the_time_looks_when_the_backup_is_due(play):
    """A customer every five days: nothing moves on day 8, but that is when the order of day 5 is known to be stuck."""
    seldom = "nodes: {client: {buys: {part: {every: 5 d}}}}"
    played = play(SHOP, seldom, "policies: {p: {all: {review: continuous}}}", shut("road"))
    assert ordered(played) == {0: 10, 5: 10, 8: 10, 10: 10, 20: 10}
    assert came(played, "van") == {9: 10, 11: 10}


def test_a_backup_at_once_gets_the_first_order(play):
    """`after: 0 d`: nothing is stuck at all."""
    played = play(SHOP, "policies: {p: {all: {backup: {after: 0 d}}}}", shut("road"))
    assert came(played, "van") == dict.fromkeys(range(6, 16), 10)
    assert played.kpis["lost_sales"] == 0


@pytest.mark.parametrize("names", ["az", "za"])
def test_a_closure_goes_on_when_another_place_closes_as_the_first_reopens(play, names):
    """The port opens in the second in which the maker shuts: no piece has come through, whatever the two are called."""
    first, second = names
    closures = shut("harbour", 5, 5, name=first), shut("maker", 10, 10, name=second)
    played = play(SHOP, "policies: {p: {all: {backup: {after: 7 d}}}}", *closures)
    assert min(came(played, "van")) == 13


def test_what_comes_although_its_source_is_closed_is_no_longer_stuck(play):
    """The port shuts on day 5, the maker on day 8, and the port opens on day 9: what waited there comes on day 11, but
    the source is closed until day 20. 50 are on hand that evening, and nothing is ordered until they are used up."""
    played = play(SHOP, shut("harbour", 5, 4), shut("maker", 8, 12, name="strike"))
    assert came(played, "road")[11] == 30
    assert played.days["on_hand:store.part"][11] == 50
    assert ordered(played) == dict.fromkeys((*range(8), 9, 10, *range(14, 24)), 10) | {8: 30}


def test_what_is_cancelled_while_it_is_stuck_is_not_stuck(play):
    """The maker's orders are gone and no longer on order, so there is nothing to leave out a second time."""
    gone = "disruptions: {fire: {target: maker, at: 9.5 d, effect: {cancel_orders: 100 %}}}"
    played = play(SHOP, shut("maker"), gone)
    assert played.days["on_order:store.part"][8:10] == [30 + 30, 10]
    assert [ordered(played).get(day) for day in range(8, 17)] == [30, *[10] * 8]
    assert came(played, "road").keys() & {15, 16, 17} == {17}


def test_a_backup_counts_in_no_share(play):
    """Half and half. While one source is closed the backup gets all, and afterwards nobody makes up for it."""
    third = """
    nodes: {third: {kind: supplier, supplies: {part: {price: 12 USD/pc}}}}
    lanes: {cart: {from: third, to: store, transit: 2 d}}
    policies: {p: {all: {sources: {road: 50 %, cart: 50 %}}}}
    run: {horizon: 60 d}
    """
    played = play(SHOP, third, shut("road", 20, 10))
    by_road, by_cart = (sum(came(played, lane).values()) for lane in ("road", "cart"))
    assert abs(by_road - by_cart) <= 5
    assert came(played, "van") == {24: 25, **dict.fromkeys(range(25, 31), 10)}


def test_the_first_source_is_the_one_that_is_named_first(play):
    """The order of names says for whom the backup stands by; a source without a share is not the first."""
    third = """
    nodes: {third: {kind: supplier, supplies: {part: {price: 12 USD/pc}}}}
    lanes: {cart: {from: third, to: store, transit: 2 d}}
    """
    for sources, used in (
        ("{road: 50 %, cart: 50 %}", True),
        ("{cart: 50 %, road: 50 %}", False),
        ("{cart: 0 %, road: 100 %}", True),
    ):
        played = play(SHOP, third, f"policies: {{p: {{all: {{sources: {sources}}}}}}}", shut("road"))
        assert bool(came(played, "van")) == used


HUB = """
    nodes: {hub: {kind: warehouse}}
    lanes: {road: {from: maker, to: hub}, shuttle: {from: hub, to: store, transit: 2 d}}
    policies:
      p: {all: {backup: null}, shop: {at: [store], sources: {shuttle: 100 %}, backup: {lane: van, after: 3 d}}}
    opening: {hub: {part: 100 pc}}
"""


def test_a_warehouse_whose_doors_are_shut_is_a_closed_source(play):
    """The depot cannot issue: that is all the shop needs to know. A closure beyond the depot is the depot's affair."""
    assert ordered(play(SHOP, HUB, shut("hub", dial="doors"))) == STUCK_AND_BACK
    assert not came(play(SHOP, HUB, shut("maker")), "van")


LINE = """
    items: {ore: {value: 1 USD/pc}, part: {bom: {ore: 1}}}
    nodes:
      pit: {kind: warehouse}
      works: {kind: line, from: pit, to: store, makes: {part: {rate: 20 pc/h}}, working: {hours: 12 h/d}}
    policies:
      p: {all: {backup: null}, parts: {items: [part], sources: {line: 100 %}, backup: {lane: van, after: 1 d}}}
    opening: {pit: {ore: 1000 pc}}
"""


def test_a_line_that_a_disruption_stops_is_a_closed_source_and_one_off_shift_or_broken_down_is_not(play):
    """Every night the line stands for twelve hours, and nobody calls for help; nor while it is repaired. A strike that
    begins at night counts from its beginning: struck on day 5 at six in the evening, it is a day old on day 6 at six,
    and seen on day 7."""
    assert not came(play(SHOP, LINE, "policies: {p: {parts: {backup: {after: 6 h}}}}"), "van")
    breaks = "nodes: {works: {failures: {mtbf: {dist: constant, value: 1 h}, mttr: {dist: constant, value: 3 d}}}}"
    assert not came(play(SHOP, LINE, breaks), "van")
    played = play(SHOP, LINE, shut("works", 5.75, 5.25))
    assert min(came(played, "van")) == 8
    assert max(came(played, "van")) == 11


def test_of_two_lines_both_must_stand(play):
    """`line` is whatever lines make the item: one source, closed when none of them can work."""
    twins = "nodes: {works: {working: null}, annex: {kind: line, from: pit, to: store, makes: {part: {rate: 20 pc/h}}}}"
    one, other = shut("works", 5, 10), shut("annex", 8, 4, name="other")
    assert not came(play(SHOP, LINE, twins, one), "van")
    assert min(came(play(SHOP, LINE, twins, one, other), "van")) == 10


def test_a_spot_market_is_a_second_supplier_who_is_dear_and_small(play):
    """14 instead of 10 USD, 20 pieces a day, and scarcity doubles and trebles the price from day 7 to day 11. The 30
    of day 8 are paid at 150 % and ready a day and a half later, so that days 8, 9 and 10 are lost; then ten a day at
    300 %, ordered on days 11 to 14. By road come the 80 of days 0 to 7 and the 80 of days 18 to 25, at 10 USD."""
    scarce = "disruptions: {scarcity: {target: neighbour, at: 7 d, effect: {price: [[0 d, 100 %], [4 d, 300 %]]}}}"
    small = "nodes: {neighbour: {supplies: {part: {rate: 20 pc/d}}}}"
    played = play(SHOP, small, shut("road"), scarce, "run: {horizon: 26 d}")
    assert came(played, "van") == {10.5: 30, 12.5: 10, 13.5: 10, 14.5: 10, 15.5: 10}
    assert ordered(played) == dict.fromkeys((*range(8), *range(11, 15), *range(18, 26)), 10) | {8: 30}
    assert played.kpis["lost_sales"] == 30
    assert played.costs["purchase"] == pytest.approx(30 * 21 + 40 * 42 + (80 + 80) * 10)
