"""The sample dock: the images of the data set, and how far each has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, QSize, Qt
from qtpy.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QResizeEvent
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segreview.session.change import Change
from segreview.session.review import Review
from segreview.ui.docks.sample_model import SIGN, STANDING, SampleModel
from segreview.ui.docks.settle import settle
from segreview.ui.palette import GT_COLOR, MODEL_COLOR
from segreview.ui.workbench import Workbench

_PICTURE = 36
"""Side of a thumbnail on the screen."""

_EDGE = 4
_NARROW = 104
"""Width of the list below which it shows pictures and signs alone."""

_MANY = 30
"""Samples above which they can be searched."""

_DONE_COLOR = "#7FBF7F"


class SampleDock(QWidget):
    """List of the samples, with what is done and what is open.

    Parameters
    ----------
    bench
        The data set under review.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self.model = SampleModel(bench)
        self.header = QLabel()
        self.header.setToolTip("Samples that were not opened yet are not counted among the open items")
        self.header.setMinimumWidth(1)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a sample")
        self.search.setClearButtonEnabled(True)
        self.unfinished = QToolButton()
        self.unfinished.setText("◐")
        self.unfinished.setCheckable(True)
        self.unfinished.setToolTip("Only samples that are not done")
        self.unfinished.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = _list(self.model)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.unfinished.toggled.connect(self._filter)
        self.list.clicked.connect(self._on_click)
        bench.changed.connect(self._on_bench)
        bench.focus.focused.connect(self._on_focus)
        bench.ledger.changed.connect(self._on_ledger)
        self._on_bench()

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.unfinished)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        for widget in (self.header, self._tools, self.list):
            layout.addWidget(widget)
        self.setMinimumWidth(_PICTURE + 32)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Narrow; a few names high."""
        return QSize(200, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Say less where there is less room."""
        super().resizeEvent(event)
        self._count()

    # ---------------------------------------------------------------- following
    def _on_bench(self) -> None:
        if self._bench.entries is not self.model.entries:
            self.model.show(self._bench.entries)
            self.search.clear()
            self.unfinished.setChecked(False)
        self.model.refresh()
        self._show_current()
        self._count()

    def _on_focus(self) -> None:
        if self._bench.review is not self._review:
            self._review = self._bench.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)

    def _on_change(self, _: Change) -> None:
        self.model.refresh(self._bench.number)
        self._count()

    def _on_ledger(self) -> None:
        self.model.refresh()
        self._count()

    def _count(self) -> None:
        """Write how many samples are done, and how many items are open."""
        entries = self.model.entries
        records = self._bench.ledger.records
        done = sum(not record.open for record in records)
        left = sum(record.open for record in records)
        narrow = self.width() < _NARROW
        text = f"{done}/{len(entries)}" if narrow else f"{done} of {len(entries)} done · {left:,} open"
        self.header.setText(text if entries else "")
        self.header.setVisible(bool(entries))
        self._tools.setVisible(len(entries) > _MANY and not narrow)
        settle(self)

    def _show_current(self) -> None:
        """Select the line of the sample that is open and bring it into view."""
        line = self.model.line_of(self._bench.number)
        if line is None or not self.model.entries:
            self.list.clearSelection()
            return
        index = self.model.index(line, 0)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)

    # ---------------------------------------------------------------- the hand
    def _filter(self) -> None:
        self.model.set_filter(self.search.text(), self.unfinished.isChecked())
        self._show_current()

    def _take_first(self) -> None:
        """Open the first sample that was found, and give the keys back to the canvas."""
        if self.model.rowCount():
            self._bench.window._qt_viewer.canvas.native.setFocus()
            self._bench.go_to(self.model.number_at(0))

    def _on_click(self, index: QModelIndex) -> None:
        self._bench.go_to(self.model.number_at(index.row()))
        self._show_current()  # which may be the one before, where the other cannot be opened


class _Line(QStyledItemDelegate):
    """Draws a sample: thumbnail, name, and where it stands; a narrow list leaves out the words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802, ARG002 (Qt's)
        """Height of all lines; as wide as there is room."""
        return QSize(_PICTURE + 2 * _EDGE, _PICTURE + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw one line."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, sign = shown.text, index.data(SIGN)
        shown.text, shown.icon = "", QIcon()
        shown.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
        shown.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDisplay
        shown.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        painter.save()
        ink = shown.palette.color(QPalette.ColorRole.Text)
        area = option.rect.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        picture = QRect(area.left(), area.top(), _PICTURE, _PICTURE)
        self._draw_picture(painter, picture, index, ink)
        if option.rect.width() < _NARROW:
            _draw_badge(painter, picture, sign)
        else:
            words = area.adjusted(_PICTURE + 8, 0, 0, 0)
            name = text.removeprefix(f"{sign}  ")
            _draw_words(painter, words, name, sign, index.data(STANDING), ink)
        painter.restore()

    def _draw_picture(self, painter: QPainter, area: QRect, index: QModelIndex, ink: QColor) -> None:
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if pixmap is None:
            ink = QColor(ink)
            ink.setAlpha(40)
            painter.fillRect(area, ink)
            return
        size = pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.topLeft(), size)
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, pixmap)


def _draw_words(painter: QPainter, area: QRect, name: str, sign: str, standing: str, ink: QColor) -> None:
    """Name above, sign and standing below."""
    metrics = painter.fontMetrics()
    half = area.height() // 2
    upper, lower = QRect(area), QRect(area)
    upper.setHeight(half)
    lower.setTop(area.top() + half)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setPen(ink)
    painter.drawText(upper, left, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, upper.width()))
    painter.setPen(_color_of(sign, ink))
    painter.drawText(lower, left, sign)
    lower.setLeft(lower.left() + metrics.horizontalAdvance("◐ ") + 2)
    quiet = QColor(ink)
    quiet.setAlpha(170)
    painter.setPen(quiet)
    painter.drawText(lower, left, metrics.elidedText(standing, Qt.TextElideMode.ElideRight, lower.width()))


def _draw_badge(painter: QPainter, picture: QRect, sign: str) -> None:
    """Sign in a corner of the picture."""
    size = 15
    badge = QRect(picture.right() - size + 2, picture.bottom() - size + 2, size, size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 225))
    painter.drawEllipse(badge)
    font = QFont(painter.font())
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(_color_of(sign, QColor("white")))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, sign)


def _color_of(sign: str, ink: QColor) -> QColor:
    """Colour of a sign, which also tells without it."""
    found = {"●": _DONE_COLOR, "◐": GT_COLOR, "⚠": MODEL_COLOR}.get(sign)
    return QColor(found) if found else ink


class _List(QListView):
    """List whose tooltips and scroll bar suit a narrow dock."""

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Draw anew when the width decides between words and signs."""
        if event.type() == QEvent.Type.Resize:
            self.viewport().update()
        return bool(super().viewportEvent(event))

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:  # noqa: N802 (Qt's name)
        """Draw lines anew at once: Qt would lay out the list later, and the window be painted twice."""
        super().dataChanged(first, last, roles)
        self.executeDelayedItemsLayout()
        self.viewport().update()


def _list(model: SampleModel) -> QListView:
    found = _List()
    found.setModel(model)
    found.setItemDelegate(_Line(found))
    found.setUniformItemSizes(True)
    found.setStyleSheet("QListView { background: transparent; }")
    found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    found.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
    found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    found.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    found.verticalScrollBar().setSingleStep(22)
    return found
