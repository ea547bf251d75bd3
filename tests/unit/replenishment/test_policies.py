"""Policies: segments laid over one another, and how a run opens under each of them."""

import pytest

import twin
from twin.model.units import DAY
from twin.replenishment.policy import plan

STORE = """
    twin: 1
    items:
      chip:  {value: 20 USD/pc, class: A, risk: high}
      screw: {value: 0.10 USD/pc, class: C}
      motor: {value: 90 USD/pc, bom: {chip: 1, screw: 4}}
    nodes:
      maker: {kind: supplier, supplies: {chip: {price: 20 USD/pc, lead_time: 10 d}, screw: {price: 0.10 USD/pc}}}
      store: {kind: warehouse}
      shop: {kind: warehouse}
      works: {kind: line, from: store, to: shop, makes: {motor: {rate: 100 pc/d, lot: 10 pc, cost: 69 USD/pc}}}
      client: {kind: customer, buys: {motor: {from: shop, every: 1 d, quantity: 10 pc}}}
    lanes: {road: {from: maker, to: store, transit: 2 d}}
    run: {horizon: 30 d}
"""


def policy(text: str) -> str:
    return f"policies: {{p: {{{text}}}}}"


def test_later_segments_win_key_by_key(scenario):
    """A planner writes the rule for everything and then the exceptions, not every stock in full."""
    entries = plan(
        scenario(
            STORE,
            policy(
                "all: {rule: base_stock, safety_stock: 1 d, review: 7 d}, "
                "critical: {class: A, safety_stock: 30 d}, ours: {at: [shop], review: 1 d}"
            ),
        ),
        "p",
    )
    assert entries["store", "chip"].safety_stock == 300
    assert entries["store", "screw"].safety_stock == 40
    assert {stock: entry.rule.review / DAY for stock, entry in entries.items()} == {
        ("store", "chip"): 7, ("store", "screw"): 7, ("shop", "motor"): 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("items: [screw]", {"screw"}),
        ("at: [store]", {"chip", "screw"}),
        ("class: A", {"chip", "motor"}),  # by pin, and by value
        ("risk: high", {"chip"}),
        ("role: finished", {"motor"}),
        ("role: component", {"chip", "screw"}),
        ("at: [store], class: C", {"screw"}),
        ("at: [shop], class: C", set()),
        ("risk: medium", {"screw", "motor"}),  # one maker, and one line
        ("class: A, risk: medium", {"motor"}),
    ],
)
def test_a_segment_means_the_stocks_that_fit_all_its_selectors(scenario, selector, meant):
    """Conditions join; a segment that means nothing does nothing."""
    entries = plan(
        scenario(
            STORE, policy(f"all: {{rule: base_stock, safety_stock: 0 pc}}, some: {{{selector}, safety_stock: 77 pc}}")
        ),
        "p",
    )
    assert {item for (_, item), entry in entries.items() if entry.safety_stock == 77} == meant


def test_another_rule_drops_the_parameters_that_it_lacks(scenario):
    """Kanban knows no safety stock; written over a base-stock segment it must not inherit one."""
    entries = plan(
        scenario(
            STORE,
            policy(
                "all: {rule: base_stock, safety_stock: 9 d}, cards: {items: [screw], rule: kanban, bins: 2, bin: 50 pc}"
            ),
        ),
        "p",
    )
    assert (entries["store", "screw"].rule.rule, entries["store", "screw"].safety_stock) == ("kanban", 0)
    assert entries["store", "chip"].safety_stock == 90


def test_another_rule_keeps_what_both_know(scenario):
    """The safety stock of everything holds for the (s, S) stocks too."""
    entries = plan(
        scenario(
            STORE,
            policy(
                "all: {rule: base_stock, safety_stock: 9 d}, s: {items: [screw], rule: min_max, order_quantity: 3 d}"
            ),
        ),
        "p",
    )
    assert entries["store", "screw"].rule.reorder_point == 40 * (2 + 1 + 9)


@pytest.mark.parametrize(
    ("first", "then", "tops"),
    [
        ("order_quantity: 3 pc", "order_up_to: 900 pc", (123, 900)),
        ("order_up_to: 900 pc", "order_quantity: 3 pc", (900, 123)),
    ],
)
def test_of_two_ways_to_say_the_maximum_the_later_wins(scenario, first, then, tops):
    """S itself or what is above s: an exception that says the one does not have to take back the other."""
    said = f"all: {{rule: min_max, reorder_point: 120 pc, {first}}}, chips: {{items: [chip], {then}}}"
    entries = plan(scenario(STORE, policy(said)), "p")
    assert tuple(entries["store", item].rule.order_up_to for item in ("screw", "chip")) == tops


