"""Converting: labels of a data set in another format, with what is kept, and nothing lost unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from segreview.errors import LossError, SegreviewError, WriteError
from segreview.formats.format import Format, Keeps
from segreview.formats.layouts import recognised
from segreview.formats.pairing import Entry, open_entry, pair
from segreview.formats.planes import flattened
from segreview.formats.registry import format_named, write
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Ontology


@dataclass(frozen=True)
class Converted:
    """What came of one image: its files, what was lost with leave, or why there are none."""

    name: str
    files: tuple[Path, ...] = ()
    objects: int = 0
    lost: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Conversion:
    """A data set that is to be written in another format.

    Parameters
    ----------
    source
        File, folder or root of a data set.
    target
        File, or a folder, which is made.
    form
        The format.
    classes, kind
        As for `read`.
    allow_loss
        Whether labels are written without what the format cannot hold; else they are refused.
    """

    source: Path
    target: Path
    form: Format
    classes: str | Path | Ontology | None = None
    kind: Kind | str | None = None
    allow_loss: bool = False

    @classmethod
    def of(cls, source: Path, target: Path, form: str, **options: object) -> Conversion:
        """Conversion to a format of this name; raises what `format_named` raises."""
        return cls(source, target, format_named(form), **options)  # type: ignore[arg-type]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Images of the source, with their pictures where these are found beside them.

        Raises
        ------
        SegreviewError
            When there is none.
        """
        entries = pair(self.source).entries
        known = recognised(self.source)
        return tuple(replace(entry, pred=None) for entry in entries) if known is not None else entries

    def check(self) -> None:
        """Refusal of a target that would be written over.

        Raises
        ------
        WriteError
            When a file is there already.
        """
        for file in dict.fromkeys(self._file(entry) for entry in self.entries):
            filled = self.form.of_folders and file.is_dir() and any(file.iterdir())
            there = [] if filled else [one for one in (file, *self.form.files(file)) if one.is_file()]
            if there or filled:
                raise WriteError(
                    f"{(there or [file])[0]} exists already: nothing was converted.",
                    "Name another target, or move that away.",
                )

    def steps(self, entries: Iterable[Entry]) -> Iterator[Converted]:
        """Convert images one by one; one that fails is told, and stops no other."""
        for entry in entries:
            try:
                yield self._convert(entry)
            except SegreviewError as error:
                yield Converted(entry.name, problem=str(error))

    def _convert(self, entry: Entry) -> Converted:
        labels = replace(open_entry(entry, self.classes, self.kind).reference, origin=None)
        losses = self.form.keeps.losses(labels)
        if losses and not self.allow_loss:
            raise LossError(
                f"{self.form.title} cannot hold {'; '.join(losses)}.",
                "--allow-loss writes the labels without.",
            )
        kept = without_losses(labels, self.form.keeps) if losses else labels
        address = self._address(entry)
        self._file(entry).parent.mkdir(parents=True, exist_ok=True)
        written = write(kept, address, self.form.name)
        return Converted(entry.name, written, _objects(kept), losses)

    # ---------------------------------------------------------------- places
    def _file(self, entry: Entry) -> Path:
        """File, or folder of files, that an image goes to."""
        form = self.form
        if form.of_folders and not form.suffixes:
            return self.target if self._is_one else self.target / entry.name / form.name
        end = form.suffixes[0]
        if self.target.name.lower().endswith(tuple(suffix.lower() for suffix in form.suffixes)) and (
            self._is_one or form.holds_many
        ):
            return self.target
        return self.target / f"{self.source.stem if form.holds_many else entry.name}{end}"

    def _address(self, entry: Entry) -> Path:
        """Address of an image: behind the file of many, the name of its picture."""
        if not self.form.holds_many:
            return self._file(entry)
        return self._file(entry) / (entry.name if entry.image is None else entry.image.name)

    @property
    def _is_one(self) -> bool:
        return len(self.entries) == 1


def without_losses(labels: LabelImage, keeps: Keeps) -> LabelImage:
    """Labels without what a format cannot hold, as far as they can be without it.

    Overlapping objects are seen from above, pixel sizes are dropped, and what is known of single ids.
    """
    fewer = labels if keeps.overlaps else flattened(labels)
    if not keeps.spacing:
        fewer = replace(fewer, spacing=(1.0,) * len(fewer.shape), unit="pixel")
    segments = {id_: _kept(segment, keeps) for id_, segment in fewer.segments.items()}
    return replace(fewer, segments=segments)


def _kept(segment: Segment, keeps: Keeps) -> Segment:
    return Segment(
        segment.category if keeps.categories else None,
        segment.score if keeps.scores else None,
        segment.iscrowd and keeps.crowds,
    )


def _objects(labels: LabelImage) -> int:
    """Number of ids that are objects or classes."""
    ids = {int(i) for plane in labels.planes for i in np.unique(plane)}
    return len(ids - labels.outside)
