"""Time to survive is stock ÷ use, along chains that are short enough to be worked out by hand."""

import pytest

import twin

RESUMED = 6  # days that a whole day without service stays in the trailing week


def knocked_out(model, policy="plan"):
    """By place: days survived, days to recover, margin lost."""
    found = {}
    for each in twin.stress(model).document["targets"]:
        told = each["cases"][0]["policies"][policy]
        found[each["target"]] = (
            told["time_to_survive"]["mean"], told["time_to_recover"]["mean"], told["exposure"]["mean"]
        )  # fmt: skip
    return found


SHOP = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      works: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      shop: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: shop, every: 1 d, quantity: 10 pc, margin: 5 USD/pc}}}
    run: {horizon: 120 d, warm_up: 30 d, replications: 1}
"""


@pytest.mark.parametrize(("level", "transit", "lasts"), [(90, 1, 20), (90, 7, 20), (40, 2, 3), (200, 5, 15)])
def test_one_shop_survives_as_long_as_its_shelf_and_its_pipeline_last(scenario, level, transit, lasts):
    """What is ordered is on its way or on the shelf: the level ÷ use, wherever it stands; nothing new for the
    knock-out and one transit. What is short in between is lost, and 7 days later forgotten."""
    model = scenario(
        SHOP,
        f"""
        lanes: {{road: {{from: works, to: shop, transit: {transit} d}}}}
        policies: {{plan: {{all: {{rule: base_stock, level: {level} pc}}}}}}
        study: {{stress: {{lasts: [{lasts} d], targets: [works, road]}}}}
        """,
    )
    survived, resumed = level // 10, lasts + transit
    lost = max(0, resumed - survived)
    expected = (survived, resumed - 1 + RESUMED, lost * 10 * 5) if lost else (None, 0, 0)
    assert knocked_out(model) == {"works": expected, "road": expected}


def test_a_port_stops_what_has_not_passed_it(scenario):
    """Level 90: 20 on the shelf, 40 beyond the port, 30 before it. The port leaves six days, the works nine; ten days
    later either flows again, and comes after the 4 days from the port, or the 7 from the works."""
    model = scenario(
        SHOP,
        """
        nodes: {harbour: {kind: port}}
        lanes: {sea: {from: works, to: shop, via: [harbour], legs: [3 d, 4 d]}}
        policies: {plan: {all: {rule: base_stock, level: 90 pc}}}
        study: {stress: {lasts: [10 d], targets: [works, harbour]}}
        """,
    )
    assert knocked_out(model) == {
        "harbour": (2 + 4, 10 + 4 - 1 + RESUMED, (10 - 2) * 50), "works": (2 + 7, 10 + 7 - 1 + RESUMED, (10 - 2) * 50)
    }  # fmt: skip


def test_two_echelons_survive_on_both_of_their_stocks(scenario):
    """Depot 70, shop 50: the works may stop for (70 + 50) ÷ 10 = 12 days; without the depot, or the way from it, the
    shop has its 50. It takes 3 days to the depot and 2 from there."""
    model = scenario(
        SHOP,
        """
        nodes: {depot: {kind: warehouse}}
        lanes: {far: {from: works, to: depot, transit: 3 d}, near: {from: depot, to: shop, transit: 2 d}}
        policies: {plan: {all: {rule: base_stock, level: 50 pc}, depots: {at: [depot], level: 70 pc}}}
        study: {stress: {lasts: [20 d]}}
        """,
    )
    above = (12, 20 + 5 - 1 + RESUMED, (20 + 5 - 12) * 50)
    between = (5, 20 + 2 - 1 + RESUMED, (20 + 2 - 5) * 50)
    assert knocked_out(model) == {
        "works": above, "far": above, "depot": between, "near": between, "shop": (0, 20 - 1 + RESUMED, 20 * 50)
    }  # fmt: skip


def test_a_product_survives_on_its_scarcest_part_and_its_own_stock(scenario):
    """10 bikes a day of 2 wheels and 1 frame: 160 wheels are 8 days, 120 frames 12, and 30 bikes 3 more."""
    model = scenario(
        """
        twin: 1
        items:
          bike: {value: 100 USD/pc, bom: {wheel: 2, frame: 1}}
          wheel: {value: 10 USD/pc}
          frame: {value: 80 USD/pc}
        nodes:
          wheeler: {kind: supplier, supplies: {wheel: {price: 10 USD/pc}}}
          smith: {kind: supplier, supplies: {frame: {price: 80 USD/pc}}}
          store: {kind: warehouse}
          bench: {kind: line, from: store, to: shop, makes: {bike: {rate: 1e15 pc/d, lot: 10 pc}}}
          shop: {kind: warehouse}
          rider: {kind: customer, buys: {bike: {from: shop, every: 1 d, quantity: 10 pc, margin: 7 USD/pc}}}
        lanes:
          wheels: {from: wheeler, to: store, items: [wheel], transit: 2 d}
          frames: {from: smith, to: store, items: [frame], transit: 2 d}
        policies:
          plan:
            wheels: {rule: base_stock, review: continuous, items: [wheel], level: 160 pc}
            frames: {rule: base_stock, review: continuous, items: [frame], level: 120 pc}
            bikes: {rule: base_stock, items: [bike], level: 30 pc}
        run: {horizon: 120 d, warm_up: 30 d, replications: 1}
        study: {stress: {lasts: [14 d], targets: [wheeler, smith, bench, shop]}}
        """
    )
    found = knocked_out(model)
    assert found["wheeler"] == (8 + 3, 14 + 2 - 1 + RESUMED, (14 + 2 - 11) * 70)
    assert found["smith"] == (12 + 3, 14 + 2 - 1 + RESUMED, (14 + 2 - 15) * 70)
    assert found["bench"][0] == 3
    assert found["bench"][2] == (14 - 3) * 70
    assert found["shop"] == (0, 14 - 1 + RESUMED, 14 * 70)
