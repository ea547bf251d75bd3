"""A merged scenario on paper: as YAML that can be run again, with the origin of each value, and as a
fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from twin.model.records import numbers
from twin.model.yaml import Mark, Place, Writer

WIDTH = 60  # columns before the origin of a value
ROOM = 90  # a list longer than this is written one entry a line


def annotated(data: dict[str, Any], marks: dict[Place, Mark]) -> Iterator[str]:
    """YAML lines, each value followed by `# file:line`."""
    for path, text in _lines(data, (), 0):
        mark = marks.get(path) if path else None
        origin = f"{mark.file}:{mark.line}" if mark and mark.line else mark.file if mark else ""
        yield f"{text:<{WIDTH}} # {origin}" if origin else text


def _lines(value: Any, path: Place, indent: int) -> Iterator[tuple[Place, str]]:
    """Lines of block YAML, each with the path of its value; a line that only opens a map or list has none."""
    margin = "  " * indent
    entries = value.items() if isinstance(value, dict) else ((index, item) for index, item in enumerate(value))
    for key, inner in entries:
        here = (*path, key)
        head = f"{margin}-" if isinstance(value, list) else f"{margin}{flow(key)}:"
        line = flow(inner)
        inline = not inner or not isinstance(inner, dict | list)
        if inline or isinstance(value, list) or (isinstance(inner, list) and len(line) <= ROOM):
            yield here, f"{head} {line}"
        else:
            yield (), head
            yield from _lines(inner, here, indent + 1)


def flow(value: Any) -> str:
    """A value on one line, quoted where YAML would read it as something else."""
    text = yaml.dump(value, Dumper=Writer, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def plain(data: dict[str, Any]) -> str:
    """YAML without origins."""
    return "".join(f"{text}\n" for _, text in _lines(data, (), 0))


def written_out(data: Any, swept: Collection[Sequence[str]] = (), path: Sequence[str] = ()) -> Any:
    """The data with the values of `empirical` files in place of the files' names, where they can be read.

    A file stays where its path is swept, since values have none.
    """
    if isinstance(data, list):
        return [written_out(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.get("dist") == "empirical" and {"file", "column", "unit"} <= data.keys() and [*path, "file"] not in swept:
        try:
            values = numbers(Path(str(data["file"])), str(data["column"]))
        except ValueError:
            return data
        return {"dist": "empirical", "values": [f"{value} {data['unit']}" for value in values]}
    return {key: written_out(value, swept, [*path, key]) for key, value in data.items()}


def digest(data: dict[str, Any], seed: int, version: str | None = None) -> str:
    """A fingerprint of what determines a run. A run and the folder that it leaves behind have the same one.

    The order of keys does not matter, but for that of a policy's segments, of its `sources` where the first of them may
    have a `backup`, and of an item's alternates. `run.seed` counts as the seed that is used; how many replications were
    asked for does not determine any of them, and neither does a `study`.
    """
    plain_data = written_out(data)
    plain_data.pop("study", None)
    if isinstance(plain_data.get("run"), dict):
        plain_data["run"].pop("seed", None)
        plain_data["run"].pop("replications", None)
        if not plain_data["run"]:
            del plain_data["run"]
    for holder, key in list(_ordered(plain_data)):
        holder[key] = list(holder[key].items())
    version = version if version is not None else program_version()
    whole = {"scenario": _canonical(plain_data), "seed": seed, "version": version}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def _ordered(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Where maps stand whose order means something: (holder, key)."""
    policies, items = (data.get(section) for section in ("policies", "items"))
    holders: list[tuple[Any, str]] = []
    for name, policy in policies.items() if isinstance(policies, dict) else ():
        segments = [each for each in policy.values() if isinstance(each, dict)] if isinstance(policy, dict) else []
        if any("backup" in segment for segment in segments):
            holders += [(segment, "sources") for segment in segments]
        holders.append((policies, name))
    holders += [(item, "alternates") for item in items.values()] if isinstance(items, dict) else []
    for holder, key in holders:
        if isinstance(holder, dict) and isinstance(holder.get(key), dict):
            yield holder, key


def program_version() -> str:
    """The version of the installed program, `0` where it runs uninstalled."""
    try:
        return metadata.version("supply-twin")
    except metadata.PackageNotFoundError:
        return "0"


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fingerprint(inner) if key == "file" else _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fingerprint(file: Any) -> Any:
    """A data file counts by its content, not by where it lies."""
    if not isinstance(file, str) or not Path(file).is_file():
        return _canonical(file)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()
