"""Comparing policies: the same luck for all, on one core or many, today and tomorrow."""

import gc

import pytest

import twin
from tests.unit.roadside import ROADSIDE
from twin.engine.world import World
from twin.study.crew import crew
from twin.study.trials import every, run_trials

SHOP = (
    ROADSIDE
    + """
    policies:
      lean: {all: {rule: base_stock}}
      safe: {all: {rule: base_stock, safety_stock: 3 d}}
      same: {all: {rule: base_stock}}
    compare: [lean, safe]
    run: {horizon: 30 d, warm_up: 10 d, replications: 4, seed: 11}
"""
)


@pytest.fixture
def model(scenario):
    return scenario(SHOP, "items: {part: {class: A, risk: low}}")


def test_a_policy_named_twice_has_no_more_replications(model):
    """Counted twice they would make intervals too narrow."""
    once, twice = (twin.compare(model, policies=names).document for names in (("safe",), ("safe", "safe")))
    assert once == twice


def test_every_policy_meets_the_same_demand(model):
    """The stream is named by its cause, and the cause is the customer: pieces asked are equal, not only on average."""
    trials = twin.compare(model, policies=("lean", "safe")).trials
    asked = {}
    for trial in trials:
        asked.setdefault(trial.replication, set()).add(trial.results["kpis"]["demand"])
    assert all(len(values) == 1 for values in asked.values())
    assert len(set.union(*asked.values())) > 1


def test_identical_policies_differ_by_exactly_nothing(model):
    """Not by 1e-12: whatever difference is reported is a policy's doing."""
    found = twin.compare(model, policies=("lean", "same")).document["differences"]["same - lean"]
    assert {(entry["mean"], entry["low"], entry["high"]) for entry in found.values() if entry["n"]} == {(0, 0, 0)}
    assert not any(entry["distinguishable"] for entry in found.values())


def test_the_document_is_what_was_agreed(model):
    """Whoever reads kpis.json relies on its keys."""
    document = twin.compare(model).document
    assert list(document) == [
        "twin", "scenario", "title", "hash", "seed", "replications", "findings", "precision", "policies",
        "differences", "best"
    ]  # fmt: skip
    assert (document["twin"], document["scenario"], document["seed"], document["replications"]) == (1, "small", 11, 4)
    assert list(document["policies"]) == ["lean", "safe"]
    assert list(document["policies"]["lean"]) == ["kpis", "costs", "items", "nodes", "lanes"]
    summary = ["mean", "low", "high", "sd", "p5", "p95", "n"]
    assert list(document["policies"]["lean"]["kpis"]["turns"]) == summary
    for kpi in ("total_cost", "lost_sales", "uptime", "fill_rate"):
        assert list(document["policies"]["lean"]["kpis"][kpi]) == [*summary, "cvar"]
    assert list(document["differences"]) == ["safe - lean"]
    stock = document["policies"]["lean"]["items"]["store.part"]
    assert (stock["level"], stock["class"], stock["risk"], stock["rule"]) == (40, "A", "low", "base_stock")


def test_more_safety_stock_is_more_service_for_more_money(model):
    """The least that a comparison has to see."""
    found = twin.compare(model).document["differences"]["safe - lean"]
    assert found["fill_rate"]["mean"] > 0
    assert found["inventory_value"]["distinguishable"]


def test_one_policy_alone_has_the_numbers_that_it_has_in_company(model):
    """Nobody's results depend on who else was asked."""
    both = twin.compare(model).document["policies"]["safe"]
    alone = twin.compare(model, policies=("safe",)).document
    assert alone["policies"]["safe"] == both
    assert alone["differences"] == {}


def test_a_replication_can_be_run_alone(model):
    """Replication 3 of a study is replication 3 on its own, so that a strange day can be traced."""
    trial = next(trial for trial in twin.compare(model).trials if (trial.policy, trial.replication) == ("safe", 3))
    assert twin.measure(model, twin.simulate(model, "safe", replication=3)) == trial.results


