"""What a run is worth: answers, messages, waits, goals, medals and stars."""

from __future__ import annotations

from dataclasses import replace

import pytest

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
from distgame.engine.host import Host
from distgame.game.campaign.level_tables import ClientTable, Goals, Medals, Seeds, WorldTable
from distgame.game.campaign.levels import Level
from distgame.game.running.runs import run_level
from distgame.game.scores.scoring import Score, SeedScore, Waits, percentiles, total

OK = ResponseType.Success

LEVEL = Level(
    number=30,
    name="Test",
    act="Tests",
    teaches="",
    story="",
    new="",
    goal="",
    hints=("", "", ""),
    afterword="",
    model="linearizable",
    reference="",
    broken=(),
    world_table=WorldTable(nodes=3, duration=300, timeout=50),
    clients=(ClientTable(writes=0.5),),
    goals=Goals(reads_of_written_values=2, availability=0.9),
    medals=Medals(messages=2.0, wait=10, availability=0.95),
    seeds=Seeds(scored=(1, 2)),
    id="30-test",
)


def seed_score(seed: int = 1, **changes: object) -> SeedScore:
    """A good seed: four reads, two writes, all answered, twelve messages."""
    good = SeedScore(
        seed=seed,
        digest=str(seed),
        correct=4,
        wrong=0,
        unanswered_reads=0,
        answered_writes=2,
        unanswered_writes=0,
        reads_of_written_values=4,
        sends=12,
        read_waits=(1, 2, 3, 4),
        write_waits=(9, 10),
        failure=None,
        problem=None,
    )
    return replace(good, **changes)  # type: ignore[arg-type]


def both(level: Level = LEVEL, **changes: object) -> Score:
    """The score of the two scored seeds."""
    return total(level, [seed_score(1, **changes), seed_score(2, **changes)])


# Percentiles and sums


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], Waits(None, None, None)),
        ([7], Waits(7, 7, 7)),
        ([2, 1], Waits(1, 2, 2)),
        (range(1, 101), Waits(50, 95, 99)),
        (range(1, 201), Waits(100, 190, 198)),
        ([1] * 99 + [50], Waits(1, 1, 1)),
        ([1] * 98 + [50, 50], Waits(1, 1, 50)),
    ],
)
def test_percentiles_are_the_nearest_rank(waits: list[int], expected: Waits) -> None:
    assert percentiles(waits) == expected


def test_shares_are_of_all_seeds_together() -> None:
    score = total(LEVEL, [seed_score(1), seed_score(2, correct=1, read_waits=(2,), unanswered_reads=3, sends=0)])
    assert score.availability == 9 / 12
    assert score.messages_per_operation == 12 / 12
    assert score.reads == Waits(2, 4, 4)
    assert score.writes == Waits(9, 10, 10)
    assert score.operations == Waits(4, 10, 10)


def test_wrong_reads_are_answers_too() -> None:
    assert both(correct=2, wrong=2).availability == 1.0


def test_no_operation_at_all_is_no_availability() -> None:
    nothing = {"correct": 0, "answered_writes": 0, "read_waits": (), "write_waits": ()}
    score = both(**nothing)
    assert (score.availability, score.messages_per_operation, score.operations.p99) == (0.0, None, None)
    assert not score.passed


# Goals, medals, stars


@pytest.mark.parametrize(
    ("goals", "changes", "met"),
    [
        ({}, {}, True),
        ({}, {"reads_of_written_values": 1}, False),
        ({}, {"unanswered_writes": 1}, False),
        ({"messages_per_operation": 2.0}, {}, True),
        ({"messages_per_operation": 1.9}, {}, False),
        ({"read_p50": 2}, {}, True),
        ({"read_p50": 1}, {}, False),
        ({"read_p99": 4}, {}, True),
        ({"read_p99": 3}, {}, False),
        ({"write_p99": 9}, {}, False),
        ({"p99": 10}, {}, True),
        ({"p99": 9}, {}, False),
        ({"read_p50": 5}, {"read_waits": ()}, False),
    ],
)
def test_goals(goals: dict[str, float], changes: dict[str, object], met: bool) -> None:
    level = replace(LEVEL, goals=replace(LEVEL.goals, **goals))
    score = both(level, **changes)
    assert all(goal.met for goal in score.goals) is met
    assert score.passed is met


@pytest.mark.parametrize(
    ("changes", "medals", "stars"),
    [
        ({}, (True, True, True), 3),
        ({"sends": 13}, (False, True, True), 2),
        ({"write_waits": (10, 11)}, (True, False, True), 2),
        ({"correct": 14, "read_waits": (4,) * 14, "unanswered_reads": 1}, (True, True, False), 2),
        ({"correct": 4, "unanswered_reads": 1}, (False, False, False), 0),
    ],
)
def test_medals_and_stars(changes: dict[str, object], medals: tuple[bool, bool, bool], stars: int) -> None:
    score = both(**changes)
    assert (score.medals, score.stars) == (medals, stars)


