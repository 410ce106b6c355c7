"""What the last line says, and what goes first where there is no room; no screen is needed."""

import numpy as np
import pytest
import tifffile

from segreview.formats.registry import read
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.pace import Pace
from segreview.session.verdict import Judgement
from segreview.triage.remainder import Remainder
from segreview.ui.docks.summary import Part, fitting, joined, left_meaning, left_parts, summary_line


@pytest.fixture
def review_of(tmp_path):
    """Makes reviews of masks with one object that agrees and one that is missed."""
    made = []

    def make(model=True):
        gt, pred = np.zeros((2, 30, 40), np.uint8)
        gt[2:12, 2:12] = pred[2:12, 2:12] = 1
        gt[2:12, 20:30] = 2
        sources = []
        for role, data in ((REFERENCE, gt), (PREDICTION, pred)):
            tifffile.imwrite(tmp_path / f"{role}.tif", data, photometric="minisblack")
            sources.append(Source(role, read(tmp_path / f"{role}.tif", kind="instance")))
        sample = Sample("a", (), tuple(sources if model else sources[:1]))
        made.append(Opening(sample, tmp_path / "state").begin())
        return made[-1]

    yield make
    for review in made:
        review.close()


def row_of(review, relation):
    return next(row for row in review.queue if row.item.relation == relation)


def test_what_the_line_says(review_of):
    text = joined(summary_line(review_of(), Pace()))
    assert text == (
        "0 of 1 judged │ matched 1 · missed 1 · spurious 0 · split 0 · merged 0 │ IoU 1.000 │ "
        "nothing changed yet · all written"
    )


def test_without_a_model_nothing_is_called_missed(review_of):
    review = review_of(model=False)
    assert not review.sample.has_prediction
    text = joined(summary_line(review, Pace()))
    assert "no model's masks · 2 GT objects" in text
    assert "missed" not in text
    assert "IoU" not in text


def test_samples_that_wait_to_be_written(review_of):
    review = review_of()
    assert joined(summary_line(review, Pace(), 2)).endswith("nothing changed yet · 2 not written")
    review.judge(row_of(review, "missed"), Judgement.REFERENCE_WRONG)
    assert joined(summary_line(review, Pace())).endswith("safe 0 s ago · 1 not written")
    review.annotate(row_of(review, "matched"), "sharp")
    assert joined(summary_line(review, Pace(), 1)).endswith("safe 0 s ago · 2 not written")


def test_the_time_left_is_told_at_a_known_pace(review_of):
    pace = Pace()
    for now in range(0, 900, 90):
        pace.note(now)
    assert joined(summary_line(review_of(), pace)).startswith("0 of 1 judged · about 2 min left │")


LINE = (
    (Part("37 of 412 judged", 9), Part("about 12 min left", 4)),
    (Part("matched 381", 3), Part("missed 9", 5), Part("poor 2", 1)),
    (Part("2 not written", 10),),
)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (99, "37 of 412 judged · about 12 min left │ matched 381 · missed 9 · poor 2 │ 2 not written"),
        (80, "37 of 412 judged · about 12 min left │ missed 9 · … │ 2 not written"),
        (60, "37 of 412 judged · … │ missed 9 · … │ 2 not written"),
        (40, "37 of 412 judged · … │ 2 not written"),
        (20, "2 not written"),
        (1, "2 not written"),
    ],
)
def test_the_least_important_goes_first(width, text):
    assert joined(fitting(LINE, width, len)) == text


def test_an_empty_line_fits():
    assert fitting((), 10, len) == ()


# -------------------------------------------------------------------- what is left
@pytest.mark.parametrize(
    ("left", "target", "texts"),
    [
        (None, 0.01, []),
        (Remainder(412, 0, 40, 4), 0.01, []),
        (Remainder(412, 372, 10, 0), 0.01, ["too early to say what is left"]),
        (Remainder(412, 372, 40, 0), 0.01, ["at most 28 of 372 left (95 %)"]),
        (Remainder(412, 372, 40, 0), 0.1, ["at most 28 of 372 left (95 %)", "you may stop"]),
    ],
)
def test_what_is_left_is_said_as_far_as_it_is_known(left, target, texts):
    assert [part.text for part in left_parts(left, target)] == texts
    assert bool(left_meaning(left, target)) == bool(texts)


def test_the_tooltip_says_it_in_plain_words():
    early, told = (left_meaning(Remainder(412, 372, picks, 1), 0.02) for picks in (1, 90))
    assert "too early: there may be more wrong ones than a fifth of them, by 1 random check ahead" in early
    assert "at most: so many of them have a wrong GT, 95 % sure, by 90 random checks" in told
    assert "1 of which found one" in told
    assert "you may stop once at most 2 % of all 412 items are wrong and left" in told


def test_what_is_left_stands_behind_what_is_judged(review_of):
    text = joined(summary_line(review_of(), Pace(), left=(Part("at most 3 of 9 left (95 %)", 7),)))
    assert text.startswith("0 of 1 judged · at most 3 of 9 left (95 %) │")
