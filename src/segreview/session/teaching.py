"""Teaching: what the reviewer's verdicts say of the items that are left."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from segreview.errors import JournalError
from segreview.session.baseline import Baseline, digest_of, figures_on, first_rows
from segreview.session.checks import Checks
from segreview.session.journal import Journal
from segreview.session.lesson import Experience, Lesson
from segreview.session.status import STATUSES, Standing, Status
from segreview.session.verdict import Judgement
from segreview.triage.answers import Answer, Answers, answers
from segreview.triage.judge import probability
from segreview.triage.learning import Learned
from segreview.triage.queue import Queue, Row
from segreview.triage.remainder import Remainder
from segreview.triage.suspicion import Suspicion

_log = logging.getLogger(__name__)

MEANING = {
    Judgement.PREDICTION_WRONG: Answer.RIGHT,
    Judgement.BOTH_FINE: Answer.RIGHT,
    Judgement.REFERENCE_WRONG: Answer.WRONG,
    Judgement.BOTH_WRONG: Answer.WRONG,
    Judgement.UNSURE: Answer.UNDECIDED,
    Judgement.IGNORE: Answer.UNDECIDED,
}
"""What a verdict says of the annotation as it was at first."""

_DONE = [STATUSES.index(status) for status in (Status.JUDGED, Status.RESOLVED)]

News = tuple[Row, Suspicion | None, float]
"""A row, its suspicion as corrected, and what it is ranked by."""


_STEP = 500
"""Rows of a correction that are made ready between two pauses."""

State = tuple[object, object, bool, bool]
"""What the news for a row follows from, beside what was learned."""


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What was learned, made ready to be gone by.

    Parameters
    ----------
    learned
        What was learned.
    before, known
        What was gone by when it was made ready, and what will be.
    news
        Rows for which it may be news: their state at that time, and what is news, or nothing.
    """

    learned: Learned
    before: _Known
    known: _Known
    news: tuple[tuple[Row, State, News | None], ...]


