"""Keeps a run that was looked at as a replay file."""

from __future__ import annotations

import re
from pathlib import Path

from distgame.engine.program import Program
from distgame.game.adversary.replays import Replay, write_replay
from distgame.game.play.places import home
from distgame.game.running.runs import Run
from distgame.hunt.trial import Schedule


def keep_run(run: Run, program: Program, player_file: Path) -> Path:
    """Writes the replay of a run, with the code where it is a single file, and says where. Raises FileError."""
    trace = run.trace
    name = re.sub(r"[^\w.-]", "_", player_file.stem)[:60]
    path = home() / "replays" / f"{name}-{run.level.id}-{trace.digest[:8]}.json"
    reason = run.score.failure.reason if run.score.failure else None
    schedule = Schedule(trace.seed, trace.interventions)
    write_replay(Replay.of(run.level, program, schedule, trace.digest, reason, True), path)
    return path
