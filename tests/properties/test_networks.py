"""Laws that hold in every network, whatever is in it and whatever goes wrong."""

import json
from collections import Counter, defaultdict
from copy import deepcopy
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twin
from tests.properties.networks import BLOWS, disruptions, networks, reordered
from twin.model.units import DAY


def goods(moves):
    """Where the pieces are after each instant: yields {(place, item): pieces}."""
    held = Counter()
    for _, entries in groupby(moves, key=lambda entry: entry[0]):
        for _, _, item, quantity, source, destination in entries:
            held[source, item] -= quantity
            held[destination, item] += quantity
            yield held, False
        yield held, True


def as_bytes(results):
    """Results as they are printed, but for the order of names: 0.0 and −0.0 are not the same."""
    return json.dumps(results, sort_keys=True).encode()


def moves_of(ledger):
    return [entry for entry in ledger.journal if entry[1] == "move"]


@settings(max_examples=40)
@given(networks())
def test_no_piece_is_lost_or_made_from_nothing(load, scenario):
    """Goods are conserved, whatever happens: what came in is somewhere, and no place gives what it does not have."""
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    held = Counter()
    for held, _ in goods(moves_of(ledger)):
        assert all(pieces >= 0 for (place, _), pieces in held.items() if not place.startswith("("))
    for item in model.items:
        accounts = {place: account.balance for (place, kept), account in ledger.accounts.items() if kept == item}
        assert sum(accounts.values()) == 0
        assert accounts == {place: held[place, item] for place in accounts}


@settings(max_examples=40)
@given(networks(spared=("space",)))
def test_no_warehouse_holds_more_than_it_can(load, scenario):
    """On hand is what is on the shelves: more than capacity and overflow together never goes in."""
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    room = {
        name: node.capacity.amount + (node.overflow.space.amount if node.overflow else 0)
        for name, node in model.nodes.items()
        if node.kind == "warehouse" and node.capacity is not None
    }
    for held, over in goods(moves_of(ledger)):
        for store, most in room.items() if over else ():
            assert sum(held[store, item] * spec.space.amount for item, spec in model.items.items()) <= most


@settings(max_examples=30)
@given(networks(spared=("doors", "space")))
def test_nobody_waits_for_what_lies_there(load, scenario):
    """After every instant: who is owed a piece finds none on the shelf or at the dock, and what waits has no room.

    Only customers who want all or nothing may leave goods lying while they wait.
    """
    for node in scenario["nodes"].values():
        node.pop("all_or_nothing", None)
    model = load(scenario)
    space = {item: spec.space.amount for item, spec in model.items.items()}
    room = {
        name: node.capacity.amount + (node.overflow.space.amount if node.overflow else 0)
        for name, node in model.warehouses.items()
        if node.capacity is not None
    }
    held, backlog = Counter(), {}
    ledger = twin.simulate(model, "first", journal=True)
    for _, entries in groupby(ledger.journal, key=lambda entry: entry[0]):
        for _, kind, *what in entries:
            if kind == "move":
                item, quantity, source, destination = what
                held[source, item] -= quantity
                held[destination, item] += quantity
            elif kind == "gauge" and what[0][0] == "backlog":
                backlog[what[0][1]] = what[1]
        for name, owed in backlog.items():
            store, _, item = name.partition(".")
            assert not owed or held[store, item] + held[f"{store} dock", item] == 0
        for store, most in room.items():
            waiting = [space[item] for item in space if held[f"{store} dock", item]]
            free = most - sum(held[store, item] * space[item] for item in space)
            assert not waiting or free < max(waiting)


FRESH = float("inf")  # what has not come to us keeps for ever


