"""Results place by place: stocks, nodes and lanes. Time averages and shares over the horizon; durations in days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import add
from typing import Any

from twin.engine.ledger import Ledger
from twin.language import Model
from twin.model.units import DAY
from twin.nodes.line import STATES
from twin.nodes.warehouse import SPACE_UNITS
from twin.replenishment.policy import plan
from twin.results.costs import tallied

PLAIN = ("level", "safety_stock", "class", "risk", "rule")  # what a policy set, not what happened


def ratio(part: float, whole: float) -> float | None:
    """A share; None where 0 ÷ 0."""
    return part / whole if whole else None


def items(model: Model, ledger: Ledger) -> dict[str, dict[str, Any]]:
    """Every stock, as "store.item"."""
    plans = plan(model, ledger.policy)
    span = ledger.horizon
    measured = {}
    for (store, item), entry in plans.items():
        name = f"{store}.{item}"
        on_hand = ledger.account(store, item).integral / span
        on_order = ledger.gauges["on_order", name].integral / span
        backlog = ledger.gauges["backlog", name].integral / span
        ordered = ledger.tallies["ordered", name]
        measured[name] = {
            "on_hand": on_hand,
            "on_order": on_order,
            "backlog": backlog,
            "position": on_hand + on_order - backlog,
            "stockout_rate": None if _unneeded(model, ledger, store, item) else _stockout_rate(ledger, name),
            "orders": ordered.times,
            "ordered": ordered.total,
            "scrapped": ledger.tallies["scrapped", name].total,
            "level": entry.rule.trigger if entry.rule else None,
            "safety_stock": entry.safety_stock,
            "class": model.standings[item].category,
            "risk": model.standings[item].risk,
            "rule": entry.rule.rule if entry.rule else None,
        }
    return measured


def _unneeded(model: Model, ledger: Ledger, store: str, item: str) -> bool:
    """Whether a stock is kept only as an alternate, and no warehouse asked for it: nobody could have gone short."""
    return (store, item) in model.network.spare and not ledger.tallies["claimed", f"{store}.{item}"].total


def _stockout_rate(ledger: Ledger, stock: str) -> float:
    """Share of days on which somebody went without."""
    out = days_without(ledger, stock)
    return sum(out) / len(out)


def days_without(ledger: Ledger, stock: str) -> Sequence[bool]:
    """For each day whether some claim was not served at once, or a line starved for it."""
    days = -(-ledger.horizon // DAY)
    unserved, wanting = ledger.tallies["unserved", stock], ledger.gauges["wanting", stock]
    if not unserved.total and not wanting.integral:
        return [False] * days
    return list(map(bool, map(add, unserved.by_day[:days], wanting.by_day[:days])))  # neither is ever below 0


def nodes(model: Model, ledger: Ledger) -> dict[str, dict[str, Any]]:
    """Every node, with what its kind is judged by."""
    measured = {name: OF_KIND[node.kind](name, node, ledger) for name, node in model.nodes.items()}
    for name in model.suppliers:
        leaving = (lane for lane, spec in model.lanes.items() if spec.origin == name)
        measured[name]["shipped"] = sum(_pieces(lane, ledger) for lane in leaving)
    return measured


def _held(ledger: Ledger) -> Counter[str]:
    """Piece-seconds at each place, all items together."""
    held: Counter[str] = Counter()
    for (place, _), account in ledger.accounts.items():
        held[place] += account.integral
    return held


def _port(name: str, node: Any, ledger: Ledger) -> dict[str, Any]:
    span = ledger.horizon
    ours, every, queue = ledger.tallies["wait", name], ledger.tallies["wait_all", name], ledger.gauges["queue", name]
    return {
        "wait": ratio(ours.total, ours.times),
        "wait_all": ratio(every.total, every.times),
        "wait_max": every.longest if every.times else None,
        "waited": ratio(every.waited, every.times),
        "queue": queue.integral / span,
        "berths_busy": ledger.gauges["berths_busy", name].integral / span,
        "ships": every.times + queue.gained,  # those that took a berth, and by how much the queue has grown
        "in_port": ledger.gauges["in_port", name].integral / span,
    }


def _line(name: str, node: Any, ledger: Ledger) -> dict[str, Any]:
    states = {state: ledger.gauges[state, name].integral / ledger.horizon for state in STATES}
    made = {item: ledger.tallies["made", name, item].total for item in node.makes}
    adapted = {item: tallied(ledger, "with_alternates", name, item) for item in node.makes}
    return {**states, "made": made, "with_alternates": adapted, "failures": ledger.tallies["failures", name].times}


def _warehouse(name: str, node: Any, ledger: Ledger) -> dict[str, Any]:
    own, rented = ledger.gauges["space", name], ledger.gauges["overflow", name]
    capacity = node.capacity.amount if node.capacity else 0
    return {
        "space_used": ratio(own.integral / ledger.horizon, capacity),
        "space_peak": ratio(own.peak, capacity),
        "overflow_used": rented.integral / ledger.horizon / SPACE_UNITS,
        "dock_waiting": ledger.gauges["dock", name].integral / DAY / SPACE_UNITS,
        "refused": ledger.tallies["refused", name].total,
    }


def _supplier(name: str, node: Any, ledger: Ledger) -> dict[str, Any]:
    benches = sum(1 for supply in node.supplies.values() if supply.rate is not None)
    return {
        "orders": ledger.tallies["orders", name].times,
        "shipped": 0,  # by its lanes: see `nodes`
        "busy": ledger.gauges["busy", name].integral / ledger.horizon / max(benches, 1),
        "failures": ledger.tallies["failures", name].times,
    }


def _customer(name: str, node: Any, ledger: Ledger) -> dict[str, Any]:
    def total(kind: str) -> float:
        return sum(ledger.tallies[kind, f"{name}.{item}"].total for item in node.buys)

    def times(kind: str) -> int:
        return sum(ledger.tallies[kind, f"{name}.{item}"].times for item in node.buys)

    return {
        "demand": total("demand"),
        "sold": total("sold"),
        "lost_sales": total("lost"),
        "fill_rate": ratio(total("demand") - total("short"), total("demand")),
        "order_fill_rate": ratio(times("demand") - times("short"), times("demand")),
        "backlog": sum(ledger.gauges["owed", f"{name}.{item}"].value for item in node.buys),
    }


OF_KIND: dict[str, Callable[[str, Any, Ledger], dict[str, Any]]] = {
    "port": _port, "line": _line, "warehouse": _warehouse, "supplier": _supplier, "customer": _customer
}  # fmt: skip


def _pieces(lane: str, ledger: Ledger) -> float:
    return ledger.tallies["shipments", lane].total + ledger.tallies["boarded", lane].total


def lanes(model: Model, ledger: Ledger) -> dict[str, dict[str, Any]]:
    """Every lane: what left, how long it took door to door, and what was under way, ports included."""
    held = _held(ledger)
    measured = {}
    for name in model.lanes:
        days = ledger.tallies["door_to_door", name]
        measured[name] = {
            "shipments": ledger.tallies["shipments", name].times,
            "pieces": _pieces(name, ledger),
            "days": ratio(days.total, days.times),
            "in_transit": held[name] / ledger.horizon,
        }
    return measured
