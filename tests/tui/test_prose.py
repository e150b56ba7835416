"""Prose: its blocks, its marks, its lines in a width, and the same in the help window."""

import pytest

from distgame.tui.modals.api_card import API_CARD
from distgame.tui.modals.help import KeyTable
from distgame.tui.prose import WrappedText, blocks, laid_out

TEXT = """\
A paragraph of
two lines.

- one item
  that goes on
- another
```python
if True:

    pass
```
The `end`.
"""


def test_a_text_falls_into_blocks():
    assert [(each.kind, each.content.plain, each.language) for each in blocks(TEXT)] == [
        ("paragraph", "A paragraph of two lines.", ""),
        ("item", "one item that goes on", ""),
        ("item", "another", ""),
        ("code", "if True:\n\n    pass", "python"),
        ("paragraph", "The end.", ""),
    ]


def test_marks_become_styles():
    (block,) = blocks("**A `x` B** `b *c*` and *d*: 2 * 3")
    assert block.content.plain == "A x B b *c* and d: 2 * 3"
    assert [(block.content.plain[each.start : each.end], each.style) for each in block.content.spans if each.style] == [
        ("A ", ".strong"),
        ("x", ".code"),
        (" B", ".strong"),
        ("b *c*", ".code"),
        ("d", ".emphasis"),
    ]


def test_items_hang_behind_their_bullet_and_code_stands_on_its_ground():
    lines = laid_out(TEXT, 12, "- ").plain.split("\n")
    assert lines == [
        *("A paragraph", "of two", "lines.", ""),
        *("- one item", "  that goes", "  on", "- another", ""),
        *(" " * 12, "  if True:  ", " " * 12, "      pass  ", " " * 12, ""),
        "The end.",
    ]


@pytest.mark.parametrize("width", [20, 56, 78])
def test_no_line_of_the_card_is_wider_than_there_is_room(width):
    assert max(line.cell_length for line in laid_out(API_CARD, width, "• ").split()) <= width


async def test_the_help_is_as_high_as_its_text(app):
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        for size in ((80, 24), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            texts = list(app.screen.query(WrappedText))
            assert len(texts) > 1
            for text in texts:
                lines = text.render().split()
                assert text.size.height == len(lines)
                # A cell stays free before the bar at the right.
                assert all(line.cell_length < text.outer_size.width for line in lines)


def test_what_a_key_does_stands_in_a_column_of_its_own():
    table = KeyTable([("space", "Runs or pauses."), ("a", "Shows the code: it costs stars.")])
    assert table.wrapped(20).plain.split("\n") == [
        "space  Runs or",
        "       pauses.",
        "a      Shows the",
        "       code: it",
        "       costs stars.",
    ]
