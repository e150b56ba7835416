"""Crashes, restarts, pauses, disks and clocks, at exact ticks."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import events, history, one_client, play, register, said, scripted

from distgame.engine import trace as tr
from distgame.engine.clock import PRECISION, Clock, draw_clock
from distgame.engine.trace import Trace
from distgame.engine.world import Clocks, NodeFault, World


def fault(kind: str, tick: int, node: int = 2, **more) -> NodeFault:
    return NodeFault(kind=kind, node=node, tick=tick, **more)


def faults(*each: NodeFault, **more) -> World:
    return scripted(nodes=2, faults=each, **more)


# Node 1 sends its tick each tenth tick; node 2 says when it hears what.
TELLING = register(
    """
    @WebServer.endpoint(int)
    def hear(self, number):
        print(f"{number} at {self.local_time}")

    @WebServer.timer(10)
    def tell(self):
        if self.id == 1:
            self.send_message(2, self.local_time)
    """
)


def clear_memory() -> None:
    """What Python does whenever it likes."""
    gc.collect()


def lost(trace: Trace) -> list[tuple[int, str]]:
    return [(event[1], event[3]) for event in events(trace, tr.LOSE)]


def test_signals_to_a_crashed_node_die_and_those_after_its_restart_do_not() -> None:
    trace = play(TELLING, world=faults(fault("crash", 20), fault("restart", 42), duration=70))
    assert said(trace) == ["10 at 12", "40 at 42", "50 at 52", "60 at 62"]
    assert lost(trace) == [(22, "down"), (32, "down")]
    assert events(trace, tr.FAULT) == [(tr.FAULT, 20, "crash", 2), (tr.FAULT, 42, "restart", 2)]


def test_what_a_node_sent_before_its_crash_arrives() -> None:
    assert said(play(TELLING, world=faults(fault("crash", 11, node=1), duration=70))) == ["10 at 12"]


def test_a_crash_ends_waiting_handlers_and_timers_without_a_word() -> None:
    code = register(
        """
        @WebServer.endpoint(str)
        def answer(self, message):
            yield from self.sleep(20)
            return message
        @WebServer.timer(15)
        def ring(self):
            if self.id == 2: print("ring at", self.local_time)
        def on_start(self):
            if self.id == 2 and self.local_time == 0:
                try:
                    answer = yield from self.send_message(1, "x").wait()
                    print("answered", answer)
                finally:
                    print("ended", self.random.random())
                    self.storage["x"] = 1
                    self.send_message(1, "y")
            if self.id == 2:
                print("random", self.random.random())
        """
    )
    calm = play(code, world=faults(duration=60))
    world = faults(fault("crash", 18), fault("restart", 31), duration=60)
    crashed = play(code, world=world, observe=lambda event: clear_memory())
    assert [line.partition(" 0.")[0] for line in said(calm)][:3] == ["ring at 15", "answered x", "ended"]
    assert [line.partition(" 0.")[0] for line in said(crashed)] == ["ring at 15", "random", "ring at 46"]
    # The random that the restarted node draws is the one that the handler's end would have drawn.
    assert said(crashed)[1].split()[1] == said(calm)[2].split()[1]
    assert len(events(crashed, tr.STORE)) == 0


def test_a_crash_in_the_tick_of_an_arrival_comes_first() -> None:
    trace = play(TELLING, world=faults(fault("crash", 12), fault("restart", 13), duration=30, timeout=5))
    assert said(trace) == ["20 at 22"]


def test_a_crash_and_a_restart_in_one_tick() -> None:
    trace = play(TELLING, world=faults(fault("crash", 12), fault("restart", 12), duration=30, timeout=5))
    assert said(trace) == ["10 at 12", "20 at 22"]
    assert [event[2] for event in events(trace, tr.FAULT)] == ["crash", "restart"]


@pytest.mark.parametrize(
    "pointless",
    [
        [fault("restart", 10)],
        [fault("crash", 10), fault("crash", 10)],
        [fault("crash", 10), fault("crash", 15)],
        [fault("crash", 10), fault("pause", 15, ticks=5)],
        [fault("pause", 10, ticks=20), fault("pause", 15, ticks=5)],
    ],
    ids=["a restart of a node that runs", "two crashes at once", "two crashes", "a pause of a dead node", "two pauses"],
)
def test_a_fault_that_meets_nothing_is_listed_as_unmet(pointless: list[NodeFault]) -> None:
    *met, last = pointless
    for given_faults, interventions in ((tuple(met), (last,)), ((), tuple(pointless))):
        world = faults(*given_faults, duration=60)
        trace = play(TELLING, world=world, interventions=interventions)
        assert len(events(trace, tr.FAULT)) == len(met) + sum(each.kind == "pause" for each in met)
        assert trace.unmet == ((last,) if last not in met else ())


def test_a_restart_may_lose_the_disk() -> None:
    code = register("def on_start(self):\n    print(self.storage.get('x'))\n    self.storage['x'] = self.id")
    kept = play(code, world=faults(fault("crash", 10), fault("restart", 20), fault("crash", 30), fault("restart", 40)))
    burnt = play(
        code,
        world=faults(
            fault("crash", 10), fault("restart", 20, lose_disk=True), fault("crash", 30), fault("restart", 40)
        ),
    )
    assert said(kept, 2) == ["None", "2", "2"]
    assert said(burnt, 2) == ["None", "None", "2"]


# Pauses


def test_a_paused_node_gets_its_messages_late_and_its_clock_runs_on() -> None:
    trace = play(TELLING, world=faults(fault("pause", 20, ticks=25), duration=70))
    assert said(trace) == ["10 at 12", "20 at 45", "30 at 45", "40 at 45", "50 at 52", "60 at 62"]
    assert events(trace, tr.FAULT) == [(tr.FAULT, 20, "pause", 2), (tr.FAULT, 45, "resume", 2)]
    assert lost(trace) == []


def test_what_waited_comes_before_what_arrives_as_the_pause_ends() -> None:
    trace = play(TELLING, world=faults(fault("pause", 20, ticks=22), duration=70))
    assert said(trace)[:5] == ["10 at 12", "20 at 42", "30 at 42", "40 at 42", "50 at 52"]


def test_an_overdue_timer_fires_once() -> None:
    code = register(
        "@WebServer.timer(10)\ndef ring(self):\n    if self.id == 2: print(self.local_time)",
    )
    trace = play(code, world=faults(fault("pause", 15, ticks=40), duration=80))
    assert said(trace) == ["10", "55", "65", "75"]


@pytest.mark.parametrize(("ticks", "expected"), [(25, "answer"), (5, "answer"), (60, "answer")])
def test_an_answer_that_waited_at_the_door_counts_though_its_timeout_is_overdue(ticks: int, expected: str) -> None:
    code = register(
        """
        @WebServer.endpoint(str)
        def answer(self, message): return message
        def on_start(self):
            if self.id == 2:
                print((yield from self.send_message(1, "answer", timeout=20).wait()), self.local_time)
        """
    )
    trace = play(code, world=faults(fault("pause", 1, ticks=ticks)))
    assert said(trace) == [f"{expected} {1 + ticks}"]


def test_a_node_that_crashes_while_paused_loses_what_waited() -> None:
    world = faults(fault("pause", 15, ticks=50), fault("crash", 35), fault("restart", 45), duration=70)
    trace = play(TELLING, world=world)
    assert said(trace) == ["10 at 12", "50 at 52", "60 at 62"]
    assert lost(trace) == [(35, "down"), (35, "down"), (42, "down")]


# Disks


@pytest.mark.parametrize(("crash", "left"), [(14, "None"), (15, "None"), (16, "1")])
def test_a_store_is_durable_after_the_disks_latency(crash: int, left: str) -> None:
    code = register(
        """
        def on_start(self):
            if self.id == 2 and self.local_time == 0:
                yield from self.sleep(5)
                self.storage["x"] = 1
                print("at once", self.storage["x"])
            elif self.id == 2:
                print(self.storage.get("x"))
        """
    )
    world = faults(fault("crash", crash), fault("restart", 30), disk_latency=10)
    assert said(play(code, world=world)) == ["at once 1", left]


def test_what_a_crash_drops_is_not_durable_later_either() -> None:
    code = register(
        """
        def on_start(self):
            if self.id == 2:
                print(self.local_time, self.storage.get("x"))
            if self.local_time == 0:
                self.storage["x"] = 1
        """
    )
    crashes = [fault("crash", 5), fault("restart", 6), fault("crash", 20), fault("restart", 30)]
    assert said(play(code, world=faults(*crashes, disk_latency=10))) == ["0 None", "6 None", "30 None"]


@pytest.mark.parametrize("latency", [0, 1, 10])
def test_sync_waits_until_what_is_stored_is_durable(latency: int) -> None:
    code = register(
        """
        def on_start(self):
            if self.id == 2 and self.local_time == 0:
                yield from self.sleep(5)
                self.storage["x"] = 1
                yield from self.sync()
                print("synced at", self.local_time)
                yield from self.sync()
                print("again at", self.local_time)
            elif self.id == 2:
                print("found", self.storage.get("x"))
        """
    )
    done = 5 + latency
    for crash, lines in ((done + 1, [f"synced at {done}"]), (done, [])):
        if latency == 0 and not lines:
            continue
        world = faults(fault("crash", crash), fault("restart", 50), disk_latency=latency)
        trace = play(code, world=world)
        shown = [line for line in said(trace) if not line.startswith("again")]
        assert shown == [*lines, "found 1" if lines else "found None"]


def test_a_coroutine_may_sync_too() -> None:
    code = register("async def on_start(self):\n    await self.sync()\n    print(self.local_time)")
    assert said(play(code, world=faults(disk_latency=7))) == ["7", "7"]


# Clocks


clocks = st.builds(Clock, st.integers(0, 1_000), st.integers(PRECISION // 2 + 1, PRECISION * 3 // 2 - 1))


@given(clocks, st.integers(0, 1_000_000))
def test_true_is_the_first_tick_at_which_a_clock_shows_a_time(clock: Clock, tick: int) -> None:
    shown = clock.local(tick)
    first = clock.true(shown)
    assert first <= tick
    assert clock.local(first) == shown
    assert first == 0 or clock.local(first - 1) < shown


@given(clocks, st.integers(0, 1_000_000))
def test_a_time_to_come_is_shown_at_its_true_tick_and_not_before(clock: Clock, local: int) -> None:
    tick = clock.true(local)
    assert clock.local(tick) >= local
    assert tick == 0 or clock.local(tick - 1) < local


@given(clocks, st.integers(0, 1_000_000), st.integers(0, 1_000))
def test_a_clock_never_goes_back(clock: Clock, tick: int, more: int) -> None:
    assert clock.local(tick) <= clock.local(tick + more)


@given(st.integers(), st.integers(1, 9), st.integers(0, 2_000), st.sampled_from([0.0, 0.001, 0.01, 0.2]))
def test_clocks_are_drawn_within_their_bounds(seed: int, node: int, offset: int, drift: float) -> None:
    clock = draw_clock(seed, node, Clocks(offset=offset, drift=drift))
    assert 0 <= clock.offset <= offset
    assert abs(clock.rate - PRECISION) <= drift * PRECISION
    assert clock == draw_clock(seed, node, Clocks(offset=offset, drift=drift))


def test_clocks_reach_both_ends_of_their_bounds() -> None:
    drawn = [draw_clock(seed, 1, Clocks(offset=3, drift=0.0002)) for seed in range(200)]
    assert {clock.offset for clock in drawn} == {0, 1, 2, 3}
    assert {clock.rate - PRECISION for clock in drawn} == {-2, -1, 0, 1, 2}


def test_nodes_have_clocks_of_their_own() -> None:
    code = register("@WebServer.timer(100)\ndef ring(self): print(self.local_time)")
    trace = play(code, world=World(nodes=5, clients=one_client(), duration=1_000))
    times = [(event[1], event[2], int(event[3])) for event in events(trace, tr.PRINT)]
    assert len({time for tick, _, time in times if tick < 103}) == 5
    for tick, node, time in times:
        assert time == draw_clock(1, node, Clocks()).local(tick)


def test_a_world_whose_clocks_are_true_shows_the_tick() -> None:
    code = register("@WebServer.timer(100)\ndef ring(self): print(self.local_time)")
    trace = play(code, world=scripted(duration=1_000))
    assert all(event[1] == int(event[3]) for event in events(trace, tr.PRINT))


def test_clients_outlive_every_fault() -> None:
    world = scripted(
        nodes=2,
        duration=600,
        clients=one_client(),
        faults=(fault("crash", 100, 1), fault("crash", 100, 2), fault("restart", 300, 1), fault("restart", 300, 2)),
    )
    lines = history(play(register(), world=world))
    assert {line.type for line in lines if line.tick < 100} == {"invoke", "ok"}
    assert {line.type for line in lines if 160 < line.tick < 300} == {"invoke", "info"}
    assert {line.type for line in lines if line.tick > 360} == {"invoke", "ok"}
