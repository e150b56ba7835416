"""Prose in the little Markdown that the game's texts use, as one widget: Textual's own takes four for a bullet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content
from textual.geometry import Size
from textual.highlight import ANSIDarkHighlightTheme, ANSILightHighlightTheme, HighlightTheme, highlight
from textual.widget import Widget

MARKS = {"strong": ".strong", "em": ".emphasis", "code_inline": ".code"}
"""The component class of what is marked so."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of one kind: a paragraph, an item of a list, or code in the language that its fence names."""

    kind: str
    content: Content
    language: str = ""


def blocks(markdown: str) -> Iterator[Block]:
    """What the text consists of: paragraphs, items of lists, and code between fences."""
    in_item = False
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "fence":
            yield Block("code", Content(token.content.removesuffix("\n")), token.info)
        elif token.type == "inline":
            yield Block("item" if in_item else "paragraph", inline(token.children or []))
        elif token.tag == "li":
            in_item = token.nesting > 0


def inline(tokens: list[Token]) -> Content:
    """A paragraph in one line: `code`, **strong** and *emphasis* have component classes."""
    parts: list[tuple[str, str]] = []
    marks = [""]
    for token in tokens:
        if token.nesting > 0:
            marks.append(MARKS.get(token.tag, marks[-1]))
        elif token.nesting < 0:
            marks.pop()
        else:
            text = " " if token.type == "softbreak" else token.content
            parts.append((text, MARKS.get(token.type, marks[-1])))
    return Content.assemble(*parts)


def hanging(head: Content, text: Content, width: int) -> list[Content]:
    """Lines of at most `width` cells: all of the text stands right of its head."""
    first, *others = text.wrap(width - len(head))
    return [Content.assemble(head, first), *(line.pad_left(len(head)) for line in others)]


@lru_cache(maxsize=8)
def laid_out(markdown: str, width: int, bullet: str, colours: type[HighlightTheme] = HighlightTheme) -> Content:
    """The text in lines of at most `width` cells; items hang behind their bullet, code stands on its own ground."""
    found: list[Content] = []
    before = ""
    for block in blocks(markdown):
        if before and (before, block.kind) != ("item", "item"):
            found.append(Content())
        if block.kind == "code":
            code = highlight(block.content.plain, language=block.language, theme=colours).split()
            lines = [line.pad_left(2).truncate(width, pad=True) for line in (Content(), *code, Content())]
            found += [line.stylize_before(".ground") for line in lines]
        elif block.kind == "item":
            found += hanging(Content.assemble((bullet, ".bullet")), block.content, width)
        else:
            found += block.content.wrap(width)
        before = block.kind
    return Content("\n").join(found)


class WrappedText(Widget):
    """Shows a text that says itself how it is wrapped, as high as it is then; below it stands an empty line."""

    DEFAULT_CSS = """
    WrappedText { height: auto; margin: 0 0 1 0; }
    """

    def wrapped(self, width: int) -> Content:
        """The text in lines of at most so many cells."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the text takes in that width."""
        return self.wrapped(width).plain.count("\n") + 1

    def render(self) -> Content:
        """The text in the width there is."""
        return self.wrapped(self.content_size.width)


class Prose(WrappedText):
    """Shows a text in Markdown."""

    COMPONENT_CLASSES: ClassVar = {"code", "strong", "emphasis", "bullet", "ground"}
    DEFAULT_CSS = """
    Prose {
        & > .strong { text-style: bold; }
        & > .emphasis { text-style: italic; }
        & > .bullet { color: $text-primary; }
        & > .code { background: $warning 10%; color: $text-warning 95%; }
        & > .ground { background: black 10%; }
        &:light > .bullet { color: $text-secondary; }
        &:light > .code { background: $error 5%; color: $text-error 95%; }
        &:ansi > .code, &:ansi > .ground { background: ansi_default; }
    }
    """

    def __init__(self, markdown: str, bullet: str = "• ") -> None:
        super().__init__()
        self._markdown, self._bullet = markdown, bullet

    def wrapped(self, width: int) -> Content:
        """Paragraphs, items that hang behind their bullets, and code."""
        colours = HighlightTheme
        if self.app.native_ansi_color:
            colours = ANSIDarkHighlightTheme if self.app.current_theme.dark else ANSILightHighlightTheme
        return laid_out(self._markdown, width, self._bullet, colours)
