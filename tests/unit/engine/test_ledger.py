"""The ledger: goods move only here, in double entry, and every sum that a KPI needs is kept as they move."""

import pytest

from twin.engine.account import MADE, SCRAPPED, SOLD, SUPPLY, ImpossibleMove
from twin.engine.clock import Clock, Phase, turn
from twin.engine.kit import Component
from twin.engine.ledger import Ledger
from twin.engine.measures import DailyGauge, DailyTally, PeakGauge, WaitTally
from twin.model.units import DAY, HOUR

PART, BIG = 2, 30  # money a piece


class Books:
    """A ledger and a diary."""

    def __init__(self, warm_up: int = 0, horizon: int = 10 * DAY, journal: bool = False) -> None:
        self.clock = Clock()
        self.ledger = Ledger(self.clock, {"part": PART, "big": BIG}, warm_up, horizon, journal)

    def at(self, time: int, then) -> None:
        self.clock.at(time, turn(Phase.ARRIVE), lambda _: then())

    def close(self) -> Ledger:
        ledger = self.ledger
        if ledger.warm_up:
            self.clock.at(ledger.warm_up, turn(Phase.COUNT), lambda _: ledger.restart())
        self.clock.run(until=ledger.warm_up + ledger.horizon)
        ledger.close()
        return ledger


@pytest.fixture
def books() -> Books:
    return Books()


def test_whatever_moves_the_sum_over_all_places_is_zero(books):
    """Nothing is made of nothing: the first law of any plant, and the check behind every other number."""
    move = books.ledger.move
    move("part", 100, SUPPLY, "sea")
    move("part", 60, "sea", "store")
    move("part", 25, "store", SOLD)
    move("part", 5, "store", SCRAPPED)
    move("big", 3, MADE, "store")
    for item in ("part", "big"):
        assert sum(entry.balance for (_, kept), entry in books.ledger.accounts.items() if kept == item) == 0
    assert books.ledger.account("store", "part").balance == 30
    assert books.ledger.account("sea", "part").balance == 40


def test_a_place_of_ours_never_goes_below_zero(books):
    """Selling what is not there would hide a defect behind a good fill rate: the run stops instead."""
    books.ledger.move("part", 3, SUPPLY, "store")
    with pytest.raises(ImpossibleMove, match="4 part from store, which has 3, at second 0"):
        books.ledger.move("part", 4, "store", SOLD)


def test_goods_do_not_move_backwards(books):
    """A negative quantity would be a move the other way that the flows of both places miss."""
    books.ledger.move("part", 3, SUPPLY, "store")
    with pytest.raises(ImpossibleMove):
        books.ledger.move("part", -1, "store", SOLD)


def test_on_hand_is_integrated_over_time(books):
    """Average stock, and with it the cost of owning it, is piece-days: 10 for 3 days and 4 for 6 days are 54."""
    books.at(1 * DAY, lambda: books.ledger.move("part", 10, SUPPLY, "store"))
    books.at(4 * DAY, lambda: books.ledger.move("part", 6, "store", SOLD))
    account = books.close().account("store", "part")
    assert account.integral == 54 * DAY
    assert (account.gained, account.balance) == (4, 4)


def test_goods_are_ours_from_the_supplier_to_the_sale(books):
    """What we own is what carrying costs are paid on: not before shipment, not after the sale, whatever is between."""
    owned = []

    def move(*entry):
        books.ledger.move(*entry)
        owned.append(books.ledger.owned.value / 1e9)

    move("part", 10, SUPPLY, "sea")
    move("part", 10, "sea", "store dock")
    move("part", 10, "store dock", "store")
    move("part", 4, "store", SOLD)
    move("part", 1, "store", SCRAPPED)
    assert owned == [20, 20, 20, 12, 10]


def test_only_what_lasted_counts_as_a_peak(books):
    """Goods that come and go within one second never lay anywhere: a maximum over them would be a matter of chance."""
    space = books.ledger.gauge("space", "store", kind=PeakGauge)
    books.at(1 * DAY, lambda: space.set(7))
    books.at(2 * DAY, lambda: (space.add(100), space.add(-100)))
    books.at(3 * DAY, lambda: space.set(2))
    books.close()
    assert (space.peak, space.integral) == (7, 14 * DAY + 14 * DAY)  # 7 for 2 days, 2 for 7 days


def test_goods_owned_are_remembered_day_by_day():
    """Worth at the end of every whole day that counts; what moves at midnight belongs to the day that begins."""
    books = Books(warm_up=5 * DAY)
    owned = books.ledger.owned
    books.ledger.move("part", 3, SUPPLY, "store")
    books.at(7 * DAY, lambda: books.ledger.move("part", 2, SUPPLY, "store"))
    books.at(10 * DAY - 1, lambda: books.ledger.move("part", 5, "store", SOLD))
    books.close()
    worth = books.ledger.worths["part"]
    assert [level / worth for level in owned.by_day] == [3, 3, 5, 5, 0, *[0] * (len(owned.by_day) - 5)]


def test_a_peak_that_lasts_to_the_end_counts(books):
    """The last day is a day like the others."""
    space = books.ledger.gauge("space", "store", kind=PeakGauge)
    books.at(9 * DAY, lambda: space.set(50))
    books.close()
    assert space.peak == 50


