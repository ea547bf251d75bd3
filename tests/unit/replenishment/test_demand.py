"""What a policy expects: demand exploded from the customers up through lines, bills of material and warehouses."""

import pytest

from twin.replenishment.policy import plan

PLANT = """
    twin: 1
    items:
      bike:  {value: 300 USD/pc, bom: {wheel: 2, frame: 1}}
      wheel: {value: 50 USD/pc, bom: {spoke: 32}}
      frame: {value: 120 USD/pc}
      spoke: {value: 0.50 USD/pc}
    nodes:
      mill: {kind: supplier, supplies: {spoke: {price: 0.50 USD/pc}, frame: {price: 120 USD/pc},
             wheel: {price: 50 USD/pc}}}
      parts: {kind: warehouse}
      shop: {kind: warehouse}
      wheels: {kind: line, from: parts, to: parts, makes: {wheel: {rate: 1000 pc/d, cost: 34 USD/pc}}}
      bikes: {kind: line, from: parts, to: shop, makes: {bike: {rate: 100 pc/d, lot: 5 pc, cost: 80 USD/pc}}}
      city: {kind: customer, buys: {bike: {from: shop, every: 1 d, quantity: {dist: poisson, mean: 8 pc}}}}
      club: {kind: customer, buys: {bike: {from: shop, every: 7 d, quantity: 14 pc},
             wheel: {from: parts, every: 1 d, quantity: 3 pc}}}
    lanes: {road: {from: mill, to: parts, transit: 3 d}}
    policies:
      lean: {all: {rule: base_stock}}
"""


def outlook(model, store: str, item: str, policy: str = "lean"):
    return plan(model, policy)[store, item].outlook


def test_customers_of_a_stock_add_up(scenario):
    """8 a day and 14 a week are 10 a day."""
    assert outlook(scenario(PLANT), "shop", "bike").demand == pytest.approx(10)


def test_demand_goes_down_the_bill_of_material(scenario):
    """Ten bikes a day take 20 wheels; with 3 sold loose 23 are made, of 32 spokes each."""
    model = scenario(PLANT, "policies: {lean: {own: {items: [wheel], sources: {line: 100 %}}}}")
    assert outlook(model, "parts", "frame").demand == pytest.approx(10)
    assert outlook(model, "parts", "wheel").demand == pytest.approx(23)
    assert outlook(model, "parts", "spoke").demand == pytest.approx(736)


def test_a_part_that_is_bought_needs_no_components(scenario):
    """Wheels from the mill at 50 are cheaper than wheels of our own at 16 + 34 only by name: a policy may say so."""
    model = scenario(PLANT, "policies: {lean: {bought: {items: [wheel], sources: {road: 100 %}}}}")
    assert outlook(model, "parts", "spoke").demand == 0


def test_shares_reach_the_components(scenario):
    """Make a quarter of the wheels, and a quarter of the spokes are needed."""
    model = scenario(PLANT, "policies: {lean: {both: {items: [wheel], sources: {line: 25 %, road: 75 %}}}}")
    assert outlook(model, "parts", "spoke").demand == pytest.approx(736 / 4)


def test_variances_add_and_counts_square(scenario):
    """Poisson bikes have a variance of 8 a day; two wheels each make it fourfold; constant orders add none."""
    model = scenario(PLANT)
    assert outlook(model, "shop", "bike").variance == pytest.approx(8)
    assert outlook(model, "parts", "frame").variance == pytest.approx(8)
    assert outlook(model, "parts", "wheel").variance == pytest.approx(4 * 8)


def test_random_gaps_make_demand_vary_too(scenario):
    """Poisson orders of constant size 10, one a day: variance 10² a day."""
    gaps = "nodes: {club: null, city: {buys: {bike: {every: {dist: exponential, mean: 1 d}, quantity: 10 pc}}}}"
    assert outlook(scenario(PLANT, gaps), "shop", "bike").variance == pytest.approx(100, rel=1e-3)


def test_pattern_and_season_are_averaged_and_a_trend_is_not_known(scenario):
    """Five working days in seven and a good half-year: 8 × 5/7 × 1.5, and 2 a day of the club."""
    busy = """
      nodes: {city: {buys: {bike: {pattern: [1, 1, 1, 1, 1, 0, 0], season: [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2],
              trend: 30 %/yr}}}}
    """
    assert outlook(scenario(PLANT, busy), "shop", "bike").demand == pytest.approx(8 * 5 / 7 * 1.5 + 2)


def test_two_lines_of_one_product_share_it_equally(scenario):
    """Each feeds on its own store, so each store sees half of the demand."""
    second = """
      nodes:
        annex: {kind: warehouse}
        bikes_two: {kind: line, from: annex, to: shop, makes: {bike: {rate: 50 pc/d, cost: 80 USD/pc}}}
      lanes: {van: {from: mill, to: annex, transit: 1 d}}
    """
    model = scenario(PLANT, second)
    assert outlook(model, "parts", "frame").demand == outlook(model, "annex", "frame").demand == pytest.approx(5)


