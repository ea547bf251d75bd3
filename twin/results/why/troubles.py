"""Troubles: what was out of order when. Dials that disruptions had turned, repairs, and one-off blows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from twin.disruptions.disruption import Occurrence, normal, plan
from twin.engine.ledger import Ledger
from twin.language import Model
from twin.results.why.chain import Root
from twin.results.why.record import Record


class Trouble(NamedTuple):
    """Something stood at a share of normal for a while."""

    root: Root
    dial: str
    subject: str
    level: float
    begin: int
    end: int
    occurrence: Occurrence | None = None  # of the disruption

    def overlap(self, begin: int, end: int) -> int:
        return max(0, min(self.end, end) - max(self.begin, begin))

    def joined(self, other: Trouble) -> Trouble:
        """With another of the same root, as one."""
        worst = min(self, other, key=lambda trouble: trouble.level)
        return worst._replace(begin=min(self.begin, other.begin), end=max(self.end, other.end))


class Blow(NamedTuple):
    """A share of something was gone at once."""

    root: Root
    second: int
    share: float


class Troubles:
    """All of one replication, by what they turned or struck."""

    def __init__(self, model: Model, ledger: Ledger, record: Record) -> None:
        self._of_dial: dict[tuple[str, str], list[Trouble]] = defaultdict(list)
        self.blows: dict[tuple[str, str], list[Blow]] = defaultdict(list)
        self._model = model
        self._end = record.end
        for occurrence in ledger.occurrences:
            self._note(occurrence)
        for name in {**model.lines, **model.suppliers}:
            begins = [time for time, _ in record.amounts["failures", name]]
            ends = [*record.repaired[name], record.end]
            for begin, end in zip(begins, ends, strict=False):
                self._of_dial["failure", name].append(Trouble(Root("failure", name), "failure", name, 0.0, begin, end))

    def _note(self, occurrence: Occurrence) -> None:
        spec = self._model.disruptions[occurrence.name]
        root, start = Root("disruption", occurrence.name), occurrence.start
        length = None if spec.lasts is None or occurrence.end is None else occurrence.end - start
        for dial, level in spec.effect.turned.items():
            steps = plan(level, normal(dial), length, spec.recovery)
            ends = [*steps.items(), (self._end - start, None)]
            for (begin, share), (end, _) in pairwise(ends):
                if share is None or share == normal(dial):
                    continue
                for subject in spec.subjects(self._model, dial):
                    until = min(start + end, self._end)
                    trouble = Trouble(root, dial, subject, share, start + begin, until, occurrence)
                    self._of_dial[dial, subject].append(trouble)
                    if dial == "capacity" and share == 0 and spec.in_transit == "hold":
                        self._of_dial["sailing", subject].append(trouble)
        for blow, share in spec.effect.struck.items():
            for subject in spec.subjects(self._model, blow):
                self.blows[blow, subject].append(Blow(root, start, share))

    def on(self, dial: str, subject: str, begin: int, end: int) -> Iterator[Trouble]:
        """What was wrong with something in a time, and for how long."""
        return (trouble for trouble in self._of_dial.get((dial, subject), ()) if trouble.overlap(begin, end))

    def at(self, dial: str, subject: str, second: int) -> Iterator[Trouble]:
        return (trouble for trouble in self._of_dial.get((dial, subject), ()) if trouble.begin <= second < trouble.end)

    def shut(self, dial: str, subject: str, second: int) -> Trouble | None:
        """What held something at 0 % in a second: of several, what came first."""
        return min(
            (trouble for trouble in self.at(dial, subject, second) if trouble.level == 0),
            key=lambda trouble: (trouble.begin, trouble.root), default=None
        )  # fmt: skip

    def turns(self, dial: str, subject: str) -> set[int]:
        """The seconds at which something was turned."""
        return {second for trouble in self._of_dial.get((dial, subject), ()) for second in (trouble.begin, trouble.end)}
