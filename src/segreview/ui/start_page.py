"""The start page: what can be opened, shown over the canvas as long as nothing is."""

from __future__ import annotations

import time

import numpy as np
from qtpy.QtCore import QEvent, QObject, Qt, QTimer, Signal
from qtpy.QtGui import QImage, QPixmap
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from segreview.errors import SegreviewError
from segreview.formats.image import read_image
from segreview.session.samples import SAMPLES, BundledSample, sample_folder
from segreview.ui.commands import Commands
from segreview.ui.recent import Recents, missing_of, title_of, when_in_words
from segreview.ui.settings import Recent
from segreview.ui.tile import TILE_STYLE, Tile
from segreview.ui.workbench import Workbench

_WIDEST = 640
_PICTURE = (120, 76)
"""Width and height of a sample's thumbnail, in pixels."""

_SHOWN = 4
"""Recent data sets that the page lists; the File menu lists all."""

_PATIENCE = 150
"""Milliseconds without a review after which the page is shown: between two samples there is none."""


class StartPage(QScrollArea):
    """What can be opened, over a widget as long as nothing is under review.

    Parameters
    ----------
    host
        Widget that the page covers.
    bench
        Says whether something is under review.
    commands
        Opens things.
    recents
        Data sets that were open before.

    Attributes
    ----------
    appeared
        Emitted when the page has covered all that lies on the host.
    """

    appeared = Signal()

    def __init__(self, host: QWidget, bench: Workbench, commands: Commands, recents: Recents) -> None:
        super().__init__(host)
        self.setObjectName("start-page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bench = bench
        self._commands = commands
        self._recents = recents
        self._recent: QVBoxLayout | None = None  # there once the page was first shown: most starts need none
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE)
        self._soon.timeout.connect(self._appear)
        host.installEventFilter(self)
        bench.focus.focused.connect(self._follow)
        recents.changed.connect(self.show_recent)
        self.hide()
        self._follow()

    # ---------------------------------------------------------------- building
    def _page(self) -> QWidget:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(_text("segreview", "font-size: 24px; font-weight: 600;"))
        column.addWidget(_text("Review segmentation masks, and put them right.", "font-size: 13px;"))
        column.addSpacing(6)
        column.addLayout(self._doors())
        column.addWidget(_text("or drop files or a folder anywhere on this window", "font-size: 12px;"))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(6)
        column.addLayout(self._recent)
        column.addSpacing(4)
        column.addWidget(_heading("Samples"))
        column.addLayout(self._samples())
        tour = Tile("Two-minute tour", "One verdict, one stroke, one save, on the sample cells")
        tour.setObjectName("tour")
        tour.clicked.connect(lambda: self._commands.do("start_tour"))
        column.addWidget(tour)
        column.addStretch(2)
        inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(_WIDEST)
        page = QWidget()
        sides = QHBoxLayout(page)
        sides.setContentsMargins(24, 12, 24, 12)
        sides.addWidget(inner)
        return page

    def _doors(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        for name, title, text in (
            ("open_files", "Open image and masks…", "Files or folders, each of its own"),
            ("open_folder", "Open a data set folder…", "Its folders are told by their names"),
        ):
            tile = Tile(title, text)
            tile.setObjectName(name)
            tile.clicked.connect(lambda _=False, name=name: self._commands.do(name))
            row.addWidget(tile)
        return row

    def _samples(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        for sample in SAMPLES:
            tile = Tile(sample.name, sample.title, picture=_thumbnail(sample))
            tile.setObjectName(f"open_{sample.name}")
            tile.clicked.connect(lambda _=False, name=sample.name: self._commands.do(f"open_{name}"))
            row.addWidget(tile)
        return row

    # ---------------------------------------------------------------- recent data sets
    def show_recent(self) -> None:
        """List the recent data sets as they are now; what is gone is grey, with the reason."""
        listed = self._recent
        if listed is None:
            return
        _empty(listed)
        if self._recents.entries:
            listed.addSpacing(4)
            listed.addWidget(_heading("Recent"))
        for entry in self._recents.entries[:_SHOWN]:
            listed.addLayout(self._recent_row(entry))
        if len(self._recents.entries) > _SHOWN:
            listed.addWidget(_text("More under File > Open recent", "font-size: 12px;"))

    def _recent_row(self, entry: Recent) -> QHBoxLayout:
        gone = missing_of(entry)
        tile = Tile(title_of(entry), entry.gt, gone or when_in_words(entry.time, time.time()))
        paths = {"GT": entry.gt, "image": entry.image, "model": entry.pred}
        tile.setToolTip("\n".join(f"{name}: {path}" for name, path in paths.items() if path))
        tile.setEnabled(not gone)
        tile.clicked.connect(lambda: self._recents.open(entry))
        forget = QPushButton("×")
        forget.setObjectName("plain")
        forget.setStyleSheet(TILE_STYLE)
        forget.setProperty("form", True)
        forget.setAutoDefault(True)
        forget.setFixedSize(26, 26)
        forget.setToolTip("Remove from the list; the files stay")
        forget.setAccessibleName(f"Remove {title_of(entry)} from the list")
        # the row itself goes with it: only once the click is over
        forget.clicked.connect(lambda: QTimer.singleShot(0, lambda: self._recents.remove(entry)))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(tile, 1)
        row.addWidget(forget)
        return row

    # ---------------------------------------------------------------- coming and going
    def _follow(self) -> None:
        if self._bench.review is not None:
            self._soon.stop()
            self._give_way()
        elif not self.isVisible():
            self._soon.start()

    def _appear(self) -> None:
        if self._bench.review is not None:
            return
        if self.widget() is None:
            self.setWidget(self._page())
        self.show_recent()
        self._cover()
        self.show()
        self.raise_()
        self.appeared.emit()
        first = self.findChild(Tile)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_way(self) -> None:
        """Hide, and hand the keyboard to what is under the page: Qt would give it to any text field."""
        host = self.parentWidget()
        if self.isVisible() and host is not None:
            host.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def focusNextPrevChild(self, forth: bool) -> bool:  # noqa: N802 (Qt's name)
        """Go round within the page: elsewhere in the window Tab is a command."""
        buttons = [b for b in self.findChildren(QPushButton) if b.isEnabled() and b.isVisible()]
        if not buttons:
            return False  # the window is closing
        focused = self.focusWidget()
        at = buttons.index(focused) if focused in buttons else -1
        found = buttons[(at + (1 if forth else -1)) % len(buttons)]
        found.setFocus(Qt.FocusReason.TabFocusReason if forth else Qt.FocusReason.BacktabFocusReason)
        self.ensureWidgetVisible(found)
        return True

    def _cover(self) -> None:
        host = self.parentWidget()
        if host is not None:
            self.setGeometry(host.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Cover the host whatever its size."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._cover()
        return bool(super().eventFilter(watched, event))


def _text(text: str, style: str) -> QLabel:
    label = QLabel(text)
    label.setStyleSheet(f"background: transparent; {style}")
    label.setWordWrap(True)
    return label


def _heading(text: str) -> QLabel:
    return _text(text, "font-size: 13px; font-weight: 600;")


def _empty(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty(inner)


def _thumbnail(sample: BundledSample) -> QPixmap | None:
    """Middle of a sample's first image; None when the sample is not there."""
    try:
        folder = sample_folder(sample.name) / sample.images
        image = read_image(next(iter(sorted(folder.iterdir()))))
    except (SegreviewError, OSError, StopIteration):
        return None
    pixels = image.data if image.rgb else np.repeat(image.data[..., None], 3, axis=-1)
    if pixels.ndim != 3:
        return None
    low, high = np.percentile(pixels[..., :3], (1, 99.5))
    scaled = np.clip((pixels[..., :3].astype(float) - low) / max(high - low, 1) * 255, 0, 255)
    data = np.ascontiguousarray(scaled.astype(np.uint8))
    picture = QImage(data.data, data.shape[1], data.shape[0], 3 * data.shape[1], QImage.Format.Format_RGB888)
    width, height = _PICTURE
    fitted = QPixmap.fromImage(picture.copy()).scaled(
        2 * width,
        2 * height,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (fitted.width() - 2 * width) // 2, (fitted.height() - 2 * height) // 2
    cut = fitted.copy(left, top, 2 * width, 2 * height)
    cut.setDevicePixelRatio(2)  # sharp on screens of twice the pixels, too
    return cut
