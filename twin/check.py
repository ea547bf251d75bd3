"""Checks of a whole model: mistakes make it impossible; findings stop nothing, but stand in every report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from twin.disruptions.mistakes import mistakes as disruption_mistakes
from twin.disruptions.subject import Found
from twin.model.distributions import Distribution
from twin.model.spec import Spec
from twin.model.units import DAY
from twin.replenishment.demand import GoesInCircles
from twin.replenishment.policy import LINE, Choices, StockPlan, plan

if TYPE_CHECKING:
    from twin.language import Model

NEAR_VALUE = 0.10  # a made item's value may be off its components and line cost by so much
BUSY_PORT = 0.95
NAME = r"[^\s.@=\[\]]+"
WILD_NORMAL = 0.4  # above this cv a normal distribution is cut off at 0 often enough to shift its mean


def mistakes(model: Model) -> Iterator[Found]:
    """Everything that makes the scenario impossible, section by section."""
    unsound = [*_name_mistakes(model), *_bom_mistakes(model)]
    yield from unsound
    if unsound:  # what goods could do cannot be worked out
        return
    broken = [found for name, node in model.nodes.items() for found in node.mistakes(name, model)]
    broken += [found for name, lane in model.lanes.items() for found in lane.mistakes(name, model)]
    yield from broken
    if not broken:  # otherwise what does not flow follows from what is broken
        yield from _flow_mistakes(model)
    for name in model.disruptions:
        yield from disruption_mistakes(name, model)
    for index, name in enumerate(model.compare or ()):
        if name in (model.compare or ())[:index]:
            yield ("compare", index), f"compare names `{name}` twice; a policy is compared once"
    yield from _opening_mistakes(model)
    if not model.policies:
        yield (), "the scenario has no `policies`, so no stock would ever be refilled; write at least one"
    for name in model.policies:
        yield from _policy_mistakes(model, name, whole=not broken)


def _name_mistakes(model: Model) -> Iterator[Found]:
    """Names stand in dotted paths (`parts_store.mcu`), and a disruption's target must be one thing."""
    for section in ("items", "nodes", "lanes", "policies", "disruptions"):
        for name in getattr(model, section):
            if not re.fullmatch(NAME, name):
                yield (
                    (section, name),
                    (
                        f"`{name}` cannot be a name in `{section}`: a name is one word, "
                        f"without spaces, dots, brackets, `@` or `=`, like `long_beach`"
                    ),
                )
    for name in model.lanes.keys() & model.nodes.keys():
        yield ("lanes", name), f"`{name}` names a node and a lane; give the lane another name"
    if LINE in model.lanes:
        yield (
            ("lanes", LINE),
            f"`{LINE}` cannot name a lane: in `sources` it means the lines that make the item; give it another name",
        )
    if "in_transit" in model.nodes:
        yield (
            ("nodes", "in_transit"),
            "`in_transit` cannot name a node: in `opening` it means goods under way; give it another name",
        )


def _bom_mistakes(model: Model) -> Iterator[Found]:
    circle = _bom_circle(model)
    if circle:
        yield (
            ("items", circle[0], "bom", circle[1]),
            (f"items.{circle[0]}.bom goes in a circle: {' → '.join(circle)}; no item can be part of itself"),
        )


def _flow_mistakes(model: Model) -> Iterator[Found]:
    """Lanes that bring nothing, and stocks that nothing refills."""
    for name, lane in model.lanes.items():
        if not model.network.carried[name]:
            yield (
                ("lanes", name),
                (
                    f"lanes.{name} carries nothing: `{lane.destination}` wants none of what `{lane.origin}` gives; "
                    f"check its `from` and `to`, or name its `items`"
                ),
            )
    for store, item in model.network.stocks:
        if not model.network.sources[store, item] and not model.network.opened(store, item):
            place, wanted = _wanted(model, store, item)
            yield (
                place,
                (
                    f"{wanted}, but nothing brings it there; it needs a lane from a supplier or warehouse that has it, "
                    f"or a line that makes it"
                ),
            )


