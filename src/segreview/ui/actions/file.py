"""Commands that open, save and export."""

from __future__ import annotations

from segreview.ui.actions.action import Action

FILE: tuple[Action, ...] = (
    Action("open_files", "Open…", "File", ("Ctrl+O",), "Open an image, its GT and a model's masks", needs=""),
    Action(
        "open_folder",
        "Open a data set folder…",
        "File",
        (),
        "Open a folder whose folders are told by their names",
        needs="",
    ),
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
    Action(
        "read_as_instance",
        "Instance labels",
        "File",
        (),
        "Every id is an object",
        submenu="Read as",
        apart=True,
    ),
    Action(
        "read_as_semantic",
        "Classes",
        "File",
        (),
        "Every id is a class, with all its pixels",
        submenu="Read as",
    ),
    Action("read_as_binary", "A mask", "File", (), "Two values; every piece is an object", submenu="Read as"),
    Action(
        "read_as_inverted",
        "A mask, inverted",
        "File",
        (),
        "What was background is objects, such as 0 on white, and the other way round",
        submenu="Read as",
    ),
    Action("save", "Save", "File", ("Ctrl+S",), "Write the corrected GT in the format in which it came"),
    Action(
        "save_elsewhere", "Save into folder…", "File", ("Ctrl+Shift+S",), "Write the GT into another folder"
    ),
    Action(
        "save_all",
        "Save all samples",
        "File",
        ("Ctrl+Shift+A",),
        "Write every sample that has edits to where Save goes",
        "samples",
    ),
    Action(
        "export_labels",
        "Export corrected labels…",
        "File",
        ("Ctrl+Shift+E",),
        "Write labels and verdicts into a folder, with proof",
        "samples",
    ),
    Action(
        "open_settings",
        "Settings…",
        "File",
        ("Ctrl+,",),
        "Your name, the keys, the theme",
        needs="",
        apart=True,
    ),
    Action("close_window", "Quit", "File", ("Ctrl+Q",), "Close the window", needs="", apart=True),
)
