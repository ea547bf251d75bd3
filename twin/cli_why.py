"""`twin why`: one replication, and why its lines stood and its sales were lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from twin.endings import tell
from twin.model.units import DAY
from twin.options import Patches, known, one_replication


@click.command()
@one_replication
@click.option("--day", type=click.IntRange(0), help="Only what touches this day, counted from the end of the warm-up.")
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="How many of the worst to tell.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, with all of them, and nothing else.")
def why(
    scenario: Path,
    sets: Patches,
    policy: str,
    replication: int,
    seed: int | None,
    day: int | None,
    top: int,
    as_json: bool,
) -> None:
    """Why lines stood and sales were lost: every stop from itself back to its root, and what each root has cost."""
    from twin.language import load
    from twin.report.why import document, show
    from twin.results.why import explain
    from twin.simulation import simulate

    model = load(scenario, sets)
    known(policy, tuple(model.policies), "policy")
    seed = model.run.seed if seed is None else seed
    if day is not None and day * DAY >= model.run.horizon:
        raise click.UsageError(f"--day {day} lies beyond the horizon of {model.run.horizon / DAY:g} d")
    found = explain(model, simulate(model, policy, replication, seed, journal=True))
    if day is not None:
        found = found.on(day)
    told = document(model, found, seed, replication)
    tell(told, as_json, False, partial(show, model, found, seed, replication, top))
