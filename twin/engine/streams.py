"""Chance, named by its cause: every random quantity has a stream of its own, seeded by (seed, replication, name).

So every policy meets the same luck, a new node leaves all other streams unchanged, and replication 17 can be run alone.
Draws are taken in blocks: one at a time they would cost eight times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import repeat
from typing import TYPE_CHECKING

from twin.model.distributions import Distribution

if TYPE_CHECKING:
    from numpy.random import Generator

FIRST_BLOCK, LARGEST_BLOCK = 128, 512


class Streams:
    """The streams of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def generator(self, name: str) -> Generator:
        """numpy's counter-based Philox generator, keyed by the cause."""
        from numpy.random import Generator, Philox

        key = blake2b(f"{self.seed}/{self.replication}/{name}".encode(), digest_size=16).digest()
        return Generator(Philox(key=int.from_bytes(key, "little")))

    def draws(self, name: str, distribution: Distribution) -> Iterator[int]:
        """Endless draws in whole seconds or pieces."""
        if distribution.value is not None:
            return repeat(distribution.value)
        return self._blocks(name, distribution)

    def _blocks(self, name: str, distribution: Distribution) -> Iterator[int]:
        generator, size = self.generator(name), FIRST_BLOCK
        while True:
            yield from distribution.block(generator, size)
            size = LARGEST_BLOCK

    def chances(self, name: str) -> Iterator[float]:
        """Endless numbers between 0 and 1, for things that happen with a probability."""
        generator = self.generator(name)
        while True:
            yield from generator.random(FIRST_BLOCK).tolist()
