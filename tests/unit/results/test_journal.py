"""The journal retells a run: whoever adds it up again, in the plainest way, gets the ledger's sums, exactly."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from twin.engine.account import OUTSIDE, SCRAPPED, SOLD, SUPPLY
from twin.engine.measures import PeakGauge, WaitTally
from twin.model.units import DAY
from twin.results.journal import lines, moment

TRADE = """
    twin: 1
    carrying: {capital: 12 %/yr}
    items: {box: {value: 100 USD/pc, space: 1 m3}, bag: {value: 7 USD/pc, space: 0.1 m3}}
    nodes:
      maker:   {kind: supplier, supplies: {box: {price: 90 USD/pc, rate: 9 pc/d,
                lead_time: {dist: gamma, mean: 3 d, cv: 0.5}}, bag: {price: 6 USD/pc}}}
      harbour: {kind: port, berths: 1, handling: {dist: exponential, mean: 10 h}, traffic: 1 /d, customs: 3 h,
                demurrage: 20 USD/d}
      store:   {kind: warehouse, capacity: 60 m3, overflow: {space: 20 m3, price: 2 USD/m3/d}, waiting: 4 USD/m3/d}
      shop:    {kind: customer, buys: {box: {from: store, every: 1 d, quantity: {dist: poisson, mean: 7 pc},
                margin: 25 USD/pc}}}
      works:   {kind: customer, unmet: {backorder: 5 d},
                buys: {box: {from: store, every: {dist: exponential, mean: 2 d}, quantity: 3 pc,
                penalty: 3 USD/pc/d}, bag: {from: store, every: 3 d, quantity: 20 pc}}}
    lanes:
      sea: {from: maker, to: store, via: [harbour], legs: [{dist: lognormal, mean: 6 d, cv: 0.3}, 1 d], departs: 2 d,
            cost: 2 USD/pc, duty: 10 %}
    policies: {p: {all: {rule: min_max, safety_stock: 5 d, order_quantity: 6 d}}}
    disruptions:
      fire: {target: store, at: 33.75 d, effect: {destroy: 40 %}}
      shut: {target: harbour, at: 40 d, lasts: 15 d, recovery: 5 d, effect: {capacity: 0 %}}
    run: {horizon: 90 d, warm_up: 30 d, seed: 3}
