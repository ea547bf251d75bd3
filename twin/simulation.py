"""Simulate: build a world from a model and a policy, let time pass, return its ledger.

The one seam in front of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from functools import partial

from twin.disruptions.disruption import hits, unleash
from twin.engine.account import OPENING, Account
from twin.engine.clock import Phase, turn
from twin.engine.ledger import Ledger
from twin.engine.world import World
from twin.language import Model
from twin.model.memory import uncollected
from twin.nodes.ageing import Ageing
from twin.nodes.customer import open_market
from twin.nodes.lifecycle import end, turned
from twin.nodes.stock import Stock
from twin.nodes.supplier import broken
from twin.nodes.warehouse import Store
from twin.replenishment.network import StockName
from twin.replenishment.notice import warned
from twin.replenishment.policy import StockPlan, plan
from twin.replenishment.review import Desk, Reviewer
from twin.transport.lane import Route
from twin.transport.logbook import Logbook, LoggedRoute

Observer = Callable[[World], None]
AFTER_SHELF_LIVES = turn(Phase.EXPIRE, since=1)


@uncollected()
def simulate(
    model: Model,
    policy: str,
    replication: int = 0,
    seed: int | None = None,
    journal: bool = False,
    observe: Observer | None = None,
) -> Ledger:
    """One replication of one policy.

    `observe` sees the world before time starts, to watch it; `journal` keeps every entry.
    """
    world = build_world(model, policy, replication, seed, journal)
    if observe is not None:
        observe(world)
    return world.run()


def build_world(
    model: Model, policy: str, replication: int = 0, seed: int | None = None, journal: bool = False
) -> World:
    """A world at day 0."""
    plans = plan(model, policy)
    run = model.run
    warnings = {name: tuple(map(".".join, stocks)) for name, stocks in warned(model, policy).items()}
    world = World(
        names=_names(model),
        values={name: item.value for name, item in model.items.items()},
        seed=run.seed if seed is None else seed,
        replication=replication,
        warm_up=run.warm_up,
        horizon=run.horizon,
        journal=journal,
        start=model.start,
        policy=policy,
        boms={name: tuple(item.bom.items()) for name, item in model.items.items()},
        hits=_hit(model, warnings),
        alternates={name: item.alternates for name, item in model.items.items() if item.alternates},
        lives={name: item.shelf_life for name, item in model.items.items() if item.shelf_life is not None},
    )
    for name in sorted(model.nodes, key=lambda name: (model.nodes[name].kind in ("line", "customer"), name)):
        world.nodes[name] = model.nodes[name].live(world, name)
    open_market(world)
    for stock, entry in sorted(plans.items()):
        _keep(world, model, stock, entry)
    lay = Route if not journal else partial(LoggedRoute, log=Logbook(world))
    for name, lane in sorted(model.lanes.items()):
        world.lanes[name] = lay(world, name, lane, model.network.carried[name])
    desk = Desk(world)
    world.process(desk.live())  # before the first stock calls: all that is due at the start is one event
    for (store, item), entry in sorted(plans.items()):
        if entry.rule is not None:
            stock, tier = world.nodes[store].stocks[item], model.network.tiers[store, item]
            reviewer = Reviewer(world, stock, entry.rule, entry, tier)
            desk.add(reviewer)
            for use in entry.uses:
                world.drawn_on.setdefault(use, []).append(reviewer)
    for item, spec in sorted(model.items.items()):
        if spec.lifecycle is not None:
            world.at(run.warm_up + spec.lifecycle.ends, AFTER_SHELF_LIVES, partial(end, world, desk, item))
    unleash(world, model, warnings)
    return world


def _hit(model: Model, warnings: Mapping[str, tuple[str, ...]]) -> Set[tuple[str, str]]:
    """What disruptions, the ends of lives, breakdowns and warnings may turn or strike."""
    notices = {("notice", stock) for stocks in warnings.values() for stock in stocks}
    return hits(model) | turned(model) | broken(model) | notices


def _names(model: Model) -> Iterator[str]:
    """Every name that may have to be put in order."""
    yield from (*model.nodes, *model.lanes, *model.disruptions)
    for name, node in model.nodes.items():
        yield from (f"{name}.{item}" for item in node.handled(name, model))


def _keep(world: World, model: Model, name: StockName, entry: StockPlan) -> None:
    """Open a stock: what is on hand comes in over the dock, as far as it fits; what is under way arrives in time."""
    store = world.nodes[name[0]]
    item = model.items[name[1]]
    stock = Stock(world, store, name[1], entry, item.space.amount if item.space else 0)
    if item.ages:
        stock.ageing = Ageing(world, stock, item.shelf_life)
    store.add(stock, item.value)
    world.stocks[stock.name] = stock
    if entry.on_hand:
        stock.on_order.add(entry.on_hand)
        store.receive([(stock.item, entry.on_hand, world.ledger.account(OPENING, stock.item))])
    inbound = f"{store.name} inbound"
    for time, quantity in entry.in_transit:
        stock.on_order.add(quantity)
        world.ledger.move(stock.item, quantity, OPENING, inbound)
        arrive = partial(_arrive, store, (stock.item, quantity, world.ledger.account(inbound, stock.item)))
        world.at(time, world.turn(Phase.ARRIVE, stock.name), arrive)


def _arrive(store: Store, goods: tuple[str, int, Account], _: object) -> None:
    store.receive([goods])
