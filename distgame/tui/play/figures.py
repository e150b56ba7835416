"""The lines around the diagram: title and clock, verdict so far, the file, and the scored seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import localtime, strftime

from distgame.engine.errors import Problem
from distgame.game.campaign.levels import Level
from distgame.game.play.playback import Counts
from distgame.game.scores.scoring import Score, SeedScore
from distgame.tui.marks import Marks
from distgame.tui.numbers import counted

from .playhead import Playhead
from .recording import Recording
from .rows import RIGHT, UNANSWERED, WRONG, Row, keys, row


def title(level: Level, stars: str, seed: int) -> tuple[Row, ...]:
    """The left end of the top line, the longest wording first; a level without a number wins no stars."""
    name = f"{level.number:02d} {level.name}" if level.number else level.name
    stars = stars if level.number else ""
    other = f"  seed {seed}" if seed != level.seeds.shown else ""
    return (
        row((name, "name"), (f"  {stars}", "reply"), (other, "slow")),
        row((name, "name"), (other, "slow")),
        row((name, "name")),
    )


def clock(head: Playhead, counts: Counts) -> tuple[Row, ...]:
    """The right end of the top line, the longest wording first."""
    state = ("▶ RUN  ", "node-title") if head.running else ("‖ PAUSE", "reply")
    end = str(head.playback.duration)
    rows = []
    for gap in ("   ", "  "):
        now = (f"{gap}t={int(head.time):0{len(end)}d}/{end}", "name")
        figures = f"{gap}ops {counts.operations}{gap}open {counts.open}{gap}in flight {counts.in_flight:<2}"
        rows.append(row(state, f" {head.speed_text:<4}", now, figures))
    return (*rows, row(state, f" {head.speed_text:<4}", (f" t={int(head.time):0{len(end)}d}/{end}", "name")))


def verdict(recording: Recording, counts: Counts, event: int) -> tuple[Row, ...]:
    """What the reads so far say, the longest wording first."""
    right = (f"{RIGHT} {counted(counts.right, 'read')} correct", "node-title")
    wrong = (f"{WRONG} {counts.wrong} wrong", "lost" if counts.wrong else "client")
    unanswered = (f"{UNANSWERED} {counts.unanswered} unanswered", "reply" if counts.unanswered else "client")
    endings: list[Row] = []
    if recording.first_wrong is not None and recording.first_wrong.ended < event:
        first = recording.first_wrong
        where = f": client {first.client} at tick {first.end}"
        endings += [row((f"{where}, {first.reason}", "lost")), row((f"{where}, {recording.rule}", "lost"))]
        endings += [row((where, "lost")), row((f" (tick {first.end})", "lost"))]
    elif recording.run.trace.problem is not None and event >= len(recording.run.trace.events):
        problem = recording.run.trace.problem
        endings += [
            row((f"   {WRONG} stopped: {problem}", "lost")),
            row((f"   {WRONG} stopped at {', '.join(filter(None, (problem.place, problem.when)))}", "lost")),
            row((f"   {WRONG} stopped by an error", "lost")),
        ]
        return tuple(row(right, "   ", wrong, "   ", unanswered) + ending for ending in endings)
    longer = [row(right, "   ", wrong) + ending + row("   ", unanswered) for ending in [*endings, ()]]
    fewest = (f"{RIGHT} {counts.right} correct", right[1])
    tick = endings[-1] if endings else ()
    return (
        *longer,
        row(fewest, "  ", wrong) + tick + row("  ", unanswered),
        row(fewest, "  ", wrong, "  ", unanswered),
    )


def file_state(name: str, version: int, saved: float | None, state: str) -> tuple[Row, ...]:
    """The file, which version of it runs, when it was saved, and how it is; the longest wording first."""
    when = strftime("%H:%M", localtime(saved)) if saved is not None else "--:--"
    number = f"  v{version}" if version else ""
    role = "node" if state == "runs" else "reply"
    return (
        row((name, "name"), f"{number}  saved {when}", (f"  {state}", role)),
        row((name, "name"), number[1:], (f" {state}", role)),
        row((name, "name")),
    )


def seeds(wanted: Sequence[int], done: Mapping[int, SeedScore]) -> Row:
    """One sign for each scored seed, in order, and how many are done."""
    signs: list[tuple[str, str]] = []
    for seed in wanted:
        score = done.get(seed)
        signs.append(("·", "wire") if score is None else (RIGHT, "node") if score.passed else (WRONG, "lost"))
    return row("seeds ", *signs, f" {len(done)}/{len(wanted)}")


def trouble(problem: Problem, version: int) -> tuple[Row, ...]:
    """What is wrong with the file, the longest wording first."""
    goes_on = f" - version {version} goes on" if version else ""
    name = ", ".join(part for part in (problem.place.rpartition("/")[2], problem.when) if part)
    place = ", ".join(part for part in (problem.place, problem.when) if part) + ": " if name else ""
    verb = "stops" if problem.tick is not None else "does not load"
    short = f"{name}: " if name else ""
    wordings = (
        f"{place}{problem.message}{goes_on}",
        f"{short}{problem.message}{goes_on}",
        f"{short}{problem.message}",
        f"{short}{verb}, see the Code tab",
        f"{verb}, see the Code tab",
    )
    return tuple(row((f"{WRONG} {words}", "lost")) for words in wordings)


def verdict_of(score: Score, marks: Marks) -> tuple[Row, Row]:
    """What all scored seeds come to, at length and short."""
    if score.passed:
        words = (f"{RIGHT} passed, {marks.stars(score.stars)}", "node-title")
    else:
        failed = len(score.seeds) - score.seeds_passed
        why = f"{failed} of {len(score.seeds)} seeds failed" if failed else "a goal was missed"
        words = (f"{WRONG} {why}", "lost")
    return row(words) + keys("s shows the result"), row(words)
