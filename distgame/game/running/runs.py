"""A run: one program on one level with one seed, simulated, judged and scored; a pure function of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distgame.checker import History, Verdict, check
from distgame.engine.actions import Nodes
from distgame.engine.host import Host
from distgame.engine.node import Node
from distgame.engine.referee import simulate as simulate_world
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.world import Intervention
from distgame.game.campaign.levels import Level, find_level
from distgame.game.scores.judging import Judgement, judge
from distgame.game.scores.scoring import SeedScore, score_seed

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Run:
    """A finished run with everything that can be asked of it."""

    level: Level
    trace: Trace
    judgement: Judgement

    @property
    def history(self) -> History:
        """The operations of the clients."""
        return self.judgement.history

    @cached_property
    def verdict(self) -> Verdict:
        """The checker's word on the whole history, by the level's model."""
        whole = self.judgement.whole
        return check(self.history, self.level.model) if whole is None else whole

    @cached_property
    def score(self) -> SeedScore:
        """Reads right and wrong, answers, messages, waits."""
        return score_seed(self.level, self.trace, self.judgement)

    def __repr__(self) -> str:
        score = self.score
        what = "passed" if score.passed else f"failed: {score.failure.reason if score.failure else score.problem}"
        return (
            f"<Run of {self.level.id}, seed {self.trace.seed}: {score.correct} reads right, {score.wrong} wrong, "
            f"{score.unanswered_reads + score.unanswered_writes} unanswered, {what}>"
        )

    def __rich__(self) -> RenderableType:
        from distgame.game.pictures.picture import Picture

        return Picture(self)

    def _repr_svg_(self) -> str:
        return self.svg()

    def svg(self) -> str:
        """The history as a picture, for notebooks and pages."""
        from distgame.game.pictures.picture import svg

        return svg(self)


def run_level(
    nodes: Nodes,
    level: Level,
    seed: int,
    interventions: tuple[Intervention, ...] = (),
    observe: Callable[[TraceEvent], None] | None = None,
) -> Run:
    """Simulates and judges a level with nodes that live anywhere. Raises PlayerError if the program does not load."""
    trace = simulate_world(nodes, level.world, seed, interventions, observe)
    return Run(level, trace, judge(trace, level.model))


def simulate(
    node: type[Node] | str | PathLike[str],
    level: str | Level = "1",
    seed: int | None = None,
    interventions: Iterable[Intervention] = (),
) -> Run:
    """Runs a Node class, or the file of one, on a level, in this process.

    `seed` is the level's shown seed by default. Raises LevelError, FileError, ValueError for an intervention in
    what the level does not have, or PlayerError where the program does not load; what fails while it runs is in
    `run.trace.problem`.
    """
    chosen = level if isinstance(level, Level) else find_level(str(level))
    return run_level(_host(node), chosen, chosen.seeds.shown if seed is None else seed, tuple(interventions))


def _host(node: Any) -> Host:
    if isinstance(node, type):
        return Host.of_class(node)
    from distgame.game.running.program import read_program

    return Host(read_program(Path(node)))
