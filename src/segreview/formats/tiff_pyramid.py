"""Smaller copies of an image in a TIFF pyramid: the rule by which they were made, and made again by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from segreview.errors import WriteError

_Rule = Callable[[np.ndarray], np.ndarray]


def reduced(level: np.ndarray, before: np.ndarray, after: np.ndarray, path: Path) -> np.ndarray:
    """Smaller copy of edited labels, made by the rule that explains the copy that is there.

    Tried are every n-th pixel from any first one on, and the largest id of each block.

    Parameters
    ----------
    level
        The copy that is there, ``(..., y, x)``.
    before, after
        The image at full size, ``(..., Y, X)``.
    path
        The file, for messages.

    Raises
    ------
    WriteError
        When no rule explains it: what stands there would be replaced by guesses.
    """
    for rule in _rules(level.shape, before.shape):
        if np.array_equal(rule(before), level):
            return rule(after)
    height, width = level.shape[-2:]
    raise WriteError(
        f"{path} is a pyramid, and its copy of {height} x {width} pixels follows from the image by no rule "
        "that we know: it could not be kept in step with the edit.",
        "Save the labels as a new file: it will be without smaller copies.",
    )


def _rules(small: tuple[int, ...], large: tuple[int, ...]) -> Iterator[_Rule]:
    """Ways to come from the large shape to the small one."""
    steps = [{max(1, n // m), -(-n // m)} for n, m in zip(large[-2:], small[-2:], strict=True)]
    for down in sorted(steps[0]):
        for across in sorted(steps[1]):
            for first in range(max(down, across)):
                yield partial(_nth, small[-2:], (down, across), min(first, down - 1), min(first, across - 1))
            yield partial(_largest, small[-2:], (down, across))


def _nth(
    shape: tuple[int, ...], steps: tuple[int, int], top: int, left: int, image: np.ndarray
) -> np.ndarray:
    """Every n-th pixel, as many as there is room for."""
    return image[..., top :: steps[0], left :: steps[1]][..., : shape[0], : shape[1]]


def _largest(shape: tuple[int, ...], steps: tuple[int, int], image: np.ndarray) -> np.ndarray:
    """Largest id of each block; blocks at the far borders may be cut."""
    missing = [n * step - have for n, step, have in zip(shape, steps, image.shape[-2:], strict=True)]
    image = image[..., : shape[0] * steps[0], : shape[1] * steps[1]]
    padding = [(0, 0)] * (image.ndim - 2) + [(0, max(0, n)) for n in missing]
    blocks = np.pad(image, padding, mode="edge")
    blocks = blocks.reshape(*image.shape[:-2], shape[0], steps[0], shape[1], steps[1])
    largest: np.ndarray = blocks.max(axis=(-3, -1))
    return largest
