"""The play screen: it opens and plays, can be stopped and turned back, and follows the player's saves."""

import threading

import pytest
from play_stage import CRASHING, LOCAL, MAJORITY, UNCLOSED, level, stage

from distgame.engine.trace import LOSE

SIZES = ((120, 36), pytest.param((80, 24), marks=pytest.mark.slow))


@pytest.mark.parametrize("size", SIZES)
async def test_opens_and_plays_at_once(tmp_path, size):
    async with stage(tmp_path, size=size) as play:
        assert play.screen.head.running
        assert play.screen.head.time == 0
        await play.wait(2.0)
        assert play.screen.head.time == pytest.approx(16.0)
        assert "t=016/200" in play.lines[0]
        assert "RUN" in play.lines[0]


@pytest.mark.parametrize("size", SIZES)
async def test_every_part_is_on_the_screen(tmp_path, size):
    async with stage(tmp_path, size=size) as play:
        await play.press("space", "5")
        for part in ("08 Small Storm", "node 1", "gateway", "client 2", "Events", "Goal", "reads correct", "seeds"):
            assert part.removeprefix("reads ") in play.text
        assert "? Help" in play.lines[-1]
        assert "register.py" in play.text
        assert "3/3" in play.text


@pytest.mark.parametrize("size", SIZES)
async def test_no_tab_is_empty_and_no_line_is_cut(tmp_path, size):
    async with stage(tmp_path, size=size) as play:
        await play.press("space", "5")
        for tab in play.screen.TABS:
            play.screen.tabs.active = tab
            await play.settle()
            play.screen.show_now()
            await play.pilot.pause()
            page = play.screen.query(f"#{tab} Page").first()
            assert any(page.lines)
            assert max(len(line) for line in page.lines) <= page.scrollable_content_region.width


