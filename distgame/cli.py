"""The commands. A screen's code is imported only when a screen is opened, so that `run` and `check` start quickly."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from distgame import __version__
from distgame.cli_common import (
    BAD_INPUT,
    FILE,
    FOLDER,
    JSON,
    LEVELS,
    STOPPED,
    AtMost,
    BadInput,
    Commands,
    Seeds,
    clear_errors,
    worst,
)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="distgame")
@click.pass_context
def main(context: click.Context) -> None:
    """Write one Node, break the network around it, and see whether every read was right.

    Without a command the game opens.
    """
    if context.invoked_subcommand is None:
        open_game(None, None, None, None)


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--level", "level_id", help="The level's id, number or name.")
@click.option("--seed", type=click.IntRange(min=0), help="The seed to show first (practice).")
@LEVELS
@click.option("--ascii", is_flag=True, help="Draw with plain characters only.")
def play(file: Path | None, level_id: str | None, seed: int | None, folder: Path | None, ascii: bool) -> None:
    """Play: watch FILE, run it at every save, and see the verdict."""
    open_game(file, level_id, seed, folder, ascii)


@main.command()
@click.option("--level", "level_id", help="The level's id, number or name; the first one without it.")
@LEVELS
@click.option("--ascii", is_flag=True, help="Draw with plain characters only.")
def demo(level_id: str | None, folder: Path | None, ascii: bool) -> None:
    """Watch a level as its reference plays it. No file of yours is touched, and nothing is scored."""
    open_game(None, level_id, None, folder, ascii, first="demo")


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--ascii", is_flag=True, help="Draw with plain characters only.")
def sandbox(file: Path | None, ascii: bool) -> None:
    """Free play: a world of your own that is turned by hand while it runs. Nothing is scored.

    Without FILE it is your last file, or else an algorithm of the game.
    """
    open_game(file, None, None, None, ascii, first="sandbox")


def open_game(
    file: Path | None,
    level_id: str | None,
    seed: int | None,
    folder: Path | None,
    ascii: bool = False,
    first: Literal["levels", "demo", "sandbox"] = "levels",
) -> None:
    """Opens the screens. Needs a terminal."""
    from distgame.game.campaign.levels import find_level
    from distgame.game.play.game import Game
    from distgame.game.play.player_file import read_player_file

    with clear_errors():
        level = find_level(level_id, folder) if level_id is not None else None
        if file is not None:
            read_player_file(file)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise BadInput("the game needs a terminal; `distgame run FILE --level ID` works without one")
        game = Game(folder)
    try:
        if file is not None and level is None and first == "levels":
            level = next((each for each in game.levels if each.id == game.settings.last_level), game.levels[0])
        if first == "demo" and level is None:
            level = game.levels[0]
        game.warm_up()
        from distgame.engine.collector import smooth_screen
        from distgame.tui.app import DistGame

        app = DistGame(game, level, file, ascii=ascii, seed=seed, first=first)
        with smooth_screen():
            app.run()
    finally:
        game.close()


@main.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--level", "level_id", required=True, help="The level's id, number or name.")
@click.option("--seeds", type=Seeds(), help="Practice seeds, such as 1-20; the level's scored seeds without it.")
@click.option("--executor", "address", metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")
@click.option("--plain", is_flag=True, help="Tell the run of the first seed event by event, in plain lines.")
@LEVELS
@JSON
def run(
    files: tuple[Path, ...],
    level_id: str,
    seeds: range | None,
    address: str | None,
    plain: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Run FILES on a level and say whether every read was right.

    Only the level's own scored seeds earn a place on the scoreboard.
    """
    from distgame.game.campaign.levels import find_level
    from distgame.game.commands.run_commands import run_files

    try:
        with clear_errors():
            level = find_level(level_id, folder)
            if plain:
                from distgame.tui.play.plain import tell_file

                code = worst(
                    [tell_file(file, level, level.seeds.shown if seeds is None else seeds[0]) for file in files]
                )
            else:
                code = worst(run_files(files, level, seeds, as_json, address))
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        code = STOPPED
    raise SystemExit(code)


@main.command()
@LEVELS
@JSON
def levels(folder: Path | None, as_json: bool) -> None:
    """List the levels, with your best results."""
    from distgame.game.commands.run_commands import show_levels

    with clear_errors():
        show_levels(folder, as_json)


@main.command()
@click.option("--level", "level_id", help="The level's id, number or name.")
@click.option("--export", "export", type=FOLDER, help="Write each score as a file that `distgame verify` reads.")
@LEVELS
@JSON
def scoreboard(level_id: str | None, export: Path | None, folder: Path | None, as_json: bool) -> None:
    """Show the scores of all who played here."""
    from distgame.game.campaign.levels import find_level
    from distgame.game.commands.run_commands import show_scoreboard

    with clear_errors():
        show_scoreboard(find_level(level_id, folder).id if level_id is not None else None, as_json, export)


