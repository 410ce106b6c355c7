"""Silhouettes: the mask of one object, and what is wrong with it as a mask whatever the image shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.model.box import Box
from segreview.shape.ball import ball_centers, ball_radii

LEAST_SHARE = 20
"""A loose piece has weight when it holds at least one in so many of the object's pixels ..."""

LEAST_PIECE = 9
"""... and at least so many pixels; a smaller one is a speck."""

THIN = 3.0
"""Objects that are nowhere so many pixels wide are slivers."""

LEAST_WHISKER = 3
"""Pixels of the shortest whisker: corners of a mask are no whiskers."""


@dataclass(frozen=True, eq=False)
class Silhouette:
    """Mask of one object at one time.

    Parameters
    ----------
    box
        Tight box around the object, in the array that it lies in.
    frame
        The mask with one pixel around it, along spatial axes alone. Beyond the first and the last
        slice of a stack the object goes on; elsewhere the pixels around are outside.
    spacing
        Size of a pixel along each of these axes.
    """

    box: Box
    frame: np.ndarray
    spacing: tuple[float, ...]

    @cached_property
    def mask(self) -> np.ndarray:
        """The object's pixels, in the shape of the box."""
        return self._inner(self.frame)

    @cached_property
    def area(self) -> int:
        """Number of pixels."""
        return int(np.count_nonzero(self.mask))

    # ---------------------------------------------------------------- holes and pieces
    @cached_property
    def holes(self) -> np.ndarray:
        """Pixels from which no path of faces leads out of the object, in the shape of the box."""
        from scipy.ndimage import label

        room = ~self.frame
        for axis in range(room.ndim):  # the way around the object is free at the ends of a stack too
            ends = room.swapaxes(0, axis)
            ends[0] = ends[-1] = True
        numbers, count = label(room)
        if count == 1:
            return np.zeros(self.box.shape, bool)
        return self._inner(room & (numbers != numbers.flat[0]))

    @cached_property
    def pieces(self) -> np.ndarray:
        """Number of the connected piece at each pixel, by faces, edges and corners; 1 is the largest."""
        from scipy.ndimage import generate_binary_structure, label

        mask = self.mask
        numbers, count = label(mask, generate_binary_structure(mask.ndim, mask.ndim))
        if count > 1:
            sizes = np.bincount(numbers.ravel(), minlength=count + 1)[1:]
            ranks = np.zeros(count + 1, numbers.dtype)
            ranks[1 + np.argsort(-sizes, kind="stable")] = np.arange(1, count + 1)
            numbers = ranks[numbers]
        found: np.ndarray = numbers
        return found

    @cached_property
    def sizes(self) -> list[int]:
        """Pixels of every piece, the largest first."""
        found: list[int] = np.bincount(self.pieces.ravel())[1:].tolist()
        return found

    @property
    def fragments(self) -> list[int]:
        """Numbers of the pieces that have weight; the largest always has."""
        area = self.area
        return [1] + [
            number
            for number, size in enumerate(self.sizes[1:], 2)
            if size >= LEAST_PIECE and size * LEAST_SHARE >= area
        ]

    @property
    def specks(self) -> np.ndarray:
        """Pixels of the pieces without weight, in the shape of the box."""
        return self.pieces > len(self.fragments)

    # ---------------------------------------------------------------- thin parts
    @cached_property
    def is_thin(self) -> bool:
        """Whether `width` is less than `THIN`; quick for large objects, which soon show that they are not."""
        radii = ball_radii(np.nextafter((THIN + 1) / 2, 0), self.spacing, "X" * self.frame.ndim)
        return not ball_centers(np.pad(self.frame, 1, mode="edge"), radii).size

    @cached_property
    def width(self) -> float:
        """Width of the thickest part in pixels of the finest axis: ``2 d - 1``.

        ``d`` is the largest distance of a pixel from the nearest pixel outside, from centre to centre.
        """
        from scipy.ndimage import distance_transform_edt

        finest = min(self.spacing)
        distances = distance_transform_edt(self.frame, sampling=[size / finest for size in self.spacing])
        return 2 * float(distances.max()) - 1

    @property
    def whiskers(self) -> np.ndarray:
        """Pixels of lines one pixel wide that stick out, in the shape of the box; none in a stack.

        They are what an opening by a pixel and its neighbours along the axes takes away, in pieces of
        at least `LEAST_WHISKER` pixels. In a stack it takes away much that is no line.
        """
        from scipy.ndimage import binary_opening, generate_binary_structure, label

        if self.frame.ndim > 2:
            return np.zeros(self.box.shape, bool)
        left = self._inner(self.frame & ~binary_opening(self.frame))
        if not left.any():
            return left
        left &= ~self.specks
        numbers, _ = label(left, generate_binary_structure(left.ndim, left.ndim))
        long = np.bincount(numbers.ravel()) >= LEAST_WHISKER
        long[0] = False
        whiskers: np.ndarray = long[numbers]
        return whiskers

    def _inner(self, frame: np.ndarray) -> np.ndarray:
        """Array of the frame's shape without the pixels around, in the shape of the box."""
        inner: np.ndarray = frame[(slice(1, -1),) * frame.ndim].reshape(self.box.shape)
        return inner


def silhouettes(
    plane: np.ndarray, number: int, box: Box, axes: str, spacing: Sequence[float]
) -> Iterator[Silhouette]:
    """Silhouettes of an object: one, or one for each time of a series at which it is there.

    Parameters
    ----------
    plane
        Label array.
    number
        Id of the object.
    box
        Box that holds the object; it may be wider.
    axes
        One letter per axis; ``"T"`` can only be the first.
    spacing
        Size of a pixel along each axis.
    """
    timed = axes.startswith("T")
    for moment in _moments(box) if timed else (box,):
        mask = plane[moment.slices] == number
        inner = Box.of_mask(mask)
        if inner:
            tight = inner.shifted(moment.start)
            mask = mask[inner.slices]
            frame = _framed(mask[0] if timed else mask)
            if "Z" in axes:
                _continue_stack(frame, axes[timed:].index("Z"), tight, axes.index("Z"), plane.shape)
            yield Silhouette(tight, frame, tuple(spacing)[timed:])


def _moments(box: Box) -> Iterator[Box]:
    """Parts of a box along its first axis, one pixel long each."""
    for time in range(box.start[0], box.stop[0]):
        yield Box((time, *box.start[1:]), (time + 1, *box.stop[1:]))


def _framed(mask: np.ndarray) -> np.ndarray:
    frame = np.zeros([n + 2 for n in mask.shape], bool)
    frame[(slice(1, -1),) * mask.ndim] = mask
    return frame


def _continue_stack(frame: np.ndarray, axis: int, box: Box, place: int, shape: Sequence[int]) -> None:
    """Let an object that reaches an end of the stack go on beyond it, in place."""
    slices = frame.swapaxes(0, axis)
    if box.start[place] == 0:
        slices[0] = slices[1]
    if box.stop[place] == shape[place]:
        slices[-1] = slices[-2]
