"""What the user's commands do: one method for each row of ACTIONS, in one class for each menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from segreview.errors import EditRefused, SegreviewError
from segreview.triage.heat import Heat
from segreview.ui import messages
from segreview.ui.actions import ACTIONS, Action, action
from segreview.ui.commands.correct import CorrectCommands
from segreview.ui.commands.file import FileCommands
from segreview.ui.commands.group import Group, NothingOpen
from segreview.ui.commands.help import HelpCommands
from segreview.ui.commands.review import ReviewCommands
from segreview.ui.commands.view import ViewCommands
from segreview.ui.keymap import KeyMap
from segreview.ui.settings import SettingsFile
from segreview.ui.workbench import Workbench

__all__ = ["Commands"]

_GROUPS: tuple[type[Group], ...] = (FileCommands, ReviewCommands, CorrectCommands, ViewCommands, HelpCommands)


class Commands:
    """Everything that the user can tell the program to do.

    Parameters
    ----------
    bench
        What the commands work on.
    settings
        What the window remembers; by default the user's.

    Attributes
    ----------
    keymap
        Which keys do what; a change is remembered.
    """

    def __init__(self, bench: Workbench, settings: SettingsFile | None = None) -> None:
        self._bench = bench
        self._settings = settings or SettingsFile()
        self.keymap = KeyMap(self._settings.now.keys)
        self.keymap.changed.connect(self._keep_keys)
        groups = [kind(bench, self._settings, self.keymap) for kind in _GROUPS]
        self._review = next(group for group in groups if isinstance(group, ReviewCommands))
        self._view = next(group for group in groups if isinstance(group, ViewCommands))
        self._doing = {row.id: self._method(row, groups) for row in ACTIONS}

    def _keep_keys(self) -> None:
        self._settings.change(keys=dict(self.keymap.own))

    def _method(self, row: Action, groups: Iterable[Group]) -> Callable[..., object]:
        """What does an action: the method of that name, or what all verdicts and switches share."""
        for group in groups:
            if hasattr(type(group), row.id):
                method: Callable[..., object] = getattr(group, row.id)
                return method
        if row.judgement is not None:
            return partial(self._review.judge, row.judgement)
        if isinstance(row.value, Heat):
            return partial(self._view.show_heat, row.value)
        return partial(self._turn, row)

    def _turn(self, row: Action) -> None:
        """Turn a switch, or set it to the action's value."""
        value = not self.is_on(row) if row.value is True else row.value
        self._bench.switch(**{row.switch: value})

    def do(self, name: str) -> None:
        """Do what the action with an id says."""
        self.run(action(name))

    def run(self, action: Action, *, pressed: bool = True) -> None:
        """Do what an action says; what cannot be done is told, never raised.

        Parameters
        ----------
        action
            The action.
        pressed
            For an action that lasts as long as its key is held: whether the key went down or up.
        """
        doing = self._doing[action.id]
        try:
            if not self._has_what_it_needs(action):
                if not pressed:
                    return  # the key outlasted what it worked on
                raise NothingOpen
            if action.needs == "row" and action.id != "add_note":
                self._bench.focus.settle()  # the item may be another one afterwards
            if action.held:
                doing(pressed)
            else:
                doing()
        except EditRefused as refusal:
            self._bench.refuse(refusal)
        except SegreviewError as error:
            messages.show_error(self._bench.window, error)

    def can_run(self, action: Action) -> bool:
        """Whether an action has something to do now."""
        review, row = self._bench.review, self._bench.focus.row
        if not self._has_what_it_needs(action) or review is None:
            return self._has_what_it_needs(action)
        if isinstance(action.value, Heat):
            return not self.reason_against(action)
        if action.needs == "row":
            return bool(self._bench.focus.picked) or (row is not None and not row.gone)
        return {"undo": review.undo_title, "redo": review.redo_title}.get(action.needs, "") is not None

    def reason_against(self, action: Action) -> str:
        """Why there is nothing of a heatmap to be seen; empty where there is, and for other actions."""
        scene = self._bench.scene
        return scene.heats.lacking(action.value) if scene and isinstance(action.value, Heat) else ""

    def tooltip_of(self, action: Action) -> str:
        """What an action does, or why it cannot do it now."""
        reason = self.reason_against(action)
        return f"{action.tooltip}. Not here: {reason}" if reason else action.tooltip

    def _has_what_it_needs(self, action: Action) -> bool:
        """Whether there are samples for an action that works on them, and a review for most others."""
        if action.needs == "samples":
            return bool(self._bench.entries)
        return not action.needs or self._bench.review is not None

    def is_on(self, action: Action) -> bool:
        """Whether a switch is on."""
        return action.is_on(self._bench.switches)

    def title_of(self, action: Action) -> str:
        """Title of an action now: what undo would take back, which theme comes next."""
        review = self._bench.review
        if action.needs in ("undo", "redo") and review is not None:
            gesture = review.undo_title if action.needs == "undo" else review.redo_title
            return f"{action.title} {gesture[0].lower()}{gesture[1:]}" if gesture else action.title
        if action.id == "swap_theme" and self._settings.now.theme == "light":
            return "Dark theme"
        return action.title
