"""Alternates: a line that lacks a component takes what can stand in for it, and goes back when it can."""

import json

import pytest

import twin
from twin.results.kpi import _wanted

# One board a day from one fuse each; fuses are short from the third day on, and a lorry brings clips in two days.
PLANT = """
    twin: 1
    items:
      board: {value: 12 USD/pc, bom: {fuse: 1}}
      fuse: {value: 2 USD/pc, alternates: {clip: {}}}
      clip: {value: 3 USD/pc}
    nodes:
      maker: {kind: supplier, supplies: {fuse: {price: 2 USD/pc}}}
      other: {kind: supplier, supplies: {clip: {price: 3 USD/pc}}}
      store: {kind: warehouse}
      shop: {kind: warehouse}
      works: {kind: line, from: store, to: shop, makes: {board: {rate: 10 pc/d, cost: 10 USD/pc}}}
      client: {kind: customer, unmet: backorder, buys: {board: {from: shop, every: 1 d, quantity: 1 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}, path: {from: other, to: store, transit: 2 d}}
    policies: {p: {all: {rule: base_stock}, boards: {items: [board], level: 0 pc}, parts: {at: [store], level: 0 pc}}}
    opening: {store: {fuse: 2 pc}}
    run: {horizon: 12 d}
"""
CLIPS_THERE = "opening: {store: {clip: 3 pc}}"
LATER_FUSES = "opening: {in_transit: [{to: store, item: fuse, quantity: 50 pc, arrives: 4 d}]}"
BY_DEMAND = "policies: {p: {parts: {level: null, safety_stock: 1 d}}}"
SHUT = "disruptions: {strike: {target: maker, at: 0 d, lasts: %s, effect: {capacity: 0 %%}}}"


def facts(played) -> list[tuple[float, str]]:
    """(day, what) of what the line told."""
    return [
        (time / 86_400, what[1])
        for time, kind, *what in played.ledger.journal
        if kind == "fact" and what[0] in played.model.lines
    ]


def taken(played, item: str, line: str = "works") -> list[tuple[float, int]]:
    """(day, pieces) of an item that went into lots."""
    return [
        (time / 86_400, what[1])
        for time, kind, *what in played.ledger.journal
        if kind == "move" and what[0] == item and what[3] == line
    ]


def test_a_line_changes_over_and_goes_back_by_itself(play):
    """Two fuses, then clips until the fuses come on day 4: not a day is lost, and the order is the planner's."""
    played = play(PLANT, CLIPS_THERE, LATER_FUSES)
    assert taken(played, "fuse") == [(0, 1), (1, 1), *((day, 1) for day in range(4, 12))]
    assert taken(played, "clip") == [(2, 1), (3, 1)]
    assert facts(played) == [(2, "changed over to clip"), (4, "back to fuse")]
    assert played.kpis["uptime"] == 1
    assert played.kpis["alternate_share"] == 2 / 12
    assert played.measured["nodes"]["works"]["with_alternates"] == {"board": 2}
    assert played.costs["qualification"] == 0


def test_a_lot_with_alternates_is_worth_what_is_in_it(play):
    """Two clips of 3 USD and ten fuses of 2 USD have been used up; the books of value close to the cent."""
    played = play(PLANT, CLIPS_THERE, LATER_FUSES)
    account = played.ledger.account
    assert account("(consumed)", "clip").balance == 2
    assert account("(consumed)", "fuse").balance == 10
    assert account("works", "clip").balance == account("works", "fuse").balance == 0
    owned_at_start, owned_at_end = 2 * 2 + 3 * 3 + 50 * 2, 1 * 3 + 42 * 2
    assert played.costs["value_out"] == pytest.approx(-(12 * 12 + owned_at_end - owned_at_start))


def test_without_a_component_and_its_alternate_the_line_starves_for_the_component(play):
    """Neither fuses nor clips: who lacks, lacks a fuse; a clip is nobody's need."""
    played = play(PLANT, "opening: {store: {clip: 1 pc}}", "run: {horizon: 5 d}")
    # day 2 goes into the clip; from day 3 on there is nothing
    loss = played.kpis["uptime_loss"]
    assert loss["starved_by"] == {"fuse": pytest.approx(loss["starved"])}
    assert played.ledger.gauges["starved", "works"].integral == 2 * 86_400
    assert played.measured["items"]["store.fuse"]["stockout_rate"] == 2 / 5