class Dates:
    """A second bookkeeper of dates: (place, item) -> when each piece expires, as the journal tells it.

    A piece is born when it is made, or when it first comes to a warehouse or its dock; the oldest leave first.
    """

    def __init__(self, model):
        self.lives = {name: item.shelf_life for name, item in model.items.items()}
        self.homes = {place for name in model.warehouses for place in (name, f"{name} dock")}
        self.lying = defaultdict(list)

    def move(self, time, _, item, quantity, source, destination):
        """Pieces go from one place to another; returns their dates."""
        if source[0] == "(":
            moving = [time + self.lives[item] if source == "(made)" else FRESH] * quantity
        else:
            there = sorted(self.lying[source, item])
            moving, self.lying[source, item] = there[:quantity], there[quantity:]
        if destination in self.homes:
            moving = [min(expiry, time + self.lives[item]) for expiry in moving]
        self.lying[destination, item] += moving
        return moving

    def at_home(self):
        return {key: sorted(dates) for key, dates in self.lying.items() if key[0] in self.homes}


@settings(max_examples=40)
@given(networks())
def test_no_piece_is_sold_used_or_shipped_when_its_day_has_come(load, scenario):
    """And at the end of an instant none lies in a warehouse that should not."""
    for item in scenario["items"].values():
        item.setdefault("shelf_life", "3 d")
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    dates = Dates(model)
    for time, moves in groupby(moves_of(ledger), key=lambda entry: entry[0]):
        for entry in moves:
            *_, source, destination = entry
            moved = dates.move(*entry)
            if source in dates.homes and destination != "(scrapped)":
                assert all(expiry > time for expiry in moved)
        assert all(expiry > time for lying in dates.at_home().values() for expiry in lying)
    for place, lying in dates.at_home().items():
        kept = ledger.accounts[place].lots.pieces
        assert lying == sorted(expiry for expiry, pieces in kept.items() for _ in range(pieces))


@settings(max_examples=20)
@given(networks())
def test_when_the_life_of_an_item_is_over_nothing_of_it_is_wanted_or_kept(load, scenario):
    """From its last day on: no order by anybody, no sale, none on a shelf, and nobody waits for it."""
    for item in scenario["items"].values():
        item["lifecycle"] = {"ends": "5 d"}
        item.pop("shelf_life", None)
    model = load(scenario)
    ledger = twin.simulate(model, "first", journal=True)
    over = ledger.warm_up + 5 * DAY
    for time, kind, *what in ledger.journal:
        if time >= over:
            assert kind != "tally" or what[0][0] not in ("demand", "ordered", "sold")
            assert kind != "move" or what[3] == "(scrapped)" or what[3] not in model.warehouses
    for name, store in model.warehouses.items():
        for item in store.handled(name, model):
            assert ledger.account(name, item).balance == ledger.account(f"{name} dock", item).balance == 0
            assert ledger.gauges["backlog", f"{name}.{item}"].value == 0
    assert all(gauge.value == 0 for key, gauge in ledger.gauges.items() if key[0] == "owed")


@settings(max_examples=25)
@given(networks())
def test_the_books_add_up(load, scenario):
    """The total is the sum of its lines, shares are shares, and a line is in exactly one state at any time."""
    model = load(scenario)
    for policy in model.policies:
        seen = twin.measure(model, twin.simulate(model, policy))
        kpis = seen["kpis"]
        assert kpis["total_cost"] == pytest.approx(sum(seen["costs"].values()), abs=1e-9)
        for share in (
            "fill_rate",
            "order_fill_rate",
            "cycle_service",
            "stockout_rate",
            "uptime",
            "premium_freight_share",
            "alternate_share",
        ):
            assert kpis[share] is None or 0 <= kpis[share] <= 1
        assert kpis["sold"] <= kpis["demand"] or kpis["backlog"] >= 0
        if kpis["uptime"] is not None:
            loss = kpis["uptime_loss"]
            lost = [loss[state] for state in ("starved", "blocked", "down", "changeover")]
            assert kpis["uptime"] + sum(lost) == pytest.approx(1, abs=1e-9)
            assert sum(loss["starved_by"].values()) == pytest.approx(loss["starved"], abs=1e-9)
        for line in (seen["nodes"][name] for name, node in model.nodes.items() if node.kind == "line"):
            states = ("running", "changeover", "starved", "blocked", "down", "idle", "off")
            assert sum(line[state] for state in states) == pytest.approx(1, abs=1e-9)
        for line, cost in seen["costs"].items():
            assert cost >= 0 or line == "value_out"


