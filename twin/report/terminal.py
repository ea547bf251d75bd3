"""How answers look on a terminal: how wide, in which tables, and what is told below them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import HORIZONTALS
from rich.console import Console
from rich.markup import escape
from rich.table import Table

LEAST_WIDTH = 100  # of a table that goes to a file or a pipe


def console() -> Console:
    """Where tables go; a pipe gets them in full width."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, LEAST_WIDTH))


def ruled() -> Table:
    """A table with rules between its sections and nothing around it."""
    return Table(box=HORIZONTALS, show_edge=False, pad_edge=False, collapse_padding=True)


def remark(console: Console, kind: str, sentences: Iterable[str]) -> None:
    """What a reader must know besides: findings or notes, each on a line."""
    for sentence in sentences:
        console.print(f"[yellow]{kind}:[/yellow] {escape(sentence)}", highlight=False)
