"""Side by side: several scenarios, each under its policies, and what may be said of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

from twin.language import Model, load
from twin.model.scenario import changes, read
from twin.model.units import DAY
from twin.study.asked import Answer
from twin.study.break_even import above, break_evens, cheapest, costs
from twin.study.compare import Comparison, compare
from twin.study.crew import Crew, Progress, crew


def loaded(paths: Sequence[Path], sets: Sequence[str]) -> list[Model]:
    """The scenarios at these paths. A patch goes to those that have what it changes; if none has it, to all.

    Raises ScenarioError.
    """
    written = [read(path).data for path in paths]
    has = {patch: [changes(patch, data) for data in written] for patch in sets}
    return [load(path, [p for p in sets if has[p][k] or not any(has[p])]) for k, path in enumerate(paths)]


def side_by_side(
    models: Sequence[Model],
    policies: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    hands: Crew | None = None,
) -> Answer:
    """Each scenario as `compare` finds it alone, and what can be said of all (docs/kpis.md has the document).

    A scenario that lacks some of the `policies` goes without them. Interrupted, it keeps what was finished.
    """
    hands = hands or crew(jobs)
    chosen = [[p for p in policies if p in model.policies] or model.compared for model in models]
    rounds = [replications or model.run.replications for model in models]
    ends = [*accumulate(n * len(names) for n, names in zip(rounds, chosen, strict=True))]
    found: list[Comparison] = []
    for model, names, n, end in zip(models, chosen, rounds, ends, strict=True):
        tell = progress and _further(progress, end - n * len(names), ends[-1])
        try:
            found.append(compare(model, names, n, seed, hands=hands, progress=tell))
        except KeyboardInterrupt as stopped:  # before anything of this one was whole
            if not found:
                raise
            return Answer(_document(found), stopped.with_traceback(None))
        if found[-1].stopped is not None:
            break
    return Answer(_document(found), found[-1].stopped)


def _further(progress: Progress, before: int, total: int) -> Progress:
    """Progress through all scenarios, of which some are done."""
    return lambda done, _: progress(before + done, total)


def _document(found: Sequence[Comparison]) -> dict[str, Any]:
    hashes = [one.document["hash"] for one in found]
    return {
        "twin": 1,
        "study": "compare",
        "hash": sha256(" ".join(hashes).encode()).hexdigest()[:16],
        "replications": min(one.document["replications"] for one in found),
        "scenarios": {one.model.name: _scenario(one) for one in found},
        "break_even": [*break_evens(found)],
        "notes": [*_notes(found)],
    }


def _scenario(one: Comparison) -> dict[str, Any]:
    """What `twin run` says of it, without the places; and what every policy costs more than the cheapest."""
    of = costs(one)
    least = cheapest(of)
    policies = one.document["policies"].items()
    return {
        **{key: one.document[key] for key in ("title", "hash", "seed", "replications", "findings")},
        "currency": one.model.currency,
        "horizon": one.model.run.horizon / DAY,
        "policies": {policy: {part: results[part] for part in ("kpis", "costs")} for policy, results in policies},
        "best": one.document["best"],
        "cheapest": least,
        "above": {policy: above(of, policy, least) for policy in of if policy != least},
    }


def _notes(found: Sequence[Comparison]) -> Iterator[str]:
    """What a reader must know before comparing scenarios with one another."""
    names = [one.model.name for one in found]
    alike = {
        "one currency (…): money is compared within each scenario only": [one.model.currency for one in found],
        "one length (…): what adds up over a run is not alike": [f"{one.model.run.horizon / DAY:g} d" for one in found],
        "one seed (…): the luck is not the same": [one.document["seed"] for one in found],
        "as many replications everywhere (…)": [one.document["replications"] for one in found],
        "the same patches everywhere (…)": [", ".join(one.model.tree.sets) or "none" for one in found],
        "the same policies everywhere (…)": [", ".join(one.document["policies"]) for one in found],
    }
    for sentence, values in alike.items():
        if len({*values}) > 1:
            each = "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
            yield f"not {sentence.replace('…', each)}"
