"""What was behind it: lost time and missing pieces by root, and the longest stops with the chain back to theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twin.report.words import bound, policy_name
from twin.results.why import Explanation, Miss, Root, Share, Stop, span

MOST = 10
"""Stops that are told, of all policies together."""
ROOTS = 12
"""Roots in the table; those that cost less are summed up."""


@dataclass(frozen=True)
class Told:
    """A stop, or where no line ever stood a miss: under which policy, what, and from there back to its root."""

    policy: str
    what: str
    back: Sequence[str]


@dataclass(frozen=True)
class Behind:
    """Shares of roots by policy, the dearest root first, with their sum as the last; and the longest stops."""

    explained: Sequence[str]
    roots: Mapping[str, Mapping[str, Share]]
    told: Sequence[Told]
    stops: bool
    of: int
    sentence: str


def behind(explanations: Mapping[str, Explanation]) -> Behind | None:
    """None where nothing was traced, or nothing ever stood or lacked."""
    stops = [(policy, stop) for policy, found in explanations.items() for stop in found.stops]
    misses = [(policy, miss) for policy, found in explanations.items() for miss in found.misses]
    if not stops and not misses:
        return None
    effects: list[tuple[str, Stop | Miss]] = [*stops] or [*misses]
    longest = sorted(effects, key=lambda effect: (-_size(effect[1]), effect[1].begin))[:MOST]
    told = [_told(policy, effect) for policy, effect in longest]
    return Behind(list(explanations), _roots(explanations), told, bool(stops), len(effects), _sentence(explanations))


def _size(effect: Stop | Miss) -> int:
    return effect.seconds if isinstance(effect, Stop) else max(effect.short, effect.lost)


def _told(policy: str, effect: Stop | Miss) -> Told:
    what, *back = (bound(_plain(link.text)) for link in effect.chain)
    return Told(policy, what, back)


def _plain(text: str) -> str:
    return text.replace("`", "")


def _sentence(explanations: Mapping[str, Explanation]) -> str:
    """How much of the time lost under the policy that lost most goes back to one root; empty if no line stood."""
    policy = max(explanations, key=lambda policy: explanations[policy].total.seconds, default="")
    if not policy or not explanations[policy].total.seconds:
        return ""
    dearest, whole = explanations[policy].by_root[0], explanations[policy].total
    share = f"{span(dearest.seconds)} of the {span(whole.seconds)} that lines stood under {policy_name(policy)}"
    return bound(f"In the replication that was traced, {share} go back to {_plain(dearest.root.text)}.")


def _roots(explanations: Mapping[str, Explanation]) -> dict[str, dict[str, Share]]:
    """By the root in words, then by policy; policies that it cost nothing are not in it."""
    of_root: dict[Root, dict[str, Share]] = {}
    for policy, found in explanations.items():
        for share in found.by_root:
            of_root.setdefault(share.root, {})[policy] = share
    ranked = sorted(of_root, key=lambda root: (_cost(of_root[root].values()), root))
    table = {_plain(root.text): of_root[root] for root in ranked[:ROOTS]}
    if rest := ranked[ROOTS:]:
        few = {policy: [of_root[root][policy] for root in rest if policy in of_root[root]] for policy in explanations}
        table[f"{len(rest)} other roots"] = {policy: _sum(shares) for policy, shares in few.items()}
    return {**table, "In all": {policy: found.total for policy, found in explanations.items()}}


def _cost(shares: Iterable[Share]) -> tuple[int, int, int]:
    """To sort by: the dearest first."""
    whole = _sum([*shares])
    return -whole.seconds, -whole.short, -whole.lost


def _sum(shares: Sequence[Share]) -> Share:
    seconds, short, lost = (sum(getattr(share, what) for share in shares) for what in ("seconds", "short", "lost"))
    return Share(Root("", ""), seconds, short, lost)
