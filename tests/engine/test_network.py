"""The network: delay, loss, doubling, order, and rules that hold between exact ticks."""

from collections import Counter

import pytest
from playing import NOBODY, REGISTER, events, line_of, mistake, one_client, play, register, scripted

from distgame.engine import trace as tr
from distgame.engine.trace import Signal, Trace
from distgame.engine.world import GATEWAY, Clocks, Link, LinkRule, World

# Every node sends every other node its tick, each tick from the first.
CHATTER = register(
    """
    @WebServer.endpoint(int)
    def hear(self, number):
        pass

    @WebServer.timer(1)
    def chat(self):
        for node in self.other_nodes:
            self.send_message(node, self.local_time)
    """
)


def chatter(*, duration: int = 2_000, nodes: int = 2, seed: int = 1, rules=(), **link) -> Trace:
    """A run in which every link between nodes carries a signal a tick."""
    world = scripted(nodes=nodes, duration=duration, links=Link(**link), rules=rules)
    return play(CHATTER, world=world, seed=seed)


def sent(trace: Trace, sender: int = 1, receiver: int = 2, *, doubles: bool = False) -> list[Signal]:
    """The signals of one link in the order of sending, or the doubles that the network made."""
    on_link = [each for each in trace.signals.values() if (each.sender, each.receiver) == (sender, receiver)]
    return [each for each in on_link if (each.k < 0) == doubles]


def delays(signals: list[Signal]) -> list[int]:
    """Ticks on the way, of the signals that arrive."""
    return [each.due - each.sent for each in signals if each.due is not None]


def lost(trace: Trace) -> dict[int, str]:
    """Why each lost signal was lost, by its id."""
    return {event[2]: event[3] for event in events(trace, tr.LOSE)}


def test_signals_are_counted_on_each_link_and_arrive_when_they_are_due() -> None:
    trace = chatter(duration=100, nodes=3)
    for sender, receiver in ((1, 2), (2, 1), (3, 1)):
        assert [each.k for each in sent(trace, sender, receiver)] == list(range(100))
        assert [each.sent for each in sent(trace, sender, receiver)] == list(range(1, 101))
    arrived = {event[2]: event[1] for event in events(trace, tr.DELIVER)}
    assert arrived == {each.id: each.due for each in trace.signals.values() if each.due <= 100}


def test_a_delay_is_drawn_from_its_range_evenly() -> None:
    counts = Counter(delays(sent(chatter(delay=(2, 5)))))
    assert set(counts) == {2, 3, 4, 5}
    assert all(abs(count - 500) < 70 for count in counts.values())


def test_a_fixed_delay_is_fixed() -> None:
    assert set(delays(sent(chatter(delay=(3, 3), duration=100)))) == {3}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_loss_takes_its_share(share: float, seed: int) -> None:
    trace = chatter(loss=share, seed=seed)
    gone = [each for each in sent(trace) if each.due is None]
    assert abs(len(gone) / 2_000 - share) < 0.03
    assert set(lost(trace).values()) == ({"lost"} if share else set())


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("loss", [0.0, 0.4])
def test_doubling_takes_its_share_of_what_is_not_lost(share: float, loss: float) -> None:
    trace = chatter(duplicate=share, loss=loss, delay=(2, 5))
    through = len([each for each in sent(trace) if each.due is not None])
    doubles = sent(trace, doubles=True)
    assert abs(len(doubles) / through - share) < 0.03
    assert set(delays(doubles)) == ({2, 3, 4, 5} if share else set())


def test_doubling_takes_no_number_and_is_no_message_of_the_nodes() -> None:
    plain, doubled = chatter(duration=300), chatter(duration=300, duplicate=0.5)
    assert plain.sends_between_nodes == doubled.sends_between_nodes == 600
    assert [(each.k, each.due) for each in sent(plain)] == [(each.k, each.due) for each in sent(doubled)]


def arrivals(trace: Trace) -> list[int]:
    """What node 2 hears from node 1, in order."""
    signals = trace.signals
    heard = [signals[event[2]] for event in events(trace, tr.DELIVER)]
    return [each.message for each in heard if (each.sender, each.receiver) == (1, 2)]


def test_signals_overtake_one_another() -> None:
    heard = arrivals(chatter(delay=(1, 6)))
    assert heard != sorted(heard)


@pytest.mark.parametrize("duplicate", [0.0, 0.5])
@pytest.mark.parametrize("loss", [0.0, 0.3])
def test_without_reordering_they_do_not(duplicate: float, loss: float) -> None:
    trace = chatter(delay=(1, 6), reorder=False, duplicate=duplicate, loss=loss)
    heard = arrivals(trace)
    assert heard == sorted(heard)
    assert len(set(heard)) > 1_000


def test_links_draw_apart_and_seeds_too() -> None:
    one, two = chatter(duration=300, nodes=3), chatter(duration=300, nodes=3, seed=2)
    drawn = [tuple(delays(sent(trace, *link))) for trace in (one, two) for link in ((1, 2), (2, 1), (1, 3))]
    assert len(set(drawn)) == 6


def test_a_link_is_the_same_whatever_other_links_do() -> None:
    two, five = chatter(duration=300, nodes=2), chatter(duration=300, nodes=5)
    assert delays(sent(two)) == delays(sent(five))


