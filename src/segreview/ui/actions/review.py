"""Commands that judge and go on."""

from __future__ import annotations

from segreview.session.verdict import Judgement
from segreview.ui.actions.action import Action

REVIEW: tuple[Action, ...] = (
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
        apart=True,
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
    Action(
        "take_back_verdict",
        "Take back the last verdict",
        "Review",
        ("Backspace",),
        "Take back the last verdict, or the last one on many rows, with the pixels that came with it",
        apart=True,
    ),
    Action(
        "advance_by_itself",
        "Go on after a verdict",
        "Review",
        (),
        "A verdict that settles an item moves on to the next one",
        switch="advance",
    ),
    Action(
        "look_for_suspects",
        "Look for suspects",
        "Review",
        (),
        "While your hands rest, find what is likely wrong, and rank the queue by it",
        switch="suspects",
    ),
    Action(
        "add_note",
        "Note…",
        "Review",
        ("Ctrl+Return", "Ctrl+Enter"),
        "Write a line about the item, with a verdict or without one",
        "row",
        apart=True,
    ),
    Action(
        "find_item",
        "Go to…",
        "Review",
        ("Ctrl+F",),
        "Go to an id of the GT or the model, to a class or a kind",
    ),
    Action("find_again", "Go to the next hit", "Review", ("F3",), "Go to the next row that was looked for"),
    Action(
        "filter_queue",
        "Filter the queue…",
        "Review",
        ("Ctrl+Shift+F",),
        "Narrow the queue down by text, IoU, size, border and what is judged",
    ),
    Action("clear_filter", "Clear the filter", "Review", (), "List every row that asks for a judgement"),
    Action("copy_rows", "Copy rows", "Review", ("Ctrl+C",), "Copy the selected rows, for a spreadsheet"),
    Action("copy_ids", "Copy ids", "Review", (), "Copy the ids of the selected rows"),
    Action(
        "previous_flip",
        "IoU threshold down to the next flip",
        "Review",
        (",",),
        "Lower the threshold to where an object flips between hit and miss, and select it",
        apart=True,
    ),
    Action(
        "next_flip",
        "IoU threshold up to the next flip",
        "Review",
        (".",),
        "Raise the threshold to where an object flips between hit and miss, and select it",
    ),
    Action(
        "next_sample", "Next sample", "Review", ("PgDown", "D"), "Go to the next image", "samples", apart=True
    ),
    Action(
        "previous_sample", "Previous sample", "Review", ("PgUp", "A"), "Go to the image before", "samples"
    ),
)