def test_a_qualification_runs_from_the_first_shortage_and_is_paid_once(play):
    """Short on day 2, qualified three days later and not before; a second shortage finds it done."""
    terms = "items: {fuse: {alternates: {clip: {after: 3 d, cost: 500 USD}}}}"
    opening = """
      opening:
        store: {clip: 50 pc}
        in_transit: [{to: store, item: fuse, quantity: 4 pc, arrives: 6 d}]
    """
    played = play(PLANT, terms, opening, "run: {horizon: 20 d}")
    assert taken(played, "clip")[:6] == [(5, 1), (5.1, 1), (5.2, 1), (5.3, 1), (10, 1), (11, 1)]
    assert [day for day, _ in taken(played, "fuse")] == [0, 1, 6, 7, 8, 9]
    assert facts(played) == [
        (5, "qualified clip"), (5, "changed over to clip"), (6, "back to fuse"), (10, "changed over to clip"),
    ]  # fmt: skip
    assert played.tallied("cost", "qualification") == [(5, 500)]
    assert played.costs["qualification"] == 500


def test_the_line_wakes_when_a_qualification_ends(play):
    """Short on day 2, qualified at noon of day 4, and made at noon of day 4."""
    terms = "items: {fuse: {alternates: {clip: {after: 2.5 d}}}}"
    assert taken(play(PLANT, terms, CLIPS_THERE), "clip")[0] == (4.5, 1)


def test_a_qualification_goes_on_when_the_component_is_back(play):
    """The tests were ordered: the bill comes although the lorry was sooner, and the next shortage profits."""
    terms = "items: {fuse: {alternates: {clip: {after: 5 d, cost: 500 USD}}}}"
    played = play(PLANT, terms, CLIPS_THERE, LATER_FUSES)
    assert facts(played) == [(7, "qualified clip")]
    assert played.tallied("cost", "qualification") == [(7, 500)]


def test_a_cost_without_a_time_is_paid_at_the_first_shortage(play):
    """A sample and a signature: no delay, but a bill."""
    played = play(PLANT, "items: {fuse: {alternates: {clip: {cost: 90 USD}}}}", CLIPS_THERE, LATER_FUSES)
    assert played.tallied("cost", "qualification") == [(2, 90)]
    assert taken(played, "clip") == [(2, 1), (3, 1)]
    assert facts(played)[0] == (2, "qualified clip")


def test_what_is_never_short_is_never_qualified(play):
    """Nobody pays for tests of what nobody needs."""
    played = play(PLANT, "items: {fuse: {alternates: {clip: {cost: 90 USD}}}}", "opening: {store: {fuse: 99 pc}}")
    assert (facts(played), played.costs["qualification"]) == ([], 0)
    assert played.kpis["alternate_share"] == 0


def test_two_for_one(play):
    """At a ratio of two a lot of five wants ten clips at once: nine are too few, even for a part of the lot."""
    lots = """
      items: {fuse: {alternates: {clip: {ratio: 2}}}}
      nodes: {works: {makes: {board: {lot: 5 pc}}}, client: {buys: {board: {quantity: 5 pc}}}}
      opening: {store: {fuse: 4 pc, clip: %s}}
      run: {horizon: 1 d}
    """
    assert taken(play(PLANT, lots % "9 pc"), "clip") == []
    played = play(PLANT, lots % "10 pc")
    assert taken(played, "clip") == [(0, 10)]
    assert taken(played, "fuse") == []
    assert played.measured["nodes"]["works"]["with_alternates"] == {"board": 5}


def test_the_first_choice_comes_first(play):
    """Rather a clip than a wire, as the file says; the wire when the clips are gone."""
    wires = """
      items: {fuse: {alternates: {clip: {}, bare_wire: {}}}, bare_wire: {value: 1 USD/pc}}
      opening: {store: {clip: 1 pc, bare_wire: 9 pc}}
      run: {horizon: 5 d}
    """
    assert facts(play(PLANT, wires)) == [(2, "changed over to clip"), (3, "changed over to bare_wire")]


def test_each_component_that_lacks_has_its_own_alternate(play):
    """A board without fuse and cover is made of a clip and a lid, or not at all."""
    covers = """
      items: {board: {bom: {cover: 2}}, cover: {value: 1 USD/pc, alternates: {lid: {}}}, lid: {value: 1 USD/pc}}
      opening: {store: {fuse: 0 pc, clip: 3 pc, cover: 1 pc, lid: %s}}
      run: {horizon: 1 d}
    """
    maker = "nodes: {maker: {supplies: {cover: {price: 1 USD/pc}}}}"
    played = play(PLANT, covers % "2 pc", maker)
    assert (taken(played, "clip"), taken(played, "lid"), taken(played, "cover")) == ([(0, 1)], [(0, 2)], [])
    played = play(PLANT, covers % "1 pc", maker)
    assert taken(played, "clip") == []
    assert set(_shares(played)) == {"cover"}


