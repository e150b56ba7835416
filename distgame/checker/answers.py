"""What a register could have answered instead of a wrong read."""

from distgame.checker.explain import as_known
from distgame.checker.history import DuplicateValue, History, Kind, Operation, Value
from distgame.checker.judge import Judge, RegularJudge, judge_reads

_JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}


def possible_answers(history: History, read: Operation, model: str, initial: Value = None) -> tuple[Value, ...]:
    """The values that the judge of `model` would have accepted at the answer of `read`, in order of writing.

    Reads blamed before are left out. Empty where no judge knows: for models that do not judge single reads, for
    registers that do more than read and write or are in snapshots, for values written twice, and where the read is
    right by what was known at its answer.
    """
    register = [op for op in history if op.key == read.key or op.kind is Kind.SNAPSHOT]
    plain = all(op.kind is Kind.READ or op.kind is Kind.WRITE for op in register)
    if not plain or model not in _JUDGES or read.kind is not Kind.READ:
        return ()
    known = History(as_known(op, read) for op in register if op.invoked <= read.completed and op != read)
    judge = _JUDGES[model](initial)
    try:
        for _ in judge_reads(known, judge):
            pass
    except DuplicateValue:
        return ()
    values = judge.acceptable(read.invoked)
    return () if read.value in values else values
