"""Operations beyond read and write on the play screen: their signs, their words, and what is wrong with them."""

import pytest

from distgame import simulate
from distgame.game.play.places import algorithms_folder
from distgame.game.play.playback import Playback
from distgame.tui.play.intervals import intervals
from distgame.tui.play.wording import EventWords

PLAYED = {
    "increments": ("17", "ballot_register.py", {"#", "R"}, ("drew ", "client 1 asks: count up")),
    "swaps": ("19", "one_proposer.py", {"C", "W", "R"}, ("changed ", "could not change ")),
    "snapshots": ("23", "one_state.py", {"R", "W"}, ("read x = ", "read x and y", "wrote ")),
}


@pytest.mark.parametrize(("level", "algorithm", "letters", "words"), PLAYED.values(), ids=PLAYED)
def test_every_kind_has_a_sign_and_words(level, algorithm, letters, words) -> None:
    run = simulate(algorithms_folder() / algorithm, level)
    found = intervals(run)
    assert len(found) == len(run.history)
    assert letters <= {each.label[0] for each in found}
    told = EventWords(run.trace, run.judgement, Playback(run.trace, run.judgement).rules)
    rows = [told.row(index) for index in range(len(run.trace.events))]
    text = "\n".join("".join(part.text if hasattr(part, "text") else str(part) for part in row) for row in rows if row)
    for each in words:
        assert each in text


def test_a_wrong_ticket_is_marked_with_its_reason() -> None:
    run = simulate(algorithms_folder() / "broken/read_then_write.py", "17", 101)
    (wrong,) = run.judgement.wrong
    (told,) = [each for each in intervals(run, run.judgement.explain(wrong)) if each.reason]
    assert told.label.startswith("#")
    assert told.words.endswith("wrong")
    assert "counted up to" in told.reason
