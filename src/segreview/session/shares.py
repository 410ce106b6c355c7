"""What says how sure the masks of a sample are: probability maps, or what several annotators drew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from segreview.errors import SegreviewError
from segreview.formats.image import read_image
from segreview.formats.pairing import pair
from segreview.formats.registry import read
from segreview.model.labels import LabelImage
from segreview.model.sample import ANNOTATOR, Image, Sample
from segreview.triage.audit import check_probability
from segreview.triage.inspection import refuse_misfit

PROBABILITIES = ("prob", "probs", "probability", "probabilities")
"""Names of a folder beside that of the GT in which probability maps are looked for."""

ANNOTATORS = "annotators"
"""Name of a folder beside that of the GT that holds a folder of masks for each annotator."""


class Shares:
    """Where the uncertainty of a sample's pixels comes from; files are found at once, read when asked for.

    Parameters
    ----------
    sample
        The sample.
    """

    def __init__(self, sample: Sample) -> None:
        self._labels = sample.reference
        self._named = sample.probability
        self._drawn = [source.labels for source in sample.sources if source.role == ANNOTATOR]

    def __bool__(self) -> bool:
        """Whether there is a probability map, or there are two annotators."""
        return self._map is not None or len(self._drawn) > 1 or len(self._files) > 1

    @cached_property
    def _map(self) -> Path | None:
        """Probability map that belongs to the GT: the one that was named, else one beside it."""
        if self._named is not None:
            return self._named
        for folder in self._beside():
            if folder.name.lower() in PROBABILITIES:
                return _partner(self._labels, folder)
        return None

    @cached_property
    def _files(self) -> list[Path]:
        """Masks of each annotator that has any of this sample."""
        folders = [folder for folder in self._beside() if folder.name.lower() == ANNOTATORS]
        found = (_partner(self._labels, one) for folder in folders for one in _folders(folder))
        return [path for path in found if path is not None]

    def _beside(self) -> Iterator[Path]:
        path = self._labels.path
        return iter(()) if path is None else _folders(path.parent.parent)

    def probabilities(self) -> list[np.ndarray]:
        """Probability of each class at every pixel, or of the foreground alone; none without a map.

        Raises
        ------
        SegreviewError
            When the map cannot be read, has another shape than the GT, or holds no probabilities.
        """
        if self._map is None:
            return []
        found = _channels(read_image(self._map))
        for one in found:
            if one.dtype.kind == "f":
                check_probability(one, self._labels)
            refuse_misfit("The probability map is", one.shape, self._labels)
        return found

    def annotators(self) -> list[LabelImage]:
        """Masks of all annotators.

        Raises
        ------
        SegreviewError
            When they cannot be read, or one has another shape than the GT.
        """
        drawn = self._drawn if len(self._drawn) > 1 else None  # one alone is never undecided
        found = drawn or [read(path, kind=self._labels.kind) for path in self._files]
        for labels in found:
            refuse_misfit("An annotator's masks are", labels.shape, self._labels)
        return found


def _folders(folder: Path) -> Iterator[Path]:
    """Folders in a folder, in the order of their names; none where it cannot be looked into."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return iter(())
    return (path for path in inside if path.is_dir())


def _partner(labels: LabelImage, folder: Path) -> Path | None:
    """File of a folder that belongs to labels by its name."""
    assert labels.path is not None
    try:
        return pair(labels.path, image=folder).entries[0].image
    except SegreviewError:
        return None


def _channels(image: Image) -> list[np.ndarray]:
    """Arrays of an image's channels or colours; the image itself where it has none."""
    axis = -1 if image.rgb else image.channel_axis
    return [image.data] if axis is None else list(np.moveaxis(image.data, axis, 0))
