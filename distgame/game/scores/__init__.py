"""Judging, scoring and grading runs, whether a score is honest, and the scoreboard."""
