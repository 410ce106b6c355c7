"""What journals hold of samples: edits and verdicts, and the labels with all of that work in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry
from segreview.formats.registry import digests_of, find_format
from segreview.model.sample import Sample
from segreview.session.journal import Journal
from segreview.session.opening import JOURNALS, Opening
from segreview.session.places import review_folder
from segreview.session.review import Review
from segreview.session.verdict_list import VerdictLine, verdict_lines


@dataclass(frozen=True)
class Held:
    """What the journal of a sample holds.

    Parameters
    ----------
    entry
        The sample.
    edits
        Number of gestures with edits since the labels were first opened, undone ones left out.
    verdicts
        Verdicts that stand.
    problem
        Why the journal could not be looked into; empty when it could, or there is none.
    """

    entry: Entry
    edits: int = 0
    verdicts: tuple[VerdictLine, ...] = ()
    problem: str = ""


def held(entry: Entry, live: Review | None = None) -> Held:
    """What the journal of a sample holds, found without reading its pixels.

    Parameters
    ----------
    entry
        The sample.
    live
        Review that is open, whose journal nobody else can open.
    """
    if live is not None and live.reference.path == entry.gt:
        return _held(entry, live.journal)
    names = (review_folder(entry.gt) / name for name in JOURNALS)
    files = [file for file in names if file.exists()]
    if not files:
        return Held(entry)
    try:
        digests = digests_of(entry.gt, find_format(entry.gt))
        journal = Journal(max(files, key=lambda file: file.stat().st_mtime_ns), digests)
    except (SegreviewError, OSError) as error:
        return Held(entry, problem=f"{entry.name}: {error}")
    try:
        if journal.state_of(digests) is None:
            why = "the labels were changed by another program since they were reviewed; open them first"
            return Held(entry, problem=f"{entry.name}: {why}")
        return _held(entry, journal)
    except SegreviewError as error:
        return Held(entry, problem=f"{entry.name}: {error}")
    finally:
        journal.close()


def _held(entry: Entry, journal: Journal) -> Held:
    lines = verdict_lines(entry.name, entry.gt, journal)
    return Held(entry, journal.edits_between(0, journal.head), tuple(lines))


def sample_now(entry: Entry, live: Review | None, read: Callable[[Entry], Sample]) -> Sample:
    """Sample with all edits that its journal holds."""
    if live is not None and live.reference.path == entry.gt:
        return replace(live.sample.with_reference(live.reference.copy()), name=entry.name)
    journal = held(entry)
    if journal.problem:
        raise SegreviewError(journal.problem.removeprefix(f"{entry.name}: "))
    if not journal.edits:
        return replace(read(entry), name=entry.name)
    opening = Opening(read(entry))
    try:
        return replace(opening.sample_now(), name=entry.name)
    finally:
        opening.cancel()
