"""What is worked out of a model: once, as long as it lives, and nowhere else."""

import gc
import pickle
import weakref

import pytest

from twin.disruptions.disruption import hits
from twin.language import load
from twin.replenishment.notice import warned
from twin.replenishment.policy import plan
from twin.study.crew import Alone
from twin.study.trials import Laboratory, Task

SHOP = """
twin: 1
items: {part: {value: 10 USD/pc}}
nodes:
  maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}
  store: {kind: warehouse}
  client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: 10 pc}}}
lanes: {road: {from: maker, to: store, transit: 1 d}}
policies: {lean: {all: {rule: base_stock}}}
run: {horizon: 5 d}
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def test_a_policy_is_worked_out_once(path):
    """However many scenarios a study has: each replication asks for it again."""
    models = [load(path) for _ in range(100)]
    first = [plan(model, "lean") for model in models]
    assert all(plan(model, "lean") is found for model, found in zip(models, first, strict=True))


def test_a_model_that_nobody_needs_is_forgotten(path):
    """A search makes hundreds of them. What was worked out of one must not hold on to it, not even in a circle: the
    collector of circles comes by too seldom."""
    model = load(path)
    gone = weakref.ref(model)
    gc.disable()
    try:
        assert plan(model, "lean") and not warned(model, "lean") and not hits(model)
        del model
        assert gone() is None
    finally:
        gc.enable()


def test_what_was_worked_out_stays_behind(path):
    """A model that is sent to other processes is as small after work as before."""
    bench = Laboratory((load(path),), 1)
    plan(bench.models[0], "lean")
    assert not pickle.loads(pickle.dumps(bench)).models[0].memory
    (here,) = Alone().map(bench, [Task(0, "lean", 0)])
    assert pickle.loads(pickle.dumps(bench))(Task(0, "lean", 0)) == here
