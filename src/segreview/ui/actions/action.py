"""What a command of the window is."""

from __future__ import annotations

from dataclasses import dataclass

from segreview.session.verdict import Judgement
from segreview.ui.switches import Switches


@dataclass(frozen=True)
class Action:
    """One command.

    Parameters
    ----------
    id
        Stable name; also the name of the `Commands` method that does it.
    title
        Text of menus and buttons.
    menu
        Menu of the window that lists it; empty for none.
    keys
        Shortcuts, in Qt's notation.
    tooltip
        One sentence that says what it does.
    needs
        ``"samples"``, ``"review"``, ``"row"``, ``"undo"``, ``"redo"`` or nothing: when it is enabled.
    judgement
        Verdict that it gives, for the verdict actions.
    switch
        Field of `Switches` that it turns on and off, or sets to ``value``.
    value
        What the field is set to; True for what is on or off.
    held
        True when it lasts only as long as its key is held down.
    repeats
        True when a key that is held down does it again and again.
    submenu
        Submenu of the menu that lists it; empty for none.
    apart
        True when the menu draws a line above it.
    window
        True for what concerns the window itself, which in someone's own napari is theirs.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...] = ()
    tooltip: str = ""
    needs: str = "review"
    judgement: Judgement | None = None
    switch: str = ""
    value: str | bool = True
    held: bool = False
    repeats: bool = False
    submenu: str = ""
    apart: bool = False
    window: bool = False

    @property
    def checkable(self) -> bool:
        """Whether menus show a mark beside it while it is on."""
        return bool(self.switch)

    def is_on(self, switches: Switches) -> bool:
        """Whether the switch that it turns is on, or has its value."""
        return bool(getattr(switches, self.switch) == self.value)

    @property
    def full_title(self) -> str:
        """Title with the submenu that explains it."""
        return f"{self.submenu}: {self.title}" if self.submenu else self.title

    @property
    def tooltip_with_keys(self) -> str:
        """Sentence and keys, for a button's tooltip."""
        keys = " or ".join(self.keys)
        return f"{self.tooltip or self.title} ({keys})" if keys else self.tooltip or self.title
