"""Why a stock had too few: what has drained the buffer that its policy keeps.

A level is set so that, if all goes as planned, the safety stock is still there when the next order comes. What is not
there any more has been drained: by orders that are overdue, by pieces that were lost, cancelled or never ordered, by
more demand than expected; or the level was too low from the start. Drains are pieces; those of one root add up, and the
root that has drained most is the cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from twin.engine.ledger import Ledger
from twin.language import Model
from twin.model.units import DAY
from twin.replenishment.network import StockName
from twin.replenishment.policy import StockPlan, plan
from twin.replenishment.safety_stock import figures
from twin.results.why.chain import Cause, Root
from twin.results.why.demand import Demand
from twin.results.why.hindrances import Hindrances
from twin.results.why.late import Late, Orders
from twin.results.why.links import Teller
from twin.results.why.making import Making, Stood
from twin.results.why.record import Record
from twin.results.why.troubles import Troubles


class Drain(NamedTuple):
    """So many pieces are not there, for this cause."""

    pieces: float
    cause: Cause


class Shortages:
    """Of all stocks of one replication. Nothing is asked twice."""

    def __init__(
        self, model: Model, ledger: Ledger, record: Record, troubles: Troubles, tell: Teller, stood: Stood
    ) -> None:
        self.model, self.record, self.troubles, self.tell = model, record, troubles, tell
        self.plans: Mapping[StockName, StockPlan] = plan(model, ledger.policy)
        self.making = Making(model, record, troubles, tell, stood)
        self.demand = Demand(model, self.plans, record, troubles, tell, stood)
        self.hindrances = Hindrances(model, record, troubles)
        self._orders = {
            stock: Orders([Late(self, purchase) for purchase in record.purchases.get(stock, ())])
            for stock in self.plans
        }
        self._causes: dict[tuple[str, str, int], Cause | None] = {}

    def turns(self, store: str, item: str) -> set[int]:
        """The seconds at which the cause of a shortage may change: an order becomes due, doors open or shut."""
        return {*self._orders[store, item].dues} | self.making.dues(store, item) | self.troubles.turns("doors", store)

    def cause(self, store: str, item: str, second: int) -> Cause:
        """Why there were too few at a second. Who goes round in a circle is told that the level was too low."""
        key = store, item, second
        if key not in self._causes:
            self._causes[key] = None
            self._causes[key] = self._found(store, item, second)
        found = self._causes[key]
        return found if found is not None else self._thin((store, item), second).cause

    def _found(self, store: str, item: str, second: int) -> Cause:
        shut = self.troubles.shut("doors", store, second)
        if shut is not None:
            return self.tell.trouble(shut)
        sums: dict[Root, Drain] = {}
        for drain in self._drains((store, item), second):
            root = drain.cause.root
            before, cause = sums.get(root, Drain(0, drain.cause))
            sums[root] = Drain(before + drain.pieces, cause)
        most = max(sums.values(), key=lambda drain: drain.pieces, default=None)
        return most.cause if most is not None else self._thin((store, item), second).cause

    def _drains(self, stock: StockName, second: int) -> Iterator[Drain]:
        """All that is not there at a second; of overdue orders those that come next first."""
        yield from self._overdue(stock, second)
        yield from self._scrapped(stock, second)
        yield from self._never_came(stock, second)
        yield from self._unordered(stock, second)
        begin = self._begin(stock, second)
        excess = self.demand.excess(stock, begin, second)
        if excess > 0:
            yield Drain(excess, self.demand.cause(stock, begin, second))
        thin = self._thin(stock, second)
        if thin.pieces > 0:
            yield thin

    def _overdue(self, stock: StockName, second: int) -> Iterator[Drain]:
        for late in self._orders[stock].overdue(second):
            missing = late.journey.missing(second)
            if missing > 0:
                yield Drain(missing, late.cause)
        missing = self.making.overdue(*stock, second)
        if missing > 0:
            yield Drain(missing, self.making.cause(*stock, second))

    def _scrapped(self, stock: StockName, second: int) -> Iterator[Drain]:
        """Pieces destroyed, or thrown away when their time was over, in the time that the level was to cover."""
        name, begin = ".".join(stock), self._begin(stock, second)
        blows = {blow.second: blow for blow in self.troubles.blows.get(("destroy", name), ())}
        for time, pieces in self.record.amounts["scrapped", name]:
            if begin < time <= second and pieces:
                if time in blows:
                    cause = self.tell.blow(blows[time].root, "stock destroyed", name, time)
                else:
                    cause = self.tell.thin(name, time, second, "what lay too long had to be thrown away")
                yield Drain(pieces, cause.behind(self.tell.gone(name, "were lost", pieces, time, second)))

    def _never_came(self, stock: StockName, second: int) -> Iterator[Drain]:
        """Pieces of orders that were cancelled, or turned out bad, when there was no time to order them again."""
        name, begin = ".".join(stock), self._begin(stock, second)
        for journey in self._orders[stock].lessened:
            if journey.due > second:
                continue
            placed = journey.purchase.placed
            for blow, pieces in journey.cancelled:
                if begin < blow.second and pieces:
                    what = f"orders at {journey.lane.origin} cancelled"
                    cause = self.tell.blow(blow.root, what, name, blow.second)
                    yield Drain(pieces, cause.behind(self.tell.gone(name, "were ordered", pieces, placed, second)))
            if journey.spoilt and begin < journey.purchase.parcels[0].ready <= second:
                why = f"{figures(journey.spoilt)} pc of an order turned out bad"
                yield Drain(journey.spoilt, self.tell.thin(name, placed, second, why))

    def _unordered(self, stock: StockName, second: int) -> Iterator[Drain]:
        """What would have been ordered while nothing could be, and would be here."""
        outlook = self.plans[stock].outlook
        lead = round(outlook.lead_time * DAY)
        for trouble in self.troubles.on("ordering", stock[0], 0, second):
            until = min(trouble.end, second - lead)
            if trouble.level == 0 and until > trouble.begin and trouble.end > self._begin(stock, second):
                link = self.tell.unordered(".".join(stock), trouble.begin, second)
                yield Drain(outlook.demand * (until - trouble.begin) / DAY, self.tell.trouble(trouble).behind(link))

    def _begin(self, stock: StockName, second: int) -> int:
        """Since when what the level covers must have lasted."""
        return max(-1, second - round(self.plans[stock].outlook.exposure * DAY))

    def _thin(self, stock: StockName, second: int) -> Drain:
        """What a normal time takes more than the level has."""
        entry, name = self.plans[stock], ".".join(stock)
        begin = max(0, self._begin(stock, second))
        if entry.rule is None:
            return Drain(0, self.tell.thin(name, begin, second, "nobody refills it"))
        needed = self.demand.usual(stock, second - round(entry.outlook.exposure * DAY), second)
        return Drain(needed - entry.rule.trigger, self.tell.thin(name, begin, second, _told(entry, needed)))


def _told(entry: StockPlan, needed: float) -> str:
    assert entry.rule is not None
    level = f"its level of {figures(entry.rule.trigger)} pc"
    time = f"{figures(entry.outlook.exposure)} d to the next order"
    if needed > entry.rule.trigger:
        return f"{level} is less than the {figures(needed)} pc that a normal demand takes in the {time}"
    return f"{level} leaves {figures(entry.rule.trigger - needed)} pc for ups and downs in the {time}"
