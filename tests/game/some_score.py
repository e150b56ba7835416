"""A score, for tests that need one."""

from distgame.game.scores.scoreboard import Score

SCORE = Score(
    level="08-lost-mail",
    player="ada",
    algorithm="register.py",
    code_digest="ab" * 32,
    stars=2,
    seeds_passed=20,
    messages_per_operation=12.5,
    wait_p99=91,
    availability=0.99,
    when="2025-01-31T12:00:00Z",
    reads_correct=400,
    reads_answered=401,
    engine_version=1,
    medals=(True, False, True),
)
