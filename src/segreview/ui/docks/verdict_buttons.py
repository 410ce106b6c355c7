"""The verdicts as buttons: sign, title and key; the one that was given is marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qtpy.QtCore import QRect, QSize, Qt
from qtpy.QtGui import QColor, QIcon, QKeySequence, QPainter, QPixmap
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from segreview.session.verdict import Judgement
from segreview.ui.actions import ACTIONS, Action
from segreview.ui.palette import GT_COLOR, JUDGEMENT_SIGNS, MODEL_COLOR, QUIET_COLOR

_COLORS = {Judgement.PREDICTION_WRONG: GT_COLOR, Judgement.REFERENCE_WRONG: MODEL_COLOR}
_COLUMNS = 2
_STYLE = """
QPushButton {{ text-align: left; padding: 3px 6px; border: 1px solid transparent; border-radius: 3px; }}
QPushButton:checked {{ border: 1px solid {color}; font-weight: bold; }}
"""

_DRAW = "Draw it"
"""What taking the model's objects is called where neither side has any."""


class VerdictButtons(QWidget):
    """One button for each verdict.

    Parameters
    ----------
    run
        Runs an action; the buttons call it.
    """

    def __init__(self, run: Callable[[Action], None]) -> None:
        super().__init__()
        self._run = run
        self._given: Judgement | None = None
        self._buttons: dict[Judgement, _VerdictButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for action in ACTIONS:
            if action.judgement is not None:
                button = _VerdictButton(action, action.judgement)
                button.clicked.connect(lambda _=False, action=action: self._on_click(action))
                n = len(self._buttons)
                grid.addWidget(button, n // _COLUMNS, n % _COLUMNS)
                self._buttons[action.judgement] = button

    def _on_click(self, action: Action) -> None:
        self._run(action)
        self.mark(self._given)  # Qt has checked the button by itself, whatever became of the verdict

    def mark(self, given: Judgement | None) -> None:
        """Mark the verdict that was given, or none."""
        self._given = given
        for judgement, button in self._buttons.items():
            button.setChecked(judgement is given)

    def enable(self, enabled: bool) -> None:
        """Let verdicts be given, or not."""
        for button in self._buttons.values():
            button.setEnabled(enabled)

    def offer_drawing(self, offered: bool) -> None:
        """Say that the GT would be given what neither side has, or else the model's objects."""
        button = self._buttons[Judgement.REFERENCE_WRONG]
        button.setText(_DRAW if offered else button.action.title)

    def refresh_keys(self, keys_of: Callable[[Action], tuple[str, ...]]) -> None:
        """Show the keys that the actions have now."""
        for button in self._buttons.values():
            button.show_keys(keys_of(button.action))


class _VerdictButton(QPushButton):
    def __init__(self, action: Action, judgement: Judgement) -> None:
        super().__init__(action.title)
        self.action = action
        color = _COLORS.get(judgement, QUIET_COLOR)
        self.setIcon(_sign_icon(JUDGEMENT_SIGNS[judgement], color))
        self.setIconSize(QSize(14, 14))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet(_STYLE.format(color=color))
        self._key = QLabel()
        self._key.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._key.setStyleSheet(f"background: transparent; color: {QUIET_COLOR};")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.addWidget(self._key)
        self.show_keys(action.keys)

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Show the first key on the button and all in its tooltip."""
        native = QKeySequence.SequenceFormat.NativeText
        self._key.setText(QKeySequence(keys[0]).toString(native) if keys else "")
        self.setToolTip(replace(self.action, keys=keys).tooltip_with_keys)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for title and key beside each other; the layout knows of the key alone."""
        metrics = self.fontMetrics()
        width = 14 + 24 + metrics.horizontalAdvance(f"{self.text()}  {self._key.text()}")
        return QSize(width, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As high as it wants to be; the title may be cut."""
        return QSize(60, self.sizeHint().height())


def _sign_icon(sign: str, color: str) -> QIcon:
    """Icon of one character, sharp on fine screens."""
    pixmap = QPixmap(56, 56)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    font = painter.font()
    font.setPixelSize(48)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QRect(0, 0, 56, 56), Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return QIcon(pixmap)
