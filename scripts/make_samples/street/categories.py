"""Label ids of the Cityscapes classes that occur in the scene, and how instance maps encode them."""

import numpy as np

UNLABELED, EGO_VEHICLE, OUT_OF_ROI, STATIC = 0, 1, 3, 4
ROAD, SIDEWALK, BUILDING, WALL, FENCE = 7, 8, 11, 12, 13
POLE, TRAFFIC_LIGHT, TRAFFIC_SIGN = 17, 19, 20
VEGETATION, TERRAIN, SKY = 21, 22, 23
PERSON, RIDER, CAR, TRUCK, BUS, MOTORCYCLE, BICYCLE = 24, 25, 26, 27, 28, 32, 33

THINGS = frozenset((PERSON, RIDER, CAR, TRUCK, BUS, MOTORCYCLE, BICYCLE))
VOID = frozenset((UNLABELED, EGO_VEHICLE, OUT_OF_ROI, STATIC))
FIRST_INSTANCE = 1000
"""Lowest value of an instance: ``label id * 1000 + k``, k from 0; lower values are label ids of stuff."""


def label_ids(instances: np.ndarray) -> np.ndarray:
    """Label ids, uint8, of an instance map of the same shape."""
    return np.where(instances >= FIRST_INSTANCE, instances // FIRST_INSTANCE, instances).astype(np.uint8)


def next_instance(instances: np.ndarray, category: int) -> int:
    """Lowest value of this category above all that the map uses."""
    used = instances[instances // FIRST_INSTANCE == category]
    return int(used.max()) + 1 if used.size else category * FIRST_INSTANCE
