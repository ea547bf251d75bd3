"""The report as its reader meets it: in a browser, on a screen and on a phone, with a mouse and without."""

import json

import pytest


def test_it_opens_without_a_complaint_and_asks_nobody_for_anything(opened):
    """Offline means offline; and an error on the console is a part of the page that somebody does not see."""
    opened.ask("new Promise(done => setTimeout(done, 500))")
    assert opened.errors() == []
    assert opened.requests() == set()
    assert (opened.folder / "report.html").stat().st_size < 8_000_000


def test_its_numbers_are_those_of_kpis_json(opened):
    """Two files of one folder that differ would both be worthless."""
    policies = json.loads((opened.folder / "kpis.json").read_text(encoding="utf-8"))["policies"]
    shown = opened.ask("[...document.querySelectorAll('data')].map(d => [d.dataset.policy, d.dataset.keys, d.value])")
    assert len(shown) > 60
    for policy, keys, value in shown:
        assert float(value) == pytest.approx(sum(found(policies[policy], key) for key in keys.split()), rel=1e-12)


def found(results, key):
    here = results["costs"] if key in results["costs"] else results["kpis"]
    for step in key.split("."):
        here = here[step]
    return here["mean"] if isinstance(here, dict) else here


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_no_screen_is_too_narrow(opened, width):
    """Nobody scrolls sideways to read a sentence; only wide tables do, in a frame of their own."""
    opened.wide(width)
    opened.ask("new Promise(done => setTimeout(done, 300))")
    assert opened.ask("document.documentElement.scrollWidth") <= width
    assert opened.ask("Plotly && document.querySelector('#chart .main-svg').getBoundingClientRect().right") <= width
    assert opened.ask("document.querySelector('h1').getBoundingClientRect().bottom") < 400, "the verdict is in sight"


def test_the_chart_reads_any_day_under_every_policy(opened):
    """Pointing at a day in the closure tells the stock under all three, and choosing a part shows that part."""
    opened.ask("Plotly.Fx.hover('chart', {xval: 70}, ['xy'])")
    told = opened.ask("document.querySelector('#chart .hoverlayer').textContent")
    assert all(policy in told for policy in ("JIT", "JIC", "hybrid"))
    choose = "(box => { box.value = arguments[0]; box.dispatchEvent(new Event('change')) })"
    opened.ask(f"{choose}(document.querySelector('#stock'))", "parts_store.housing")
    assert "housing in parts_store" in opened.ask("document.querySelector('#chart .infolayer').textContent")
    drawn = opened.ask("Array.from(document.querySelector('#chart').data[0].y)")
    days = (opened.folder / "timeline.csv").read_text(encoding="utf-8").splitlines()
    column = days[0].split(",").index("on_hand:parts_store.housing")
    assert drawn == [int(day.split(",")[column]) for day in days[1:] if day.startswith("jit,")]


def test_a_name_that_looks_like_a_tag_is_drawn_as_it_is_written(opened, tmp_path):
    """Plotly reads tags in its words: a part called `<b>` would be a part without a name."""
    page = (opened.folder / "report.html").read_text(encoding="utf-8")
    (tmp_path / "report.html").write_text(
        page.replace('"closure"', '"clo\\u003cb\\u003esure \\u0026lt;"'), encoding="utf-8"
    )
    opened.browser.get((tmp_path / "report.html").as_uri())
    assert "clo<b>sure &lt;" in opened.ask("document.querySelector('#chart .infolayer').textContent")


def test_it_can_be_walked_through_with_the_keyboard(opened):
    """Tab leads from the way past the menu through it to the chart's choices; one sees where one is; Space chooses."""
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    seen = []
    for _ in range(60):
        opened.browser.switch_to.active_element.send_keys(keys.TAB)
        here = opened.ask("document.activeElement")
        outlined = opened.ask("getComputedStyle(document.activeElement).outlineStyle")
        seen.append(here.get_attribute("name") or here.get_attribute("id") or here.text or here.tag_name)
        assert outlined != "none", seen[-1]
        if here.get_attribute("name") == "policy":
            break
    assert seen[:2] == ["To the verdict", "Why"]
    assert seen[-2:] == ["stock", "policy"]
    opened.browser.switch_to.active_element.send_keys(" ")
    assert opened.ask("document.querySelector('#chart').data.map(trace => trace.visible)")[::3] == [False] * 3


def test_on_paper_pictures_stand_where_one_cannot_point(opened):
    """A printed chart cannot be hovered: the still picture takes its place."""
    opened.media("print")
    assert opened.ask("getComputedStyle(document.querySelector('.interactive')).display") == "none"
    assert opened.ask("getComputedStyle(document.querySelector('.still')).display") == "block"
    assert opened.ask("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_every_picture_is_seen(opened):
    """An address cut short is an empty frame."""
    assert opened.ask("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert opened.ask("document.images.length") == 4
