"""Histories as pictures: every interval is there whole, the wrong answer is marked, and nothing is cut silently."""

import io
import math
import random
import re

import pytest
from rich.console import Console

from distgame import check, picture_of
from distgame.checker import History, Kind, Operation, Outcome
from distgame.checker.jsonl import dump, parse
from distgame.game.pictures.history_picture import NEAR, WHOLE, HistoryPicture


def drawn(picture, width=100, encoding="utf-8", **options):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    Console(width=width, file=file, **options).print(picture)
    file.flush()
    return raw.getvalue().decode(encoding).splitlines()


def op(process, kind, value, invoked, completed=math.inf, *, fail=False, ticks=True, **more):
    outcome = Outcome.UNKNOWN if completed == math.inf else Outcome.FAILED if fail else Outcome.OK
    times = (invoked * 10, None if completed == math.inf else completed * 10) if ticks else (None, None)
    return Operation(process, kind, value, invoked, completed, outcome, *times, **more)


STALE = History(
    [
        op(0, Kind.WRITE, 3, 0, 1),
        op(1, Kind.WRITE, 5, 2, 4),
        op(2, Kind.READ, 3, 5, 7),
        op(3, Kind.READ, 5, 3, 6),
        op(4, Kind.WRITE, 9, 6),
    ]
)


def test_the_operations_of_an_explanation():
    assert drawn(picture_of(check(STALE))) == [
        "tick      0         10 20        40 50         70",
        "client 0  ├ write 3 ┤",
        "client 1               ├ write 5 ┤",
        "client 2                            ├ ✗ read 3 ┤",
    ]


def test_a_whole_history_marks_the_wrong_read_and_its_proof():
    assert drawn(picture_of(STALE, check(STALE))) == [
        "tick      0           10 20 30       40 50 60      70",
        "client 0  ├ * write 3 ┤",
        "client 1                 ├ * write 5 ┤",
        "client 2                                ├ ✗ read 3 ┤",
        "client 3                    ├ read 5 ───────┤",
        "client 4                                   ├ write 9 ? ──→",
    ]


def test_plain_characters_where_the_terminal_has_no_others():
    assert drawn(picture_of(check(STALE)), encoding="ascii")[3:] == ["client 2                            | x read 3 |"]


def test_what_is_too_wide_goes_on_below():
    assert drawn(picture_of(STALE), 34) == [
        "tick      0         10",
        "client 0  ├ write 3 ┤",
        "",
        "tick      20 30     40 50",
        "client 1  ├ write 5 ┤",
        "client 2               ├ read 3 ──",
        "client 3     ├ read 5 ────────────",
        "",
        "tick       60 70",
        "client 2  ────┤",
        "client 3  ──┤",
        "client 4   ├ write 9 ? ──→",
    ]


def test_every_kind_of_operation():
    pairs = (("x", 1), ("y z", None))
    history = [
        op(0, Kind.CAS, 2, 0, 1, old=1, key="x"),
        op(0, Kind.CAS, 2, 2, 3, old=None, key="x", fail=True),
        op(1, Kind.ADD, 7, 4, 5, key=8),
        op(1, Kind.ADD, None, 6),
        op(2, Kind.SNAPSHOT, None, 7, 8, parts=pairs),
        op(2, Kind.READ, None, 9),
    ]
    text = "\n".join(drawn(picture_of(History(history)), 200))
    for label in (
        *("├ cas x 1->2 ┤", "├ cas x null->2 failed ┤", "├ add 8 7 ┤", "├ add ? ─"),
        *("├ read {x: 1, 'y z': null} ┤", "├ read ? ─"),
    ):
        assert label in text


def test_without_ticks_the_numbers_are_places_in_the_order_and_in_a_file_its_lines():
    plain = History([op(0, Kind.WRITE, 3, 0, 1, ticks=False), op(1, Kind.READ, 3, 4, 5, ticks=False)])
    assert drawn(picture_of(plain))[0].split() == ["time", "0", "1", "4", "5"]
    long_ticks = (line.replace('"time": ', '"time": 9000000') for line in dump(STALE))
    history, _ = parse([*long_ticks, ""], "h")
    assert drawn(picture_of(history))[0].split() == ["line", *"123456789"]
    one_long_tick = (line.replace('"time": 70', '"time": 70000000') for line in dump(STALE))
    assert drawn(picture_of(parse(one_long_tick, "h").history))[0].split() == ["line", *"123456789"]


