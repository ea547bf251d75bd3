"""How far the numbers can be trusted: over how many replications, how closely they are known, how thin the tail is."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from twin.report.finding import Document
from twin.report.words import points, policy_name, rough
from twin.study.statistics import TAIL

TRUSTED_TAIL = 200  # replications: the worst 5 % are then ten


def counted(replications: int) -> str:
    """What a number in a table is."""
    if replications == 1:
        return "one replication"
    return f"mean ± half of its 95 % interval over {replications} replications on the same luck"


def notes(document: Document) -> Iterator[str]:
    """How far the numbers can be trusted: what was asked and came of it, and tails of few replications."""
    asked = document.get("precision")
    if asked:
        yield _precision(asked, document["replications"])
    told = any(row["kpis"]["total_cost"].get("cvar") is not None for row in document["policies"].values())
    if told and document["replications"] < TRUSTED_TAIL:
        yield (
            f"the mean of the worst 5 % rests on {ceil(TAIL * document['replications'])} of "
            f"{document['replications']} replications; trust it from {TRUSTED_TAIL} on"
        )


def _precision(asked: dict[str, Any], replications: int) -> str:
    widest = asked["widest"]
    policies = " against ".join(policy_name(policy) for policy in widest["difference"].split(" - "))
    what = f"{'cost' if widest['kpi'] == 'total_cost' else widest['kpi'].replace('_', ' ')} of {policies}"
    known = "not yet known" if widest["precision"] is None else f"known to ± {_close(widest)}"
    reached = "reached" if asked["reached"] else "not reached"
    return f"precision {rough(asked['asked'])} {reached} with {replications} replications: {what} is {known}"


def _close(widest: dict[str, Any]) -> str:
    """Points of a share; of the cost, a share of the baseline's."""
    return rough(widest["precision"]) if widest["kpi"] == "total_cost" else points(widest["precision"])
