"""Tables of segmentation: names that can be read in narrow columns."""

from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from twin.report.segments import Names


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (40, ["hybrid_abc_risk, store.drive_controller"]),
        (22, ["hybrid_abc_risk,", "store.drive_controller"]),
        (16, ["hybrid_abc_risk,", "store.drive_", "controller"]),
        (11, ["hybrid_abc_", "risk,", "store.", "drive_", "controller"]),
    ],
)
def test_names_break_where_they_are_joined(width, lines):
    """Five policies side by side make narrow columns, and half a name is read as another one."""
    table = Table(box=None, show_header=False, padding=0)
    table.add_row(Names("hybrid_abc_risk, store.drive_controller"))
    console = Console(width=width, file=StringIO())
    console.print(table)
    assert [line.rstrip() for line in console.file.getvalue().splitlines()] == lines


def test_a_decimal_point_joins_no_names():
    """31.1 d stay together; and nothing to say takes a line."""
    assert Names("31.1 d of base_stock").parts == ["31.1 ", "d ", "of ", "base_", "stock"]
    console = Console(file=StringIO())
    console.print(Names(""))
    assert console.file.getvalue() == "\n"
