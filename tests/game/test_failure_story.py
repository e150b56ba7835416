"""The shortest story of a wrong answer: which messages it hangs on, and how it is drawn as lanes."""

from dataclasses import replace
from functools import cache

import pytest

from distgame.game.campaign.levels import find_level
from distgame.game.pictures.failure_story import story_of_failure, story_of_run
from distgame.game.pictures.retelling import retold
from distgame.game.pictures.story_lanes import ASCII_SIGNS, Signs, story_lines
from distgame.game.play.places import algorithms_folder
from distgame.game.running.runs import simulate

STORIES = {
    ("2", "local_variable.py", 94): """\
tick      86               88 96               99
client 1  ├ W225 at node 1 ┤  ├ ✗ R∅ at node 2 ┤
""",
    ("9", "resend.py", 94): """\
tick         6 7               13 17               25 30 32               35 38 40 54 57
client 1     ├ W631 at node 1 ────────────────────────────────────────────────────────┤
client 2                          ├ R631 at node 2 ┤
client 3                                              ├ ✗ R∅ at node 5 ─────────┤
node 1 to 2    ├ Store(1, 631) ▸
node 1 to 3     ├ Store(1, 631) ───────────────────────────────────────────────────▸
node 1 to 4      ├ Store(1, 631) until 86 ──────────────────────────────────────────────→
node 1 to 5       ├ Store(1, 631) until 76 ─────────────────────────────────────────────→
node 3 to 5                                              ├ Store(0, None) ▸
node 4 to 5                                               ├ Store(0, None) ──▸
""",
    ("15", "broken/only_in_memory.py", 94): """\
tick         61               84 92 97     101 141 149 151 153 159 161 163  165    166 178
client 1     ├ W191 at node 1 ┤  ├ W508 at node 1 ─────┤
client 2                                                       ├ ✗ R191 at node 5 ─────┤
node 2                              ├ down ┤       ├ down ─┤
node 3                               ├ down ┤       ├ down ─┤
node 1 to 4                                    ├ Store 508 until 196 ────────────────────→
node 1 to 5                                     ├ Store 508 until 182 ───────────────────→
node 3 to 5                                                        ├ Store ▸
node 4 to 5                                                            ├ Store 191 ▸
node 2 to 5                                                                 ├ Store ▸
""",
    ("21", "broken/leader_local_reads.py", 72): """\
tick      167       173 218 219        298         299
client 3  ├ W765 @1 ┤   ├ W680 @1 ───────────────────→
client 4                    ├ R680 @1 ┤├ ✗ R765 @2 ┤
1 to 2                   ├ Accept 680 ×
""",
}


@cache
def failed(level, algorithm):
    """The run of the first scored seed, in which a read is wrong."""
    chosen = find_level(level)
    return simulate(algorithms_folder() / algorithm, chosen, chosen.seeds.scored[0])


def drawn(story, width, signs=None):
    return "".join(
        "".join(text for text, _ in line).rstrip() + "\n" for line in story_lines(story, width, signs or Signs())
    )


@pytest.mark.parametrize(("level", "algorithm", "width"), STORIES, ids=[level for level, *_ in STORIES])
def test_a_story_is_drawn_as_lanes(level, algorithm, width):
    assert drawn(story_of_run(failed(level, algorithm)), width) == STORIES[level, algorithm, width]


def test_what_no_message_carried_is_said():
    story = story_of_run(failed("2", "local_variable.py"))
    assert story.note == "No message between nodes carried 225."
    assert story.counts == (64, 0)


def test_lanes_that_are_too_wide_go_on_below_with_every_bar_in_its_lane():
    story = story_of_run(failed("9", "resend.py"))
    for width in (40, 60, 80):
        lines = drawn(story, width).splitlines()
        assert max(map(len, lines)) <= width
        assert sum(line.count("├") for line in lines) == 3 + len(story.messages)
        assert sum(line.startswith("tick") for line in lines) == lines.count("") + 1


def test_plain_signs_are_ascii():
    assert drawn(story_of_run(failed("9", "resend.py")), 80, ASCII_SIGNS).isascii()
    assert "x Rnone" in drawn(story_of_run(failed("2", "local_variable.py")), 80, ASCII_SIGNS)


def test_without_its_run_a_story_has_its_operations():
    run = failed("9", "resend.py")
    story = story_of_failure(run.score.failure, 3)
    assert [story.wrong.value, story.messages, story.nodes] == [None, (), (None,) * 3]
    assert drawn(story, 80).splitlines()[3].startswith("client 3")
    assert retold(run.score.failure, run).messages
    assert retold(replace(run.score.failure, operations=story.operations[:1]), run).messages == ()


def test_a_run_without_a_wrong_answer_has_no_story():
    assert story_of_run(simulate(algorithms_folder() / "swmr_abd.py", "9")) is None
