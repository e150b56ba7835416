"""Boxes stand where the design has them, apart from each other, with a free straight wire for every pair."""

from __future__ import annotations

from collections import Counter

import pytest

from distgame.tui.diagram.board import board
from distgame.tui.diagram.layout import Rect, aim, arrange, blocked, crosses, size_class
from distgame.tui.diagram.route import idle_dots, route

SIZES = [(78, 28), (110, 45), (80, 13)]
OTHER_SIZES = [
    (79, 22), (80, 20), (80, 24), (84, 30), (90, 26), (96, 33), (99, 50), (100, 28), (100, 40), (109, 45),
    (120, 36), (120, 40), (130, 44), (140, 20), (140, 30), (140, 50), (96, 15), (120, 18),
]  # fmt: skip
COUNTS = [(nodes, clients) for nodes in range(1, 8) for clients in range(1, 7)]


@pytest.mark.parametrize(
    ("size", "nodes", "gateway", "places", "box", "gap"),
    [
        ((78, 28), 1, (19, 11), [(55, 11)], (17, 5), 2.0),
        ((78, 28), 3, (19, 11), [(39, 0), (61, 11), (39, 23)], (17, 5), 2.0),
        ((78, 28), 5, (19, 11), [(26, 0), (53, 0), (61, 11), (53, 23), (26, 23)], (17, 5), 2.0),
        (
            (78, 28), 7, (19, 11),
            [(26, 3), (43, 0), (61, 4), (65, 12), (61, 20), (43, 24), (26, 21)], (13, 4), 1.5,
        ),
        ((110, 45), 1, (23, 20), [(78, 19)], (19, 6), 2.5),
        ((110, 45), 3, (23, 20), [(55, 0), (91, 19), (55, 39)], (19, 6), 2.5),
        ((110, 45), 5, (23, 20), [(28, 0), (75, 0), (91, 19), (75, 39), (28, 39)], (19, 6), 2.5),
        (
            (110, 45), 7, (23, 20),
            [(33, 4), (59, 0), (85, 5), (91, 19), (85, 34), (59, 39), (33, 35)], (19, 6), 1.5,
        ),
        ((80, 13), 1, (18, 4), [(58, 4)], (13, 4), 2.0),
        ((80, 13), 3, (18, 4), [(44, 0), (67, 4), (44, 9)], (13, 4), 2.0),
        ((80, 13), 5, (18, 4), [(31, 0), (54, 0), (67, 4), (54, 9), (31, 9)], (13, 4), 1.0),
    ],
)  # fmt: skip
def test_canonical_rings(size, nodes, gateway, places, box, gap):
    layout = arrange(*size, nodes, 2)
    assert layout.style == "ring"
    assert (layout.boxes[0].x, layout.boxes[0].y) == gateway
    assert [(layout.boxes[i].x, layout.boxes[i].y) for i in range(1, nodes + 1)] == places
    assert {layout.boxes[i][2:] for i in range(1, nodes + 1)} == {box}
    assert layout.port_gap == gap


@pytest.mark.parametrize(
    ("size", "expected"),
    [((78, 28), "wide"), ((99, 60), "wide"), ((100, 39), "wide"), ((100, 40), "big"), ((160, 19), "narrow")],
)
def test_size_classes(size, expected):
    assert size_class(*size) == expected


@pytest.mark.parametrize(
    ("size", "clients", "expected"),
    [
        ((78, 28), 3, [(0, 5, 12, 4), (0, 12, 12, 4), (0, 19, 12, 4)]),
        ((78, 28), 4, [(0, 3, 12, 4), (0, 9, 12, 4), (0, 15, 12, 4), (0, 21, 12, 4)]),
        ((110, 45), 4, [(0, 7, 13, 4), (0, 16, 13, 4), (0, 25, 13, 4), (0, 34, 13, 4)]),
        ((80, 13), 2, [(0, 2, 12, 4), (0, 7, 12, 4)]),
        ((80, 13), 4, [(0, 1, 12, 2), (0, 4, 12, 2), (0, 7, 12, 2), (0, 10, 12, 2)]),
    ],
)
def test_clients_are_stacked_and_centred(size, clients, expected):
    layout = arrange(*size, 3, clients)
    assert [tuple(layout.boxes[client]) for client in layout.clients] == expected


