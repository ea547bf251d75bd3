"""Pictures are evidence: complete, repeatable to the byte, and readable by whoever opens them."""

import subprocess
import sys
from datetime import date
from itertools import pairwise
from math import dist
from types import SimpleNamespace as Some

import matplotlib
import pytest
from matplotlib.image import imread

from twin.report.charts import PICTURES, draw
from twin.report.costs import grouped
from twin.report.days import DAY, Days, bands, seen
from twin.report.finding import headline
from twin.report.layout import BEND, Room, curve, cut, placed
from twin.report.network import cut_off, routes
from twin.report.rows import stockouts
from twin.report.scorecard import title
from twin.report.story import Story, critical
from twin.report.style import Sheet, folded, looks
from twin.report.verdict import draw_verdict, measures, within_scale


@pytest.fixture
def drawn(model, document, timelines, occurrences, tmp_path):
    """Draws the comparison into a folder, with some of its inputs replaced."""

    def into(folder, **other):
        inputs = {"model": model, "document": document, "timelines": timelines, "occurrences": occurrences}
        return draw(**(inputs | other), folder=tmp_path / folder)

    return into


def test_every_picture_comes_as_png_and_svg_wide_enough_for_a_phone(drawn):
    """PNG for the phone, two dots per pixel at 600 across; SVG for the report; the verdict comes first."""
    paths = drawn("out")
    assert [path.name for path in paths] == [f"{name}.{e}" for name in PICTURES for e in ("png", "svg")]
    assert {imread(path).shape[1] for path in paths if path.suffix == ".png"} == {1200}


def test_the_same_run_draws_the_same_bytes_whatever_the_readers_settings(drawn):
    """Results are compared by diff; a date or a local style in the file would break that."""
    first = drawn("a")
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.hashsalt": "other"}):
        second = drawn("b")
        assert matplotlib.rcParams["font.size"] == 30
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_drawing_opens_no_window_system():
    """pyplot keeps global state and looks for a display; a server has none."""
    code = "import sys, twin.report.charts; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_limited_warehouse_there_is_no_space_picture(drawn, model, tmp_path):
    """An empty picture says nothing, and last week's would lie."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "space.png").touch()
    for node in model.nodes.values():
        node.capacity = None
    paths = drawn("out")
    assert not any(path.name == "space.png" for path in paths)
    assert not (paths[0].parent / "space.png").exists()


def test_where_nothing_was_ever_out_there_is_no_stockout_picture(drawn, document, tmp_path):
    """A calm year has no sinners to show, and those of last week's run are gone."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "stockouts.png").touch()
    for policy in document["policies"].values():
        policy["kpis"]["stockout_by_item"] = {"mcu": {"mean": 0.0}}
    paths = drawn("out")
    assert not any(path.name == "stockouts.png" for path in paths)
    assert not (paths[0].parent / "stockouts.svg").exists()


def test_the_stockout_picture_shows_who_was_ever_out_and_the_worst_first(document):
    """Thirty SKUs that were always there hide the one that was not."""
    rates = stockouts(document["policies"])
    assert list(rates) == ["mcu", "housing"]
    assert rates["mcu"] == {"jit": 0.14, "jic": 0.01, "hybrid": 0.02}


def test_the_scorecard_tells_who_leads_in_what(document):
    """Service, money tied up, cost: three questions, seldom one winner."""
    for policy, owned in zip(document["policies"].values(), (1e6, 9e6, 3e6), strict=True):
        policy["kpis"]["inventory_value"] = {"mean": owned}
    assert title(document, "USD") == (
        "On average JIC keeps running longest, JIT ties up least money and hybrid costs least"
    )


@pytest.mark.parametrize(
    "policies", [["jit"], ["jit", "jic"], ["jit", "jic", "hybrid", "lean", "dual_sourcing_abroad"]]
)
def test_any_number_of_policies_is_drawn(drawn, model, document, policies):
    """One alone is looked at before it is compared; five with long names still fit."""
    results = list(document["policies"].values())
    document["policies"] = {policy: results[k % 3] for k, policy in enumerate(policies)}
    model.policies = policies
    document["differences"] = {}
    names = [path.name for path in drawn("out", timelines={})]
    assert {"scorecard.png", "scorecard.svg", "stockouts.png", "stockouts.svg"} <= set(names)


