"""The floor: three stages in a row, and a tree of them, written by hand with nothing but SimPy, as one would for this
one question.

Same days, same demand, same reviews and transit times as `networks.SERIAL`, and the same sums. It can answer nothing
else: one item, no costs, no disruptions, no check of what it is told.

SimPy lets the older of two events of an instant go first. So goods arrive half a day early, and lie on the shelf when
the customer comes; whoever supplies reviews after those that it supplies.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from math import ceil

import numpy as np
import simpy

MEAN_DEMAND = 5  # pieces a day
BLOCK = 512  # draws at a time


class Stage:
    """A shelf under a base-stock rule, refilled by another stage, or by works that have as many as anybody wants."""

    def __init__(self, env: simpy.Environment, level: int, lead_time: int, source: "Stage | None" = None) -> None:
        self.env = env
        self.level = level
        self.travel = lead_time - 0.5
        self.source = source
        self.on_hand = level
        self.on_order = self.backlog = 0
        self.owed: deque[list] = deque()  # pieces, and the stage that waits for them; None for the customer
        self.sold = self.at_once = self.orders = 0
        self.stock_days = self.backlog_days = 0

    def ask(self, quantity: int, taker: "Stage | None") -> None:
        """What is there goes at once, the rest is owed."""
        served = min(quantity, self.on_hand)
        if served:
            self.on_hand -= served
            self.at_once += served
            self.send(served, taker)
        if served < quantity:
            self.backlog += quantity - served
            self.owed.append([quantity - served, taker])

    def send(self, quantity: int, taker: "Stage | None") -> None:
        self.sold += quantity
        if taker is not None:
            self.env.process(taker.delivery(quantity))

    def delivery(self, quantity: int) -> Iterator[simpy.Event]:
        yield self.env.timeout(ceil(self.env.now) - self.env.now + self.travel)
        self.on_order -= quantity
        self.on_hand += quantity
        while self.owed and self.on_hand:
            claim = self.owed[0]
            served = min(claim[0], self.on_hand)
            claim[0] -= served
            if not claim[0]:
                self.owed.popleft()
            self.on_hand -= served
            self.backlog -= served
            self.send(served, claim[1])

    def review(self) -> Iterator[simpy.Event]:
        while True:
            missing = self.level - (self.on_hand + self.on_order - self.backlog)
            if missing > 0:
                self.on_order += missing
                self.orders += 1
                if self.source is None:
                    self.env.process(self.delivery(missing))
                else:
                    self.source.ask(missing, self)
            self.stock_days += self.on_hand
            self.backlog_days += self.backlog
            yield self.env.timeout(1)


def customer(env: simpy.Environment, shop: Stage, demand: Iterable[int]) -> Iterator[simpy.Event]:
    for quantity in demand:
        if quantity:
            shop.ask(quantity, None)
        yield env.timeout(1)


def poisson(seed: int) -> Iterator[int]:
    """Endless demand."""
    draw = np.random.default_rng(seed)
    while True:
        yield from draw.poisson(MEAN_DEMAND, BLOCK).tolist()


def simulate(days: int, demand: Iterable[int] | None = None, seed: int = 1) -> tuple[Stage, Stage, Stage]:
    """Factory, depot and shop after so many days."""
    env = simpy.Environment()
    factory = Stage(env, level=13, lead_time=2)
    depot = Stage(env, level=8, lead_time=1, source=factory)
    shop = Stage(env, level=8, lead_time=1, source=depot)
    env.process(customer(env, shop, poisson(seed) if demand is None else demand))
    for stage in (shop, depot, factory):
        env.process(stage.review())
    env.run(until=days)
    return factory, depot, shop


def simulate_tree(count: int, days: int, fan: int) -> tuple[list[Stage], int]:
    """Stages that supply `fan` each, and a customer at every one that supplies none; also what the customers asked."""
    env = simpy.Environment()
    ends = [0.0] * count
    for index in reversed(range(count)):
        children = range(fan * index + 1, min(fan * index + fan + 1, count))
        ends[index] = sum(ends[child] for child in children) or 1
    stages: list[Stage] = []
    for index in range(count):
        lead_time, source = (1, stages[(index - 1) // fan]) if index else (2, None)
        stages.append(Stage(env, int(ends[index] * MEAN_DEMAND * (lead_time + 2)), lead_time, source))
    asked: list[int] = []
    for index in range(count):
        if fan * index + 1 >= count:
            env.process(customer(env, stages[index], counted(poisson(index), asked)))
    for stage in reversed(stages):
        env.process(stage.review())
    env.run(until=days)
    return stages, sum(asked)


def counted(demand: Iterable[int], asked: list[int]) -> Iterator[int]:
    for quantity in demand:
        asked.append(quantity)
        yield quantity
