"""A stress test knocks places out one by one, and says what each cost beyond what would have happened anyway."""

from itertools import pairwise

import pytest
from rich.console import Console

import twin
from twin.model.errors import ScenarioError
from twin.model.units import DAY
from twin.questions import targets
from twin.report.stress import finding, map_told, show
from twin.study.shortage import time_to_recover, time_to_survive
from twin.study.single_points import single_points


def told(document, target, policy, case=0):
    (found,) = [each for each in document["targets"] if each["target"] == target]
    return found["cases"][case]["policies"][policy]


def test_every_place_but_the_customer_is_knocked_out(kiosk):
    """Suppliers, lanes and stores in turn, for a week and for four; customers are who it is done for."""
    document = twin.stress(kiosk(), ["jit"], replications=1).document
    assert {each["target"]: each["kind"] for each in document["targets"]} == {
        "dairy": "supplier", "kiosk": "warehouse", "van": "lane"
    }  # fmt: skip
    assert [case["lasts"] for case in document["targets"][0]["cases"]] == [7, 28]


def test_one_survives_as_long_as_the_stock_lasts(kiosk):
    """20 pieces are two days at ten a day; those on the road from yesterday make it three. Sixty make it seven."""
    model = kiosk("study: {stress: {lasts: [10 d], targets: [dairy]}}")
    document = twin.stress(model, replications=1).document
    for policy, level in (("jit", 20), ("jic", 60)):
        found = told(document, "dairy", policy)
        survives = found["time_to_survive"]["mean"]
        # Ordered on day k, here on day k + 1: a position of `level` is on its way or on the shelf when the dairy stops.
        assert survives == level / 10
        # The dairy works again on day 10; the first van arrives with what was ordered, a day later.
        assert found["exposure"]["mean"] == pytest.approx((11 - survives) * 10 * 5)
        assert found["time_to_recover"]["mean"] >= 11


def test_a_shelf_behind_shut_doors_helps_nobody(kiosk):
    """A buffer is in the warehouse that falls out: both policies stand at once, and lose the same."""
    document = twin.stress(kiosk("study: {stress: {lasts: [4 d], targets: [kiosk]}}"), replications=1).document
    assert [told(document, "kiosk", policy)["time_to_survive"]["mean"] for policy in ("jit", "jic")] == [0, 0]
    assert told(document, "kiosk", "jit")["exposure"] == told(document, "kiosk", "jic")["exposure"]
    assert told(document, "kiosk", "jit")["index"] == 1


def test_the_scenarios_own_disruptions_are_left_out(kiosk):
    """Otherwise a place would be blamed for the fog."""
    document = twin.stress(kiosk(), ["jit"], replications=1).document
    assert document["undisturbed"]["policies"]["jit"]["kpis"]["lost_sales"]["mean"] == 0
    assert document["undisturbed"]["hash"] == twin.compare(kiosk("disruptions: {fog: null}")).document["hash"]


def test_a_case_can_be_run_alone(kiosk):
    """Its hash is that of the scenario with that one disruption."""
    document = twin.stress(kiosk("study: {stress: {lasts: [4 d], targets: [van]}}"), ["jit"]).document
    knocked = (
        "disruptions: {fog: null, knock_out: {target: van, at: 2592000 s, lasts: 345600 s, effect: {capacity: 0 %}}}"
    )
    alone = twin.compare(kiosk(knocked), ["jit"]).document
    assert document["targets"][0]["cases"][0]["hash"] == alone["hash"]


def test_the_largest_exposure_comes_first(kiosk):
    """And every other is told as a share of it."""
    document = twin.stress(kiosk(), replications=1).document
    most = [
        max(case["policies"][p]["exposure"]["mean"] for case in t["cases"] for p in ("jit", "jic"))
        for t in document["targets"]
    ]
    assert most == sorted(most, reverse=True)
    indices = [t["index"] for each in document["targets"] for case in each["cases"] for t in case["policies"].values()]
    assert max(indices) == 1
    assert finding(document, "USD").startswith(
        f"Costliest to lose for 28 d, in margin and penalties: {document['targets'][0]['target']}"
    )


def short_of(pieces, *days, who="guests.ice"):
    return [[who, day, pieces] for day in days]


