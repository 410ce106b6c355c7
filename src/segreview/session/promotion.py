"""Promotion: saving labels with a wider type when their ids no longer fit."""

from __future__ import annotations

import numpy as np

from segreview.errors import EditRefused
from segreview.formats.raster import wider
from segreview.model.labels import Kind
from segreview.session.review import Review


def promote(review: Review) -> str:
    """Decide that the labels are saved with the next wider type; return its name.

    The decision is in the journal and takes effect when the sample is opened again.

    Raises
    ------
    EditRefused
        When there is no wider type, or the file holds two values only.
    """
    dtype = np.dtype(review.journal.dtype or review.reference.dtype)
    if review.reference.kind is Kind.BINARY:
        raise EditRefused("A two-valued mask needs no wider type: it holds any number of objects.")
    if review.reference.origin is not None and review.reference.origin.largest is not None:
        raise EditRefused(
            f"{review.reference.path} has no place for ids above {review.reference.origin.largest}: "
            "a palette, or few bits per pixel.",
            "Convert the file to grey with 16 bits, or to TIFF, then review that one.",
        )
    found = wider(dtype)
    if found is None:
        raise EditRefused(f"There is no wider type than {dtype} for these labels.")
    review.journal.promoted(found.name)
    return found.name
