"""The scores screen: what is shown, how it is sorted, and what its keys do."""

import threading
from dataclasses import replace

import pytest
from screen_text import screen_lines, screen_text, words
from shell_data import row

from distgame.game.campaign.figures import Figures
from distgame.game.scores.score_table import as_csv
from distgame.tui.marks import UNICODE
from distgame.tui.scores.columns import COLUMNS, Sorting, View, chosen, ordered
from distgame.tui.scores.pictures import bars, histogram
from distgame.tui.scores.screen import ScoresScreen

ADA_BEST = row(messages_per_operation=8.25, when="2025-02-01T12:00:00Z")
ADA = row(stars=0, seeds_passed=7, messages_per_operation=4.0, wait_p99=50, reads_correct=790)
BOB = row(player="bob", stars=3, wait_p99=40, availability=None, code_digest="b" * 64, medals=(True, True, True))
ROWS = [ADA, BOB, ADA_BEST]


@pytest.mark.parametrize(
    ("view", "rows"),
    [(View.BEST, [BOB, ADA_BEST]), (View.ALL, ROWS), (View.MINE, [ADA, ADA_BEST])],
)
def test_a_view_shows(view, rows):
    assert sorted(chosen(ROWS, view, "Ada"), key=ROWS.index) == sorted(rows, key=ROWS.index)


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ("player", [ADA_BEST, ADA, BOB]),
        ("stars", [BOB, ADA_BEST, ADA]),
        ("reads", [BOB, ADA_BEST, ADA]),
        ("seeds", [BOB, ADA_BEST, ADA]),
        ("messages", [ADA, ADA_BEST, BOB]),
        ("wait", [ADA_BEST, BOB, ADA]),
        ("answered", [ADA_BEST, ADA, BOB]),
        ("when", [ADA_BEST, BOB, ADA]),
    ],
)
def test_a_column_sorts_the_best_first(column, rows):
    assert ordered(ROWS, Sorting(column)) == rows


def test_choosing_a_column_again_turns_it_around():
    assert Sorting("wait").by("wait") == Sorting("wait", backwards=True)
    assert Sorting("wait", backwards=True).by("seeds") == Sorting("seeds")
    assert ordered(ROWS, Sorting("wait", backwards=True))[0] == ADA


def test_the_columns_come_in_turn_around_and_around():
    sorting = Sorting()
    for _ in COLUMNS:
        sorting = sorting.next
    assert sorting == Sorting()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("stars", "★★★"),
        ("reads", "800/800"),
        ("messages", "9.50"),
        ("wait", "40"),
        ("answered", "-"),
        ("code", "bbbbbbb"),
    ],
)
def test_a_cell_says(key, said):
    column = next(column for column in COLUMNS if column.key == key)
    assert column.cell(BOB, UNICODE) == said


@pytest.fixture
def scored(app, game):
    """The app with three results on the first level."""
    for each in ROWS:
        game.scoreboard.add(each)
    return app


async def opened(app, pilot):
    """Opens the scores of the first level."""
    app.push_screen(ScoresScreen(app.game.levels[0]))
    await pilot.pause()
    await pilot.pause()


async def test_the_table_has_the_best_of_each_player(scored, size):
    async with scored.run_test(size=size) as pilot:
        await opened(scored, pilot)
        lines = screen_lines(scored)
        assert lines[0].split() == ["Scores", "01", "Echo", "best", "of", "each", "player"]
        assert lines[2].split()[:7] == ["bob", "★★★", "800/800", "20", "9.50", "40", "-"]
        assert lines[3].split()[:8] == ["Ada", "★★☆", "800/800", "20", "8.25", "30", "99.8%", "2025-02-01"]
        assert lines[4] == ""
        assert ("bbbbbbb" in lines[2]) == (size[0] >= 110)
        assert "medals: messages, wait, answered" in screen_text(scored)


async def test_the_keys_do_what_the_footer_says(scored):
    async with scored.run_test(size=(120, 36)) as pilot:
        await opened(scored, pilot)
        await pilot.press("v")
        await pilot.pause()
        assert "all results" in screen_lines(scored)[0]
        assert screen_lines(scored)[4].split()[0] == "Ada"
        await pilot.press("r")
        await pilot.pause()
        assert "stars ▲" in screen_lines(scored)[1]
        assert screen_lines(scored)[2].split()[1] == "☆☆☆"
        await pilot.press("o")
        await pilot.pause()
        assert "reads right ▼" in screen_lines(scored)[1]
        await pilot.press("right")
        await pilot.pause()
        assert "02 Two Minds" in screen_lines(scored)[0]
        assert "No result yet" in words(scored)
        await pilot.press("left", "left")
        await pilot.pause()
        assert "01 Echo" in screen_lines(scored)[0]


