"""The joint remainder: how many wrong annotations may still be in several samples together.

A sum of bounds of 95 % is no bound of 95 %, and all picks in one pot are no simple random sample: samples
are reviewed to different parts. But the number T of wrong picks in all of them is one number with a known
mean: every wrong item of a sample is among its picks with the chance f = picks / (picks + left). Picks of
one sample are hypergeometric, which is the law of a sum of independent indicators (Vatutin and Mikhailov
1982, Theory Probab. Appl. 27, 734), and so is that of T. For such a sum of mean m, t or fewer are at most as
likely as for a Poisson count of that mean, where t <= m - 1 (Hoeffding 1956, Ann. Math. Statist. 27, 713;
Anderson and Samuels 1967, 5th Berkeley Symp. 1, 1). So whatever is left and where, with 95 % the mean is no
larger than the upper limit of a Poisson count of which t were seen; and the most that can be left under
that is where picks are rarest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segreview.triage.remainder import CONFIDENCE, Remainder, words_of

_TINY = 1e-9
"""What sums of shares are rounded by."""


@dataclass(frozen=True, slots=True)
class JointRemainder:
    """What is left in several samples that were drawn from independently.

    Parameters
    ----------
    parts
        What is left in each.
    confidence
        With which the bound holds.
    """

    parts: tuple[Remainder, ...]
    confidence: float = CONFIDENCE

    @property
    def left(self) -> int:
        """How many items have no verdict."""
        return sum(part.left for part in self.parts)

    @property
    def at_most(self) -> int:
        """Upper bound on the number of wrong annotations among them; of one sample the exact one."""
        if len(self.parts) == 1:
            return self.parts[0].at_most
        return sum(part.passed for part in self.parts) + most_left(self.parts, self.confidence)

    def __str__(self) -> str:
        """Words for the window."""
        return words_of(self.left, self.at_most, self.confidence)


def most_left(parts: Sequence[Remainder], confidence: float = CONFIDENCE) -> int:
    """Most wrong items among those left that no pick stands against, beside those that were passed."""
    from scipy.special import gammaincinv

    wrong = sum(part.wrong for part in parts)
    mean = float(gammaincinv(wrong + 1, confidence)) - sum(_chance(part) * part.wrong for part in parts)
    found = 0.0
    for part in sorted(parts, key=_chance):
        chance, room = _chance(part), part.left - part.passed
        more = min(room, max(mean, 0.0) / chance) if chance else room
        found, mean = found + more, mean - more * chance
    return int(found + _TINY)


def _chance(part: Remainder) -> float:
    """Chance of an item of a sample, whether it is left or was picked, to be among the picks."""
    drawn = part.left - part.passed + part.picks
    return part.picks / drawn if drawn else 0.0
