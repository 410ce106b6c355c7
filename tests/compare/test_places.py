"""Places of balls of many pairs at once are those of each pair alone."""

import gc
import threading

import numpy as np
import pytest
from compare_cases import SMALL_IDS, SPARSE_IDS, scenes
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare import displacement, places
from segreview.compare.collector import collector_paused
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable
from segreview.compare.places import count_places
from segreview.model import chunked
from segreview.model.chunked import label_array
from segreview.model.labels import LabelImage
from segreview.shape.ball import ball_centers
from stores import Store


@pytest.mark.parametrize("ndim", [2, 3])
@settings(deadline=None, max_examples=60)
@given(
    data=st.data(),
    ids=st.sampled_from([SMALL_IDS, SPARSE_IDS]),
    radii=st.sampled_from([(0.0,) * 3, (1.0,) * 3, (0.5, 1.5, 1.0), (2.0,) * 3, (9.0,) * 3]),
    tile=st.sampled_from([1, 30, 1 << 18]),
    dtype=st.sampled_from(["int64", "uint64"]),
)
def test_all_at_once_equals_one_by_one(ndim, data, ids, radii, tile, dtype):
    first, second = (labels.data.astype(dtype) for labels in data.draw(scenes(ndim, ids=ids)))
    columns = [data.draw(st.permutations(np.unique(side[side > 0]).tolist())) for side in (first, second)]
    pairs = list(zip(*columns, strict=False))
    expected = [ball_centers((first == r) ^ (second == p), radii[:ndim]).size for r, p in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "TILE", tile)
        patch.setattr(chunked, "WINDOW", 20)
        assert count_places(first, second, pairs, radii[:ndim]).tolist() == expected
        in_chunks = label_array(Store(second, (4,) * ndim))
        assert count_places(first, in_chunks, pairs, radii[:ndim]).tolist() == expected


@pytest.mark.parametrize(("ndim", "planes"), [(2, 1), (3, 1), (2, 2)])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_items_are_the_same_either_way(ndim, planes, data):
    sides = data.draw(scenes(ndim, planes, void=True))
    found = []
    for worth in (0, displacement.WORTH_A_PAIR):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(displacement, "WORTH_A_PAIR", worth)
            live = Disagreements(OverlapTable.build(*sides), tolerance=1)
            found.append((list(live.items.items()), dict(live.partners), repr(live.summary())))
    assert found[0] == found[1]


def test_no_pair_is_looked_at_where_all_are_equal(monkeypatch):
    monkeypatch.setattr(places, "_tiles", None)
    labels = LabelImage((np.arange(12).reshape(3, 4),))
    assert {item.subcode for item in Disagreements(OverlapTable.build(labels, labels)).items.values()} == {
        "exact"
    }


def test_the_collector_is_as_it_was():
    assert gc.isenabled()
    with collector_paused(), collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_the_collector_runs_again_after_two_threads():
    inside, leave = threading.Event(), threading.Event()

    def first():
        with collector_paused():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with collector_paused():
        leave.set()
        thread.join()
    assert gc.isenabled()
