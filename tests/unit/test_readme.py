"""The shop window: every command, scenario and program that the README shows works as it is shown."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


COMMANDS = [part.partition("\n") for text in blocks("console") for part in text.split("$ ")[1:]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder where a reader would try things, with the scenario of the tour saved as the README says."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "scenarios").mkdir()
    for shipped in (ROOT / "scenarios").iterdir():
        (folder / "scenarios" / shipped.name).symlink_to(shipped)
    (yaml,) = blocks("yaml")
    (folder / "scenarios" / "quake.yaml").write_text(yaml, encoding="utf-8")
    return folder


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("command", "shown"), [(command, shown) for command, _, shown in COMMANDS])
def test_a_command_of_the_tour_does_what_is_shown(command, shown, desk):
    """Who copies a line gets what stands below it, and never a traceback. (Fewer replications: only time differs.)"""
    program, *arguments = shlex.split(command)
    assert program == "twin"
    if arguments[0] == "run":
        arguments += ["--replications", "2"]
    done = run(["-m", "twin", *arguments], desk)
    assert done.returncode == (2 if shown else 0), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr == shown if shown else done.stdout


def test_the_program_of_the_tour_runs(desk):
    """The Python interface is a few verbs, and they are shown in use."""
    (program,) = blocks("python")
    done = run(["-c", program], desk)
    assert done.returncode == 0, done.stderr
    assert "'distinguishable'" in done.stdout


def test_the_two_commands_are_targets():
    """The first thing that anybody types."""
    (commands,) = blocks("sh")
    for line in commands.splitlines():
        target = line.split("#")[0].split()[1:]
        assert subprocess.run(["make", "-n", *target], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_every_page_that_is_named_exists():
    """A link into nothing is the first thing that a stranger notices."""
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link
