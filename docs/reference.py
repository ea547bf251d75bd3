"""The tables of the user's pages, made from the classes that read scenarios, so that they cannot go stale.

`python docs/reference.py` rewrites what stands in `docs/format.md` between `<!-- table: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from twin.disruptions.disruption import Disruption, Where
from twin.disruptions.effects import Effects
from twin.disruptions.subject import ITEM, Subject
from twin.language import Alternate, Item, Load, Model, Run
from twin.model.carrying import Carrying
from twin.model.distributions import Distribution
from twin.model.families import FAMILIES
from twin.model.optimise import Optimise, Target
from twin.model.span import Span
from twin.model.spec import Spec
from twin.model.units import DIMENSIONS, MONEY, TIME, show
from twin.nodes.customer import Buying
from twin.nodes.line import Failures, Making, Working
from twin.nodes.node import Node
from twin.nodes.supplier import Supply
from twin.nodes.warehouse import Overflow
from twin.questions import Stress, Study
from twin.replenishment.rules import Rule
from twin.replenishment.safety_stock import MaxAvg, Normal
from twin.replenishment.segment import BackingUp, Expediting, Selecting
from twin.replenishment.segmentation import Segmentation, SupplyRisk
from twin.transport.lane import Lane

PAGE = Path(__file__).with_name("format.md")
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NOTHING = "–"
NAMING = ("kind", "rule", "method")

DESCRIBED = (Model, Run, Carrying, Load, Item, Alternate, Lane, Supply, Overflow, Making, Working, Failures, Buying)
CHOSEN = (BackingUp, Expediting, MaxAvg, Normal, Segmentation, SupplyRisk, Disruption, Where)
ASKED = (Study, Stress, Optimise, Span, Target)
KINDS: dict[str, type[Spec]] = {
    **{spec.__name__.lower(): spec for spec in (*DESCRIBED, *CHOSEN, *ASKED)},
    **Node.kinds,
    **Rule.kinds,
}

SAID_HERE = {  # what a class leaves to its readers
    "region": "where it stands, a target of disruptions",
    "to": "warehouse",
    "item": "item",
    "quantity": "pieces",
    "arrives": "time of arrival, from day 0",
    "working": "shifts",
    "failures": "breakdowns and repairs",
    "hours": "from midnight",
    "days": "from Monday",
}
WRITTEN_HERE = {
    "opening": "`steady` or `{STORE: {ITEM: 500 pc}, in_transit: […]}`",
    "over": "`{PATH: {from: 5 d, to: 90 d}}`",
    "scenarios": "`{port_shutdown: 30 %, calm: 70 %}`",
}

DIALS = {
    "capacity": "speed of the work; what is done is kept; at 0 % nothing leaves, even what needs no work, and a "
    "supplier's `lead_time` stands still; a closed lane takes no departures",
    "doors": "at 0 % it neither receives nor issues: arrivals wait at the dock, claims wait or are lost as when empty, "
    "lines starve or block",
    "space": "usable capacity; goods inside stay, nothing enters until there is room again",
    "lead_time": "orders accepted, or shipments departing, meanwhile take this share of the drawn time (all legs)",
    "demand": "order sizes; fractions carry to the next order",
    "traffic": "rate of other ships",
    "price": "price of orders placed meanwhile",
    "freight": "freight of departures meanwhile, per piece and per shipment",
    "rent": "rent of own space (`storage`) and of rented space (`overflow`) meanwhile; not `waiting` at the dock",
    "duty": "percentage points *added* to the duty of departures meanwhile: `duty: 25 %`",
    "ordering": "at 0 % no orders are placed: an information outage, the goods intact",
}
BLOWS = {
    "destroy": "of the pieces on hand",
    "scrap_work": "of the work done on every open order of a supplier, or on a line's running lot; it is done again",
    "cancel_orders": "of a supplier's open orders; they are gone and no longer on order",
}
FAMILY_NOTES = {
    "constant": "the same as the bare number",
    "lognormal": "long right tail: transit times",
    "gamma": "right tail, milder: handling, supplier times",
    "normal": "a negative draw becomes 0; a cv above 0.4 is a finding of `check`",
    "exponential": "times between independent events",
    "negative_binomial": "counts that vary more than Poisson's; sd² must exceed the mean",
    "poisson": "counts of independent events",
    "geometric": "1, 2, 3 …; mean at least 1 pc",
    "empirical": "each value as likely as it was frequent",
}


def render(page: str) -> str:
    """The page with every table made anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{table(found[2])}{found[3]}", page)


