"""What clients ask and are answered, in words and in the signs of the screen, from the events of a trace.

A call may be plain, then it is a read or a write of the one register there is; the others are told by the same rules.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from distgame.engine import trace as tr
from distgame.engine.trace import TraceEvent


class Told(NamedTuple):
    """A few words ("write 7"), and a sign that is as short as the label of a signal ("W7")."""

    words: str
    sign: str


def asked(event: TraceEvent) -> Told:
    """What a client asks, from the event of its call."""
    f, value, key = event[4], event[5], _key(event, 6)
    sign = " ".join(filter(None, (_asked_sign(f, value), key)))
    match f:
        case "read":
            return Told(f"read {key}" if key else "read", sign)
        case "write":
            return Told(f"write {value} to {key}" if key else f"write {value}", sign)
        case "cas":
            old, new = map(_shown, value)
            return Told(f"change {key} from {old} to {new}" if key else f"change {old} to {new}", sign)
        case "add":
            return Told(f"count up {key}" if key else "count up", sign)
        case _:
            return Told(f"read {' and '.join(value)}", sign)


def answered(event: TraceEvent) -> Told:
    """What a client was told, from the event of its answer: "read 7", "wrote 7"; "no answer" where it gave up."""
    f, value, key = event[4], event[6], _key(event, 7)
    if not is_answer(event):
        return Told("no answer", "-")
    keyed = f" {key}" if key else ""
    match f:
        case "read":
            return Told(f"read{keyed and f'{keyed} ='} {_shown(value)}", f"R{_sign(value)}{keyed}")
        case "write":
            return Told(f"wrote {value}{key and f' to {key}'}", f"W{value}{keyed}")
        case "cas":
            old, new = map(_shown, value)
            words = f"{old} to {new}{key and f' in {key}'}"
            return Told(f"changed {words}", "C+") if event[5] == "ok" else Told(f"could not change {words}", "C=")
        case "add":
            return Told(f"drew {value}{key and f' from {key}'}", f"#{value}{keyed}")
        case _:
            parts = [f"{each} = {_shown(part)}" for each, part in value]
            return Told(f"read {', '.join(parts)}", f"R{','.join(_sign(part) for _, part in value)}")


def is_answer(event: TraceEvent) -> bool:
    """Whether the end of an operation is an answer: a compare-and-set that met another value was answered as well."""
    return event[5] == "ok" or event[4:6] == ("cas", "fail")


def is_plain(event: TraceEvent) -> bool:
    """Whether a call, or its end, is of a read or write of the only register."""
    return event[4] in ("read", "write") and not _key(event, 6 if event[0] == tr.INVOKE else 7)


def _key(event: TraceEvent, place: int) -> str:
    return event[place] if len(event) > place else ""


def _asked_sign(f: str, value: Any) -> str:
    match f:
        case "read":
            return "R"
        case "write":
            return f"W{value}"
        case "cas":
            return f"C{_sign(value[0])}>{value[1]}"
        case "add":
            return "+1"
        case _:
            return f"R {','.join(value)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _sign(value: Any) -> str:
    return "∅" if value is None else str(value)
