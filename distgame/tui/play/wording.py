"""What the play screen says in words: events, stored values, messages, kept short enough for boxes and lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from rich.cells import cell_len

from distgame.engine import trace as tr
from distgame.engine.trace import Signal, Trace, TraceEvent, text_of
from distgame.engine.world import LinkRule, name_of
from distgame.game.pictures.telling import answered, asked, is_answer
from distgame.game.scores.judging import Judgement

from .rows import FAULT, LOST, RIGHT, UNANSWERED, WRONG, Row, row

LABEL_CELLS = 10
_SCALAR = r"[^(),\[\]{}]+"
_TAG = rf"\({_SCALAR}(?:,{_SCALAR})*\)"


def short_value(text: str) -> str:
    """A stored value with nothing to spare: `((4, 1), 7)` is a tag and a value, "7 (4,1)", and so is an object."""
    text = re.sub(r"^\w+(?=\()", "", text.replace(", ", ","))
    if found := re.fullmatch(rf"\(({_TAG}),({_SCALAR})\)", text):
        return f"{found[2]} {found[1]}"
    if found := re.fullmatch(rf"\(({_SCALAR}),({_TAG})\)", text):
        return f"{found[1]} {found[2]}"
    return text


def short_storage(storage: Mapping[str, str], room: int, equals: str = " = ") -> str:
    """What a node holds in `room` cells: whole entries, as many as fit, and how many more there are ("+2")."""
    if not storage:
        return "empty"
    entries = [f"{key}{equals}{short_value(text)}" for key, text in storage.items()]
    for count in range(len(entries), 0, -1):
        more = "" if count == len(entries) else f" +{len(entries) - count}"
        shown = " ".join(entries[:count]) + more
        if len(shown) <= room:
            return shown
    first = short_value(next(iter(storage.values())))
    more = f" +{len(entries) - 1}" if len(entries) > 1 else ""
    for shown in (entries[0].replace(" = ", "="), first + more, first.replace(" ", "") + more):
        if len(shown) <= room:
            return shown
    return first


def short_label(signal: Signal) -> str:
    """A signal's label, never long."""
    label = narrow(signal.label)
    return label if len(label) <= LABEL_CELLS else label[: LABEL_CELLS - 1] + "…"


def narrow(text: str) -> str:
    """The text with a box for each sign that is not one cell wide, where every sign has a cell of its own."""
    return text if text.isascii() else "".join(char if cell_len(char) == 1 else "□" for char in text)


def answers(got: int, need: int) -> str:
    """How far a wait has come."""
    return f"{got} of {need} answer{'s' if need != 1 else ''}"


def rule_words(rule: LinkRule, rules: tuple[LinkRule, ...]) -> str:
    """What a link rule, one of `rules`, does, and to which links: "1>3,4 cut one way"."""
    effects = []
    if rule.cut is not None:
        back = replace(rule, senders=rule.receivers, receivers=rule.senders)
        effects.append("whole" if not rule.cut else "cut" if back in rules else "cut one way")
    if rule.delay is not None:
        effects.append(f"delay {rule.delay[0]}-{rule.delay[1]}")
    if rule.loss is not None:
        effects.append(f"loss {rule.loss:.0%}")
    if rule.duplicate is not None:
        effects.append(f"doubles {rule.duplicate:.0%}")
    if rule.reorder is not None:
        effects.append("may overtake" if rule.reorder else "in order")

    def side(servers: tuple[int, ...] | None) -> str:
        if servers is None:
            return "all"
        return ",".join("g" if s == 0 else str(s) if s > 0 else f"c{-s}" for s in servers)

    return f"{side(rule.senders)}>{side(rule.receivers)} {', '.join(effects)}"


class EventWords:
    """Tells the events of a run, one row each."""

    def __init__(self, trace: Trace, judgement: Judgement, rules: tuple[LinkRule, ...]) -> None:
        self.trace = trace
        self._rules = rules
        self._verdicts = {read.event: read.verdict for read in judgement.reads}

    def row(self, index: int) -> Row | None:
        """The row of an event: tick, a glyph, and words; None for events that say nothing by themselves."""
        event = self.trace.events[index]
        told = self._tell(index, event)
        if told is None:
            return None
        glyph, role, words = told
        return row((f"{event[1]:04d} ", "client"), (f"{glyph} ", role), (words, role if glyph in "×✗!" else "text"))

    def _tell(self, index: int, event: TraceEvent) -> tuple[str, str, str] | None:
        kind = event[0]
        if kind == tr.SEND:
            signal = self.trace.signals[event[2]]
            glyph, role = ("⇒", "reply") if signal.is_answer else ("→", "request")
            return glyph, role, f"{way(signal)}{' (a double)' if signal.k < 0 else ''}"
        if kind == tr.LOSE:
            return LOST, "lost", f"{way(self.trace.signals[event[2]])}: {event[3]}"
        if kind == tr.INVOKE:
            return "◦", "client", f"client {event[2]} asks: {asked(event).words}"
        if kind == tr.RETURN:
            return self._answer(index, event)
        if kind == tr.FAULT:
            return FAULT, "gateway-title", f"node {event[3]}: {event[2]}"
        if kind == tr.LINKS:
            begins = "" if event[3] else "over: "
            return FAULT, "gateway-title", f"links {begins}{rule_words(self._rules[event[2]], self._rules)}"
        if kind == tr.STORE:
            stored = f"{text_of(event[3])} = {short_value(text_of(event[4]))}" if len(event) > 4 else "removes a key"
            return "▪", "node", f"node {event[2]} holds {stored}"
        if kind == tr.LEADER:
            return "◆", "gateway-title", f"node {event[2]} leads"
        if kind == tr.PRINT:
            return '"', "client", f"node {event[2]}: {' '.join(str(event[3]).split())}"
        if kind == tr.PROBLEM:
            problem = self.trace.problem
            return WRONG, "lost", str(problem) if problem else f"node {event[2]}: an error in your code"
        return None

    def _answer(self, index: int, event: TraceEvent) -> tuple[str, str, str]:
        client = f"client {event[2]}"
        if not is_answer(event):
            return UNANSWERED, "reply", f"{client}: {event[4]} not answered"
        told = f"{client} {answered(event).words}"
        verdict = self._verdicts.get(index)
        if verdict is not None and not verdict.ok:
            return WRONG, "lost", f"{told}: wrong"
        return RIGHT, "node", told


def way(signal: Signal) -> str:
    """A signal and where it goes: "W7 gateway > node 1"."""
    return f"{short_label(signal)} {name_of(signal.sender)} > {name_of(signal.receiver)}"
