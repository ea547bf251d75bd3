"""KPIs: what planners and plant managers ask, each a formula over the ledger's sums (docs/kpis.md).

`None` where 0 ÷ 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from math import fsum
from operator import add, mul, sub
from statistics import fmean
from typing import Any

from twin.engine.ledger import WORTH_UNITS, Ledger
from twin.engine.measures import Key
from twin.language import Model
from twin.model.memory import uncollected
from twin.model.units import DAY, YEAR
from twin.replenishment.network import StockName, Use
from twin.results.costs import costs, safety_stock_cost
from twin.results.places import items, lanes, nodes, ratio

LOST = ("starved", "blocked", "down", "changeover")  # states of a line in which time is lost
WINDOW = 7  # days over which the fill rate is taken for recovery
BATCH = 5  # days of which a series gives the mean, as MSER-5 takes them
RECOVERED = 0.95  # of the fill rate before


@uncollected()
def measure(model: Model, ledger: Ledger) -> dict[str, Any]:
    """All results of one replication: `kpis`, `costs`, and per place `items`, `nodes`, `lanes`.

    Beside them series: `goods_owned` tells whether the warm-up was long enough; `asked` is what customers asked for,
    day by day, `short` who did not get how much of it at once on which day, and `short_at` the seconds of that.
    """
    lines = costs(model, ledger)
    stocks = items(model, ledger)
    days = -(-ledger.horizon // DAY)
    return {
        "kpis": kpis(model, ledger, lines, stocks),
        "costs": lines,
        "items": stocks,
        "nodes": nodes(model, ledger),
        "lanes": lanes(model, ledger),
        "goods_owned": _goods_owned(ledger),
        "asked": _by_day(ledger, "demand")[:days],
        "short": _short(ledger, days),
        "short_at": [second - ledger.warm_up for second in ledger.short_at],
    }


def _short(ledger: Ledger, days: int) -> list[list[Any]]:
    """`[customer.item, day, pieces]` of every day on which a customer did not get all at once."""
    short = {key[1]: tally.by_day for key, tally in ledger.tallies.items() if key[0] == "short" and tally.total}
    return [
        [customer, day, pieces]
        for customer, by_day in sorted(short.items())
        for day, pieces in enumerate(by_day[:days])
        if pieces
    ]


def _goods_owned(ledger: Ledger) -> list[float]:
    """Value of what is ours at the end of the day, the mean of every five days."""
    days = ledger.owned.by_day
    fives = (days[day : day + BATCH] for day in range(0, len(days) - BATCH + 1, BATCH))
    return [sum(five) / BATCH / WORTH_UNITS for five in fives]


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that have a value."""
    having = [value for value in values if value is not None]
    return fmean(having) if having else None


