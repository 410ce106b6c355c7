"""How well wrong classes are found: ``python benchmarks/noise/scenes.py DATA``.

DATA holds ``camvid`` and ``coco_panoptic``. Faults are forged into at most 3 % of the components of
each image, one at least; a region counts as wrong when more than half of its pixels are. What is printed
is pooled over several seeds and all images.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

import segreview
from segreview.formats.image import read_image
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image
from segreview.triage.inspection import views_of
from segreview.triage.scene.forgery import KINDS, Forgery, forged
from segreview.triage.scene.survey import Contested, Survey
from segreview.triage.suspicion import probability

SHARE = 0.03
"""Share of the components that gets a fault."""

FIRST = (0.02, 0.05, 0.10)
RESAMPLES = 300
TEMPERATURE = 0.1
"""Of the softmin, as in cleanlab's object and segmentation scores."""


@dataclass(frozen=True)
class Picture:
    """One image of a set with its labels, and the model's masks and confidence where there are any."""

    name: str
    right: LabelImage
    images: tuple[Image, ...]
    model: LabelImage | None = None
    confidence: np.ndarray | None = None


@dataclass
class Table:
    """Scores of many regions, which are wrong, and how many faults a wrong region shows."""

    kinds: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=dict)
    faults: int = 0
    shown: int = 0

    @property
    def wrong(self) -> np.ndarray:
        """Whether a region is wrong."""
        return np.array(self.kinds) != ""

    def add(self, image: str, kind: str, scores: Mapping[str, float]) -> None:
        """Add a region with the kind of its fault, which is empty where it is right."""
        self.images.append(image)
        self.kinds.append(kind)
        for name, score in scores.items():
            self.scores.setdefault(name, []).append(score)

    def print(self, title: str) -> None:
        """Print a row for each score."""
        wrong = self.wrong
        sizes = [f"{self.shown} of {self.faults}", f"{len(wrong):,}", str(wrong.sum())]
        for name, score in self.scores.items():
            values = np.array(score)
            order = np.argsort(-values, kind="stable")
            found = [wrong[order[: int(np.ceil(part * len(wrong)))]].sum() / wrong.sum() for part in FIRST]
            auroc = f"{roc_auc_score(wrong, values):.2f}{self._interval(values)}"
            figures = [average_precision_score(wrong, values), *found]
            ratio = f"{values.sum() / wrong.sum():.1f}" if name == "segreview" else ""
            cells = [title, *sizes, name, auroc, *(f"{one:.2f}" for one in figures), ratio]
            print("|", " | ".join(cells), "|", flush=True)

    def print_kinds(self) -> None:
        """Print AUROC of each kind of fault against all that is right."""
        kinds, values = np.array(self.kinds), np.array(self.scores["segreview"])
        print("| kind | wrong | AUROC |", "|---|---|---|", sep="\n")
        for kind in KINDS:
            chosen = np.isin(kinds, ["", kind])
            wrong = kinds[chosen] == kind
            auroc = f"{roc_auc_score(wrong, values[chosen]):.2f}" if wrong.any() else "-"
            print(f"| {kind} | {wrong.sum()} | {auroc} |")

    def _interval(self, values: np.ndarray) -> str:
        """95 % interval of AUROC by a bootstrap over the images, where there are several."""
        wrong, images = self.wrong, np.array(self.images)
        rows = [np.flatnonzero(images == name) for name in np.unique(images)]
        if len(rows) < 2:
            return ""
        rng, found = np.random.default_rng(0), []
        for _ in range(RESAMPLES):
            drawn = np.concatenate([rows[n] for n in rng.integers(0, len(rows), len(rows))])
            if 0 < wrong[drawn].sum() < len(drawn):
                found.append(roc_auc_score(wrong[drawn], values[drawn]))
        return " ({:.2f} to {:.2f})".format(*np.quantile(found, (0.025, 0.975)))


def camvid(root: Path) -> list[Picture]:
    """The street images."""
    found = []
    for path in sorted((root / "gt").iterdir()):
        sides = [
            replace(segreview.read(root / side / path.name, kind="semantic"), void=frozenset({11}))
            for side in ("gt", "model")
        ]
        images = (read_image(root / "images" / path.name),)
        confidence = read_image(root / "model_conf" / path.name).data / 255
        found.append(Picture(path.stem, sides[0], images, sides[1], confidence))
    return found


