"""Scenarios and results beside one another on the command line: twin diff, compare."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.endings import ended, point_to, tell
from twin.options import Patches, hired, jobs_option, json_option, known, progress_bar, several_scenarios

if TYPE_CHECKING:
    from twin.language import Model
    from twin.study.sides import Side

SIDE = click.Path(path_type=Path)


@click.command()
@click.argument("a", type=SIDE)
@click.argument("b", type=SIDE)
@click.option("--policy", "policies", multiple=True, help="Results of these policies only.")
@click.option("--replications", type=click.IntRange(1), help="Run what is a scenario so often, on the same luck.")
@click.option("--seed", type=click.IntRange(0), help="With --replications: instead of the seed of A, or of results.")
@json_option
@jobs_option
@click.option("--quiet", is_flag=True, help="No progress.")
def diff(
    a: Path,
    b: Path,
    policies: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    as_json: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """What differs between two scenarios, or two results: in words, and in numbers where both have been run.

    A and B are each a scenario, a folder of `twin run --out`, or a kpis.json.
    """
    from twin.report.diff import show
    from twin.study.diff import diff as study
    from twin.study.sides import side

    sides = [side(a), side(b)]
    for policy in policies:
        known(policy, tuple(dict.fromkeys(sides[0].policies + sides[1].policies)), "policy")
    if replications is not None:
        sides = _played(sides, policies, replications, seed, jobs, quiet)
    elif seed is not None:
        raise click.UsageError("--seed is the luck of what is run; say --replications, too")
    document = study(sides[0], sides[1], policies)
    currencies = (one.word("currency", default="USD") for one in sides)
    tell(document, as_json, False, partial(show, document, next(filter(None, currencies), "")))


def _played(
    sides: list[Side], policies: tuple[str, ...], replications: int, seed: int | None, jobs: int | None, quiet: bool
) -> list[Side]:
    """Both with results: scenarios are run on the luck of the results beside them, or of A."""
    from twin.study.sides import luck, played

    seed = luck(sides) if seed is None else seed
    with hired(jobs, None, None, quiet) as hands:
        found = []
        for one in sides:
            with progress_bar(quiet, hands) as progress:
                found.append(played(one, policies, replications, seed, hands, progress))
    return found


@click.command()
@several_scenarios
def compare(
    scenarios: tuple[Path, ...],
    sets: Patches,
    policies: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    cluster: str | None,
    quiet: bool,
    **asked: Any,
) -> int:
    """Several scenarios side by side, each under its policies: who costs least where, and how often is enough.

    Finished trials of these scenarios in folders beside --out, named like them, are not run again.
    """
    from twin.report.beside import show
    from twin.report.beside_folder import write
    from twin.study.beside import loaded, side_by_side

    models = loaded(scenarios, sets)
    _comparable(models, policies)
    kept = [out.parent / model.name / "trials.jsonl" for model in models] if out is not None else []
    with hired(jobs, cluster, out, quiet, kept) as hands, progress_bar(quiet, hands) as progress:
        answer = side_by_side(models, policies, **asked, progress=progress, hands=hands)
    document = answer.document
    written = write(document, out) if out is not None else []
    tell(document, as_json, quiet, partial(show, document))
    point_to(written, quiet, out and out / "compare.png")
    told = ", ".join(f"{name} {each['replications']}" for name, each in document["scenarios"].items())
    return ended(answer.stopped, f"interrupted: these replications were finished: {told}", out)


def _comparable(models: list[Model], policies: tuple[str, ...]) -> None:
    """Refuse scenarios of one name, and policies that nobody has, or of which a scenario has none."""
    names = [model.name for model in models]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise click.UsageError(f"two scenarios are called `{name}`; each needs a name of its own")
    for place, policy in enumerate(policies):
        known(policy, tuple({name: None for model in models for name in model.policies}), "policy")
        if policy in policies[:place]:
            raise click.UsageError(f"--policy names `{policy}` twice; a policy is compared once")
    for model in models:
        if policies and not any(policy in model.policies for policy in policies):
            raise click.UsageError(f"{model.name} has none of the policies {', '.join(policies)}")
