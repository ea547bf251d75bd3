"""A mistake says where it is, what is wrong and how to mend it, in one sentence each."""

import pytest

from twin.model.errors import Mistake, ScenarioError, did_you_mean, dotted, listed, shown
from twin.model.spec import wrong


def test_a_mistake_reads_like_a_compiler_message():
    """Editors and terminals jump to `file:line:column`."""
    assert str(Mistake("port_shutdown.yaml", 4, 3, "no")) == "port_shutdown.yaml:4:3: no"
    assert str(Mistake("--set", 0, 0, "no")) == "--set: no"


def test_mistakes_stand_in_the_order_of_the_file():
    """One reads a list of mistakes beside the file, from the top."""
    late, early = Mistake("a.yaml", 10, 1, "late"), Mistake("a.yaml", 9, 7, "early")
    error = ScenarioError([late, early, late])
    assert error.mistakes == (early, late)
    assert str(error) == "a.yaml:9:7: early\na.yaml:10:1: late"


def test_words_for_messages():
    """The parts that every sentence is made of."""
    assert did_you_mean("kaohsung", ["kaohsiung", "long_beach"]) == "; did you mean `kaohsiung`?"
    assert did_you_mean("rotterdam", ["kaohsiung"]) == ""
    assert did_you_mean("Long_Beach", ["long_beach"]) == "; did you mean `long_beach`?"
    assert dotted(("lanes", "pacific", "legs", 1, "cv")) == "lanes.pacific.legs[1].cv"
    assert listed(["a", "b", "c"], "and") == "`a`, `b` and `c`"
    assert [shown(value) for value in (True, None, {}, [], 3)] == [
        "`true`",
        "nothing",
        "a map",
        "a list",
        "`3`",
    ]
    assert len(shown("x" * 500)) < 70


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "nodes: {store: {capcity: 3 m3, kind: warehouse}}",
            "nodes.store.capcity is unknown; did you mean `capacity`?",
        ),
        (
            "nodes: {store: {colour: red, kind: warehouse}}",
            "nodes.store.colour is unknown; known here: `kind` and `capacity`",
        ),
        ("nodess: {}", "nodess is unknown; did you mean `nodes`?"),
        ("lanes: {road: {form: store, to: store}}", "lanes.road.form is unknown; did you mean `from`?"),
        ("lanes: {road: {from: store}}", "lanes.road has no `to`; add it"),
        ("items: {mosfet: {space: 1 m3}}", "items.mosfet has no `value`; add it, like `value: 18 USD/pc`"),
        ("nodes: {third: {kind: prot}}", "nodes.third.kind: `prot` is unknown; did you mean `port`?"),
        (
            "nodes: {third: {kind: depot}}",
            "nodes.third.kind: `depot` is unknown; write `port`, `warehouse` or `customer`",
        ),
        ("nodes: {third: {berths: 3}}", "nodes.third has no `kind`; add it, like `kind: customer`"),
        ("nodes: {third: 3}", "nodes.third needs a map of `key: value`; `3` stands here"),
        ("nodes: [a]", "nodes needs a map of `key: value`; a list stands here"),
        (
            "lanes: {pacific: {legs: {a: 1}}}",
            "lanes.pacific.legs needs a list, like `[a, b]`; a map stands here",
        ),
        (
            "lanes: {pacific: {legs: [2 d, 21]}}",
            "lanes.pacific.legs[1]: `21` has no unit; a time is written like `21 d`",
        ),
        (
            "lanes: {pacific: {legs: [{dist: gamma, meen: 3 d, cv: 1}]}}",
            "lanes.pacific.legs[0].meen is unknown; did you mean `mean`?",
        ),
        (
            "lanes: {pacific: {legs: [{dist: gamma, mean: 3 d, cv: yes}]}}",
            "lanes.pacific.legs[0].cv needs a number, like `0.3`; `yes` stands here",
        ),
        (
            "lanes: {pacific: {premium: maybe}}",
            "lanes.pacific.premium needs `true` or `false`; `maybe` stands here",
        ),
        ("lanes: {pacific: {from: 3}}", 'lanes.pacific.from needs text; put quotes around it: `"3"`'),
        (
            "lanes: {pacific: {from: stroe}}",
            "lanes.pacific.from: `stroe` is not a node here; did you mean `store`?",
        ),
        (
            "lanes: {pacific: {via: [store]}}",
            "lanes.pacific.via[0]: `store` is a warehouse; a port is needed here",
        ),
        (
            "lanes: {pacific: {via: [rotterdam]}}",
            "lanes.pacific.via[0]: `rotterdam` is not a node here; there is `kaohsiung`",
        ),
        ("nodes: {kaohsiung: {berths: 0}}", "nodes.kaohsiung.berths must be at least 1; `0` stands here"),
        (
            "nodes: {kaohsiung: {berths: 2.5}}",
            "nodes.kaohsiung.berths needs a whole number, like `3`; `2.5` stands here",
        ),
        (
            "items: {mcu: {bom: {mcu: true}}}",
            "items.mcu.bom.mcu needs a whole number, like `3`; `true` stands here",
        ),
        (
            "items: {mcu: {bom: {mcuu: 1}}}",
            "items.mcu.bom.mcuu: `mcuu` is not an item here; did you mean `mcu`?",
        ),
        (
            "items: {mcu: {value: 18 EUR/pc}}",
            "items.mcu.value: `18 EUR/pc`: the model's currency is USD, not `EUR`",
        ),
        (
            "policies: {jit: {all: {rule: kanbann}}}",
            "policies.jit.all.rule needs `base_stock` or `kanban`; `kanbann` stands",
        ),
        ("policies: {jit: {all: {safety_stock: {a: 1}}}}", "a stock is written like `500 pc` or `45 d`"),
        (
            "policies: {jit: {all: {scale: 11}}}",
            "policies.jit.all.scale must be at most 10; `11` stands here",
        ),
        ("twin: 2", "twin needs `1`; `2` stands here"),
    ],
)
def test_each_mistake_is_one_line_that_can_be_acted_on(refusal, text, line):
    """Pydantic's words never reach a planner; the dotted path, the fault and the remedy do."""
    lines = refusal(f"extends: networks/base.yaml\n{text}\n")
    assert len(lines) == 1, lines
    assert line in lines[0]


