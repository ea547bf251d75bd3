"""Why lines stood and sales were lost: whatever the network, each second and each piece has one reason, and a chain."""

from itertools import pairwise

from hypothesis import given, settings

import twin
from tests.properties.networks import networks
from twin.results.why import ROOTS, Explanation, explain

LOST = ("starved", "blocked", "down", "changeover")


def names(model: twin.Model) -> dict[str, set[str]]:
    """What each kind of root may be called."""
    stocks = {".".join(stock) for stock in model.network.stocks}
    return {
        "disruption": set(model.disruptions),
        "failure": {*model.lines, *model.suppliers},
        "demand": stocks,
        "policy": stocks,
        "lead_time": {*model.suppliers, *model.ports, *model.lines, *model.lanes},
        "space": set(model.warehouses),
        "changeover": set(model.lines),
    }


def chained(found: Explanation, model: twin.Model) -> None:
    """Each chain hangs together in time, and ends in its root."""
    known = names(model)
    for effect in (*found.stops, *found.misses):
        first, *_, last = effect.chain
        assert (first.begin, first.end) == (effect.begin, effect.end)
        assert last.kind == effect.root.kind in ROOTS
        assert effect.root.name in known[effect.root.kind]
        for link, cause in pairwise(effect.chain):
            assert link.begin <= link.end
            assert cause.begin <= link.end, (link, cause)
            assert cause.end >= link.begin, (link, cause)


@settings(max_examples=30)
@given(networks())
def test_every_lost_second_and_piece_has_one_reason(load, network):
    """Who adds up the causes gets what the KPIs say was lost, to the second and to the piece: nothing is explained
    twice, and nothing is left over."""
    model = load(network)
    ledger = twin.simulate(model, model.compared[0], journal=True)
    found = explain(model, ledger)
    for state in LOST:
        stood = sum(stop.seconds for stop in found.stops if stop.state == state)
        assert stood == sum(ledger.gauges[state, line].integral for line in model.lines)
    for what in ("short", "lost"):
        pieces = sum(getattr(miss, what) for miss in found.misses)
        assert pieces == sum(tally.total for key, tally in ledger.tallies.items() if key[0] == what)
        assert pieces == sum(getattr(share, what) for share in found.by_root)
    assert sum(share.seconds for share in found.by_root) == sum(stop.seconds for stop in found.stops)
    chained(found, model)
    assert explain(model, ledger) == found
