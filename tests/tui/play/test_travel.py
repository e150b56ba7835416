"""Travel in time: dragging, wrong reads, as fast as it goes, space and time, and why a read is wrong."""

import pytest
from play_stage import LOCAL, MAJORITY, level, stage

from distgame.engine import trace as tr
from distgame.game.play.causes import operations_of_signals
from distgame.game.running.runs import simulate
from distgame.tui.play.playhead import SPEEDS, Playhead
from distgame.tui.play.recording import Recording
from distgame.tui.play.rows import plain
from distgame.tui.play.spacetime import Past, spacetime_rows
from distgame.tui.play.travel import Travel


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """The small level, with losses."""
    folder = tmp_path_factory.mktemp("travelled")
    path = folder / "register.py"
    path.write_text(MAJORITY)
    return Recording.of(simulate(path, level(folder, loss=0.1)))


async def test_the_timeline_can_be_dragged(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space")
        y = play.screen.timeline.region.y + 1
        await play.pilot.mouse_down(offset=(20, y))
        first = play.screen.head.time
        times = []
        for x in (40, 60, 118):
            await play.pilot.hover(offset=(x, y))
            times.append(play.screen.head.time)
        assert [first, *times] == sorted({first, *times})
        await play.pilot.mouse_up(offset=(118, y))
        await play.pilot.hover(offset=(30, y))
        assert play.screen.head.time == times[-1] == 200


async def test_wrong_reads_are_gone_to_without_stopping_at_faults(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        wrong = [index + 1 for _, index in play.screen.recording.playback.violations]
        await play.press("0", "right_curly_bracket", "right_curly_bracket")
        assert play.screen.head.event == wrong[1]
        await play.press("left_curly_bracket")
        assert play.screen.head.event == wrong[0]


async def test_as_fast_as_it_goes(tmp_path):
    async with stage(tmp_path) as play:
        await play.press(*["right_square_bracket"] * len(SPEEDS))
        assert " max " in play.lines[0]
        await play.wait(3)
        assert play.screen.head.at_end


def test_the_greatest_speed_takes_long_runs_in_two_seconds(recording):
    head = Playhead(recording.playback, running=True, speed=SPEEDS[-1])
    head.playback.duration = 10_000
    head.advance(1.0)
    assert head.time == 5_000
    head.playback.duration = recording.run.trace.end


async def test_why_lights_up_the_operations_and_signals_of_a_wrong_read(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("0", "right_curly_bracket", "w")
        await play.settle()
        light = play.screen.why.light
        assert light.wrong.ended == play.screen.head.event - 1
        explanation = play.screen.recording.run.judgement.explain(play.screen.recording.run.judgement.wrong[0])
        assert light.operations == {int(each.invoked) for each in explanation.operations}
        assert explanation.sentence in " ".join(" ".join(play.screen.operations_page.lines).split())
        others = [f for f in play.screen.diagram.scene.signals if f.id not in light.signals]
        assert all(flight.faint for flight in others)
        await play.press("escape")
        assert play.screen.why.light is None
        assert play.app.screen is play.screen


async def test_why_says_so_where_nothing_is_wrong(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("w")
        await play.settle()
        assert play.screen.why.light is None


def test_signals_belong_to_the_operation_they_came_of(recording):
    trace = recording.run.trace
    of = operations_of_signals(trace)
    assert len(of) == len(trace.signals)
    clients = {index: event[2] for index, event in enumerate(trace.events) if event[0] == tr.INVOKE}
    for number, operation in enumerate(of, 1):
        signal = trace.signals[number]
        if signal.sender < 0:
            assert clients[operation] == -signal.sender
        if signal.receiver < 0 and operation is not None:
            assert clients[operation] == -signal.receiver
    assert sum(operation is None for operation in of) < len(of) / 10


@pytest.mark.parametrize("size", [(78, 28), (80, 13), (40, 6), (20, 3)])
@pytest.mark.parametrize("now", [0, 96.5, 200])
@pytest.mark.parametrize("scale", [0.25, 1, 8])
def test_space_and_time_fills_its_area_exactly(recording, size, now, scale):
    rows = spacetime_rows(Past(recording), now, *size, scale)
    assert [len(plain(each)) for each in rows] == [size[0]] * size[1]
    assert plain(rows[0]).count("▼") == 1


def test_space_and_time_shows_a_line_for_every_signal_of_its_window(recording):
    past = Past(recording)
    instant = recording.playback.at(96)
    shown = {line.signal for line in past.lines(96, 96)}
    assert {flight.signal.id for flight in instant.flights if not flight.dead} <= shown
    text = "\n".join(map(plain, spacetime_rows(past, 104, 78, 28, 0.5)))
    assert "Store" in text
    assert "×" in text


async def test_space_and_time_takes_the_place_of_the_diagram(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "5", "m")
        await play.settle()
        assert "┬100" in play.lines[1] or "▼" in play.lines[1]
        assert "gateway ━" not in play.text
        before = play.screen.head.time
        play.screen.space_time.focus()
        await play.press("right", "right", "left")
        assert play.screen.head.time == before + 1
        await play.press("down", "up")
        await play.pilot.click("SpaceTime", offset=(20, 10))
        assert play.screen.head.time < before
        await play.press("m")
        await play.settle()
        assert "gateway ━" in play.text


async def test_a_click_on_an_axis_of_the_history_goes_to_that_tick(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "5", "v")
        await play.settle()
        play.screen.operations_page.scroll_to(y=0, animate=False, force=True)
        await play.settle()
        await play.pilot.click("OperationsPage", offset=(15, 0))
        assert play.screen.head.time == pytest.approx(10 * play.screen.operations_page._staves.scale)


def test_faults_stand_on_the_axes_of_the_history(recording, tmp_path):
    from distgame.tui.play.staves import Staves

    faults = [at for at, _ in recording.playback.faults]
    staves = Staves(recording.operations, 2, recording.playback.duration, 70, faults)
    axes = "".join(plain(staves.stave(number, 0.0, None)[0]) for number in range(staves.count))
    assert axes.count("!") == len({int(at / staves.scale) for at in faults})


COUNTS = "        self.asked = getattr(self, 'asked', 0) + 1\n        print('asks', self.asked)\n"
CHATTY = MAJORITY.replace("        found = yield from self", f"{COUNTS}        found = yield from self", 1)


async def at_a_wait(play):
    """Stops where a handler of node 1 waits."""
    playback = play.screen.recording.playback
    tick = next(tick for tick in range(20, 200) if playback.at(tick + 0.5).nodes[1].waits)
    play.screen.travel.move(lambda head: head.seek(tick + 0.5))
    await play.settle()


async def test_a_node_is_opened_while_the_run_stands_still(tmp_path):
    async with stage(tmp_path, CHATTY) as play:
        await play.press("space")
        await at_a_wait(play)
        play.screen.tabs.active = "node"
        await play.settle()
        page = "\n".join(play.screen.server_page.lines)
        assert "its clock shows " in page
        assert "attributes\n asked = " in page
        assert "     request = Client" in page or "     tag = " in page
        assert "printed" in page
        assert "asks " in page
        await play.press("space")
        await play.wait(0.2)
        assert "its clock shows" not in "\n".join(play.screen.server_page.lines)


async def test_the_code_tab_tells_the_variables_of_what_waits(tmp_path):
    async with stage(tmp_path, CHATTY) as play:
        await play.press("space")
        await at_a_wait(play)
        play.screen.tabs.active = "code"
        await play.settle()
        lines = play.screen.source_page.lines
        waiting = [place for place, line in enumerate(lines) if "▸" in line]
        assert waiting
        assert any("╰ node 1: " in line for line in lines[waiting[0] + 1 :])


async def test_what_was_printed_is_found_by_the_filter(tmp_path):
    async with stage(tmp_path, CHATTY) as play:
        await play.press("space", "9", "slash", *"print", "enter")
        play.screen.show_now()
        await play.pilot.pause()
        assert play.screen.log_page.lines
        assert all("asks" in line for line in play.screen.log_page.lines)


def test_where_there_is_nothing_further_on_travel_stops_and_says_so(recording):
    said = []
    travel = Travel(lambda: None, said.append)
    travel.violation(1)
    travel.head = Playhead(recording.playback, time=recording.playback.duration, running=True)
    travel.violation(1)
    assert not travel.head.running
    travel.head.seek(0)
    travel.mark(-1)
    assert said == ["There is no wrong read after this.", "There is no fault or wrong read before this."]
