"""Evidence on nuclei whose annotation faults are known: real ones, injected ones, and ones forged here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from faults import Fault, forged

import segreview
from segreview.formats.image import read_image
from segreview.model.labels import LabelImage
from segreview.triage.audit import Audit
from segreview.triage.evidence.table import Evidence
from segreview.triage.hygiene import find_marks
from segreview.triage.inspection import Inspection
from segreview.triage.suspicion import HYGIENE

FORGED_SHARE = 0.10
"""Share of the objects that gets a fault where judges are fitted."""

CLAIM = 0.4
"""IoU from which a candidate is a missed object."""


@dataclass(eq=False)
class Rows:
    """Evidence on many objects, one per row, and what is known of them.

    Parameters
    ----------
    evidence
        Figures by name.
    image, source, kind
        Where each object comes from, and what is wrong with it: ``"right"`` or a kind of fault.
    clean
        Probability of each object that its mask needs no retouching, by its hygiene marks.
    """

    evidence: Evidence
    image: np.ndarray
    source: np.ndarray
    kind: np.ndarray
    clean: np.ndarray

    @property
    def wrong(self) -> np.ndarray:
        """Whether an object's structure is wrong: holes and specks are hygiene."""
        return (self.kind != "right") & ~self.hygiene

    @property
    def hygiene(self) -> np.ndarray:
        """Whether an object was only retouched, or has a hole that is marked; an open one is no hole."""
        return (self.kind == "retouched") | ((self.kind == "hole") & (self.clean < 1))

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(eq=False)
class Gathered:
    """What comes together while sets are inspected."""

    annotated: list[Evidence] = field(default_factory=list)
    unclaimed: list[Evidence] = field(default_factory=list)
    tags: list[tuple[str, str, str, float]] = field(default_factory=list)
    unclaimed_tags: list[tuple[str, str, str, float]] = field(default_factory=list)

    def rows(self) -> tuple[Rows, Rows]:
        """Rows of annotated objects, and of places without one."""
        return _rows(self.annotated, self.tags), _rows(self.unclaimed, self.unclaimed_tags)


def _rows(parts: list[Evidence], tags: list[tuple[str, str, str, float]]) -> Rows:
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    columns = {name: np.concatenate([part.column(name) for part in parts if len(part)]) for name in names}
    image, source, kind, clean = (np.array(column) for column in zip(*tags, strict=True))
    return Rows(Evidence(np.arange(len(image)), columns), image, source, kind, clean)


