"""The page of the command line, made from the commands themselves, so that no option can be missing.

`python docs/commands.py` writes `docs/commands.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from twin.cli import commands

PAGE = Path(__file__).with_suffix(".md")
USUAL = re.compile(r"[;.]? *(?:default: |\[default: )([^\].]+)\]?\.?$")

HEAD = """# The command line

`twin COMMAND SCENARIO [options]`, where SCENARIO is a file. This page is made from the program (`python
docs/commands.py`); `twin COMMAND --help` says the same. What to use a command for: [how-to](guide/how-to.md). What
comes out: [kpis.md](kpis.md).

"""

FOOT = """## How a command ends

| status | means |
|---|---|
| 0 | done |
| 2 | the input is wrong; a sentence on stderr says where and what |
| 130 | interrupted; what was finished is told, and kept where there is `--out` |
| 1 | a defect of this program, or a trial that failed |

Results go to stdout; progress, findings of `run` and mistakes go to stderr.
"""


def page() -> str:
    """Every command, in the order of the alphabet, between the head and what holds for all."""
    known = commands.commands
    return HEAD + contents(known) + "".join(section(name, known[name]) for name in sorted(known)) + FOOT


def contents(known: dict[str, click.Command]) -> str:
    rows = (f"| [`twin {name}`](#twin-{name}) | {idea(known[name])} |\n" for name in sorted(known))
    return "| command | does |\n|---|---|\n" + "".join(rows) + "\n"


def section(name: str, command: click.Command) -> str:
    return f"## twin {name}\n\n{idea(command)}\n\n" + "".join(f"{row}\n" for row in options(command)) + "\n"


def idea(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def options(command: click.Command) -> Iterator[str]:
    """A row for each argument and option, the arguments first."""
    yield "| say | written like | default | meaning |"
    yield "|---|---|---|---|"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield row(parameter)
        else:
            many = "..." if parameter.nargs < 0 else ""
            yield f"| `{(parameter.name or '').upper()}{many}` | a file | **required** | |"


def row(option: click.Option) -> str:
    meaning, default = option.help or "", "**required**" if option.required else "–"
    stated = USUAL.search(meaning)
    if stated:
        meaning, default = meaning[: stated.start()].rstrip() + ".", stated[1].strip()
    elif isinstance(option.default, int) and not option.is_flag:
        default = f"`{option.default}`"
    often = ", as often as you like" if option.multiple else ""
    return f"| `{', '.join(option.opts)}` | {like(option)}{often} | {default} | {meaning} |"


def like(option: click.Option) -> str:
    """What stands after an option."""
    if option.is_flag:
        return "alone"
    if isinstance(option.type, click.IntRange):
        return f"a whole number from {option.type.min}"
    if isinstance(option.type, click.Path):
        return "a folder" if not option.type.file_okay else "a file"
    return f"`{option.metavar}`" if option.metavar else "a name"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
