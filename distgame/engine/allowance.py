"""How much a node may send and store: so much at once, so much a tick in the long run (a token bucket: Turner, 1986).

It is counted in letters of texts and items of lists, tuples, dicts and sets. A message costs 256 of them beside its
content, a stored key 64. So a node may always send 500 small messages at once, never more than 1,024, and 32 a tick in
the long run; and no message is longer than 262,144 letters or items.
"""

from __future__ import annotations

from marshal import dumps
from math import inf

from distgame.engine.errors import ApiError
from distgame.engine.storage import Storage
from distgame.engine.wire import Codec

AT_ONCE = 256 * 1024
A_TICK = 8 * 1024
KEY_COST = 64
MAX_STORAGE = 4 * 1024 * 1024
HALF = AT_ONCE // 2


class Allowance:
    """What one node has left of it, in the codec that encodes what it sends and stores. Its clock earns it more."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._room = codec.encoders
        self._room.room = AT_ONCE
        self._room.limit = _refuse
        self._earned_at = 0
        self.is_weighing_due = False

    def earn(self, local_time: int) -> None:
        """More than half is spent, and the node's clock has gone on to this time, in ticks."""
        self.is_weighing_due = True
        if local_time > self._earned_at:
            earned = A_TICK * (local_time - self._earned_at)
            self._room.room = min(AT_ONCE, max(0, self._room.room) + earned)
            self._earned_at = local_time

    def weigh(self, storage: Storage) -> None:
        """Raises ApiError (flood) where a node stores too much in all."""
        self.is_weighing_due = False
        room, self._room.room = self._room.room, inf
        try:
            items = [wire for change in storage.items() for wire in change]
            size = sum(len(dumps(self._codec.encode(item), 2)) for item in items)
        finally:
            self._room.room = room
        if size > MAX_STORAGE:
            limit = MAX_STORAGE // 1024 // 1024
            raise ApiError(f"the storage holds more than {limit} MiB: remove what is not needed any more", "flood")


def _refuse() -> None:
    raise ApiError(
        f"a flood: a node may send and store {AT_ONCE:,} letters or items at once, {A_TICK:,} a tick in the long run, "
        "and each message counts as 256: send less, and wait for answers before sending more",
        "flood",
    )
