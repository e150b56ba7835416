"""Draws the pictures of the docs from the real app.

    python scripts/screenshots.py FOLDER

Every picture shows a run of an algorithm that comes with the game, stopped at a tick; so the pictures change only when
the game does. Needs Chromium, which turns the app's SVG into PNG.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from svg_to_png import convert
from textual.pilot import Pilot

from distgame.engine.trace import ENGINE_VERSION
from distgame.game.campaign.sandbox import Sandbox
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.scores.scoreboard import Score
from distgame.tui.app import DistGame
from distgame.tui.play.screen import PlayScreen
from distgame.tui.scores.screen import ScoresScreen

WIDE, NARROW = (120, 36), (80, 24)
SAVED = 1_767_268_800
Shot = Callable[[Pilot[None]], Awaitable[None]]


async def wait_for(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Waits until the app is so far."""
    for _ in range(600):
        await pilot.pause(0.05)
        if true():
            return
    raise SystemExit("screenshots: the app did not get there in 30 s")


def playing(*keys: str, scored: bool = True) -> Shot:
    """The play screen, stopped at tick 0, after some keys: `>` for the next fault or wrong read, `}` for the latter."""

    async def shot(pilot: Pilot[None]) -> None:
        def ready() -> bool:
            screen = pilot.app.screen
            return isinstance(screen, PlayScreen) and screen.recording is not None and bool(screen.score) == scored

        await wait_for(pilot, ready)
        names = {">": "greater_than_sign", "}": "right_curly_bracket", ".": "full_stop", "=": "equals_sign"}
        await pilot.press("space", "0", *(names.get(key, key) for key in keys))
        await pilot.pause(0.6)

    return shot


async def levels(pilot: Pilot[None]) -> None:
    """The levels of a player who has passed ten, and who looks at the next one."""
    game = pilot.app.game
    for level in game.levels[:10]:
        medals = (True, level.number % 3 != 1, True)
        stars, figures = (3 if all(medals) else 2), level.medals
        game.scoreboard.add(
            Score(
                level=level.id,
                player=game.player,
                algorithm="register.py",
                code_digest="0" * 64,
                stars=stars,
                seeds_passed=20,
                messages_per_operation=figures.messages,
                wait_p99=figures.wait,
                availability=figures.availability,
                when="2026-01-01T12:00:00Z",
                medals=medals,
            )
        )
    game.change_settings(last_level=game.levels[10].id)
    pilot.app.screen.refill()
    await wait_for(pilot, lambda: game.known_figures(game.levels[10]) is not None)
    await pilot.pause(0.6)


async def scores(pilot: Pilot[None]) -> None:
    """The scores of a level that three players have come better and better at."""
    game = pilot.app.game
    level = game.levels[8]
    for number in range(24):
        player = (game.player, "Ada", "Barbara")[number % 3]
        left = (23 - number) * (number % 5 + 2) // 5
        messages, wait, seeds = 14.9 + left**2 / 60 + number % 2, 76 + left + 4 * (number % 4), min(20, 10 + number)
        availability = 1 - max(0, left - 4) / 300
        medals = (messages <= level.medals.messages, wait <= level.medals.wait, availability == 1)
        stars = 0 if seeds < 20 else 2 + all(medals)
        when = f"2026-01-{number + 1:02}T12:00:00Z"
        game.scoreboard.add(
            Score(
                level=level.id,
                player=player,
                algorithm="register.py",
                code_digest=f"{(number + 1) * 0x9E3779B9 % 2**32:08x}" + "0" * 56,
                stars=stars,
                seeds_passed=seeds,
                messages_per_operation=messages,
                wait_p99=wait,
                availability=availability,
                when=when,
                reads_correct=1430 - 7 * (20 - seeds),
                reads_answered=1430,
                engine_version=ENGINE_VERSION,
                medals=medals if stars else (False, False, False),
            )
        )
    pilot.app.push_screen(ScoresScreen(level))
    await wait_for(pilot, lambda: game.known_figures(level) is not None)
    await pilot.press("v")
    await pilot.pause(0.6)


