"""The listing: filters, order, and where N goes; and what a search finds."""

from dataclasses import replace

import pytest
from session_cases import paint, row_with

from segreview.compare.disagreement import Relation
from segreview.model.ontology import Category, Ontology
from segreview.session.listing import Listing, Sorting
from segreview.session.status import Status
from segreview.session.verdict import Judgement
from segreview.tools import DELETE
from segreview.triage.filter import Filter, Stage


@pytest.fixture
def listing(review):
    listing = Listing(review)
    yield listing
    listing.close()


def ids(listing):
    return [
        (row.item.reference_ids, row.item.prediction_ids)
        for row in map(listing.__getitem__, range(len(listing)))
    ]


def walk(listing, row=None):
    """Rows that N visits when each gets a verdict before the next."""
    seen = []
    while (row := listing.next_open(row)) is not None:
        seen.append(row)
        listing.review.judge(row, Judgement.BOTH_FINE)
    return seen


def test_the_rows_that_ask_for_a_judgement_stand_in_the_queues_order(listing, review):
    assert ids(listing) == [((4,), ()), ((), (5,)), ((2,), ()), ((), (2,)), ((3,), (3, 4))]
    assert [listing.line_of(row) for row in review.queue] == [0, 1, 2, 3, 4, None]


@pytest.mark.parametrize("by", ["status", "relation", "gt", "model", "iou", "area"])
def test_sorting_by_any_column_both_ways(listing, by):
    column = listing.review.standing.codes if by == "status" else getattr(listing.facts, by)
    for descending in (False, True):
        listing.sort_by(Sorting(by, descending))
        values = column[listing.numbers].tolist()
        assert values == sorted(values, reverse=descending)
        equal = [n for n, v in zip(listing.numbers.tolist(), values, strict=True) if v == values[0]]
        assert equal == sorted(equal)  # as in the queue
    listing.sort_by(Sorting("queue", descending=True))
    assert listing.numbers.tolist() == [4, 3, 2, 1, 0]


def test_n_goes_down_what_is_listed_and_as_it_is_sorted(listing):
    listing.sort_by(Sorting("area", descending=True))
    order = listing.numbers.tolist()
    assert order == [4, 0, 1, 2, 3]
    assert [row.number for row in walk(listing)] == order


def test_going_on_without_a_verdict_leaves_every_line_where_it_is(listing):
    listing.sort_by(Sorting("area", descending=True))
    before, row = listing.numbers.tolist(), None
    for number in before:
        row = listing.next_open(row)
        assert row.number == number
        assert listing.numbers.tolist() == before


def test_n_stays_within_the_filter_and_begins_again_at_the_top(listing, review):
    listing.filter_by(Filter(relations=frozenset({Relation.MISSED, Relation.SPLIT})))
    last = listing[len(listing) - 1]
    assert listing.next_open(last) is listing[0]
    walk(listing)
    assert listing.next_open(None) is None
    assert listing.open == 2
    listing.filter_by(Filter())
    assert listing.next_open(None) is row_with(review, [], [5])


def test_unsure_rows_come_once_each_when_nothing_else_is_left(listing, review):
    first, second, *others = [listing[n] for n in range(5)]
    for row in (first, second):
        review.judge(row, Judgement.UNSURE)
    for row in others:
        review.judge(row, Judgement.BOTH_FINE)
    assert listing.next_open(others[-1]) is first
    assert listing.next_open(first) is second
    assert listing.next_open(second) is None


def test_a_row_that_is_judged_stays_until_the_reviewer_goes_on(listing, review):
    listing.filter_by(Filter(stage=Stage.OPEN))
    before, row = listing.numbers.tolist(), listing[1]
    review.judge(row, Judgement.BOTH_FINE)
    assert listing.numbers.tolist() == before
    assert listing.next_open(row).number == before[2]
    assert listing.line_of(row) is None
    review.undo()
    assert listing.numbers.tolist() == before  # it is open again


def test_an_edit_moves_no_line_until_the_next_sort(listing, review):
    listing.sort_by(Sorting("iou"))
    before = listing.numbers.tolist()
    moved = []
    listing.rearranged.connect(lambda: moved.append(True))
    row = row_with(review, [3], [3, 4])
    paint(review, (16, 2), 3, 3)
    assert listing.facts.iou[row.number] == row.item.iou
    assert listing.numbers.tolist() == before
    assert not moved
    listing.sort_by(Sorting("iou"))
    values = listing.facts.iou[listing.numbers].tolist()
    assert values == sorted(values)


@pytest.mark.parametrize("by", ["queue", "iou", "area"])
def test_what_an_edit_brings_is_listed_without_moving_the_others(listing, review, by):
    listing.sort_by(Sorting(by))
    before = listing.numbers.tolist()
    paint(review, (20, 2), 3, 9)
    new = row_with(review, [9])
    assert listing.line_of(new) is not None
    assert [n for n in listing.numbers.tolist() if n != new.number] == before


