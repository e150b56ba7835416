"""Operations drawn as text: a lane each, sorted by call, with the order of calls and returns as columns."""

from collections.abc import Iterable
from math import inf

from distgame.checker.history import Key, Kind, Operation, Outcome, by_invocation
from distgame.checker.sentences import show
from distgame.checker.verdict import Namer, client


def lanes(operations: Iterable[Operation], name: Namer = client) -> list[str]:
    """One line an operation: who, what, and a bar from call to return that holds the answer.

    Equal distances stand for "next", not for time. At equal orders calls stand before returns, so bars that
    touch overlap. A bar without an end belongs to an operation without outcome.
    """
    ordered = sorted(operations, key=by_invocation)
    moments = sorted({(op.invoked, 0) for op in ordered} | {(op.completed, 1) for op in ordered})
    rank = {moment: index for index, moment in enumerate(moments)}
    labels = [answer(op) for op in ordered]
    step = max((len(label) for label in labels), default=0) + 3
    heads = [(name(op.process), *question(op)) for op in ordered]
    widths = [max((len(head[column]) for head in heads), default=0) for column in range(3)]

    def line(head: tuple[str, str, str], operation: Operation, label: str) -> str:
        start, end = rank[operation.invoked, 0], rank[operation.completed, 1]
        inside = label.center((end - start) * step - 1, "-")
        title = "  ".join(text.ljust(width) for text, width in zip(head, widths, strict=True))
        return f"{title}  {' ' * (start * step)}|{inside}{'|' if operation.completed < inf else ''}"

    return [line(*parts) for parts in zip(heads, ordered, labels, strict=True)]


def question(operation: Operation) -> tuple[str, str]:
    """What was asked: the kind, with the key where there is one, and the values put into the register."""
    kind = "read" if operation.kind is Kind.SNAPSHOT else operation.kind.value
    what = kind if operation.key is None else f"{kind} {show_key(operation.key)}"
    match operation.kind:
        case Kind.WRITE:
            return what, show(operation.value)
        case Kind.CAS:
            return what, f"{show(operation.old)}->{show(operation.value)}"
        case _:
            return what, ""


def answer(operation: Operation) -> str:
    """What was answered."""
    if operation.outcome is Outcome.UNKNOWN:
        return "?"
    if operation.outcome is Outcome.FAILED:
        return "failed"
    match operation.kind:
        case Kind.READ | Kind.ADD:
            return show(operation.value)
        case Kind.SNAPSHOT:
            return "{" + ", ".join(f"{show_key(key)}: {show(value)}" for key, value in operation.parts) + "}"
        case _:
            return "ok"


def show_key(key: Key) -> str:
    """The name of a register: as it is when it is one printable word, else as a value is shown."""
    word = isinstance(key, str) and key.isprintable() and len(key.split()) == 1 and len(key) <= 40
    return str(key) if word else show(key)
