"""A result as a row of the scoreboard."""

from __future__ import annotations

from datetime import UTC, datetime

from distgame.engine.program import Program
from distgame.engine.trace import ENGINE_VERSION
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import Seal
from distgame.game.scores.scoring import Score


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def row_of(score: Score, level: Level, player: str, algorithm: str, program: Program) -> Row:
    """The row for a score over all scored seeds of a level, made now."""
    return Row(
        level=score.level,
        player=player,
        algorithm=algorithm,
        code_digest=program.digest,
        stars=score.stars,
        seeds_passed=score.seeds_passed,
        messages_per_operation=score.messages_per_operation,
        wait_p99=score.operations.p99,
        availability=score.availability,
        when=_now(),
        reads_correct=sum(seed.correct for seed in score.seeds),
        reads_answered=sum(seed.answered_reads for seed in score.seeds),
        engine_version=score.engine_version,
        medals=score.medals,
        digest=score.digest,
        rules=level.rules_digest,
        code=program.main.text if not program.modules else None,
    )


def seal_of(level: Level, player: str, code_digest: str, runs: int) -> Seal:
    """The seal for so many runs in which the hunter found nothing, made now."""
    return Seal(level.id, player, code_digest, runs, ENGINE_VERSION, _now(), level.rules_digest)
