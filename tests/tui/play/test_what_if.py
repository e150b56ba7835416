"""What if: a signal is dropped, a node crashed, a link cut; what follows changes, and changes back."""

import json

import pytest
from play_stage import LOCAL, MAJORITY, level, stage

from distgame.engine import trace as tr
from distgame.engine.world import NodeFault, SignalFate
from distgame.game.play.changes import change_of, interventions, with_fate, with_link
from distgame.game.play.comparing import Comparison
from distgame.game.running.runs import simulate

CALM = ""


def digest(play):
    return play.screen.recording.run.trace.digest


async def at_a_store(play):
    """Stops where a node's Store is on its way to another node, and gives the signal."""
    recording = play.screen.recording
    for signal in recording.run.trace.signals.values():
        if signal.label == "Store" and signal.due and signal.due - signal.sent > 2:
            play.screen.travel.go_to_tick(signal.sent + 1)
            await play.settle()
            return signal
    raise AssertionError("no Store is on its way")


async def test_a_dropped_signal_changes_only_what_follows_and_taking_it_back_changes_it_back(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        signal = await at_a_store(play)
        before, tick = digest(play), play.screen.head.time
        play.screen.what_if.choose_signal(signal.id)
        await play.press("d")
        await play.settle()
        assert digest(play) != before
        assert play.screen.head.time == tick
        after = play.screen.recording.run.trace
        past = [event for event in after.events if event[1] < signal.sent]
        assert past == [e for e in play.screen.what_if.before.run.trace.events if e[1] < signal.sent]
        lost = [event for event in after.events if event[0] == tr.LOSE and event[3] == "dropped"]
        assert [event[2] for event in lost] == [signal.id]
        assert "1 change" in play.lines[0]
        await play.press("u")
        await play.settle()
        assert digest(play) == before
        assert "change" not in play.lines[0]


async def test_the_verdict_changes_when_a_signal_is_dropped_and_changes_back(tmp_path):
    # Reads do not write back what they found: right as long as every Store arrives in time.
    written_back = "        yield from self.wait_for_responses(Store(tag, value), None, self.majority - 1)\n"
    program = MAJORITY.replace("tag, value = yield from self.newest()", "tag, value = self.copy()", 1)
    program = program.replace(written_back, "", 1)
    async with stage(tmp_path, program, played=level(tmp_path, faults=CALM)) as play:
        wrong = len(play.screen.recording.run.judgement.wrong)
        found = None
        for signal in play.screen.recording.run.trace.signals.values():
            if signal.label == "Store":
                play.screen.travel.go_to_tick(signal.sent)
                play.screen.what_if.choose_signal(signal.id)
                await play.press("h", "h", "h")
                await play.settle()
                if len(play.screen.recording.run.judgement.wrong) != wrong:
                    found = signal
                    break
                play.screen.what_if.take_back(play.screen.what_if.changes[0])
                await play.settle()
        assert found is not None
        play.screen.tabs.active = "changes"
        await play.settle()
        assert "hold 60 ticks: Store" in play.text
        assert "what became otherwise" in play.text
        play.screen.changes_page.focus()
        await play.press("delete")
        await play.settle()
        assert len(play.screen.recording.run.judgement.wrong) == wrong


async def test_letters_choose_a_signal_and_the_fate_follows(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await at_a_store(play)
        await play.press("d")
        assert play.screen.what_if.choosing
        assert "type the letter" in play.text
        await play.press("a")
        await play.settle()
        assert not play.screen.what_if.choosing
        (change,) = play.screen.what_if.changes
        assert change.words.startswith("drop")
        assert change.words.split(" ", 1)[1].split(", ")[0] in play.text


async def test_escape_gives_letters_up_and_then_the_choice_and_then_the_screen(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await at_a_store(play)
        await play.press("j", "escape")
        assert not play.screen.what_if.choosing
        await play.press("j", "a")
        assert play.screen.what_if.signal is not None
        await play.press("escape")
        assert play.screen.what_if.signal is None
        assert play.app.screen is play.screen
        await play.press("escape")
        assert play.app.screen is not play.screen


async def test_a_click_chooses_a_signal(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        signal = await at_a_store(play)
        plan, over = play.screen.diagram.drawn
        cell = next(head.cell for head in over.heads if signal.id in head.flights)
        y, x = divmod(cell, plan.layout.width)
        await play.pilot.click("NetworkDiagram", offset=(x, y))
        await play.settle()
        assert play.screen.what_if.signal.id == signal.id
        assert "Store node" in play.lines[-2]


async def test_a_node_is_crashed_restarted_and_paused(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await play.press("space", "5")
        await play.pilot.click("#box-2", offset=(3, 1))
        await play.press("x")
        await play.settle()
        play.screen.travel.move(lambda head: head.seek(103))
        await play.settle()
        assert not play.screen.instant.nodes[2].up
        await play.press("x")
        await play.settle()
        play.screen.travel.move(lambda head: head.seek(106))
        assert play.screen.instant.nodes[2].up
        await play.press("p")
        await play.settle()
        play.screen.travel.move(lambda head: head.seek(110))
        assert play.screen.instant.nodes[2].paused
        kinds = [change.parts[0].kind for change in play.screen.what_if.changes]
        assert kinds == ["crash", "restart", "pause"]


async def test_a_link_is_cut_and_mended(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await play.press("space", "5")
        play.screen.what_if.choose_pair((1, 2))
        await play.press("c")
        await play.settle()
        play.screen.travel.move(lambda head: head.seek(120))
        await play.settle()
        assert "cut" in play.text
        await play.press("c")
        await play.settle()
        (change,) = play.screen.what_if.changes
        assert change.words == "cut node 1 - node 2 until 121"
        play.screen.travel.move(lambda head: head.seek(125))
        assert not play.screen.instant.broken


async def test_what_was_changed_befalls_the_next_version_too(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await play.press("space", "2", "x")
        await play.settle()
        await play.save(LOCAL)
        assert play.screen.version.number == 2
        assert play.screen.recording.run.trace.interventions
        await play.press("r")
        await play.settle()
        assert not play.screen.recording.run.trace.interventions


async def test_the_old_future_can_be_seen_again_and_both_beside_each_other(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await play.press("space", "2", "x")
        await play.settle()
        after = digest(play)
        await play.press("o")
        assert digest(play) == play.screen.what_if.before.run.trace.digest
        assert "as it was" in play.text
        await play.press("o")
        assert digest(play) == after
        await play.press("equals_sign")
        await play.settle()
        assert "node 1: crash" in play.text
        assert "≠" in play.text
        first = play.screen.what_if.futures.comparison.first.tick
        await play.press("enter")
        await play.settle()
        assert play.app.screen is play.screen
        assert int(play.screen.head.time) == first


async def test_the_run_is_kept_as_a_replay_that_plays_again(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))
    async with stage(tmp_path, played=level(tmp_path, faults=CALM)) as play:
        await play.press("space", "2", "x")
        await play.settle()
        await play.press("k")
        (file,) = (tmp_path / "home" / "replays").glob("*.json")
        record = json.loads(file.read_text())
        assert record["digest"] == digest(play)
        assert record["interventions"] == [{"on": "node", "kind": "crash", "node": 1, "tick": 41}]


async def test_a_change_that_meets_nothing_says_so(tmp_path):
    async with stage(tmp_path, played=level(tmp_path)) as play:
        await play.press("space")
        play.screen.travel.move(lambda head: head.seek(145))
        play.screen.what_if._make((change_of(NodeFault(kind="crash", node=3, tick=146)),))
        play.screen.tabs.active = "changes"
        await play.settle()
        assert "met nothing" in play.text


def test_holding_twice_holds_longer_and_a_double_of_the_network_is_refused(tmp_path):
    path = tmp_path / "register.py"
    path.write_text(MAJORITY)
    trace = simulate(path, level(tmp_path, faults=CALM)).trace
    signal = trace.signals[3]
    changes = with_fate(with_fate((), signal, "hold"), signal, "hold")
    (fate,) = interventions(changes)
    assert fate == SignalFate(sender=signal.sender, receiver=signal.receiver, k=signal.k, fate="hold", ticks=40)
    doubled = simulate(path, level(tmp_path, faults=CALM), None, interventions(with_fate((), signal, "double"))).trace
    copy = next(each for each in doubled.signals.values() if each.k < 0)
    with pytest.raises(ValueError, match="double"):
        with_fate((), copy, "drop")


def test_mending_in_the_tick_of_the_cut_leaves_nothing():
    changes = with_link((), 1, 2, 50, cut=True)
    assert with_link(changes, 2, 1, 50, cut=False) == ()
    assert [rule.cut for rule in interventions(with_link((), 1, 2, 50, cut=False))] == [False, False]


def test_a_run_beside_itself_differs_nowhere(tmp_path):
    path = tmp_path / "register.py"
    path.write_text(MAJORITY)
    run = simulate(path, level(tmp_path, loss=0.2))
    both = Comparison((run.trace, run.judgement), (run.trace, run.judgement))
    assert both.first is None
    assert both.endings == ()
    told = [event for event in run.trace.events if event[0] not in (tr.WAITS, tr.ENDS)]
    assert len(both.pairs) == len(told)


def test_two_futures_have_every_event_once_by_ticks_and_what_was_stands_before_what_is(tmp_path):
    path = tmp_path / "register.py"
    path.write_text(MAJORITY)
    runs = [simulate(path, level(tmp_path, faults=CALM), seed) for seed in (1, 2)]
    both = Comparison(*((run.trace, run.judgement) for run in runs))
    told = [
        [index for index, event in enumerate(run.trace.events) if event[0] not in (tr.WAITS, tr.ENDS)] for run in runs
    ]
    assert [pair.before for pair in both.pairs if pair.before is not None] == told[0]
    assert sorted(pair.after for pair in both.pairs if pair.after is not None) == told[1]
    ticks = [pair.tick for pair in both.pairs]
    assert ticks == sorted(ticks)
    for pair in both.pairs:
        for run, index in zip(runs, (pair.before, pair.after), strict=True):
            assert index is None or run.trace.events[index][1] == pair.tick
        assert not pair.same or None not in (pair.before, pair.after)
    only_after = both.pairs.only(lambda before, after: before is None)
    assert len(only_after) == sum(pair.before is None for pair in both.pairs)
    assert all(pair.before is None for pair in only_after)
