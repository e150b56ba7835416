"""Python's collector of cyclic garbage is asked to come rarely while a run goes on: what a run makes is kept anyway."""

from __future__ import annotations

import gc
import sys
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
# While a screen is open no look may be so long that it is seen as a jerk: they are many and short then. What a run
# makes is mostly tuples of plain data, which the first look finds to need no other.
SHORT_LOOKS = 1_000
# The long ones, at everything, come by themselves only after so many middle ones: a burst of drawing must not meet one.
# They come earlier at a moment that the screen chooses, where so much (a share of 1) has come since the last.
LONG_AFTER = 40
GROWN = 0.125
FEW = 2_000
# Where so much stays after a look at everything, no other one is taken at it; but a few times only, since of what is
# not looked at nothing goes that knows itself.
MUCH = 20_000
MOST_KEPT = 30
# For so long a thread that computes keeps the others waiting; the screen's waits anew for each thing it writes.
TURN_SECONDS = 0.001
_screens = 0
_times_kept = 0
_stayed = 0


@contextmanager
def smooth_screen() -> Iterator[None]:
    """While a screen is open what was there before it is not looked at, and what comes is looked at in small parts.

    Threads that compute let the screen's own one go on sooner than usual, too.
    """
    global _screens, _times_kept, _stayed
    usual, usual_turn = gc.get_threshold(), sys.getswitchinterval()
    _screens += 1
    _times_kept = _stayed = 0
    gc.collect()
    gc.freeze()
    gc.set_threshold(SHORT_LOOKS, usual[1], LONG_AFTER)
    gc.callbacks.append(_keep_what_stays)
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        _screens -= 1
        sys.setswitchinterval(usual_turn)
        gc.callbacks.remove(_keep_what_stays)
        gc.set_threshold(*usual)
        if not _screens:
            gc.unfreeze()


def _keep_what_stays(phase: str, info: dict[str, int]) -> None:
    global _times_kept, _stayed
    if phase == "stop" and info["generation"] == 2:
        _stayed = len(gc.get_objects(2))
        if _times_kept < MOST_KEPT and _stayed > MUCH:
            _times_kept += 1
            _stayed = 0
            gc.freeze()


def look_early() -> None:
    """Looks at everything if that is due soon: for a moment in which the screen has nothing else to do."""
    if _screens and len(gc.get_objects(2)) > FEW + (1 + GROWN) * _stayed:
        gc.collect()


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
    if _screens:
        yield
        return
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
    global _unseen
    _unseen += gc.get_count()[0]
    if _unseen > RARELY:
        gc.collect()
        _unseen = 0
    elif gc.isenabled() and not _kept:
        gc.freeze()
        gc.unfreeze()