def coco_panoptic(root: Path) -> list[Picture]:
    """The photo, its segments replaced by their classes."""
    (content,) = json.loads((root / "panoptic_gt.json").read_text("utf-8"))["annotations"]
    (path,) = (root / "gt").glob("*.png")
    ids = read_image(path).data.astype(np.int64) @ np.array([1, 256, 65536])
    category = {one["id"]: one["category_id"] for one in content["segments_info"]}
    found, places = np.unique(ids, return_inverse=True)
    classes = np.array([category.get(int(i), 0) for i in found], np.int32)[places].reshape(ids.shape)
    right = LabelImage((classes,), kind=Kind.SEMANTIC, background=None, void=frozenset({0}))
    return [Picture("photo", right, (read_image(next(root.glob("*.jpg"))),))]


def faulty(picture: Picture, seed: int) -> tuple[LabelImage, tuple[Forgery, ...]]:
    """Labels with faults, and the faults."""
    right = picture.right.data.astype(np.int32)
    (void,) = picture.right.void
    labels, made = forged(np.where(right == void, -1, right), seed, SHARE)
    return replace(picture.right, planes=(np.where(labels < 0, void, labels),)), made


def table_of(pictures: list[Picture], seeds: range, *, with_model: bool) -> Table:
    """Contested regions of some pictures in which faults were forged."""
    table = Table()
    for seed in seeds:
        survey, looks = Survey(), []
        for n, picture in enumerate(pictures):
            labels, faults = faulty(picture, 100 * seed + n)
            (view,) = views_of(labels, picture.images)
            model = next(views_of(picture.model)) if with_model and picture.model is not None else None
            survey.learn(picture.name, view, model)
            looks.append((picture, view, model, faults))
        for picture, view, model, faults in looks:
            found = survey.contested(picture.name, view, model)
            confidence = None if model is None else picture.confidence
            _add(table, picture.name, found, faults, confidence, view.labels.shape)
    return table


def _add(
    table: Table,
    image: str,
    found: list[Contested],
    faults: tuple[Forgery, ...],
    confidence: np.ndarray | None,
    shape: tuple[int, ...],
) -> None:
    """Add the regions of an image."""
    numbers = np.zeros(shape, np.int32)
    for number, fault in enumerate(faults, 1):
        numbers[fault.window.slices][fault.changed] = number
    rng, shown = np.random.default_rng(len(table.kinds)), set()
    for one in found:
        box, mask = one.place.box, one.place.mask
        scores = {"segreview": float(probability(np.array(one.log_odds)))}
        scores |= {"random": rng.random(), "area": float(one.place.area)}
        if confidence is not None:
            scores["softmin"] = softmin(1 - confidence[box.slices][mask])
        within = numbers[box.slices][mask]
        most = int(np.bincount(within, minlength=2)[1:].argmax()) + 1
        wrong = (within > 0).mean() > 0.5
        shown |= {most} if wrong else set()
        table.add(image, faults[most - 1].kind if wrong else "", scores)
    table.faults += len(faults)
    table.shown += len(shown)


def softmin(agreement: np.ndarray) -> float:
    """How suspect a region is: 1 - softmin of how far the model agrees with each pixel."""
    weights = np.exp((1 - agreement) / TEMPERATURE)
    return float(1 - (agreement * weights).sum() / weights.sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=4, help="runs; twice as many on the photo")
    parser.add_argument("--first", type=int, default=0, help="seed of the first run")
    call = parser.parse_args()
    started = time.process_time()
    heads = "set | faults that show | regions | wrong | score | AUROC | AP | first 2 % | 5 % | 10 %"
    print(f"| {heads} | expected / true |", "|---" * 11 + "|", sep="\n")
    streets, photo = camvid(call.data / "camvid"), coco_panoptic(call.data / "coco_panoptic")
    seeds = range(call.first, call.first + call.seeds)
    with_model = table_of(streets, seeds, with_model=True)
    with_model.print("camvid, with a model")
    table_of(streets, seeds, with_model=False).print("camvid, no model")
    table_of(photo, range(call.first, call.first + 2 * call.seeds), with_model=False).print(
        "photo of coco_panoptic, no model"
    )
    with_model.print_kinds()
    print(f"{time.process_time() - started:.0f} s of processor time")


if __name__ == "__main__":
    main()