"""
PLANT = """
    twin: 1
    items:
      motor: {value: 50 USD/pc, space: 1 m3, bom: {coil: 2, screw: 8}}
      pump:  {value: 50 USD/pc, space: 1 m3, bom: {coil: 1}}
      coil:  {value: 10 USD/pc}
      screw: {value: 0.1 USD/pc}
    nodes:
      maker: {kind: supplier, supplies: {coil: {price: 10 USD/pc, lead_time: {dist: uniform, min: 0 d, max: 9 d}},
              screw: {price: 0.1 USD/pc, multiple: 100 pc}}}
      store: {kind: warehouse}
      shop:  {kind: warehouse, capacity: 60 m3}
      works: {kind: line, from: store, to: shop, makes: {motor: {rate: 1 pc/h, lot: 4 pc, cost: 29 USD/pc},
              pump: {rate: 2 pc/h, cost: 40 USD/pc}},
              working: {hours: 16 h/d}, failures: {mtbf: 3 d, mttr: 5 h}, changeover: 30 min, down_cost: 10 USD/h}
      client: {kind: customer, buys: {motor: {from: shop, every: 1 d, quantity: {dist: poisson, mean: 7 pc}},
               pump: {from: shop, every: 1 d, quantity: {dist: poisson, mean: 4 pc}}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {p: {all: {rule: base_stock, safety_stock: 1 d},
               cards: {items: [screw], rule: kanban, bins: 3, bin: 100 pc}}}
    run: {horizon: 60 d, warm_up: 7 d, seed: 5}
"""


class Retold:
    """The journal, added up by somebody who knows nothing of how the ledger does it."""

    def __init__(self, journal: list[tuple], end: int) -> None:
        self.balance: dict = defaultdict(int)  # (place, item) -> pieces
        self.flow: dict = defaultdict(lambda: [0, 0])  # in, out
        self.gauge: dict = defaultdict(int)
        self.integral: dict = defaultdict(int)
        self.peak: dict = defaultdict(int)
        self.tally: dict = defaultdict(list)
        now = 0
        for time, kind, *what in journal:
            if time > now:
                self._pass(time - now)
                now = time
            if kind == "count":
                for sums in (self.flow, self.integral, self.peak, self.tally):
                    sums.clear()
            elif kind == "move":
                self._move(*what)
            elif kind == "gauge":
                self.gauge[what[0]] = what[1]
            elif kind == "tally":
                self.tally[what[0]].append(what[1])
        self._pass(end - now)

    def _move(self, item: str, quantity: int, source: str, destination: str) -> None:
        self.balance[source, item] -= quantity
        self.balance[destination, item] += quantity
        self.flow[source, item][1] += quantity
        self.flow[destination, item][0] += quantity

    def _pass(self, span: int) -> None:
        for book in (self.balance, self.gauge):
            for key, value in book.items():
                self.integral[key] += value * span
                self.peak[key] = max(self.peak[key], value)


@pytest.fixture(params=[TRADE, PLANT], ids=["trade", "plant"])
def played(request, play: Callable):
    return play(request.param)


@pytest.fixture
def retold(played) -> Retold:
    return Retold(played.ledger.journal, played.ledger.warm_up + played.ledger.horizon)


def test_balances_flows_and_integrals_are_those_of_the_moves(played, retold):
    """Stock, throughput and stock-days of every place and item, to the last piece-second."""
    assert len(played.ledger.accounts) > 10
    for key, account in played.ledger.accounts.items():
        assert account.balance == retold.balance[key]
        came, left = retold.flow[key]
        assert account.gained == came - left
        if key[0] not in OUTSIDE:  # how long pieces have been sold is nobody's business
            assert account.integral == retold.integral[key]
            assert account.balance >= 0


def test_nothing_is_made_of_nothing(played, retold):
    """Over all places, the world outside included, every item sums to zero."""
    for item in played.model.items:
        assert sum(pieces for (_, kept), pieces in retold.balance.items() if kept == item) == 0


def test_gauges_are_what_was_said_of_them(played, retold):
    """Values that hold: what they are at the end, their integrals, and the largest that lasted."""
    whole = [key for key in played.ledger.gauges if key[0] not in ("starved_by", "owned")]
    assert len(whole) > 10
    for key in whole:
        gauge = played.ledger.gauges[key]
        assert (gauge.value, gauge.integral) == (retold.gauge[key], retold.integral[key])
        if isinstance(gauge, PeakGauge):
            assert gauge.peak == retold.peak[key]


def test_tallies_are_the_sums_of_their_entries(played, retold):
    """Totals, numbers and the largest."""
    for key, tally in played.ledger.tallies.items():
        entries = retold.tally[key]
        assert tally.total == pytest.approx(sum(entries), rel=1e-12)
        assert tally.times == len(entries)
        if isinstance(tally, WaitTally):
            assert tally.longest == max(entries)


def test_kpis_from_sums_are_kpis_from_the_journal(played, retold):
    """What is reported is what happened, move by move."""
    items, kpis, costs = played.model.items, played.kpis, played.costs

    def flowed(place: str, way: int) -> dict[str, int]:
        return {item: retold.flow[place, item][way] for item in items}

    def worth(pieces: dict[str, int]) -> float:
        return sum(count * items[item].value for item, count in pieces.items())

    def tallied(kind: str) -> float:
        return sum(sum(entries) for key, entries in retold.tally.items() if key[0] == kind)

    assert kpis["sold"] == sum(flowed(SOLD, 0).values()) == tallied("sold")
    assert (kpis["demand"], kpis["lost_sales"]) == (tallied("demand"), tallied("lost"))
    assert kpis["fill_rate"] == (tallied("demand") - tallied("short")) / tallied("demand")
    owned = sum(
        integral * items[key[1]].value
        for key, integral in retold.integral.items()
        if key in played.ledger.accounts and key[0] not in OUTSIDE
    )
    assert kpis["inventory_value"] == pytest.approx(owned / played.ledger.horizon, rel=1e-12)
    assert costs["write_off"] == pytest.approx(worth(flowed(SCRAPPED, 0)))
    purchases = {
        item: retold.flow[SUPPLY, item][1] * supply.price
        for node in played.model.suppliers.values()
        for item, supply in node.supplies.items()
    }
    assert costs["purchase"] == pytest.approx(sum(purchases.values()))
    rise = sum(
        (came - went) * items[item].value
        for (place, item), (came, went) in retold.flow.items()
        if place not in OUTSIDE
    )  # fmt: skip
    assert costs["value_out"] == pytest.approx(-(worth(flowed(SOLD, 0)) + worth(flowed(SCRAPPED, 0)) + rise))
    assert kpis["total_cost"] == sum(costs.values())


def test_the_position_of_a_stock_is_on_hand_and_on_order_less_backlog(played, retold):
    """And what is on order is what suppliers, lanes, ports, lines and docks still have of it."""
    for name, stock in played.world.stocks.items():
        measured = played.measured["items"][name]
        on_hand = retold.integral[stock.store.name, stock.item]
        on_order, backlog = (retold.integral[kind, name] for kind in ("on_order", "backlog"))
        assert measured["position"] == pytest.approx((on_hand + on_order - backlog) / played.ledger.horizon)


def test_the_journal_in_words(play):
    """A line an entry: when, what kind, and what happened, in the trade's words and units."""
    told = list(lines(play(PLANT, "run: {horizon: 2 d, warm_up: 1 d}").ledger))
    assert told[0].startswith("0 00:00:00\t")
    assert "1 00:00:00\tcount\tthe warm-up is over; sums start from 0" in told
    assert any("\tmove\t" in line and "works → (consumed)" in line for line in told)
    assert moment(2 * DAY + 6 * 3600 + 61) == "2 06:01:01"
