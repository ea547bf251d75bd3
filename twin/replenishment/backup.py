"""A backup: another lane for all that a stock orders, when its first source has been closed for a while.

What was ordered from the first source since it closed is stuck. While the backup is used it does not count as on order:
otherwise a stock whose orders wait for sales would never order again. After the reopening it counts, and the surplus is
worked off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.engine.clock import Moment, Phase
from twin.model.units import DAY
from twin.replenishment.rules import View
from twin.replenishment.safety_stock import figures
from twin.replenishment.sourcing import Source, Sourcing, Way

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.transport.order import Order
    from twin.transport.shipment import Cargo


@dataclass(frozen=True)
class Backup:
    """Which lane stands by, for which first source: several where all the lines that make an item are one source."""

    lane: str
    after: int  # seconds that the first source has been closed
    first: tuple[tuple[str, Way], ...]

    @property
    def told(self) -> str:
        """In words."""
        names = " and ".join(name for name, _ in self.first)
        return f"when {names} has been closed for {figures(self.after / DAY)} d, orders over {self.lane}"


class Standby(Sourcing):
    """Sourcing that knows whether the first source is closed, and what is stuck there."""

    def __init__(self, world: World, stock: Any, sources: tuple[Source, ...], backup: Backup) -> None:
        super().__init__(world, sources)
        self.clock = world.clock
        self.stock = stock
        self.lane = world.lanes[backup.lane]
        self.after = backup.after
        self.first = {name for name, _ in backup.first}
        self.ways = [[world.dial(*place) for place in way] for _, way in backup.first]
        self.stuck: dict[Order, int] = {}  # ordered from the first source since it closed: pieces that have come
        self.closed = False
        self.since = 0  # when it closed
        self.until = -1  # when it reopened
        self._turn = world.turn(Phase.DISRUPT, stock.name)
        self._due: Moment | None = None
        for way in self.ways:
            for dial in way:
                dial.listen(self._look)
        for name in self.first & world.lanes.keys():
            world.lanes[name].watchers.append(self._arrived)

    @property
    def used(self) -> bool:
        """Whether the first source has been closed long enough, and still is."""
        return self.closed and self.clock._now >= self.since + self.after

    def place(self, stock: Any, quantity: int) -> None:
        """All over the backup while it is used; that counts in no share, so that nothing is made up for later."""
        if self.used:
            self.lane.order(stock, quantity)
        else:
            super().place(stock, quantity)

    def view(self) -> View:
        """What the rule sees: without what is stuck, while the backup is used."""
        view = self.stock.view()
        if not self.used:
            return view
        stuck = sum(order.quantity - come for order, come in self.stuck.items())
        return View(view.on_hand, view.on_order - stuck, view.backlog, view.position - stuck)

    def _ask(self, name: str, channel: Any, stock: Any, quantity: int) -> Order:
        order = super()._ask(name, channel, stock, quantity)
        if self.closed and name in self.first:
            self.stuck[order] = 0
        return order

    def _arrived(self, cargo: list[Cargo]) -> None:
        """Of several places on the way the first may reopen before the last closes: then goods come meanwhile."""
        for load in cargo:
            if load.order in self.stuck:
                self.stuck[load.order] += load.quantity

    def _look(self) -> None:
        """A place on the way has been turned."""
        closed = all(any(dial.value == 0 for dial in way) for way in self.ways)
        if closed == self.closed:
            return
        self.closed, now = closed, self.clock._now
        if not closed:
            self.until = now
            self._dismiss()
            return
        if now > self.until:  # where one place opens in the second in which another closes, nothing has been open
            self.since = now
            self.stuck.clear()
        self._due = self.clock.at(max(now, self.since + self.after), self._turn, self._call_up)

    def _dismiss(self) -> None:
        if self._due is not None:
            self._due.cancel()

    def _call_up(self, _: object) -> None:
        """The backup is due: who looks only after a change must look now."""
        self.stock.moved()