def _shares(played) -> dict[str, float]:
    return {item: share for item, share in played.kpis["uptime_loss"]["starved_by"].items() if share}


def test_an_alternate_that_is_a_component_too_is_not_promised_twice(play):
    """The board takes a clip anyway: to replace the fuse there must be two."""
    both = "items: {board: {bom: {clip: 1}}}"
    opening = "opening: {store: {fuse: 0 pc, clip: %s}}"
    assert taken(play(PLANT, both, opening % "1 pc", "run: {horizon: 1 d}"), "clip") == []
    assert taken(play(PLANT, both, opening % "2 pc", "run: {horizon: 1 d}"), "clip") == [(0, 2)]


def test_two_that_lack_do_not_share_one_substitute(play):
    """A wire for the fuse and a wire for the cover are two wires."""
    wires = """
      items:
        board: {bom: {cover: 1}}
        cover: {value: 1 USD/pc, alternates: {bare_wire: {}}}
        fuse: {alternates: {bare_wire: {}}}
        bare_wire: {value: 1 USD/pc}
      nodes: {maker: {supplies: {cover: {price: 1 USD/pc}}}}
      opening: {store: {fuse: 0 pc, bare_wire: %s}}
      run: {horizon: 1 d}
    """
    assert taken(play(PLANT, wires % "1 pc"), "bare_wire") == []
    assert taken(play(PLANT, wires % "2 pc"), "bare_wire") == [(0, 2)]


def test_what_is_replaced_itself_may_replace_another(play):
    """One clip is too few for the two that the board takes, which wires replace; so it is free to be the fuse."""
    wires = """
      items: {board: {bom: {clip: 2}}, clip: {alternates: {bare_wire: {}}}, bare_wire: {value: 1 USD/pc}}
      opening: {store: {fuse: 0 pc, clip: 1 pc, bare_wire: 2 pc}}
      run: {horizon: 1 d}
    """
    played = play(PLANT, wires)
    assert (taken(played, "clip"), taken(played, "bare_wire")) == ([(0, 1)], [(0, 2)])


def test_two_that_replace_each_other_do_not_chase_each_other(play):
    """A for B and B for A is what form, fit and function means."""
    mutual = "items: {board: {bom: {clip: 1}}, clip: {alternates: {fuse: {}}}}"
    played = play(PLANT, mutual, "opening: {store: {fuse: 1 pc, clip: 3 pc}}", "run: {horizon: 4 d}")
    assert facts(played) == [(1, "changed over to clip")]
    assert taken(played, "clip") == [(0, 1), (1, 2)]
    assert set(_shares(played)) == {"fuse", "clip"}


def test_an_alternate_at_the_dock_will_do(play):
    """Two clips inside and one in the yard, because the store is full: a lot of three takes it straight from there."""
    full = """
      items: {clip: {space: 1 m3}, fuse: {space: 1 m3}}
      nodes: {store: {capacity: 2 m3}, works: {makes: {board: {lot: 3 pc}}}, client: {buys: {board: {quantity: 3 pc}}}}
      opening: {store: {fuse: 2 pc, clip: 3 pc}}
      run: {horizon: 1 d}
    """
    played = play(PLANT, full)
    assert played.moves("store dock", "store") == [(0, 2), (0, 1), (0, 2)]  # clips, the last of them, fuses
    assert played.moves("store", "works") == [(0, 3)]
    assert played.ledger.account("store dock", "clip").balance == 0


def test_the_line_wakes_when_an_alternate_comes(play):
    """Starving since day 2; the clips of day 4.5 end it on the spot."""
    coming = "opening: {in_transit: [{to: store, item: clip, quantity: 50 pc, arrives: 4.5 d}]}"
    assert taken(play(PLANT, coming), "clip")[0] == (4.5, 1)


def test_a_shut_store_is_no_shortage_of_its_parts(play):
    """Behind a locked door nothing can be seen to lack, and no laboratory is sent for."""
    terms = "items: {fuse: {alternates: {clip: {cost: 90 USD}}}}"
    locked = "disruptions: {lock: {target: store, at: 0 d, effect: {doors: 0 %}}}"
    played = play(PLANT, terms, "opening: {store: {fuse: 99 pc, clip: 9 pc}}", locked)
    assert facts(played) == []
    assert _shares(played) == {"fuse": 1}


