"""Segmentation by hand: what the money is in, whose supply is easily lost, and what a planner pins."""

import pytest

from twin.findings import findings
from twin.replenishment.policy import plan
from twin.replenishment.segmentation import daily_demand
from twin.results.places import items as results

# Four parts at 70, 20, 7 and 3 USD a day.
SHELF = """
    twin: 1
    items: {bolt: {value: 1 USD/pc}, nut: {value: 2 USD/pc}, pin: {value: 0.50 USD/pc}, rod: {value: 3 USD/pc},
            old: {value: 900 USD/pc}}
    nodes:
      maker: {kind: supplier, region: TW, supplies: {bolt: {price: 1 USD/pc}, nut: {price: 2 USD/pc},
              pin: {price: 0.50 USD/pc}, rod: {price: 3 USD/pc}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {
        bolt: {from: store, every: 1 d, quantity: 70 pc}, nut: {from: store, every: 2 d, quantity: 20 pc},
        pin: {from: store, every: 12 h, quantity: 7 pc}, rod: {from: store, every: 1 d, quantity: 1 pc}}}
    lanes: {road: {from: maker, to: store, transit: 30 d}}
    policies: {p: {all: {rule: base_stock}}}
    run: {horizon: 30 d, warm_up: 40 d}
"""


def classes(model):
    return "".join(standing.category for standing in model.standings.values())


def test_the_item_that_crosses_a_cut_off_is_still_in_the_better_class(scenario):
    """Shares 70, 20, 7, 3: the second begins below 80 % and is A, the third below 95 % and is B, the last is C."""
    found = scenario(SHELF).standings
    assert list(found) == ["bolt", "nut", "pin", "rod", "old"]
    assert [standing.category for standing in found.values()] == ["A", "A", "B", "C", "C"]
    assert [standing.usage_value for standing in found.values()] == pytest.approx([25550, 7300, 2555, 1095, 0])
    assert [standing.share for standing in found.values()] == pytest.approx([0.70, 0.20, 0.07, 0.03, 0])
    assert [standing.cumulative for standing in found.values()] == pytest.approx([0.70, 0.90, 0.97, 1, 1])


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        ("[70 %, 90 %]", "ABCCC"),  # what begins exactly at a cut-off is beyond it
        ("[71 %, 90 %]", "AACCC"),
        ("[10 %, 20 %]", "ACCCC"),  # the first is always A
        ("[99 %, 100 %]", "AAAAC"),  # and what nobody uses is C
    ],
)
def test_the_cut_offs_are_the_planners(scenario, cuts, expected):
    """80 and 95 % are custom, not law."""
    assert classes(scenario(SHELF, f"segmentation: {{abc: {cuts}}}")) == expected


def test_equal_values_rank_by_name(scenario):
    """The order of the file decides nothing: bolt and nut at 20 USD a day each."""
    equal = "nodes: {client: {buys: {bolt: {quantity: 20 pc}}}}"
    swapped = SHELF.replace(
        "bolt: {value: 1 USD/pc}, nut: {value: 2 USD/pc}", "nut: {value: 2 USD/pc}, bolt: {value: 1 USD/pc}"
    )
    for text in (SHELF, swapped):
        assert list(scenario(text, equal).standings)[:2] == ["bolt", "nut"]


# Kits of two frames, a frame of four screws; the toolbox is in nobody's range, the crate is bought, not made.
TREE = """
    twin: 1
    items:
      screw: {value: 1 USD/pc}
      frame: {value: 10 USD/pc, bom: {screw: 4}}
      kit:   {value: 30 USD/pc, bom: {frame: 2, screw: 3}}
      crate: {value: 50 USD/pc, bom: {screw: 1000}}
    nodes:
      maker: {kind: supplier, supplies: {screw: {price: 1 USD/pc, lead_time: 3 d}, crate: {price: 50 USD/pc}}}
      store: {kind: warehouse}
      frames: {kind: line, region: DE, from: store, to: store, makes: {frame: {rate: 100 pc/d, lot: 100 pc}}}
      kits: {kind: line, from: store, to: store, makes: {kit: {rate: 100 pc/d}}}
      client: {kind: customer, buys: {kit: {from: store, every: 1 d, quantity: 10 pc},
               frame: {from: store, every: 1 d, quantity: 5 pc}, crate: {from: store, every: 1 d, quantity: 1 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {all: {rule: base_stock}}}
    run: {horizon: 30 d, warm_up: 10 d}
"""


def test_usage_goes_down_the_bill_of_materials(scenario):
    """Ten kits a day need 20 frames, 5 more are sold; 25 frames need 100 screws, ten kits 30 more. The parts of a crate
    that no line makes are its maker's business."""
    assert daily_demand(scenario(TREE)) == {"kit": 10, "frame": 25, "screw": 130, "crate": 1}


def test_what_a_single_line_makes_has_a_sole_source(scenario):
    """40 % for being the only one, and a day of 60 in lead time: one lot of 100 at 100 a day."""
    frame = scenario(TREE).standings["frame"]
    assert frame.score == pytest.approx(0.40 + 0.40 * 1 / 60)
    assert (frame.risk, frame.reasons) == ("medium", ("sole source frames", "1 d lead time"))


def test_a_sole_source_a_month_away_is_high_risk(scenario):
    """40 % for the sole source and half of 40 % for 30 of 60 days make 60 %, where high begins."""
    bolt = scenario(SHELF).standings["bolt"]
    assert bolt.score == pytest.approx(0.60)
    assert (bolt.risk, bolt.reasons) == ("high", ("sole source maker", "30 d lead time"))