# Rules


def test_a_cut_holds_from_its_first_tick_to_before_its_last_one_way() -> None:
    trace = chatter(
        duration=120, delay=(2, 2), rules=(LinkRule(senders=(1,), receivers=(2,), start=50, end=80, cut=True),)
    )
    assert [each.sent for each in sent(trace) if each.due is None] == list(range(50, 80))
    assert all(each.due is not None for each in sent(trace, 2, 1))
    assert set(lost(trace).values()) == {"cut"}
    assert events(trace, tr.LINKS) == [(tr.LINKS, 50, 0, True), (tr.LINKS, 80, 0, False)]


def test_a_signal_already_on_its_way_passes_the_cut() -> None:
    trace = chatter(duration=120, delay=(9, 9), rules=(LinkRule(start=50, end=80, cut=True),))
    assert 58 in {event[1] for event in events(trace, tr.DELIVER)}
    assert 59 not in {event[1] for event in events(trace, tr.DELIVER)}
    assert 89 in {event[1] for event in events(trace, tr.DELIVER)}


def test_a_slow_window_changes_the_delay_alone_and_no_draw() -> None:
    slow = LinkRule(senders=(1,), start=50, end=80, delay=(20, 30))
    plain, slowed = chatter(duration=200, delay=(1, 6)), chatter(duration=200, delay=(1, 6), rules=(slow,))
    for before, after in zip(sent(plain), sent(slowed), strict=True):
        inside = 50 <= after.sent < 80
        assert (20 <= after.due - after.sent <= 30) if inside else (after.due == before.due)
    assert sent(plain, 2, 1)[0].due == sent(slowed, 2, 1)[0].due


def test_later_rules_win_and_leave_what_they_do_not_name() -> None:
    rules = (LinkRule(delay=(10, 10)), LinkRule(start=40, end=60, loss=1.0), LinkRule(start=50, delay=(3, 3), loss=0.0))
    trace = chatter(duration=100, delay=(2, 2), rules=rules)
    spans = {each.sent: None if each.due is None else each.due - each.sent for each in sent(trace)}
    assert {spans[tick] for tick in range(1, 40)} == {10}
    assert {spans[tick] for tick in range(40, 50)} == {None}
    assert {spans[tick] for tick in range(50, 101)} == {3}


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        (LinkRule(cut=True), {GATEWAY, -1}),
        (LinkRule(senders=(1,), cut=True), {GATEWAY, -1, 1, 2}),
        (LinkRule(receivers=(2,), cut=True), {GATEWAY, -1, 1, 2}),
        (LinkRule(senders=(GATEWAY,), cut=True), {GATEWAY, -1, 1, 2}),
    ],
)
def test_a_rule_for_all_nodes_leaves_the_front_alone(rule: LinkRule, reached: set[int]) -> None:
    trace = play(REGISTER, world=scripted(nodes=2, clients=one_client(), rules=(rule,)))
    touched = {each.receiver for each in trace.signals.values() if each.due is None}
    front = {each.receiver for each in trace.signals.values() if each.due is not None}
    if rule.senders == (GATEWAY,):
        assert touched == {1, 2}
    else:
        assert not touched
        assert front == {GATEWAY, -1, 1, 2}


def test_the_front_takes_no_or_one_tick() -> None:
    world = World(nodes=3, clients=one_client(), duration=2_000, clocks=Clocks(offset=0, drift=0.0))
    assert set(delays(list(play(REGISTER, world=world).signals.values()))) == {0, 1}


def test_a_storm_of_messages_ends_the_run() -> None:
    code = register(
        """
        @WebServer.endpoint(tuple)
        def hear(self, pair):
            for node in self.other_nodes:
                self.send_message(node, pair)
        @WebServer.endpoint(int)
        def wait(self, number):
            yield from self.sleep(3)
        def on_start(self):
            for node in self.other_nodes:
                self.send_message(node, 1)
            self.send_message(self.other_nodes[0], (1, 2))
        """
    )
    problem = mistake(code, world=scripted(message_budget=1_000))
    assert problem.kind == "storm"
    assert problem.message == "the nodes sent more than 1000 messages, most of them tuple: a storm"
    assert problem.line == line_of(code, "yield from self.sleep(3)")


@pytest.mark.parametrize(
    "line",
    [
        "yield from self.sleep(0)",
        "yield from self.send_message(2, 1, 0).wait()",
        "yield from self.wait_any([self.r], 1, 0)",
    ],
    ids=["sleeping for no ticks", "timeouts of no ticks", "waits of no ticks"],
)
def test_a_tick_without_an_end_ends_the_run(line: str) -> None:
    code = register(
        f"""
        @WebServer.endpoint(int)
        def hear(self, number): pass
        def on_start(self):
            if self.id == 1:
                self.r = self.send_message(2, 1)
                while True:
                    {line}
        """
    )
    problem = mistake(code)
    assert (problem.kind, problem.tick) == ("storm", 0)
    assert problem.message == "this tick does not end: something goes on and on without waiting a tick"


def test_a_world_has_a_silent_network_when_nobody_speaks() -> None:
    assert play(REGISTER, world=scripted(clients=NOBODY)).events == ()
