"""Scenarios side by side as people see them: a sentence that the numbers allow, and a picture of whatever there is."""

from copy import deepcopy

import pytest
from matplotlib.image import imread

from twin.report.beside import headline, verdict
from twin.report.beside_folder import write


def more(mean, half):
    return {"mean": mean, "low": mean - half, "high": mean + half, "n": 30, "distinguishable": abs(mean) > half}


@pytest.fixture
def beside(document):
    """A calm year, and one in which the port shuts."""
    told = {
        "title": document["title"],
        "hash": document["hash"],
        "seed": 42,
        "replications": 30,
        "findings": [],
        "currency": "USD",
        "horizon": 365,
        "policies": document["policies"],
        "best": {},
        "cheapest": "jit",
        "above": {"jic": more(1e6, 5e4), "hybrid": more(4e5, 2e4)},
    }
    shut = deepcopy(told) | {"cheapest": "hybrid", "above": {"jit": more(4e6, 3e5), "jic": more(1e5, 2e5)}}
    names = {"calm": "calm", "bad": "shut", "instead_of": "jit"}
    pairs = [
        {**names, "policy": "jic", "premium": more(1e6, 5e4), "saving": more(3.9e6, 3e5),
         "years": {"mean": 4.9, "low": 4.3, "high": 5.5}},
        {**names, "policy": "hybrid", "premium": more(4e5, 2e4), "saving": more(4e6, 3e5),
         "years": {"mean": 11.0, "low": 9.5, "high": 12.6}},
    ]  # fmt: skip
    return {
        "twin": 1,
        "study": "compare",
        "hash": "0123456789abcdef",
        "replications": 30,
        "scenarios": {"calm": told, "shut": shut},
        "break_even": pairs,
        "notes": [],
    }


def test_the_verdict_says_who_costs_least_and_how_often_is_enough(beside):
    """What a planner takes to the board, with its interval and with words for what is not known."""
    assert headline(beside) == "The cheapest is JIT in calm; the cheapest are not distinguishable in shut"
    assert list(verdict(beside)) == [
        "In calm, JIT costs least, 400 k USD less than hybrid",
        "In shut, hybrid and JIC are not distinguishable on cost",
        "Hybrid pays for itself against JIT if a year like shut comes once in 11 (9.5 to 13) years or oftener, "
        "JIC if once in 4.9 (4.3 to 5.5); the other years like calm",
    ]


def test_nobody_costs_least_while_another_may(beside):
    """Not always the next one by mean: a dear policy whose cost is hardly known may be the cheapest, too."""
    beside["scenarios"]["calm"]["above"]["jic"] = more(1e6, 2e6)
    beside["scenarios"]["shut"]["above"]["jit"] = more(4e6, 5e6)
    assert headline(beside) == "The cheapest are not distinguishable in calm and shut"
    assert [*verdict(beside)][:2] == [
        "In calm, JIT and JIC are not distinguishable on cost",
        "In shut, hybrid, JIT and JIC are not distinguishable on cost",
    ]


def test_what_cannot_be_said_is_not_said(beside):
    """A premium or a saving that may be nothing gives no number of years."""
    jic, hybrid = beside["break_even"]
    jic |= {"years": None, "saving": more(-1e5, 1e4)}
    hybrid |= {"years": None, "saving": more(1e4, 1e5)}
    assert list(verdict(beside))[-1] == (
        "JIC saves nothing in shut against JIT; what hybrid saves in shut is not distinguishable from nothing"
    )
    hybrid |= {"saving": more(1e6, 1e5), "premium": more(1e4, 1e5)}
    assert list(verdict(beside))[-1].endswith(
        "what hybrid costs more than JIT in calm is not distinguishable from nothing"
    )


def test_the_picture_is_wide_enough_for_a_phone_and_the_same_bytes_again(beside, tmp_path):
    """PNG and SVG, document and table."""
    once, again = (write(beside, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in once] == ["compare.json", "compare.csv", "compare.png", "compare.svg"]
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert imread(once[2]).shape[1] == 1200


def test_whatever_was_compared_can_be_drawn(beside, tmp_path):
    """One scenario, one policy, one replication; names and titles longer than a line; two currencies."""
    calm = beside["scenarios"]["calm"]
    calm["policies"] = {"just - in [time] of a very long name": calm["policies"]["jit"]}
    calm |= {"above": {}, "currency": "EUR", "title": "so long a title " * 20}
    for kpi in calm["policies"]["just - in [time] of a very long name"]["kpis"].values():
        kpi |= {"low": None, "high": None} if "mean" in kpi else {}
    odd = beside | {"scenarios": {"calm" * 12: calm}, "replications": 1, "break_even": [], "notes": ["not one length"]}
    assert headline(odd) == "One policy in each scenario: there is nothing to choose from"
    assert len(write(odd, tmp_path / "one")) == 4
    assert len(write(beside | {"break_even": []}, tmp_path / "two")) == 4
