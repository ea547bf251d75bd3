"""`twin why`: one replication, and why its lines stood and its sales were lost."""

from __future__ import annotations

from pathlib import Path

import click

from twin.model.units import DAY
from twin.options import Patches, known, patches, scenario


@click.command()
@scenario
@patches
@click.option("--policy", required=True, help="The policy to ask about.")
@click.option("--replication", type=click.IntRange(0), default=0, show_default=True, help="Which replication.")
@click.option("--seed", type=click.IntRange(0), help="Instead of run.seed.")
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
    if as_json:
        from twin.report.folder import to_json

        click.echo(to_json(document(model, found, seed, replication)), nl=False)
    else:
        from twin.report.text import console

        show(model, found, seed, replication, top, console())
