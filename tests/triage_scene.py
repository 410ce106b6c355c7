"""Bright discs for the tests of several rooms: image, annotation with faults, and a model's masks."""

import numpy as np

from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source

PLACES = [(y, x) for y in range(20, 180, 32) for x in range(20, 180, 32)]
RADIUS = 9
MERGED, HOLED, NOWHERE, LACKING = 3, 7, 60, 12
"""Ids of what is wrong: two discs in one, a hole, nothing in the image; and what the annotation lacks."""


def discs(places=PLACES, radius=RADIUS, shape=(190, 190)):
    """Ids of discs, from 1."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    found = np.zeros(shape, np.uint16)
    for number, (cy, cx) in enumerate(places, 1):
        found[(y - cy) ** 2 + (x - cx) ** 2 <= radius**2] = number
    return found


def masks():
    """Annotation and model: in the annotation two discs are one, one has a hole, and one lacks."""
    model = discs()
    gt = model.copy()
    gt[model == MERGED + 1] = MERGED
    y, x = PLACES[HOLED - 1]
    gt[y - 2 : y + 3, x - 2 : x + 3] = 0
    gt[model == LACKING] = 0
    return gt, model


def shown(true, seed=0):
    """Pixels of an image of objects, a little blurred and noisy."""
    from scipy.ndimage import gaussian_filter

    clean = gaussian_filter(40.0 + 150.0 * (true > 0), 1.2)
    noise = np.random.default_rng(seed).normal(0, 6, true.shape)
    return np.clip(clean + noise, 0, 255).astype(np.uint8)


def scene(seed=0):
    """Sample: what it shows, the annotation with its faults, and a model that has none."""
    gt, model = masks()
    gt[32:42, 32:40] = NOWHERE
    sources = (Source(REFERENCE, LabelImage((gt,), "YX")), Source(PREDICTION, LabelImage((model,), "YX")))
    return Sample("scene", (Image(shown(model, seed)),), sources)
