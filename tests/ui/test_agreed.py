"""The ids that both sides agree on, kept as sorted arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_ids_are_exchanged_as_sets_are(ids, gone, new):
    from segreview.ui.canvas.agreed import _exchanged

    arrays = (np.array(sorted(numbers), np.int64) for numbers in (ids, gone, new))
    assert _exchanged(*arrays).tolist() == sorted((ids - gone) | new)
