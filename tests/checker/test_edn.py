"""The EDN that is read, and what is refused at which character."""

import math

import pytest

from distgame.checker.edn import EdnError, Keyword, Literal, Reader


def read(text):
    return [form for _, form in Reader(text).elements()]


FORMS = [
    ("nil true false", [None, True, False]),
    ("1 -2 +3 4N 5M 0", [1, -2, 3, 4, 5, 0]),
    ("1.5 -2e3 1.25M 1.", [1.5, -2000.0, 1.25, 1.0]),
    (":a :a/b :x-y.z? a/b -x +", [":a", ":a/b", ":x-y.z?", "a/b", "-x", "+"]),
    ("1/2 ##Inf", ["1/2", "##Inf"]),
    (r'"" "a b" "ü\"\\\n\t\r\u00e4"', ["", "a b", 'ü"\\\n\t\rä']),
    ('"a\nb"', ["a\nb"]),
    (r"\a \newline \space \tab \u00e4 \; \(", ["a", "\n", " ", "\t", "ä", ";", "("]),
    ("{} [1] () {:a [1 2], :b {:c nil}}", [{}, [1], [], {":a": [1, 2], ":b": {":c": None}}]),
    ("{[1 2] 3}", [{"[1, 2]": 3}]),
    ("#{1 :b}", ["#{1 :b}"]),
    ("1,,2, ;comment ; more\n3;end", [1, 2, 3]),
    ('#inst "2026-01-01" #a.b/c {:x #d 1}', ["2026-01-01", {":x": 1}]),
    ("#_ 1 2 #_#_ 3 4 5 #_{:a #_b c} 6 {:a #_ 1 2}", [2, 5, 6, {":a": 2}]),
    ("[1 2 #_3]", [1, 2]),
    ("(1 [2]) ; done", [1, [2]]),
    ('{:a"b":c[1]}', [{":a": "b", ":c": [1]}]),
    ("", []),
    (" , ;nothing", []),
]


@pytest.mark.parametrize(("text", "forms"), FORMS, ids=[text for text, _ in FORMS])
def test_read(text, forms):
    assert read(text) == forms


def test_what_is_no_text_is_told_from_one():
    keyword, symbol, text, one, true = read('{} :a a "a" 1 true')[1:]
    assert [type(each) for each in (keyword, symbol, text, one, true)] == [Keyword, Literal, str, int, bool]
    assert [repr(each) for each in (keyword, symbol, text)] == [":a", "a", "'a'"]


def test_a_float_is_never_a_whole_number():
    assert [type(each) for each in read("{} 1.0 1e2 2.0M")[1:]] == [float, float, float]
    assert math.isfinite(read("{} 1e300")[1])


REFUSED = [
    ("{:a}", 0, "a map with a key that has no value"),
    ("1 [2", 2, "what is opened here is never closed with ]"),
    ("[1 2", 0, "what is opened here is never closed with ]"),
    ("{:a [1}", 6, "} closes nothing that is open"),
    ("1 )", 2, ") closes nothing that is open"),
    ("[1] 2", 4, "something follows the vector"),
    ('1 "abc', 2, "a text without end"),
    ("1 #", 2, "not EDN"),
    (r'"a\qb"', 0, r"\q is no escape of a text"),
    (r"\abc", 0, r"no character is called \abc"),
    ("1 #_", 4, "the text ends where a form was expected"),
    ("[1 #_]", 5, "] closes nothing that is open"),
    ("1" * 5000, 0, "is no number of a length that can be read"),
    (" " * 50 + "#", 50, "not EDN"),
    ('{"a": 1}', 4, "a colon without a name"),
    (";;" * 50 + "\n" + '"', 101, "a text without end"),
]


@pytest.mark.parametrize(("text", "position", "problem"), REFUSED, ids=[text[:20].strip() for text, *_ in REFUSED])
def test_refused_where_it_is(text, position, problem):
    with pytest.raises(EdnError) as error:
        read(text)
    assert error.value.position == position
    assert problem in str(error.value)
