"""Promotion: saving labels with a wider type when their ids no longer fit."""

from __future__ import annotations

import numpy as np

from segreview.errors import EditRefused
from segreview.model.labels import Kind
from segreview.session.review import Review

_WIDER = {"uint8": "uint16", "int8": "int16", "uint16": "uint32", "int16": "int32", "uint32": "uint64"}
_WIDER |= {"int32": "int64"}


def promote(review: Review) -> str:
    """Decide that the labels are saved with the next wider type; return its name.

    The decision is in the journal and takes effect when the sample is opened again.

    Raises
    ------
    EditRefused
        When there is no wider type, or the file holds two values only.
    """
    dtype = np.dtype(review.journal.dtype or review.reference.dtype).name
    if review.reference.kind is Kind.BINARY:
        raise EditRefused("A two-valued mask needs no wider type: it holds any number of objects.")
    if review.reference.origin is not None and review.reference.origin.largest is not None:
        raise EditRefused(
            f"{review.reference.path} has no place for ids above {review.reference.origin.largest}: "
            "a palette, or few bits per pixel.",
            "Convert the file to grey with 16 bits, or to TIFF, then review that one.",
        )
    if dtype not in _WIDER:
        raise EditRefused(f"There is no wider type than {dtype} for these labels.")
    review.journal.promoted(_WIDER[dtype])
    return _WIDER[dtype]
