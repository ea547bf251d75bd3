"""Scenarios side by side: each as it is alone, and a buffer weighed against how often it is needed, by hand."""

import pytest

import twin
from twin.study.break_even import fieller
from twin.study.statistics import summary

FOG = "disruptions: {fog: {target: van, at: 10 d, lasts: 4 d, effect: {capacity: 0 %}}}"
CALM = "disruptions: null"


@pytest.fixture
def years(kiosk, tmp_path):
    """A calm year and one with fog, each under its own name."""

    def years(calm="", bad=FOG):
        models = []
        for name, text in (("calm", CALM + "\n" + calm), ("foggy", bad)):
            kiosk(text)
            models.append(twin.load((tmp_path / "small.yaml").rename(tmp_path / f"{name}.yaml")))
        return models

    return years


def test_each_scenario_is_what_it_is_alone(years):
    """Side by side nothing is computed anew: the numbers of `twin run` stand beside one another."""
    models = years()
    document = twin.side_by_side(models).document
    for model in models:
        alone, told = twin.compare(model).document, document["scenarios"][model.name]
        assert told["hash"] == alone["hash"]
        assert told["policies"]["jit"]["kpis"] == alone["policies"]["jit"]["kpis"]


def test_how_often_is_enough_by_hand(years):
    """40 pieces of 10 USD at 0.1 %/d cost 0.40 USD a day, and save the margin of those that fog loses.

    So much for N: (N - 1) premiums are worth one saving.
    """
    document = twin.side_by_side(years()).document
    (pair,) = document["break_even"]
    assert (pair["calm"], pair["bad"], pair["policy"], pair["instead_of"]) == ("calm", "foggy", "jic", "jit")
    premium, saving = pair["premium"]["mean"], pair["saving"]["mean"]
    assert premium == pytest.approx(60 * 40 * 10 * 0.001)
    assert saving > 0
    assert pair["years"]["mean"] == pytest.approx(1 + saving / premium)
    assert pair["years"]["low"] == pytest.approx(pair["years"]["mean"])


def test_what_saves_nothing_never_pays(years):
    """Fog that nobody feels: the lean policy is right, however often it comes."""
    document = twin.side_by_side(years(bad=FOG.replace("4 d", "1 h"))).document
    (pair,) = document["break_even"]
    assert pair["saving"]["mean"] < 0
    assert pair["years"] is None


def test_another_plant_cannot_be_weighed(years):
    """A year at another plant says nothing of how often fog must come at this one."""
    for other in ("items: {ice: {value: 11 USD/pc}}", "run: {horizon: 90 d}"):
        assert twin.side_by_side(years(other)).document["break_even"] == []


def test_without_a_calm_year_nothing_is_weighed(years):
    """There is no premium to tell."""
    assert twin.side_by_side(years()[1:]).document["break_even"] == []


def test_what_differs_besides_is_said(years):
    """Length, policies, replications, seed: a reader must not take apples for pears."""
    notes = twin.side_by_side(
        years("run: {horizon: 90 d, seed: 3, replications: 3}\npolicies: {jic: null}\ncompare: [jit]")
    ).document["notes"]
    assert [note.split(" (")[0] for note in notes] == [
        "not one length", "not one seed", "not as many replications everywhere", "not the same policies everywhere"
    ]  # fmt: skip
    assert "(calm: 90 d; foggy: 60 d)" in notes[0]


def test_progress_counts_through_all_scenarios(years):
    """A bar that began anew with each would end too early."""
    seen = []
    twin.side_by_side(years(), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(k, 8) for k in range(1, 9)]


def test_the_interval_of_a_ratio_is_fiellers():
    """Exact where the ratio is; none where the premium may be nothing; checked against the definition."""
    assert fieller([20.0, 22.0, 24.0], [10.0, 11.0, 12.0]) == pytest.approx((2, 2))
    assert fieller([1.0], [1.0]) == (None, None)
    assert fieller([1.0, 2.0, 3.0], [-1.0, 0.0, 1.1]) == (None, None)
    savings, premiums = [9.0, 11.0, 10.0, 14.0], [2.0, 2.2, 1.9, 2.1]
    for k in fieller(savings, premiums):
        edge = summary([s - k * p for s, p in zip(savings, premiums, strict=True)])
        assert min(abs(edge["low"]), abs(edge["high"])) == pytest.approx(0, abs=1e-9)
