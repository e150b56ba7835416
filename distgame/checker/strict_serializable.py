"""Strict serializability: as linearizable, and a snapshot reads all its registers at one moment.

C. Papadimitriou, "The serializability of concurrent database updates", J. ACM 26(4), 1979. Registers that some
snapshot reads together are one object (a map), and by locality each such object is judged by itself.
"""

from distgame.checker import local
from distgame.checker.history import History, Key, Operation, Value, by_invocation
from distgame.checker.objects import keys_of
from distgame.checker.search import DEFAULT_BUDGET
from distgame.checker.verdict import Verdict


def check(history: History, initial: Value = None, budget: int = DEFAULT_BUDGET) -> Verdict:
    """Judge `history`, taking at most `budget` steps of search in all; exponential at worst."""
    return local.judge("strict-serializable", history, objects(history), initial, budget)


def objects(history: History) -> list[History]:
    """The histories of the smallest sets of registers that no snapshot joins, in the order of their first calls."""
    together: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while together.setdefault(key, key) != key:
            key = together[key]
        return key

    operations = sorted(history, key=by_invocation)
    for operation in operations:
        first, *others = keys_of(operation) or (None,)
        for key in others:
            together[root(key)] = root(first)
    members: dict[Key, set[Operation]] = {}
    for operation in operations:
        members.setdefault(root((keys_of(operation) or (None,))[0]), set()).add(operation)
    if len(members) == 1:
        return [history]
    return [history.keeping(part.__contains__) for part in members.values()]
