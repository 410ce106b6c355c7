"""Triage of a data set: its items by how likely the annotation is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from segreview.errors import PairingError, SegreviewError
from segreview.formats.classes import load_classes
from segreview.formats.entry import Entry, open_entry
from segreview.formats.format import Usual
from segreview.formats.image import read_image
from segreview.formats.pairing import Pairing, pair
from segreview.model.ontology import Ontology
from segreview.model.sample import REFERENCE, Sample
from segreview.session.reading import usual_of
from segreview.triage.audit import Audit
from segreview.triage.item import Item

SCHEMA = "segreview.triage/1"

_FACTS: Mapping[str, Callable[[Item], Any]] = {
    "kind": lambda item: str(item.kind),
    "gt_ids": lambda item: list(item.reference_ids),
    "pred_ids": lambda item: list(item.prediction_ids),
    "box": lambda item: [list(pair) for pair in zip(item.box.start, item.box.stop, strict=True)],
    "iou": lambda item: round(item.iou, 6),
    "p_gt_wrong": lambda item: round(item.suspicion.reference_wrong, 6),
    "p_pred_wrong": lambda item: round(item.suspicion.prediction_wrong, 6),
    "hygiene": lambda item: list(item.suspicion.hygiene),
    "reasons": lambda item: list(item.suspicion.reasons),
}

COLUMNS = ("rank", "sample", *_FACTS)
"""Columns of a table of items: the keys of an item in JSON."""

_T = TypeVar("_T")

Follow = Callable[[Sequence[Entry]], Iterable[Entry]]


@dataclass(frozen=True)
class Sources:
    """Where a data set lies.

    Parameters
    ----------
    gt, image, pred, prob
        Files or folders; only the first must be given.
    kind, classes
        As for `segreview.read`.
    """

    gt: Path
    image: Path | None = None
    pred: Path | None = None
    prob: Path | None = None
    kind: str | None = None
    classes: str | Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All that are given."""
        return [path for path in (self.gt, self.image, self.pred, self.prob) if path is not None]


@dataclass(frozen=True)
class Triage:
    """Items of a data set, the most urgent first, each with the name of its sample.

    Parameters
    ----------
    items
        Name of the sample and item.
    failed
        Samples that could not be read, each with the reason.
    notes
        Remarks, for example on files that were ignored.
    """

    items: tuple[tuple[str, Item], ...]
    failed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self, top: int | None = None, *, everything: bool = False) -> dict[str, Any]:
        """All as JSON can hold it.

        Parameters
        ----------
        top
            List only so many items.
        everything
            Whether to list objects that nothing speaks against, too.
        """
        return {
            "schema": SCHEMA,
            "items": self.records(top, everything=everything),
            "failed": [{"sample": name, "reason": reason} for name, reason in self.failed],
        }

    def records(self, top: int | None = None, *, everything: bool = False) -> list[dict[str, Any]]:
        """Items as plain values, by rank."""
        shown = [one for one in self.items if everything or one[1].doubtful]
        return [_record(rank, name, item) for rank, (name, item) in enumerate(shown[:top], 1)]


def _record(rank: int, name: str, item: Item) -> dict[str, Any]:
    return {"rank": rank, "sample": name, **{key: fact(item) for key, fact in _FACTS.items()}}


