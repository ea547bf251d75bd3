"""A kiosk by a pier: one lane, one shelf, one customer, and every number by hand."""

import pytest

KIOSK = """
    twin: 1
    items: {ice: {value: 10 USD/pc}}
    nodes:
      dairy: {kind: supplier, supplies: {ice: {price: 10 USD/pc}}}
      kiosk: {kind: warehouse}
      guests: {kind: customer, buys: {ice: {from: kiosk, every: 1 d, quantity: 10 pc, margin: 5 USD/pc}}}
    lanes: {van: {from: dairy, to: kiosk, transit: 1 d}}
    policies:
      jit: {all: {rule: base_stock, level: 20 pc}}
      jic: {all: {rule: base_stock, level: 60 pc}}
    carrying: {capital: 36.5 %/yr}
    disruptions: {fog: {target: van, at: 10 d, lasts: 3 d, effect: {capacity: 0 %}}}
    run: {horizon: 60 d, replications: 2}
"""


@pytest.fixture
def kiosk(scenario):
    """The kiosk, with other texts laid over it."""
    return lambda *layers: scenario(KIOSK, *layers)