def table(name: str) -> str:
    """One table by its name on the page: a kind's keys, or one of those that are laid out differently."""
    special = {"units": units, "distributions": distributions, "segment": segment, "dials": dials, "blows": blows}
    return "".join(f"{line}\n" for line in (special[name]() if name in special else keys(KINDS[name])))


def keys(spec: type[Spec]) -> Iterator[str]:
    """What a map of this kind may say: a row for each key, the required ones first, without the one that names it."""
    schema = spec.model_json_schema(by_alias=True)
    forms = schema["properties"]
    yield "| key | written like | default | meaning |"
    yield "|---|---|---|---|"
    rows = [(key, field) for key, field in spec.yaml_keys().items() if not (key in NAMING and "const" in forms[key])]
    for key, field in sorted(rows, key=lambda row: not row[1].is_required()):
        meaning, default, example = told(key, field, forms[key])
        like = example or WRITTEN_HERE.get(key) or written(forms[key], schema.get("$defs", {}))
        yield f"| `{key}` | {like} | {default} | {meaning} |"


def told(key: str, field: FieldInfo, form: dict[str, Any]) -> tuple[str, str, str]:
    """The meaning, the default and perhaps an example of a key; its description may end in either of the two."""
    text, _, example = (field.description or "").partition("like `")
    meaning, has_default, default = text.rpartition("default: ")
    if not has_default:
        meaning, default = text, "**required**" if field.is_required() else usual(field.default, form)
    return meaning.rstrip(" ,;") or SAID_HERE[key], default, f"`{example}" if example else ""