class Teaching:
    """What is learned from the verdicts of one review, and its random checks.

    It begins when suspicion is first known, with what was found then. The journal keeps that, so that
    suspicion which is found anew, with other lessons and corrected labels, changes no order: what is
    said of a pick must not move the queue.

    Parameters
    ----------
    queue
        Rows, in the order that follows what is learned.
    standing
        What was said of them.
    journal
        Keeps what was drawn and what was known.

    Attributes
    ----------
    checks
        Random checks; None while nothing is suspected, and where there are too few items.
    """

    def __init__(self, queue: Queue, standing: Standing, journal: Journal) -> None:
        self._queue, self._standing, self._journal = queue, standing, journal
        self._baseline: Baseline | None = None
        self._known: _Known | None = None
        self.checks: Checks | None = None

    # ---------------------------------------------------------------- beginning
    def resume(self) -> Iterator[list[News]]:
        """Go on with what the journal holds, if that is about the same items.

        Yields
        ------
        list of News
            First for what was known before the first verdict, then for what was learned since.
        """
        rows, kept = first_rows(self._queue), self._journal.sampling
        if kept.digest and kept.digest == digest_of(rows):
            baseline = self._found(rows, self._journal.sampled_figures())
            yield self.news_of(rows)
            yield self.take(Lesson(baseline, self.said).learn())

    def begin(self) -> None:
        """Take what is suspected now as what was known before the first verdict, unless there is some.

        Where that cannot be written nothing is begun: the review does without.
        """
        if self._baseline is not None:
            return
        rows, seed = first_rows(self._queue), secrets.randbits(48)
        figures = figures_on(rows)
        try:
            self._journal.sampled(digest_of(rows), seed, figures)
        except JournalError as error:
            _log.warning("nothing is learned from verdicts: %s", error)
            return
        self._found(rows, figures)

    def _found(self, rows: list[Row], figures: np.ndarray) -> Baseline:
        self._baseline = baseline = Baseline.of(rows, figures, self._journal.sampling.seed)
        if baseline.explores:
            self.checks = Checks(baseline, self._journal)
        self._known = _Known(Lesson(baseline, answers([], [])).learn())
        for item in self._journal.sampling.ahead:
            self._queue.pin(item)
        return baseline

    # ---------------------------------------------------------------- answers
    @property
    def said(self) -> Answers:
        """Answers of the reviewer, as verdicts and labels are now.

        An item that edits have changed since the beginning was wrong, whatever is said of it by now; so
        was one that they resolved. A pick is answered as soon as it is corrected: it need not wait.
        """
        if self._baseline is None:
            return answers([], [])
        done = np.isin(self._standing.codes, _DONE)
        done[self._queue.vacant] = True
        done[[n for pick in self._journal.sampling.picks if self._queue.row(n := pick.item).edited]] = True
        items = np.flatnonzero(done[: len(self._baseline)] & self._baseline.members)
        found = [self._answer(self._queue.row(item)) for item in items.tolist()]
        return answers(items, found, None if self.checks is None else self.checks.origins(items))

    def _answer(self, row: Row) -> Answer:
        verdict = self._standing.verdict(row)
        meant = Answer.WRONG if verdict is None else MEANING[verdict.value]
        return Answer.WRONG if row.edited and meant is Answer.RIGHT else meant

    # ---------------------------------------------------------------- random checks
    @property
    def remainder(self) -> Remainder | None:
        """What is left; None where there are no random checks."""
        return None if self.checks is None else self.checks.remainder(self.said)

    def is_check(self, row: Row) -> bool:
        """Whether a row was drawn at random, and the queue has not reached it."""
        return self.checks is not None and self.checks.is_ahead(row.number)

    @property
    def waiting(self) -> Row | None:
        """Random check that has no verdict yet, and comes next until it has one."""
        item = None if self.checks is None else self.checks.waiting(self.said)
        return None if item is None else self._queue.row(item)

    def draw(self, *, due: bool = True) -> Row | None:
        """Draw a random check, if one is due or asked for; None when there is none, or nothing to draw from.

        Raises
        ------
        JournalError
            When it cannot be written; then nothing was drawn.
        """
        said = self.said
        if self.checks is None or (due and not self.checks.is_due(said)):
            return None
        item = self.checks.draw(said)
        if item is None:
            return None
        self._queue.pin(item)
        return self._queue.row(item)

    # ---------------------------------------------------------------- learning
    def lesson(self, beside: Iterable[Experience] = ()) -> Lesson | None:
        """What is to be learned now, beside what was said elsewhere; None while nothing is suspected."""
        return None if self._baseline is None else Lesson(self._baseline, self.said, tuple(beside))

    @property
    def experience(self) -> Experience | None:
        """What other samples can learn from this one; None while nothing is suspected."""
        return None if self._baseline is None else Experience.of(self._baseline, self.said)

    def prepare(self, learned: Learned, pause: Callable[[], None] = lambda: None) -> Correction:
        """What was learned, ready to be gone by; nothing is changed, so that it can be done in a thread.

        Parameters
        ----------
        learned
            What was learned.
        pause
            Called now and then; what it raises ends the work.
        """
        before, known = self._known, _Known(learned)
        assert before is not None
        changed = np.flatnonzero((before.shown != known.shown) | (before.ranked != known.ranked)).tolist()
        news: list[tuple[Row, State, News | None]] = []
        for n, number in enumerate(changed):
            if n % _STEP == 0:
                pause()
            row = self._queue.row(number)
            state = _state_of(row)  # first: what changes later is seen when it is gone by
            news.append((row, state, _news(known, row)))
        return Correction(learned, before, known, tuple(news))

    def take(self, learned: Learned | Correction) -> list[News]:
        """Go by what was learned; what that is news for, as the rows are now."""
        correction = self.prepare(learned) if isinstance(learned, Learned) else learned
        if correction.before is not self._known:
            correction = self.prepare(correction.learned)
        self._known = known = correction.known
        return [
            told
            for row, state, news in correction.news
            if (told := news if _state_of(row) == state else _news(known, row)) is not None
        ]

    def news_of(self, rows: Iterable[Row]) -> list[News]:
        """Rows for which what is learned is news, by whole percents.

        What edits have changed keeps what is found of it; but a random check keeps its place.
        """
        known = self._known
        found = () if known is None else (_news(known, row) for row in rows)
        return [news for news in found if news is not None]

    def rank_of(self, row: Row) -> float | None:
        """What a row is ranked by as far as it is learned: None for what is judged by what is found of it."""
        return None if self._known is None else self._known.rank_of(row)


class _Known:
    """What was learned of each item, in whole percents: as it is shown, and as it ranks."""

    def __init__(self, learned: Learned) -> None:
        self.shown = np.round(probability(learned.log_odds), 2)
        self.ranked = np.round(probability(learned.log_odds - learned.shift), 2)

    def corrected(self, number: int, found: Suspicion) -> Suspicion:
        """What is suspected of an item; as it was found where that is the same."""
        share = float(self.shown[number])
        return found if round(found.urgency, 2) == share else found.corrected(share)

    def rank_of(self, row: Row) -> float | None:
        """What a row is ranked by; None for what was not there at first, and what edits have changed."""
        if row.number >= len(self.ranked) or (row.edited and not row.pinned):
            return None
        return float(self.ranked[row.number])


def _state_of(row: Row) -> State:
    return row.item, row.found, row.gone, row.pinned


def _news(known: _Known, row: Row) -> News | None:
    """What is news for a row; None for nothing."""
    urgency = known.rank_of(row)
    if urgency is None:
        return None
    told = row.suspicion
    if row.found is not None and not row.edited:
        told = known.corrected(row.number, row.found)
    return (row, told, urgency) if told != row.suspicion or urgency != row.urgency else None
