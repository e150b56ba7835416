"""Linearizability: one order, in real time, in which every register gives the answers that were given.

M. Herlihy and J. Wing, "Linearizability", ACM TOPLAS 12(3), 1990. It is local (their theorem 1), so every key is
judged by itself: by `zones` where written values are unique, by `search` elsewhere.
"""

from distgame.checker import local
from distgame.checker.history import History, Value
from distgame.checker.search import DEFAULT_BUDGET
from distgame.checker.verdict import Verdict


def check(history: History, initial: Value = None, budget: int = DEFAULT_BUDGET) -> Verdict:
    """Judge `history`, taking at most `budget` steps of search in all.

    A snapshot is judged as reads of its keys, one by one (see `strict_serializable`). O(n + w log w) for w writes
    of unique values; else exponential at worst in the number of operations open at once.
    """
    return local.judge("linearizable", history, list(history.apart().registers().values()), initial, budget)
