"""The prediction, a simulated one: the true map made worse in the ways a panoptic network errs."""

import numpy as np
from scipy import ndimage

from make_samples.street import categories as cs

Random = np.random.Generator


def predict(true: np.ndarray, rng: Random) -> np.ndarray:
    """Instance map, int32 like `true`, that differs from it in classes, instances and outlines.

    Instances are numbered anew, from the top of the image down, in each category.
    """
    guess = _without(true, np.isin(true, list(cs.VOID)))
    guess = _forget(guess, rng)
    guess = _confuse(guess, rng)
    guess = _merge(guess, rng)
    guess = _patch(guess, rng)
    guess = _wobble(guess, rng)
    return _numbered(_imagine(guess))


def _without(labels: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Copy in which each pixel of a mask takes the value of the nearest pixel outside it."""
    nearest = ndimage.distance_transform_edt(gone, return_distances=False, return_indices=True)
    return labels[tuple(nearest)]


def _instances(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of the instances, ascending, and their areas in pixels."""
    return np.unique(labels[labels >= cs.FIRST_INSTANCE], return_counts=True)


def _forget(labels: np.ndarray, rng: Random) -> np.ndarray:
    """Drop most of the tiny instances and stretches of thin poles."""
    ids, areas = _instances(labels)
    gone = np.isin(labels, ids[rng.random(len(ids)) < np.clip(90 / areas, 0, 0.7)])
    gaps = ndimage.gaussian_filter(rng.standard_normal(labels.shape), 14)
    return _without(labels, gone | ((labels == cs.POLE) & (gaps > 0.9 * gaps.std())))


def _confuse(labels: np.ndarray, rng: Random) -> np.ndarray:
    """Mistake some instances for one of the category that looks most like theirs."""
    guess = labels.copy()
    for value in _instances(labels)[0]:
        like, chance = ALIKE[value // cs.FIRST_INSTANCE]
        if rng.random() < chance:
            guess[labels == value] = cs.next_instance(guess, like)
    return guess


ALIKE = {
    cs.PERSON: (cs.RIDER, 0.05),
    cs.RIDER: (cs.PERSON, 0.3),
    cs.CAR: (cs.TRUCK, 0.05),
    cs.TRUCK: (cs.BUS, 0.5),
    cs.BUS: (cs.TRUCK, 0.1),
    cs.MOTORCYCLE: (cs.BICYCLE, 0.35),
    cs.BICYCLE: (cs.MOTORCYCLE, 0.15),
}
"""Per category the one it is mistaken for, and how often."""


def _merge(labels: np.ndarray, rng: Random) -> np.ndarray:
    """Give some instances to a neighbour of the same category."""
    guess = labels.copy()
    for value in _instances(labels)[0]:
        mask = labels == value
        rim = guess[ndimage.binary_dilation(mask, iterations=2) & ~mask]
        touching = np.unique(rim[rim // cs.FIRST_INSTANCE == value // cs.FIRST_INSTANCE])
        if len(touching) and rng.random() < 0.2:
            guess[mask] = touching[0]
    return guess


def _patch(labels: np.ndarray, rng: Random) -> np.ndarray:
    """Mistake patches of stuff for other stuff."""
    guess = labels.copy()
    for really, called, share in MISTAKEN:
        weather = ndimage.gaussian_filter(rng.standard_normal(labels.shape), 22)
        mask = labels == really
        guess[mask & (weather > np.quantile(weather[mask], 1 - share))] = called
    return guess


MISTAKEN = (
    (cs.SIDEWALK, cs.ROAD, 0.12),
    (cs.ROAD, cs.SIDEWALK, 0.006),
    (cs.TERRAIN, cs.VEGETATION, 0.2),
    (cs.BUILDING, cs.WALL, 0.004),
    (cs.WALL, cs.BUILDING, 0.3),
    (cs.FENCE, cs.VEGETATION, 0.15),
    (cs.TRAFFIC_SIGN, cs.BUILDING, 0.08),
)
"""What is mistaken, for what, and on what share of its area."""


def _wobble(labels: np.ndarray, rng: Random) -> np.ndarray:
    """Let all outlines waver by some pixels."""
    where = np.indices(labels.shape).astype(float)
    for axis in (0, 1):
        for sigma, reach in ((5.0, 1.1), (18.0, 1.6)):
            field = ndimage.gaussian_filter(rng.standard_normal(labels.shape), sigma)
            where[axis] += reach * field / field.std()
    y, x = (np.clip(np.rint(w).astype(int), 0, n - 1) for w, n in zip(where, labels.shape, strict=True))
    return labels[y, x]


def _imagine(labels: np.ndarray) -> np.ndarray:
    """See a person in a shop window and a bicycle behind a fence."""
    guess = labels.copy()
    y, x = np.ogrid[: labels.shape[0], : labels.shape[1]]
    for category, (cy, cx), (ry, rx) in IMAGINED:
        oval = ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1
        guess[oval & (labels < cs.FIRST_INSTANCE)] = cs.next_instance(guess, category)
    return guess


IMAGINED = (
    (cs.PERSON, (420, 1850), (34, 13)),
    (cs.BICYCLE, (455, 205), (16, 24)),
    (cs.PERSON, (352, 60), (20, 8)),
)


def _numbered(labels: np.ndarray) -> np.ndarray:
    """Copy whose instances count from 0 in each category, without those of less than 20 pixels."""
    values, first, areas = np.unique(labels, return_index=True, return_counts=True)
    small = values[(values >= cs.FIRST_INSTANCE) & (areas < 20)]
    guess = _without(labels, np.isin(labels, small))
    numbered = guess.copy()
    counts: dict[int, int] = {}
    for value in values[np.argsort(first)]:
        if value >= cs.FIRST_INSTANCE and value not in small:
            category = int(value) // cs.FIRST_INSTANCE
            k = counts.setdefault(category, 0)
            counts[category] += 1
            numbered[guess == value] = category * cs.FIRST_INSTANCE + k
    return numbered
