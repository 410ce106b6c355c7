"""The record of a review: what is known of it without opening it. The journal remains the truth."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from segreview.formats.entry import Entry
from segreview.formats.format import Usual
from segreview.model.labels import Kind, LabelImage
from segreview.session.places import review_folder, state_folder
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.triage.remainder import Remainder

SCHEMA = 1
"""Number of the form of the file; raised when an older program could no longer read it."""

NAME = "record.json"

Place = tuple[tuple[int, ...], tuple[int, ...], int]
"""What tells an item from the others of a review: ids of GT, ids of the model, region."""

Left = tuple[int, int, int, int, int]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """Where a review stands.

    Parameters
    ----------
    done, total
        Rows that are done, of those that ask for a judgement.
    unwritten
        Gestures with edits that no file holds.
    kind
        What the labels were read as.
    values
        Of a two-valued mask: what it writes for background and for objects.
    begun
        Whether the journal holds anything: else the labels may as well be read in another way.
    asked, classes, usual, usual_pred
        How the data set was read: whether the user said the kind, the name of the class table, and what
        was decided of its GT and of the model's masks.
    row
        Ids of both sides and region of the item that was looked at last, or None.
    left
        What random checks tell of what is left: items, left, picks, wrong, passed, as in `Remainder`; None
        where there are none.
    time
        When it was written, in seconds since the epoch.
    """

    done: int
    total: int
    unwritten: int = 0
    kind: str = Kind.INSTANCE
    values: tuple[int, int] | None = None
    begun: bool = False
    asked: bool = False
    classes: str = ""
    usual: Usual | None = None
    usual_pred: Usual | None = None
    row: Place | None = None
    left: Left | None = None
    time: float = 0.0

    @property
    def open(self) -> int:
        """Rows that still ask for a judgement."""
        return self.total - self.done

    @classmethod
    def of(cls, review: Review, row: Row | None = None) -> Record:
        """Record of a review, as it stands now."""
        progress, labels = review.progress, review.reference
        return cls(
            progress.done,
            progress.total,
            review.unwritten,
            labels.kind,
            _values(labels),
            begun=len(review.journal.nodes) > 1,
            row=_place_of(row),
            time=time.time(),
        )

    @property
    def remainder(self) -> Remainder | None:
        """What is left; None where there are no random checks."""
        if self.left is None:
            return None
        items, left, picks, wrong, passed = self.left
        return Remainder(items, left, picks, wrong, passed=passed)

    def find_row(self, review: Review) -> Row | None:
        """Row that was looked at last, if it is still there."""
        if self.row is None:
            return None
        reference_ids, prediction_ids, region = self.row
        for item in review.disagreements.with_ids(reference_ids, prediction_ids):
            if item.region == region:
                return review.queue.row_of(item)
        return None

    def keep(self, folder: Path) -> None:
        """Write it into a review's folder; what hinders it is logged, as nothing depends on it."""
        file = folder / NAME
        part = file.with_name(f"{NAME}.{os.getpid()}.part")
        try:
            part.write_text(json.dumps({"schema": SCHEMA, **asdict(self)}), "utf-8")
            part.replace(file)
        except OSError as error:
            _log.warning("the record %s cannot be written: %s", file, error)


def left_of(review: Review) -> Left | None:
    """What random checks tell of what is left in a review, as a record keeps it."""
    found = review.teaching.remainder
    return None if found is None else (found.items, found.left, found.picks, found.wrong, found.passed)


def _place_of(row: Row | None) -> Place | None:
    if row is None or row.gone:
        return None
    return row.item.reference_ids, row.item.prediction_ids, row.item.region


def _values(labels: LabelImage) -> tuple[int, int] | None:
    values = None if labels.origin is None else labels.origin.facts.get("values")
    return None if values is None else (int(values[0]), int(values[1]))


def read_record(folder: Path) -> Record | None:
    """Record in a review's folder; None where there is none that can be used."""
    try:
        content = json.loads((folder / NAME).read_text("utf-8"))
        return _record_of(content) if content["schema"] <= SCHEMA else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.info("the record in %s cannot be used: %s", folder, error)
        return None


def _record_of(content: dict[str, Any]) -> Record:
    """Record of what a file says; names that are not known are left out."""
    found = {name: content[name] for name in Record.__slots__ if name in content}
    record = Record(**found)
    row, values, left = record.row, record.values, record.left
    return replace(
        record,
        done=int(record.done),
        total=int(record.total),
        unwritten=int(record.unwritten),
        kind=Kind(record.kind),
        values=None if values is None else (int(values[0]), int(values[1])),
        usual=_usual_of(found.get("usual")),
        usual_pred=_usual_of(found.get("usual_pred")),
        row=None if row is None else (tuple(map(int, row[0])), tuple(map(int, row[1])), int(row[2])),
        left=None if left is None else _left_of(left),
        time=float(record.time),
    )


def _left_of(content: Iterable[Any]) -> Left:
    items, left, picks, wrong, passed = map(int, content)
    return items, left, picks, wrong, passed


def _usual_of(content: dict[str, Any] | None) -> Usual | None:
    if content is None:
        return None
    values = content["values"]
    return Usual(Kind(content["kind"]), None if values is None else (int(values[0]), int(values[1])))


def records_of(entries: Iterable[Entry]) -> dict[Path, Record]:
    """Records of those samples of a data set that were reviewed before, by their GT."""
    try:
        there = {folder.name for folder in os.scandir(state_folder() / "reviews")}
    except OSError:
        return {}
    found = {}
    for entry in entries:
        folder = review_folder(entry.gt)
        record = read_record(folder) if folder.name in there else None
        if record is not None:
            found[entry.gt] = record
    return found


def last_of(records: dict[Path, Record]) -> Path | None:
    """GT of the sample that was looked at last, or None."""
    return max(records, key=lambda gt: records[gt].time, default=None)
