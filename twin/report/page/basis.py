"""What the verdict rests on: how long, how often, with which luck, what was assumed, and what nobody models."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from twin.model.printed import plain, program_version
from twin.model.units import DAY
from twin.report.finding import Document

if TYPE_CHECKING:
    from twin.language import Model

NOT_MODELLED = (
    ("Forecasts that miss", "policies know the true mean demand and lead times, and nobody learns from what happened."),
    ("What the scenario does not name", "no strike, storm or bankruptcy comes unless a disruption scripts it."),
    ("Markets that answer", "prices, freight, rents and other buyers change only where the scenario says so."),
    ("Customers who do not come back", "a sale lost costs its margin, a late one its penalty, and no goodwill."),
    ("Cash", "no payment terms, exchange rates or taxes; capital costs a fixed share of the goods owned."),
    (
        "Containers and trucks",
        "a lane carries what is ready, at its loading rate; there are no full loads.",
    ),
    ("Quality beyond a yield", "no rework, returns or recalls."),
    ("People, energy, emissions", "shifts are fixed; no overtime, no carbon."),
)
"""An honest list: whoever decides must know where to use judgement."""

ASSUMED = ("disruptions", "policies", "opening", "carrying", "segmentation")


def facts(model: Model, document: Document) -> Iterator[tuple[str, str]]:
    """How it was computed, enough to do it again."""
    n = document["replications"]
    yield "Scenario", document["scenario"]
    yield "Run length", f"{model.run.horizon / DAY:g} days, counted after {model.run.warm_up / DAY:g} days of warm-up"
    if model.start is not None:
        yield "Begins", f"{model.start.isoformat()}, with the warm-up"
    yield "Replications", f"{n}, every policy on the same luck" if n > 1 else "one; chance may differ"
    yield "Seed", str(document["seed"])
    yield "Run hash", document["hash"]
    yield "Program", f"twin {program_version()}"
    yield "Again", shlex.join(_again(model, document))


def _again(model: Model, document: Document) -> Iterator[str]:
    """The command that runs it again, with the patches of the command line."""
    yield from ("twin", "run", f"{document['scenario']}.yaml", "--replications", str(document["replications"]))
    yield from ("--seed", str(document["seed"]))
    for policy in document["policies"]:
        yield from ("--policy", policy)
    for patch in model.tree.sets:
        if not patch.startswith("study"):
            yield from ("--set", patch)


def assumed(model: Model, document: Document) -> str:
    """What the scenario says about disruptions and policies, as it was written."""
    data: dict[str, Any] = {key: model.tree.data[key] for key in ASSUMED if key in model.tree.data}
    data["policies"] = {policy: model.tree.data["policies"][policy] for policy in document["policies"]}
    return plain(data)
