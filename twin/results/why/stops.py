"""Stops of lines: the times in which they stood, each cut where its reason changes.

A line that lacks several parts waits for the one that comes last: had another come earlier, it would have stood as
long.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from twin.language import Model
from twin.results.kpi import LOST
from twin.results.why.chain import Cause, Link, Stop
from twin.results.why.links import Teller
from twin.results.why.record import Level, Record, Spell
from twin.results.why.shortages import Shortages
from twin.results.why.troubles import Troubles


class Wait(NamedTuple):
    """A line stood in one state, starved for one part."""

    begin: int
    end: int
    line: str
    state: str
    part: str = ""


class Stops:
    """Of all lines of one replication; explained when somebody asks, and once."""

    def __init__(self, model: Model, record: Record, troubles: Troubles, tell: Teller) -> None:
        self.model, self.record, self.troubles, self.tell = model, record, troubles, tell
        self.shortages: Shortages  # they ask for stops, too
        self.waits = {line: sorted(self._waits(line)) for line in model.lines}
        self._begins = {line: [wait.begin for wait in waits] for line, waits in self.waits.items()}
        self._explained: dict[Wait, tuple[Stop, ...] | None] = {}

    def of(self, line: str, begin: int, end: int) -> Iterator[Stop]:
        """The stops in a time, cut to it. One that is being explained is left out: nothing is its own reason."""
        last = bisect_left(self._begins[line], end)
        first = max(0, bisect_right(self._begins[line], begin) - 1)
        for wait in self.waits[line][first:last]:
            for stop in self.explained(wait):
                if begin <= stop.begin and stop.end <= end:
                    yield stop
                elif max(begin, stop.begin) < min(end, stop.end):
                    yield replace(stop, begin=max(begin, stop.begin), end=min(end, stop.end))

    def counted(self, line: str) -> Iterator[Stop]:
        """The stops of the horizon. What follows on one another for one reason is one, told by its longest part."""
        group: list[Stop] = []
        for stop in (stop for wait in self.waits[line] for stop in self.explained(wait)):
            if stop.begin < self.tell.warm_up:
                continue
            if group and (stop.begin, stop.state, stop.root) != (group[-1].end, group[-1].state, group[-1].root):
                yield self._joined(group)
                group = []
            group.append(stop)
        if group:
            yield self._joined(group)

    def _joined(self, group: Sequence[Stop]) -> Stop:
        longest = max(group, key=lambda stop: stop.seconds)
        link = self.tell.stood(longest.line, longest.state, group[0].begin, group[-1].end)
        return replace(longest, begin=link.begin, end=link.end, chain=(link, *longest.chain[1:]))

    def explained(self, wait: Wait) -> tuple[Stop, ...]:
        if wait not in self._explained:
            self._explained[wait] = None
            self._explained[wait] = tuple(self._cut(wait))
        return self._explained[wait] or ()

    # When a line stood ------------------------------------------------------------------------------------------------

    def _waits(self, line: str) -> Iterator[Wait]:
        """In every state, anew after the warm-up."""
        parts = {key[2]: level for key, level in self.record.levels.items() if key[:2] == ("starved_by", line)}
        warm_up = self.tell.warm_up
        for state in LOST:
            for begin, end in self.record.levels[state, line].spells:
                for since, until in ((begin, min(end, warm_up)), (max(begin, warm_up), end)):
                    if since < until and state == "starved":
                        yield from self._parts(line, parts, since, until)
                    elif since < until:
                        yield Wait(since, until, line, state)

    def _parts(self, line: str, parts: dict[str, Level], begin: int, end: int) -> Iterator[Wait]:
        """For which part a line waited when: of those that lack, the one that lacks longest."""
        lacking = {part: level.touching(begin, end) for part, level in parts.items()}
        now = begin
        while now < end:
            part, last = max(self._lacks(lacking, now), key=lambda lack: lack[1])
            later = [spell[0] for spells in lacking.values() for spell in spells if now < spell[0] < last < spell[1]]
            until = min(last, end, *later)
            yield Wait(now, until, line, "starved", part)
            now = until

    @staticmethod
    def _lacks(lacking: dict[str, list[Spell]], now: int) -> Iterator[tuple[str, int]]:
        return ((part, spell[1]) for part, spells in lacking.items() for spell in spells if spell[0] <= now < spell[1])

    # Why --------------------------------------------------------------------------------------------------------------

    def _cut(self, wait: Wait) -> Iterator[Stop]:
        """The wait in pieces of one root each, told by the longest part of each."""
        turns = sorted(time for time in self._turns(wait) if wait.begin < time < wait.end)
        begin, best, longest = wait.begin, None, 0
        for since, until in zip([wait.begin, *turns], [*turns, wait.end], strict=True):
            cause = self._cause(wait, since)
            if best is not None and cause.root != best.root:
                yield self._stop(wait, begin, since, self._leading(wait, begin, since, best))
                begin, best, longest = since, None, 0
            if until - since > longest:
                best, longest = cause, until - since
        if best is not None:
            yield self._stop(wait, begin, wait.end, self._leading(wait, begin, wait.end, best))

    def _turns(self, wait: Wait) -> set[int]:
        """The seconds at which its reason may change."""
        line = self.model.lines[wait.line]
        if wait.state == "starved":
            return self.shortages.turns(line.origin, wait.part)
        if wait.state == "blocked":
            return self.troubles.turns("doors", line.destination) | self.troubles.turns("space", line.destination)
        return self.troubles.turns("capacity", wait.line) if wait.state == "down" else set()

    def _cause(self, wait: Wait, second: int) -> Cause:
        line = self.model.lines[wait.line]
        if wait.state == "starved":
            return self.shortages.cause(line.origin, wait.part, second)
        if wait.state == "changeover":
            return self.tell.setting_up(wait.line, wait.begin, wait.end)
        if wait.state == "down":
            shut = self.troubles.shut("capacity", wait.line, second) or self.troubles.shut("failure", wait.line, second)
            assert shut is not None  # nothing else turns a line's pace
            return self.tell.trouble(shut)
        less = self.troubles.shut("doors", line.destination, second) or next(
            (trouble for trouble in self.troubles.at("space", line.destination, second) if trouble.level < 1), None
        )
        return self.tell.trouble(less) if less else self.tell.full(line.destination, wait.begin, wait.end)

    def _leading(self, wait: Wait, begin: int, end: int, cause: Cause) -> Cause:
        if wait.state != "starved":
            return cause
        return cause.behind(self.tell.lacked(self.model.lines[wait.line].origin, wait.part, begin, end))

    def _stop(self, wait: Wait, begin: int, end: int, cause: Cause) -> Stop:
        link: Link = self.tell.stood(wait.line, wait.state, begin, end)
        return Stop(wait.line, wait.state, begin, end, cause.root, (link, *cause.links))
