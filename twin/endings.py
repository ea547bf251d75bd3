"""How a command ends: what it prints, what it points to, and with which status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

DONE, DEFECT, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def tell(document: Mapping[str, Any], as_json: bool, quiet: bool, show: Callable[[Console], None]) -> None:
    """The answer: one JSON document, or a table and what it means; nothing where neither is wanted."""
    if as_json:
        from twin.report.folder import to_json

        click.echo(to_json(document), nl=False)
    elif not quiet:
        from twin.report.terminal import console

        show(console())


def point_to(written: Sequence[Path], quiet: bool, start: Path | None = None) -> None:
    """Where the files are that were written, and which of them to open first."""
    if written and not quiet:
        first = f"; start with {start}" if start else ""
        click.echo(f"{len(written)} files in {written[0].parent}/{first}", err=True)


def ended(stopped: BaseException | None, finished: str, out: Path | None) -> int:
    """The status of an answer. One that was interrupted says what was finished; one with failures raises them."""
    if isinstance(stopped, KeyboardInterrupt):
        rest = "" if out is None else "; the same command goes on from here"
        click.echo(f"{finished}{rest}", err=True)
        return INTERRUPTED
    if stopped is not None:
        raise stopped
    return DONE
