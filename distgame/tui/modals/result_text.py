"""What a result says, as text: verdict, shortest story, checks, seeds, medals, and what changed since the last best."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from distgame.game.campaign.levels import Level
from distgame.game.campaign.progress import STARS_OF_A_PASS
from distgame.game.scores.regression import LookBack
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import Seal
from distgame.game.scores.scoring import GoalCheck, Score
from distgame.game.scores.standing import Standing
from distgame.tui.marks import Marks
from distgame.tui.numbers import exact, share

GOOD, BAD, QUIET, GOLD = "$text-success", "$text-error", "$foreground-muted", "$text-accent"


def headline(score: Score, marks: Marks) -> Content:
    """Passed with its stars, or not passed with the seed and the tick of the first failure."""
    if score.passed:
        stars = marks.stars(score.stars) if score.scored else "practice: these seeds earn no stars"
        if score.forfeited:
            stars = "you have looked at the solution: no stars"
        return Content.assemble((f"{marks.passed} PASSED", f"bold {GOOD}"), "  ", (stars, GOLD))
    failure = score.first_failure
    place = f"  seed {failure.seed}, tick {failure.tick}" if failure else ""
    return Content.assemble((f"{marks.failed} NOT PASSED", f"bold {BAD}"), place)


def reason(score: Score) -> str:
    """Why it is not passed, in words."""
    failure = score.first_failure
    if failure is not None:
        return f"{failure.reason[:1].upper()}{failure.reason[1:]}."
    missed = next((goal for goal in score.goals if not goal.met), None)
    return f"Every read was right, but this level asks for {missed.words}: it was {measured(missed)}." if missed else ""


def checks(score: Score, level: Level, marks: Marks) -> Content:
    """Everything that a pass asks for, each with its sign and with what was measured."""
    wrong = sum(seed.wrong for seed in score.seeds)
    right = sum(seed.correct for seed in score.seeds)
    reads = sum(seed.answered_reads for seed in score.seeds)
    said: list[tuple[bool, str, str]] = [
        (wrong == 0, f"{level.judged} {level.model}", f"{right} of {reads} right"),
        *((goal.met, goal.words, measured(goal)) for goal in score.goals),
        (score.problem is None, "no error in your code", str(score.problem or "")),
    ]
    lines = [
        Content.assemble(
            (f"{marks.verdict(ok)} ", GOOD if ok else BAD),
            f"{words}{': ' if value else ''}",
            (value, "" if ok else f"bold {BAD}"),
        )
        for ok, words, value in said
    ]
    return Content("\n").join(lines)


def measured(goal: GoalCheck) -> str:
    """What a goal measured: shares in per cent, other figures as they are."""
    if goal.measured is None:
        return "nothing to measure"
    return share(goal.measured) if "%" in goal.words else f"{goal.measured:.4g}"


def seed_strip(score: Score, level: Level, marks: Marks) -> Content:
    """A sign for each scored seed, in fives, and how many there are of each."""
    run = {seed.seed: seed.passed for seed in score.seeds}
    seeds = list(level.scored_seeds) if score.scored else sorted({*level.scored_seeds, *run} if run else [])
    parts: list[tuple[str, str]] = []
    for place, seed in enumerate(seeds):
        gap = " " if place and place % 5 == 0 else ""
        sign, style = {True: (marks.passed, GOOD), False: (marks.failed, BAD)}.get(
            run.get(seed), (marks.not_run, QUIET)
        )
        parts.append((gap + sign, style))
    failed = [str(seed) for seed in seeds if run.get(seed) is False]
    count = f"  {score.seeds_passed} of {len(seeds)} passed"
    if failed:
        count += f"; not {', '.join(failed[:5])}{' ...' if len(failed) > 5 else ''}"
    if len(seeds) > len(run):
        count += f"; {len(seeds) - len(run)} not run"
    return Content.assemble(*parts, count)


def figures(score: Score, level: Level, before: Row | None, marks: Marks) -> Content:
    """Each figure: its value, whether that is better than in the best result before, and the medal for it."""
    limits = level.medals
    now = (-score.stars, -score.seeds_passed, score.messages_per_operation, score.operations.p99, -score.availability)
    asked = (
        f"<= {exact(limits.messages)}",
        f"<= {exact(limits.wait)}",
        f">= {share(limits.availability)}",
    )
    was: tuple[float | None, ...] = (None,) * len(now)
    if before is not None:
        answered = None if before.availability is None else -before.availability
        was = (-before.stars, -before.seeds_passed, before.messages_per_operation, before.wait_p99, answered)
    lines = []
    for place, (name, shown) in enumerate(_FIGURES):
        line = Content.assemble(f"{name:<10}", (f"{shown(now[place], marks):<8}", "bold"))
        alike = place < 2 or (before is not None and score.passed == (before.stars >= STARS_OF_A_PASS))
        line += _compared(now[place], was[place], lambda value, shown=shown: shown(value, marks), marks, alike)
        if place >= 2 and score.passed:
            won = score.medals[place - 2]
            sign = (f"{marks.medal} won    ", GOLD) if won else (f"{marks.no_medal} not yet", QUIET)
            line = line.pad_right(COMPARED - line.cell_length)
            line += Content.assemble(sign, (f"  asked {asked[place - 2]}", QUIET))
        lines.append(line)
    return Content("\n").join(lines)


COMPARED = 44
"""So many columns there are before the medals."""
_FIGURES: tuple[tuple[str, Callable[[float | None, Marks], str]], ...] = (
    ("stars", lambda value, marks: marks.stars(-int(value or 0))),
    ("seeds", lambda value, _: str(-int(value or 0))),
    ("messages", lambda value, _: exact(value)),
    ("p99 wait", lambda value, _: exact(value)),
    ("answered", lambda value, _: share(None if value is None else -value)),
)


def _compared(
    now: float | None, was: float | None, shown: Callable[[float | None], str], marks: Marks, alike: bool
) -> Content:
    """How a figure, of which less is better, has changed as far as people can see.

    Figures of a pass and of a failure are not `alike`: who does not do the work does it fast.
    """
    if was is None:
        return Content("")
    if now is None or shown(now) == shown(was):
        return Content.styled(f"{marks.same} as before" if now is not None else f"was {shown(was)}", QUIET)
    if not alike:
        return Content.styled(f"was {shown(was)}", QUIET)
    if now < was:
        return Content.assemble((f"{marks.up} better", GOOD), f", was {shown(was)}")
    return Content.assemble((f"{marks.down} worse", BAD), f", was {shown(was)}")


def seal(found: Seal | None, code_digest: str, runs: int, marks: Marks) -> Content:
    """Whether the hunter has found nothing in this file, and how to have it look: a seal takes `runs` runs."""
    asked = (f"   asked: nothing found in {runs} runs; H lets the hunter look", QUIET)
    if found is None:
        return Content.assemble((f"{marks.no_medal} not yet", QUIET), asked)
    won = (f"{marks.seal} won", GOLD)
    nothing = f"  the hunter found nothing in {found.runs} runs"
    if found.code_digest == code_digest:
        return Content.assemble(won, nothing)
    return Content.assemble(won, nothing, " of an earlier version; H lets it hunt this one")


def before(found: LookBack | None, marks: Marks) -> Content:
    """What the levels that this file passed before say of the new version: those that broke again, with the reason."""
    if found is None:
        return Content()
    lines = [Content.assemble((f"{marks.failed} ", BAD), str(relapse)) for relapse in found.relapses]
    if lines:
        kept = found.tried - len(lines)
        lines.append(Content.styled(f"{kept} of {found.tried} still pass", QUIET))
    elif found.tried:
        said = "the level that this file passed still passes" if found.tried == 1 else f"all {found.tried} still pass"
        lines.append(Content.assemble((f"{marks.passed} ", GOOD), said))
    if found.given_up:
        numbers = ", ".join(f"{level.number:02}" for level in found.given_up)
        lines.append(Content.styled(f"given up for a later level: {numbers}", QUIET))
    return Content("\n").join(lines)


def rank_told(standing: Standing | None) -> str:
    """Where the result stands among those of all players, and of this one."""
    if standing is None:
        return "This result is not kept."
    first = standing.best_before is None
    place = "best" if standing.own == 1 else _nth(standing.own)
    own = "your first result" if first else f"the {place} of your {standing.results} results"
    if standing.players == 1:
        return f"{own[0].upper()}{own[1:]} on this level."
    moved = standing.place_before not in (None, standing.place)
    before = f" ({_nth(standing.place_before or 0)} before)" if moved else ""
    return f"{_nth(standing.place)} of {standing.players} players on this level{before}; {own}."


def _nth(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
