"""The timeline: how one replication looked at the end of each day of the horizon."""

from __future__ import annotations

from typing import Any

from twin.engine.clock import Phase, turn
from twin.engine.world import World
from twin.model.units import DAY
from twin.nodes.line import STATES
from twin.nodes.warehouse import SPACE_UNITS
from twin.results.places import days_without
from twin.results.spill import Landlord, Spill

Timeline = dict[str, list[Any]]  # column -> a value per day; columns are "what:where"


class Watch:
    """Looks at a world at the end of each day, before anything of the next day happens."""

    def __init__(self) -> None:
        self.columns: Timeline = {"day": []}
        self._before: dict[str, float] = {}
        self._opened = False
        self._landlord = Landlord()

    @property
    def spills(self) -> list[Spill]:
        """What found no room of its own, day by day."""
        return self._landlord.log

    def __call__(self, world: World) -> None:
        """Attach to a world that has not started."""
        self.world = world
        ledger = world.ledger
        self._days = ledger.horizon // DAY
        look = turn(Phase.COUNT, since=1)  # after the count has begun, on its first day
        for day in range(self._days):
            world.at(ledger.warm_up + day * DAY, look, self._look)

    def finish(self) -> Timeline:
        """The last day ends with the run; who went without on which day is in the books."""
        self._look(None)
        for stock in self.world.stocks:
            self.columns[f"out:{stock}"] = list(map(int, days_without(self.world.ledger, stock)))
        return self.columns

    def _look(self, _: object) -> None:
        self._landlord.look(self.world, len(self.columns["day"]) if self._opened else -1)
        rows = {**self._stocks(), **self._stores(), **self._lines(), **self._customers()}
        if self._opened:
            self.columns["day"].append(len(self.columns["day"]))
            for column, value in rows.items():
                self.columns.setdefault(column, []).append(value)
        self._opened = True

    def _since_yesterday(self, column: str, total: float) -> float:
        before, self._before[column] = self._before.get(column, 0), total
        return total - before

    def _stocks(self) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for name, stock in self.world.stocks.items():
            rows[f"on_hand:{name}"] = stock.on_hand
            rows[f"on_order:{name}"] = stock.on_order.value
            rows[f"backlog:{name}"] = stock.backlog.value
        return rows

    def _stores(self) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for name, store in self.world.nodes.items():
            if hasattr(store, "own"):
                capacity = store.spec.capacity
                rows[f"space_used:{name}"] = store.own.value / capacity.amount if capacity else None
                rows[f"overflow:{name}"] = store.rented.value / SPACE_UNITS
                rows[f"dock:{name}"] = store.blocked.value / SPACE_UNITS
        return rows

    def _lines(self) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for (kind, *where), gauge in self.world.ledger.gauges.items():
            if kind in STATES:
                column = f"{kind}:{where[0]}"
                rows[column] = self._since_yesterday(column, gauge.until(self.world.now)) / DAY
        return rows

    def _customers(self) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for (kind, *where), tally in self.world.ledger.tallies.items():
            if kind in ("sold", "lost"):
                column = f"{kind}:{where[0]}"
                rows[column] = self._since_yesterday(column, tally.total)
        for (kind, *where), gauge in self.world.ledger.gauges.items():
            if kind == "owed":
                rows[f"owed:{where[0]}"] = gauge.value
        return rows