async def test_the_reference_is_measured_and_marked_beside_the_medal_and_the_chosen_result(scored, game, monkeypatch):
    go_on, asked = threading.Event(), []

    def measure(level, cancelled):
        asked.append(level.id)
        go_on.wait(10)
        if level.number > 1:
            return None
        game._figures[level.id] = Figures(8.75, 36, 0.9991)
        return game._figures[level.id]

    monkeypatch.setattr(game, "measure_reference", measure)
    async with scored.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 0.05)
        await opened(scored, pilot)
        assert screen_text(scored).count("◆ reference measuring...") == 3
        await pilot.pause(0.2)
        go_on.set()
        await scored.workers.wait_for_complete()
        await pilot.pause()
        told = screen_text(scored)
        assert "│ medal     <= 8.5" in told
        assert [value in told for value in ("◆ reference 8.75", "◆ reference 36", "◆ reference 99.9%")] == [True] * 3
        assert "▲ this one  9.5" in told
        axis = next(line for line in screen_lines(scored) if "◆" in line and "─" in line)
        assert [axis[:25].index(sign) for sign in "│◆▲"] == sorted(axis[:25].index(sign) for sign in "│◆▲")
        game.scoreboard.add(replace(ADA, level="02-two-minds"))
        await pilot.press("right")
        await pilot.pause(0.2)
        await scored.workers.wait_for_complete()
        await pilot.pause()
        assert "◆ reference not measured" in screen_text(scored)
        assert asked == ["01-echo", "02-two-minds"]


async def test_a_click_on_a_header_sorts(scored):
    async with scored.run_test(size=(120, 36)) as pilot:
        await opened(scored, pilot)
        place = screen_lines(scored)[1].index("p99")
        await pilot.click(offset=(place, 1))
        await pilot.pause()
        assert "p99 ▼" in screen_lines(scored)[1]
        assert screen_lines(scored)[2].split()[0] == "Ada"


async def test_down_tells_about_the_next_result(scored):
    async with scored.run_test(size=(80, 24)) as pilot:
        await opened(scored, pilot)
        await pilot.press("down")
        await pilot.pause()
        assert "register.py  3f9c2a7000000000  2025-02-01 12:00:00 UTC" in screen_text(scored)


async def test_a_name_with_markup_is_shown_as_it_is(app, game):
    game.scoreboard.add(replace(BOB, player="[red]x[/"))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        assert "[red]x[/" in screen_text(app)


def test_bars_go_from_the_lowest_to_the_highest():
    assert bars([1, 2, None, 8]) == "▁▂ █"
    assert bars([5, 5]) == "▁▁"
    assert bars([None]) == ""
    assert len(bars(list(range(50)))) == 20


@pytest.mark.parametrize(("values", "limit"), [([1, 2, 2, 9], 4), ([1, 2], 9), ([5, 6], 1), ([3], 3), ([None], 2)])
def test_a_histogram_has_a_bar_for_every_value_and_each_mark_in_its_place(values, limit):
    found = histogram(values, [("|", limit), ("+", None), ("^", 2)], 24, plain=True)
    known = [value for value in values if value is not None]
    assert (found.low, found.high) == (min([*known, limit, 2]), max([*known, limit, 2]))
    assert len(found.bars) == len(found.axis) == 24
    assert len(found.bars.split()) <= len(set(known))
    assert bool(found.bars.strip()) == bool(known)
    medal, reference, chosen = found.places
    assert reference is None
    assert (found.axis[medal], found.axis[chosen], found.axis.count("-")) == ("|", "^", 22)
    assert (medal > chosen) == (limit > 2)


def test_the_bars_of_a_histogram_are_as_high_as_there_are_values():
    assert histogram([0, 0, 0, 0, 9, 9, 10], [], 10).bars == "█        ▆"


def test_marks_of_one_value_stand_side_by_side():
    found = histogram([1, 5, 9], [("|", 5), ("+", 5), ("^", 9), ("o", 9)], 9)
    assert found.axis == "────|+─o^"


def test_a_table_for_other_programs_has_a_line_for_each_result():
    lines = as_csv(ROWS).splitlines()
    assert lines[0].startswith("level,player,algorithm,code_digest,stars")
    assert len(lines) == 4


async def test_results_are_written_as_csv_all_of_them(app, game, monkeypatch, tmp_path):
    monkeypatch.setattr("distgame.tui.scores.screen.MOST_ROWS", 1)
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))
    for each in ROWS:
        game.scoreboard.add(each)
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(ScoresScreen(game.level(ADA.level)))
        await pilot.pause()
        assert "best of each player, the first 1 of 2" in screen_text(app)
        assert len([line for line in screen_lines(app) if "2025-0" in line and "UTC" not in line]) == 1
        await pilot.press("c")
        (file,) = (tmp_path / "home").glob("*.csv")
        assert len(file.read_text().splitlines()) == 3


async def test_the_code_of_two_results_is_compared(app, game):
    for code, when in (("one\ntwo\n", "2025-02-01T12:00:00Z"), ("one\nthree\n", "2025-02-02T12:00:00Z")):
        game.scoreboard.add(replace(ADA, code=code, when=when, stars=1))
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(ScoresScreen(game.level(ADA.level)))
        await pilot.pause()
        await pilot.press("v", "d", "down")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert [line[:6] for line in screen_lines(app)[2:4]] == [" ▸ Ada", " Ada  "]
        assert app.screen.table.cursor_row == 1
        await pilot.press("d")
        await pilot.pause()
        assert "-two" in screen_text(app)
        assert "+three" in screen_text(app)
