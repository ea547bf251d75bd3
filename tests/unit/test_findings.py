"""Findings: what a planner should know before trusting a result; they stop nothing."""

import pytest

import twin
from twin.findings import findings

TWO = """
twin: 1
items: {part: {value: 10 USD/pc}, gear: {value: 5 USD/pc}}
nodes:
  maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}, gear: {price: 5 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc},
           gear: {from: store, every: 1 d, quantity: 2 pc}}}
lanes: {road: {from: maker, to: store, transit: 1 d, capacity: 60 pc/d}}
policies: {p: {all: {rule: base_stock, safety_stock: 2 d}}}
run: {horizon: 40 d, warm_up: 5 d}
"""


@pytest.mark.parametrize(
    ("disruption", "said"),
    [
        ("target: road.part, at: 5 d, lasts: 9 d, effect: {capacity: 10 %}", "only a whole lane can be slowed"),
        ("target: road.part, at: 5 d, lasts: 9 d, effect: {capacity: 0 %}, in_transit: hold", "everything sails on"),
        ("target: maker, at: 5 d, lasts: 9 d, effect: {capacity: 50 %}", "without a `rate` that changes nothing"),
        ("target: store, at: 5 d, lasts: 9 d, effect: {space: 0 %}", "without a `capacity` that changes nothing"),
        ("target: store, at: 5 d, lasts: 9 d, effect: {rent: 200 %}", "without `storage` or `overflow` that changes"),
        ("target: road, at: 5 d, lasts: 9 d, effect: {freight: 200 %}", "without a `cost` or `shipment_cost` that"),
    ],
)
def test_a_disruption_that_does_not_do_what_it_says_is_found(tmp_path, disruption, said):
    """What is asked for and does nothing must not pass in silence."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO + f"disruptions: {{it: {{{disruption}}}}}\n", encoding="utf-8")
    assert any(said in finding for finding in findings(twin.load(file)))


def test_a_sound_scenario_has_no_findings(tmp_path):
    """A finding that always stands there is read by nobody."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    assert findings(twin.load(file)) == []


HARBOUR = """
twin: 1
items: {box: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {box: {price: 1 USD/pc}}}
  harbour: {kind: port, berths: 1, handling: 1 d}
  store: {kind: warehouse}
  client: {kind: customer, buys: {box: {from: store, every: 10 d, quantity: 1 pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [0 d, 0 d]}}
policies: {p: {all: {review: continuous, rule: base_stock, level: 5 pc}}}
run: {horizon: 100 d, warm_up: 10 d}
"""


@pytest.mark.parametrize(
    ("every", "rule", "busy"),
    [
        ("10 d", "base_stock, level: 5 pc", False),
        ("1 d", "base_stock, level: 5 pc", True),
        ("1 d", "r_q, reorder_point: 5 pc, quantity: 2 pc", False),
        ("1 d", "min_max, reorder_point: 5 pc, order_up_to: 9 pc", False),
        ("1 d", "kanban, bins: 3, bin: 2 pc", False),
    ],
)
def test_the_load_of_a_port_counts_ships_not_looks(tmp_path, every, rule, busy):
    """A stock that is looked at all the time orders as often as something is taken, or by the lot."""
    file = tmp_path / "harbour.yaml"
    text = HARBOUR.replace("every: 10 d", f"every: {every}").replace("rule: base_stock, level: 5 pc", f"rule: {rule}")
    file.write_text(text, encoding="utf-8")
    assert any("busy on a normal day" in finding for finding in findings(twin.load(file))) is busy


ALTERNATES = """
items:
  box: {value: 10 USD/pc, bom: {part: 1}}
  part: {alternates: {spare: {}}}
  spare: {value: 10 USD/pc}
nodes:
  works: {kind: line, from: store, to: store, makes: {box: {rate: 99 pc/d}}}
  client: {buys: {box: {from: store, every: 1 d, quantity: 1 pc}}}
"""


def laid_over(tmp_path, *texts):
    """Each text extends the one before."""
    for index, text in enumerate((TWO, *texts)):
        below = f"extends: {index - 1}.yaml\n" if index else ""
        (tmp_path / f"{index}.yaml").write_text(below + text, encoding="utf-8")
    return twin.load(tmp_path / f"{len(texts)}.yaml")


def test_an_alternate_that_nothing_brings_is_found(tmp_path):
    """It stops nothing, since it is optional; but who counts on it must know."""
    said = "`spare` can replace `part` at `works`, but nothing brings it to `store`"
    assert findings(laid_over(tmp_path, ALTERNATES)) == [said]
    bought = "nodes: {maker: {supplies: {spare: {price: 10 USD/pc, lead_time: 30 d}}}}"
    assert findings(laid_over(tmp_path, ALTERNATES, bought)) == []  # nor does its lead time ask for a longer warm-up


