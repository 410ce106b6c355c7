"""ACTIONS: the one table of commands. Menus, keys, tooltips, the manifest and the help come from it."""

from __future__ import annotations

from dataclasses import dataclass

from segreview.session.verdict import Judgement


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
        ``"review"``, ``"row"``, ``"undo"``, ``"redo"`` or nothing: when it is enabled.
    judgement
        Verdict that it gives, for the verdict actions.
    checkable
        True for a switch.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...] = ()
    tooltip: str = ""
    needs: str = "review"
    judgement: Judgement | None = None
    checkable: bool = False

    @property
    def tooltip_with_keys(self) -> str:
        """Sentence and keys, for a button's tooltip."""
        keys = " or ".join(self.keys)
        return f"{self.tooltip or self.title} ({keys})" if keys else self.tooltip or self.title


MENUS = ("File", "Review", "Correct", "View", "Help")

ACTIONS: tuple[Action, ...] = (
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
    Action("next_item", "Next disagreement", "Review", ("N",), "Go to the next item that is not judged"),
    Action("previous_item", "Previous disagreement", "Review", ("Shift+N",), "Go back to the item before"),
    Action(
        "judge_gt_right",
        "GT is right",
        "Review",
        ("G",),
        "The GT is right, the model is wrong",
        "row",
        Judgement.PREDICTION_WRONG,
    ),
    Action(
        "judge_take_model",
        "Take the model's",
        "Review",
        ("C",),
        "The GT is wrong: give it the model's pixels",
        "row",
        Judgement.REFERENCE_WRONG,
    ),
    Action(
        "judge_both_wrong",
        "Both wrong",
        "Review",
        ("W",),
        "Both are wrong: correct the GT now",
        "row",
        Judgement.BOTH_WRONG,
    ),
    Action(
        "judge_both_fine",
        "Both fine",
        "Review",
        ("Y",),
        "The difference is a matter of taste",
        "row",
        Judgement.BOTH_FINE,
    ),
    Action(
        "judge_unsure",
        "Unsure",
        "Review",
        ("U",),
        "Come back to this one at the end",
        "row",
        Judgement.UNSURE,
    ),
    Action(
        "judge_ignore",
        "Ignore",
        "Review",
        ("I",),
        "Leave this one out: noted in the journal and the lists",
        "row",
        Judgement.IGNORE,
    ),
    Action("take_back_verdict", "Take back the last verdict", "Review", ("Backspace",), ""),
    Action("next_sample", "Next sample", "Review", ("PgDown",), "Go to the next image"),
    Action("previous_sample", "Previous sample", "Review", ("PgUp",), "Go to the image before"),
    Action(
        "undo", "Undo", "Correct", ("Ctrl+Z",), "Take back the last stroke, tool or verdict", needs="undo"
    ),
    Action("redo", "Redo", "Correct", ("Ctrl+Shift+Z",), "Do again what was undone last", needs="redo"),
    Action("tool_paint", "Brush", "Correct", ("2", "P"), "Paint with the current object's id"),
    Action("tool_erase", "Eraser", "Correct", ("1", "E"), "Give pixels back to the background"),
    Action("tool_polygon", "Polygon", "Correct", ("3",), "Outline an area; Enter closes it, Esc drops it"),
    Action("tool_fill", "Fill", "Correct", ("4", "F"), "Fill the area under the pointer"),
    Action("tool_pick", "Pick", "Correct", ("5", "L"), "Take over the id under the pointer"),
    Action("tool_move", "Move and zoom", "Correct", ("6",), "Put the tools away"),
    Action("delete_object", "Delete the object", "Correct", ("Delete",), "Delete the GT object", "row"),
    Action("new_object", "New object", "Correct", ("M",), "Paint a new object, with the next unused id"),
    Action(
        "protect_neighbours",
        "Protect neighbours",
        "Correct",
        ("B",),
        "Other objects keep their pixels under brush and tools",
        checkable=True,
    ),
    Action(
        "protect_void",
        "Protect void",
        "Correct",
        (),
        "Void pixels stay as they are under the brush",
        checkable=True,
    ),
    Action(
        "promote", "Promote labels", "Correct", (), "Save the labels with a wider type that holds more ids"
    ),
    Action("toggle_filled", "Filled masks", "View", ("O",), "Masks filled, or outlines only", checkable=True),
    Action(
        "toggle_heat", "Disagreement heatmap", "View", ("Q",), "Show where the sides differ", checkable=True
    ),
    Action("toggle_gt", "GT", "View", ("Ctrl+1",), "Show or hide the GT's outlines", checkable=True),
    Action("toggle_model", "Model", "View", ("Ctrl+2",), "Show or hide the model's outlines", checkable=True),
    Action("zoom_to_item", "Zoom to the item", "View", ("Z",), "Bring the current item into view", "row"),
    Action("fit_image", "Whole image", "View", ("0",), "Show the whole image"),
    Action("show_keys", "Keys", "Help", ("?",), "All keys at a glance", needs=""),
    Action("show_about", "About segreview", "Help", (), "Versions, and where work is kept", needs=""),
)
"""Every command of the window."""


def action(name: str) -> Action:
    """Action with an id."""
    return next(found for found in ACTIONS if found.id == name)
