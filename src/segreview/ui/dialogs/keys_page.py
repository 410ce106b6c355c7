"""The page of the settings on which keys are given to actions."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from segreview.ui.actions import ACTIONS, MENUS
from segreview.ui.actions import action as action_of
from segreview.ui.keyboard import name
from segreview.ui.keymap import KeyMap, refusal, spelled

_ASK = "Select an action and press Change or Add."


class KeysPage(QWidget):
    """Table of all actions with their keys, and what changes them.

    Parameters
    ----------
    keymap
        Shown, and changed at once.
    """

    def __init__(self, keymap: KeyMap) -> None:
        super().__init__()
        self._keymap = keymap
        self._lines: dict[str, QTreeWidgetItem] = {}
        self._adds = False  # the key that is waited for is one more, and takes no other's place
        self._wanted = ""  # key that another action has
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search actions and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = _Table(self._on_key, self._stop)
        self.table.itemDoubleClicked.connect(lambda *_: self._wait(adds=False))
        self.table.currentItemChanged.connect(lambda *_: self._stop())
        self.says = QLabel(_ASK)
        self.says.setObjectName("says")
        self.says.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self._fill()
        self._show()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.says)
        layout.addLayout(
            self._row({"Take it": self._take, "Swap": self._swap, "Leave it": self._stop}, stretch=True)
        )
        layout.addLayout(
            self._row(
                {
                    "Change": lambda: self._wait(adds=False),
                    "Add": lambda: self._wait(adds=True),
                    "Remove": self._remove,
                    "Reset": self._reset,
                    "Reset all": self._reset_all,
                }
            )
        )

    def _row(self, buttons: dict[str, Callable[[], object]], *, stretch: bool = False) -> QHBoxLayout:
        row = QHBoxLayout()
        if stretch:
            row.addStretch(1)
        for title, doing in buttons.items():
            button = self.buttons[title] = QPushButton(title)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the table keeps the keyboard
            button.clicked.connect(lambda _=False, doing=doing: doing())
            row.addWidget(button)
        return row

    def _fill(self) -> None:
        """One line for each action, menu by menu."""
        for menu in MENUS:
            head = QTreeWidgetItem([menu])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.addTopLevelItem(head)
            for action in ACTIONS:
                if action.menu == menu:
                    line = self._lines[action.id] = QTreeWidgetItem([action.full_title])
                    line.setData(0, Qt.ItemDataRole.UserRole, action.id)
                    line.setToolTip(0, action.tooltip)
                    head.addChild(line)
            head.setExpanded(True)

    # ---------------------------------------------------------------- showing
    def _show(self) -> None:
        """Write the keys anew, those that are not ours in bold."""
        for name_, line in self._lines.items():
            line.setText(1, self._keymap.text_of(name_))
            line.setToolTip(1, self._keymap.text_of(name_))
            line.setText(2, " or ".join(map(spelled, action_of(name_).keys)))
            font = line.font(1)
            font.setBold(name_ in self._keymap.own)
            line.setFont(1, font)
        self._enable()

    def _enable(self) -> None:
        current, asks = self._current(), bool(self._wanted)
        for title in ("Take it", "Swap", "Leave it"):
            self.buttons[title].setVisible(asks)
        self.buttons["Swap"].setEnabled(not self._adds and bool(current and self._keymap.keys_of(current)))
        for title in ("Change", "Add"):
            self.buttons[title].setEnabled(bool(current))
        self.buttons["Remove"].setEnabled(bool(current and self._keymap.keys_of(current)))
        self.buttons["Reset"].setEnabled(current in self._keymap.own)
        self.buttons["Reset all"].setEnabled(bool(self._keymap.own))

    def _filter(self, text: str) -> None:
        """Show the lines that hold a text."""
        wanted = text.strip().lower()
        for head in map(self.table.topLevelItem, range(self.table.topLevelItemCount())):
            lines = [head.child(n) for n in range(head.childCount())]
            for line in lines:
                line.setHidden(wanted not in f"{line.text(0)} {line.text(1)}".lower())
            head.setHidden(all(line.isHidden() for line in lines))

    def _current(self) -> str:
        """Id of the action whose line is selected; empty where none is."""
        item = self.table.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole) or "")

    # ---------------------------------------------------------------- changing
    def _wait(self, *, adds: bool) -> None:
        """Wait for the new key of the current action."""
        current = self._current()
        if not current:
            return
        self._adds, self._wanted = adds, ""
        self.table.waits = True
        self.table.setFocus()
        self._enable()
        self.says.setText(f"Press the new key for {action_of(current).full_title}. Esc leaves it as it is.")

    def _stop(self) -> None:
        """Wait for nothing any more."""
        self.table.waits, self._wanted = False, ""
        self.says.setText(_ASK)
        self._enable()

    def _on_key(self, key: str) -> None:
        """Take a key that was pressed, unless nobody can have it or somebody has it."""
        current, other = self._current(), self._keymap.action_of(key)
        if refusal(key):
            self.says.setText(refusal(key))
            return
        self.table.waits = False
        if other is not None and other.id != current:
            self._wanted = key
            self.says.setText(f"{key} belongs to {other.full_title}.")
            self._enable()
        else:
            self._give(key)

    def _give(self, key: str) -> None:
        current = self._current()
        had = self._keymap.keys_of(current)
        self._keymap.give(current, [*had, key] if self._adds else [key, *had[1:]])
        self._stop()
        self._show()

    def _take(self) -> None:
        """Take the key away from the action that has it."""
        self._give(self._wanted)

    def _swap(self) -> None:
        """Take the key, and give the other action the old one."""
        current = self._current()
        self._keymap.swap(current, self._wanted, self._keymap.keys_of(current)[0])
        self._stop()
        self._show()

    def _remove(self) -> None:
        """Take the last key away from the current action."""
        current = self._current()
        self._keymap.give(current, self._keymap.keys_of(current)[:-1])
        self._stop()
        self._show()

    def _reset(self) -> None:
        self._keymap.reset(self._current())
        self._stop()
        self._show()

    def _reset_all(self) -> None:
        self._keymap.reset_all()
        self._stop()
        self._show()


class _Table(QTreeWidget):
    """Table that hands the next key on while it waits for one.

    Parameters
    ----------
    pressed
        Gets the key that was waited for.
    stopped
        Called when the user wants no other key.
    """

    def __init__(self, pressed: Callable[[str], None], stopped: Callable[[], None]) -> None:
        super().__init__()
        self._pressed, self._stopped = pressed, stopped
        self.waits = False
        self.setColumnCount(3)
        self.setHeaderLabels(["Action", "Keys", "Default"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 160), (2, 160)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)

    def event(self, event: QEvent) -> bool:
        """Take every key while one is waited for, Tab and those of other shortcuts included."""
        kind = event.type()
        if self.waits and kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event.accept()
            if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._take(event)
            return True
        return bool(super().event(event))

    def _take(self, event: QKeyEvent) -> None:
        key = name(event)
        if key == "Esc":
            self._stopped()
        elif key:
            self._pressed(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Return asks for a new key, as a double click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemDoubleClicked.emit(self.currentItem(), 0)
        else:
            super().keyPressEvent(event)
