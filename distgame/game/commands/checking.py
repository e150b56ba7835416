"""What `check` does: judges history files by one model, or finds the strongest that they satisfy; text or JSON."""

from __future__ import annotations

import difflib
import json
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console

from distgame import checker
from distgame.checker import Explanation, History, HistoryError, Operation, Standing, Value, Verdict, files
from distgame.checker.answers import possible_answers
from distgame.checker.lanes import answer, question
from distgame.checker.report import report, standing_report
from distgame.checker.search import DEFAULT_BUDGET
from distgame.checker.sentences import show
from distgame.game.pictures.history_picture import HistoryPicture

STRONGEST = "strongest"
_CODES = {"holds": 0, "violated": 1, "undecided": 3}
_WORDS = {"holds": "✓ holds", "violated": "✗ violated", "undecided": "? undecided"}


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask of every file, and what to show of the answer."""

    model: str = "linearizable"
    initial: Value = None
    failed_cas: Literal["mismatch", "no-effect"] = "mismatch"
    null_read: Literal["initial", "any"] = "initial"
    budget: int = DEFAULT_BUDGET
    order: bool = False
    explain: bool = False
    whole: bool = False
    as_json: bool = False


def check_histories(paths: Sequence[str], ask: Question) -> list[int]:
    """Judges history files; the exit code of each."""
    problem = _problem(paths, ask)
    if problem:
        _tell(f"Error: {problem}")
        return [2]
    return [_check(path, ask) for path in paths]


def _problem(paths: Sequence[str], ask: Question) -> str | None:
    known = (*checker.models(), STRONGEST)
    if ask.model not in known:
        begun = [name for name in known if name.startswith(ask.model.lower())]
        near = begun or difflib.get_close_matches(ask.model.lower(), known, 1, 0.5)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"there is no model {ask.model!r:.60}{hint}; there are {', '.join(known)}"
    if paths.count("-") > 1:
        return "- is named more than once, but standard input can be read only once"
    return None


def _check(path: str, ask: Question) -> int:
    try:
        history, warnings = files.parse(sys.stdin.buffer, "-") if path == "-" else files.load(path)
        for warning in warnings:
            _tell(f"Warning: {warning}")
        told = checker.as_told(history, ask.failed_cas, ask.null_read)
        if ask.model == STRONGEST:
            standing = checker.strongest(told, ask.initial, budget=ask.budget)
            verdict = standing.verdict
        else:
            standing = None
            verdict = checker.check(told, ask.model, ask.initial, budget=ask.budget)
    except HistoryError as error:
        _tell(f"Error: {error}")
        return 2
    if ask.as_json:
        record = standing_report(standing, path, ask.order) if standing else report(verdict, path, ask.order)
        print(json.dumps(record), flush=True)
    else:
        for line in _lines(path, history, told, verdict, standing, ask):
            print(line)
    return _CODES[verdict.status]


def _lines(
    path: str, history: History, told: History, verdict: Verdict, standing: Standing | None, ask: Question
) -> Iterator[str]:
    count = f"{verdict.operations:,} operation{'' if verdict.operations == 1 else 's'}"
    empty = " (an empty history)" if not verdict.operations else ""
    names = ", ".join(standing.strongest) or "no model is known to hold" if standing else verdict.model
    none = standing is not None and verdict.status == "violated"
    yield f"{path}: {'no model holds' if none else f'{names}: {_WORDS[verdict.status]}'}, {count}{empty}"
    broken = verdict
    if standing is not None:
        yield from _ladder(standing)
        broken = verdict if standing.first_violated is None else standing.first_violated
    explanation = broken.explanation
    if ask.whole or (ask.explain and explanation):
        yield from _picture(history, explanation, ask.whole)
    if explanation is not None:
        yield from _wrapped(f"  {f'{broken.model}: ' if standing is not None else ''}{explanation.sentence}")
        values = _possible(told, broken.model, explanation, ask.initial) if ask.explain or ask.whole else ""
        if values:
            yield from _wrapped(f"  the register could have answered: {values}")
    if ask.order and verdict.order is not None:
        for operation in verdict.order:
            yield f"  client {operation.process} {_words(operation)}"


def _ladder(standing: Standing) -> Iterator[str]:
    for word, names in (
        ("holds", standing.holds),
        ("violated", standing.violated),
        ("undecided", standing.undecided),
    ):
        if names:
            yield f"  {word:<10} {', '.join(names)}"
    alike: dict[str, list[str]] = {}
    for name, reason in standing.left_out.items():
        alike.setdefault(reason.replace(name, ""), []).append(name)
    for group in alike.values():
        yield f"  left out   {', '.join(group)}: {standing.left_out[group[0]]}"


def _picture(history: History, explanation: Explanation | None, whole: bool) -> Iterator[str]:
    """The picture's lines for this output, coloured where it is a terminal."""
    proof = explanation.operations if explanation else ()
    wrong = explanation.wrong if explanation else None
    shown = history if whole else proof
    console = Console(width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else 120)
    with console.capture() as capture:
        console.print(HistoryPicture(shown, proof, wrong, history=history), end="")
    yield from (line.rstrip() for line in capture.get().splitlines())


def _possible(history: History, model: str, explanation: Explanation, initial: Value) -> str:
    """The values that a judge would have accepted in place of the wrong one."""
    if explanation.wrong is None:
        return ""
    newest_first = reversed(possible_answers(history, explanation.wrong, model, initial))
    values = [show(value) for value in newest_first]
    if len(values) > 5:
        values[4:] = [f"one of {len(values) - 4:,} others"]
    return " or ".join(filter(None, (", ".join(values[:-1]), *values[-1:])))


def _wrapped(text: str) -> list[str]:
    """The text between words, where a terminal would break it anywhere."""
    if not sys.stdout.isatty():
        return [text]
    return textwrap.wrap(text, max(40, Console().width - 1), subsequent_indent="  ", break_on_hyphens=False)


def _words(operation: Operation) -> str:
    told = answer(operation)
    return " ".join(filter(None, (*question(operation), "" if told == "ok" else told)))


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
