"""The result window and the hint window: what they tell, and what their keys give."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from screen_text import screen_text, words
from shell_data import row, score
from textual.widgets import Button

from distgame.engine.errors import Problem
from distgame.game.pictures.failure_story import story_of_failure
from distgame.game.play.session import Version
from distgame.game.scores.scoreboard import Seal
from distgame.game.scores.standing import Standing
from distgame.tui.marks import ASCII, UNICODE
from distgame.tui.modals import result_text as text
from distgame.tui.modals.hint import HintScreen
from distgame.tui.modals.result import ResultScreen
from distgame.tui.modals.story import story_heading

VERSION = Version(3, SimpleNamespace(digest="3f9c2a7" + "0" * 57))


@pytest.fixture
def level(game):
    """The second of the three levels."""
    return game.levels[1]


def test_a_failure_leads_with_seed_tick_and_reason(level):
    failed = score(level, failed=(104,))
    assert text.headline(failed, UNICODE).plain == "✗ NOT PASSED  seed 104, tick 40"
    assert text.reason(failed) == "Client 2 read 5 although 7 had been written."


def test_a_story_says_how_much_it_is_all_that_matters(level):
    story = story_of_failure(score(level, failed=(104,)).first_failure, 3)
    assert story_heading(story) == "The shortest story"
    assert story_heading(replace(story, counts=(41, 0))) == "The shortest story: 2 of 41 operations"
    assert story_heading(replace(story, counts=(41, 1))) == ("The shortest story: 2 of 41 operations, 0 of 1 message")


def test_checks_tell_what_was_measured(level):
    lines = text.checks(score(level, failed=(104,)), level, UNICODE).plain.splitlines()
    assert lines == [
        "✗ every read linearizable: 799 of 800 right",
        "✓ at least 5 right reads of a written value in every seed: 30",
        "✓ at least 90% of operations answered: 100%",
        "✓ at most 50 ticks, the 99th percentile of all waits: 12",
        "✓ no error in your code",
    ]


def test_a_goal_that_is_missed_is_the_reason_where_every_read_was_right(level):
    slow = score(level, wait=60)
    assert text.headline(slow, UNICODE).plain == "✗ NOT PASSED"
    assert "at most 50 ticks, the 99th percentile of all waits: it was 60" in text.reason(slow)


def test_an_error_of_the_code_is_told_with_its_place(level):
    problem = Problem("exception", "KeyError: 'value'", "register.py", 12, node=2, tick=41)
    broken = score(level, problem=problem)
    assert text.reason(broken) == "KeyError: 'value' (register.py:12, node 2, tick 41)."
    assert "✗ no error in your code: KeyError" in text.checks(broken, level, UNICODE).plain


@pytest.mark.parametrize(
    ("failed", "run", "strip"),
    [
        ((), 20, "✓✓✓✓✓ ✓✓✓✓✓ ✓✓✓✓✓ ✓✓✓✓✓  20 of 20 passed"),
        ((101, 106), 20, "✗✓✓✓✓ ✗✓✓✓✓ ✓✓✓✓✓ ✓✓✓✓✓  18 of 20 passed; not 101, 106"),
        ((104,), 7, "✓✓✓✗✓ ✓✓··· ····· ·····  6 of 20 passed; not 104; 13 not run"),
        (
            range(101, 121),
            20,
            "✗✗✗✗✗ ✗✗✗✗✗ ✗✗✗✗✗ ✗✗✗✗✗  0 of 20 passed; not 101, 102, 103, 104, 105 ...",
        ),
    ],
)
def test_the_seed_strip(level, failed, run, strip):
    assert text.seed_strip(score(level, failed, run), level, UNICODE).plain == strip


def test_figures_say_what_is_better_or_worse_than_before_and_which_medals_that_wins(level):
    costly = score(level, sends=600)
    assert text.headline(costly, UNICODE).plain == "✓ PASSED  ★★☆"
    before = row(stars=1, seeds_passed=20, messages_per_operation=9.5, wait_p99=14, availability=None)
    assert text.figures(costly, level, before, UNICODE).plain.splitlines() == [
        "stars     ★★☆     ▲ better, was ★☆☆",
        "seeds     20      = as before",
        "messages  10      was 9.5                   ○ not yet  asked <= 8.5",
        "p99 wait  12      was 14                    ● won      asked <= 20",
        "answered  100%                              ● won      asked >= 99%",
    ]
    before = row(stars=2, messages_per_operation=9.5, wait_p99=14, availability=0.95)
    assert [line[18:40].rstrip() for line in text.figures(costly, level, before, UNICODE).plain.splitlines()] == [
        "= as before",
        "= as before",
        "▼ worse, was 9.5",
        "▲ better, was 14",
        "▲ better, was 95%",
    ]
    assert text.figures(costly, level, row(messages_per_operation=12), ASCII).plain.splitlines()[2] == (
        "messages  10      ^ better, was 12          o not yet  asked <= 8.5"
    )


def test_the_figures_of_a_failure_have_no_medals_and_the_first_ones_nothing_before(level):
    assert text.figures(score(level, failed=(104,)), level, None, UNICODE).plain.splitlines() == [
        "stars     ☆☆☆     ",
        "seeds     19      ",
        "messages  8       ",
        "p99 wait  12      ",
        "answered  100%    ",
    ]


def test_the_seal_says_what_it_took_or_how_to_get_it():
    seal = Seal("02-two-minds", "Ada", VERSION.digest, 720, 1, "2025-01-31T12:00:00Z")
    told = [
        text.seal(found, VERSION.digest, 720, UNICODE).plain
        for found in (None, seal, replace(seal, code_digest="other"))
    ]
    assert told == [
        "○ not yet   asked: nothing found in 720 runs; H lets the hunter look",
        "◈ won  the hunter found nothing in 720 runs",
        "◈ won  the hunter found nothing in 720 runs of an earlier version; H lets it hunt this one",
    ]


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (None, "This result is not kept."),
        ((None, 1, 1, None, 1, 1), "Your first result on this level."),
        ((row(), 1, 1, 1, 3, 9), "The 3rd of your 9 results on this level."),
        ((row(), 2, 7, 3, 1, 9), "2nd of 7 players on this level (3rd before); the best of your 9 results."),
        ((row(), 11, 12, 11, 2, 2), "11th of 12 players on this level; the 2nd of your 2 results."),
        ((None, 1, 2, None, 1, 1), "1st of 2 players on this level; your first result."),
    ],
)
def test_the_rank(stands, said):
    assert text.rank_told(stands and Standing(*stands)) == said


async def open_result(app, pilot, level, folder, outcome, before=None):
    """Opens the window; gives the list that its answer will be in."""
    answers = []
    stands = before and Standing(before, 1, 1, 1, 1, 2)
    app.push_screen(ResultScreen(level, outcome, VERSION, folder / "register.py", stands), answers.append)
    await pilot.pause()
    await pilot.pause()
    return answers


async def test_a_failure_on_the_screen(app, size, level, folder):
    async with app.run_test(size=size) as pilot:
        await open_result(app, pilot, level, folder, score(level, failed=(104,)))
        told = screen_text(app)
        for part in (
            "02 Two Minds",
            "✗ NOT PASSED  seed 104",
            "The shortest story",
            "799 of 800",
            "register.py 3f9c2a7",
        ):
            assert part in told
        assert "Show me (s) Editor (e) Run again (r) Levels (l)" in words(app)


async def test_a_success_on_the_screen_scrolls_to_the_next_level(app, size, level, folder):
    async with app.run_test(size=size) as pilot:
        await open_result(app, pilot, level, folder, score(level), row())
        assert "PASSED  ★★★" in screen_text(app)
        assert "○ not yet   asked: nothing found in 720 runs; H lets the hunter look" in screen_text(app)
        assert "Next level (n) Hunt (H) Solution (a) Editor (e) Levels (l)" in words(app)
        assert "Next level (n)" in screen_text(app)
        for _ in range(15):
            await pilot.press("down")
        await pilot.pause()
        assert "After Two Minds comes wisdom." in screen_text(app)
        assert "03 Late Mail" in screen_text(app)
        assert "What Late Mail teaches." in screen_text(app)


@pytest.mark.parametrize(
    ("failed", "key", "answer"),
    [
        ((104,), "s", "show"),
        ((104,), "enter", "show"),
        ((104,), "e", "editor"),
        ((104,), "r", "again"),
        ((104,), "l", "levels"),
        ((104,), "escape", None),
        ((), "n", "next"),
        ((), "enter", "next"),
        ((), "H", "hunt"),
    ],
)
async def test_a_key_gives_its_answer(app, level, folder, failed, key, answer):
    async with app.run_test() as pilot:
        answers = await open_result(app, pilot, level, folder, score(level, failed))
        await pilot.press(key)
        await pilot.pause()
        assert answers == [answer]


@pytest.mark.parametrize(("failed", "key"), [((104,), "n"), ((), "s")])
async def test_a_key_without_a_button_does_nothing(app, level, folder, failed, key):
    async with app.run_test() as pilot:
        answers = await open_result(app, pilot, level, folder, score(level, failed))
        await pilot.press(key)
        await pilot.pause()
        assert answers == []


async def test_help_lists_only_what_can_be_chosen(app, level, folder):
    async with app.run_test(size=(120, 36)) as pilot:
        await open_result(app, pilot, level, folder, score(level, (104,)))
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Goes to where it failed" in words(app)
        assert "Goes to the next level's card" not in words(app)


async def test_after_the_last_level_there_is_no_next(app, game, folder):
    async with app.run_test() as pilot:
        answers = await open_result(app, pilot, game.levels[-1], folder, score(game.levels[-1]))
        assert "Next level" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert answers == ["levels"]


async def test_a_click_on_a_button_answers_once(app, level, folder):
    async with app.run_test() as pilot:
        answers = await open_result(app, pilot, level, folder, score(level, (104,)))
        await pilot.click(app.screen.query(Button).last())
        await pilot.pause()
        assert answers == ["levels"]


async def test_hints_come_one_at_a_time(app, level, size):
    answers = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(HintScreen(level, 0), answers.append)
        await pilot.pause()
        for shown, wording in enumerate(("the symptom", "the concept", "the code"), 1):
            told = screen_text(app)
            assert f"Hint {shown} of 3" in told
            assert wording in told
            assert [hint in told for hint in level.hints] == [number < shown for number in range(3)]
            await pilot.press("n")
            await pilot.pause()
        assert "Next hint" not in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
    assert answers == [3]