# Stocking -------------------------------------------------------------------------------------------------------------


def test_an_alternate_is_bought_from_the_shortage_on_and_no_longer_than_it_lasts(play):
    """Levels in days are none before, those of the fuse while it lacks, and none again when it is back."""
    played = play(PLANT, BY_DEMAND, SHUT % "6 d")
    # The board of day 2 finds no fuse, after that day's review. In use: 1 a day × (2 d + 1 d) + 1 d = 4 pieces, which
    # come on day 5 for the boards of days 2 to 5: three at its review. Fuses leave again on day 6 and come on day 7.
    assert played.measured["items"]["store.clip"]["level"] == 0
    assert played.tallied("ordered", "store.clip") == [(3, 4), (5, 1), (6, 3)]
    assert [day for day, _ in taken(played, "clip")] == [5, 5.1, 5.2, 5.3]
    assert facts(played) == [(5, "changed over to clip"), (7, "back to fuse")]
    fire = "disruptions: {fire: {target: store.clip, at: 8 d, effect: {destroy: 100 %}}}"
    assert play(PLANT, BY_DEMAND, SHUT % "6 d", fire).tallied("ordered", "store.clip")[-1] == (6, 3)


def test_an_alternate_is_bought_when_it_is_qualified_and_not_before(play):
    """Nobody stocks what may not be used."""
    played = play(PLANT, BY_DEMAND, SHUT % "9 d", "items: {fuse: {alternates: {clip: {after: 3 d}}}}")
    assert played.tallied("ordered", "store.clip")[0] == (5, 4)


def test_a_stock_that_is_watched_all_the_time_hears_of_the_shortage_at_once(play):
    """Whoever looks after every change of position looks when the alternate comes into use, and not a day later."""
    watched = "policies: {p: {clips: {items: [clip], rule: r_q, quantity: 2 d}}}"
    at_noon = "nodes: {client: {buys: {board: {every: {dist: constant, value: 1.5 d}}}}}"
    played = play(PLANT, BY_DEMAND, watched, at_noon, SHUT % "9 d")
    # a board at days 1.5, 3 and 4.5; the third is ordered in the review of day 5 and finds no fuse.
    # r = 2 d ÷ 1.5 d and Q = 2 d ÷ 1.5 d are 2 pieces each, so two Q lift the position of 0 above r
    assert played.tallied("ordered", "store.clip")[0] == (5, 2 * 2)


def test_levels_in_pieces_hold_in_and_out_of_use(play):
    """Who writes pieces wants them kept."""
    played = play(PLANT, "policies: {p: {clips: {items: [clip], level: 5 pc}}}", SHUT % "9 d")
    assert played.tallied("ordered", "store.clip")[:3] == [(0, 5), (3, 1), (4, 1)]


@pytest.mark.parametrize("rule", ["r_q, quantity: 3 d", "kanban, bins: 2, bin: 3 d", "base_stock, safety_stock: 9 d"])
def test_days_of_no_demand_are_nothing(play, rule):
    """Whatever the rule, an alternate that is not in use is not kept."""
    played = play(
        PLANT, f"policies: {{p: {{clips: {{items: [clip], rule: {rule}}}}}}}", "opening: {store: {fuse: 99 pc}}"
    )
    assert played.tallied("ordered", "store.clip") == []


def test_two_lines_that_lack_together_have_a_stock_for_both(play):
    """Each line is qualified for itself, and what they draw adds up."""
    second = """
      items: {lamp: {value: 12 USD/pc, bom: {fuse: 3}}, fuse: {alternates: {clip: {cost: 70 USD}}}}
      nodes:
        lights: {kind: line, from: store, to: shop, makes: {lamp: {rate: 10 pc/d}}}
        client: {buys: {lamp: {from: shop, every: 1 d, quantity: 2 pc}}}
      opening: {store: {fuse: 7 pc}}
      policies: {p: {boards: {items: [board, lamp]}}}
    """
    played = play(PLANT, second, BY_DEMAND, SHUT % "9 d")
    # 1 + 6 fuses a day: day 1 finds none. Both in use: 7 a day × 3 d + 1 d are 28 pieces
    assert played.tallied("ordered", "store.clip")[0] == (2, 28)
    assert played.tallied("cost", "qualification") == [(1, 70), (1, 70)]
    assert played.costs["qualification"] == 140
    # One fuse comes, enough for a board and not for a lamp: from then on 6 a day × 3 d + 6 are kept for the lamps.
    fuse = "opening: {in_transit: [{to: store, item: fuse, quantity: 1 pc, arrives: 7.5 d}]}"
    played = play(PLANT, second, BY_DEMAND, SHUT % "99 d", fuse)
    assert (8, "back to fuse") in facts(played)
    evening = played.days["on_hand:store.clip"][8] + played.days["on_order:store.clip"][8]
    assert (9, 24 - evening) in played.tallied("ordered", "store.clip")


