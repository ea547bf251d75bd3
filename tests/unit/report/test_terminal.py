"""What a terminal shows below a table."""

from io import StringIO

from rich.console import Console

from twin.report.terminal import remark


def test_a_remark_is_told_as_it_is():
    """Brackets are the author's, no markup: who is told half a finding looks in the wrong place."""
    out = StringIO()
    remark(Console(file=out, width=80), "finding", ["`[imported]` matches nothing", "another"])
    assert out.getvalue() == "finding: `[imported]` matches nothing\nfinding: another\n"
