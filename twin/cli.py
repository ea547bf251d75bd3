"""The command line: twin run, compare, diff, sweep, stress, optimise, check, show, trace, why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.cli_beside import compare as side_by_side
from twin.cli_beside import diff
from twin.cli_studies import optimise, stress, sweep
from twin.cli_why import why
from twin.endings import DEFECT, DONE, INTERRUPTED, WRONG_INPUT, ended, point_to, tell
from twin.model.errors import ScenarioError
from twin.options import (
    Patches,
    hired,
    known,
    known_once,
    many_runs,
    one_replication,
    patches,
    progress_bar,
    scenario,
)

if TYPE_CHECKING:
    from twin.language import Model
    from twin.study.precision import Precision


def main() -> None:
    """Run a command and leave with its status; a user never sees a traceback."""
    try:
        status = commands.main(standalone_mode=False)
    except ScenarioError as error:
        click.echo(str(error), err=True)
        status = WRONG_INPUT
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has gone
        status = DONE
    except OSError as error:
        click.echo(f"{error.filename or 'file'}: {error.strerror}", err=True)
        status = WRONG_INPUT
    except Exception as error:
        if os.environ.get("TWIN_TRACEBACK"):
            raise
        click.echo(
            f"a defect of this program, not of your scenario: {type(error).__name__}: {error}\n"
            f"please report it with the output of the same command under TWIN_TRACEBACK=1",
            err=True,
        )
        status = DEFECT
    sys.exit(status or DONE)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="supply-twin")
def commands() -> None:
    """A digital twin of a supply chain: what happens if that port shuts, and is the buffer worth its price?"""


commands.add_command(side_by_side)
commands.add_command(diff)
commands.add_command(sweep)
commands.add_command(stress)
commands.add_command(optimise)
commands.add_command(why)


@commands.command()
@many_runs
@click.option(
    "--precision",
    metavar="SHARE",
    help="Add replications until cost and service are known so closely against the baseline, like '2 %'.",
)
@click.option("--max-replications", type=click.IntRange(1), help="The most that --precision may take.  [default: 1000]")
def run(
    scenario: Path,
    sets: Patches,
    policies: tuple[str, ...],
    precision: str | None,
    max_replications: int | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    cluster: str | None,
    quiet: bool,
    **asked: Any,
) -> int:
    """Simulate a scenario under its policies, on the same luck, and say which does best."""
    from twin.language import load
    from twin.report.folder import write
    from twin.report.text import show
    from twin.study.compare import compare

    model = load(scenario, sets)
    known_once(policies, model)
    wanted, watch = precise(precision, max_replications), out is not None
    with hired(jobs, cluster, out, quiet) as hands, progress_bar(quiet, hands) as progress:
        comparison = compare(
            model, policies or None, **asked, progress=progress, timelines=watch, precision=wanted, hands=hands
        )
    document = comparison.document
    written = write(comparison, out) if out is not None else []
    tell(document, as_json, quiet, partial(show, document, model.currency))
    point_to(written, quiet, out and out / "report.html")
    finished = f"interrupted: these are the {document['replications']} replications that were finished"
    return ended(comparison.stopped, finished, out)


def precise(share: str | None, most: int | None) -> Precision | None:
    """What `--precision` and `--max-replications` ask for."""
    from twin.study.precision import MOST, Precision, read

    if share is None:
        if most is not None:
            raise click.UsageError("--max-replications bounds what --precision may take; there is no --precision")
        return None
    try:
        return Precision(read(share), most or MOST)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--precision") from None


@commands.command()
@scenario
@patches
@click.option("--segments", is_flag=True, help="Also class and supply risk of every item, and why.")
def check(scenario: Path, sets: Patches, segments: bool) -> None:
    """Every mistake and every finding of a scenario, without running it."""
    from twin.findings import findings
    from twin.language import load

    model = load(scenario, sets)
    for finding in findings(model):
        click.echo(f"finding: {finding}")
    click.echo(f"{scenario} is sound: {', '.join(contents(model))}")
    if segments:
        from twin.report.segments import show
        from twin.report.terminal import console

        show(model, console())


def contents(model: Model) -> Iterator[str]:
    """How much a scenario holds, so that a reader sees what was read."""
    for found, one, many in (
        (model.items, "item", "items"),
        (model.nodes, "node", "nodes"),
        (model.lanes, "lane", "lanes"),
        (tuple(model.network.stocks), "stock", "stocks"),
        (model.policies, "policy", "policies"),
        (model.disruptions, "disruption", "disruptions"),
    ):
        yield f"{len(found)} {one if len(found) == 1 else many}"


@commands.command()
@scenario
@patches
def show(scenario: Path, sets: Patches) -> None:
    """The merged scenario, each value with its file and line; then each stock's level, and how it comes about."""
    from twin.language import load
    from twin.replenishment.levels import levels

    model = load(scenario, sets)
    for line in model.tree.lines():
        click.echo(line)
    for level in levels(model):
        click.echo(f"# {level}")


@commands.command()
@one_replication
def trace(scenario: Path, sets: Patches, policy: str, replication: int, seed: int | None) -> None:
    """The journal of one replication: every move of goods and every fact, in order."""
    from twin.language import load
    from twin.results.journal import lines
    from twin.simulation import simulate

    model = load(scenario, sets)
    known(policy, tuple(model.policies), "policy")
    for line in lines(simulate(model, policy, replication, seed, journal=True)):
        click.echo(line)
