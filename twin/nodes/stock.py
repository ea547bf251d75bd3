"""A stock: one item at one warehouse.

What is on hand serves claims; what is missing is owed or lost; reviews refill it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from twin.engine.account import SCRAPPED, Account
from twin.engine.measures import DailyGauge, DailyTally
from twin.replenishment.rules import View
from twin.transport.order import Claim, Order

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.nodes.ageing import Ageing
    from twin.nodes.warehouse import Store
    from twin.replenishment.policy import StockPlan
    from twin.transport.lane import Route


class Stock:
    """One item at one warehouse, with the queue of claims on it."""

    def __init__(self, world: World, store: Store, item: str, plan: StockPlan, space: int) -> None:
        ledger = world.ledger
        self.ledger = ledger
        self.clock = world.clock
        self.store = store
        self.item = item
        self.plan = plan
        self.space = space  # of one piece, in billionths of a unit
        self.name = name = f"{store.name}.{item}"
        self.shelf = ledger.account(store.name, item)
        self.shelf.floor = plan.safety_stock
        self.at_dock = ledger.account(store.dock, item)
        self.ageing: Ageing | None = None  # of an item with a shelf life or a lifecycle
        self.scrapped = ledger.tally("scrapped", name)
        self.on_order = ledger.gauge("on_order", name)
        self.backlog = ledger.gauge("backlog", name)
        self.wanting = ledger.gauge("wanting", name, kind=DailyGauge)  # lines that starve for it
        self.claimed = ledger.tally("claimed", name, kind=DailyTally)  # by other warehouses
        self.unserved = ledger.tally("unserved", name, kind=DailyTally)
        self.ordered = ledger.tally("ordered", name, kind=DailyTally)
        self.cycles = ledger.tally("cycles", name)  # 1 for a replenishment cycle without an unserved claim, else 0
        self.owed: deque[Claim] = deque()
        self.changed: Callable[[Stock], None] | None = None  # who wants to know of every change of position
        self._last_receipt: int | None = None
        self._unbroken = True

    @property
    def on_hand(self) -> int:
        return self.shelf.balance

    @property
    def available(self) -> int:
        """Pieces that a claim or a lot can have now: on hand, and waiting at the dock."""
        return self.shelf.balance + self.at_dock.balance if self.store.doors.value > 0 else 0

    def view(self) -> View:
        on_hand, on_order, backlog = self.shelf.balance, self.on_order.value, self.backlog.value
        return View(on_hand, on_order, backlog, on_hand + on_order - backlog)

    # Claims -----------------------------------------------------------------------------------------------------------

    def has(self, quantity: int) -> bool:
        """Whether the shelf alone serves so many pieces at once, and nobody stands before."""
        return self.shelf.balance >= quantity and not self.owed and self.store.doors.value > 0

    def sell(self, quantity: int, buyer: Account) -> None:
        """Hand out pieces that the shelf has."""
        self.ledger.transfer(self.shelf, buyer, quantity)
        self._gone(quantity)

    def _gone(self, quantity: int) -> None:
        """Pieces have left the shelf to whom they were meant for."""
        self.store.vacate(quantity * self.space)
        if self.changed is not None:
            self.changed(self)

    def claim(self, claim: Claim) -> None:
        """Serve what can be served at once; what is not there is owed, or lost."""
        if not self.owed:
            self._serve(claim, self.available)
        if claim.left:
            self.miss(claim.left)
            if claim.waits:
                self.owed.append(claim)
                self.backlog.add(claim.left)
                self.store.wake()
        self.moved()

    def rounded(self, quantity: int) -> int:
        """A warehouse sells any number of pieces."""
        return quantity

    def accept(self, order: Order, route: Route) -> None:
        """Another warehouse orders here: a claim, which ships what there is and is owed the rest."""
        self.claimed.add(order.quantity)
        if self.has(order.quantity):
            route.load(order, order.quantity, self.shelf)
            self._gone(order.quantity)
        else:
            self.claim(Claim(order.quantity, route.take, order=order))

    def miss(self, quantity: int) -> None:
        """Pieces were wanted and not there."""
        self.unserved.add(quantity)
        self.break_cycle()

    def break_cycle(self) -> None:
        """Somebody goes short in this replenishment cycle."""
        self._unbroken = False

    def serve_owed(self, line: Account | None = None, made: int = 0) -> int:
        """Serve owed claims, first come first served, also from the dock and from a lot that a line has just made.

        Returns the pieces taken from the line's account."""
        from_line = 0
        while self.owed and self.store.open:
            claim = self.owed[0]
            available = self.available
            owed = claim.left
            from_line += self._serve(claim, available, line, made - from_line)
            if claim.left == owed:
                break
            self.backlog.add(claim.left - owed)
            if claim.left:
                break
            self.owed.popleft()
            if claim.settled:
                claim.settled()
        if self.owed:
            self._unbroken = False
        return from_line

    def _serve(self, claim: Claim, available: int, line: Account | None = None, made: int = 0) -> int:
        quantity = claim.left
        if quantity > available + made:
            quantity = 0 if claim.whole else available + made
        if not quantity:
            return 0
        claim.left -= quantity
        from_line = quantity - available if quantity > available else 0
        if quantity > from_line:
            self._issue(claim, quantity - from_line)
        if from_line and line is not None:
            claim.deliver(claim, from_line, line)
            self.arrived(from_line)
        return from_line

    def abandon(self, claim: Claim) -> None:
        """Patience is over: the claim is owed no longer, and who stood behind it may be served."""
        self.owed.remove(claim)
        self.backlog.add(-claim.left)
        self.serve_owed()
        self.store.wake()
        self.moved()

    # Goods ------------------------------------------------------------------------------------------------------------

    def _issue(self, claim: Claim, quantity: int) -> None:
        """Hand out pieces: from the shelf first, then straight from the dock."""
        on_hand = self.shelf.balance
        from_shelf = quantity if quantity < on_hand else on_hand
        if from_shelf:
            claim.deliver(claim, from_shelf, self.shelf)
        if quantity > from_shelf:
            claim.deliver(claim, quantity - from_shelf, self.at_dock)
            self.store.straight_through(self.item, quantity - from_shelf)
        if from_shelf:
            self.store.vacate(from_shelf * self.space)

    def fetch(self, quantity: int) -> int:
        """A lot takes more pieces than lie on the shelf: the rest comes from the dock at once, taking no space.

        Returns how many."""
        missing = quantity - self.shelf.balance
        self.store.straight_through(self.item, missing)
        self.ledger.transfer(self.at_dock, self.shelf, missing)
        return missing

    def scrap(self, quantity: int, place: Account) -> None:
        """Pieces are thrown away where they stand."""
        self.ledger.transfer(place, self.ledger.account(SCRAPPED, self.item), quantity)
        self.scrapped.add(quantity)

    def arrived(self, quantity: int) -> None:
        """Pieces on order have come: on hand, or straight through to who needed them."""
        self.on_order.add(-quantity)
        now = self.clock._now
        if self._last_receipt != now:
            if self._last_receipt is not None and self._last_receipt >= self.ledger.opened:
                self.cycles.add(1 if self._unbroken else 0)
            self._last_receipt = now
            self._unbroken = True
        if self.changed is not None:
            self.changed(self)

    def moved(self) -> None:
        """The position has changed."""
        if self.changed is not None:
            self.changed(self)

    def expect(self, quantity: int) -> None:
        """Pieces have been ordered."""
        self.on_order.add(quantity)
        self.ordered.add(quantity)
