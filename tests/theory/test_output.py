"""What may be concluded from replications: intervals, paired differences, and how many replications it takes."""

from math import ceil, exp, sqrt

import numpy as np
import pytest
from scipy.stats import norm

import twin
from twin.study.precision import Precision
from twin.study.statistics import difference, student_t, summary
from twin.study.warm_up import mser


@pytest.mark.case("O01", "Law & Kelton, example 4.26")
def test_ten_observations_and_the_interval_of_their_mean(exactly):
    """O01: mean 1.343 ± 0.293 with Student's t; with the normal's 1.96 it would be 0.254 and too sure of itself."""
    found = summary([1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09])
    exactly(found["mean"], 1.343, "mean")
    exactly(round(found["sd"] ** 2, 5), 0.16751, "variance, to five digits")
    exactly(round(found["high"] - found["mean"], 5), 0.29278, "half-width at 95 %, to five digits")
    assert found["mean"] - found["low"] == pytest.approx(found["high"] - found["mean"])


def replications_for(precision: float, cv: float) -> int:
    """The fewest replications whose 95 % half-width is at most this share of the mean: t·cv ÷ √n ≤ precision."""
    n = max(2, ceil((norm.ppf(0.975) * cv / precision) ** 2))  # Student's t asks for a few more than the normal
    while student_t(n) * cv / sqrt(n) > precision:
        n += 1
    return n


@pytest.mark.parametrize(
    ("precision", "cv", "case"),
    [
        (0.005, 0.05, 387),
        (0.005, 0.1, 1540),
        (0.005, 0.5, 38418),
        (0.005, 1, 153661),
        (0.01, 0.05, 99),
        (0.01, 0.1, 387),
        (0.01, 0.5, 9607),
        (0.01, 1, 38418),
        (0.05, 0.2, 64),
        (0.01, 0.2, 1540),
        (0.005, 0.2, 6149),
    ],
)
@pytest.mark.case("O03", "t·cv ÷ √n ≤ precision")
def test_the_interval_shrinks_with_the_root_of_the_replications(exactly, precision, cv, case):
    """O03: half the width takes four times the replications; the interval that a study reports has to say the same."""
    n = replications_for(precision, cv)
    exactly(n, case, f"replications for {100 * precision:g} % at cv {cv:g}")
    spread = np.resize([1.0, -1.0], n - n % 2)
    found = summary(1 + cv * spread / spread.std(ddof=1))
    assert (found["high"] - found["mean"]) / found["mean"] == pytest.approx(precision, rel=1 / n**0.5)


# A newsvendor, 50 ± 8 bundles of ten a day, who is refilled every morning, at two levels. Ten, so that demand in whole
# pieces is as good as the normal demand of the book.
NEWS = """
twin: 1
items: {paper: {value: 1 USD/pc, space: 1 pc}}
nodes:
  press: {kind: supplier, supplies: {paper: {price: 1 USD/pc}}}
  stand: {kind: warehouse, storage: 0.018 USD/pc/d}
  town: {kind: customer, unmet: backorder, buys: {paper: {from: stand, every: 1 d,
         quantity: {dist: normal, mean: 500 pc, sd: 80 pc}, penalty: 0.07 USD/pc/d}}}
lanes: {road: {from: press, to: stand, transit: 1 d}}
policies: {s57: {all: {rule: base_stock, level: 570 pc}}, s60: {all: {rule: base_stock, level: 600 pc}}}
run: {horizon: 1 d, warm_up: 1 d, replications: 500, seed: 1}
"""


def newsvendor() -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a day's demand in whole pieces, and its cost at the two levels."""
    pieces = np.arange(1201)
    demand = np.diff(norm.cdf(np.arange(1202) - 0.5, 500, 80))
    costs = [0.018 * np.maximum(0, level - pieces) + 0.07 * np.maximum(0, pieces - level) for level in (570, 600)]
    return demand, np.array(costs)


