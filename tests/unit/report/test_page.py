"""The report: one file that opens anywhere, says what the document says, and can be read by everybody."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import twin
from twin.report.page import basis, room, scorecard, stops, weeks
from twin.report.page.page import write
from twin.report.style import KNOWN
from twin.results.spill import Spill
from twin.study import watched

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "twin/report/templates"
STANDING = ("starved", "blocked", "down", "changeover")
VOID = {"meta", "img", "input", "br", "link", "path", "circle", "use"}


class Page(HTMLParser):
    """Elements in their order: tag, attributes, text with that of what is inside."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.all: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[int] = []
        self.feed(self.text)
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(len(self.all) - 1)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.all[self._open.pop()][0] == tag, tag

    def handle_data(self, data):
        for index in self._open:
            self.all[index][2].append(data)

    def find(self, *tags: str) -> list[tuple[dict[str, str], str]]:
        """Attributes and text of all elements of these tags."""
        return [(attrs, " ".join("".join(text).split())) for tag, attrs, text in self.all if tag in tags]


@pytest.fixture(scope="module")
def comparison() -> twin.Comparison:
    return twin.compare(twin.load(ROOT / "scenarios/port_shutdown.yaml"), replications=2, timelines=True)


@pytest.fixture(scope="module")
def page(comparison, tmp_path_factory) -> Page:
    folder = tmp_path_factory.mktemp("report")
    return Page(write(comparison, [_drawn(folder, name) for name in ("costs", "network", "timeline")], folder))


def _drawn(folder: Path, name: str) -> Path:
    words = PngInfo()
    words.add_text("Title", f"The finding of {name}")
    Image.new("RGB", (8, 4)).save(folder / f"{name}.png", pnginfo=words)
    return folder / f"{name}.png"


def found(results: dict, key: str) -> float:
    """A number of the document by its key, as docs/kpis.md names it."""
    here = results["costs"] if key in results["costs"] else results["kpis"]
    for step in key.split("."):
        here = here[step]
    return here["mean"] if isinstance(here, dict) else here


def test_every_number_is_that_of_the_document(page, comparison):
    """The page and `kpis.json` are one truth: each number says where it is from, and is the same to the last digit."""
    policies = comparison.document["policies"]
    numbers = page.find("data")
    for attrs, _ in numbers:
        keys = attrs["data-keys"].split()
        stated = sum(found(policies[attrs["data-policy"]], key) for key in keys)
        assert float(attrs["value"]) == pytest.approx(stated, rel=1e-12), keys
    told = {(attrs["data-policy"], attrs["data-keys"]) for attrs, _ in numbers}
    for key in ("uptime", "lost_sales", "total_cost", "inventory_value", "turns", "line_down"):
        assert {(policy, key) for policy in policies} <= told


def test_the_verdict_comes_first(page):
    """Five seconds: the sentence is the headline, the table follows, and all else comes after."""
    (headline,) = page.find("h1")
    assert re.match(r"(JIC|hybrid) keeps the lines up .* than JIT and costs .* less", headline[1])
    first, *_ = page.find("table")
    assert [attrs for attrs, _ in page.find("tr") if attrs.get("role") == "row"]
    assert first[0]["class"] == "verdict"
    assert page.text.index("<h1") < page.text.index('<table class="verdict"') < page.text.index("<h2")


def test_nothing_is_fetched_from_anywhere(page):
    """It is opened on a train and in a plant without internet: no address in it leads out, and none may be called."""
    for tag, attrs, _ in page.all:
        for name in ("src", "href", "action", "poster", "data", "srcset"):
            assert re.match(r"data:|#", attrs.get(name, "#")), f"{tag} {name}"
    assert not page.find("link", "iframe", "object", "base")
    (policy,) = [attrs["content"] for attrs, _ in page.find("meta") if attrs.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"@import|url\(", (TEMPLATES / "page.css").read_text(encoding="utf-8"))


def test_it_is_small_enough_to_send(page):
    """With its pictures, some 1.5 MB, it stays under the 8 MB that mail takes everywhere."""
    assert len(page.text.encode()) < 5_500_000


