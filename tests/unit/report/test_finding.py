"""The finding is what most readers take home: which way, how much, and when chance may explain it."""

from twin.report.finding import finding, headline, service


def only(document, *policies):
    """The same comparison with fewer policies."""
    kept = {p: document["policies"][p] for p in policies}
    pairs = {k: v for k, v in document["differences"].items() if k.split(" - ")[0] in policies}
    return document | {"policies": kept, "differences": pairs}


def test_the_sentence_compares_every_policy_with_the_first(document):
    """A planner weighs time up against money: both stand in one sentence, with the best of each named."""
    assert finding(document) == (
        "Against JIT, JIC keeps the line up 9.6 points longer, loses 83 % fewer sales and costs 24 % less; "
        "hybrid keeps the line up 8.7 points longer, loses 79 % fewer sales and costs 57 % less; "
        "on average hybrid costs least and JIC keeps the line up longest."
    )


def test_an_interval_that_holds_zero_is_not_distinguishable(document):
    """A difference that luck explains must not be sold as a finding."""
    document["differences"]["jic - jit"]["total_cost"].update(mean=-20_000, low=-60_000, high=20_000)
    assert "JIC keeps the line up 9.6 points longer, loses 83 % fewer sales and is not distinguishable on cost" in (
        finding(document)
    )
    assert headline(only(document, "jit", "jic")) == (
        "JIC keeps the line up 9.6 points longer than JIT; cost is not distinguishable"
    )


def test_a_policy_can_be_worse(document):
    """Buffers cost money in calm times, and the words turn with the sign."""
    gaps = document["differences"]["jic - jit"]
    gaps["uptime"].update(mean=-0.02, low=-0.03, high=-0.01)
    gaps["total_cost"].update(mean=170_000, low=150_000, high=190_000)
    said = finding(only(document, "jit", "jic"))
    assert "keeps the line up 2 points less" in said
    assert "costs 12 % more" in said


def test_the_same_policy_twice_does_the_same(document):
    """Identical policies differ by exactly 0, and nothing else may be said of them."""
    zero = {"mean": 0.0, "low": 0.0, "high": 0.0, "distinguishable": False}
    document["policies"]["jic"] = document["policies"]["jit"]
    document["differences"]["jic - jit"] = dict.fromkeys(("uptime", "lost_sales", "total_cost"), zero)
    assert "JIC does the same" in finding(only(document, "jit", "jic"))


def test_a_network_without_lines_is_judged_by_its_fill_rate(document):
    """A medical store has no line to keep up; what counts is who went home with the medicine."""
    for policy in document["policies"].values():
        policy["kpis"]["uptime"] = {"mean": None, "low": None, "high": None}
    assert service(document) == "fill_rate"
    assert "JIC fills 22 points more of demand at once" in finding(document)


def test_sales_lost_where_none_were_lost_are_counted_in_pieces(document):
    """A percentage of nothing is no number."""
    document["policies"]["jit"]["kpis"]["lost_sales"]["mean"] = 0
    document["differences"]["jic - jit"]["lost_sales"].update(mean=870, low=700, high=1000)
    assert "loses 870 pc of sales where none were lost" in finding(document)


def test_no_sale_lost_is_said_plainly(document):
    """`100 % fewer` is a riddle; `no sale` is not."""
    document["differences"]["jic - jit"]["lost_sales"].update(mean=-5200, low=-5300, high=-5100)
    assert "loses no sale" in finding(document)


def test_a_single_replication_warns_of_chance(document):
    """One replication has no interval: its difference is told, with the warning."""
    document["replications"] = 1
    for gaps in document["differences"].values():
        for gap in gaps.values():
            gap.update(low=None, high=None, distinguishable=False)
    assert finding(document).endswith("(one replication: chance may differ).")
    assert "costs 24 % less" in finding(document)


def test_a_policy_alone_is_told_in_its_own_numbers(document):
    """Without a baseline there is nothing to compare, yet the reader wants the result."""
    assert finding(only(document, "jit"), "USD") == (
        "JIT keeps the line up 76.5 % of the time, loses 5.2 k pc of sales and costs 1.45 M USD."
    )


def test_the_headline_fits_the_head_of_a_picture(document):
    """Read in five seconds: the best policy, what it costs, and who is cheapest."""
    assert headline(document) == (
        "JIC keeps the line up 9.6 points longer than JIT and costs 24 % less; hybrid costs least"
    )


def told_apart(document, cost=(), uptime=()):
    """What the comparison with the best found: those who are not worse than the leader."""
    document["best"] = {
        "total_cost": {"policy": "hybrid", "confidence": 0.99, "not_worse": list(cost)},
        "uptime": {"policy": "jic", "confidence": 0.99, "not_worse": list(uptime)},
    }
    return document


def test_who_is_told_from_all_others_is_the_best_with_confidence(document):
    """Then it is more than an average, and the reader may rely on it."""
    assert finding(told_apart(document)).endswith(
        "; with 95 % confidence hybrid costs least and JIC keeps the line up longest."
    )


def test_who_may_be_the_best_as_well_is_named(document):
    """A lead that luck may have made is told with those who may have it in truth."""
    assert finding(told_apart(document, cost=["jit", "jic"])).endswith(
        "; on average hybrid costs least (JIT and JIC too close to tell) and JIC keeps the line up longest."
    )
    assert headline(document).endswith("; hybrid costs least on average")
    assert finding(told_apart(document, uptime=["hybrid"])).endswith(
        "; on average hybrid costs least and JIC keeps the line up longest (hybrid too close to tell)."
    )


def test_of_two_that_serve_alike_the_cheaper_is_the_headline(document):
    """Nobody should read that the dearer one wins by a tenth of a point that luck may have made."""
    assert headline(told_apart(document, uptime=["jit", "hybrid"])) == (
        "hybrid keeps the line up 8.7 points longer than JIT and costs 57 % less"
    )


def test_of_two_policies_it_is_not_said_twice(document):
    """`not distinguishable on cost` has been said; `too close to tell` is the same."""
    document["differences"]["jic - jit"]["total_cost"].update(mean=-20_000, low=-60_000, high=20_000)
    document["best"] = {
        "total_cost": {"policy": "jic", "confidence": 0.7, "not_worse": ["jit"]},
        "uptime": {"policy": "jic", "confidence": 1.0, "not_worse": []},
    }
    assert finding(only(document, "jit", "jic")).endswith("; on average JIC costs least and keeps the line up longest.")
