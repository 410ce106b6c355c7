"""Orders of other programs, for the same objects.

cleanlab's own package is asked where it is installed (``pip install --group rivals``). FiftyOne's
`compute_mistakenness` keeps its samples and runs in MongoDB: with FIFTYONE_DISABLE_SERVICES fiftyone 1.22
starts without a server, but makes no data set, and mongomock in the server's place ends in a recursion.
So its mistakenness of locations is computed here by the formula of fiftyone-brain 0.27, which was called
for single values and gives the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from segreview.model.labels import LabelImage
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.subject import Subject


def rival_scores(labels: LabelImage, model: LabelImage, probability: np.ndarray) -> Mapping[str, np.ndarray]:
    """Suspicion of each annotated object, in the order of ranks, by each rival.

    Parameters
    ----------
    labels, model
        Annotation and model's masks.
    probability
        The model's probability of foreground, 0 to 1.
    """
    subject = Subject.of(labels, None)
    relations = Relations.of(subject, Subject.of(model, None))
    iou = relations.best()[1:]
    confidence = _confidence(relations, probability)
    found = {
        "lowest IoU first": 1 - iou,
        "IoU with confidence": (1 - iou) * confidence,
        "FiftyOne mistakenness (formula)": _mistakenness(iou, confidence),
    }
    softmin = _softmin(subject, probability)
    if softmin is not None:
        found["cleanlab softmin"] = softmin
    return found


def _mistakenness(iou: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """FiftyOne's mistakenness of the location of matched objects; those it calls spurious come first.

    With ``i = 2 (1 - IoU)``, 0 to 1 among pairs of at least .5, it is ``(confidence (2 i - 1) + 1) / 2``.
    """
    matched: np.ndarray = (confidence * (3 - 4 * iou) + 1) / 2
    return np.where(iou >= 0.5, matched, 1)


def _confidence(relations: Relations, probability: np.ndarray) -> np.ndarray:
    """Mean probability that the model gives to its best partner of each annotated object."""
    model = relations.model
    sums = np.bincount(model.ranks.ravel(), probability.ravel(), minlength=len(model) + 1)
    means = sums / np.maximum(model.areas, 1)
    found = np.zeros(len(relations.subject) + 1)
    best = relations.best()
    for first, second, iou in zip(relations.first, relations.second, relations.iou, strict=True):
        if iou == best[first]:
            found[first] = means[second]
    return found[1:]


def _softmin(subject: Subject, probability: np.ndarray) -> np.ndarray | None:
    """One minus cleanlab's label quality of the crop of each object; None without the package."""
    try:
        from cleanlab.segmentation.rank import get_label_quality_scores
    except ImportError:
        return None
    shares = np.stack([1 - probability, probability])
    found = []
    for rank, box in enumerate(subject.boxes, 1):
        window = box.grown(2, subject.ranks.shape)
        given = (subject.ranks[window.slices] == rank).astype(int)
        said = shares[(slice(None), *window.slices)]
        others = (subject.ranks[window.slices] > 0) & (given == 0)
        said = np.where(others, np.array([1.0, 0.0])[:, None, None], said)
        scores, _ = get_label_quality_scores(given[None], said[None], method="softmin", verbose=False)
        found.append(1 - float(scores[0]))
    return np.array(found)
