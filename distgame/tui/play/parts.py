"""What the parts of the play screen find on it: the level, the run that is shown, and each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import getters
from textual.widgets import TabbedContent

from distgame.game.campaign.levels import Level
from distgame.game.play.playback import Instant
from distgame.game.play.session import Version
from distgame.game.scores.scoring import Score
from distgame.tui.base import GameScreen
from distgame.tui.diagram.widget import NetworkDiagram

from .changes import ChangesPage
from .goal import GoalPage
from .history import OperationsPage
from .hunt import Hunt
from .insight import Insight
from .lesson import LessonStrip
from .log import EventLog
from .openfile import OpenFile
from .playhead import Playhead
from .recording import Recording
from .results import Results
from .runner import Runner
from .server import ServerPage
from .source import SourcePage
from .spacetime import SpaceTime
from .timeline import Timeline
from .travel import Travel
from .whatif import WhatIf
from .why import Why


class PlayParts(GameScreen[None]):
    """What the play screen consists of. It is put together in `screen.py`; other modules add what it can do."""

    TABS: ClassVar = ("events", "operations", "node", "code", "goal", "changes")

    level: Level
    path: Path
    recording: Recording | None
    runner: Runner
    travel: Travel
    file: OpenFile
    results: Results
    what_if: WhatIf
    why: Why
    hunt: Hunt
    lesson: LessonStrip
    insight: Insight
    chosen_server: int
    """The server that is shown in the Node tab, and that a crash befalls."""
    _seed: int | None
    _stars: int
    _clock: Callable[[], float]
    _still_until: float
    """Until then, by the clock, the picture stands still: another one is about to come."""

    diagram = getters.query_one(NetworkDiagram)
    space_time = getters.query_one(SpaceTime)
    timeline = getters.query_one(Timeline)
    tabs = getters.query_one(TabbedContent)
    log_page = getters.query_one(EventLog)
    operations_page = getters.query_one(OperationsPage)
    server_page = getters.query_one(ServerPage)
    source_page = getters.query_one(SourcePage)
    goal_page = getters.query_one(GoalPage)
    changes_page = getters.query_one(ChangesPage)

    @property
    def head(self) -> Playhead | None:
        """Where in the run the screen is; None where there is no run."""
        return self.travel.head

    @property
    def version(self) -> Version | None:
        """The version that runs."""
        return self.file.version

    @property
    def score(self) -> Score | None:
        """What the scored seeds come to, once all are done."""
        return self.results.score

    @property
    def instant(self) -> Instant:
        """The run at the playhead; there must be one."""
        assert self.head is not None
        return self.head.instant

    def show_recording(self, recording: Recording, time: float = 0.0, running: bool = True) -> None:
        """Shows another run, from a time in ticks on."""
        raise NotImplementedError

    def show_now(self) -> None:
        """Shows everything as it is at the playhead, without waiting for its turn."""
        raise NotImplementedError

    def show_lines(self) -> None:
        """Shows the lines around the diagram as they are now."""
        raise NotImplementedError
