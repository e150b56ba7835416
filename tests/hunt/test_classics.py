"""The classical mistakes are found, each within a stated number of runs, and who does it right is not accused."""

import pytest
from classics import CLASSICS, LEASE, LEASED, RESTARTING, TWO_OF_ONE
from prey import RIGHT, WORLD, runner

from distgame.hunt.bounds import bounds_of
from distgame.hunt.hunter import attempt, hunt
from distgame.hunt.shrink import Shrinker
from distgame.hunt.story import story
from distgame.hunt.strategies import Ground


def first_found(code, world, most_runs):
    """The wrong runs of the first round that has some, or None, and the ground."""
    ground = Ground(world, bounds_of(world), runner(code, world))

    def tries(attempts):
        return [attempt(ground, each) for each in attempts]

    return next(hunt(ground.bounds, tries, lambda so_far: so_far.runs < most_runs), None), ground


@pytest.mark.parametrize("name", CLASSICS)
def test_the_classical_mistakes_are_found(name):
    found, _ = first_found(*CLASSICS[name])
    assert found
    assert all(sighting.wrong.operations for sighting in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSICS)
def test_the_classical_mistakes_are_told_in_a_few_steps(name):
    code, world, most_runs = CLASSICS[name]
    found, ground = first_found(code, world, most_runs)
    stories = []
    for sighting in sorted(found, key=lambda each: not each.schedule.interventions)[:2]:
        trial = Shrinker(ground.run, world, ground.bounds).shrink(sighting.schedule)
        assert trial.wrong is not None
        stories.append(len(story(trial)))
    assert min(stories) <= 12


RIGHT_ONES = {
    "a majority": (RIGHT, WORLD),
    "two writers at one node": (RIGHT, TWO_OF_ONE),
    "a disk over a restart": (RIGHT, RESTARTING),
    "a lease and good clocks": (LEASE, LEASED),
}


@pytest.mark.parametrize("name", RIGHT_ONES)
def test_who_is_right_is_not_accused(name):
    assert first_found(*RIGHT_ONES[name], 48)[0] is None


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT_ONES)
def test_who_is_right_is_not_accused_in_a_long_hunt(name):
    assert first_found(*RIGHT_ONES[name], 4_800)[0] is None