def test_times_are_told_against_the_same_year_undisturbed():
    """Who goes short every Monday has not lost the port on Monday."""
    usual = {"short_at": [12 * DAY, 20 * DAY], "asked": [10.0] * 30, "short": short_of(10, 12, 20)}
    worse = usual | {"short_at": [12 * DAY, 14 * DAY, 20 * DAY], "short": short_of(10, 12, 14, 20)}
    assert time_to_survive(usual, usual, 11 * DAY) is None
    assert time_to_recover(usual, usual, 11 * DAY) == 0
    assert time_to_survive(worse, usual, 11 * DAY) == 3
    assert time_to_recover(worse, usual, 11 * DAY) == 14 + 6 - 11
    for_good = usual | {"short": short_of(10, *range(15, 30))}
    assert time_to_recover(for_good, usual, 11 * DAY) is None


def test_who_goes_short_anyway_hides_nobody_else():
    """Two customers order at one instant; one never gets all. The other one's first empty morning is the end."""
    every = range(30)
    usual = {"short_at": [day * DAY for day in every], "asked": [20.0] * 30, "short": short_of(4, *every, who="a.ice")}
    other = usual | {"short": usual["short"] + short_of(10, 15, 16, who="b.ice")}
    assert time_to_survive(other, usual, 11 * DAY) == 4
    deeper = usual | {"short": short_of(4, *range(13), who="a.ice") + short_of(9, *range(13, 30), who="a.ice")}
    assert time_to_survive(deeper, usual, 11 * DAY) == 2


def test_of_a_day_with_several_orders_it_is_the_one_that_is_new():
    """Short every morning anyway, and this time in the evening, too: it lasted until the evening."""
    evening = 15 * DAY + DAY // 2
    usual = {"short_at": [15 * DAY], "asked": [20.0] * 30, "short": short_of(5, 15)}
    both = usual | {"short_at": [15 * DAY, evening], "short": short_of(12, 15)}
    assert time_to_survive(both, usual, 11 * DAY) == 4.5


def test_one_customer_that_is_always_short_does_not_hide_the_loss_of_another(kiosk):
    """Sorbet comes at half the rate that it is asked for; the end of the ice is seen all the same."""
    sorbet = """
        items: {sorbet: {value: 10 USD/pc}}
        nodes:
          works: {kind: supplier, supplies: {sorbet: {price: 10 USD/pc, rate: 5 pc/d}}}
          club: {kind: customer, buys: {sorbet: {from: kiosk, every: 1 d, quantity: 10 pc, margin: 5 USD/pc}}}
        lanes: {cart: {from: works, to: kiosk, transit: 1 d}}
        study: {stress: {lasts: [10 d], targets: [dairy, kiosk]}}
    """
    document = twin.stress(kiosk(sorbet), ["jic"], replications=1).document
    assert told(document, "kiosk", "jic")["time_to_survive"]["mean"] == 0
    assert told(document, "dairy", "jic")["time_to_survive"]["mean"] == 6


def test_a_knock_out_begins_within_the_horizon(kiosk):
    """By default on day 30, which a short run does not have."""
    with pytest.raises(ScenarioError) as refused:
        twin.stress(kiosk("run: {horizon: 20 d}"))
    assert "the knock-out begins on day 30, but the run's horizon is only 20 d; set `study.stress.at`" in str(
        refused.value
    )


# Single points of failure --------------------------------------------------------------------------------------------

TWO_WAYS = """
    twin: 1
    items:
      bike: {value: 100 USD/pc, bom: {frame: 1, bell: 1}}
      frame: {value: 50 USD/pc}
      bell: {value: 5 USD/pc, alternates: {horn: {}}}
      horn: {value: 5 USD/pc}
    nodes:
      smith: {kind: supplier, supplies: {frame: {price: 50 USD/pc}}}
      welder: {kind: supplier, supplies: {frame: {price: 51 USD/pc}}}
      founder: {kind: supplier, supplies: {bell: {price: 5 USD/pc}}}
      hornist: {kind: supplier, supplies: {horn: {price: 5 USD/pc}}}
      harbour: {kind: port}
      store: {kind: warehouse}
      bench: {kind: line, from: store, to: shop, makes: {bike: {rate: 10 pc/d}}}
      shop: {kind: warehouse}
      rider: {kind: customer, buys: {bike: {from: shop, every: 1 d, quantity: 1 pc, margin: 9 USD/pc}}}
    lanes:
      smith_road: {from: smith, to: store, transit: 1 d}
      welder_sea: {from: welder, to: store, via: [harbour], legs: [1 d, 1 d]}
      founder_sea: {from: founder, to: store, via: [harbour], legs: [1 d, 1 d]}
      hornist_road: {from: hornist, to: store, transit: 1 d}
    policies: {plan: {all: {rule: base_stock, safety_stock: 2 d}}}
    run: {horizon: 60 d, replications: 1}
"""


