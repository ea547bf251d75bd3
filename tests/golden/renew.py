"""Writes down what the small network gives today: `python -m tests.golden.renew`, after a change that was meant."""

import json
from pathlib import Path

import twin

SCENARIO = Path(__file__).with_name("small.yaml")
GOLDEN = Path(__file__).with_name("small.json")


def today() -> str:
    """The mean of every KPI and cost line by policy, with every digit that it has."""
    policies = twin.compare(twin.load(SCENARIO)).document["policies"]
    return json.dumps(
        {policy: {part: means(found[part]) for part in ("kpis", "costs")} for policy, found in policies.items()},
        indent=1,
    )


def means(tree: dict) -> dict:
    return {key: below["mean"] if "mean" in below else means(below) for key, below in tree.items()}


if __name__ == "__main__":
    GOLDEN.write_text(today() + "\n", encoding="utf-8")
