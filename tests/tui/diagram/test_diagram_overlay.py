"""What gives way when signals crowd: never a head, and no label ever covers another one."""

from __future__ import annotations

import pytest
from diagram_scenes import FAULTS, flights, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from distgame.tui.diagram.draw import plan_for, render_text
from distgame.tui.diagram.overlay import Overlay, overlay
from distgame.tui.diagram.route import Plan
from distgame.tui.diagram.scene import Flight, LinkMark, Scene

QUIET = scene(3, 1, links=())
PLAN = plan_for(QUIET, 78, 28)


def flight(number: int, progress: float, label: str = "R", **more) -> Flight:
    """A flight along the level wire from the gateway to node 2."""
    return Flight(number, more.pop("sender", 0), more.pop("receiver", 2), progress, label, **more)


def labels(over: Overlay) -> dict[int, str]:
    return {label.flight: label.text for label in over.labels}


def test_a_head_stands_at_its_share_of_the_way():
    path = PLAN.paths[0, 2].cells
    for progress, index in [(0.0, 0), (0.5, round((len(path) - 1) / 2)), (1.0, len(path) - 1)]:
        assert overlay(PLAN, [flight(1, progress)]).heads[0].cell == path[index]


@pytest.mark.parametrize(
    ("sender", "receiver", "asks", "answers"),
    [(0, 2, "→", "⇒"), (2, 0, "←", "⇐"), (1, 3, "↓", "⇓"), (3, 1, "↑", "⇑"), (0, 1, "↗", "⇗"), (0, 3, "↘", "⇘")],
)
def test_arrows_tell_direction_and_kind(sender, receiver, asks, answers):
    for kind, arrow in (("request", asks), ("reply", answers)):
        sent = Flight(1, sender, receiver, 0.5, "R", kind)
        text = "".join(render_text(Scene(QUIET.clients, QUIET.gateway, QUIET.nodes, (sent,)), 78, 28))
        assert arrow in text


def test_opposite_signals_keep_right_and_so_do_not_share_a_cell_on_a_slope():
    there, back = PLAN.paths[0, 1].cells, PLAN.paths[1, 0].cells
    assert len(set(there) & set(back)) < len(there) / 2


def test_the_trail_runs_from_the_sender_to_the_head():
    path = PLAN.paths[0, 2].cells
    over = overlay(PLAN, [flight(1, 0.5)])
    assert set(over.trails) == set(path[: path.index(over.heads[0].cell)])


def test_a_signal_behind_another_slides_by_at_most_two_cells_and_then_they_stack():
    path = PLAN.paths[0, 2].cells
    crowd = [flight(i, 0.5, "") for i in range(12)]
    over = overlay(PLAN, crowd)
    middle = round((len(path) - 1) / 2)
    assert {path.index(head.cell) for head in over.heads} <= set(range(middle - 2, middle + 3))
    assert sum(len(head.flights) for head in over.heads) == len(crowd)


def test_stacked_heads_show_how_many_they_are():
    crowd = tuple(flight(i, 0.5, "") for i in range(12))
    line = render_text(Scene(QUIET.clients, QUIET.gateway, QUIET.nodes, crowd), 78, 28)[13]
    assert "8" in line


def test_a_lost_signal_comes_first_and_stays_a_cross():
    over = overlay(PLAN, [flight(1, 0.5), flight(2, 0.5, lost=True)])
    lost = next(head for head in over.heads if 2 in head.flights)
    assert lost.role == "lost"
    assert lost.cell == PLAN.paths[0, 2].cells[round((len(PLAN.paths[0, 2].cells) - 1) / 2)]


def test_labels_stand_behind_the_tail_first():
    right, left = overlay(PLAN, [flight(1, 0.5)]), overlay(PLAN, [flight(1, 0.5, sender=2, receiver=0)])
    assert right.labels[0].start + 1 == right.heads[0].cell
    assert left.labels[0].start - 1 == left.heads[0].cell
    assert right.memory == {1: "left"}
    assert left.memory == {1: "right"}


def test_a_label_keeps_last_frames_place_while_it_is_free():
    for slot in ("right", "above", "below"):
        assert overlay(PLAN, [flight(1, 0.5)], {1: slot}).memory == {1: slot}


def test_labels_seldom_jump_while_signals_move():
    shown = scene(5, 3, links=FAULTS)
    plan = plan_for(shown, 78, 28)
    memory, kept, moved = {}, 0, 0
    for frame in range(60):
        over = overlay(plan, flights(5, 3, 18, time=frame / 200), memory)
        for number, slot in over.memory.items():
            kept += memory.get(number, slot) == slot
            moved += memory.get(number, slot) != slot
        memory = over.memory
    assert moved / (kept + moved) < 0.05


