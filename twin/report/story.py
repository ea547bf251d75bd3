"""What the timeline tells of one replication: some stocks, the lines, and what customers lost or are owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from twin.model.units import DAY
from twin.report.finding import Document
from twin.report.style import Look, looks
from twin.report.words import listed, policy_name, short

if TYPE_CHECKING:
    from twin.language import Model

Table = Mapping[str, Sequence[float]]
"""One policy's days: a column of values at the end of each day."""

BY_THE_DAY = 60
"""Days up to which strips show single days; longer ones show weeks, without the saw of shifts and lots."""

MOST_TOLD = 3
"""Different amounts that a title tells; of more, the most and the least."""


@dataclass(frozen=True)
class Story:
    """What is told under every policy: some stocks, the lines, and what customers lost or are owed."""

    policies: Mapping[str, Table]
    look: Mapping[str, Look]
    stocks: tuple[str, ...]
    lines: tuple[str, ...]
    loss: str
    horizon: int

    @classmethod
    def of(cls, model: "Model", document: Document, timelines: Mapping[str, Table]) -> "Story":
        tables = {p: timelines[p] for p in document["policies"] if p in timelines}
        return cls(
            policies=tables,
            look=looks(tables, model.policies),
            stocks=tuple(s for s in critical(model, document) if all(f"on_hand:{s}" in t for t in tables.values())),
            lines=tuple(name for name, node in model.nodes.items() if node.kind == "line"),
            loss="lost" if any(sum(customers(t, "lost")) for t in tables.values()) else "owed",
            horizon=model.run.horizon // DAY,
        )

    @property
    def title(self) -> str:
        """How long lines starved, or how much was lost, under each policy in this replication."""
        amounts = {policy: self.starved(policy) if self.lines else self.suffered(policy) for policy in self.policies}
        if self.lines:
            what, unit = ("The line starves" if len(self.lines) == 1 else "Lines starve on average"), "days"
        else:
            what, unit = ("Customers lose" if self.loss == "lost" else "Customers are owed up to"), "pc"
        alike: dict[str, list[str]] = {}
        for policy, amount in amounts.items():
            alike.setdefault(short(amount), []).append(policy_name(policy))
        if list(alike) == ["0"]:
            return f"{what} 0 {unit} under {'every policy' if len(amounts) > 1 else listed(alike['0'])}"
        if len(alike) > MOST_TOLD:
            ends = max(amounts, key=amounts.__getitem__), min(amounts, key=amounts.__getitem__)
            alike = {short(amounts[policy]): [policy_name(policy)] for policy in ends}
        told = [
            f"{amount}{f' {unit}' if k == 0 else ''} under {listed(names)}"
            for k, (amount, names) in enumerate(alike.items())
        ]
        return f"{what} {'; '.join(told) if any(len(n) > 1 for n in alike.values()) else listed(told)}"

    @property
    def span(self) -> int:
        """Days that one step of a strip stands for."""
        return 7 if self.horizon > BY_THE_DAY else 1

    @property
    def each(self) -> str:
        return "week" if self.span > 1 else "day"

    @property
    def edges(self) -> list[int]:
        """Where steps begin and end; a rest of less than half a step belongs to the last."""
        return [*range(0, max(self.horizon - self.span // 2, 1), self.span), self.horizon]

    @property
    def losing(self) -> bool:
        return any(any(customers(table, self.loss)) for table in self.policies.values())

    def lost(self, policy: str) -> list[float]:
        """Pieces lost in each step; of what is owed the most at the end of any of its days."""
        days = customers(self.policies[policy], self.loss)
        whole = sum if self.loss == "lost" else max
        return [float(whole(days[a:b])) for a, b in pairwise(self.edges)]

    def suffered(self, policy: str) -> float:
        """Pieces lost in all, or the most that was owed."""
        return (sum if self.loss == "lost" else max)(self.lost(policy))

    def starved(self, policy: str) -> float:
        """Days of all shifts, the mean of the lines."""
        return sum(share(self.policies[policy], "starved", self.lines))

    def states(self, policy: str, state: str) -> list[float]:
        """The share of the shifts of each step that the lines spent in that state."""
        table = self.policies[policy]
        part, off = share(table, state, self.lines), share(table, "off", self.lines)
        steps = list(pairwise(self.edges))
        shifts = [sum(1 - o for o in off[a:b]) for a, b in steps]
        return [sum(part[a:b]) / whole if whole > 1e-9 else 0.0 for (a, b), whole in zip(steps, shifts, strict=True)]


def critical(model: "Model", document: Document) -> list[str]:
    """Up to three stocks: those that starved lines or ran out most under all policies, else the dearest."""
    stocks = by_trouble(model, document)
    return [stock for stock, troubled in stocks.items() if troubled][:3] or list(stocks)[:3]


def by_trouble(model: "Model", document: Document) -> dict[str, bool]:
    """Every stock, and whether it ever starved a line or ran out; the worst first, then the dearest."""
    policies = document["policies"].values()

    def starved(item: str) -> float:
        by = (p["kpis"].get("uptime_loss", {}).get("starved_by") or {} for p in policies)
        return sum(_mean(items.get(item)) for items in by)

    def trouble(stock: str) -> tuple[float, float, float, str]:
        item = stock.rsplit(".", 1)[-1]
        rows = [p["items"].get(stock, {}) for p in policies]
        out = sum(_mean(row.get("stockout_rate")) for row in rows)
        worth = sum(_mean(row.get("on_hand")) for row in rows) * model.items[item].value
        return -starved(item), -out, -worth, stock

    stocks = sorted({stock for p in policies for stock in p["items"]}, key=trouble)
    return {stock: trouble(stock)[:2] != (0, 0) for stock in stocks}


def share(table: Table, state: str, lines: Sequence[str]) -> list[float]:
    """The share of each day in that state, the mean of all lines."""
    columns = [table[f"{state}:{line}"] for line in lines if f"{state}:{line}" in table]
    return [sum(values) / len(lines) for values in zip(*columns, strict=True)] if columns else [0.0] * len(table["day"])


def customers(table: Table, what: str) -> list[float]:
    """Pieces of all customers, day by day."""
    columns = [values for name, values in table.items() if name.startswith(f"{what}:")]
    return [sum(values) for values in zip(*columns, strict=True)] if columns else [0.0] * len(table["day"])


def _mean(stat: Mapping[str, float | None] | None) -> float:
    return float((stat or {}).get("mean") or 0.0)
