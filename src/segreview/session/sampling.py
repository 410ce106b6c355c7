"""Sampling: what a journal keeps of random checks, so that their estimate holds across restarts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from segreview.triage.exploration import Pick


@dataclass(slots=True, eq=False)
class Sampling:
    """Random checks of a review, in order; nothing of it is ever taken back, not even by undo.

    Parameters
    ----------
    digest
        Of the items that numbers stand for; empty while nothing was begun.
    seed
        Seed of the picks.
    position
        Where the figures on these items, as they were before the first verdict, stand in the file.
    picks
        Picks that were drawn.
    came
        Numbers of the items that the queue has come to since there are picks.
    reached
        Numbers of the picks whose place it has come to.
    """

    digest: str = ""
    seed: int = 0
    position: int = -1
    picks: list[Pick] = field(default_factory=list)
    came: set[int] = field(default_factory=set)
    reached: set[int] = field(default_factory=set)

    @property
    def ahead(self) -> list[int]:
        """Items of the picks that the queue has not reached."""
        return [pick.item for pick in self.picks if pick.item not in self.reached]

    def note(self, came: Iterable[int], reached: Iterable[int]) -> None:
        """Note that the queue has come to items, and has reached picks."""
        self.came.update(came)
        self.reached.update(reached)


def pick_fields(pick: Pick) -> dict[str, Any]:
    """Fields of a pick's record."""
    return {
        "number": pick.number,
        "item": pick.item,
        "stratum": pick.stratum,
        "chances": [pick.stratum_chance, pick.item_chance],
    }


def pick_of(fields: dict[str, Any]) -> Pick:
    """Pick of a record."""
    return Pick(fields["number"], fields["item"], fields["stratum"], *fields["chances"])
