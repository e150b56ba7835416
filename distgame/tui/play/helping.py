"""What helps a player on the play screen: hints one at a time, the strips of the lesson, and the solution."""

from __future__ import annotations

from .parts import PlayParts


class HelpingScreen(PlayParts):
    """The part of the play screen that helps."""

    hints = 0
    """How many hints were shown."""

    def action_hint(self) -> None:
        """The next hint; the Goal tab keeps those that were shown."""
        from distgame.tui.modals.hint import HintScreen

        self.app.push_screen(HintScreen(self.level, self.hints + 1), self._keep_hints)

    def _keep_hints(self, shown: int | None) -> None:
        self.hints = max(self.hints, shown or 0)
        self.lesson.did("hint")
        self.goal_page.show(self.results.score, self.hints)

    def action_solution(self) -> None:
        """The reference's code, where the player has earned it, or pays for it."""
        from distgame.tui.modals.solution import show_solution

        self.travel.pause()
        show_solution(self.app, self.level)

    def action_lesson(self, what: str) -> None:
        """Waves a strip of the lesson away, or ends the lesson."""
        getattr(self.lesson, what)()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the lesson are there while it is."""
        if action == "lesson":
            return not self.lesson.is_over
        return super().check_action(action, parameters)