async def test_speed_is_measured_time(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("right_square_bracket")
        await play.wait(1.0)
        assert play.screen.head.time == pytest.approx(16.0)
        await play.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert "x1/4" in play.lines[0]
        await play.wait(1.0)
        assert play.screen.head.time == pytest.approx(18.0)


async def test_a_long_gap_is_no_time_of_play(tmp_path):
    async with stage(tmp_path) as play:
        play._seconds[0] += 3600
        play.screen._frame()
        assert play.screen.head.time <= 2.0


@pytest.mark.parametrize("size", SIZES)
async def test_the_same_event_is_the_same_screen_however_one_came_there(tmp_path, size):
    async with stage(tmp_path, size=size, played=level(tmp_path, loss=0.2)) as play:
        await play.press("space", "3", *["full_stop"] * 12)
        here, event = play.text, play.screen.head.event
        await play.press(*["full_stop"] * 7)
        assert play.text != here
        await play.press(*["comma"] * 7)
        assert play.screen.head.event == event
        assert play.text == here
        await play.press("9", "space")
        await play.wait(0.5)
        play.screen.travel.move(lambda head: head.go_to(event))
        await play.pilot.pause()
        assert play.text == here


async def test_digits_and_the_timeline_seek(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "7")
        assert play.screen.head.time == pytest.approx(140.0)
        await play.press("0")
        assert play.screen.head.time == 0
        await play.pilot.click("#timeline", offset=(60, 1))
        assert play.screen.head.time == pytest.approx(100, abs=3)
        play.screen.timeline.focus()
        before = play.screen.head.time
        await play.press("right", "right", "left")
        assert play.screen.head.time == pytest.approx(before + 10)


async def test_marks_are_faults_and_wrong_reads(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("0", "greater_than_sign")
        first = play.screen.head.event - 1
        playback = play.screen.recording.playback
        marks = sorted({index for _, index in (*playback.faults, *playback.violations)})
        assert first == marks[0]
        await play.press("greater_than_sign", "less_than_sign")
        assert play.screen.head.event - 1 == first
        timeline = next(line for line in play.lines if "├" in line and "200" in line)
        assert "!" in timeline
        assert "✗" in timeline


async def test_faults_are_named_on_the_diagram(tmp_path):
    async with stage(tmp_path) as play:
        play.screen.travel.move(lambda head: head.seek(110))
        await play.pilot.pause()
        assert "cut" in play.text
        assert "slow" in play.text
        assert "down" in play.text


async def test_lost_signals_are_seen_dying(tmp_path):
    async with stage(tmp_path, played=level(tmp_path, loss=0.4)) as play:
        deaths = [i for i, event in enumerate(play.screen.recording.run.trace.events) if event[0] == LOSE]
        play.screen.travel.move(lambda head: head.go_to(deaths[0] + 1))
        await play.pilot.pause()
        diagram = "\n".join(line[:78] for line in play.lines[1:29])
        assert "×" in diagram
        assert "lost" in play.text


async def test_a_save_that_does_not_load_keeps_the_good_run(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "5")
        await play.save(UNCLOSED)
        assert play.screen.version.number == 1
        assert play.screen.head.time == pytest.approx(100.0)
        assert play.screen.tabs.active == "code"
        assert "register.py:6" in play.text
        assert "version 1 goes on" in play.text
        assert "does not load" in play.text
        assert "never closed" in play.text
        await play.save(MAJORITY)
        assert play.screen.version.number == 2
        assert play.screen.tabs.active == "events"
        assert "does not load" not in play.text
        await play.save(f"# Another word.\n{MAJORITY}")
        play.screen.tabs.active = "code"
        await play.settle()
        assert "# Another word." in play.text


async def test_the_picture_stands_still_for_a_moment_while_a_save_is_run(tmp_path):
    async with stage(tmp_path) as play:
        may_run, session = threading.Event(), play.screen.runner.session
        load = session.load
        session.load = lambda: may_run.wait() and load()
        play.watch.on_change()
        await play.pilot.pause()
        await play.wait(0.1)
        assert play.screen.head.time == 0
        await play.wait(0.3)
        assert play.screen.head.time == pytest.approx(2.4)
        may_run.set()
        await play.settle()
        assert play.screen.version.number == 2
        await play.wait(0.1)
        assert play.screen.head.time == pytest.approx(0.8)


async def test_a_good_save_plays_from_the_start_and_changes_the_verdict(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("9", "space")
        assert "0 wrong" not in play.text
        assert "failed" in play.text
        await play.save(MAJORITY)
        assert play.screen.head.time == 0
        assert play.screen.head.running
        await play.press("9", "space")
        assert "0 wrong" in play.text
        assert "passed" in play.text
        play.screen.tabs.active = "code"
        await play.settle()
        assert "version 2, on the screen" in play.screen.source_page.lines[0]


async def test_an_error_while_running_names_file_line_node_and_tick(tmp_path):
    async with stage(tmp_path, CRASHING) as play:
        problem = play.screen.recording.run.trace.problem
        assert problem.line == 9
        assert f"register.py:9, node {problem.node}, tick {problem.tick}: KeyError" in play.text
        await play.wait(30)
        assert not play.screen.head.running
        assert play.screen.head.at_end


async def test_the_last_version_stays_where_there_never_was_a_good_one(tmp_path):
    async with stage(tmp_path, UNCLOSED) as play:
        assert play.screen.head is None
        await play.press("space", "full_stop", "5", "s", "greater_than_sign")
        assert "register.py:6" in play.text
        await play.save(MAJORITY)
        assert play.screen.head.running


async def test_where_watching_fails_the_screen_names_the_key(tmp_path):
    async with stage(tmp_path) as play:
        play.watch.on_failure("saves of register.py are not seen any more: no inotify")
        await play.settle()
        assert "press r" in play.text
        play.screen.path.write_text(LOCAL)
        await play.press("r")
        await play.settle()
        assert play.screen.version.number == 2


async def test_the_result_is_offered_once_at_the_end(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press(*["right_square_bracket"] * 3)
        await play.wait(4)
        assert play.app.screen is not play.screen
        assert "NOT PASSED" in play.text
        await play.press("escape")
        await play.wait(1)
        assert play.app.screen is play.screen


async def test_a_save_takes_the_result_of_the_version_before_away(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("s")
        await play.save(MAJORITY)
        assert play.app.screen is play.screen
        assert play.screen.version.number == 2


async def test_no_result_opens_over_another_window(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("question_mark", "9")
        window = play.app.screen
        play.screen.travel.tenth(9)
        await play.wait(4)
        assert play.screen.head.at_end
        assert play.app.screen is window
        await play.press("escape")
        await play.wait(0.2)
        assert "NOT PASSED" in play.text


async def test_show_me_goes_to_the_failing_seed_and_lights_up_why_the_answer_is_wrong(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("s")
        failure = play.screen.score.first_failure
        await play.press("s")
        await play.settle()
        assert play.app.screen is play.screen
        assert play.screen.recording.run.trace.seed == failure.seed
        assert not play.screen.head.running
        assert int(play.screen.head.time) == failure.tick
        assert play.screen.tabs.active == "operations"
        assert f"✗ {failure.reason}"[:60] in play.lines[-2]
        await play.press("W")
        await play.settle()
        assert f"The shortest story: {len(failure.operations)} of" in play.text
        assert "┤" in next(line for line in play.lines if "✗ R" in line and "at node" in line)
        await play.press("escape")
        assert play.app.screen is play.screen
        assert f"seed {failure.seed}" in play.lines[0]
        await play.press("r")
        await play.settle()
        assert play.screen.recording.run.trace.seed == 1


async def test_a_score_is_recorded_once_for_the_same_file(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("r")
        await play.settle()
        rows = play.app.game.scoreboard.scores()
        assert len(rows) == 1
        assert rows[0].level == "08-small-storm"
        assert rows[0].seeds_passed == 3


async def test_resize_while_running(tmp_path):
    async with stage(tmp_path) as play:
        for size in ((80, 24), (130, 45), (109, 30), (120, 36)):
            await play.pilot.resize_terminal(*size)
            await play.wait(0.5)
            await play.pilot.pause()
            assert play.screen.head.running
            assert "node 3" in play.text
            assert len(play.lines) <= size[1]
            assert "? Help" in play.lines[-1]


async def test_one_panel_gives_the_tab_the_whole_stage(tmp_path):
    async with stage(tmp_path, size=(80, 24)) as play:
        await play.press("plus")
        assert "gateway ━" not in play.text
        assert play.screen.log_page.size.height > 12
        await play.press("plus")
        assert "gateway ━" in play.text


async def test_enter_on_a_box_shows_the_node(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "5")
        await play.pilot.click("#box-2", offset=(3, 1))
        await play.settle()
        assert play.screen.tabs.active == "node"
        assert play.screen.server_page.lines[0].startswith("node 2 up")


async def test_the_log_can_be_filtered_and_jumped_from(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "9", "slash", *"crash")
        await play.press("enter")
        play.screen.show_now()
        await play.pilot.pause()
        assert play.screen.log_page.lines == ["0100 ! node 3: crash"]
        await play.press("up", "enter")
        assert int(play.screen.head.time) == 100
        assert not play.screen.head.running
        await play.press("slash", "escape")
        assert play.app.screen is play.screen
        assert len(play.screen.log_page.lines) > 20


async def test_choosing_an_operation_goes_to_its_answer_and_its_call(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("space", "v")
        await play.settle()
        play.screen.operations_page.focus()
        await play.press("right")
        first = play.screen.operations_page._chosen
        assert play.screen.head.event == first.ended + 1
        await play.press("right", "enter")
        second = play.screen.operations_page._chosen
        assert (second.client, play.screen.head.event) == (first.client, second.called + 1)
        assert second.start > first.start
        await play.press("down")
        assert play.screen.operations_page._chosen.client == 2
        wrong = play.screen.recording.first_wrong
        play.screen.operations_page._select(wrong)
        await play.settle()
        assert "although" in " ".join(play.screen.operations_page.lines)


async def test_hints_that_were_shown_stay_in_the_goal_tab(tmp_path):
    async with stage(tmp_path) as play:
        play.screen.tabs.active = "goal"
        await play.press("n", "n")
        assert play.app.screen is not play.screen
        await play.press("escape")
        await play.settle()
        assert {" 1 Look.", " 2 Think."} <= set(play.screen.goal_page.lines)
        assert " 3 Write." not in play.screen.goal_page.lines


async def test_board_and_wires(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("space", "b")
        assert "1 ···" in play.text
        await play.press("b", "f")
        assert play.screen.diagram.highlight == 1
        await play.press("f")
        assert play.screen.diagram.highlight is None


async def test_keys_leave_to_the_levels(tmp_path):
    async with stage(tmp_path) as play:
        await play.press("l")
        assert play.app.screen is not play.screen


async def test_ascii_has_only_ascii(tmp_path):
    async with stage(tmp_path, ascii=True) as play:
        await play.press("space", "5")
        for tab in play.screen.TABS:
            play.screen.tabs.active = tab
            await play.settle()
            own = [line for line in play.lines if not line.isascii()]
            assert own == []
