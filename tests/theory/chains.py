"""Two tools of the theory tests: exact Markov chains, and samples freed of luck that is known."""

from collections.abc import Callable, Hashable, Iterable

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

State = Hashable


def stationary(start: State, moves: Callable[[State], Iterable[tuple[State, float]]]) -> dict[State, float]:
    """Share of time in each state of a Markov chain, of whose states `moves` tells the next ones and their rates."""
    states, flows = {start: 0}, []
    for state in (found := [start]):
        for following, rate in moves(state):
            if following not in states:
                states[following] = len(states)
                found.append(following)
            flows += [(states[following], states[state], rate), (states[state], states[state], -rate)]
    into, out_of, rates = zip(*flows, strict=True)
    balance = coo_array((rates, (into, out_of))).tocsc()
    weights = np.append(1.0, spsolve(balance[1:, 1:], -balance[1:, [0]].toarray().ravel()))
    return dict(zip(states, weights / weights.sum(), strict=True))


def steadied(sample, luck, usual):
    """A sample without what another number of the same runs explains, whose mean is known: closures that were longer
    than usual are no news about the queue behind them (control variates, Lavenberg & Welch 1981)."""
    slope, _ = np.polyfit(luck.values, sample.values, 1)
    values = [value - slope * (was - usual) for value, was in zip(sample.values, luck.values, strict=True)]
    return type(sample)(values, sample.run, fitted=2)  # the slope is an estimate, too
