"""What in a program's source may make two runs differ, or join what should be apart: guesses for people, with lines.

Read from the syntax tree alone, so a guess may be wrong; that the runs differ is known from elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from distgame.engine.program import Program, Source

_SET_MAKERS = frozenset(("set", "frozenset"))
_SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference", "copy"))
# These keep the order in which a set gives its elements.
_ORDER_KEEPERS = frozenset(
    ("list", "tuple", "iter", "enumerate", "zip", "map", "filter", "next", "str", "repr", "join")
)
_CLOCKS = frozenset(("time", "time_ns", "monotonic", "perf_counter", "process_time", "now", "utcnow", "urandom"))
_UNDERGROUND = frozenset(
    (
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__closure__",
        "__traceback__",
        "tb_frame",
        "f_back",
        "f_locals",
        "gi_frame",
        "cr_frame",
        "modules",
    )
)
_ADVICE = {
    "set": "takes the elements of a set in no certain order: use sorted(...)",
    "id": "uses id(), an address, which is another one in every run",
    "hash": "uses hash(), which is another number in every run for texts, and for what holds them",
    "clock": "reads a clock or dice outside of the run: use self.local_time and self.random",
    "__del__": "has a __del__, which runs whenever memory is cleared up",
    "module": "changes something in an imported module, which all nodes of a process have in common",
    "underground": "reaches into the interpreter, where it can find other nodes",
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A line that may be the cause, and what it does, as in "line 7 {words}"."""

    file: str
    line: int
    words: str


def of_differing(program: Program) -> list[Suspect]:
    """What may make two runs differ, the surest first."""
    return _found(program, ("id", "hash", "clock", "set", "__del__", "module"))


def of_sharing(program: Program) -> list[Suspect]:
    """What may give nodes memory in common, the surest first."""
    return _found(program, ("module", "underground"))


def _found(program: Program, kinds: tuple[str, ...]) -> list[Suspect]:
    found = [
        (kinds.index(kind), place, line, source)
        for place, source in enumerate((program.main, *program.modules))
        for kind, line in sorted(set(_signs(source)))
        if kind in kinds
    ]
    return [Suspect(source.path, line, _ADVICE[kinds[rank]]) for rank, _, line, source in sorted(found, key=_by_rank)]


def _by_rank(found: tuple[int, int, int, Source]) -> tuple[int, int, int]:
    return found[:3]


def _signs(source: Source) -> Iterator[tuple[str, int]]:
    """(kind, line) of everything in a file that may be the cause."""
    tree = ast.parse(source.text)
    sets = _Sets(tree)
    modules = {
        alias.asname or alias.name.partition(".")[0]
        for part in ast.walk(tree)
        if isinstance(part, ast.Import | ast.ImportFrom)
        for alias in part.names
    }
    own = {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
    for part in ast.walk(tree):
        match part:
            case (
                ast.Call(func=ast.Name(id="id" | "hash" as name))
                | ast.keyword(arg="key", value=ast.Name(id="id" | "hash" as name))
            ):
                yield name, part.lineno
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _CLOCKS - own:
                yield "clock", part.lineno
            case ast.FunctionDef(name="__del__"):
                yield "__del__", part.lineno
            case ast.Attribute(attr=name) if name in _UNDERGROUND:
                yield "underground", part.lineno
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                if _root(part) in modules:
                    yield "module", part.lineno
            case ast.Call(func=ast.Name(id="setattr" | "vars"), args=[ast.expr() as first, *_]) if (
                _root(first) in modules
            ):
                yield "module", part.lineno
            case ast.Call(func=ast.Attribute(value=ast.Attribute() as value, attr=method)):
                if _root(value) in modules and method in ("append", "add", "update", "setdefault", "extend", "insert"):
                    yield "module", part.lineno
        for used in _taken_in_order(part):
            if sets.holds(used):
                yield "set", used.lineno


def _root(part: ast.AST) -> str | None:
    """The name at the left end of `name.attribute[index].attribute`; None for a name by itself."""
    inner = part
    while isinstance(inner, ast.Attribute | ast.Subscript):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else None


def _taken_in_order(part: ast.AST) -> list[ast.expr]:
    """The expressions whose elements this piece of code takes one after the other."""
    match part:
        case ast.For(iter=taken) | ast.AsyncFor(iter=taken) | ast.YieldFrom(value=taken) | ast.Starred(value=taken):
            return [taken]
        case ast.ListComp(generators=generators) | ast.DictComp(generators=generators):
            return [generator.iter for generator in generators]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=taken_ones) if name in _ORDER_KEEPERS:
            return taken_ones
        case ast.Call(func=ast.Attribute(value=taken, attr="pop"), args=[]):
            return [taken]
    return []


class _Sets:
    """Which expressions of a file are sets, as far as its assignments and annotations tell; scopes are not minded."""

    def __init__(self, tree: ast.AST) -> None:
        self._names: set[str] = set()
        self._tables: set[str] = set()
        pairs = list(_assignments(tree))
        # A name may be made of another one that is found to be a set further down.
        for _ in range(2):
            for target, value in pairs:
                name = _name(target)
                if name is not None and (self.holds(value) or _says_set(value)):
                    self._names.add(name)
                if name is not None and _is_table_of_sets(value):
                    self._tables.add(name)

    def holds(self, part: ast.AST) -> bool:
        """Whether an expression is a set."""
        match part:
            case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
                return True
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _SET_METHODS:
                return self.holds(value)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right):
                return self.holds(left) or self.holds(right)
            case ast.Subscript(value=value):
                return _name(value) in self._tables
            case ast.Name() | ast.Attribute():
                return _name(part) in self._names
        return False


def _assignments(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Targets with their values, and names with their annotations."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Assign):
            yield from ((target, part.value) for target in part.targets)
        elif isinstance(part, ast.AnnAssign):
            yield part.target, part.annotation
            if part.value is not None:
                yield part.target, part.value
        elif isinstance(part, ast.NamedExpr):
            yield part.target, part.value
        elif isinstance(part, ast.arg) and part.annotation is not None:
            yield ast.Name(part.arg), part.annotation


def _name(part: ast.AST) -> str | None:
    if isinstance(part, ast.Attribute):
        return part.attr
    return part.id if isinstance(part, ast.Name) else None


def _says_set(annotation: ast.AST) -> bool:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return _name(base) in _SET_MAKERS


def _is_table_of_sets(value: ast.AST) -> bool:
    match value:
        case ast.Call(
            func=ast.Name(id="defaultdict") | ast.Attribute(attr="defaultdict"), args=[ast.Name(id=name), *_]
        ):
            return name in _SET_MAKERS
        case ast.Subscript(value=ast.Name(id="dict" | "defaultdict"), slice=ast.Tuple(elts=[_, held])):
            return _says_set(held)
    return False
