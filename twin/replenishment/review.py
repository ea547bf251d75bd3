"""Reviews: all positions that are due at an instant are reviewed in one go, and their orders placed.

From the customers upwards, as orders go: a warehouse that supplies others has their orders before it looks at its own
position. Among equals by name.
"""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import TYPE_CHECKING, Any

from simpy import Event

from twin.engine.clock import Moment, Phase, turn
from twin.replenishment.backup import Standby
from twin.replenishment.network import Use
from twin.replenishment.rules import Rule
from twin.replenishment.sourcing import Sourcing

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.replenishment.policy import Expedite, StockPlan


class Reviewer:
    """Reviews one stock by its rule; `tier` is the number of warehouses that its goods still go through."""

    def __init__(self, world: World, stock: Any, rule: Rule, plan: StockPlan, tier: int) -> None:
        self.stock = stock
        self.turn = (tier, stock.name)
        self.calm = self.rule = rule
        self.ordering = stock.store.ordering
        self.sourcing: Sourcing
        if plan.backup is None:
            self.sourcing = sourcing = Sourcing(world, plan.sources)
            self.place, self.view = sourcing.ordering(), stock.view
        else:
            self.sourcing = standby = Standby(world, stock, plan.sources, plan.backup)
            self.place, self.view = standby.place, standby.view
        self.sourcing.lot = rule.lot
        self.expedite = plan.expedite
        self.plan = plan
        self.uses: set[Use] = set()
        self.lanes = world.lanes
        self._short = False  # a shortage has been expedited and is not over
        self.notice = world.dial("notice", stock.name)
        self.notice.listen(self._foresee)

    def review(self) -> None:
        """Look at the position and order what the rule says."""
        if self.ordering.value == 0:
            return
        if self.expedite is not None:
            self._hasten(self.expedite)
        quantity = self.rule.order(self.view())
        if quantity > 0:
            self.place(self.stock, quantity)

    def use(self, use: Use, begins: bool) -> None:
        """The use of an alternate that draws on this stock begins or ends: the rule has another demand to cover."""
        if begins:
            self.uses.add(use)
        else:
            self.uses.discard(use)
        self.calm, self.expedite = self.plan.in_use(self.uses)
        self._foresee()

    def _foresee(self) -> None:
        """Between a notice and its event the level is higher; of several notices the last to end lowers it."""
        self.rule = self.calm.raised() if self.notice.value else self.calm
        self.sourcing.lot = self.rule.lot
        self.stock.moved()

    def _hasten(self, expedite: Expedite) -> None:
        """When cover falls below the threshold, order over the premium lane what brings it back there.

        Once a shortage.
        """
        stock = self.stock
        if stock.on_hand >= expedite.below:
            self._short = False
        elif not self._short:
            self._short = True
            quantity = ceil(expedite.up_to - stock.on_hand)
            if quantity > 0:
                self.lanes[expedite.lane].order(stock, quantity)


class Desk:
    """The one place where positions are reviewed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.periodic: dict[int, list[Reviewer]] = {}
        self.continuous: dict[str, Reviewer] = {}
        self._due: dict[str, Reviewer] = {}
        self._rounds: dict[tuple[int, ...], list[Reviewer]] = {}
        self._called: Moment | None = None
        self._turn = turn(Phase.REVIEW)

    def add(self, reviewer: Reviewer) -> None:
        review = reviewer.rule.review
        if review == "continuous":
            self.continuous[reviewer.stock.name] = reviewer
            reviewer.stock.changed = self._position_changed
            self._position_changed(reviewer.stock)
        else:
            self.periodic.setdefault(review, []).append(reviewer)

    def dismiss(self, stock: Any) -> None:
        """Nothing is ordered for this stock any more."""
        stock.changed = None
        self._due.pop(stock.name, None)
        for period, reviewers in self.periodic.items():
            self.periodic[period] = [reviewer for reviewer in reviewers if reviewer.stock is not stock]
        self._rounds.clear()

    def live(self) -> Generator[Event, None, None]:
        """From one instant at which something is due to the next.

        Repeating reviews fall on multiples of their period.
        """
        time = 0
        while True:
            yield self.world.at(time, self._turn)
            if not self.periodic:
                self._review([])
                return
            self._review(self._round(tuple([period for period in self.periodic if not time % period])))
            time = min([time - time % period + period for period in self.periodic])

    def _round(self, periods: tuple[int, ...]) -> list[Reviewer]:
        """All whose review repeats with one of these periods, in their turn."""
        if periods not in self._rounds:
            due = [reviewer for period in periods for reviewer in self.periodic[period]]
            self._rounds[periods] = sorted(due, key=_turn)
        return self._rounds[periods]

    def _position_changed(self, stock: Any) -> None:
        self._due[stock.name] = self.continuous[stock.name]
        if self._called is None:
            self._called = self.world.at(self.world.now, self._turn, self._called_up)

    def _called_up(self, _: object) -> None:
        self._called = None
        self._review([])

    def _review(self, due: list[Reviewer]) -> None:
        """Review who is due, and who was called up."""
        if self._due:
            due = sorted([*due, *self._due.values()], key=_turn)
            self._due = {}
        for reviewer in due:
            reviewer.review()


def _turn(reviewer: Reviewer) -> tuple[int, str]:
    return reviewer.turn
