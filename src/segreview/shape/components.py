"""Connected regions, by the faces of pixels; one time of a series never touches the next."""

from __future__ import annotations

import numpy as np


def connected_regions(values: np.ndarray, axes: str) -> np.ndarray:
    """Numbers from 1, int32, of the connected regions of equal values; 0 where the value is 0.

    Parameters
    ----------
    values
        Integer array; 0 belongs to no region.
    axes
        One letter per axis; ``"T"`` can only be the first.
    """
    from skimage.measure import label

    if not axes.startswith("T"):
        return np.asarray(label(values, background=0, connectivity=1), np.int32)  # type: ignore[no-untyped-call]
    numbers = np.zeros(values.shape, np.int32)
    last = 0
    for frame, out in zip(values, numbers, strict=True):
        found = connected_regions(frame, axes[1:])
        out[...] = np.where(found > 0, found + last, 0)
        last += int(found.max(initial=0))
    return numbers


def region_at(mask: np.ndarray, index: tuple[int, ...], axes: str) -> np.ndarray:
    """Part of a mask that hangs together with one of its pixels, as a mask."""
    numbers = connected_regions(mask.astype(np.uint8), axes)
    part: np.ndarray = numbers == numbers[index]
    return part
