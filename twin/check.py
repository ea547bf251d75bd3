"""Mistakes of a whole model: what makes it impossible, beyond what its parts can tell one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from twin.disruptions.mistakes import mistakes as disruption_mistakes
from twin.disruptions.subject import Found
from twin.model.units import DAY
from twin.replenishment.demand import GoesInCircles
from twin.replenishment.policy import LINE, Choices, plan

if TYPE_CHECKING:
    from twin.language import Model

NAME = r"[^\s.@=\[\]]+"


def mistakes(model: Model) -> Iterator[Found]:
    """Everything that makes the scenario impossible, section by section."""
    unsound = [*_name_mistakes(model), *_bom_mistakes(model), *_alternate_mistakes(model)]
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
    if model.study.optimise is not None:
        yield from model.study.optimise.mistakes(model)


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
    try:
        TopologicalSorter({name: item.bom for name, item in model.items.items()}).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]  # from a product to its parts
        yield (
            ("items", circle[0], "bom", circle[1]),
            f"items.{circle[0]}.bom goes in a circle: {' → '.join(circle)}; no item can be part of itself",
        )


def _alternate_mistakes(model: Model) -> Iterator[Found]:
    for name, item in model.items.items():
        if name in item.alternates:
            yield (
                ("items", name, "alternates", name),
                f"items.{name}.alternates names `{name}` itself; an alternate is another item that can replace it",
            )
        for alternate in item.alternates:
            way = _way_down(model, alternate, name, set())
            if len(way) > 1:
                circle = " → ".join((name, *way))
                yield (
                    ("items", name, "alternates", alternate),
                    f"items.{name}.alternates goes in a circle: {circle}; nothing can replace what it is made of",
                )


def _way_down(model: Model, product: str, part: str, seen: set[str]) -> tuple[str, ...]:
    """From a product down the bills of material to a part of it; nothing if it is none."""
    if product == part:
        return (part,)
    for below in model.items[product].bom:
        if below not in seen:
            seen.add(below)
            way = _way_down(model, below, part, seen)
            if way:
                return product, *way
    return ()


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
        if (store, item) not in model.network.spare and not model.network.can_be_had(store, item):
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
            yield from choices.contradictions(plan(model, name))
        except GoesInCircles as circle:
            yield (
                ("policies", name),
                f"policies.{name}: stocks refill each other in a circle: {circle}; name `sources` that break it",
            )
