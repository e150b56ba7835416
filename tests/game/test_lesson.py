"""The lesson: which strip comes next."""

from distgame.game.campaign.lesson import LessonStep, next_step

STEPS = tuple(LessonStep(text=deed, done=deed) for deed in ("paused", "stepped", "read", "saved"))


def test_a_strip_stays_until_its_deed_is_done():
    assert next_step(STEPS, 0, frozenset()) == 0
    assert next_step(STEPS, 0, frozenset({"saved", "stepped"})) == 0
    assert next_step(STEPS, 0, frozenset({"paused"})) == 1


def test_what_was_done_before_is_not_asked_for():
    assert next_step(STEPS, 0, frozenset({"paused", "stepped"})) == 2


def test_the_lesson_ends():
    assert next_step(STEPS, 3, frozenset({"saved"})) == len(STEPS)
    assert next_step((), 0, frozenset()) == 0
