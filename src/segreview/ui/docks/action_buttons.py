"""Buttons that stand for actions: they run them, name their keys, and show which switches are on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from qtpy.QtWidgets import QAbstractButton, QWidget

from segreview.ui.actions import Action, action
from segreview.ui.keymap import KeyMap
from segreview.ui.switches import Switches
from segreview.ui.workbench import Workbench


@dataclass(frozen=True, eq=False)
class _Bound:
    """A button, its action, the widgets with the same tooltip, and when it is checked."""

    action: Action
    button: QAbstractButton
    around: tuple[QWidget, ...]
    is_on: Callable[[Switches], bool]


class ActionButtons:
    """Buttons of a dock, each with its action.

    Parameters
    ----------
    bench
        Knows which switches are on.
    run
        Runs an action.
    keymap
        Which keys do what.
    """

    def __init__(self, bench: Workbench, run: Callable[[Action], object], keymap: KeyMap) -> None:
        self._bench = bench
        self._run = run
        self._keymap = keymap
        self._bound: list[_Bound] = []
        keymap.changed.connect(self.show_keys)
        bench.changed.connect(self.show_switches)

    def bind(
        self,
        button: QAbstractButton,
        name: str,
        *around: QWidget,
        is_on: Callable[[Switches], bool] | None = None,
    ) -> None:
        """Let a button run an action.

        Parameters
        ----------
        button
            The button.
        name
            Id of the action.
        around
            Widgets that have the same tooltip.
        is_on
            When the button is checked; by default when the action's switch is on.
        """
        found = action(name)
        button.setCheckable(button.isCheckable() or found.checkable)
        button.setAccessibleName(found.title)
        button.clicked.connect(lambda _=False: self._on_click(found))
        bound = _Bound(found, button, around, is_on or found.is_on)
        self._bound.append(bound)
        self._tell(bound)

    def _on_click(self, clicked: Action) -> None:
        self._run(clicked)
        self.show_switches()  # Qt has checked the button by itself, whatever became of it

    def show_keys(self) -> None:
        """Name the keys that the actions have now."""
        for bound in self._bound:
            self._tell(bound)

    def _tell(self, bound: _Bound) -> None:
        keys = self._keymap.keys_of(bound.action.id)
        for widget in (bound.button, *bound.around):
            widget.setToolTip(replace(bound.action, keys=keys).tooltip_with_keys)

    def show_switches(self) -> None:
        """Show which switches are on."""
        for bound in self._bound:
            if bound.action.checkable:
                bound.button.setChecked(bound.is_on(self._bench.switches))
