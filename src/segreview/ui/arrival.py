"""Arrival: how a sample becomes a review, with the questions that only the user can answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from segreview.errors import Cancelled
from segreview.model.sample import Sample
from segreview.session.groundwork import Groundwork
from segreview.session.opening import Opening
from segreview.session.review import Review
from segreview.ui import messages
from segreview.ui.busy import Busy
from segreview.ui.host import Host
from segreview.ui.messages import Answer

PATIENCE_MS = 400
"""Milliseconds after which it is shown that opening takes long, all its steps together."""

Load = Callable[[Callable[[], None]], Sample]
"""Reads a sample; gets what it is to call between its steps."""


class Steps:
    """Counts the steps of work that `Busy` shows, and ends work that the user has called off."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def __call__(self) -> None:
        """Go on to the next step."""
        self._done += 1
        Busy.report(self._done, self._total)


class Arrivals:
    """Opens the samples of one data set.

    Parameters
    ----------
    bench
        Where they are reviewed.
    """

    def __init__(self, bench: Host) -> None:
        self._bench = bench
        self._seen: set[Path] = set()  # labels that were opened: what is not written of them is known

    def review(
        self,
        load: Load,
        name: str,
        *,
        afresh: bool = False,
        light: bool = False,
        ground: Groundwork | None = None,
    ) -> Review | None:
        """Review of a sample, after asking what to do with unwritten work; None for one on stage already.

        What is on stage stays there, unless it is the same labels, whose journal can be open only once.

        Parameters
        ----------
        load
            Reads the sample.
        name
            What it is called while that takes time.
        afresh
            Whether labels that are on stage are opened anew, for another model.
        light
            Whether it takes a moment only: then the window does not go on meanwhile, and no key is lost.
        ground
            Its groundwork, when it was made ahead: then it is there at once.

        Raises
        ------
        SegreviewError
            When it cannot be opened, or the user calls it off.
        """
        bench, title, begun = self._bench, f"Opening {name}", time.monotonic()
        if ground is not None:
            sample = ground.sample
        else:
            reading = partial(load, Steps(3))
            sample = reading() if light else bench.busy.run(title, reading)
        path = sample.reference.path
        assert path is not None
        if bench.review is not None and bench.review.reference.path == path:
            if not afresh:
                return None
            bench.strike()
        opening = Opening(sample, ground=ground)
        restore = path in self._seen or self._wants_restored(opening)
        begin = partial(opening.begin, bench.author, restore=restore, pause=Steps(4))
        if opening.is_brief and (light or opening.is_prepared):
            review = begin()
        else:
            patience = max(0, PATIENCE_MS - round(1e3 * (time.monotonic() - begun)))
            try:
                review = bench.busy.run(title, begin, patience_ms=patience, discard=Review.close)
            except Cancelled:
                opening.cancel()  # at once: who thinks better of it must find the journal free
                raise
        self._seen.add(path)
        bench.say(_reading_line(review))
        if opening.notice:
            bench.say(opening.notice, "warning")
        return review

    def _wants_restored(self, opening: Opening) -> bool:
        """Ask whether work that only the journal holds is to be restored; tell what cannot be."""
        displaced = opening.displaced
        if displaced is not None and not self._bench.unattended:
            steps = f"{displaced.steps} step{'s' if displaced.steps > 1 else ''} of that review"
            if not messages.ask_proceed(
                self._bench.window,
                f"{opening.sample.name}: another program has changed the labels since they were reviewed.",
                f"{steps} cannot be applied to them. They are kept in\n{displaced.path}\nand come back "
                "when the labels are again as they were.",
            ):
                opening.cancel()
                raise Cancelled
        if opening.unwritten is None or self._bench.unattended:
            return True
        answer = messages.ask_restore(self._bench.window, opening.sample.name, opening.unwritten)
        if answer is Answer.CANCEL:
            opening.cancel()
            raise Cancelled
        return answer is Answer.YES


def _reading_line(review: Review) -> str:
    """Line that says which sample it is, and what its labels were taken for."""
    name, reading = review.sample.name, review.reference.reading
    way_out = " File > Read as changes it." if "(rule: " in reading else ""
    alone = "" if review.prediction.origin else " No model is open: every GT object counts as missed."
    return f"{name}: {reading}.{way_out}{alone}" if reading else f"{name}.{alone}" if alone else name
