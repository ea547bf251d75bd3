"""The table in the terminal: what a planner reads first, and often all that is read."""

import io
from re import findall

import pytest
from rich.console import Console

from twin.report import rows
from twin.report.rows import Row
from twin.report.text import show
from twin.report.words import percent


def stat(mean, half=0.0):
    return {"mean": mean, "low": mean - half, "high": mean + half, "n": 30}


@pytest.fixture
def read(document):
    """Prints the scorecard to a terminal of some width, and gives its lines back."""
    for k, policy in enumerate(document["policies"].values()):
        policy["kpis"] |= {
            "order_fill_rate": stat(0.95 - k / 50, 0.01),
            "inventory_value": stat(5.91e6 * (k + 1), 56_000),
            "peak_inventory_value": stat(6.94e6 * (k + 1), 280_000),
            "turns": stat(25.4 / (k + 1), 0.9),
            "days_on_hand": stat(14.4 * (k + 1), 0.5),
            "safety_stock_cost": stat(12_000 * k),
            "premium_freight_share": stat(0.034 * k),
            "stockout_by_item": {item: stat(0.02 * (k != 1) / j) for j, item in enumerate("abcdefg", 1)}
            | {"z": stat(0)},
            "time_to_survive": stat(18.7) | {"n": 30 - 10 * k},
            "time_to_recover": stat(3.0),
        }

    def read(width=100):
        paper = io.StringIO()
        show(document, "USD", Console(file=paper, width=width))
        return paper.getvalue().splitlines()

    return read


def line(lines, label):
    (found,) = [text for text in lines if text.startswith(label)]
    return found


@pytest.mark.parametrize("width", [80, 100])
def test_three_policies_stand_side_by_side_in_any_terminal(read, width):
    """Whoever must scroll to compare does not compare; and the whole of it stays on one screen."""
    lines = read(width)
    assert max(map(len, lines)) <= width
    assert line(lines, "   ").split() == ["JIT", "JIC", "hybrid"]
    assert len(lines[: lines.index(line(lines, "OUT OF STOCK"))]) <= 38


def test_five_policies_in_a_narrow_terminal_make_two_tables(read, document):
    """Numbers broken over two lines are read wrongly. The best of all five is marked, not the best of each table."""
    document["policies"] |= {"lean_2": document["policies"]["jit"], "blanket": document["policies"]["jic"]}
    lines = read(80)
    assert [text.split() for text in lines if text.startswith("    ")] == [
        ["JIT", "JIC", "hybrid"],
        ["lean_2", "blanket"],
    ]
    assert max(map(len, lines)) <= 80
    assert [text.count("*") for text in lines if text.startswith("Orders filled")] == [1, 1]


def test_rows_are_grouped_as_scor_groups_them(read):
    """Service, make, assets, cost: each reader goes to his own."""
    lines = read()
    heads = ["SERVICE", "MAKE", "ASSETS (goods in USD)", "COST (USD)", "OUT OF STOCK MOST OFTEN"]
    assert [text.strip() for text in lines if text.strip() in heads] == heads
    order = ["Lost sales (pieces)", "Uptime of the lines", "Goods owned, peak", "Turns (a year)", "Total cost"]
    places = [lines.index(line(lines, label)) for label in order]
    assert places == sorted(places)


def test_a_number_is_told_with_its_interval_in_one_unit_and_the_best_is_marked(read):
    """`5.91 M ± 56 k` makes the reader calculate."""
    lines = read()
    assert line(lines, "Goods owned, average").split("average")[1].strip().startswith("5.91 ± 0.06 M *")
    assert "76.5 ± 1.2 %" in line(lines, "Uptime of the lines")
    assert "* best on average" in " ".join(lines)
    assert "mean ± half of its 95 % interval over 30 replications" in " ".join(lines)


def test_what_did_not_happen_has_no_row(read):
    """Write-offs and qualification are told when there are any; a row of zeros is noise."""
    lines = read()
    assert not any(text.startswith(("Write-offs", "Qualification", "Owed at the end")) for text in lines)


def test_write_offs_and_qualification_are_told_when_they_happen(read, document):
    """And a cost line that this page has never heard of, too: the rows must add up to the total."""
    document["policies"]["jic"]["costs"] |= {
        "write_off": stat(5_000.0),
        "qualification": stat(70_000.0),
        "carbon_levy": stat(44.0),
    }
    lines = read()
    assert line(lines, "Write-offs").split() == ["Write-offs", "0", "5", "k", "0"]
    assert "70 k" in line(lines, "Qualification")
    assert "44" in line(lines, "Carbon levy")


def test_the_rows_of_the_bill_add_up_to_the_total(document):
    """A planner adds them up. The parts below a row are not counted again."""
    results = document["policies"]["jic"]
    *bill, total = rows.cost_rows(document["policies"])
    added = [row for row in bill if row not in rows.PARTS.values()]
    assert sum(row.found(results)["mean"] for row in added) == total.found(results)["mean"]


