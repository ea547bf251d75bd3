"""What is reported is what happened: KPIs and costs, worked out again from the journal by somebody else."""

from collections import defaultdict
from copy import deepcopy

import pytest
from hypothesis import given, settings

import twin
from tests.properties.networks import networks
from twin.model.units import DAY
from twin.results.timeline import Watch

BILLION = 10**9


class Retold:
    """A journal, added up entry by entry, in the plainest way: balances, levels, and what they come to over time."""

    def __init__(self, model: twin.Model, ledger) -> None:
        self.balance = defaultdict(int)  # (place, item) -> pieces
        self.level = defaultdict(int)  # of gauges, by key
        self.price = dict(_rents(model))  # of gauges per unit and second, by key
        self.moved = defaultdict(int)  # (item, source, destination) -> pieces
        self.entries = defaultdict(list)  # of tallies, by key
        self.over_time = defaultdict(float)  # of balances and levels
        self.paid = defaultdict(float)  # by the first word of a gauge's key
        self.owned_before = 0.0
        self.since = defaultdict(int)  # when a balance or level was last changed
        for time, kind, *what in ledger.journal:
            if kind == "count":
                self._catch_up(time)
                for sums in (self.moved, self.entries, self.over_time, self.paid):
                    sums.clear()
                self.owned_before = self.owned(model)
            elif kind == "move":
                item, quantity, source, destination = what
                for place, change in ((source, -quantity), (destination, quantity)):
                    self._hold((place, item), self.balance[place, item], time)
                    self.balance[place, item] += change
                self.moved[item, source, destination] += quantity
            elif kind == "gauge":
                self._hold(what[0], self.level[what[0]], time)
                self.level[what[0]] = what[1]
            elif kind == "price":
                self._hold(what[0], self.level[what[0]], time)
                self.price[what[0]] = what[1]
            elif kind == "tally":
                self.entries[what[0]].append(what[1])
        self._catch_up(ledger.warm_up + ledger.horizon)

    def _hold(self, key: tuple[str, ...], value: float, time: int) -> None:
        """So much has been there until now."""
        span, self.since[key] = time - self.since[key], time
        self.over_time[key] += value * span
        if key in self.price:
            self.paid[key[0]] += value * span * self.price[key]

    def _catch_up(self, time: int) -> None:
        for key, value in [*self.balance.items(), *self.level.items()]:
            self._hold(key, value, time)

    def owned(self, model: twin.Model) -> float:
        """The value of all goods that are ours."""
        return sum(
            pieces * model.items[item].value for (place, item), pieces in self.balance.items() if place[0] != "("
        )

    def flow(self, model: twin.Model, destination: str) -> float:
        """The value of what has come to a place."""
        return sum(
            pieces * model.items[item].value for (item, _, to), pieces in self.moved.items() if to == destination
        )

    def total(self, *key: str) -> float:
        """Of all tallies whose key begins so."""
        return sum(sum(entries) for name, entries in self.entries.items() if name[: len(key)] == key)

    def number(self, *key: str) -> int:
        return sum(len(entries) for name, entries in self.entries.items() if name[: len(key)] == key)


def _rents(model: twin.Model):
    """What gauges cost, as the scenario says."""
    for name, store in model.warehouses.items():
        yield ("space", name), store.storage.price / BILLION
        yield ("dock", name), store.waiting.price / BILLION
        yield ("overflow", name), store.overflow.price.price / BILLION if store.overflow else 0.0
    for name, port in model.ports.items():
        yield ("demurrage", name), port.demurrage
    for name, customer in model.customers.items():
        for item, buying in customer.buys.items():
            yield ("owed", f"{name}.{item}"), buying.penalty


def close(number):
    return pytest.approx(number, rel=1e-9, abs=1e-6)


def share(part, whole):
    return part / whole if whole else None


