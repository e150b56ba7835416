"""The lesson on the play screen: each strip gives way to what it asks for, and the player can wave it away."""

import pytest
from play_stage import FAULTS, LEVEL, LOCAL, MAJORITY, stage

from distgame.game.campaign.levels import all_levels, read_level
from distgame.game.play.settings import change_settings, read_settings

DEEDS = ["paused", "stepped", "marked", "code", "hint", "saved", "right", "passed", "read"]


def taught(folder, deeds=DEEDS):
    """The small level with a lesson."""
    path = folder / "08-small-storm.toml"
    steps = "".join(f'\n[[lesson]]\ntext = "Do what is {deed}."\ndone = "{deed}"\n' for deed in deeds)
    path.write_text(LEVEL.format(nodes=3, loss=0.0, faults=FAULTS) + steps)
    return read_level(path)


def strip(play):
    """What the strip says, without its keys; empty where there is none."""
    shown = play.screen.lesson
    return " ".join(str(shown.render()).split()).partition(" g next")[0] if shown.display else ""


@pytest.mark.parametrize("size", [(120, 36), pytest.param((80, 24), marks=pytest.mark.slow)], ids=["wide", "narrow"])
async def test_each_strip_gives_way_to_its_deed(tmp_path, size):
    async with stage(tmp_path, LOCAL, size, taught(tmp_path)) as play:
        said = [strip(play)]
        for keys in (["space"], ["full_stop"], ["greater_than_sign"]):
            await play.press(*keys)
            said.append(strip(play))
        play.screen.tabs.active = "code"
        await play.settle()
        said.append(strip(play))
        await play.press("n", "escape")
        await play.settle()
        said.append(strip(play))
        await play.save(LOCAL + "\n")
        said.append(strip(play))
        await play.save(MAJORITY)
        said.append(strip(play))
        await play.press("g")
        said.append(strip(play))
        wanted = [f"Lesson {number}/9 Do what is {deed}." for number, deed in enumerate(DEEDS, 1)]
        # The last save was right and passed all seeds: both strips give way to it.
        assert said == [*wanted[:7], wanted[8], ""]
    assert read_settings()[0].lessons_over == ("08-small-storm",)


async def test_the_strip_stands_on_the_screen_and_leaves_it(tmp_path):
    async with stage(tmp_path, LOCAL, (80, 24), taught(tmp_path, ["paused"])) as play:
        assert "Lesson 1/1  Do what is paused.   g next  G end" in play.lines[1]
        await play.press("g")
        assert "Lesson" not in play.text


async def test_a_click_waves_a_strip_away(tmp_path):
    async with stage(tmp_path, LOCAL, (80, 24), taught(tmp_path)) as play:
        await play.pilot.click("#lesson")
        await play.settle()
        assert strip(play) == "Lesson 2/9 Do what is stepped."


async def test_the_lesson_can_be_ended_for_good(tmp_path):
    played = taught(tmp_path)
    async with stage(tmp_path, LOCAL, played=played) as play:
        await play.press("G")
        assert strip(play) == ""
    async with stage(tmp_path, LOCAL, played=played) as play:
        assert strip(play) == ""


async def test_a_lesson_that_was_left_begins_again(tmp_path):
    played = taught(tmp_path)
    for _ in range(2):
        async with stage(tmp_path, LOCAL, played=played) as play:
            assert strip(play) == "Lesson 1/9 Do what is paused."
            await play.press("g")


async def test_who_has_earned_the_solution_is_not_taught_again(tmp_path):
    change_settings(forfeited=("08-small-storm",))
    async with stage(tmp_path, LOCAL, played=taught(tmp_path)) as play:
        assert strip(play) == ""


async def test_without_a_lesson_its_keys_do_nothing(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("g", "G", "question_mark")
        await play.settle()
        assert "Waves the strip" not in play.text
    assert read_settings()[0].lessons_over == ()


def test_the_first_level_has_a_lesson_and_its_strips_are_short():
    first, *_ = all_levels()
    assert len(first.lesson) >= 5
    assert first.lesson[-1].done == "read"
    assert max(len(" ".join(step.text.split())) for step in first.lesson) <= 225