def test_fewer_replications_are_the_first_of_more(model):
    """Going on means adding, not starting again."""
    few, more = (twin.compare(model, replications=count).trials for count in (2, 4))
    assert few == more[: len(few)]


def test_two_processes_give_the_same_results_in_the_same_order(model, monkeypatch):
    """Many cores are for speed alone."""
    monkeypatch.setattr("twin.study.processes.Processes.START", 0.0)
    one, two = ([*run_trials([model], every(("lean", "safe"), range(3)), 11, crew(jobs))] for jobs in (1, 2))
    assert one == two


def test_another_seed_is_another_study_with_another_hash(model):
    """The hash names scenario, data, seed and version: what has the same hash has the same numbers."""
    ours, again, other = (twin.compare(model, seed=seed).document for seed in (11, 11, 12))
    assert ours == again
    assert ours["hash"] != other["hash"]
    assert ours["policies"]["lean"]["kpis"]["demand"] != other["policies"]["lean"]["kpis"]["demand"]


def test_results_stay_when_the_file_is_written_in_another_order(scenario):
    """Maps have no order: two planners who write the same network get the same numbers."""
    lines = SHOP.splitlines()
    maker, store = (
        next(i for i, line in enumerate(lines) if line.strip().startswith(name)) for name in ("maker:", "store:")
    )
    lines[maker], lines[store] = lines[store], lines[maker]
    policies = ("lean", "safe")
    ours, theirs = (twin.compare(scenario(text), policies=policies).trials for text in (SHOP, "\n".join(lines)))
    assert ours == theirs


def test_a_new_node_leaves_everybody_elses_luck_alone(scenario):
    """A second customer elsewhere must not change the first one's demand."""
    more = """
      items: {other: {value: 1 USD/pc}}
      nodes:
        annex: {kind: warehouse}
        neighbour: {kind: customer, buys: {other: {from: annex, every: 1 d, quantity: {dist: poisson, mean: 5 pc}}}}
        factory: {kind: supplier, supplies: {other: {price: 1 USD/pc, lead_time: {dist: gamma, mean: 2 d, cv: 0.5}}}}
      lanes: {path: {from: factory, to: annex, transit: 1 d}}
    """
    before, after = (twin.simulate(model, "lean") for model in (scenario(SHOP), scenario(SHOP, more)))
    assert before.tallies["demand", "client.part"].by_day == after.tallies["demand", "client.part"].by_day


def test_interrupted_it_keeps_the_replications_that_every_policy_has_finished(model, monkeypatch):
    """Whoever stops a long study wants what there is: three trials of two policies are one replication."""

    def tired(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    comparison = twin.compare(model, progress=tired)
    assert isinstance(comparison.stopped, KeyboardInterrupt)
    assert comparison.document["replications"] == 1
    assert [(trial.policy, trial.replication) for trial in comparison.trials] == [("lean", 0), ("safe", 0)]


def test_interrupted_before_the_first_replication_there_is_nothing_to_keep(model):
    """Then it is simply interrupted."""

    def tired(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        twin.compare(model, progress=tired)


def test_the_timelines_are_those_of_the_first_replication(model):
    """A chart shows one history, and says which."""
    comparison = twin.compare(model, timelines=True)
    first = comparison.trials[0].results["kpis"]
    assert sum(comparison.watched.timelines["lean"]["sold:client.part"]) == first["sold"]


def test_worlds_do_not_pile_up(model):
    """A study of thousands of trials must not need the memory of thousands of worlds."""

    def worlds() -> int:
        return sum(isinstance(thing, World) for thing in gc.get_objects())

    gc.collect()
    before = worlds()
    alive = [worlds() - before for _ in run_trials([model], every(("lean", "safe"), range(20)), 11, crew())]
    assert max(alive) < 10
