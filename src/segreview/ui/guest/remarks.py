"""What a guest should know of the layers under review: lines that stay until they are dismissed."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from segreview.ui.palette import MODEL_COLOR

_STYLE = f"#remarks {{ border: none; border-left: 4px solid {MODEL_COLOR}; }}"


class Remarks(QFrame):
    """Lines with a sign, and a button that takes them away; hidden where there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("remarks")
        self.setStyleSheet(_STYLE)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        dismiss = QToolButton()
        dismiss.setText("✕")
        dismiss.setToolTip("Dismiss")
        dismiss.setAutoRaise(True)
        dismiss.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 0, 2)
        layout.addWidget(self.words, 1)
        layout.addWidget(dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, remarks: Iterable[str]) -> None:
        """Show remarks in place of those before."""
        text = "\n".join(remark for remark in remarks if remark)
        self.words.setText(text)
        self.setVisible(bool(text))
