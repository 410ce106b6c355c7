"""Settings: the reviewer's name, the theme, and the keys; every change takes effect at once."""

from __future__ import annotations

import getpass
from functools import partial

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from segreview.ui.dialogs.help_dialogs import close_button
from segreview.ui.dialogs.keys_page import KeysPage
from segreview.ui.keymap import KeyMap
from segreview.ui.settings import THEMES, SettingsFile
from segreview.ui.workbench import Workbench


class GeneralPage(QWidget):
    """What is neither a key nor a place.

    Parameters
    ----------
    bench
        Its switches are shown.
    settings
        Shown, and changed at once.
    """

    def __init__(self, bench: Workbench, settings: SettingsFile) -> None:
        super().__init__()
        self._bench, self._settings = bench, settings
        self.reviewer = QLineEdit(settings.now.reviewer)
        self.reviewer.setPlaceholderText(getpass.getuser())
        self.reviewer.setToolTip("Verdicts and edits are signed with it, from the next sample on")
        self.theme = QComboBox()
        for name, title in THEMES.items():
            self.theme.addItem(title, name)
        self.theme.setCurrentIndex(self.theme.findData(settings.now.theme))
        self.advance = QCheckBox("Go on to the next disagreement after a verdict")
        self.advance.setChecked(bench.switches.advance)
        self.target = QDoubleSpinBox()
        self.target.setRange(0.1, 20.0)
        self.target.setDecimals(1)
        self.target.setSingleStep(0.5)
        self.target.setSuffix(" % wrong and left at most")
        self.target.setValue(100 * bench.switches.target)
        self.target.setToolTip(
            "Of all items of a sample; the last line says when random checks vouch for it (95 %)"
        )
        self.reviewer.editingFinished.connect(self._on_reviewer)
        self.theme.activated.connect(lambda _: settings.change(theme=self.theme.currentData()))
        self.advance.toggled.connect(lambda on: bench.switch(advance=on))
        self.target.valueChanged.connect(lambda percent: bench.switch(target=percent / 100))
        self._lay_out()

    def _lay_out(self) -> None:
        folder = str(self._settings.path.parent)
        path = QElidingLabel(folder)
        path.setToolTip(folder)
        path.setMinimumWidth(260)
        opening = QPushButton("Open folder")
        opening.setAutoDefault(False)
        opening.clicked.connect(partial(QDesktopServices.openUrl, QUrl.fromLocalFile(folder)))
        place = QHBoxLayout()
        place.addWidget(path, 1)
        place.addWidget(opening)
        form = QFormLayout(self)
        form.setContentsMargins(14, 14, 14, 14)
        form.setVerticalSpacing(12)
        form.addRow("Reviewer", self.reviewer)
        form.addRow("Theme", self.theme)
        form.addRow("", self.advance)
        form.addRow("You may stop at", self.target)
        form.addRow("Journals and backups", place)

    def _on_reviewer(self) -> None:
        self._settings.change(reviewer=self.reviewer.text().strip())


def show_settings(bench: Workbench, settings: SettingsFile, keymap: KeyMap) -> None:
    """Show the settings until they are closed.

    Parameters
    ----------
    bench
        Its window is the parent; its switches are shown.
    settings, keymap
        Shown, and changed at once.
    """
    dialog = QDialog(bench.window)
    dialog.setObjectName("settings")
    dialog.setWindowTitle("Settings")
    pages = QTabWidget()
    pages.addTab(GeneralPage(bench, settings), "General")
    pages.addTab(KeysPage(keymap), "Keys")
    layout = QVBoxLayout(dialog)
    layout.addWidget(pages)
    layout.addWidget(close_button(dialog))
    room = bench.window.screen().availableGeometry()
    dialog.resize(min(720, room.width() - 40), min(640, room.height() - 80))
    dialog.exec()