def test_the_safety_stock_is_covered_as_far_as_it_is_there(books):
    """Of 30 pieces of safety stock, 20 on hand cover 20, and 50 on hand cover 30."""
    store = books.ledger.account("store", "part")
    store.floor = 30
    books.ledger.move("part", 20, SUPPLY, "store")
    books.at(4 * DAY, lambda: books.ledger.move("part", 30, SUPPLY, "store"))
    books.close()
    assert store.covered == (4 * 20 + 6 * 30) * DAY


def test_after_the_warm_up_sums_start_from_zero_and_balances_stay():
    """The warm-up fills the pipeline; what it cost is not what a policy costs."""
    books = Books(warm_up=5 * DAY)
    ledger = books.ledger
    queue, lost = (
        ledger.gauge("queue", "port", price=1 / DAY, kind=PeakGauge),
        ledger.tally("lost", "client", kind=WaitTally),
    )
    store = ledger.account("store", "part")
    store.floor = 4
    ledger.move("part", 10, SUPPLY, "store")
    queue.set(3)
    lost.add(7)
    ledger.short()
    books.at(7 * DAY, lambda: lost.add(2))
    books.close()
    assert (store.balance, store.gained, store.integral, store.covered) == (10, 0, 100 * DAY, 40 * DAY)
    assert (queue.value, queue.integral, queue.peak) == (3, 30 * DAY, 3)
    assert queue.cost == pytest.approx(30)
    assert (lost.total, lost.times, lost.longest) == (2, 1, 2)
    assert ledger.owned_at_start == ledger.owned.value == 20e9
    assert ledger.short_at == []


def test_days_are_counted_from_the_end_of_the_warm_up():
    """Day 0 of the results is the first day that counts."""
    books = Books(warm_up=5 * DAY)
    sold = books.ledger.tally("sold", "client", kind=DailyTally)
    for day in (4, 5, 6, 6):
        books.at(day * DAY + 20 * HOUR, lambda: sold.add(10))
    books.close()
    assert sold.by_day[:4] == [10, 20, 0, 0]


def test_a_gauge_over_midnight_is_shared_out_between_the_days(books):
    """A line that starves from six in the evening until six two mornings later starved on three days."""
    starved = books.ledger.gauge("wanting", "store.part", kind=DailyGauge)
    books.at(18 * HOUR, lambda: starved.set(1))
    books.at(2 * DAY + 6 * HOUR, lambda: starved.set(0))
    books.close()
    assert starved.by_day[:4] == [6 * HOUR, 24 * HOUR, 6 * HOUR, 0]


def test_rent_is_paid_at_the_price_of_the_time(books):
    """Four days of 5 m3 at 1 a day and six days at 3 a day: what was stored before does not become dearer."""
    space = books.ledger.gauge("space", "store", price=1 / DAY, kind=PeakGauge)
    space.set(5)
    books.at(4 * DAY, lambda: space.reprice(3 / DAY))
    books.close()
    assert space.cost == pytest.approx(4 * 5 * 1 + 6 * 5 * 3)


def test_a_tally_knows_its_sum_its_number_and_its_largest(books):
    """Mean and longest wait come from the same entries."""
    wait = books.ledger.tally("wait", "port", kind=WaitTally)
    for days in (0, 3, 1.5):
        wait.add(days)
    assert (wait.total, wait.times, wait.longest) == (4.5, 3, 3)


def test_customers_short_at_one_instant_are_one_moment(books):
    """Time to survive asks when the first customer went without, not how many did."""
    books.ledger.short()
    books.ledger.short()
    books.at(5, books.ledger.short)
    assert books.close().short_at == [0, 5]


def test_the_journal_is_kept_only_when_asked_for():
    """Thirty replications of a year would fill the memory; sums are kept always."""
    assert Books().ledger.journal is None
    books = Books(journal=True)
    books.ledger.move("part", 3, SUPPLY, "store")
    assert books.ledger.journal[-1] == (0, "move", "part", 3, SUPPLY, "store")


def test_a_shelf_below_its_safety_stock_is_drawn_on_again(books):
    """What lies within a safety stock of 10 is what lies there: 10, then 7, then 3 of them."""
    store = books.ledger.account("store", "part")
    store.floor = 10
    books.ledger.move("part", 15, SUPPLY, "store")
    books.at(2 * DAY, lambda: books.ledger.move("part", 8, "store", SOLD))
    books.at(5 * DAY, lambda: books.ledger.move("part", 4, "store", SOLD))
    books.close()
    assert store.covered == (2 * 10 + 3 * 7 + 5 * 3) * DAY


def test_a_lot_draws_on_the_safety_stock_only_as_far_as_it_goes_below(books):
    """Twelve on the shelf, ten of them safety stock; lots of five on days 1 and 2 leave seven, then two."""
    ledger = books.ledger
    shelf = ledger.account("store", "part")
    kit = ledger.kit([Component(1, shelf, ledger.account("line", "part"), ledger.account(MADE, "part"))])
    ledger.move("part", 12, SUPPLY, "store")
    shelf.floor = 10
    books.at(DAY, lambda: kit.take(5))
    books.at(2 * DAY, lambda: kit.take(5))
    books.close()
    assert shelf.covered == (10 + 7 + 8 * 2) * DAY
