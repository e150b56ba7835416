"""A run is a pure function: the same four inputs give the same trace everywhere, and a change touches what follows."""

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from digests import EVERYTHING, INTERVENTIONS, PLAYERS, WORLD, traces
from playing import REGISTER, events, history, one_client, play, program, register, scripted

from distgame.engine import trace as tr
from distgame.engine.host import Host
from distgame.engine.referee import simulate
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY, ClientSpec, Link, LinkRule, NodeFault, SignalFate, SkippedOperation, World

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def is_another(python: str) -> bool:
    """Whether an interpreter of another version than this one is there and runs."""
    if shutil.which(python) is None or python == f"python3.{sys.version_info.minor}":
        return False
    return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


PYTHONS = [sys.executable, *filter(is_another, ["python3.11", "python3.12", "python3.13", "python3.14"])]


@pytest.fixture(scope="module")
def here() -> str:
    """The digests as this process finds them."""
    found = traces()
    assert all(trace.problem is None for trace in found.values())
    assert len({trace.digest for trace in found.values()}) > len(found) / 2
    return "".join(f"{name} {len(trace.events)} {trace.digest}\n" for name, trace in found.items())


def elsewhere(python: str, hash_seed: str) -> str:
    """The digests as another process finds them."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}
    command = [python, "-S", "-B", str(HERE / "digests.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
@pytest.mark.parametrize("python", PYTHONS)
def test_another_process_finds_the_same(here: str, python: str, hash_seed: str) -> None:
    assert elsewhere(python, hash_seed) == here


def test_a_second_run_finds_the_same() -> None:
    one, two = (play(EVERYTHING, world=WORLD, seed=7) for _ in range(2))
    assert one.events == two.events
    assert one.rounds == two.rounds
    assert one.digest == two.digest


def test_a_host_may_play_again_and_remembers_nothing() -> None:
    host = Host(program(EVERYTHING))
    digests = [simulate(host, WORLD, seed).digest for seed in (1, 2, 1)]
    assert digests[0] == digests[2] != digests[1]


def form(part: object) -> bytes:
    """What a digest is taken of: each part by its kind and value alone, tuples and lists by their parts."""
    match part:
        case None | bool():
            return {None: b"N", True: b"T", False: b"F"}[part]
        case int() if -(2**31) <= part < 2**31:
            return b"i" + struct.pack("<i", part)
        case int():
            digits = [abs(part) >> shift & 0x7FFF for shift in range(0, abs(part).bit_length(), 15)]
            return b"l" + struct.pack(f"<i{len(digits)}H", len(digits) if part > 0 else -len(digits), *digits)
        case str():
            text = part.encode("utf-8", "surrogatepass")
            return b"u" + struct.pack("<I", len(text)) + text
        case tuple() | list():
            kind = b"(" if isinstance(part, tuple) else b"["
            return kind + struct.pack("<I", len(part)) + b"".join(map(form, part))
    raise TypeError(part)


def test_a_digest_is_that_of_a_form_which_depends_on_values_alone() -> None:
    code = r"""
    @WebServer.timer(50)
    def tell(self):
        self.storage[f"text {self.id} ü \udcff"] = [2**31, -(2**31) - 1, 2**31 - 1, 2**70, -(2**1000), "", (), None, 0]
    """
    for trace in (play(register(code), world=scripted()), play(EVERYTHING, world=WORLD, interventions=INTERVENTIONS)):
        assert trace.problem is None
        assert trace.digest == hashlib.sha256(form(trace.digested)).hexdigest()
        between = [trace.signals[event[2]] for event in trace.events if event[0] == tr.DELIVER]
        links = [(signal.sender, signal.receiver) for signal in between if signal.receiver > GATEWAY]
        assert trace.order == hashlib.sha256(form(links)).hexdigest()


def test_what_one_observes_is_the_trace() -> None:
    seen: list[tr.TraceEvent] = []
    trace = play(EVERYTHING, world=WORLD, interventions=INTERVENTIONS, observe=seen.append)
    assert tuple(seen) == trace.events
    assert {event[0] for event in seen} >= {tr.SEND, tr.DELIVER, tr.LOSE, tr.INVOKE, tr.RETURN, tr.FAULT, tr.LINKS}
    assert {event[0] for event in seen} >= {tr.STORE, tr.WAITS, tr.ENDS, tr.PRINT}


def test_observing_changes_nothing() -> None:
    assert play(EVERYTHING, world=WORLD, observe=lambda event: None).events == play(EVERYTHING, world=WORLD).events


def test_ticks_never_go_back_and_rounds_cut_the_events_in_order() -> None:
    for trace in traces().values():
        ticks = [event[1] for event in trace.events]
        assert ticks == sorted(ticks)
        assert list(trace.rounds) == sorted(trace.rounds)
        assert trace.rounds[0] == 0
        assert trace.rounds[-1] <= len(trace.events)


def test_every_signal_arrives_or_is_lost_once() -> None:
    for trace in traces().values():
        ends = [event[2] for event in trace.events if event[0] in (tr.DELIVER, tr.LOSE)]
        assert len(set(ends)) == len(ends)
        open_signals = trace.signals.keys() - set(ends)
        assert all(trace.signals[each].due is None or trace.signals[each].due > 500 for each in open_signals)


# Interventions

MAJORITY = (PLAYERS / "versioned_majority.py").read_text(encoding="utf-8")


def fates(trace: Trace) -> dict[tuple[int, int], list[int | None]]:
    """Ticks on the way (None: lost) of the signals of each link, by their number k."""
    found: dict[tuple[int, int], list[int | None]] = {}
    for each in trace.signals.values():
        if each.k >= 0:
            link = found.setdefault((each.sender, each.receiver), [])
            assert each.k == len(link)
            link.append(None if each.due is None else each.due - each.sent)
    return found


def doubles(trace: Trace) -> dict[tuple[int, int], int]:
    """How many doubles each link made of its first 20 signals."""
    found: dict[tuple[int, int], int] = {}
    for event, before in zip(trace.events[1:], trace.events, strict=False):
        if event[0] == tr.SEND and event[5] < 0 and before[5] < 20:
            found[event[3], event[4]] = found.get((event[3], event[4]), 0) + 1
    return found


def test_a_dropped_signal_leaves_the_fates_of_all_others_alone() -> None:
    world = World(nodes=3, clients=(ClientSpec(),), duration=1_500, links=Link(delay=(1, 9), loss=0.1, duplicate=0.1))
    drop = SignalFate(sender=1, receiver=2, k=4, fate="drop")
    calm, changed = play(MAJORITY, world=world), play(MAJORITY, world=world, interventions=(drop,))
    assert calm.digest != changed.digest
    before, after = fates(calm), fates(changed)
    assert after[1, 2][4] is None is not before[1, 2][4]
    after[1, 2][4] = before[1, 2][4]
    for link, spans in before.items():
        length = min(len(spans), len(after[link]))
        assert spans[:length] == after[link][:length]
        assert length > 10
    assert {link: n for link, n in doubles(calm).items() if link != (1, 2)} == {
        link: n for link, n in doubles(changed).items() if link != (1, 2)
    }


def test_nothing_happens_otherwise_before_an_intervention() -> None:
    drop = SignalFate(sender=1, receiver=2, k=4, fate="drop")
    calm, changed = (play(MAJORITY, world=WORLD, interventions=each) for each in ((), (drop,)))
    (cut,) = [index for index, event in enumerate(changed.events) if event[0] == tr.SEND and event[3:6] == (1, 2, 4)]
    assert calm.events[:cut] == changed.events[:cut]
    assert calm.events[cut][:9] == changed.events[cut][:9]


DO = {
    "drop": ((SignalFate(sender=GATEWAY, receiver=1, k=0, fate="drop"),), [None]),
    "hold": ((SignalFate(sender=GATEWAY, receiver=1, k=0, fate="hold", ticks=7),), [7]),
    "double": ((SignalFate(sender=GATEWAY, receiver=1, k=0, fate="double"),), [0, 0]),
    "hold and double": (
        (
            SignalFate(sender=GATEWAY, receiver=1, k=0, fate="hold", ticks=7),
            SignalFate(sender=GATEWAY, receiver=1, k=0, fate="double"),
        ),
        [7, 0],
    ),
}


@pytest.mark.parametrize(("interventions", "spans"), DO.values(), ids=DO)
def test_an_intervention_does_to_a_signal(interventions, spans: list[int | None]) -> None:
    trace = play(REGISTER, world=scripted(nodes=1, clients=one_client()), interventions=interventions)
    call = history(trace)[0].tick
    first = [each for each in trace.signals.values() if each.receiver == 1 and each.sent == call]
    assert [None if each.due is None else each.due - each.sent for each in first] == spans
    assert trace.unmet == ()
    if spans == [None]:
        assert "dropped" in [event[3] for event in events(trace, tr.LOSE)]


def test_what_is_lost_anyway_is_lost_for_its_own_reason() -> None:
    world = scripted(nodes=1, clients=one_client(), rules=(LinkRule(senders=(GATEWAY,), receivers=(1,), cut=True),))
    dropped = tuple(SignalFate(sender=GATEWAY, receiver=1, k=0, fate=fate) for fate in ("drop", "double"))
    trace = play(REGISTER, world=world, interventions=dropped)
    assert {event[3] for event in events(trace, tr.LOSE)} == {"cut"}
    assert trace.digest == play(REGISTER, world=world).digest
    assert trace.unmet == ()


def test_faults_and_rules_may_be_interventions() -> None:
    world = scripted(nodes=2, clients=one_client())
    interventions = (
        NodeFault(kind="crash", node=1, tick=60),
        NodeFault(kind="restart", node=1, tick=90),
        LinkRule(senders=(GATEWAY,), receivers=(2,), start=100, end=120, cut=True),
        LinkRule(senders=(1,), receivers=(2,), cut=True),
    )
    trace = play(REGISTER, world=world, interventions=interventions)
    assert [event[1:3] for event in events(trace, tr.FAULT)] == [(60, "crash"), (90, "restart")]
    assert [event[1] for event in events(trace, tr.LINKS)] == [100, 120]
    assert trace.interventions == interventions
    assert trace.unmet == ()


def test_a_skipped_operation_leaves_the_others_when_and_where_they_were() -> None:
    world = scripted(nodes=2, clients=(*one_client(), *one_client(think=7)))
    calm = play(REGISTER, world=world)
    skips = (SkippedOperation(client=1, n=2), SkippedOperation(client=2, n=0, ticks=0))
    trace = play(REGISTER, world=world, interventions=skips)

    def asked(run: Trace) -> Counter[tuple[int, int, int]]:
        return Counter((e[1], e[3], e[4]) for e in events(run, tr.SEND) if e[3] < 0 or (e[3] == GATEWAY and e[4] > 0))

    assert trace.unmet == ()
    assert asked(trace) - asked(calm) == Counter()
    assert Counter(sender for _, sender, _ in asked(calm) - asked(trace)) == {-1: 1, -2: 1, GATEWAY: 2}


def test_an_intervention_that_meets_nothing_is_listed() -> None:
    met = SignalFate(sender=GATEWAY, receiver=1, k=0, fate="drop")
    unmet = (
        SignalFate(sender=GATEWAY, receiver=1, k=999, fate="drop"),
        SignalFate(sender=1, receiver=2, k=0, fate="hold", ticks=3),
        NodeFault(kind="restart", node=1, tick=50),
        NodeFault(kind="crash", node=1, tick=5_000),
        LinkRule(start=5_000, cut=True),
        SkippedOperation(client=1, n=5_000),
    )
    calm = play(REGISTER, world=scripted(clients=one_client()), interventions=(met,))
    trace = play(REGISTER, world=scripted(clients=one_client()), interventions=(unmet[0], met, *unmet[1:]))
    assert trace.unmet == unmet
    assert trace.digest == calm.digest


@pytest.mark.parametrize(
    "intervention",
    [
        NodeFault(kind="crash", node=7, tick=5),
        NodeFault(kind="crash", node=1, tick=-5),
        NodeFault(kind="pause", node=1, tick=5),
        LinkRule(senders=(8,), cut=True),
        LinkRule(loss=1.5),
        LinkRule(start=-1, cut=True),
        LinkRule(start=5, end=5, cut=True),
        SignalFate(sender=1, receiver=77, k=0, fate="drop"),
        SignalFate(sender=1, receiver=2, k=0, fate="hold", ticks=-3),
        SkippedOperation(client=3, n=0),
        SkippedOperation(client=1, n=-1),
        SkippedOperation(client=1, n=0, ticks=-1),
    ],
    ids=lambda each: f"{each}",
)
def test_an_intervention_that_means_nothing_is_refused(intervention) -> None:
    with pytest.raises(ValueError):
        play(REGISTER, interventions=(intervention,))


def test_the_seed_changes_the_run() -> None:
    assert len({play(REGISTER, world=WORLD, seed=seed).digest for seed in range(10)}) == 10


def test_a_digest_leaves_out_what_versions_of_python_say_differently() -> None:
    shouting = EVERYTHING.replace("print(error, self.id)", "print(self.id)\n\n")
    assert play(EVERYTHING, world=WORLD).digest == play(shouting, world=WORLD).digest
