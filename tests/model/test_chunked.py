"""Arrays in chunks: by which boxes they are read, and what is refused."""

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.errors import SegreviewError
from segreview.model import chunked
from segreview.model.chunked import ChunkedArray, label_array, windows
from segreview.model.labels import Kind, LabelImage
from stores import Store, grids


@given(data=st.data(), room=st.sampled_from([1, 6, 20, 1 << 22]))
def test_windows_cover_every_pixel_once(data, room):
    shape = data.draw(st.sampled_from([(7,), (9, 11), (3, 5, 6), (0, 4)]))
    count = np.zeros(shape, int)
    arrays = [
        ChunkedArray(Store(count, data.draw(grids(shape)))) for _ in range(data.draw(st.integers(1, 2)))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunked, "WINDOW", room)
        for window in windows(*arrays):
            count[window.slices] += 1
    assert (count == 1).all()


def test_an_array_in_memory_is_one_window():
    assert [window.shape for window in windows(np.zeros((5, 6)), np.zeros((5, 6)))] == [(5, 6)]


def shapes(*grids, shape=(8, 12), room=1):
    arrays = [ChunkedArray(Store(np.zeros(shape, int), chunks)) for chunks in grids]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunked, "WINDOW", room)
        return [window.shape for window in windows(*arrays, np.zeros(shape))]


def test_windows_are_chunks():
    assert shapes((4, 12)) == [(4, 12)] * 2
    assert shapes(((2, 6), (12,))) == [(2, 12), (6, 12)]
    assert shapes((5, 12)) == [(5, 12), (3, 12)]


def test_small_chunks_are_read_together():
    assert shapes((2, 3), room=24) == [(2, 12)] * 4
    assert shapes((2, 3), room=48) == [(4, 12)] * 2
    assert shapes((2, 3), room=12) == [(2, 6)] * 8
    assert shapes(None, room=36) == [(3, 12), (3, 12), (2, 12)], "h5py tells no chunks"


def test_the_array_with_fewer_cuts_decides_along_each_axis():
    assert shapes((4, 12), (2, 6)) == [(4, 12)] * 2
    assert shapes((8, 2), (2, 4), room=32) == [(8, 4)] * 3


def test_the_array_with_larger_chunks_decides_where_boxes_would_be_much_larger():
    assert shapes((8, 1), (1, 12), room=12) == [(1, 12)] * 8


def test_only_pieces_are_given():
    store = Store(np.arange(20).reshape(4, 5), (2, 5))
    pixels = label_array(store)
    assert pixels[1:3, ::2].tolist() == [[5, 7, 9], [10, 12, 14]]
    assert store.read == [(2, 3)]
    assert label_array(pixels) is pixels


@pytest.mark.parametrize(
    "whole",
    [
        np.asarray,
        np.unique,
        lambda a: a == 1,
        lambda a: a + a,
        lambda a: np.isin(a, [1]),
        lambda a: np.ones((4, 5)) * a,
    ],
)
def test_what_needs_all_pixels_is_refused(whole):
    store = Store(np.zeros((4, 5), int), (2, 5))
    with pytest.raises(SegreviewError, match="all pixels at once") as refusal:
        whole(label_array(store))
    assert "numpy.asarray" in refusal.value.hint
    assert not store.read


def test_two_valued_arrays_hold_0_and_1():
    for data in (np.array([[True, False]]), Store(np.array([[True, False]]), (1, 2))):
        pixels = label_array(data)
        assert pixels.dtype == np.uint8
        assert pixels[0, :].tolist() == [1, 0]
        assert pixels[0, :].dtype == np.uint8


def test_chunks_of_unknown_size_are_refused():
    with pytest.raises(SegreviewError, match="not known") as refusal:
        ChunkedArray(Store(np.zeros((4, 5), int), ((float("nan"),), (5,))))
    assert "compute_chunk_sizes" in refusal.value.hint


def test_planes_of_a_label_image_stay_in_their_chunks():
    store = Store(np.zeros((4, 5), np.uint16), (2, 5))
    labels = LabelImage((store,), kind=Kind.SEMANTIC)
    assert labels.in_chunks
    assert (labels.shape, labels.dtype) == ((4, 5), np.uint16)
    assert not store.read
    assert not LabelImage((store.data,)).in_chunks
    assert prod(labels.data[:2, :].shape) == 10
