"""What verdicts teach: answers that follow undo and restarts, suspicion that follows the answers."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import grid, opened, paint, put, sample_of, stroke_edit, suspect

from segreview.session.baseline import FEWEST, Baseline
from segreview.session.opening import Opening
from segreview.session.verdict import Judgement
from segreview.triage.answers import Answer
from segreview.triage.queue import LISTED
from segreview.triage.suspicion import Suspicion
from segreview.triage.traits import COUNT, KINDS, MARKS, TOLD, trait_matrix

ITEMS = 240
LOG_ODDS = np.random.default_rng(5).normal(-3, 1.5, ITEMS)


@pytest.fixture
def files(tmp_path):
    reference, prediction = grid()
    return put(tmp_path / "gt/a.tif", reference), put(tmp_path / "pred/a.tif", prediction)


@pytest.fixture
def review(begin, files):
    review = begin(*files)
    suspect(review, LOG_ODDS)
    return review


def answers(review):
    said = review.teaching.said
    return dict(zip(said.item.tolist(), said.answer.tolist(), strict=True))


def learn(review):
    review.learn(review.teaching.lesson().learn())


# -------------------------------------------------------------------- answers
@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (Judgement.PREDICTION_WRONG, Answer.RIGHT),
        (Judgement.BOTH_FINE, Answer.RIGHT),
        (Judgement.BOTH_WRONG, Answer.WRONG),
        (Judgement.UNSURE, Answer.UNDECIDED),
        (Judgement.IGNORE, Answer.UNDECIDED),
    ],
)
def test_every_verdict_says_something_of_the_gt_and_undo_takes_it_along(review, value, answer):
    row = review.queue[4]
    review.judge(row, value)
    assert answers(review) == {row.number: answer}
    review.undo()
    assert answers(review) == {}
    review.redo()
    assert answers(review) == {row.number: answer}
    review.withdraw_last_verdict()
    assert answers(review) == {}


def test_what_took_the_models_was_wrong_though_the_sides_agree_now(review):
    row = next(row for row in review.queue if row.item.relation == "missed")
    review.judge(row, Judgement.REFERENCE_WRONG)
    assert row.gone
    assert answers(review) == {row.number: Answer.WRONG}
    review.undo()
    assert answers(review) == {}


def test_what_the_reviewer_corrects_was_wrong_whatever_is_said_of_it_then(review):
    missed = next(row for row in review.queue if row.item.relation == "missed")
    matched = next(row for row in review.queue if row.item.relation == "matched")
    paint(review, missed.item.box.start, 2, missed.item.reference_ids[0] + 500)
    assert answers(review) == {}  # it is open
    for row in (missed, matched):
        review.judge(row, Judgement.PREDICTION_WRONG)
    assert answers(review) == {missed.number: Answer.WRONG, matched.number: Answer.RIGHT}


def test_an_agreed_object_that_was_joined_to_another_was_wrong(review):
    first, second = [row for row in review.queue if row.item.relation == "matched"][:2]
    data = review.reference.data
    edit = stroke_edit(data, data == second.item.reference_ids[0], first.item.reference_ids[0])
    review.apply([edit], "Join")
    assert [row.gone for row in (first, second)] == [False, True]
    assert answers(review) == {second.number: Answer.WRONG}


# -------------------------------------------------------------------- learning
def suspects_with_traits(review, trait):
    """All items equally suspected; a figure that can be told is high on those with an even id."""
    traits = np.zeros((2, 2 * len(TOLD)), np.float16)
    traits[1, trait] = 3
    told = {
        row.item.handle: Suspicion(0.2, 0.1, traits=traits[int(row.item.reference_ids[0] % 2 == 0)])
        for row in review.queue
    }
    review.absorb(told, review.revision)


def test_the_queue_follows_a_reviewer_who_minds_one_thing(begin, files):
    review = begin(*files)
    suspects_with_traits(review, 3)
    for row in list(review.queue)[:40]:
        even = row.item.reference_ids[0] % 2 == 0
        review.judge(row, Judgement.BOTH_WRONG if even else Judgement.PREDICTION_WRONG)
    told = []
    review.watch(told.append)
    learn(review)
    (change,) = told
    assert len(change.rows) == len(set(change.rows)) >= ITEMS / 2
    review.rerank_behind(39)
    rest = [row for row in list(review.queue)[40:] if row.contested]
    even = [row.item.reference_ids[0] % 2 == 0 for row in rest]
    assert all(even[: sum(even)])
    assert rest[0].suspicion.urgency > 0.4 > rest[-1].suspicion.urgency
    assert rest[0].suspicion.learned == rest[0].urgency
    assert rest[0].contested
    assert rest[0].urgency >= LISTED
    learn(review)
    assert len(told) == 2  # one for the new ranks, none for what is known already


def test_a_correction_that_was_made_ready_changes_nothing_before_it_is_gone_by(review):
    rows = list(review.queue)
    for row in rows[:9]:
        review.judge(row, Judgement.BOTH_WRONG)

    def known():
        return [(row.suspicion, row.urgency, row.suspected) for row in rows]

    before, pauses = known(), []
    ready = review.teaching.prepare(review.teaching.lesson().learn(), lambda: pauses.append("pause"))
    assert known() == before
    assert pauses
    met = next(row for row, _, news in ready.news if news is not None)
    told = Suspicion(0.123)
    review.absorb({met.item.handle: told}, review.revision)
    review.learn(ready)
    after = known()
    assert after != before
    assert met.found is told
    review.learn(review.teaching.lesson().learn())
    assert known() == after


def test_what_was_listed_by_a_lesson_is_listed_no_more_when_that_is_taken_back(begin, files):
    review = begin(*files)
    suspects_with_traits(review, 3)
    total = review.progress.total
    for row in list(review.queue)[:40]:
        even = row.item.reference_ids[0] % 2 == 0
        review.judge(row, Judgement.BOTH_WRONG if even else Judgement.PREDICTION_WRONG)
    learn(review)
    assert review.progress.total > total
    while review.undo():
        pass  # to the very beginning
    learn(review)
    assert review.progress.total == total


def test_without_verdicts_nothing_is_corrected(review):
    told = []
    review.watch(told.append)
    learn(review)
    assert told == []
    assert {row.suspicion.learned for row in review.queue} == {None}


def test_what_is_found_anew_changes_words_but_no_order(review):
    before = review.queue.numbers.copy()
    suspect(review, LOG_ODDS[::-1], reasons=("a neck",))
    assert review.queue.numbers.tolist() == before.tolist()
    row = review.queue[0]
    assert row.suspicion.reasons == ("a neck",)
    assert round(row.suspicion.urgency, 2) == row.urgency == round(1 / (1 + np.exp(-LOG_ODDS[row.number])), 2)


def test_an_edited_item_is_suspected_by_what_is_found_of_it_now(review):
    row = next(row for row in review.queue if row.item.relation == "missed")
    paint(review, row.item.box.start, 2, 700)
    assert (row.suspicion, row.urgency) == (None, 0.0)
    review.absorb({row.item.handle: Suspicion(0.66)}, review.revision)
    assert row.suspicion == Suspicion(0.66)
    assert row.urgency == 0.66


def test_what_an_undo_brings_back_has_its_rank_at_once(review):
    row = next(row for row in review.queue if row.item.relation == "missed")
    known = row.urgency
    paint(review, row.item.box.start, 2, 700)
    review.undo()
    assert (row.suspicion, row.urgency) == (None, known)


def test_a_correction_keeps_the_proportions():
    before = Suspicion(0.2, 0.3, ("hole",))
    assert before.corrected(0.5).urgency == 0.5
    assert before.corrected(0.5).reference_wrong == pytest.approx(0.5 * 0.2 / before.urgency)
    assert before.corrected(0.5).prediction_wrong == pytest.approx(0.3 * 0.5 / (1 - before.urgency))
    assert before.corrected(0.5).corrected(before.urgency).reference_wrong == pytest.approx(0.2)
    assert Suspicion(0.0).corrected(0.1).reference_wrong == 0.1
    assert Suspicion(1.0).corrected(0.9).prediction_wrong == 0


def test_traits_are_figures_the_kind_and_marks(review):
    item = review.queue[0].item
    figures = np.arange(2 * len(TOLD), dtype=np.float16)
    (row,) = trait_matrix([(item, Suspicion(0.2, 0.1, ("hole",), traits=figures))])
    assert row.shape == (COUNT,)
    assert row[: figures.size].tolist() == figures.tolist()
    held = [*KINDS, *MARKS]
    assert {held[n] for n in np.flatnonzero(row[figures.size :])} == {item.relation, "hole"}
    assert trait_matrix([(item, None)])[0, : figures.size].tolist() == [0] * figures.size


def test_real_inspections_come_with_traits(tmp_path):
    from scipy.ndimage import gaussian_filter

    from segreview.model.sample import Image
    from segreview.session.suspecting import Snapshot, Suspecting

    reference, prediction = (np.kron(side, np.ones((3, 3), np.uint16)) for side in grid(5, 6))
    image = Image((40 + 150 * gaussian_filter((reference > 0).astype(float), 1)).astype(np.uint8))
    sample = sample_of(put(tmp_path / "gt/a.tif", reference), put(tmp_path / "pred/a.tif", prediction))
    review = Opening(replace(sample, images=(image,))).begin("ada")
    found = Suspecting().judge(Snapshot.of(review, "a"))
    assert {one.traits.shape for one in found.suspicions.values()} == {(2 * len(TOLD),)}
    assert any(one.traits.any() for one in found.suspicions.values())
    review.close()


def test_what_was_said_in_another_sample_is_learned_from(begin, files, tmp_path):
    first = begin(*files)
    suspects_with_traits(first, 3)
    for row in list(first.queue)[:40]:
        even = row.item.reference_ids[0] % 2 == 0
        first.judge(row, Judgement.BOTH_WRONG if even else Judgement.PREDICTION_WRONG)
    second = begin(*files, tmp_path / "elsewhere")
    suspects_with_traits(second, 3)
    second.learn(second.teaching.lesson([first.teaching.experience]).learn())
    even, odd = (
        {row.suspicion.urgency for row in second.queue if row.item.reference_ids[0] % 2 == n} for n in (0, 1)
    )
    assert min(even) > 0.4 > max(odd)
    assert answers(second) == {}


def test_picks_that_no_queue_has_reached_teach_no_other_sample(review):
    pick = review.teaching.draw(due=False)
    for row in (pick, next(row for row in review.queue if row is not pick)):
        review.judge(row, Judgement.BOTH_WRONG)
    review.judge(review.queue[30], Judgement.UNSURE)
    assert review.teaching.experience.answer.tolist() == [Answer.WRONG]


# -------------------------------------------------------------------- restarts
def shown(review):
    return [(row.number, row.urgency, row.contested) for row in review.queue if row.contested]


def test_after_a_restart_the_queue_stands_as_it_was_left(begin, files):
    review = begin(*files)
    suspects_with_traits(review, 3)
    for row in list(review.queue)[:30]:
        even = row.item.reference_ids[0] % 2 == 0
        review.judge(row, Judgement.BOTH_WRONG if even else Judgement.PREDICTION_WRONG)
    learn(review)
    review.rerank_behind(-1)
    before, said = shown(review), answers(review)
    review.close()
    again = begin(*files)
    assert answers(again) == said
    assert sorted(shown(again)) == sorted(before)
    assert [urgency for _, urgency, _ in shown(again)] == sorted((one[1] for one in before), reverse=True)
    assert {row.suspicion for row in again.queue} == {None}  # nothing is shown before it is found again
    suspects_with_traits(again, 5)
    assert sorted(shown(again)) == sorted(before)


def test_other_masks_of_the_model_begin_anew(begin, files):
    review = begin(*files)
    suspect(review, LOG_ODDS)
    seed = review.journal.sampling.seed
    review.close()
    put(files[1], np.where(grid()[1] == 7, 0, grid()[1]).astype(np.uint16))
    again = begin(*files)
    assert again.teaching.lesson() is None
    suspect(again, LOG_ODDS)
    assert again.journal.sampling.seed != seed


def test_a_journal_that_cannot_be_written_costs_the_lesson_alone(begin, files, monkeypatch):
    from segreview.errors import JournalError

    review = begin(*files)

    def refuse(*_):
        raise JournalError("The disk is full.")

    monkeypatch.setattr(review.journal, "sampled", refuse)
    suspect(review, LOG_ODDS)
    assert review.queue[0].suspicion is not None
    assert review.teaching.lesson() is None
    assert review.teaching.remainder is None


def test_few_items_are_learned_from_but_not_drawn_at_random(begin, tmp_path):
    reference, prediction = grid(5, 10)
    assert reference.max() < FEWEST
    review = begin(put(tmp_path / "gt/b.tif", reference), put(tmp_path / "pred/b.tif", prediction))
    suspect(review, LOG_ODDS[:50])
    review.judge(review.queue[0], Judgement.BOTH_WRONG)
    assert len(review.teaching.lesson().said) == 1
    assert review.teaching.remainder is None
    assert review.teaching.draw(due=False) is None


def test_void_is_no_item_of_the_estimate(review):
    rows = list(review.queue)
    figures = np.zeros((len(rows), 1 + COUNT), np.float16)
    by_number = sorted(rows, key=lambda row: row.number)
    assert Baseline.of(by_number, figures, 0).members.all()
    from segreview.compare.disagreement import Relation

    by_number[3].first = replace(by_number[3].first, relation=Relation.IGNORED)
    assert np.flatnonzero(~Baseline.of(by_number, figures, 0).members).tolist() == [3]


def test_an_older_program_passes_over_the_new_records(review, files, monkeypatch):
    from segreview.session.journal import Journal

    review.judge(next(row for row in review.queue if row.item.relation == "missed"), Judgement.BOTH_FINE)
    review.close()
    for name in ("sampling", "pick", "came"):
        monkeypatch.delattr(Journal, f"_take_{name}")
    old = opened(*files)
    assert old.progress.done == 1
    old.close()