@pytest.mark.parametrize("size", SIZES + OTHER_SIZES)
def test_boxes_are_apart_inside_the_area_and_no_wire_is_blocked(size):
    for nodes, clients in COUNTS:
        layout = arrange(*size, nodes, clients)
        boxes = layout.boxes
        assert len(boxes) == 1 + nodes + clients
        for identity, box in boxes.items():
            assert 0 <= box.x < box.right <= size[0], (nodes, clients, identity)
            assert 0 <= box.y < box.bottom <= size[1], (nodes, clients, identity)
            for other in boxes:
                assert other == identity or not box.near(boxes[other], 0, 0), (nodes, clients, identity, other)
        if layout.style == "ring":
            assert not list(blocked(layout)), (nodes, clients)


@pytest.mark.parametrize("size", SIZES + OTHER_SIZES)
def test_small_clusters_get_a_ring_everywhere_and_large_ones_where_there_are_rows(size):
    for nodes in range(1, 8):
        least = {6: 20, 7: 25}.get(nodes, 0)
        assert arrange(*size, nodes, 3).style == ("ring" if size[1] >= least else "board")


@pytest.mark.parametrize("size", SIZES + OTHER_SIZES)
@pytest.mark.parametrize(("nodes", "clients"), [(1, 1), (3, 2), (5, 3), (7, 6), (6, 4)])
def test_every_pair_has_a_path_both_ways_that_misses_all_boxes(size, nodes, clients):
    layout = arrange(*size, nodes, clients)
    plan = route(layout) if layout.style == "ring" else board(layout)
    covered = {
        y * layout.width + x
        for box in layout.boxes.values()
        for y in range(box.y, box.bottom)
        for x in range(box.x, box.right)
    }
    ways = {(a, b) for a in range(nodes + 1) for b in range(nodes + 1) if a != b}
    ways |= {way for client in layout.clients for way in ((0, client), (client, 0))}
    assert set(plan.paths) == ways
    for path in plan.paths.values():
        assert len(path.cells) == len(set(path.cells)) == len(path.dots) > 0
        assert covered.isdisjoint(path.cells)


@pytest.mark.parametrize("size", [(78, 30), (78, 27), (118, 44), (80, 13)])
def test_every_pair_is_told_apart_by_cells_that_no_other_wire_has(size):
    for nodes, clients in COUNTS:
        layout = arrange(*size, nodes, clients)
        if layout.style == "ring":
            wires = idle_dots(layout)
            used = Counter(cell for dots in wires.values() for cell in dots)
            for pair, dots in wires.items():
                assert sum(used[cell] == 1 for cell in dots) >= 0.35 * len(dots) > 0, (nodes, clients, pair)


def test_the_rows_give_way_before_the_width_and_the_ring_last():
    shapes = [arrange(*size, 7, 2).boxes[1][2:] for size in ((130, 40), (130, 26), (90, 25), (78, 25))]
    assert shapes == [(19, 6), (17, 5), (17, 4), (13, 4)]
    assert arrange(70, 30, 7, 2).style == "board"


def test_layout_depends_on_size_and_counts_only_so_the_same_question_has_the_same_answer():
    assert arrange(78, 28, 5, 3) is arrange(78, 28, 5, 3)


def test_boxes_of_one_row_aim_level():
    start, end = aim(arrange(78, 28, 5, 3), 1, 2)
    assert start.y == end.y == 2.5


def test_crossing_a_box_is_told_from_passing_it():
    box = Rect(10, 10, 4, 4)
    for start, end, hit in [
        ((0, 12), (30, 12), True),
        ((0, 0), (30, 30), True),
        ((12, 0), (12, 5), False),
        ((0, 9), (30, 9), False),
        ((9, 0), (9, 30), False),
    ]:
        start_point, end_point = (type(box.centre)(*point) for point in (start, end))
        assert crosses(box, start_point, end_point) is hit
