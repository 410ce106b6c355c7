"""Random checks: picks among the items that the queue has not come to, and what they tell of the rest."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.session.baseline import Baseline
from segreview.session.journal import Journal
from segreview.session.sampling import Sampling
from segreview.triage.answers import Answers, Origin
from segreview.triage.exploration import reached
from segreview.triage.remainder import Remainder, remainder


class Checks:
    """Random checks of one review; the journal keeps them.

    Items go by the serial numbers of their rows. What is answered is asked anew each time, so that a
    verdict that is taken back takes its answer along.

    Parameters
    ----------
    baseline
        The items.
    journal
        Record of what was drawn.
    """

    def __init__(self, baseline: Baseline, journal: Journal) -> None:
        self._baseline, self._journal = baseline, journal

    # ---------------------------------------------------------------- what there is
    def origins(self, items: np.ndarray) -> np.ndarray:
        """How items came before the reviewer, members of `Origin`."""
        origin = np.full(len(self._baseline), Origin.QUEUE, np.int8)
        origin[[pick.item for pick in self._sampling.picks]] = Origin.REACHED
        origin[self._sampling.ahead] = Origin.AHEAD
        return np.asarray(origin[items])

    def is_ahead(self, item: int) -> bool:
        """Whether an item was drawn at random, and the queue has not reached it."""
        return item in self._sampling.ahead

    def waiting(self, said: Answers) -> int | None:
        """Pick without an answer, which comes next until it has one; None when there is none."""
        answered = set(said.item.tolist())
        return next((item for item in self._sampling.ahead if item not in answered), None)

    def remainder(self, said: Answers) -> Remainder:
        """What is left after these answers."""
        members = int(self._baseline.members.sum())
        return remainder(members, said, passed=len(self._sampling.came - set(said.item.tolist())))

    # ---------------------------------------------------------------- what happens
    def is_due(self, said: Answers) -> bool:
        """Whether the next item should be a pick."""
        return self._baseline.exploration.is_due(len(said), int(said.ahead.sum()))

    def draw(self, said: Answers) -> int | None:
        """Draw a pick among all items that have no answer and that the queue has not come to.

        Raises
        ------
        JournalError
            When it cannot be written; then nothing was drawn.
        """
        free = self._baseline.members.copy()
        free[said.item] = False
        free[[*self._sampling.came, *self._sampling.ahead]] = False
        pick = self._baseline.exploration.pick(len(self._sampling.picks), free)
        if pick is None:
            return None
        self._journal.drew(pick)
        return pick.item

    def come(self, taken: int, walk: np.ndarray) -> None:
        """Note that the queue takes an item: the picks on the way to it are no picks any more.

        Parameters
        ----------
        taken
            The item.
        walk
            Items in the order in which the queue would come to them, the taken one among them.
        """
        ahead = np.array(self._sampling.ahead, np.intp)
        if not ahead.size or taken >= len(self._baseline) or not self._baseline.members[taken]:
            return
        key = np.full(len(self._baseline), -np.inf)
        walk = walk[walk < len(self._baseline)]
        key[walk] = -np.arange(walk.size, dtype=float)
        passed = ahead[reached(key, ahead, taken) | (ahead == taken)]
        self._note([taken], passed.tolist())

    def reach(self, items: Iterable[int]) -> None:
        """Note that the reviewer has gone through items one and all: picks among them are none any more."""
        self._note([], sorted(set(items) & set(self._sampling.ahead)))

    def _note(self, came: list[int], passed: list[int]) -> None:
        if passed or not self._sampling.came.issuperset(came):
            self._journal.came(came, passed)

    @property
    def _sampling(self) -> Sampling:
        return self._journal.sampling
