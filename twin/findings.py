"""Findings: what a planner should know before trusting the results. They stop nothing, but stand in every report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twin.language import Model
from twin.model.distributions import Distribution
from twin.model.errors import nearest
from twin.model.spec import Spec
from twin.model.units import BILLION, DAY
from twin.replenishment.network import StockName
from twin.replenishment.notice import warned
from twin.replenishment.policy import StockPlan, plan
from twin.replenishment.safety_stock import MaxAvg
from twin.replenishment.segment import SELECTORS
from twin.replenishment.segmentation import findings as segmentation_findings

NEAR_VALUE = 0.10  # a made item's value may be off its components and line cost by so much
BUSY = 0.95  # a port or line that is busier than this on a normal day hardly ever catches up
WILD_NORMAL = 0.4  # above this cv a normal distribution is cut off at 0 often enough to shift its mean

Plans = Mapping[StockName, StockPlan]


def findings(model: Model, policies: tuple[str, ...] | None = None) -> list[str]:
    """What a planner should know before trusting the results of these policies."""
    found = [finding for name, node in model.nodes.items() for finding in node.findings(name, model)]
    found += _value_findings(model)
    found += _alternate_findings(model)
    found += _lifecycle_findings(model)
    found += _disruption_findings(model)
    found += _idle_dials(model)
    found += _wild_distributions(model)
    found += segmentation_findings(model)
    found += _notice_findings(model, policies or model.compared)
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


def _alternate_findings(model: Model) -> Iterator[str]:
    """Alternates that stand on paper only."""
    for line, component, alternate in model.network.uses:
        store = model.lines[line].origin
        if not model.network.can_be_had(store, alternate):
            yield f"`{alternate}` can replace `{component}` at `{line}`, but nothing brings it to `{store}`"
    used = {use.component for use in model.network.uses}
    for name, item in model.items.items():
        if item.alternates and name not in used:
            yield f"`{name}` has alternates, but no line makes anything of it"


def _lifecycle_findings(model: Model) -> Iterator[str]:
    """A life that the run does not see the end of, and a product that is to be made of what is no more."""
    ends = {name: item.lifecycle.ends for name, item in model.items.items() if item.lifecycle is not None}
    for name, end in ends.items():
        if end >= model.run.horizon:
            yield (
                f"the lifecycle of `{name}` ends on day {end / DAY:g}, but the run's horizon is only "
                f"{model.run.horizon / DAY:g} d: nothing of it is written off"
            )
    for line_name, line in model.lines.items():
        for product in line.makes:
            last = min(ends.get(product, model.run.horizon), model.run.horizon)
            for part in model.items[product].bom:
                if ends.get(part, last) < last and not model.items[part].alternates:
                    yield (
                        f"`{product}` outlives its component `{part}`, whose lifecycle ends on day "
                        f"{ends[part] / DAY:g}: from then on `{line_name}` starves for it"
                    )


def _disruption_findings(model: Model) -> Iterator[str]:
    """What a disruption asks for and does not get."""
    for name, disruption in model.disruptions.items():
        held = disruption.in_transit == "hold"
        if held and not any(subject in model.lanes for subject in disruption.subjects(model, "capacity")):
            yield f"disruption `{name}` is to hold what is in transit, but shuts no whole lane: everything sails on"
        level = disruption.effect.turned.get("capacity")
        levels = [level] if isinstance(level, float) else [share for _, share in level or ()]
        if not any(0 < share != 1 for share in levels):
            continue
        for subject in disruption.subjects(model, "capacity"):
            place, _, item = subject.partition(".")
            lane, supplier = model.lanes.get(place), model.suppliers.get(place)
            if lane and item:
                yield (
                    f"disruption `{name}` sets the capacity of `{subject}` to a partial share, but only a whole lane "
                    f"can be slowed; for one of its items only 0 % changes anything"
                )
            elif (lane and lane.capacity is None) or (supplier and supplier.supplies[item].rate is None):
                yield (
                    f"disruption `{name}` sets the capacity of `{subject}` to a partial share, "
                    f"but without a `{'capacity' if lane else 'rate'}` that changes nothing"
                )


def _notice_findings(model: Model, policies: tuple[str, ...]) -> Iterator[str]:
    """Notice that nobody acts on, and a prebuild that waits for a notice that nobody gives."""
    acting = {policy: warned(model, policy) for policy in policies}
    for name, disruption in model.disruptions.items():
        if disruption.notice and not any(stocks[name] for stocks in acting.values()):
            yield (
                f"disruption `{name}` gives {disruption.notice / DAY:g} d of notice, "
                f"but no stock that it hits has a `prebuild`: nobody acts on it"
            )
    for policy, stocks in acting.items():
        if any(entry.prebuilds for entry in plan(model, policy).values()) and not any(stocks.values()):
            yield f"{policy}: no disruption that hits its stocks gives `notice`, so `prebuild` changes nothing"


def _idle_dials(model: Model) -> Iterator[str]:
    """Dials that turn nothing, because what they would scale is not there."""
    for name, disruption in model.disruptions.items():
        for dial in ("space", "rent", "traffic", "freight"):
            if dial not in disruption.effect.turned:
                continue
            for subject in disruption.subjects(model, dial):
                place = subject.partition(".")[0]
                lacking = _lacks(dial, model.nodes.get(place) or model.lanes[place])
                if lacking:
                    said = f"disruption `{name}` sets the {dial} of `{subject}`"
                    yield f"{said}, but without {lacking} that changes nothing"


def _lacks(dial: str, place: Any) -> str:
    """What a place would need for a dial to turn anything; empty if it has it."""
    if dial == "space":
        return "" if place.capacity else "a `capacity`"
    if dial == "rent":
        return "" if place.storage or place.overflow else "`storage` or `overflow`"
    if dial == "traffic":
        return "" if place.traffic else "`traffic`"
    return "" if place.cost or place.shipment_cost else "a `cost` or `shipment_cost`"


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
    yield from _empty_segments(model, policy)
    yield from _misspelt_segments(model, policy)
    yield from _idle_quantiles(model, policy)
    yield from _warm_up_findings(model, plans)
    for stock, entry in plans.items():
        need = entry.outlook.lead_time_demand
        if entry.rule is not None and entry.rule.trigger < int(need):
            yield (
                f"{policy}: the level of {'.'.join(stock)} ({entry.rule.trigger} pc) is below its lead-time demand "
                f"({need:.0f} pc), so it will run short on normal days"
            )
        life = model.items[stock[1]].shelf_life
        if life is not None and entry.safety_stock > entry.outlook.demand * life / DAY:
            yield (
                f"{policy}: the safety stock of {'.'.join(stock)} ({entry.safety_stock} pc) is more than is used up "
                f"within the shelf life ({life / DAY:g} d), so some of it will be scrapped on normal days"
            )
        lane = entry.expedite.lane if entry.expedite else None
        if {lane} == {source.name for source in entry.sources if source.share > 0}:
            yield (
                f"{policy}: {'.'.join(stock)} expedites over `{lane}`, which brings all its other orders, too: "
                f"that orders more, but nothing comes sooner"
            )
    yield from _space_findings(model, policy, plans)
    yield from _port_findings(model, policy, plans)
    yield from _line_findings(model, policy, plans)


def _empty_segments(model: Model, policy: str) -> Iterator[str]:
    """A segment for a class or risk that no stock has: what it says reaches nobody."""
    for label, segment in model.policies[policy].items():
        wanted = [f"{what} {value}" for what, value in (("class", segment.category), ("risk", segment.risk)) if value]
        if wanted and not any(segment.selects(*stock, model) for stock in model.network.stocks):
            yield (
                f"{policy}: segment `{label}` ({', '.join(wanted)}) selects no stock; "
                f"`twin check --segments` shows what each item is"
            )


def _misspelt_segments(model: Model, policy: str) -> Iterator[str]:
    """A segment that is called nearly like another, means all stocks and has no rule: a slip of the pen makes one."""
    segments = model.policies[policy]
    for label, segment in segments.items():
        near = nearest(label, segments)
        if near is not None and not segment.model_fields_set & {*SELECTORS, "rule"}:
            yield (
                f"{policy}: segment `{label}` selects every stock, as it names no `items`, `at`, `class`, `risk` or "
                f"`role`, and changes what other segments say; did you mean `{near}`?"
            )


def _idle_quantiles(model: Model, policy: str) -> Iterator[str]:
    """A quantile for maxima that are both given."""
    for label, segment in model.policies[policy].items():
        method = dict(segment)["safety_stock"]
        if isinstance(method, MaxAvg) and method.model_fields_set >= {"quantile", "max_usage", "max_lead_time"}:
            yield (
                f"{policy}: segment `{label}` gives both maxima of its `max_avg` safety stock, "
                f"so its `quantile` changes nothing"
            )


def _warm_up_findings(model: Model, plans: Plans) -> Iterator[str]:
    plans = {stock: entry for stock, entry in plans.items() if stock not in model.network.spare}
    if not plans:
        return
    slowest = max(plans, key=lambda stock: plans[stock].outlook.lead_time)
    longest = plans[slowest].outlook.lead_time
    if model.opening == "steady" and model.run.warm_up < longest * DAY:
        yield (
            f"the warm-up ({model.run.warm_up / DAY:g} d) is shorter than the longest planning lead time "
            f"({longest:.0f} d, {'.'.join(slowest)})"
        )


def _space_findings(model: Model, policy: str, plans: Plans) -> Iterator[str]:
    """A buffer that cannot fit."""
    for name, store in model.warehouses.items():
        if store.capacity is None:
            continue
        spaces = {item: spec.space.amount for item, spec in model.items.items() if spec.space is not None}
        need = sum(entry.safety_stock * spaces.get(item, 0) for (at, item), entry in plans.items() if at == name)
        own = store.capacity.amount
        room = own + (store.overflow.space.amount if store.overflow else 0)
        unit = store.capacity.unit
        said = f"{policy}: the safety stocks at `{name}` need {need / BILLION:.4g} {unit}"
        if need > room:
            yield f"{said}, but there are only {room / BILLION:.4g} {unit}: what does not fit will wait at the dock"
        elif need > own:
            yield f"{said}, more than its own {own / BILLION:.4g} {unit}: overflow will be rented all the time"


def _port_findings(model: Model, policy: str, plans: Plans) -> Iterator[str]:
    """Load of a port: other ships and our departures, each holding a berth for its handling."""
    departures: dict[str, float] = {}
    for stock, entry in plans.items():
        orders = _orders_a_day(model, stock, entry)
        for source in entry.sources:
            if source.name in model.lanes and source.share > 0:
                every = model.lanes[source.name].departs
                leaving = min(orders, DAY / every) if every else orders
                departures[source.name] = max(departures.get(source.name, 0.0), leaving)
    for name, port in model.ports.items():
        if port.berths is not None:
            ships = port.traffic * DAY + sum(rate for lane, rate in departures.items() if name in model.lanes[lane].via)
            load = ships * port.handling.mean / DAY / port.berths
            if load > BUSY:
                yield (
                    f"{policy}: the berths of port `{name}` are {load:.0%} busy on a normal day, "
                    f"so its queue hardly ever clears"
                )


def _orders_a_day(model: Model, stock: StockName, entry: StockPlan) -> float:
    """How often a stock orders at most on a normal day."""
    demand = entry.outlook.demand
    if entry.rule is None or not demand:
        return 0.0
    sizes = [buying.quantity.mean for buying in model.network.buyers.get(stock, {}).values()]
    sizes += [
        making.lot * model.items[product].bom[stock[1]]
        for line in model.network.lines_from(stock[0]).values()
        for product, making in line.makes.items()
        if stock[1] in model.items[product].bom
    ]
    wanted = demand / max(entry.rule.least_order, min(sizes, default=1))
    return min(wanted, 1 / entry.outlook.review) if entry.outlook.review else wanted


def _line_findings(model: Model, policy: str, plans: Plans) -> Iterator[str]:
    """Load of a line: mean demand ÷ rate, over its working time."""
    for name, line in model.lines.items():
        busy = 0.0
        for item, making in line.makes.items():
            entry = plans.get((line.destination, item))
            share = sum(source.share for source in entry.sources if source.name == name) if entry else 0.0
            busy += share * entry.outlook.demand / DAY / making.rate if entry else 0.0
        load = busy / (line.working.hours / DAY * line.working.days / 7)
        if load > BUSY:
            yield f"{policy}: line `{name}` would need {load:.0%} of its working time for the mean demand"
