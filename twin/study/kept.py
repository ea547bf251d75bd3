"""Kept: trials that are done are written down at once, and never done again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from errno import EWOULDBLOCK
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from twin.study.crew import Crew
from twin.study.worker import CrewLost, Failure

Notice = Callable[[int, int], None]


class Kept:
    """A crew with a file of what is done: one line a trial, its name and its results, in the order in which they came.

    Work names its tasks by all that their results depend on (`Laboratory.name`).
    A line that was torn off, when the machine stopped in the middle of it, counts as not there. `notice` is told
    once how many of how many trials were there already; `spared` counts them, and `taken` those handed on so far.
    """

    def __init__(self, crew: Crew, file: Path, notice: Notice | None = None) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        self._crew, self._file, self._notice = crew, file, notice
        self._places = self._read()
        self.spared = self.taken = 0
        self._asked: dict[str, None] = {}
        self._complete = True

    def map(self, work: Any, tasks: Iterable[Any]) -> Iterator[Any]:
        tasks = list(tasks)
        names = [work.name(task) for task in tasks]
        there = [name in self._places for name in names]
        self.spared += sum(there)
        if self._notice is not None and any(there):
            self._notice(sum(there), len(there))
            self._notice = None
        self._complete = False
        done = self._crew.map(work, [task for task, known in zip(tasks, there, strict=True) if not known])
        for name, known in zip(names, there, strict=True):
            self.taken += known
            results = self._find(name) if known else next(done)
            if not isinstance(results, Failure):
                self._asked[name] = None
                if name not in self._places:
                    self._add(name, results)
            yield results
        self._complete = all(name in self._asked for name in names)

    @property
    def done(self) -> int:
        """How many trials of this study are in the file."""
        return len(self._asked)

    def tidy(self) -> None:
        """A study that is complete leaves its own trials in its own order, however often it was begun."""
        if self._complete and list(self._places) != list(self._asked):
            tidied = self._file.with_suffix(".tidied")
            with tidied.open("wb") as file:
                file.writelines(self._line(name) for name in self._asked)
            tidied.replace(self._file)
            self._places = self._read()

    def _read(self) -> dict[str, int]:
        """Where each line stands; one that cannot be read has a name that no trial has, and a torn end is cut off."""
        places, place = {}, 0
        with self._file.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    os.truncate(self._file, place)
                    break
                places[named(line)] = place
                place += len(line)
        return places

    def _line(self, name: str) -> bytes:
        with self._file.open("rb") as file:
            file.seek(self._places[name])
            line = file.readline()
        if named(line) != name:
            raise CrewLost(f"another run changed {self._file} meanwhile: one folder, one run at a time")
        return line

    def _find(self, name: str) -> dict[str, Any]:
        results: dict[str, Any] = json.loads(self._line(name))["results"]
        return results

    def _add(self, name: str, results: dict[str, Any]) -> None:
        line = json.dumps(json.loads(name) | {"results": results}, ensure_ascii=False, allow_nan=False)
        with self._file.open("ab") as file:
            self._places[name] = file.tell()
            file.write(line.encode() + b"\n")


@contextmanager
def keeping(crew: Crew, file: Path, notice: Notice | None = None) -> Iterator[Kept]:
    """A crew that keeps what is done in a file of its own: raises BlockingIOError while another run is at work there.

    The system ends its claim however the run ends; where a file system knows no claims, there is none.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as claimed:
        try:
            flock(claimed, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            why = "another run is at work in this folder; one folder, one run at a time"
            raise BlockingIOError(EWOULDBLOCK, why, str(file.parent)) from None
        except OSError:
            pass
        kept = Kept(crew, file, notice)
        yield kept
        kept.tidy()


def named(line: bytes) -> str:
    """What a line of kept trials calls its trial."""
    try:
        row = json.loads(line)
        return json.dumps({key: row[key] for key in row if key != "results"}, ensure_ascii=False)
    except (ValueError, TypeError):
        return repr(line)
