"""The marks of hygiene of a sample: which are there, what mending does, and which shall be mended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from segreview.session.mending import Blot, mending_edits
from segreview.session.review import Review
from segreview.triage.hygiene import CUT, FRAGMENTS, HOLE, SLIVER, SPECK, WHISKER
from segreview.ui.dialogs.before_after import BeforeAfter
from segreview.ui.dialogs.cutout import Cutout, cut_out
from segreview.ui.dialogs.path_row import fitting

_KINDS = {
    HOLE: ("Holes", "get the id of the object around them"),
    SPECK: ("Specks", "go to what surrounds them"),
    SLIVER: ("Slivers", "are removed"),
    FRAGMENTS: ("Split ids", "loose pieces become objects of their own"),
    CUT: ("Cut at tile borders", "need your hand"),
    WHISKER: ("Whiskers", "need your hand"),
}
"""Name of each kind, and what mending does."""

_BLOT = Qt.ItemDataRole.UserRole


class MendDialog(QDialog):
    """Tree of kinds and their marks with boxes to tick, and the place of the chosen one, before and after.

    Parameters
    ----------
    parent
        Window.
    review
        The review.
    blots
        What is wrong with its GT, kind by kind.

    Attributes
    ----------
    chosen
        What is to be mended; empty when the user has cancelled.
    wanted
        What the user wants to go to instead, or None.
    """

    def __init__(self, parent: QWidget | None, review: Review, blots: Sequence[Blot]) -> None:
        super().__init__(parent)
        self.setObjectName("mend")
        self.setWindowTitle("Mend hygiene marks")
        self._review = review
        self.chosen: list[Blot] = []
        self.wanted: Blot | None = None
        self.tree = QTreeWidget()
        self.place = BeforeAfter(("as it is", "mended"))
        self.count, self.what = QLabel(), QLabel()
        self.mend, self.go = QPushButton("Mend"), QPushButton("Go there")
        self.mend.setDefault(True)
        self.go.setToolTip("Close this, and bring the place into view")
        self._fill(blots)
        self._lay_out()
        self.tree.itemChanged.connect(lambda *_: self._show_count())
        self.tree.currentItemChanged.connect(lambda *_: self._show_place())
        self.mend.clicked.connect(lambda _=False: self._choose())
        self.go.clicked.connect(lambda _=False: self._want())
        self.tree.itemDoubleClicked.connect(lambda *_: self._want())
        self.tree.setCurrentItem(self.tree.topLevelItem(0).child(0))
        self._show_count()

    def _lay_out(self) -> None:
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(lambda _=False: self.reject())
        self.what.setWordWrap(True)
        right = QVBoxLayout()
        right.addWidget(self.what)
        right.addWidget(self.place, 1)
        middle = QHBoxLayout()
        middle.addWidget(self.tree, 1)
        middle.addLayout(right, 1)
        feet = QHBoxLayout()
        feet.addWidget(self.count, 1)
        for button in (self.go, cancel, self.mend):
            feet.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(QLabel("What is wrong with the GT's masks as masks, whatever the image shows."))
        column.addLayout(middle, 1)
        column.addLayout(feet)
        self.resize(fitting(self, 860, 460))

    def _fill(self, blots: Sequence[Blot]) -> None:
        """List the kinds, each with its marks below it."""
        tree = self.tree
        tree.setColumnCount(3)
        tree.setHeaderLabels(["mark", "GT", "px"])
        tree.setUniformRowHeights(True)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 56), (2, 64)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        for name, group in groupby(blots, key=lambda blot: blot.name):
            of_kind = list(group)
            title, _ = _KINDS[name]
            top = QTreeWidgetItem([f"{title} ({len(of_kind):,})", "", f"{sum(b.pixels for b in of_kind):,}"])
            top.setTextAlignment(2, _RIGHT)
            top.addChildren([_line(blot) for blot in of_kind])
            tree.addTopLevelItem(top)
            if of_kind[0].mendable:
                top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        tree.topLevelItem(0).setExpanded(True)

    # ---------------------------------------------------------------- what is ticked
    @property
    def ticked(self) -> list[Blot]:
        """What is ticked."""
        tops = [self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount())]
        lines = [top.child(n) for top in tops for n in range(top.childCount())]
        return [line.data(0, _BLOT) for line in lines if line.checkState(0) == Qt.CheckState.Checked]

    def _show_count(self) -> None:
        ticked = self.ticked
        objects = len({blot.object_id for blot in ticked})
        marks = f"{len(ticked):,} mark{'s' if len(ticked) != 1 else ''}"
        self.count.setText(f"{marks} of {objects:,} object{'s' if objects != 1 else ''}, one step of undo")
        self.mend.setEnabled(bool(ticked))
        self.mend.setText(f"Mend {len(ticked):,}" if ticked else "Mend")

    def _choose(self) -> None:
        self.chosen = self.ticked
        self.accept()

    # ---------------------------------------------------------------- the place
    @property
    def current(self) -> Blot | None:
        """What the current line stands for; of a kind its first mark."""
        line = self.tree.currentItem()
        if line is not None and line.childCount():
            line = line.child(0)
        return None if line is None else line.data(0, _BLOT)

    def _want(self) -> None:
        line = self.tree.currentItem()
        if line is not None and not line.childCount():  # a double click on a kind opens and closes it
            self.wanted = self.current
            self.accept()

    def _show_place(self) -> None:
        blot = self.current
        self.go.setEnabled(blot is not None and not self.tree.currentItem().childCount())
        if blot is not None:
            title, does = _KINDS[blot.name]
            self.what.setText(f"GT {blot.object_id}: {blot.text}. {title} {does}.")
            self.place.show_cutouts(*self._cutouts(blot))

    def _cutouts(self, blot: Blot) -> tuple[Cutout, Cutout]:
        review = self._review
        edits = mending_edits(review, [blot], trial=True) if blot.mendable else []
        focus = blot.marks[0].box.grown(_AROUND, review.reference.shape)
        now, then = (cut_out(review.sample, review.reference, focus, e, filled=True) for e in ((), edits))
        return now, then


_AROUND = 6
"""Pixels around a mark that are shown at least."""

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _line(blot: Blot) -> QTreeWidgetItem:
    line = QTreeWidgetItem([blot.text, str(blot.object_id), f"{blot.pixels:,}"])
    line.setData(0, _BLOT, blot)
    for column in (1, 2):
        line.setTextAlignment(column, _RIGHT)
    if blot.mendable:
        line.setCheckState(0, Qt.CheckState.Checked)
    return line