def _wanted(model: Model, store: str, item: str) -> Found:
    """Who wants an item from a store, and where the scenario says so."""
    for name, node in model.nodes.items():
        if node.kind == "customer" and item in node.buys and node.buys[item].origin == store:
            return ("nodes", name, "buys", item), f"nodes.{name} buys `{item}` from `{store}`"
        if node.kind == "line" and node.origin == store:
            for product in node.makes:
                if item in model.items[product].bom:
                    place = ("items", product, "bom", item)
                    return place, f"nodes.{name} makes `{product}` of `{item}`, which it takes from `{store}`"
    return ("nodes", store), f"nodes.{store} is to keep `{item}`"


def _opening_mistakes(model: Model) -> Iterator[Found]:
    if model.opening != "steady":
        for index, load in enumerate(model.opening.in_transit):
            if load.arrives >= model.run.warm_up + model.run.horizon:
                days = (model.run.warm_up + model.run.horizon) / DAY
                yield (
                    ("opening", "in_transit", index, "arrives"),
                    (
                        f"opening.in_transit[{index}] arrives on day {load.arrives / DAY:g}, "
                        f"but the run (warm-up and horizon) ends on day {days:g}"
                    ),
                )


def _policy_mistakes(model: Model, name: str, whole: bool) -> Iterator[Found]:
    """What is wrong with a policy; where the network is whole, also whether its stocks can be planned."""
    choices = Choices(model, name)
    found = list(choices.mistakes())
    yield from found
    if whole and not found:
        try:
            plan(model, name)
        except GoesInCircles as circle:
            yield (
                ("policies", name),
                f"policies.{name}: stocks refill each other in a circle: {circle}; name `sources` that break it",
            )


def _bom_circle(model: Model) -> list[str]:
    """A chain of items that contain themselves; empty if there is none."""

    def descend(item: str, above: list[str]) -> list[str]:
        if item in above:
            return [*above[above.index(item) :], item]
        for part in model.items[item].bom:
            if part in done:
                continue
            circle = descend(part, [*above, item])
            if circle:
                return circle
        done.add(item)
        return []

    done: set[str] = set()
    for item in model.items:
        circle = descend(item, [])
        if circle:
            return circle
    return []


def findings(model: Model, policies: tuple[str, ...] | None = None) -> list[str]:
    """What a planner should know before trusting the results of these policies."""
    found = [finding for name, node in model.nodes.items() for finding in node.findings(name, model)]
    found += _value_findings(model)
    found += _disruption_findings(model)
    found += _wild_distributions(model)
    for name in policies or model.compared:
        found += _policy_findings(model, name)
    return list(dict.fromkeys(found))


def _value_findings(model: Model) -> Iterator[str]:
    for line_name, line in model.lines.items():
        for product, making in line.makes.items():
            item = model.items[product]
            cost = sum(model.items[part].value * count for part, count in item.bom.items()) + making.cost
            if cost and abs(item.value - cost) > NEAR_VALUE * cost:
                yield (
                    f"the value of `{product}` ({item.value:g} {model.currency}/pc) is more than 10 % off "
                    f"its components and the cost "
                    f"of `{line_name}` ({cost:g} {model.currency}/pc)"
                )


def _disruption_findings(model: Model) -> Iterator[str]:
    """A partial share of a supplier or lane that has no rate changes nothing."""
    for name, disruption in model.disruptions.items():
        level = disruption.effect.turned.get("capacity")
        levels = [level] if isinstance(level, float) else [share for _, share in level or ()]
        if not any(0 < share != 1 for share in levels):
            continue
        for subject in disruption.subjects(model, "capacity"):
            place, _, item = subject.partition(".")
            lane, supplier = model.lanes.get(place), model.suppliers.get(place)
            if (lane and lane.capacity is None) or (supplier and supplier.supplies[item].rate is None):
                yield (
                    f"disruption `{name}` sets the capacity of `{subject}` to a partial share, "
                    f"but without a `{'capacity' if lane else 'rate'}` that changes nothing"
                )


