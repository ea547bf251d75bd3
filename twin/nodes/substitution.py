"""Substitution: what stands in for a component that lacks at one line.

The first time that the line is short of a component, the qualification of its alternates begins. From then on an
alternate that is qualified and there may go into a lot; and while the line is short, the alternate is *in use*: its
stock is refilled for what the line takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from twin.engine.clock import Phase
from twin.engine.measures import DailyTally
from twin.replenishment.network import Use

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Alternate
    from twin.nodes.product import Bom
    from twin.nodes.stock import Stock

Alternates = Mapping[str, Mapping[str, "Alternate"]]  # of each component: their terms, the first choice first
Choice = Mapping[str, str]  # component: what is taken for it


class Substitution:
    """What one line knows of the alternates of its components; `news` is rung when one of them is qualified."""

    def __init__(self, world: World, line: str, products: Iterable[str], news: Callable[[], None]) -> None:
        self.world = world
        self.line = line
        self.boms = {product: world.boms[product] for product in products}
        parts = {part for bom in self.boms.values() for part, _ in bom}
        self.alternates: Alternates = {part: terms for part, terms in world.alternates.items() if part in parts}
        self._news = news
        self._turn = world.turn(Phase.MAKE, line, since=1)  # before the line looks
        self._met: set[str] = set()  # components that the line has ever been short of
        self._short: set[str] = set()  # those of which it has been short since its last lot with them
        self._qualified: set[Use] = set()
        self._fitted: dict[str, str] = {}  # what the last lot took for a component, where it was not the component

    # Shortage and qualification ---------------------------------------------------------------------------------------

    def _lacks(self, component: str) -> None:
        """The line finds too little of a component for its next lot."""
        if component in self._short:
            return
        self._short.add(component)
        if component not in self._met:
            self._met.add(component)
            for alternate, terms in self.alternates[component].items():
                self._begin(Use(self.line, component, alternate), terms)
        for use in self._ready(component):
            self._draw_on(use, True)

    def _begin(self, use: Use, terms: Alternate) -> None:
        if terms.after:
            self.world.at(self.world.now + terms.after, self._turn, partial(self._qualify, use, terms))
        else:
            self._pass(use, terms)

    def _qualify(self, use: Use, terms: Alternate, _: object) -> None:
        """After its time: at work at once if the line is still short."""
        self._pass(use, terms)
        if use.component in self._short:
            self._draw_on(use, True)
            self._news()

    def _pass(self, use: Use, terms: Alternate) -> None:
        self._qualified.add(use)
        if terms.cost:
            self.world.ledger.tally("cost", "qualification").add(terms.cost)
        if terms.after or terms.cost:
            self._tell(f"qualified {use.alternate}")

    def _ready(self, component: str) -> Iterator[Use]:
        """The uses of its qualified alternates, the first choice first."""
        uses = (Use(self.line, component, alternate) for alternate in self.alternates[component])
        return (use for use in uses if use in self._qualified)

    def _draw_on(self, use: Use, begins: bool) -> None:
        for reviewer in self.world.drawn_on.get(use, ()):
            reviewer.use(use, begins)

    def _tell(self, what: str) -> None:
        self.world.ledger.fact(self.line, what)

    # Lots -------------------------------------------------------------------------------------------------------------

    def choose(self, needs: Mapping[str, int], lacking: set[str], stocks: Mapping[str, Stock]) -> Choice:
        """For each component that lacks, by name, the first qualified alternate that is there for its whole need.

        `needs` are the pieces of each component that the lot takes. A component for which there is none is left out.
        """
        taken = {part: pieces for part, pieces in needs.items() if part not in lacking}
        choice: dict[str, str] = {}
        for component in sorted(lacking & self.alternates.keys()):
            self._lacks(component)
            for use in self._ready(component):
                pieces = taken.get(use.alternate, 0) + self.ratio(component, use.alternate) * needs[component]
                if pieces <= stocks[use.alternate].available:
                    choice[component] = use.alternate
                    taken[use.alternate] = pieces
                    break
        return choice

    def adapted(self, product: str, choice: Choice) -> Bom:
        """The bill of material with what was chosen for its components."""
        adapted: dict[str, int] = {}
        for component, count in self.boms[product]:
            taken = choice.get(component, component)
            pieces = count if taken == component else self.ratio(component, taken) * count
            adapted[taken] = adapted.get(taken, 0) + pieces
        return adapted.items()

    def ratio(self, component: str, alternate: str) -> int:
        return self.alternates[component][alternate].ratio

    def began(self, product: str, lot: int, choice: Choice) -> None:
        """A lot of a product has taken its components, or what was chosen for them."""
        for component, _ in self.boms[product]:
            alternate = choice.get(component)
            before = self._fitted.pop(component, None)
            if alternate is not None:
                self._fitted[component] = alternate
                self.world.ledger.tally("replaced", self.line, product, component, alternate, kind=DailyTally).add(lot)
                if alternate != before:
                    self._tell(f"changed over to {alternate}")
            else:
                if before is not None:
                    self._tell(f"back to {component}")
                self._recovered(component)

    def _recovered(self, component: str) -> None:
        """A lot was made with the component itself: no alternate of it is in use any longer."""
        if component in self._short:
            self._short.remove(component)
            for use in self._ready(component):
                self._draw_on(use, False)
