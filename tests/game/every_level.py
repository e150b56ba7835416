"""Every level as a parameter of a test: those that differ most every day, the others where there is time."""

import pytest

from distgame.game.campaign.levels import all_levels

# Clocks, disks, detectors, the gateway's habits, operations of every kind, keys, phases and swarms are all in these.
EVERY_DAY = {8, 16, 18, 22, 23, 24}

every_level = pytest.mark.parametrize(
    "level",
    [
        pytest.param(level, id=level.id, marks=() if level.number in EVERY_DAY else pytest.mark.slow)
        for level in all_levels()
    ],
)
