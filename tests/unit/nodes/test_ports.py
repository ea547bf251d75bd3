"""Ports: one queue for everybody, berths that are held, customs, and the clock of demurrage."""

import pytest

# 10 boxes a day, each day one ship, four days at sea before the port and one after it.
SEA = """
    twin: 1
    items: {box: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {box: {price: 10 USD/pc}}}
      harbour: {kind: port, berths: 1, handling: 12 h}
      store: {kind: warehouse}
      client: {kind: customer, buys: {box: {from: store, every: 1 d, quantity: 10 pc}}}
    lanes: {sea: {from: maker, to: store, via: [harbour], legs: [4 d, 1 d]}}
    policies: {p: {all: {rule: base_stock, level: 200 pc}}}
    opening: {store: {box: 200 pc}}
    run: {horizon: 20 d}
"""


def test_a_ship_holds_its_berth_for_the_handling_and_sails_on(play):
    """4 d + 12 h + 1 d: there on day 5.5, in port for half a day."""
    played = play(SEA)
    assert played.sailed("harbour")[0] == (4.5, 10)
    assert played.moves("sea", "store dock")[0] == (5.5, 10)
    harbour = played.measured["nodes"]["harbour"]
    assert (harbour["wait"], harbour["waited"], harbour["ships"]) == (0, 0, 16)
    assert harbour["berths_busy"] == pytest.approx(16 * 0.5 / 20)
    assert harbour["in_port"] == pytest.approx(16 * 10 * 0.5 / 20)
    assert played.measured["lanes"]["sea"]["days"] == pytest.approx(5.5)


def test_ships_queue_for_the_one_berth(play):
    """One a day and 1.5 d of handling: the n-th ship waits half a day longer than the one before."""
    played = play(SEA, "nodes: {harbour: {handling: 36 h}}")
    assert [days for _, days in played.tallied("wait", "harbour")][:4] == [0, 0.5, 1, 1.5]
    assert played.measured["nodes"]["harbour"]["waited"] > 0.8


def test_two_berths_serve_two_ships_from_one_queue(play):
    """With a second berth nobody waits."""
    played = play(SEA, "nodes: {harbour: {handling: 36 h, berths: 2}}")
    assert played.measured["nodes"]["harbour"]["wait_max"] == 0


def test_without_a_number_berths_never_run_out(play):
    """A port that is not described is not a bottleneck."""
    played = play(SEA, "nodes: {harbour: {handling: 9 d, berths: null}}")
    assert played.measured["nodes"]["harbour"]["wait_max"] == 0
    assert played.sailed("harbour")[0] == (13, 10)


def test_other_ships_stand_in_the_same_queue(play):
    """Congestion is not a number that somebody writes: it comes from sharing berths."""
    busy = play(SEA, "nodes: {harbour: {traffic: 0.8 /d}}", "run: {horizon: 200 d}")
    harbour = busy.measured["nodes"]["harbour"]
    assert harbour["ships"] > 300
    assert harbour["wait"] > 0.1


def test_more_traffic_through_the_dial(play):
    """Ships that were diverted here: `traffic: 300 %`, from the gap that runs at the moment on."""
    calm = play(SEA, "nodes: {harbour: {traffic: 1 /d, berths: 9}}", "run: {horizon: 400 d}")
    diverted = play(
        SEA,
        "nodes: {harbour: {traffic: 1 /d, berths: 9}}",
        "run: {horizon: 400 d}",
        "disruptions: {diverted: {target: harbour, at: 0 d, effect: {traffic: 300 %}}}",
    )
    ours = 396
    others = [played.measured["nodes"]["harbour"]["ships"] - ours for played in (calm, diverted)]
    assert 2.6 < others[1] / others[0] < 3.4


def test_customs_is_calendar_time_and_holds_no_berth(play):
    """A strike at the berths does not stop the customs officer, and papers block no ship."""
    strike = "disruptions: {strike: {target: harbour, at: 4.75 d, lasts: 5 d, effect: {capacity: 0 %}}}"
    played = play(SEA, "nodes: {harbour: {customs: 2 d}}", strike)
    assert played.sailed("harbour")[0] == (6.5, 10)
    assert played.tallied("wait", "harbour")[:2] == [(4, 0), (9.75, 4.75)]


def test_demurrage_runs_from_arrival_beyond_the_free_time(play):
    """In port for 3.5 d (handling and customs), two of them free: 1.5 d for each of the ships that have left."""
    slow = "nodes: {harbour: {customs: 3 d, free_time: 2 d, demurrage: 100 USD/d}}"
    played = play(SEA, slow, "run: {horizon: 8 d}")
    # ships arrive on days 4, 5, 6, 7 and stay for 3.5 d: by day 8 two have stood 1.5 and 1 d beyond their free time
    assert played.costs["demurrage"] == pytest.approx(100 * (1.5 + 1.0))


