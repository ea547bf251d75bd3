"""Recorded data: one column of a CSV file beside the scenario."""

from __future__ import annotations

import csv
from pathlib import Path

from twin.model.errors import did_you_mean, listed


def column(path: Path, name: str) -> list[tuple[int, str]]:
    """The cells of a column with their line numbers; a ValueError says why they cannot be had."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [cell.strip() for cell in next(rows, [])]
            if name not in header:
                hint = did_you_mean(name, header) or f"; it has {listed(header, 'and') or 'none'}"
                raise ValueError(f"`{path.name}` has no column `{name}`{hint}")
            index = header.index(name)
            cells = [(rows.line_num, row[index].strip() if index < len(row) else "") for row in rows if any(row)]
    except FileNotFoundError:
        raise ValueError(f"there is no file `{path.name}` in `{path.parent.name}`{_beside(path)}") from None
    except OSError as error:
        raise ValueError(f"`{path.name}` cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError(f"`{path.name}` is not UTF-8 text; save the table as CSV in UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"`{path.name}` is not a readable CSV file: {error}") from None
    if not cells:
        raise ValueError(f"`{path.name}` has no rows below its header")
    return cells


def _beside(path: Path) -> str:
    try:
        return did_you_mean(path.name, [file.name for file in path.parent.iterdir() if file.suffix == path.suffix])
    except OSError:
        return ""


def numbers(path: Path, name: str) -> list[str]:
    """A column of numbers from 0 up, as they are written; a ValueError names the first row without."""
    cells = column(path, name)
    for row, cell in cells:
        try:
            value = float(cell.replace("_", "?"))
        except ValueError:
            shown = f"`{cell}` is not a number" if cell else "is empty"
            raise ValueError(f"`{path.name}`, column `{name}`, row {row}: {shown}") from None
        if not 0 <= value < float("inf"):
            raise ValueError(f"`{path.name}`, column `{name}`, row {row}: `{cell}` is not a number from 0 up")
    return [cell for _, cell in cells]
