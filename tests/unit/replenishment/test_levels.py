"""Levels made visible: what is told is what is computed."""

import re
from math import sqrt

import pytest

from twin.replenishment.levels import levels
from twin.replenishment.safety_stock import MaxAvg, Normal, Outlook

STORE = """
    twin: 1
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc, lead_time: {dist: gamma, mean: 20 d, sd: 3 d}}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d,
               quantity: {dist: normal, mean: 1250 pc, sd: 100 pc}}}}
    lanes: {sea: {from: maker, to: store, transit: 8.9 d}, air: {from: maker, to: store, transit: 1 d, cost: 9 USD/pc}}
    run: {horizon: 30 d, warm_up: 40 d}
"""


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (
            "rule: base_stock, review: 7 d, safety_stock: 13 d",
            "base_stock, level 61 125 pc = 1 250 pc/d × (28.9 d lead time + 7 d review) + "
            "16 250 pc safety stock (13 d)",
        ),
        ("rule: base_stock, review: continuous", "base_stock, level 36 125 pc = 1 250 pc/d × (28.9 d lead time)"),
        ("rule: base_stock, level: 500 pc", "base_stock, level 500 pc"),
        ("rule: base_stock, level: 45 d", "base_stock, level 56 250 pc (45 d)"),
        (
            "rule: base_stock, review: 7 d, safety_stock: {method: normal, service_level: 97 %}",
            "base_stock, level 52 018 pc = 1 250 pc/d × (28.9 d lead time + 7 d review) + 7 143 pc safety stock "
            "(normal 97 %: z 1.881 × √(35.9 d × (σ_D 100 pc)² + (1 250 pc/d × σ_L 3 d)²))",
        ),
        (
            "rule: min_max, review: continuous, order_quantity: 14 d, "
            "safety_stock: {method: max_avg, max_usage: 1500 pc/d, max_lead_time: 40 d}",
            "min_max, reorder point 60 000 pc = 1 250 pc/d × (28.9 d lead time) + 23 875 pc safety stock "
            "(max_avg: 1 500 pc/d × 40 d at most − 1 250 pc/d × 28.9 d on average); "
            "order up to 77 500 pc, 17 500 pc (14 d) above it",
        ),
        (
            "rule: min_max, reorder_point: 20 d, order_up_to: 30000 pc",
            "min_max, reorder point 25 000 pc (20 d); order up to 30 000 pc",
        ),
        (
            "rule: r_q, safety_stock: 75 pc, quantity: 2 d",
            "r_q, reorder point 36 200 pc = 1 250 pc/d × (28.9 d lead time) + 75 pc safety stock; "
            "orders of 2 500 pc (2 d)",
        ),
        ("rule: kanban, bins: 3, bin: 7 d", "kanban, full bins 26 250 pc = 3 bins × 8 750 pc (7 d)"),
        (
            "rule: base_stock, level: 500 pc, expedite: {lane: air, when_cover_below: 4 d}",
            "base_stock, level 500 pc; below 5 000 pc on hand expedites over air, up to 31 250 pc",
        ),
        (
            "rule: base_stock, level: 500 pc, sources: {sea: 70 %, air: 30 %}",
            "base_stock, level 500 pc; 30 % from air, 70 % from sea",
        ),
        (
            "rule: base_stock, level: 500 pc, prebuild: 2 d, backup: {lane: air, after: 36 h}",
            "base_stock, level 500 pc; after a notice 3 000 pc; "
            "when sea has been closed for 1.5 d, orders over air",
        ),
    ],
)  # fmt: skip
def test_a_level_is_told_with_what_it_is_made_of(scenario, rule, line):
    """A planner who doubts a level can recalculate it from one line, without the reference beside him."""
    assert list(levels(scenario(STORE, f"policies: {{p: {{all: {{{rule}}}}}}}"))) == [f"p store.part: {line}"]


WEEKLY = Outlook(demand=1250, variance=100**2, lead_time=28.9, lead_variance=3**2, review=7)


@pytest.mark.parametrize(
    "method",
    [
        Normal(method="normal", service_level="97 %"),
        MaxAvg(method="max_avg"),
        MaxAvg(method="max_avg", quantile="99 %", max_lead_time="40 d"),
        MaxAvg(method="max_avg", max_usage="1400 pc/d"),
    ],
)
def test_what_is_told_comes_to_what_is_kept(method):
    """The words stand beside the sums in the program; calculated again from their four figures they give the same."""
    told = re.sub(r"(?<=\d) (?=\d{3})", "", method.told(WEEKLY).split(": ")[1])
    sums = re.sub(r"pc/d|σ_[DL]|on average|at most|\b(?:z|pc|d)\b", "", told)
    signs = {"×": "*", "−": "-", "√": "sqrt", "²": "**2"}
    worth = eval("".join(signs.get(sign, sign) for sign in sums), {"sqrt": sqrt})
    assert worth == pytest.approx(method.pieces(WEEKLY), rel=0.005)
