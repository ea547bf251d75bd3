"""What commands of the command line have in common: what they can be told, and who does their work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from twin.model.errors import did_you_mean

if TYPE_CHECKING:
    from twin.language import Model
    from twin.study.crew import Crew

Patches = tuple[str, ...]
Command = TypeVar("Command", bound=Callable[..., int | None])

scenario = click.argument("scenario", type=click.Path(path_type=Path))
scenarios = click.argument("scenarios", nargs=-1, required=True, type=click.Path(path_type=Path))
patches = click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE", help="Patch any value, like disruptions.closure.lasts='42 d'."
)

several_policies = click.option(
    "--policy", "policies", multiple=True, help="Only these policies; the first is the baseline."
)
one_policy = click.option("--policy", help="Whose values to choose, where `over` names those of several.")
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), help="Processes to share the work at most; default: one for each core."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
seed_option = click.option("--seed", type=click.IntRange(0), help="Instead of run.seed.")
looking = (
    click.option("--policy", required=True, help="The policy to look at."),
    click.option("--replication", type=click.IntRange(0), default=0, show_default=True, help="Which replication."),
    seed_option,
)
"""Which replication of which policy."""
answering = (
    click.option("--replications", type=click.IntRange(1), help="Instead of run.replications."),
    seed_option,
    click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), help="Write tables and pictures into this folder."
    ),
    json_option,
    jobs_option,
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Share the work with a cluster, like tcp://10.0.0.5:8786 (dask.distributed).",
    ),
    click.option("--quiet", is_flag=True, help="No progress, no table."),
)
"""Who does the work, on which luck, and where the answer goes."""


def many_runs(command: Callable[..., int]) -> Callable[..., int]:
    """What every command that simulates policies again and again can be told."""
    return _told(command, scenario, patches, several_policies, *answering)


def one_search(command: Callable[..., int]) -> Callable[..., int]:
    """What a search for the values of one policy can be told."""
    return _told(command, scenario, patches, one_policy, *answering)


def several_scenarios(command: Callable[..., int]) -> Callable[..., int]:
    """The same of several scenarios."""
    return _told(command, scenarios, patches, several_policies, *answering)


def one_replication(command: Callable[..., None]) -> Callable[..., None]:
    """What a command that looks closely at a single replication can be told."""
    return _told(command, scenario, patches, *looking)


def _told(command: Command, *options: Callable[..., Any]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def known(name: str, names: tuple[str, ...], what: str) -> None:
    """Refuse a name that is not there."""
    if name not in names:
        hint = did_you_mean(name, names) or f"; there are {', '.join(names)}"
        raise click.UsageError(f"`{name}` is not a {what} of this scenario{hint}")


def known_once(policies: Sequence[str], model: Model) -> None:
    """Refuse policies that are not there, and one that is named twice: its replications would count twice."""
    for place, policy in enumerate(policies):
        known(policy, tuple(model.policies), "policy")
        if policy in policies[:place]:
            raise click.UsageError(f"--policy names `{policy}` twice; a policy is compared once")


@contextmanager
def hired(
    jobs: int | None, cluster: str | None, out: Path | None, quiet: bool, beside: Sequence[Path] = ()
) -> Iterator[Crew]:
    """Who does the work. With a folder, what is done is kept there, and not done again; nor what lies in files beside
    it.
    """
    from twin.study.borrowed import Borrowed
    from twin.study.crew import crew
    from twin.study.worker import CrewLost

    if jobs is not None and cluster is not None:
        raise click.UsageError("--jobs shares the work on this machine, --cluster elsewhere: one of them, please")
    try:
        hands: Crew = Borrowed(crew(jobs, cluster), beside) if beside else crew(jobs, cluster)
    except ValueError as error:
        raise click.UsageError(f"--cluster: {error}") from None
    try:
        if out is None:
            yield hands
        else:
            yield from _kept(hands, out / "trials.jsonl", quiet)
    except CrewLost as error:
        raise click.ClickException(str(error)) from None


def _kept(hands: Crew, file: Path, quiet: bool) -> Iterator[Crew]:
    """The same, with a memory; whoever is stopped before there is an answer hears what is left of the work."""
    from twin.study.kept import keeping
    from twin.study.worker import CrewLost

    with keeping(hands, file, None if quiet else already_there) as kept:
        try:
            yield kept
        except (KeyboardInterrupt, CrewLost):
            if kept.done:
                rest = "the same command goes on from there"
                click.echo(f"finished trials kept in {file}: {kept.done}; {rest}", err=True)
            raise


def already_there(there: int, trials: int) -> None:
    """Why it goes so fast. Not with `echo`, for which a progress bar makes no room."""
    print(f"{there} of {trials} trials were there already", file=sys.stderr)


@contextmanager
def progress_bar(quiet: bool, hands: Crew) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal; nothing when piped or quiet. It tells of what is to be done, and so is its time left."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from twin.study.kept import Kept

    def tell(done: int, total: int) -> None:
        taken, spared = (hands.taken, hands.spared) if isinstance(hands, Kept) else (0, 0)
        bar.update(task, completed=done - taken, total=total - spared)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), "left")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task: Any = bar.add_task("simulating", total=None)
        yield tell