def csv_of_items(records: Iterable[dict[str, Any]]) -> str:
    """Items as CSV: a line for each; several values of a cell are parted by spaces or semicolons."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        cells = {name: _cell(name, value) for name, value in record.items()}
        writer.writerow(cells)
    return text.getvalue()


def _cell(name: str, value: Any) -> Any:
    if name == "box":
        return " ".join(f"{start}:{stop}" for start, stop in value)
    if isinstance(value, list):
        return ("; " if name == "reasons" else " ").join(map(str, value))
    return value


def triage_data_set(sources: Sources, learn: Follow = iter, judge: Follow = iter) -> Triage:
    """Items of a data set.

    Parameters
    ----------
    sources
        Where it lies.
    learn, judge
        Go through the samples once each, and may show how far they have come.

    Raises
    ------
    SegreviewError
        When nothing belongs together, or no sample could be read: the reason of the first.
    """
    reader = _Reader(sources)
    failed, audit = list(reader.lacking()), Audit()

    def taught(entry: Entry) -> None:
        sample = reader.sample(entry)
        model = sample.prediction if sample.has_prediction else None
        audit.learn(entry.name, sample.reference, sample.images, model)

    def judged(entry: Entry) -> list[Item]:
        return audit.items(entry.name, reader.sample(entry), reader.probability(entry))

    readable = [entry for entry, _ in _tried(learn(reader.pairing.entries), taught, failed)]
    found = _tried(judge(readable), judged, failed)
    items = sorted(
        ((entry.name, item) for entry, some in found for item in some), key=lambda one: one[1].urgency
    )
    return Triage(tuple(items), tuple(failed), reader.notes())


def _tried(
    entries: Iterable[Entry], step: Callable[[Entry], _T], failed: list[tuple[str, str]]
) -> Iterator[tuple[Entry, _T]]:
    """Each entry with what a step makes of it; those where it fails are listed with the reason.

    Raises
    ------
    SegreviewError
        When it fails for all of them: the first reason.
    """
    done, errors = 0, list[SegreviewError]()
    for entry in entries:
        try:
            result = step(entry)
        except SegreviewError as error:
            errors.append(error)
            failed.append((entry.name, str(error)))
            continue
        done += 1
        yield entry, result
    if errors and not done:
        raise errors[0]


class _Reader:
    """Reads the samples of a data set, each with the kind that is usual in it."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._classes: Ontology | None = load_classes(sources.classes)
        self.pairing: Pairing = pair(sources.gt, sources.image, sources.pred)
        entries = self.pairing.entries
        self._usual = self._usually([entry.gt for entry in entries])
        self._usual_pred = self._usually([entry.pred for entry in entries if entry.pred is not None])
        self._maps = _maps_of(sources)

    def _usually(self, files: Sequence[Path]) -> Usual | None:
        asked = self._sources.kind is not None
        return None if asked or len(files) < 2 else usual_of(files, self._classes)

    def sample(self, entry: Entry) -> Sample:
        """Sample of an entry."""
        return open_entry(entry, self._classes, self._sources.kind, self._usual, self._usual_pred)

    def probability(self, entry: Entry) -> np.ndarray | None:
        """Model's probability that a pixel belongs to an object, 0 to 1; None where there is none."""
        path = self._maps.get(entry.gt)
        if path is None:
            return None
        data = read_image(path).data
        return data / np.iinfo(data.dtype).max if data.dtype.kind in "iu" else data

    def lacking(self) -> list[tuple[str, str]]:
        """Annotations without a file that was asked for, each with the reason."""
        return [(one.path.name, one.reason) for one in self.pairing.unmatched if one.role == REFERENCE]

    def notes(self) -> tuple[str, ...]:
        """Remarks on files that were ignored."""
        extra = [one for one in self.pairing.unmatched if one.role != REFERENCE]
        without = [one.gt for one in self.pairing.entries if one.gt not in self._maps]
        return (
            *self.pairing.notes,
            *(f"{one.path.name}: {one.reason}" for one in extra),
            *(f"{path.name}: no probability map of this name" for path in without if self._maps),
        )


def _maps_of(sources: Sources) -> dict[Path, Path]:
    """Probability map of each annotation that has one.

    Raises
    ------
    SegreviewError
        When maps are asked for and none belongs to an annotation.
    """
    if sources.prob is None:
        return {}
    try:
        entries = pair(sources.gt, image=sources.prob).entries
    except PairingError as error:
        raise PairingError(
            f"No probability map in {sources.prob} belongs to an annotation in {sources.gt} by name.",
            error.hint,
        ) from error
    return {entry.gt: entry.image for entry in entries if entry.image is not None}