def test_a_long_text_is_shortened_where_one_sees_it():
    history = History([op(0, Kind.WRITE, "long " * 100, 0, 1), op(12345678, Kind.READ, "1\n2", 2, 3)])
    lines = drawn(HistoryPicture(history, name=lambda process: f"the client number {process}"), 60)
    assert lines[1] == "the client number 0   ├ write 'long long long lo... ┤"
    assert lines[-1] == "the client number...  ├ read '1\\n2' ┤"


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_interval_is_lost_and_no_line_too_long(width):
    random_ = random.Random(width)
    for _ in range(30):
        history = _history(random_, 40)
        lines = drawn(picture_of(history), width)
        assert max(map(len, lines)) <= width
        text = "\n".join(lines)
        assert text.count("├") == len(history)
        assert text.count("┤") == sum(each.completed < math.inf for each in history)
        assert text.count("→") == sum(each.completed == math.inf for each in history)
        for each in history:
            assert len(re.findall(rf"├ {each.kind.value} {each.value or ''}\b", text)) >= 1


def test_of_a_long_history_what_is_near_is_drawn_and_the_rest_is_counted():
    writes = [op(0, Kind.WRITE, each, 2 * each, 2 * each + 1) for each in range(WHOLE * 3)]
    wrong = op(1, Kind.READ, 300, WHOLE * 5, WHOLE * 5 + 1)
    history = History([*writes, wrong])
    lines = drawn(picture_of(history, check(history)))
    notes = [line for line in lines if line.startswith("...")]
    shown = sum(line.count("├") for line in lines)
    counts = [int(re.sub(r"\D", "", note)) for note in notes]
    assert [note.rpartition(" ")[2] for note in notes] == ["before", "between", "after"]
    assert shown + sum(counts) == len(history)
    assert counts[0] == 300 - NEAR
    assert [sum(line.count(sign) for line in lines) for sign in "✗*"] == [1, 2]
    first = drawn(picture_of(History(writes)))
    assert first[-1] == f"... {len(writes) - 2 * NEAR - 1:,} operations after"
    assert "├ write 0 ┤" in first[1]


def test_no_operations_are_no_lines():
    assert drawn(picture_of(History())) == []


def test_a_picture_for_a_notebook():
    picture = picture_of(check(STALE))
    assert repr(picture) == "<HistoryPicture of 3 operations>"
    assert picture._repr_svg_().startswith("<svg")
    assert "✗" in picture.svg(80)


def test_a_verdict_without_a_violation_has_no_picture():
    with pytest.raises(ValueError, match=r"regular holds: nothing is wrong to draw; picture_of\(history\) draws"):
        picture_of(check(History(), "regular"))


def test_colours_only_where_the_terminal_wants_them():
    coloured = "\n".join(drawn(picture_of(check(STALE)), force_terminal=True, color_system="truecolor"))
    assert "\x1b[1;38;2;213;94;0m├ ✗ read 3 ┤" in coloured
    assert "\x1b" not in "\n".join(drawn(picture_of(check(STALE))))


def _history(random_, count):
    """Operations of five clients, some without an outcome."""
    free = dict.fromkeys(range(5), 0)
    operations = []
    for number in range(1, count):
        process = random_.choice(list(free))
        invoked = free.pop(process) + random_.randrange(1, 4)
        completed = math.inf if random_.random() < 0.1 else invoked + random_.randrange(6)
        kind = random_.choice([Kind.READ, Kind.WRITE])
        if completed == math.inf:
            free[100 + number] = invoked
        else:
            free[process] = completed
        value = None if kind is Kind.READ and completed == math.inf else number
        operations.append(op(process, kind, value, invoked, completed))
    return History(operations)
