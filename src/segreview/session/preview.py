"""Preview of a data set before it is opened: which files belong together, and what keeps others out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segreview.errors import SegreviewError
from segreview.formats.classes import load_classes
from segreview.formats.entry import Entry, check_shapes
from segreview.formats.naming import IMAGE
from segreview.formats.pairing import Pairing, pair
from segreview.formats.recognising import NOTHING, Told, told_of
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.plan import plan_of
from segreview.session.project import Project

_ROLES = (REFERENCE, IMAGE, PREDICTION)

_LARGEST_READ = 64 * 2**20
"""Bytes of a file that is read only to tell how its labels are taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sample, or one file that is left out.

    Parameters
    ----------
    sample, gt, image, pred
        Names of the sample and of its files; empty where there is none.
    status
        ``"paired"``, or what keeps it out, in a few words.
    reason
        The same in full.
    good
        Whether it can be reviewed.
    """

    sample: str
    gt: str
    image: str
    pred: str
    status: str
    reason: str = ""
    good: bool = True


@dataclass(frozen=True)
class Preview:
    """What paths lead to.

    Parameters
    ----------
    project
        What can be reviewed, or None.
    lines
        Samples first, then what is left out.
    reading
        How the labels of the first sample are taken; empty when that is not known.
    problem
        Why nothing can be reviewed; else empty.
    told
        What the GT was recognised as.
    """

    project: Project | None = None
    lines: tuple[Line, ...] = ()
    reading: str = ""
    problem: str = ""
    told: Told = NOTHING

    @property
    def summary(self) -> str:
        """How many samples can be reviewed, and how many files are left out; or the problem."""
        if self.project is None:
            return self.problem
        count = len(self.project.entries)
        left = sum(not line.good for line in self.lines)
        words = [f"{count} sample{'s' if count != 1 else ''} can be reviewed"]
        words += [f"{left} left out"] if left else []
        return ", ".join(words) + "."


def preview(gt: Path, image: Path | None, pred: Path | None, options: dict[str, Any]) -> Preview:
    """Preview of paths, read as they will be; what is wrong with them is told in it, never raised.

    Parameters
    ----------
    gt, image, pred
        Files or folders.
    options
        How the labels are read: ``kind`` and ``classes``.
    """
    try:
        load_classes(options.get("classes"))
        told = told_of(gt)
        pairing = pair(gt, image, pred)
    except SegreviewError as error:
        return Preview(problem=str(error))
    try:
        project = Project.of_pairing(pairing, (gt, image, pred))
    except SegreviewError as error:
        return Preview(None, _lines(pairing, ()), problem=str(error), told=told)
    try:
        reading = _reading(project.entries, options)
    except SegreviewError as error:
        return Preview(None, _lines(pairing, project.entries), problem=str(error), told=told)
    return Preview(project, _lines(pairing, project.entries), reading, told=told)


def _reading(entries: Sequence[Entry], options: dict[str, Any]) -> str:
    first = entries[0]
    if not first.gt.exists() or first.gt.stat().st_size > _LARGEST_READ:
        return ""
    return plan_of(entries, **options).reading.reference(first).reading


def _lines(pairing: Pairing, fitting: tuple[Entry, ...]) -> tuple[Line, ...]:
    """A line for every sample, then one for every file that is left over."""
    fits = set(fitting)
    found = [_line(entry, entry in fits) for entry in pairing.entries]
    for item in pairing.unmatched:
        gt, image, pred = (item.path.name if item.role == role else "" for role in _ROLES)
        status = "ambiguous" if item.reason.startswith("ambiguous") else item.reason.split(" of this", 1)[0]
        found.append(Line("", gt, image, pred, status, item.reason, good=False))
    return tuple(sorted(found, key=lambda line: not line.good))


def _line(entry: Entry, fits: bool) -> Line:
    gt, image, pred = (path.name if path is not None else "" for path in (entry.gt, entry.image, entry.pred))
    if fits:
        return Line(entry.name, gt, image, pred, "paired")
    try:
        check_shapes(entry)
    except SegreviewError as error:
        status = "shapes differ" if "pixels." in error.message else "cannot be read"
        return Line(entry.name, gt, image, pred, status, str(error), good=False)
    return Line(entry.name, gt, image, pred, "left out", good=False)