@pytest.mark.parametrize("levels", ["reorder_point: 5 pc, order_up_to: 3 d", "order_up_to: 200 pc"])
def test_levels_of_an_alternate_are_judged_in_use(scenario, levels):
    """Out of use three days are no pieces, and 5 above them are no mistake. In use ten a day need 12 + 1 days: 130."""
    spare = """
      items: {chip: {alternates: {spare: {}}}, spare: {value: 20 USD/pc}}
      nodes: {maker: {supplies: {spare: {price: 20 USD/pc, lead_time: 10 d}}}}
    """
    said = "all: {rule: base_stock}, spares: {items: [spare], rule: min_max, "
    assert plan(scenario(STORE, spare, policy(said + levels + "}")), "p")
    with pytest.raises(twin.ScenarioError, match=r"for store.spare 129 pc is below its reorder point, 130 pc"):
        scenario(STORE, spare, policy(said + "order_up_to: 129 pc}"))


@pytest.mark.parametrize("third", ["33.3", "33.33", "33.34", "33.333333"])
def test_three_thirds_are_all(scenario, third):
    """Nobody can write a third in digits: what is short of 100 % by no more than rounding is taken in proportion."""
    lanes = "lanes: {rail: {from: maker, to: store, transit: 2 d}, van: {from: maker, to: store, transit: 2 d}}"
    shares = f"{{road: {third} %, rail: {third} %, van: {third} %}}"
    said = f"all: {{rule: base_stock}}, bought: {{at: [store], sources: {shares}}}"
    sources = plan(scenario(STORE, lanes, policy(said)), "p")["store", "chip"].sources
    assert [share for _, share in sources] == pytest.approx([1 / 3] * 3)


def test_a_steady_opening_is_a_stock_that_has_run_for_long(scenario):
    """Level 10 × 13 + 30 = 160, of which 120 are under way: 40 on hand, and a shipment of 10 for each day of twelve."""
    entry = plan(scenario(STORE, policy("all: {rule: base_stock, safety_stock: 3 d}")), "p")["store", "chip"]
    assert (entry.rule.level, entry.on_hand) == (160, 40)
    assert entry.in_transit == tuple((day * DAY, 10) for day in range(12))


def test_a_steady_opening_never_opens_below_the_safety_stock(scenario):
    """A mean position that is all under way would leave the shelf empty: the safety stock is opened with."""
    entry = plan(
        scenario(
            STORE, policy("all: {rule: min_max, reorder_point: 100 pc, order_up_to: 101 pc, safety_stock: 30 pc}")
        ),
        "p",
    )
    assert entry["store", "chip"].on_hand == 30  # the mean position 100.5 less 120 under way is below 0


def test_a_steady_opening_of_a_weekly_review_travels_in_weekly_shipments(scenario):
    """12 days of 10 a day, ordered once a week: 70 now, and 50 a week from now."""
    entry = plan(scenario(STORE, policy("all: {rule: base_stock, review: 7 d}")), "p")["store", "chip"]
    assert entry.in_transit == ((0, 70), (7 * DAY, 50))


def test_a_steady_opening_of_cards_is_full_bins(scenario):
    """Mean position 400 less two days of 40 a day under way."""
    entry = plan(
        scenario(STORE, policy("all: {rule: base_stock}, cards: {items: [screw], rule: kanban, bins: 4, bin: 100 pc}")),
        "p",
    )
    assert entry["store", "screw"].on_hand == 320


def test_an_opening_that_is_given_is_all_there_is(scenario, play):
    """What a map does not name starts empty; what is under way comes straight to the store, and counts as on order."""
    opening = """
      opening: {store: {chip: 7 pc}, in_transit: [{to: store, item: chip, quantity: 50 pc, arrives: 3 d}]}
    """
    lean = policy("all: {rule: base_stock, level: 0 pc}")
    entries = plan(scenario(STORE, lean, opening), "p")
    assert entries["store", "chip"].on_hand == 7
    assert entries["store", "screw"].on_hand == entries["shop", "motor"].on_hand == 0
    days = play(STORE, lean, opening).days
    assert days["on_order:store.chip"][:4] == [50, 50, 50, 0]
    assert days["on_hand:store.chip"][:4] == [7, 7, 7, 57]


def test_a_steady_network_runs_on_as_it_opens(play):
    """With constant demand no sale is missed from the first day, and after one lead time nothing changes."""
    played = play(STORE, policy("all: {rule: base_stock, safety_stock: 1 d}"))
    assert played.kpis["fill_rate"] == 1
    for stock, settled in {"store.chip": 10, "store.screw": 40, "shop.motor": 21}.items():
        on_hand = played.days[f"on_hand:{stock}"]
        assert set(on_hand[12:]) == {settled}
        assert min(on_hand) == settled
