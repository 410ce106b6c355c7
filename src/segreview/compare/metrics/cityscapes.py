"""What the rules of Cityscapes fix beside its class table: what is judged, categories, average sizes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology

FACTOR = 1000
"""An instance's id is its class times this plus a number; a smaller id is a class, or a group of it."""

CLASSES = 34
"""Label ids go from 0 to below it; the license plate, -1, takes part in nothing."""

CATEGORIES: Mapping[str, tuple[int, ...]] = {
    "flat": (7, 8),
    "construction": (11, 12, 13),
    "object": (17, 19, 20),
    "nature": (21, 22),
    "sky": (23,),
    "human": (24, 25),
    "vehicle": (26, 27, 28, 31, 32, 33),
}
"""Label ids of each category that are judged: 19 classes."""

JUDGED: tuple[int, ...] = tuple(sorted(id_ for ids in CATEGORIES.values() for id_ in ids))
"""Label ids that are judged (not ``ignoreInEval``)."""

WITH_INSTANCES: tuple[int, ...] = (*CATEGORIES["human"], *CATEGORIES["vehicle"])
"""Judged label ids whose instances are told apart (``hasInstances``)."""

CATEGORIES_OF_INSTANCES: Mapping[str, tuple[int, ...]] = {"human": (24, 25), "vehicle": tuple(range(26, 34))}
"""Categories all of whose labels have instances, caravans (29) and trailers (30) among them."""

AVERAGE_SIZES: Mapping[int, float] = {
    24: 3462.4756337644,
    25: 3930.4788056518,
    26: 12794.0202738185,
    27: 27855.1264367816,
    28: 35732.1511111111,
    31: 67583.7075812274,
    32: 6298.7200839748,
    33: 4672.3249222261,
}
"""Average pixels of an instance of each class in the data set (``avgClassSize``)."""


TABLE = Ontology(
    "cityscapes",
    tuple(
        Category(id_, f"label {id_}", isthing=id_ in range(24, 34), ignore=id_ not in JUDGED)
        for id_ in range(-1, CLASSES)
    ),
    FACTOR,
)
"""What is known of the classes of plain arrays; files come with a table that names them."""


def instance_ids(data: np.ndarray) -> LabelImage:
    """Label image of an array of instance ids."""
    axes = "TZYX"[-data.ndim :]
    return LabelImage((data,), axes=axes, kind=Kind.PANOPTIC, background=None, ontology=TABLE)


def classes_of(ids: np.ndarray) -> np.ndarray:
    """Label ids that ids stand for, int64: 26003 is a car, 26 is a group of cars, 11 is building."""
    wide = ids.astype(np.int64)
    return np.where(wide >= FACTOR, wide // FACTOR, wide)


def refuse_unknown(classes: np.ndarray, labels: LabelImage, side: str, least: int = 0) -> None:
    """Refusal of ids that Cityscapes does not have.

    Raises
    ------
    SegreviewError
        When a label id is below `least` or above the last one.
    """
    wrong = np.unique(classes[(classes < least) | (classes >= CLASSES)])
    if wrong.size:
        raise SegreviewError(
            f"{labels.path or f'The {side}'} holds the label id {int(wrong[-1])}; "
            f"Cityscapes has 0 to {CLASSES - 1}.",
            "Map train ids back to label ids first (trainId 13, car, is label id 26).",
        )
