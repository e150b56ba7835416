"""The diagram as text, drawn exactly as the pictures that were looked at and kept."""

from __future__ import annotations

import pytest
from diagram_scenes import GOLDENS, PICTURES, scene

from distgame.tui.diagram.boxes import box_rows, cut
from distgame.tui.diagram.draw import render_text
from distgame.tui.diagram.glyphs import ASCII, UNICODE
from distgame.tui.diagram.layout import arrange
from distgame.tui.diagram.palette import INKS
from distgame.tui.diagram.scene import Box, LinkMark


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name):
    shown, width, height = PICTURES[name]
    assert render_text(shown, width, height) == (GOLDENS / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


@pytest.mark.parametrize("name", PICTURES)
def test_no_line_is_wider_than_the_area(name):
    shown, width, height = PICTURES[name]
    lines = render_text(shown, width, height)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)


def test_the_ascii_board_has_ascii_characters_only():
    lines = render_text(scene(5, 2, 12, down=4), 80, 13, style="board", glyphs=ASCII)
    assert "".join(lines).isascii()


def test_a_crashed_node_has_a_dashed_box_that_says_down():
    lines = render_text(scene(3, 1, down=2), 78, 28)
    assert lines[11].endswith("┌╌ node 2 ╌╌╌╌╌╌┐")
    assert lines[13].endswith("╎ down          ╎")
    assert lines[14].endswith("╎               ╎")


@pytest.mark.parametrize("style", ["ring", "board"])
def test_a_link_that_is_cut_one_way_is_whole_and_says_which(style):
    def drawn(*links):
        return "\n".join(render_text(scene(5, 3, links=links), 78, 28, style))

    both, one = drawn(LinkMark(1, 3, "cut")), drawn(LinkMark(1, 3, "cut", 3))
    assert "cut>" not in both
    assert "cut>3" in one
    assert sum(map(str.isspace, one)) < sum(map(str.isspace, both)) - len(">3")


def test_a_text_longer_than_its_box_is_cut_with_an_ellipsis():
    shown = scene(1, 1)
    box = shown.nodes[0]
    long = type(box)(1, "node 1", ("a text of twenty one.", "", ""), ("", ""))
    lines = render_text(type(shown)(shown.clients, shown.gateway, (long,)), 78, 28)
    assert "│ a text of twe…│" in lines[12]


def test_the_focused_boxes_wires_get_more_dots_and_the_others_fewer():
    def dots(lines: list[str], rows: range, columns: range) -> int:
        cells = ((y, x) for y in rows for x in columns if x < len(lines[y]))
        return sum(bin(ord(lines[y][x]) - 0x2800).count("1") for y, x in cells if ord(lines[y][x]) >= 0x2800)

    quiet = scene(5, 1, links=())
    level = range(2, 3), range(43, 53)
    plain, on, off = (dots(render_text(quiet, 78, 28, highlight=h), *level) for h in (None, 1, 3))
    assert (off, plain, on) == (5, 10, 20)


@pytest.mark.parametrize("style", ["ring", "board"])
@pytest.mark.parametrize("state", ["up", "down", "paused", "cut off", "some later idea"])
def test_every_state_is_named_in_its_box_and_has_colours(state, style):
    layout = arrange(78, 28, 3, 1, style)
    for identity, rect in layout.boxes.items():
        box = Box(identity, "title", ("x = 7", "busy", "ops"), ("x=7", "busy", "ops"), state)
        rows = box_rows(box, rect, layout)
        assert {span.role for row in rows for span in row} <= set(INKS)
        assert all(sum(len(span.text) for span in row) == rect.width for row in rows)
        text = "".join(span.text for row in rows for span in row)
        if style == "ring":
            assert (cut(state, rect.width - 3, UNICODE) in text) is (state != "up")
            assert ("busy" in text) is (state == "up")
