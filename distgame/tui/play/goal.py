"""The Goal tab: the level's story, what it asks for, and how far the scored seeds have met it."""

from __future__ import annotations

from collections.abc import Sequence

from distgame.game.campaign.levels import Level
from distgame.game.scores.scoring import GoalCheck, Score, total

from .page import Page
from .rows import RIGHT, UNANSWERED, WRONG, Row, prose, row


def goal_rows(level: Level, score: Score | None, hints: int, width: int) -> list[Row]:
    """The rows of the tab; `hints` is how many hints the player has asked for."""
    rows = prose(level.story, width)
    rows += [row(""), row(("new here", "name")), *prose(level.new, width, indent=" ", lead=" ")]
    rows += [row(""), row(("goal", "name")), *prose(level.goal, width, indent=" ", lead=" ")]
    rows += [row(""), row((f"to pass ({len(level.scored_seeds)} scored seeds)", "name"))]
    rows += _check(f"{level.judged} {level.model}", _reads(score), width)
    for check in score.goals if score else total(level, ()).goals:
        rows += _check(check.words, (check.met, _figure(check)) if score else None, width)
    medals, won = level.medals, score.medals if score else (False, False, False)
    rows += [row(""), row(("medals", "name"))]
    for words, has in zip(
        (
            f"at most {medals.messages:g} messages an operation",
            f"99 of 100 waits at most {medals.wait} ticks",
            f"at least {medals.availability:.1%} answered",
        ),
        won,
        strict=True,
    ):
        rows += _check(words, (has, "") if score else None, width)
    if hints:
        rows += [row(""), row(("hints", "name"))]
        for number, hint in enumerate(level.hints[:hints], 1):
            rows += prose(hint, width, lead=f" {number} ", indent="   ")
    return rows


def _reads(score: Score | None) -> tuple[bool, str] | None:
    if score is None:
        return None
    wrong = sum(seed.wrong for seed in score.seeds)
    return wrong == 0, f"{wrong} wrong"


def _figure(check: GoalCheck) -> str:
    if check.measured is None:
        return "nothing answered"
    return f"{check.measured:.1%}" if "%" in check.words else f"{check.measured:g}"


def _check(words: str, result: tuple[bool, str] | None, width: int) -> list[Row]:
    if result is None:
        return prose(words, width, "text", f" {UNANSWERED} ", "   ")
    met, figure = result
    return prose(
        f"{words}{f': {figure}' if figure else ''}",
        width,
        "node" if met else "lost",
        f" {RIGHT if met else WRONG} ",
        "   ",
    )


class GoalPage(Page):
    """What the level is about."""

    HELP = "The level: its story, what is new, and what it takes to pass it."

    def __init__(self, level: Level, id: str | None = None) -> None:
        super().__init__(id=id)
        self._level = level
        self._score: Score | None = None
        self._hints = 0

    def show(self, score: Score | None, hints: int) -> None:
        """Shows the figures of a score, and the hints that were asked for."""
        self._score, self._hints = score, hints
        self.rebuild()

    def rows(self, width: int) -> Sequence[Row]:
        return goal_rows(self._level, self._score, self._hints, width)
