"""Write the report: the verdict first, then why, then all that is behind it; one file, and no request to anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from twin.report.finding import baseline, finding, headline
from twin.report.page import basis, chart, room, scorecard, stops, verdict, weeks
from twin.report.page.pictures import Picture, pictures
from twin.report.page.reasons import reasons
from twin.report.story import Story
from twin.report.style import looks
from twin.report.trust import counted, notes
from twin.report.words import bound, policy_name, short, upper_first
from twin.results.why import span
from twin.study.compare import Comparison


def write(comparison: Comparison, written: Sequence[Path], folder: Path) -> Path:
    """`report.html` in the folder, with those pictures that have been written."""
    path = folder / "report.html"
    path.write_text(_page(comparison, written), encoding="utf-8", newline="\n")
    return path


def _page(comparison: Comparison, written: Sequence[Path]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("twin.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"name": policy_name, "short": short, "span": span, "upper_first": upper_first}
    return environment.get_template("page.html").render(_told(comparison, pictures(written)))


def _told(comparison: Comparison, shown: Mapping[str, Picture]) -> dict[str, Any]:
    """What the template tells, by name."""
    model, document, watched = comparison.model, comparison.document, comparison.watched
    return {
        "document": document,
        "currency": model.currency or "money",
        "headline": bound(headline(document, model.currency)),
        "finding": bound(finding(document, model.currency)),
        "look": looks(document["policies"], model.policies),
        "baseline": baseline(document),
        "verdict": verdict.table(document, model.currency),
        "reasons": list(reasons(document, model.currency)),
        "pictures": shown,
        "losses": scorecard.losses(document),
        "scorecard": scorecard.scorecard(document, model.currency),
        "counted": counted(document["replications"]),
        "notes": list(notes(document)),
        "behind": stops.behind(watched.explanations),
        "traced": bool(watched.explanations),
        "days": _days(comparison) if watched.timelines else None,
        "weeks": weeks.weeks(watched.timelines, watched.occurrences),
        "room": room.log(model, watched.spills),
        "facts": list(basis.facts(model, document)),
        "sources": list(model.source),
        "assumed": basis.assumed(model, document),
        "not_modelled": basis.NOT_MODELLED,
    }


def _days(comparison: Comparison) -> dict[str, Any]:
    """The chart, its table, and the library that draws it."""
    model, document, watched = comparison.model, comparison.document, comparison.watched
    story = Story.of(model, document, watched.timelines)
    return {
        "chart": chart.chart(model, document, watched.timelines, watched.occurrences),
        "story": story,
        "steps": chart.steps(story),
        "plotly": files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8"),
    }
