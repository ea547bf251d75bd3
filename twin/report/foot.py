"""What every picture says of its run: how its numbers are means, and in small type below, enough to run it again."""

from typing import TYPE_CHECKING

from twin.model.units import DAY
from twin.report.finding import Document

if TYPE_CHECKING:
    from twin.language import Model


def averaged(document: Document) -> str:
    """What a mark and the whisker around it are."""
    n = document["replications"]
    return f"mean of {n} replications with its 95 % interval" if n > 1 else "one replication, no interval"


def foot(model: "Model", document: Document, one: bool = False) -> str:
    """Horizon, warm-up, replications (or that a single one is shown), seed and run hash; it breaks between them."""
    warm_up = f" after {model.run.warm_up / DAY:.0f} of warm-up" if model.run.warm_up else ""
    n = document["replications"]
    trials = f"one replication of {n}" if one and n > 1 else f"{n} replication{'s' if n != 1 else ''}"
    days = f"{model.run.horizon / DAY:.0f} days{warm_up}"
    parts = (document["scenario"], days, trials, f"seed {document['seed']}", f"run {document['hash']}")
    return " · ".join(parts).replace(" ", "\N{NO-BREAK SPACE}").replace("·\N{NO-BREAK SPACE}", "· ")