class Nuclei:
    """The nuclei of a data folder.

    Parameters
    ----------
    root
        Folder that holds ``dsb_nuclei`` and ``dsb_injected``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names = sorted(path.stem for path in (root / "dsb_nuclei/images").iterdir())
        self.injected = sorted(path.stem for path in (root / "dsb_injected/gt_injected").iterdir())
        self._types = {row["image"]: row["type"] for row in self._table("dsb_nuclei/truth_images.csv")}

    def type_of(self, name: str) -> str:
        """Type of an image: colour or grey, bright or dark, and its size."""
        return self._types[name]

    def labels(self, folder: str, name: str) -> LabelImage:
        """Labels of an image."""
        return segreview.read(self.root / folder / f"{name}.tif")

    def real_kinds(self) -> Mapping[tuple[str, int], str]:
        """Kind of fault of each object of the first annotation that people corrected."""
        return {
            (row["image"], int(i)): "right" if row["kind"] == "unchanged" else row["kind"]
            for row in self._table("dsb_nuclei/truth_objects.csv")
            for i in row["noisy_ids"].split()
        }

    def injected_kinds(self) -> Mapping[tuple[str, int], str]:
        """Kind of fault of each object of the injected annotation."""
        return {
            (row["image"], int(i)): row["kind"]
            for row in self._table("dsb_injected/truth_injected.csv")
            for i in row["injected_ids"].split()
        }

    def _table(self, path: str) -> Iterator[dict[str, str]]:
        with (self.root / path).open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def gather(self, seeds: int, corrected: bool = False) -> tuple[Rows, Rows]:
        """Evidence on real, injected and forged faults, and if wanted on the corrected annotation."""
        found = Gathered()
        real, injected = self.real_kinds(), self.injected_kinds()
        self.inspect("real", self.names, lambda n: self.labels("dsb_nuclei/gt_noisy", n), real, found)
        self.inspect(
            "injected", self.injected, lambda n: self.labels("dsb_injected/gt_injected", n), injected, found
        )
        for seed in range(seeds):
            made = {
                name: forged(self.labels("dsb_nuclei/gt_fixed", name).data, 1000 * seed + n, FORGED_SHARE)
                for n, name in enumerate(self.names)
            }
            kinds = _forged_kinds({name: faults for name, (_, faults) in made.items()})
            self.inspect(
                f"forged {seed}",
                self.names,
                lambda n, made=made: LabelImage.of_array(made[n][0]),
                kinds,
                found,
            )
        if corrected:
            self.inspect("corrected", self.names, lambda n: self.labels("dsb_nuclei/gt_fixed", n), {}, found)
        return found.rows()

    def inspect(
        self,
        source: str,
        names: list[str],
        labels_of: Callable[[str], LabelImage],
        kinds: Mapping[tuple[str, int], str],
        found: Gathered,
    ) -> None:
        """Inspect one set as a user's data set would be."""
        audit = Audit()
        images = {name: (read_image(self.root / f"dsb_nuclei/images/{name}.png"),) for name in names}
        for name in names:
            audit.learn(name, labels_of(name), images[name])
        for name in names:
            model = self.labels("dsb_nuclei/model", name)
            (inspection,) = audit.inspect(name, labels_of(name), images[name], model)
            subject = inspection.view.subject
            found.annotated.append(inspection.annotated)
            clean = clean_shares(inspection)
            found.tags += [
                (name, source, kinds.get((name, int(i)), "right"), share)
                for i, share in zip(subject.ids, clean, strict=True)
            ]
            found.unclaimed.append(inspection.unclaimed)
            missed = self.missed(name, subject.ranks)
            candidates = inspection.candidates
            found.unclaimed_tags += [
                (name, source, _kind_of(candidates.subject.ranks == rank, missed), 1.0)
                for rank in candidates.ranks
            ]

    def missed(self, name: str, annotated: np.ndarray) -> np.ndarray:
        """Corrected labels of which the annotation has less than 30 %."""
        right = self.labels("dsb_nuclei/gt_fixed", name).data.astype(np.int64)
        covered = np.bincount(right.ravel(), (annotated > 0).ravel()) / np.maximum(
            np.bincount(right.ravel()), 1
        )
        return np.where(covered[right] < 0.3, right, 0)


def clean_shares(inspection: Inspection) -> list[float]:
    """Probability of each annotated object that its mask needs no retouching."""
    marks = find_marks(inspection.view.labels)
    return [
        float(np.prod([1 - HYGIENE.get(name, 0.0) for name in {mark.name for mark in marks.get(int(i), ())}]))
        for i in inspection.view.subject.ids
    ]


def _kind_of(mask: np.ndarray, missed: np.ndarray) -> str:
    return "missed" if _claims(mask, missed) else "right"


def _claims(mask: np.ndarray, objects: np.ndarray) -> bool:
    """Whether a mask has an IoU of 0.4 with one of some objects."""
    shared = np.bincount(objects[mask])
    shared[:1] = 0
    if not shared.any():
        return False
    best = int(shared.argmax())
    union = mask.sum() + (objects == best).sum() - shared[best]
    return bool(shared[best] > CLAIM * union)


def _forged_kinds(faults: Mapping[str, tuple[Fault, ...]]) -> dict[tuple[str, int], str]:
    return {(name, i): fault.kind for name, made in faults.items() for fault in made for i in fault.ids}
