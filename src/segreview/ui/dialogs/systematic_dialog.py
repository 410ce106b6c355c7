"""Systematic errors: the evidence in words, what a fix would do, and the way out where there is none."""

from __future__ import annotations

from enum import Enum, auto

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from segreview.model.sample import REFERENCE
from segreview.session.systematic import Survey, obstacle, place_of
from segreview.triage.systematic import Finding, Flaw
from segreview.ui.dialogs.before_after import BeforeAfter
from segreview.ui.dialogs.cutout import cut_out
from segreview.ui.dialogs.path_row import fitting

_BY_IDS = frozenset({Flaw.SWAPPED_CLASSES, Flaw.OFFSET_CLASSES, Flaw.OFFSET_IDS})
"""What changes ids and no outline: it is seen in the colours."""

_NAMES = {Flaw.PAIRING: "Wrong pairing"}
"""What a flaw is called where its own name says too little."""

_EITHER = "GT and model differ so; which of them is off is for you to see."


class Way(Enum):
    """What the user wants done about a finding."""

    NOTHING = auto()
    FIX = auto()
    WRITE = auto()


class SystematicDialog(QDialog):
    """Findings in words, each with one of its samples before and after the fix.

    Parameters
    ----------
    parent
        Window.
    survey
        What was found.

    Attributes
    ----------
    way, finding
        What the user wants done, and about what.
    """

    def __init__(self, parent: QWidget | None, survey: Survey) -> None:
        super().__init__(parent)
        self.setObjectName("systematic")
        self.setWindowTitle("Systematic errors")
        self._survey = survey
        self.way = Way.NOTHING
        self.list, self.sample = QListWidget(), QComboBox()
        self.evidence, self.effect, self.trouble = QLabel(), QLabel(), QLabel()
        self.place = BeforeAfter(("as it is", "fixed"))
        self.fix, self.write = QPushButton(), QPushButton("Write corrected masks\u2026")
        self._lay_out()
        for finding in survey.findings:
            count = len(finding.samples)
            name = _NAMES.get(finding.flaw, str(finding.flaw).capitalize())
            self.list.addItem(f"{name}\n{count} sample{'s' if count > 1 else ''}")
        self.list.currentRowChanged.connect(lambda _: self._show_finding())
        self.sample.currentIndexChanged.connect(lambda _: self._show_place())
        self.fix.clicked.connect(lambda _=False: self._end(Way.FIX))
        self.write.clicked.connect(lambda _=False: self._end(Way.WRITE))
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        close = QPushButton("Close")
        close.clicked.connect(lambda _=False: self.reject())
        for label in (self.evidence, self.effect, self.trouble):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        chooser = QHBoxLayout()
        chooser.addWidget(QLabel("Shown in"))
        chooser.addWidget(self.sample, 1)
        right = QVBoxLayout()
        for label in (self.evidence, self.effect):
            right.addWidget(label)
        right.addLayout(chooser)
        right.addWidget(self.place, 1)
        right.addWidget(self.trouble)
        self.list.setFixedWidth(150)
        middle = QHBoxLayout()
        middle.addWidget(self.list)
        middle.addLayout(right, 1)
        feet = QHBoxLayout()
        feet.addStretch(1)
        for button in (close, self.write, self.fix):
            feet.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(QLabel(self._headline()))
        column.addLayout(middle, 1)
        column.addLayout(feet)
        self.resize(fitting(self, 860, 620))

    def _headline(self) -> str:
        """How much was looked at; what was left out is in the tooltip."""
        count, left = len(self._survey.samples), len(self._survey.problems)
        out = f", {left} remark{'s' if left > 1 else ''}: {self._survey.problems[0]}" if left else ""
        return f"Wrong in the same way over {count} sample{'s' if count > 1 else ''} that were compared{out}"

    # ---------------------------------------------------------------- showing
    @property
    def finding(self) -> Finding:
        """The finding that is shown."""
        return self._survey.findings[max(self.list.currentRow(), 0)]

    def _show_finding(self) -> None:
        finding, samples = self.finding, self._survey.samples
        self.evidence.setText(f"{finding.text}.")
        whose = "" if finding.side == REFERENCE or not finding.mendable else f" {_EITHER}"
        change = f"{finding.before:.2f} as it is, {finding.after:.2f} when it is fixed"
        self.effect.setText(f"Agreement ({finding.measure}): {change}.{whose}")
        why = obstacle(finding, samples)
        self.trouble.setText(why or _PROMISE)
        count = len(finding.samples)
        self.fix.setText(f"Fix for all {count} samples" if count > 1 else "Fix this sample")
        self.fix.setVisible(not why)
        self.write.setVisible(bool(why) and finding.mendable)
        self.sample.blockSignals(True)
        self.sample.clear()
        self.sample.addItems(list(finding.samples))
        self.sample.blockSignals(False)
        self._show_place()

    def _show_place(self) -> None:
        """Show the chosen sample as it is and as the fix would leave it."""
        finding, sample = self.finding, self._survey.samples[self.sample.currentText()]
        after = finding.correct(sample)
        boxes, filled = place_of(finding, sample, after), finding.flaw in _BY_IDS
        now, then = (
            cut_out(sample, labels, box, model=True, filled=filled)
            for labels, box in zip((sample.reference, after), boxes, strict=True)
        )
        self.place.show_cutouts(now, then)

    def _end(self, way: Way) -> None:
        self.way = way
        self.accept()


_PROMISE = (
    "One step of undo in each sample, and no file is written before you save. Earlier edits move along, and "
    "so does void. Verdicts on objects that change lapse, until it is undone."
)
