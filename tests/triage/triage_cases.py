"""Small images whose objects are known."""

import numpy as np

from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.picture import picture_of
from segreview.triage.evidence.subject import Subject

CENTRES = ((12, 12), (12, 36), (14, 60), (38, 13), (40, 37), (39, 60))
"""Middles of the discs of `nuclei`."""

RADIUS = 7


def disc(shape, centre, radius):
    """Mask of a disc, or of a ball."""
    return sum((at - middle) ** 2 for at, middle in zip(np.indices(shape), centre, strict=True)) <= radius**2


def nuclei(seed=0, shape=(52, 72), dtype=np.uint16):
    """Labels of six equal discs, and a picture of them: 20 outside, 120 inside, noise of 4."""
    labels = np.zeros(shape, dtype)
    for number, centre in enumerate(CENTRES, 1):
        labels[disc(shape, centre, RADIUS)] = number
    return labels, picture_for(labels > 0, seed)


def picture_for(mask, seed=0):
    noise = np.random.default_rng(seed).normal(0, 4, mask.shape)
    return (20 + 100 * mask + noise).clip(0, 255)


def subject_of(labels, picture=None, **told):
    """Subject of an array or of labels, with the picture of an array."""
    if isinstance(labels, np.ndarray):
        labels = LabelImage((labels,), axes="ZYX"[-labels.ndim :], **told)
    seen = None if picture is None else picture_of((Image(np.asarray(picture)),), labels.spacing)
    return Subject.of(labels, seen)


def cutout_of(labels, rank=1, **told):
    return Cutout.of(subject_of(labels, **told), rank)


def backdrop_of(subject, opinion=None):
    return Backdrop.of(subject, subject.picture, opinion)


def opinion_for(labels):
    """Second opinion that is sure of what labels hold: interior within, else background."""
    inside = (labels > 0).astype(np.float32)
    return np.stack([1 - inside, inside, 0 * inside, 0 * inside])


def sample_of(reference, images=(), prediction=None, name="a"):
    sides = [(REFERENCE, reference), (PREDICTION, prediction)]
    sources = tuple(
        Source(role, one if isinstance(one, LabelImage) else LabelImage.of_array(one))
        for role, one in sides
        if one is not None
    )
    pictures = tuple(one if isinstance(one, Image) else Image(one) for one in images)
    return Sample(name, pictures, sources)