def _wild_distributions(model: Model) -> Iterator[str]:
    for path, distribution in _distributions(model):
        if getattr(distribution, "dist", None) == "normal" and distribution.cv > WILD_NORMAL:
            yield (
                f"{path} is normal with a cv of {distribution.cv:.2g}: draws below 0 become 0 and shift its mean; "
                f"consider gamma"
            )


def _distributions(model: Model) -> Iterator[tuple[str, Distribution]]:
    for section in ("nodes", "lanes", "disruptions"):
        for name, spec in getattr(model, section).items():
            yield from _within(f"{section}.{name}", spec)


def _within(path: str, value: object) -> Iterator[tuple[str, Distribution]]:
    if isinstance(value, Distribution):
        yield path, value
    elif isinstance(value, Spec):
        for name, field in type(value).model_fields.items():
            yield from _within(f"{path}.{field.alias or name}", getattr(value, name))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _within(f"{path}.{key}", entry)
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _within(f"{path}[{index}]", entry)


def _policy_findings(model: Model, policy: str) -> Iterator[str]:
    plans = plan(model, policy)
    longest = max(((entry.outlook.lead_time, stock) for stock, entry in plans.items()), default=(0.0, None))
    if model.opening == "steady" and model.run.warm_up < longest[0] * DAY:
        yield (
            f"the warm-up ({model.run.warm_up / DAY:g} d) is shorter than the longest planning lead time "
            f"({longest[0]:.0f} d, {'.'.join(longest[1])})"
        )
    for stock, entry in plans.items():
        need = entry.outlook.lead_time_demand
        if entry.rule is not None and entry.rule.trigger < int(need):
            yield (
                f"{policy}: the level of {'.'.join(stock)} ({entry.rule.trigger} pc) "
                f"is below its lead-time demand ({need:.0f} pc), "
                f"so it will run short on normal days"
            )
    yield from _space_findings(model, policy, plans)
    yield from _port_findings(model, policy, plans)


def _space_findings(model: Model, policy: str, plans: dict[tuple[str, str], StockPlan]) -> Iterator[str]:
    for name, store in model.warehouses.items():
        if store.capacity is None:
            continue
        need = sum(
            entry.safety_stock * model.items[item].space.amount
            for (at, item), entry in plans.items()
            if at == name and model.items[item].space
        )
        room = store.capacity.amount + (store.overflow.space.amount if store.overflow else 0)
        unit, billion = store.capacity.unit, 1e9
        if need > room:
            yield (
                f"{policy}: the safety stocks at `{name}` need {need / billion:.4g} {unit}, "
                f"but there are only {room / billion:.4g} {unit}: "
                f"what does not fit will wait at the dock"
            )
        elif need > store.capacity.amount:
            yield (
                f"{policy}: the safety stocks at `{name}` need {need / billion:.4g} {unit}, "
                f"more than its own {store.capacity.amount / billion:.4g} "
                f"{unit}: overflow will be rented all the time"
            )


def _port_findings(model: Model, policy: str, plans: dict[tuple[str, str], StockPlan]) -> Iterator[str]:
    """Load of a port: other ships and our departures, each holding a berth for its handling."""
    departures: dict[str, float] = {}
    for (_, item), entry in plans.items():
        for source in entry.sources:
            lane = model.lanes.get(source.name)
            if lane is not None and source.share > 0:
                assert item is not None
                every = (lane.departs or 0) / DAY or entry.outlook.review or 1.0
                departures[source.name] = max(departures.get(source.name, 0.0), 1 / every)
    for name, port in model.ports.items():
        if port.berths is not None:
            ships = port.traffic * DAY + sum(rate for lane, rate in departures.items() if name in model.lanes[lane].via)
            load = ships * port.handling.mean / DAY / port.berths
            if load > BUSY_PORT:
                yield (
                    f"{policy}: the berths of port `{name}` are {load:.0%} busy on a normal day, "
                    f"so its queue hardly ever clears"
                )