def test_alternates_of_what_is_no_component_are_found(tmp_path):
    """Customers get what they ordered; only a line takes an alternate."""
    only_sold = "items: {gear: {alternates: {part: {}}}}"
    assert findings(laid_over(tmp_path, only_sold)) == ["`gear` has alternates, but no line makes anything of it"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("nodes.maker.allocation=fair", "supplier `maker` has an `allocation`, but none of its items has a `rate`"),
        ("items.part.lifecycle={ends: 40 d}", "the lifecycle of `part` ends on day 40, but the run's horizon is only"),
        ("items.part.shelf_life=1 d", "p: the safety stock of store.part (20 pc) is more than is used up within"),
    ],
)
def test_what_comes_to_nothing_or_to_waste_is_found(tmp_path, change, said):
    """Nobody waits, nothing ends, or a buffer that rots."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    assert [finding for finding in findings(twin.load(file, [change])) if said in finding]


@pytest.mark.parametrize(
    "change", ["nodes.maker.allocation=first_come", "items.part.lifecycle={ends: 39 d}", "items.part.shelf_life=2 d"]
)
def test_what_comes_to_something_is_not(tmp_path, change):
    """The last day of a run is in it, and a buffer of two days is used up in two."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    assert findings(twin.load(file, [change])) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("expedite", "{lane: road, when_cover_below: 1 d}", "p: store.part expedites over `road`, which brings all"),
        ("safety_stock", "{method: max_avg, quantile: 99 %, max_usage: 12 pc/d, max_lead_time: 2 d}",
         "p: segment `all` gives both maxima of its `max_avg` safety stock, so its `quantile` changes nothing"),
    ],
)  # fmt: skip
def test_what_a_policy_says_in_vain_is_found(tmp_path, key, value, said):
    """Another lane that is the same one, and a quantile for maxima that are known."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    assert [finding for finding in findings(twin.load(file, [f"policies.p.all.{key}={value}"])) if said in finding]


def test_a_segment_that_a_slip_of_the_pen_has_made_is_found(tmp_path):
    """It changes every stock, and the verdict with it; a segment of another name may mean to."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO.replace("all:", "everything:"), encoding="utf-8")
    (said,) = findings(twin.load(file, ["policies.p.everythink.safety_stock=3 d"]))
    assert said.startswith("p: segment `everythink` selects every stock")
    assert said.endswith("did you mean `everything`?")
    assert findings(twin.load(file, ["policies.p.cautious.safety_stock=3 d"])) == []


def test_a_second_lane_or_an_open_maximum_is_not_in_vain(tmp_path):
    """Who has another lane expedites over it, and a maximum that is not given needs its quantile."""
    file = tmp_path / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    other = ["lanes.van={from: maker, to: store, transit: 1 d}", "policies.p.all.sources={road: 50 %, van: 50 %}"]
    expedite = "policies.p.all.expedite={lane: road, when_cover_below: 1 d}"
    buffer = "policies.p.all.safety_stock={method: max_avg, quantile: 99 %, max_usage: 12 pc/d}"
    assert findings(twin.load(file, [*other, expedite, buffer])) == []


PLANT = """
twin: 1
items: {gear: {value: 5 USD/pc}, box: {value: 6 USD/pc, bom: {gear: 1}}}
nodes:
  maker: {kind: supplier, supplies: {gear: {price: 5 USD/pc}}}
  store: {kind: warehouse}
  works: {kind: line, from: store, to: store, makes: {box: {rate: 100 pc/d, cost: 1 USD/pc}}}
  client: {kind: customer, buys: {box: {from: store, every: 1 d, quantity: 10 pc}}}
lanes: {road: {from: maker, to: store, transit: 1 d}}
policies: {p: {all: {rule: base_stock, safety_stock: 2 d}}}
run: {horizon: 40 d, warm_up: 5 d}
"""


@pytest.mark.parametrize(
    ("gear", "box", "outlives"),
    [("20 d", None, True), ("20 d", "20 d", False), ("20 d", "21 d", True), ("90 d", None, False)],
)
def test_a_product_that_outlives_its_component_is_found(tmp_path, gear, box, outlives):
    """The line will starve for what is no more: the planner wants a last buy, or another component."""
    file = tmp_path / "plant.yaml"
    file.write_text(PLANT, encoding="utf-8")
    ends = {"gear": gear, "box": box}
    model = twin.load(file, [f"items.{item}.lifecycle={{ends: {end}}}" for item, end in ends.items() if end])
    said = "`box` outlives its component `gear`, whose lifecycle ends on day 20: from then on `works` starves for it"
    assert (said in findings(model)) is outlives


def test_an_alternate_may_take_over_from_a_component(tmp_path):
    """Whoever names a successor has thought of it."""
    file = tmp_path / "plant.yaml"
    file.write_text(PLANT, encoding="utf-8")
    successor = [
        "items.gear.lifecycle={ends: 20 d}",
        "items.gear.alternates={wheel: {}}",
        "items.wheel={value: 5 USD/pc}",
    ]
    found = findings(twin.load(file, successor))
    assert found == ["`wheel` can replace `gear` at `works`, but nothing brings it to `store`"]
