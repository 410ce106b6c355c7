"""Simulated samples: true masks, an image made of them, and a model with errors of its own."""

from dataclasses import replace

import numpy as np
from scipy.ndimage import binary_dilation, binary_erosion, gaussian_filter

from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source

TABLE = Ontology("test", tuple(Category(n, f"class {n}") for n in range(6)))
WITNESSES = ("both", "model", "image")


def ellipses(seed: int, shape=(220, 260), radius=(8.0, 14.0), count: int = 40) -> np.ndarray:
    """Ellipses that lie apart, uint16."""
    random = np.random.default_rng(seed)
    data = np.zeros(shape, np.uint16)
    number = 0
    for _ in range(count * 5):
        ellipse = _ellipse(shape, random, radius)
        if not data[binary_dilation(ellipse, iterations=4)].any():
            number += 1
            data[ellipse] = number
    return data


def _ellipse(shape: tuple[int, ...], random: np.random.Generator, radius: tuple[float, float]) -> np.ndarray:
    at = np.indices(shape).astype(float)
    center = random.uniform(0, shape)
    a, b = random.uniform(*radius, 2)
    turn = random.uniform(0, np.pi)
    y, x = at[0] - center[0], at[1] - center[1]
    u, v = y * np.cos(turn) + x * np.sin(turn), x * np.cos(turn) - y * np.sin(turn)
    inside: np.ndarray = (u / a) ** 2 + (v / b) ** 2 <= 1
    return inside


def balls(seed: int, shape=(24, 90, 90)) -> np.ndarray:
    """Balls that lie apart in a stack, uint16."""
    random = np.random.default_rng(seed)
    at = np.indices(shape)
    data = np.zeros(shape, np.uint16)
    number = 0
    for _ in range(300):
        center, radius = random.uniform(0, shape), random.uniform(5, 9)
        ball = ((at - center.reshape(3, 1, 1, 1)) ** 2).sum(0) <= radius**2
        if not data[binary_dilation(ball, iterations=3)].any():
            number += 1
            data[ball] = number
    return data


def regions(seed: int, shape=(160, 240), classes: int = 6) -> np.ndarray:
    """Classes in large smooth regions, every pixel labelled, uint8."""
    random = np.random.default_rng(seed)
    fields = [gaussian_filter(random.standard_normal(shape), 14) for _ in range(classes)]
    found: np.ndarray = np.argmax(fields, axis=0).astype(np.uint8)
    return found


def modelled(truth: np.ndarray, seed: int) -> np.ndarray:
    """What a model makes of objects: some missed, others a pixel too wide or too narrow, ids of its own."""
    random = np.random.default_rng(seed + 1000)
    out = np.zeros_like(truth)
    names = random.permutation(int(truth.max())) + 1
    for number in range(1, int(truth.max()) + 1):
        mask, luck = truth == number, random.random()
        if luck < 0.3:
            mask = binary_dilation(mask)
        elif luck < 0.6:
            mask = binary_erosion(mask, border_value=1)
        if luck < 0.93:
            out[mask & (out == 0)] = names[number - 1]
    return out


def blurred_classes(truth: np.ndarray, seed: int) -> np.ndarray:
    """What a model makes of classes: wavy outlines; it never finds the last class."""
    random = np.random.default_rng(seed + 1000)
    shares = [
        gaussian_filter((truth == k).astype(float), 2)
        + 0.15 * gaussian_filter(random.standard_normal(truth.shape), 3)
        for k in range(int(truth.max()))
    ]
    found: np.ndarray = np.argmax(shares, axis=0).astype(np.uint8)
    return found


def pictured(truth: np.ndarray, seed: int) -> np.ndarray:
    """Image of objects on a background, or of classes of different brightness."""
    random = np.random.default_rng(seed + 2000)
    bright = random.uniform(0.7, 1.3, int(truth.max()) + 1)
    bright[0] = 0.1
    return gaussian_filter(bright[truth], 1.2) + 0.03 * random.standard_normal(truth.shape)


def cells(seed: int, truth: np.ndarray | None = None) -> Sample:
    """Sample of objects whose reference is the truth."""
    truth = ellipses(seed) if truth is None else truth
    labels = LabelImage.of_array(truth)
    return _sample(f"cells {seed}", labels, modelled(truth, seed), pictured(truth, seed))


def streets(seed: int, void: frozenset[int] = frozenset(), table: Ontology | None = None) -> Sample:
    """Sample of classes whose reference is the truth; its first rows are void, where void is an id."""
    truth = regions(seed)
    image, model = pictured(truth, seed), blurred_classes(truth, seed)
    for number in void:
        truth[:6] = number
    labels = LabelImage((truth,), kind=Kind.SEMANTIC, background=None, void=void, ontology=table)
    return _sample(f"street {seed}", labels, model, image)


def _sample(name: str, labels: LabelImage, model: np.ndarray, image: np.ndarray) -> Sample:
    sources = (
        Source(REFERENCE, labels),
        Source(PREDICTION, replace(labels, planes=(model,), void=frozenset())),
    )
    return Sample(name, (Image(image),), sources)


def seen_by(sample: Sample, witness: str) -> Sample:
    """Sample without its image (``"model"``), or without its model (``"image"``)."""
    if witness == "image":
        return replace(sample, sources=sample.sources[:1])
    return replace(sample, images=()) if witness == "model" else sample


def spoiled(sample: Sample, data: np.ndarray) -> Sample:
    """Sample with other pixels in its reference."""
    return sample.with_reference(replace(sample.reference, planes=(np.ascontiguousarray(data),)))


def mean_iou(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Mean IoU of the ids of one side with the same ids of the other."""
    ids = [i for i in np.unique(theirs).tolist() if i]
    return float(
        np.mean([((ours == i) & (theirs == i)).sum() / ((ours == i) | (theirs == i)).sum() for i in ids])
    )
