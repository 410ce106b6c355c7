"""All verdicts and notes of a review, found by what the item is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from segreview.compare.disagreement import Disagreement
from segreview.session.verdict import NoteChange, Verdict, VerdictChange, note_key

Ids = tuple[tuple[int, ...], tuple[int, ...]]


class Verdicts:
    """Verdicts by the fingerprint of their item, and notes by its ids.

    An item's verdict comes back by itself when an undo gives the item its pixels back. Pixels are
    hashed only for items whose ids were ever judged.

    Parameters
    ----------
    fingerprint
        Gives the fingerprint of an item as its pixels are now.
    """

    def __init__(self, fingerprint: Callable[[Disagreement], str]) -> None:
        self.fingerprint = fingerprint
        self._by_key: dict[str, Verdict] = {}
        self._notes: dict[str, str] = {}
        self._ids: set[Ids] = set()

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def keys(self) -> Iterable[str]:
        """What verdicts and notes are kept by."""
        return (*self._by_key, *self._notes)

    def of(self, item: Disagreement) -> Verdict | None:
        """Verdict on an item, or None."""
        if (item.reference_ids, item.prediction_ids) not in self._ids:
            return None
        return self._by_key.get(self.fingerprint(item))

    def under(self, key: str) -> Verdict | None:
        """Verdict under a fingerprint, or None."""
        return self._by_key.get(key)

    def settle(self, change: VerdictChange) -> Ids:
        """Put a change into effect and return the ids that it concerns."""
        ids = (change.reference_ids, change.prediction_ids)
        self._ids.add(ids)
        if change.after is None:
            self._by_key.pop(change.key, None)
        else:
            self._by_key[change.key] = change.after
        return ids

    # ---------------------------------------------------------------- notes
    def note_of(self, item: Disagreement, verdict: Verdict | None) -> str:
        """Note on an item, or else the one that its verdict was given with; empty when there is none."""
        note = self._notes.get(self.note_key(item), "") if self._notes else ""
        return note or ("" if verdict is None else verdict.note)

    def note_key(self, item: Disagreement) -> str:
        """What a note on an item is kept by."""
        if item.region or not (item.reference_ids or item.prediction_ids):
            return self.fingerprint(item)
        return note_key(item.reference_ids, item.prediction_ids)

    def settle_note(self, change: NoteChange) -> Ids:
        """Put a change of a note into effect and return the ids that it concerns."""
        if change.after:
            self._notes[change.key] = change.after
        else:
            self._notes.pop(change.key, None)
        return change.reference_ids, change.prediction_ids
