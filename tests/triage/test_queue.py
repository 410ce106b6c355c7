"""The queue: an order that never changes under the reviewer's eyes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview import triage
from segreview.compare.disagreement import Disagreement, Relation
from segreview.model.box import Box
from segreview.triage.queue import Queue, rank
from segreview.triage.suspicion import Suspicion


def item(
    relation: Relation,
    reference: tuple[int, ...] = (),
    prediction: tuple[int, ...] = (),
    iou: float = 0.0,
    area: int = 10,
    region: int = 0,
    at: int = 0,
) -> Disagreement:
    return Disagreement(relation, reference, prediction, Box((at, 0), (at + 3, 3)), iou, area, 1, region)


MISSED = item(Relation.MISSED, (1,), area=50)
SMALL_MISSED = item(Relation.MISSED, (2,), area=5)
SPURIOUS = item(Relation.SPURIOUS, (), (3,), area=20)
POOR = item(Relation.POOR, (4,), (4,), 0.2)
SPLIT = item(Relation.SPLIT, (5,), (5, 6), 0.7)
MATCHED = item(Relation.MATCHED, (7,), (7,), 0.9)
ALL = (MATCHED, SPLIT, POOR, SMALL_MISSED, SPURIOUS, MISSED)


@pytest.fixture
def queue() -> Queue:
    return Queue(ALL)


def items(queue: Queue) -> list[Disagreement]:
    return [row.item for row in queue if not row.gone]


def test_unmatched_come_first_then_the_lowest_iou_and_what_is_settled_last(queue):
    assert items(queue) == [MISSED, SPURIOUS, SMALL_MISSED, POOR, SPLIT, MATCHED]
    assert [row.number for row in queue] == [0, 1, 2, 3, 4, 5]
    assert [queue.place_of(row) for row in queue] == [0, 1, 2, 3, 4, 5]


def test_the_order_does_not_depend_on_the_order_of_the_items():
    assert items(Queue(ALL)) == items(Queue(reversed(ALL)))


def test_an_item_that_replaces_another_keeps_its_place_and_number(queue):
    better = item(Relation.MATCHED, (4,), (4,), 0.95)
    (row,) = queue.replace([POOR], [better])
    assert (row.number, queue.place_of(row), row.item) == (3, 3, better)
    assert row.edited
    assert row.contested
    assert queue.row_of(better) is row
    assert queue.row_of(SPLIT) is queue[4]


def test_an_item_that_vanishes_leaves_its_row_and_comes_back_to_it(queue):
    (row,) = queue.replace([MISSED], [])
    assert row.gone
    assert row.edited
    assert queue.row_of(MISSED) is None
    assert len(queue) == 6
    queue.replace([POOR], [item(Relation.POOR, (4,), (4,), 0.3)])
    (back,) = queue.replace([], [MISSED])
    assert back is row
    assert not row.gone
    assert not row.edited
    assert queue.row_of(MISSED) is row


def test_of_several_parts_the_next_of_kin_keeps_the_row_and_the_others_follow_it(queue):
    parts = [
        item(Relation.MATCHED, (5,), (5,), 0.9),
        item(Relation.SPURIOUS, (), (6,)),
        item(Relation.MISSED, (9,)),
    ]
    rows = queue.replace([SPLIT], parts)
    assert {row.item for row in rows} == set(parts)
    assert queue[4].item == parts[0]
    assert {queue[5].item, queue[6].item} == set(parts[1:])
    assert queue[7].item == MATCHED
    assert [row.number for row in queue] == [0, 1, 2, 3, 4, 7, 6, 5]


def test_two_items_that_become_one_leave_one_row_empty(queue):
    both = item(Relation.MATCHED, (1,), (3,), 0.8)
    rows = queue.replace([MISSED, SPURIOUS], [both])
    assert sorted((row.number, row.gone) for row in rows) == [(0, False), (1, True)]
    assert queue.row_of(both) is queue[0]


def test_a_stranger_comes_to_the_end(queue):
    new = item(Relation.MISSED, (88,))
    (row,) = queue.replace([], [new])
    assert queue.place_of(row) == 6
    assert row.edited


def test_a_row_that_an_edit_brought_and_took_away_asks_for_nothing(queue):
    new = item(Relation.MISSED, (88,))
    (row,) = queue.replace([], [new])
    assert row.contested
    queue.replace([new], [])
    assert row.gone
    assert not row.contested


def test_regions_are_kin_by_place_rather_than_by_class():
    first = item(Relation.CLASS, (7,), (8,), region=1, at=0)
    second = item(Relation.CLASS, (7,), (8,), region=500, at=20)
    queue = Queue([first, second])
    moved = item(Relation.CLASS, (7,), (8,), region=502, at=21, area=4)
    (row,) = queue.replace([second], [moved])
    assert queue.place_of(row) == queue.place_of(queue.row_of(moved))
    assert row.first == second


def test_regions_that_an_undo_parts_again_stand_where_they_stood():
    first, second, joined = (
        item(Relation.CLASS, (7,), (8,), region=region, at=at, area=area)
        for region, at, area in ((1, 0, 9), (20, 2, 6), (1, 0, 16))
    )
    for back in ([first, second], [second, first]):
        queue = Queue([first, second])
        queue.replace([first, second], [joined])
        queue.replace([joined], back)
        assert [row.item for row in queue] == [first, second]
        assert not any(row.edited for row in queue)


def test_a_large_region_comes_back_to_its_row_wherever_it_begins_anew():
    first = item(Relation.CLASS, (7,), (8,), region=1, at=0)
    wide = replace(item(Relation.CLASS, (7,), (9,), region=2), box=Box((90, 0), (700, 500)))
    queue = Queue([first, wide])
    (row,) = queue.replace([wide], [])
    rest = replace(wide, region=900, box=Box((650, 480), (720, 510)))
    assert queue.replace([], [rest]) == [row]


def test_thousands_that_come_back_look_for_relatives_among_their_own_only(monkeypatch):
    many = [item(Relation.MISSED, (n,), at=3 * n) for n in range(300)]
    queue = Queue(many)
    for one in many:
        queue.replace([one], [])
    looks, kinship = [], triage.queue.kinship
    monkeypatch.setattr(triage.queue, "kinship", lambda *both: looks.append(both) or kinship(*both))
    for one in many:
        queue.replace([], [one])
    assert not any(row.edited for row in queue)
    assert len(looks) <= 2 * len(many)


def test_when_all_are_ranked_anew_each_item_is_looked_at_once_and_others_keep_their_order(monkeypatch):
    many = [item(Relation.POOR, (n,), (n,), 0.5, at=3 * n) for n in range(1, 300)]
    queue = Queue(many)
    looks = []
    monkeypatch.setattr(triage.queue, "build_of", looks.append)
    news = [(row, Suspicion(row.number % 7 / 10)) for row in queue if row.number % 5]
    queue.suspect(news)
    assert queue.rerank_behind(-1)
    assert looks == [], "what items are was known since they were put in order first"
    assert [row.rank for row in queue] == sorted(row.rank for row in queue)


def test_ranking_anew_touches_only_what_lies_behind(queue):
    worse = item(Relation.MISSED, (7,), area=99)
    queue.replace([MATCHED], [worse])
    assert queue.rerank_behind(1)
    assert not queue.rerank_behind(1)
    assert items(queue) == [MISSED, SPURIOUS, worse, SMALL_MISSED, POOR, SPLIT]
    assert [queue.place_of(row) for row in queue] == list(range(6))
    assert [row.number for row in queue] == [0, 1, 5, 2, 3, 4]


def suspect(queue: Queue, **chances: float) -> None:
    named = {"missed": MISSED, "poor": POOR, "split": SPLIT, "matched": MATCHED}
    queue.suspect((queue.row_of(named[name]), Suspicion(chance)) for name, chance in chances.items())


def test_suspicion_moves_nothing_before_the_queue_is_ranked_anew_and_nothing_that_was_passed(queue):
    suspect(queue, split=0.9, poor=0.5, missed=0.1)
    assert items(queue) == [MISSED, SPURIOUS, SMALL_MISSED, POOR, SPLIT, MATCHED]
    assert queue.rerank_behind(0)
    assert items(queue) == [MISSED, SPLIT, POOR, SPURIOUS, SMALL_MISSED, MATCHED]
    assert queue.rerank_behind(-1)
    assert items(queue) == [SPLIT, POOR, MISSED, SPURIOUS, SMALL_MISSED, MATCHED]


def test_what_both_sides_agree_on_asks_for_a_judgement_when_it_is_suspected(queue):
    row = queue.row_of(MATCHED)
    suspect(queue, matched=0.1)
    assert not row.contested
    suspect(queue, matched=0.8)
    assert row.contested
    queue.rerank_behind(-1)
    assert items(queue)[0] == MATCHED
    suspect(queue, matched=0.0)
    assert row.contested  # it would vanish under the reviewer's eyes


def test_an_edit_takes_away_what_was_suspected(queue):
    suspect(queue, poor=0.5)
    better = item(Relation.POOR, (4,), (4,), 0.4)
    (row,) = queue.replace([POOR], [better])
    assert row.suspicion is None


POOL = (
    [item(Relation.POOR, (n,), (n % 4,), 0.3) for n in range(8)]
    + [item(Relation.MISSED, (n,)) for n in range(8)]
    + [item(Relation.SPURIOUS, (), (n,)) for n in range(4)]
)


@given(st.data())
def test_rows_hold_exactly_the_live_items_once_whatever_is_exchanged(data):
    live = set(data.draw(st.sets(st.sampled_from(POOL), max_size=10)))
    queue = Queue(live)
    for _ in range(data.draw(st.integers(1, 8))):
        before = {row.number: (row.item, row.gone) for row in queue}
        removed = data.draw(st.sets(st.sampled_from(sorted(live, key=rank)))) if live else set()
        added = data.draw(st.sets(st.sampled_from(POOL), max_size=4)) - (live - removed)
        rows = queue.replace(sorted(removed, key=rank), sorted(added, key=rank))
        live = (live - removed) | added
        assert sorted(map(rank, items(queue))) == sorted(map(rank, live))
        assert all(queue.row_of(one).item == one for one in live)
        changed = {row.number for row in queue if before.get(row.number) != (row.item, row.gone)}
        assert changed <= {row.number for row in rows}
        assert [number for number in (row.number for row in queue) if number in before] == list(before)
        if data.draw(st.booleans()):
            place = data.draw(st.integers(-1, len(queue)))
            passed = list(queue)[: place + 1]
            behind = sorted((rank(row.item), row.number) for row in list(queue)[place + 1 :])
            queue.rerank_behind(place)
            assert list(queue)[: place + 1] == passed
            ranked = [rank(row.item) for row in list(queue)[place + 1 :]]
            assert ranked == [key for key, _ in behind]
            assert not queue.rerank_behind(place)
        assert [queue.place_of(row) for row in queue] == list(range(len(queue)))
