"""The pictures of a comparison, each as PNG and SVG: verdict, scorecard, costs, stockouts, timeline, space, map.

And the one of a study.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twin.report.beside_chart import draw_beside
from twin.report.costs import draw_costs
from twin.report.days import Occurrence
from twin.report.finding import Document
from twin.report.network import draw_network
from twin.report.scorecard import draw_scorecard
from twin.report.space import draw_space
from twin.report.stockouts import draw_stockouts
from twin.report.story import Table
from twin.report.stress_chart import draw_stress
from twin.report.style import house_style
from twin.report.sweep_chart import draw_sweep
from twin.report.timeline import draw_timeline
from twin.report.verdict import draw_verdict

if TYPE_CHECKING:
    from twin.language import Model

PICTURES = ("verdict", "scorecard", "costs", "stockouts", "timeline", "space", "network")


def draw(
    model: "Model",
    document: Document,
    timelines: Mapping[str, Table],
    occurrences: Sequence[Occurrence],
    folder: Path,
) -> list[Path]:
    """Draws into `folder` and returns the files, the verdict first.

    `timelines` and `occurrences` are those of one replication. A picture of nothing (no timelines, no limited
    warehouse, nothing ever out of stock) is left out, and an older one of that name is removed.
    """
    _clear(folder, PICTURES)
    with house_style():
        paths = draw_verdict(model, document, folder) + draw_scorecard(model, document, folder)
        paths += draw_costs(model, document, folder) + draw_stockouts(model, document, folder)
        if timelines:
            paths += draw_timeline(model, document, timelines, occurrences, folder)
            paths += draw_space(model, document, timelines, occurrences, folder)
        return paths + draw_network(model, document, occurrences, folder)


def draw_study(model: "Model", document: Document, folder: Path) -> list[Path]:
    """The picture of a sweep or a stress test, if there is something to see."""
    name = document["study"]
    _clear(folder, [name])
    with house_style():
        return {"sweep": draw_sweep, "stress": draw_stress}[name](model, document, folder)


def draw_side_by_side(document: Document, folder: Path) -> list[Path]:
    """The picture of several scenarios."""
    with house_style():
        return draw_beside(document, folder)


def _clear(folder: Path, pictures: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in pictures:
        for ending in (".png", ".svg"):
            (folder / name).with_suffix(ending).unlink(missing_ok=True)
