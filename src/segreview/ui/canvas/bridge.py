"""Between napari's Labels layer and the review: strokes become edits, changes become pixels.

The layer paints on a copy of its own. When a stroke ends, the difference between the copy and the
review's labels, looked for only where the stroke went, is the edit. Everything else reaches the
copy as a `Change`, box by box, so that no cost depends on the size of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from napari.layers import Labels
from psygnal import Signal
from qtpy.QtCore import QTimer

from segreview.errors import EditRefused
from segreview.model.box import Box, hull, shape_text
from segreview.model.edit import Edit, Patch, difference
from segreview.model.sample import REFERENCE
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.ui.canvas.repaint import repaint

_MANY = 64
"""Boxes that are shown one by one; of more all that lies between them is, at once."""

_TITLES = {"paint": "Brush stroke", "erase": "Eraser stroke", "fill": "Fill", "polygon": "Polygon"}


class Bridge:
    """Keeps one Labels layer and one plane of the reference equal.

    Parameters
    ----------
    review
        The review.
    layer
        Layer whose data is a copy of the plane.
    refused
        Told when an edit is refused; the layer is put back first.
    plane
        Index of the plane.

    Attributes
    ----------
    replaced
        Emitted after somebody gave the layer another array, whose pixels have become an edit.
    """

    replaced = Signal()

    def __init__(
        self, review: Review, layer: Labels, refused: Callable[[EditRefused], None], plane: int = 0
    ) -> None:
        self.review = review
        self.layer = layer
        self.plane = plane
        self._refused = refused
        self._closed = False
        self._waiting: list[Box] = []  # edits that napari has announced but not yet written
        self._unwatch = review.watch(self._on_change)
        self._pixels = layer.data
        layer.events.data.connect(self._on_data)
        layer.events.paint.connect(self._on_paint)
        layer.events.labels_update.connect(self.take_over_waiting)
        # Instance attributes: what napari's own Ctrl+Z and Ctrl+Shift+Z call on the layer.
        layer.undo = self._undo
        layer.redo = self._redo

    @property
    def document(self) -> np.ndarray:
        """The review's plane."""
        return self.review.reference.planes[self.plane]

    def close(self) -> None:
        """Let go of the layer and the review."""
        self.take_over_waiting()
        self._closed = True  # the layer may hold another sample's pixels from now on
        self._unwatch()
        self.layer.events.data.disconnect(self._on_data)
        self.layer.events.paint.disconnect(self._on_paint)
        self.layer.events.labels_update.disconnect(self.take_over_waiting)
        for name in ("undo", "redo"):
            self.layer.__dict__.pop(name, None)

    # ---------------------------------------------------------------- layer -> review
    def _on_paint(self, event: Any) -> None:
        """A stroke has ended, or napari is about to write a polygon or what a plugin sets."""
        self._waiting += [_box_of_atom(atom) for atom in event.value]
        self.layer._undo_history.clear()  # undo is the review's; napari would keep 100 more copies
        if _is_written(self.layer.data, event.value[-1]):
            self.take_over_waiting()
        else:
            QTimer.singleShot(0, self.take_over_waiting)  # at the latest; mostly `labels_update` comes first

    def take_over_waiting(self) -> None:
        """Hand over what was announced, once it is written."""
        boxes, self._waiting = self._waiting, []
        if boxes:
            self.take_over(boxes, _TITLES.get(str(self.layer.mode), "Edit"), str(self.layer.mode))

    def take_over(self, boxes: Iterable[Box], title: str, tool: str) -> None:
        """Hand what the layer holds differently within boxes to the review as one edit."""
        boxes = list(boxes)
        patches = tuple(difference(self.document, self.layer.data, boxes))
        if self._renew_ids(patches):
            patches = tuple(difference(self.document, self.layer.data, boxes))
        if not patches:
            return
        try:
            gesture = self.review.apply([Edit(REFERENCE, self.plane, patches, tool)], title, origin=self)
        except EditRefused as refusal:
            self._copy_from_document(patch.box for patch in patches)
            self._refused(refusal)
            return
        if sum(edit.count for edit in gesture.edits) < sum(patch.count for patch in patches):
            self._copy_from_document(patch.box for patch in patches)

    def _renew_ids(self, patches: Iterable[Patch]) -> bool:
        """Give painted objects a fresh id where theirs belonged to one that is gone; True when any did."""
        patches = list(patches)
        retired = {
            i for patch in patches for i in np.unique(patch.new).tolist() if _is_retired(self.review, i)
        }
        for old in retired:
            new = self.review.fresh(self.review.reference.category_of(old))
            if new > np.iinfo(self.layer.data.dtype).max:
                continue  # the review refuses the edit, and says why
            for patch in patches:
                crop = self.layer.data[patch.box.slices]
                crop[patch.where() & (crop == old)] = new
                repaint(self.layer, patch.box)
            if self.layer.selected_label == old:
                self.layer.selected_label = new
        return bool(retired)

    def _on_data(self) -> None:
        """Somebody gave the layer another array: keep ours, and take over what it says."""
        theirs, ours = self.layer.data, self._pixels
        if theirs is ours:
            return
        self.layer.data = ours  # all views hold on to this array
        try:
            numbers = _fitted(theirs, ours)
        except EditRefused as refusal:
            self._refused(refusal)
            return
        ours[...] = numbers
        self.take_over([Box.of_shape(ours.shape)], "Edit from outside", "outside")
        self.layer.refresh()
        self.replaced.emit()

    def adopt_strays(self) -> bool:
        """Hand over pixels that were written into the layer behind our back; True when there were any."""
        if self._closed or np.array_equal(self.document, self.layer.data):
            return False
        self.take_over([Box.of_shape(self.document.shape)], "Edit from outside", "outside")
        return True

    def _undo(self) -> None:
        self._guarded(self.review.undo)

    def _redo(self) -> None:
        self._guarded(self.review.redo)

    def _guarded(self, step: Callable[[], object]) -> None:
        try:
            step()
        except EditRefused as refusal:
            self._refused(refusal)

    # ---------------------------------------------------------------- review -> layer
    def _on_change(self, change: Change) -> None:
        if What.PIXELS in change.what and change.origin is not self:
            edits = [edit for edit in change.edits if edit.plane == self.plane]
            self._copy_from_document(patch.box for edit in edits for patch in edit.patches)

    def _copy_from_document(self, boxes: Iterable[Box]) -> None:
        changed = list(dict.fromkeys(boxes))
        for box in changed:
            self.layer.data[box.slices] = self.document[box.slices]
        whole = hull(changed) if len(changed) > _MANY else None
        for box in changed if whole is None else [whole]:
            repaint(self.layer, box)


