"""The timeline: how things stood at the end of each day, before anything of the next day happens."""

import pytest

import twin

PLANT = """
    twin: 1
    items:
      motor: {value: 50 USD/pc, space: 1 m3, bom: {coil: 1}}
      coil:  {value: 10 USD/pc}
    nodes:
      maker: {kind: supplier, supplies: {coil: {price: 10 USD/pc}}}
      store: {kind: warehouse}
      shop:  {kind: warehouse, capacity: 20 m3}
      works: {kind: line, from: store, to: shop, makes: {motor: {rate: 1 pc/h, cost: 40 USD/pc}}}
      client: {kind: customer, unmet: backorder, buys: {motor: {from: shop, every: 1 d, quantity: 6 pc}}}
    lanes: {road: {from: maker, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock, level: 6 pc}}}
    opening: {store: {coil: 6 pc}, shop: {motor: 6 pc}}
    run: {horizon: 4 d}
"""


def test_a_day_is_told_as_it_ended(play):
    """6 motors sold and 6 made on day 0; coils come with two days' delay, so the line starves on days 1 and 2."""
    days = play(PLANT).days
    assert days["day"] == [0, 1, 2, 3]
    assert days["on_hand:shop.motor"] == [6, 0, 0, 0]
    assert days["sold:client.motor"] == [6, 6, 0, 6]
    assert days["owed:client.motor"][:3] == [0, 0, 6]
    assert days["running:works"][0] == 0.25
    assert days["space_used:shop"][0] == 0.3


def test_every_column_has_every_day(play):
    """A chart of two columns must not slip by a day, with a warm-up or without."""
    for run in ("run: {horizon: 4 d}", "run: {horizon: 4 d, warm_up: 3 d}"):
        days = play(PLANT, run).days
        assert {len(column) for column in days.values()} == {4}


def test_the_parts_of_a_day_add_up(play):
    """States of a line are shares of each day."""
    days = play(PLANT, "run: {horizon: 9 d, warm_up: 2 d}").days
    states = [column for name, column in days.items() if name.endswith(":works")]
    assert all(abs(sum(day) - 1) < 1e-12 for day in zip(*states, strict=True))


def test_the_days_of_a_timeline_add_up_to_the_kpis(play):
    """What is drawn is what is reported."""
    played = play(PLANT, "run: {horizon: 30 d, warm_up: 2 d}")
    assert sum(played.days["sold:client.motor"]) == played.kpis["sold"]
    assert sum(played.days["running:works"]) / 30 == pytest.approx(played.measured["nodes"]["works"]["running"])
    assert played.days["owed:client.motor"][-1] == played.kpis["backlog"]


def test_a_day_without_is_a_day_on_which_somebody_went_without(play):
    """The line starves for coils from day 1, on day 3 when six are used up; motors are missed a day later."""
    days = play(PLANT).days
    assert days["out:store.coil"] == [0, 1, 1, 1]
    assert days["out:shop.motor"] == [0, 0, 1, 1]


def test_watching_changes_nothing(scenario, play):
    """A chart must not change the run that it shows."""
    model = scenario(PLANT)
    unwatched = twin.measure(model, twin.simulate(model, "p"))
    assert play(PLANT).measured == unwatched


def test_a_store_that_nobody_buys_from_has_days_too(play):
    """A network without customers and lines is rare, but its stocks are there to be seen."""
    quiet = "nodes: {client: null, works: null, shop: null}"
    held = "lanes: {road: {items: [coil]}}"
    days = play(PLANT, quiet, held, "opening: {shop: null}").days
    assert days["on_hand:store.coil"] == [6, 6, 6, 6]
