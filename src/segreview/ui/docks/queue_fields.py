"""The fields of the queue: where to go, and what to note."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QApplication

from segreview.errors import EditRefused
from segreview.session.judging import item_name
from segreview.triage.filter import Filter
from segreview.triage.queue import Row
from segreview.ui.docks.entry_bar import EntryBar
from segreview.ui.focus import Focus
from segreview.ui.notice import Say


class Finder(EntryBar):
    """Field that goes to an id, a class or a kind; with the same text again, to the next hit.

    Parameters
    ----------
    focus
        What all views look at; a hit moves it.
    say
        Shows a quiet line.
    leave
        Gives the keyboard back once the bar has closed.

    Attributes
    ----------
    found
        Emitted after the focus is on a hit.
    """

    found = Signal()

    def __init__(self, focus: Focus, say: Say, leave: Callable[[], None]) -> None:
        super().__init__("go-to", leave)
        self._focus, self._say = focus, say
        self._text = ""
        self._hits: list[Row] = []
        self._at = -1
        self.entered.connect(self.find)

    def open(self) -> None:
        """Ask where to go; the last text stands there, to be typed over."""
        self.ask("Go to", "id, m12 for the model's, or class", self._text)

    def forget(self) -> None:
        """Forget the hits: another review has come."""
        self._hits = []

    def find_again(self) -> None:
        """Go to the next hit, or ask for what."""
        if self._text:
            self.find(self._text)
        else:
            self.open()

    def find(self, text: str) -> None:
        """Go to the row that a text names; with the same text again, to the next one."""
        listing = self._focus.listing
        if listing is None or not text.strip():
            return
        if text != self._text or not self._hits:
            self._text, self._hits, self._at = text, listing.search.find(text), -1
        hits = [row for row in self._hits if not row.gone]
        if not hits:
            self.answer(listing.search.why_not(text))
            return
        self._at = (self._at + 1) % len(hits)
        row = hits[self._at]
        self._show_row(row)
        more = f" · {self._at + 1} of {len(hits)}, Enter or F3 for the next" if len(hits) > 1 else ""
        self.answer(f"{item_name(row.item)}{more}")

    def _show_row(self, row: Row) -> None:
        """Look at a row, clearing the filter where that hides it."""
        focus = self._focus
        if focus.listing is not None and focus.listing.line_of(row) is None:
            focus.filter_by(Filter() if row.contested else Filter(relations=frozenset({row.item.relation})))
            self._say(f"The filter hid {item_name(row.item)} and was cleared.")
        focus.on_row(row)
        self.found.emit()


class NoteField(EntryBar):
    """Field for a note on the item that is current when it opens.

    What is typed is kept on that item when the user turns to anything else; only Esc drops it.

    Parameters
    ----------
    focus
        What all views look at.
    say
        Shows a quiet line.
    leave
        Gives the keyboard back once the bar has closed.
    """

    def __init__(self, focus: Focus, say: Say, leave: Callable[[], None]) -> None:
        super().__init__("note", leave)
        self._focus, self._say = focus, say
        self._row: Row | None = None  # what is being written about
        self.entered.connect(lambda _: self.keep())
        self.deserted.connect(self.keep)
        focus.leaving.connect(self.keep)

    def open(self) -> None:
        """Ask for a note on the current item; the one that is there, or half typed, can be changed."""
        row, review = self._focus.row, self._focus.review
        if row is None or review is None:
            return
        if self._row is row:
            if self.field.hasFocus():
                self.keep()  # the keys that opened it close it
            else:
                self.field.setFocus()
            return
        self._row = row
        self.ask("Note", "", review.note(row))
        self.answer(f"on {item_name(row.item)} · Enter keeps it, Esc drops it")

    def keep(self) -> None:
        """Put what is typed on the item that it was typed for, and close."""
        row, review, text = self._row, self._focus.review, self.field.text().strip()
        self.close_up()
        if row is None or review is None:
            return
        try:
            kept = review.annotate(row, text)
        except EditRefused as refusal:
            link = ("Copy the note", lambda: QApplication.clipboard().setText(text))
            self._say(f"The note was not kept. {refusal}", "warning", link)
            return
        if kept is not None:
            self._say(f"{item_name(row.item)}: {'noted' if text else 'the note is off'}.")

    def close_up(self) -> None:
        """Go; what stands in the field belongs to no item any more."""
        self._row = None
        super().close_up()
