"""Claims: the places that neither side has, as far as edits have not covered them since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from segreview.compare.disagreement import Handle, Replaced
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage

SAME = 0.5
"""IoU of boxes from which two places are one: the second opinion sees it a little otherwise each time."""

COVERED = 0.5
"""Share of its pixels from which on a place is covered by objects."""

_PREFIX = "unclaimed"


class Claims:
    """Places of a sample that neither side claims, and which of them objects have covered since."""

    def __init__(self) -> None:
        self._known: dict[Handle, Unclaimed] = {}
        self._covered: set[Handle] = set()

    def __len__(self) -> int:
        return len(self._known) - len(self._covered)

    @property
    def all(self) -> tuple[Unclaimed, ...]:
        """Every place, covered or not."""
        return tuple(self._known.values())

    def at(self, index: Sequence[int]) -> Unclaimed | None:
        """Place under a pixel that no object covers, or None."""
        for handle, place in self._known.items():
            if handle not in self._covered and tuple(index) in place.box:
                inside = tuple(n - start for n, start in zip(index, place.box.start, strict=True))
                if place.mask[inside]:
                    return place
        return None

    def same(self, place: Unclaimed) -> Unclaimed:
        """The known place that a place is, or itself."""
        return next((one for one in self._known.values() if is_same(one, place)), place)

    def exchange(self, places: Iterable[Unclaimed], labels: LabelImage) -> Replaced:
        """Know these places alone, and those that are covered; those that objects cover now are left out."""
        wanted = {place.handle: place for place in places}
        gone = [one for handle, one in self._known.items() if handle not in wanted]
        gone = [one for one in gone if one.handle not in self._covered]
        new = [one for handle, one in wanted.items() if handle not in self._known]
        new = [one for one in new if not is_covered(one, labels)]
        for one in gone:
            del self._known[one.handle]
        self._known.update((one.handle, one) for one in new)
        return Replaced(tuple(gone), tuple(new))

    def follow(self, edit: Edit, labels: LabelImage) -> Replaced:
        """Places that an edit has covered, and those that it has laid bare again."""
        gone, back = list[Unclaimed](), list[Unclaimed]()
        for handle, place in self._known.items():
            if place.plane != edit.plane or not any(patch.box & place.box for patch in edit.patches):
                continue
            covered = is_covered(place, labels)
            if covered != (handle in self._covered):
                (gone if covered else back).append(place)
        self._covered.update(one.handle for one in gone)
        self._covered.difference_update(one.handle for one in back)
        return Replaced(tuple(gone), tuple(back))


def is_covered(place: Unclaimed, labels: LabelImage) -> bool:
    """Whether objects have at least half of the pixels of a place."""
    held = labels.planes[place.plane][place.box.slices][place.mask]
    free = np.isin(held, list(labels.outside))
    return bool((~free).mean() >= COVERED)


def is_same(first: Unclaimed, second: Unclaimed) -> bool:
    """Whether two places are one."""
    return first.plane == second.plane and _iou(first.box, second.box) >= SAME


def place_key(place: Unclaimed, known: Iterable[str]) -> str:
    """What a verdict on a place is kept by: the place, not the pixels, which are seen otherwise each time.

    Parameters
    ----------
    place
        The place.
    known
        Keys of verdicts that were given; that of the same place is used again.
    """
    near = (key for key in known if (found := _of_key(key)) is not None and _is_near(found, place))
    return next(near, _key(place.plane, place.box))


def _is_near(found: tuple[int, Box], place: Unclaimed) -> bool:
    plane, box = found
    return plane == place.plane and box.ndim == place.box.ndim and _iou(box, place.box) >= SAME


def _key(plane: int, box: Box) -> str:
    return " ".join([_PREFIX, str(plane), _text(box.start), _text(box.stop)])


def _text(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _of_key(key: str) -> tuple[int, Box] | None:
    """Plane and box of a key; None for that of something else."""
    if not key.startswith(_PREFIX):
        return None
    _, plane, start, stop = key.split(" ")
    corners = (tuple(map(int, corner.split(","))) for corner in (start, stop))
    return int(plane), Box(*corners)


def _iou(first: Box, second: Box) -> float:
    shared = (first & second).size
    return shared / (first.size + second.size - shared)
