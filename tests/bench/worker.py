"""One replication of a scenario in a process of its own, which tells what it cost; and how such a process is asked.

    python -m tests.bench.worker SCENARIO POLICY

Time is the CPU's. Memory is the most that the process ever held, the interpreter and its libraries included.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from twin.engine.ledger import Ledger

ROOT = Path(__file__).parents[2]
HAPPENED = ("demand", "ordered", "shipments", "boarded", "door_to_door", "wait_all", "started", "failures")


def events(ledger: Ledger) -> int:
    """What has happened, as people count it: sales, orders, departures, arrivals, ships at berths, lots, failures."""
    return sum(tally.times for (kind, *_), tally in ledger.tallies.items() if kind in HAPPENED)


def peak() -> float:
    """MB. Linux tells it of this program alone; elsewhere a child may be told the peak of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1e3
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def tell(path: str, policy: str) -> dict[str, Any]:
    """Seconds for loading, simulating and measuring, and what came out."""
    import numpy.random  # noqa: F401  # importing is no part of any of them

    from twin import load, measure, simulate

    began = time.process_time()
    model = load(path)
    loaded = time.process_time()
    ledger = simulate(model, policy)
    simulated = time.process_time()
    kpis = measure(model, ledger)["kpis"]
    measured = time.process_time()
    return {
        "load": loaded - began,
        "simulate": simulated - loaded,
        "measure": measured - simulated,
        "peak": peak(),
        "events": events(ledger),
        "sales": sum(tally.times for (kind, *_), tally in ledger.tallies.items() if kind == "demand"),
        "kpis": {name: kpis[name] for name in ("demand", "sold", "lost_sales", "backlog")},
    }


def ask(path: Path, policy: str) -> dict[str, Any]:
    """`tell`, in a new process."""
    command = [sys.executable, "-m", "tests.bench.worker", str(path), policy]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    print(json.dumps(tell(*sys.argv[1:])))
