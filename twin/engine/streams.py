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

FIRST = (64, 64, 128, 256)  # draws at a time at the beginning: many streams are hardly asked
BLOCK = 512  # and from then on
KEPT = 512  # streams of which the first blocks are kept


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
        yield from _beginning(self.seed, self.replication, name, distribution)
        generator = _generator(self.seed, self.replication, name)
        distribution.block(generator, sum(FIRST))  # the beginning once more, and what comes after it
        while True:
            yield distribution.block(generator, BLOCK)

    def chances(self, name: str) -> Iterator[float]:
        """Endless numbers between 0 and 1, for things that happen with a probability."""
        generator = _generator(self.seed, self.replication, name)
        while True:
            yield from generator.random(BLOCK).tolist()


class Beginning:
    """The first blocks of a stream, drawn when they are first asked for and then kept."""

    def __init__(self, distribution: Distribution, generator: Generator) -> None:
        self._distribution = distribution
        self._generator = generator
        self._blocks: list[list[int]] = []

    def __iter__(self) -> Iterator[list[int]]:
        for number, size in enumerate(FIRST):
            if number == len(self._blocks):
                self._blocks.append(self._distribution.block(self._generator, size))
            yield self._blocks[number]


@lru_cache(maxsize=KEPT)
def _beginning(seed: int, replication: int, name: str, distribution: Distribution) -> Beginning:
    """Kept, as the other policies of the same replication meet the same luck."""
    return Beginning(distribution, _generator(seed, replication, name))


def _generator(seed: int, replication: int, name: str) -> Generator:
    """numpy's counter-based Philox generator, keyed by the cause."""
    from numpy.random import Generator, Philox

    key = blake2b(f"{seed}/{replication}/{name}".encode(), digest_size=16).digest()
    return Generator(Philox(key=int.from_bytes(key, "little")))
