"""The figures of the current item, in two columns; each tooltip says how it is counted."""

from __future__ import annotations

from math import isnan
from typing import NamedTuple

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.figures import (
    ContourDistance,
    box_iou,
    dice,
    item_contours,
    pair_figures,
    side_area,
)
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.queue_model import iou_text
from segreview.ui.palette import QUIET_COLOR
from segreview.ui.units import area_texts, length_texts

_SMALL = 1 << 16
"""Pixels of a box in which contours are measured at once: a millisecond, where a second paint costs more."""
_IDLE = 60
"""Milliseconds after which larger ones are measured: whoever leafs on at once need not wait for them."""
_MOST_PAIRS = 12
_SUBCODES = {
    "exact": "Here the pixels are the same.",
    "jitter": "Here none fits: a match.",
    "boundary": "Here one fits: a boundary that differs.",
}


class Figure(NamedTuple):
    """One figure.

    Parameters
    ----------
    name
        What it is.
    value
        In pixels, or a share.
    rule
        How it is counted.
    physical
        The same in the unit of the image, where it has one.
    """

    name: str
    value: str
    rule: str
    physical: str = ""


def measures(review: Review, item: Disagreement) -> list[Figure]:
    """Areas of an item, the left column of the grid; contours are measured apart."""
    if item.region:
        return [_area(review, "region", item.area, "Connected pixels of this GT class and this model class")]
    if item.relation is Relation.UNCLAIMED:
        return [
            _area(review, "unclaimed", item.area, "Pixels that look like an object, and that no side has")
        ]
    figures = [
        _area(review, name, side_area(review.table, item, side), f"Pixels of the {name}'s objects")
        for name, side in (("GT", REFERENCE), ("model", PREDICTION))
        if item.ids(side)
    ]
    if len(figures) > 1:
        rule = "Pixels that one side has and the other lacks"
        if item.relation is Relation.CLASS:
            rule = "Every pixel of either side: their classes differ"
        figures += [_area(review, "differs", item.error, rule), Figure("contours", "…", "")]
    return figures


def ratios(review: Review, item: Disagreement) -> list[Figure]:
    """Shares that tell how well the sides of an item agree, the right column of the grid."""
    if item.region:
        share = item.area / review.reference.planes[0].size
        return [Figure("of the image", f"{share:.2%}", "Pixels of the region / pixels of the image")]
    if not (item.reference_ids and item.prediction_ids):
        return []
    return [
        Figure("IoU", iou_text(item), _with_pairs(review, item)),
        Figure("Dice", _rounded_down(dice(item)), "2 × pixels of both / (pixels of GT + pixels of model)"),
        Figure(
            "box IoU", _rounded_down(box_iou(review.table, item)), "IoU of the tight boxes around each side"
        ),
    ]


def contour_figure(review: Review, item: Disagreement, contours: ContourDistance | None) -> Figure:
    """How far the contours are displaced."""
    if contours is None:
        return Figure("contours", "–", "Not measured: this item is too large")
    pixels, physical = length_texts(review.sample, contours.most)
    rule = [
        "95 % of either contour lie within this distance of the other",
        "(Hausdorff distance, 95th percentile, between centres of border pixels).",
        f"Farthest: {' · '.join(filter(None, length_texts(review.sample, contours.farthest)))}.",
        f"Matched or boundary: does a disc of {review.disagreements.tolerance:g} px fit between them?",
    ]
    return Figure("contours", pixels, "\n".join([*rule, _SUBCODES.get(item.subcode, "")]).rstrip(), physical)


def _area(review: Review, name: str, pixels: int, rule: str) -> Figure:
    value, physical = area_texts(review.sample, pixels)
    return Figure(name, value, rule, physical)


def _with_pairs(review: Review, item: Disagreement) -> str:
    """Formula of the IoU, and the IoU of each pair where there are several."""
    rule = "Pixels of both / pixels of either, rounded down"
    if len(item.reference_ids) + len(item.prediction_ids) == 2:
        return rule
    pairs = pair_figures(review.table, item)
    lines = [f"{rule}; of the union of each side.", "One by one:"]
    lines += [
        f"GT {pair.reference_id} – model {pair.prediction_id}: {_rounded_down(pair.iou)}"
        for pair in pairs[:_MOST_PAIRS]
    ]
    if len(pairs) > _MOST_PAIRS:
        lines.append(f"and {len(pairs) - _MOST_PAIRS} more")
    return "\n".join(lines)


def _rounded_down(share: float) -> str:
    """Two places, rounded down so that only what is equal reads 1.00; a dash for nan."""
    return "–" if isnan(share) else f"{int(share * 100) / 100:.2f}"


class FiguresGrid(QWidget):
    """Figures of an item: areas and distances on the left, shares on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(3, 1)
        self._cells: dict[tuple[int, int], tuple[QLabel, ...]] = {}
        self._shown: tuple[Review, Disagreement] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_IDLE)
        self._timer.timeout.connect(self._measure)

    def show_item(self, review: Review | None, item: Disagreement | None) -> None:
        """Show the figures of an item, or none; contours of a large one follow in a moment."""
        self._shown = None if review is None or item is None else (review, item)
        columns = (
            ([], []) if review is None or item is None else (measures(review, item), ratios(review, item))
        )
        for column, figures in enumerate(columns):
            for row in range(4):
                self._fill(column, row, figures[row] if row < len(figures) else None)
        self._timer.stop()
        if item is None or not columns[1] or len(columns[0]) < 2:
            return
        if item.box.size <= _SMALL:
            self._measure()
        else:
            self._timer.start()

    def _fill(self, column: int, row: int, figure: Figure | None) -> None:
        """Put a figure into a place of the grid, or nothing."""
        if figure is None:
            for label in self._cells.get((column, row), ()):
                label.hide()
            return
        texts = figure.name, figure.value, figure.physical
        tooltip = f"{figure.name}: {' · '.join(filter(None, texts[1:]))}\n{figure.rule}"
        for label, text in zip(self._cell(column, row), texts, strict=False):
            label.setText(text)
            label.setToolTip(tooltip)
            label.setVisible(bool(text))

    def _cell(self, column: int, row: int) -> tuple[QLabel, ...]:
        """Labels of a place of the grid: name, value and, on the left, the value in another unit."""
        if (column, row) not in self._cells:
            labels = (QLabel(), QLabel()) if column else (QLabel(), ElidedLabel(), ElidedLabel())
            labels[0].setStyleSheet(f"color: {QUIET_COLOR};")
            for n, label in enumerate(labels):
                label.setAlignment(Qt.AlignmentFlag.AlignRight if n else Qt.AlignmentFlag.AlignLeft)
                self._grid.addWidget(label, row, n + 4 * column)
            self._cells[column, row] = labels
        return self._cells[column, row]

    def _measure(self) -> None:
        """Measure the contours of the item that is shown."""
        if self._shown is not None:
            review, item = self._shown
            self._fill(0, 3, contour_figure(review, item, item_contours(review.table, item)))

    def values(self) -> dict[str, str]:
        """Figures as they are shown, by their names."""
        return {
            labels[0].text(): " · ".join(filter(None, (label.text() for label in labels[1:])))
            for labels in self._cells.values()
            if not labels[0].isHidden()
        }
