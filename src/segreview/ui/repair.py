"""Repair: systematic errors are looked for in a data set, and put right in all of its samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from qtpy.QtWidgets import QFileDialog

from segreview.errors import Cancelled, SegreviewError
from segreview.formats.entry import Entry
from segreview.session.opening import Opening
from segreview.session.review import Review
from segreview.session.systematic import (
    Survey,
    fix,
    fix_title,
    survey,
    take_back,
    write_corrected,
)
from segreview.triage.systematic import Finding
from segreview.ui.dialogs.systematic_dialog import SystematicDialog, Way
from segreview.ui.host import Host

Doing = Callable[[Review], bool]
"""What is done to the review of each sample; whether there was something to do."""


class Repair:
    """Looks for systematic errors and puts right what the user chooses.

    A fix is a step of undo in each sample it concerns, as each has a journal of its own; the line that
    tells of it takes it back in all of them.

    Parameters
    ----------
    bench
        The data set under review.
    """

    def __init__(self, bench: Host) -> None:
        self._bench = bench

    def begin(self) -> None:
        """Look, show what was found, and do what the user wants done about it.

        Raises
        ------
        SegreviewError
            What hinders it; `Cancelled` when the user calls it off.
        """
        bench = self._bench
        if bench.scene is not None:
            bench.scene.bridge.adopt_strays()
        found = bench.busy.run(
            "Looking for systematic errors",
            lambda: survey(bench.entries, bench.review, bench.reading.sample, bench.busy.report),
        )
        if not found.findings:
            bench.say(_nothing(found))
            return
        dialog = SystematicDialog(bench.window, found)
        dialog.exec()
        dialog.deleteLater()
        if dialog.way is Way.FIX:
            self._fix(found, dialog.finding)
        elif dialog.way is Way.WRITE:
            self._write(found, dialog.finding)

    # ---------------------------------------------------------------- edits
    def _fix(self, found: Survey, finding: Finding) -> None:
        """Put a finding right in all its samples, the current one last."""
        entries = [found.entries[name] for name in finding.samples]
        nodes: dict[Path, int] = {}

        def correct(review: Review) -> bool:
            gesture, gt = fix(review, finding), review.reference.path
            if gesture is not None and gt is not None:
                nodes[gt] = review.journal.head
            return gesture is not None

        done = self._each(entries, "Correcting", correct)
        back = ("Take back in all", partial(self._take_back, done, nodes))
        told = f"{fix_title(finding)}: {_counted(len(done))} corrected."
        self._bench.say(told, link=back if done else None)

    def _take_back(self, entries: list[Entry], nodes: Mapping[Path, int]) -> None:
        """Undo a fix wherever nothing came after it, by the states of the journals that it led to."""

        def undo(review: Review) -> bool:
            gt = review.reference.path
            return gt is not None and gt in nodes and take_back(review, nodes[gt])

        taken = self._each(entries, "Taking back", undo)
        kept = len(entries) - len(taken)
        more = f" {_counted(kept)} had later steps and stay: undo there by hand." if kept else ""
        self._bench.say(f"Taken back in {_counted(len(taken))}.{more}")

    def _each(self, entries: list[Entry], what: str, doing: Doing) -> list[Entry]:
        """Do something to the review of each sample; those where it was done, when it was called off too.

        A sample that cannot be opened is told, and hinders no other one.
        """
        bench, done = self._bench, list[Entry]()
        review = bench.review
        others = [entry for entry in entries if review is None or entry.gt != review.reference.path]
        faults: list[SegreviewError] = []
        try:
            for n, entry in enumerate(others, start=1):
                try:
                    if self._to_one(entry, f"{what} {entry.name} ({n} of {len(entries)})", doing):
                        done.append(entry)
                except Cancelled:
                    raise
                except SegreviewError as error:
                    faults.append(error)
            if review is not None and len(others) < len(entries) and doing(review):
                done += [entry for entry in entries if entry.gt == review.reference.path]
        except Cancelled:
            pass  # what is done is told, and can be taken back
        if faults:
            more = f" {_counted(len(faults) - 1)} more failed as well." if faults[1:] else ""
            bench.say(f"{faults[0]}{more}", "warning")
        return done

    def _to_one(self, entry: Entry, title: str, doing: Doing) -> bool:
        """Do something to a sample that is not open; whether there was something to do."""
        bench = self._bench
        review = bench.busy.run(
            title,
            lambda: Opening(bench.reading.sample(entry)).begin(bench.author),
            discard=lambda review: review.close(),
        )
        try:
            done = doing(review)  # here: what is done is never called off half way
            bench.ledger.keep(review)
        finally:
            review.close()
        return done

    # ---------------------------------------------------------------- files
    def _write(self, found: Survey, finding: Finding) -> None:
        """Write corrected masks into a folder that the user names."""
        bench = self._bench
        chosen = QFileDialog.getExistingDirectory(bench.window, "New folder for the corrected masks")
        if not chosen:
            return
        count = bench.busy.run(
            "Writing corrected masks",
            lambda: write_corrected(finding, found, Path(chosen), bench.busy.report),
        )
        bench.say(f"{_counted(count)} written to {chosen}. File > Open takes that folder as the GT.")


def _counted(count: int) -> str:
    return f"{count:,} sample{'' if count == 1 else 's'}"


def _nothing(found: Survey) -> str:
    left = f" {found.problems[0]}" if found.problems else ""
    return f"No systematic errors in {_counted(len(found.samples))}.{left}"
