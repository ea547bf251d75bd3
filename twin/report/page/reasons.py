"""Why it came out so, in thirty seconds: where the lines stand, how long stocks last, what they tie up and cost."""

from __future__ import annotations

from collections.abc import Iterator

from twin.report import rows
from twin.report.costs import title as costs_title
from twin.report.finding import Document, service
from twin.report.stockouts import title as stockouts_title
from twin.report.words import bound, days, listed, percent, policy_name
from twin.results.kpi import LOST


def reasons(document: Document, currency: str) -> Iterator[tuple[str, str]]:
    """What each reason is about, and its sentence."""
    for lead, why in _reasons(document, currency):
        yield lead, bound(f"{why}.")


def _reasons(document: Document, currency: str) -> Iterator[tuple[str, str]]:
    policies = document["policies"]
    if service(document) == "uptime":
        yield "Where the lines stand", _standing(document)
    elif out := rows.stockouts(policies):
        yield "What was not there", stockouts_title(*next(iter(out.items())))
    if any(rows.SURVIVAL.found(results)["mean"] is not None for results in policies.values()):
        yield "How long the buffer lasts", _surviving(document)
    if all(rows.GOODS_OWNED.found(results)["mean"] is not None for results in policies.values()):
        yield "What the buffer ties up", _tied_up(document, currency)
    yield "What the money goes to", costs_title(document, currency)


def _standing(document: Document) -> str:
    told = []
    policies = document["policies"]
    for policy in sorted(policies, key=lambda policy: policies[policy]["kpis"]["uptime"]["mean"] or 0.0):
        loss = policies[policy]["kpis"]["uptime_loss"]
        lost = {state: (loss.get(state) or {}).get("mean") or 0.0 for state in LOST}
        text = f"{percent(sum(lost.values()))} under {policy_name(policy)}"
        parts = {item: stat["mean"] or 0.0 for item, stat in (loss.get("starved_by") or {}).items()}
        if parts and percent(lost["starved"]) != "0 %":
            worst = max(parts, key=lambda item: parts[item])
            text += f" ({percent(lost['starved'])} for want of parts, most of all {worst})"
        told.append(text)
    return f"Of the time they have work the lines stand still {listed(told)}"


def _surviving(document: Document) -> str:
    found = {policy: rows.SURVIVAL.found(results) for policy, results in document["policies"].items()}
    short = sorted((p for p in found if found[p]["mean"] is not None), key=lambda p: found[p]["mean"])
    never = [policy_name(policy) for policy in found if policy not in short]
    told = [
        f"{days(found[policy]['mean'])}{' after the first disruption' if policy == short[0] else ''} under "
        f"{policy_name(policy)} (in {found[policy]['n']} of {document['replications']} replications)"
        for policy in short
    ]
    return f"Customers first go without {listed(told + [f'never under {listed(never)}'] * bool(never))}"


def _tied_up(document: Document, currency: str) -> str:
    told = []
    for policy, results in document["policies"].items():
        owned, carrying = rows.GOODS_OWNED.found(results)["mean"], rows.CARRYING.found(results)["mean"] or 0.0
        told.append(f"{policy_name(policy)} {rows.GOODS_OWNED.say(owned)} (carrying {rows.CARRYING.say(carrying)})")
    return f"Goods owned on average, in {currency or 'money'}: {listed(told)}"
