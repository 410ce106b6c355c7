"""Verdicts and notes: what a reviewer says about a disagreement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from segreview.compare.disagreement import Disagreement


class Judgement(StrEnum):
    """Who is wrong."""

    PREDICTION_WRONG = "prediction_wrong"
    REFERENCE_WRONG = "reference_wrong"
    BOTH_WRONG = "both_wrong"
    BOTH_FINE = "both_fine"
    UNSURE = "unsure"
    IGNORE = "ignore"

    @property
    def words(self) -> str:
        """What it says, in the words of the window."""
        return _TITLES[self]


_TITLES = {
    Judgement.PREDICTION_WRONG: "GT is right",
    Judgement.REFERENCE_WRONG: "take the model's",
    Judgement.BOTH_WRONG: "both wrong",
    Judgement.BOTH_FINE: "both fine",
    Judgement.UNSURE: "unsure",
    Judgement.IGNORE: "ignore",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement with its note, author and time (seconds since the epoch, UTC)."""

    value: Judgement
    note: str = ""
    author: str = ""
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A verdict that is given, exchanged or withdrawn.

    Parameters
    ----------
    key
        Fingerprint of the item: its ids and a hash of its pixels.
    relation, reference_ids, prediction_ids
        What the item was, for people who read the journal.
    before, after
        The verdicts; None where there is none.
    """

    key: str
    relation: str
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    before: Verdict | None
    after: Verdict | None

    @classmethod
    def of_item(
        cls, key: str, item: Disagreement, before: Verdict | None, after: Verdict | None
    ) -> VerdictChange:
        """Change of the verdict on an item whose fingerprint is ``key``."""
        return cls(key, str(item.relation), item.reference_ids, item.prediction_ids, before, after)

    def inverse(self) -> VerdictChange:
        """Change that takes this one back."""
        return VerdictChange(
            self.key, self.relation, self.reference_ids, self.prediction_ids, self.after, self.before
        )


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note that is put on an item, exchanged or taken off; with a verdict or without one.

    Parameters
    ----------
    key
        What the note is kept by; see `note_key`.
    reference_ids, prediction_ids
        What the item was, for people who read the journal.
    before, after
        The notes; empty where there is none.
    """

    key: str
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    before: str
    after: str

    def inverse(self) -> NoteChange:
        """Change that takes this one back."""
        return NoteChange(self.key, self.reference_ids, self.prediction_ids, self.after, self.before)


def note_key(reference_ids: tuple[int, ...], prediction_ids: tuple[int, ...]) -> str:
    """What a note on objects is kept by: their ids, so that it outlasts a stroke of the brush.

    Regions of classes have no ids of their own: a note on one is kept by its fingerprint, as a
    verdict is.
    """
    return "|".join(",".join(map(str, ids)) for ids in (reference_ids, prediction_ids))