@settings(max_examples=25)
@given(networks())
def test_every_piece_asked_is_sold_or_lost_or_still_owed(load, scenario):
    """Nobody is forgotten: with no warm-up, demand = sold + lost + owed, customer by customer."""
    model = load(scenario, "run.warm_up=0 d")
    seen = twin.measure(model, twin.simulate(model, "first"))
    for client in (seen["nodes"][name] for name, node in model.nodes.items() if node.kind == "customer"):
        assert client["demand"] == client["sold"] + client["lost_sales"] + client["backlog"]


@settings(max_examples=15)
@given(networks())
def test_the_same_seed_gives_the_same_run(load, scenario):
    """A result that cannot be had again proves nothing; and replication 1 alone is replication 1 among many."""
    model, again = load(scenario), load(scenario)
    alone = [twin.measure(model, twin.simulate(model, policy, 1)) for policy in model.policies]
    trials = twin.compare(again, replications=2).trials
    assert [as_bytes(results) for results in alone] == [
        as_bytes(trial.results)
        for policy in model.policies
        for trial in trials
        if (trial.policy, trial.replication) == (policy, 1)
    ]


@settings(max_examples=15)
@given(networks())
def test_one_policy_alone_is_the_same_as_among_others(load, scenario):
    """`--policy` chooses what is shown, never what happens."""
    model = load(scenario)
    both, one = twin.compare(model).document, twin.compare(model, policies=["second"]).document
    assert one["policies"]["second"] == both["policies"]["second"]


@settings(max_examples=15)
@given(networks())
def test_identical_policies_do_not_differ(load, scenario):
    """Every policy meets the same luck, so what differs is the policy; identical ones differ by exactly 0."""
    scenario["policies"]["second"] = deepcopy(scenario["policies"]["first"])
    for found in twin.compare(load(scenario)).document["differences"]["second - first"].values():
        assert found["mean"] in (0, None)
        assert not found.get("distinguishable")


@settings(max_examples=15)
@given(networks())
def test_identical_policies_are_never_told_apart(load, scenario):
    """Neither is the best without the other, by cost or by service, whatever luck brings."""
    scenario["policies"]["second"] = deepcopy(scenario["policies"]["first"])
    for found in twin.compare(load(scenario), replications=3).document["best"].values():
        assert found == {"policy": "first", "confidence": 0, "not_worse": ["second"]}


@settings(max_examples=10)
@given(networks())
def test_the_order_of_the_policies_decides_nothing(load, scenario):
    """The first is the baseline of the differences; who is best, and how sure that is, is the same for all orders."""
    model = load(scenario)
    one, other = (
        twin.compare(model, policies, replications=3).document
        for policies in (("first", "second"), ("second", "first"))
    )
    assert one["best"] == other["best"]
    assert one["policies"] == other["policies"]
    for kpi, found in one["differences"]["second - first"].items():
        mirrored = other["differences"]["first - second"][kpi]
        assert mirrored["distinguishable"] == found["distinguishable"]
        assert found["mean"] is None or mirrored["mean"] == -found["mean"]


NORMAL = {"duty": "0 %"}  # percentage points on top; all other dials are shares of normal


@settings(max_examples=25)
@given(networks(), st.data())
def test_a_disruption_at_100_percent_is_none(load, scenario, data):
    """Bit for bit: nothing rounds, draws or waits because something might have happened."""
    scenario.pop("disruptions", None)
    trouble = data.draw(disruptions(scenario, spared=BLOWS))
    trouble.pop("notice", None)  # a false alarm is an alarm
    trouble["effect"] = {dial: NORMAL.get(dial, "100 %") for dial in trouble["effect"]}
    calm, disrupted = load(scenario), load(scenario | {"disruptions": {"nothing": trouble}})
    assert twin.measure(calm, twin.simulate(calm, "first")) == twin.measure(
        disrupted, twin.simulate(disrupted, "first")
    )


