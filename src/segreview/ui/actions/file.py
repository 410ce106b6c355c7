"""Commands that open, save and export."""

from __future__ import annotations

from segreview.ui.actions.action import Action

FILE: tuple[Action, ...] = (
    Action("open_files", "Open…", "File", ("Ctrl+O",), "Open an image, its GT and a model's masks", needs=""),
    Action(
        "open_cells",
        "Open sample: cells",
        "File",
        (),
        "Nuclei in a microscope, a copy to try things on",
        needs="",
    ),
    Action(
        "open_street", "Open sample: street", "File", (), "A street scene, a copy to try things on", needs=""
    ),
    Action("read_as_instance", "Read as instance labels", "File", (), "Every id is an object"),
    Action("read_as_semantic", "Read as classes", "File", (), "Every id is a class, with all its pixels"),
    Action("read_as_binary", "Read as a mask", "File", (), "Two values; every piece is an object"),
    Action("save", "Save", "File", ("Ctrl+S",), "Write the corrected GT in the format in which it came"),
    Action(
        "save_elsewhere", "Save into folder…", "File", ("Ctrl+Shift+S",), "Write the GT into another folder"
    ),
    Action("close_window", "Quit", "File", ("Ctrl+Q",), "Close the window", needs=""),
)