@pytest.mark.parametrize("seeds", [[1], [2, 3], [1, 2, 3], []])
def test_practice_seeds_earn_nothing(seeds: list[int]) -> None:
    score = total(LEVEL, [seed_score(seed) for seed in seeds])
    assert (score.scored, score.stars, score.medals) == (False, 0, (False, False, False))


def test_the_order_of_the_seeds_does_not_matter() -> None:
    assert total(LEVEL, [seed_score(2), seed_score(1)]) == both()


# Whole runs


class Answering(Node):
    """Right on one node: all requests go to node 1."""

    def on_start(self):  # type: ignore[no-untyped-def]
        if self.is_leader:
            self.notify_leadership()

    def process_read_request(self, request):  # type: ignore[no-untyped-def]
        return ClientReadResponse(OK, self.storage.get("value"))

    def process_write_request(self, request):  # type: ignore[no-untyped-def]
        self.storage["value"] = request.value
        return ClientWriteResponse(OK)


class Silent(Answering):
    def process_read_request(self, request):  # type: ignore[no-untyped-def]
        return None

    process_write_request = process_read_request


class Refusing(Answering):
    def process_read_request(self, request):  # type: ignore[no-untyped-def]
        return ClientReadResponse(ResponseType.Fail)

    def process_write_request(self, request):  # type: ignore[no-untyped-def]
        return ClientWriteResponse(ResponseType.Fail)


class Forgetful(Answering):
    def process_read_request(self, request):  # type: ignore[no-untyped-def]
        return ClientReadResponse(OK, None)


class Falling(Answering):
    """Divides by zero at its third write."""

    def process_write_request(self, request):  # type: ignore[no-untyped-def]
        self.storage["writes"] = self.storage.get("writes", 0) + 1
        1 / (3 - self.storage["writes"])
        return super().process_write_request(request)


class Talking(Answering):
    """Sends "psst" twice to node 2 at every write, and node 2 answers."""

    def process_write_request(self, request):  # type: ignore[no-untyped-def]
        for _ in range(2):
            self.send_message(2, "psst")
        return super().process_write_request(request)

    @WebServer.endpoint(str)
    def hear(self, message):  # type: ignore[no-untyped-def]
        return 1


def score_of(node: type[Node], level: Level = LEVEL) -> SeedScore:
    return run_level(Host.of_class(node), level, 1).score


def test_a_good_run() -> None:
    score = score_of(Answering)
    assert score.passed
    assert score.wrong == score.unanswered_reads == score.unanswered_writes == score.sends == 0
    assert score.correct == len(score.read_waits) >= score.reads_of_written_values > 2
    assert score.answered_writes == len(score.write_waits) > 2


@pytest.mark.parametrize("node", [Silent, Refusing])
def test_no_answer_and_a_fail_count_as_unanswered(node: type[Node]) -> None:
    score = score_of(node)
    assert score.answered == 0 < score.invoked
    assert not score.passed
    assert score.failure is not None
    assert score.failure.reason.startswith("only 0 right reads of a written value")


def test_a_wrong_read_is_told_with_its_operations() -> None:
    score = score_of(Forgetful)
    assert 0 < score.wrong <= score.correct + score.wrong == len(score.read_waits)
    assert score.failure is not None
    assert score.failure.operations
    assert score.failure.tick == score.failure.operations[-1].completed_at


def test_an_error_ends_the_run_and_keeps_what_was_read() -> None:
    score = score_of(Falling)
    assert score.problem is not None
    assert score.failure is not None
    assert "ZeroDivisionError" in score.failure.reason
    assert score.answered_writes == 2
    assert score.unanswered_writes == 1
    assert not score.passed
    assert total(LEVEL, [score]).problem == score.problem


def test_messages_are_what_nodes_sent_answers_included() -> None:
    score = score_of(Talking)
    assert score.sends == 4 * score.answered_writes


def test_a_double_made_by_the_network_is_not_a_message_its_answer_is() -> None:
    doubling = replace(LEVEL, world_table=replace(LEVEL.world_table, duplicate=1.0))
    score = score_of(Talking, doubling)
    assert score.sends == (2 + 4) * score.answered_writes


def test_lost_messages_were_sent() -> None:
    losing = replace(LEVEL, world_table=replace(LEVEL.world_table, loss=1.0))
    score = score_of(Talking, losing)
    assert score.sends == 2 * score.answered_writes
