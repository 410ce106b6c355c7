"""Which annotation each detection takes, by COCO's greedy rule, for many images at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from segreview.compare.metrics.coco_image import Scene
from segreview.compare.metrics.hit import Hit, reached

_FREE = -1


def match_detections(
    scene: Scene, thresholds: Sequence[Fraction], ignored: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which detections take an annotation, and which of these are left out with it.

    Detections of an image and class choose one after the other, the highest score first. All images take
    their turn together, and so do detections that nobody competes with, so that there are as many rounds
    as the longest queue for an annotation needs.

    Parameters
    ----------
    scene
        Annotations, detections and their pairs.
    thresholds
        Least IoU, ascending.
    ignored
        Annotations that count as nothing, ``(annotations, area ranges)``.
    kept
        Detections that take part.

    Returns
    -------
    matched, forgiven
        Boolean, ``(detections, area ranges, thresholds)``.
    """
    pairs = _Pairs.of(scene, thresholds, kept)
    shape = (scene.scores.size, ignored.shape[1], len(thresholds))
    taken = np.zeros((scene.crowds.size, *shape[1:]), bool)
    choice = np.full(shape, _FREE, np.int32)
    for detections, candidates in _rounds(scene, pairs):
        found = _choose(scene, pairs, ignored, taken, candidates)
        choice[detections] = found
        some = np.nonzero(found != _FREE)
        taken[found[some], some[1], some[2]] = True
    matched = choice != _FREE
    if not pairs.rows.size:
        return matched, matched.copy()
    forgiven = matched & ignored[choice, np.arange(shape[1])[:, None]]
    if scene.nameless.any():
        matched &= ~scene.nameless[choice]
    return matched, forgiven


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs that could be hits, ordered by detections; the one that a detection likes best is its last.

    Parameters
    ----------
    rows, columns
        Annotation and detection of each pair.
    near
        Whether the pair reaches each threshold, ``(pairs, thresholds)``.
    """

    rows: np.ndarray
    columns: np.ndarray
    near: np.ndarray

    @classmethod
    def of(cls, scene: Scene, thresholds: Sequence[Fraction], kept: np.ndarray) -> _Pairs:
        hits = [Hit(t, strict=False) for t in thresholds]
        some = np.flatnonzero(hits[0].of(scene.shared, scene.wholes) & kept[scene.columns])
        ious = scene.shared[some] / scene.wholes[some]
        some = some[np.lexsort((scene.rows[some], ious, scene.columns[some]))]
        near = reached(scene.shared[some], scene.wholes[some], hits)
        return cls(scene.rows[some], scene.columns[some], near)


_Candidates = list[tuple[np.ndarray, np.ndarray]]
"""Which detections of a round have a first pair, and that pair; a second one, and that; and so on."""


def _choose(
    scene: Scene, pairs: _Pairs, ignored: np.ndarray, taken: np.ndarray, candidates: _Candidates
) -> np.ndarray:
    """Annotation that each detection of a round takes: the best that counts, else the best that does not."""
    counting = np.full((candidates[0][0].size, *taken.shape[1:]), _FREE, np.int32)
    other = counting.copy()
    for own, places in candidates:
        rows = pairs.rows[places]
        fits = ~taken[rows]
        fits |= scene.crowds[rows][:, None, None]
        fits &= pairs.near[places][:, None, :]
        left_out = ignored[rows][:, :, None]
        chosen = np.broadcast_to(rows.astype(np.int32)[:, None, None], fits.shape)
        for target, counts in ((counting, fits & ~left_out), (other, fits & left_out)):
            target[own] = np.where(counts, chosen, target[own])
    return np.where(counting == _FREE, other, counting)


def _rounds(scene: Scene, pairs: _Pairs) -> Iterator[tuple[np.ndarray, _Candidates]]:
    """Detections of each round with their pairs."""
    detections, first, number = np.unique(pairs.columns, return_index=True, return_counts=True)
    turn = _turns(scene, pairs)[detections]
    order = np.argsort(turn, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(turn[order])) + 1) if order.size else ():
        candidates = []
        for n in range(int(number[own].max())):
            some = np.flatnonzero(number[own] > n)
            candidates.append((some, first[own[some]] + n))
        yield detections[own], candidates


def _turns(scene: Scene, pairs: _Pairs) -> np.ndarray:
    """Round of each detection: how many of its image and class with a rival choose before it."""
    wanted = np.bincount(pairs.rows, minlength=scene.crowds.size)
    rivalry = (wanted[pairs.rows] > 1) & ~scene.crowds[pairs.rows]
    rivals = np.unique(pairs.columns[rivalry])
    turns = np.zeros(scene.scores.size, np.int64)
    turns[rivals] = scene.ranks(rivals)
    return turns