async def sandbox(pilot: Pilot[None]) -> None:
    """The sandbox, with the first two of five nodes cut off from the others."""
    await pilot.pause(0.5)
    path = Path.cwd() / "mwmr_abd.py"
    shutil.copy(algorithms_folder() / path.name, path)
    os.utime(path, (SAVED, SAVED))
    pilot.app.sandbox(path, Sandbox(nodes=5))
    await wait_for(pilot, lambda: getattr(pilot.app.screen, "recording", None) is not None)
    await pilot.press("space", "3", *["down"] * 9, "right", "right")
    await pilot.pause(0.8)
    pilot.app.screen.travel.go_to_tick(212)
    await pilot.pause(0.6)


# Name, size, level, algorithm, what is done before the picture.
PICTURES: tuple[tuple[str, tuple[int, int], str, str, Shot], ...] = (
    ("levels", WIDE, "", "", levels),
    ("sandbox", WIDE, "", "", sandbox),
    ("scores", WIDE, "", "", scores),
    ("play", WIDE, "7", "versioned_majority.py", playing("}")),
    ("operations", WIDE, "4", "write_all_read_local.py", playing("}", "v")),
    ("why", WIDE, "4", "write_all_read_local.py", playing("}", "w")),
    ("space_time", WIDE, "8", "resend.py", playing("3", "m")),
    ("what_if", WIDE, "7", "compare_then_store.py", playing("3", "x", "j")),
    ("changes", WIDE, "7", "compare_then_store.py", playing("3", "x", "V")),
    ("futures", WIDE, "7", "compare_then_store.py", playing("3", "x", "=")),
    ("node", WIDE, "8", "resend.py", playing("3", ".", ".", "v", "v")),
    ("code", WIDE, "8", "resend.py", playing("3", "v", "v", "v")),
    ("result", WIDE, "4", "write_all_read_local.py", playing("s")),
    ("majorities", WIDE, "9", "resend.py", playing(*"}}}")),
    ("memory", WIDE, "15", "broken/only_in_memory.py", playing(*">>>>>>")),
    ("agreement", WIDE, "18", "mwmr_abd.py", playing(*">>")),
    ("leaders", WIDE, "21", "broken/leader_local_reads.py", playing(*">>")),
    ("together", WIDE, "24", "night_watch.py", playing(*">" * 17, *"." * 12, "v")),
    ("narrow", NARROW, "8", "resend.py", playing("3")),
)


async def draw(folder: Path, name: str, size: tuple[int, int], level: str, algorithm: str, shot: Shot) -> None:
    """Draws one picture."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["DISTGAME_HOME"], os.environ["DISTGAME_PLAYER"] = home, "you"
        os.chdir(home)
        path = Path("register.py")
        game = Game()
        try:
            chosen = None
            if algorithm:
                shutil.copy(algorithms_folder() / algorithm, path)
                os.utime(path, (SAVED, SAVED))
                chosen = next(each for each in game.levels if str(each.number) == level)
            game.warm_up()
            app = DistGame(game, chosen, path if algorithm else None)
            async with app.run_test(size=size) as pilot:
                await shot(pilot)
                svg = Path(home) / "shot.svg"
                svg.write_text(app.export_screenshot(), encoding="utf-8")
            convert(svg, folder / f"{name}.png")
        finally:
            game.close()
            os.chdir(folder)
    print(folder / f"{name}.png")


def main() -> None:
    """Draws all pictures, or those that are named, into a folder."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python scripts/screenshots.py FOLDER [NAME ...]")
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        if len(sys.argv) > 2 and picture[0] not in sys.argv[2:]:
            continue
        asyncio.run(draw(folder, *picture))


if __name__ == "__main__":
    main()
