"""What a review looks like in a viewer: layers, outlines, bridge, and the camera that follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from napari.layers import Labels
from napari.viewer import Viewer

from segreview.compare.disagreement import Disagreement
from segreview.compare.unclaimed import Unclaimed
from segreview.errors import EditRefused, SegreviewError
from segreview.model.box import Box, hull
from segreview.model.sample import REFERENCE
from segreview.session.change import Change, What
from segreview.session.heatmaps import Heatmaps
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.canvas.agreed import Agreed
from segreview.ui.canvas.beside import Beside
from segreview.ui.canvas.bridge import Bridge, boxes_of
from segreview.ui.canvas.contours import Contours
from segreview.ui.canvas.haze import Haze
from segreview.ui.canvas.layers import Layers
from segreview.ui.canvas.section import Section
from segreview.ui.canvas.tint import Tints, tints
from segreview.ui.canvas.warmth import Limits, Warmth
from segreview.ui.switches import Coloring, Switches

_PAINTING = frozenset({"paint", "erase", "fill", "polygon"})
_WHOLE = 0.95
"""Part of the canvas that the labels fill as a whole; napari's own."""

_SMALLEST = 40
"""Data pixels that are shown at least, so that tiny objects keep their surroundings."""


class Scene:
    """One review in a viewer.

    Parameters
    ----------
    viewer
        Viewer that shows it.
    review
        The review.
    layers
        Layers that show the review.
    contours
        Outlines, of whatever they showed before.
    beside
        Puts the sides side by side.
    refused
        Told when an edit is refused.

    Attributes
    ----------
    tints
        Colours of the filled masks; None where outlines alone are drawn.
    heats
        What heatmaps there are.
    warmth
        Colours of the heatmap that is shown, in place of filled masks; None for none.
    """

    def __init__(
        self,
        viewer: Viewer,
        review: Review,
        layers: Layers,
        contours: Contours,
        beside: Beside,
        refused: Callable[[EditRefused], None],
    ) -> None:
        self._viewer = viewer
        self._review = review
        self._refused = refused
        self.layers = layers
        self.contours = contours
        self.bridge = Bridge(review, layers.gt, refused)
        self._beside = beside
        self._tints: dict[Coloring, Tints] = {}
        self.tints: Tints | None = None
        self.heats = Heatmaps(review)
        self.warmth: Warmth | None = None
        self._switches = Switches()
        self._row: Row | None = None
        self._tolerance: float | None = None  # of the lens that the heatmap is seen through
        self._haze: Haze | None = None
        self._agreed = Agreed(review.disagreements.items.values())
        self.contours.set_agreed(*self._agreed.arrays)
        for emitter, callback in self._links():
            emitter.connect(callback)
        self._unwatch = review.watch(self._on_change)

    def _links(self) -> tuple[tuple[Any, Callable[..., None]], ...]:
        """What is followed in the layers."""
        gt, model = self.layers.gt.events, self.layers.model.events
        return (
            (gt.labels_update, self._on_brush),
            (gt.mode, self._on_tool),
            (gt.selected_label, self._on_tool),
            (gt.visible, self._on_eyes),
            (model.visible, self._on_eyes),
        )

    @property
    def gt(self) -> Labels:
        """Layer that is painted on."""
        return self.layers.gt

    @property
    def shows_gt(self) -> bool:
        """Whether the GT is in sight: by its switch, by its eye and by that of the outlines."""
        return bool(self.gt.visible and self.contours.visible)

    @property
    def shows_heat(self) -> bool:
        """Whether a heatmap is in sight: not while the bare image is glanced at, and not in 3D."""
        hidden = self.contours.glanced == (False, False) or self._viewer.dims.ndisplay == 3
        return self.warmth is not None and self.contours.visible and not hidden

    def limit_heat(self, limits: Limits) -> None:
        """Draw the heatmap between other sizes of values."""
        if self.warmth is not None and self.warmth.limits != limits:
            self.warmth.limits = limits
            self.contours.redraw()

    def close(self) -> None:
        """Let go of layers and outlines, which stay in the viewer."""
        self._unwatch()
        self._tolerance = None
        self.look_through()
        self.glance(None)
        for emitter, callback in self._links():
            emitter.disconnect(callback)
        self.bridge.close()

    def show(self, switches: Switches) -> None:
        """Show what is switched on."""
        self._switches = switches
        self._warm()
        sides = (switches.reference, switches.prediction)
        for layer, shown in zip((self.layers.gt, self.layers.model), sides, strict=True):
            if layer.visible != shown:  # napari drops the tool and slices anew, even where nothing changes
                layer.visible = shown
        self.contours.show(*sides)
        self._color(switches)
        self._tolerance = switches.tolerance if switches.lens and switches.heat else None
        self.look_through()
        self._beside.turn(switches.beside)
        self.show_volume()
        self.gt.preserve_labels = switches.protect and self._review.reference.background is not None

    def _color(self, switches: Switches) -> None:
        """Fill the masks as a colouring wants them, or not at all."""
        coloring, filled = switches.coloring, switches.filled and self.warmth is None
        if filled and coloring not in self._tints:
            self._tints[coloring] = tints(self._review, coloring)
        self.tints = self._tints[coloring] if filled else None
        self.contours.fill(None if self.tints is None else self.tints.fills)

    def look_through(self) -> None:
        """Show the heatmap as the tolerance lens leaves it, as far as that has been looked through."""
        lens = self._review.jitter.lens
        if self._tolerance is None or lens is None:
            self._haze = None
        elif self._haze is None or self._haze.lens is not lens:
            self._haze = Haze(lens, self._review.reference.shape, self._tolerance)
        else:
            self._haze.tolerance = self._tolerance
        self.contours.look_through(self._haze)

    def _warm(self) -> None:
        """Show the heatmap that is switched on, where there is anything of it."""
        wanted = self._switches.heatmap if self._switches.heat else None
        heatmap = None
        try:
            heatmap = None if wanted is None else self.heats.of(wanted)
        except SegreviewError as error:
            self._refused(EditRefused(error.message, error.hint))
        if wanted is None or heatmap is None:
            self.warmth = None
        elif self.warmth is None or self.warmth.heat is not wanted:
            self.warmth = Warmth(wanted, heatmap)
        self.contours.lay(None if self.warmth is None else self.warmth.ground)

    def show_volume(self) -> None:
        """Fill the masks by napari's means in its view of volumes, where outlines cannot be drawn."""
        volume = self._viewer.dims.ndisplay == 3
        self.layers.fill(*(volume and shown for shown in self.contours.shown))

    def glance(self, sides: tuple[bool, bool] | None) -> None:
        """Show GT and model, one of them or the bare image for now; None brings back what is switched on."""
        self.contours.glance(sides)
        self.show_volume()

    # ---------------------------------------------------------------- following
    def _on_brush(self, event: Any) -> None:
        """Pixels have changed on the canvas, in a stroke that goes on."""
        start, stop = [0] * self.gt.ndim, list(self.gt.data.shape)
        extra = self._viewer.dims.ndim - self.gt.ndim
        for axis, first, count in zip(
            self._viewer.dims.displayed, event.offset, event.data.shape, strict=True
        ):
            start[axis - extra], stop[axis - extra] = int(first), int(first) + count
        if not self.contours.shown[0]:
            self.glance(None)  # nobody can paint what is not to be seen
        self.contours.redraw(Box(tuple(start), tuple(stop)))

    def _on_tool(self) -> None:
        """Another tool is in hand, or another id to paint with."""
        labels = self._review.reference
        self._review.classing.hold(labels.category_of(self.gt.selected_label))
        paints = str(self.gt.mode) in _PAINTING
        self.contours.accompany(self.gt.selected_label if paints else None)

    def _on_eyes(self) -> None:
        """The eyes of the layer list show and hide the outlines of their side."""
        self.contours.show(self.layers.gt.visible, self.layers.model.visible)

    def _on_change(self, change: Change) -> None:
        if change.relabels:
            rows = [self._review.queue.row(number) for number in change.rows]
            gone = [i for edit in change.edits for i in edit.ids]
            self._agreed.follow([row.item for row in rows if not row.gone], gone)
            self.contours.set_agreed(*self._agreed.arrays)
            self.contours.redraw(hull([*boxes_of(change.edits), *change.boxes]))
        for colors in self._tints.values():
            if colors.follow(change):
                self.contours.redraw()
        self._follow_heat(change)
        if self._row is not None and self._row.number in change.rows:
            self._emphasise()

    def _follow_heat(self, change: Change) -> None:
        """Draw the heatmap anew where it is stale elsewhere too, and show one that has come to be known."""
        shown = None if self.warmth is None else self.warmth.heat
        if self.heats.follow(change, shown):
            self.contours.redraw()
        if self._switches.heat and shown is None and What.EVIDENCE in change.what:
            self._warm()
            self._color(self._switches)

    # ---------------------------------------------------------------- the current item
    def focus_on(self, row: Row | None, *, fly: bool = True) -> None:
        """Make the item of a row stand out, choose its id for the brush, and bring it into view."""
        self._row = row
        self._emphasise()
        if row is None:
            return
        self.choose(self._brush_id(row.item))
        if fly:
            self.fly_to(self._review.exhibits.spot_of(row))

    def _emphasise(self) -> None:
        """Make the item that stands in the current row now stand out."""
        row = self._row
        if row is None or row.gone:
            self.contours.emphasise((), ())
            self.contours.mark(None)
            return
        ids = ((), ()) if row.item.region else (row.item.reference_ids, row.item.prediction_ids)
        self.contours.emphasise(*ids)
        self.contours.mark(row.item.box, self._marked(row))

    def _marked(self, row: Row) -> np.ndarray | None:
        """Pixels of an item that is no object: a region, or a place that nobody claims."""
        item = row.item
        if isinstance(item, Unclaimed):
            return item.mask
        return self._review.disagreements.mask(REFERENCE, item) if item.region else None

    def take_tool(self, mode: str) -> None:
        """Take a tool of the GT layer, whichever layer was in hand: others must not be moved by it."""
        self._viewer.layers.selection.active = self.gt
        self.gt.mode = mode

    def choose_for(self, row: Row) -> None:
        """Choose the id to paint the item of a row with."""
        self.choose(self._review.fresh.peek() if row.gone else self._brush_id(row.item))

    def choose(self, number: int) -> bool:
        """Choose an id for the brush; False, told and no brush in hand, when the file cannot hold it."""
        review = self._review.reference
        fits = number <= min(review.max_storable(), int(np.iinfo(self.gt.data.dtype).max))
        self.gt.selected_label = number if fits else review.background or 0
        if not fits:
            self.gt.mode = "pan_zoom"
            refusal = EditRefused(
                f"A new object would need id {number}, which is too large for {review.dtype} labels.",
                "Choose Correct > Promote labels to save them with a wider type.",
            )
            self._refused(refusal)
        return fits

    def _brush_id(self, item: Disagreement) -> int:
        """Id to paint an item with: its GT object's, or where it has none, an unused one."""
        if item.reference_ids:
            return item.reference_ids[0]
        review = self._review
        theirs = item.prediction_ids[:1]  # none where neither side has an object
        category = review.prediction.category_of(theirs[0]) if theirs else None
        review.classing.hold(category)
        return review.fresh.peek(category)

    def fly_to(self, box: Box) -> None:
        """Bring a box into view, with a margin of about its own size, and its slice to the front."""
        self._turn_to([round(middle) for middle in box.center])
        self._look_at(box.center, np.maximum(np.array(box.shape) * 2.2, _SMALLEST))

    def show_middle(self) -> None:
        """Show the middle slice as a whole, as napari does for layers that are new."""
        self._turn_to([(size - 1) // 2 for size in self._review.reference.shape])
        self.show_whole()

    def show_whole(self) -> None:
        """Bring the labels as a whole into view, whatever else the viewer holds."""
        if self._viewer.dims.ndisplay == 3:
            self._viewer.reset_view()
            return
        box = Box.of_shape(self._review.reference.shape)
        self._look_at(box.center, np.array(box.shape) / _WHOLE)

    def _turn_to(self, index: Sequence[int]) -> None:
        """Bring a slice to the front."""
        dims, labels = self._viewer.dims, self._review.reference
        extra = dims.ndim - len(index)
        for axis, (n, spacing, offset) in enumerate(zip(index, labels.spacing, labels.offset, strict=True)):
            if axis + extra in dims.not_displayed:
                dims.set_point(axis + extra, offset + n * spacing)

    def _look_at(self, center: Sequence[float], size: np.ndarray) -> None:
        """Bring so many pixels around a place of the labels into view."""
        viewer, labels = self._viewer, self._review.reference
        shown = [axis - viewer.dims.ndim + size.size for axis in viewer.dims.displayed[-2:]]
        if min(shown) < 0:
            return  # the user looks across an axis that the labels do not have
        spacing, offset = np.array(labels.spacing), np.array(labels.offset)
        canvas = np.array(viewer.canvas.viewbox_size(viewer.layers), float)
        camera = viewer.scene.camera
        camera.zoom = float(np.min(canvas / (size * spacing)[shown]))
        camera.center = (*camera.center[:-2], *(offset + np.array(center) * spacing)[shown])

    @property
    def section(self) -> Section | None:
        """Slice of the labels that the viewer shows; None for a volume, or a slice that they lack."""
        return Section.of_viewer(self._viewer, self._review.reference)

    def item_at(self, position: tuple[float, ...]) -> Disagreement | None:
        """Item under a world position, a place that nobody claims among them, or None."""
        index = tuple(int(v) for v in np.round(np.asarray(self.gt.world_to_data(position))))
        if index not in Box.of_shape(self._review.reference.shape):
            return None
        return self._review.disagreements.at(index) or self._review.claims.at(index)
