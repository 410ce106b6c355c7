"""Converting: labels of a data set in another format, with what is kept, and nothing lost unasked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path

import numpy as np

from segreview.errors import LossError, SegreviewError, WriteError
from segreview.formats.address import file_of
from segreview.formats.entry import Entry, open_entry
from segreview.formats.format import Format, Keeps
from segreview.formats.image import SUFFIXES
from segreview.formats.layouts import recognised
from segreview.formats.pairing import pair
from segreview.formats.planes import flattened, restored
from segreview.formats.registry import format_named, members_of, write
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
    def of(
        cls,
        source: Path,
        target: Path,
        form: str,
        classes: str | Path | Ontology | None = None,
        kind: Kind | str | None = None,
        *,
        allow_loss: bool = False,
    ) -> Conversion:
        """Conversion to a format of this name; raises what `format_named` raises."""
        return cls(source, target, format_named(form), classes, kind, allow_loss)

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
            refuse_existing(self.form, file)

    def steps(self, entries: Iterable[Entry]) -> Iterator[Converted]:
        """Convert images one by one; one that fails is told, and stops no other."""
        for entry in entries:
            try:
                yield self._convert(entry)
            except SegreviewError as error:
                yield Converted(entry.name, problem=str(error))

    def _convert(self, entry: Entry) -> Converted:
        labels = open_entry(entry, self.classes, self.kind).reference
        return write_converted(
            entry.name, labels, self._address(entry), self.form, allow_loss=self.allow_loss
        )

    # ---------------------------------------------------------------- places
    def _file(self, entry: Entry) -> Path:
        """File, or folder of files, that an image goes to."""
        form = self.form
        if form.of_folders and not form.suffixes and self._is_one:
            return self.target
        if self.target.name.lower().endswith(tuple(suffix.lower() for suffix in form.suffixes)) and (
            self._is_one or form.holds_many
        ):
            return self.target
        return file_for(self._placing.named(entry), form, self.source.stem, self.target, self.target)

    def _address(self, entry: Entry) -> Path:
        """Address of an image: behind the file of many, the name of its picture."""
        return self._placing.within(self._file(entry), entry)

    @cached_property
    def _placing(self) -> Placing:
        return Placing(self.form, self.entries)

    @property
    def _is_one(self) -> bool:
        return len(self.entries) == 1


def file_for(entry: Entry, form: Format, stem: str, folder: Path, root: Path) -> Path:
    """File, or folder of files, of an image: in its folder, or in the root where it holds all images."""
    if form.of_folders and not form.suffixes:
        return folder / entry.name / form.name
    end = form.suffixes[0]
    return root / f"{stem}{end}" if form.holds_many else folder / f"{entry.name}{end}"


@dataclass(frozen=True, eq=False)
class Placing:
    """Addresses of the images of a data set in another format, no two the same.

    Parameters
    ----------
    form
        The format.
    entries
        All images.
    """

    form: Format
    entries: Sequence[Entry]

    def address(self, entry: Entry, stem: str, folder: Path, root: Path) -> Path:
        """Address of an image: its file, or behind the file of all images the name of its picture."""
        return self.within(file_for(self.named(entry), self.form, stem, folder, root), entry)

    def within(self, file: Path, entry: Entry) -> Path:
        """Address of an image whose file is known."""
        if not self.form.holds_many:
            return file
        if not self.form.names_all:
            return file / str(self._numbers[entry.gt])
        picture = entry.image or self._told.get(entry.gt)
        name = self._names[entry.gt]
        if picture is None or name != entry.name:
            return file / f"{name}{'' if picture is None else picture.suffix}"
        return file / picture.name

    def named(self, entry: Entry) -> Entry:
        """Image under a name of its own."""
        return replace(entry, name=self._names[entry.gt])

    @cached_property
    def _names(self) -> dict[Path, str]:
        """Names of the images: those of one name are told apart by their addresses, then by numbers."""
        counts = Counter(self._key(entry.name) for entry in self.entries)
        names: dict[Path, str] = {}
        taken: set[str] = set()
        for entry in sorted(self.entries, key=lambda entry: counts[self._key(entry.name)] > 1):
            alone = counts[self._key(entry.name)] == 1  # these come first, and keep their names
            wanted = entry.name if alone else f"{entry.name}_{entry.gt.stem}"
            tries = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
            names[entry.gt] = next(name for name in tries if self._key(name) not in taken)
            taken.add(self._key(names[entry.gt]))
        return names

    def _key(self, name: str) -> str:
        """What two names may not share: systems are blind to case, files of many to leading zeros."""
        return str(int(name)) if self.form.holds_many and name.isdecimal() else name.casefold()

    @cached_property
    def _told(self) -> dict[Path, Path]:
        """Pictures of the images as files of many name them, which need not be there."""
        files = {file for entry in self.entries if (file := file_of(entry.gt)) != entry.gt}
        names = {address: Path(name) for file in files for address, name in members_of(file).items()}
        return {address: name for address, name in names.items() if name.suffix.lower() in SUFFIXES}

    @cached_property
    def _numbers(self) -> dict[Path, int]:
        """Numbers of the images, for files that know no names: ids of the source, names, or places from 1."""
        addresses = [entry.gt for entry in self.entries]
        for told in ([address.name for address in addresses], [entry.name for entry in self.entries]):
            numbers = [int(name) for name in told if name.isdecimal()]
            if len(set(numbers)) == len(addresses):
                return dict(zip(addresses, numbers, strict=True))
        return {address: place for place, address in enumerate(addresses, start=1)}


def refuse_existing(form: Format, address: Path) -> None:
    """Refusal of a target that would be written over.

    Raises
    ------
    WriteError
        When it is there already.
    """
    file = address.parent if form.holds_many and address.parent.is_file() else address
    filled = form.of_folders and file.is_dir() and any(file.iterdir())
    there = [] if filled else [one for one in (file, *form.files(file)) if one.is_file()]
    if there or filled:
        raise WriteError(
            f"{(there or [file])[0]} exists already: nothing was converted.",
            "Name another target, or move that away.",
        )


def write_converted(
    name: str, labels: LabelImage, address: Path, form: Format, *, allow_loss: bool
) -> Converted:
    """Labels of an image written in another format, and read again.

    Raises
    ------
    LossError
        When the format cannot hold them, and that is not allowed.
    WriteError
        When they cannot be written.
    """
    labels = replace(restored(labels), origin=None)
    losses = form.keeps.losses(labels)
    if losses and not allow_loss:
        raise LossError(
            f"{form.title} cannot hold {'; '.join(losses)}.", "--allow-loss writes the labels without."
        )
    kept = without_losses(labels, form.keeps) if losses else labels
    (address.parent.parent if form.holds_many else address.parent).mkdir(parents=True, exist_ok=True)
    return Converted(name, write(kept, address, form.name), _objects(kept), losses)


def without_losses(labels: LabelImage, keeps: Keeps) -> LabelImage:
    """Labels without what a format cannot hold, as far as they can be without it.

    Overlapping objects are seen from above, pixel sizes are dropped, and what is known of single ids;
    what is void is so no more.
    """
    fewer = labels if keeps.overlaps else flattened(labels)
    if not keeps.spacing:
        fewer = replace(fewer, spacing=(1.0,) * len(fewer.shape), unit="pixel")
    segments = {id_: _kept(segment, keeps) for id_, segment in fewer.segments.items()}
    return replace(fewer, segments=segments, void=fewer.void if keeps.void else frozenset())


def summed_losses(losses: Iterable[str]) -> list[tuple[str, int]]:
    """Each sort of loss, the numbers of all images added up, and in how many images it is met."""
    images: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for loss in losses:
        sort = re.sub("[0-9]+", "{}", loss, count=1)
        number = re.search("[0-9]+", loss)
        images[sort] += 1
        amounts[sort] += int(number.group()) if number else 0
    return [(sort.format(amounts[sort]), count) for sort, count in images.most_common()]


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
