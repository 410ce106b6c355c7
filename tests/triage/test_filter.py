"""Filters of the queue: every condition by itself, and all together."""

import math

import numpy as np
import pytest

from segreview.compare.disagreement import Disagreement, Relation
from segreview.model.box import Box
from segreview.triage.facts import Facts
from segreview.triage.filter import Border, Filter, Stage
from segreview.triage.queue import Queue, Row

SHAPE = (100, 100)


def item(relation, reference=(), prediction=(), iou=0.0, area=10, at=(10, 10), side=5):
    box = Box(at, (at[0] + side, at[1] + side))
    return Disagreement(relation, reference, prediction, box, iou, area, 1)


ITEMS = (
    item(Relation.MISSED, (1,), area=50),
    item(Relation.SPURIOUS, (), (2,), area=20, at=(0, 30)),
    item(Relation.POOR, (3,), (3,), 0.25, area=100, at=(40, 95)),
    item(Relation.SPLIT, (4,), (4, 5), 0.75, area=1000),
    item(Relation.MATCHED, (7,), (7,), 1.0, area=10),
)
NOTHING = np.zeros(len(ITEMS), bool)
ITEMS_WITH_ID_1 = np.array([1 in item.reference_ids for item in ITEMS])


class Found:
    """Stands for the search of a review."""

    def __init__(self, mask=lambda text: ~NOTHING, between=lambda gt, model: ~NOTHING):
        self.mask, self.between = mask, between


@pytest.fixture
def queue():
    return Queue(ITEMS)


@pytest.fixture
def facts(queue):
    return Facts(queue, SHAPE)


def passing(queue, facts, done=NOTHING, find=None, **conditions):
    mask = Filter(**conditions).mask(facts, done, find or Found())
    return [queue.row(n).item.relation for n in np.flatnonzero(mask)]


def test_without_conditions_all_pass_that_ask_for_a_judgement(queue, facts):
    assert passing(queue, facts) == [Relation.MISSED, Relation.SPURIOUS, Relation.POOR, Relation.SPLIT]
    assert not Filter().narrows
    Filter().mask(facts, NOTHING, Found())[:] = False
    assert facts.contested.any()  # the mask is the caller's own


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"relations": frozenset({Relation.MATCHED, Relation.SPLIT})}, [Relation.SPLIT, Relation.MATCHED]),
        ({"iou": (0.25, 0.75)}, [Relation.POOR, Relation.SPLIT]),
        ({"iou": (0.0, 0.25)}, [Relation.MISSED, Relation.SPURIOUS, Relation.POOR]),
        ({"area": (20, 100)}, [Relation.MISSED, Relation.SPURIOUS, Relation.POOR]),
        ({"area": (60, math.inf)}, [Relation.POOR, Relation.SPLIT]),
        ({"border": Border.ONLY}, [Relation.SPURIOUS, Relation.POOR]),
        ({"border": Border.INSIDE}, [Relation.MISSED, Relation.SPLIT]),
        ({"iou": (0.1, 1.0), "border": Border.ONLY, "area": (50, 500)}, [Relation.POOR]),
    ],
)
def test_each_condition_and_several_at_once(queue, facts, conditions, expected):
    assert passing(queue, facts, **conditions) == expected


def test_what_is_done_and_what_is_open(queue, facts):
    done = np.array([True, False, False, True, True])
    assert passing(queue, facts, done, stage=Stage.OPEN) == [Relation.SPURIOUS, Relation.POOR]
    assert passing(queue, facts, done, stage=Stage.JUDGED) == [Relation.MISSED, Relation.SPLIT]


def test_text_is_asked_for_only_when_there_is_one(queue, facts):
    asked = []

    def find(text):
        asked.append(text)
        return np.array([False, True, False, False, False])

    assert len(passing(queue, facts, find=Found(find), text="  ")) == 4
    assert passing(queue, facts, find=Found(find), text="two") == [Relation.SPURIOUS]
    assert asked == ["two"]


def test_classes_of_both_sides_are_asked_for(queue, facts):
    found = Found(between=lambda *classes: NOTHING if classes != (3, None) else ITEMS_WITH_ID_1)
    assert passing(queue, facts, find=found, classes=(3, None)) == [Relation.MISSED]
    assert passing(queue, facts, find=found, classes=(3, 4)) == []
    assert Filter(classes=(3, 4)).narrows


def test_kinds_alone_do_not_count_as_narrowing():
    assert not Filter(relations=frozenset({Relation.MISSED}), text=" ").narrows
    assert Filter(text="a").narrows
    assert Filter(stage=Stage.OPEN).narrows


def test_facts_follow_rows_that_change_and_rows_that_come(queue, facts):
    rows = queue.replace([ITEMS[3]], [item(Relation.POOR, (4,), (4,), 0.5), item(Relation.MISSED, (9,))])
    assert facts.several == {3}
    facts.update(rows)
    assert len(facts) == len(queue) == 6
    for row in queue:
        assert facts.iou[row.number] == row.item.iou
        assert facts.area[row.number] == row.item.area
        assert facts.contested[row.number] == row.contested
    assert facts.several == set()


def test_the_first_and_last_slice_are_no_border():
    flat = item(Relation.MISSED, (1,))
    deep = Disagreement(Relation.MISSED, (1,), (), Box((0, 3, 3), (8, 9, 9)), 0.0, 9, 9)
    facts = Facts([Row(0, deep)], (8, 20, 20))
    assert not facts.border[0]
    assert not Facts([Row(0, flat)], SHAPE).border[0]


def test_ids_beyond_64_bits_are_kept_apart_from_none():
    facts = Facts([Row(0, item(Relation.MISSED, (2**63 + 5,)))], SHAPE)
    assert facts.gt[0] == 2**63 - 1
    assert facts.model[0] == -1