def test_long_names_are_folded_after_their_underscores():
    """`blanket_six_months_all` must not run into its neighbour, nor off the page."""
    assert folded("jit", 1.0) == "jit"
    assert folded("blanket_six_months_all", 1.0) == "blanket_six_\nmonths_all"


def test_extremes_are_drawn_all_the_same(drawn, model, document, timelines):
    """No line, one replication, a date, a stroke that never ends, a negative total: still a picture each."""
    model.start = date(2026, 1, 5)
    model.nodes.pop("assembly")
    for policy in document["policies"].values():
        policy["kpis"]["uptime"] = {"mean": None, "low": None, "high": None}
        policy["kpis"]["total_cost"] = {"mean": -5.0, "low": None, "high": None}
        policy["costs"] = {"value_out": {"mean": -5.0}}
        policy["kpis"]["lost_sales"]["mean"] = 0
    document["replications"] = 1
    strokes = [
        Some(name="quake", start=20.0, end=None, recovered=None, targets=("fab_taiwan", "pacific")),
        *(
            Some(name="strike", start=30.0 * k, end=30.0 * k + 4, recovered=None, targets=("kaohsiung",))
            for k in range(9)
        ),
    ]
    assert len(drawn("out", occurrences=strokes)) == 2 * len(PICTURES)


def test_a_policy_looks_the_same_whichever_are_compared(model, document, monkeypatch, tmp_path):
    """`--policy` leaves some out and turns them round; the one that stays must not put on the colour of another."""
    worn = {}
    monkeypatch.setattr(Sheet, "save", lambda *_: [])
    monkeypatch.setattr("twin.report.verdict._bar", lambda axes, row, measure, stat, look, best: worn[look].add(row))
    model.policies = ["jit", "jic", "hybrid", "lean", "buffered"]
    results = document["policies"]["jit"]
    for compared in (["buffered"], ["lean", "buffered"], ["buffered", "lean"]):
        worn = {look: set() for look in looks(model.policies).values()}
        document["policies"], document["differences"] = dict.fromkeys(compared, results), {}
        draw_verdict(model, document, tmp_path)
        assert [worn[looks(model.policies)[policy]] for policy in compared] == [{k} for k in range(len(compared))]


def test_no_interval_leaves_what_can_be(document):
    """A whisker to 104 % of the demand makes all else unbelievable; only money can be less than nothing."""
    served, lost, cost = measures(document, "USD")
    wide = {"mean": 0.5, "low": -0.5, "high": 1.5}
    ends = [(found["low"], found["high"]) for found in (within_scale(each, wide) for each in (served, lost, cost))]
    assert ends == [(0.0, 1.0), (0.0, 1.5), (-0.5, 1.5)]


def test_a_disruption_over_all_days_is_named_but_not_shaded():
    """A picture all in grey shows no strike in it."""
    lease = Some(name="lease", start=0.0, end=None, recovered=None)
    assert not list(bands(lease, 100))
    late = Some(name="late", start=60.0, end=None, recovered=None)
    assert list(bands(late, 100)) == [(60.0, 100, 1.0)]
    days = Days(5.0, 100, None, [lease, late], {})
    assert [words for words, *_ in days._captions()] == ["lease, from day 0", "late, from day 60"]


def test_the_end_of_a_life_is_marked_on_its_day(model):
    """Nine months in, stocks rise and nobody says why."""
    for item in ("mcu", "housing"):
        model.items[item].lifecycle = Some(ends=90 * DAY)
    model.items["controller"].lifecycle = Some(ends=500 * DAY)
    days = Days.of(model, [], 5.0)
    assert days.ends == {90.0: ["mcu", "housing"]}
    assert [words for words, *_ in days._captions()] == ["end of mcu and 1 more, day 90"]


def test_a_picture_carries_its_finding_for_those_who_cannot_see_it(model, document, tmp_path):
    """A screen reader reads the title of the file."""
    _, drawing = draw_verdict(model, document, tmp_path)
    assert f"<title>{headline(document, 'USD')}</title>" in drawing.read_text(encoding="utf-8")


def test_the_parts_of_the_stack_add_up_to_the_total(document):
    """A stack that hides a cost line, even one of tomorrow, is a wrong bill."""
    costs = document["policies"]["jic"]["costs"] | {"carbon_levy": {"mean": 77.0}}
    assert sum(grouped(costs).values()) == sum(line["mean"] for line in costs.values())
    assert grouped(costs)["carbon levy"] == 77.0


