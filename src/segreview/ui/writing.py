"""Writing: where corrected labels go, and what becomes of edits that no file holds."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from segreview.errors import Cancelled, SegreviewError
from segreview.formats.entry import Entry
from segreview.session.opening import Opening
from segreview.session.review import Review
from segreview.session.saving import NOTHING, Saved, save
from segreview.ui import messages
from segreview.ui.host import Host
from segreview.ui.messages import Answer


class Gate:
    """The point of a save behind which it cannot be called off any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shut = self._passed = False

    def enter(self) -> None:
        """Go on to what cannot be taken back.

        Raises
        ------
        Cancelled
            When the gate was shut before.
        """
        with self._lock:
            if self._shut:
                raise Cancelled
            self._passed = True

    def shut(self) -> bool:
        """Call the save off; False when it is too late for that."""
        with self._lock:
            self._shut = not self._passed
            return self._shut


class Writing:
    """Writes the labels of a data set, and asks where and whether.

    Parameters
    ----------
    bench
        The data set under review.
    """

    def __init__(self, bench: Host) -> None:
        self._bench = bench
        self._folder: Path | Answer | None = Answer.NO  # where to save: not asked yet
        self._left: set[Path] = set()  # GTs of samples that were open before the current one

    def begin(self) -> None:
        """Another data set: nothing was left, and where to save has not been asked."""
        self._folder = Answer.NO
        self._left.clear()

    def note(self, review: Review) -> None:
        """Note that a review is left: before the end it will be asked about what no file holds of it."""
        if review.reference.path is not None:
            self._left.add(review.reference.path)

    # ---------------------------------------------------------------- the current sample
    def save(self, folder: Path | None = None) -> None:
        """Write the corrected labels: into a folder, or where the user says once.

        Raises
        ------
        SegreviewError
            When they cannot be written, or the user calls it off.
        """
        bench, review = self._bench, self._bench.review
        if review is None or bench.scene is None:
            return
        strays = bench.scene.bridge.adopt_strays()
        if folder is not None:
            self._folder = folder
        if self._folder is Answer.NO and not review.unwritten:
            bench.say(str(NOTHING))  # and nobody has said where to
            return
        self._decide_where(review)
        saved = self._write(review)
        bench.ledger.keep()
        bench.say(f"{saved}{' Pixels that another plugin had written are in it.' if strays else ''}")

    def save_all(self) -> None:
        """Write every sample that has edits, those that were left in an earlier session among them.

        Raises
        ------
        SegreviewError
            The first one of those that hindered it, after all others are written; at once when the
            user calls it off.
        """
        first: SegreviewError | None = None
        others = self.unwritten_entries()
        try:
            if self._is_worked_on() or not others:
                self.save()
        except Cancelled:
            raise
        except SegreviewError as error:
            first = error  # the others can be written all the same
        faults = [self._finish(entry, keep=True) for entry in others]
        if written := faults.count(None):
            counted = f"{written} other sample{'s' if written > 1 else ''}"
            self._bench.say(f"{counted} saved, read again and found equal.")
        for fault in (first, *faults):
            if fault is not None:
                raise fault

    def _is_worked_on(self) -> bool:
        """Whether the current sample has edits that no file holds."""
        review, scene = self._bench.review, self._bench.scene
        strays = scene is not None and scene.bridge.adopt_strays()
        return strays or (review is not None and review.unwritten > 0)

    def _write(self, review: Review) -> Saved:
        """Write the labels of a review in a thread; what it has to tell its views waits for its end."""
        gate, outcome = Gate(), Future[Saved]()

        def work() -> None:
            try:
                outcome.set_result(save(review, self._target, last_call=gate.enter))
            except BaseException as error:  # raised again by `outcome.result`
                outcome.set_exception(error)

        with review.changed.paused():
            try:
                self._bench.busy.run(f"Saving {review.sample.name}", work)
            except Cancelled:
                if gate.shut():
                    raise
            return outcome.result()

    def _decide_where(self, review: Review) -> None:
        """Ask where corrected labels go, once for a data set.

        Raises
        ------
        Cancelled
            When the user cancels.
        """
        if self._folder is Answer.NO:
            chosen = messages.ask_where(self._bench.window, review.reference)
            if chosen is Answer.CANCEL:
                raise Cancelled
            self._folder = chosen

    @property
    def _target(self) -> Path | None:
        """Folder that was chosen for corrected labels; None for over the originals."""
        return None if isinstance(self._folder, Answer) else self._folder

    # ---------------------------------------------------------------- samples that were left
    def unwritten_entries(self) -> list[Entry]:
        """Samples with edits which no file holds, as far as is known, but for the current one."""
        review, unwritten = self._bench.review, self._bench.ledger.unwritten
        current = None if review is None else review.reference.path
        return [entry for entry in self._bench.entries if entry.gt in unwritten and entry.gt != current]

    def _finish(self, entry: Entry, *, keep: bool) -> SegreviewError | None:
        """Write the edits of a sample that was left, or take them back; return what hinders it.

        Raises
        ------
        Cancelled
            When the user calls it off.
        """
        bench = self._bench
        try:
            review, notice = bench.busy.run(
                f"Opening {entry.name}", lambda: self._opened(entry), discard=lambda pair: pair[0].close()
            )
        except Cancelled:
            raise
        except SegreviewError as error:
            return error
        if notice:
            bench.say(notice, "warning")
        try:
            if keep:
                self._decide_where(review)
                self._write(review)
            else:
                review.drop_unwritten()
            bench.ledger.keep(review)
        except Cancelled:
            raise
        except SegreviewError as error:
            return error
        finally:
            review.close()
        return None

    def _opened(self, entry: Entry) -> tuple[Review, str]:
        """Review of a sample that was left, with all its work, and what the user is to know of it."""
        opening = Opening(self._bench.reading.sample(entry))
        return opening.begin(self._bench.author), opening.notice

    # ---------------------------------------------------------------- the end
    def leave(self) -> bool:
        """Ask about unwritten edits before the window closes or other data come; False to stay."""
        bench, review = self._bench, self._bench.review
        if bench.scene is not None:
            bench.scene.bridge.adopt_strays()
        here = 0 if review is None else review.unwritten
        left = [entry for entry in self.unwritten_entries() if entry.gt in self._left]
        if not (here or left):
            return True
        names = [entry.name for entry in left] + ([review.sample.name] if review is not None and here else [])
        edits = here + sum(bench.ledger.unwritten[entry.gt] for entry in left)
        answer = messages.ask_unsaved(bench.window, _listed(names), edits)
        if answer is Answer.CANCEL or not self._leave_current(keep=answer is Answer.YES):
            return False
        try:
            ends = [self._finish(entry, keep=answer is Answer.YES) for entry in left]
        except Cancelled:
            return False
        failed = [fault for fault in ends if fault is not None]
        if failed and answer is Answer.YES:
            messages.show_error(bench.window, failed[0])
            return messages.ask_proceed(
                bench.window,
                f"{len(failed)} of {len(left)} samples could not be written. Close all the same?",
                "Their edits are in the journal, and are offered when the samples are opened again.",
            )
        return review is None or not review.unwritten

    def _leave_current(self, *, keep: bool) -> bool:
        """Write the edits of the current sample, or take them back; False when that fails, which is told."""
        review = self._bench.review
        if review is None or not review.unwritten:
            return True
        try:
            if keep:
                self.save()
            else:
                review.drop_unwritten()
        except Cancelled:
            return False
        except SegreviewError as error:
            messages.show_error(self._bench.window, error)
            return False
        return True


def _listed(names: list[str]) -> str:
    """Names as a title: the one, or how many."""
    return names[0] if len(names) == 1 else f"{len(names)} samples"
