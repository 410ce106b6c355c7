"""The journal: every gesture on disk before anything else sees it, and undo as a tree over it.

Gestures are nodes of a tree; node 0 is the file as it was first opened. Undo and redo move the
head along the tree and are records themselves, so that work that was undone stays reachable and
the head is known after a crash.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segreview import __version__
from segreview.errors import JournalError
from segreview.session.codec import pack, pack_gesture, unpack_fields, unpack_gesture
from segreview.session.frames import FramedFile
from segreview.session.gesture import Gesture
from segreview.session.lock import FolderLock

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One gesture in the tree: what came before it and where it stands in the file."""

    parent: int
    position: int
    title: str
    edits: bool
    verdicts: bool


class Journal:
    """Append-only record of a review on disk, for this process alone.

    Parameters
    ----------
    path
        The journal's file; it is made when it does not exist.
    digests
        SHA-256 of the files under review, as they were opened.

    Raises
    ------
    JournalError
        When the file cannot be read or written, was written by a newer segreview, or is in use by
        another window.
    """

    def __init__(self, path: Path, digests: Sequence[str]) -> None:
        self.path = path
        self.nodes: list[Node] = [Node(0, 0, "", edits=False, verdicts=False)]
        self.head = 0
        self.ids: set[int] = set()
        self.last_time = 0.0
        self.dtype: str | None = None
        self._children: dict[int, int] = {}
        self._states: dict[tuple[str, ...], int] = {}
        self._syncing: threading.Thread | None = None
        self._lock = FolderLock(path.parent)
        try:
            self._file = FramedFile(path)
        except (OSError, ValueError) as error:
            self._lock.release()
            raise JournalError(f"The journal {path} cannot be opened: {error}.", _WAY_OUT) from error
        try:
            self._replay()
        except JournalError:
            self._file.close()
            self._lock.release()
            raise
        if not self._states:
            self._write(pack(_header(digests)))
            self._states[tuple(digests)] = 0

    # ---------------------------------------------------------------- reading
    def _replay(self) -> None:
        """Rebuild the tree from the file and drop a record that was cut by a crash."""
        for position, payload in self._file.frames():
            fields = unpack_fields(payload)
            take = getattr(self, f"_take_{fields.get('record')}", None)
            if take is not None:  # a record that an older or newer program added and we can do without
                take(position, fields)
        if self._file.surplus:
            self._file.drop_surplus()

    def _take_journal(self, _: int, fields: dict[str, Any]) -> None:
        if fields["schema"] > SCHEMA:
            raise JournalError(
                f"The journal {self.path} was written by segreview {fields['program']}, which is newer.",
                "Open this review with that version or a later one; nothing was changed.",
            )
        self._states[tuple(fields["digests"])] = 0

    def _take_gesture(self, position: int, fields: dict[str, Any]) -> None:
        edits, verdicts = fields["edits"], fields["verdicts"]
        self._add(Node(fields["parent"], position, fields["title"], bool(edits), bool(verdicts)))
        self.ids.update(*(edit["ids"] for edit in edits))
        self.last_time = fields["time"]

    def _take_move(self, _: int, fields: dict[str, Any]) -> None:
        self._go(fields["to"])
        self.last_time = fields["time"]

    def _take_saved(self, _: int, fields: dict[str, Any]) -> None:
        self._states[tuple(fields["digests"])] = fields["at"]

    def _take_promoted(self, _: int, fields: dict[str, Any]) -> None:
        self.dtype = fields["dtype"]

    def _add(self, node: Node) -> None:
        self.nodes.append(node)
        self.head = self._children[node.parent] = len(self.nodes) - 1

    def _go(self, node: int) -> None:
        """Move the head anywhere in the tree; redo will follow the way that was gone last."""
        step = node
        while step:
            self._children[self.nodes[step].parent] = step
            step = self.nodes[step].parent
        self.head = node

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
        if self._syncing is None or not self._syncing.is_alive():
            self._syncing = threading.Thread(target=self._sync, name="journal sync", daemon=True)
            self._syncing.start()

    def _sync(self) -> None:
        try:
            self._file.sync()
        except (OSError, ValueError):
            pass  # closed meanwhile, or a disk without fsync; the record itself is written

    def record(self, gesture: Gesture) -> int:
        """Write a gesture as a new node below the head and move the head to it.

        Raises
        ------
        JournalError
            When it could not be written; then nothing has changed.
        """
        position = self._write(pack_gesture(gesture, parent=self.head))
        self._add(Node(self.head, position, gesture.title, bool(gesture.edits), bool(gesture.verdicts)))
        self.ids.update(*(edit.ids for edit in gesture.edits))
        self.last_time = gesture.time
        return self.head

    def move(self, node: int) -> None:
        """Write that the head is now at a node (undo, redo)."""
        self._write(pack({"record": "move", "to": node, "time": time.time()}))
        self._go(node)
        self.last_time = time.time()

    def saved(self, digests: Sequence[str], files: Sequence[Path]) -> None:
        """Write that the head's state now stands in files."""
        names = [str(file) for file in files]
        self._write(
            pack(
                {
                    "record": "saved",
                    "at": self.head,
                    "digests": list(digests),
                    "files": names,
                    "time": time.time(),
                }
            )
        )
        self._states[tuple(digests)] = self.head

    def promoted(self, dtype: str) -> None:
        """Write that the labels are to be saved with a wider dtype."""
        self._write(pack({"record": "promoted", "dtype": dtype, "time": time.time()}))
        self.dtype = dtype

    def close(self) -> None:
        """Wait for the disk and close the file."""
        if self._syncing is not None:
            self._syncing.join()
        self._sync()
        self._file.close()
        self._lock.release()

    # ---------------------------------------------------------------- the tree
    def gesture(self, node: int) -> Gesture:
        """Gesture of a node, read from the file."""
        return unpack_gesture(self._file.read(self.nodes[node].position))

    def state_of(self, digests: Sequence[str]) -> int | None:
        """Node whose state files with these digests hold, or None when they are strangers."""
        return self._states.get(tuple(digests))

    @property
    def before_head(self) -> int | None:
        """Node that undo would go to, or None at the root."""
        return self.nodes[self.head].parent if self.head else None

    @property
    def after_head(self) -> int | None:
        """Node that redo would go to, or None."""
        return self._children.get(self.head)

    def line(self, node: int) -> list[int]:
        """Nodes from the root (left out) to a node."""
        found = []
        while node:
            found.append(node)
            node = self.nodes[node].parent
        return found[::-1]

    def way(self, start: int, end: int) -> tuple[list[int], list[int]]:
        """Nodes to take back, in order, and nodes to apply then, to come from one state to another."""
        back, forth = self.line(start), self.line(end)
        common = 0
        while common < min(len(back), len(forth)) and back[common] == forth[common]:
            common += 1
        return back[common:][::-1], forth[common:]

    def steps(self, start: int, end: int) -> Iterator[Gesture]:
        """Gestures that lead from one state to another; those to take back come inverted."""
        back, forth = self.way(start, end)
        yield from (self.gesture(node).inverse() for node in back)
        yield from (self.gesture(node) for node in forth)

    def edits_between(self, start: int, end: int) -> int:
        """Number of gestures with edits on the way from one state to another."""
        back, forth = self.way(start, end)
        return sum(self.nodes[node].edits for node in back + forth)


def _header(digests: Sequence[str]) -> dict[str, Any]:
    return {
        "record": "journal",
        "schema": SCHEMA,
        "program": __version__,
        "digests": list(digests),
        "time": time.time(),
    }


_WAY_OUT = "Move the file away to begin a new journal; the labels themselves are untouched."
