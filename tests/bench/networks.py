"""The scenarios that are timed, as text: a chain, a range of goods, a tree of warehouses, of any size."""

SERIAL = """
twin: 1
title: Three stages in a row, daily demand; lead times 2 d, 1 d, 1 d
items: {{part: {{value: 10 USD/pc}}}}
nodes:
  maker:    {{kind: supplier, supplies: {{part: {{price: 10 USD/pc}}}}}}
  factory:  {{kind: warehouse}}
  depot:    {{kind: warehouse}}
  shop:     {{kind: warehouse}}
  customer: {{kind: customer, unmet: backorder, buys: {{part: {{from: shop, every: 1 d,
             quantity: {{dist: poisson, mean: 5 pc}}}}}}}}
lanes:
  inbound: {{from: maker, to: factory, transit: 2 d}}
  trunk:   {{from: factory, to: depot, transit: 1 d}}
  last:    {{from: depot, to: shop, transit: 1 d}}
policies:
  lean:
    everything: {{rule: base_stock, level: 8 pc}}
    first:      {{at: [factory], level: 13 pc}}
opening: {{factory: {{part: 13 pc}}, depot: {{part: 8 pc}}, shop: {{part: 8 pc}}, in_transit: []}}
run: {{horizon: {days} d}}
"""


def serial(days: int) -> str:
    """Per day a sale, three reviews and three shipments."""
    return SERIAL.format(days=days)


def skus(count: int, days: int) -> str:
    """One warehouse, one supplier, and a customer who buys every item every day."""
    names = [f"sku{index}" for index in range(count)]
    items = "\n".join(f"  {name}: {{value: 10 USD/pc, space: 0.01 m3}}" for name in names)
    supplies = "\n".join(f"      {name}: {{price: 10 USD/pc, lead_time: 5 d}}" for name in names)
    buys = "\n".join(
        f"      {name}: {{from: store, every: 1 d, quantity: {{dist: poisson, mean: {5 + index % 10} pc}}}}"
        for index, name in enumerate(names)
    )
    return f"""
twin: 1
items:
{items}
nodes:
  store: {{kind: warehouse, storage: 0.5 USD/m3/d}}
  maker:
    kind: supplier
    supplies:
{supplies}
  customer:
    kind: customer
    buys:
{buys}
lanes: {{road: {{from: maker, to: store, transit: 2 d, cost: 0.1 USD/pc}}}}
policies: {{lean: {{everything: {{rule: base_stock, safety_stock: 2 d}}}}}}
run: {{horizon: {days} d}}
"""


FAN = 3  # warehouses that a warehouse supplies


def tree(count: int, days: int) -> str:
    """Warehouses that supply three each, and a customer at every one that supplies none."""
    nodes, lanes = [], []
    for index in range(count):
        nodes.append(f"  w{index}: {{kind: warehouse}}")
        if index:
            lanes.append(f"  to_w{index}: {{from: w{(index - 1) // FAN}, to: w{index}, transit: 1 d}}")
        if FAN * index + 1 >= count:
            nodes.append(
                f"  c{index}: {{kind: customer, unmet: backorder, buys: {{part: {{from: w{index}, every: 1 d, "
                f"quantity: {{dist: poisson, mean: 5 pc}}}}}}}}"
            )
    return "\n".join(
        [
            "twin: 1",
            "items: {part: {value: 10 USD/pc}}",
            "nodes:",
            "  maker: {kind: supplier, supplies: {part: {price: 10 USD/pc}}}",
            *nodes,
            "lanes:",
            "  to_w0: {from: maker, to: w0, transit: 2 d}",
            *lanes,
            "policies: {lean: {everything: {rule: base_stock, safety_stock: 1 d}}}",
            f"run: {{horizon: {days} d}}",
        ]
    )
