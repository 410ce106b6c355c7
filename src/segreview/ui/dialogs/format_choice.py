"""The format that is exported to: as the files came, then what keeps all, then what loses something."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segreview.formats.format import Format
from segreview.formats.suiting import Suited

_AS_THEY_CAME = "As they came, with proof against the originals"


class FormatChoice(QWidget):
    """List of formats, what the chosen one would lose, and a box that allows it.

    Attributes
    ----------
    changed
        Emitted when something else is chosen or allowed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.list, self.loss = QComboBox(), QLabel()
        self.allow = QCheckBox("Export without it")
        self.loss.setWordWrap(True)
        self.list.addItem(_AS_THEY_CAME)
        self._suited: tuple[Suited, ...] = ()
        self._lay_out()
        self.list.currentIndexChanged.connect(lambda _: self._on_choice())
        self.allow.toggled.connect(lambda _: self.changed.emit())
        self._show_loss()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(QLabel("Format"))
        line.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.loss, self.allow):
            part.setContentsMargins(24, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(self.loss)
        column.addWidget(self.allow)

    def show_suited(self, found: Sequence[Suited]) -> None:
        """List formats in their order; those that cannot hold the labels are shown and cannot be chosen."""
        self._suited = tuple(found)
        for suited in self._suited:
            self.list.addItem(f"{suited.form.title}{_remark(suited)}")
            at = self.list.count() - 1
            self.list.setItemData(at, suited.obstacle or _words(suited), Qt.ItemDataRole.ToolTipRole)
            if suited.obstacle:
                self.list.model().item(at).setEnabled(False)

    @property
    def _chosen(self) -> Suited | None:
        at = self.list.currentIndex()
        return self._suited[at - 1] if at > 0 else None

    @property
    def form(self) -> Format | None:
        """The format; None for that of each file."""
        return None if self._chosen is None else self._chosen.form

    @property
    def allows_loss(self) -> bool:
        """Whether the user lets go of what the format cannot hold."""
        return self._chosen is not None and bool(self._chosen.losses) and self.allow.isChecked()

    @property
    def problem(self) -> str:
        """What must be allowed before something can be written; else empty."""
        lacks = self._chosen is not None and bool(self._chosen.losses) and not self.allow.isChecked()
        return "Tick the box, or choose a format that keeps everything." if lacks else ""

    def _on_choice(self) -> None:
        self.allow.setChecked(False)
        self._show_loss()
        self.changed.emit()

    def _show_loss(self) -> None:
        """Say what the format would lose; nothing takes no room."""
        words = "" if self._chosen is None else _words(self._chosen)
        self.loss.setText(words)
        self.loss.setVisible(bool(words))
        self.allow.setVisible(self._chosen is not None and bool(self._chosen.losses))


def _remark(suited: Suited) -> str:
    """What the list says behind a format's name."""
    if suited.obstacle:
        return " – cannot hold them"
    return " – with losses" if suited.losses else ""


def _words(suited: Suited) -> str:
    """What is kept or lost."""
    if suited.losses:
        return f"{suited.form.title} cannot hold {'; '.join(suited.losses)}."
    return "Keeps all that is known of these labels. Each file is read again and compared."
