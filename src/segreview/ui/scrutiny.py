"""Scrutiny: the tolerance lens looks at the sample under review, part by part, while the hands rest."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal
from qtpy.QtCore import QTimer

from segreview.session.change import Change, What
from segreview.session.jitter import Jitter, Step
from segreview.session.review import Review
from segreview.ui.canvas.scene import Scene
from segreview.ui.errands import Dropped, Errands, Pause
from segreview.ui.focus import Focus

_PAUSE_MS = 200
"""Milliseconds after an edit before what it touched is looked at anew."""

_ERRAND = "lens"


class Scrutiny:
    """Finds out what is jitter, as long as the lens is on; nothing waits for it.

    Parameters
    ----------
    focus
        What all views look at.
    errands
        Does the work.
    scene
        Gives what the viewer shows of the review: what is in view is looked at first, and shows it at once.

    Attributes
    ----------
    stepped
        Emitted when more is known, or less.
    """

    stepped = Signal()

    def __init__(self, focus: Focus, errands: Errands, scene: Callable[[], Scene | None]) -> None:
        self._focus, self._errands, self._scene = focus, errands, scene
        self._review: Review | None = None
        self._on = False
        self._unwatch: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._go_on)
        focus.focused.connect(self._on_focus)

    @property
    def jitter(self) -> Jitter | None:
        """What is known of the review; None while the lens is off."""
        return self._review.jitter if self._on and self._review is not None else None

    def turn(self, *, on: bool) -> None:
        """Find out more, or leave it for now; what is known is kept."""
        if on != self._on:
            self._on = on
            self._go_on()
            self.stepped.emit()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is self._review:
            return
        self._timer.stop()
        self._errands.drop(_ERRAND)
        self._unwatch()
        self._review = self._focus.review
        self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
        self._go_on()
        self.stepped.emit()

    def _on_change(self, change: Change) -> None:
        if self._on and What.PIXELS in change.what:
            self._timer.start()
            self.stepped.emit()

    # ---------------------------------------------------------------- the work, step by step
    def _go_on(self) -> None:
        """Send the next step, unless all is known."""
        review = self._review
        if not self._on or review is None or review.jitter.known:
            return
        scene = self._scene()
        before, near = review.revision, None if scene is None else scene.contours.box_in_view

        def work(pause: Pause) -> Step:
            try:
                return review.jitter.step(pause, near)
            except Dropped:
                raise
            except Exception:  # an edit beside the step can break it anywhere; else it is raised
                if review.revision == before:
                    raise
                return Step()

        self._errands.send(_ERRAND, work, lambda step: self._on_step(review, before, step))

    def _on_step(self, review: Review, revision: int, step: Step) -> None:
        """Keep what a step has found, unless something has come between; then it is done again."""
        if review is not self._review:
            return
        if revision == review.revision:
            review.jitter.keep(step)
            scene = self._scene()
            if scene is not None:
                scene.look_through()
            self.stepped.emit()
        self._go_on()