def test_the_timeline_follows_the_parts_that_starved_the_line(model, document):
    """Three curves, not thirty: the ones that hurt."""
    assert critical(model, document)[:2] == ["parts_store.mcu", "parts_store.housing"]


def test_in_calm_the_timeline_follows_the_dearest_stocks(model, document):
    """Nothing ran out: then money is what the reader looks for."""
    for policy in document["policies"].values():
        policy["kpis"]["uptime_loss"] = {}
        for stock in policy["items"].values():
            stock["stockout_rate"]["mean"] = 0.0
    assert critical(model, document)[0] == "parts_store.power_module"


def test_only_strokes_within_the_days_drawn_are_shaded():
    """What ended in the warm-up or begins after the horizon is not in the picture."""
    inside = Some(name="a", start=-5.0, end=3.0, recovered=3.0)
    forever = Some(name="b", start=90.0, end=None, recovered=None)
    before = Some(name="c", start=-9.0, end=-2.0, recovered=-2.0)
    after = Some(name="d", start=100.0, end=110.0, recovered=None)
    assert seen([forever, inside, before, after], 100) == [inside, forever]


def test_the_map_tells_what_has_no_way_round(model):
    """The question of a port shutdown: which parts can nobody bring any more? A second supplier is a way too."""
    assert cut_off(model, ["long_beach"]) == ["power_module"]
    assert cut_off(model, ["long_beach", "airbridge"]) == ["mcu", "power_module"]
    assert cut_off(model, ["automaker"]) == []
    model.network.carried["border"].append("power_module")
    assert cut_off(model, ["long_beach"]) == []


def test_goods_flow_from_left_to_right_on_the_map(model):
    """A map whose arrows run back and forth is not read; a line that feeds its own store may stand still."""
    places, _ = placed(routes(model))
    for lane in model.lanes.values():
        stops = [lane.origin, *lane.via, lane.destination]
        columns = [places[stop][0] for stop in stops]
        assert columns == sorted(set(columns))
    model.nodes["assembly"].destination = "parts_store"
    places, _ = placed(routes(model))
    assert places["assembly"][0] == places["parts_store"][0]
    assert len(set(places.values())) == len(places)


def test_no_two_places_or_bends_of_a_column_come_closer_than_their_words(model):
    """Nine suppliers in one column: every name must be read, and no lane run through it."""
    need = Room(0.2, 0.6)
    places, _ = placed(routes(model), dict.fromkeys(model.nodes, need))
    for column in {column for column, _ in places.values()}:
        stack = sorted((height, name) for name, (at, height) in places.items() if at == column)
        for (high, above), (low, below) in pairwise(stack):
            room = [BEND if isinstance(name, tuple) else need for name in (above, below)]
            assert low - high >= room[0].below + room[1].above - 0.002


def test_a_lane_leaves_and_arrives_level_and_never_swings_past_its_ends():
    """Lanes that swing look like detours that ships do not make."""
    way = curve([(0, 0), (1, 0.5), (2, 0.9), (3, 1)])
    assert way[0] == (0, 0)
    assert way[-1] == (3, 1)
    assert all(a[1] <= b[1] for a, b in pairwise(way))
    assert way[1][1] < 0.001
    assert min(dist(p, (3, 1)) for p in cut(way, 0.2, 0.3)) >= 0.3


def test_long_runs_show_the_lines_by_the_week(model, timelines):
    """Shifts and lots saw through every day; the planner asks in which weeks the line stood."""
    story = Story(timelines, {}, (), ("assembly",), "lost", 120)
    assert story.edges[:2] == [0, 7]
    assert story.edges[-2:] == [112, 120], "a day or two over belong to the last week"
    assert sum(story.lost("jit")) == sum(timelines["jit"]["lost:automaker.controller"])
    assert all(0 <= share <= 1 for share in story.states("jit", "starved"))


def test_shares_are_of_the_shifts(timelines):
    """A line that stands at night is not half idle."""
    table = timelines["jit"] | {"off:assembly": [0.5] * 120, "running:assembly": [0.5] * 120}
    story = Story({"jit": table}, {}, (), ("assembly",), "lost", 120)
    assert set(story.states("jit", "running")) == {1.0}
