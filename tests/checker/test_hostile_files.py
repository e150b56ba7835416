"""Whatever bytes a file holds, it is a history or one clear message."""

from random import Random

import pytest

from distgame.checker import HistoryError
from distgame.checker.files import parse

JSON = b"""\
{"process": 0, "type": "invoke", "f": "cas", "value": [null, "a"], "time": 1, "key": "x"}
{"process": 1, "type": "invoke", "f": "read", "value": null, "time": 2}
{"process": 0, "type": "ok", "f": "cas", "value": [null, "a"], "time": 3}
{"process": 1, "type": "ok", "f": "read", "value": {"x": "a", "y": null}, "time": 4}
{"process": 1, "type": "invoke", "f": "add", "value": null, "time": 5}
{"process": 1, "type": "info", "f": "add", "value": null, "time": 6}
"""
EDN = b"""\
[{:process 0, :type :invoke, :f :cas, :value [:x [nil "a\\n"]], :time 1} ; first
 #jepsen.history.Op{:process 1, :type :invoke, :f :read, :value nil, :time 2}
 {:process :nemesis, :type :info, :f :start, :value #{1 \\a 1/2}} #_ {:x 1}
 {:process 0, :type :ok, :f :cas, :value [:x [nil "a\\n"]], :time 3N}
 {:process 1, :type :ok, :f :read, :value {:x 1 "y" 25}, :time 4}]
"""
PIECES = [
    *(
        b'"',
        b"\\",
        b"[",
        b"]",
        b"{",
        b"}",
        b"(",
        b")",
        b"#",
        b"#_",
        b":",
        b";",
        b"\n",
        b"\0",
        b"\xff",
        b" ",
        b",",
        b"-",
        b"^",
    ),
    *(b"null", b"nil", b"NaN", b"true", b"1e999", b"1.0", b"1/2", b"9" * 5000, b"\\ud800", b"##Inf"),
]


def spoilt(text, random):
    """The text with a few pieces put in, taken out or doubled."""
    for _ in range(random.randrange(1, 5)):
        place = random.randrange(len(text) + 1)
        end = place + random.randrange(20)
        middle = random.choice([random.choice(PIECES), b"", 2 * text[place:end]])
        text = text[:place] + middle + text[random.choice([place, end]) :]
    return text


@pytest.mark.parametrize("original", [JSON, EDN], ids=["json", "edn"])
@pytest.mark.parametrize("name", ["h", "h.jsonl", "h.edn"])
def test_a_spoilt_history_is_told_or_read(original, name):
    told, read = [], 0
    for seed in range(1_500):
        text = spoilt(original, Random(seed))
        try:
            history, warnings = parse(text.splitlines(keepends=True), name)
        except HistoryError as error:
            told.append(str(error))
        else:
            assert len(history) <= 10
            assert len(warnings) <= 2
            read += 1
    assert len(told) > 100
    assert [message for message in told if not message.startswith(f"{name}:") or len(message) > 400] == []
    assert [message for message in told if not message.isprintable()] == []
    if name == "h":
        assert read > 100
