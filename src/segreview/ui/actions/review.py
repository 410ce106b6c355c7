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
    Action("next_sample", "Next sample", "Review", ("PgDown",), "Go to the next image", "samples"),
    Action("previous_sample", "Previous sample", "Review", ("PgUp",), "Go to the image before", "samples"),
)
