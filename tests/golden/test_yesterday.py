"""Yesterday: the statistics that a small network with something of everything gave when they were last looked at.

These numbers are not known to be right; they are known to be the same. What is right is for the theory tests to say.
When they change and were meant to: `python -m tests.golden.renew`, look at the difference, and say in the commit why.
"""

import json

from tests.golden.renew import GOLDEN, today


def test_today_is_as_yesterday():
    """A change that was to make it faster or clearer must not change a digit; this is how one notices."""
    assert json.loads(today()) == json.loads(GOLDEN.read_text(encoding="utf-8"))