def cut_off(model):
    return {place: lost for place, lost in single_points(model, targets(model)).items() if lost}


def test_a_place_is_a_single_point_if_nothing_can_stand_in_for_it(scenario):
    """Two makers of frames, and a horn for a bell: only store, line and shop cannot be done without."""
    model = scenario(TWO_WAYS)
    assert cut_off(model) == {place: ["rider.bike"] for place in ("store", "bench", "shop")}


def test_a_product_needs_all_of_its_parts(scenario):
    """Without the horn the maker of the bells is a single point, and so is the port that his bells come through."""
    model = scenario(
        TWO_WAYS, "items: {bell: {alternates: null}, horn: null}\nnodes: {hornist: null}\nlanes: {hornist_road: null}"
    )
    assert {*cut_off(model)} == {"founder", "founder_sea", "harbour", "store", "bench", "shop"}


def test_two_half_lines_are_no_way_round(scenario):
    """Each line lacks another part when the harbour shuts: there is a path for every part, and no bike."""
    other = """
        items: {bell: {alternates: null}, horn: null}
        nodes:
          hornist: null
          attic: {kind: warehouse}
          loft: {kind: line, from: attic, to: shop, makes: {bike: {rate: 10 pc/d}}}
        lanes:
          hornist_road: null
          attic_bells: {from: founder, to: attic, transit: 1 d}
          attic_frames: {from: welder, to: attic, via: [harbour], legs: [1 d, 1 d]}
    """
    model = scenario(TWO_WAYS, other)
    assert cut_off(model)["harbour"] == ["rider.bike"]
    assert "bench" not in cut_off(model)


def test_the_summary_says_where_the_map_was_right(scenario):
    """A road with a detour that the policy does not use stops it all the same."""
    document = twin.stress(scenario(TWO_WAYS, "study: {stress: {lasts: [14 d]}}")).document
    sentence = map_told(document)
    assert sentence.startswith("Of 3 single points of failure 3 hurt customers")
    assert "smith_road (plan)" in sentence
    calm = twin.stress(scenario(TWO_WAYS, "study: {stress: {lasts: [1 d], targets: [hornist]}}")).document
    assert finding(calm) == "No knock-out costs any sale or penalty"
    assert map_told(calm) == "No single point of failure. The map alone foretold 1 of 1 cases"


def test_the_table_says_where_the_map_was_right(scenario, capsys):
    """Row by row: a single point that hurt, one that a buffer bridged, and a way round that nobody took."""
    document = twin.stress(scenario(TWO_WAYS, "study: {stress: {lasts: [3 h, 14 d]}}")).document
    cases = [
        told(document, "store", "plan"),
        told(document, "store", "plan", 1),
        told(document, "smith_road", "plan", 1),
    ]
    assert [(case["hurt"], case["foretold"]) for case in cases] == [(False, False), (True, True), (True, False)]
    show(document, "USD", Console(width=110))
    rows = [row.split() for row in capsys.readouterr().out.splitlines()]
    after = {" ".join(row[:3]): (row[-1], below[-1]) for row, below in pairwise(rows) if row and below}
    assert (after["store, 14 d"], after["smith_road, 14 d"]) == (("single", "right"), ("no", "unseen"))
    assert {place for place, said in after.items() if said == ("single", "bridged")} == {"store, 0.1 d", "bench, 0.1 d"}


def test_where_customers_only_wait_the_deepest_loss_of_service_comes_first(kiosk):
    """Owed pieces without a penalty cost nothing; that is no reason to go by the alphabet."""
    waiting = "nodes: {guests: {unmet: backorder}}\nstudy: {stress: {lasts: [8 d]}}"
    document = twin.stress(kiosk(waiting), ["jit"], replications=1).document
    assert document["targets"][0]["target"] == "kiosk"
    assert finding(document) == "No knock-out costs any sale or penalty, but customers wait, most without kiosk"


def test_a_knock_out_that_outlasts_the_horizon_is_told(kiosk):
    """What it costs is counted up to the end only, so lengths are no longer to be compared."""
    document = twin.stress(kiosk("study: {stress: {lasts: [7 d, 45 d]}}"), ["jit"], replications=1).document
    assert document["findings"][-1] == (
        "45 d from day 30 are not over when the horizon is (60 d): what they cost is told up to there"
    )
    assert not any("7 d from day 30" in each for each in document["findings"])