@main.command()
@click.argument("file", type=FILE)
@click.option("--level", "level_id", help="The level's id, number or name.")
@LEVELS
def new(file: Path, level_id: str | None, folder: Path | None) -> None:
    """Write a starter FILE; a file that is there already stays as it is."""
    from distgame.game.campaign.levels import find_level
    from distgame.game.play.player_file import starter, write_new

    with clear_errors():
        write_new(file, starter(find_level(level_id, folder).name) if level_id is not None else starter())
    click.echo(f"{file} is ready: edit it, and play with `distgame play {file}`")


def _json_value(context: click.Context, parameter: click.Parameter, value: str) -> int | str | None:
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = ...
    if parsed is not None and type(parsed) not in (int, str):
        raise click.BadParameter(f"{value!r} is no register's value: expected a whole number, a text or null as JSON")
    return parsed  # type: ignore[no-any-return]


@main.command()
@click.argument("histories", nargs=-1, required=True)
@click.option("--model", default="linearizable", show_default=True, help='The consistency model, or "strongest".')
@click.option("--initial", default="null", callback=_json_value, help="The register's first value, as JSON.")
@click.option(
    "--failed-cas",
    type=click.Choice(["mismatch", "no-effect"]),
    default="mismatch",
    show_default=True,
    help="A failed compare-and-set found another value, or merely did not happen.",
)
@click.option(
    "--null-read",
    type=click.Choice(["initial", "any"]),
    default="initial",
    show_default=True,
    help="A read of null found the register empty, or says nothing.",
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=2_000_000,
    show_default=True,
    help="After how many steps a search ends undecided.",
)
@click.option("--order", is_flag=True, help="Show an order that explains every answer.")
@click.option("--explain", is_flag=True, help="Draw the operations that prove a violation.")
@click.option("--all", "whole", is_flag=True, help="Draw the whole history.")
@JSON
def check(histories: tuple[str, ...], **asked: Any) -> None:
    """Judge HISTORIES, files of JSON lines or Jepsen's EDN (- is standard input).

    \b
    The models, and "strongest", which finds those that hold:
      strict-serializable, linearizable, sequential, causal, regular,
      safe, writes-follow-reads, monotonic-reads, monotonic-writes,
      read-your-writes, eventual
    """
    from distgame.game.commands.checking import Question, check_histories

    with clear_errors():
        code = worst(check_histories(histories, Question(**asked)))
    raise SystemExit(code)