def _fitted(theirs: Any, ours: np.ndarray) -> np.ndarray:
    """Pixels of an array that takes the place of another one.

    Raises
    ------
    EditRefused
        When it has another shape, or numbers that the other one cannot hold.
    """
    if theirs.shape != ours.shape:
        raise EditRefused(
            f"The GT layer was given an array of {shape_text(theirs.shape)} pixels, "
            f"not {shape_text(ours.shape)}.",
            "The masks are as they were.",
        )
    numbers = np.asarray(theirs)
    if not np.array_equal(numbers.astype(ours.dtype), numbers):
        raise EditRefused(
            f"The GT layer was given ids up to {int(numbers.max())}, too large for {ours.dtype} labels.",
            "The masks are as they were. Correct > Promote labels makes room for larger ids.",
        )
    return numbers


def _is_retired(review: Review, number: int) -> bool:
    """Whether an id belonged to an object that is gone, and is not to be used again."""
    known = number in review.journal.ids and review.reference.is_instance(number)
    return known and not review.table.area(REFERENCE, number)


def _box_of_atom(atom: Any) -> Box:
    """Box of one entry of napari's history: a masked box (0.9), or index arrays and their values."""
    if hasattr(atom, "slice_key"):
        return Box.of_slices(atom.slice_key)
    indices = atom[0]
    return Box(tuple(int(i.min()) for i in indices), tuple(int(i.max()) + 1 for i in indices))


def _is_written(data: np.ndarray, atom: Any) -> bool:
    """Whether an entry of napari's history is in the data: napari announces some before it writes them."""
    if not hasattr(atom, "slice_key"):
        return bool(np.all(data[atom[0]] == atom[2]))
    crop = data[atom.slice_key]
    return bool(np.all((crop if atom.mask is None else crop[atom.mask]) == atom.new_value))


def boxes_of(edits: Iterable[Edit]) -> Iterator[Box]:
    """Boxes of all patches of some edits."""
    for edit in edits:
        for patch in edit.patches:
            yield patch.box
