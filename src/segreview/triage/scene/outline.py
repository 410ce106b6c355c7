"""Outlines: whether the image, and what pixels look like, bear out where a component ends."""

from __future__ import annotations

import numpy as np

from segreview.triage.scene.norms import Reading, neighbours

REACH = 6
"""Surroundings of an outline in which the image may have its edge instead, in pixels either way."""

CLEAR = 2
"""Edges nearer to an outline than this belong to it, in pixels."""

BAND = 4
"""Pixels nearer to an outline than this should look like what they are annotated as."""

GRANTED = 20.0
"""Pixels of usual steepness that are taken for granted at every distance from an outline."""

LEVELS = 2 * REACH + 1


class Outlines:
    """Outlines of all components of a scene.

    Parameters
    ----------
    reading
        The scene, and the class opinion on it.

    Attributes
    ----------
    depth
        Distance of every pixel from the nearest outline, in pixels; 0 on it, and where there is none.
    """

    def __init__(self, reading: Reading) -> None:
        from scipy.ndimage import distance_transform_edt

        scene = reading.scene
        self._count = len(scene.sizes)
        across = np.zeros(scene.components.shape, np.int32)
        for here, meets, _, other in neighbours(scene.components - 1):
            across[here][meets] = other[meets] + 1
        self.depth = np.zeros(across.shape)
        if across.any():
            self.depth, nearest = distance_transform_edt(across == 0, return_indices=True)
            across = across[tuple(nearest)]
        known = (across > 0) & (scene.components > 0)
        self._edges = self._profiles(reading, known & (self.depth < REACH + 0.5), across)
        self._leads = self._band(reading, known & (self.depth < BAND), across)

    def figures(self, component: int) -> dict[str, float]:
        """What speaks for and against the outline of a component, by its number."""
        edges = self._edges[component]
        within, beyond = self._leads[:, component]
        return {
            "edge on the outline": float(edges[REACH]),
            "edge inside of the outline": float(edges[: REACH + 1 - CLEAR].max() - edges[REACH]),
            "edge outside of the outline": float(edges[REACH + CLEAR :].max() - edges[REACH]),
            "lead inside of the outline": float(within),
            "lead outside of the outline": float(beyond),
        }

    def _profiles(self, reading: Reading, near: np.ndarray, across: np.ndarray) -> np.ndarray:
        """Mean log steepness at each distance from each component's outline, inside first."""
        steep = reading.scene.surface.steepness
        distance = np.rint(self.depth[near]).astype(np.intp)
        own, other = reading.scene.components[near], across[near]
        places = np.concatenate([own * LEVELS + REACH - distance, other * LEVELS + REACH + distance])
        size = self._count * LEVELS
        sums = np.bincount(places, np.tile(steep[near], 2), size) + GRANTED * float(steep.mean())
        return np.asarray(sums / (np.bincount(places, minlength=size) + GRANTED)).reshape(-1, LEVELS)

    def _band(self, reading: Reading, near: np.ndarray, across: np.ndarray) -> np.ndarray:
        """Mean lead of the annotated class over that across the outline, inside and outside of each."""
        beside = reading.scene.class_of[across[near]].astype(np.intp)
        lead = reading.own[near] - reading.log_shares[(beside, *np.nonzero(near))]
        return np.stack(
            [
                np.bincount(side, lead, self._count) / np.maximum(np.bincount(side, minlength=self._count), 1)
                for side in (reading.scene.components[near], across[near])
            ]
        )
