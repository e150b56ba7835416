"""The library: `simulate` and what a Run can be asked."""

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

import distgame
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer, simulate
from distgame.engine.errors import PlayerError
from distgame.engine.world import NodeFault, SignalFate
from distgame.game.campaign.levels import LevelError, find_level
from distgame.game.play.files import FileError
from distgame.game.play.places import algorithms_folder


@dataclass
class Store:
    value: int


class Alone(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)


class Together(Alone):
    def process_write_request(self, request):
        self.storage["x"] = request.value
        yield from self.wait_for_responses(Store(request.value), None, len(self.other_nodes))
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["x"] = message.value
        return True


class Silent(Node):
    def process_read_request(self, request):
        pass

    def process_write_request(self, request):
        pass


def test_a_class_is_simulated_judged_and_scored():
    run = simulate(Together, level="two-minds")
    assert run.trace.seed == find_level("2").seeds.shown
    assert run.score.passed
    assert run.verdict.status == "holds"
    assert len(run.history) == run.score.invoked > 20
    assert "passed" in repr(run)


def test_a_class_that_is_wrong_says_why():
    run = simulate(Alone, level=find_level("2"), seed=5)
    assert not run.score.passed
    assert run.verdict.status == "violated"
    assert run.score.failure.reason in repr(run)
    assert run.verdict.explanation is not None


def test_a_file_and_its_class_give_the_same_run():
    path = algorithms_folder() / "write_all_read_local.py"
    assert simulate(path, level=3).trace.digest == simulate(str(path), level="3").trace.digest


def test_the_same_arguments_give_the_same_run():
    assert simulate(Together, 4, 9).trace.digest == simulate(Together, 4, 9).trace.digest


@pytest.mark.parametrize(
    "intervention",
    [
        SignalFate(sender=1, receiver=2, k=0, fate="drop"),
        SignalFate(sender=1, receiver=2, k=0, fate="hold", ticks=30),
        NodeFault(kind="crash", node=2, tick=50),
        NodeFault(kind="pause", node=2, tick=50, ticks=20),
    ],
    ids=lambda each: getattr(each, "fate", getattr(each, "kind", "")),
)
def test_an_intervention_makes_another_run(intervention):
    plain, changed = simulate(Together, "2"), simulate(Together, "2", interventions=[intervention])
    assert changed.trace.digest != plain.trace.digest
    assert changed.trace.unmet == ()
    assert changed.trace.interventions == (intervention,)


def test_the_picture_fits_its_console_and_marks_wrong_reads():
    run = simulate(Alone, level=4)
    for width in (60, 100):
        console = Console(width=width, file=io.StringIO(), color_system=None)
        console.print(run)
        lines = console.file.getvalue().splitlines()
        lanes = [line for line in lines if line.startswith("client ") and "─" in line]
        assert len(lanes) == 4
        assert max(map(len, lines)) <= width
        assert any("x" in lane for lane in lanes)
    assert run.svg().startswith("<svg")
    assert run._repr_svg_() == run.svg()


def test_operations_without_an_answer_are_shown():
    console = Console(width=100, file=io.StringIO(), color_system=None)
    console.print(simulate(Silent, level=1))
    assert "?" in console.file.getvalue()


@pytest.mark.parametrize(
    ("node", "level", "error", "words"),
    [
        (Alone, "nowhere", LevelError, "there is no level 'nowhere'"),
        ("/nonexistent.py", 1, FileError, "there is no file"),
        (Node, 1, PlayerError, "lacks process_read_request and process_write_request"),
        (int, 1, PlayerError, "int is not derived from Node"),
    ],
)
def test_what_cannot_be_simulated_says_so(node, level, error, words):
    with pytest.raises(error, match=words):
        simulate(node, level)


def test_public_names_are_there_and_unknown_ones_are_not():
    for name in distgame.__all__:
        assert getattr(distgame, name) is not None
    assert "simulate" in dir(distgame)
    with pytest.raises(AttributeError, match="nosuch"):
        _ = distgame.nosuch
