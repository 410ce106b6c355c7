"""Export: corrected labels of many samples into a folder, with what was proved of each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from segreview.errors import Cancelled, SegreviewError, WriteError
from segreview.formats.address import file_of, in_folder
from segreview.formats.converting import Converted, Placing, refuse_existing, write_converted
from segreview.formats.entry import Entry, open_entry
from segreview.formats.format import Format
from segreview.formats.raster import same_file
from segreview.formats.registry import digests_of, find_format
from segreview.formats.replacing import Draft, make_folder, replace_verified
from segreview.model.sample import Sample
from segreview.session.held import Held, sample_now
from segreview.session.opening import Opening
from segreview.session.proof import Fact, prove
from segreview.session.review import Review
from segreview.session.saving import save
from segreview.session.verdict_list import write_verdicts


# -------------------------------------------------------------------- what is wanted
@dataclass(frozen=True)
class Export:
    """What is to be written, and where.

    Parameters
    ----------
    samples
        What there is; see `held`.
    folder
        Where to; made when it does not exist. Files lie in it as they do in their own folders.
    only_changed
        Samples without an edit are left out; otherwise their files are copied.
    labels, verdicts
        Whether labels, and whether the list of verdicts, are written.
    read
        Reads a sample as the data set is read.
    author
        Who reviews.
    form
        Format of the files; None for that of each sample, which is proved against its original.
    allow_loss
        Whether labels are written without what the format cannot hold; else they are refused.
    """

    samples: tuple[Held, ...]
    folder: Path
    only_changed: bool = True
    labels: bool = True
    verdicts: bool = True
    read: Callable[[Entry], Sample] = open_entry
    author: str = ""
    form: Format | None = None
    allow_loss: bool = False

    @property
    def chosen(self) -> tuple[Held, ...]:
        """Samples whose labels are written."""
        if not self.labels:
            return ()
        return tuple(sample for sample in self.samples if sample.edits or not self.only_changed)

    def target(self, entry: Entry) -> Path:
        """Address of a sample's labels in the folder."""
        if self._placing is not None:
            return self._placing.address(entry, self._placing.form.name, self._folder(entry), self.folder)
        return in_folder(entry.gt, file_of(entry.gt), self._folder(entry))

    @cached_property
    def _placing(self) -> Placing | None:
        entries = [sample.entry for sample in self.samples]
        return None if self.form is None else Placing(self.form, entries)

    def _folder(self, entry: Entry) -> Path:
        """Where in the folder the file of a sample's labels lies."""
        common = os.path.commonpath([file_of(sample.entry.gt).absolute().parent for sample in self.samples])
        return self.folder / file_of(entry.gt).absolute().parent.relative_to(common)

    def check(self) -> None:
        """Refusal of a folder in which originals, or in another format any files, would be written over.

        Raises
        ------
        WriteError
            When a target is the original of a sample, or is there already.
        """
        for sample in self.chosen:
            if self.form is not None:
                refuse_existing(self.form, self.target(sample.entry))
            if same_file(self.target(sample.entry), sample.entry.gt):
                raise WriteError(
                    f"{self.folder} is the folder of the originals.",
                    "Export writes into another folder; Save writes over the originals, with a backup.",
                )

    # ---------------------------------------------------------------- doing it
    def steps(
        self, live: Review | None = None, last_call: Callable[[], None] = lambda: None
    ) -> Iterator[Exported]:
        """Write the samples one by one; what fails is told and stops no other sample.

        Parameters
        ----------
        live
            Review that is open. Where its views live in another thread, its signal is to be paused.
        last_call
            Called before a sample is opened and before its files are written; `Cancelled` out of it is
            the end, and leaves no file half written.
        """
        for sample in self.chosen:
            try:
                files, facts = self._write(sample, live, last_call)
            except Cancelled:
                return
            except (SegreviewError, OSError) as error:
                yield Exported(sample.entry, problem=str(error))
            else:
                yield Exported(sample.entry, files, facts)

    def _write(
        self, sample: Held, live: Review | None, last_call: Callable[[], None]
    ) -> tuple[tuple[Path, ...], tuple[Fact, ...]]:
        entry, target = sample.entry, self.target(sample.entry)
        form = find_format(entry.gt)
        if sample.problem:
            raise WriteError(sample.problem)
        last_call()
        if self.form is not None:
            labels = sample_now(entry, live, self.read).reference
            found = write_converted(entry.name, labels, target, self.form, allow_loss=self.allow_loss)
            return _converted(found, self.form)
        if not sample.edits:
            return _copied(form, entry.gt, target)
        if live is not None and live.reference.path == entry.gt:
            save(live, self._folder(entry), last_call)
            return form.files(target), prove(live, target)
        review = Opening(self.read(entry)).begin(self.author, pause=last_call)
        try:
            save(review, self._folder(entry), last_call)
            return form.files(target), prove(review, target)
        finally:
            review.close()

    def write_list(self) -> tuple[Path, ...]:
        """Write the list of verdicts; the files that it is in.

        Raises
        ------
        WriteError
            When it cannot be written.
        """
        make_folder(self.folder, "Choose another folder.")
        lines = [line for sample in self.samples for line in sample.verdicts]
        return write_verdicts(self.folder, lines, [sample.entry.name for sample in self.samples])


