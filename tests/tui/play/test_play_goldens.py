"""The play screen as text, at both sizes.

Run as a program (with tests/tui on PYTHONPATH), it writes the goldens anew: look at them before they are committed.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from play_stage import LOCAL, MAJORITY, level, stage

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"wide": (120, 36), "narrow": (80, 24)}
TABS = ("events", "operations", "node", "code", "goal")
STATES = {"why": "w", "space_time": "m", "board": "b", "one_panel": "plus", "letters": "j"}
PICTURES = {
    **{f"{size}_{tab}": (size, tab, ()) for size in SIZES for tab in TABS},
    **{f"{size}_{state}": (size, "operations", (key,)) for size in SIZES for state, key in STATES.items()},
    **{f"{size}_changes": (size, "changes", ("x",)) for size in SIZES},
    **{f"{size}_futures": (size, "events", ("x", "equals_sign")) for size in SIZES},
}


async def picture(folder: Path, name: str) -> str:
    """The screen in the middle of the small level, where reads go wrong if somebody asks why."""
    size, tab, keys = PICTURES[name]
    program = LOCAL if "w" in keys else MAJORITY
    async with stage(folder, program, SIZES[size], level(folder, loss=0.1)) as play:
        await play.press("space")
        play.screen.tabs.active = tab
        await play.settle()
        # Signals are on their way at 97, for the letters.
        play.screen.travel.go_to_tick(97 if "j" in keys else 110)
        await play.settle()
        for key in keys:
            await play.press(key)
            await play.settle()
        return play.text + "\n"


@pytest.mark.parametrize("name", PICTURES)
async def test_golden(tmp_path, name):
    assert await picture(tmp_path, name) == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for each in PICTURES:
        with tempfile.TemporaryDirectory() as home:
            os.environ["DISTGAME_HOME"] = home
            text = asyncio.run(picture(Path(home), each))
        (GOLDENS / f"{each}.txt").write_text(text, encoding="utf-8")
