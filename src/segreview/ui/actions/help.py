"""Commands that explain."""

from __future__ import annotations

from segreview.ui.actions.action import Action

HELP: tuple[Action, ...] = (
    Action("show_keys", "Keys", "Help", ("?",), "All keys at a glance", needs=""),
    Action(
        "start_tour",
        "Two-minute tour",
        "Help",
        (),
        "One verdict, one stroke, one save, on a sample",
        needs="",
        window=True,
    ),
    Action("show_about", "About segreview", "Help", (), "Versions, and where work is kept", needs=""),
)