def test_who_leaves_within_the_free_time_pays_nothing(play):
    """And nothing is forgotten: the meter is called off."""
    played = play(SEA, "nodes: {harbour: {free_time: 2 d, demurrage: 100 USD/d}}")
    assert played.costs["demurrage"] == 0


def test_demurrage_is_the_price_of_a_closure(play):
    """Shut for ten days from day 5: the ships of days 5 … 14 pay for what they wait beyond two free days."""
    shut = "disruptions: {shut: {target: harbour, at: 5 d, lasts: 10 d, effect: {capacity: 0 %}}}"
    many = "nodes: {harbour: {berths: null, free_time: 2 d, demurrage: 100 USD/d}}"
    played = play(SEA, shut, many)
    stays = [15.5 - day for day in range(5, 15)]
    assert played.costs["demurrage"] == pytest.approx(100 * sum(max(0, stay - 2) for stay in stays))


def test_a_shipment_past_the_berth_is_untouched_by_a_closure(play):
    """What is handled is on its way."""
    shut = "disruptions: {shut: {target: harbour, at: 4.6 d, lasts: 10 d, effect: {capacity: 0 %}}}"
    assert play(SEA, shut).moves("sea", "store dock")[0] == (5.5, 10)


def test_even_a_port_that_takes_no_time_is_shut_when_it_is_shut(play):
    """What is ready leaves at reopening, all at once where berths are unlimited."""
    shut = "disruptions: {shut: {target: harbour, at: 3 d, lasts: 4 d, effect: {capacity: 0 %}}}"
    played = play(SEA, shut, "nodes: {harbour: {handling: 0 d, berths: null}}")
    assert played.sailed("harbour")[:4] == [(7, 10)] * 4


def test_other_ships_pay_their_own_demurrage(play):
    """A harbour where we have nothing charges us nothing, however long the queue of the others is."""
    jammed = "nodes: {harbour: {handling: 36 h, traffic: 2 /d, demurrage: 100 USD/d}}"
    played = play(SEA, jammed, "nodes: {client: {buys: {box: {quantity: 0 pc}}}}")
    assert played.measured["nodes"]["harbour"]["ships"] > 20
    assert played.costs["demurrage"] == 0


def test_ships_are_counted_when_they_come(play):
    """One a day and 1.5 d of handling: who waits when the count begins came before it, and takes a berth in it."""
    played = play(SEA, "nodes: {harbour: {handling: 36 h}}", "run: {warm_up: 8 d, horizon: 12 d}")
    assert len([day for day, _ in played.tallied("wait", "harbour") if day >= 8]) == 8
    assert played.measured["nodes"]["harbour"]["ships"] == 12  # on each of the days from 8 to 19


def test_a_lane_that_calls_at_a_port_twice_has_its_goods_there_once(play):
    """Ten pieces a day, four days under way, of which half a day in port, and half a day again."""
    played = play(
        SEA, "lanes: {sea: {via: [harbour, harbour], legs: [1 d, 1 d, 1 d]}}", "nodes: {harbour: {berths: 9}}"
    )
    assert played.measured["lanes"]["sea"]["in_transit"] == 10 * (17 * 4 + 3 + 2 + 1) / 20
    assert played.measured["nodes"]["harbour"]["in_port"] == 10 * (19 + 18) * 0.5 / 20


COLD = """
    twin: 1
    items: {fish: {value: 1 USD/pc, shelf_life: 3 d}}
    nodes:
      fleet: {kind: supplier, supplies: {fish: {price: 1 USD/pc, lead_time: 1 d}}}
      hub: {kind: warehouse}
      shop: {kind: warehouse}
      harbour: {kind: port, handling: 12 h}
      client: {kind: customer, buys: {fish: {from: shop, every: 1 d, quantity: 3 pc, pattern: [1, 1, 1, 0, 0, 1, 0]}}}
    lanes:
      in: {from: fleet, to: hub, transit: 0 d}
      out: {from: hub, to: shop, via: [harbour], legs: [1 h, 20 h]}
    policies: {p: {hub: {at: [hub], rule: base_stock, level: 3 pc}, shop: {at: [shop], rule: base_stock, level: 12 pc}}}
    opening: {}
    run: {horizon: 14 d}
"""


def test_a_ship_in_port_leaves_the_ship_ahead_its_dates(play):
    """What was caught first arrives first and goes bad first, though fresher fish is in port behind it."""
    played = play(COLD)
    assert played.kpis["sold"] == 3
    assert played.costs["write_off"] == 42


def test_the_journal_says_which_port_a_shipment_is_in(play):
    """Two ports on the way: in and out of the one, in and out of the other."""
    other = """
      nodes: {haven: {kind: port, handling: 12 h}, client: {buys: {box: {every: 30 d}}}}
      lanes: {sea: {via: [harbour, haven], legs: [1 d, 1 d, 1 d]}}
    """
    told = [entry[3:] for entry in play(SEA, other).ledger.journal if entry[1] == "shipment"]
    assert told == [("in", "harbour"), ("out", "harbour"), ("in", "haven"), ("out", "haven"), ("arrived", "store")]
