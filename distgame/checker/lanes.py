"""Operations drawn as text: a lane each, sorted by call, with the order of calls and returns as columns."""

from collections.abc import Iterable
from math import inf

from distgame.checker.history import Kind, Operation, Outcome, by_invocation
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
    labels = [_label(op) for op in ordered]
    step = max((len(label) for label in labels), default=0) + 3
    heads = [(name(op.process), op.kind.value, "" if op.kind is Kind.READ else show(op.value)) for op in ordered]
    widths = [max((len(head[column]) for head in heads), default=0) for column in range(3)]

    def line(head: tuple[str, str, str], operation: Operation, label: str) -> str:
        start, end = rank[operation.invoked, 0], rank[operation.completed, 1]
        inside = label.center((end - start) * step - 1, "-")
        title = "  ".join(text.ljust(width) for text, width in zip(head, widths, strict=True))
        return f"{title}  {' ' * (start * step)}|{inside}{'|' if operation.completed < inf else ''}"

    return [line(*parts) for parts in zip(heads, ordered, labels, strict=True)]


def _label(operation: Operation) -> str:
    if operation.outcome is Outcome.UNKNOWN:
        return "?"
    if operation.outcome is Outcome.FAILED:
        return "failed"
    return show(operation.value) if operation.kind is Kind.READ else "ok"
