"""The confusion matrix: pixels by the class of either side, as cells that can be clicked."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from segreview.triage.filter import Classes
from segreview.ui.docks.ink import side_color
from segreview.ui.docks.matrix import Matrix
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, QUIET_COLOR

_NAMES, _HEADS, _FIGURES = 78, 70, 30
"""Width of the GT's names, height of the model's, width of the figures at the right, in pixels."""
_CELL = (9, 20)
"""Least and largest side of a cell."""


class ConfusionGrid(QWidget):
    """Grid of a confusion matrix: rows are classes of the GT, columns those of the model.

    Attributes
    ----------
    clicked
        Emitted with the classes of a cell: of the GT and of the model.
    """

    clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = Matrix()
        self._chosen: Classes | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_matrix(self, matrix: Matrix) -> None:
        """Show another matrix."""
        resized = len(matrix.gt) != len(self.matrix.gt) or len(matrix.model) != len(self.matrix.model)
        self.matrix = matrix
        if resized:
            self._fit()
        self.update()

    def show_chosen(self, classes: Classes | None) -> None:
        """Mark the cell that the queue is narrowed down to."""
        self._chosen = classes
        self.update()

    # ---------------------------------------------------------------- places
    @property
    def _cell(self) -> float:
        """Side of a cell."""
        room = (self.width() - _NAMES - _FIGURES) / max(len(self.matrix.model), 1)
        return float(min(max(room, _CELL[0]), _CELL[1]))

    def _fit(self) -> None:
        height = round(_HEADS + self._cell * len(self.matrix.gt) + 4)
        if self.height() != height:
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Keep the cells square."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for names and small cells."""
        return QSize(_NAMES + _FIGURES + _CELL[0] * len(self.matrix.model), self.height())

    def rect_of(self, row: int, column: int) -> QRectF:
        """Place of a cell."""
        side = self._cell
        return QRectF(_NAMES + column * side, _HEADS + row * side, side - 1, side - 1)

    def _place(self, where: QPoint) -> tuple[int, int] | None:
        """Row and column under a point."""
        row = int((where.y() - _HEADS) // self._cell)
        column = int((where.x() - _NAMES) // self._cell)
        inside = 0 <= row < len(self.matrix.gt) and 0 <= column < len(self.matrix.model)
        return (row, column) if inside else None

    # ---------------------------------------------------------------- mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Choose a cell."""
        place = self._place(event.pos())
        if (
            event.button() == Qt.MouseButton.LeftButton
            and place is not None
            and self.matrix.has_items(*place)
        ):
            self.clicked.emit((self.matrix.gt[place[0]], self.matrix.model[place[1]]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Show where a click does something."""
        place = self._place(event.pos())
        able = place is not None and self.matrix.has_items(*place)
        self.setCursor(Qt.CursorShape.PointingHandCursor if able else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Tell what lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return bool(super().event(event))

    def words_at(self, where: QPoint) -> str:
        """What a place of the grid shows."""
        matrix, place = self.matrix, self._place(where)
        if place is None:
            hidden = f" {matrix.hidden} classes that are confused less are left out." if matrix.hidden else ""
            return f"Rows: classes of the GT; columns: of the model; at the right {matrix.figure}.{hidden}"
        gt, model = matrix.gt[place[0]], matrix.model[place[1]]
        pixels, row = int(matrix.pixels[place]), int(matrix.pixels[place[0]].sum())
        share = f", {pixels / row:.1%} of the GT's {matrix.names[gt]}" if row else ""
        words = f"GT {matrix.names[gt]} \u2194 model {matrix.names[model]}: {pixels:,} px{share}"
        return f"{words}\nClick: list these items, or all again" if matrix.has_items(*place) else words

    # ---------------------------------------------------------------- looks
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name and argument)
        """Draw names, cells and figures."""
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        self._draw_cells(painter, ink)
        self._draw_rows(painter, ink)
        self._draw_heads(painter)
        painter.end()

    def _draw_cells(self, painter: QPainter, ink: QColor) -> None:
        """Each cell the stronger, the larger its share of the row; what is right quietly."""
        matrix = self.matrix
        shares = matrix.pixels / np.maximum(matrix.pixels.sum(axis=1, keepdims=True), 1)
        for (row, column), share in np.ndenumerate(shares):
            right = matrix.gt[row] == matrix.model[column]
            color = QColor(QUIET_COLOR) if right else QColor(ink)
            strength = 0.15 + (0.35 if right else 0.8) * float(np.sqrt(share)) if share else 0.05
            color.setAlphaF(min(strength, 1.0))
            painter.fillRect(self.rect_of(row, column), color)
            if self._chosen == (matrix.gt[row], matrix.model[column]):
                painter.setPen(QPen(QColor(GT_COLOR), 2))
                painter.drawRect(self.rect_of(row, column))

    def _draw_rows(self, painter: QPainter, ink: QColor) -> None:
        """The GT's names at the left, a figure of each class at the right."""
        small = painter.font()
        small.setPixelSize(round(min(max(self._cell - 2, 8), 12)))
        painter.setFont(small)
        metrics, matrix = painter.fontMetrics(), self.matrix
        left, end = Qt.AlignmentFlag.AlignRight, _NAMES + len(matrix.model) * self._cell
        for row, gt in enumerate(matrix.gt):
            line = self.rect_of(row, 0)
            painter.setPen(side_color(GT_COLOR, self.palette()))
            name = metrics.elidedText(matrix.names[gt], Qt.TextElideMode.ElideRight, _NAMES - 6)
            place = QRectF(0, line.top() - 2, _NAMES - 5, line.height() + 4)
            painter.drawText(place, int(left | Qt.AlignmentFlag.AlignVCenter), name)
            figure = matrix.figures.get(gt, float("nan"))
            if not np.isnan(figure):
                painter.setPen(ink)
                painter.drawText(
                    QRectF(end + 4, line.top() - 2, _FIGURES, line.height() + 4),
                    int(Qt.AlignmentFlag.AlignVCenter),
                    f"{figure:.2f}",
                )
        painter.drawText(QRectF(end + 4, _HEADS - 16, _FIGURES, 14), 0, self.matrix.figure)

    def _draw_heads(self, painter: QPainter) -> None:
        """The model's names, upright, over the columns."""
        metrics = painter.fontMetrics()
        painter.setPen(side_color(MODEL_COLOR, self.palette()))
        for column, model in enumerate(self.matrix.model):
            cell = self.rect_of(0, column)
            painter.save()
            painter.translate(cell.left(), _HEADS - 3)
            painter.rotate(-90)
            name = metrics.elidedText(self.matrix.names[model], Qt.TextElideMode.ElideRight, _HEADS - 6)
            painter.drawText(
                QRectF(0, -2, _HEADS - 4, cell.width() + 4), int(Qt.AlignmentFlag.AlignVCenter), name
            )
            painter.restore()
