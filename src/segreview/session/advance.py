"""Advance: how far the judging of a sample has come, told by its pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from segreview.model.labels import LabelImage
from segreview.shape.tile import tiles_of

Pause = Callable[[], None]
Step = TypeVar("Step")

_TAUGHT, _OBJECT = 0.08, 0.0016
"""What learning from a tile and looking at an object take, in terms of reading a tile: as measured on 16
tiles with 5,600 nuclei."""
_END = 0.08
"""What is done at the end without a pause, in terms of all before."""


class Advance:
    """Share of the work on a sample of objects that is done.

    There is a pause before each tile that is learnt from, then for every view one at its beginning, one
    before each tile that is read, and one before each object. How many places there are beside the objects is
    not known before: a view that takes longer waits at its end.

    Parameters
    ----------
    labels
        The annotation.
    objects
        Number of objects in it, more or less.
    told
        Told the share, 0 to 1, in whatever thread the work is done.
    """

    def __init__(self, labels: LabelImage, objects: int, told: Callable[[float], object]) -> None:
        in_time = labels.axes.startswith("T")
        views = len(labels.planes) * (labels.shape[0] if in_time else 1)
        self._tiles = sum(1 for _ in tiles_of(labels.shape[1:] if in_time else labels.shape))
        self._taught = views * self._tiles * _TAUGHT
        self._view = self._tiles + objects / views * _OBJECT
        self._whole = (self._taught + views * self._view) * (1 + _END)
        self._told = told
        self._begun = self._pauses = 0

    def while_learning(self, pause: Pause) -> Pause:
        """Pause that counts tiles that are learnt from."""

        def count() -> None:
            pause()
            self._pauses += 1
            self._told(min(self._pauses * _TAUGHT, self._taught) / self._whole)

        return count

    def while_looking(self, pause: Pause) -> Pause:
        """Pause that counts what is looked at in a view of `each`."""

        def count() -> None:
            pause()
            self._pauses += 1
            tiles = min(self._pauses - 1, self._tiles)
            objects = max(self._pauses - 1 - self._tiles, 0)
            self._tell_view(min(tiles + objects * _OBJECT, self._view))

        return count

    def each(self, views: Iterable[Step]) -> Iterator[Step]:
        """Views one after the other, as they are looked at."""
        self._pauses = 0
        for number, view in enumerate(views, start=1):
            yield view
            self._begun, self._pauses = number, 0
            self._tell_view(0.0)

    def _tell_view(self, done: float) -> None:
        self._told((self._taught + self._begun * self._view + done) / self._whole)
