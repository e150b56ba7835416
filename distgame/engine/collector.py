"""Python's collector of cyclic garbage is asked to come rarely while a run goes on: what a run makes is kept anyway."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# So many more objects than before are made until it comes. A level's run makes fewer; a long one is not left to itself.
RARELY = 200_000

_LOCK = threading.Lock()
_runs = 0
_usual = gc.get_threshold()
_unseen = 0
_kept = False
# While a screen is open, a look at all that runs have made would be seen as a jerk.
MOST_FROZEN = 50
_screens = 0
_frozen = 0


@contextmanager
def smooth_screen() -> Iterator[None]:
    """While a screen is open what runs make stays as it is made; what can go goes after MOST_FROZEN of them."""
    global _screens
    _screens += 1
    gc.freeze()
    try:
        yield
    finally:
        _screens -= 1
        if not _screens:
            gc.unfreeze()


def keep_all() -> None:
    """What is here by now stays: no collection looks at it again."""
    global _kept
    gc.collect()
    gc.freeze()
    _kept = True


@contextmanager
def rare_collections() -> Iterator[None]:
    """For the time of a run, in whichever thread; the last one to end sets things right again."""
    global _runs, _usual
    with _LOCK:
        if _runs == 0:
            _usual = gc.get_threshold()
            gc.set_threshold(max(_usual[0], RARELY) if _usual[0] else 0, *_usual[1:])
        _runs += 1
    try:
        yield
    finally:
        with _LOCK:
            _runs -= 1
            if _runs == 0:
                _look_later()
                gc.set_threshold(*_usual)


def _look_later() -> None:
    """Lets what a run has made be old without a look at it; a look at all of it comes when there is much."""
    global _unseen, _frozen
    if _screens:
        _frozen += 1
        if _frozen % MOST_FROZEN == 0:
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        return
    _unseen += gc.get_count()[0]
    if _unseen > RARELY:
        gc.collect()
        _unseen = 0
    elif gc.isenabled() and not _kept:
        gc.freeze()
        gc.unfreeze()
