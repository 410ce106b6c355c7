"""The queue dock: what there is to judge, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from qtpy.QtCore import QItemSelection, QMimeData, QModelIndex, QPoint, Qt, QTimer
from qtpy.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segreview.compare.disagreement import Relation
from segreview.session.change import Change
from segreview.session.listing import Listing
from segreview.triage.queue import Row
from segreview.ui.actions import ACTIONS, Action, action
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.filter_strip import FilterStrip, FunnelButton
from segreview.ui.docks.forward import come_forward
from segreview.ui.docks.iou_strip import IouStrip
from segreview.ui.docks.matrix import class_name
from segreview.ui.docks.order_button import Order, OrderButton
from segreview.ui.docks.queue_chips import QueueChips
from segreview.ui.docks.queue_copy import as_html, as_text, ids_as_text
from segreview.ui.docks.queue_fields import Finder, NoteField
from segreview.ui.docks.queue_model import QueueModel
from segreview.ui.docks.queue_table import QueueTable
from segreview.ui.docks.settle import settle
from segreview.ui.focus import Focus
from segreview.ui.keymap import KeyMap
from segreview.ui.notice import Say

_HISTOGRAM_PAUSE = 250
"""Milliseconds after an edit before the histograms are drawn anew."""


class QueueDock(QWidget):
    """Table of the queue with chips, filters, and the fields to go to an item and to note something.

    Parameters
    ----------
    focus
        What all views look at; a click on a line moves it.
    run
        Runs an action; the menu of a row calls it.
    say
        Shows a quiet line.
    keymap
        Which keys do what, as the menu of a row shows them.
    home
        Widget that gets the keyboard when a field is left: the canvas.
    """

    def __init__(
        self,
        focus: Focus,
        run: Callable[[Action], object],
        say: Say,
        keymap: KeyMap,
        home: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._focus, self._run, self._say = focus, run, say
        self._keymap, self._home = keymap, home
        self._listing: Listing | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self._steered = False  # the selection is being moved by us, or the focus by the selection
        self.model = QueueModel(focus.sort_by)
        self.table = QueueTable(self.model)
        self.funnel = FunnelButton()
        self.order = OrderButton(self._sort)
        self.chips = QueueChips(self._on_kinds, self.order, self.funnel)
        self.strip = FilterStrip(focus, self._go_home)
        self.finder = Finder(focus, say, self._go_home)
        self.note = NoteField(focus, say, self._go_home)
        self.spread = IouStrip(focus, run)
        self._count_text, self._clear = ElidedLabel(), QToolButton()
        self._lay_out()
        self._connect()
        self._show_filter()
        self._count()

    def _lay_out(self) -> None:
        self._clear.setText("clear filter")
        self._clear.setStyleSheet(
            "QToolButton { border: none; text-decoration: underline; padding: 1px 4px; }"
        )
        foot = QHBoxLayout()
        foot.addWidget(self._count_text, 1)
        foot.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 9, 6, 6)
        layout.setSpacing(4)
        for widget in (self.chips, self.strip, self.finder, self.note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        layout.addWidget(self.spread)
        self.strip.hide()

    def _connect(self) -> None:
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(self._on_line)
        selection.selectionChanged.connect(self._on_selection)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.doubleClicked.connect(lambda _: self._run(action("zoom_to_item")))
        self.model.layoutChanged.connect(self._on_moved)
        self.funnel.toggled.connect(self._show_strip)
        self._clear.clicked.connect(lambda: self._run(action("clear_filter")))
        self.finder.found.connect(self._show_line)
        for bar in (self.finder, self.note):
            bar.toggled.connect(self._show_strip)
        header = self.table.horizontalHeader()
        assert header is not None
        header.sortIndicatorChanged.connect(self._show_order)
        self._focus.measured.connect(self.model.show_gains)
        self._focus.focused.connect(self._on_focus)
        self._focus.filtered.connect(self._show_filter)
        self._focus.selected.connect(self._on_selected)
        self._focus.asked.connect(self._on_asked)
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_HISTOGRAM_PAUSE)
        self._drawing.timeout.connect(self._draw_histograms)

    def add_strip(self, strip: QWidget) -> None:
        """Put a strip of somebody else's below everything."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(strip)

    # ---------------------------------------------------------------- filter
    def _on_kinds(self, relations: frozenset[Relation]) -> None:
        self._focus.filter_by(replace(self._focus.filter, relations=relations))

    def _show_filter(self) -> None:
        """Show the filter as it is now, on chips, strip and funnel."""
        self.chips.show_chosen(self._focus.filter.relations)
        self.strip.show_filter()
        self.funnel.set_active(self._focus.filter.narrows)
        self._draw_histograms()
        self._show_count()
        self._show_line()

    def _sort(self, order: Order) -> None:
        """Sort the rows by another order, as a click on the head of its column would."""
        sorting, metric = order
        if metric:
            self._focus.measure_by(metric)
        descending = Qt.SortOrder.DescendingOrder if sorting.descending else Qt.SortOrder.AscendingOrder
        self.table.sortByColumn(QueueModel.SORTED_BY.index(sorting.by), descending)
        self._show_order()

    def _show_order(self) -> None:
        """Show in which order the rows stand, and the column of the gain where they stand by that."""
        listing = self._focus.listing
        metric, known = ("", ()) if listing is None else (listing.metric, listing.worth.metrics)
        self.order.show_order((self._focus.sorting, metric), known)
        self.chips.fit()
        self.table.share_width()

    def _show_strip(self, *_: bool) -> None:
        """Show the strip when it is wanted; it makes room while something is typed below it."""
        typing = not (self.finder.isHidden() and self.note.isHidden())
        self.strip.setVisible(self.funnel.isChecked() and not typing)
        self._draw_histograms()

    def _draw_histograms(self) -> None:
        if self.strip.isVisible():
            self.strip.show_values(self._focus.listing)

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        listing = self._focus.listing
        if listing is not self._listing:
            self._listing = listing
            self._unwatch()
            self._unwatch = (lambda: None) if listing is None else listing.review.watch(self._on_change)
            self.finder.forget()
            self.model.show(listing)
            self._count()
            self._draw_histograms()
            self._show_order()
        self._show_line()

    def _on_change(self, change: Change) -> None:
        self.model.refresh(change.rows)
        self._count()
        self._drawing.start()
        if self.table.currentIndex().row() != self.model.line_of(self._focus.row):
            self._show_line()

    def _show_line(self) -> None:
        """Select the line of the current row and bring it into view."""
        if not self._steered:
            self._steered = True
            self.table.select_row(self._focus.row)
            self._steered = False
        self._show_count()

    def _on_line(self, current: QModelIndex) -> None:
        if not self._steered and current.isValid():
            self._steered = True
            self._focus.on_row(self.model.row_at(current.row()))
            self._steered = False
            self._pick()

    def _on_selection(self, *_: QItemSelection) -> None:
        if not self._steered:
            self._pick()

    def _on_selected(self) -> None:
        """Show the rows as selected that another view or a command has selected."""
        lines = [self.model.line_of(row) for row in self._focus.rows]
        self._steered = True
        self.table.select_lines(np.array(sorted(line for line in lines if line is not None), np.intp))
        self._steered = False
        self._show_count()

    def _on_moved(self) -> None:
        """What the filter hides is no longer selected."""
        if not self._steered and self._focus.picked:
            self._pick()
        self._show_count()

    def _pick(self) -> None:
        self._focus.pick(self.table.selected_numbers().tolist())
        self._show_count()

    def _count(self) -> None:
        """Write the numbers of rows."""
        review = self._focus.review
        counts = {} if review is None else review.counts
        self.chips.show_counts(counts, None if review is None else review.progress.total)
        self._show_count()
        settle(self)

    def _show_count(self) -> None:
        """Say how many rows pass the filter and how many are selected, where that is not plain to see."""
        focus, listed = self._focus, self.model.rowCount()
        said = []
        if focus.filter.narrows and focus.listing is not None:
            said.append(
                f"{listed:,} of {focus.listing.whole:,} rows" if listed else "Nothing passes this filter."
            )
        if focus.filter.classes is not None and focus.review is not None:
            gt, model = focus.filter.classes
            ontology = focus.review.reference.ontology
            said.append(f"GT {class_name(gt, ontology)}, model {class_name(model, ontology)}")
        if len(focus.picked) > 1:
            said.append(f"{len(focus.picked):,} selected")
        self._count_text.show_text(" · ".join(said))
        self._count_text.setVisible(bool(said))
        self._clear.setVisible(focus.filter.narrows)

    # ---------------------------------------------------------------- what commands ask for
    def _on_asked(self, name: str) -> None:
        """Carry out a command that needs this dock."""
        doing: dict[str, Callable[[], None]] = {
            "find_item": lambda: self._open(self.finder),
            "find_again": self.finder.find_again,
            "filter_queue": self._open_strip,
            "add_note": lambda: self._open(self.note),
            "copy_rows": self._copy_rows,
            "copy_ids": self._copy_ids,
        }
        if name in doing:
            doing[name]()

    def _go_home(self) -> None:
        (self._home or self.table).setFocus()

    def _open(self, field: Finder | NoteField) -> None:
        """Open one of the two fields, in place of the other."""
        come_forward(self)
        if field is self.finder:
            self.note.keep()
        else:
            self.finder.hide()
        field.open()

    def _open_strip(self) -> None:
        come_forward(self)
        self.funnel.setChecked(True)
        self.strip.text.setFocus()
        self.strip.text.selectAll()

    # ---------------------------------------------------------------- copying
    def _copy_rows(self) -> None:
        review, rows = self._focus.review, self._focus.rows
        if review is None or not rows:
            return
        content = QMimeData()
        content.setText(as_text(review, rows))
        content.setHtml(as_html(review, rows))
        QApplication.clipboard().setMimeData(content)
        self._say(f"{_number(rows)} copied.")

    def _copy_ids(self) -> None:
        if rows := self._focus.rows:
            QApplication.clipboard().setText(ids_as_text(rows))
            self._say(f"Ids of {_number(rows)} copied.")

    def _show_menu(self, where: QPoint) -> None:
        """Menu of the rows under the pointer: what can be done with them."""
        if not self.table.indexAt(where).isValid():
            return
        menu = QMenu(self)
        verdicts = [row.id for row in ACTIONS if row.judgement is not None]
        for group in (("copy_rows", "copy_ids", "zoom_to_item"), verdicts, ("mend_item", "add_note")):
            for name in group:
                shown = action(name)
                keys = self._keymap.keys_of(name)
                entry = menu.addAction(f"{shown.title}\t{keys[0]}" if keys else shown.title)
                entry.triggered.connect(lambda _=False, shown=shown: self._run(shown))
            menu.addSeparator()
        menu.popup(self.table.viewport().mapToGlobal(where))


def _number(rows: list[Row]) -> str:
    return "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
