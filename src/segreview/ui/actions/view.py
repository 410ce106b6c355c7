"""Commands that choose what is seen."""

from __future__ import annotations

from segreview.triage.heat import SCALES, Heat
from segreview.ui.actions.action import Action
from segreview.ui.switches import Coloring

_HEATS = {
    Heat.DIFFERENCE: "Where the sides differ, by 1 \N{MINUS SIGN} IoU of the item",
    Heat.SUSPICION: "Where the sides differ, by how likely the GT needs a hand",
    Heat.DISSENT: "Where the GT is not what the image looks like to a classifier that learnt from the others",
    Heat.DISPLACEMENT: "How far the model's outlines lie inside or outside those of the GT",
    Heat.ENTROPY: "Where probabilities, or several annotators, are undecided",
    Heat.CONFUSION: "Where classes differ, by how much of the GT's class the model calls so",
}

VIEW: tuple[Action, ...] = (
    Action(
        "toggle_filled", "Filled masks", "View", ("O",), "Masks filled, or outlines only", switch="filled"
    ),
    Action(
        "color_by_side",
        "By side",
        "View",
        (),
        "Fill the GT in blue and the model in orange",
        switch="coloring",
        value=Coloring.SIDE,
        submenu="Colour of masks",
    ),
    Action(
        "color_by_iou",
        "By IoU",
        "View",
        (),
        "Fill each object in the colour of its IoU; stripes for no partner",
        switch="coloring",
        value=Coloring.IOU,
        submenu="Colour of masks",
    ),
    Action(
        "color_by_class",
        "By class",
        "View",
        (),
        "Fill each object in the colour of its class; stripes where the classes differ",
        switch="coloring",
        value=Coloring.CATEGORY,
        submenu="Colour of masks",
    ),
    Action("toggle_heat", "Heatmap", "View", ("Q",), "Show where the sides differ", switch="heat"),
    *(
        Action(
            f"heat_of_{heat}",
            SCALES[heat].title,
            "View",
            (),
            tooltip,
            switch="heatmap",
            value=heat,
            submenu="Kind of heatmap",
        )
        for heat, tooltip in _HEATS.items()
    ),
    Action(
        "next_heat",
        "Next kind",
        "View",
        ("Alt+Q",),
        "Show the next kind of heatmap that this sample has",
        submenu="Kind of heatmap",
    ),
    Action(
        "toggle_lens",
        "Tolerance lens",
        "View",
        ("Shift+Q",),
        "Tell jitter of outlines from real errors, up to as many pixels as a slider says",
        switch="lens",
    ),
    Action(
        "toggle_traces",
        "Evidence",
        "View",
        ("Shift+E",),
        "Draw on the current item where the reasons of its suspicion are seen",
        switch="traces",
    ),
    Action(
        "toggle_gt", "GT", "View", ("Ctrl+1",), "Show or hide the GT's masks", switch="reference", apart=True
    ),
    Action(
        "toggle_model", "Model", "View", ("Ctrl+2",), "Show or hide the model's masks", switch="prediction"
    ),
    Action(
        "hide_masks", "Bare image", "View", ("H",), "Hide all masks while the key is held down", held=True
    ),
    Action(
        "swap_sides",
        "GT or model alone",
        "View",
        ("Tab",),
        "Tapped: GT, model, both in turn; held down: blink between the two",
        held=True,
    ),
    Action(
        "toggle_beside", "Side by side", "View", ("8",), "GT left, model right", switch="beside", apart=True
    ),
    Action("toggle_volume", "3D view", "View", ("Ctrl+Y",), "A stack as a volume, or slice by slice"),
    Action("toggle_legend", "Legend", "View", ("9",), "What lines and colours mean", switch="legend"),
    Action("toggle_scale", "Scale bar", "View", ("R",), "A ruler in the unit of the sample", switch="scale"),
    Action(
        "toggle_hover",
        "Object card under the pointer",
        "View",
        (),
        "Ids, kind and IoU of what lies under the pointer",
        switch="hover",
    ),
    Action(
        "toggle_figures",
        "Figures",
        "View",
        ("T",),
        "Show or hide the panel of figures, each with its formula",
    ),
    Action(
        "show_overview",
        "Data set at a glance",
        "View",
        ("Shift+T",),
        "Images and kinds as a table in colours, whose cells open the worst item",
        "samples",
    ),
    Action(
        "zoom_to_item",
        "Zoom to the item",
        "View",
        ("Z",),
        "Bring the current item into view",
        "row",
        apart=True,
    ),
    Action("fit_image", "Whole image", "View", ("0",), "Show the whole image"),
    Action(
        "stretch_view",
        "Contrast of what is in view",
        "View",
        ("K",),
        "Stretch the grey values of the part in view from black to white",
        apart=True,
    ),
    Action(
        "stretch_image",
        "Contrast of the whole image",
        "View",
        ("Shift+K",),
        "Stretch the grey values of the whole image from black to white",
    ),
    Action(
        "swap_theme",
        "Light theme",
        "View",
        (),
        "The other of the two themes",
        needs="",
        apart=True,
        window=True,
    ),
)
