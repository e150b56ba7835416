"""What all commands share: exit codes, errors for people, and the kinds of their options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

PASSED, NOT_PASSED, BAD_INPUT, UNDECIDED = 0, 1, 2, 3
STOPPED = 130  # As shells report what ctrl-c has ended.
_WORST_FIRST = (BAD_INPUT, NOT_PASSED, UNDECIDED, PASSED)


class BadInput(click.ClickException):
    """What a person gave cannot be used; nothing was changed."""

    exit_code = BAD_INPUT


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turns the errors that are for people into one message and exit code 2."""
    from concurrent.futures import BrokenExecutor

    from distgame.engine.errors import PlayerError
    from distgame.game.campaign.levels import LevelError
    from distgame.game.play.files import FileError
    from distgame.game.running.executors import ExecutorError

    try:
        yield
    except (ExecutorError, FileError, LevelError, PlayerError) as error:
        raise BadInput(str(error)) from None
    except BrokenExecutor:
        raise BadInput("a process that ran seeds was ended from outside; run the command again") from None


def worst(codes: Sequence[int]) -> int:
    """The exit code for several files: 2, then 1, then 3, then 0."""
    return next(code for code in _WORST_FIRST if code in codes)


class Seeds(click.ParamType):
    """Seeds as "7" or "1-20"."""

    name = "A-B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """The seeds as a range."""
        found = re.fullmatch(r"([0-9]{1,18})(?:-([0-9]{1,18}))?", str(value))
        if found is None:
            self.fail(f"{value!r:.60} are no seeds: expected one number, or the first and last as in 1-20", param, ctx)
        seeds = range(int(found[1]), int(found[2] or found[1]) + 1)
        if not seeds:
            self.fail(f"{value!r} holds no seed: the first is greater than the last", param, ctx)
        if len(seeds) > 100_000:
            self.fail(f"{value!r} are {len(seeds):,} seeds; at most 100,000 at once", param, ctx)
        return seeds


class AtMost(click.ParamType):
    """How often something may go wrong, as "crashes=2"."""

    name = "WHAT=NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """The name and the number."""
        found = re.fullmatch(r"(lost|doubled|crashes|timeouts)=([0-9])", str(value))
        if found is None:
            expected = "one of lost, doubled, crashes, timeouts, and a number from 0 to 9, as in crashes=2"
            self.fail(f"{value!r:.60}: expected {expected}", param, ctx)
        return found[1], int(found[2])


FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path)
LEVELS = click.option("--levels", "folder", type=FOLDER, help="A folder of levels of your own.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


class Commands(click.Group):
    """The commands; ctrl-c ends each of them without a word."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise SystemExit(STOPPED) from None
