"""How an object stands among the others of its image."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

SPREADS: Mapping[str, float] = {
    "size": 0.30,
    "brightness": 0.15,
    "contrast": 0.12,
    "contrast over noise": 0.45,
    "unevenness": 0.06,
    "solidity": 0.015,
    "compactness": 0.05,
    "elongation": 0.10,
    "fit of an ellipse": 0.015,
    "corners": 0.15,
    "longest side": 0.08,
    "opinion within": 0.03,
    "opinion IoU": 0.05,
    "opinion across the contour": 0.10,
    "edge": 0.07,
    "edge against the best": 0.10,
    "steepness": 0.02,
    "weak edge": 0.06,
    "edge dilation": 0.07,
    "edge shift": 0.04,
    "opinion dilation": 0.06,
    "opinion shift": 0.04,
    "opinion roughness": 0.03,
}
"""Evidence that is compared within an image, each with the spread that is usual within one."""

PRIOR = 5
"""Objects that the usual spread counts for, beside those of the image."""

FLOOR = 0.3
"""Share of the usual spread that is added, so that very even images do not make every object stand out."""

FEW, ENOUGH = 3, 8
"""With no more than `FEW` objects nothing stands out; from `ENOUGH` on all does that would."""

LIMIT = 8.0


def standing(values: np.ndarray, usual: float, population: np.ndarray) -> np.ndarray:
    """How far values lie from the median of a population, in spreads, clipped to 8.

    The spread is the median absolute deviation times 1.4826, shrunk towards the usual one where
    there are few objects.

    Parameters
    ----------
    values
        One figure of some objects of an image.
    usual
        Spread that is usual within an image.
    population
        The figure of every annotated object of the image.
    """
    count = len(population)
    if count <= FEW:
        return np.zeros(len(values))
    middle = np.median(population)
    spread = 1.4826 * np.median(np.abs(population - middle))
    shrunk = np.sqrt((count * spread**2 + PRIOR * usual**2) / (count + PRIOR)) + FLOOR * usual
    say = min((count - FEW) / (ENOUGH - FEW), 1.0)
    return np.asarray(np.clip((values - middle) / shrunk, -LIMIT, LIMIT) * say)