def test_a_misspelt_kind_is_told_once(refusal):
    """Five lanes lead to the store; none of them is wrong."""
    (line,) = refusal("extends: networks/base.yaml\nnodes: {store: {kind: warehous}}\n")
    assert line == "scenario.yaml:2:17: nodes.store.kind: `warehous` is unknown; did you mean `warehouse`?"


def test_a_misspelt_name_is_no_ghost(refusal):
    """A typo in a patch would else make a second port, and the first would stay open."""
    text = """
        extends: networks/base.yaml
        nodes:
          kaohsung: {berths: 2}
        lanes:
          pacifik: {legs: [1 d]}
    """
    assert refusal(text) == [
        "scenario.yaml:3:3: nodes.kaohsung is new here and has no `kind`; did you mean `kaohsiung`?",
        "scenario.yaml:5:3: lanes.pacifik is new here and has no `from`; did you mean `pacific`?",
    ]


@pytest.mark.parametrize(
    ("unmet", "sentence"),
    [
        ("lots", "unmet needs `lost` or `backorder`; `lots` stands here; did you mean `lost`?"),
        ("[lost]", "unmet: a list stands here; this needs a map of `key: value` or `lost` or `backorder`"),
        ("{backordr: 3 d}", "unmet.backordr is unknown; did you mean `backorder`?"),
        ("{backorder: 3}", "unmet.backorder: `3` has no unit"),
        ("{backorder: 0 d}", "unmet.backorder: `0 d` must be above zero"),
    ],
)
def test_of_several_readings_the_one_that_was_meant_is_explained(refusal, unmet, sentence):
    """A value may be a word or a map; whoever wrote a map does not want to hear that it is not a word."""
    lines = refusal(f"extends: networks/base.yaml\nnodes: {{maker: {{unmet: {unmet}}}}}\n")
    assert len(lines) == 1
    assert sentence in lines[0]


@pytest.mark.parametrize(
    ("review", "sentence"),
    [
        ("contnuous", "review needs `continuous`; `contnuous` stands here; did you mean `continuous`?"),
        (
            "7",
            "review: `7` has no unit; a time is written like `21 d` (s, min, h, d, wk, yr); or write `cont",
        ),
    ],
)
def test_a_word_or_a_quantity(refusal, review, sentence):
    """`continuous` and `7 d` are both reviews; the nearer of the two is explained."""
    lines = refusal(f"extends: networks/base.yaml\nlanes: {{pacific: {{review: {review}}}}}\n")
    assert len(lines) == 1
    assert sentence in lines[0]


def test_one_check_may_tell_several_mistakes():
    """What no field sees alone is checked over the whole, and still pointed at part by part."""

    error = wrong({("a", "b"): "one", ("c",): "two"})
    assert [(entry["loc"], entry["msg"]) for entry in error.errors()] == [
        (("a", "b"), "one"),
        (("c",), "two"),
    ]


def test_all_mistakes_of_a_scenario_are_told_at_once(refusal):
    """Every one has its place, also those of the base file and of the command line."""
    text = """
        extends: networks/base.yaml
        twin: 1
        twin: 1
        nodes:
          store: {capacity: 10}
        lanes:
          pacific: {from: store, legs: [21, 2 kg]}
    """
    lines = refusal(text, "nodes.kaohsiung.berths=many")
    assert [line.split(": ")[0] for line in lines] == [
        "--set",
        "scenario.yaml:3:1",
        "scenario.yaml:5:11",
        "scenario.yaml:7:33",
        "scenario.yaml:7:37",
    ]
