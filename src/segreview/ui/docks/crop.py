"""The current item in close-up, three ways: image, GT and model, at one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import QRect, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from segreview.compare.disagreement import Disagreement
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Image
from segreview.session.review import Review
from segreview.shape.outline import Outline, draw_outlines, sample_grid, sample_view
from segreview.ui.canvas.layers import contrast_limits
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, rgb

_TITLES = ("image", "GT", "model")
_SMALLEST = 88
"""Shortest side of a crop on the screen, in pixels."""
_FEWEST = 24
"""Fewest data pixels that a crop shows along a side: smaller objects keep some surroundings."""


@dataclass(frozen=True)
class Frame:
    """Square part of a two-dimensional slice that the crops show.

    Parameters
    ----------
    at
        Index on every leading axis.
    corner
        Row and column of the first data pixel; may lie outside the image.
    side
        Data pixels along each side.
    """

    at: tuple[int, ...]
    corner: tuple[int, int]
    side: int

    @classmethod
    def around(cls, box: Box) -> Frame:
        """Frame around a box, with a margin of about a third of its size; the middle slice."""
        at = tuple((a + b - 1) // 2 for a, b in zip(box.start[:-2], box.stop[:-2], strict=True))
        longest = max(box.shape[-2:])
        side = max(_FEWEST, round(longest * 1.6) + 4)
        corner = tuple((a + b - side) // 2 for a, b in zip(box.start[-2:], box.stop[-2:], strict=True))
        return cls(at, (corner[0], corner[1]), side)

    def grids(self, shape: tuple[int, ...], pixels: int) -> list[tuple[int, np.ndarray]]:
        """First screen pixel on the data, and the data index under each one, down and across."""
        pitch = self.side / pixels
        return [
            sample_grid(corner - 0.5, pitch, pixels, 1.0, length)
            for corner, length in zip(self.corner, shape, strict=True)
        ]


class Crop(QWidget):
    """One of the three crops.

    Parameters
    ----------
    title
        Name that is written into the corner.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._picture: QImage | None = None
        self._bar = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(_SMALLEST, _SMALLEST)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Square."""
        return QSize(_SMALLEST, _SMALLEST)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Stay square."""
        super().resizeEvent(event)
        self.setFixedHeight(max(_SMALLEST, self.width()))

    def show_picture(self, picture: np.ndarray | None) -> None:
        """Show RGB pixels, ``(H, W, 3)`` uint8, or nothing."""
        if picture is None:
            self._picture = None
        else:
            data = np.ascontiguousarray(picture)
            height, width = data.shape[:2]
            image = QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            self._picture = image.copy()  # the bytes would not live long enough
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the picture and its title."""
        painter = QPainter(self)
        side = min(self.width(), self.height())
        target = QRect((self.width() - side) // 2, 0, side, side)
        painter.fillRect(target, QColor(20, 22, 26))
        if self._picture is not None:
            painter.drawImage(target, self._picture)
        painter.setPen(Qt.GlobalColor.black)
        place = target.adjusted(5, 3, 0, 0)
        painter.drawText(place.translated(1, 1), Qt.AlignmentFlag.AlignTop, self._title)
        painter.setPen(QColor({"GT": GT_COLOR, "model": MODEL_COLOR}.get(self._title, "#FFFFFF")))
        painter.drawText(place, Qt.AlignmentFlag.AlignTop, self._title)


class Crops:
    """The three crops, filled together so that they always show the same place."""

    def __init__(self) -> None:
        self.widgets = tuple(Crop(title) for title in _TITLES)
        self._limits: tuple[Image, tuple[float, float]] | None = None

    def show(self, review: Review | None, item: Disagreement | None) -> None:
        """Show an item, or nothing."""
        if review is None or item is None:
            for crop in self.widgets:
                crop.show_picture(None)
            return
        frame = Frame.around(item.box)
        pixels = max(64, min(self.widgets[0].width(), 320))
        image = self._image_crop(review, frame, pixels)
        for crop, side in zip(self.widgets, (None, REFERENCE, PREDICTION), strict=True):
            picture = image.copy()
            if side is not None:
                _blend(picture, _outline(review, item, side, frame, pixels), frame, review, pixels)
            crop.show_picture(picture)

    def _image_crop(self, review: Review, frame: Frame, pixels: int) -> np.ndarray:
        """Crop of the first image as ``(pixels, pixels, 3)`` uint8; dark where there is none."""
        picture = np.full((pixels, pixels, 3), 24, np.uint8)
        if not review.sample.images:
            return picture
        image = review.sample.images[0]
        data = _first_channel(image)
        plane = data[frame.at] if frame.at else data
        (top, rows), (left, columns) = frame.grids(review.reference.shape[-2:], pixels)
        seen = plane[np.ix_(rows, columns)]
        if not image.rgb:
            if self._limits is None or self._limits[0] is not image:
                self._limits = image, contrast_limits(data)
            low, high = self._limits[1]
            seen = np.clip((seen.astype(np.float32) - low) / (high - low), 0, 1)[..., None] * 255
        elif seen.dtype != np.uint8:
            full = np.iinfo(seen.dtype).max if seen.dtype.kind == "u" else 1.0
            seen = seen.astype(np.float32) / full * 255
        picture[top : top + rows.size, left : left + columns.size] = seen[..., :3]
        return picture


def _first_channel(image: Image) -> np.ndarray:
    """Pixels of an image without its channel axis."""
    return image.data if image.channel_axis is None else np.moveaxis(image.data, image.channel_axis, 0)[0]


def _outline(review: Review, item: Disagreement, side: str, frame: Frame, pixels: int) -> np.ndarray:
    labels: LabelImage = review.reference if side == REFERENCE else review.prediction
    (_, rows), (_, columns) = frame.grids(labels.shape[-2:], pixels)
    views = [sample_view(plane[frame.at] if frame.at else plane, rows, columns) for plane in labels.planes]
    ids = item.reference_ids if side == REFERENCE else item.prediction_ids
    present = np.unique(np.concatenate([np.unique(view) for view in views]))
    others = np.setdiff1d(present, np.array(ids, present.dtype)).astype(np.int64)
    color = GT_COLOR if side == REFERENCE else MODEL_COLOR
    line = tuple(round(255 * c) for c in rgb(color))
    return draw_outlines([Outline(views, line, False, labels.outside, others, ids)])  # type: ignore[arg-type]


def _blend(picture: np.ndarray, lines: np.ndarray, frame: Frame, review: Review, pixels: int) -> None:
    """Draw an RGBA raster over the part of an RGB picture that lies on the data, in place."""
    (top, rows), (left, columns) = frame.grids(review.reference.shape[-2:], pixels)
    part = picture[top : top + rows.size, left : left + columns.size]
    alpha = lines[..., 3:].astype(np.uint16)
    part[...] = ((lines[..., :3] * alpha + part * (255 - alpha)) // 255).astype(np.uint8)
