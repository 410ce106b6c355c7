"""The two-minute tour: one verdict, one stroke, one save, on the sample `cells`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter

from qtpy.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.ui.actions import action
from segreview.ui.banner import Banner
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.keymap import KeyMap
from segreview.ui.palette import GT_COLOR
from segreview.ui.workbench import Workbench

_WIDTH = 330
_GAP = 10
_TALL = 200
"""Height from which a part of the window has the card beside its top, under the line across the canvas."""

_STYLE = """
#tour-card {background: #1B1E24; border: 1px solid #56B4E9; border-radius: 8px;}
#tour-card QLabel {background: transparent; color: #F2F2F2; font-size: 13px;}
#tour-card QLabel#title {font-weight: 600; font-size: 14px;}
#tour-card QLabel#count {color: #B4BAC2; font-size: 12px;}
#tour-card QPushButton {background: #3A3F47; color: #F2F2F2; border: none; border-radius: 3px;
 padding: 5px 12px; font-size: 12px;}
#tour-card QPushButton:hover {background: #50565F;}
#tour-card QPushButton:disabled {color: #7A8089;}
"""


@dataclass(frozen=True)
class Step:
    """One step of the tour.

    Parameters
    ----------
    title
        A few words.
    text
        At most two sentences; ``{next_item}`` stands for the key of that action.
    place
        Which part of the window it is about: ``"canvas"``, ``"pair"`` or ``"status"``.
    done
        Whether a change of the review, or None for a new row, is what the step asks for.
    otherwise
        Text in its place while nothing is to be written.
    """

    title: str
    text: str
    place: str
    done: Callable[[Review, Change | None], bool]
    otherwise: str = ""


def _never(_: Review, __: Change | None) -> bool:
    return False


def _went_on(_: Review, change: Change | None) -> bool:
    return change is None


def _gave_verdict(_: Review, change: Change | None) -> bool:
    return change is not None and What.VERDICTS in change.what


def _painted(review: Review, change: Change | None) -> bool:
    forth = review.journal.after_head is None
    return change is not None and What.PIXELS in change.what and What.VERDICTS not in change.what and forth


def _took_back(review: Review, change: Change | None) -> bool:
    return change is not None and What.PIXELS in change.what and review.journal.after_head is not None


def _saved(review: Review, change: Change | None) -> bool:
    return change is not None and What.SAVED in change.what and not review.unwritten


STEPS = (
    Step(
        "What you see",
        "Solid blue lines are the GT, dashed orange ones the model. Where both agree they are faint.",
        "canvas",
        _never,
    ),
    Step(
        "The next disagreement",
        "Press {next_item}: the view goes to the next place where the two differ.",
        "canvas",
        _went_on,
    ),
    Step(
        "One verdict",
        "Who is right here? Press {judge_gt_right} when it is the GT, {judge_take_model} to take the "
        "model's, or any of these buttons.",
        "pair",
        _gave_verdict,
    ),
    Step(
        "One stroke",
        "Press {tool_paint} for the brush, or take it under Layers, and drag over the image. Figures and "
        "lists follow at once.",
        "canvas",
        _painted,
    ),
    Step(
        "Undo", "Press {undo}: it takes the stroke back. {redo} brings it back again.", "canvas", _took_back
    ),
    Step(
        "One save",
        "Press {save} and choose Over the original: this is a copy of your own.",
        "status",
        _saved,
        "Bring the stroke back with {redo}, then press {save}. Over the original is a copy of your own.",
    ),
    Step(
        "That is all",
        "Press {show_keys} for all keys. Your own files open with {open_files}.",
        "canvas",
        _never,
    ),
)


class Tour(QObject):
    """Walks through the steps beside the work; it never takes the keyboard, and can be ignored.

    Parameters
    ----------
    bench
        What is worked on; a review must be on stage.
    key_of
        Key of an action, by its id.

    Attributes
    ----------
    number
        Which step is shown; -1 when the tour is over.
    """

    def __init__(self, bench: Workbench, key_of: Callable[[str], str]) -> None:
        super().__init__(bench.window)
        self.setObjectName("tour")
        self._bench = bench
        self._key_of = key_of
        self._window: QWidget = bench.window
        self.number = 0
        assert bench.review is not None
        self._review: Review = bench.review
        self._row = bench.focus.row
        self._unwatch = self._review.watch(self._on_change)
        bench.focus.focused.connect(self._on_focus)
        self.frame = _Frame(self._window)
        self.card = Card(self._window, self.go, self.end)
        self._settled = QTimer(self)  # docks may still be moving
        self._settled.setInterval(300)
        self._settled.timeout.connect(self._place)
        self._settled.start()
        self._window.installEventFilter(self)
        self._show()

    @classmethod
    def begin(cls, bench: Workbench, keymap: KeyMap) -> Tour:
        """Tour from its first step, in place of one that is on."""
        for other in bench.window.findChildren(cls):
            other.end()
        return cls(bench, lambda name: next(iter(keymap.keys_of(name)), action(name).title))

    # ---------------------------------------------------------------- steps
    def go(self, way: int) -> None:
        """Go on, or back."""
        number = self.number + way
        if number >= len(STEPS):
            self.end()
        elif number >= 0:
            self.number = number
            self._show()

    def _show(self) -> None:
        self._say()
        self._place()
        self.frame.show()
        self.frame.raise_()
        self.card.show()
        self.card.raise_()

    def _say(self) -> None:
        step = STEPS[self.number]
        text = step.text if self._review.unwritten or not step.otherwise else step.otherwise
        keys = {name: self._key_of(name) for _, name, _, _ in Formatter().parse(text) if name}
        self.card.show_step(step.title, text.format(**keys), self.number, len(STEPS))

    def end(self) -> None:
        """End the tour, and leave nothing behind."""
        if self.number < 0:
            return
        self.number = -1
        self._settled.stop()
        self._unwatch()
        self._bench.focus.focused.disconnect(self._on_focus)
        self._window.removeEventFilter(self)
        for widget in (self.card, self.frame):
            widget.hide()
            widget.deleteLater()
        self.deleteLater()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._bench.review is not self._review:
            self.end()
            return
        if self._bench.focus.row is not self._row:
            self._row = self._bench.focus.row
            self._notice(None)

    def _on_change(self, change: Change) -> None:
        self._notice(change)

    def _notice(self, change: Change | None) -> None:
        """Go on when the user did what the step asks for, or has run ahead and did the next one."""
        for number in range(self.number, min(self.number + 2, len(STEPS))):
            if STEPS[number].done(self._review, change):
                self.go(number + 1 - self.number)
                return
        self._say()

    # ---------------------------------------------------------------- where it stands
    def _target(self) -> QWidget:
        """Part of the window that the step is about."""
        place = STEPS[self.number].place
        kinds = {"pair": PairDock, "status": StatusLine}
        found = self._window.findChild(kinds[place]) if place in kinds else None
        if found is None or not found.isVisible():
            canvas: QWidget = self._bench.viewer.window._qt_window._qt_viewer.canvas.native
            return canvas
        return found

    def _place(self) -> None:
        if self.number < 0:
            return
        target = self._target()
        corner = target.mapTo(self._window, QPoint(0, 0))
        around = QRect(corner, target.size()) & self._window.rect()
        self.frame.setGeometry(around.adjusted(-3, -3, 3, 3))
        around.setTop(max(around.top(), self._below_banner()) if target.height() > _TALL else around.top())
        self.card.adjustSize()
        self.card.move(
            beside(self.card.size(), around, self._window.rect(), inside=target.width() > 2 * _WIDTH)
        )

    def _below_banner(self) -> int:
        """Where the line across the top of the canvas ends, in the window; 0 when there is none."""
        banner = self._window.findChild(Banner)
        if banner is None or not banner.isVisible():
            return 0
        return int(banner.mapTo(self._window, QPoint(0, banner.height())).y())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False


def beside(card: QSize, target: QRect, window: QRect, *, inside: bool) -> QPoint:
    """Where a card is put: in the upper left corner of a large target, else beside or above a small one."""
    if inside and target.height() > 2 * card.height():
        return QPoint(target.left() + _GAP, target.top() + _GAP)
    left, top = target.left() - card.width() - _GAP, target.top()
    if left < window.left():
        left, top = target.left(), target.top() - card.height() - _GAP
    furthest = QPoint(window.right() - card.width() - _GAP, window.bottom() - card.height() - _GAP)
    return QPoint(max(_GAP, min(left, furthest.x())), max(_GAP, min(top, furthest.y())))


class Card(QFrame):
    """Small card with a step's words and Back, Next and Skip.

    Parameters
    ----------
    window
        Window in which it floats.
    go, skip
        Go some steps on, or end the tour.
    """

    def __init__(self, window: QWidget, go: Callable[[int], None], skip: Callable[[], None]) -> None:
        super().__init__(window)
        self.setObjectName("tour-card")
        self.setStyleSheet(_STYLE)
        self.setFixedWidth(_WIDTH)
        self._title, self._text, self._count = QLabel(), QLabel(), QLabel()
        self._title.setObjectName("title")
        self._count.setObjectName("count")
        self._text.setWordWrap(True)
        self.back, self.next, self.skip = (_button(text) for text in ("Back", "Next", "Skip"))
        self.back.clicked.connect(lambda _=False: go(-1))
        self.next.clicked.connect(lambda _=False: go(1))
        self.skip.clicked.connect(lambda _=False: skip())
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        feet = QHBoxLayout()
        feet.addWidget(self.skip)
        feet.addStretch(1)
        feet.addWidget(self.back)
        feet.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addLayout(feet)

    def show_step(self, title: str, text: str, number: int, count: int) -> None:
        """Show the words of a step."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setMinimumHeight(self._text.heightForWidth(_WIDTH - 32))
        self._count.setText(f"{number + 1} of {count}")
        self.back.setEnabled(number > 0)
        last = number == count - 1
        self.next.setText("Done" if last else "Next")
        self.skip.setVisible(not last)
        self.adjustSize()


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays with the work
    return button


class _Frame(QFrame):
    """Line around the part of the window that a step is about; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour-frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setStyleSheet(f"#tour-frame {{background: transparent; border: 3px solid {GT_COLOR};}}")
