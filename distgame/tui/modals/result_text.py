"""What a result says, as text: verdict, shortest story, checks, seeds, medals, and what changed since the last best."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.content import Content

from distgame.checker import Kind
from distgame.checker.history import Operation, by_invocation
from distgame.checker.lanes import lanes
from distgame.game.campaign.levels import Level
from distgame.game.scores.judging import is_answered, namer
from distgame.game.scores.regression import LookBack
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import Seal
from distgame.game.scores.scoring import Failure, GoalCheck, Score
from distgame.tui.levels.card import share
from distgame.tui.marks import Marks

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


def story(failure: Failure, level: Level, marks: Marks) -> Content:
    """The operations that prove the failure, a lane each, with their ticks; the wrong read is marked."""
    ordered = sorted(failure.operations, key=by_invocation)
    drawn = lanes(ordered, namer(len(level.world.clients)))
    width = max(map(len, drawn), default=0)
    lines = []
    for line, operation in zip(drawn, ordered, strict=True):
        wrong = operation.kind is not Kind.WRITE and operation.completed_at == failure.tick
        sign = (f" {marks.failed}", f"bold {BAD}") if wrong else "  "
        lines.append(
            Content.assemble((f"{line:<{width}}", "bold" if wrong else ""), sign, (f" {_ticks(operation)}", QUIET))
        )
    return Content("\n").join(lines)


def _ticks(operation: Operation) -> str:
    return f"{operation.invoked_at} .. {operation.completed_at if is_answered(operation) else '?'}"


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
        count += f"; not {', '.join(failed[:6])}{' ...' if len(failed) > 6 else ''}"
    if len(seeds) > len(run):
        count += f"; {len(seeds) - len(run)} not run"
    return Content.assemble(*parts, count)


def medals(score: Score, level: Level, before: Row | None, marks: Marks) -> Content:
    """The three medals: each with its value, its limit, whether it is won, and the value of the best before."""
    limits = level.medals
    rows = (
        ("messages", _number(score.messages_per_operation), f"{limits.messages:g} an op or fewer"),
        ("p99 wait", _number(score.operations.p99), f"{limits.wait} ticks or less"),
        ("answered", share(score.availability), f"{share(limits.availability)} or more"),
    )
    old = ("", "", "")
    if before is not None:
        old = (_number(before.messages_per_operation), _number(before.wait_p99), share(before.availability))
    lines = []
    for (name, value, limit), won, was in zip(rows, score.medals, old, strict=True):
        sign = (f"{marks.medal} won    ", GOLD) if won else (f"{marks.no_medal} not yet", QUIET)
        lines.append(
            Content.assemble(
                sign,
                f"  {name}  {value:>6}",
                (f"   asked {limit:<22}", QUIET),
                f"before {was}" if was else "",
            )
        )
    return Content("\n").join(lines)


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


def changes(score: Score, before: Row | None) -> str:
    """What is different from the player's best result before, in one line."""
    if before is None:
        return "Your first result on this level."
    said = list(_differences(score, before))
    return f"Against your best before: {', '.join(said)}." if said else "The same as your best before."


def _differences(score: Score, before: Row) -> Iterator[str]:
    if score.stars != before.stars:
        yield f"{score.stars} stars instead of {before.stars}"
    if score.seeds_passed != before.seeds_passed:
        yield f"{score.seeds_passed} seeds passed instead of {before.seeds_passed}"
    messages, wait, answered = score.messages_per_operation, score.operations.p99, score.availability
    if _differ(messages, before.messages_per_operation, _number):
        yield f"{'fewer' if messages < before.messages_per_operation else 'more'} messages"
    if _differ(wait, before.wait_p99, _number):
        yield f"a {'shorter' if wait < before.wait_p99 else 'longer'} wait"
    if _differ(answered, before.availability, share):
        yield f"{'more' if answered > before.availability else 'fewer'} operations answered"


def _differ(now: float | None, was: float | None, shown: Callable[[float | None], str]) -> bool:
    """Whether there is a difference that people can see."""
    return now is not None and was is not None and shown(now) != shown(was)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}".removesuffix(".00")
