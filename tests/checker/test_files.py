"""Files that are no history at all are told apart, and either kind is known by its name or its first character."""

import gzip

import pytest

from distgame.checker import HistoryError, check
from distgame.checker.files import load, parse

JSON = b'{"process": 1, "type": "invoke", "f": "write", "value": 5, "time": 1}\n'
EDN = b"{:process 1, :type :invoke, :f :write, :value 5, :time 1}\n"

REFUSED = {
    "packed with gzip": (
        gzip.compress(JSON),
        r"packed with gzip; unpack it, as in `gzip -dc FILE \| distgame check -`",
    ),
    "packed with bzip2": (b"BZh91AY&SY", "packed with bzip2"),
    "packed with xz": (b"\xfd7zXZ\0", "packed with xz"),
    "packed with zstd": (b"\x28\xb5\x2f\xfd\0", "packed with zstd"),
    "packed with zip": (b"PK\x03\x04", "packed with zip"),
    "UTF-16": (JSON.decode().encode("utf-16"), "UTF-16 text; expected UTF-8"),
    "a program": (b"\x7fELF\x02\x01\x01\0\0\0", "a binary file; expected text"),
    "Latin-1": (JSON + JSON.replace(b"write", b"\xe4"), "h:2: not UTF-8 text"),
    "Latin-1 in EDN": (EDN + b"\n; \xe4", "h:3: not UTF-8 text"),
    "a table": (b"process,type,f,value\n", r"h:1: not JSON: Expecting value \(column 1\)$"),
    "an array": (b"[" + JSON.strip() + b"]", "h:1: not a JSON object .*; `jq -c '.\\[\\]'` makes lines of an array"),
    "cut off": (JSON + JSON[:40], r"h:2: not JSON: .*; the file ends in this line: was it cut off\?"),
    "nonsense after blank lines": (b'\n\r\n  \n{"x', "h:4: not JSON"),
    "two in a line": (JSON.strip() + JSON, r"h:1: not JSON: a line holds one object, but .* follows \(column 70\)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    content, message = REFUSED[name]
    with pytest.raises(HistoryError, match=f"^h?:?.*{message}"):
        parse(content.splitlines(keepends=True), "h")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(HistoryError, match=r"none\.jsonl: cannot be read: No such file or directory"):
        load(tmp_path / "none.jsonl")
    with pytest.raises(HistoryError, match="cannot be read: Is a directory"):
        load(tmp_path)
    with pytest.raises(HistoryError, match="cannot be read: embedded null byte"):
        load("a\0b")


@pytest.mark.parametrize(
    "content",
    [
        JSON,
        JSON.strip(),
        b"\xef\xbb\xbf" + JSON,
        b"\r\n" + JSON.replace(b"\n", b"\r\n") + b"\r\n",
        EDN,
        b"\xef\xbb\xbf" + EDN,
        b"; a comment\n" + EDN,
        b"\n[" + EDN + b"]",
        b"[\r\n" + EDN + b"]",
        b"(" + EDN + b")",
        b"[ ; one of them\n" + EDN + b"]",
        b"#jepsen.history.Op" + EDN,
    ],
)
def test_the_first_character_tells_which_kind_it_is(content):
    (write,), warnings = parse(content.splitlines(keepends=True), "-")
    assert (write.process, write.value, write.invoked_at, warnings) == (1, 5, 1, ())


def test_the_name_decides_before_the_first_character(tmp_path):
    for name, content, problem in (
        ("h.edn", JSON, "h.edn:1: not EDN: a colon without a name; is this JSON"),
        ("h.jsonl", EDN, "h.jsonl:1: not JSON"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(HistoryError, match=problem):
            load(tmp_path / name)


@pytest.mark.parametrize("name", ["h.edn", "h.jsonl", "h", "-"])
@pytest.mark.parametrize("content", [b"", b"\n", b"  \n\n"])
def test_an_empty_file_is_a_history_that_holds(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert len(load(tmp_path / name).history) == 0
    assert check(tmp_path / name)
