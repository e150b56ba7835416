"""Histories as Jepsen and Knossos write them: EDN maps with :process, :type, :f and :value, in the order of events.

A file holds one map after the other, or one vector of them. Lines of :nemesis, which is no client, are skipped.
Keys of independent registers are pairs, `[key value]`, as jepsen.independent writes them.
"""

from collections.abc import Iterable
from typing import Any

from distgame.checker.edn import EdnError, Keyword, Reader
from distgame.checker.history import HistoryError, Key, Kind, brief, key_problem
from distgame.checker.pairing import KINDS, TYPES, Defect, Event, Loaded, Pairing, event_of

_EXAMPLE = "{:process 0, :type :invoke, :f :write, :value 3}"


def parse(lines: Iterable[bytes], source: str) -> Loaded:
    """Read a history from the lines of an EDN file; `source` is the name that errors and warnings use.

    `invoked` and `completed` become the numbers of the maps in the file, from 1; a map without :time gets its
    line as its time. Raises HistoryError with source and line number.
    """
    raw = b"".join(lines)
    try:
        text = str(raw, "utf-8")
    except UnicodeDecodeError as error:
        raise HistoryError(f"{source}:{raw.count(10, 0, error.start) + 1}: not UTF-8 text") from None
    numbers: list[int] = []
    pairing = Pairing(source, numbers)
    line, counted = 1, 0
    try:
        for number, (position, form) in enumerate(Reader(text).elements(), 1):
            line, counted = line + text.count("\n", counted, position), position
            numbers.append(line)
            try:
                _take(pairing, number, form)
            except Defect as defect:
                raise pairing.defect(number, defect) from None
    except EdnError as error:
        line = text.count("\n", 0, error.position) + 1
        raise HistoryError(f"{source}:{line}: not EDN: {error}") from None
    except RecursionError:
        raise HistoryError(f"{source}:{line}: not usable EDN: the nesting is too deep, from here on") from None
    return pairing.loaded()


def _take(pairing: Pairing, number: int, form: Any) -> None:
    if not isinstance(form, dict):
        raise Defect(f"expected an operation as in {_EXAMPLE}, not {brief(form)}")
    for field in (":process", ":type", ":f"):
        if field not in form:
            raise Defect(f"missing field {field}; an operation has at least :process, :type and :f")
    process = form[":process"]
    if isinstance(process, Keyword):
        pairing.skip(number, process)
        return
    if type(process) is not int:
        raise Defect(f":process must be a whole number, or a keyword such as :nemesis, not {brief(process)}")
    type_, f, time = _name(form[":type"]), _name(form[":f"]), form.get(":time")
    if type_ not in TYPES:
        raise Defect(f"unknown :type {brief(form[':type'])}; expected {_keywords(TYPES)}")
    if f not in KINDS:
        raise Defect(f"unknown :f {brief(form[':f'])}; expected {_keywords(KINDS)}")
    if time is None:
        time = pairing.line(number)
    elif type(time) is not int:
        raise Defect(f":time must be a whole number, not {brief(time)}")
    pairing.take(number, _event(process, type_, KINDS[f], _plain(form.get(":value")), time))


def _event(process: int, type_: str, kind: Kind, value: Any, time: int) -> Event:
    key: Key = None
    if isinstance(value, list):
        # A compare-and-set is a pair itself, so only a pair in a pair has a key.
        keyed = len(value) == 2 and (kind is not Kind.CAS or isinstance(value[1], list))
        if not keyed and kind is not Kind.CAS:
            raise Defect(f"the value of a {kind.value} must be one value, or a pair [key value], not {brief(value)}")
        if keyed:
            key, value = value
            problem = key_problem(key)
            if problem:
                raise Defect(problem)
    return event_of(process, type_, kind, value, time, key)


def _plain(value: Any) -> Any:
    """Keywords become texts with a colon, for a register holds numbers and texts alone."""
    if isinstance(value, Keyword):
        return str(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    return value


def _name(value: Any) -> str | None:
    return value[1:] if isinstance(value, Keyword) else None


def _keywords(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names)
