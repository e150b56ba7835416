"""The ladder of consistency models, and how high a history climbs it.

Sequential consistency, causal consistency and the session guarantees weaken linearizability one way, regular and safe
registers another (L. Lamport, "On interprocess communication", 1986). Causal consistency stands beside the
guarantees: a client may flip between concurrent writes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from distgame.checker.history import DuplicateValue, History, HistoryError, Kind, Value
from distgame.checker.verdict import Status, Verdict

_SESSIONS = ("writes-follow-reads", "monotonic-reads", "monotonic-writes", "read-your-writes")
_BELOW: dict[str, tuple[str, ...]] = {
    "strict-serializable": ("linearizable",),
    "linearizable": ("sequential", "regular"),
    "sequential": ("causal", *_SESSIONS),
    "regular": ("safe",),
}
_FROM_THE_TOP = (
    "strict-serializable",
    "linearizable",
    "sequential",
    "causal",
    *_SESSIONS,
    "regular",
    "safe",
    "eventual",
)


@dataclass(frozen=True)
class Standing:
    """Where a history stands: the verdict of every model that can judge it, the strongest first.

    `left_out` names the models that cannot judge it, each with the reason. Where a stronger model holds, a weaker one
    does so without having been asked.
    """

    verdicts: Mapping[str, Verdict]
    left_out: Mapping[str, str]

    def __repr__(self) -> str:
        what = f"strongest: {', '.join(self.strongest)}" if self.holds else "no model holds"
        broken = f", not {self.first_violated.model}" if self.first_violated is not None else ""
        return f"<Standing {what}{broken}>"

    @property
    def holds(self) -> tuple[str, ...]:
        """The models that the history satisfies."""
        return self._with("holds")

    @property
    def violated(self) -> tuple[str, ...]:
        """The models that the history breaks."""
        return self._with("violated")

    @property
    def undecided(self) -> tuple[str, ...]:
        """The models that did not come to an end."""
        return self._with("undecided")

    @cached_property
    def strongest(self) -> tuple[str, ...]:
        """The models that hold, without those that are weaker than another one that holds."""
        weaker = {below for name in self.holds for below in _all_below(name)}
        return tuple(name for name in self.holds if name not in weaker)

    @cached_property
    def verdict(self) -> Verdict:
        """That of the first of the strongest; when none holds the first undecided, else the weakest violated."""
        return self.verdicts[(*self.strongest, *self.undecided, *reversed(self.violated))[0]]

    @cached_property
    def first_violated(self) -> Verdict | None:
        """The verdict of the weakest violated model above `verdict`; if that has none above, of the strongest."""
        above = [name for name in self.violated if self.verdict.model in _all_below(name)]
        name = above[-1] if above else next(iter(self.violated), None)
        return None if name is None else self.verdicts[name]

    def _with(self, status: Status) -> tuple[str, ...]:
        return tuple(name for name, verdict in self.verdicts.items() if verdict.status == status)


def climb(history: History, models: Iterable[str], initial: Value, judge: Callable[[str], Verdict]) -> Standing:
    """Ask `judge` about every model from the top of the ladder down, but not where a stronger one answers for it.

    What is undecided follows from a stronger model that holds or a weaker one that is violated, if there is one.
    Strict serializability is asked about only where there are several keys or snapshots. Raises HistoryError when no
    model can judge the history.
    """
    several = len({op.key for op in history}) > 1 or any(op.kind is Kind.SNAPSHOT for op in history)
    names = sorted(models, key=lambda name: (*_FROM_THE_TOP, name).index(name))
    follows = _is_plain(history, initial)
    verdicts: dict[str, Verdict] = {}
    left_out: dict[str, str] = {}
    for name in names:
        if name == "strict-serializable" and not several:
            continue
        above = [verdict for stronger, verdict in verdicts.items() if name in _all_below(stronger)]
        implied = any(above)
        verdict = Verdict(name, "holds", len(history))
        if not (implied and follows):
            try:
                verdict = judge(name)
            except HistoryError as error:
                left_out[name] = str(error)
                continue
        undecided = verdict.status == "undecided"
        verdicts[name] = Verdict(name, "holds", len(history)) if implied and undecided else verdict
    for name, verdict in verdicts.items():
        broken = [verdicts[below] for below in verdicts if below in _all_below(name)]
        proof = next((below for below in broken if below.status == "violated"), None)
        if verdict.status == "undecided" and proof is not None:
            verdicts[name] = replace(proof, model=name)
    if not verdicts:
        raise HistoryError(next(iter(left_out.values())))
    return Standing(verdicts, left_out)


def _is_plain(history: History, initial: Value) -> bool:
    """Whether every model can judge the history: it reads and writes unique values."""
    if any(op.kind is not Kind.READ and op.kind is not Kind.WRITE for op in history):
        return False
    try:
        history.require_unique_writes(initial)
    except DuplicateValue:
        return False
    return True


def _all_below(name: str) -> set[str]:
    found = set(_BELOW.get(name, ()))
    return found.union(*(_all_below(below) for below in found))