@settings(max_examples=25)
@given(networks())
def test_kpis_from_the_sums_are_kpis_from_the_journal(load, scenario):
    """The sums that are always kept, and the journal of one traced run, tell one story."""
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    seen, told, span = twin.measure(model, ledger), Retold(model, ledger), model.run.horizon
    kpis, nodes = seen["kpis"], seen["nodes"]
    for key, word in (("demand", "demand"), ("sold", "sold"), ("lost_sales", "lost")):
        assert kpis[key] == told.total(word)
    assert kpis["sold"] == sum(pieces for (_, _, to), pieces in told.moved.items() if to == "(sold)")
    assert kpis["fill_rate"] == share(told.total("demand") - told.total("short"), told.total("demand"))
    assert kpis["order_fill_rate"] == share(told.number("demand") - told.number("short"), told.number("demand"))
    assert kpis["cycle_service"] == share(told.total("cycles"), told.number("cycles"))
    assert kpis["backlog"] == sum(level for key, level in told.level.items() if key[0] == "owed")
    for name, stock in seen["items"].items():
        store, _, item = name.partition(".")
        assert stock["on_hand"] == close(told.over_time[store, item] / span)
        assert stock["on_order"] == close(told.over_time["on_order", name] / span)
        assert stock["backlog"] == close(told.over_time["backlog", name] / span)
        assert stock["position"] == close(stock["on_hand"] + stock["on_order"] - stock["backlog"])
        assert (stock["ordered"], stock["orders"]) == (told.total("ordered", name), told.number("ordered", name))
        assert stock["scrapped"] == told.total("scrapped", name)
    for name in model.lines:
        for state in ("running", "changeover", "starved", "blocked", "down", "idle", "off"):
            assert nodes[name][state] == close(told.over_time[state, name] / span)
        for item, made in nodes[name]["made"].items():
            assert made == told.moved[item, "(made)", name]
            assert 0 <= nodes[name]["with_alternates"][item] <= made
    for name in model.ports:
        waits = [wait for key in told.entries if key == ("wait_all", name) for wait in told.entries[key]]
        assert nodes[name]["wait_all"] == (close(sum(waits) / len(waits)) if waits else None)
        assert nodes[name]["queue"] == close(told.over_time["queue", name] / span)
        assert nodes[name]["in_port"] == close(told.over_time["in_port", name] / span)
        assert nodes[name]["berths_busy"] == close(told.over_time["berths_busy", name] / span)
    for name in model.warehouses:
        assert nodes[name]["dock_waiting"] == close(told.over_time["dock", name] / DAY / BILLION)
        on_shelf = sum(told.over_time[name, item] * spec.space.amount for item, spec in model.items.items())
        assert told.over_time["space", name] + told.over_time["overflow", name] == close(on_shelf)
    for item in model.items:
        thrown = sum(pieces for (kept, _, to), pieces in told.moved.items() if (kept, to) == (item, "(scrapped)"))
        assert thrown == sum(stock["scrapped"] for name, stock in seen["items"].items() if name.endswith(f".{item}"))
    for name in model.lanes:
        inside = sum(told.over_time[name, item] for item in model.items)
        assert seen["lanes"][name]["in_transit"] == close(inside / span)


