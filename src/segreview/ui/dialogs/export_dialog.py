"""Export: corrected labels and the list of verdicts into a folder, and what was proved of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices, QFontDatabase
from qtpy.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from segreview.errors import Cancelled, SegreviewError
from segreview.formats.entry import Entry
from segreview.formats.roles import guess_roles
from segreview.formats.suiting import Suited, suited
from segreview.model.sample import Sample
from segreview.session.export import Export, Exported, ExportReport
from segreview.session.held import Held, held, sample_now
from segreview.session.review import Review
from segreview.ui.background import Background
from segreview.ui.dialogs.format_choice import FormatChoice
from segreview.ui.dialogs.path_row import PathRow, fitting

_SEEN = 8
"""Samples that formats are tried on before they are offered; each is checked again when it is written."""


class ExportDialog(QDialog):
    """Asks where and what, writes with a bar and Cancel, and shows what was proved.

    Parameters
    ----------
    parent
        Window.
    entries
        Samples of the data set.
    live
        Review that is open, or None.
    read
        Reads a sample as the data set is read.
    author
        Who reviews.

    Attributes
    ----------
    report
        What came of the export; None before it.
    """

    def __init__(
        self,
        parent: QWidget | None,
        entries: Sequence[Entry],
        live: Review | None,
        read: Callable[[Entry], Sample],
        author: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export")
        self.setWindowTitle("Export corrected labels")
        self._live = live
        self._work, self._looking = Background(), Background()
        self._journals = threading.Lock()  # a journal has one reader at a time
        self._quiet = ExitStack()  # what keeps the open review from telling its views
        self._export = Export((), Path(), read=read, author=author)
        self.report: ExportReport | None = None
        self.folder = PathRow("Into the folder", (), folders_only=True)
        self.folder.show(_usual_folder(entries))
        self.changed_only, self.all = QRadioButton(), QRadioButton()
        self.labels, self.verdicts, self.format = QCheckBox("Corrected labels"), QCheckBox(), FormatChoice()
        self.message = QLabel("Counting edits and verdicts…")
        self.pages = QStackedWidget()
        for page in (self._question(), self._progress(), self._result()):
            self.pages.addWidget(page)
        QVBoxLayout(self).addWidget(self.pages)
        self.resize(fitting(self, 720, 420))
        self._show_counts()
        here = [
            held(entry, live) for entry in entries if live is not None and live.reference.path == entry.gt
        ]
        others = [entry for entry in entries if all(entry is not sample.entry for sample in here)]
        self._work.start(partial(self._count, others), partial(self._on_counted, entries, here))
        self._looking.start(partial(self._try_formats, entries[:_SEEN], read), self._on_suited)

    # ---------------------------------------------------------------- the question
    def _question(self) -> QWidget:
        where = QHBoxLayout()
        for part in self.folder.parts:
            where.addWidget(part)
        self.changed_only.setChecked(True)
        self.labels.setChecked(True)
        self.verdicts.setChecked(True)
        self.message.setWordWrap(True)
        self.write = QPushButton("Export")
        self.write.setDefault(True)
        cancel = QPushButton("Cancel")
        self.folder.changed.connect(self._show_counts)
        self.format.changed.connect(self._on_format)
        self.folder.given.connect(lambda paths: self.folder.show(paths[0]))
        for box in (self.labels, self.verdicts, self.changed_only, self.all):
            box.toggled.connect(lambda _: self._show_counts())
        self.write.clicked.connect(lambda _=False: self.start())
        cancel.clicked.connect(lambda _=False: self.reject())
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(10)
        column.addWidget(QLabel("Files keep their names; the originals stay as they are."))
        column.addLayout(where)
        column.addWidget(self.labels)
        format_line = QHBoxLayout()
        format_line.addSpacing(24)
        format_line.addWidget(self.format, 1)
        column.addLayout(format_line)
        for radio in (self.changed_only, self.all):
            line = QHBoxLayout()
            line.addSpacing(24)
            line.addWidget(radio, 1)
            column.addLayout(line)
        column.addWidget(self.verdicts)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addLayout(_feet(cancel, self.write))
        return page

    def _count(self, entries: Sequence[Entry]) -> list[Held]:
        """What the journals of samples hold."""
        with self._journals:
            return [held(entry) for entry in entries if not self._looking.stopping]

    def _try_formats(self, entries: Sequence[Entry], read: Callable[[Entry], Sample]) -> tuple[Suited, ...]:
        """Formats by how well they suit samples, with the work that is done on them."""
        labels = []
        for entry in entries:
            with self._journals:
                if self._looking.stopping:
                    return ()
                with suppress(SegreviewError):  # one that cannot be read is told when it is written
                    labels.append(sample_now(entry, self._live, read).reference)
        return suited(labels) if labels else ()

    def _on_counted(self, entries: Sequence[Entry], here: list[Held], found: list[Held] | Exception) -> None:
        if isinstance(found, Exception):
            self.message.setText(f"The journals cannot be looked into: {found}")
            return
        by_entry = {id(sample.entry): sample for sample in (*here, *found)}
        self._export = replace(self._export, samples=tuple(by_entry[id(entry)] for entry in entries))
        if not any(sample.edits for sample in self._export.samples):
            self.all.setChecked(True)
        self.verdicts.setChecked(any(sample.verdicts for sample in self._export.samples))
        self._show_counts()

    def _on_suited(self, found: Sequence[Suited] | Exception) -> None:
        """List the formats; a fault in trying them is in the log, and as they came is always possible."""
        if not isinstance(found, Exception):
            self.format.show_suited(found)

    def _on_format(self) -> None:
        """In another format a data set is wanted as a whole, unless the user says otherwise."""
        if self.format.form is not None:
            self.all.setChecked(True)
        self._show_counts()

    def _show_counts(self) -> None:
        """Say how many samples and verdicts there are, and whether something can be written."""
        samples = self._export.samples
        edited = sum(bool(sample.edits) for sample in samples)
        verdicts = sum(len(sample.verdicts) for sample in samples)
        self.changed_only.setText(f"Only samples with edits ({edited})")
        copied = "; those without edits are copied" if self.format.form is None else ""
        self.all.setText(f"All samples ({len(samples)}){copied}")
        self.verdicts.setText(f"List of verdicts, as CSV and JSON ({verdicts})")
        for part in (self.changed_only, self.all, self.format):
            part.setEnabled(self.labels.isChecked())
        wanted = self._wanted()
        problem = (
            "" if self._work.busy else _problem(wanted) or (self.format.problem if wanted.labels else "")
        )
        self.write.setEnabled(bool(samples) and not problem)
        if samples:
            left_out = [sample.problem for sample in samples if sample.problem]
            self.message.setText(problem or "\n".join(left_out))

    def _wanted(self) -> Export:
        return replace(
            self._export,
            folder=self.folder.path or Path(),
            only_changed=self.changed_only.isChecked(),
            labels=self.labels.isChecked(),
            verdicts=self.verdicts.isChecked(),
            form=self.format.form,
            allow_loss=self.format.allows_loss,
        )

    # ---------------------------------------------------------------- writing
    def _progress(self) -> QWidget:
        self.doing = QLabel()
        self.bar = QProgressBar()
        self.stop = QPushButton("Cancel")
        self.stop.setToolTip("What is not written yet is left out; what is written is whole")
        self.stop.clicked.connect(lambda _=False: self._cancel())
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.doing)
        column.addWidget(self.bar)
        column.addStretch(1)
        column.addLayout(_feet(self.stop))
        return page

    def start(self) -> None:
        """Write what is wanted."""
        wanted = self._wanted()
        try:
            wanted.check()
        except SegreviewError as error:
            self.message.setText(str(error))
            return
        self._export = wanted
        self._looking.stop()
        self.report = ExportReport(wanted.folder, wanted=len(wanted.chosen))
        self.bar.setRange(0, max(1, len(wanted.chosen)))
        self.pages.setCurrentIndex(1)
        self._say_next()
        if self._live is not None:  # it is written in a thread: its views hear of it at the end
            self._quiet.enter_context(self._live.changed.paused())
        self._work.start_steps(self._written(wanted), self._on_sample, self._on_end)

    def _written(self, wanted: Export) -> Iterator[Exported]:
        """Write sample after sample."""
        with self._journals:
            yield from wanted.steps(self._live, self._last_call)

    def _last_call(self) -> None:
        """End the work where it has left no trace yet, when the user has cancelled."""
        if self._work.stopping:
            raise Cancelled

    def _on_sample(self, sample: Exported) -> None:
        assert self.report is not None
        self.report = self.report.with_sample(sample)
        self.bar.setValue(len(self.report.samples))
        self._say_next()

    def _say_next(self) -> None:
        assert self.report is not None
        at, chosen = len(self.report.samples), self._export.chosen
        if at < len(chosen):
            self.doing.setText(f"Writing and checking {chosen[at].entry.name} ({at + 1} of {len(chosen)})…")

    def _cancel(self) -> None:
        self._work.stop()
        self.stop.setEnabled(False)
        self.doing.setText("Ending…")

    def reject(self) -> None:
        """Close; while files are being written, cancel, and stay to show what was done."""
        if self.pages.currentIndex() == 1:
            if self.stop.isEnabled():
                self._cancel()
        else:
            self._work.drop()
            super().reject()

    def done(self, result: int) -> None:
        """Close, and let the review speak again, whatever became of the export."""
        self._quiet.close()
        self._looking.stop()
        with self._journals:  # the window may want the next sample's journal at once
            self._looking.drop()
        super().done(result)

    # ---------------------------------------------------------------- what was proved
    def _result(self) -> QWidget:
        self.headline, self.proofs = QLabel(), QPlainTextEdit()
        self.headline.setWordWrap(True)
        self.headline.setStyleSheet("font-weight: 600;")
        self.proofs.setReadOnly(True)
        self.proofs.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        show, copy, close = (QPushButton(text) for text in ("Show folder", "Copy report", "Close"))
        show.clicked.connect(lambda _=False: self._show_folder())
        copy.clicked.connect(lambda _=False: self._copy())
        close.clicked.connect(lambda _=False: self.accept())
        close.setDefault(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(self.headline)
        column.addWidget(self.proofs, 1)
        column.addLayout(_feet(show, copy, close))
        return page

    def _on_end(self, fault: Exception | None) -> None:
        self._quiet.close()
        assert self.report is not None
        cancelled = len(self.report.samples) < self.report.wanted
        if fault is not None:
            self._show_result(((), f"The export broke off: {fault}"))
        elif self._export.verdicts and not cancelled:
            self.doing.setText("Writing the list of verdicts…")
            self.stop.setEnabled(False)  # it is written in a moment, and whole
            self._work.start(self._write_list, self._show_result)
        else:
            self._show_result(((), ""))

    def _write_list(self) -> tuple[tuple[Path, ...], str]:
        """Files that hold the list of verdicts, or why there are none."""
        try:
            return self._export.write_list(), ""
        except (SegreviewError, OSError) as error:
            return (), str(error)

    def _show_result(self, outcome: tuple[tuple[Path, ...], str]) -> None:
        assert self.report is not None
        lists, problem = outcome
        self.report = replace(self.report, lists=lists, problem=problem)
        self.headline.setText(f"{self.report.headline} {self.report.folder}")
        self.proofs.setPlainText(self.report.details())
        self.pages.setCurrentIndex(2)

    def _show_folder(self) -> None:
        assert self.report is not None
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.report.folder)))

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None and self.report is not None:
            clipboard.setText(self.report.text())


def _problem(wanted: Export) -> str:
    """What must be chosen before something can be written."""
    if wanted.folder == Path():
        return "Choose a folder."
    if not wanted.folder.is_absolute():
        return "Write the whole path of the folder."
    if not (wanted.chosen or wanted.verdicts):
        return "Choose what to export."
    return ""


def _usual_folder(entries: Sequence[Entry]) -> Path | None:
    """Folder that is offered: ``corrected`` beside the file, or beside its folder where that is for GT."""
    if not entries:
        return None
    folder = entries[0].gt.absolute().parent
    return (folder.parent if guess_roles([folder]).gt == folder else folder) / "corrected"


def _feet(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
