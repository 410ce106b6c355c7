"""Writing: where corrected labels go, and what becomes of edits that no file holds."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from segreview.errors import Cancelled, SegreviewError
from segreview.formats.pairing import Entry
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
        self._waiting: dict[Path, int] = {}  # edits not written, of samples that were left

    def begin(self) -> None:
        """Another data set: nothing waits, and where to save has not been asked."""
        self._folder = Answer.NO
        self._waiting.clear()

    def note(self, review: Review) -> None:
        """Note how many edits of a review no file holds, before it is left."""
        if review.reference.path is not None:
            self._waiting[review.reference.path] = review.unwritten

    def note_written(self, entry: Entry) -> None:
        """Note that files hold the edits of a sample that was left: an export has written them."""
        self._waiting.pop(entry.gt, None)

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
        elif self._decide_where(review):
            saved = self._write(review)
            bench.ledger.keep()
            bench.say(f"{saved}{' Pixels that another plugin had written are in it.' if strays else ''}")

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

    def _decide_where(self, review: Review) -> bool:
        """Ask where corrected labels go, once for a data set; False when the user cancels."""
        if self._folder is Answer.NO:
            chosen = messages.ask_where(self._bench.window, review.reference)
            self._folder = Answer.NO if chosen is Answer.CANCEL else chosen
        return self._folder is not Answer.NO

    @property
    def _target(self) -> Path | None:
        """Folder that was chosen for corrected labels; None for over the originals."""
        return None if isinstance(self._folder, Answer) else self._folder

    # ---------------------------------------------------------------- samples that were left
    def unwritten_entries(self) -> list[Entry]:
        """Samples that were left with edits which no file holds, but for the current one."""
        review = self._bench.review
        current = None if review is None else review.reference.path
        return [entry for entry in self._bench.entries if self._waiting.get(entry.gt) and entry.gt != current]

    def finish(self, entry: Entry, *, keep: bool) -> SegreviewError | None:
        """Write the edits of a sample that was left, or take them back; return what hinders it."""
        bench = self._bench
        try:
            review = bench.busy.run(
                f"Opening {entry.name}",
                lambda: Opening(bench.reading.sample(entry)).begin(bench.author),
                discard=Review.close,
            )
        except SegreviewError as error:
            return error
        try:
            if not keep:
                review.drop_unwritten()
            elif self._decide_where(review):
                self._write(review)
            else:
                return Cancelled()
            self.note(review)
            bench.ledger.keep(review)
        except SegreviewError as error:
            return error
        finally:
            review.close()
        return None

    # ---------------------------------------------------------------- the end
    def leave(self) -> bool:
        """Ask about unwritten edits before the window closes or other data come; False to stay."""
        bench, review = self._bench, self._bench.review
        if bench.scene is not None:
            bench.scene.bridge.adopt_strays()
        here = 0 if review is None else review.unwritten
        left = self.unwritten_entries()
        if not (here or left):
            return True
        names = [entry.name for entry in left] + ([review.sample.name] if review is not None and here else [])
        edits = here + sum(self._waiting[entry.gt] for entry in left)
        answer = messages.ask_unsaved(bench.window, _listed(names), edits)
        if answer is Answer.CANCEL or not self._leave_current(keep=answer is Answer.YES):
            return False
        ends = [self.finish(entry, keep=answer is Answer.YES) for entry in left]
        failed = [fault for fault in ends if fault is not None]
        if any(isinstance(fault, Cancelled) for fault in failed):
            return False
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
