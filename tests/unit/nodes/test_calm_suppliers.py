"""Suppliers that nothing disturbs know at once when an order will be ready: it cannot be told from outside."""

import pytest

import twin
from twin.results.timeline import Watch


def told(model: twin.Model, *, journal: bool) -> dict:
    """What is measured, and what stood where at the end of each day."""
    watch = Watch()
    ledger = twin.simulate(model, "p", journal=journal, observe=watch)
    return twin.measure(model, ledger) | watch.finish()


# Two items of one supplier, one lorry every third day, and a store that is too small for all that comes.
CROWDED = """
    twin: 1
    items: {bolt: {value: 5 USD/pc, space: 1 m3}, nut: {value: 2 USD/pc, space: 1 m3}}
    nodes:
      maker: {kind: supplier, supplies: {bolt: {price: 4 USD/pc, lead_time: 1 d},
              nut: {price: 1 USD/pc, lead_time: 2 d}}}
      store: {kind: warehouse, capacity: 60 m3}
      client: {kind: customer, buys: {bolt: {from: store, every: 1 d, quantity: 7 pc},
               nut: {from: store, every: 1 d, quantity: 4 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d, departs: 3 d}}
    policies: {p: {all: {rule: base_stock, level: 70 pc}}}
    opening: {store: {bolt: 30 pc, nut: 30 pc}}
    run: {warm_up: 11 d, horizon: 60 d}
"""
WORKED = "nodes: {maker: {supplies: {bolt: {rate: 9 pc/d}, nut: {rate: 11 pc/d}}}}"
CHOSEN = """
    nodes:
      maker: {allocation: {priority: [far, store]}, supplies: {bolt: {rate: 9 pc/d}, nut: {rate: 9 pc/d}}}
      far: {kind: warehouse}
      other: {kind: customer, buys: {bolt: {from: far, every: 1 d, quantity: 4 pc}}}
    lanes: {path: {from: maker, to: far, items: [bolt], transit: 1 d, departs: 3 d}}
"""


def terms(written: str) -> str:
    return f"nodes: {{maker: {{supplies: {{{written}}}}}}}"


def hit(target: str, effect: str) -> str:
    return f"disruptions: {{hit: {{target: {target}, at: 6.5 d, {effect}}}}}"


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (WORKED,),
        (WORKED, terms("bolt: {rate: 5 pc/d}")),  # the count begins and ends with work on the bench
        (WORKED, terms("bolt: {yield: 80 %}, nut: {yield: 90 %}")),
        (terms("bolt: {lead_time: 2 d}"), "lanes: {road: {departs: null}}"),
        (terms("bolt: {lead_time: 40 h}, nut: {lead_time: 16 h}"),),
        (
            terms("bolt: {lead_time: 40.34 h}"),
            hit("maker.bolt", "effect: {lead_time: 33 %}"),
            "lanes: {road: {departs: null}}",
        ),
        ("lanes: {road: {capacity: 6 pc/d}}",),
        (WORKED, hit("maker", "effect: {scrap_work: 50 %}")),
        (WORKED, hit("maker", "effect: {cancel_orders: 50 %}")),
        (hit("road", "lasts: 9 d, effect: {capacity: 0 %}"),),
        (hit("road.nut", "lasts: 9 d, effect: {capacity: 0 %}"),),
        (CHOSEN,),
    ],
)
def test_a_run_without_a_journal_is_the_same_run(scenario, layers):
    """The journal is told of every step; without one nobody takes those that nothing can disturb."""
    model = scenario(CROWDED, *layers)
    assert told(model, journal=False) == told(model, journal=True)


@pytest.mark.parametrize(
    "written",
    [
        "bolt: {lead_time: 0 d}",  # there at once, while nuts take two days
        "bolt: {lead_time: 0 d, rate: 30 pc/d}",
        "bolt: {yield: 90 %}",  # only when it is ready is it known how many are good
        "bolt: {lead_time: 2 d}, nut: {yield: 90 %}",  # ready in the same second
    ],
)
def test_goods_board_in_the_order_in_which_they_got_ready(scenario, written):
    """A store that is nearly full takes what was ready first, known before or not."""
    model = scenario(CROWDED, terms(written), "lanes: {road: {departs: 7 d}}")
    assert told(model, journal=False) == told(model, journal=True)


def test_the_journal_is_told_when_an_order_is_ready_and_when_the_bench_is_busy(play):
    """Though nothing can come in between."""
    journal = play(CROWDED, WORKED).ledger.journal
    assert any(entry[1] == "order" and entry[3] == "ready" for entry in journal)
    assert any(entry[1:3] == ("gauge", ("busy", "maker")) for entry in journal)


RANGE = """
    twin: 1
    items: {a: {value: 1 USD/pc}, b: {value: 1 USD/pc}, z: {value: 1 USD/pc}}
    nodes:
      works: {kind: supplier, supplies: {a: {price: 1 USD/pc, lead_time: 2 d},
              z: {price: 1 USD/pc, rate: 20 pc/d, lead_time: 2 d}, b: {price: 1 USD/pc, lead_time: 3 d}}}
      hub: {kind: warehouse}
      shop: {kind: warehouse}
      client: {kind: customer, buys: {z: {from: hub, every: 2 d, quantity: 40 pc},
               b: {from: hub, every: 2 d, quantity: 40 pc}, a: {from: shop, every: 2 d, quantity: 40 pc}}}
    lanes:
      road: {from: works, to: hub, transit: 1 d, capacity: 100 pc/d}
      van: {from: hub, to: shop, items: [a], transit: 1 d}
    policies: {p: {all: {rule: base_stock, level: 120 pc, review: 2 d}}}
    opening: {hub: {a: 0 pc}}
    run: {horizon: 40 d}
"""


@pytest.mark.parametrize("item", ["a", "b", "z"])
@pytest.mark.parametrize("effect", ["capacity", "lead_time"])
@pytest.mark.parametrize("journal", [False, True])
def test_orders_are_ready_in_the_same_order_whether_anything_could_disturb_them_or_not(scenario, item, effect, journal):
    """Orders that nothing can delay are one event; from outside it cannot be told: the older is ready first."""
    never = f"disruptions: {{never: {{target: works.{item}, at: 30 d, lasts: 1 d, effect: {{{effect}: 100 %}}}}}}"
    calm, watched = (told(scenario(*layers), journal=journal) for layers in ((RANGE,), (RANGE, never)))
    assert calm == watched


def test_what_is_ready_together_boards_by_name(scenario):
    """The shop orders a from the hub, so the hub reviews b first; both are ready at once, and the hub is small."""
    small = """
      items: {a: {space: 1 m3}, b: {space: 1 m3}, z: {space: 1 m3}}
      nodes: {hub: {capacity: 150 m3}, works: {supplies: {a: {lead_time: 3 d}, b: {lead_time: 3 d}}}}
      lanes: {road: {capacity: null, departs: 7 d}}
    """
    model = scenario(RANGE, small)
    assert told(model, journal=False) == told(model, journal=True)
