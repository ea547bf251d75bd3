"""The search: how few looks it takes to find what is known to be best, and that it never looks twice."""

import pytest

from twin.study.search import IMPOSSIBLE, Outcome, Search


def searched(sizes, budget, cost, *rooms, first=()):
    """A search over a cost and what must not be below 0, both functions of the plan; with the plans looked at."""
    looked = []

    def judge(points):
        looked.extend(points)
        return [Outcome(cost(point), tuple(room(point) for room in rooms)) for point in points]

    search = Search(sizes, len(rooms), budget, judge)
    search.run(*first)
    return search, looked


def test_one_choice_is_found_to_the_step():
    """A valley in a thousand steps: nine looks along the line, then two for each halving."""
    search, looked = searched([1000], 300, lambda plan: (plan[0] - 371) ** 2)
    assert search.best == (371,)
    assert len(looked) <= 40


def test_no_plan_is_judged_twice():
    """A look costs minutes of simulation."""
    _, looked = searched([60, 60], 300, lambda plan: (plan[0] - 7) ** 2 + abs(plan[1] - 31))
    assert len(looked) == len(set(looked))


@pytest.mark.parametrize("budget", [1, 5, 12, 30])
def test_the_budget_is_kept(budget):
    """Whoever said 30 has time for 30."""
    search, looked = searched([1000] * 3, budget, lambda plan: sum(plan), lambda plan: min(plan) - 400)
    assert len(looked) == budget == len(search.found)


def test_a_plan_that_serves_well_enough_is_worth_more_than_a_cheap_one():
    """Cheapest of all is nothing at all; asked was the cheapest that reaches 500."""
    search, _ = searched([1000], 300, lambda plan: plan[0], lambda plan: plan[0] - 500)
    assert search.best == (500,)


def test_service_is_bought_where_it_is_cheap():
    """Two stocks serve alike, one costs three times the other. From equal stocks no single step helps: less of the dear
    one serves too badly, more of the cheap one costs more. Both together is the answer."""
    search, _ = searched([1000] * 2, 200, lambda plan: 3 * plan[0] + plan[1], lambda plan: plan[0] + plan[1] - 900)
    assert search.best == (0, 900)


def test_two_targets_can_both_be_kept():
    """Each of two stocks has a service of its own."""
    search, _ = searched(
        [1000] * 2, 300, lambda plan: plan[0] + plan[1], lambda plan: plan[0] - 640, lambda plan: plan[1] - 211
    )
    assert search.best == (640, 211)


def test_out_of_reach_it_comes_as_near_as_it_can():
    """A target that no plan reaches still has a nearest plan, and that is told."""
    search, _ = searched([10], 50, lambda plan: plan[0], lambda plan: plan[0] - 20)
    assert search.best == (10,)
    assert search.found[10,].missing == 10


def test_plans_that_cannot_be_are_passed_over():
    """A level to order up to that lies below the one to order at is no plan, and no plan costs nothing."""
    cost = lambda plan: IMPOSSIBLE if plan[0] > plan[1] else (plan[0] - 300) ** 2 + (plan[1] - 500) ** 2  # noqa: E731
    search, _ = searched([1000] * 2, 300, cost)
    assert search.best == (300, 500)


def test_a_harder_target_is_found_from_the_easier_one():
    """Fresh luck asks for more; the search goes on where it was."""
    search, looked = searched([1000], 300, lambda plan: plan[0], lambda plan: plan[0] - 500)
    before = len(looked)
    search.margin = (20.0,)
    search.improve(1 / 32)
    assert search.best == (520,)
    assert len(looked) - before < 20


def test_what_is_known_is_where_it_begins():
    """A planner's own values are tried first, so nothing worse is ever chosen on the same luck."""
    _, looked = searched([1000], 10, lambda plan: plan[0] % 7, first=[(123,)])
    assert looked[0] == (123,)
