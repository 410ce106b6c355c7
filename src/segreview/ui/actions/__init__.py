"""ACTIONS: the one table of commands. Menus, keys, tooltips, the manifest and the help come from it."""

from __future__ import annotations

from segreview.ui.actions.action import Action
from segreview.ui.actions.correct import CORRECT
from segreview.ui.actions.file import FILE
from segreview.ui.actions.help import HELP
from segreview.ui.actions.review import REVIEW
from segreview.ui.actions.view import VIEW

MENUS = ("File", "Review", "Correct", "View", "Help")

ACTIONS: tuple[Action, ...] = (*FILE, *REVIEW, *CORRECT, *VIEW, *HELP)
"""Every command of the window."""


def action(name: str) -> Action:
    """Action with an id."""
    return next(found for found in ACTIONS if found.id == name)


__all__ = ["ACTIONS", "MENUS", "Action", "action"]
