"""Draws that depend on their name alone: f(seed, what, which, ...) is the same in every process, machine and version.

A generator that is asked in turn would let one dropped signal shift every later draw. Here each draw is a hash of
its own coordinates (BLAKE2b, Aumasson et al. 2013), so a change touches only what follows from it.
"""

from __future__ import annotations

import struct
from hashlib import blake2b

_UNPACK = struct.Struct("<4Q").unpack
_PACK = struct.Struct("<q").pack
_SCALE = 2.0**-53


class Stream:
    """The k-indexed draws of one name: `Stream(seed, "link", 1, 2)(k)` gives four floats in [0, 1)."""

    __slots__ = ("_base",)

    def __init__(self, seed: int, *name: str | int) -> None:
        text = "/".join(str(part) for part in (seed, *name))
        self._base = blake2b(text.encode(), digest_size=32)

    def bits(self, k: int) -> tuple[int, int, int, int]:
        """The same draws as whole numbers of 64 bits."""
        state = self._base.copy()
        state.update(_PACK(k))
        return _UNPACK(state.digest())

    def __call__(self, k: int) -> tuple[float, float, float, float]:
        a, b, c, d = self.bits(k)
        return (a >> 11) * _SCALE, (b >> 11) * _SCALE, (c >> 11) * _SCALE, (d >> 11) * _SCALE


class Ids:
    """Opaque whole numbers: the n-th is `number(seed, *name, n)`."""

    __slots__ = ("_base",)

    def __init__(self, seed: int, *name: str | int) -> None:
        text = "/".join(map(str, (seed, *name, "")))
        self._base = blake2b(text.encode(), digest_size=8)

    def __call__(self, n: int) -> int:
        state = self._base.copy()
        state.update(str(n).encode())
        return int.from_bytes(state.digest(), "little") >> 1


def number(seed: int, *name: str | int) -> int:
    """A whole number of 63 bits for one name, for seeding a generator or making an opaque id."""
    text = "/".join(map(str, (seed, *name)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def between(low: int, high: int, share: float) -> int:
    """The whole number in [low, high] at `share` (in [0, 1)) of the range."""
    return low + int(share * (high - low + 1))


class Shuffle:
    """A seeded permutation of range(size), one item at a time: a Feistel network (Luby & Rackoff 1988) over the next
    even power of two, walked until it falls inside the range.
    """

    __slots__ = ("_drawn", "_half", "_mask", "_rounds", "_size")

    def __init__(self, seed: int, size: int) -> None:
        self._size = size
        self._half = max(1, ((size - 1).bit_length() + 1) // 2)
        self._mask = (1 << self._half) - 1
        self._rounds = tuple(Stream(seed, "shuffle", part) for part in range(4))
        self._drawn: tuple[dict[int, int], ...] = ({}, {}, {}, {})

    def __call__(self, index: int) -> int:
        """Where `index` (below size) goes."""
        assert 0 <= index < self._size
        while True:
            left, right = index >> self._half, index & self._mask
            for stream, drawn in zip(self._rounds, self._drawn, strict=True):
                if right not in drawn:
                    drawn[right] = stream.bits(right)[0] >> 64 - self._half
                left, right = right, left ^ drawn[right]
            index = left << self._half | right
            if index < self._size:
                return index
