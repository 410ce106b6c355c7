"""Gestures as bytes: every fact comes back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.model.box import Box
from segreview.model.edit import Edit, difference
from segreview.session.codec import (
    BEGINNING,
    pack_gesture,
    pack_planes,
    unpack_fields,
    unpack_gesture,
    unpack_planes,
)
from segreview.session.gesture import Gesture
from segreview.session.verdict import Judgement, Verdict, VerdictChange

texts = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates among them
times = st.floats(0, 2e9)
verdicts = st.none() | st.builds(Verdict, st.sampled_from(Judgement), texts, texts, times)
ids = st.lists(st.integers(-1, 2**64 - 1), max_size=3).map(tuple)
changes = st.builds(
    VerdictChange, st.text("0123456789abcdef", max_size=32), texts, ids, ids, verdicts, verdicts
)


@st.composite
def edits(draw):
    dtype = np.dtype(draw(st.sampled_from(["uint8", "int16", "uint32", "int64", "uint64", ">u2"])))
    shape = draw(st.sampled_from([(6, 7), (3, 4, 5), (140, 2)]))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    values = np.array([0, 1, np.iinfo(dtype).max], dtype)
    before, after = values[rng.integers(0, 3, shape)], values[rng.integers(0, 3, shape)]
    patches = tuple(difference(before, after, [Box.of_shape(shape)]))
    return Edit(draw(texts), draw(st.integers(0, 3)), patches, draw(texts))


@st.composite
def gestures(draw):
    author, time = draw(texts), draw(times)
    signed = tuple(edit.signed(author, time) for edit in draw(st.lists(edits(), max_size=2)))
    return Gesture(draw(texts), signed, tuple(draw(st.lists(changes, max_size=2))), author, time)


def facts(gesture: Gesture):
    """Everything that a gesture says, as plain values."""
    return (
        (gesture.title, gesture.author, gesture.time, gesture.verdicts),
        [(edit.source, edit.plane, edit.tool, edit.author, edit.time) for edit in gesture.edits],
        [
            (patch.box, patch.mask, patch.old.tolist(), patch.new.tolist(), patch.old.dtype.newbyteorder("="))
            for edit in gesture.edits
            for patch in edit.patches
        ],
    )


@given(gestures())
@settings(max_examples=60)
def test_a_gesture_comes_back_from_its_record(gesture):
    record = pack_gesture(gesture, parent=7)
    back = unpack_gesture(record)
    assert facts(back) == facts(gesture)
    assert all(patch.old.dtype.isnative for edit in back.edits for patch in edit.patches)
    assert unpack_fields(record)["parent"] == 7
    assert record.startswith(BEGINNING, 4)


@given(gestures())
@settings(max_examples=30)
def test_the_inverse_of_the_inverse_is_the_gesture(gesture):
    assert facts(gesture.inverse().inverse()) == facts(gesture)


@given(texts)
def test_no_text_of_the_user_looks_like_the_beginning_of_a_record(text):
    record = pack_gesture(Gesture(f'{{"record":"{text}', author='{"record":"'))
    assert record.count(BEGINNING) == 1


@pytest.mark.parametrize("dtype", ["uint8", "int32", ">u2", "uint64"])
def test_planes_come_back_as_arrays_of_their_own(dtype):
    planes = [np.arange(24, dtype=dtype).reshape(2, 3, 4), np.full((2, 3, 4), 9, dtype)]
    back = unpack_planes(pack_planes(planes, record="numbering", digests=["d"]))
    for plane, same in zip(planes, back, strict=True):
        np.testing.assert_array_equal(plane, same)
        assert same.flags.writeable
        assert same.dtype.isnative


def test_a_record_that_is_no_object_is_refused():
    with pytest.raises(ValueError, match="JSON object"):
        unpack_fields(b"\x02\0\0\0[]")