def test_a_lines_lead_time_is_a_lot(scenario):
    """Five bikes at 100 a day: 0.05 d, so with the daily review the shop's level covers 1.05 d of 10: 10.5, up."""
    entry = plan(scenario(PLANT), "lean")["shop", "bike"]
    assert entry.outlook.lead_time == pytest.approx(0.05)
    assert entry.rule.level == 11


CHAIN = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
      hub: {kind: warehouse}
      east: {kind: warehouse}
      west: {kind: warehouse}
      e: {kind: customer, buys: {part: {from: east, every: 1 d, quantity: 6 pc}}}
      w: {kind: customer, buys: {part: {from: west, every: 1 d, quantity: {dist: poisson, mean: 4 pc}}}}
    lanes:
      to_hub: {from: maker, to: hub, transit: 5 d}
      to_east: {from: hub, to: east, transit: 1 d}
      to_west: {from: hub, to: west, transit: 1 d}
      straight: {from: maker, to: west, transit: 9 d, cost: 1 USD/pc}
    policies:
      lean: {all: {rule: base_stock}}
      split: {all: {rule: base_stock}, west: {at: [west], sources: {to_west: 75 %, straight: 25 %}}}
"""


def test_a_hub_sees_what_its_warehouses_sell(scenario):
    """6 in the east and 4 in the west are 10 at the hub, with the west's variance."""
    hub = outlook(scenario(CHAIN), "hub", "part")
    assert (hub.demand, hub.variance) == (pytest.approx(10), pytest.approx(4))


def test_a_hub_sees_only_the_share_that_is_sourced_there(scenario):
    """A quarter of the west comes straight: 6 + 0.75·4, variance 0.75²·4."""
    hub = outlook(scenario(CHAIN), "hub", "part", "split")
    assert (hub.demand, hub.variance) == (pytest.approx(9), pytest.approx(2.25))


def test_an_alternate_has_no_demand_until_it_is_in_use(scenario):
    """Out of use 3 d of nothing is nothing; in use it has the frame's demand, two for one."""
    frames = """
      items: {frame: {alternates: {tube: {ratio: 2}}}, tube: {value: 60 USD/pc}}
      nodes: {mill: {supplies: {tube: {price: 60 USD/pc}}}}
      policies: {lean: {all: {safety_stock: 3 d}}}
    """
    model = scenario(PLANT, frames)
    (use,) = model.network.uses
    entry = plan(model, "lean")["parts", "tube"]
    assert (entry.outlook.demand, entry.rule.level, entry.on_hand, entry.in_transit) == (0, 0, 0, ())
    rule, _ = entry.in_use({use})
    assert rule.level == 2 * 10 * (3 + 1) + 2 * 10 * 3
    assert entry.uses[use][1] == pytest.approx(4 * outlook(model, "parts", "frame").variance)
    assert plan(model, "lean")["parts", "frame"].rule.level == 10 * (3 + 1) + 10 * 3


def test_an_alternate_that_has_demand_of_its_own_keeps_it(scenario):
    """A spoke that replaces a frame is needed for wheels all the time: in use the two add up, variances likewise."""
    model = scenario(PLANT, "items: {frame: {alternates: {spoke: {}}}}", "nodes: {mill: {supplies: {wheel: null}}}")
    (use,) = model.network.uses
    assert outlook(model, "parts", "spoke").demand == pytest.approx(23 * 32)
    mean, variance = plan(model, "lean")["parts", "spoke"].uses[use]
    assert mean == pytest.approx(10)
    assert variance == pytest.approx(outlook(model, "parts", "frame").variance)


def test_expediting_counts_with_the_demand_of_the_alternate_in_use(scenario):
    """Seven days of cover are seven days of what the line takes now."""
    frames = """
      items: {frame: {alternates: {tube: {}}}, tube: {value: 60 USD/pc}}
      nodes: {mill: {supplies: {tube: {price: 60 USD/pc}}}}
      lanes: {air: {from: mill, to: parts, transit: 1 d, cost: 9 USD/pc}}
      policies: {lean: {tubes: {items: [tube], expedite: {lane: air, when_cover_below: 7 d}}}}
    """
    model = scenario(PLANT, frames)
    entry = plan(model, "lean")["parts", "tube"]
    assert (entry.expedite.below, entry.expedite.up_to) == (0, 0)
    _, expedite = entry.in_use(model.network.uses)
    assert (expedite.below, expedite.up_to) == (pytest.approx(70), pytest.approx(80))
