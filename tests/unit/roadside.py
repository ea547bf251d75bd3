"""A shop by the road, with luck in lead time and demand. A test adds policies and a run."""

ROADSIDE = """
    twin: 1
    title: A shop by the road
    items: {part: {value: 10 USD/pc}}
    nodes:
      maker: {kind: supplier, supplies: {part: {price: 10 USD/pc, lead_time: {dist: gamma, mean: 2 d, cv: 0.5}}}}
      store: {kind: warehouse}
      client: {kind: customer, buys: {part: {from: store, every: 1 d, quantity: {dist: poisson, mean: 10 pc},
               margin: 5 USD/pc}}}
    lanes: {road: {from: maker, to: store, transit: 1 d}}
"""
