"""Labels that are known by construction, and the ways in which segreview writes them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from scipy.ndimage import binary_dilation, binary_erosion, binary_fill_holes, gaussian_filter, label

import segreview
from segreview.formats.registry import format_named
from segreview.model.box import Box
from segreview.model.edit import Edit, difference
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.model.sample import REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.saving import save

SHAPE = (100, 125)
CELL = 25
NAMES = ("a", "b", "c")

TABLE = Ontology(
    "blobs", (Category(1, "round", (230, 25, 75), True), Category(2, "odd", (60, 180, 75), True))
)

Things = list[tuple[str, bytes]]
"""Name of the class and pixels of each object, sorted: the same whatever numbers the objects have."""


def blobs(seed: int) -> np.ndarray:
    """Objects in the cells of a grid, with holes, some in several parts or touching themselves at corners."""
    rng = np.random.default_rng(seed)
    data = np.zeros(SHAPE, np.int32)
    for number, (top, left) in enumerate(np.ndindex(SHAPE[0] // CELL, SHAPE[1] // CELL), start=1):
        noise = gaussian_filter(rng.random((CELL - 3, CELL - 3)), 1.6)
        cell = data[top * CELL + 1 : (top + 1) * CELL - 2, left * CELL + 1 : (left + 1) * CELL - 2]
        parts, _ = label(noise > np.quantile(noise, 0.6))
        cell[parts > 0 if number % 3 == 0 else parts == np.bincount(parts[parts > 0]).argmax()] = number
    return data


def labels_of(data: np.ndarray, *, scored: bool = False) -> LabelImage:
    """Label image in which odd numbers are of the one class, even ones of the other."""
    ids = [int(one) for one in np.unique(data) if one]
    segments = {one: Segment(1 + one % 2, (one % 20 + 1) / 21 if scored else None) for one in ids}
    return LabelImage((data,), segments=segments, ontology=TABLE)


def brushed(data: np.ndarray, least: int = 1) -> np.ndarray:
    """Same array after a stroke with the id that comes first of those from some id on."""
    *slices, top, left = np.argwhere(data >= least)[0]
    after = data.copy()
    after[*slices, top + 1 : top + 10, left - 1 : left + 10] = data[*slices, top, left]
    return after


def corrected(path: Path, least: int = 1) -> tuple[Path, ...]:
    """Files of a review in which one stroke was painted (see `brushed`), saved where they were."""
    labels = segreview.read(path)
    review = Opening(Sample(path.stem, (), (Source(REFERENCE, labels),))).begin("benchmark")
    try:
        before = review.reference.data
        patches = tuple(difference(before, brushed(before, least), [Box.of_shape(before.shape)]))
        review.apply([Edit(REFERENCE, 0, patches, "paint")], "Brush stroke")
        return save(review).files
    finally:
        review.close()


def told_by(*arguments: str | Path) -> str:
    """What a command of segreview answers.

    Raises
    ------
    RuntimeError
        When it fails, with what it says.
    """
    command = [sys.executable, "-W", "ignore", "-m", "segreview", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def figures(reference: Path, prediction: Path, convention: str, *options: str) -> Mapping[str, Any]:
    """Figures of ``segreview evaluate`` by a convention."""
    answer = told_by("evaluate", reference, prediction, "--convention", convention, "--json", "-", *options)
    found: Mapping[str, Any] = json.loads(answer)
    return found


def things(labels: LabelImage) -> Things:
    """Objects of labels."""
    return sorted((name, mask.tobytes()) for name, mask in pixels(labels))


def pixels(labels: LabelImage) -> Iterator[tuple[str, np.ndarray]]:
    """Name of the class, empty where there is none, and mask of each object."""
    for plane in labels.planes:
        for one in map(int, np.unique(plane)):
            if one not in labels.outside:
                category = labels.category(one)
                yield "" if category is None else category.name, plane == one


def within_a_pixel(found: np.ndarray, mask: np.ndarray) -> bool:
    """Whether two masks differ by pixels alone that touch the contour of the second, diagonally too."""
    around = np.ones((3, 3), bool)
    grown = binary_dilation(mask, around)
    shrunk = binary_erosion(mask, around, border_value=1)
    return bool((found <= grown).all() and (shrunk <= found).all())


def in_one_piece(mask: np.ndarray) -> bool:
    """Whether a mask has one part and no hole, so that one polygon says all of it."""
    return label(mask)[1] == 1 and bool((binary_fill_holes(mask) == mask).all())


def same_along_edges(
    found: Iterable[Sequence[tuple[str, np.ndarray]]],
    wanted: Iterable[LabelImage],
    counts: Callable[[np.ndarray], bool] = lambda _: True,
) -> bool:
    """Whether all images have as many objects as wanted, each with its class, and its mask within a pixel.

    Parameters
    ----------
    found
        Class and mask of each object of each image.
    wanted
        What they should be.
    counts
        Whether the mask of a wanted object is looked at.
    """
    for there, labels in zip(found, wanted, strict=True):
        objects = list(pixels(labels))
        if sorted(name for name, _ in there) != sorted(name for name, _ in objects):
            return False
        for one, mask in objects:
            if counts(mask) and not any(name == one and within_a_pixel(other, mask) for name, other in there):
                return False
    return True


@dataclass(frozen=True)
class Scene:
    """A data set of three images, of which the first is corrected after it was converted.

    Parameters
    ----------
    folder
        Where everything is written.
    """

    folder: Path

    @cached_property
    def source(self) -> Path:
        """The COCO file that all is converted from, written by segreview beside its pictures."""
        file = self.pictures("source") / "blobs.json"
        for number, name in enumerate(NAMES):
            segreview.write(labels_of(blobs(number)), file / f"{name}.jpg", "coco")
        return file

    def converted(self, form: str, *options: str) -> tuple[Path, ...]:
        """Labels of the images in another format, the first corrected and saved."""
        target = self.folder / form
        if not target.exists():
            self.pictures(form)
            if form == "yolo":  # its classes are known by a list beside it alone
                (target / "data.yaml").write_text(f"names: {[one.name for one in TABLE]}\n")
            told_by("convert", self.source, target, "--to", form, *options)
            corrected(_address(target, form, NAMES[0]))
        return tuple(_address(target, form, name) for name in NAMES)

    @property
    def truth(self) -> tuple[LabelImage, ...]:
        """Labels that the images have, with the stroke in the first."""
        first, *others = map(blobs, range(len(NAMES)))
        return tuple(map(labels_of, (brushed(first), *others)))

    def pictures(self, name: str) -> Path:
        """New folder with the pictures of the images, which many programs look for beside the labels."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        for number, stem in enumerate(NAMES):
            picture = np.random.default_rng(number).integers(0, 256, (*SHAPE, 3), np.uint8)
            Picture.fromarray(picture).save(folder / f"{stem}.jpg")
        return folder


def _address(folder: Path, form: str, name: str) -> Path:
    """Where the labels of an image are."""
    found = format_named(form)
    if found.of_folders and not found.suffixes:
        return folder / name / form
    if found.holds_many:
        return folder / f"blobs{found.suffixes[0]}" / f"{name}.jpg"
    return folder / f"{name}{found.suffixes[0]}"
