"""Lots: dates travel with the pieces, oldest first, and the ledger alone moves both."""

import pytest

from twin.engine.account import MADE, OPENING, SCRAPPED, SOLD, SUPPLY
from twin.engine.clock import Clock
from twin.engine.ledger import Ledger
from twin.engine.lots import FRESH, Dating, Lots
from twin.engine.remainder import Remainder


@pytest.fixture
def ledger() -> Ledger:
    """A shelf where milk gets 100 seconds, and a lane; cheese keeps for ever."""
    ledger = Ledger(Clock(), {"milk": 1, "cheese": 2}, 0, 1000, lives={"milk": 100})
    ledger.account("shelf", "milk").lots = Dating(100, lambda expiry: None)
    return ledger


def dates(ledger: Ledger, place: str) -> dict[int, int]:
    return ledger.account(place, "milk").lots.pieces


def test_a_piece_has_no_date_until_it_reaches_us(ledger):
    """A slow ship must not age what is loaded fresh: the clock of a shelf life starts with us."""
    ledger.move("milk", 5, SUPPLY, "sea")
    assert dates(ledger, "sea") == {FRESH: 5}
    ledger.clock.run(until=40)
    ledger.move("milk", 5, "sea", "shelf")
    assert dates(ledger, "shelf") == {140: 5}


def test_the_oldest_leave_first_and_keep_their_dates(ledger):
    """From a shelf onto a lane and on: whoever gets them next knows how long they still keep."""
    ledger.move("milk", 5, OPENING, "shelf")
    ledger.clock.run(until=30)
    ledger.move("milk", 5, SUPPLY, "shelf")
    ledger.move("milk", 7, "shelf", "van")
    assert dates(ledger, "van") == {100: 5, 130: 2}
    assert dates(ledger, "shelf") == {130: 3}
    ledger.move("milk", 6, "van", SOLD)
    assert dates(ledger, "van") == {130: 1}


def test_what_is_made_ages_from_that_second(ledger):
    """Also while it waits on the line for room."""
    ledger.clock.run(until=20)
    ledger.move("milk", 5, MADE, "line")
    ledger.clock.run(until=50)
    ledger.move("milk", 5, "line", "shelf")
    assert dates(ledger, "shelf") == {120: 5}


def test_dates_and_balance_agree(ledger):
    """Dates are no second truth: as many pieces have one as are there."""
    ledger.move("milk", 9, SUPPLY, "shelf")
    ledger.move("milk", 4, "shelf", SCRAPPED)
    assert sum(dates(ledger, "shelf").values()) == ledger.account("shelf", "milk").balance == 5


def test_what_keeps_for_ever_has_no_dates(ledger):
    """Most items do, and must not pay for those that do not."""
    ledger.move("cheese", 5, SUPPLY, "shelf")
    assert ledger.account("shelf", "cheese").lots is None


def test_a_piece_is_expired_in_the_second_of_its_date():
    """Up to a shelf life, not beyond it."""
    lots = Lots()
    lots.put([(30, 2), (90, 5)], now=0)
    assert [lots.expired(now) for now in (29, 30, 90)] == [0, 2, 7]


def test_every_new_date_is_told_once():
    """One event a date, not one a piece."""
    told = []
    lots = Dating(100, told.append)
    lots.put([(FRESH, 5)], now=0)
    lots.put([(FRESH, 2), (60, 1)], now=0)
    assert told == [100, 60]


def test_fractions_of_a_piece_are_kept_for_the_next_time():
    """Nine pieces in ten of ones: none, then nine, and nothing is lost to rounding or to a computer's dust."""
    tenths = Remainder()
    assert [tenths.whole(0.9) for _ in range(10)] == [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    assert sum(tenths.whole(1.1) for _ in range(1000)) == 1100
