"""The pictures of the folder, carried inside the page, each with its finding as words for those who cannot see it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SHOWS = {
    "costs": "A cascade of cost groups for each policy, adding up to its total; the scorecard has the same numbers.",
    "timeline": "Day by day: stock of the most critical parts, the lines, and sales lost, one below the other.",
    "space": "Day by day: how full each store is, with rented overflow above its own space.",
    "network": "A map of suppliers, ports, warehouses, lines and customers from left to right.",
}


@dataclass(frozen=True)
class Picture:
    """A PNG as a data address, the size that it is shown at, what it finds and what it shows."""

    source: str
    width: int
    height: int
    finding: str
    shows: str


def pictures(written: Iterable[Path]) -> Mapping[str, Picture]:
    """Those among the files that the page shows, by name."""
    return {path.stem: _read(path) for path in written if path.suffix == ".png" and path.stem in SHOWS}


def _read(path: Path) -> Picture:
    """Half its pixels wide and high, as screens have two dots to a pixel."""
    from PIL import Image

    with Image.open(path) as image:
        width, height = image.size
        finding = image.info["Title"]
    source = f"data:image/png;base64,{b64encode(path.read_bytes()).decode('ascii')}"
    return Picture(source, width // 2, height // 2, finding, SHOWS[path.stem])