def test_the_five_skus_that_were_out_most_often_stand_below(read, document):
    """Who fails? The part, not the average. Where nobody ever went without there is nothing to say."""
    lines = read()
    worst = lines[lines.index(line(lines, "OUT OF STOCK")) + 1 :][:5]
    assert [text.split()[0] for text in worst] == list("abcde")
    assert worst[0].split()[1:] == ["2", "%", "0", "%", "*", "2", "%"]
    for policy in document["policies"].values():
        policy["kpis"]["stockout_by_item"] = {"a": stat(0.0)}
    assert not any("OUT OF STOCK" in text for text in read())


def test_without_lines_there_is_no_uptime(read, document):
    """A trader makes nothing."""
    for policy in document["policies"].values():
        policy["kpis"] |= {"uptime": {"mean": None, "low": None, "high": None}, "uptime_loss": {}}
    assert not any(text.startswith(("MAKE", "Uptime", "Starved")) for text in read())


def test_in_how_many_replications_there_was_such_a_time_stands_below_it(read):
    """18.7 days are one thing if every year ended so, and another if one in three did."""
    lines = read()
    assert "18.7 d *" in line(lines, "Time to survive")
    assert findall(r"\d+ of 30", line(lines, "  went without in")) == ["30 of 30", "20 of 30", "10 of 30"]
    assert not any(text.startswith("  recovered in") for text in lines), "all did"


def test_who_survives_more_often_survives_better():
    """A mean over the three replications in which it ran dry says nothing about the others."""
    found = {"thin": stat(20.0) | {"n": 30}, "thick": stat(12.0) | {"n": 3}}
    assert rows.SURVIVAL.best(found) == {"thick"}
    assert rows.RECOVERY.best(found) == {"thin"}


def test_nobody_is_best_where_all_are_alike():
    """A star for everybody is none."""
    filled = Row("Filled", "% of orders", percent, +1, ("fill_rate",))
    assert filled.best({"a": stat(1.0), "b": stat(1.0)}) == set()
    assert filled.best({"a": stat(1.0)}) == set()


def test_the_mean_of_the_worst_years_stands_below_the_total(read, document):
    """Two policies that cost the same on average may differ in how bad it gets. Few replications are warned of."""
    assert not any("worst 5 %" in text for text in read()), "nothing to tell it by"
    for policy, cost in zip(document["policies"].values(), (11.1e6, 3.49e6, 4.87e6), strict=True):
        policy["kpis"]["total_cost"]["cvar"] = cost
    lines = read()
    worst = line(lines, "Total cost, mean of the worst 5 %")
    assert worst.split("%")[1].split() == ["11.1", "M", "3.49", "M", "*", "4.87", "M"]
    total = lines.index(line(lines, "Total cost  "))
    assert lines[total + 1 : total + 3] == [line(lines, "Total cost, 1 year in 20 above"), worst]
    assert "the mean of the worst 5 % rests on 2 of 30 replications; trust it from 200 on" in lines
    document["replications"] = 200
    assert not any("trust it" in text for text in read())


def test_the_bad_years_stand_beside_the_means(read, document):
    """Resilience is about tails: of uptime the low one, of lost sales and cost the high one; not of too few years."""
    assert not any("1 year in 20" in text for text in read()), "nothing to tell it by"
    for policy in document["policies"].values():
        policy["kpis"]["uptime"] |= {"p5": 0.7, "p95": 0.99, "cvar": 0.68}
        policy["kpis"]["lost_sales"] |= {"p5": 1.0, "p95": 17_100.0, "cvar": 18_000.0}
        policy["kpis"]["total_cost"] |= {"p5": 1e6, "p95": 12.3e6, "cvar": 13e6}
    lines = read()
    assert line(lines, "  1 year in 20 above (pieces)").split()[-2:] == ["17.1", "k"]
    assert line(lines, "  1 year in 20 below").split()[-2:] == ["70", "%"]
    assert line(lines, "Total cost, 1 year in 20 above").split()[-2:] == ["12.3", "M"]
    for policy in document["policies"].values():
        policy["kpis"]["total_cost"]["cvar"] = None
    assert not any("Total cost, 1 year" in text for text in read()), "of nineteen years one in twenty is none"


@pytest.mark.parametrize(
    ("reached", "kpi", "precision", "sentence"),
    [
        (
            True,
            "total_cost",
            0.018,
            "precision 2 % reached with 30 replications: cost of JIC against JIT is known to ± 1.8 %",
        ),
        (
            False,
            "uptime",
            0.03,
            "precision 2 % not reached with 30 replications: uptime of JIC against JIT is known to ± 3 points",
        ),
        (
            False,
            "fill_rate",
            None,
            "precision 2 % not reached with 30 replications: fill rate of JIC against JIT is not yet known",
        ),
    ],
)
def test_what_came_of_a_precision_is_said(read, document, reached, kpi, precision, sentence):
    """Whoever asked for 2 % wants to know whether it is 2 %, and if not, what holds it up."""
    widest = {"difference": "jic - jit", "kpi": kpi, "precision": precision}
    document["precision"] = {"asked": 0.02, "reached": reached, "most": 1000, "widest": widest}
    assert sentence in read(120)
