"""Projects: the samples of a data set that can be reviewed, and what keeps others out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.errors import PairingError, SegreviewError
from segreview.formats.entry import Entry, check_shapes
from segreview.formats.pairing import Pairing, accompanied, pair


@dataclass(frozen=True)
class Project:
    """Samples that belong together.

    Parameters
    ----------
    entries
        Samples whose files fit.
    problems
        A line for every file that is left out, and why: told before the review starts.
    notes
        Remarks that need no decision.
    paths
        Paths of GT, image and model that the project was made of; None for one that was not given.
    prob, annotators
        Paths of what was given besides, to say how sure the masks are.
    """

    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    paths: tuple[Path | None, Path | None, Path | None] = (None, None, None)
    prob: Path | None = None
    annotators: tuple[Path, ...] = ()

    @classmethod
    def of_paths(
        cls,
        gt: Path,
        image: Path | None = None,
        pred: Path | None = None,
        prob: Path | None = None,
        annotators: Sequence[Path] = (),
    ) -> Project:
        """Project of files, or of folders whose files are paired by name; see `pair` and `accompanied`.

        Raises
        ------
        SegreviewError
            When nothing can be reviewed; the message says why.
        """
        pairing = accompanied(pair(gt, image, pred), gt, prob, annotators)
        made = cls.of_pairing(pairing, (gt, image, pred))
        return replace(made, prob=prob, annotators=tuple(annotators))

    @classmethod
    def of_pairing(
        cls, pairing: Pairing, paths: tuple[Path | None, Path | None, Path | None] = (None, None, None)
    ) -> Project:
        """Project of what was paired; samples whose shapes differ are left out.

        Parameters
        ----------
        pairing
            The files.
        paths
            Where they were looked for: the paths of GT, image and model.

        Raises
        ------
        SegreviewError
            When no sample is left.
        """
        problems = [f"{item.path.name}: {item.reason}" for item in pairing.unmatched]
        fitting, misfits = [], []
        for entry in pairing.entries:
            try:
                check_shapes(entry)
            except SegreviewError as error:
                misfits.append(error)
            else:
                fitting.append(entry)
        if not fitting:
            first = misfits[0] if misfits else PairingError("There is nothing to review.")
            raise type(first)(first.message, first.hint)
        problems += [f"{error.message}" for error in misfits]
        return cls(tuple(fitting), tuple(problems), pairing.notes, paths)

    def report(self) -> str:
        """What can be reviewed, and what is left out, line by line."""
        count = len(self.entries)
        lines = [f"{count} sample{'s' if count > 1 else ''} can be reviewed:"]
        for entry in self.entries[:_LISTED]:
            files = [file.name for file in (entry.gt, entry.image, entry.pred) if file is not None]
            lines.append(f"  {entry.name}: {' · '.join(files)}")
        if count > _LISTED:
            lines.append(f"  … and {count - _LISTED} more")
        if self.problems:
            lines += ["", f"{len(self.problems)} left out:", *(f"  {line}" for line in self.problems)]
        return "\n".join([*lines, *self.notes])


_LISTED = 200
"""Samples that a report names."""
