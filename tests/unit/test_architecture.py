"""The shape of the program: data flows one way, so imports point one way, and starting it is quick."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]

# From the ground up: a module imports from its own layer and from those before it.
LAYERS = [
    {"twin.model"},
    {"twin.engine"},
    {"twin.disruptions"},
    {"twin.replenishment"},
    {"twin.transport"},
    {"twin.nodes"},
    {"twin.check", "twin.questions"},
    {"twin.language"},
    {"twin.simulation", "twin.findings"},
    {"twin.results"},
    {"twin.study"},
    {"twin.report"},
    {"twin.options", "twin.endings"},
    {"twin.cli_beside", "twin.cli_studies", "twin.cli_why"},
    {"twin", "twin.cli", "twin.__main__"},
]
HEIGHT = {room: height for height, layer in enumerate(LAYERS) for room in layer}

SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "twin").rglob("*.py"))
}


def room(module: str) -> str:
    """The layer's member that a module lives in: `twin.nodes.port` lives in `twin.nodes`."""
    return ".".join(module.split(".")[:2])


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All that can run: what stands under `if TYPE_CHECKING` names types for the reader and loads nothing."""
    yield tree
    typing_only = isinstance(tree, ast.If) and ast.unparse(tree.test).endswith("TYPE_CHECKING")
    for child in tree.orelse if typing_only else ast.iter_child_nodes(tree):
        yield from statements(child)


def imported(module: str) -> set[str]:
    """The modules of ours that a module imports, anywhere in its file."""
    package = module.split(".") if SOURCES[module].name == "__init__.py" else module.split(".")[:-1]
    names = set()
    for node in statements(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            inside = {f"{origin}.{alias.name}" for alias in node.names}
            names |= {name if name in SOURCES else origin for name in inside}
    return {name for name in names if name in SOURCES} - {module}


def test_imports_point_down():
    """A part can be read, tested and replaced knowing only what lies beneath it."""
    unknown = [str(SOURCES[module].relative_to(ROOT)) for module in SOURCES if room(module) not in HEIGHT]
    assert not unknown, f"name the layer of {unknown} in LAYERS"
    upward = [
        f"{SOURCES[module].relative_to(ROOT)} imports {name}, which lies above it"
        for module in SOURCES
        for name in sorted(imported(module))
        if HEIGHT[room(name)] > HEIGHT[room(module)]
    ]
    assert not upward, "\n".join(upward)


def test_no_import_comes_back_to_where_it_began():
    """Two modules that need each other are one module with a wall in the wrong place."""
    try:
        TopologicalSorter({module: imported(module) for module in SOURCES}).prepare()
    except CycleError as cycle:
        raise AssertionError(" is imported by ".join(cycle.args[1])) from None


def test_starting_the_program_loads_nothing_heavy():
    """`twin --help`, `twin check` and every worker start at once; tables and pictures load when made."""
    command = [sys.executable, "-c", "import sys, twin, twin.cli; print(*sys.modules)"]
    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    loaded = {"pandas", "matplotlib", "scipy", "networkx", "plotly", "jinja2", "PIL"} & set(started.stdout.split())
    assert not loaded


def test_files_are_short_enough_to_read_at_a_sitting():
    """A file over 350 lines holds two ideas."""
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in SOURCES.items()}
    too_long = {module: lines for module, lines in lengths.items() if lines > 350}
    assert not too_long
