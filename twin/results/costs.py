"""Costs: money over the horizon, line by line, none counted twice (docs/kpis.md).

A piece sold costs only what was paid beyond its value, a lost one its margin, a scrapped one its value, and no policy
is charged for stock that it still has: that is what `value_out` is for. Sums are exact (`fsum`), so that the order in
which a file names things does not reach the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from twin.engine.account import OUTSIDE, SCRAPPED, SOLD, Account
from twin.engine.ledger import WORTH_UNITS, Ledger
from twin.language import Model
from twin.model.carrying import PARTS, rates
from twin.model.memory import remembered
from twin.nodes.warehouse import SPACE_UNITS

PAID = ("purchase", "duty", "freight", "premium_freight", "ordering", "production", "qualification")  # when due
RUNNING = {
    "storage": "space",
    "overflow": "overflow",
    "waiting": "dock",
    "demurrage": "demurrage",
    "penalty": "owed",
}  # by time


def costs(model: Model, ledger: Ledger) -> dict[str, float]:
    """Every cost line, and nothing else: their sum is the total cost."""
    lines = {line: tallied(ledger, "cost", line) for line in PAID}
    tied_up = [
        (account.integral * model.items[item].value, _rates(model, place, item))
        for place, item, account in owned(ledger)
        if account.integral
    ]
    for part in PARTS:
        lines[part] = fsum(value * shares[part] for value, shares in tied_up)
    lines["write_off"] = _flow_value(model, ledger, SCRAPPED)
    for line, kind in RUNNING.items():
        lines[line] = fsum(gauge.cost for key, gauge in ledger.gauges.items() if key[0] == kind)
    lines["line_down"] = fsum(
        ledger.gauges[state, name].integral * node.down_cost
        for name, node in model.lines.items()
        for state in ("starved", "blocked", "down")
    )
    lines["lost_margin"] = fsum(
        ledger.tallies["lost", f"{name}.{item}"].total * buying.margin
        for name, node in model.customers.items()
        for item, buying in node.buys.items()
    )
    rise = (ledger.owned.value - ledger.owned_at_start) / WORTH_UNITS
    lines["value_out"] = -(_flow_value(model, ledger, SOLD) + lines["write_off"] + rise)
    return lines


def safety_stock_cost(model: Model, ledger: Ledger) -> float:
    """Carrying and storage cost of min(on hand, safety stock)."""
    covered = ((place, item, account.covered) for place, item, account in owned(ledger) if account.covered)
    return fsum(time * _cost_of_keeping(model, place, item) for place, item, time in covered)


def _cost_of_keeping(model: Model, store: str, item: str) -> float:
    """Of one piece and second on the shelf."""
    spec, rent = model.items[item], model.warehouses[store].storage
    room = spec.space.amount / SPACE_UNITS * rent.price if spec.space and rent else 0.0
    return spec.value * sum(_rates(model, store, item).values()) + room


def owned(ledger: Ledger) -> Iterator[tuple[str, str, Account]]:
    """Goods that are ours, wherever they are: (place, item, account)."""
    return ((place, item, account) for (place, item), account in ledger.accounts.items() if place not in OUTSIDE)


def tallied(ledger: Ledger, *key: str) -> float:
    """The sum of a tally; 0 where there was nothing of the kind."""
    tally = ledger.tallies.get(key)
    return tally.total if tally else 0.0


def _flow_value(model: Model, ledger: Ledger, place: str) -> float:
    return fsum(
        account.gained * model.items[item].value for (at, item), account in ledger.accounts.items() if at == place
    )


@remembered
def _rates(model: Model, place: str, item: str) -> dict[str, float]:
    """Shares of value per second: the item's, else the warehouse's, else the model's.

    What ages is written off when its day comes; obsolescence would charge that twice.
    """
    store, spec = model.warehouses.get(place.removesuffix(" dock")), model.items[item]
    shares = rates(spec.carrying, store.carrying if store else None, model.carrying)
    return shares | {"obsolescence": 0.0} if spec.ages else shares