def test_it_can_be_heard(page):
    """Headings in order, a caption on each table, a scope on its heads, words for each picture, landmarks."""
    levels = [int(tag[1]) for tag, _, _ in page.all if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.find("caption")) == len(page.find("table")) > 3
    assert all(attrs.get("scope") for attrs, _ in page.find("th"))
    assert all(attrs["alt"].startswith("The finding of ") for attrs, _ in page.find("img"))
    assert len(page.find("img")) == 3
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.find(landmark)) == 1
    ids = [attrs["id"] for _, attrs, _ in page.all if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = {attrs["href"][1:] for attrs, _ in page.find("a")} | {
        attrs["aria-labelledby"] for _, attrs, _ in page.all if "aria-labelledby" in attrs
    }
    assert pointed <= set(ids)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


GROUNDS = {
    "paper": ("ink", "quiet", "link"),
    "wash": ("ink", "quiet"),
    "ink": ("paper",),
    "h1": ("on-light",),
    "h2": ("on-light",),
    "h3": ("on-dark",),
    "h4": ("on-dark",),
}
"""Colours of words by the ground that they stand on."""


@pytest.mark.parametrize(("text", "ground"), [(text, ground) for ground in GROUNDS for text in GROUNDS[ground]])
def test_words_stand_out_from_their_ground(text, ground):
    """WCAG 2.2 AA: a contrast of 4.5 to 1, computed from the style sheet."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    light, dark = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_colour_of_words_is_one_of_these():
    """A colour that is written elsewhere would escape the computation above."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![-\w])color: ([^;}]+)", css)) <= {
        f"var(--{text})" for texts in GROUNDS.values() for text in texts
    }


def test_policies_have_the_colours_of_the_pictures(page):
    """Orange is JIT wherever one looks; a shape goes with it, since not everybody sees orange."""
    marks = {(attrs["href"], attrs["fill"]) for attrs, _ in page.find("use")}
    assert marks == {
        ("#mark-circle", KNOWN["jit"].colour),
        ("#mark-square", KNOWN["jic"].colour),
        ("#mark-triangle-up", KNOWN["hybrid"].colour),
    }


def test_the_same_run_writes_the_same_bytes(page, comparison, tmp_path):
    """Reports are compared by diff: no date, no random name."""
    again = write(comparison, [_drawn(tmp_path, name) for name in ("costs", "network", "timeline")], tmp_path)
    assert again.read_text(encoding="utf-8") == page.text


def test_it_says_what_it_rests_on(page, comparison):
    """Whoever doubts it can run it again, and knows what it leaves out."""
    text = page.text
    for fact in ("365 days", comparison.document["hash"], "Seed", "What is not modelled", "lasts: 21 d"):
        assert fact in text


def test_what_the_command_line_patched_is_in_the_command(scenario):
    """Without it, the command that is to run it again would run another scenario."""
    model = twin.load(scenario(HOSTILE).tree.files[0], ["run.seed=4", "nodes.maker.supplies.part.lead_time=3 d"])
    told = dict(basis.facts(model, twin.compare(model).document))["Again"]
    assert told.endswith("--policy '<lean>' --set run.seed=4 --set 'nodes.maker.supplies.part.lead_time=3 d'")


def test_the_days_to_hover_are_those_of_the_timeline(page, comparison):
    """The chart draws the numbers of timeline.csv, and its disruption stands where it struck."""
    (story,) = [json.loads(text) for attrs, text in page.find("script") if attrs.get("id") == "story"]
    assert story["stocks"]["parts_store.mcu"]["jit"] == comparison.watched.timelines["jit"]["on_hand:parts_store.mcu"]
    lost = [sum(day) for name, day in comparison.watched.timelines["jit"].items() if name.startswith("lost:")]
    assert story["lost"]["jit"][-1] == sum(lost)
    assert [(s["name"], s["from"], s["to"], s["over"]) for s in story["struck"]] == [("closure", 60, 81, 88)]
    assert len(page.find("option")) == len(story["stocks"]) == 12


HOSTILE = """
    twin: 1
    title: "</script><img src=x onerror=alert(1)> & \\"co\\""
    items: {part: {value: 1 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 1 USD/pc, lead_time: 9 d}}}
      store: {kind: warehouse}
      client: {kind: customer, unmet: backorder, buys: {part: {from: store, every: 1 d, quantity: 2 pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
    policies: {"<lean>": {all: {rule: base_stock, level: 2 pc}}}
    run: {horizon: 20 d, replications: 1}
"""