@pytest.mark.slow
@pytest.mark.case("O05", "variance by quadrature, demand in whole pieces")
def test_policies_that_meet_the_same_luck_are_told_apart_six_times_as_fast(load, sample):
    """O05: two base stocks differ by 0.156 a day. The variance of the difference, on which the number of replications
    depends, is 0.77 where both meet the same demand and 4.46 where each meets its own. A replication is one day."""
    demand, costs = newsvendor()
    means = costs @ demand
    variances = (costs - means[:, None]) ** 2 @ demand
    same, own = (np.diff(costs, axis=0)[0] - np.diff(means)[0]) ** 2 @ demand, variances.sum()
    assert tuple(means) == pytest.approx((2.000020, 2.156132), rel=1e-4)
    assert (same, own, own / same) == pytest.approx((0.767227, 4.461828, 5.8155), rel=1e-3)
    model = load(NEWS)
    studies = [twin.compare(model, seed=seed).document for seed in range(1, 23)]

    def kpi(policy: str, key: str) -> list[float]:
        return [study["policies"][policy]["kpis"]["total_cost"][key] for study in studies]

    paired = [study["differences"]["s60 - s57"]["total_cost"] for study in studies]
    sample(kpi("s57", "mean")).must_be(means[0], "cost at level 57 (USD/d)")
    sample(kpi("s60", "mean")).must_be(means[1], "cost at level 60 (USD/d)")
    # A variance of two per cent would ask for fifty thousand replications: here luck alone is the measure.
    each = zip(kpi("s57", "sd"), kpi("s60", "sd"), strict=True)
    assert abs(sample([found["sd"] ** 2 for found in paired]).z(same)) <= 3.5
    assert abs(sample([first**2 + second**2 for first, second in each]).z(own)) <= 3.5
    assert all(found["distinguishable"] for found in paired)
    assert all(found["mean"] > 0 for found in paired)


@pytest.fixture
def sample():
    """Numbers of several studies, as a sample that can face a truth."""
    from tests.theory.conftest import Sample

    return Sample


@pytest.mark.parametrize(
    ("law", "case"),
    [("normal", 0.950), ("exponential", 0.9016)],
)
@pytest.mark.case("O10", "coverage by 200 000 trials")
def test_an_interval_of_ten_replications_promises_too_much_of_a_skewed_number(sample, law, case):
    """O10: of 95 % intervals from ten replications 95 % hold the true mean where results are normal, but only 90 %
    where they are exponential, as lost sales are: rare and large. More replications heal it."""
    chance = np.random.default_rng(1)
    draws = chance.normal(1, 1, (20, 1000, 10)) if law == "normal" else chance.exponential(1, (20, 1000, 10))

    def holds(values: np.ndarray) -> bool:
        found = summary(values.tolist())
        return found["low"] <= 1 <= found["high"]

    covered = sample([float(np.mean([holds(values) for values in batch])) for batch in draws])
    covered.must_be(case, f"coverage of 95 % with {law} results")


def test_a_difference_of_means_is_the_mean_of_the_differences():
    """Pairing narrows the interval and never moves its middle."""
    ours, baseline = [exp(x / 3) for x in range(10)], [float(x * x % 7) for x in range(10)]
    paired = difference(ours, baseline)
    assert paired["mean"] == pytest.approx(summary(ours)["mean"] - summary(baseline)["mean"])


@pytest.mark.case("O02", "White 1997, MSER-5")
def test_the_beginning_that_a_series_had_better_be_without(exactly):
    """O02: twelve batches of five that fall from 20 to 2; without the first fifteen observations it tells most."""
    cut = mser([20, 10, 4.2, 1.8, 2.2, 1.9, 2.1, 2.0, 1.7, 2.3, 2.0, 1.9])
    exactly(5 * cut, 15, "observations to cut off")


def study(asked: Precision, costs: np.ndarray) -> np.ndarray:
    """The costs that a study has seen when it is as precise as asked, of all that it might see."""
    seen: list[float] = []

    def rows() -> dict:
        return {"only": [{"kpis": {"total_cost": cost, "uptime": None, "fill_rate": None}} for cost in seen]}

    for batch in asked.batches(10, rows):
        seen += costs[batch.start : batch.stop].tolist()
    return np.array(seen)


@pytest.mark.parametrize(("asked", "cv"), [(0.02, 0.1), (0.01, 0.1), (0.05, 0.5)])
@pytest.mark.case("O03", "Law & Kelton, section 9.4.1")
def test_replications_are_added_until_the_mean_is_as_close_as_was_asked(asked, cv):
    """O03: of 1000 studies of normal costs 95 in 100 end within the precision of the true mean (stopping by a look at
    the data costs a little), after about as many replications as the formula says for γ ÷ (1 + γ)."""
    chance = np.random.default_rng(3)
    ends = [study(Precision(asked), chance.normal(1, cv, 1000)) for _ in range(1000)]
    assert np.mean([abs(costs.mean() - 1) <= asked for costs in ends]) >= 0.93
    enough = replications_for(asked / (1 + asked), cv)
    assert enough - 10 <= np.mean([len(costs) for costs in ends]) <= 1.25 * enough + 10
