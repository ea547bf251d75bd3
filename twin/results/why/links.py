"""What each link of a chain says, in the words of a planner. Days count from the end of the warm-up."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.units import DAY, HOUR, MINUTE
from twin.replenishment.safety_stock import figures
from twin.results.why.chain import Cause, Link, Root
from twin.results.why.troubles import Trouble

MINUS = "\N{MINUS SIGN}"
STOOD = {
    "starved": "stood without parts",
    "blocked": "stood with nowhere to put its products",
    "down": "was down",
    "changeover": "changed over",
}
HELD = {"works": "with", "depot": "waiting for", "quay": "waiting to leave on", "leg": "under way on", "port": "at"}


def span(seconds: int) -> str:
    """A time as people say it.

    >>> span(803_520), span(19_440), span(90), span(7)
    ('9.3 d', '5.4 h', '1.5 min', '7 s')
    """
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds} s"


@dataclass(frozen=True)
class Teller:
    """Makes links; `warm_up` is day 0, and what lasts to the end of the run may not be over."""

    warm_up: int
    end: int

    def when(self, second: int) -> str:
        """A second as day and time of day: `day 81 06:00`."""
        day, rest = divmod(second - self.warm_up, DAY)
        clock = f" {rest // HOUR:02}:{rest // MINUTE % 60:02}" if rest else ""
        return f"day {day}{clock}".replace("-", MINUS)

    def _over(self, begin: int, end: int) -> str:
        """From when to when."""
        return f"from {self.when(begin)}" + (f" to {self.when(end)}" if end < self.end else " to the end of the run")

    # What happened ----------------------------------------------------------------------------------------------------

    def stood(self, line: str, state: str, begin: int, end: int) -> Link:
        return Link(state, line, begin, end, f"{line} {STOOD[state]} from {self.when(begin)} for {span(end - begin)}")

    def missed(self, customer: str, item: str, begin: int, end: int, short: int, lost: int) -> Link:
        much = [f"{figures(lost)} {item} lost"] * (lost > 0) + [f"{figures(short - lost)} {item} late"] * (short > lost)
        time = f"on {self.when(begin)}" if begin == end else self._over(begin, end)
        return Link("short", customer, begin, end, f"{customer}: {' and '.join(much)} {time}")

    def lacked(self, store: str, item: str, begin: int, end: int) -> Link:
        return Link("missing", f"{store}.{item}", begin, end, f"too few {item} in {store}")

    def ordered(self, stock: str, source: str, pieces: int, placed: int, due: int, came: int | None) -> Link:
        late = span((self.end if came is None else came) - due)
        said = f"was {late} late when the run ended" if came is None else f"came {late} late, on {self.when(came)}"
        what = f"the order of {self.when(placed)}, {figures(pieces)} pc from {source},"
        return Link("order", stock, placed, self.end if came is None else came, f"{what} {said}")

    def held(self, what: str, place: str, begin: int, end: int, planned: int, missed: int | None = None) -> Link:
        usual = f", not {span(planned)}" if planned else ""
        missing = f", and missed the departure of {self.when(missed)}" if missed is not None else ""
        said = f"it was {span(end - begin)} {HELD[what]} {place}{usual}{missing}"
        return Link("held", place, begin, end, said)

    def large(self, stock: str, pieces: int, usual: float, begin: int, end: int) -> Link:
        said = f"it was an order of {figures(pieces)} pc, {figures(round(usual))} are usual"
        return Link("large", stock, begin, end, said)

    def queued(self, place: str, begin: int, end: int) -> Link:
        return Link("queue", place, begin, end, f"{place} had work waiting since {self.when(begin)}")

    def gone(self, stock: str, what: str, pieces: int, begin: int, end: int) -> Link:
        return Link("gone", stock, begin, end, f"{figures(pieces)} pc {what} on {self.when(begin)}")

    def unordered(self, stock: str, begin: int, end: int) -> Link:
        return Link("unordered", stock, begin, end, f"nothing was ordered for {stock} {self._over(begin, end)}")

    def wanted(self, stock: str, who: str, pieces: int, expected: float, begin: int, end: int) -> Link:
        time = f"in the {span(end - begin)} to {self.when(end)}"
        said = f"{who} wanted {figures(pieces)} pc of {stock} {time}, {figures(round(expected))} were expected"
        return Link("wanted", stock, begin, end, said)

    # Roots ------------------------------------------------------------------------------------------------------------

    def trouble(self, trouble: Trouble) -> Cause:
        """A disruption or a failure that turned a dial."""
        if trouble.occurrence is None:
            said = f"random failure of {trouble.subject} {self._over(trouble.begin, trouble.end)}"
            return self._root(trouble.root, trouble.subject, trouble.begin, trouble.end, said)
        start, end, recovered = trouble.occurrence.start, trouble.occurrence.end, trouble.occurrence.recovered
        what = f"{trouble.dial.replace('_', ' ')} of {trouble.subject} at {figures(100 * trouble.level)} %"
        back = f", back to normal on {self.when(recovered)}" if recovered not in (None, end) else ""
        said = f"disruption `{trouble.root.name}`: {what}, {self._over(start, self.end if end is None else end)}{back}"
        return self._root(trouble.root, trouble.subject, start, max(start, trouble.end), said)

    def blow(self, root: Root, what: str, stock: str, second: int) -> Cause:
        return self._root(root, stock, second, second, f"disruption `{root.name}`: {what} on {self.when(second)}")

    def chance(self, place: str, begin: int, end: int, why: str) -> Cause:
        return self._root(Root("lead_time", place), place, begin, end, f"late lead time: {why}")

    def surge(self, stock: str, begin: int, end: int) -> Cause:
        root = Root("demand", stock)
        return self._root(root, stock, begin, end, root.text)

    def thin(self, stock: str, begin: int, end: int, why: str) -> Cause:
        return self._root(Root("policy", stock), stock, begin, end, f"too little stock: {why}")

    def full(self, store: str, begin: int, end: int) -> Cause:
        root = Root("space", store)
        return self._root(root, store, begin, end, root.text)

    def setting_up(self, line: str, begin: int, end: int) -> Cause:
        return self._root(Root("changeover", line), line, begin, end, f"{line} was set up for another item")

    @staticmethod
    def _root(root: Root, place: str, begin: int, end: int, text: str) -> Cause:
        return Cause(root, (Link(root.kind, place, begin, end, text),))
