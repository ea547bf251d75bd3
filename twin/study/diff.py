"""Diff: what differs between A and B, in words and in results; by replication where they share their luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twin.model.changes import changes
from twin.model.optimise import DIMENSIONS
from twin.model.scenario import Tree
from twin.study.sides import Outcome, Side
from twin.study.statistics import difference, summary, unpaired

PARTS = ("kpis", "costs")
TOLD = ("mean", "low", "high", "n", "distinguishable")


def diff(a: Side, b: Side, policies: Sequence[str] = ()) -> dict[str, Any]:
    """The document of a difference, B against A (docs/kpis.md says what stands in it); of all policies, or of these."""
    results = _results(a.outcome, b.outcome, policies, _agree(_currencies(a, b))) if a.outcome and b.outcome else None
    return {
        "twin": 1,
        "a": _head(a),
        "b": _head(b),
        "words": [word for word in _words(a.tree, b.tree) if _tells(word, a, b)] if a.tree and b.tree else None,
        "results": results,
        "notes": [*_notes(a, b, results)],
    }


def same(document: Mapping[str, Any]) -> bool:
    """Whether nothing that is known differs."""
    results = document["results"]
    if document["words"] or (results and (results["only_a"] or results["only_b"])):
        return False
    policies = results["policies"].values() if results else ()
    told = [each for parts in policies for part in parts.values() for each in part.values()]
    return all(each["difference"]["mean"] == 0 or each["a"] == each["b"] for each in told)


def _head(one: Side) -> dict[str, Any]:
    document = one.outcome.document if one.outcome else None
    keys = ("scenario", "title", "hash", "seed", "replications")
    told = {key: document[key] for key in keys} if document else {"scenario": one.tree.name if one.tree else None}
    return {"path": str(one.path), **told, "program": one.outcome.program if one.outcome else None}


def _words(a: Tree, b: Tree) -> Iterator[dict[str, Any]]:
    for change in changes(a, b):
        (before, after), (there, here) = change.values, change.written
        where = {"a": before, "b": after, "a_written": there, "b_written": here}
        yield {"path": change.path, "change": change.kind, **where}


def _tells(word: Mapping[str, Any], a: Side, b: Side) -> bool:
    """What a run has left behind says nothing of studies, so that they cannot differ from it."""
    return bool(a.model and b.model) or not word["path"].startswith("study.")


def _results(a: Outcome, b: Outcome, policies: Sequence[str], money: bool) -> dict[str, Any]:
    ours, theirs = ([p for p in one.document["policies"] if not policies or p in policies] for one in (a, b))
    both = [policy for policy in ours if policy in theirs]
    shared = _shared(a, b, both)
    return {
        "paired": bool(shared),
        "replications": len(shared) or None,
        "only_a": [policy for policy in ours if policy not in theirs],
        "only_b": [policy for policy in theirs if policy not in ours],
        "policies": {
            policy: {
                part: {
                    key: _paired(a, b, policy, key, shared) if shared else _unpaired(a, b, policy, part, key)
                    for key in _keys(a, b, policy, part)
                    if money or (part != "costs" and DIMENSIONS.get(key) != "Money")
                }
                for part in PARTS
            }
            for policy in both
        },
    }


def _shared(a: Outcome, b: Outcome, both: Sequence[str]) -> list[int]:
    """The replications that have the same luck on both sides: none with other seeds, or where trials are not kept."""
    if a.document["seed"] != b.document["seed"] or not both:
        return []
    rows = [one.trials.get(policy, {}).keys() for one in (a, b) for policy in both]
    return sorted(set.intersection(*map(set, rows)))


def _keys(a: Outcome, b: Outcome, policy: str, part: str) -> list[str]:
    """What both tell as one number."""
    ours, theirs = (one.document["policies"][policy][part] for one in (a, b))
    return [key for key in ours if all("mean" in each.get(key, {}) for each in (ours, theirs))]


def _paired(a: Outcome, b: Outcome, policy: str, key: str, shared: Sequence[int]) -> dict[str, Any]:
    ours, theirs = ([one.trials[policy][r].get(key) for r in shared] for one in (a, b))
    return {"a": _told(summary(ours)), "b": _told(summary(theirs)), "difference": _told(difference(theirs, ours))}


def _unpaired(a: Outcome, b: Outcome, policy: str, part: str, key: str) -> dict[str, Any]:
    ours, theirs = (one.document["policies"][policy][part][key] for one in (a, b))
    return {"a": _told(ours), "b": _told(theirs), "difference": unpaired(theirs, ours)}


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in TOLD if key in found}


def _currencies(*sides: Side) -> list[str | None]:
    return [side.word("currency", default="USD") for side in sides]


def _agree(words: Sequence[str | None]) -> bool:
    """Whether all say the same, as far as they say anything."""
    return len({*words} - {None}) < 2


def _notes(a: Side, b: Side, results: Mapping[str, Any] | None) -> Iterator[str]:
    """What a reader must know before comparing numbers."""
    if a.outcome and b.outcome and results:
        yield from _terms(a, b)
        yield from _luck(a.outcome, b.outcome)
        for name, only in (("A", results["only_a"]), ("B", results["only_b"])):
            yield from (f"only {name} has the policy {policy}" for policy in only)
    elif a.outcome or b.outcome:
        name = "B" if a.outcome else "A"
        yield f"{name} has not been run: results are compared with --replications N, which runs it on the same luck"
    for one, name in ((a, "A"), (b, "B")):
        if one.tree is None:
            yield f"what {name} says is not known: no scenario.yaml lies beside it"


def _terms(a: Side, b: Side) -> Iterator[str]:
    money, lengths = _currencies(a, b), [side.word("run", "horizon", default="365 d") for side in (a, b)]
    if not _agree(money):
        yield f"A counts in {money[0]}, B in {money[1]}: money is not compared"
    if not _agree(lengths):
        yield f"A runs {lengths[0]}, B {lengths[1]}: what adds up over a run is not alike"
    made_by = [one.outcome.program for one in (a, b) if one.outcome]
    if not _agree(made_by):
        yield f"A was made by program {made_by[0]}, B by {made_by[1]}: that alone may alter numbers"


def _luck(a: Outcome, b: Outcome) -> Iterator[str]:
    seeds, counts = ([one.document[key] for one in (a, b)] for key in ("seed", "replications"))
    both = [policy for policy in a.document["policies"] if policy in b.document["policies"]]
    shared = len(_shared(a, b, both))
    if seeds[0] != seeds[1]:
        yield f"seed {seeds[0]} and seed {seeds[1]}: other luck, so the difference is that of two samples (Welch)"
    elif both and not shared:
        yield "not both have the trials.csv of their run: on the same luck, but the difference is that of two samples"
    elif shared and not counts[0] == counts[1] == shared:
        yield f"A has {counts[0]} replications, B {counts[1]}: compared over the {shared} that both have"