def kpis(model: Model, ledger: Ledger, lines: dict[str, float], stocks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The KPIs over the whole network."""
    demand, short = _sum(ledger, "demand"), _sum(ledger, "short")
    orders, unfilled = _times(ledger, "demand"), _times(ledger, "short")
    cycles = [tally for key, tally in ledger.tallies.items() if key[0] == "cycles"]
    turns = _turns(model, ledger)
    premium = lines["premium_freight"]
    return {
        **_uptime(model, ledger),
        "alternate_share": ratio(_sum(ledger, "with_alternates"), _sum(ledger, "made")),
        "demand": demand,
        "sold": _sum(ledger, "sold"),
        "lost_sales": _sum(ledger, "lost"),
        "backlog": sum(gauge.value for key, gauge in ledger.gauges.items() if key[0] == "owed"),
        "fill_rate": ratio(demand - short, demand),
        "order_fill_rate": ratio(orders - unfilled, orders),
        "cycle_service": ratio(sum(tally.total for tally in cycles), sum(tally.times for tally in cycles)),
        "stockout_rate": mean(stock["stockout_rate"] for stock in stocks.values()),
        "stockout_by_item": _stockout_by_item(stocks),
        "inventory_value": ledger.owned.integral / ledger.horizon / WORTH_UNITS,
        "peak_inventory_value": ledger.owned.peak / WORTH_UNITS,
        "turns": turns,
        "days_on_hand": 365 / turns if turns else None,
        "premium_freight_share": ratio(premium, premium + lines["freight"]),
        "safety_stock_cost": safety_stock_cost(model, ledger),
        "bullwhip": _bullwhip(model, ledger),
        "time_to_survive": _time_to_survive(ledger),
        "time_to_recover": _time_to_recover(ledger),
        "total_cost": sum(lines.values()),
    }


def _stockout_by_item(stocks: dict[str, dict[str, Any]]) -> dict[str, float | None]:
    rates: dict[str, list[float]] = {}
    for name, stock in stocks.items():
        rates.setdefault(name.partition(".")[2], []).append(stock["stockout_rate"])
    return {item: mean(of_item) for item, of_item in rates.items()}


def _sum(ledger: Ledger, kind: str) -> float:
    return sum(tally.total for key, tally in ledger.tallies.items() if key[0] == kind)


def _times(ledger: Ledger, kind: str) -> int:
    return sum(tally.times for key, tally in ledger.tallies.items() if key[0] == kind)


def _uptime(model: Model, ledger: Ledger) -> dict[str, Any]:
    """Running time ÷ (scheduled time − idle time), over all lines together, and what the rest was lost to."""
    names = list(model.lines)

    def spent(state: str) -> float:
        return sum(ledger.gauges[state, name].integral for name in names)

    wanted = ledger.horizon * len(names) - spent("off") - spent("idle")
    loss: dict[str, Any] = {state: ratio(spent(state), wanted) for state in LOST}
    by_item: dict[str, float] = {}
    for key, gauge in ledger.gauges.items():
        if key[0] == "starved_by":
            by_item[key[2]] = by_item.get(key[2], 0.0) + gauge.integral
    loss["starved_by"] = {item: ratio(time, wanted) for item, time in by_item.items()}
    return {"uptime": ratio(spent("running"), wanted), "uptime_loss": loss}


def _turns(model: Model, ledger: Ledger) -> float | None:
    """Value of pieces sold to customers, annualised ÷ average value on hand of all stocks."""
    sold = fsum(
        tally.total * model.items[key[1].partition(".")[2]].value
        for key, tally in ledger.tallies.items()
        if key[0] == "sold"
    )
    on_hand = fsum(
        ledger.account(store, item).integral * model.items[item].value for store, item in model.network.stocks
    )  # fmt: skip
    return ratio(sold * YEAR, on_hand)


def _bullwhip(model: Model, ledger: Ledger) -> float | None:
    """Variance of the daily quantity ordered ÷ variance of daily demand on the stock, mean over stocks."""
    days = -(-ledger.horizon // DAY)

    @cache  # the components of a product are wanted together
    def scatter(one: Key, other: Key) -> float:
        """The covariance times the square of the number of days: whole, and so exact, for whole pieces."""
        these, those = ledger.tallies[one].by_day[:days], ledger.tallies[other].by_day[:days]
        return days * sum(map(mul, these, those)) - sum(these) * sum(those)

    def amplification(stock: StockName) -> float | None:
        wanted = _wanted(model, ledger, stock)
        demand = sum(
            scatter(min(one, other), max(one, other)) * times * again
            for one, times in wanted.items()
            for other, again in wanted.items()
        )
        ordered = "ordered", ".".join(stock)
        return ratio(scatter(ordered, ordered), demand)

    return mean(map(amplification, model.network.stocks))


def _wanted(model: Model, ledger: Ledger, stock: StockName) -> dict[Key, int]:
    """What is wanted from a stock: orders of customers and warehouses, and the lots that lines started.

    Tallies, and how many pieces of this item each of their pieces stands for.
    """
    wanted: dict[Key, int] = {("claimed", ".".join(stock)): 1}
    for customer in model.network.buyers.get(stock, {}):
        wanted["demand", f"{customer}.{stock[1]}"] = 1
    for name, line in model.network.lines_from(stock[0]).items():
        for product in line.makes:
            wanted["started", name, product] = model.items[product].bom.get(stock[1], 0)
    for use in model.network.uses:
        for product, pieces in _replaced(model, stock, use):
            wanted["replaced", use.line, product, use.component, use.alternate] = pieces
    return {
        key: times
        for key, times in wanted.items()
        if times and key in ledger.tallies and ledger.tallies[key].times  # nothing varies where nothing happened
    }


def _replaced(model: Model, stock: StockName, use: Use) -> Iterator[tuple[str, int]]:
    """For each product of a line the pieces that one with an alternate takes more (or less) from a stock."""
    store, item = stock
    line, alternate = model.lines[use.line], model.items[use.component].alternates[use.alternate]
    if line.origin != store or item not in (use.component, use.alternate):
        return
    for product in line.makes:
        count = model.items[product].bom.get(use.component, 0)
        if count:
            yield product, -count if item == use.component else alternate.ratio * count


def _counted(ledger: Ledger) -> list[int]:
    """Seconds at which disruptions struck, since the count began."""
    return sorted(occurrence.start for occurrence in ledger.occurrences if occurrence.start >= ledger.warm_up)


def _time_to_survive(ledger: Ledger) -> float | None:
    """Days from the first disruption's start to the first lost or owed piece of a customer after it."""
    starts = _counted(ledger)
    after = [time for time in ledger.short_at if starts and time >= starts[0]]
    return (after[0] - starts[0]) / DAY if after else None


def _time_to_recover(ledger: Ledger) -> float | None:
    """Days from the first disruption's start to the last day of a fill rate under 95 % of the mean before it.

    The fill rate of a day is that of the seven days that end with it; one looks no further than the next disruption.
    """
    starts = [time - ledger.warm_up for time in _counted(ledger)]
    if not starts:
        return None
    first = -(-starts[0] // DAY)
    later = [time for time in starts if time > starts[0]]
    last = later[0] // DAY if later else -(-ledger.horizon // DAY)
    demand, short = _until(ledger, "demand"), _until(ledger, "short")
    served = list(map(sub, demand, short))
    before = ratio(served[first], demand[first])
    threshold = RECOVERED * (1.0 if before is None else before)

    def under(day: int) -> bool:
        begin, end = max(0, day - WINDOW + 1), day + 1
        rate = ratio(served[end] - served[begin], demand[end] - demand[begin])
        return rate is not None and rate < threshold

    latest = next(filter(under, reversed(range(first, last))), None)
    if latest is None:
        return 0.0
    return None if latest == last - 1 else latest - starts[0] / DAY


def _until(ledger: Ledger, kind: str) -> Sequence[float]:
    """Pieces of all customers, summed up to the beginning of each day."""
    return list(accumulate(_by_day(ledger, kind), initial=0))


def _by_day(ledger: Ledger, kind: str) -> list[float]:
    """Pieces of all customers, day by day."""
    pieces: list[float] = list(ledger.nothing)
    for key, tally in ledger.tallies.items():
        if key[0] == kind:
            pieces = list(map(add, pieces, tally.by_day))
    return pieces
