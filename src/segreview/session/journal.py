"""The journal: every gesture on disk before anything else sees it, and undo as a tree over it."""

from __future__ import annotations

import shutil
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segreview import __version__
from segreview.errors import JournalError
from segreview.session.codec import (
    BEGINNING,
    pack,
    pack_gesture,
    pack_planes,
    unpack_fields,
    unpack_gesture,
    unpack_planes,
)
from segreview.session.frames import FramedFile, is_cut
from segreview.session.gesture import Gesture
from segreview.session.lock import FolderLock
from segreview.session.numbering import Numbering
from segreview.session.places import unused_name
from segreview.session.sampling import Sampling, pick_fields, pick_of
from segreview.session.tree import Node, Tree
from segreview.triage.exploration import Pick

SCHEMA = 2
"""Newest form of a journal that is understood. 2 holds classes of objects, which a program that knows no
more than 1 would lose: a journal is of that form from the first of them on, and of 1 before."""


class Journal(Tree):
    """Append-only record of a review on disk, for this process alone.

    Parameters
    ----------
    path
        The journal's file; it is made when it does not exist.
    digests
        SHA-256 of the files under review, as they were opened.

    Attributes
    ----------
    ids
        Every id that an edit ever wrote or removed.
    dtype
        Type that the labels are to be saved with, once they were promoted.
    original
        SHA-256 of the files as they were when the journal began.
    backgrounds
        Background of the labels when they were first opened as a kind, by that kind.
    elsewhere
        Node that was last saved into another folder, or None.
    sampling
        What was drawn at random.
    notice
        A line for the user when the file was damaged; else empty.

    Raises
    ------
    JournalError
        When the file cannot be read or written, was written by a newer segreview, or is in use by
        another window.
    """

    def __init__(self, path: Path, digests: Sequence[str]) -> None:
        super().__init__()
        self.path = path
        self.ids: set[int] = set()
        self.last_time = 0.0
        self.dtype: str | None = None
        self.original: tuple[str, ...] = ()
        self.backgrounds: dict[str, int | None] = {}
        self.elsewhere: int | None = None
        self.sampling = Sampling()
        self.notice = ""
        self._schema = 1
        self._states: dict[tuple[str, ...], int] = {}
        self._elsewhere: dict[tuple[str, ...], int] = {}
        self._numberings: dict[tuple[str, ...], int] = {}
        self._guard = threading.Lock()
        self._unsynced = False
        self._syncing: threading.Thread | None = None
        self._lock = FolderLock(path.parent)
        try:
            self._file = FramedFile(path)
        except (OSError, ValueError) as error:
            self._lock.release()
            raise JournalError(f"The journal {path} cannot be opened: {error}.", _WAY_OUT) from error
        try:
            self._replay()
            if not self._states:
                self._write(pack(_header(digests, self._schema)))
                self._begin(digests)
        except JournalError:
            self.close()
            raise

    # ---------------------------------------------------------------- reading
    def _replay(self) -> None:
        """Rebuild the tree from the file, and cut off what is no whole record."""
        for position, payload in self._file.frames():
            try:
                fields = unpack_fields(payload)
                take = getattr(self, f"_take_{fields['record']}", None)
                if take is not None:  # a record that an older or newer program added and we can do without
                    take(position, fields)
            except (ValueError, LookupError, TypeError, struct.error) as error:
                raise JournalError(
                    f"The record at byte {position} of the journal {self.path} cannot be understood.",
                    _WAY_OUT,
                ) from error
        surplus = self._file.surplus()
        if not surplus:
            return
        if not is_cut(surplus, BEGINNING):
            self._set_aside()
        self._file.drop_surplus()

    def _set_aside(self) -> None:
        """Keep a copy of a damaged journal before its end is cut off."""
        aside = unused_name(self.path, "damaged")
        try:
            shutil.copyfile(self.path, aside)
        except OSError as error:
            raise JournalError(
                f"The journal {self.path} is damaged, and no copy can be made: {error.strerror or error}.",
                "Free some space on that disk, then open the review again; nothing was changed.",
            ) from error
        self.notice = (
            f"The journal is damaged at byte {self._file.end}. The {len(self.nodes) - 1} steps before it are "
            f"restored; the whole of it is kept as {aside}."
        )

    def _take_journal(self, _: int, fields: dict[str, Any]) -> None:
        if fields["schema"] > SCHEMA:
            raise JournalError(
                f"The journal {self.path} was written by segreview {fields['program']}, which is newer.",
                "Open this review with that version or a later one; nothing was changed.",
            )
        self._schema = fields["schema"]
        if not self._states:  # else the journal goes on in a newer form
            self._begin(fields["digests"])

    def _take_gesture(self, position: int, fields: dict[str, Any]) -> None:
        edits, said = fields["edits"], len(fields["verdicts"]) + len(fields.get("notes", ()))
        self._add(
            Node(fields["parent"], position, fields["title"], bool(edits or fields.get("classes")), said)
        )
        self.ids.update(*(edit["ids"] for edit in edits))
        self.last_time = fields["time"]

    def _take_move(self, _: int, fields: dict[str, Any]) -> None:
        self._go(fields["to"])
        self.last_time = fields["time"]

    def _take_saved(self, _: int, fields: dict[str, Any]) -> None:
        self._note_saved(fields["digests"], fields["at"], in_place=fields.get("in_place", True))

    def _take_numbering(self, position: int, fields: dict[str, Any]) -> None:
        self._numberings[tuple(fields["digests"])] = position

    def _take_promoted(self, _: int, fields: dict[str, Any]) -> None:
        self.dtype = fields["dtype"]

    def _take_background(self, _: int, fields: dict[str, Any]) -> None:
        self.backgrounds[fields["kind"]] = fields["background"]

    def _take_sampling(self, position: int, fields: dict[str, Any]) -> None:
        self.sampling = Sampling(fields["digest"], fields["seed"], position)

    def _take_pick(self, _: int, fields: dict[str, Any]) -> None:
        self.sampling.picks.append(pick_of(fields))

    def _take_came(self, _: int, fields: dict[str, Any]) -> None:
        self.sampling.note(fields["items"], fields["reached"])

    def _begin(self, digests: Sequence[str]) -> None:
        self.original = tuple(digests)
        self._states[self.original] = 0

    def _note_saved(self, digests: Sequence[str], node: int, *, in_place: bool) -> None:
        if in_place:
            self._states[tuple(digests)] = node
        else:
            self.elsewhere = self._elsewhere[tuple(digests)] = node

    # ---------------------------------------------------------------- writing
    def _write(self, record: bytes) -> int:
        """Append a record before anything else happens; the disk is waited for in the background."""
        try:
            position = self._file.append(record)
        except OSError as error:
            raise JournalError(
                f"The journal {self.path} cannot be written: {error.strerror or error}.",
                "The change was not made. Free some space on that disk, then try again.",
            ) from error
        self._sync_soon()
        return position

    def _sync_soon(self) -> None:
        with self._guard:
            self._unsynced = True
            if self._syncing is None:
                self._syncing = threading.Thread(target=self._sync, name="journal sync", daemon=True)
                self._syncing.start()

    def _sync(self) -> None:
        """Wait for the disk until everything that was written has reached it."""
        while True:
            with self._guard:
                if not self._unsynced:
                    self._syncing = None
                    return
                self._unsynced = False
            try:
                self._file.sync()
            except OSError:
                pass  # a disk without fsync; the record itself is written

    def record(self, gesture: Gesture) -> int:
        """Write a gesture as a new node below the head and move the head to it.

        Raises
        ------
        JournalError
            When it could not be written; then nothing has changed.
        """
        if gesture.classes and self._schema < SCHEMA:
            self._write(pack(_header(self.original, SCHEMA)))
            self._schema = SCHEMA
        position = self._write(pack_gesture(gesture, parent=self.head))
        said = len(gesture.verdicts) + len(gesture.notes)
        self._add(Node(self.head, position, gesture.title, gesture.changes_labels, said))
        self.ids.update(*(edit.ids for edit in gesture.edits))
        self.last_time = gesture.time
        return self.head

    def move(self, node: int) -> None:
        """Write that the head is now at a node (undo, redo)."""
        self._write(pack({"record": "move", "to": node, "time": time.time()}))
        self._go(node)
        self.last_time = time.time()

    def saved(self, digests: Sequence[str], files: Sequence[Path], *, in_place: bool) -> None:
        """Write that files hold, or are about to hold, the head's state.

        Parameters
        ----------
        digests, files
            The files and their SHA-256.
        in_place
            True when they are the files that are under review.
        """
        self._write(
            pack(
                {
                    "record": "saved",
                    "at": self.head,
                    "in_place": in_place,
                    "digests": list(digests),
                    "files": [str(file) for file in files],
                    "time": time.time(),
                }
            )
        )
        self._note_saved(digests, self.head, in_place=in_place)

    def numbered(self, digests: Sequence[str], numbering: Numbering) -> None:
        """Write what files with these digests do not keep of labels."""
        self._numberings[tuple(digests)] = self._write(numbering.record(digests))

    def promoted(self, dtype: str) -> None:
        """Write that the labels are to be saved with a wider dtype."""
        self._write(pack({"record": "promoted", "dtype": dtype, "time": time.time()}))
        self.dtype = dtype

    def began_with(self, kind: str, background: int | None) -> None:
        """Write which background the labels had when they were first opened as a kind."""
        self._write(pack({"record": "background", "kind": kind, "background": background}))
        self.backgrounds[kind] = background

    def sampled(self, digest: str, seed: int, figures: np.ndarray) -> None:
        """Write that picks are drawn from now on, among items of which these figures are known."""
        position = self._write(pack_planes([figures], record="sampling", digest=digest, seed=seed))
        self.sampling = Sampling(digest, seed, position)

    def drew(self, pick: Pick) -> None:
        """Write a pick."""
        self._write(pack({"record": "pick", **pick_fields(pick), "time": time.time()}))
        self.sampling.picks.append(pick)

    def came(self, items: Sequence[int], reached: Sequence[int]) -> None:
        """Write that the queue has come to items, and has reached picks."""
        self._write(pack({"record": "came", "items": items, "reached": reached}))
        self.sampling.note(items, reached)

    def settle(self) -> None:
        """Wait until the disk has all that was written."""
        with self._guard:
            syncing = self._syncing
        if syncing is not None:
            syncing.join()

    def close(self) -> None:
        """Wait for the disk and close the file; once is enough."""
        self.settle()
        self._file.close()
        self._lock.release()

    # ---------------------------------------------------------------- what it holds
    def gesture(self, node: int) -> Gesture:
        """Gesture of a node, read from the file.

        Raises
        ------
        JournalError
            When the file cannot be read any more.
        """
        return unpack_gesture(self._read(self.nodes[node].position))

    def numbering(self, digests: Sequence[str]) -> Numbering | None:
        """Ids of labels whose files do not keep them, or None when they do.

        Raises
        ------
        JournalError
            As `gesture`.
        """
        position = self._numberings.get(tuple(digests))
        if position is None:
            return None
        return Numbering.of_record(self._read(position))

    def sampled_figures(self) -> np.ndarray:
        """Figures on the items among which picks are drawn.

        Raises
        ------
        JournalError
            As `gesture`.
        """
        (figures,) = unpack_planes(self._read(self.sampling.position))
        return figures

    def _read(self, position: int) -> bytes:
        try:
            return self._file.read(position)
        except (OSError, ValueError) as error:
            raise JournalError(
                f"The journal {self.path} cannot be read any more at byte {position}.",
                "Check that its disk is still there; nothing was changed.",
            ) from error

    def state_of(self, digests: Sequence[str]) -> int | None:
        """Node whose state the files under review hold with these digests; None when they are strangers.

        Of several files the principal one tells: a kill between two renames leaves another of them ahead.
        """
        if (known := self._states.get(tuple(digests))) is not None or len(digests) == 1:
            return known
        same = [node for state, node in self._states.items() if state[0] == digests[0]]
        return same[-1] if same else None

    def state_elsewhere(self, digests: Sequence[str]) -> int | None:
        """Node whose state files in another folder hold with these digests, or None."""
        return self._elsewhere.get(tuple(digests), self.state_of(digests))

    def steps(self, start: int, end: int) -> Iterator[Gesture]:
        """Gestures that lead from one state to another; those to take back come inverted."""
        back, forth = self.way(start, end)
        yield from (self.gesture(node).inverse() for node in back)
        yield from (self.gesture(node) for node in forth)


def _header(digests: Sequence[str], schema: int) -> dict[str, Any]:
    return {
        "record": "journal",
        "schema": schema,
        "program": __version__,
        "digests": list(digests),
        "time": time.time(),
    }


_WAY_OUT = "Move the file away to begin a new journal; the labels themselves are untouched."
