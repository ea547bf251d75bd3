"""Chance, named by its cause: every random quantity has a stream of its own, seeded by (seed, replication, name).

So every policy meets the same luck, a new node leaves all other streams unchanged, and replication 17 can be run alone.
Draws are taken in blocks: one at a time they would cost eight times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, repeat
from typing import TYPE_CHECKING

from twin.model.distributions import Distribution

if TYPE_CHECKING:
    from numpy.random import Generator

BLOCK = 512  # draws at a time
KEPT = 512  # streams of which the first block is kept


class Streams:
    """The streams of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def draws(self, name: str, distribution: Distribution) -> Iterator[int]:
        """Endless draws in whole seconds or pieces."""
        if distribution.value is not None:
            return repeat(distribution.value)
        return chain.from_iterable(self._blocks(name, distribution))

    def _blocks(self, name: str, distribution: Distribution) -> Iterator[list[int]]:
        yield _first_block(self.seed, self.replication, name, distribution)
        generator = _generator(self.seed, self.replication, name)
        distribution.block(generator, BLOCK)  # the first block once more, and what comes after it
        while True:
            yield distribution.block(generator, BLOCK)

    def chances(self, name: str) -> Iterator[float]:
        """Endless numbers between 0 and 1, for things that happen with a probability."""
        generator = _generator(self.seed, self.replication, name)
        while True:
            yield from generator.random(BLOCK).tolist()


@lru_cache(maxsize=KEPT)
def _first_block(seed: int, replication: int, name: str, distribution: Distribution) -> list[int]:
    """Kept, as the other policies of the same replication meet the same luck."""
    return distribution.block(_generator(seed, replication, name), BLOCK)


def _generator(seed: int, replication: int, name: str) -> Generator:
    """numpy's counter-based Philox generator, keyed by the cause."""
    from numpy.random import Generator, Philox

    key = blake2b(f"{seed}/{replication}/{name}".encode(), digest_size=16).digest()
    return Generator(Philox(key=int.from_bytes(key, "little")))
