"""The plan for a data set: how its labels are read, and where the review goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segreview.formats.pairing import Entry
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
    return Plan(number, _reading(entries, kind, classes, None if last is None else records[last]), records)


def _reading(
    entries: Sequence[Entry],
    kind: Kind | str | None,
    classes: str | Path | Ontology | None,
    last: Record | None,
) -> Reading:
    """How labels are read; a record tells nothing beside a class table, which it may not have known."""
    if kind is not None:
        return Reading(kind, classes)
    if last is not None and not classes:
        return Reading(last.kind) if last.asked else Reading(usual=last.usual)
    return Reading(None, classes, usual_of(entries, classes) if len(entries) > 1 else None)