def _converted(found: Converted, form: Format) -> tuple[tuple[Path, ...], tuple[Fact, ...]]:
    """Files of labels in another format, and what is known of them."""
    kept = Fact(f"{found.objects:,} objects or classes as {form.title}, read again and found equal")
    return found.files, (kept, *(Fact(f"left out as you asked: {loss}") for loss in found.lost))


def _copied(form: Format, source: Path, target: Path) -> tuple[tuple[Path, ...], tuple[Fact, ...]]:
    """Copy files that have no edits; what lies there already must be the same."""
    originals = form.files(source)
    targets = _targets(originals, source, target)
    if form.digests is not None and all(new.exists() for new in targets):
        return _already_there(form, source, target)
    there = [(old, new) for old, new in zip(originals, targets, strict=True) if new.exists()]
    for old, new in there:
        if new.read_bytes() != old.read_bytes():
            raise WriteError(
                f"{new} exists already and was not exported from here: nothing was written.",
                "Choose another folder, or move that file away.",
            )
    if len(there) < len(targets):
        for new in targets:
            new.parent.mkdir(parents=True, exist_ok=True)
        pairs = zip(originals, targets, strict=True)
        replace_verified([Draft.of_bytes(new, old.read_bytes()) for old, new in pairs])
    return targets, (Fact("no edits: a copy of the original, byte for byte"),)


def _targets(originals: Sequence[Path], source: Path, target: Path) -> tuple[Path, ...]:
    """Where copies of files belong that an address leads to."""
    old, new = source.parent, target.parent
    for _ in range(len(target.parts)):
        if all(file.is_relative_to(old) for file in originals):
            break
        old, new = old.parent, new.parent
    return tuple(new / file.relative_to(old) for file in originals)


def _already_there(form: Format, source: Path, target: Path) -> tuple[tuple[Path, ...], tuple[Fact, ...]]:
    """What is known of labels in a file that was copied for another image of it."""
    if digests_of(target, form) != digests_of(source, form):
        raise WriteError(
            f"{target} exists already and differs from {source}: nothing was written.",
            "Choose another folder, or move that file away.",
        )
    return form.files(target), (Fact("no edits: what the file says of this image is as in the original"),)


# -------------------------------------------------------------------- what came of it
@dataclass(frozen=True)
class Exported:
    """What came of one sample: its files and what was proved of them, or why there are none."""

    entry: Entry
    files: tuple[Path, ...] = ()
    facts: tuple[Fact, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """Name of the sample."""
        return self.entry.name

    @property
    def good(self) -> bool:
        """Whether it was written and everything holds that was checked."""
        return not self.problem and all(fact.holds for fact in self.facts)


@dataclass(frozen=True)
class ExportReport:
    """What came of an export.

    Parameters
    ----------
    folder
        Where to.
    samples
        What came of each sample.
    wanted
        Number of samples that were to be written.
    lists
        Files that hold the list of verdicts.
    problem
        Why there is no list; empty when it was written, or not wanted.
    """

    folder: Path
    samples: tuple[Exported, ...] = ()
    wanted: int = 0
    lists: tuple[Path, ...] = ()
    problem: str = ""

    def with_sample(self, sample: Exported) -> ExportReport:
        """Same with one sample more."""
        return replace(self, samples=(*self.samples, sample))

    @property
    def headline(self) -> str:
        """How it ended, in one line."""
        written = sum(not sample.problem for sample in self.samples)
        doubtful = sum(not sample.good for sample in self.samples if not sample.problem)
        parts = [f"{written} of {self.wanted} sample{'s' if self.wanted != 1 else ''} written"]
        if doubtful:
            parts.append(f"{doubtful} with something to look at")
        if failed := sum(bool(sample.problem) for sample in self.samples):
            parts.append(f"{failed} failed")
        if len(self.samples) < self.wanted:
            parts.append(f"cancelled before the last {self.wanted - len(self.samples)}")
        return ", ".join(parts) + "."

    def text(self) -> str:
        """How it ended and everything that was proved, line by line."""
        return f"Export to {self.folder}\n{self.headline}\n\n{self.details()}"

    def details(self) -> str:
        """Everything that was proved, sample by sample."""
        lines: list[str] = []
        for sample in self.samples:
            lines.append(f"{sample.name}: {', '.join(file.name for file in sample.files)}".rstrip(": "))
            lines += [f"  {fact}" for fact in sample.facts]
            lines += [f"  ✗ {sample.problem}"] if sample.problem else []
        if self.lists:
            lines += ["", f"List of verdicts: {', '.join(file.name for file in self.lists)}"]
        if self.problem:
            lines += ["", f"✗ {self.problem}"]
        return "\n".join(lines)
