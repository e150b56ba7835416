"""A hunt that is ended while it shrinks what it has found tells what there is by then."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from distgame.game.adversary import hunting, stopping
from distgame.game.adversary.hunting import hunt_level
from distgame.game.adversary.stopping import Stop, results, stop
from distgame.game.campaign.levels import find_level
from distgame.game.running.program import read_program

EARLY = Path(__file__).parents[2] / "algorithms" / "broken" / "ack_before_replicate.py"


def until_stopped(ends, begun):
    begun.set()
    while not ends():
        pass
    return "what there was"


def test_tasks_end_when_it_is_cancelled_or_interrupted(monkeypatch):
    interrupts = iter([KeyboardInterrupt])

    def wait(tasks, timeout):
        raise next(interrupts)

    begun = Event()
    with ThreadPoolExecutor(1) as pool, stop() as ends:
        tasks = [pool.submit(until_stopped, ends, begun) for _ in range(2)]
        begun.wait()
        assert results(tasks, ends, lambda: True) == ["what there was"]
    with ThreadPoolExecutor(1) as pool, stop() as ends:
        monkeypatch.setattr(stopping, "wait", wait)
        assert results([pool.submit(until_stopped, ends, begun)], ends, lambda: False) == ["what there was"]


def test_tasks_end_with_what_they_were_given():
    with stop() as ends:
        assert not ends()
        again = Stop(ends.place)
    assert again()
    assert not ends.place.parent.exists()


def test_a_hunt_that_is_cancelled_while_it_shrinks_tells_what_it_has(monkeypatch):
    monkeypatch.setattr(hunting, "CANDIDATES", 1)
    seen = []
    with ThreadPoolExecutor(1) as pool:
        hunted = hunt_level(
            read_program(EARLY),
            find_level("3"),
            pool,
            most_runs=24,
            tell=lambda progress: seen.append(progress.found),
            cancelled=lambda: bool(seen and seen[-1]),
        )
    assert hunted.found is not None
    assert hunted.found.wrong.operations
    assert hunted.found.steps
    assert not hunted.found.minimal
