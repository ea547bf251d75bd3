"""The verdict as a table: what each policy does on service, lost sales and cost, and against the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin.report.finding import Document, baseline, gap, leaders
from twin.report.verdict import Measure, measures, within_scale
from twin.report.words import known, policy_name


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
    drawn = {p: within_scale(measure, stat) for p, stat in stats.items()}
    found, base = stats[policy], baseline(document)
    ends = [1.0 if measure.share else 0.0]
    ends += [stat[end] for stat in drawn.values() for end in ("mean", "high") if stat.get(end) is not None]
    scale = 100 / (max(ends) or 1.0)
    against = measure.compare(gap(document, policy, base, measure.kpi), policy_name(base)) if policy != base else ""
    whisker = None
    if found.get("low") is not None:
        low, high = max(0.0, drawn[policy]["low"]), drawn[policy]["high"]
        whisker = (low * scale, max(0.0, (high - low) * scale))
    return Verdict(
        measure,
        found.get("mean"),
        known(measure.say, found),
        _versus(against, policy_name(base)),
        _best(document, policy, measure, stats),
        max(0.0, (found.get("mean") or 0.0) * scale),
        whisker,
    )


def _versus(difference: str, base: str) -> str:
    """`+6.7 points against JIT`, `not distinguishable from JIT`, `as JIT`."""
    if not difference or difference.endswith(base):
        return difference
    return f"{difference} {'from' if difference.startswith('not') else 'against'} {base}"


def _best(document: Document, policy: str, measure: Measure, stats: dict[str, dict[str, Any]]) -> str:
    """Said of the best mean, unless all read the same."""
    said = {measure.say(stat["mean"]) for stat in stats.values() if stat.get("mean") is not None}
    ahead = leaders(document, measure.kpi, max if measure.up else min)
    return ("highest" if measure.up else "lowest") if len(said) > 1 and policy in ahead else ""
