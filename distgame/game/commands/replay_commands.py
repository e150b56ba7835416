"""What `distgame replay` and `distgame verify` do: a run, or all runs of a score, made again and compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from distgame.engine.program import Program, Source
from distgame.engine.wording import printable
from distgame.game.adversary.hunting import WorldRunner
from distgame.game.adversary.proofs import proof_of, verify_score
from distgame.game.adversary.replays import Replay, check_replay, damage_told, differences, read_record, replay_of
from distgame.game.campaign.levels import Level, find_level
from distgame.game.commands.hunt_commands import print_steps
from distgame.game.pictures.story_picture import story_svg, write_picture
from distgame.game.play.files import FileError
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool
from distgame.game.scores.judging import namer
from distgame.game.scores.scoreboard import Score
from distgame.hunt.story import story
from distgame.hunt.trial import Trial

SAME, DIFFERENT = 0, 1


def replay_file(path: Path, player: Path | None, folder: Path | None, as_json: bool, svg: Path | None = None) -> int:
    """Plays a replay again and says whether it was the same run; 0 if it was. Raises FileError and LevelError."""
    record = read_record(path)
    with damage_told(path):
        replay = replay_of(record)
    level, program, trial, unlike = _again(replay, path, player, folder)
    steps = story(trial, namer(len(level.world.clients)))
    if svg is not None:
        write_picture(story_svg(trial, steps, level), svg)
    if as_json:
        reason = trial.wrong.reason if trial.wrong else None
        print(json.dumps(_object(path, level, unlike) | {"reason": reason}))
        return DIFFERENT if unlike else SAME
    console = Console(highlight=False, soft_wrap=True)
    verdict = "[bold red]✗ wrong[/]" if trial.wrong else "[bold green]✓ right[/]"
    console.print(f"{verdict}  ", end="")
    console.print(f"{program.main.path} on {level.number} {level.name}, seed {replay.schedule.seed}", markup=False)
    if trial.wrong:
        console.print(f"  {trial.wrong.reason}", markup=False)
    print_steps(console, steps)
    same = f"the same run as in the file, to the last message (trace {replay.digest[:12]})"
    return _print_unlike(console, unlike, same)


def verify_file(path: Path, player: Path | None, folder: Path | None, as_json: bool) -> int:
    """Makes again what a replay, or the proof of a score, tells of; 0 if all is as it says.

    Raises FileError, LevelError, and PlayerError where the program does not load.
    """
    record = read_record(path)
    with damage_told(path):
        told = proof_of(record) if record.get("kind") == "score" else replay_of(record)
    if isinstance(told, Replay):
        level, program, trial, unlike = _again(told, path, player, folder)
        what = f"a run of seed {told.schedule.seed}, {'wrong' if trial.wrong else 'right'}"
    else:
        level, program, unlike = _score_again(told, path, player, folder)
        what = f"{told.stars} stars, {told.seeds_passed} seeds passed, by {printable(told.player)}"
    if as_json:
        print(json.dumps(_object(path, level, unlike)))
        return DIFFERENT if unlike else SAME
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold red]✗ not as told[/]  " if unlike else "[bold green]✓ verified[/]  ", end="")
    console.print(f"{program.main.path} on {level.number} {level.name}: {what}", markup=False)
    return _print_unlike(console, unlike, "made again here, everything came out the same")


def _again(
    replay: Replay, path: Path, player: Path | None, folder: Path | None
) -> tuple[Level, Program, Trial, list[str]]:
    """Makes the run of a replay again: it, and what is not as the file says."""
    level = find_level(replay.level, folder)
    check_replay(replay, level)
    program = _program(path, replay.code, player)
    from distgame.game.running.workers import WorkerNodes

    with WorkerNodes() as nodes:
        nodes.load(program)
        trial = WorldRunner(lambda: nodes, level.world, level.model).watched(replay.schedule)
    return level, program, trial, differences(replay, level, program, trial.trace.digest)


def _score_again(
    claimed: Score, path: Path, player: Path | None, folder: Path | None
) -> tuple[Level, Program, list[str]]:
    level = find_level(claimed.level, folder)
    program = _program(path, claimed.code, player)
    pool = open_pool()
    try:
        return level, program, verify_score(claimed, level, program, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _program(path: Path, code: str | None, player: Path | None) -> Program:
    if player is not None:
        return read_program(player)
    if code is None:
        raise FileError(f"{path}: holds no code; name the player's file too, behind {path}")
    digest = hashlib.sha256(code.encode()).hexdigest()
    return Program(Source("__main__", f"{path.name}:code", code), (), digest)


def _object(path: Path, level: Level, unlike: list[str]) -> dict[str, Any]:
    return {"file": str(path), "level": level.id, "same": not unlike, "differs": unlike}


def _print_unlike(console: Console, unlike: list[str], same: str) -> int:
    if not unlike:
        console.print(f"  {same}", markup=False)
        return SAME
    console.print("  not what the file tells of; what differs is")
    for each in unlike:
        console.print(f"    {each}", markup=False)
    return DIFFERENT