@settings(max_examples=25)
@given(networks())
def test_costs_are_what_was_moved_held_and_owed_at_the_prices_of_the_file(load, scenario):
    """An auditor with the journal and the price list gets the same bill, line by line."""
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    costs, told = twin.measure(model, ledger)["costs"], Retold(model, ledger)
    for line in ("purchase", "duty", "freight", "premium_freight", "ordering", "production", "qualification"):
        assert costs[line] == close(told.total("cost", line))
    for line, gauge in (("storage", "space"), ("overflow", "overflow"), ("waiting", "dock"), ("penalty", "owed")):
        assert costs[line] == close(told.paid[gauge])
    assert costs["demurrage"] == close(told.paid["demurrage"])
    held = {
        item: spec.value * sum(told.over_time[key] for key in told.balance if key[1] == item and key[0][0] != "(")
        for item, spec in model.items.items()
    }
    assert costs["capital"] == close(sum(held.values()) * 0.12 / (365 * DAY))
    staying = [item for item, spec in scenario["items"].items() if not spec.keys() & {"shelf_life", "lifecycle"}]
    assert costs["obsolescence"] == close(sum(held[item] for item in staying) * 0.05 / (365 * DAY))
    assert costs["write_off"] == close(told.flow(model, "(scrapped)"))
    stood = sum(told.over_time[state, name] for name in model.lines for state in ("starved", "blocked", "down"))
    assert costs["line_down"] == close(stood * 10 / 3600)
    assert costs["lost_margin"] == close(told.total("lost") * 5)
    rise = told.owned(model) - told.owned_before
    assert costs["value_out"] == close(-(told.flow(model, "(sold)") + told.flow(model, "(scrapped)") + rise))


@settings(max_examples=25)
@given(networks(spared=("price", "freight", "duty")))
def test_what_leaves_is_charged_once(load, scenario):
    """Every piece that leaves a supplier is bought, dutied and carried once; every ship and every order paid once."""
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    seen, told = twin.measure(model, ledger), Retold(model, ledger)
    costs = seen["costs"]
    left = {
        (item, lane): pieces for (item, source, lane), pieces in told.moved.items() if source == "(supply)"
    }  # fmt: skip
    assert costs["purchase"] == close(3 * sum(left.values()))
    dutiable = sum(pieces * model.items[item].value for (item, lane), pieces in left.items() if lane != "air")
    assert costs["duty"] == close(0.05 * dutiable)
    shipments = sum(seen["lanes"][name]["shipments"] for name in model.lanes if name.startswith("way"))
    carried = sum(pieces for (_, lane), pieces in left.items() if lane == "way1")
    assert costs["freight"] == close(11 * shipments + carried)
    assert costs["premium_freight"] == close(9 * sum(pieces for (_, lane), pieces in left.items() if lane == "air"))
    made = sum(sum(seen["nodes"][line]["made"].values()) for line in model.lines)
    assert costs["production"] == close(2 * made)
    if "air" not in model.lanes:
        orders = sum(seen["nodes"][name]["orders"] for name in model.suppliers)
        assert costs["ordering"] == close(7 * orders)


def drained(scenario):
    """The same network, but from day 6 nobody buys and no other ship comes: in the end it stands still."""
    scenario = deepcopy(scenario)
    troubles = scenario.setdefault("disruptions", {})
    troubles["nobody"] = {"target": {"kind": "customer"}, "at": "6 d", "effect": {"demand": "0 %"}}
    if any(node["kind"] == "port" and "traffic" in node for node in scenario["nodes"].values()):
        troubles["no_ship"] = {"target": {"kind": "port"}, "at": "6 d", "effect": {"traffic": "0 %"}}
    scenario["run"] |= {"horizon": "90 d", "warm_up": "0 d"}
    return scenario


@settings(max_examples=25)
@given(networks(spared=("demand", "traffic")))
def test_what_is_inside_is_what_comes_in_times_how_long_it_stays(load, scenario):
    """Little 1961: of every port and lane that starts and ends empty, to the last second.

    What is inside is a balance over time; how long somebody stays is measured one by one. Two counts of one thing.
    """
    model = load(drained(scenario))
    ledger = twin.simulate(model, "first", journal=True)
    seen, days = twin.measure(model, ledger), model.run.horizon / DAY
    for name in model.ports:
        port = seen["nodes"][name]
        waited = [entry for entry in ledger.journal if entry[1] == "tally" and entry[2] == ("wait_all", name)]
        if len(waited) == port["ships"] and ledger.gauges["berths_busy", name].value == 0:
            assert port["queue"] * days == close(sum(entry[3] for entry in waited))
            assert port["queue"] * days == close((port["wait_all"] or 0) * port["ships"])
    for name in model.lanes:
        stays, pieces = _voyages(ledger.journal, name)
        if stays is not None:
            lane = seen["lanes"][name]
            assert lane["pieces"] == pieces
            assert lane["in_transit"] * days == close(stays / DAY)


