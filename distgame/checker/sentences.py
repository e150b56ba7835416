"""An explanation told in one sentence, with clients, values and ticks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

from distgame.checker.history import History, Key, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.verdict import Explanation, Namer, Rule


@dataclass(frozen=True, slots=True)
class Roles:
    """The operations of an explanation, each under the part it plays.

    `read` is the wrong read, `write` the write of its value, `own` the operation of the same value that makes
    it the older one. The rival value's operations: its write; `rival_first`, which precedes `read`; and
    `rival_last`, which `own` precedes.
    """

    rule: Rule
    read: Operation
    write: Operation | None = None
    own: Operation | None = None
    rival_write: Operation | None = None
    rival_first: Operation | None = None
    rival_last: Operation | None = None

    def operations(self) -> tuple[Operation, ...]:
        """The operations of the history that prove the violation, by call, each once."""
        parts = (self.read, self.write, self.own, self.rival_write, self.rival_first, self.rival_last)
        proof = {op for op in parts if op and op.invoked > -inf and op.outcome is not Outcome.FAILED}
        return tuple(sorted(proof, key=by_invocation))

    def replaced(self, originals: Mapping[Operation, Operation]) -> "Roles":
        """The same roles played by the operations that `originals` gives for them."""

        def original(operation: Operation | None) -> Operation | None:
            return originals.get(operation, operation) if operation else None

        return replace(
            self,
            read=originals.get(self.read, self.read),
            write=original(self.write),
            own=original(self.own),
            rival_write=original(self.rival_write),
            rival_first=original(self.rival_first),
            rival_last=original(self.rival_last),
        )


def sentence(roles: Roles, initial: Value, name: Namer) -> str:
    """One sentence that tells why the read of `roles` is wrong; ticks where known, else the order number."""
    return of_key(roles.read.key) + _sentence(roles, initial, name)


def of_key(key: Key) -> str:
    """What comes before a sentence about one register of several."""
    return "" if key is None else f"key {show(key)}: "


def _sentence(roles: Roles, initial: Value, name: Namer) -> str:
    read, write = roles.read, roles.write
    reader = name(read.process)
    value = "the initial value" if read.value == initial else show(read.value)
    if roles.rule is Rule.PHANTOM:
        end = f", but the write of {value} had failed" if write else f"; nobody ever wrote {value}"
        return f"{reader} read {value} at {returned(read)}{end}"
    if roles.rule is Rule.FUTURE and write:
        early = f"before the write of {value} was even sent ({called(write)})"
        return f"{reader} read {value} at {returned(read)}, {early}"

    own, rival_write, first, last = roles.own, roles.rival_write, roles.rival_first, roles.rival_last
    if not (write and own and rival_write and first and last):
        raise AssertionError("two clusters in conflict fill every role")
    rival = show(rival_write.value)
    overwriter = f"{name(rival_write.process)}'s write of {rival}"
    sent = f"(sent at {called(read)})"
    match roles.rule:
        case Rule.STALE_INITIAL:
            return f"{reader} read {value} {sent} although {overwriter} had completed at {returned(rival_write)}"
        case Rule.STALE:
            return (
                f"{reader} read {value} {sent} although {overwriter} had completed "
                f"at {returned(rival_write)}, and the write of {value} was over (at {returned(write)}) "
                f"before that one began (at {called(rival_write)})"
            )
        case Rule.INITIAL_AGAIN:
            return (
                f"{name(first.process)} read {rival} (answered at {returned(first)}), "
                f"yet {reader} later read {value} {sent}"
            )
        case Rule.INVERSION:
            return (
                f"{name(first.process)} read {rival} (answered at {returned(first)}), "
                f"yet {reader} later read {value} {sent}; the write of {value} was over "
                f"(at {returned(write)}) before the write of {rival} began (at {called(rival_write)}), "
                f"so {value} is the older value"
            )
        case Rule.SANDWICH:
            return (
                f"the write of {value} was over at {returned(write)}, then {name(first.process)} read {rival} "
                f"({called(first)} to {returned(first)}), so {rival} is the newer value, "
                f"yet {reader} later read {value} {sent}"
            )
        case Rule.REREAD:
            return (
                f"{name(own.process)} read {value} (answered at {returned(own)}) before {overwriter} began "
                f"(at {called(rival_write)}), and {reader} read {value} again {sent} "
                f"although that write had completed at {returned(rival_write)}"
            )
        case Rule.FLIP_FLOP:
            return (
                f"{name(own.process)} read {value} (answered at {returned(own)}), "
                f"then {name(first.process)} read {rival} ({called(first)} to {returned(first)}), "
                f"then {reader} read {value} again {sent}; each was written once"
            )
        case _:
            return (
                f"{_precedes(own, last, name)}, so {rival} must be newer than {value}; "
                f"but {_precedes(first, read, name)}, so {value} must be newer than {rival}"
            )


def phantom(history: History, read: Operation, initial: Value, name: Namer) -> Explanation:
    """The explanation of a read of a value that nobody wrote."""
    place = Kind.WRITE, read.key, read.value
    failed = next((op for op in history if (op.kind, op.key, op.value) == place), None)
    told = sentence(Roles(Rule.PHANTOM, read, write=failed), initial, name)
    return Explanation((read,), Rule.PHANTOM, told, read)


def show(value: Value) -> str:
    """A value as a sentence shows it: text in quotes, so that 1 and "1" differ, and never very long."""
    if value is None:
        return "null"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:36]}..."


def _precedes(earlier: Operation, later: Operation, name: Namer) -> str:
    before = f"{name(earlier.process)}'s {earlier.kind.value} of {show(earlier.value)}"
    after = f"{name(later.process)}'s {later.kind.value} of {show(later.value)}"
    return f"{before} was over (at {returned(earlier)}) before {after} began (at {called(later)})"


def called(operation: Operation) -> str:
    """When an operation was called, in ticks where known."""
    return _moment(operation.invoked_at, operation.invoked)


def returned(operation: Operation) -> str:
    """When an operation returned, in ticks where known."""
    return _moment(operation.completed_at, operation.completed)


def _moment(tick: int | None, order: float) -> str:
    return f"tick {tick}" if tick is not None else f"time {order}"
