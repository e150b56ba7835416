"""Reads EDN, the notation of Clojure's data, as far as histories need it.

The Extensible Data Notation of R. Hickey (github.com/edn-format/edn). Maps become dicts, vectors and lists become
lists, tags are dropped. What no register holds (symbols, ratios, sets) becomes a Literal that shows its text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_BLANK = re.compile(r"(?:[\s,]++|;[^\n]*+)*+")
_TOKEN = re.compile(
    _BLANK.pattern
    + r"""
    (?: (?P<open>[(\[{]|\#\{)
      | (?P<close>[)\]}])
      | (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
      | (?P<character>\\(?:u[0-9A-Fa-f]{4}|[a-z]+|.))
      | (?P<discard>\#_)
      | (?P<tag>\#[A-Za-z:][^\s,()\[\]{}";]*)
      | (?P<atom>(?:\#\#)?[^\s,()\[\]{}";\\\#][^\s,()\[\]{}";]*)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}", "#{": "}"}
_WHOLE = re.compile(r"[+-]?[0-9]+[NM]?")
_FRACTION = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?M?")
_WORDS = {"nil": None, "true": True, "false": False}
_CHARACTERS = {"newline": "\n", "space": " ", "tab": "\t", "return": "\r", "formfeed": "\f", "backspace": "\b"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)


class Keyword(str):
    """A keyword, with its colon."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Literal(str):
    """What is of no use as a value, as it was written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class EdnError(ValueError):
    """Text that is no EDN; `position` is the character where."""

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(problem)
        self.position = position


class Reader:
    """Reads one form of a text after the other. Raises EdnError."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def elements(self) -> Iterator[tuple[int, Any]]:
        """The elements of the one vector or list that the text is, or all its forms, each with its position."""
        token = self._token()
        if token["open"] not in ("(", "["):
            self._position = 0
            yield from self._forms("", 0)
            return
        yield from self._forms(_CLOSING[token["open"]], token.start("open"))
        for position, _ in self._forms("", 0):
            raise EdnError(position, f"something follows the {'list' if token['open'] == '(' else 'vector'}")

    def _token(self) -> re.Match[str]:
        token = _TOKEN.match(self._text, self._position)
        if token is None or token.lastgroup is None:
            # Only an open text, a lone # and a lone \ are no token.
            position = _BLANK.match(self._text, self._position).end()  # type: ignore[union-attr]
            what = "a text without end" if self._text[position] == '"' else "not EDN"
            raise EdnError(position, what)
        self._position = token.end()
        return token

    def _forms(self, closing: str, opened: int) -> Iterator[tuple[int, Any]]:
        """All forms until the closing bracket, or the end of the text where there is none."""
        while True:
            token = self._token()
            kind = token.lastgroup
            if kind == "discard":
                self._form(self._token())
            elif kind == "close" and token["close"] == closing:
                return
            elif kind == "end":
                if closing:
                    raise EdnError(opened, f"what is opened here is never closed with {closing}")
                return
            else:
                yield token.start(str(kind)), self._form(token)

    def _form(self, token: re.Match[str]) -> Any:
        kind = token.lastgroup
        assert kind is not None
        text, start = token[kind], token.start(kind)
        match kind:
            case "atom":
                if text == ":":
                    raise EdnError(start, "a colon without a name; is this JSON?")
                try:
                    return _atom(text)
                except ValueError:
                    raise EdnError(start, f"{text:.60} is no number of a length that can be read") from None
            case "string":
                return _ESCAPE.sub(lambda escape: self._escaped(start, escape[1]), text[1:-1])
            case "character":
                return _CHARACTERS.get(text[1:]) or self._escaped_character(start, text[1:])
            case "open":
                return self._collection(text, start)
            case "tag":
                return self._form(self._token())
            case "discard":
                self._form(self._token())
                return self._form(self._token())
            case "close":
                raise EdnError(start, f"{text} closes nothing that is open")
        raise EdnError(start, "the text ends where a form was expected")

    def _collection(self, opening: str, start: int) -> Any:
        forms = [form for _, form in self._forms(_CLOSING[opening], start)]
        if opening == "#{":
            return Literal("#{" + " ".join(map(repr, forms)) + "}")
        if opening != "{":
            return forms
        if len(forms) % 2:
            raise EdnError(start, "a map with a key that has no value")
        # A map or vector is a key of nothing that a history is made of: its text stands for it.
        keys = (repr(form) if isinstance(form, list | dict) else form for form in forms[::2])
        return dict(zip(keys, forms[1::2], strict=True))

    def _escaped_character(self, start: int, text: str) -> str:
        return self._escaped(start, text) if text[0] == "u" and len(text) == 5 else self._one(start, text)

    def _one(self, start: int, text: str) -> str:
        if len(text) > 1:
            raise EdnError(start, f"no character is called \\{text:.20}")
        return text

    def _escaped(self, start: int, text: str) -> str:
        if text[0] == "u" and len(text) == 5:
            return chr(int(text[1:], 16))
        if text not in _ESCAPES:
            raise EdnError(start, f"\\{text} is no escape of a text")
        return _ESCAPES[text]


@lru_cache(maxsize=1 << 16)
def _atom(text: str) -> Any:
    if text[0] == ":":
        return Keyword(text)
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text.rstrip("NM"))
    if _FRACTION.fullmatch(text):
        return float(text.rstrip("M"))
    return Literal(text)
