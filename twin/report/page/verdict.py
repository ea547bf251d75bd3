"""The verdict as a table: what each policy does on service, lost sales and cost, and against the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from twin.report import rows
from twin.report.finding import Document, baseline, gap, leaders, service
from twin.report.verdict import Measure, bottom, measures
from twin.report.words import days, known, listed, percent, policy_name


@dataclass(frozen=True)
class Verdict:
    """One policy on one measure: its number, the same in words, its place on a scale of percent."""

    measure: Measure
    value: float | None
    words: str
    versus: str
    best: str
    bar: float
    whisker: tuple[float, float] | None


def table(document: Document, currency: str) -> dict[str, list[Verdict]]:
    """By policy its line of the table."""
    chosen = measures(document, currency)
    return {policy: [_cell(document, policy, measure) for measure in chosen] for policy in document["policies"]}


def _cell(document: Document, policy: str, measure: Measure) -> Verdict:
    stats = {p: results["kpis"].get(measure.kpi) or {} for p, results in document["policies"].items()}
    found, base = stats[policy], baseline(document)
    ends = [1.0 if measure.share else 0.0]
    ends += [stat[end] for stat in stats.values() for end in ("mean", "high") if stat.get(end) is not None]
    scale = 100 / (max(ends) or 1.0)
    versus = measure.compare(gap(document, policy, base, measure.kpi), policy_name(base)) if policy != base else ""
    whisker = None
    if found.get("low") is not None:
        low, high = bottom(measure, found), found["high"]
        whisker = (max(0.0, low * scale), max(0.0, (high - max(0.0, low)) * scale))
    return Verdict(
        measure,
        found.get("mean"),
        known(measure.say, found),
        versus,
        _best(document, policy, measure, stats),
        max(0.0, (found.get("mean") or 0.0) * scale),
        whisker,
    )


def _best(document: Document, policy: str, measure: Measure, stats: dict[str, dict[str, Any]]) -> str:
    """Said of the best mean, unless all read the same."""
    said = {measure.say(stat["mean"]) for stat in stats.values() if stat.get("mean") is not None}
    ahead = leaders(document, measure.kpi, max if measure.up else min)
    return ("highest" if measure.up else "lowest") if len(said) > 1 and policy in ahead else ""


def reasons(document: Document, currency: str) -> Iterator[tuple[str, str]]:
    """Why it came out so, in thirty seconds: where the lines stand, how long stocks last, what they tie up."""
    policies = document["policies"]
    if service(document) == "uptime":
        yield "Where the lines stand", _standing(document)
    if any(rows.SURVIVAL.found(results).get("n") for results in policies.values()):
        yield "How long the buffer lasts", _surviving(document)
    owned = {policy: rows.GOODS_OWNED.found(results) for policy, results in policies.items()}
    if all(summary["mean"] is not None for summary in owned.values()):
        yield "What the buffer ties up", _tied_up(document, currency)


def _standing(document: Document) -> str:
    told = []
    for policy, results in sorted(document["policies"].items(), key=lambda p: p[1]["kpis"]["uptime"]["mean"] or 0.0):
        loss = results["kpis"]["uptime_loss"]
        lost = {what: loss[what]["mean"] for what in ("starved", "blocked", "down", "changeover") if loss.get(what)}
        text = f"{percent(sum(lost.values()))} under {policy_name(policy)}"
        parts = {item: stat["mean"] or 0.0 for item, stat in (loss.get("starved_by") or {}).items()}
        if parts and lost["starved"] >= 0.0005:
            worst = max(parts, key=lambda item: parts[item])
            text += f" ({percent(lost['starved'])} for want of parts, most of all {worst})"
        told.append(text)
    return f"Of the time they have work the lines stand still {listed(told)}."


def _surviving(document: Document) -> str:
    told = []
    for policy, results in document["policies"].items():
        found = rows.SURVIVAL.found(results)
        often = f"in {found['n']} of {document['replications']} replications"
        when = f"{days(found['mean'])} ({often})" if found["mean"] is not None else "no end of it"
        told.append(f"{when} under {policy_name(policy)}")
    return f"From the first disruption to the first customer who goes without: {listed(told)}."


def _tied_up(document: Document, currency: str) -> str:
    told = []
    for policy, results in document["policies"].items():
        owned, carrying = rows.GOODS_OWNED.found(results)["mean"], rows.CARRYING.found(results)["mean"] or 0.0
        told.append(f"{policy_name(policy)} {rows.GOODS_OWNED.say(owned)} (carrying {rows.CARRYING.say(carrying)})")
    return f"Goods owned on average, in {currency or 'money'}: {listed(told)}."