def test_what_supplies_the_alternate_is_in_use_with_it(play):
    """A depot on the way, and a workshop that bends the clips from steel: both are asked while the fuse lacks."""
    bent = """
      items: {clip: {bom: {steel: 2}}, steel: {value: 1 USD/pc}}
      nodes:
        other: {supplies: {clip: null, steel: {price: 1 USD/pc}}}
        yard: {kind: warehouse}
        bending: {kind: line, from: yard, to: yard, makes: {clip: {rate: 100 pc/d, cost: 1 USD/pc}}}
      lanes: {path: {from: yard}, rail: {from: other, to: yard, transit: 1 d}}
    """
    played = play(PLANT, bent, BY_DEMAND, SHUT % "9 d")
    assert played.measured["items"]["yard.steel"]["level"] == 0
    assert played.tallied("ordered", "yard.steel")[0] == (3, 2 * (1 + 1))
    assert taken(played, "clip")


def test_a_depot_on_the_way_is_in_use_with_the_store(play):
    """Out of use it holds no days of clips; in use it does, and who is short there is counted."""
    depot = """
      nodes: {yard: {kind: warehouse}}
      lanes: {path: {to: yard}, van: {from: yard, to: store, transit: 1 d}}
      policies: {p: {depot: {at: [yard], safety_stock: 5 d}}}
    """
    played = play(PLANT, BY_DEMAND, depot, SHUT % "9 d")
    # the store wants 1 × (1 d + 1 d) + 1 d, of which the depot has none, and its own level is 1 × (2 d + 1 d) + 5 d
    assert played.tallied("ordered", "store.clip")[0] == (3, 3)
    assert played.tallied("ordered", "yard.clip")[0] == (3, 8 + 3)
    assert played.measured["items"]["yard.clip"]["stockout_rate"] > 0
    calm = play(PLANT, BY_DEMAND, depot, "opening: {store: {fuse: 99 pc}}")
    assert calm.tallied("ordered", "yard.clip") == []
    assert calm.measured["items"]["yard.clip"]["stockout_rate"] is None


def test_an_alternate_that_is_never_needed_changes_nothing(scenario):
    """Bit for bit, but for what is said of its own stock: insurance that is not called upon is free."""
    calm = "opening: steady", BY_DEMAND, "run: {horizon: 90 d, warm_up: 9 d}"
    without = scenario(PLANT, *calm, "items: {fuse: {alternates: null}}", "nodes: {other: null}", "lanes: {path: null}")
    before = twin.measure(without, twin.simulate(without, "p"))
    having = scenario(PLANT, *calm)
    after = twin.measure(having, twin.simulate(having, "p"))
    own = after["items"].pop("store.clip")
    assert own["stockout_rate"] is None
    assert (own["on_hand"], own["ordered"], own["level"]) == (0, 0, 0)
    del after["kpis"]["stockout_by_item"]["clip"], after["nodes"]["other"], after["lanes"]["path"]
    assert json.dumps(before) == json.dumps(after)


def test_to_have_it_qualified_is_worth_the_time_that_it_takes(play):
    """The same strike of nine days, and clips in the drawer: approved in time they save it, otherwise four days go."""
    drawer = "opening: {store: {clip: 50 pc}}"
    ready = play(PLANT, drawer, SHUT % "9 d")
    late = play(PLANT, drawer, SHUT % "9 d", "items: {fuse: {alternates: {clip: {after: 4 d}}}}")
    starved = [played.ledger.gauges["starved", "works"].integral / 86_400 for played in (ready, late)]
    assert starved == [0, 4]


def test_bullwhip_counts_what_was_taken(play):
    """Days 2 and 3 are demand on clips and not on fuses."""
    played = play(PLANT, CLIPS_THERE, LATER_FUSES)

    def wanted(item):
        parts = _wanted(played.model, played.ledger, ("store", item)).items()
        return [sum(played.ledger.tallies[key].by_day[day] * times for key, times in parts) for day in range(5)]

    assert wanted("clip") == [0, 0, 1, 1, 0]
    assert wanted("fuse") == [1, 1, 0, 0, 1]
