"""Pairs of label images for the benchmarks: a reference, and what a fair model makes of it."""

from __future__ import annotations

import numpy as np

_Pair = tuple[np.ndarray, np.ndarray]


def label_pair(shape: tuple[int, ...], objects: int, seed: int = 0, dtype: str = "uint16") -> _Pair:
    """Balls on a jittered grid; the model's are displaced and resized, some are missed, some merged.

    Ids are in random order. At most as many objects as asked for: the grid is as regular as can be.
    """
    random = np.random.default_rng(seed)
    cell = (np.prod(shape) / objects) ** (1 / len(shape))
    grid = [max(1, round(side / cell)) for side in shape]
    centres = (np.indices(grid).reshape(len(shape), -1).T + 0.5) * (np.array(shape) / grid)
    centres = centres + random.normal(0, 0.12 * cell, centres.shape)
    radii = cell * np.clip(random.normal(0.4, 0.05, len(centres)), 0.2, 0.6)
    ids = random.permutation(len(centres)) + 1
    found = np.where(random.random(len(centres)) < 0.04, 0, ids)
    found[1:] = np.where(random.random(len(centres) - 1) < 0.03, found[:-1], found[1:])
    moved = centres + random.normal(0, 1, centres.shape) * (0.08 * radii[:, None])
    resized = radii * random.normal(1, 0.06, len(centres))
    return balls(shape, centres, radii, ids, dtype), balls(shape, moved, resized, found, dtype)


def balls(
    shape: tuple[int, ...], centres: np.ndarray, radii: np.ndarray, ids: np.ndarray, dtype: str
) -> np.ndarray:
    """Label image of balls; a later one covers an earlier one."""
    labels = np.zeros(shape, dtype)
    for centre, radius, number in zip(centres, radii, ids.tolist(), strict=True):
        if not number:
            continue
        start = np.maximum(0, (centre - radius).astype(int))
        window = labels[tuple(slice(a, int(c + radius) + 2) for a, c in zip(start, centre, strict=True))]
        axes = np.ogrid[tuple(slice(0, n) for n in window.shape)]
        distance = sum((axis + a - c) ** 2 for axis, a, c in zip(axes, start, centre, strict=True))
        window[distance <= radius**2] = number
    return labels


def street_pair(seed: int = 0) -> _Pair:
    """A street of 1024 x 2048 with Cityscapes' ids: four classes of ground, and 60 cars."""
    ground = np.repeat(np.array([23, 11, 8, 7], np.int32), 256)[:, None]
    reference, prediction = label_pair((1024, 2048), 60, seed, "int32")
    shifted = np.roll(ground, 5, 0)
    return np.where(reference, 26_000 + reference, ground), np.where(prediction, 26_000 + prediction, shifted)


def pairs_of_512(pairs: int) -> _Pair:
    """References and predictions of as many pairs of 512 x 512 with 100 objects, each stacked."""
    sides = zip(*(label_pair((512, 512), 100, seed) for seed in range(pairs)), strict=True)
    references, predictions = map(np.stack, sides)
    return references, predictions
