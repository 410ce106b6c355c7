"""The remainder: how many wrong annotations may still be among the items that nobody has reviewed.

Only picks that the queue has not reached count. Why they are a simple random sample, although they were
drawn at different moments of a review whose order follows the verdicts: the queue is ordered by
verdicts on items that it has come to, never by those on picks ahead of it. So where it stands does not
depend on which items were picked, nor on what was said of them; all items that it has not come to have
had the same chances throughout, and those of them that are picked are as good as drawn today. The
number of wrong ones among them is hypergeometric, and its exact upper bound holds as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma

from segreview.triage.answers import Answers

CONFIDENCE = 0.95
TARGET = 0.01
"""Share of all items that may be wrong and left, when the reviewer stops."""

_EARLY = 0.2


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left in a review.

    Parameters
    ----------
    items
        Number of all items.
    left
        How many have no verdict.
    picks, wrong
        Decided picks ahead of the queue, and how many of them found the reference wrong.
    confidence
        With which the bound holds.
    passed
        How many of those that are left the queue has come to. No pick stands for them, so each counts as
        wrong.
    """

    items: int
    left: int
    picks: int
    wrong: int
    confidence: float = CONFIDENCE
    passed: int = 0

    @property
    def at_most(self) -> int:
        """Upper bound on the number of wrong annotations among those that are left."""
        return self.passed + at_most(self.left - self.passed, self.picks, self.wrong, self.confidence)

    @property
    def is_early(self) -> bool:
        """Whether the bound says too little: more than a fifth of what is left."""
        return _says_too_little(self.left, self.at_most)

    def may_stop(self, target: float = TARGET) -> bool:
        """Whether at most a share `target` of all items is wrong and left."""
        return self.at_most <= target * self.items

    def __str__(self) -> str:
        """Words for the window."""
        return words_of(self.left, self.at_most, self.confidence)


def words_of(left: int, most: int, confidence: float) -> str:
    """What is left, in words: at most so many wrong ones among those left, or that it is too early."""
    if not left:
        return "none left"
    if _says_too_little(left, most):
        return "too early to say"
    return f"at most {most:,} of {left:,} left ({confidence:.0%})".replace("%", " %")


def _says_too_little(left: int, most: int) -> bool:
    return most > _EARLY * left


def remainder(items: int, answers: Answers, confidence: float = CONFIDENCE, passed: int = 0) -> Remainder:
    """What is left of `items`, after these answers, where the queue has passed some without one.

    A pick that the reviewer could not decide is neither in the sample nor in what is left: those that
    were decided are a sample of the items that can be, which are at most as many.
    """
    counted = answers.ahead & answers.decided
    wrong = int((counted & answers.wrong).sum())
    return Remainder(items, items - len(answers), int(counted.sum()), wrong, confidence, passed)


@lru_cache(maxsize=4096)
def at_most(left: int, picks: int, wrong: int, confidence: float = CONFIDENCE) -> int:
    """Upper bound on the number of wrong items among those left, from a simple random sample.

    The largest number under which as few wrong picks as were seen have a chance over 1 - confidence: the
    exact one-sided bound for a hypergeometric count (Buonaccorsi 1987, The American Statistician 41, 215;
    as Clopper and Pearson 1934 for a binomial one).
    """
    low, high = 0, left
    while low < high:
        middle = (low + high + 1) // 2
        if chance(left, picks, wrong, middle) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low


def chance(left: int, picks: int, wrong: int, remaining: int) -> float:
    """Chance of at most `wrong` wrong picks, if `remaining` wrong items are among those left.

    Picks were drawn from the ``left + picks`` items, of which then ``remaining + wrong`` are wrong.
    """
    bad, good = remaining + wrong, left + picks - remaining - wrong
    total = _log_choose(left + picks, picks)
    counts = range(max(0, picks - good), min(wrong, bad) + 1)
    return sum(exp(_log_choose(bad, n) + _log_choose(good, picks - n) - total) for n in counts)


def _log_choose(n: int, k: int) -> float:
    """Logarithm of the binomial coefficient."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