def _voyages(journal, lane):
    """Piece-seconds of all voyages of a lane, shipment by shipment, and its pieces; None if it does not end empty."""
    left, inside, stays = 0, 0, 0
    for time, kind, *what in journal:
        if kind == "move":
            _, quantity, source, destination = what
            if destination == lane and not source.startswith(f"{lane}@"):
                left += quantity
                inside += quantity
                stays -= quantity * time
            elif source == lane and not destination.startswith(f"{lane}@"):
                inside -= quantity
                stays += quantity * time
    return (None, 0) if inside else (stays, left)


@settings(max_examples=15)
@given(networks())
def test_the_days_of_a_watched_run_add_up_to_its_books(load, scenario):
    """What the report shows day by day is what the bill and the KPIs have: rent, goods at the dock, days without."""
    model, watch = load(scenario), Watch()
    seen = twin.measure(model, twin.simulate(model, "first", observe=watch))
    days = watch.finish()
    assert sum(spill.paid for spill in watch.spills if spill.item is None) == close(seen["costs"]["overflow"])
    assert sum(spill.paid for spill in watch.spills if spill.item) == close(seen["costs"]["waiting"])
    for name in model.warehouses:
        waiting = sum(spill.space for spill in watch.spills if spill.item and spill.store == name)
        assert seen["nodes"][name]["dock_waiting"] == close(waiting)
    for name, stock in seen["items"].items():
        out = days[f"out:{name}"]
        assert stock["stockout_rate"] in (None, sum(out) / len(out))


ONE_SHIP_A_DAY = """
twin: 1
items: {bolt: {value: 1 USD/pc}}
nodes:
  works: {kind: supplier, supplies: {bolt: {price: 1 USD/pc}}}
  harbour: {kind: port, berths: 1, handling: {dist: exponential, mean: 20 h}, traffic: 0.1 /d,
            customs: {dist: uniform, min: 1 h, max: 9 h}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {bolt: {from: store, every: 1 d, quantity: 4 pc}}}
lanes: {sea: {from: works, to: store, via: [harbour], legs: [{dist: exponential, mean: 3 d}, 1 d]}}
policies: {first: {all: {rule: base_stock, level: 400 pc}}}
opening: {store: {bolt: 400 pc}}
disruptions:
  nobody: {target: client, at: 60 d, effect: {demand: 0 %}}
  no_ship: {target: harbour, at: 60 d, effect: {traffic: 0 %}}
  closure: {target: harbour, at: 20 d, lasts: 9 d, effect: {capacity: 0 %}}
run: {horizon: 400 d}
"""


@pytest.mark.parametrize("seed", range(4))
def test_with_equal_cargoes_stock_under_way_is_the_sum_of_the_voyages(outcome, seed):
    """Four pieces a ship: piece-days under way are four times the days from door to door, which are counted apart."""
    seen = outcome(ONE_SHIP_A_DAY, seed=seed)
    sea, harbour = seen["lanes"]["sea"], seen["nodes"]["harbour"]
    assert sea["shipments"] == 60
    assert sea["in_transit"] * 400 == close(4 * sea["days"] * 60)
    assert harbour["queue"] * 400 == close(harbour["wait_all"] * harbour["ships"])
    assert harbour["waited"] > 0


@settings(max_examples=30)
@given(networks())
def test_a_run_with_a_journal_is_the_same_run(load, scenario):
    """Whoever looks on changes nothing: with a journal all is done step by step, without it some is known before."""
    model = load(scenario)
    plain, told = (twin.simulate(model, "first", journal=journal) for journal in (False, True))
    assert twin.measure(model, plain) == twin.measure(model, told)
