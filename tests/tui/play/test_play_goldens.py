"""The play screen as text, at both sizes.

Run as a program (with tests/tui on PYTHONPATH), it writes the goldens anew: look at them before they are committed.
"""

import asyncio
import tempfile
from pathlib import Path

import pytest
from play_stage import MAJORITY, level, stage

GOLDENS = Path(__file__).parent / "goldens"
PICTURES = {"wide": ((120, 36), "events"), "narrow": ((80, 24), "operations")}


async def picture(folder: Path, name: str) -> str:
    """The screen at tick 110 of the small level."""
    size, tab = PICTURES[name]
    async with stage(folder, MAJORITY, size, level(folder, loss=0.1)) as play:
        await play.press("space")
        play.screen.tabs.active = tab
        await play.settle()
        play.screen.travel.move(lambda head: head.seek(110))
        await play.pilot.pause()
        return play.text + "\n"


@pytest.mark.parametrize("name", PICTURES)
async def test_golden(tmp_path, name):
    assert await picture(tmp_path, name) == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for each in PICTURES:
        with tempfile.TemporaryDirectory() as home:
            text = asyncio.run(picture(Path(home), each))
        (GOLDENS / f"{each}.txt").write_text(text, encoding="utf-8")
