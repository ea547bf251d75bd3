"""An optimisation told: the values before and after, what they change, and whether that held with other luck."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.box import HORIZONTALS
from rich.console import Console
from rich.table import Table

from twin.model.optimise import DIMENSIONS
from twin.report.finding import Document
from twin.report.folder import to_json, write_table
from twin.report.measured import say, spelled, unit
from twin.report.words import listed, percent, plus_minus, points, policy_name, rough, short, upper_first
from twin.study.compare import program_version
from twin.study.optimisation import Optimisation
from twin.study.optimise import Optimum

TOLD = ("total_cost", "uptime", "fill_rate", "lost_sales", "inventory_value")
"""KPIs that stand in the table whatever was asked for."""


def tell(optimum: Optimum, as_json: bool) -> None:
    """Print the JSON document, or the tables and the finding."""
    if as_json:
        print(to_json(optimum.document), end="")
        return
    from twin.report.text import console

    show(optimum, console())


def show(optimum: Optimum, console: Console) -> None:
    """Print the values, what they change, the finding in a sentence, and how to run it."""
    document, currency = optimum.document, optimum.model.currency
    console.print(document["title"] or document["scenario"], style="bold", markup=False, highlight=False)
    console.print(_values(document))
    console.print(_effects(document, currency))
    console.print(f"[bold]{finding(document, currency)}[/bold]", highlight=False)
    for sentence in _retests(document):
        console.print(sentence, highlight=False)
    luck = (
        f"{document['tried']} of {document['budget']} plans tried on {_counted(document['replications'])}"
        f"{_of_years(document)}, before and after on as many fresh ones: mean ± half of the 95 % interval · seed "
        f"{document['seed']} · run {document['hash']}"
    )
    console.print(luck, style="dim", highlight=False)
    console.print(_command(optimum), markup=False, highlight=False, soft_wrap=True)
    for found in document["findings"]:
        console.print(f"[yellow]finding:[/yellow] {found}", highlight=False)


def _of_years(document: Document) -> str:
    """The mix that every number is the mean of."""
    weights = {name: percent(entry["weight"]) for name, entry in document["scenarios"].items()}
    if list(weights) == [document["scenario"]]:
        return ""
    return f" of {listed([f'{name} ({weight})' for name, weight in weights.items()])}"


def _command(optimum: Optimum) -> str:
    """What runs the scenario with the chosen values."""
    tree = optimum.chosen.tree
    sets = [word for patch in tree.sets if not patch.startswith("study") for word in ("--set", patch)]
    return shlex.join(["twin", "run", str(tree.files[0]), *sets])


def so_far(study: Optimisation) -> str:
    """What an optimisation that was interrupted can tell."""
    best, question = study.best(), study.question
    if best is None:
        return "interrupted before any plan was tried on all of its replications"
    values = listed([f"{path} at {value}" for path, value in best.values.items()])
    kpis = dict.fromkeys([question.minimise, *question.subject_to])
    told = listed([f"{spelled(kpi)} {_measured(kpi, best.mean(kpi), study.model.currency)}" for kpi in kpis])
    return (
        f"interrupted after {len(study.plans)} of {question.budget} plans; the best so far, not yet known to hold on "
        f"fresh luck: {values}, with {told}"
    )


def _measured(kpi: str, mean: float | None, currency: str) -> str:
    return "none" if mean is None else f"{say(kpi)(mean)} {unit(kpi, currency)}".strip()


def finding(document: Document, currency: str) -> str:
    """What the chosen values cost and save, and whether they reach the targets."""
    before, after, difference = (document[key] for key in ("before", "after", "difference"))
    kpi = document["minimise"]
    paid, gap = after[kpi]["mean"], difference[kpi]
    amount, change = _measured(kpi, paid, currency), _against(before[kpi], gap)
    told = f"{policy_name(document['policy'])} with these values: {spelled(kpi)} {amount}, {change}"
    if not document["subject_to"]:
        return f"{upper_first(told)}."
    asked = document["subject_to"]
    reached = listed([f"{said} ({_told(key, after[key]['mean'], asked[key])})" for key, said in _targets(document)])
    verdicts = {
        "surely": f"on fresh luck they keep {reached}, and so does all of the 95 % interval",
        "on average": f"on fresh luck they keep {reached} on average, but not all of the 95 % interval does",
        "missed": f"no plan that was tried keeps its targets on fresh luck; this one comes nearest to {reached}",
    }
    return f"{upper_first(told)}; {verdicts[document['verdict']]}."


def _told(kpi: str, mean: float | None, target: dict[str, float]) -> str:
    """A mean beside its target; one that misses it by less than is told does not look as if it kept it."""
    if mean is None:
        return "none"
    told = say(kpi)(mean)
    for side, bound in target.items():
        missed, where = (mean < bound, "under") if side == "at_least" else (mean > bound, "over")
        if missed and told == say(kpi)(bound):
            return f"just {where} {told}"
    return told


def _against(before: dict[str, Any], gap: dict[str, Any]) -> str:
    """The change of what was minimised, against the policy as written."""
    if gap["mean"] == 0 and not gap["low"] and not gap["high"]:
        return "as before"
    if gap["distinguishable"] is False:
        return "not distinguishable from before (more replications may tell)"
    size = rough(gap["mean"] / before["mean"]) if before["mean"] > 0 else short(abs(gap["mean"]))
    return f"{size} {'less' if gap['mean'] < 0 else 'more'} than before"


def _targets(document: Document) -> Iterator[tuple[str, str]]:
    """Each target as a planner says it."""
    for kpi, target in document["subject_to"].items():
        for side, bound in target.items():
            yield kpi, f"{spelled(kpi)} {side.replace('_', ' ')} {say(kpi)(bound)}"


def _retests(document: Document) -> Iterator[str]:
    """The plans that looked best and missed a target on fresh luck."""
    missed = [each for each in document["retests"] if each["verdict"] == "missed"]
    for each in missed if document["verdict"] != "missed" else ():
        told = [
            " and on fresh luck ".join(_told(kpi, each[luck][kpi], target) for luck in ("common", "fresh"))
            for kpi, target in document["subject_to"].items()
        ]
        missed = [f"{said} ({lucks})" for (_, said), lucks in zip(_targets(document), told, strict=True)]
        yield f"Another plan looked better and did not keep {listed(missed)}."


def _values(document: Document) -> Table:
    table = Table(box=HORIZONTALS, show_edge=False, pad_edge=False)
    for heading, justify in (("", "left"), ("between", "right"), ("before", "right"), ("chosen", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for path, choice in document["chosen"].items():
        span = f"{choice['from']} and {choice['to']}"
        table.add_row(path, span, *("–" if choice[key] is None else str(choice[key]) for key in ("before", "after")))
    return table


def _effects(document: Document, currency: str) -> Table:
    table = Table(box=HORIZONTALS, show_edge=False, pad_edge=False)
    for heading in ("", "before", "chosen", "difference"):
        table.add_column(heading, justify="right" if heading else "left")
    keys = dict.fromkeys([document["minimise"], *document["subject_to"], *TOLD])
    for key in keys:
        if document["after"][key]["mean"] is not None:
            columns = [_cell(key, document[column][key]) for column in ("before", "after", "difference")]
            table.add_row(f"{spelled(key)} ({unit(key, currency)})" if unit(key, currency) else spelled(key), *columns)
    return table


def _cell(key: str, found: dict[str, Any]) -> str:
    """A mean and half of its interval."""
    if found["mean"] is None:
        return "–"
    if found.get("distinguishable") is not None and DIMENSIONS[key] == "Share":
        told = points(found["mean"])
        return told if told.startswith(("0", "under")) else f"{'+' if found['mean'] > 0 else '−'}{told}"
    if found["low"] is None or found["low"] == found["high"]:
        return say(key)(found["mean"])
    return plus_minus(say(key), found["mean"], (found["high"] - found["low"]) / 2)


def _counted(replications: int) -> str:
    return "one replication" if replications == 1 else f"{replications} replications"


def write(optimum: Optimum, folder: Path) -> list[Path]:
    """Write the folder and return its files: numbers, the scenario with the chosen values, and the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    document = optimum.document
    written = [folder / "optimise.json", folder / "evaluations.csv", folder / "scenario.yaml"]
    written[0].write_text(to_json(document), encoding="utf-8")
    write_table(list(_rows(optimum)), written[1])
    run = {"seed": document["seed"]}
    again = optimum.chosen.tree.to_yaml(run=run, version=program_version(), hash=document["hash"])
    written[2].write_text(again, encoding="utf-8")
    from twin.report.frontier import draw_frontier

    return [*written, *draw_frontier(optimum, folder)]


def _rows(optimum: Optimum) -> Iterator[dict[str, Any]]:
    """One row a plan: whose, on which luck, its values, then the mean of every KPI and cost."""
    for tried in optimum.tried:
        values = {path: tried.values.get(path) for path in optimum.document["chosen"]}
        means = {key: tried.mean(key) for key in tried.rows[0]}
        yield {"policy": tried.policy, "luck": tried.luck, "replications": len(tried.rows)} | values | means
