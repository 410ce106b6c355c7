"""Exploration: now and then an item at random, from which alone one can tell how much is left.

What comes up in the queue was chosen for its suspicion, so its share of wrong annotations says nothing
of the rest. Picks do. The first number of a pick draws a stratum of suspicion, with a chance in
proportion to the unreviewed items in it, the second an item of the stratum; both chances are recorded.
So every unreviewed item has the same chance: any other rates would widen the bound on what is left,
which is set by the items that are drawn most rarely.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

SHARE = 0.1
"""Part of the review that is spent on picks ahead of the queue."""

STRATA = 5


@dataclass(frozen=True, slots=True)
class Pick:
    """One exploration pick.

    Parameters
    ----------
    number
        How many picks were drawn before it.
    item
        Serial number of the item.
    stratum
        Its stratum; 0 holds the least suspicious items.
    stratum_chance, item_chance
        Chance of the stratum, and of the item within it.
    """

    number: int
    item: int
    stratum: int
    stratum_chance: float
    item_chance: float

    @property
    def probability(self) -> float:
        """Chance with which this item was drawn at that moment."""
        return self.stratum_chance * self.item_chance


@dataclass(frozen=True, slots=True, eq=False)
class Exploration:
    """The picks of one review; the same seed and the same reviewed items give the same pick again.

    Parameters
    ----------
    stratum
        Stratum of every item, (n,) integers. They are cut by the shipped score before the first
        verdict and stay: strata that followed the verdicts would be strata of other items at each
        pick, and the recorded chances would belong to none of them.
    seed
        Seed of the review.
    share
        Part of the review that is spent on picks ahead of the queue.
    """

    stratum: np.ndarray
    seed: int
    share: float = SHARE

    def is_due(self, reviewed: int, ahead: int) -> bool:
        """Whether the next item should be a pick.

        Parameters
        ----------
        reviewed
            How many items are reviewed.
        ahead
            How many of them are picks that the queue has not reached. Those that it has reached cost
            nothing by now, and make room for new ones.
        """
        return ahead + 1 <= self.share * (reviewed + 1)

    def pick(self, number: int, unreviewed: np.ndarray) -> Pick | None:
        """Draw a pick; None when nothing is left.

        Parameters
        ----------
        number
            How many picks were drawn before.
        unreviewed
            Boolean mask of the items without a verdict, (n,).
        """
        items = np.flatnonzero(unreviewed)
        if not len(items):
            return None
        strata = self.stratum[items]
        first, second = _two_numbers(self.seed, number)
        stratum = int(strata[first % len(items)])
        members = items[strata == stratum]
        item = int(members[second % len(members)])
        return Pick(number, item, stratum, len(members) / len(items), 1 / len(members))


def explore(log_odds: np.ndarray, seed: int, strata: int = STRATA) -> Exploration:
    """Exploration of items with these shipped log-odds, in strata of about the same size."""
    cuts = np.quantile(log_odds, np.arange(1, strata) / strata) if len(log_odds) else []
    return Exploration(np.searchsorted(cuts, log_odds, side="right").astype(np.int8), seed)


def reached(key: np.ndarray, ahead: np.ndarray, taken: int) -> np.ndarray:
    """Boolean mask of the picks whose place the queue has come to, now that it takes an item.

    An item that the reviewer chose by hand is not taken by the queue, and reaches no pick.

    Parameters
    ----------
    key
        What the queue is ordered by at this moment, highest first, (n,); equal ones by serial number.
    ahead
        Serial numbers of the picks that were ahead of the queue, (k,).
    taken
        Serial number of the item that the queue takes.
    """
    before: np.ndarray = (key[ahead] > key[taken]) | ((key[ahead] == key[taken]) & (ahead < taken))
    return before


def _two_numbers(seed: int, number: int) -> tuple[int, int]:
    """Two random integers of 64 bits; a hash gives the same ones on any machine, in any release."""
    digest = blake2b(f"{seed} {number}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big")
