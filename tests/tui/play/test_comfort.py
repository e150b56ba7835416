"""Comfort: settings, themes, copying, editing without an editor, a run in plain lines, wide signs, lossy links."""

import pytest
from click.testing import CliRunner
from play_stage import FAULTS, LOCAL, MAJORITY, level, stage
from rich.cells import cell_len

from distgame.cli import main
from distgame.engine.world import LinkRule
from distgame.game.play.settings import read_settings
from distgame.game.running.runs import simulate
from distgame.tui.diagram.boxes import box_rows, cut
from distgame.tui.diagram.glyphs import UNICODE
from distgame.tui.diagram.layout import Rect, arrange
from distgame.tui.diagram.scene import Box
from distgame.tui.play.plain import plain_lines
from distgame.tui.play.scene import link_marks
from distgame.tui.play.wording import narrow
from distgame.tui.theme import DEUTAN, LIGHT, THEMES


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))


async def test_settings_are_changed_and_kept(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("f2")
        assert "Frames a second    30" in play.text
        await play.press("enter", "down", "enter", "down", "right", "down", "enter", "up")
        assert play.app.theme == LIGHT.name
        settings = read_settings()[0]
        assert (settings.theme, settings.frames, settings.reduced_motion, settings.plain_signs) == (
            LIGHT.name,
            60,
            True,
            True,
        )
        await play.press("left")
        assert not read_settings()[0].reduced_motion
        await play.press("escape")
        assert play.app.screen is play.screen


async def test_settings_open_once_and_not_over_the_guard(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("f2", "f2")
        assert len(play.app.screen_stack) == 3
        await play.press("escape")
        await play.pilot.resize_terminal(40, 10)
        await play.press("f2")
        assert "80 x 24" in play.text


async def test_every_theme_is_drawn_with_a_tab(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("space", "5")
        for place, theme in enumerate(THEMES):
            play.app.theme = theme.name
            play.screen.tabs.active = play.screen.TABS[place % len(play.screen.TABS)]
            await play.settle()
            request = play.screen.diagram.inks()["request"].color.triplet.hex
            assert request.upper() == theme.primary


def test_themes_for_eyes_have_hues_of_their_own():
    hues = {(theme.primary, theme.accent, theme.error) for theme in THEMES}
    assert len(hues) == len(THEMES)
    assert DEUTAN.name in {theme.name for theme in THEMES}


async def test_the_text_of_a_tab_is_copied(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "9", "y")
        assert play.app.clipboard.splitlines() == play.screen.log_page.lines


async def test_the_file_is_edited_without_an_editor(tmp_path):
    async with stage(tmp_path, MAJORITY) as play:
        await play.press("E")
        area = play.app.screen.area
        assert area.text == MAJORITY
        area.text = LOCAL
        await play.press("escape")
        assert play.app.screen is not play.screen
        await play.press("f3", "escape")
        assert play.app.screen is play.screen
        assert play.screen.path.read_text() == LOCAL
        await play.press("E")
        play.app.screen.area.text = "nonsense"
        await play.press("escape", "escape")
        assert play.screen.path.read_text() == LOCAL


def test_a_run_in_plain_lines_tells_every_answer_and_the_verdict(tmp_path):
    path = tmp_path / "register.py"
    path.write_text(LOCAL)
    run = simulate(path, level(tmp_path))
    lines = list(plain_lines(run))
    assert lines[0] == "Small Storm, seed 1: 3 nodes, 2 clients"
    assert sum("wrong: client" in line for line in lines) == len(run.judgement.wrong)
    assert any("fault: node 3: crash" in line for line in lines)
    assert lines[-1].startswith("not passed: ")
    assert all(line.isascii() for line in lines)


def test_run_plain_prints_the_lines(tmp_path):
    path = tmp_path / "register.py"
    path.write_text(LOCAL)
    level(tmp_path)
    done = CliRunner().invoke(main, ["run", str(path), "--level", "8", "--levels", str(tmp_path), "--plain"])
    assert done.exit_code == 1, done.output
    assert "client 1 asks: " in done.stdout


def test_wide_signs_keep_boxes_in_shape():
    layout = arrange(78, 28, 3, 2, "ring")
    box = Box(1, "漢字漢字漢字漢字漢字", ("x = 漢字漢字漢字漢字漢", "日本語"), ("x=漢字漢字漢字", "日本"))
    for rect in (layout.boxes[1], Rect(0, 0, 13, 4), Rect(0, 0, 12, 2)):
        rows = box_rows(box, rect, layout)
        assert {sum(cell_len(span.text) for span in row) for row in rows} == {rect.width}
    assert cut("漢字漢字", 4, UNICODE) == "漢 …"
    assert narrow("W漢a") == "W□a"


async def test_wide_values_leave_the_screen_in_shape(tmp_path):
    wide = MAJORITY.replace('self.storage["x"]', 'self.storage["漢字"]').replace('"ok"', '"漢字漢字"')
    async with stage(tmp_path, wide) as play:
        await play.press("space")
        for tenth in "7":
            await play.press(tenth)
            for tab in play.screen.TABS:
                play.screen.tabs.active = tab
                await play.settle()
                assert max(cell_len(line) for line in play.lines) <= 120


def test_links_that_lose_more_than_others_are_marked(tmp_path):
    world = level(tmp_path, loss=0.1, faults=FAULTS).world
    assert [mark.kind for mark in link_marks((LinkRule(senders=(1,), receivers=(2,), loss=0.5),), world)] == ["lossy"]
    assert link_marks((LinkRule(senders=(1,), receivers=(2,), loss=0.05),), world) == ()
