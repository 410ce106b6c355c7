"""One mutant at a time: it is read, sometimes written, and only words may come of what is wrong with it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from traceback import extract_tb
from unittest.mock import patch

import numpy as np
from families import SHAPE, Family, Seed
from mutants import mutated, spliced

from segreview.errors import LossError, SegreviewError
from segreview.formats import guard
from segreview.formats.cityscapes.predictions import prediction_files, read_predictions
from segreview.formats.classes import load_classes
from segreview.formats.coco.file import is_json, read_coco
from segreview.formats.container import container_facts
from segreview.formats.image import read_image, spatial_shape
from segreview.formats.planes import flattened
from segreview.formats.raster import promoted, wider
from segreview.formats.registry import (
    FORMATS,
    digests_of,
    find_format,
    format_named,
    members_of,
    read,
    shapes_of,
    write,
)
from segreview.model.labels import LabelImage, Segment

SLOW = 3.0
"""Processor time in seconds that no mutant of some kilobytes may take."""

MOST_BYTES = 64 * 2**20
"""Largest array that the readers are allowed here, so that what they allow is seen."""

GROWTH = 4 * MOST_BYTES
"""How much memory reading may take above what there was before the first mutant."""


Door = Callable[[Path], LabelImage]
"""How a mutant was read, to be read so again."""


@dataclass
class Tally:
    """What became of the mutants of a family."""

    mutants: int = 0
    sniffed: int = 0
    read: int = 0
    written: int = 0
    slowest: float = 0.0
    faults: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, what: str, number: int) -> None:
        """Count a fault under what it is, with the number of the mutant."""
        self.faults.setdefault(what, []).append(number)


class Trials:
    """Trials of mutants of one family, in a folder.

    A mutant is made of the name of the family and of its number alone, so that it can be made again.
    """

    def __init__(self, name: str, family: Family, folder: Path) -> None:
        self.name, self.family, self.folder = name, family, folder
        self.elsewhere = folder / "elsewhere"
        self.seeds = family.seeds()
        self.tally = Tally()
        for number, seed in enumerate(self.seeds):
            self._put(folder / str(number), seed.files)

    def run(self, number: int) -> None:
        """Make the mutant of a number, and note what becomes of it."""
        random = Random(f"{self.name} {number}")
        chosen = random.randrange(len(self.seeds))
        seed, folder = self.seeds[chosen], self.folder / str(chosen)
        changed = self._changed(seed, random)
        if len(seed.mutable) > 1 and random.random() < 0.02:
            (folder / changed).unlink()
        else:
            (folder / changed).write_bytes(self._mutant(seed, changed, random))
        begin = time.process_time()
        self.tally.mutants += 1
        try:
            self._judge(seed, folder, random)
        except SegreviewError as error:
            if not any(name in error.message for name in (str(self.folder), *_names(seed))):
                self.tally.fault(f"no file is named: {_generic(error.message)}", number)
            if isinstance(error.__cause__, MemoryError):
                self.tally.fault(f"memory: {_generic(error.message)}", number)
        except Exception as error:  # whatever it is, it is what we look for
            self.tally.fault(f"{type(error).__name__}: {str(error)[:80]} at {_place(error)}", number)
        finally:
            (folder / changed).write_bytes(seed.files[changed])
        took = time.process_time() - begin
        self.tally.slowest = max(self.tally.slowest, took)
        if took > SLOW:
            self.tally.fault("slow", number)

    def _changed(self, seed: Seed, random: Random) -> str:
        """Which file of a seed is changed: mostly the one that is read; of a folder any."""
        first = seed.path in seed.files and random.random() < 0.6
        return seed.mutable[0] if first else random.choice(seed.mutable)

    def _mutant(self, seed: Seed, changed: str, random: Random) -> bytes:
        content = seed.files[changed]
        if random.random() < 0.05:
            other = random.choice(self.seeds)
            return spliced(content, other.files[other.mutable[0]], random)
        fresh = mutated(content, random)
        return mutated(fresh, random) if random.random() < 0.2 else fresh

    def _judge(self, seed: Seed, folder: Path, random: Random) -> None:
        path = folder / seed.path
        if self.name in _READERS:
            _READERS[self.name](path, self)
            self.tally.read += 1
            return
        try:
            form = find_format(path).name
            self.tally.sniffed += 1
        except SegreviewError as error:
            if path.name not in error.message:
                raise
            form = find_names(self.name)
        addresses = list(members_of(path, format_named(form)))[:2] or [path]
        if random.random() < 0.25:
            self._look(random.choice((path, addresses[0])))
        for address in addresses:
            kind = random.choice((None, None, None, None, None, "instance", "semantic", "binary", "panoptic"))
            classes = random.choice((None, None, None, None, "camvid", "cityscapes"))
            shape = (2, *SHAPE) if random.random() < 0.02 else self.family.shape
            door = partial(read, format=form, classes=classes, kind=kind, shape=shape)
            labels = door(address)
            self.tally.read += 1
            if (entries := format_named(form).entries) is not None:
                entries(address.read_bytes())
            if random.random() < 0.5:
                self._write(labels, address, door, seed, folder, random)

    def _look(self, path: Path) -> None:
        """All else that is asked of a file; it may refuse what its reader takes, and the other way round."""
        for ask in _QUESTIONS:
            try:
                ask(path)
            except SegreviewError as error:
                if path.name not in error.message:
                    raise

    def _write(
        self, labels: LabelImage, address: Path, door: Door, seed: Seed, folder: Path, random: Random
    ) -> None:
        """A copy of labels, of labels edited, or as if they were new; it reads back the same."""
        target, form = self.elsewhere / address.relative_to(folder), format_of(labels)
        fate = random.choice(list(_FATES))
        self._prepare(fate, target, seed, folder, random)
        if fate in _IN_PLACE:
            labels = door(target)
        asked = _FATES[fate](labels, random)
        if fate == "other":
            other = random.choice(FORMATS)
            form, target = other.name, self.elsewhere / f"new{(*other.suffixes, '/masks')[0]}"
            target = target / "a.png" if other.holds_many else target
        try:
            with self._changed_meanwhile(seed, folder, random) if fate == "stale" else nullcontext():
                written = write(asked, target, form)
        except LossError:
            return  # what a format cannot hold, it refuses
        self.tally.written += 1
        if fate == "other":
            read(target, form, shape=labels.shape)
            return
        if fate == "untouched" and written:
            raise AssertionError("written without an edit")
        back = read(target, form, labels.ontology, labels.kind, shape=labels.shape)
        same = [np.count_nonzero(a) for a in _seen(back)] == [np.count_nonzero(a) for a in _seen(asked)]
        if not same and len(asked.planes) == len(labels.planes):  # from above, what lay below comes to light
            raise AssertionError(f"{fate} reads back as other labels")

    def _prepare(self, fate: str, target: Path, seed: Seed, folder: Path, random: Random) -> None:
        """Fill the place that is written to: with what was read, with another whole file, or hardly."""
        shutil.rmtree(self.elsewhere, ignore_errors=True)
        if fate in _IN_PLACE:
            shutil.copytree(folder, self.elsewhere)
            return
        files = random.choice(self.seeds).files if fate == "into" else seed.files
        self._put(self.elsewhere, {n: files[n] for n in files if fate == "into" or n.endswith(KEPT_BESIDE)})
        beside = self.elsewhere / seed.path if seed.path in seed.files else target
        beside.parent.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def _changed_meanwhile(self, seed: Seed, folder: Path, random: Random) -> Iterator[None]:
        """Context in which another program has changed or removed a file that labels came from."""
        file = folder / self._changed(seed, random)
        before = file.read_bytes() if file.exists() else None
        file.write_bytes(mutated(before or b"", random))
        if random.random() < 0.2:
            file.unlink()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            if before is not None:
                file.write_bytes(before)

    def _put(self, folder: Path, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


KEPT_BESIDE = (".jpg", ".yaml")


def format_of(labels: LabelImage) -> str | None:
    """Name of the format that labels came from."""
    return labels.origin.format if labels.origin else None


def _seen(labels: LabelImage) -> list[np.ndarray]:
    """What is labelled at all, in any plane."""
    return [np.any([plane != (labels.background or 0) for plane in labels.planes], axis=0)]


def edited(labels: LabelImage, random: Random) -> LabelImage:
    """Labels of which a rectangle got another id: that of another place, none, or a new one with a class."""
    after = flattened(labels).copy() if random.random() < 0.5 else labels.copy()
    if after.ontology and random.random() < 0.5:
        segment = Segment(random.choice(after.ontology.categories).id)
        after = replace(after, segments={**after.segments, 1: segment, 90: segment})
    plane = after.planes[0]
    image = plane[plane.shape[0] // 2] if plane.ndim == 3 else plane
    height, width = image.shape
    ids = image[random.randrange(height), random.randrange(width)] if image.size else 0
    top, left = random.randrange(height or 1), random.randrange(width or 1)
    image[top : top + 5, left : left + 7] = random.choice((ids, 0, 1, 90, np.iinfo(image.dtype).max))
    return after


def _widened(labels: LabelImage, _: Random) -> LabelImage:
    """Labels for a file with wider numbers, where there are such."""
    dtype = wider(labels.dtype)
    return labels if dtype is None else promoted(labels, dtype)


_FATES: Mapping[str, Callable[[LabelImage, Random], LabelImage]] = {
    "copy": lambda labels, _: labels,
    "edit": edited,
    "edits": lambda labels, random: edited(edited(labels, random), random),
    "wide": _widened,
    "new": lambda labels, _: replace(labels, origin=None),
    "other": lambda labels, _: labels,
    "stale": edited,
    "into": edited,
    "in place": edited,
    "untouched": lambda labels, _: labels,
}
"""What is written."""

_IN_PLACE = ("in place", "untouched")
"""Of these what is written to where the labels came from."""


_QUESTIONS: tuple[Callable[[Path], object], ...] = (
    shapes_of,
    container_facts,
    lambda path: digests_of(path, find_format(path)),
    lambda path: ask(path) if (ask := find_format(path).beside) else None,
    lambda path: read_coco(path) if is_json(path) else None,
)
"""What is asked of a file beside its labels."""


def find_names(family: str) -> str:
    """Name of the format by which a family is read where its files are not known any more."""
    names = {
        "tiff pages": "tiff_pages",
        "coco instances": "coco",
        "mask folder": "masks",
        "cityscapes ids": "cityscapes",
    }
    return names.get(family, family.replace(" ", "_"))


def _picture(path: Path, trials: Trials) -> None:
    if path.is_dir() or guard.first_bytes(path).startswith(_IMAGES) or path.suffix == ".gz":
        trials.tally.sniffed += 1
    try:
        spatial_shape(path)
    except SegreviewError as error:
        if path.name not in error.message:
            raise
    read_image(path)


def _table(path: Path, trials: Trials) -> None:
    trials.tally.sniffed += 1  # a table is known by its name
    load_classes(path)


def _predictions(path: Path, trials: Trials) -> None:
    trials.tally.sniffed += bool(prediction_files(path.parent)) and path in prediction_files(path)
    read_predictions(path, trials.family.shape or ())


_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"\x93NUMPY", b"NRRD", b"\x1f\x8b")
_READERS = {"images": _picture, "class tables": _table, "cityscapes predictions": _predictions}


def _names(seed: Seed) -> set[str]:
    """Names that a message may call a file by."""
    return {Path(name).name for name in (*seed.files, seed.path)}


def _generic(message: str) -> str:
    """Message without what differs from mutant to mutant."""
    return "".join("9" if mark.isdigit() else mark for mark in message)[:120]


def _place(error: BaseException) -> str:
    """Innermost line of ours, and the innermost of all."""
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "segreview" in frame.filename] or frames
    places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in (ours[-1], frames[-1]))
    return " > ".join(dict.fromkeys(places))


@contextmanager
def limits() -> Iterator[None]:
    """Context in which readers may hold little, the disk is not waited for, and memory ends soon."""
    import warnings

    with (
        warnings.catch_warnings(),
        patch.object(guard, "MOST_BYTES", MOST_BYTES),
        patch("segreview.formats.replacing.os.fsync", lambda _: None),
    ):
        warnings.simplefilter("ignore")  # of libraries about damaged files: what counts is how a read ends
        yield