def usual(value: Any, form: dict[str, Any]) -> str:
    """A default as a scenario would write it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value in (None, "", (), {}) or (isinstance(value, Spec) and not isinstance(value, Distribution)):
        return NOTHING
    amount = value.value if isinstance(value, Distribution) else value
    example = next((each["examples"] for each in [form, *form.get("anyOf", ())] if "examples" in each), None)
    if example is None or isinstance(amount, str):
        return f"`{amount}`"
    dimension = next(name for name, known in DIMENSIONS.items() if in_dollars(known.examples) == example)
    return f"`{show(amount, dimension)}`"


def in_dollars(examples: tuple[str, ...]) -> list[str]:
    return [example.replace(MONEY, "USD") for example in examples]


def written(form: dict[str, Any], parts: dict[str, Any]) -> str:
    """How a value is written, from the schema of its key."""
    if "anyOf" in form or "oneOf" in form:
        ways = [written(way, parts) for way in form.get("anyOf") or form["oneOf"] if way.get("type") != "null"]
        return " or ".join(dict.fromkeys(ways))
    if "$ref" in form:
        return inner(parts[form["$ref"].rpartition("/")[2]])
    if "examples" in form:
        return " or ".join(f"`{example}`" for example in form["examples"])
    if "const" in form or "enum" in form:
        return " or ".join(f"`{choice}`" for choice in form.get("enum", [form.get("const")]))
    if form["type"] == "array":
        return listing(form, parts)
    if form["type"] == "object":
        return mapping(form, parts)
    if form.get("format") == "date":
        return "`2026-01-05`"
    return {"boolean": "`true`", "integer": "`3`", "number": "`0.3`", "string": "text"}[form["type"]]


def inner(part: dict[str, Any]) -> str:
    """A map with keys of its own."""
    method = part["properties"].get("method")
    if method is not None:
        return f"`{{method: {method['const']}}}`"
    named = list(part["properties"])
    return f"`{{{', '.join(f'{key}: …' for key in named)}}}`" if len(named) <= 3 else "`{…}`"


def listing(form: dict[str, Any], parts: dict[str, Any]) -> str:
    if "prefixItems" in form:
        return f"`[{', '.join(written(item, parts).strip('`') for item in form['prefixItems'])}]`"
    if form.get("minItems", 0) > 1:
        return f"a list of {form['minItems']} numbers"
    item = written(form["items"], parts)
    return "`[a, b]`" if item == "text" else f"a list of {item}"


def mapping(form: dict[str, Any], parts: dict[str, Any]) -> str:
    if "dist" in form.get("properties", {}):
        return "a [distribution](#distributions)"
    value = written(form["additionalProperties"], parts)
    return f"`{{NAME: {value.strip('`')}}}`" if value.count("`") == 2 else "`{NAME: {…}}`"


def units() -> Iterator[str]:
    """What can be measured, and in which units."""
    yield "| dimension | written like | units |"
    yield "|---|---|---|"
    seen = set()
    for dimension in DIMENSIONS.values():
        if dimension.name not in seen and dimension.units:
            seen.add(dimension.name)
            examples = " or ".join(f"`{example}`" for example in in_dollars(dimension.examples))
            yield f"| {dimension.name.removeprefix('a ')} | {examples} | {named_units(list(dimension.units))} |"


def named_units(names: list[str]) -> str:
    """Units in words; those per any time are told once."""
    names = [name.replace(MONEY, "USD") for name in names]
    if len(names) < 8 and names[0][-2:] != "/s":
        return " ".join(f"`{name}`" for name in names)
    stems = dict.fromkeys(name.rpartition("/")[0] for name in names)
    return " ".join(f"`{stem}/TIME`" for stem in stems) + f", TIME one of {' '.join(f'`{time}`' for time in TIME)}"


def distributions() -> Iterator[str]:
    """The families, and what states them."""
    yield "| `dist:` | parameters | for | note |"
    yield "|---|---|---|---|"
    for name, family in FAMILIES.items():
        said = [key for key in family.yaml_keys() if key != "dist"]
        if {"cv", "sd"} <= set(said):
            said = [*(key for key in said if key not in ("cv", "sd")), "cv` or `sd"]
        if name == "empirical":
            said = ["values`; or `file", "column", "unit"]
        use = "counts" if family.counts_only else "times and counts"
        yield f"| `{name}` | {', '.join(f'`{key}`' for key in said)} | {use} | {FAMILY_NOTES.get(name, '')} |"


def segment() -> Iterator[str]:
    """What a segment says besides its rule's parameters."""
    return keys(Selecting)


def subjects() -> dict[str, type[Subject]]:
    """What disruptions can hit, by kind."""
    return {**Node.kinds, "lane": Lane}


def dials() -> Iterator[str]:
    """Every dial of `effect`, what has it, and what turning it means."""
    yield "| dial | of | what the share means |"
    yield "|---|---|---|"
    for dial in Effects.model_fields:
        if dial not in Effects.once:
            yield f"| `{dial}` | {', '.join(holders(dial))} | {DIALS[dial]} |"


def blows() -> Iterator[str]:
    """Every blow of `effect`."""
    yield "| blow | on | share |"
    yield "|---|---|---|"
    for blow in Effects.model_fields:
        if blow in Effects.once:
            yield f"| `{blow}` | {', '.join(holders(blow))} | {BLOWS[blow]} |"


def holders(effect: str) -> Iterator[str]:
    """The kinds that have a dial or blow; where each item has its own, it may be hit alone."""
    for kind, subject in subjects().items():
        levels = {**subject.dials, **subject.blows}.get(effect, ())
        if levels:
            yield f"{kind} (by item)" if ITEM in levels else kind


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
