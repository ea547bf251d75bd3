"""Notice: which stocks prebuild for a disruption that is known beforehand, because it hits what they get or give.

Goods are followed from the stock upstream: a disruption of anything on the way hits its supply. And downstream: one
that turns the demand of a customer hits every stock that his goods come through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from twin.model.memory import remembered
from twin.replenishment.network import StockName
from twin.replenishment.policy import plan
from twin.replenishment.sourcing import way

if TYPE_CHECKING:
    from twin.language import Model

ELSEWHERE = frozenset({"demand", "rent"})  # effects that hit nobody's supply


@remembered
def warned(model: Model, policy: str) -> dict[str, tuple[StockName, ...]]:
    """For every disruption with notice the stocks that prebuild for it, in the order of their names."""
    known = [name for name, spec in model.disruptions.items() if spec.notice]
    if not known:
        return {}
    ready = {stock for stock, entry in plan(model, policy).items() if entry.prebuilds}
    reach = Reach(model, policy)
    return {name: tuple(sorted(ready & reach.of(name))) for name in known}


class Reach:
    """How far a disruption reaches under a policy, over the sources that have a share."""

    def __init__(self, model: Model, policy: str) -> None:
        self._model = model
        self._sources = {
            stock: [source.name for source in entry.sources if source.share]
            for stock, entry in plan(model, policy).items()
        }
        self._through = {stock: self._upstream(stock) for stock in self._sources}

    def of(self, disruption: str) -> set[StockName]:
        """The stocks whose supply, or whose customers' demand, the disruption hits."""
        spec = self._model.disruptions[disruption]
        hit = {effect: set(spec.subjects(self._model, effect)) for effect in spec.effect.named}
        supply = set[str]().union(*(subjects for effect, subjects in hit.items() if effect not in ELSEWHERE))
        mute, demand = hit.get("ordering", set()), hit.get("demand", set())
        cut_off = {stock for stock in self._sources if self._ways(stock) & supply or stock[0] in mute}
        asked = {stock for stock, buyers in self._model.network.buyers.items() if demand & _bought(buyers, stock[1])}
        below = {stock for stock, through in self._through.items() if through & cut_off}
        return below.union(*(self._through[stock] for stock in asked))

    def _upstream(self, stock: StockName) -> set[StockName]:
        """A stock and all that its goods come through, as components too."""
        found, left = {stock}, [stock]
        while left:
            new = set(self._feeding(left.pop())) - found
            found |= new
            left += new
        return found

    def _feeding(self, stock: StockName) -> Iterator[StockName]:
        """The stocks that a stock takes from."""
        model, item = self._model, stock[1]
        for source in self._sources[stock]:
            if source in model.lines:
                yield from ((model.lines[source].origin, part) for part in model.items[item].bom)
            elif model.lanes[source].origin in model.warehouses:
                yield model.lanes[source].origin, item

    def _ways(self, stock: StockName) -> set[str]:
        """What can be hit between a stock and those that it takes from: lanes, ports, lines, who supplies."""
        passed = {subject for source in self._sources[stock] for _, subject in way(self._model, source, stock[1])}
        return passed.union(*({store, f"{store}.{item}"} for store, item in self._feeding(stock)))


def _bought(buyers: Iterable[str], item: str) -> set[str]:
    return {f"{name}.{item}" for name in buyers}
