"""Several outlines as a single one, for formats that know no holes and no parts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def bridged(rings: Iterable[np.ndarray]) -> np.ndarray:
    """One outline ``(n, 2)`` that fills the same pixels by the even-odd rule as some outlines do together.

    Each is entered from the nearest corner of those before it, walked around, and left by the same way: what
    is crossed there and back counts for nothing.
    """
    from scipy.spatial import cKDTree

    way, *others = rings
    for ring in others:
        distances, places = cKDTree(way).query(ring)
        there = int(np.argmin(distances))
        here = int(np.asarray(places)[there])
        around = np.concatenate([ring[there:], ring[: there + 1]])
        way = np.concatenate([way[: here + 1], around, way[here:]])
    return way