SECOND = """
    nodes:
      other: {kind: supplier, region: MX, supplies: {bolt: {price: 9 USD/pc, lead_time: 4 d}}}
      depot: {kind: warehouse}
    lanes:
      truck: {from: other, to: depot, transit: 2 d}
      van: {from: depot, to: store, transit: 20 d}
"""


def test_a_second_supplier_behind_a_depot_is_a_second_source(scenario):
    """Origins are found however many warehouses lie between; the lead time is the shortest from outside, 6 d of 60."""
    bolt = scenario(SHELF, SECOND).standings["bolt"]
    assert bolt.score == pytest.approx(0.40 * 6 / 60)
    assert (bolt.risk, bolt.reasons) == ("low", ("6 d lead time",))


RUSH = "lanes: {jet: {from: maker, to: store, transit: 2 d, premium: true}}"


def test_what_could_be_rushed_at_a_premium_is_not_near(scenario):
    """An air bridge for emergencies does not bring a far maker next door: the sea counts, also behind a second maker
    whom only the air bridge reaches. Where everything flies, flying is the usual way."""
    assert scenario(SHELF, RUSH).standings["bolt"].reasons == ("sole source maker", "30 d lead time")
    assert scenario(SHELF, SECOND, "lanes: {truck: {premium: true}}").standings["bolt"].reasons == ("30 d lead time",)
    flown = scenario(SHELF, RUSH, "lanes: {road: {premium: true}}").standings["bolt"]
    assert flown.reasons == ("sole source maker", "2 d lead time")


def test_what_nothing_brings_has_no_supply_to_lose(scenario):
    """An item that nobody gives is rated by nothing."""
    old = scenario(SHELF).standings["old"]
    assert (old.score, old.risk, old.reasons) == (0, "low", ())


def test_a_region_counts_where_every_source_is_in_one_as_risky(scenario):
    """20 % for Taiwan on top of 60 %; with a source in Mexico the least risky of the two counts."""
    rated = "segmentation: {risk: {regions: {TW: 20 %, MX: 5 %}}}"
    nut, bolt = (scenario(SHELF, SECOND, rated).standings[name] for name in ("nut", "bolt"))
    assert nut.score == pytest.approx(0.80)
    assert nut.reasons == ("sole source maker", "30 d lead time", "region TW")
    assert bolt.score == pytest.approx(0.04 + 0.05)
    assert bolt.reasons == ("6 d lead time", "region MX")


def test_a_commodity_family_counts_and_the_score_ends_at_one(scenario):
    """Groups add as they stand; 60 + 20 + 30 % are 100 %."""
    rated = """
      items: {bolt: {group: metal}}
      segmentation: {risk: {regions: {TW: 20 %}, groups: {metal: 30 %}}}
    """
    bolt = scenario(SHELF, rated).standings["bolt"]
    assert (bolt.score, bolt.reasons[-1]) == (1, "group metal")


def test_weights_and_thresholds_are_the_planners(scenario):
    """All weight on the lead time: 30 of 40 days are 75 %, medium where high begins at 80 %."""
    bolt = scenario(
        SHELF, "segmentation: {risk: {sole_source: 0 %, lead_time: 100 %, long: 40 d, high: 80 %, medium: 75 %}}"
    ).standings["bolt"]
    assert bolt.score == pytest.approx(0.75)
    assert (bolt.risk, bolt.reasons) == ("medium", ("30 d lead time",))


def test_pins_win_and_say_what_they_overrule(scenario):
    """What a planner knows better stands, and next to it what the sums say."""
    pinned = "items: {bolt: {class: C, risk: low}, nut: {class: A, risk: high}}"
    bolt, nut = (scenario(SHELF, pinned).standings[name] for name in ("bolt", "nut"))
    assert (bolt.category, bolt.risk) == ("C", "low")
    assert bolt.reasons[:2] == ("class pinned (A by its value)", "risk pinned (high by its score)")
    assert (nut.category, nut.risk) == ("A", "high")
    assert nut.reasons[:2] == ("class pinned", "risk pinned")


def test_policies_and_results_go_by_what_is_computed(scenario, play):
    """Nobody pinned anything: class C is the rod, and the results say so."""
    texts = (SHELF, "policies: {p: {cheap: {class: C, safety_stock: 77 pc}}}")
    plans = plan(scenario(*texts), "p")
    assert {item: entry.safety_stock for (_, item), entry in plans.items()} == {
        "bolt": 0,
        "nut": 0,
        "pin": 0,
        "rod": 77,
    }
    played = play(*texts)
    found = results(played.model, played.ledger)
    assert {name: (stock["class"], stock["risk"]) for name, stock in found.items()} == {
        "store.bolt": ("A", "high"), "store.nut": ("A", "high"), "store.pin": ("B", "high"), "store.rod": ("C", "high")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "policies: {p: {lean: {class: B, risk: low, safety_stock: 1 d}}}",
            "p: segment `lean` (class B, risk low) selects no",
        ),
        ("segmentation: {risk: {regions: {TWN: 20 %}}}", "rates `TWN`, but no supplier or line stands there"),
        ("segmentation: {risk: {groups: {metal: 20 %}}}", "rates `metal`, but no item is of that group"),
    ],
)
def test_what_reaches_nobody_is_found(scenario, text, said):
    """A selector without stocks and a rating without a place do nothing; a planner would want to know."""
    assert findings(scenario(SHELF)) == []
    (found,) = findings(scenario(SHELF, text))
    assert said in found
