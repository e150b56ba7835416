"""The parts of the play screen that are plain functions: playhead, rows, history, log, timeline, lines."""

from dataclasses import replace

import pytest
from play_stage import CRASHING, LOCAL, MAJORITY, UNCLOSED, level

from distgame.engine import trace as tr
from distgame.engine.errors import Problem
from distgame.engine.world import LinkRule
from distgame.game.running.runs import simulate
from distgame.game.running.seeds import score_here
from distgame.game.scores.scoring import total
from distgame.tui.play.figures import seeds, trouble, verdict
from distgame.tui.play.goal import goal_rows
from distgame.tui.play.intervals import drawn, intervals, ticks_a_cell
from distgame.tui.play.playhead import SPEEDS, Playhead
from distgame.tui.play.recording import Recording
from distgame.tui.play.rows import ASCII, folded, plain, prose, row
from distgame.tui.play.server import last_messages, server_rows
from distgame.tui.play.source import Source, source_rows, waits_by_line
from distgame.tui.play.staves import Staves
from distgame.tui.play.timeline import timeline_row
from distgame.tui.play.wording import rule_words, short_value


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A recording of each of three programs."""
    folder = tmp_path_factory.mktemp("played")
    made = {}
    for name, text in {"majority": MAJORITY, "local": LOCAL, "crashing": CRASHING}.items():
        path = folder / f"{name}.py"
        path.write_text(text)
        made[name] = Recording.of(simulate(path, level(folder, loss=0.1)))
    return made


def log_of(recording):
    """The rows of the log as texts."""
    return [plain(recording.told.of(event)) for event in recording.told.events]


def test_steps_there_and_back_are_the_same_places(played):
    head = Playhead(played["majority"].playback)
    places = []
    while not (places and places[-1] == (head.time, head.event)):
        places.append((head.time, head.event))
        head.step(1)
    assert places[-1][1] == len(played["majority"].run.trace.events)
    back = [(head.time, head.event)]
    while head.event:
        head.step(-1)
        back.append((head.time, head.event))
    assert back == places[::-1]


def test_each_step_is_one_event_that_can_be_seen(played):
    playback = played["majority"].playback
    head = Playhead(playback)
    head.seek(50)
    before = head.event
    head.step(1)
    kinds = [event[0] for event in playback.trace.events[before : head.event]]
    assert kinds[0] not in (tr.WAITS, tr.ENDS)
    assert all(kind in (tr.WAITS, tr.ENDS) for kind in kinds[1:])


def test_marks_are_met_once_each_way(played):
    playback = played["local"].playback
    head = Playhead(playback)
    met = []
    while head.to_mark(1):
        met.append(head.event - 1)
    assert met == sorted({index for _, index in (*playback.faults, *playback.violations)})
    back = []
    while head.to_mark(-1):
        back.append(head.event - 1)
    assert back == met[-2::-1]


def test_time_goes_on_by_seconds_and_stops_at_the_end(played):
    head = Playhead(played["majority"].playback, running=True)
    head.advance(1.5)
    assert head.time == 12.0
    head.advance(1000)
    assert head.at_end
    assert not head.running
    assert head.event == len(played["majority"].run.trace.events)


def test_speeds_stay_within_their_bounds(played):
    head = Playhead(played["majority"].playback)
    texts = []
    for _ in range(len(SPEEDS) + 2):
        head.change_speed(-1)
    for _ in SPEEDS:
        texts.append(head.speed_text)
        head.change_speed(1)
    assert texts == ["x1/8", "x1/4", "x1/2", "x1", "x2", "x4", "x8", "max"]
    assert head.speed == SPEEDS[-1]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("7", "7"),
        ("((4, 1), 7)", "7 (4,1)"),
        ("(7, (4, 1))", "7 (4,1)"),
        ("Store((4, 1), 7)", "7 (4,1)"),
        ("[1, 2]", "[1,2]"),
        ("((4, 1), None)", "None (4,1)"),
    ],
)
def test_short_values(text, short):
    assert short_value(text) == short


def test_rules_in_words():
    rule = LinkRule(senders=(1,), receivers=(2, 3), cut=True, loss=0.25)
    back = LinkRule(senders=(2, 3), receivers=(1,), cut=True, loss=0.25)
    assert rule_words(rule, (rule,)) == "1>2,3 cut one way, loss 25%"
    assert rule_words(rule, (rule, back)) == "1>2,3 cut, loss 25%"
    assert rule_words(LinkRule(delay=(1, 60)), ()) == "all>all delay 1-60"


@pytest.mark.parametrize("width", [12, 20, 40])
def test_folded_rows_lose_nothing_and_fit(width):
    line = row("    yield from ", ("self.wait_for_responses", "name"), "(Store(tag, value), None, 2)")
    rows = folded(line, width, "  ")
    assert all(len(plain(each)) <= width for each in rows)
    assert "".join(plain(each)[2 * bool(at) :] for at, each in enumerate(rows)) == plain(line)


def test_prose_keeps_the_lines_of_code():
    rows = [plain(each) for each in prose("One\ntwo.\n\n    x = 1\n    y = 2\n\nThree.", 40)]
    assert rows == ["One two.", "", "  x = 1", "  y = 2", "", "Three."]


def test_every_operation_is_an_interval_with_its_mark(played):
    for recording in played.values():
        history = recording.run.history
        assert len(recording.operations) == len(history)
        wrong = [each for each in recording.operations if each.mark == "✗"]
        assert len(wrong) == len(recording.run.judgement.wrong)
    assert played["local"].first_wrong.reason
    assert played["majority"].first_wrong is None


def test_an_open_operation_ends_with_the_run(played):
    last = played["crashing"].operations[-1]
    assert last.end == played["crashing"].run.trace.end
    assert last.mark == "?"


@pytest.mark.parametrize(
    ("cells", "text"), [(1, "✓"), (2, "├┤"), (3, "├✓┤"), (4, "├R7┤"), (5, "├R7✓┤"), (8, "├R7✓───┤")]
)
def test_an_interval_in_few_cells(played, cells, text):
    read = next(each for each in played["majority"].operations if each.mark == "✓")
    seven = type(read)(1, 0, 5, 0, 9, "R7", "✓", "")
    assert drawn(seven, cells, chosen=False) == text


@pytest.mark.parametrize("width", [20, 40, 79, 118])
def test_staves_hold_every_operation_within_their_width(played, width):
    recording = played["local"]
    staves = Staves(recording.operations, 2, recording.playback.duration, width)
    rows = [spans for number in range(staves.count) for spans in staves.stave(number, 50.0, None)]
    assert len(rows) == 3 * staves.count
    assert all(len(plain(spans)) <= width for spans in rows)
    assert sum(plain(spans).count("▼") for spans in rows) == 1
    marks = sum(plain(spans).count("✗") for spans in rows if plain(spans).lstrip().startswith("c"))
    assert marks >= len(recording.run.judgement.wrong)


def test_scale_gives_the_usual_operation_room(played):
    recording = played["majority"]
    usual = sorted(each.end - each.start for each in recording.operations)[len(recording.operations) // 2]
    assert 3 <= usual / ticks_a_cell(recording.operations) <= 8
    assert ticks_a_cell(()) == 0.5


def test_explanation_belongs_to_the_first_wrong_read_alone(played):
    run = played["local"].run
    told = [each for each in intervals(run, run.judgement.explain(run.judgement.wrong[0])) if each.reason]
    assert [each.ended for each in told] == [run.judgement.wrong[0].event]


def test_the_log_tells_sends_losses_answers_and_faults(played):
    told = "\n".join(log_of(played["majority"]))
    for words in (
        "→ R client 1 > gateway",
        "⇒ ok node",
        "× ",
        "lost",
        "! links 1>2 cut",
        "! node 3: crash",
        "holds x =",
    ):
        assert words in told
    assert "wrong" in "\n".join(log_of(played["local"]))
    assert "✗ KeyError" in log_of(played["crashing"])[-1]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_timeline_fills_its_width(width):
    text = plain(timeline_row(600, 150.0, [300.0], [450.0], width))
    assert len(text) == width
    places = [text.index(sign) for sign in "◆!✗"]
    assert places == sorted(places)
    assert plain(timeline_row(600, 600.0, [], [], width)).rstrip().endswith("◆┤ 600")


def test_verdict_tells_the_first_wrong_read_only_after_it_happened(played):
    recording = played["local"]
    event = recording.first_wrong.ended
    before = verdict(recording, recording.playback.after(event).counts, event)
    after = verdict(recording, recording.playback.after(event + 1).counts, event + 1)
    assert "0 wrong" in plain(before[0])
    assert "1 wrong: client" in plain(after[0])
    assert recording.first_wrong.reason in plain(after[0])
    assert len(plain(after[-1])) < 45


def test_trouble_is_told_at_every_width():
    problem = Problem("syntax", "'(' was never closed", "/a/long/path/register.py", 12)
    rows = [plain(each) for each in trouble(problem, 2)]
    assert rows[0] == "✗ /a/long/path/register.py:12: '(' was never closed - version 2 goes on"
    assert "✗ register.py:12: '(' was never closed" in rows
    assert all("register.py:12" in each for each in rows[:-1])


def test_seeds_have_a_sign_each(tmp_path):
    played = level(tmp_path)
    assert plain(seeds(played.scored_seeds, {})) == "seeds ··· 0/3"


def test_the_node_tab_has_the_line_on_which_a_handler_stands(played):
    recording = played["majority"]
    playback, source = recording.playback, MAJORITY.splitlines()
    moments = (playback.at(tick) for tick in range(200))
    moment = next(each for each in moments if any(node.waits for node in each.nodes.values()))
    node, state = next((n, s) for n, s in moment.nodes.items() if s.waits)
    sources = {state.waits[0].file: source}
    text = "\n".join(plain(each) for each in server_rows(node, moment, recording.run.trace, sources, 60))
    assert state.waits[0].name in text
    assert source[state.waits[0].line - 1].strip()[:40] in text
    for other in (0, -1, -2):
        assert server_rows(other, moment, recording.run.trace, sources, 60)


def test_a_huge_value_takes_a_few_rows_of_the_node_tab(played):
    recording = played["majority"]
    moment = recording.playback.at(100)
    state = replace(moment.nodes[1], storage={"x": "v" * 5000, "y": "1"})
    moment = replace(moment, nodes={**moment.nodes, 1: state})
    text = [plain(each) for each in server_rows(1, moment, recording.run.trace, {}, 60)]
    assert len(text) < 30
    assert any(line.endswith("…") for line in text)
    assert " y = 1" in text


def test_last_messages_are_those_of_the_server_newest_first(played):
    recording = played["majority"]
    rows = [plain(each) for each in last_messages(2, recording.playback.event_at(100), recording.run.trace)]
    ticks = [int(each[:5]) for each in rows]
    assert ticks == sorted(ticks, reverse=True)
    assert len(rows) == 12


def test_the_code_tab_marks_waits_and_problems(played):
    playback = played["majority"].playback
    instant = next(each for each in map(playback.at, range(600)) if any(node.waits for node in each.nodes.values()))
    file = next(wait.file for node in instant.nodes.values() for wait in node.waits)
    waits = waits_by_line(instant, file)
    text = [plain(each) for each in source_rows(Source(MAJORITY, file), waits, 100)]
    marked = {int(each[:2]) for each in text if "▸" in each}
    assert marked == set(waits) != set()
    assert waits_by_line(instant, "helpers.py") == {}
    problem = Problem("syntax", "'(' was never closed", "register.py", 6)
    text = [plain(each) for each in source_rows(Source(UNCLOSED, "register.py", problem, here=True), {}, 100)]
    assert [each for each in text if each.startswith(" 6✗")]
    assert "✗ register.py:6" in text


def test_the_goal_tab_has_figures_once_there_is_a_score(tmp_path, played):
    from distgame.engine.host import Host
    from distgame.game.running.program import read_program

    (tmp_path / "register.py").write_text(MAJORITY)
    small = level(tmp_path)
    before = "\n".join(plain(each) for each in goal_rows(small, None, 0, 60))
    assert "? at least 1 right reads" in before
    assert "Look." not in before
    score = total(small, list(score_here(Host(read_program(tmp_path / "register.py")), small, small.scored_seeds)))
    after = "\n".join(plain(each) for each in goal_rows(small, score, 2, 60))
    assert "✓ every read linearizable: 0 wrong" in after
    assert "Think." in after
    assert "Write." not in after


def test_every_sign_has_an_ascii_one(played):
    texts = [text for recording in played.values() for text in log_of(recording)]
    texts += [plain(timeline_row(600, 150.0, [300.0], [450.0], 80))]
    texts += [drawn(each, 6, chosen) for each in played["local"].operations for chosen in (False, True)]
    assert all(text.translate(ASCII).isascii() for text in texts)


def test_a_search_that_is_ended_finds_nothing_and_the_next_one_everything(played):
    told = played["majority"].told
    assert told.with_words(("lost",), lambda: True) is None
    found = told.with_words(("lost",))
    assert found == [event for event in told.events if "lost" in plain(told.of(event)).lower()]
    assert found
    assert told.with_words(("lost", "node 1")) == [
        event for event in found if "node 1" in plain(told.of(event)).lower()
    ]