@main.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--level", "level_id", default="all", show_default=True, help="A level's id, number or name, or all.")
@click.option("--junit", "junit_file", type=FILE, help="Write the grades as a JUnit file too.")
@click.option("--trust", is_flag=True, help="Grade where this system lacks the walls, with your own rights.")
@click.option("--executor", "address", metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")
@LEVELS
@JSON
def grade(
    files: tuple[Path, ...],
    level_id: str,
    junit_file: Path | None,
    trust: bool,
    address: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Grade FILES of people you do not know, side by side, and report every one of them.

    Each node runs in a process of its own that can open no file, reach no network and start nothing (Linux: Landlock
    and seccomp). Endless loops, floods and cheats are that file's error and nobody else's. Each scored run is made
    twice, and must come out the same. No score is stored.

    Exit code 0 if all passed, 1 if one did not, 2 if one is broken.
    """
    from distgame.game.campaign.levels import all_levels, find_level
    from distgame.game.commands.grade_commands import grade_files

    with clear_errors():
        levels = all_levels(folder) if level_id == "all" else [find_level(level_id, folder)]
        code = worst(grade_files(files, levels, as_json, junit_file, trust, address))
    raise SystemExit(code)


@main.command()
@click.argument("file", type=FILE)
@click.option("--level", "level_id", required=True, help="The level's id, number or name.")
@click.option("--budget", type=click.FloatRange(min=0.1, max=86_400), help="Seconds to hunt (30 without --runs).")
@click.option("--runs", type=click.IntRange(1, 10_000_000), help="Runs to make: the same answer on every machine.")
@click.option("--out", type=FILE, help="Where to write the replay of what is found.")
@click.option("--exhaustive", is_flag=True, help="Look at every schedule of a few operations on three nodes instead.")
@click.option("--operations", type=click.IntRange(2, 6), default=3, show_default=True, help="With --exhaustive.")
@click.option("--states", type=click.IntRange(min=1), default=60_000, show_default=True, help="With --exhaustive.")
@click.option(
    "--at-most",
    "at_most",
    type=AtMost(),
    multiple=True,
    metavar="WHAT=NUMBER",
    help="With --exhaustive, how often what goes wrong: lost, doubled (signals), crashes, timeouts.",
)
@click.option("--svg", type=FILE, help="Draw the story of what is found as a picture.")
@click.option("--with-code", is_flag=True, help="Put FILE into the replay, so that it plays without it.")
@LEVELS
@JSON
def hunt(
    file: Path,
    level_id: str,
    budget: float | None,
    runs: int | None,
    out: Path | None,
    exhaustive: bool,
    operations: int,
    states: int,
    at_most: tuple[tuple[str, int], ...],
    svg: Path | None,
    with_code: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Hunt for the schedule that breaks FILE on a level, within the level's own rules, and tell its shortest story.

    With --exhaustive nothing is left to chance: of all that can happen in tiny worlds, with up to so many operations
    and with what goes wrong on the level once each, nothing breaks FILE, or the shortest that does is shown.

    Exit code 1 if one was found, 0 if none was.
    """
    from distgame.game.campaign.levels import find_level
    from distgame.game.commands.hunt_commands import Asked, hunt_file

    seconds = 30.0 if budget is None and runs is None else budget
    with clear_errors():
        if exhaustive:
            from distgame.game.commands.exhaust_commands import exhaust_file

            level = find_level(level_id, folder)
            raise SystemExit(exhaust_file(file, level, operations, states, dict(at_most), svg, as_json))
        asked = Asked(seconds, runs, out, svg, with_code)
        code = hunt_file(file, find_level(level_id, folder), asked, as_json)
    raise SystemExit(code)


@main.command()
@click.argument("replay", type=FILE)
@click.argument("file", type=FILE, required=False)
@click.option("--svg", type=FILE, help="Draw the story as a picture.")
@LEVELS
@JSON
def replay(replay: Path, file: Path | None, svg: Path | None, folder: Path | None, as_json: bool) -> None:
    """Play a REPLAY file again, with the code of FILE or the code it holds, and say whether it is the same run."""
    from distgame.game.commands.replay_commands import replay_file

    with clear_errors():
        code = replay_file(replay, file, folder, as_json, svg)
    raise SystemExit(code)


@main.command()
@click.argument("proof", type=FILE)
@click.argument("file", type=FILE, required=False)
@LEVELS
@JSON
def verify(proof: Path, file: Path | None, folder: Path | None, as_json: bool) -> None:
    """Make again what PROOF tells of, a replay or a score (see `scoreboard --export`), and say what differs.

    It is made with the code that PROOF holds, or with that of FILE. Exit code 0 if all is as told, 1 if not.
    """
    from distgame.game.commands.replay_commands import verify_file

    with clear_errors():
        code = verify_file(proof, file, folder, as_json)
    raise SystemExit(code)


@main.group()
def level() -> None:
    """Make levels of your own."""


@level.command("new")
@click.argument("file", type=FILE)
def level_new(file: Path) -> None:
    """Write a level FILE (NN-name.toml) to begin with: every field, with what it means and an example.

    It can be checked and played as it is: distgame play --levels FOLDER.
    """
    from distgame.game.commands.level_commands import new_level

    with clear_errors():
        new_level(file)
    click.echo(f"{file} is ready: edit it, and try it with `distgame level check {file}`")


@level.command("check")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--seeds", type=Seeds(), help="Other seeds than the level's scored ones, such as 201-300.")
@JSON
def level_check(files: tuple[Path, ...], seeds: range | None, as_json: bool) -> None:
    """Try level FILES: can they be solved, with room to spare, and do they bite?

    The reference must pass, use no more than 85% of what each goal allows, and earn every medal. Each code that must
    fail has to be caught in half of the seeds or miss a goal by 15%, and nothing may be won by doing nothing.
    Algorithms lie beside the level, or come with the game.

    Exit code 0 if all are sound, 1 if one is not, 2 if one cannot be read.
    """
    from distgame.game.commands.level_commands import check_files

    with clear_errors():
        code = worst(check_files(files, seeds, as_json))
    raise SystemExit(code)


def _is_asked_by_a_person() -> bool:
    return sys.stdin.isatty()


@main.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Begin anew: your stars, scores and settings are put aside, into a folder that keeps them.

    Your own files are not touched.
    """
    from distgame.game.play.reset import reset as put_aside
    from distgame.game.play.reset import what_is_saved

    with clear_errors():
        files = what_is_saved()
        if not files:
            click.echo("there is nothing to reset")
            return
        if not yes:
            if not _is_asked_by_a_person():
                raise BadInput("nothing was reset: `distgame reset --yes` does it without asking")
            names = ", ".join(file.name for file in files if "-" not in file.name)
            if not click.confirm(f"Put aside {names} in {files[0].parent}, and begin anew?"):
                click.echo("nothing was reset")
                return
        folder = put_aside()
    click.echo(f"begun anew; what there was is kept in {folder}: move it back to have it again")


def entry(call: Callable[[], None] = main) -> None:
    """The program. A reader that goes away, as in `distgame levels | head`, is no error; a full disk is bad input."""
    _prepare_streams()
    try:
        try:
            call()
        finally:
            sys.stdout.flush()
    except OSError as error:
        # What is still to be written would be tried, and fail, once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError):
            click.echo(f"Error: {error.strerror or error}", err=True)
            raise SystemExit(BAD_INPUT) from None


def _prepare_streams() -> None:
    """Stands in for streams that the caller has closed; what a stream's encoding lacks is written as "?"."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    entry()