def test_a_label_without_room_shrinks_to_its_first_letter_and_then_goes():
    walls = bytearray(PLAN.taken)
    cell = PLAN.paths[0, 2].cells[10]
    progress = 10 / (len(PLAN.paths[0, 2].cells) - 1)
    for row in (-1, 0, 1):
        for column in range(-9, 10):
            walls[cell + row * 78 + column] = 1
    walls[cell] = walls[cell - 1] = 0
    narrow = Plan(PLAN.layout, PLAN.wires, PLAN.paths, (), bytes(walls))
    assert labels(overlay(narrow, [flight(1, progress, "Query")])) == {1: "Q"}
    walls[cell - 1] = 1
    full = Plan(PLAN.layout, PLAN.wires, PLAN.paths, (), bytes(walls))
    over = overlay(full, [flight(1, progress, "Query")])
    assert not over.labels
    assert len(over.heads) == 1


def test_narrow_areas_shorten_labels_of_more_than_two_letters():
    plan = plan_for(QUIET, 80, 13)
    assert labels(overlay(plan, [flight(1, 0.5, "Query"), flight(2, 0.9, "R7")])) == {1: "Q", 2: "R7"}


def test_flights_on_links_that_are_not_there_are_left_out():
    assert overlay(PLAN, [flight(1, 0.5, receiver=9), Flight(2, -1, 3, 0.5, "R")]).heads == ()


marks = st.builds(LinkMark, st.integers(-2, 8), st.integers(-2, 8), st.sampled_from(["cut", "slow"]))
sent = st.lists(
    st.tuples(
        st.integers(-7, 8),
        st.integers(-7, 8),
        st.floats(-0.5, 1.5),
        st.sampled_from(["", "R", "W7", "Query", "a long label"]),
        st.sampled_from(["request", "reply"]),
        st.booleans(),
    ),
    max_size=60,
).map(lambda rows: tuple(Flight(i, *row) for i, row in enumerate(rows)))


@settings(max_examples=150, deadline=None)
@given(
    nodes=st.integers(0, 8),
    clients=st.integers(0, 7),
    width=st.integers(0, 170),
    height=st.integers(0, 60),
    style=st.sampled_from(["ring", "board"]),
    signals=sent,
    links=st.lists(marks, max_size=5).map(tuple),
    slots=st.dictionaries(st.integers(0, 60), st.sampled_from(["left", "right", "above", "below"])),
)
def test_any_scene_in_any_area_keeps_every_head_and_no_label_covers_anything(
    nodes, clients, width, height, style, signals, links, slots
):
    shown = scene(nodes, clients, links=())
    shown = Scene(shown.clients, shown.gateway, shown.nodes, signals, links)
    lines = render_text(shown, width, height, style)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)

    plan = plan_for(shown, width, height, style)
    over = overlay(plan, signals, slots)
    linked = [f.id for f in signals if (f.sender, f.receiver) in plan.paths]
    assert sorted(i for head in over.heads for i in head.flights) == linked
    assert_nothing_covered(plan, over)


def assert_nothing_covered(plan: Plan, over: Overlay) -> None:
    """No label is over a box, a tag, a head or another label, and each is in one row."""
    covered = {head.cell for head in over.heads}
    assert len(covered) == len(over.heads)
    for label in over.labels:
        cells = range(label.start, label.start + len(label.text))
        assert cells[0] // plan.layout.width == cells[-1] // plan.layout.width
        assert covered.isdisjoint(cells)
        assert not any(plan.taken[cell] for cell in cells)
        covered |= set(cells)


@settings(max_examples=60, deadline=None)
@given(
    nodes=st.integers(1, 7),
    clients=st.integers(1, 6),
    size=st.sampled_from([(78, 30), (118, 44), (80, 13), (96, 33), (140, 50)]),
    style=st.sampled_from(["ring", "board"]),
    count=st.integers(0, 100),
    time=st.floats(0, 1),
)
def test_at_supported_sizes_every_flight_of_the_cluster_is_on_the_diagram(nodes, clients, size, style, count, time):
    shown = scene(nodes, clients, count, time=time)
    plan = plan_for(shown, *size, style)
    over = overlay(plan, shown.signals)
    assert sorted(i for head in over.heads for i in head.flights) == list(range(count))
    assert_nothing_covered(plan, over)