APART = {
    "items": {"other": {"value": "1 USD/pc"}},
    "nodes": {
        "abroad": {
            "kind": "supplier",
            "supplies": {"other": {"price": "1 USD/pc", "lead_time": {"dist": "exponential", "mean": "2 d"}}},
        },
        "attic": {"kind": "warehouse"},
        "aunt": {
            "kind": "customer",
            "buys": {
                "other": {
                    "from": "attic",
                    "every": "1 d",
                    "quantity": {"dist": "poisson", "mean": "3 pc"},
                    "margin": "1 USD/pc",
                }
            },
        },
    },
    "lanes": {"alley": {"from": "abroad", "to": "attic", "transit": "1 d"}},
}


@settings(max_examples=25)
@given(networks())
def test_what_is_added_elsewhere_changes_nothing_here(load, scenario):
    """Chance is named by its cause: a new customer of another item leaves every draw of the others as it was.

    (Class is a rank among all items, so it is pinned here.)
    """
    scenario["items"] = {name: {"class": "B", **item} for name, item in scenario["items"].items()}
    model = load(scenario)
    larger = load(scenario | {part: {**APART[part], **scenario[part]} for part in APART})
    before, after = (twin.measure(each, twin.simulate(each, "first")) for each in (model, larger))
    for part in ("items", "nodes", "lanes"):
        assert before[part] == {name: after[part][name] for name in before[part]}


@settings(max_examples=20)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_keys_means_nothing(load, scenario, random):
    """Two people who write the same network in another order get the same numbers; only segments are ordered."""
    model = load(scenario)
    shuffled = load(reordered(scenario, lambda keys: random.sample(keys, len(keys))))
    for policy in model.policies:
        ledgers = [twin.simulate(each, policy, journal=True) for each in (model, shuffled)]
        assert as_bytes(twin.measure(model, ledgers[0])) == as_bytes(twin.measure(shuffled, ledgers[1]))
        assert Counter(moves_of(ledgers[0])) == Counter(moves_of(ledgers[1]))
    assert model.tree.digest(1, "") == shuffled.tree.digest(1, "")


@settings(max_examples=40)
@given(networks())
def test_what_went_into_lots_is_their_bill_of_material_with_what_replaced_it(load, scenario):
    """A lot takes the whole need of a component from one item: no piece is used twice, none is left out."""
    model = load(scenario, "run.warm_up=0 d")
    ledger = twin.simulate(model, "first")
    needed = Counter()
    for line, spec in model.lines.items():
        for product in spec.makes:
            for part, count in model.items[product].bom.items():
                needed[part] += count * ledger.tallies["started", line, product].total
    for (kind, *key), tally in ledger.tallies.items():
        if kind == "replaced":
            _, product, component, alternate = key
            count, terms = model.items[product].bom[component], model.items[component].alternates[alternate]
            needed[component] -= count * tally.total
            needed[alternate] += count * terms.ratio * tally.total
    used = Counter()
    for (place, item), account in ledger.accounts.items():
        if place == "(consumed)" or (place in model.lines and item not in model.lines[place].makes):
            used[item] += account.balance
    assert +used == +needed


@settings(max_examples=25)
@given(networks())
def test_an_alternate_that_nobody_brings_changes_nothing(load, scenario):
    """A line that looks for a substitute in vain is the line that it was, bit for bit."""
    for item in scenario["items"].values():
        item.pop("alternates", None)
    model = load(scenario)
    scenario["items"] |= {"ghost": {"value": "1 USD/pc", "space": "1 m3"}}
    scenario["items"]["bolt"]["alternates"] = {"ghost": {}}
    before, after = (twin.measure(each, twin.simulate(each, "first")) for each in (model, load(scenario)))
    after["items"].pop("store.ghost", None)
    after["kpis"]["stockout_by_item"].pop("ghost", None)
    assert as_bytes(before) == as_bytes(after)
