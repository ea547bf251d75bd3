"""The network as goods see it.

Which items each warehouse stocks, what each lane carries, and who can refill a stock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from twin.language import Model
    from twin.nodes.customer import Buying
    from twin.nodes.line import Line

StockName = tuple[str, str]  # warehouse, item
Wants = dict[str, set[str]]  # of each warehouse


class Use(NamedTuple):
    """A line may take an alternate for a component."""

    line: str
    component: str
    alternate: str


class Network:
    """Flows worked out once: what can reach a warehouse (downstream), and what is wanted there (upstream)."""

    def __init__(self, model: Model) -> None:
        # of the model only its sections: a circle of the two would outlive them until the collector comes by
        self._items, self._lanes, self._opening = model.items, model.lanes, model.opening
        self._suppliers, self._warehouses = model.suppliers, model.warehouses
        self._lines, self._customers = model.lines, model.customers
        self._opened = self._put_there()
        self.buyers = self._buyers()
        self.sold = {item for _, item in self.buyers}  # finished items
        can_get = self._reachable()
        self.uses = tuple(self._uses())
        needed = self._wanted(can_get)
        wants = self._with_alternates(needed, can_get)
        self.spare = {(store, item) for store in wants for item in wants[store] - needed[store]}  # alternates' only
        self.carried = {name: self._cargo(name, can_get, wants) for name in model.lanes}
        self.stocked = {
            store: tuple(item for item in model.items if item in wants[store]) for store in self._warehouses
        }  # fmt: skip
        self.bringing, self.taking = self._ways()
        self.sources = {stock: tuple(self._sources(*stock)) for stock in self.stocks}
        self.tiers = self._tiers()

    @property
    def stocks(self) -> Iterator[StockName]:
        """Every item at every warehouse that keeps it."""
        return ((store, item) for store, items in self.stocked.items() for item in items)

    def opened(self, store: str, item: str) -> bool:
        """Whether the opening puts pieces there."""
        return (store, item) in self._opened

    def can_be_had(self, store: str, item: str) -> bool:
        """Whether something brings an item to a warehouse that keeps it, or the opening puts it there."""
        return bool(self.sources[store, item]) or self.opened(store, item)

    def _put_there(self) -> set[StockName]:
        opening = self._opening
        if opening == "steady":
            return set()
        on_hand = {(store, item) for store, items in opening.on_hand.items() for item in items}
        return on_hand | {(load.to, load.item) for load in opening.in_transit}

    def _offered(self, lane_name: str, can_get: dict[str, set[str]]) -> set[str]:
        lane = self._lanes[lane_name]
        supplier = self._suppliers.get(lane.origin)
        offered = set(supplier.supplies) if supplier else can_get.get(lane.origin, set())
        return offered if lane.items is None else offered & set(lane.items)

    def _reachable(self) -> dict[str, set[str]]:
        """What each warehouse can be given, over any number of lanes."""
        can_get: dict[str, set[str]] = {store: set() for store in self._warehouses}
        for store, item in self._opened:
            can_get[store].add(item)
        for line in self._lines.values():
            can_get[line.destination].update(line.makes)
        while True:
            before = sum(map(len, can_get.values()))
            for name, lane in self._lanes.items():
                can_get[lane.destination] |= self._offered(name, can_get)
            if sum(map(len, can_get.values())) == before:
                return can_get

    def _wanted(self, can_get: dict[str, set[str]]) -> Wants:
        """What each warehouse is asked for: by customers, by lines, by other warehouses.

        And what a lane is told to bring.
        """
        wants: Wants = {store: set() for store in self._warehouses}
        for store, item in self._opened:
            wants[store].add(item)
        for customer in self._customers.values():
            for item, buying in customer.buys.items():
                wants[buying.origin].add(item)
        for line in self._lines.values():
            for product in line.makes:
                wants[line.origin].update(self._items[product].bom)
                wants[line.destination].add(product)
        for lane in self._lanes.values():
            wants[lane.destination].update(lane.items or ())
        return self._passed_on(wants, can_get)

    def _with_alternates(self, needed: Wants, can_get: dict[str, set[str]]) -> Wants:
        """A warehouse from which a line takes a component is asked for its alternates, too."""
        wants = {store: set(items) for store, items in needed.items()}
        for use in self.uses:
            wants[self._lines[use.line].origin].add(use.alternate)
        return self._passed_on(wants, can_get)

    def _passed_on(self, wants: Wants, can_get: dict[str, set[str]]) -> Wants:
        """What a warehouse is asked for, those that supply it are asked for."""
        while True:
            before = sum(map(len, wants.values()))
            for name, lane in self._lanes.items():
                if lane.origin in wants:
                    wants[lane.origin] |= self._offered(name, can_get) & wants[lane.destination]
            if sum(map(len, wants.values())) == before:
                return wants

    def _uses(self) -> Iterator[Use]:
        """Line by line, component by component, the first choice first."""
        for name, line in self._lines.items():
            for part in dict.fromkeys(part for product in line.makes for part in self._items[product].bom):
                for alternate in self._items[part].alternates:
                    yield Use(name, part, alternate)

    def _cargo(self, name: str, can_get: dict[str, set[str]], wants: dict[str, set[str]]) -> tuple[str, ...]:
        carried = self._offered(name, can_get) & wants[self._lanes[name].destination]
        return tuple(item for item in self._items if item in carried)

    def _sources(self, store: str, item: str) -> Iterator[str]:
        """Lanes and lines that can refill a stock, by name."""
        return iter(sorted(self.bringing.get((store, item), ())) + sorted(self.lines(store, item)))

    def _ways(self) -> tuple[dict[StockName, list[str]], dict[StockName, list[str]]]:
        """For each stock the lanes that bring to it, and those that take from it."""
        bringing: dict[StockName, list[str]] = {}
        taking: dict[StockName, list[str]] = {}
        for name, lane in self._lanes.items():
            for item in self.carried[name]:
                bringing.setdefault((lane.destination, item), []).append(name)
                taking.setdefault((lane.origin, item), []).append(name)
        return bringing, taking

    def _tiers(self) -> dict[StockName, int]:
        """Through how many warehouses the goods of a stock still go; on a round trip, as many as there are."""
        supplied = [
            ((lane.origin, item), (lane.destination, item))
            for name, lane in self._lanes.items()
            if lane.origin in self._warehouses
            for item in self.carried[name]
        ]
        tiers = dict.fromkeys(self.stocks, 0)
        for _ in self._warehouses:
            before = dict(tiers)
            for giver, taker in supplied:
                tiers[giver] = max(tiers[giver], before[taker] + 1)
            if tiers == before:
                break
        return tiers

    def lines(self, store: str, item: str) -> list[str]:
        """Lines that make an item into a warehouse."""
        return [name for name, line in self._lines.items() if line.destination == store and item in line.makes]

    def lines_from(self, store: str) -> dict[str, Line]:
        """Lines that take components from a warehouse."""
        return {name: line for name, line in self._lines.items() if line.origin == store}

    def _buyers(self) -> dict[StockName, dict[str, Buying]]:
        """How customers, by name, buy from each stock that is sold."""
        found: dict[StockName, dict[str, Buying]] = {}
        for name, customer in self._customers.items():
            for item, buying in customer.buys.items():
                found.setdefault((buying.origin, item), {})[name] = buying
        return found
