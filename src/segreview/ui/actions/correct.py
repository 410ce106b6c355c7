"""Commands that put labels right."""

from __future__ import annotations

from segreview.ui.actions.action import Action

CORRECT: tuple[Action, ...] = (
    Action(
        "undo", "Undo", "Correct", ("Ctrl+Z",), "Take back the last stroke, tool or verdict", needs="undo"
    ),
    Action("redo", "Redo", "Correct", ("Ctrl+Shift+Z",), "Do again what was undone last", needs="redo"),
    Action("tool_paint", "Brush", "Correct", ("2", "P"), "Paint with the current object's id", apart=True),
    Action("tool_erase", "Eraser", "Correct", ("1", "E"), "Give pixels back to the background"),
    Action("tool_polygon", "Polygon", "Correct", ("3",), "Outline an area; Enter closes it, Esc drops it"),
    Action("tool_fill", "Fill", "Correct", ("4", "F"), "Fill the area under the pointer"),
    Action("tool_pick", "Pick", "Correct", ("5", "L"), "Take over the id under the pointer"),
    Action("tool_split", "Split", "Correct", ("S",), "Draw a line along which GT objects are cut"),
    Action("tool_move", "Move and zoom", "Correct", ("6",), "Put the tools away"),
    Action(
        "brush_smaller", "Smaller brush", "Correct", ("[",), "The next smaller brush or eraser", repeats=True
    ),
    Action(
        "brush_larger", "Larger brush", "Correct", ("]",), "The next larger brush or eraser", repeats=True
    ),
    Action(
        "join_objects",
        "Join objects",
        "Correct",
        ("J",),
        "Make one of the item's GT objects, or of those picked by Ctrl+click",
    ),
    Action(
        "delete_object",
        "Delete the object",
        "Correct",
        ("Delete",),
        "Delete the GT object",
        "row",
        apart=True,
    ),
    Action(
        "mend_item",
        "Mend the item's marks",
        "Correct",
        (),
        "Fill holes, drop specks, remove slivers and separate loose pieces of the item's GT objects",
        "row",
    ),
    Action(
        "mend_marks",
        "Mend hygiene marks…",
        "Correct",
        (),
        "List holes, specks, slivers and split ids of all GT objects, and put right what you tick",
    ),
    Action("new_object", "New object", "Correct", ("M",), "Paint a new object, with the next unused id"),
    Action(
        "object_class",
        "Class of the object…",
        "Correct",
        ("Shift+C",),
        "Give the item's GT objects another class, or new objects where it has none",
    ),
    Action(
        "protect_neighbours",
        "Protect neighbours",
        "Correct",
        ("B",),
        "Other objects keep their pixels under brush and tools",
        switch="protect",
    ),
    Action(
        "protect_void",
        "Protect void",
        "Correct",
        (),
        "Void pixels stay as they are under the brush",
        switch="protect_void",
    ),
    Action(
        "promote", "Promote labels", "Correct", (), "Save the labels with a wider type that holds more ids"
    ),
)
