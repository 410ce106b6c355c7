"""Thumbnails of samples: made while nothing else is to be done, and only of those that are in sight."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
from psygnal import Signal
from qtpy.QtGui import QImage, QPixmap

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry
from segreview.formats.image import read_image, spatial_shape
from segreview.model.sample import Image
from segreview.ui.errands import Errands, Pause

SIDE = 64
"""Pixels of the longer side, at most."""

_KEPT = 1000
"""Thumbnails in memory: 16 MB at most."""

_WAITING = 40
"""Thumbnails that wait at a time: those that were in sight last."""

_MOST_PIXELS = 2**25
"""Pixels of an image that is still read for its thumbnail."""

_KEY = "thumbnail"


class Thumbnails:
    """Small pictures of samples.

    Parameters
    ----------
    errands
        Makes them.

    Attributes
    ----------
    made
        Emitted with the GT of a sample whose picture has come.
    """

    made = Signal(Path)

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._pictures: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[Path, Entry] = OrderedDict()

    def of(self, entry: Entry) -> QPixmap | None:
        """Picture of a sample; None as long as there is none."""
        if entry.gt in self._pictures:
            self._pictures.move_to_end(entry.gt)
            return self._pictures[entry.gt]
        if entry.image is not None:
            self._wanted[entry.gt] = entry
            self._wanted.move_to_end(entry.gt)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            self._send()
        return None

    def _send(self) -> None:
        """Have the picture made that was asked for last."""
        if self._wanted:
            entry = next(reversed(self._wanted.values()))
            self._errands.send(_KEY, partial(_make, entry), self._on_made)

    def _on_made(self, result: tuple[Path, np.ndarray | None]) -> None:
        gt, pixels = result
        self._wanted.pop(gt, None)
        self._pictures[gt] = None if pixels is None else _pixmap(pixels)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        self.made.emit(gt)
        self._send()


def _make(entry: Entry, pause: Pause) -> tuple[Path, np.ndarray | None]:
    """Pixels of a sample's thumbnail, or None where it has none; nothing is raised but by ``pause``."""
    pause()
    try:
        if entry.image is None or prod(spatial_shape(entry.image)) > _MOST_PIXELS:
            return entry.gt, None
        image = read_image(entry.image)
        pause()
        return entry.gt, thumbnail(image)
    except (OSError, ValueError, SegreviewError):
        return entry.gt, None  # what is wrong is told when the sample is opened


def thumbnail(image: Image) -> np.ndarray:
    """Small picture of an image: the middle slice, the first channel, percentile contrast.

    Parameters
    ----------
    image
        The image.

    Returns
    -------
    ndarray
        ``(H, W, 3)``, uint8, no side longer than `SIDE`.
    """
    data = image.data
    if image.channel_axis is not None:
        data = np.take(data, 0, axis=image.channel_axis)
    while data.ndim > (3 if image.rgb else 2):
        data = data[len(data) // 2]
    step = max(1, -(-max(data.shape[:2]) // SIDE))
    small = data[step // 2 :: step, step // 2 :: step]
    if image.rgb:
        colours = small[..., :3]
        return np.ascontiguousarray(colours if colours.dtype == np.uint8 else colours >> 8).astype(np.uint8)
    numbers = np.nan_to_num(small.astype(np.float32))
    low, high = np.percentile(numbers, (0.5, 99.5)) if numbers.size else (0, 1)
    grey = np.clip((numbers - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _pixmap(pixels: np.ndarray) -> QPixmap:
    height, width, _ = pixels.shape
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image)
