"""Which formats can hold labels: those that keep everything, those that lose something, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.converting import Placing, summed_losses, without_losses
from segreview.formats.entry import Entry
from segreview.formats.format import Format
from segreview.formats.planes import restored
from segreview.formats.registry import FORMATS, drafts_of
from segreview.model.labels import LabelImage

_TRIED = 512
"""Longest side of the part of an image that is tried on a format."""

_NOWHERE = Path(__file__).parent / "nowhere"
"""Folder that does not exist: drafts are made for it, and never written."""


@dataclass(frozen=True)
class Suited:
    """What a format would make of labels.

    Parameters
    ----------
    form
        The format.
    losses
        What it would lose, in words.
    obstacle
        Why it cannot hold them at all; empty when it can.
    """

    form: Format
    losses: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def keeps_all(self) -> bool:
        """Whether nothing would be lost."""
        return not (self.losses or self.obstacle)


def suited(samples: Sequence[LabelImage]) -> tuple[Suited, ...]:
    """Every format: first those that keep all of some labels, then the others, the fittest first.

    Parameters
    ----------
    samples
        Labels of a data set, at least one. The first of them is tried on the formats, in part.
    """
    whole = [restored(labels) for labels in samples]
    found = [_suited(form, whole) for form in FORMATS]
    return tuple(sorted(found, key=lambda one: (bool(one.obstacle), len(one.losses))))


_OWN_CLASSES = ("cityscapes", "cityscapes_polygons")
"""Formats whose ids are the classes of Cityscapes, whatever else the ids of labels meant."""


def _suited(form: Format, samples: Sequence[LabelImage]) -> Suited:
    lost = summed_losses(loss for labels in samples for loss in form.keeps.losses(labels))
    losses = tuple(loss for loss, _ in lost)
    table = samples[0].ontology
    if form.name in _OWN_CLASSES and (table is None or not table.factor):
        return Suited(form, losses, "It holds the classes of Cityscapes, and these labels do not name them.")
    part = without_losses(_part(samples[0]), form.keeps)
    tried = Entry("tried", _NOWHERE)
    try:
        drafts_of(part, Placing(form, [tried]).address(tried, form.name, _NOWHERE, _NOWHERE), form)
    except SegreviewError as error:
        return Suited(form, losses, error.message)
    return Suited(form, losses)


def _part(labels: LabelImage) -> LabelImage:
    """Corner of labels, as if they were made in memory."""
    corner = tuple(slice(0, _TRIED) for _ in labels.shape)
    return replace(labels, planes=tuple(plane[corner] for plane in labels.planes), origin=None)
