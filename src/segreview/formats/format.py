"""What a format is: one frozen record of how to know it, read it, write it, and what it can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Usual:
    """What a file is by what is known beside it; it goes before the rule, where nothing was asked for.

    Parameters
    ----------
    kind
        What its integers stand for.
    values
        Of a two-valued mask: what it writes for background and for objects.
    why
        How this is known, in words.
    """

    kind: Kind
    values: tuple[int, int] | None = None
    why: str = "as the rest of the data set"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user decided about a file; everything left out is decided by stated rules.

    Parameters
    ----------
    kind
        What the integers stand for, or None to let the format, the class table or a rule decide.
    ontology
        Class table, or None.
    background
        Id that stands for "no object", None for "every pixel is labelled", or ``"auto"``.
    usual
        What the file is by what is known beside it, or None; a format that knows better pays no heed.
    shape
        Shape of the image, for formats that do not tell it; None to look for the image beside the file.
    """

    kind: Kind | None = None
    ontology: Ontology | None = None
    background: int | Literal["auto"] | None = "auto"
    usual: Usual | None = None
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a format can hold; the rest is refused before anything is written.

    Parameters
    ----------
    dtypes
        Names of the number types that it stores as they are.
    ndim
        Numbers of array axes.
    spacing
        Whether the pixel size is kept.
    overlaps
        Whether objects may overlap (several planes).
    scores, categories, crowds
        Whether the score, the class and the crowd flag of a single id are kept.
    ids
        Whether ids are kept; else objects are numbered in their order when they are read, and
        `Origin.order` tells which is which.
    void
        Whether the file says what is void; where a class table says it, nothing is lost.
    """

    dtypes: tuple[str, ...]
    ndim: tuple[int, ...]
    spacing: bool = False
    overlaps: bool = False
    scores: bool = False
    categories: bool = False
    crowds: bool = False
    ids: bool = True
    void: bool = False

    def losses(self, labels: LabelImage) -> tuple[str, ...]:
        """What of these labels would be lost, in words; empty when everything is kept."""
        found = []
        if labels.planes[0].ndim not in self.ndim:
            found.append(f"{labels.planes[0].ndim} axes (it holds {' or '.join(map(str, self.ndim))})")
        if len(labels.planes) > 1 and not self.overlaps:
            found.append(f"objects that overlap, in {len(labels.planes)} planes")
        if not self.spacing and any(size != 1 for size in labels.spacing):
            found.append(f"the pixel size {labels.spacing} {labels.unit}")
        found += self._lost_segments(labels)
        return tuple(found)

    def _lost_segments(self, labels: LabelImage) -> list[str]:
        """What is known of single ids and would be lost; what the ids themselves say is no loss."""
        segments = labels.segments.items()
        found = []
        scored = [i for i, segment in segments if segment.score is not None]
        if scored and not self.scores:
            found.append(f"scores of {len(scored)} objects")
        implied = {i: _implied(labels, i) if self.ids else None for i, _ in segments}
        classed = [i for i, segment in segments if segment.category not in (None, implied[i])]
        if classed and not self.categories:
            found.append(f"classes of {len(classed)} objects")
        factor = labels.ontology.factor if labels.ontology and self.ids else 0
        crowds = [i for i, segment in segments if segment.iscrowd and i >= factor]
        if crowds and not self.crowds:
            found.append(f"crowd flags of {len(crowds)} objects")
        if void := self._lost_void(labels):
            found.append(f"void of {len(void)} ids")
        return found

    def _lost_void(self, labels: LabelImage) -> list[int]:
        """Ids that are void because files said so: neither a class table nor a crowd flag tells it."""
        table = frozenset() if labels.ontology is None else labels.ontology.void_ids
        said = [
            id_
            for id_ in (() if self.void else labels.void)
            if not {id_, labels.category_of(id_)} & table and not labels.segments.get(id_, Segment()).iscrowd
        ]
        return [id_ for id_ in said if any((plane == id_).any() for plane in labels.planes)]


def _implied(labels: LabelImage, segment_id: int) -> int | None:
    """Class that the id itself tells."""
    if labels.kind is Kind.SEMANTIC:
        return segment_id
    return None if labels.ontology is None else labels.ontology.category_of(segment_id)


def alone(path: Path) -> tuple[Path, ...]:
    """Files of a format whose labels lie in one file."""
    return (path,)


def no_members(_: Path) -> Mapping[str, str]:
    """Images of a format whose files hold one each."""
    return {}


@dataclass(frozen=True)
class Format:
    """A way of keeping labels in files.

    Parameters
    ----------
    name
        Word that commands and scripts use, for example ``"tiff"``.
    title
        What people call it.
    suffixes
        Ends of file names in lower case, with the dot; the first is used for new files.
    sniff
        Whether a path whose file begins with these bytes is of this format. Content first, name
        second; no file is of two formats. The bytes are empty when there is no such file.
    read
        Labels of a file.
    write
        Files as they are going to be, not yet written; no drafts when nothing changed and the
        target is the origin.
    keeps
        What the format can hold.
    files
        Every file that holds the labels that a path names, the principal one first.
    members
        Images of a file that may hold many: the name that is put behind its path, and under which name
        the image is to be looked for elsewhere, such as ``{"139": "000000000139.jpg"}``. Empty for a
        file that holds one image and needs no more than its path. Of a folder, the labels in it.
    shape
        Shape of the labels, found quickly; None where it cannot be known without their image. Left out,
        it is that of the header of an array.
    digests
        What `Origin.digests` would be if the labels were read now; None for those of the files.
    names_all
        Whether `members` names every image of a file; else any other image is one without objects.
    of_folders
        Whether a path of this format is a folder: labels of one image in several files.
    beside
        Everything that the files of a path say beside the labels that it names, by name; equal facts
        have equal text. None for formats of pixels, of which `container_facts` tells it.
    entries
        Bytes of each entry of a file that draws objects one by one, and all others; None for arrays.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Path, bytes], bool]
    read: Callable[[Path, ReadOptions], LabelImage]
    write: Callable[[LabelImage, Path], tuple[Draft, ...]]
    keeps: Keeps
    files: Callable[[Path], tuple[Path, ...]] = alone
    members: Callable[[Path], Mapping[str, str]] = no_members
    shape: Callable[[Path], tuple[int, ...] | None] | None = None
    digests: Callable[[Path], tuple[str, ...]] | None = None
    names_all: bool = True
    of_folders: bool = False
    beside: Callable[[Path], Mapping[str, str]] | None = None
    entries: Callable[[bytes], tuple[tuple[bytes, ...], bytes]] | None = None

    @property
    def has_members(self) -> bool:
        """Whether a path may lead on into its files or folders."""
        return self.members is not no_members

    @property
    def holds_many(self) -> bool:
        """Whether its files may hold many images; labels in a folder are all of one image."""
        return self.has_members and not self.of_folders
