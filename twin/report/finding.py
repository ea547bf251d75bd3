"""The finding: what the numbers say about each policy against the baseline, in one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from twin.report.words import listed, percent, points, policy_name, rough, short, upper_first

Document = Mapping[str, Any]

BETTER: Mapping[str, Callable[..., float]] = {"total_cost": min, "uptime": max, "fill_rate": max}


@dataclass(frozen=True)
class Gap:
    """A policy minus the baseline on one KPI; `low` and `high` are None after a single replication."""

    mean: float
    low: float | None
    high: float | None
    base: float

    @property
    def same(self) -> bool:
        return self.mean == 0 and not self.low and not self.high

    @property
    def distinguishable(self) -> bool:
        """Whether the paired interval leaves out 0; one replication has no interval and is taken as it is."""
        if self.low is None or self.high is None:
            return self.mean != 0
        return self.low > 0 or self.high < 0


def finding(document: Document, currency: str = "") -> str:
    """One sentence: every policy against the baseline on time up, lost sales and cost, then the best of each.

    The baseline is the first policy compared. Where the interval of the paired difference holds 0, the
    sentence says that the two are not distinguishable. Networks without lines are judged by fill rate.
    """
    base, others = _cast(document)
    if not others:
        return f"{_alone(document, base, currency)}."
    told = [f"{policy_name(p)} {_against(document, p, base)}" for p in others]
    sentence = f"against {policy_name(base)}, " if base not in others else ""
    once = "" if document.get("replications", 2) > 1 else " (one replication: chance may differ)"
    return upper_first(f"{sentence}{'; '.join(told)}; {_best(document)}{once}.")


def headline(document: Document, currency: str = "") -> str:
    """The finding for the head of a picture: who serves best against the baseline, and who costs least.

    Of policies that serve too alike to tell them apart, the cheapest stands there.
    """
    base, others = _cast(document)
    if not others:
        return _alone(document, base, currency)
    ablest = max(_mean(document, p, service(document)) for p in others)
    alike = [p for p in others if _mean(document, p, service(document)) == ablest]
    alike += [p for p in _rivals(document, service(document)) or () if p in others]
    star = min(alike, key=lambda p: _mean(document, p, "total_cost"))
    served = _served(document, gap(document, star, base, service(document)))
    priced = _priced(gap(document, star, base, "total_cost"))
    than = policy_name(base)
    if served and priced:
        text = f"{policy_name(star)} {served} than {than} and {priced}"
    elif served or priced:
        than = f"{'as' if (served or priced).endswith('as much') else 'than'} {than}"
        text = (
            f"{policy_name(star)} {served or priced} {than}; "
            f"{'cost' if served else _noun(document)} is not distinguishable"
        )
    else:
        text = f"{policy_name(star)} and {than} are not distinguishable on {_noun(document)} or cost"
    cheapest = leaders(document, "total_cost", min)
    if len(others) > 1 and star not in cheapest:
        average = " on average" if _rivals(document, "total_cost") else ""
        text += f"; {_by(cheapest, ('costs least', 'cost least'))}{average}"
    return text


def baseline(document: Document) -> str:
    """The policy that all others are compared with: the first of the comparison."""
    policies = list(document["policies"])
    pairs = [pair.split(" - ") for pair in document.get("differences") or {}]
    return next((pair[1] for pair in pairs if len(pair) == 2 and pair[1] in policies), policies[0])


def service(document: Document) -> str:
    """The KPI that tells how well the network ran: `uptime`, or `fill_rate` where there is no line."""
    return "uptime" if any(_known(document, p, "uptime") for p in document["policies"]) else "fill_rate"


def leaders(document: Document, kpi: str, pick: Any) -> list[str]:
    """The policies whose mean is lowest (`min`) or highest (`max`), all of them when they tie."""
    means = {p: _mean(document, p, kpi) for p in document["policies"] if _known(document, p, kpi)}
    return [p for p, mean in means.items() if mean == pick(means.values())]


def gap(document: Document, policy: str, base: str, kpi: str) -> Gap | None:
    """The paired difference as the document has it; from the means where it has none; None if unknown."""
    ours, theirs = (document["policies"][p]["kpis"].get(kpi) or {} for p in (policy, base))
    paired = (document.get("differences") or {}).get(f"{policy} - {base}", {}).get(kpi) or {}
    if ours.get("mean") is None or theirs.get("mean") is None:
        return None
    mean = paired.get("mean")
    difference = ours["mean"] - theirs["mean"] if mean is None else mean
    return Gap(difference, paired.get("low"), paired.get("high"), theirs["mean"])


def _cast(document: Document) -> tuple[str, list[str]]:
    base = baseline(document)
    return base, [p for p in document["policies"] if p != base]


def _alone(document: Document, policy: str, currency: str) -> str:
    kpi, kpis = service(document), document["policies"][policy]["kpis"]
    money = f"{short(kpis['total_cost']['mean'])} {currency}".strip()
    if not _known(document, policy, kpi):
        return f"{policy_name(policy)} costs {money}"
    share = percent(kpis[kpi]["mean"])
    did = f"keeps {_lines(document)} up {share} of the time" if kpi == "uptime" else f"fills {share} of demand at once"
    lost = kpis.get("lost_sales", {}).get("mean") or 0
    return f"{policy_name(policy)} {did}, loses {short(lost)} pc of sales and costs {money}"


def _against(document: Document, policy: str, base: str) -> str:
    """The clauses of one policy, the distinguishable ones first."""
    kpi = service(document)
    served, lost, cost = (gap(document, policy, base, k) for k in (kpi, "lost_sales", "total_cost"))
    clauses = [c for c in (_served(document, served), _lost(lost), _priced(cost)) if c]
    named = ((served, _noun(document)), (lost, "lost sales"), (cost, "cost"))
    unclear = [noun for g, noun in named if g and not g.distinguishable and not g.same]
    if unclear:
        clauses.append(f"is not distinguishable on {listed(unclear)}")
    return listed(clauses) if clauses else "does the same"


def _served(document: Document, g: Gap | None) -> str:
    if g is None or not g.distinguishable:
        return ""
    if service(document) == "uptime":
        return f"keeps {_lines(document)} up {points(g.mean)} {'longer' if g.mean > 0 else 'less'}"
    return f"fills {points(g.mean)} {'more' if g.mean > 0 else 'less'} of demand at once"


def _lost(g: Gap | None) -> str:
    if g is None or not g.distinguishable:
        return ""
    if g.base <= 0:
        return f"loses {short(g.mean)} pc of sales where none were lost"
    ratio = g.mean / g.base
    if ratio > 2:
        return f"loses {short(ratio + 1)} times the sales"
    return f"loses {rough(ratio)} {'more' if ratio > 0 else 'fewer'} sales" if ratio > -1 else "loses no sale"


def _priced(g: Gap | None) -> str:
    if g is None or not g.distinguishable:
        return ""
    if g.base <= 0:
        return f"costs {short(abs(g.mean))} {'more' if g.mean > 0 else 'less'}"
    ratio = g.mean / g.base
    if ratio > 2:
        return f"costs {short(ratio + 1)} times as much"
    return f"costs {rough(ratio)} {'more' if ratio > 0 else 'less'}"


def _best(document: Document) -> str:
    """Who costs least and who serves best: at 95 % confidence where both are told from all others, else on average."""
    cheapest, ablest = leaders(document, "total_cost", min), leaders(document, service(document), max)
    served = (
        (f"keeps {_lines(document)} up longest", f"keep {_lines(document)} up longest")
        if service(document) == "uptime"
        else ("fills most at once", "fill most at once")
    )
    sure = all(_rivals(document, kpi) == [] for kpi in ("total_cost", service(document)))
    close = {kpi: _close(document, kpi) for kpi in ("total_cost", service(document))}
    if cheapest == ablest:
        costs = f"{_by(cheapest, ('costs least', 'cost least'))}{close['total_cost']}"
        told = f"{costs} and {served[len(ablest) > 1]}{close[service(document)]}"
    else:
        both = (("total_cost", cheapest, ("costs least", "cost least")), (service(document), ablest, served))
        told = listed([f"{_by(names, verb)}{close[kpi]}" for kpi, names, verb in both if names])
    return f"{'with 95 % confidence' if sure else 'on average'} {told}"


def _rivals(document: Document, kpi: str) -> list[str] | None:
    """The policies that may be the best as well as the one that leads; None if nobody can say."""
    return ((document.get("best") or {}).get(kpi) or {}).get("not_worse")


def _close(document: Document, kpi: str) -> str:
    """Whom the leaders cannot be told from; of two policies the paired difference has already said it."""
    leading = leaders(document, kpi, BETTER[kpi])
    others = [policy_name(p) for p in _rivals(document, kpi) or () if p not in leading]
    return f" ({listed(others)} too close to tell)" if others and len(document["policies"]) > 2 else ""


def _by(policies: list[str], verb: tuple[str, str]) -> str:
    return f"{listed([policy_name(p) for p in policies])} {verb[len(policies) > 1]}"


def _known(document: Document, policy: str, kpi: str) -> bool:
    return (document["policies"][policy]["kpis"].get(kpi) or {}).get("mean") is not None


def _mean(document: Document, policy: str, kpi: str) -> float:
    return float(document["policies"][policy]["kpis"][kpi]["mean"]) if _known(document, policy, kpi) else 0.0


def _lines(document: Document) -> str:
    places = document["policies"][baseline(document)].get("nodes", {}).values()
    return "the lines" if sum("running" in place for place in places) > 1 else "the line"


def _noun(document: Document) -> str:
    return "uptime" if service(document) == "uptime" else "fill rate"
