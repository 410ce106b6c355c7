"""Commands that choose what is seen."""

from __future__ import annotations

from segreview.ui.actions.action import Action

VIEW: tuple[Action, ...] = (
    Action(
        "toggle_filled", "Filled masks", "View", ("O",), "Masks filled, or outlines only", switch="filled"
    ),
    Action(
        "toggle_heat", "Disagreement heatmap", "View", ("Q",), "Show where the sides differ", switch="heat"
    ),
    Action("toggle_gt", "GT", "View", ("Ctrl+1",), "Show or hide the GT's masks", switch="reference"),
    Action(
        "toggle_model", "Model", "View", ("Ctrl+2",), "Show or hide the model's masks", switch="prediction"
    ),
    Action("zoom_to_item", "Zoom to the item", "View", ("Z",), "Bring the current item into view", "row"),
    Action("fit_image", "Whole image", "View", ("0",), "Show the whole image"),
)
