"""Results as plain data for tools: the objects that `--json` prints, stable in names and meaning."""

from __future__ import annotations

from typing import Any

from distgame.checker.report import operation_record
from distgame.engine.errors import Problem
from distgame.engine.trace import ENGINE_VERSION
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import Seal
from distgame.game.scores.scoring import Failure, Score, Waits

SEAL_FIELDS = ("runs", "code_digest", "engine_version", "when")


def run_object(level: Level, algorithm: str, digest: str | None, seeds: range, score: Score) -> dict[str, Any]:
    """What `run --json` prints for a file that loads. Waits are in ticks, shares of 1; null where nothing answered."""
    correct = sum(seed.correct for seed in score.seeds)
    wrong = sum(seed.wrong for seed in score.seeds)
    return {
        "level": level.id,
        "algorithm": algorithm,
        "code_digest": digest,
        "digest": score.digest,
        "seeds": [seeds[0], seeds[-1]],
        "passed": score.passed,
        "reads": {
            "answered": sum(seed.answered_reads for seed in score.seeds),
            "correct": correct,
            "wrong": wrong,
            "unanswered": sum(seed.unanswered_reads for seed in score.seeds),
        },
        "writes": {
            "answered": sum(seed.answered_writes for seed in score.seeds),
            "unanswered": sum(seed.unanswered_writes for seed in score.seeds),
        },
        "availability": score.availability if any(seed.answered for seed in score.seeds) else None,
        "messages_per_operation": score.messages_per_operation,
        "latency": {"read": _waits(score.reads), "write": _waits(score.writes)},
        "stars": score.stars,
        "medals": dict(zip(("messages", "wait", "availability"), score.medals, strict=True)),
        "seeds_passed": score.seeds_passed,
        "first_failure": _failure(score.first_failure),
        "error": problem_object(score.problem),
        "engine_version": ENGINE_VERSION,
        "phases": [phase.as_json() for phase in score.phases],
    }


def broken_object(level: Level, algorithm: str, digest: str | None, seeds: range, problem: Problem) -> dict[str, Any]:
    """The same for a file that does not load: nothing was run."""
    nothing = {"p50": None, "p95": None, "p99": None}
    return {
        "level": level.id,
        "algorithm": algorithm,
        "code_digest": digest,
        "digest": None,
        "seeds": [seeds[0], seeds[-1]],
        "passed": False,
        "reads": {"answered": 0, "correct": 0, "wrong": 0, "unanswered": 0},
        "writes": {"answered": 0, "unanswered": 0},
        "availability": None,
        "messages_per_operation": None,
        "latency": {"read": nothing, "write": nothing},
        "stars": 0,
        "medals": {"messages": False, "wait": False, "availability": False},
        "seeds_passed": 0,
        "first_failure": None,
        "error": problem_object(problem),
        "engine_version": ENGINE_VERSION,
        "phases": [],
    }


def problem_object(problem: Problem | None) -> dict[str, Any] | None:
    """An error in the player's code."""
    if problem is None:
        return None
    return {
        "kind": problem.kind,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "node": problem.node,
        "tick": problem.tick,
    }


def level_object(level: Level, best: Row | None, seal: Seal | None) -> dict[str, Any]:
    """One level of `levels --json`, with the player's best result and seal."""
    return {
        "id": level.id,
        "number": level.number,
        "name": level.name,
        "act": level.act,
        "teaches": level.teaches,
        "nodes": level.world.nodes,
        "clients": len(level.world.clients),
        "goal": level.goal,
        "reference": level.reference,
        "broken": list(level.broken),
        "best": best.as_json() if best else None,
        "seal": {name: getattr(seal, name) for name in SEAL_FIELDS} if seal else None,
    }


def _waits(waits: Waits) -> dict[str, int | None]:
    return {"p50": waits.p50, "p95": waits.p95, "p99": waits.p99}


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "seed": failure.seed,
        "tick": failure.tick,
        "reason": failure.reason,
        "operations": [operation_record(operation) for operation in failure.operations],
    }
