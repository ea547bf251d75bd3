"""How a theory test works: a scenario as text, replications of it, and a formula to face.

Everything goes in as YAML and comes out as measured KPIs, as it does for a user; nothing here knows the engine.
"""

from collections.abc import Callable, Iterable
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, ClassVar

import pytest
from scipy.stats import t as student

import twin
from tests.theory.proof import Row, write
from twin.engine.ledger import Ledger
from twin.model.units import DAY

LUCK = 3.5  # standard errors that chance is granted: with a hundred statistics one in forty suites would cry wolf
PRECISION = 0.02  # of the truth: the 95 % half-width below which a statistic says something


class Case:
    """The case that the test at work belongs to, and the rows of all cases so far, for docs/proof.md."""

    name = source = ""
    rows: ClassVar[list[Row]] = []

    @classmethod
    def found(cls, what: str, expected: float, simulated: float, *more: Any) -> None:
        if cls.name:
            cls.rows.append(Row(cls.name, what, cls.source, expected, simulated, *more))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", type=Path, help="write what the theory tests found to this page")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    page = session.config.getoption("--proof", None)
    if page is not None and exitstatus == 0:
        write(page, Case.rows)


@pytest.fixture(autouse=True)
def _case(request: pytest.FixtureRequest) -> None:
    """`@pytest.mark.case(name, source)`, on a test or on one set of its parameters."""
    marker = request.node.get_closest_marker("case")
    Case.name, Case.source = marker.args if marker else ("", "")


@pytest.fixture
def exactly() -> Callable[..., None]:
    """Equality, as arithmetic asks for it: pieces to the last one, money and days to rounding."""

    def exactly(found: float, truth: float, what: str = "") -> None:
        assert found == pytest.approx(truth, rel=1e-9, abs=1e-9)
        Case.found(what, truth, found)

    return exactly


class Sample:
    """One number, measured in every replication."""

    def __init__(self, values: list[float], run: str = "", fitted: int = 1) -> None:
        self.run = run  # how long it ran
        self.values = values
        self.freedom = len(values) - fitted  # numbers that were not used up to estimate the mean and what else
        self.mean = fmean(values)
        self.error = stdev(values, self.mean) * sqrt((len(values) - 1) / self.freedom / len(values))

    def z(self, truth: float) -> float:
        """Standard errors that the mean lies above the truth."""
        return (self.mean - truth) / self.error

    def must_be(self, truth: float, what: str = "") -> None:
        """Neither further from the truth than luck allows, nor too blurred to tell."""
        half_width = student.ppf(0.975, self.freedom) * self.error
        told = f"{self.mean:.6g} ± {half_width:.2g} against {truth:.6g}: z = {self.z(truth):+.2f}"
        print(told)
        assert half_width <= PRECISION * truth, f"too few replications: {told}"
        assert abs(self.z(truth)) <= LUCK, told
        Case.found(what, truth, self.mean, half_width, self.z(truth), self.run)


class Replications:
    """What was measured in each replication of a scenario."""

    def __init__(self, model: twin.Model, ledgers: Iterable[Ledger]) -> None:
        self.days = model.run.horizon / DAY
        self.run = f"{model.run.replications} × {self.days:,.0f} d".replace(",", " ")
        self.measured: list[dict[str, Any]] = []
        for ledger in ledgers:
            self.measured.append(twin.measure(model, ledger))
            self.ledger = ledger  # of the last replication, to count pieces in

    def sample(self, *path: str | tuple[str, ...]) -> Sample:
        """A measured number by its path, like `"nodes", "harbour", "waited"`; several names at one step add up."""
        return Sample([_sum_at(measured, path) for measured in self.measured], self.run)

    def cost_per_day(self, *lines: str) -> Sample:
        """The sum of some cost lines per day."""
        return Sample([cost / self.days for cost in self.sample("costs", lines).values], self.run)

    def only(self, *path: str) -> float:
        """A measured number of the one replication there is."""
        (measured,) = self.measured
        return _sum_at(measured, path)


def _sum_at(measured: Any, path: tuple[str | tuple[str, ...], ...]) -> Any:
    if not path:
        return measured
    names = (path[0],) if isinstance(path[0], str) else path[0]
    found = [_sum_at(measured[name], path[1:]) for name in names]
    return found[0] if len(found) == 1 else sum(found)


Run = Callable[..., Replications]


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., twin.Model]:
    """Read a scenario text, patched as on the command line: `load(text, "nodes.harbour.berths=3")`."""

    def load(text: str, *patches: str) -> twin.Model:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return twin.load(path, patches)

    return load


@pytest.fixture
def run(load: Callable[..., twin.Model]) -> Run:
    """Simulate and measure every replication of a scenario text under its policy."""

    def run(text: str, *patches: str) -> Replications:
        model = load(text, *patches)
        (policy,) = model.policies
        ledgers = (twin.simulate(model, policy, replication) for replication in range(model.run.replications))
        return Replications(model, ledgers)

    return run
