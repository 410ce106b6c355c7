"""The prediction: a classical segmentation that sees nothing but the image, so its errors are its own."""

import numpy as np
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed

MIN_AREA = 40
"""Pixels; smaller objects are taken for noise."""


def segment(image: np.ndarray) -> np.ndarray:
    """Label image, uint16 ``(Y, X)``, of the bright blobs in a grey image ``(Y, X)``.

    Background subtraction, a threshold that follows the neighbourhood, and a watershed that starts from the
    peaks of distance to the border and brightness taken together.
    """
    flat = _without_background(image.astype(float))
    foreground = _foreground(flat)
    landscape = _landscape(flat, foreground)
    regions, _ = ndimage.label(foreground)
    peaks = peak_local_max(landscape, min_distance=4, labels=regions, exclude_border=False)
    markers = np.zeros(image.shape, np.int32)
    markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return _renumbered(watershed(-landscape, markers, mask=foreground))


def _without_background(image: np.ndarray) -> np.ndarray:
    """Image smoothed a little, minus the darkest level around each pixel."""
    smooth = ndimage.gaussian_filter(image, 1.0)
    floor = ndimage.minimum_filter(ndimage.gaussian_filter(image, 3.0), 51)
    return smooth - ndimage.gaussian_filter(floor, 25.0)


def _foreground(flat: np.ndarray) -> np.ndarray:
    """Pixels brighter than their neighbourhood's mean and than a part of Otsu's threshold."""
    neighbourhood = ndimage.gaussian_filter(flat, 20.0)
    mask = (flat > 0.42 * threshold_otsu(flat)) & (flat > 0.9 * neighbourhood)
    mask = _at_least(MIN_AREA, ndimage.binary_opening(mask))
    return ~_at_least(MIN_AREA, ~mask)


def _at_least(area: int, mask: np.ndarray) -> np.ndarray:
    """Mask without its connected parts of less than `area` pixels."""
    regions, _ = ndimage.label(mask)
    return (np.bincount(regions.ravel()) >= area)[regions] & mask


def _landscape(flat: np.ndarray, foreground: np.ndarray) -> np.ndarray:
    """Height whose peaks are the middles of nuclei: distance to the border, raised where it is bright."""
    distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(foreground), 1.2)
    smooth = ndimage.gaussian_filter(flat, 2.0)
    local_top = ndimage.gaussian_filter(ndimage.maximum_filter(smooth, 25), 8.0)
    return distance * (0.45 + 0.55 * smooth / np.maximum(local_top, 1.0))


def _renumbered(labels: np.ndarray) -> np.ndarray:
    """Ids 1..N without the objects that are too small, uint16."""
    big = np.bincount(labels.ravel()) >= MIN_AREA
    big[0] = False
    ids = np.where(big, np.cumsum(big), 0)
    return ids[labels].astype(np.uint16)
