"""Polygons that are drawn over one another: which to draw anew for an image to look as wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

Corners = Sequence[tuple[float, float]]


def painted(
    polygons: Sequence[Corners], shape: tuple[int, int], masks: Mapping[int, np.ndarray] | None = None
) -> np.ndarray:
    """Number from 1 of the polygon that is seen in each pixel, int32; 0 where there is none.

    Pillow draws them, each over those before it, as ``json2instanceImg`` of cityscapesScripts does.

    Parameters
    ----------
    polygons
        Corners of each, x and y.
    shape
        Height and width of the image.
    masks
        Pixels of those that are painted by a mask, by their numbers.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("I", shape[::-1])
    pen = ImageDraw.Draw(picture)
    for number, corners in enumerate(polygons, start=1):
        if masks is not None and number in masks:
            picture.paste(number, mask=Image.fromarray(masks[number] * np.uint8(255)))
        elif len(corners) > 1:
            pen.polygon(list(corners), fill=number)
    return np.array(picture, np.int32)


@dataclass
class Redrawing:
    """Polygons to be drawn anew, found step by step.

    Parameters
    ----------
    polygons
        Corners of each polygon, in the order in which they are drawn.
    ids
        Id of each.
    target
        Id that is to be seen in each pixel; 0 for none.
    single
        Whether an id is that of one polygon: an object, rather than a class of which there may be many.

    Attributes
    ----------
    masks
        Pixels of the polygons that are drawn anew, by their numbers from 1; new ones have the next numbers
        and lie on top, and those that nothing is left of have no pixels.
    fresh
        Ids of the new ones.
    """

    polygons: Sequence[Corners]
    ids: Sequence[int]
    target: np.ndarray
    single: Callable[[int], bool]
    masks: dict[int, np.ndarray] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)

    def find(self) -> None:
        """Find what has to be drawn anew for the target to be seen; the others keep their corners.

        What lies hidden below later polygons stays a part of a polygon. What would tear an object apart is
        drawn over it.
        """
        seen, whole = self._painted(), set[int]()
        while True:
            self.masks, self.fresh = {}, []
            wanted = self._wanted(seen, whole)
            self._draw_anew({len(self.ids) + number for number in range(1, len(self.fresh) + 1)}, wanted)
            while (wrong := (now := self._painted()) != wanted).any():
                numbers = {int(n) for n in np.unique([now[wrong], wanted[wrong]])} - {0, *self.masks}
                assert numbers  # what is painted by its mask is seen where it is wanted
                self._draw_anew(numbers, wanted)
            torn = {number for number, mask in self.masks.items() if self._is_torn(number, mask)} - whole
            if not torn:
                return
            whole |= torn

    def _painted(self) -> np.ndarray:
        polygons = [*self.polygons, *([] for _ in self.fresh)]
        return painted(polygons, (self.target.shape[0], self.target.shape[1]), self.masks)

    def _draw_anew(self, numbers: Collection[int], wanted: np.ndarray) -> None:
        for number in numbers:
            mask: np.ndarray = wanted == number
            if number <= len(self.polygons) and mask.any():
                whole = painted([self.polygons[number - 1]], (mask.shape[0], mask.shape[1])) > 0
                mask |= whole & (wanted > number)
            self.masks[number] = mask

    def _is_torn(self, number: int, mask: np.ndarray) -> bool:
        """Whether a polygon of the file that is an object would be in several parts."""
        return number <= len(self.ids) and self.single(self.ids[number - 1]) and len(_parts(mask)) > 1

    # ---------------------------------------------------------------- which polygon is to be seen where
    def _wanted(self, seen: np.ndarray, whole: Collection[int]) -> np.ndarray:
        """Number of the polygon that is to be seen in each pixel, when some are not to be cut."""
        wrong = np.array([0, *self.ids])[seen] != self.target
        wanted: np.ndarray = np.where(wrong, 0, seen)
        over = wrong & np.isin(seen, list(whole))
        for one in map(int, np.unique(self.target[over])):
            for part in () if self.single(one) else _parts(over & (self.target == one)):
                wanted[part] = self._new(one)
        missing = (wanted == 0) & wrong & (self.target != 0)
        for one in map(int, np.unique(self.target[missing])):
            mask = self.target == one
            for part in [mask] if self.single(one) else _parts(mask):
                if (part & missing).any():
                    wanted[part & missing] = self._owner(one, wanted[part])
        return wanted

    def _owner(self, one: int, seen: np.ndarray) -> int:
        """Polygon that takes more pixels of an id: the one of which most is seen there, or a new one."""
        if (counts := np.bincount(seen[seen > 0])).size:
            return int(counts.argmax())
        if self.single(one) and one in self.ids:
            return list(self.ids).index(one) + 1  # it was hidden
        return self._new(one)

    def _new(self, one: int) -> int:
        self.fresh.append(one)
        return len(self.ids) + len(self.fresh)


def _parts(mask: np.ndarray) -> list[np.ndarray]:
    """Parts of a mask that hang together, diagonals included."""
    from scipy.ndimage import label

    numbers, count = label(mask, np.ones((3, 3)))
    return [numbers == number for number in range(1, count + 1)]
