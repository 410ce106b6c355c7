"""Smaller copies of an image in a pyramid: the rule by which they were made, and made again by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from segreview.errors import WriteError

_Rule = Callable[[np.ndarray], np.ndarray]


def reduced(level: np.ndarray, larger: Iterable[tuple[np.ndarray, np.ndarray]], path: Path) -> np.ndarray:
    """Smaller copy of edited labels, made by the rule that explains the copy that is there.

    Tried are every n-th pixel from any first one on, the pixel in the middle of each block, and the
    largest id of each block.

    Parameters
    ----------
    level
        The copy that is there.
    larger
        What it may be made of: images before and after the edit, each with the axes of the copy.
    path
        The file, for messages.

    Raises
    ------
    WriteError
        When no rule explains it: what stands there would be replaced by guesses.
    """
    for before, after in larger:
        for rule in _rules(level.shape, before.shape):
            if np.array_equal(rule(before), level):
                return rule(after)
    height, width = level.shape[-2:]
    raise WriteError(
        f"{path} is a pyramid, and its copy of {height} x {width} pixels follows from the image by no rule "
        "that we know: it could not be kept in step with the edit.",
        "Save the labels as a new file: its smaller copies, if any, are made anew.",
    )


def _rules(small: tuple[int, ...], large: tuple[int, ...]) -> Iterator[_Rule]:
    """Ways to come from the large shape to the small one."""
    if len(small) != len(large) or 0 in small or any(n < m for n, m in zip(large, small, strict=True)):
        return
    choices = [sorted({n // m, -(-n // m)}) for n, m in zip(large, small, strict=True)]
    for steps in product(*choices):
        for first in range(max(steps)):
            yield partial(_nth, small, steps, first)
        yield partial(_largest, small, steps)
    yield partial(_middle, small)


def _nth(shape: tuple[int, ...], steps: tuple[int, ...], first: int, image: np.ndarray) -> np.ndarray:
    """Every n-th pixel, as many as there is room for."""
    every = tuple(slice(min(first, step - 1), None, step) for step in steps)
    return image[every][tuple(map(slice, shape))]


def _middle(shape: tuple[int, ...], image: np.ndarray) -> np.ndarray:
    """Pixel in the middle of each block, also where blocks are no whole pixels: as scikit-image resizes."""
    pairs = zip(shape, image.shape, strict=True)
    return image[np.ix_(*((2 * np.arange(m) + 1) * n // (2 * m) for m, n in pairs))]


def _largest(shape: tuple[int, ...], steps: tuple[int, ...], image: np.ndarray) -> np.ndarray:
    """Largest id of each block; blocks at the far borders may be cut."""
    whole = [m * step for m, step in zip(shape, steps, strict=True)]
    image = image[tuple(map(slice, whole))]
    blocks = np.pad(image, [(0, n - have) for n, have in zip(whole, image.shape, strict=True)], mode="edge")
    blocks = blocks.reshape([n for pair in zip(shape, steps, strict=True) for n in pair])
    largest: np.ndarray = blocks.max(axis=tuple(range(1, blocks.ndim, 2)))
    return largest
