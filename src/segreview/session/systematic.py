"""Systematic errors of a data set under review: looked for in its labels as they are now, and put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

import numpy as np

from segreview.errors import SegreviewError, WriteError
from segreview.formats.address import file_of, in_folder
from segreview.formats.entry import Entry
from segreview.formats.registry import write
from segreview.model.box import Box, shape_text
from segreview.model.labels import LabelImage
from segreview.model.sample import Sample
from segreview.session.gesture import Gesture
from segreview.session.held import sample_now
from segreview.session.review import Review
from segreview.triage.systematic import Finding, Flaw, find_systematic_errors

Report = Callable[[int, int], object]
"""Told how much is done, and of how much; what it raises calls everything off."""

MOST_PIXELS = 2**27
"""Pixels of all samples that are held together; of more, those that come first are looked at."""

_STEPS = 100
_CLOSE_UP = 40
"""Pixels around a place where a few pixels are to be seen."""

_RESHAPING = frozenset({Flaw.RESIZED, Flaw.ROTATED, Flaw.TRANSPOSED})
"""What may give masks another shape."""

_SLIGHT = frozenset({Flaw.SHIFTED, Flaw.DILATED, Flaw.ERODED})


@dataclass(frozen=True, eq=False)
class Survey:
    """What was found in a data set.

    Parameters
    ----------
    entries, samples
        What was looked at, by name: its files, and its labels as they are now.
    findings
        What is wrong with all of some of them.
    problems
        A line for every sample that was left out, and why.
    """

    entries: Mapping[str, Entry]
    samples: Mapping[str, Sample]
    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()


def survey(
    entries: Sequence[Entry],
    live: Review | None,
    read: Callable[[Entry], Sample],
    report: Report = lambda *_: None,
) -> Survey:
    """Look for systematic errors in a data set; nothing is written, and no journal is begun.

    Parameters
    ----------
    entries
        The samples.
    live
        Review that is open.
    read
        Reads a sample as the data set is read.
    report
        Told how far it is.
    """
    known: dict[str, Entry] = {}
    samples: dict[str, Sample] = {}
    problems: list[str] = []
    pixels, half = 0, _STEPS // 2
    for n, entry in enumerate(entries):
        report(n * half // len(entries), _STEPS)
        try:
            if entry.name in known:
                raise SegreviewError(f"another sample has this name: {known[entry.name].gt}.")
            sample = sample_now(entry, live, read)
        except SegreviewError as error:
            problems.append(f"{entry.name}: {error}")
            continue
        pixels += prod(sample.reference.shape)
        if samples and pixels > MOST_PIXELS:
            problems.append(f"{len(entries) - n} more were not looked at: all together are too large.")
            break
        samples[entry.name], known[entry.name] = sample, entry

    def proceed(share: float) -> bool:
        report(half + int(half * share), _STEPS)
        return True

    findings = find_systematic_errors(samples.values(), proceed)
    return Survey(known, samples, tuple(findings), tuple(problems))


# -------------------------------------------------------------------- putting right
def obstacle(finding: Finding, samples: Mapping[str, Sample]) -> str:
    """Why a finding cannot be put right by edits, and what is to be done instead; empty when it can be."""
    if not finding.mendable:
        return (
            "The model's masks are what is off: the GT stays as it is. "
            "Correct the model's files, and open the data set again."
        )
    if finding.flaw is Flaw.PAIRING:
        return (
            "Verdicts and edits belong to the masks that they were made on: masks are not exchanged under a "
            "review. Write them into a new folder, each under the name of the image that it belongs to, and "
            "open that folder as the GT."
        )
    for name in finding.samples if finding.flaw in _RESHAPING else ():
        before, after = samples[name].reference, finding.correct(samples[name])
        if before.shape != after.shape:
            return (
                f"The masks of {name} are {shape_text(before.shape)} pixels large and would be "
                f"{shape_text(after.shape)}: that is no edit. Write the corrected masks into a new folder, "
                "and open that as the GT."
            )
    return ""


def fix_title(finding: Finding) -> str:
    """What a fix does, as the Undo menu names it."""
    return f"Fix for all: {finding.flaw}"


def fix(review: Review, finding: Finding, *, origin: object = None) -> Gesture | None:
    """Put the GT of one sample right as one step of undo, its void included; None when nothing would change.

    Raises
    ------
    SegreviewError
        When the corrected masks have another shape, or as `Review.apply`.
    """
    edits = finding.edits(review.sample)
    if not edits:
        return None
    protected, review.protect_void = review.protect_void, False  # void lies as far off as all the rest
    try:
        return review.apply(edits, fix_title(finding), origin=origin)
    finally:
        review.protect_void = protected


def take_back(review: Review, node: int) -> bool:
    """Undo a fix where it was the last step; False, and nothing done, where something came after it.

    Parameters
    ----------
    review
        Review of a sample, which may have been closed since.
    node
        State of its journal after the fix: titles tell no two fixes of one flaw apart, and may change.
    """
    return review.journal.head == node and review.undo() is not None


def write_corrected(finding: Finding, survey: Survey, folder: Path, report: Report = lambda *_: None) -> int:
    """Write corrected masks into a folder, under the names of the files that they stand for.

    Returns
    -------
    int
        Number of samples that were written.

    Raises
    ------
    WriteError
        When one of them is there already, or cannot be written; what was written before it stays.
    """
    places = [survey.entries[name].gt for name in finding.samples]
    targets = [in_folder(place, file_of(place), folder) for place in places]
    for target in targets:
        if file_of(target).exists():
            raise WriteError(f"{file_of(target)} exists already.", "Choose an empty folder.")
    for n, (name, target) in enumerate(zip(finding.samples, targets, strict=True)):
        report(n, len(targets))
        labels = finding.correct(survey.samples[name])
        if finding.flaw is not Flaw.PAIRING:  # else a copy of the file that it came from
            labels = replace(labels, origin=None)
        write(labels, target)
    return len(finding.samples)


# -------------------------------------------------------------------- looking at it
def place_of(finding: Finding, sample: Sample, after: LabelImage) -> tuple[Box, Box]:
    """Boxes that show what a finding changes, in the labels as they are and in the corrected ones."""
    before = sample.reference
    whole = Box.of_shape(before.shape), Box.of_shape(after.shape)
    if finding.flaw not in _SLIGHT:
        return whole
    changed = np.argwhere(before.planes[0] != after.planes[0])
    if not len(changed):
        return whole
    distances = np.abs(changed - np.median(changed, axis=0)).sum(axis=1)
    place = changed[distances.argmin()].tolist()
    box = Box(tuple(place), tuple(n + 1 for n in place)).grown(_CLOSE_UP, before.shape)
    return box, box