def test_a_network_without_lines_rent_or_a_second_policy_has_a_report_too(scenario, tmp_path):
    """What there is nothing to say of is left out; names are words, whatever they look like."""
    page = Page(write(twin.compare(scenario(HOSTILE), timelines=True), [], tmp_path))
    assert not page.find("img")
    assert "<lean>" in page.find("h1")[0][1]
    sections = [attrs["id"] for attrs, _ in page.find("section")]
    assert sections == ["verdict", "why", "days", "scorecard", "stockouts", "basis"]


def test_an_interrupted_run_has_a_report_without_days(scenario, tmp_path):
    """What is finished is told; no library is carried for a chart that is not there."""
    page = Page(write(twin.compare(scenario(HOSTILE)), [], tmp_path))
    assert [attrs["id"] for attrs, _ in page.find("section")] == ["verdict", "why", "scorecard", "basis"]
    assert not page.find("script")


def test_what_the_lines_lost_adds_up(comparison):
    """Causes and parts, the small ones together, sum to all the time that was not run."""
    *lines, whole = scorecard.losses(comparison.document)
    for policy, results in comparison.document["policies"].items():
        assert sum(line.cells[policy].value for line in lines) == pytest.approx(whole.cells[policy].value)
        assert whole.cells[policy].value == pytest.approx(1 - results["kpis"]["uptime"]["mean"])


def test_every_stop_is_traced_back_and_the_sums_agree(page, comparison):
    """The question that nobody else answers, on the page that people share: root by root, and the ten longest."""
    explained = comparison.watched.explanations
    told = stops.behind(explained)
    *roots, whole = told.roots.values()
    for policy, found in explained.items():
        days = comparison.watched.timelines[policy]
        stood = sum(sum(days[f"{state}:{line}"]) for state in STANDING for line in comparison.model.lines)
        assert whole[policy].seconds == found.total.seconds == pytest.approx(stood * 86_400)
        assert sum(shares[policy].seconds for shares in roots if policy in shares) == found.total.seconds
    assert len(told.told) == 10
    assert "disruption closure" in told.sentence
    assert all(step in page.text for stop in told.told for step in stop.back if "'" not in step)


def test_a_network_too_large_to_trace_by_the_way_is_told_without(scenario, tmp_path, monkeypatch):
    """Whoever runs thousands of items gets the verdict and no journal of gigabytes, and reads how to ask why."""
    monkeypatch.setattr(watched, "TRACEABLE", 10)
    comparison = twin.compare(scenario(HOSTILE), timelines=True)
    assert comparison.watched.explanations == {}
    assert stops.behind({}) is None
    page = Page(write(comparison, [], tmp_path))
    assert ({}, "twin why small.yaml --policy <lean>") in page.find("code")


def test_stockouts_are_told_week_by_week():
    """Nine days of which four were without: three in the first week, one in the second."""
    out = [0, 1, 1, 0, 0, 1, 0, 0, 1]
    timelines = {"lean": {"day": [*range(9)], "out:a.x": out, "out:a.y": [0] * 9, "out:b.y": [0] * 8 + [1]}}
    told = weeks.weeks(timelines, [])
    assert told.policies == {"lean": {"x": [3, 1], "y in b": [0, 1]}}
    assert [told.shade(days) for days in (0, 1, 2, 7)] == [0, 1, 2, 4]
    assert weeks.weeks({"lean": {"day": [0], "out:a.x": [0]}}, []) is None


def test_days_in_a_row_are_one_entry_of_the_log(scenario):
    """Fifty evenings of one full store are one story; what comes again later is another."""
    model = scenario(HOSTILE, "nodes: {store: {capacity: 5 m3}}\nitems: {part: {space: 1 m3}}")
    spills = [Spill(day, "store", "part", 2.0 + day, 10.0) for day in (3, 4, 8)] + [Spill(4, "store", None, 5.0, 1.0)]
    log = room.log(model, {"lean": sorted(spills, key=lambda s: s.day), "safe": []})
    assert [(s.first, s.last, s.item, s.space, s.paid) for s in log.spells["lean"]] == [
        (3, 4, "part", 6.0, 20.0),
        (4, 4, None, 5.0, 1.0),
        (8, 8, "part", 10.0, 10.0),
    ]
    assert log.paid == {"lean": 31.0, "safe": 0}
    assert room.log(scenario(HOSTILE), {"lean": []}) is None
