"""Judging each register by itself, for the models that are local: the whole holds exactly when every register does."""

from collections.abc import Callable

from distgame.checker.history import History
from distgame.checker.verdict import Explanation, Namer, Status, Verdict


def check_each(history: History, model: str, judge: Callable[[History], Verdict]) -> Verdict:
    """The verdict of `judge` on every register together: violated before undecided before holds.

    The smallest explanation of a violated register explains the whole; the first called register wins a tie.
    """
    verdicts = [judge(register) for register in history.registers().values()]
    if len(verdicts) == 1:
        return verdicts[0]
    of_status: dict[Status, list[Verdict]] = {}
    for verdict in verdicts:
        of_status.setdefault(verdict.status, []).append(verdict)
    status: Status = next((each for each in ("violated", "undecided") if each in of_status), "holds")

    def explain(name: Namer) -> Explanation:
        told = filter(None, (verdict.explain(name) for verdict in of_status["violated"]))
        return min(told, key=lambda explanation: len(explanation.operations))

    return Verdict(model, status, len(history), find_explanation=explain if status == "violated" else None)
