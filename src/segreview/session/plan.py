"""The plan for a data set: how its labels are read, and where the review goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.formats.classes import load_classes
from segreview.formats.entry import Entry
from segreview.model.labels import Kind
from segreview.model.ontology import Ontology
from segreview.session.reading import Reading, usual_of
from segreview.session.record import Record, last_of, records_of


@dataclass(frozen=True, eq=False)
class Plan:
    """What is found out before the first sample of a data set is opened.

    Parameters
    ----------
    number
        Sample to begin with.
    reading
        How the labels are read.
    records
        What is known of samples that were reviewed before, by their GT.
    """

    number: int
    reading: Reading
    records: Mapping[Path, Record]


def plan_of(
    entries: Sequence[Entry],
    sample: str = "",
    kind: Kind | str | None = None,
    classes: str | Path | Ontology | None = None,
) -> Plan:
    """Plan for a data set.

    Parameters
    ----------
    entries
        The samples.
    sample
        Name of the sample to begin with; by default the one that was looked at last.
    kind, classes
        What the user says of the labels. Where he says nothing, what he said the last time holds, else
        what was decided then, else what a few files say.
    """
    records = records_of(entries)
    last = last_of(records)
    number = next((n for n, entry in enumerate(entries) if entry.name == sample), None)
    if number is None:
        number = next((n for n, entry in enumerate(entries) if entry.gt == last), 0)
    reading = Reading(kind, load_classes(classes))
    return Plan(number, _decided(reading, entries, None if last is None else records[last]), records)


def _decided(reading: Reading, entries: Sequence[Entry], last: Record | None) -> Reading:
    """How labels are read where the user has not said it: as the last time, else as a few files say."""
    if last is not None and reading.suits(last):
        asked = last.kind if last.asked else None
        reading = replace(reading, kind=reading.kind or asked, usual=last.usual, usual_pred=last.usual_pred)
    if len(entries) == 1 or reading.kind not in (None, Kind.BINARY):
        return reading
    preds = [entry.pred for entry in entries if entry.pred is not None]
    return replace(
        reading,
        usual=reading.usual or usual_of([entry.gt for entry in entries], reading.classes),
        usual_pred=reading.usual_pred or usual_of(preds, reading.classes),
    )
