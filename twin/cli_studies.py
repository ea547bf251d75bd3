"""The studies on the command line: twin sweep, stress, optimise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.endings import DONE, ended, point_to, tell
from twin.options import Patches, hired, known_once, many_runs, one_search, progress_bar

if TYPE_CHECKING:
    from twin.language import Model
    from twin.study.asked import Answer


@click.command()
@many_runs
@click.option("--vary", "varied", multiple=True, metavar="PATH=VALUE,…", help="Instead of what study.sweep varies.")
def sweep(scenario: Path, sets: Patches, varied: Patches, as_json: bool, quiet: bool, **asked: Any) -> int:
    """Ask the same for other values, one way or in a grid, and say who costs least where."""
    from twin.language import load
    from twin.questions import vary
    from twin.study.sweep import sweep as study

    model = load(scenario, sets)
    axes = vary(model, varied) if varied else model.study.sweep
    if not axes:
        raise click.UsageError(
            f"{scenario} varies nothing; give --vary, like --vary run.horizon='90 d,180 d', or write `study.sweep`"
        )
    return _study(model, partial(study, model, axes), as_json, quiet, **asked)


@click.command()
@many_runs
def stress(scenario: Path, sets: Patches, as_json: bool, quiet: bool, **asked: Any) -> int:
    """Knock out every supplier, port, lane, warehouse and line in turn, and say which one hurts most."""
    from twin.language import load
    from twin.study.stress import stress as study

    model = load(scenario, sets)
    return _study(model, partial(study, model), as_json, quiet, **asked)


@click.command()
@one_search
def optimise(
    scenario: Path,
    sets: Patches,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    cluster: str | None,
    quiet: bool,
    **asked: Any,
) -> int:
    """Find the values that serve well enough at least cost, as the scenario's `study.optimise` asks."""
    from twin.language import load
    from twin.report.chosen import so_far
    from twin.report.optimum import show, write
    from twin.study.optimise import Interrupted
    from twin.study.optimise import optimise as study

    model = load(scenario, sets)
    try:
        # what was there of the first plans says nothing of those that come: no word of it
        with hired(jobs, cluster, out, quiet=True) as hands, progress_bar(quiet, hands) as progress:
            optimum = study(model, **asked, progress=progress, hands=hands)
    except Interrupted as stopped:
        return ended(stopped, so_far(stopped.study), out)
    written = write(optimum, out) if out is not None else []
    tell(optimum.document, as_json, quiet, partial(show, optimum))
    point_to(written, quiet, written[-2] if written else None)
    return DONE


def _study(
    model: Model,
    study: Callable[..., Answer],
    as_json: bool,
    quiet: bool,
    policies: tuple[str, ...],
    out: Path | None,
    jobs: int | None,
    cluster: str | None,
    **asked: Any,
) -> int:
    """Do a study, write and say what came out."""
    from twin.report.studies import WORDS, write

    known_once(policies, model)
    with hired(jobs, cluster, out, quiet) as hands, progress_bar(quiet, hands) as progress:
        answer = study(policies or None, **asked, progress=progress, hands=hands)
    document = answer.document
    written = write(model, document, out) if out is not None else []
    tell(document, as_json, quiet, partial(WORDS[document["study"]].show, document, model.currency))
    point_to(written, quiet)
    return ended(answer.stopped, f"interrupted: {document['replications']} replications were finished", out)
