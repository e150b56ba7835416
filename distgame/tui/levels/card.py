"""What a level's card says, as text: its story, its figures, the best result so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual.content import Content

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.level_tables import Goals
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import Seal
from distgame.tui.marks import Marks
from distgame.tui.numbers import figure, share
from distgame.tui.play.rows import plain, prose

QUIET = "$foreground-muted"


def paragraphs(text: str) -> str:
    """A text of a level file with one line a paragraph, so that the screen breaks the lines; code keeps its own."""
    parts = text.strip("\n").split("\n\n")
    return "\n\n".join(part if part.startswith("    ") else " ".join(part.split()) for part in parts)


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of a level file, broken at the width that it gets; a line of code that is too long goes on further in."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n".join(map(plain, prose(self.text, options.max_width))))


def goals(level: Level) -> list[str]:
    """What a pass asks for, a line each."""
    asked = level.goals
    first, last = level.seeds.scored
    return [
        f"{level.judged} is {level.model}",
        f"{asked.reads_of_written_values} or more reads of a written value",
        *([f"{asked.swaps} or more successful swaps"] if asked.swaps else []),
        *([f"{asked.increments} or more tickets"] if asked.increments else []),
        "every operation answered"
        if asked.availability == 1
        else f"{share(asked.availability)} or more operations answered",
        *(
            f"{share(phase.availability)} answered: {phase.name}"
            for phase in level.phases
            if phase.availability is not None
        ),
        *(f"{limit:g} {words}" for limit, words in _limits(asked) if limit is not None),
        f"in each of {last - first + 1} seeds ({first} to {last})",
    ]


def _limits(asked: Goals) -> Iterator[tuple[float | None, str]]:
    yield asked.messages_per_operation, "messages an operation at most"
    yield asked.read_p50, "ticks at most, median wait of reads"
    yield asked.read_p99, "ticks at most, p99 wait of reads"
    yield asked.write_p99, "ticks at most, p99 wait of writes"
    yield asked.p99, "ticks at most, p99 of all waits"
    yield asked.converged_within, "ticks at most until all agree, in the end"


def medals(level: Level, best: Row | None, known: Figures | None, marks: Marks) -> Content:
    """The three medals, a line each: its limit, the best value so far, the reference's, and what nobody can better."""
    limits, bounds = level.medals, level.bounds
    rows = (
        (
            "messages",
            f"<= {limits.messages:g}",
            best and figure(best.messages_per_operation),
            known and figure(known.messages),
            bounds and bounds.messages is not None and f"{bounds.messages:g}",
        ),
        (
            "p99 wait",
            f"<= {limits.wait}",
            best and figure(best.wait_p99),
            known and figure(known.wait),
            bounds and bounds.wait is not None and str(bounds.wait),
        ),
        (
            "answered",
            f">= {share(limits.availability)}",
            best and share(best.availability),
            known and share(known.availability),
            bounds and bounds.availability is not None and share(bounds.availability),
        ),
    )
    won = best.medals if best else (False, False, False)
    last = "bound" if bounds else ""
    lines = [Content.styled(f"{'':<10}{'asked':>8}{'yours':>8}{'reference':>11}{last:>8}".rstrip(), QUIET)]
    for (name, limit, *values), has in zip(rows, won, strict=True):
        sign = (marks.medal, "$text-accent") if has else (marks.no_medal, QUIET)
        yours, reference, bound = (value or "" for value in values)
        told = f"{yours or '-':>8}{reference or '...':>11}{bound:>8}".rstrip()
        lines.append(Content.assemble(sign, f" {name}{limit:>8}", told))
    return Content("\n").join(lines)


def best_so_far(best: Row | None, level: Level, marks: Marks, seal: Seal | None = None) -> Content:
    """The player's best result on the level, and its seal."""
    if best is None:
        return Content.styled("not played yet", QUIET)
    seeds = len(level.scored_seeds)
    reads = f"{best.reads_correct} of {best.reads_answered} reads right" if best.reads_answered else "no read answered"
    return Content.assemble(
        (f"{marks.stars(best.stars)}{f' {marks.seal}' if seal else ''}", "$text-accent"),
        f"  {best.seeds_passed} of {seeds} seeds\n",
        f"{reads}\n",
        f"the hunter found nothing in {seal.runs} runs\n" if seal else "",
        (f"{best.algorithm}, {best.when[:16].replace('T', ' ')} UTC", QUIET),
    )
