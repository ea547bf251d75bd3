"""Optimisation against optima that are known: what it chooses may cost at most one per cent more than the best.

What it chose is put into the formula, so that its own luck does not judge it.
"""

from collections.abc import Callable
from math import exp
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, poisson

from tests.theory.conftest import Case
from tests.theory.proof import CHOSEN
from tests.theory.test_closures import CORNER, LOT, OFTEN, always, lot_cost, period_cost, shut_out, site
from tests.theory.test_closures import PERIODS as SHUT_BY_PERIOD
from tests.theory.test_stocks import PERIODS, STORE, newsvendor
from twin.language import load
from twin.study.optimise import optimise

FLAT = 1.01


@pytest.fixture
def choose(tmp_path: Path) -> Callable[..., float]:
    """What the optimisation chooses for one path, as a number."""

    def choose(text: str, *patches: str, over: str, to: int, least: int = 0) -> float:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        asked = f"study={{optimise: {{over: {{{over}: {{from: {least} pc, to: {to} pc}}}}}}}}"
        document = optimise(load(path, [*patches, asked])).document
        return float(document["chosen"][over]["after"].split()[0])

    return choose


def near_the_best(what: str, chosen: float, best: float) -> None:
    """Within the flat region around the optimum; nobody beats it."""
    print(f"{what}: {chosen:.6g} against {best:.6g}, {chosen / best - 1:.3%} above")
    assert best * (1 - 1e-9) <= chosen <= FLAT * best
    Case.found(what, best, chosen, None, None, CHOSEN)


@pytest.mark.slow
@pytest.mark.case("I03", "Snyder & Shen, example 4.3")
def test_a_newsvendor_chooses_the_critical_fractile(choose):
    """I03: normal demand, in hundredths of a piece."""
    level = choose(
        STORE,
        *PERIODS,
        "nodes.client.buys.part={quantity: {dist: normal, mean: 5000 pc, sd: 800 pc}, penalty: 0.7 USD/pc/d}",
        "nodes.store.storage=0.18 USD/pc/d",
        "lanes.road.transit=1 d",
        "run={horizon: 400 d, warm_up: 10 d, replications: 10}",
        over="policies.rule.all.level",
        to=20_000,
    )
    best = 50 + 8 * norm.ppf(0.7 / 0.88)

    def cost(kept: float) -> float:
        z = (kept - 50) / 8
        return 0.18 * (kept - 50) + 0.88 * 8 * (norm.pdf(z) - z * norm.sf(z))

    assert (best, cost(best)) == pytest.approx((56.6039559, 1.997605), abs=1e-5)
    near_the_best("cost of the chosen level (USD/period)", cost(level / 100), cost(best))


@pytest.mark.slow
@pytest.mark.case("I05", "Snyder & Shen, problem 4.8a")
def test_a_newsvendor_chooses_whole_pieces(choose):
    """I05: Poisson demand; one piece off the best costs 0.6 % or 2 % more."""
    level = choose(
        STORE,
        *PERIODS,
        "nodes.client.buys.part={quantity: {dist: poisson, mean: 18 pc}, penalty: 270 USD/pc/d}",
        "nodes.store.storage=200 USD/pc/d",
        "lanes.road.transit=1 d",
        "run={horizon: 400 d, warm_up: 10 d, replications: 10}",
        over="policies.rule.all.level",
        to=60,
    )
    costs = [newsvendor(kept, poisson.pmf(np.arange(120), 18), 200, 270) for kept in range(61)]
    assert min(costs) == pytest.approx(786.0884, abs=1e-4)
    near_the_best("cost of the chosen level (USD/period)", costs[int(level)], min(costs))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quantity", "law", "demand", "days", "case"),
    [
        pytest.param(
            "20 pc",
            (0.25, 3, 0.04, 0.25),
            always(20),
            4000,
            27.37069,
            marks=pytest.mark.case("D02", "Tomlin 2006; Snyder & Shen, example 9.3"),
            id="D02 the same demand",
        ),
        pytest.param(
            "{dist: poisson, mean: 10 pc}",
            (1, 9, 0.05, 0.3),
            poisson.pmf(np.arange(40), 10),
            4000,
            38.86303,
            marks=pytest.mark.case("D03", "Schmitt, Snyder & Shen 2010"),
            id="D03 Poisson",
        ),
    ],
)
def test_a_base_stock_behind_a_supplier_who_may_be_out(choose, quantity, law, demand, days, case):
    """D02, D03: what the outages ask for, on top of the demand of a period. D02 is counted in hundreds of pieces."""
    level = choose(
        SHUT_BY_PERIOD,
        *site("store", 30, quantity, *law),
        f"run={{horizon: {days} d, replications: 10}}",
        over="policies.rule.store.level",
        to=240,
    )
    costs = [period_cost(kept, demand, *law) for kept in range(121)]
    assert min(costs) == pytest.approx(case, rel=1e-6)
    near_the_best("cost of the chosen level (USD/period)", costs[int(level)], min(costs))


@pytest.mark.slow
@pytest.mark.case("D06", "first-order condition of D05")
def test_the_buffer_against_random_closures(choose):
    """D06: a piece here is half a day's use, five of the case's. Anything from 56 to 93 of them is near the best."""
    level = choose(
        CORNER,
        OFTEN,
        "nodes.client.buys.part={every: 12 h, margin: 100 USD/pc}",
        "nodes.store.storage=0.5 USD/pc/d",
        "run={horizon: 6000 d, warm_up: 100 d, replications: 5}",
        over="policies.buffer.all.level",
        to=60,
    )

    def cost(days: float) -> float:
        lost, on_hand = shut_out(days)
        return 0.1 * 10 * on_hand + 20 * 10 * lost

    best = 10 * np.log(0.1 * (0.1 + 20 / 10) / 0.1)
    assert (best * 10, cost(best), exp(-best / 10)) == pytest.approx((74.19373, 16.41937, 1 / 2.1), abs=1e-5)
    near_the_best("cost of the chosen buffer (USD/d)", cost(level / 2), cost(best))


@pytest.mark.slow
@pytest.mark.case("D01b", "Berk & Arreola-Risa 1994; Snyder & Shen, problem 9.8")
def test_the_lot_size_when_the_supplier_may_be_shut(choose):
    """D01b: single pieces at random, eighty of them in the best lot of the fluid case."""
    numbers = (35, 4, 22, 30, 1, 12)
    fixed, holding, lost, demand, fail, recover = numbers
    piece = 24.0663 / 80
    quantity = choose(
        LOT,
        "policies.lot.all.quantity=30 pc",
        f"nodes.client.buys.part.every={{dist: exponential, mean: {piece / demand} yr}}",
        f"nodes.client.buys.part.margin={lost * piece} USD/pc",
        f"nodes.store.storage={holding * piece / 365} USD/pc/d",
        f"lanes.road.order_cost={fixed} USD/order",
        f"disruptions.shut={{target: works, every: {{dist: exponential, mean: {1 / fail} yr}}, "
        f"lasts: {{dist: exponential, mean: {1 / recover} yr}}, effect: {{capacity: 0 %}}}}",
        "run={horizon: 100 yr, replications: 5}",
        over="policies.lot.all.quantity",
        least=1,
        to=400,
    )
    costs = {pieces: lot_cost(pieces * piece, pieces, *numbers) for pieces in range(20, 400)}
    assert min(costs.values()) == pytest.approx(96.26659, rel=0.01)
    near_the_best("cost of the chosen lot (USD/yr)", costs[int(quantity)], min(costs.values()))