def test_going_on_ranks_anew_only_what_lies_behind(listing, review):
    listing.sort_by(Sorting("area", descending=True))
    passed = [listing[0].number, listing[1].number]
    paint(review, (20, 2), 3, 9)
    listing.next_open(listing[1])
    assert listing.numbers[:2].tolist() == passed
    areas = listing.facts.area[listing.numbers[2:]].tolist()
    assert areas == sorted(areas, reverse=True)


def test_back_goes_up_the_lines_and_stops_at_the_top(listing):
    assert listing.previous(None) is listing[4]
    assert listing.previous(listing[2]) is listing[1]
    assert listing.previous(listing[0]) is None
    hidden = listing[3]
    listing.filter_by(Filter(relations=frozenset({Relation.MISSED, Relation.SPLIT})))
    assert listing.previous(hidden) is listing[1]
    assert listing.next_open(hidden) is listing[2]


def test_a_filter_counts_what_it_holds_back(listing, review):
    assert (len(listing), listing.whole, listing.open) == (5, 5, 5)
    review.judge(listing[0], Judgement.BOTH_FINE)
    listing.filter_by(Filter(stage=Stage.JUDGED))
    assert (len(listing), listing.whole, listing.open) == (1, 5, 4)
    assert review.status(listing[0]) is Status.JUDGED


# -------------------------------------------------------------------- search
def found(listing, text):
    listing.filter_by(Filter(text=text, relations=frozenset(Relation)))
    return ids(listing)


def test_text_finds_ids_kinds_notes_and_verdicts_and_every_word_counts(listing, review):
    assert found(listing, "4") == [((4,), ()), ((3,), (3, 4))]
    assert found(listing, "MISS") == [((4,), ()), ((2,), ())]
    assert found(listing, "split 4") == [((3,), (3, 4))]
    assert found(listing, "split 5") == []
    review.annotate(row_with(review, [4]), "Ask Anna: a Doublet?")
    assert found(listing, "doublet anna") == [((4,), ())]
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    assert found(listing, "unsure") == [((2,), ())]
    assert found(listing, str(2**70)) == []


def test_names_of_classes_are_found_on_either_side(listing, review):
    table = Ontology("street", (Category(0, "road"), Category(1, "person"), Category(3, "Car")), factor=0)
    labels = review.reference
    named = replace(labels, ontology=table, segments={3: type_of(3), 2: type_of(1)})
    object.__setattr__(review.table, "reference", named)
    assert found(listing, "car") == [((3,), (3, 4))]
    assert [row.item.reference_ids for row in listing.search.find("pers")] == [(2,)]


def test_rows_behind_pixels_of_two_classes_are_found(listing, review):
    named = replace(review.reference, segments={i: type_of(i) for i in range(1, 9)})
    theirs = replace(review.prediction, segments={i: type_of(10 * i) for i in range(1, 9)})
    object.__setattr__(review.table, "reference", named)
    object.__setattr__(review.table, "prediction", theirs)
    review.sample = review.sample.with_reference(named)

    def between(gt, model):
        listing.filter_by(Filter(relations=frozenset(Relation), classes=(gt, model)))
        return ids(listing)

    assert between(3, 99) == []
    r, p = next(iter(review.table.pairs()))
    assert all(r in gt or p in model for gt, model in between(r, review.prediction.category_of(p) or 10 * p))


def test_a_filter_lists_every_kind_where_none_of_its_own_would_pass(listing, review):
    listing.filter_by(listing.with_rows(Filter(text="matched")))
    assert {row.item.relation for row in map(listing.__getitem__, range(len(listing)))} == {Relation.MATCHED}
    assert listing.with_rows(Filter(text="missed")) == Filter(text="missed")
    assert listing.with_rows(Filter(text="dragon")) == Filter(text="dragon")


def type_of(category):
    from segreview.model.labels import Segment

    return Segment(category=category)


def test_an_id_is_looked_for_in_the_gt_first_then_in_the_model(listing, review):
    def hits(text):
        return [(row.item.reference_ids, row.item.prediction_ids) for row in listing.search.find(text)]

    assert hits("2") == [((2,), ()), ((), (2,))]
    assert hits("m2") == hits("model 2") == [((), (2,))]
    assert hits("GT 2") == hits("g2") == [((2,), ())]
    assert hits("m 4") == [((3,), (3, 4))]
    assert hits("merged") == hits("") == hits("77") == []
    assert hits("missed") == [((4,), ()), ((2,), ())]


def test_an_unknown_id_is_told_with_the_nearest_ones(listing, review):
    assert listing.search.why_not("77") == "There is no object 77. The nearest: GT 4 and model 5."
    assert listing.search.why_not("m77") == "There is no object m77. The nearest: model 5."
    assert "Nothing is called 'dragon'" in listing.search.why_not(" dragon ")
    for row in list(review.queue):
        if row.item.reference_ids and not row.gone:
            review.use(DELETE, row)
    assert listing.search.why_not("g1") == "There is no object g1."
