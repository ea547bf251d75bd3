"""What held an order up at one stage of its way: dials turned down, breakdowns, lead times stretched.

Who waits in a queue has lost what was lost since the queue began.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from twin.language import Model
from twin.results.why.record import Record
from twin.results.why.troubles import Trouble, Troubles


class Stage(NamedTuple):
    """A part of an order's way: where it was from when to when, and how long that should take."""

    what: str  # works, depot, quay, leg or port
    place: str
    begin: int
    end: int
    planned: int

    @property
    def excess(self) -> int:
        return self.end - self.begin - self.planned


Lost = tuple[int, Trouble]  # seconds, and to what


class Hindrances:
    """All of one replication."""

    def __init__(self, model: Model, record: Record, troubles: Troubles) -> None:
        self.model, self.record, self.troubles = model, record, troubles

    def of(self, stage: Stage, item: str, left: int) -> Iterator[Lost]:
        """Time that goods of an item lost at a stage; of a leg, `left` is when they had left."""
        if stage.what == "works":
            yield from self._at_works(stage, item)
        elif stage.what == "quay":
            partly = self.model.lanes[stage.place].capacity is not None
            for subject in (stage.place, f"{stage.place}.{item}"):
                yield from self._slowed("capacity", subject, stage.begin, stage.end, partly)
        elif stage.what == "leg":
            yield from self._slowed("sailing", stage.place, stage.begin, stage.end, False)
            yield from self._stretched(stage.place, left, stage.planned)
        elif stage.what == "port":
            yield from self._in_port(stage)

    def _at_works(self, stage: Stage, item: str) -> Iterator[Lost]:
        queues = self.model.suppliers[stage.place].supplies[item].rate is not None
        begin = self.record.levels["busy", stage.place].since(stage.begin) if queues else stage.begin
        bench = f"{stage.place}.{item}"
        yield from self._slowed("capacity", bench, begin, stage.end, queues)
        yield from self._slowed("failure", stage.place, begin, stage.end, False)
        yield from self._stretched(bench, stage.begin, stage.planned)

    def _in_port(self, stage: Stage) -> Iterator[Lost]:
        port = self.model.ports[stage.place]
        begin = self.record.levels["queue", stage.place].since(stage.begin)
        yield from self._slowed("capacity", stage.place, begin, stage.end, True)
        load = port.traffic * port.handling.mean / port.berths if port.berths else 0.0
        for trouble in self.troubles.on("traffic", stage.place, begin, stage.end):
            if trouble.level > 1:
                yield round(trouble.overlap(begin, stage.end) * (trouble.level - 1) * load), trouble

    def _slowed(self, dial: str, subject: str, begin: int, end: int, partly: bool) -> Iterator[Lost]:
        """Time lost to a dial below 100 %; only to a standstill, if not `partly`."""
        for trouble in self.troubles.on(dial, subject, begin, end):
            if trouble.level == 0 or (partly and trouble.level < 1):
                yield round(trouble.overlap(begin, end) * (1 - trouble.level)), trouble

    def _stretched(self, subject: str, second: int, planned: int) -> Iterator[Lost]:
        for trouble in self.troubles.at("lead_time", subject, second):
            if trouble.level > 1:
                yield round(planned * (trouble.level - 1)), trouble
